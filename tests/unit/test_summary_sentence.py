"""The gate before a language model's sentence: only what was said comes through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import pytest

from bot.handoff.summary.fields import Summary
from bot.handoff.summary.sentence import LONGEST, traced_sentence, written
from bot.handoff.summary.transcript import Said

_AT = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
_WORDS = (
    "Jeg er blevet skilt i september, og min mand har mistet sit job.",
    "Jeg har ikke fået brevet den 3. november. Det haster ikke.",
    "Jeg har to børn og betaler 4.500 kr. i husleje.",
)
_TRANSCRIPT = tuple(Said(seq=seq, sender="citizen", text=text, at=_AT) for seq, text in enumerate(_WORDS, 1))


def _gate(sentence: str, transcript: Sequence[Said] = _TRANSCRIPT) -> str | None:
    return traced_sentence(sentence, Summary(), transcript)


@pytest.mark.parametrize(
    "sentence",
    [
        "Borgeren er blevet skilt i september.",
        "Borgeren har ikke fået brevet den 3. november.",
        "Borgeren har to børn og betaler 4.500 kr. i husleje.",
        "Borgeren er blevet skilt i september, og hendes mand har mistet sit job.",
    ],
)
def test_what_was_said_comes_through(sentence: str) -> None:
    """A sentence whose every claim stands in one clause of the conversation is shown as it is."""
    assert _gate(sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Borgeren er blevet skilt i oktober.",  # another month
        "Borgeren har ikke fået brevet den 4. november.",  # another date
        "Borgeren har fået brevet den 3. november.",  # a negation lost
        "Borgeren er ikke blevet skilt i september.",  # a negation too many
        "Det haster.",  # a negation lost
        "Borgeren har tre børn og betaler 4.500 kr. i husleje.",  # another number in words
        "Borgeren har to børn og betaler 5.400 kr. i husleje.",  # another amount
        "Mette er blevet skilt i september.",  # a name nobody said
        "Borgeren har mistet sit job.",  # true of another: his, not hers, is let through only with its owner
        "Borgeren er deprimeret.",  # a word nobody said
        "Borgerens mand er blevet skilt i september.",  # two clauses put together
        "",
        "Borgeren er blevet skilt i september. Det haster ikke.",  # two sentences
        "Borgeren med CPR 010190-1234 er blevet skilt i september.",
        "Borgeren er " + "blevet " * LONGEST + "skilt i september.",
    ],
)
def test_a_sentence_with_one_untraceable_claim_is_dropped_whole(sentence: str) -> None:
    """Another number, name, owner or negation: nothing of it is shown."""
    assert _gate(sentence) is None


def test_what_the_assistant_said_is_no_claim_of_the_citizen() -> None:
    """Only the citizen's own words and the summary back a sentence; a pressed button does not."""
    said = Said(seq=1, sender="assistant", text="Du er blevet skilt i september.", at=_AT)
    chosen = Said(seq=2, sender="citizen", text="Jeg er blevet skilt i september.", at=_AT, chosen=True)
    assert _gate("Borgeren er blevet skilt i september.", [said, chosen]) is None


async def test_without_a_writer_there_is_no_sentence() -> None:
    """Off by default."""
    assert await written(None, Summary(), _TRANSCRIPT) is None


async def test_a_writer_is_held_to_the_gate() -> None:
    """What a writer makes up is dropped; what it repeats is shown."""

    class _Says:
        def __init__(self, sentence: str | None) -> None:
            self._sentence = sentence

        async def write(self, summary: Summary, transcript: Sequence[Said]) -> str | None:
            return self._sentence

    right = "Borgeren er blevet skilt i september."
    assert await written(_Says(right), Summary(), _TRANSCRIPT) == right
    assert await written(_Says("Borgeren er rig."), Summary(), _TRANSCRIPT) is None
    assert await written(_Says(None), Summary(), _TRANSCRIPT) is None
