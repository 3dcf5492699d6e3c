"""Which of a citizen's cases a text is about: its words against the cases' titles, subjects and people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bot.cases.case import Case, Role
from bot.danish.spelling import distance, fold

# What citizens call the subjects of KLE, by main group, group or subject; a longer number adds to a shorter.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "02": ("bygge", "byggeri", "byggetilladelse", "byggeansøgning", "hus", "carport", "tilbygning", "ombygning"),
    "05": ("vej", "fortov", "parkering", "vejarbejde", "gravetilladelse"),
    "07": ("affald", "skrald", "renovation", "container", "skraldespand", "genbrug"),
    "15": ("job", "beskæftigelse", "fleksjob", "ledig", "ressourceforløb"),
    "15.17": ("sygedagpengeopfølgning", "sygeopfølgning", "sygemelding", "sygemeldt"),
    "17": ("skole", "specialundervisning", "skolestart", "sfo"),
    "23": ("pas", "kørekort", "folkeregister", "flytning"),
    "23.05": ("navnebeskyttelse", "adressebeskyttelse", "hemmelig adresse", "navne- og adressebeskyttelse"),
    "27.36": ("hjemmehjælp", "pleje", "rengøring", "praktisk hjælp", "personlig pleje", "hjemmepleje"),
    "27.42": ("plejebolig", "plejehjem", "ældrebolig"),
    "27.60": ("handicapbil", "bil", "hjælpemiddel", "kørestol"),
    "28": ("dagtilbud", "børnehave", "vuggestue", "dagpleje", "pasning", "institution", "daginstitution"),
    "29": ("sundhed", "genoptræning", "træning", "fysioterapi", "tandpleje"),
    "32.03": ("pension", "førtidspension", "førtidspensionist"),
    "32.24": ("kontanthjælp", "uddannelseshjælp"),
    "32.30": ("sygedagpenge", "dagpenge", "syge", "sygemelding", "sygemeldt"),
    "34": ("barn", "børn", "børnesag", "underretning", "børnefaglig undersøgelse", "familie", "søn", "datter"),
}
# Words that stand in any case, or in what is asked of it; they tell no case from another.
_EMPTY = """
sag sagen sager ansøgning ansøgt søgt hjælp støtte status svar spørgsmål sagsbehandler sagsbehandling rådgiver
socialrådgiver konsulent kommune kommunen afdeling afgørelse afgøre behandle behandling behandles brev papir
dokument dokumentation møde tid dato frist nummer sagsnummer nyt penge person personlig praktisk bevilling
tilladelse mangler sende mig min mit mine jeg har hvad hvem hvor hvornår hvordan hvorfor med om den det der som
for fra til ved ikke nej anden andet andre første sidste også lige gerne godt tak hej kunne ville skulle være
bliver får vedrørende angående omkring efter under over mellem eller man noget nogen igen altså egentlig
tilskud forlængelse ændring ny nye gang dag uge måned på dem alle begge sammen
"""
_ENDINGS = ("ernes", "erne", "enes", "ens", "ets", "ene", "en", "et", "er", "es", "e", "s")
_SAG = re.compile(r"(.{3,}?)s?sag(?:en|er|erne|ens|s)?")
_RELATIVES = frozenset({"mor", "far", "foraeldre", "kone", "mand", "soester", "bror", "soen", "datter", "svigermor"})

# How well a word fits. Weak is less than half of strong: one sure word outweighs a chance likeness.
_SAME, _MISSPELT, _PART = 4.0, 3.0, 1.5
_TITLE = 1.0  # what it says in the title comes before what such cases are called


@dataclass(frozen=True)
class _Word:
    """A word of the text: its stem; ``sure`` when it is a compound with "sag"."""

    stem: str
    sure: bool = False


@dataclass(frozen=True)
class Known:
    """What a case may be called: its ``title``'s stems and its subject's, and ``names`` that must be the whole word."""

    title: frozenset[str]
    stems: frozenset[str]
    names: frozenset[str] = field(repr=False)


def matching(cases: Sequence[Case], text: str) -> list[Case]:
    """The ``cases`` that ``text`` fits best; several when it fits them alike, none when it says no subject.

    Inflection, compounds in one word or two, and misspelling are forgiven. A text that fits every one of
    several cases alike says nothing of which is meant, and gives all of them.
    """
    scores = [(_score(text, known_of(case)), case) for case in cases]
    best = max((score for score, _ in scores), default=0.0)
    return [case for score, case in scores if score and score >= best - 0.5]


def of_subject(cases: Sequence[Case], kle: str) -> list[Case]:
    """The ``cases`` of a KLE number, or else of its group (``27.36`` for ``27.36.04``)."""
    for wanted in (kle, kle[:5]):
        found = [case for case in cases if case.kle.startswith(wanted)]
        if found:
            return found
    return []


def names_a_subject(text: str) -> bool:
    """Whether ``text`` surely names a subject municipalities have cases of, whoever's it is."""
    every = _all_stems()
    return any((word.sure or len(word.stem) >= 7) and word.stem in every for word in _words(text))


def known_of(case: Case) -> Known:
    """What ``case`` may be called by the citizen it was given to."""
    said = [case.department.replace("_", " ")]
    said += [word for start, words in VOCABULARY.items() if case.kle.startswith(start) for word in words]
    stems = {word.stem for text in said for word in _words(text)}
    title = {word.stem for word in _words(case.title or "")}
    names = {name for party in case.parties for name in _names(party.name)}
    if case.handler is not None:
        names |= set(_names(case.handler.name))
    if case.my_role is Role.REPRESENTATIVE:
        names |= _RELATIVES
    return Known(title=frozenset(title), stems=frozenset(stems | title), names=frozenset(names - _empty()))


def _names(name: str) -> Iterable[str]:
    return (word for word in _split(name) if len(word) >= 3)


def _score(text: str, known: Known) -> float:
    """The sum over the words of ``text`` of how well each fits its best."""
    total = 0.0
    for word in _words(text):
        total += max((_likeness(word, stem) for stem in known.stems), default=0.0)
        total += _TITLE * (word.stem in known.title)
    for raw in _split(text):
        if raw in known.names or (raw.endswith("s") and raw[:-1] in known.names):
            total += _SAME
    return total


def _likeness(word: _Word, known: str) -> float:
    said = word.stem
    if said == known:
        return _SAME
    shorter = min(len(said), len(known))
    is_part = shorter >= 4 and (known.startswith(said) or known.endswith(said))
    if said in _all_stems():  # a subject of its own, so no misspelling of another: "plejebolig" is not "pleje"
        return _PART if is_part else 0.0
    allowed = 2 if shorter >= 9 else 1 if shorter >= 5 or (word.sure and shorter >= 3) else 0
    if allowed and said[0] == known[0] and abs(len(said) - len(known)) <= allowed and distance(said, known) <= allowed:
        return _MISSPELT
    # A longer word counts by its beginning only: "folkepension" is no "førtidspension", though both are "pension".
    return _PART if is_part or (shorter >= 4 and said.startswith(known)) else 0.0


def _words(text: str) -> list[_Word]:
    """The words that say something, and neighbours put together: "syge dagpenge" is "sygedagpenge" too."""
    raw = _split(text)
    made: dict[str, _Word] = {}
    for whole in (*raw, *(one + two for one, two in pairwise(raw))):
        joined = whole not in raw
        sag = _SAG.fullmatch(whole)
        stem = _stem(sag[1] if sag else whole)
        if whole in _empty() or stem in _empty_stems() or len(stem) < 3 or stem.isdigit():
            continue
        if joined and not sag and stem not in _all_stems():
            continue
        made.setdefault(stem, _Word(stem, sure=sag is not None))
    return list(made.values())


def _split(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", fold(text))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=1)
def _empty() -> frozenset[str]:
    return frozenset(_split(_EMPTY))


@lru_cache(maxsize=1)
def _empty_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _empty())


@lru_cache(maxsize=1)
def _all_stems() -> frozenset[str]:
    return frozenset(_stem("".join(_split(phrase))) for phrases in VOCABULARY.values() for phrase in phrases)


def says_something(text: str) -> bool:
    """Whether ``text`` has any word that could tell one case from another."""
    return bool(_words(text))
