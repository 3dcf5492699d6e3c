"""Reading settings out of the environment: each value checked, and all that is wrong said at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Reader:
    """Collects what is wrong, so that all of it can be said at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.wrong: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """A value without spaces around it; ``default`` where there is none, and without one it must be there."""
        value = self.values.get(name, "").strip() or default
        if value is None:
            self.wrong.append(f"{name} mangler")
            return ""
        return value

    def url(self, name: str, default: str | None = None) -> str:
        """An address with a scheme, without a slash at its end."""
        value = self.text(name, default).rstrip("/")
        if value and not urlsplit(value).scheme:
            self.wrong.append(f"{name} skal være en adresse som https://…, ikke {value!r}")
        return value

    def items(self, name: str, default: str = "") -> tuple[str, ...]:
        """Values with commas between them, without slashes at their ends."""
        return tuple(item.strip().rstrip("/") for item in self.text(name, default or " ").split(",") if item.strip())

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        raw = self.text(name, str(default))
        try:
            value = float(raw)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.wrong.append(f"{name} skal være et tal fra {low:g} til {high:g}, ikke {raw!r}")
            return default
        return value

    def yes(self, name: str, *, default: bool) -> bool:
        """Whether the value is yes."""
        raw = self.text(name, "yes" if default else "no").lower()
        if raw not in ("yes", "no"):
            self.wrong.append(f"{name} skal være yes eller no, ikke {raw!r}")
        return raw != "no"

    def path(self, name: str) -> Path | None:
        """A file's path; None where the setting is not made."""
        given = self.values.get(name, "").strip()
        return Path(given) if given else None

    def secret(self, name: str) -> str:
        """A value that is taken as it stands; it must be there."""
        value = self.values.get(name, "")
        if not value.strip():
            self.wrong.append(f"{name} mangler")
        return value

    def json(self, name: str, default: Any) -> Any:
        """What the JSON of a setting says; None where it is no JSON."""
        try:
            return json.loads(self.text(name, json.dumps(default)))
        except ValueError:
            return None
