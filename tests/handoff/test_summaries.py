"""Summaries against conversations written and labelled by hand: what is found, and that every falsification shows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.handoff.summary.extracting import summarise
from bot.handoff.summary.fields import CORRECTABLE, Summary
from bot.handoff.summary.tracing import differences, untraceable
from bot.handoff.summary.transcript import Said
from tests.handoff.corpus import NOW, Conversation, conversations, municipality
from tests.handoff.measuring import measure
from tests.handoff.mutations import mutations

_every = pytest.mark.parametrize("conversation", conversations(), ids=lambda one: one.name)


def test_there_are_enough_conversations() -> None:
    """Sixty or more, each with a name of its own."""
    names = Counter(conversation.name for conversation in conversations())
    assert len(names) >= 60
    assert max(names.values()) == 1


def test_the_summaries_say_what_a_caseworker_would_note(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the labelled fields at least 95 % are found, and at most 2 % of what is found is not labelled."""
    score = measure(conversations())
    with capsys.disabled():
        print(f"\n{score.table()}")
    assert score.recall() >= 0.95, score.missed
    assert score.precision() >= 0.98, score.extra


@_every
def test_every_field_can_be_traced(conversation: Conversation) -> None:
    """100 %: also after the summary was kept as JSON."""
    summary = _summary(conversation)
    assert untraceable(summary, conversation.transcript, municipality=municipality()) == ()
    assert Summary.from_json(summary.to_json()) == summary


def test_every_falsification_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """A swapped speaker, a dropped "ikke", another number: it changes the summary, or the old one can't be traced."""
    tried: Counter[str] = Counter()
    unseen = []
    for conversation in conversations():
        summary = _summary(conversation)
        for mutation in mutations(conversation.transcript, summary):
            tried[mutation.what] += 1
            falsified = mutation.transcript != conversation.transcript
            again = summarise(mutation.transcript, municipality=municipality(), now=NOW) if falsified else summary
            reasons = differences(mutation.summary, again, mutation.transcript)
            # A falsified conversation gives another summary; a falsified summary can't be traced.
            if not reasons and (not falsified or again.fields == summary.fields):
                unseen.append((conversation.name, mutation.what, mutation.detail))
    with capsys.disabled():
        print(f"\n{sum(tried.values())} forfalskninger, {len(unseen)} ikke set: {dict(tried)}")
    assert not unseen
    assert sum(tried.values()) > 500


_WORDS = st.lists(
    st.sampled_from(
        [
            "jeg",
            "har",
            "ikke",
            "fået",
            "svar",
            "på",
            "min",
            "sag",
            "om",
            "hjemmehjælp",
            ".",
            "?",
            "!",
            ",",
            "\n",
            "og",
            "men",
            "ring",
            "mig",
            "op",
            "12345678",
            "den",
            "3.",
            "november",
            "det",
            "var",
            "4.",
            "nej",
            "mener",
            "haster",
            "hvornår",
            "kommer",
            "tolk",
            "arabisk",
            "søn",
            "skal",
            "med",
            "onsdag",
            "kl.",
            "10",
            "a@b.example",
            "27.36.04-G01-12-26",
            "[CPR-nummer",
            "skjult]",
            "ı",
            "İ",
            "ß",
            "ﬁ",
            "æøå",
            "ÆØÅ",
            "😀",
            "\u200b",
            "hvis",
            "for",
            "da",
            "at",
            "skilt",
        ]
    ),
    max_size=25,
).map(" ".join)
_SAID = st.builds(
    dict,
    sender=st.sampled_from(["citizen", "citizen", "citizen", "assistant", "system", "staff"]),
    text=_WORDS | st.text(max_size=60),
    chosen=st.booleans(),
    card=st.none()
    | st.dictionaries(
        st.sampled_from(["type", "number", "title", "todos", "next", "state_text", "department"]),
        st.sampled_from(
            [
                "case",
                "27.36.04-G01-12-26",
                "",
                7,
                None,
                [],
                [{"text": "Send", "due": "3. maj 2026"}, 4],
                {"text": "x", "on": None},
            ]
        ),
        max_size=6,
    ),
    corrects=st.dictionaries(st.sampled_from([*sorted(CORRECTABLE), "identity", "?"]), _WORDS, max_size=2),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SAID, max_size=8))
def test_whatever_is_written_gives_a_summary_that_can_be_traced(messages: list[dict[str, object]]) -> None:
    """No text, card or correction makes it fail, or say what can't be traced."""
    transcript = [Said(seq=seq, at=NOW, **one) for seq, one in enumerate(messages, 1)]  # type: ignore[arg-type]
    summary = summarise(transcript, municipality=municipality(), now=NOW)
    assert untraceable(summary, transcript, municipality=municipality()) == ()
    assert not any("skjult" in one.value for one in summary.fields if one.kind in ("phone", "case", "fact"))


def _summary(conversation: Conversation) -> Summary:
    return summarise(conversation.transcript, municipality=municipality(), now=NOW)
