"""A table of known words and phrases, found in a text however they are bent, joined, split or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bot.danish.lexicon import is_word, lemma
from bot.danish.spelling import distance, words_of
from bot.danish.writing import plain

_ENDINGS = (
    "en",
    "et",
    "er",
    "erne",
    "ens",
    "ets",
    "ernes",
    "ene",
    "enes",
    "n",
    "t",
    "r",
    "rne",
    "ns",
    "ts",
    "s",
    "e",
    "es",
)
_SHORT_ENDINGS = ("en", "et", "s", "ens")
_SHORT = 4  # shorter words are bent only a little, and must be spelt right
_SPELT = 5  # letters from which a slip is forgiven
_LONG = 9  # letters from which two are
_SAME = 11  # two words of so many letters that are nearly alike are one
_JOINED = 7  # letters of a word that may be split in two
_PIECE = 3  # letters of each of the two
_MOST_WORDS = 6
_STARTS = 5  # letters of a word that may stand first in a compound
# What a compound of a known word may end in: "byggesagsbehandler", "sygedagpengesagen".
_HEAD = re.compile(
    r"(?:s|e|es)?(?:sag|sager|sagen|sagerne|sagens|sagsbehandler|sagsbehandleren|sagsbehandling|behandler|behandleren"
    r"|ansoegning|afgoerelse|bevilling|kontor|afdeling|team|raadgiver|tillaeg|brev|plads|udbetaling|ydelse|moede|samtale"
    r"|klage|frist|attest|ordning|spoergsmaal|papir|blanket|regler|loven|omraadet|stoette|penge|bil|vogn|spand|tag)"
    r"(?:en|et|er|erne|ens|ne|n|r|s|e)?"
)


def _is_another_word(word: str, form: str) -> bool:
    """ "Gælder" is no form of "gæld": it is of "gælde"."""
    headword = lemma(form)
    return headword is not None and headword not in (word, lemma(word))


@dataclass(frozen=True)
class Known:
    """A known word: ``value`` is what it means, ``kind`` what sort of thing that is."""

    kind: str
    value: str


@dataclass(frozen=True)
class Hit:
    """A known word at ``start:end`` of the text."""

    known: Known
    start: int
    end: int


class KnownWords:
    """Words and phrases with what they mean; where two are alike the first counts.

    ``compounds`` are the kinds whose words may stand first in a longer one.
    """

    def __init__(self, entries: Iterable[tuple[str, Known]], *, compounds: frozenset[str] = frozenset()) -> None:
        self._forms: dict[str, tuple[Known, int]] = {}
        self._starts: dict[str, Known] = {}
        self._vocabulary: dict[str, set[str]] = {}
        self._mended: dict[str, str] = {}
        phrases = [(words_of(phrase), known) for phrase, known in entries]
        for words, known in phrases:  # as they stand, before any is bent
            if words:
                self._forms.setdefault("".join(words), (known, len(words)))
        for words, known in phrases:
            if not words:
                continue
            joined = "".join(words)
            for ending in _ENDINGS if len(words[-1]) >= _SHORT else _SHORT_ENDINGS:
                if not _is_another_word(joined, joined + ending):
                    self._forms.setdefault(joined + ending, (known, len(words)))
            if known.kind in compounds and len(joined) >= _STARTS:
                self._starts.setdefault(joined, known)
            for word in (*words, joined):
                if len(word) >= _SPELT:
                    bent = {word, *(word + ending for ending in _ENDINGS)}
                    self._vocabulary.setdefault(word[0], set()).update(bent)

    def find(self, text: str) -> list[Hit]:
        """What of the table stands in ``text``; the longest of those that overlap."""
        read = plain(text)
        found = list(re.finditer(r"[a-z0-9]+", read.text))
        words = [self._right(match[0]) for match in found]
        gaps = [read.text[one.end() : two.start()] for one, two in pairwise(found)]
        hits = []
        at = 0
        while at < len(words):
            size, known = self._longest(words, gaps, at)
            if known is None:
                at += 1
                continue
            start, end = read.span(found[at].start(), found[at + size - 1].end())
            hits.append(Hit(known, start, end))
            at += size
        return hits

    def _longest(self, words: list[str], gaps: list[str], at: int) -> tuple[int, Known | None]:
        for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            joined = "".join(words[at : at + size])
            known, made_of = self._forms.get(joined, (None, 0))
            split = min(map(len, words[at : at + size])) >= _PIECE and all(
                gap in " -" for gap in gaps[at : at + size - 1]
            )
            if known is not None and (made_of == size or (split and len(joined) >= _JOINED)):
                return size, known
            if (
                size == 2
                and split
                and min(map(len, words[at : at + 2])) > _PIECE
                and len(joined) >= _LONG
                and not all(map(is_word, words[at : at + 2]))
            ):
                known, _ = self._forms.get(self._right(joined), (None, 0))
                if known is not None:
                    return size, known
        return 1, self._first_part(words[at])

    def _first_part(self, word: str) -> Known | None:
        for length in range(len(word) - 2, _STARTS - 1, -1):
            known = self._starts.get(word[:length])
            if known is not None and _HEAD.fullmatch(word[length:]):
                return known
        return None

    def _right(self, word: str) -> str:
        """The known word that ``word`` must be when it is no Danish word; mostly itself."""
        if len(word) < _SPELT or word in self._forms or word.isdigit() or (len(word) < _SAME and is_word(word)):
            return word
        if word not in self._mended:
            if len(self._mended) > 10_000:
                self._mended.clear()
            self._mended[word] = self._nearest(word)
        return self._mended[word]

    def _nearest(self, word: str) -> str:
        known = self._vocabulary.get(word[0], set())
        if word in known:
            return word
        best, least = word, (2 if len(word) >= _LONG else 1) + 1
        letters = set(word)
        for other in sorted(known):
            if abs(len(other) - len(word)) < least and len(letters ^ set(other)) <= 2 * least:
                apart = distance(word, other)
                if apart < least:
                    best, least = other, apart
        return best
