"""What is known of danger: families of word patterns from `patterns.yml`, looked for in a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from bot.nlu.danger.reading import END, Reading

KINDS = ("livstraet", "vold", "barn", "husly", "ulykke", "psykisk")
_MERE = "? "  # before a pattern that is only a sign, in a family of sure ones
_PLAIN = re.compile(r"[a-z0-9]+")
_WORD = rf"[^ {END}]+"
_GAPS = {
    "..": rf"(?:{_WORD} ){{0,3}}?",
    "...": rf"(?:{_WORD} ){{0,8}}?",
    "//": r"(?:[^ ]+ ){0,30}?",
}


class PatternError(ValueError):
    """The pattern file is wrong; for whoever writes it, never for a citizen."""


@dataclass(frozen=True)
class Sign:
    """One place in a message that fits a family. ``sure`` when that is a cry for help in nearly any message.

    ``start`` and ``end`` are places in the original text; ``sentence`` is the first sentence it stands in.
    """

    family: str
    kind: str | None
    sure: bool
    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    needs: frozenset[int]  # the items without which it can't fit, as numbers in `Patterns._items`
    sure: bool = False


@dataclass(frozen=True)
class _Family:
    name: str
    kind: str | None
    find: tuple[_Pattern, ...]
    guards: tuple[_Pattern, ...]


class Patterns:
    """All families, ready to look. Made of the parsed file; raises PatternError when it is not as its head says."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._lists: dict[str, str] = {}
        for name, words in content["ord"].items():
            self._lists[name] = "|".join(self._words(word) for word in words)
        self._items: list[re.Pattern[str]] = []
        self._numbers: dict[str, int] = {}
        self._plain: dict[str, set[int]] = {}
        self._open: list[int] = []
        guards = {name: tuple(map(self._pattern, lines)) for name, lines in content["vagter"].items()}
        self.families = tuple(self._family(family, guards) for family in content["familier"])
        self._known = lru_cache(maxsize=20_000)(self._fits)

    def signs(self, reading: Reading, *, sure: bool = True) -> list[Sign]:
        """Every family that stands in the message and is not taken back by a guard, each at most once a sentence.

        With ``sure`` false only the mere signs are looked for.
        """
        line = reading.line
        present: set[int] = set()
        for word in set(line.split(" ")):
            present |= self._known(word)
        bounds = _bounds(line)
        signs: list[Sign] = []
        for family in self.families:
            seen: set[int] = set()
            for pattern in family.find:
                if (pattern.sure and not sure) or not present.issuperset(pattern.needs):
                    continue
                for match in pattern.regex.finditer(line):
                    start, end = match.start("it"), match.end("it")
                    first = next(place for place, (_, stop) in enumerate(bounds) if stop > start)
                    last = next(place for place, (_, stop) in enumerate(bounds) if stop >= end - 1)
                    if first in seen or self._guarded(
                        family, line[bounds[first][0] - 2 : bounds[last][1] + 3], present
                    ):
                        continue
                    seen.add(first)
                    signs.append(Sign(family.name, family.kind, pattern.sure, *reading.span(start, end), first))
        return signs

    @staticmethod
    def _guarded(family: _Family, text: str, present: set[int]) -> bool:
        return any(present.issuperset(guard.needs) and guard.regex.search(text) for guard in family.guards)

    def _fits(self, word: str) -> frozenset[int]:
        fitting = {number for number in self._open if self._items[number].fullmatch(word)}
        return frozenset(fitting | self._plain.get(word, set()))

    def _family(self, family: dict[str, Any], guards: dict[str, tuple[_Pattern, ...]]) -> _Family:
        kind = family["slags"]
        if kind is not None and kind not in KINDS:
            raise PatternError(f"{family['navn']}: slags {kind!r} is none of {KINDS}")
        if family["styrke"] not in ("sikker", "tegn"):
            raise PatternError(f"{family['navn']}: styrke {family['styrke']!r} is neither sikker nor tegn")
        against: list[_Pattern] = []
        for line in family.get("undtagen", ()):
            whole = re.fullmatch(r"<(\w+)>", line)
            against += guards[whole[1]] if whole and whole[1] in guards else (self._pattern(line),)
        sure = family["styrke"] == "sikker"
        # Sure ones first: of two that fit in the same sentence the first is told.
        lines = sorted(family["find"], key=lambda line: line.startswith(_MERE))
        find = tuple(
            self._pattern(line.removeprefix(_MERE), sure=sure and not line.startswith(_MERE)) for line in lines
        )
        return _Family(family["navn"], kind, find, tuple(against))

    def _words(self, word: object) -> str:
        inner = re.fullmatch(r"<(\w+)>", str(word))
        if not inner:
            return str(word)
        if inner[1] not in self._lists:
            raise PatternError(f"<{inner[1]}> is not among `ord`, or stands before it")
        return self._lists[inner[1]]

    def _pattern(self, line: str, *, sure: bool = False) -> _Pattern:
        made: list[str] = []
        needs: list[int] = []
        optional = False
        for raw in line.split():
            optional = optional or raw.startswith("[")
            item = raw.strip("[]") if optional else raw
            if item in _GAPS:
                made.append(_GAPS[item])
            elif item in ("^", "$"):
                made.append(f"(?<={END} )" if item == "^" else f"(?={END})")
            else:
                parts = [part for part in item.split("|") if part not in "^$"]
                words = "|".join(self._words(part) for part in parts)
                ends = (f"|(?<={END} )" if "^" in item.split("|") else "") + (
                    f"|(?={END})" if item.endswith("$") else ""
                )
                made.append(f"(?:(?:{words}) {ends})" + ("?" if optional else ""))
                if not optional and not ends:
                    needs.append(self._number(words))
            if raw.endswith("]"):
                optional = False
        try:
            regex = re.compile("(?<= )(?P<it>" + "".join(made) + ")")
        except re.error as error:
            raise PatternError(f"{line!r}: {error}") from error
        if not needs:
            raise PatternError(f"{line!r} fits anything")
        return _Pattern(regex, frozenset(needs), sure)

    def _number(self, words: str) -> int:
        number = self._numbers.get(words)
        if number is None:
            number = self._numbers[words] = len(self._items)
            self._items.append(re.compile(words))
            alternatives = words.split("|")
            if all(_PLAIN.fullmatch(word) for word in alternatives):
                for word in alternatives:
                    self._plain.setdefault(word, set()).add(number)
            else:
                self._open.append(number)
        return number


def _bounds(line: str) -> list[tuple[int, int]]:
    """Where each sentence of `Reading.line` begins and ends."""
    cuts = [match.start() for match in re.finditer(END, line)]
    return [(start + 2, end) for start, end in pairwise(cuts)]


@lru_cache(maxsize=1)
def shipped() -> Patterns:
    """The families that come along, read once."""
    return Patterns(yaml.safe_load(files("bot.nlu.danger").joinpath("patterns.yml").read_text(encoding="utf-8")))


def surest(signs: Iterable[Sign]) -> Sign | None:
    """The sign to quote: a sure one before a mere sign, the longest of them."""
    return max(signs, key=lambda sign: (sign.sure, sign.end - sign.start), default=None)
