"""The marks in an example: which words name what (`[mand](relation)`), as Rasa writes them, apart from the words.

Rasa has no way to write a square bracket that is no mark, so a new example has round ones instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# As rasa.shared.nlu.training_data.entities_parser has them:
# [text](entity), [text](entity:value), [text]{…}, [text][{…}]
_MARK = re.compile(
    r"\[(?P<text>[^\]]+?)\](?P<written>\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|\{[^}]+?\}|\[(?P<list>.*?)\])"
)
_OBJECT = re.compile(r"\{[^}]+?\}")
_BETWEEN = " ,"  # what stands between the objects of a list
_ROUND = str.maketrans("[]", "()")


@dataclass(frozen=True)
class Mark:
    """That the words ``start:end`` of a text name something; ``written`` is how that stands after them in the file."""

    start: int
    end: int
    written: str

    @property
    def is_sound(self) -> bool:
        """Whether Rasa can read it: it trains of nothing where one mark is not as it should be."""
        if self.written.startswith("("):
            return True
        inside = self.written[1:-1] if self.written.startswith("[") else self.written
        return not _OBJECT.sub("", inside).strip(_BETWEEN) and all(map(_is_sound, _OBJECT.findall(inside) or [""]))

    @property
    def told(self) -> tuple[str, ...]:
        """What it says in other words than the text's: the values, roles and groups of its entities, when it is sound.

        They are kept with the example, and the assistant learns them as it learns the words.
        """
        if self.written.startswith("("):
            value = self.written[1:-1].partition(":")[2]
            return (value,) if value else ()
        found = (json.loads(one) for one in _OBJECT.findall(self.written))
        return tuple(value for one in found for key, value in one.items() if key != "entity")

    def entities(self, text: str) -> Iterator[tuple[str, str]]:
        """Each entity and its value; the words themselves where no other value is given."""
        words = text[self.start : self.end]
        if self.written.startswith("("):
            entity, _, value = self.written[1:-1].partition(":")
            yield entity, value or words
            return
        for found in _OBJECT.findall(self.written):
            try:
                told = json.loads(found)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield str(told.get("entity", "")), str(told.get("value", words))


def _is_sound(written: str) -> bool:
    try:
        told = json.loads(written, object_pairs_hook=list)  # one that stands twice would be read once
    except ValueError:
        return False
    names = [name for name, _ in told] if isinstance(told, list) else []
    return (
        "entity" in names
        and len(set(names)) == len(names)
        and {"entity", "role", "group", "value"}.issuperset(names)
        and all(isinstance(value, str) for _, value in told)
    )


def apart(raw: str) -> tuple[str, tuple[Mark, ...]]:
    """The words of an example as it stands in the file, and the marks in them."""
    words, marks, done, length = [], [], 0, 0
    for match in _MARK.finditer(raw):
        before = raw[done : match.start()]
        text = match["text"]
        start = length + len(before)
        marks.append(Mark(start, start + len(text), match["written"]))
        words += [before, text]
        length, done = start + len(text), match.end()
    return "".join((*words, raw[done:])), tuple(marks)


def together(text: str, marks: Sequence[Mark]) -> str:
    """A text with its marks, as it stands in the file; what looks like a mark and is none is written round."""
    pieces, done = [], 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        pieces += [text[done : mark.start].translate(_ROUND)]
        pieces += [f"[{text[mark.start : mark.end].translate(_ROUND)}]{mark.written}"]
        done = mark.end
    return "".join((*pieces, text[done:].translate(_ROUND)))


def kept(raw: str, text: str) -> str:
    """``text`` as the new wording of the example ``raw``: the marks whose words still stand are kept."""
    words, marks = apart(raw)
    new, done = [], 0
    for mark in marks:
        at = _place(words, mark, text, done)
        if at is not None:
            new.append(Mark(at, at + mark.end - mark.start, mark.written))
            done = at + mark.end - mark.start
    return together(text, new)


def _place(words: str, mark: Mark, text: str, first: int) -> int | None:
    """Where in ``text``, from ``first`` on, the words of a mark stand; best where what is around them is the same."""
    marked = words[mark.start : mark.end]
    places = [
        match.start()
        for match in re.finditer(re.escape(marked), text)
        if match.start() >= first and _stands_alone(words, mark, text, match.start())
    ]
    if len(places) < 2:
        return places[0] if places else None
    for same in SequenceMatcher(None, words, text, autojunk=False).get_matching_blocks():
        at = same.b + mark.start - same.a
        if same.a <= mark.start and mark.end <= same.a + same.size and at in places:
            return at
    return places[0]


def _stands_alone(words: str, mark: Mark, text: str, at: int) -> bool:
    """Whether the words have not become a part of a longer word: »mor« is not marked in »moren«."""
    end = at + mark.end - mark.start
    left, right = text[at - 1 : at] if at else "", text[end : end + 1]
    was_left, was_right = words[mark.start - 1 : mark.start] if mark.start else "", words[mark.end : mark.end + 1]
    return not (left.isalnum() and not was_left.isalnum()) and not (right.isalnum() and not was_right.isalnum())
