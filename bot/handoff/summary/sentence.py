"""A language model may add one sentence to a summary; it is dropped whole if any claim in it can't be traced.

Off by default: no writer is part of the product. Whoever connects one gives the place that makes summaries a
`SentenceWriter`, and shows only what `traced_sentence` lets through. The gate trusts nothing the model says: a word
that carries meaning must stand in the conversation or in the summary, and so must every number, date and name; and
it must deny exactly where the conversation does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.danish.spelling import fold
from bot.handoff.summary.clauses import MONTH, RELATIVE, WEEKDAY, clauses, read
from bot.handoff.summary.fields import Summary
from bot.handoff.summary.transcript import Said
from bot.privacy.masking import MARK, mask

LONGEST = 40  # words

# Words that join others and claim nothing; to be, to have, and how it is said that somebody asks.
_EMPTY = frozenset(
    re.findall(
        r"[a-z]+",
        fold(
            "og eller men at som der det den de en et i på til fra med af om for ved hos under over efter før "
            "siden mens når da så også samt både er var har havde bliver blev vil kan skal må være blive få får "
            "fik han hun sig sin sit sine hans hendes deres dem borgeren borgerens borger spørger beder ønsker "
            "oplyser fortæller skriver siger gerne sagen sag denne dette disse nu her hvor hvem hvad hvornår "
            "hvordan hvorfor end mellem vedrørende angående jeg du vi min mit mine mig dig os vores din dit dine"
        ),
    )
)
_NEGATION = re.compile(
    r"\b(?:ikke|ik|aldrig|ingen|intet|ingenting|uden|hverken|nej|endnu\s+ikke|ikke\s+laengere|mangler)\b"
)
# Somebody else than the citizen; "he" and "she" at the beginning are somebody who is not named in the clause.
_OTHER = re.compile(rf"\b{RELATIVE}\b(?<!borgeren)(?<!borger)(?<!borgerens)|^(?:han|hun|de|den|det)\b")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_COUNTED = re.compile(
    r"\b(?:nul|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|tyve|tredive|fyrre"
    r"|halvtreds|hundrede|tusind"
    rf"|{MONTH}|{WEEKDAY}s?|halvanden|halvandet|dobbelt\w*|alle|begge|foerste|anden|sidste)\b"
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_ENDINGS = ("erne", "ene", "ede", "ens", "ets", "er", "en", "et", "es", "te", "e", "s", "t", "r")
_SHORTEST_STEM = 4


class SentenceWriter(Protocol):
    """Whatever writes the one sentence: a language model behind the municipality's own agreement."""

    async def write(self, summary: Summary, transcript: Sequence[Said]) -> str | None:
        """One Danish sentence on what ``summary`` says, or None. May raise what it will: no sentence then."""
        ...


async def written(writer: SentenceWriter | None, summary: Summary, transcript: Sequence[Said]) -> str | None:
    """The writer's sentence if there is a writer and all of the sentence can be traced; else None."""
    if writer is None:
        return None
    sentence = await writer.write(summary, transcript)
    return traced_sentence(sentence, summary, transcript) if sentence else None


def traced_sentence(sentence: str, summary: Summary, transcript: Sequence[Said]) -> str | None:
    """``sentence`` as it is, or None when any part of it can't be traced to what was said.

    Dropped are also: more than `LONGEST` words, more than one sentence, a CPR number or the mark of one, and a
    negation where what it is said of has none in the conversation, or none where that has one.
    """
    sentence = sentence.strip()
    plain = fold(sentence)
    if not sentence or len(plain.split()) > LONGEST or "\n" in sentence or re.search(r"[.!?]\s+\S", _dated(plain)):
        return None
    if MARK in sentence or mask(sentence) != sentence or "cpr" in plain:
        return None
    said = _said(summary, transcript)
    told = list(_told(said))
    known = {stem for one in told for stem in one.stems}
    numbers = {number for text in said for number in _NUMBER.findall(fold(text))}
    counted = {match[0] for text in said for match in _COUNTED.finditer(fold(text))}
    if any(number not in numbers for number in _NUMBER.findall(plain)):
        return None
    if any(match[0] not in counted for match in _COUNTED.finditer(plain)):
        return None
    if any(stem not in known for stem in _stems(plain)):
        return None
    return sentence if all(_is_backed(claim, told) for claim in _told([sentence])) else None


def _said(summary: Summary, transcript: Sequence[Said]) -> list[str]:
    """What the sentence may speak of: the citizen's own words, and what the summary says."""
    words = [one.text for one in transcript if one.sender == "citizen" and not one.chosen]
    return [*words, *(field.value for field in summary.fields)]


@dataclass(frozen=True)
class _Claim:
    """One clause: the stems of its words, whether it denies, and of whom else than the citizen it speaks."""

    stems: frozenset[str]
    denies: bool
    others: frozenset[str]


def _told(said: Sequence[str]) -> Iterator[_Claim]:
    for text in said:
        reading = read(text)
        for clause in clauses(reading):
            yield _Claim(
                stems=frozenset(_stems(clause.words)),
                denies=bool(_NEGATION.search(clause.words)),
                others=frozenset(_stem(match[0]) for match in _OTHER.finditer(clause.words)),
            )


def _is_backed(claim: _Claim, told: Sequence[_Claim]) -> bool:
    """Whether one clause of the conversation says it: holds all words of the claim, of the same person, denied alike.

    A claim may not be put together from two clauses: "the husband has a job" is not said by a husband here and a
    job there. Nor may any clause with the same words say the opposite.
    """
    if not claim.stems:
        return not claim.denies
    backing = [one for one in told if claim.stems <= one.stems]
    return bool(backing) and all(one.denies == claim.denies and one.others == claim.others for one in backing)


def _stems(plain: str) -> Iterator[str]:
    for word in _WORD.findall(plain):
        if word not in _EMPTY and not _NEGATION.fullmatch(word):
            yield _stem(word)
    # A number belongs to what it is said of as much as a word does.
    yield from _NUMBER.findall(plain)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _dated(plain: str) -> str:
    """Without the full stops that end no sentence: of dates and abbreviations."""
    return re.sub(r"(?<=\d)\.|\b(?:kl|tlf|nr|ca|kr|d)\.", " ", plain)
