"""A text made plain for reading (lower case, æ as ae, slips of the finger mended), with the way back to its letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_WRITTEN_OUT = {"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "è": "e", "ü": "u", "ö": "oe", "ä": "ae"}
_MARKS = {"\u030a": "a", "\u0308": "e"}  # a ring or dots in a letter of its own, as some phones send them
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Plain:
    """A text in small letters; ``places`` has for each of them the letter of the original it came from."""

    text: str
    places: tuple[int, ...]
    _length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``start:end`` of the plain text stands in the original."""
        if start >= end:
            at = self.places[start] if start < len(self.places) else self._length
            return at, at
        return self.places[start], self.places[end - 1] + 1


def plain(text: str, mended: Callable[[str], str] | None = None) -> Plain:
    """``text`` made plain; ``mended`` gives for a plain word what it should have been, mostly itself."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        for small in letter.lower():
            written = _WRITTEN_OUT.get(small) or _MARKS.get(small)
            if written is None:
                written = "" if unicodedata.combining(small) else " " if small.isspace() else small
            letters += written
            places += [at] * len(written)
    whole = "".join(letters)
    if mended is None:
        return Plain(whole, tuple(places), len(text))
    made: list[str] = []
    kept: list[int] = []
    done = 0
    for match in _WORD.finditer(whole):
        word = mended(match[0])
        if word == match[0]:
            continue
        made += [whole[done : match.start()], word]
        kept += places[done : match.start()]
        kept += [places[match.start()]] * (len(word) - 1) + [places[match.end() - 1]]
        done = match.end()
    made.append(whole[done:])
    kept += places[done:]
    return Plain("".join(made), tuple(kept), len(text))
