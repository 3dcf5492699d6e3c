"""Whether an answer is fit for a citizen: easy, short, plain, whole; and how it reads with everything filled in."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.municipality.readability import MOST_LIX, MOST_WORDS, lix, words_of

_PLACE = re.compile(r"\{(\w+)\}")
_HOURS = "mandag-onsdag kl. 9-15, torsdag kl. 9-17 og fredag kl. 9-14"
# What the robot fills in, with a typical value of each, as long as they get; measured with and shown in the preview.
TYPICAL: Mapping[str, str] = {
    "address": "Rådhustorvet 1, 9990 Nørreå",
    "appeal": "Ankestyrelsen",
    "assistant": "Nørre",
    "by": "3. december 2026",
    "calling": _HOURS,
    "case": "»Støtte til bil« (27.60.20-G01-4-26)",
    "cases": "- »Støtte til bil« (27.60.20-G01-4-26): behandles\n- »Sygedagpenge« (32.30.04-G01-7-26): afgjort",
    "days": "30",
    "deadline": "8 uger",
    "department": "Jobcentret",
    "email": "job@noerreaa.example",
    "event": "Vi har spurgt din læge",
    "handles": "skat, årsopgørelse og skattekort",
    "hours": _HOURS,
    "meaning": "Før vi afgør din sag, skal du se de oplysninger, vi bygger på. Du kan rette dem.",
    "municipality": "Nørreå Kommune",
    "name": "Mette Holm",
    "number": "tre",
    "on": "3. december 2026",
    "opening": "mandag-onsdag kl. 10-14, torsdag kl. 10-17 og fredag kl. 10-13",
    "opens": "mandag den 30. november kl. 9",
    "phone": "12 34 56 00",
    "reach": "Du finder dem på skat.dk, og de har telefon 72 22 18 18.",
    "shelter": "Forsorgshjemmet Åhuset",
    "status": "Vi venter på svar fra din læge",
    "todos": "- Send lønsedler for oktober (senest 3. december 2026)",
    "topic": "sygedagpenge",
    "weeks": "fire",
    "word": "partshøring",
}
# What each of them is, for those who write.
MEANINGS: Mapping[str, str] = {
    "address": "adressen",
    "appeal": "den, man klager til",
    "assistant": "robottens navn",
    "by": "den dato, borgeren senest får svar",
    "calling": "telefontiden",
    "case": "sagens titel og nummer",
    "cases": "listen over sager",
    "days": "antal dage",
    "deadline": "fristen",
    "department": "afdelingen",
    "email": "mailadressen",
    "event": "det, der er sket i sagen",
    "handles": "det, en anden myndighed tager sig af",
    "hours": "telefontiden",
    "meaning": "forklaringen på ordet",
    "municipality": "kommunens navn",
    "name": "navnet",
    "number": "et antal eller sagens nummer",
    "on": "datoen",
    "opening": "åbningstiden",
    "opens": "hvornår der åbner igen",
    "phone": "telefonnummeret",
    "reach": "hvordan man får fat i en anden myndighed",
    "shelter": "herberget",
    "status": "det, der står i sagen",
    "todos": "det, borgeren skal gøre",
    "topic": "emnet",
    "weeks": "antal uger",
    "word": "ordet fra brevet",
}
# Words of the desk, and being told to call around.
_STIFF: Mapping[str, str] = {
    r"\b[Vv]enligst\b": "»venligst«",
    r"\b[Ss]åfremt\b": "»såfremt« (skriv »hvis«)",
    r"\bi henhold til\b": "»i henhold til« (skriv »efter«)",
    r"\bvedr\.": "»vedr.« (skriv »om«)",
    r"\b[Rr]ing selv til\b": "»ring selv til« (borgeren skal ikke selv ringe rundt)",
    r"\bDeres?\b(?! sag)": "»De« (skriv »du«)",
    r"\bDem\b(?!,)": "»Dem« (skriv »dig«)",
    r"\b[Bb]edes\b": "»bedes«",
    r"\bpågældende\b": "»pågældende«",
    r"\bhenvendelse\b": "»henvendelse«",
}
# "De" and "Dem" may begin a sentence as ordinary words.
_FIRST_WORD = re.compile(r"(^|[.!?:]\s+|\n)(De|Dem|Deres)\b")
_NOT_DANISH = re.compile(r"(?:ae|oe|aa)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\S+\.(?:dk|example)\b")
_REFUSES = re.compile(r"\b(?:[Jj]eg kan (?:desværre )?ikke|kan jeg (?:desværre )?ikke|[Jj]eg må ikke)\b")
_REASON = re.compile(r"\bfor (?:jeg|vores|den|det|du|her)\b|\b(?:[Mm]åske|ud over|fordi)\b|otte tal")
_WAY_ON = re.compile(
    r"\{phone\}|menneske|borger\.dk|[Pp]røv igen|[Vv]ælg|Digital Post|lederen|brevet|\b(?:\d\d ){3}\d\d\b"
)
# What the widget makes a link of: whole addresses, and the names of Danish sites as people write them.
_LINK = re.compile(
    r"https?://[^\s<>\"'«»]+|(?<![\w@./-])(?:[a-z0-9-]+\.)+dk(?:/[^\s<>\"'«»]*)?(?![\w@])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is wrong with an answer, in Danish; ``code`` is for the page."""

    code: str
    text: str


def places(text: str) -> frozenset[str]:
    """The names in braces that the robot fills in."""
    return frozenset(_PLACE.findall(text))


def loose_braces(text: str) -> bool:
    """Whether a brace stands where nothing can be filled in."""
    return bool(re.search(r"[{}]", _PLACE.sub("", text)))


def filled(text: str, known: Mapping[str, str] | None = None) -> str:
    """``text`` with typical values, or those ``known``, where the robot fills in its own."""
    values = {**TYPICAL, **(known or {})}
    return _PLACE.sub(lambda found: values.get(found.group(1), found.group()), text)


def links(text: str) -> list[str]:
    """The addresses on the net in ``text``, as a browser would open them, each once."""
    found = (link.group().rstrip(".,;:!?)'…") for link in _LINK.finditer(text))
    return list(dict.fromkeys(link if link.lower().startswith("http") else f"https://{link}" for link in found))


def problems(text: str, *, buttons: bool = False) -> Iterator[Problem]:
    """What is wrong with one text of a response, as a citizen would read it. ``buttons``: it has some below it."""
    shown = filled(text)
    hard, words = lix(shown), len(words_of(shown))
    if hard > MOST_LIX:
        yield Problem(
            code="hard",
            text=f"Svaret er svært at læse: lixtal {lix_words(hard)}, og det må højst være {MOST_LIX}. "
            "Skriv kortere sætninger og kortere ord.",
        )
    if words > MOST_WORDS:
        yield Problem(code="long", text=f"Svaret er for langt: {words} ord. Skriv højst {MOST_WORDS}.")
    if "§" in re.split(r"[.!?]\s", text)[0]:
        yield Problem(code="law", text="Der står § i den første sætning. Sig først, hvad det betyder for borgeren.")
    if stiff := list(stiff_words(shown)):
        yield Problem(code="stiff", text=f"Det lyder for stift: {', '.join(stiff)}.")
    if refuses_without_reason(text):
        yield Problem(code="no_reason", text="Svaret siger nej, men ikke hvorfor. Skriv grunden.")
    if refuses_without_way_on(text, buttons=buttons):
        yield Problem(code="no_way_on", text="Svaret siger nej, men ikke, hvad borgeren så kan gøre. Skriv det.")


def lix_words(value: float) -> int:
    """The index as it is shown: what is over the limit never looks as if it were at it."""
    return math.ceil(value) if value > MOST_LIX else round(value)


def stiff_words(text: str) -> Iterator[str]:
    """Officialese in ``text``, each with what to write instead."""
    plain = _FIRST_WORD.sub(r"\1", text)
    for pattern, told in _STIFF.items():
        if re.search(pattern, plain):
            yield told


def without_danish_letters(text: str) -> bool:
    """Whether æ, ø or å are written ae, oe or aa somewhere besides an address."""
    return bool(_NOT_DANISH.search(_ADDRESS.sub("", text)))


def refuses_without_reason(text: str) -> bool:
    """Whether it says that something can't or may not be done, and not why."""
    return bool(_REFUSES.search(text)) and not _REASON.search(text)


def refuses_without_way_on(text: str, *, buttons: bool) -> bool:
    """Whether it says no, and offers nothing else that can be done."""
    return bool(_REFUSES.search(text)) and not _WAY_ON.search(text) and not buttons


def gone(before: Collection[str], texts: Sequence[str]) -> Iterator[Problem]:
    """What the robot filled in ``before`` and none of ``texts`` has a place for any more."""
    left = frozenset().union(*(places(text) for text in texts))
    for name in sorted(frozenset(before) - left):
        what = MEANINGS.get(name, name)
        yield Problem(code="gone", text=f"{{{name}}} er væk, så borgeren ikke længere får {what} at vide.")
