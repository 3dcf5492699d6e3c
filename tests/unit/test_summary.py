"""The summary as a value, what it is made of, and that making it takes time in proportion to what was said."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.chat.texts import CLOSED_AND_LOGGED_OUT, LOGGED_IN, LOGGED_IN_WITHOUT_NAME, LOGGED_OUT, LOGIN_EXPIRED
from bot.handoff.summary.extracting import department_keys, summarise
from bot.handoff.summary.fields import HEADINGS, KINDS, Field, Source, Summary
from bot.handoff.summary.tracing import untraceable
from bot.handoff.summary.transcript import Said
from bot.municipality import facts
from bot.privacy.masking import mask

_AT = datetime(2026, 11, 20, 9, tzinfo=timezone.utc)
_TOWN = facts.load(Path(__file__).parents[2] / "data" / "kommune.yml")


def _said(*texts: str, **changes: Any) -> list[Said]:
    """Messages of the citizen; of somebody else where the text begins "A:" or "S:"."""
    senders = {"A:": "assistant", "S:": "system"}
    return [
        Said(
            seq=seq,
            sender=senders.get(text[:2], "citizen"),
            text=text[2:].strip() if text[:2] in senders else text,
            at=_AT + timedelta(minutes=seq),
            **changes,
        )
        for seq, text in enumerate(texts, 1)
    ]


def _summary(transcript: list[Said]) -> Summary:
    return summarise(transcript, municipality=_TOWN, now=_AT)


def _values(kind: str, *texts: str) -> list[str]:
    return [field.value for field in _summary(_said(*texts)).all(kind)]


def test_every_kind_has_a_danish_heading() -> None:
    """What the desk and the citizen read above a field."""
    assert set(HEADINGS) == set(KINDS)
    assert all(heading[0].isupper() for heading in HEADINGS.values())


def test_a_summary_survives_being_kept() -> None:
    """JSON there and back is the same summary."""
    summary = _summary(_said("Ring til mig på 22 33 44 55 om min byggesag, jeg er lige flyttet"))
    assert summary.all("phone")
    assert Summary.from_json(summary.to_json()) == summary


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"fields": 7},
        {"fields": [None, {}, {"kind": "phone"}]},
        {"fields": [{"kind": "phone", "value": "1", "sources": []}]},
        {"fields": [{"kind": "ukendt", "value": "1", "sources": [{"seq": 1, "start": 0, "end": 1}]}]},
        {"fields": [{"kind": "phone", "value": "1", "sources": [{"seq": 1, "start": 2, "end": 1}]}], "at": "i går"},
        {"fields": [{"kind": "fact", "value": "x", "sources": [{"seq": 1, "start": 0, "end": 1}, {"seq": "2"}]}]},
    ],
)
def test_what_does_not_hold_is_left_out_when_it_is_read(raw: Any) -> None:
    """A field without a whole source is no field: never an error, never a guess."""
    assert Summary.from_json(raw) == Summary()


@pytest.mark.parametrize("words", [LOGGED_OUT, LOGIN_EXPIRED, CLOSED_AND_LOGGED_OUT])
def test_a_login_that_is_over_is_not_told(words: str) -> None:
    """Whoever is logged out is nobody again."""
    before = _summary(_said("S:" + LOGGED_IN.format(name="Anna Bjerregaard")))
    assert [field.value for field in before.all("identity")] == [
        "logget ind som Anna Bjerregaard 20. november 2026 kl. 10.01"
    ]
    assert _values("identity", "S:" + LOGGED_IN.format(name="Anna Bjerregaard"), "S:" + words) == []
    assert _values("identity", "S:" + words, "S:" + LOGGED_IN_WITHOUT_NAME) == [
        "logget ind 20. november 2026 kl. 10.02"
    ]


def test_nobody_can_type_a_login() -> None:
    """The system's words in a citizen's mouth log nobody in, and neither does a correction."""
    assert _values("identity", LOGGED_IN.format(name="Anna Bjerregaard")) == []
    by_hand = _said("logget ind", corrects={"identity": "logget ind"})
    assert _summary(by_hand).all("identity") == ()


@pytest.mark.parametrize(
    "words",
    ["mit cpr er 010190-1234", "ring til mig på 0101901234", "jeg er født 01.01.90 og de sidste fire er 1234"],
)
def test_a_masked_cpr_number_becomes_no_phone_case_or_fact(words: str) -> None:
    """What the mask hides is nowhere in the summary as something else."""
    masked = mask(words)
    for kind in ("phone", "case"):
        assert _values(kind, masked) == []
    assert not any("skjult" in value for value in _values("fact", masked))


def test_departments_have_keys() -> None:
    """The departments a summary names, as `kommune.yml` and the desk know them."""
    summary = _summary(_said("Jeg vil spørge om både hjemmehjælp og byggetilladelse"))
    assert department_keys(summary, _TOWN) == ("aeldre", "byggesag")


def test_a_correction_that_stands_nowhere_changes_nothing() -> None:
    """A value by hand must stand word for word in the citizen's own message."""
    said = [
        *_said("Ring på 22 33 44 55"),
        Said(seq=2, sender="citizen", text="ok", at=_AT, corrects={"phone": "11223344"}),
    ]
    assert [field.value for field in _summary(said).all("phone")] == ["22 33 44 55"]


@pytest.mark.parametrize(
    ("first", "then", "kind", "value"),
    [
        ("Jeg fik brevet den 3. november", "det var den 4. og ikke den 3.", "fact", "Jeg fik brevet den 4. november"),
        ("Jeg fik brevet i oktober", "nej, det var i september", "fact", "Jeg fik brevet i september"),
        ("Ring til mig torsdag kl. 10", "undskyld, ikke torsdag men fredag", "time", "fredag kl. 10"),
        ("Mit nummer er 22 11 33 44", "nej, jeg mener 22 33 44 55", "phone", "22 33 44 55"),
    ],
)
def test_the_last_word_counts(first: str, then: str, kind: str, value: str) -> None:
    """What is put right in words stands for what was said before, and can be traced to both."""
    transcript = _said(first, then)
    summary = _summary(transcript)
    assert [field.value for field in summary.all(kind)] == [value]
    assert untraceable(summary, transcript, municipality=_TOWN) == ()


@pytest.mark.parametrize(
    "words",
    ["Det haster ikke", "det er ikke akut", "sidste år var jeg hjemløs", "hvornår slår I græsset", "ingen hast"],
)
def test_what_is_denied_or_long_past_is_not_urgent(words: str) -> None:
    """Only what is urgent now jumps to the eye."""
    assert _values("urgency", words) == []


def test_a_field_of_another_conversation_can_not_be_traced() -> None:
    """Each field is looked for where it says it comes from."""
    made_up = Summary(fields=(Field(kind="phone", value="22 33 44 55", sources=(Source(seq=9, start=0, end=8),)),))
    assert untraceable(made_up, _said("Ring på 22334455"), municipality=_TOWN) == (
        "phone from message 9: a source points at nothing",
    )


def test_a_long_conversation_is_read_once() -> None:
    """Twice as many messages take twice the work, counted in calls: no message is read again for another."""
    lines = (
        "Jeg er blevet skilt og har ikke fået svar på min sag om hjemmehjælp. Hvornår sker der noget?",
        "ring til mig torsdag efter kl. 15 på 22334455, det haster",
        "nej, det var den 4. og ikke den 3.",
        "A:Vi arbejder på sagen nu.",
    )
    calls = [_calls(_said(*(lines[at % len(lines)] for at in range(size)))) for size in (100, 200, 400)]
    assert calls[1] < 2.5 * calls[0]
    assert calls[2] < 2.5 * calls[1]


def _calls(transcript: list[Said]) -> int:
    _summary(transcript)  # what is made once is made
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        _summary(transcript)
    finally:
        sys.setprofile(None)
    return count
