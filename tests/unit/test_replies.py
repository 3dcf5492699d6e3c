"""Ready-made answers: filled in truly, plain to read, and a mistake in the file is told with its line."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.desk.replies import VARIABLES, Reply, fields_of, fill, load, values
from bot.errors import SettingsError
from bot.handoff.model import Handoff, Status, Way
from bot.handoff.rules import Trigger
from bot.handoff.summary.fields import Field, Source, Summary
from tests.asking import ROOT, the_municipality
from tests.unit.test_wording import lix, words_of

REPLIES = load(ROOT / "data" / "standardsvar.yml")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
CASE = Field(kind="case", value="27.60.20-G01-4-26", sources=(Source(seq=1, start=0, end=17),))
HANDOFF = Handoff(
    id=1,
    conversation_id="c",
    seq=1,
    status=Status.CLAIMED,
    way=Way.CHAT,
    trigger=Trigger.ASKED,
    priority=3,
    department="social",
    kle=None,
    person=None,
    summary=Summary(fields=(CASE,)),
    created_at=NOW,
)
KNOWN = values(
    the_municipality(),
    HANDOFF,
    staff="Mette Holm",
    citizen="Anna Bjerregaard",
    meeting="tirsdag den 1. december kl. 10 i Socialafdelingen",
)


def test_every_field_can_be_filled() -> None:
    """With a citizen who is logged in, a case and a meeting, nothing is left open in any answer."""
    assert set(KNOWN) == set(VARIABLES)
    assert [filled.missing for filled in (fill(reply, KNOWN) for reply in REPLIES) if filled.missing] == []
    assert KNOWN["borger"] == "Anna" and KNOWN["telefon"] == "12 34 56 40" and KNOWN["sagsnummer"] == CASE.value


def test_what_nobody_knows_is_named_and_not_made_up() -> None:
    """Not logged in, no case and no meeting: the field stands in brackets and is told as missing."""
    known = values(the_municipality(), replace(HANDOFF, summary=Summary()), staff="Mette", citizen="", meeting=None)
    reply = Reply(key="a", shortcut="/a", title="A", text="Hej {borger}. {medarbejder} her om {sagsnummer}, {borger}.")
    filled = fill(reply, known)
    assert filled.text == "Hej [borger]. Mette her om [sagsnummer], [borger]."
    assert filled.missing == ("borger", "sagsnummer")
    assert "moede" not in known


def test_a_name_is_no_template() -> None:
    """Braces in what is filled in stay as they are."""
    reply = Reply(key="a", shortcut="/a", title="A", text="Hej {borger}")
    assert fill(reply, {"borger": "{medarbejder}"}).text == "Hej {medarbejder}"


def test_there_is_an_answer_for_what_happens_every_day() -> None:
    """Twelve or more, with greeting, waiting, thanks, papers, complaint, danger and goodbye among them."""
    assert len(REPLIES) >= 12
    assert {"hej", "oejeblik", "tak", "telefon", "papirer", "klage", "akut", "moede", "farvel"} <= {
        r.key for r in REPLIES
    }
    danger = next(reply for reply in REPLIES if reply.key == "akut").text
    assert all(number in danger for number in ("112", "70 201 201", "1888", "116 111"))


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: str(reply.key))
def test_an_answer_is_easy_to_read(reply: Reply) -> None:
    """LIX at most 35, at most 60 words, no officialese, nobody told to call around."""
    text = fill(reply, KNOWN).text
    assert lix(text) <= 35
    assert len(words_of(text)) <= 60
    assert not re.search(r"\b[Vv]enligst\b|\b[Ss]åfremt\b|\bDe\b(?= (?:skal|kan|bedes))|[Rr]ing selv til|§", text)


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    """An unknown field, a brace alone, a double shortcut or key, a misspelt name, a shortcut without its slash."""
    file = tmp_path / "standardsvar.yml"
    file.write_text(
        "- {noegle: a, genvej: /a, titel: A, tekst: 'Hej {borgeren}'}\n"
        "- {noegle: b, genvej: /a, titel: B, tekst: 'Hej {borger'}\n"
        "- {noegle: a, genvej: c, titel: C, tekst: Hej}\n"
        "- {noegle: d, genvej: /d, titell: D, tekst: '{borger!r}'}\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as told:
        load(file)
    text = str(told.value)
    for line in (
        "linje 1: feltet {borgeren} kendes ikke. Her kan stå borger, medarbejder",
        "linje 2: /a står allerede i linje 1",
        "linje 2: tekst har en krøllet parentes",
        "linje 3: a står allerede i linje 1",
        "linje 3: genvej skal være et ord med skråstreg foran, for eksempel /tak, ikke 'c'",
        "linje 4: titell kendes ikke. Mente du titel?",
        "linje 4: feltet {borger} kendes ikke",
    ):
        assert line in text


def test_the_file_tells_every_field_there_is() -> None:
    """Whoever edits the file reads in it what may stand in braces."""
    head = (ROOT / "data" / "standardsvar.yml").read_text(encoding="utf-8").split("- noegle")[0]
    assert set(fields_of(head)) == set(VARIABLES)
