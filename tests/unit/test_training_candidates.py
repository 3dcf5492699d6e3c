"""What may become an example, and what whoever wrote it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.training.candidates import LONGEST, Refused, TestSets, one_line, refusal
from bot.training.corpus import Corpus, folded
from bot.training.personal import personal

CORPUS = Corpus.of(
    {
        "data/nlu/a.yml": 'version: "3.1"\n\nnlu:\n  - intent: hilsen\n    examples: |\n      - hej med dig\n'
        "  - intent: svartid\n    examples: |\n      - hvornår får min [mor](relation) svar?\n"
    }
)


def refused(text: str, *, intent: str = "hilsen", confirmed: bool = False, measured: str = "") -> Refused | None:
    return refusal(
        one_line(text),
        intent=intent,
        corpus=CORPUS,
        measured={folded(measured)} if measured else frozenset(),
        personal=personal,
        title=str.upper,
        confirmed=confirmed,
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("empty", ""),
        ("empty", " \n\t\u200b "),
        ("too_long", "hej " * LONGEST),
        ("signs", "!!! :-) ..."),
        ("signs", "😀"),
        ("signs", "___"),
        ("control", "hej\x00dig"),
        ("control", "hej\x1bdig"),
        ("control", "hej \ud83d"),
        ("control", "hej \ufffd"),
        ("control", "hej \uffff"),
        ("cpr", "mit nummer er 010190-1234"),
        ("cpr", "mit nummer er [CPR-nummer skjult]"),
        ("duplicate", "Hej, med dig!"),
        ("elsewhere", "hvornår får min mor svar"),
        ("test_set", "Det bliver vi målt på"),
        ("personal", "jeg hedder Mette Hansen"),
        ("personal", "ring på 12 34 56 78"),
    ],
)
def test_what_can_be_no_example_is_refused_with_its_reason(code: str, text: str) -> None:
    """In words that say what to do; the page knows which by the code."""
    no = refused(text, measured="det bliver vi målt på")

    assert no is not None
    assert no.code == code
    assert no.words.endswith((".", "?")) and "YAML" not in no.words
    json.dumps(no.words)


@pytest.mark.parametrize("text", ["hej", "ok 12", "1", "- hej", "# hej", "Ærø", "dzień dobry", "مرحبا", "a" * LONGEST])
def test_what_a_citizen_may_write_may_be_an_example(text: str) -> None:
    """Digits alone, other alphabets and odd beginnings among it."""
    assert refused(text) is None


def test_elsewhere_says_in_which_intent_by_its_title() -> None:
    """So that it can be moved from there."""
    no = refused("Hvornår får min mor svar")

    assert no is not None
    assert (no.intent, "SVARTID" in no.words) == ("svartid", True)


def test_a_person_may_let_personal_details_stand_but_never_a_cpr_number() -> None:
    """A made-up name does no harm; a CPR number belongs to somebody."""
    assert refused("jeg hedder Mette Hansen", confirmed=True) is None
    no = refused("jeg er Mette Hansen, 010190-1234", confirmed=True)

    assert no is not None
    assert no.code == "cpr"


def test_personal_details_are_told_with_their_places() -> None:
    """The page marks them."""
    no = refused("jeg hedder Mette Hansen")

    assert no is not None
    (span,) = no.spans
    assert "jeg hedder Mette Hansen"[span.start : span.end] == "Mette Hansen"
    assert no.to_json()["spans"] == [{"start": 11, "end": 23, "kind": "navn"}]


def test_an_example_may_be_written_in_another_way_in_its_own_place() -> None:
    """A comma more makes no other message, but it is what it is changed to."""
    (example,) = CORPUS.intent("hilsen").examples
    no = refusal(
        "Hej, med dig",
        intent="hilsen",
        corpus=CORPUS,
        measured=(),
        personal=personal,
        title=str,
        confirmed=False,
        instead_of=example.id,
    )

    assert no is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  to\nlinjer\r\n og\ttab ", "to linjer og tab"),
        ("linje\u2028skift\x85her", "linje skift her"),
        ("ha\u030ar", "hår"),
        ("u\u00adsyn\u200blig\ufeff", "usynlig"),
        ("👩\u200d👧 hej", "👩\u200d👧 hej"),
    ],
)
def test_a_message_becomes_one_line(text: str, line: str) -> None:
    """As it stands in the file; what nobody sees is left out."""
    assert one_line(text) == line


def test_test_sets_are_read_anew_when_they_change_and_need_not_be_there(tmp_path: Path) -> None:
    """Somebody who adds a message to measure with has it kept out at once."""
    file = tmp_path / "sæt.jsonl"
    sets = TestSets([file, tmp_path / "mangler.jsonl"])
    assert sets.words() == frozenset()

    file.write_text('{"text": "Hvor er I?", "intent": "aabningstider"}\n', encoding="utf-8")
    assert sets.words() == {"hvor er i"}
