"""Rules of the first draft of what goes back into the case."""

from __future__ import annotations

from datetime import date, datetime, timezone

from bot.handoff.filing.drafts import case_meant, due_of, note_text, task_text
from bot.handoff.model import Way
from bot.handoff.summary.transcript import Said
from tests.filing_setup import NOON, handoff, summary
from tests.unit.case_examples import BUILDING, CARE

MONDAY = datetime(2026, 11, 23, 23, 30, tzinfo=timezone.utc)  # in Denmark it is Tuesday already


def said(seq: int, at: datetime) -> Said:
    return Said(seq=seq, sender="citizen", text="…", at=at)


def test_a_note_quotes_each_fact_word_for_word() -> None:
    """The citizen's own words in Danish quotation marks, with the day; nothing is concluded, nothing else told."""
    told = summary(("fact", "Min mand er flyttet"), ("topic", "Boligstøtte"), ("fact", "Jeg har ikke fået brevet"))
    assert note_text(told, handoff()) == (
        "Borgeren oplyser i chat den 21. november 2026: »Min mand er flyttet« »Jeg har ikke fået brevet«"
    )


def test_each_fact_stands_under_the_day_it_was_told_in_denmark() -> None:
    """A conversation may last for days, and midnight is Danish midnight."""
    told = summary(("fact", "Jeg er syg"), ("fact", "Jeg er rask igen"))
    assert note_text(told, handoff(), [said(1, NOON), said(2, MONDAY)]) == (
        "Borgeren oplyser i chat den 21. november 2026: »Jeg er syg«\n"
        "Borgeren oplyser i chat den 24. november 2026: »Jeg er rask igen«"
    )


def test_without_facts_there_is_no_note() -> None:
    """Nobody is given an empty draft to sign."""
    assert note_text(summary(("topic", "Boligstøtte")), handoff()) == ""


def test_what_is_told_twice_is_noted_once() -> None:
    """The same words on the same day are one fact."""
    told = note_text(summary(("fact", "Jeg er syg"), ("fact", "Jeg er syg")), handoff())
    assert told.count("»Jeg er syg«") == 1


def test_no_cpr_number_comes_into_a_draft() -> None:
    """However it was written."""
    made = handoff(Way.CALL, phone="12 34 56 78")
    told = summary(("fact", "Mit nummer er 140348-1236"), ("last_question", "Kan I se 1403481236?"))
    for text in (note_text(told, made), task_text(told, made)):
        assert "1236" not in text and "[CPR-nummer skjult]" in text
    assert "12 34 56 78" in task_text(told, made)


def test_a_task_says_where_to_call_and_what_was_promised() -> None:
    """Number, day and time in Denmark, and the citizen's last question."""
    made = handoff(Way.CALL, phone="12 34 56 78", due_at=datetime(2026, 11, 24, 14, tzinfo=timezone.utc))
    assert task_text(summary(("first_request", "Hej"), ("last_question", "Hvornår får jeg svar?")), made) == (
        "Ring til borgeren på 12 34 56 78 senest tirsdag den 24. november kl. 15. Det er lovet i chatten."
        " Borgeren skriver: »Hvornår får jeg svar?«"
    )
    assert due_of(made) == date(2026, 11, 24)
    assert task_text(summary(), handoff(Way.CALL)) == "Ring til borgeren."


def test_the_deadline_is_the_promised_day_in_denmark() -> None:
    """Half past eleven at night in UTC is the next day."""
    assert due_of(handoff(Way.CALL, due_at=MONDAY)) == date(2026, 11, 24)
    assert due_of(handoff(Way.CALL)) == date(2026, 11, 21)


def test_the_case_is_the_one_that_was_spoken_of() -> None:
    """One that was named, or the only one there is; where it may be two, a person chooses."""
    assert case_meant(summary(("case", BUILDING.number)), [CARE, BUILDING]) == BUILDING
    assert case_meant(summary(), [CARE]) == CARE
    assert case_meant(summary(), [CARE, BUILDING]) is None
    assert case_meant(summary(("case", CARE.number), ("case", BUILDING.number)), [CARE, BUILDING]) is None
    # A number that is not among the citizen's own cases says nothing of the one case they have.
    assert case_meant(summary(("case", "27.36.04-G01-999-26")), [CARE]) is None
    assert case_meant(summary(("case", CARE.number)), []) is None
