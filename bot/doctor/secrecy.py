"""What must never be printed, taken out of what is: the last guard, for no text is meant to hold it at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from bot.privacy.masking import mask

HIDDEN: Final = "[skjult]"
_NAMED: Final = re.compile(r"(SECRET|PASSWORD|TOKEN|_KEYS)(?!.*(URL|CLAIM))")
_LOGIN_IN_ADDRESS: Final = re.compile(r"(?<=://)[^/\s@]*:[^/\s]*@")
_SHORTEST: Final = 4  # signs; anything shorter stands in words and numbers that have nothing to do with it


def is_secret(name: str) -> bool:
    """Whether a setting of this name is one to keep quiet about; an address of a token is none."""
    return _NAMED.search(name) is not None


def shown(address: str) -> str:
    """An address as it may be shown: its name, its port and its path, never a user, a password or a query."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "adressen"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path}"


class Secrecy:
    """Knows the secrets of these settings; ``values`` are as in `.env`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        found = {secret for name, value in values.items() for secret in _secrets(name, value)}
        # The longest first: a secret may hold another one.
        ordered = sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def without(self, text: str) -> str:
        """``text`` without secrets, without logins in addresses, and without CPR numbers."""
        text = _LOGIN_IN_ADDRESS.sub(f"{HIDDEN}@", text)
        if self._any is not None:
            text = self._any.sub(HIDDEN, text)
        return mask(text)


def _secrets(name: str, value: str) -> Iterable[str]:
    if is_secret(name):
        yield from (part.strip() for part in value.split(","))
        yield value.strip()
    try:
        password = urlsplit(value).password if "@" in value else None
    except ValueError:
        return
    if password:
        yield from (password, unquote(password), quote(unquote(password), safe=""))
