"""All examples of all intents as they stand in the files at one moment, found by intent, by wording and by words."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.errors import NotFoundError
from bot.training import nlu_lines
from bot.training.files import Texts
from bot.training.marks import Mark, apart
from bot.training.nlu_lines import Block, Unreadable, print_of

FOLDER = "data/nlu/"
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """What makes two examples the same to a reader: the words, without case, spaces and punctuation."""
    plain = unicodedata.normalize("NFC", text)
    return " ".join(_WORD.findall(plain.casefold())) or plain.strip()


@dataclass(frozen=True)
class Example:
    """One example of ``intent``: ``raw`` as it stands in the file ``path``, ``text`` and ``marks`` as people see it.

    ``words`` is its folded wording.
    """

    intent: str
    path: str
    id: str
    raw: str
    text: str
    marks: tuple[Mark, ...]
    words: str


@dataclass(frozen=True)
class Intent:
    """An intent with all its examples, in the order of the files. ``revision`` is another when any line of it is."""

    name: str
    about: str
    paths: tuple[str, ...]
    revision: str
    examples: tuple[Example, ...]

    def example(self, id_: str) -> Example | None:
        """The example with this id."""
        return next((example for example in self.examples if example.id == id_), None)


@dataclass(frozen=True)
class Corpus:
    """The examples of one moment. ``by_words`` has each folded wording's examples (one, where all is well)."""

    intents: Mapping[str, Intent]
    by_words: Mapping[str, Sequence[Example]] = field(repr=False)

    @staticmethod
    def of(texts: Texts) -> Corpus:
        """Read the files below data/nlu. Raises Unreadable, with the file and line, for what is not in our style."""
        found: dict[str, list[_Place]] = {}
        for path, text in texts.items():
            if path.startswith(FOLDER):
                for block in _blocks(path, text):
                    found.setdefault(block.intent, []).append(_Place(path, block.about, block.revision, block))
        intents = {name: _intent(name, tuple(places)) for name, places in found.items()}
        by_words: dict[str, list[Example]] = {}
        for intent in intents.values():
            for example in intent.examples:
                by_words.setdefault(example.words, []).append(example)
        return Corpus(intents, by_words)

    def intent(self, name: str) -> Intent:
        """An intent. Raises NotFoundError."""
        if name not in self.intents:
            raise NotFoundError("no such intent", staff="Den hensigt findes ikke (længere).")
        return self.intents[name]

    def examples(self, intent: str | None = None) -> Iterator[Example]:
        """Every example, or those of one intent."""
        for each in self.intents.values() if intent is None else (self.intent(intent),):
            yield from each.examples

    def find(self, text: str) -> Example | None:
        """The example that says the same as ``text``, whichever intent it is of."""
        return next(iter(self.by_words.get(folded(text), ())), None)

    def twice(self) -> dict[str, Sequence[Example]]:
        """The wordings that stand more than once."""
        return {words: examples for words, examples in self.by_words.items() if len(examples) > 1}


class Reader:
    """Corpora of texts; the last one is kept for whoever asks for the same texts again."""

    def __init__(self) -> None:
        self._last: tuple[Texts, Corpus] | None = None
        self._turn = threading.Lock()

    def __call__(self, texts: Texts) -> Corpus:
        """The corpus of these texts."""
        with self._turn:
            if self._last is None or self._last[0] != texts:  # the same text is told by its address alone
                self._last = dict(texts), Corpus.of(texts)
            return self._last[1]


def with_added(texts: Texts, intent: Intent, raws: Sequence[str]) -> Texts:
    """The texts with new examples at the end of an intent's last block."""
    path = intent.paths[-1]
    return {**texts, path: nlu_lines.added(texts[path], intent.name, raws)}


def with_replaced(texts: Texts, intent: Intent, wordings: Mapping[str, str]) -> Texts:
    """The texts with other wordings of examples, by their ids."""
    return {**texts, **{path: nlu_lines.replaced(texts[path], intent.name, wordings) for path in intent.paths}}


def without(texts: Texts, intent: Intent, ids: Collection[str]) -> Texts:
    """The texts without these examples of an intent."""
    return {**texts, **{path: nlu_lines.removed(texts[path], intent.name, ids) for path in intent.paths}}


@lru_cache(maxsize=24)
def _blocks(path: str, text: str) -> tuple[Block, ...]:
    """A file is read anew when something in it has changed."""
    try:
        return nlu_lines.blocks(text)
    except Unreadable as error:
        raise Unreadable(error.line, path) from error


@dataclass(frozen=True)
class _Place:
    """A block in its file; its revision tells all that an `Intent` has of it."""

    path: str
    about: str
    revision: str
    block: Block = field(compare=False, repr=False)


@lru_cache(maxsize=160)
def _intent(name: str, places: tuple[_Place, ...]) -> Intent:
    """An intent is put together anew when something in it has changed."""
    revisions = [place.revision for place in places]
    return Intent(
        name=name,
        about=next((place.about for place in places if place.about), ""),
        paths=tuple(dict.fromkeys(place.path for place in places)),
        revision=revisions[0] if len(revisions) == 1 else print_of("\n".join(revisions)),
        examples=tuple(_example(name, place.path, example) for place in places for example in place.block.examples),
    )


def _example(intent: str, path: str, found: nlu_lines.Example) -> Example:
    text, marks = apart(found.raw)
    return Example(intent, path, found.id, found.raw, text, marks, folded(text))
