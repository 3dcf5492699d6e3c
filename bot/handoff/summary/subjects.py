"""What the citizen's words are about: the municipality's own topics, found with their places in the text."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from dataclasses import dataclass

from bot.danish.spelling import find, fold, words_of
from bot.handoff.summary.clauses import Reading
from bot.municipality.model import Authority, Department, Municipality

_WORD = re.compile(r"[a-z0-9]+")
_MOST_WORDS = 4  # in a known phrase, or a compound that was written apart
_SHORTEST_COMPOUND = 6  # "byggesag" in "byggesagsbehandler", but not "vej" in "vejledning"
_ENDINGS = ("ernes", "erne", "ens", "ets", "ene", "er", "en", "et", "es", "ne", "e", "s", "n", "t", "r")
# Topics that are everyday words as well: they say what the matter is only as the municipality wrote them,
# and give way to every other.
_EVERYDAY = frozenset(
    map(
        fold,
        [
            "job",
            "arbejde",
            "vej",
            "adresse",
            "flytning",
            "familie",
            "skole",
            "læge",
            "lægen",
            "regning",
            "ydelse",
            "ydelser",
            "ældre",
            "træning",
            "kost",
            "park",
            "skilt",
            "træer",
            "trafik",
            "ejendom",
            "pas",
            "stjålet",
            "operation",
            "opereres",
            "opereret",
            "sygehus",
            "sygehuset",
            "hospital",
            "politi",
            "politiet",
            "skat",
            "barsel",
            "pension",
            "pasning",
            "institution",
            "ledig",
            "tømning",
            "handicap",
            "demens",
            "misbrug",
            "alkohol",
            "stoffer",
            "skel",
            "anmeldelse",
            "rengøring",
            "skilsmisse",
            "samvær",
            "mentor",
            "praktik",
            "recept",
            "fradrag",
            "bøde",
            "aktivering",
            "hegn",
            "container",
            "sortering",
            "bryllup",
            "diabetes",
            "begravelse",
            "dødsfald",
            "er",
            "død",
            "skadestue",
            "psykiatri",
            "ambulance",
            "speciallæge",
            "lægetid",
            "gæld",
            "arbejdsløs",
        ],
    )
) | {"er doed"}
_SHORTEST_MISSPELT = 7
_HEAD = 4  # letters that must be right
_FALSE = re.compile(
    r"\bkoste[rt]?\b|\bpas(?:se|ser|set|ses|sede)?\s+(?:paa|bedst|mig|fint|godt|ikke)|\bpas(?:ser|se|set)\b"
)


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A ``topic`` as the municipality names it, who handles it, and its place in the folded text.

    ``kle`` is the number of the published deadline for such matters, if there is one.
    """

    topic: str
    who: Department | Authority
    kle: str | None
    start: int
    end: int


class Subjects:
    """The municipality's topics, made ready to be looked up word by word."""

    def __init__(self, municipality: Municipality) -> None:
        self._known: dict[str, tuple[str, Department | Authority]] = {}
        everybody: list[Department | Authority] = [*municipality.departments.values(), *municipality.authorities]
        for who in everybody:
            for topic in (*who.topics, who.name):
                self._known.setdefault("".join(words_of(topic)), (topic, who))
        self._deadlines: dict[str, str] = {}
        for deadline in municipality.deadlines:
            for name in (deadline.name, *deadline.topics):
                joined = "".join(words_of(name))
                self._deadlines.setdefault(joined, deadline.kle)
                self._known.setdefault(joined, (name, municipality.department_for(deadline.kle)))

        self._heads = frozenset(joined[:_HEAD] for joined in self._known)

    @classmethod
    def of(cls, municipality: Municipality) -> Subjects:
        """The topics of ``municipality``, made ready once for as long as it lives."""
        made = _made.get(id(municipality))
        if made is None or made[0]() is not municipality:
            made = weakref.ref(municipality), cls(municipality)
            _made[id(municipality)] = made
        return made[1]

    def mentions(self, reading: Reading, start: int, end: int, *, everyday: bool = True) -> list[Mention]:
        """The topics spelt right (inflected or in a compound too) in ``plain[start:end]``, in order.

        The longest counts where two overlap, and an everyday word only where it stands alone and ``everyday`` ones do.
        """
        found = sorted(self._found(reading, start, end), key=lambda one: (one.start - one.end, one.start))
        kept: list[Mention] = []
        for one in found:
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
        telling = [one for one in kept if not _is_everyday(one.topic)]
        return sorted(telling if telling or not everyday else kept, key=lambda one: one.start)

    def misspelt(self, reading: Reading, start: int, end: int) -> Mention | None:
        """The best topic in ``plain[start:end]`` when spelling is forgiven; slow, so asked where nothing was found."""
        words = [(match.start(), match.end()) for match in _WORD.finditer(reading.plain, start, end)]
        spelt = [reading.plain[first:last] for first, last in words]
        best: tuple[float, int, str] | None = None
        for joined in self._known:
            if len(joined) < _SHORTEST_MISSPELT or _is_everyday(self._known[joined][0]):
                continue
            hit = find(self._known[joined][0], spelt)
            if hit and (best is None or hit.score > best[0]):
                best = hit.score, hit.at, joined
        if best is None:
            return None
        first, last = words[best[1]]
        return self._mention(best[2], first, last)

    def named(self, topic: str) -> Mention | None:
        """The topic with this very name, as a mention of nowhere."""
        joined = "".join(words_of(topic))
        return self._mention(joined, 0, 0) if joined in self._known else None

    def _found(self, reading: Reading, start: int, end: int) -> Iterator[Mention]:
        words = [(match.start(), match.end()) for match in _WORD.finditer(reading.plain, start, end)]
        false = [match.span() for match in _FALSE.finditer(reading.plain, start, end)]
        for at in range(len(words)):
            for size in range(1, min(_MOST_WORDS, len(words) - at) + 1):
                first, last = words[at][0], words[at + size - 1][1]
                joined = "".join(reading.plain[begin:stop] for begin, stop in words[at : at + size])
                known = self._look_up(joined, compounds=size == 1)
                if known is not None and not any(begin <= first < stop for begin, stop in false):
                    yield self._mention(known, first, last)

    def _look_up(self, joined: str, *, compounds: bool) -> str | None:
        if joined[:_HEAD] not in self._heads:  # most words need no more than this
            return None
        if joined in self._known:
            return joined
        for ending in _ENDINGS:
            stem = joined[: -len(ending)]
            if joined.endswith(ending) and len(stem) >= 4 and (stem in self._known):
                return stem
            if joined.endswith(ending) and len(stem) > 4 and stem[-1] == stem[-2] and stem[:-1] in self._known:
                return stem[:-1]
        if compounds:
            for length in range(len(joined) - 1, _SHORTEST_COMPOUND - 1, -1):
                if joined[:length] in self._known and not _is_everyday(joined[:length]):
                    return joined[:length]
        return None

    def _mention(self, joined: str, start: int, end: int) -> Mention:
        topic, who = self._known[joined]
        return Mention(topic=topic, who=who, kle=self._deadlines.get(joined), start=start, end=end)


def _is_everyday(topic: str) -> bool:
    return fold(topic) in _EVERYDAY


# A municipality holds mappings, so it can be no key itself.
_made: dict[int, tuple[weakref.ref[Municipality], Subjects]] = {}
