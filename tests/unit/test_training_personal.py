"""What may tell who somebody is, found before a message becomes an example."""

from __future__ import annotations

import itertools
import time

import pytest

from bot.privacy.masking import MARK
from bot.training.personal import Span, personal


def flagged(text: str) -> list[tuple[str, str]]:
    """What is flagged, with its kind."""
    return [(text[span.start : span.end], span.kind) for span in personal(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hej jeg hedder xhevahire krasniqi", [("xhevahire krasniqi", "navn")]),
        ("Hvem har min sag?\nHilsen\nXhevahire", [("Xhevahire", "navn")]),
        ("mvh bo", [("bo", "navn")]),
        ("min mand per er syg", [("per", "navn")]),
        ("min søn, ahmad, har ikke fået svar", [("ahmad", "navn")]),
        ("Ring til Mette Holm Jensen i dag", [("Mette Holm Jensen", "navn")]),
        ("min sagsbehandler hedder mette", [("mette", "navn")]),
        ("MIN MAND PETER ER SYG", [("PETER", "navn")]),
    ],
)
def test_a_name_is_flagged_however_it_is_written(text: str, found: list[tuple[str, str]]) -> None:
    """With capitals or without, one's own, a relative's, a caseworker's or a signature."""
    assert flagged(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring på 12 34 56 78", [("12 34 56 78", "telefon")]),
        ("mail mig på a.b@c.example", [("a.b@c.example", "mail")]),
        ("min sag er 27.36.04-G01-12-26", [("27.36.04-G01-12-26", "sagsnummer")]),
        ("sagsnr. 123456 mangler svar", [("123456", "sagsnummer")]),
        ("jeg bor på Møllevej 12, 2. tv, 8000 Aarhus", [("Møllevej 12, 2. tv, 8000 Aarhus", "adresse")]),
        ("hullet er ud for solsikkevej 3 th", [("solsikkevej 3 th", "adresse")]),
        ("Niels Bohrs Vej 12", [("Niels Bohrs Vej 12", "adresse")]),
        ("jeg er født den 3. april 1980", [("3. april 1980", "dato")]),
        ("mødet den 12/11 kl. 10", [("12/11", "dato")]),
        ("afgørelsen fra 2026-03-04", [("2026-03-04", "dato")]),
        (f"mit nummer er {MARK}", [(MARK, "cpr")]),
        ("mit nummer er 010190-1234", [("010190-1234", "cpr")]),
    ],
)
def test_a_number_an_address_and_a_date_are_flagged(text: str, found: list[tuple[str, str]]) -> None:
    """Each with its kind; the mark that stands for a CPR number is no example either."""
    assert flagged(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "hvem er Hans sagsbehandler? Hans sag ligger stille",
        "hvem har min sag",
        "må jeg bo her, og kan min mark blive til en line",
        "jeg har ventet 14 dage og er 42 år",
        "hvorfor svarer I ikke på min mail fra Borgerservice",
        "kan jeg få hjælp via MitID",
        "kan jeg søge kontanthjælp i perioden 2023-2025",
        "jeg kan mødes på tirsdag kl. 14.30",
    ],
)
def test_everyday_words_are_nobodys_details(text: str) -> None:
    """What is flagged without need teaches people to click it away."""
    assert personal(text) == ()


def test_no_two_flags_lie_over_each_other() -> None:
    """A page marks each place once: an address with a name in it is an address."""
    text = "Hilsen Per Holm, Per Holms Vej 12, 12 34 56 78, per@holm.example, sag 27.36.04-G01-12-26, 010190-1234"
    spans = personal(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    assert {span.kind for span in spans} == {"navn", "adresse", "telefon", "mail", "sagsnummer", "cpr"}
    assert Span(7, 15, "navn").to_json() == {"start": 7, "end": 15, "kind": "navn"}


def test_the_longest_message_is_read_whatever_stands_in_it() -> None:
    """A page shows fifty of up to 3,000 characters; a pattern that tries all ways of reading one takes minutes."""
    personal("varm op")
    for text in ("Vej " * 750, "1 2 3 " * 500, "min mor " * 375, "Aa" * 1500, "a@" * 1500):
        began = time.process_time()
        personal(text)
        assert time.process_time() - began < 20
