"""What may become an example, and why not: told so that whoever wrote it knows what to do instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import InputError
from bot.nlu.evaluation.reading import read_sets
from bot.privacy.masking import MARK, mask
from bot.training.corpus import Corpus, folded
from bot.training.personal import Span
from bot.training.refusals import TrainingRefusal

LONGEST = 1_000  # characters
_UNSEEN = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


Personal = Callable[[str], Sequence[Span]]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A text that can't be an example, and why: ``code`` for the page, ``words`` in Danish.

    ``intent`` is where it stands already, ``spans`` what is personal in it.
    """

    text: str
    code: str
    words: str
    intent: str | None = None
    spans: tuple[Span, ...] = ()

    def more(self) -> dict[str, Any]:
        """What else the page is told of why."""
        told: dict[str, Any] = {"spans": [span.to_json() for span in self.spans]} if self.spans else {}
        return told | ({"intent": self.intent} if self.intent is not None else {})

    def to_json(self) -> dict[str, Any]:
        """As the page is told of one among several."""
        return {"text": self.text, "code": self.code, "words": self.words, **self.more()}


class NotAnExample(TrainingRefusal):
    """A text that can't be an example."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"not an example: {refused.code}", staff=refused.words, code=refused.code)
        self.intent = refused.intent
        self.spans = refused.spans
        self.more = refused.more()


class TestSets:
    """The messages that versions are measured with. An example that is one of them would make the figures lie.

    A file that can't be read is left out here: whoever measures with it is told.
    """

    __test__ = False  # nothing for pytest to collect

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._stamp: object = None
        self._words: frozenset[str] = frozenset()

    def words(self) -> frozenset[str]:
        """Their folded wordings, read anew when a file has changed."""
        stamp = tuple(_stamp(file) for file in self._files)
        if stamp != self._stamp:
            self._words = frozenset(words for file in self._files for words in _words_of(file))
            self._stamp = stamp
        return self._words


def one_line(text: str) -> str:
    """A text as it would stand in the file: in one line, without what nobody sees, letters in one piece."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_UNSEEN)).replace("\x85", "\n").split())


def refusal(
    text: str,
    *,
    intent: str,
    corpus: Corpus,
    measured: Collection[str],
    personal: Personal,
    title: Callable[[str], str],
    confirmed: bool,
    instead_of: str | None = None,
) -> Refused | None:
    """Why ``text``, made `one_line`, can't be an example of ``intent``; None: it can.

    ``confirmed``: a person says that what is personal in it may stand; a CPR number never may. ``instead_of`` is the
    id of the example that it is a new wording of.
    """
    problem = _of_itself(text)
    if problem is None and folded(text) in measured:
        problem = (
            "test_set",
            "Den besked bruges til at måle, hvor godt robotten forstår. Som eksempel ville den gøre målingen "
            "forkert. Skriv den med andre ord.",
        )
    if problem is not None:
        return Refused(text=text, code=problem[0], words=problem[1])
    for same in corpus.by_words.get(folded(text), ()):
        if same.intent != intent:
            return Refused(
                text=text,
                code="elsewhere",
                words=f"Det samme står allerede under »{title(same.intent)}«. Flyt det, hvis det hører til her.",
                intent=same.intent,
            )
        if same.id != instead_of:
            return Refused(text=text, code="duplicate", words="Det samme eksempel står her allerede.", intent=intent)
    spans = () if confirmed else tuple(personal(text))
    if spans:
        return Refused(
            text=text,
            code="personal",
            words="Det ligner personlige oplysninger. Skriv noget andet i stedet, eller bekræft, at det må stå der.",
            spans=spans,
        )
    return None


def value_refusal(value: str, *, personal: Personal, confirmed: bool) -> Refused | None:
    """Why a mark can't say ``value`` of the words that it marks; None: it can. ``confirmed`` as in `refusal`."""
    problem = _of_itself(value)
    if problem is not None:
        return Refused(text=value, code=problem[0], words=f"{problem[1]} Det står i et mærke.")
    if not confirmed and personal(value):
        words = "Noget i et mærke ligner personlige oplysninger. Skriv noget andet, eller bekræft, at det må stå der."
        return Refused(text=value, code="personal", words=words)
    return None


def _of_itself(text: str) -> tuple[str, str] | None:
    """Why a text can't be an example, whatever the others are."""
    if not text:
        return "empty", "Skriv, hvad en borger kunne finde på at skrive."
    if len(text) > LONGEST:
        return "too_long", f"Et eksempel må højst fylde {LONGEST:,} tegn. Del det, eller skriv det kortere.".replace(
            ",", ".", 1
        )
    if any(_is_unreadable(sign) for sign in text):
        return "control", "Der er tegn i teksten, som ikke kan læses. Skriv den forfra."
    if not re.search(r"[^\W_]", text):
        return "signs", "Der er kun tegn og ingen ord. Skriv mindst ét ord."
    if MARK in text or mask(text) != text:
        return "cpr", "Der er et CPR-nummer i teksten. Fjern det: det må aldrig stå i et eksempel."
    return None


def _is_unreadable(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Cn", "Co") or sign == "\ufffd"


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


def _words_of(file: Path) -> Iterable[str]:
    try:
        return [folded(one.text) for one in read_sets([file], intents=None)]
    except InputError:
        return ()
