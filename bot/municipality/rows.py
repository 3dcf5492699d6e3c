"""Reading a YAML file row by row: every wrong value is told with its line and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.danish.spelling import distance
from bot.errors import SettingsError

T = TypeVar("T")


class Problems:
    """What is wrong in one file, so that all of it can be said at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, text: str) -> None:
        """Note that ``text`` is wrong on ``line`` (counted from 1)."""
        self.found.append((line, text))

    def raise_if_any(self) -> None:
        """Raise SettingsError with all that was found, in order of lines."""
        if self.found:
            lines = "\n".join(f"  - linje {line}: {text}" for line, text in sorted(self.found))
            raise SettingsError(f"{self.path.name} kan ikke bruges:\n{lines}")


class Row:
    """One mapping in the file; asks for its fields, and notes what is wrong with them."""

    def __init__(self, values: CommentedMap, line: int, problems: Problems) -> None:
        self.values = values
        self.line = line
        self.problems = problems
        self._read: set[str] = set()

    def line_of(self, key: str) -> int:
        """The line a field stands on; the row's own when the field is missing."""
        return int(self.values.lc.key(key)[0]) + 1 if key in self.values else self.line

    def wrong(self, key: str, text: str) -> None:
        """Note that the field ``key`` is wrong."""
        self.problems.add(self.line_of(key), text)

    def raw(self, key: str, what: str, *, required: bool = True) -> Any:
        """The value as it stands, or None; a missing one is noted when ``required``; ``what`` says what is right."""
        self._read.add(key)
        value = self.values.get(key)
        if value is None and (required or key in self.values):
            self.wrong(key, f"{key} mangler. Skriv {what}.")
        return value

    def value(
        self, key: str, what: str, read: Callable[[str], T | None], *, required: bool = True, example: str = ""
    ) -> T | None:
        """A text that ``read`` makes something of; None from ``read`` means that it is not ``what``."""
        raw = self.raw(key, what, required=required)
        if raw is None:
            return None
        # A bare 27.36 is a decimal number to YAML and would lose its zeros: it must be quoted.
        made = None if isinstance(raw, CommentedMap | CommentedSeq | bool | float) else read(str(raw).strip())
        if made is None:
            self.wrong(key, f"{key} skal være {what}{example and f', for eksempel {example}'}, ikke {_shown(raw)}.")
            return None
        return made

    def text(self, key: str, what: str = "en tekst") -> str:
        """A text that must be there."""
        return self.value(key, what, lambda text: text or None) or ""

    def optional(self, key: str, what: str = "en tekst") -> str | None:
        """A text that may be left out."""
        return self.value(key, what, lambda text: text or None, required=False)

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(text for _, text in self.lined_texts(key, required=required))

    def lined_texts(self, key: str, *, required: bool = True) -> tuple[tuple[int, str], ...]:
        """A list of texts, each with its line."""
        raw = self.raw(key, "en liste", required=required)
        if raw is None:
            return ()
        if not isinstance(raw, CommentedSeq):
            self.wrong(key, f"{key} skal være en liste som [a, b], ikke {_shown(raw)}.")
            return ()
        good = []
        for index, item in enumerate(raw):
            line = int(raw.lc.item(index)[0]) + 1
            if isinstance(item, str) and item.strip():
                good.append((line, item.strip()))
            else:
                self.problems.add(
                    line, f"{key} skal være tekster (i anførselstegn, hvis de er tal), ikke {_shown(item)}."
                )
        return tuple(good)

    def row(self, key: str, *, required: bool = True) -> Row | None:
        """A mapping inside this one."""
        raw = self.raw(key, "felter under den, rykket ind", required=required)
        if raw is None:
            return None
        if not isinstance(raw, CommentedMap):
            self.wrong(key, f"{key} skal have felter under sig, rykket ind, ikke {_shown(raw)}.")
            return None
        return Row(raw, self.line_of(key), self.problems)

    def rows(self, key: str, *, required: bool = True) -> list[Row]:
        """A list of mappings."""
        raw = self.raw(key, "en liste af rækker, der begynder med en streg", required=required)
        if raw is None:
            return []
        if not isinstance(raw, CommentedSeq):
            self.wrong(key, f"{key} skal være en liste af rækker, der begynder med en streg, ikke {_shown(raw)}.")
            return []
        return rows_of(raw, self.problems)

    def done(self) -> None:
        """Note every field that nobody asked for: most likely it is misspelt."""
        for key in self.values:
            if key not in self._read:
                near = [name for name in sorted(self._read) if distance(str(key), name) <= 2]
                hint = f"Mente du {near[0]}?" if near else f"Her kan stå {', '.join(sorted(self._read))}."
                self.wrong(key, f"{key} kendes ikke. {hint}")


def rows_of(raw: CommentedSeq, problems: Problems) -> list[Row]:
    """The mappings of a list; anything else in it is noted."""
    rows = []
    for index, item in enumerate(raw):
        line = int(raw.lc.item(index)[0]) + 1
        if isinstance(item, CommentedMap):
            rows.append(Row(item, line, problems))
        else:
            problems.add(line, f"hver række skal have felter som navn: værdi, ikke {_shown(item)}.")
    return rows


def open_file(path: Path, kind: type[CommentedMap] | type[CommentedSeq]) -> Any:
    """The file's content, which must be of ``kind``. Raises SettingsError when it can not be read."""
    return content_of(text_of(path), path.name, kind)


def text_of(path: Path) -> str:
    """The file's text. Raises SettingsError when it can not be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path.name} kan ikke læses: findes filen?") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path.name} skal gemmes som UTF-8") from error


def content_of(text: str, name: str, kind: type[CommentedMap] | type[CommentedSeq]) -> Any:
    """What ``text`` of the file ``name`` holds, which must be of ``kind``. Raises SettingsError when it can't be."""
    try:
        content = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SettingsError(f"{name} kan ikke bruges:\n  - linje {line}: {_yaml_words(error)}") from error
    except YAMLError as error:
        raise SettingsError(f"{name} er ikke gyldig YAML") from error
    if not isinstance(content, kind):
        what = "felter som navn: værdi" if kind is CommentedMap else "en liste af rækker, der begynder med en streg"
        raise SettingsError(f"{name} kan ikke bruges:\n  - linje 1: filen skal være {what}.")
    return content


def _yaml_words(error: MarkedYAMLError) -> str:
    if "duplicate key" in str(error.problem):
        return "samme felt står to gange."
    return "indrykning, kolon eller anførselstegn er skrevet forkert."


def _shown(value: Any) -> str:
    if isinstance(value, CommentedMap):
        return "flere felter"
    if isinstance(value, CommentedSeq):
        return "en liste"
    return f"{str(value)!r}" if value is not None else "ingenting"
