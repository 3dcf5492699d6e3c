"""A message as plain words with their places, cut into sentences, so that what is dangerous can be quoted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

END = "¶"  # stands between two sentences in `Reading.line`
_FOLD = {"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "è": "e", "ü": "u", "ö": "oe", "ä": "ae"}
# A letter and its ring or dots may be two characters, as some phones send them.
_TOKEN = re.compile(r"[^\W_]+(?:['’´\u0300-\u036f][^\W_]*)*|[.!?…;:\n]+|[()\"»«–—]|[\U0001F300-\U0001FAFF]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_DAY = {"nat", "aften", "dag", "morgen", "morges", "gaar", "forgaars", "formiddags", "eftermiddags", "eftermiddag"}
_ABBREVIATIONS = frozenset(
    [
        "kl",
        "tlf",
        "bl",
        "eks",
        "f",
        "ca",
        "nr",
        "dvs",
        "evt",
        "pga",
        "mht",
        "osv",
        "st",
        "tv",
        "th",
        "mdr",
        "ang",
        "vedr",
        "inkl",
        "ekskl",
        "hr",
        "fr",
        "jf",
        "stk",
        "mr",
        "dr",
        "afd",
        "jr",
        "sr",
    ]
)
# How people write on a phone, in dialect and by ear. Only forms that mean nothing else in Danish.
_WRITINGS = {
    **dict.fromkeys(("ik", "ikk", "it", "itte", "et'", "ig", "ihk", "ikek", "ikke'"), "ikke"),
    **dict.fromkeys(("mae", "mej", "maj'"), "mig"),
    **dict.fromkeys(("a", "jej", "jg", "jeh", "jei"), "jeg"),
    **dict.fromkeys(("aa", "o"), "og"),
    "sae": "sig", "sej": "sig", "dae": "dig", "hae": "har", "haar": "har", "ka": "kan", "ku": "kunne",
    "ska": "skal", "sku": "skulle", "wil": "vil", "no": "nu", "te": "til", "mi": "min", "mn": "min",
    "tat": "taget", "taet": "taget", "blir": "bliver", "ble": "blev", "bleven": "blevet", "blevt": "blevet",
    "gir": "giver", "ta": "tage", "ha": "have", "gaa'": "gaa", "hva": "hvad", "hvo": "hvor", "hwor": "hvor",
    "leev": "leve", "lev'": "leve", "laeve": "leve", "lewe": "leve", "doe'": "doe", "dod": "doe", "daj": "dig",
    "dej": "dig",
    "slar": "slaar", "slor": "slaar", "slaer": "slaar",
    "hjaelpe": "hjaelp", "hjelp": "hjaelp", "hjealp": "hjaelp", "fo": "faa", "faat": "faaet", "hielt": "helt",
    "haj": "hej", "exs": "eks", "ex": "eks", "eksen": "eks", "exen": "eks", "tlf": "telefon",
    "telfon": "telefon", "tlfon": "telefon", "mobil": "telefon", "ma": "maa", "ga": "gaa", "morn": "morgen",
    "ned'": "ned", "derhjem": "derhjemme", "hjem'": "hjem", "weg": "vaek", "vaeg'": "vaek", "paa'": "paa",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """One word of a message in its plain form; ``start`` and ``end`` are where it stands in the original."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """The words of one sentence, at least one."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Where it begins in the original."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where it ends in the original, without its full stop."""
        return self.words[-1].end

    @property
    def text(self) -> str:
        """Its plain words with a space between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Reading:
    """A message read: the original and its sentences."""

    original: str
    sentences: tuple[Sentence, ...]

    @cached_property
    def line(self) -> str:
        """All plain words in a row with a space on both sides of each, and `END` between two sentences."""
        return f" {END} " + "".join(f"{sentence.text} {END} " for sentence in self.sentences)

    @cached_property
    def _starts(self) -> tuple[list[int], list[Word | None]]:
        starts: list[int] = []
        words: list[Word | None] = []
        at = 3
        for sentence in self.sentences:
            for word in sentence.words:
                starts.append(at)
                words.append(word)
                at += len(word.text) + 1
            at += len(END) + 1
        return starts, words

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``start:end`` of `line` stands in the original, in whole words."""
        starts, words = self._starts
        inside = [
            word for at, word in zip(starts, words, strict=True) if word and at < end and at + len(word.text) > start
        ]
        return inside[0].start, inside[-1].end


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """A word in small letters with æ, ø, å written out and the way people write it on a phone made ordinary."""
    small = unicodedata.normalize("NFC", word.lower()).replace("’", "'").replace("´", "'")
    folded = "".join(_FOLD.get(letter, letter) for letter in _REPEATED.sub(r"\1", small))
    known = _WRITINGS.get(folded)
    if known is None:
        folded = folded.replace("'", "")
        known = _WRITINGS.get(folded, folded)
    return known


def read(text: str) -> Reading:
    """``text`` as words and sentences. A full stop after a number or an abbreviation ends no sentence."""
    sentences: list[Sentence] = []
    words: list[Word] = []
    for token in _TOKEN.finditer(text):
        piece = token[0]
        if piece[0].isalnum():
            word = Word(plain(piece), token.start(), token.end())
            if words and words[-1].text == "i" and word.text in _DAY:
                word = Word("i" + word.text, words.pop().start, word.end)
            words.append(word)
        elif words and _ends(piece, words[-1].text, text, token.end()):
            sentences.append(Sentence(tuple(words)))
            words = []
    if words:
        sentences.append(Sentence(tuple(words)))
    return Reading(text, tuple(sentences))


def _ends(mark: str, before: str, text: str, end: int) -> bool:
    if mark[0] in '()"»«–—':
        return False
    if mark[0] in "!?\n…" or len(mark) > 1:
        return True
    if mark[0] == ":":
        return False
    after = text[end : end + 2].lstrip()
    if mark[0] == "." and not text[end : end + 1].isspace() and text[end : end + 1]:
        return False  # "kl.9", "f.eks"
    return not (before in _ABBREVIATIONS or (before.isdigit() and not after[:1].isupper()))
