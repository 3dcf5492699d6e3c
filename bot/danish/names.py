"""Finds the caseworker's name in what a citizen writes: "min sagsbehandler hedder mette holm".

A name is known by where it stands, not by a list, so that Xhevahire is found like Mette. Right after a word for the
caseworker whatever is no Danish word is a name; after a weaker sign ("tale med …") it must be a known first name, or be
written with a capital and be no Danish word. The citizen's own name ("jeg hedder …", "hilsen …") is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.danish.first_names import FIRST_NAMES
from bot.danish.lexicon import is_word
from bot.danish.name_cues import BEFORE_THESE, FROM, NOT_THEIRS, OWN, SIGNED, STRONG, WEAK, WORD
from bot.danish.spelling import fold

_NEVER = frozenset(
    """
    jeg du han hun den det de vi man min mit mine din jeres jer os mig ham hende dem ingen nogen en et denne dette
    alle anden andet andre nej ja hej tak god godt kommunen kommune borgerservice jobcenter jobcentret jobcenteret
    mitid digital post udbetaling danmark skat politiet regionen nemid eboks nørreå noerreaa robot robotten
    chatbot bot kle cpr januar februar marts april juni juli august september oktober november december mandag
    tirsdag onsdag torsdag fredag lørdag søndag chefen lederen afdelingen sagsbehandler sagsbehandleren rådgiver
    rådgiveren syg ferie barsel orlov væk her der nu og eller men for fra til med om på ved hos af er var har
    havde kan vil skal må lægen læge familieafdelingen socialforvaltningen ydelsescentret rådhuset ankestyrelsen
    statsforvaltningen familieretshuset nogle ikke aldrig
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
# Surnames that are words as well.
_SURNAMES = frozenset(
    """
    bak bang berg bjerg borg brandt bruun bro dahl dal dam friis hald hansen holm holst iversen kjaer koch krog kruse
    lund lykke moeller munk nygaard ravn skov smed steen toft vang vinther winther
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
_PARTICLES = frozenset({"al", "el", "von", "van", "de", "abu", "bin", "ibn", "la", "da"})
_PLACE = re.compile(r"(?:styrelsen?|teamet|centre?t|afdelingen|kontoret|nævnet|retten|huset|skolen|banken?)\Z")
_VOWEL = re.compile(r"[aeiouy]")
_VERB = re.compile(r".{3,}(?:er|ede|ende|te|et|es|ne|igt)\Z")
_MOST = 3  # words of a name


@dataclass(frozen=True)
class Name:
    """A caseworker's name as it is to be shown, and where it stands."""

    shown: str
    start: int
    end: int


def find_names(text: str) -> list[Name]:
    """The names of caseworkers in ``text``, in the order they stand."""
    words = list(re.finditer(WORD, text))
    if not words:
        return []
    shouted = text.upper() == text
    found: dict[int, Name] = {}
    for start, sure in _places(text):
        at = next((number for number, word in enumerate(words) if word.start() == start), None)
        if at is None or OWN.search(text[max(0, start - 80) : start]):
            continue
        name = _name_at(text, words, at, sure=sure, shouted=shouted)
        if name is not None and (start not in found or len(name.shown) > len(found[start].shown)):
            found[start] = name
    ends, kept = -1, []
    for start in sorted(found):
        if start >= ends:
            kept.append(found[start])
            ends = found[start].end
    return kept


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where a name may begin, and how sure that is: 2 of itself, 1 with a capital, 0 only for a known name."""
    strong, weak, after, before = _patterns()
    for pattern, sure in ((strong, 2), (weak, 1), (after, 0)):
        for match in pattern.finditer(text):
            yield match.end(), sure
    for word in re.finditer(WORD, text):
        if _is_somebody(text, word):
            yield word.start(), 0
    for match in before.finditer(text):
        yield match.start("name"), 1
        if match["second"]:
            yield match.start("second"), 1


def _is_somebody(text: str, word: re.Match[str]) -> bool:
    """A known name with a capital, wherever it stands, that is not the citizen's own or signed below."""
    before, after = text[: word.start()], text[word.end() :]
    folded = fold(word[0])
    if not word[0][0].isupper() or not _is_first_name(folded) or _is_everyday(folded):
        return False
    if after[:1] in ("_", "@", "+") or before[-1:] in ("_", "@", "+"):  # of a mail address
        return False
    last = re.search(rf"({WORD}) $", before[-40:])
    if last and _is_first_name(fold(last[1])):  # the rest of a name that was looked at already
        return False
    signed = SIGNED.search(before[-3:]) and re.fullmatch(rf"(?: {WORD})?(?:\W*|, ?\d.*)", after)
    return not (signed or NOT_THEIRS.search(before[-60:]) or after.startswith(" her"))


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    flags = re.IGNORECASE
    return (
        re.compile("|".join(f"(?:{cue})" for cue in STRONG), flags),
        re.compile("|".join(f"(?:{cue})" for cue in WEAK), flags),
        re.compile("|".join(f"(?:{cue})" for cue in FROM), flags),
        re.compile(rf"\b(?P<name>{WORD})(?: (?P<second>{WORD}))?(?:{'|'.join(BEFORE_THESE)})", flags),
    )


def _name_at(text: str, words: list[re.Match[str]], at: int, *, sure: int, shouted: bool) -> Name | None:
    first = words[at][0]
    if not _begins(first, strong=sure == 2, shouted=shouted):
        return None
    last = at
    for number in range(at + 1, min(at + _MOST, len(words))):
        gap = text[words[number - 1].end() : words[number].start()]
        if gap != " " or not _goes_on(words[number][0], first, shouted=shouted):
            break
        last = number
    if sure == 0 and not _is_first_name(fold(first)) and last == at:
        return None
    start, end = words[at].start(), words[last].end()
    shown = text[start:end]
    if shown[-2:] in ("'s", "’s"):
        end, shown = end - 2, shown[:-2]
    return Name(" ".join(map(_shown, shown.split(" "))), start, end)


def _begins(word: str, *, strong: bool, shouted: bool) -> bool:
    small = word.lower()
    folded = fold(word)
    if small in _NEVER or len(word) < 2 or _PLACE.search(small) or not _VOWEL.search(folded):
        return False
    if word.isupper() and not shouted:  # "PPR", "SU"
        return False
    if _is_first_name(folded):
        # "Bo", "Kim", "Per" and "Storm" are words too; small letters mean a name only where one is expected
        return strong or _capital(word, shouted) or not _is_everyday(folded)
    if _capital(word, shouted):
        return not is_word(folded)
    return strong and not is_word(folded) and not _VERB.fullmatch(folded)


def _goes_on(word: str, first: str, *, shouted: bool) -> bool:
    small, folded = word.lower(), fold(word)
    if small in _NEVER and small not in _PARTICLES:
        return False
    if first[0].isupper() and not shouted:
        return word[0].isupper() or small in _PARTICLES
    return (
        _is_first_name(folded)
        or folded in _SURNAMES
        or (not is_word(folded) and not _VERB.fullmatch(folded))
        or folded.endswith("sen")
    )


def _is_first_name(folded: str) -> bool:
    return all(part in _names() for part in folded.replace("’", "'").split("-"))


def _is_everyday(folded: str) -> bool:
    return folded in {
        "hans",
        "bo",
        "kim",
        "per",
        "storm",
        "maj",
        "mai",
        "mark",
        "tue",
        "ole",
        "dan",
        "liv",
        "tim",
        "rosa",
        "stine",
    }


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(map(fold, FIRST_NAMES))


def _capital(word: str, shouted: bool) -> bool:
    return word[0].isupper() and not shouted


def _shown(word: str) -> str:
    """With a capital to each part: "jens-peter" is "Jens-Peter"; what has capitals is left as it is."""
    if word != word.lower() and word != word.upper():
        return word
    if word.lower() in _PARTICLES:
        return word.lower()
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
