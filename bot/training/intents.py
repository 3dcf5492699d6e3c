"""What each intent is called among people, and what it is about: `data/hensigter.yml`, read again when it changes."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath

import structlog
from ruamel.yaml.comments import CommentedMap

from bot.errors import SettingsError
from bot.municipality.rows import Problems, Row, content_of
from bot.training.scalars import quoted

FILE = "data/hensigter.yml"
LONGEST_TITLE = 32  # letters; a button is read on telephones
# As Rasa's own `_` and `-` may not begin one; a name is part of a button's payload.
NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One intent: ``title`` for a button and for those who train, ``about`` what the citizen wants.

    ``choice``: whether it makes sense as an answer to »Mener du …?«.
    """

    name: str
    title: str
    about: str
    choice: bool = True


@lru_cache(maxsize=4)
def read(text: str) -> Mapping[str, Intent]:
    """The intents of the file's ``text``, in its order. Raises SettingsError with all that is wrong, in Danish."""
    file = PurePath(FILE)
    problems = Problems(Path(file.name))
    top: CommentedMap = content_of(text, file.name, CommentedMap)
    rows = Row(top, 1, problems)
    found: dict[str, Intent] = {}
    titles: set[str] = set()
    for name in [str(key) for key in top]:
        row = rows.row(name)
        if not NAME.fullmatch(name):
            rows.wrong(name, f"{name} skal være små bogstaver fra a til z, tal og _.")
        if row is None:
            continue
        title = row.text("titel")
        if len(title) > LONGEST_TITLE:
            row.wrong("titel", f"titel må højst være {LONGEST_TITLE} tegn, ikke {len(title)}.")
        if title.casefold() in titles:
            row.wrong("titel", f"titlen {title!r} står to gange.")
        titles.add(title.casefold())
        about = row.text("om")
        choice = row.value("valg", "ja eller nej", {"ja": "ja", "nej": "nej"}.get, required=False)
        row.done()
        found[name] = Intent(name=name, title=title, about=about, choice=choice != "nej")
    problems.raise_if_any()
    return found


def with_intent(text: str, intent: Intent) -> str:
    """``text`` with one more intent at its end; nothing else moves."""
    lines = [f"{intent.name}:", f"  titel: {quoted(intent.title)}", f"  om: {quoted(intent.about)}"]
    if not intent.choice:
        lines.append("  valg: nej")
    return text.rstrip("\n") + "\n" + "".join(f"{line}\n" for line in lines)


class Intents:
    """The file as it stands in an assistant's folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._known: Mapping[str, Intent] = {}

    def all(self) -> Mapping[str, Intent]:
        """Every intent. While the file can't be read, as it was before.

        Raises SettingsError when it could never be read.
        """
        with self._lock:
            seen = self._state()
            if seen is None or seen != self._seen:
                try:
                    self._known = read(self._path.read_text(encoding="utf-8"))
                except (OSError, UnicodeDecodeError, SettingsError) as error:
                    if self._seen is None and isinstance(error, SettingsError):
                        raise
                    if self._seen is None:
                        raise SettingsError(f"{self._path.name} kan ikke læses: findes filen?") from error
                    log.warning("intents.unreadable", kind=type(error).__name__)
                # What is broken is looked at again when it changes.
                self._seen = seen or self._seen
            return self._known

    def titles(self) -> dict[str, str]:
        """What every intent is called."""
        return {name: intent.title for name, intent in self.all().items()}

    def title(self, name: str) -> str:
        """What ``name`` is called; one that is not in the file, or while there is none, by its own name in words."""
        try:
            known = self.all().get(name)
        except SettingsError:
            known = None
        return known.title if known else name.replace("_", " ").capitalize()

    def choices(self) -> dict[str, str]:
        """The titles of those that a citizen may choose."""
        return {name: intent.title for name, intent in self.all().items() if intent.choice}

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
