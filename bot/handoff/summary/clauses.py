"""Messages made easy to read for a program: folded to plain letters, cut into sentences and clauses, places kept.

Citizens write without commas, question marks or æøå; so what is searched is the folded text ("faar", "soen"),
and every place found in it leads back to the characters that were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bot.danish.spelling import fold
from bot.municipality.danish import MONTHS

MONTH = "(?:" + "|".join([*MONTHS, "jan", "feb", "apr", "aug", "sept?", "okt", "nov", "dec"]) + ")"
WEEKDAY = "(?:mandag|tirsdag|onsdag|torsdag|fredag|loerdag|soendag)"
RELATIVE = (
    r"(?:lille|store|halv|sted|pap|pleje|bonus)?(?:mor|moder|far|fader|mand|kone|kaereste|samlever|aegtefaelle"
    r"|soen|datter|barn|boern|dreng|pige|soester|bror"
    r"|mormor|morfar|farmor|farfar|bedstemor|bedstefar|svigermor|svigerfar|svigersoen|svigerdatter|foraeldre|nabo"
    r"|ven|veninde|tvillinger|yngste|aeldste|eksmand|ekskone|eks|oenske|barnebarn|tante|onkel|nevoe|niece|borger"
    r"|klient|patient)(?:ens|en|s|e|rne|ne|n|r)?"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:kl|tlf|nr|ca|evt|mdr|kr|d|f\.eks|bl\.a|pga|p\.g\.a|dvs|osv|jf|mht|inkl|dr|hr|fr|vedr|ang|min|max)$"
)
_GOES_ON = re.compile(rf"\s*(?:{MONTH}\b|og\b|eller\b|ikke\b|til\b|kl\b|men\b|\d)")
_END = re.compile(r"[!?;\n…]+|\.+(?=\s|$)|\s[-–]\s")

_SUBJECT = rf"(?:jeg|vi|man|han|hun|de|det|nu|min|mit|mine|vores|mor|far|ham|{WEEKDAY})"
_ASKED = r"(?:jeg|i|du|man|vi|der|det|min|mit|mine|nogen|kommunen|sagen|han|hun|de|den)"
_ASKING_VERB = (
    r"(?:kan|kunne|maa|skal|skulle|vil|ville|er|har|faar|bliver|ved|gaelder|findes|mangler|kommer|goer|sker|gaar|var"
    r"|fik|tager|hjaelper|ringer|har)"
)
_CUT = re.compile(
    rf"""
      ,\s*(?=(?:(?:og|men|saa|for|fordi|eller)\s+)*{_SUBJECT}\b)
    | ,\s*(?=(?:og|men|saa|fordi|hvis|hv\w+)\b)
    | ,\s*(?={_ASKING_VERB}\s+{_ASKED}\b)
    | (?<!\s)\s+(?=(?:men|fordi|hvis)\b)
    | (?<!\s)\s+(?=saa\s+(?:min|mit|mine)\s) | (?<!\s)\s+(?=og\s+den\s+\w+\s+\w+er\b)
    | (?<!\s)\s+(?=(?:og|saa|eller)\s+(?:(?:saa|nu|derfor|der)\s+)?
        (?:jeg|vi|han|hun|nu|de|det|der\s+(?:har|er)|i\s+(?:har|skal|kan
        |vil|maa|er))\b)
    | (?<!\s)\s+(?=(?:og|saa)\s+(?:min|mit|mine|vores)\s+(?:\w+\s+){{1,4}}(?:er|har|kan|skal|vil|fik|blev|bor
        |\w+(?:er|ede|te))\b)
    | (?<!\s)\s+(?=for\s+(?:jeg|vi|han|hun|det|de)\b) | (?<!\s)\s+(?=og\s+(?:skriver|ringer)\s+(?:ang|vedr|paa|for
        |fordi)\b)
    | ,\s*(?=(?:nummeret|adressen|mailen|mail|tlf|telefon|i\s+(?:har|skal|kan|vil|maa))\b)
    | (?<!\s)\s+(?=(?:og|saa|for|eller)\s+(?:hvem|hvad|hvor\w*|hvilke\w*)\b)
    | (?<!\s)\s+(?=(?:og|saa)\s+{_ASKING_VERB}\s+{_ASKED}\b)
    """,
    re.VERBOSE,
)
_QUESTION_WORD = (
    r"(?:h?vem|h?vad|h?vorn?aar|h?vordan|h?vorfor|hvordan|hvorfor|hvor|hvilken|hvilket|hvilke|hvorlaenge|hvorhenne)"
)
# A question that begins in the middle of a sentence without a sign before it.
_RUN_ON = re.compile(
    rf"""(?<!\s)\s+(?={_QUESTION_WORD}\s+(?:lang\w*\s+|laenge\s+|meget\s+|mange\s+|snart\s+)?
        (?:tid\s+)?(?:er|har|faar|kan|skal|sker|bliver|kommer|gaar|goer|mangler|tager|ringer|maa|sidder)\b)
      | (?<!\s)\s+(?=(?:jeg|vi)\s+(?:har|er|skal|vil|bor|arbejder|fik|blev|ringede|sendte|venter|mangler|oensker)\b)
      | (?<!\s)\s+(?=(?:kan|maa|har|vil)\s+(?:i|du|jeg)\b)""",
    re.VERBOSE,
)
# After these a new sentence does not begin without a sign.
_HOLDING = "|".join(
    [
        "vide",
        "ved",
        "om",
        "spoerge",
        "spurgt",
        "sige",
        "sagt",
        "siger",
        "til",
        "paa",
        "hoere",
        "forstaar",
        "forstaa",
        "forstod",
        "se",
        "af",
        "at",
        "og",
        "men",
        "som",
        "der",
        "hvis",
        "naar",
        "fordi",
        "da",
        "for",
        "saa",
        "hvad",
        "hvem",
        "siden",
        "mens",
        "det",
        "den",
        "dem",
        "end",
        "inden",
        "selvom",
        "i",
        "nu",
        "derfor",
        "mig",
        "dag",
        "eller",
        "er",
        "har",
        "kan",
        "vil",
        "skal",
        "maa",
        "fortaelle",
        "fortalte",
        "en",
        "et",
        "lige",
        "gerne",
        "med",
        "gaar",
        "foer",
        "ogsaa",
        "faar",
        "uge",
        "gang",
        "aar",
    ]
)
_HOLDS_ON = re.compile(
    rf"(?:\b(?:{_HOLDING}|hvor\w*|hv\w+ \w+|(?:ved|aner|forstaar|husker) ikke)|\w{{3,}}(?:en|et|ne|ene))$"
)
_LEADING = re.compile(
    rf"""(?:
        [\s,.:;!?()»«"'*-]+
      | (?:og|men|fordi|eller|altsaa|desuden|ogsaa|ja|jo|nej|ok|okay|hov|naa|oeh|undskyld|desvaerre|forresten)\b[\s,]+
      | (?:for|saa|da)\s+(?={_SUBJECT}\b)
      | (?:hej\s?(?:sa|med\s+(?:dig|jer)|igen|der|allesammen|alle|kommune|noerre)?|heeej|goddag|godmorgen|godaften
        |hejmeddig|yo|hey|hi|hello|salam|god\s+(?:morgen|aften|eftermiddag|dag)|dav\w?|hallo|halloej|mojn|tjena
        |kaere\s+\w+(?:\s+kommune)?)(?=[\s,.!-])[\s,.!-]*
      | (?:mange\s+)?tak(?:\s+(?:skal\s+(?:du|i)\s+have|for\s+(?:det|svaret|hjaelpen|svar)))?[\s,.!]+
    )""",
    re.VERBOSE,
)
_TRAILING = " \t\r\n,.:;!()»«\"'*-"
_HANGING = re.compile(r"\s(?:og|men|saa|for|fordi|eller)$")
QUESTION = re.compile(rf"(?:mon\b|{_QUESTION_WORD}\b|{_ASKING_VERB}\s+{_ASKED}\b)")


@dataclass(frozen=True)
class Reading:
    """A message's ``text``, its folded form ``plain``, and for each letter of ``plain`` its place in ``text``."""

    text: str = field(repr=False)
    plain: str = field(repr=False)
    places: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``plain[start:end]`` stands in ``text``."""
        return self.places[start], self.places[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """``plain[start:end]`` as it was written."""
        first, last = self.span(start, end)
        return self.text[first:last]


@dataclass(frozen=True)
class Clause:
    """One statement or question: ``plain[start:end]`` of its reading, without greeting and conjunction.

    ``sentence`` counts the sentences of the message; ``asks`` when it is put as a question.
    """

    plain: str = field(repr=False)
    start: int
    end: int
    sentence: int
    asks: bool

    @property
    def words(self) -> str:
        """The clause in plain letters."""
        return self.plain[self.start : self.end]


def read(text: str) -> Reading:
    """Fold ``text``, keeping the places."""
    if text.isascii():
        return Reading(text, text.lower(), tuple(range(len(text))))
    folded = [_fold(letter) for letter in text]
    places = tuple(at for at, letters in enumerate(folded) for _ in letters)
    return Reading(text, "".join(folded), places)


@lru_cache(maxsize=1024)
def _fold(letter: str) -> str:
    return fold(letter)


def clauses(reading: Reading) -> list[Clause]:
    """Every clause of the message, in order; what is only a greeting or a sign is none."""
    found = []
    for number, (start, end, marked) in enumerate(_sentences(reading.plain)):
        pieces = list(_pieces(reading.plain, start, end))
        for at, (first, last) in enumerate(pieces):
            trimmed = _trimmed(reading.plain, first, last)
            if trimmed is None:
                continue
            asks = bool(QUESTION.match(reading.plain, *trimmed)) or (marked and at == len(pieces) - 1)
            found.append(Clause(reading.plain, *trimmed, sentence=number, asks=asks))
    return found


def _sentences(plain: str) -> Iterator[tuple[int, int, bool]]:
    start = 0
    for match in _END.finditer(plain):
        before = plain[start : match.start()]
        if match[0].startswith("."):
            if _ABBREVIATION.search(before):
                continue
            if before[-1:].isdigit() and _GOES_ON.match(plain, match.end()):
                continue
        if before.strip():
            yield start, match.end(), "?" in match[0]
        start = match.end()
    if plain[start:].strip():
        yield start, len(plain), False


def _pieces(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    cuts = sorted({match.end() for match in _CUT.finditer(plain, start, end)} | set(_run_on(plain, start, end)))
    for cut in cuts:
        if cut > at:
            yield at, cut
            at = cut
    yield at, end


def _run_on(plain: str, start: int, end: int) -> Iterator[int]:
    for match in _RUN_ON.finditer(plain, start, end):
        before = plain[max(start, match.start() - 40) : match.start()].rstrip()
        if len(before.split()) >= 2 and not _HOLDS_ON.search(before):
            yield match.end()


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int] | None:
    while leading := _LEADING.match(plain, start, end):
        start = leading.end()
    end = start + len(plain[start:end].rstrip(_TRAILING))
    if hanging := _HANGING.search(plain, max(start, end - 8), end):
        end = start + len(plain[start : hanging.start()].rstrip(_TRAILING))
    return (start, end) if re.search(r"\w", plain[start:end]) else None
