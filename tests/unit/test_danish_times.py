"""Danish expressions of time, resolved in Copenhagen's time against the moment they are said."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.danish.times import Phrase, read_times
from bot.danish.times.resolving import wall
from bot.municipality.workdays import COPENHAGEN

TABLE: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "nlu" / "tider.yml").read_text(encoding="utf-8")
)
ROWS = [(block["nu"], text, meant) for block in TABLE for text, meant in block["tider"].items()]
SATURDAY = datetime(2026, 11, 21, 13, 0, tzinfo=COPENHAGEN)


def danish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def written(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y-%m-%dT%H:%M") + moment.strftime("%z")[:3]


def meaning(phrases: list[Phrase]) -> str:
    return " ; ".join(
        ("ikke " if phrase.negated else "")
        + ("hver " if phrase.every else "")
        + " | ".join(f"{written(span.since)}/{written(span.until)}" for span in phrase.spans)
        for phrase in phrases
    )


@pytest.mark.parametrize(("now", "text", "meant"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_an_expression_means_what_danes_mean_by_it(now: str, text: str, meant: str) -> None:
    """Days, dates, weeks, feasts and the clock, across both changes of the clock and the ends of years."""
    assert meaning(read_times(text, now=danish(now))) == meant


def test_the_table_covers_what_it_must() -> None:
    """150 expressions and more, with ten at each change of the clock and at year ends."""
    at = {block["nu"][:7]: 0 for block in TABLE}
    for block in TABLE:
        at[block["nu"][:7]] += len(block["tider"])
    assert len(ROWS) >= 150
    assert min(at["2027-03"], at["2026-10"], at["2026-12"] + at["2027-01"]) >= 10


@pytest.mark.parametrize(
    "text",
    [
        "i uge fik jeg tre breve",
        "sag 3.12.26-G01 findes ikke",
        "kle 32.24.04 står der",
        "27.36.04-G01-12-26",
        "ring på 12 34 56 78",
        "12.34.56.78",
        "jeg bor på 2. sal",
        "jeg har to børn på 3 og 8 år",
        "efter § 12 har jeg ret til det",
        "det er den 3. gang jeg skriver",
        "om sommeren er vi i sommerhus",
        "god morgen, er der nogen",
        "god weekend til jer",
        "god jul og godt nytår",
        "tak for i dag",
        "det koster 14.30 kr om dagen",
        "jeg er 58 år og har arbejdet i 30 år",
        "fem i klassen",
        "om to børn",
        "det kan man. Også selv",
        "jeg arbejder nat",
        "min søn. Han er syg",
        "en gang om ugen",
        "to gange om måneden",
        "døgnet rundt 24/7",
        "hvor længe skal jeg vente",
        "det tager alt for lang tid",
        "nummer 10-12 på vejen",
        "afsnit 3.2 i brevet",
        "efter 3 måneder",
        "jeg fik 10 til 12 breve",
        "halv pris",
    ],
)
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    """Case numbers, subject numbers, phones, floors, paragraphs, prices, ages, counts, greetings."""
    assert read_times(text, now=SATURDAY) == []


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("kan I ringe på torsdag efter kl. 14, tak", ["på torsdag efter kl. 14"]),
        ("Hej! Jeg kan kun tirsdag eller torsdag.", ["tirsdag eller torsdag"]),
        ("jeg kan ikke mandag, men onsdag formiddag er fint", ["ikke mandag", "onsdag formiddag"]),
        ("mødet d. 3/12 kl. 9.30 skal flyttes til ugen efter", ["d. 3/12 kl. 9.30", "til ugen efter"]),
        ("jeg fik brev i sidste uge og skal svare senest fredag", ["i sidste uge", "senest fredag"]),
        ("Vi er bortrejst mellem jul og nytår 🎄 og hjemme igen den 2.", ["mellem jul og nytår", "den 2."]),
        ("I ringede ikke i går", ["i går"]),
    ],
)
def test_a_phrase_is_found_whole_in_a_sentence(text: str, phrases: list[str]) -> None:
    """With the words that say how it is meant, and no others."""
    assert [phrase.text for phrase in read_times(text, now=SATURDAY)] == phrases


def test_a_weekday_is_never_today() -> None:
    """ "Fredag" said on a Friday is in a week; the Friday today is called "i dag"."""
    friday = danish("2026-11-27T09:00")
    assert meaning(read_times("på fredag", now=friday)) == "2026-12-04T00:00+01/2026-12-05T00:00+01"
    assert meaning(read_times("jeg ringede fredag", now=friday)) == "2026-11-20T00:00+01/2026-11-21T00:00+01"


def test_next_wednesday_said_on_a_monday_is_not_the_coming_one() -> None:
    """ "Næste onsdag" is in the next calendar week, "på onsdag" in this one."""
    monday = danish("2026-11-23T09:00")
    assert meaning(read_times("næste onsdag", now=monday)) == "2026-12-02T00:00+01/2026-12-03T00:00+01"
    assert meaning(read_times("på onsdag", now=monday)) == "2026-11-25T00:00+01/2026-11-26T00:00+01"


def test_today_is_the_danish_day() -> None:
    """At 23.30 UTC it is tomorrow already in Denmark."""
    late = datetime(2026, 11, 21, 23, 30, tzinfo=timezone.utc)
    assert meaning(read_times("i morgen", now=late)) == "2026-11-23T00:00+01/2026-11-24T00:00+01"


def test_where_a_time_is_asked_for_a_bare_number_is_one() -> None:
    """ "Fra 9" answers when; in a letter it may be anything."""
    assert read_times("fra 9", now=SATURDAY) == []
    assert meaning(read_times("fra 9", now=SATURDAY, asked=True)) == "2026-11-21T09:00+01/2026-11-22T00:00+01"


def test_an_hour_that_comes_twice_begins_with_the_first_and_ends_with_the_second() -> None:
    """So that a span over it is as long as the night was."""
    begins, ends = wall(danish("2026-10-25T00:00").date(), 150), wall(danish("2026-10-25T00:00").date(), 150, end=True)
    assert ends.astimezone(timezone.utc) - begins.astimezone(timezone.utc) == timedelta(hours=1)


WORDS = [word for _, text, _ in ROWS for word in text.split()]
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=timezone.utc)
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, MOMENTS, st.booleans())
def test_whatever_is_written_there_are_sound_spans_or_none(text: str, now: datetime, asked: bool) -> None:
    """Nothing raises; phrases lie within the text in order; nothing ends before it begins; all is Danish time."""
    ends = 0
    for phrase in read_times(text, now=now, asked=asked):
        assert ends <= phrase.start < phrase.end <= len(text)
        assert text[phrase.start : phrase.end] == phrase.text
        ends = phrase.end
        for span in phrase.spans:
            for moment in (span.since, span.until):
                assert moment is None or moment.tzinfo is COPENHAGEN
            if span.since and span.until:
                assert span.since.astimezone(timezone.utc) <= span.until.astimezone(timezone.utc)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), MOMENTS)
def test_capitals_and_written_out_letters_change_nothing(text: str, now: datetime) -> None:
    """ "NÆSTE LØRDAG" and "naeste loerdag" are »næste lørdag«."""
    plain = meaning(read_times(text, now=now))
    written_out = text.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    assert meaning(read_times(text.upper(), now=now)) == plain
    assert meaning(read_times(written_out, now=now)) == plain
