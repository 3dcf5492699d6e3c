"""Rules of how a line of the audit trail reads."""

from __future__ import annotations

from typing import Any

import pytest

from bot.audit.trail import Doing, Line
from bot.audit.words import DOINGS, handoff_of, place_like, sentence, systems
from tests.audit.sample import NOW


def line(**changes: Any) -> Line:
    said: dict[str, Any] = {
        "number": 7,
        "at": NOW,
        "actor_kind": "staff",
        "actor": "a",
        "actor_name": "Anna Holm",
        "about_citizen": True,
        "doing": "looked_up",
        "why": "desk.cases",
        "place": "12",
        "systems": ("sql",),
        "cases": ("1",),
        "outcome": "ok",
    }
    return Line(**{**said, **changes})


def told(**changes: Any) -> str:
    return sentence(line(**changes), lambda name: f"<{name}>")


CITIZEN = {"actor_kind": "citizen", "actor_name": "Borgeren selv", "place": "1b4e28ba", "why": "sagsstatus"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Anna Holm (medarbejder) så borgerens sager, fordi sagerne blev åbnet i samtale 12."),
        ({"why": "desk.claim"}, "Anna Holm (medarbejder) så borgerens sager, fordi samtale 12 blev taget."),
        ({"why": "x.y"}, "Anna Holm (medarbejder) så borgerens sager, og grunden er »x.y«."),
        ({"why": ""}, "Anna Holm (medarbejder) så borgerens sager."),
        ({"why": "", "cases": ()}, "Anna Holm (medarbejder) så borgerens sager. Der var ingen sager."),
        ({"why": "", "outcome": "none"}, "Anna Holm (medarbejder) så borgerens sager. Der var ingen sager."),
        (
            {"why": "", "outcome": "part_slow"},
            "Anna Holm (medarbejder) så borgerens sager. "
            "Kun en del kom med: Sagssystemet svarede ikke i tide.",
        ),
        ({"why": "", "outcome": "odd"}, "Anna Holm (medarbejder) bad om at se borgerens sager. Udfald: odd."),
        (CITIZEN, "Borgeren selv så sine egne sager, fordi borgeren skrev til robotten om »<sagsstatus>«."),
        (
            {**CITIZEN, "outcome": "too_much"},
            "Borgeren selv bad om at se sine egne sager, fordi borgeren skrev til robotten om »<sagsstatus>«. "
            "Der var flere sager, end der kan vises.",
        ),
        ({"doing": "read_handoff", "why": "desk.opened"}, "Anna Holm (medarbejder) læste samtale 12."),
        ({"doing": "wrote_note", "why": ""}, "Anna Holm (medarbejder) skrev et notat i borgerens sag."),
        (
            {"doing": "wrote_task", "why": "filing", "actor_kind": "system", "actor_name": "Tilbageskrivningen",
             "outcome": "down"},
            "Tilbageskrivningen (systemet) prøvede at oprette en opgave i borgerens sag, "
            "fordi samtale 12 førte til det. Sagssystemet svarede ikke.",
        ),
        ({"doing": "read_trail", "about_citizen": False}, "Anna Holm (medarbejder) læste i revisionssporet."),
        (
            {"doing": "read_trail", "place": place_like(88)},
            "Anna Holm (medarbejder) læste i revisionssporet om samme borger som linje 88.",
        ),
        ({"actor_name": ""}, "Ukendt (medarbejder) så borgerens sager, fordi sagerne blev åbnet i samtale 12."),
        ({"at": None}, "Linjen kan ikke læses. Enten er den ændret, eller også mangler nøglen til den."),
    ],
)  # fmt: skip
def test_a_line_reads_as_a_sentence(changes: dict[str, Any], said: str) -> None:
    """Who, what, why, and how it went where that is not as it should be."""
    assert told(**changes) == said


@pytest.mark.parametrize("doing", list(Doing))
def test_everything_that_can_be_done_has_words(doing: Doing) -> None:
    """In the list to choose from, and in a line."""
    assert doing in DOINGS and "noget ukendt" not in told(doing=doing.value)


def test_systems_are_called_by_their_names() -> None:
    """The settings' short words are not for an auditor; a name of its own stands as it is."""
    assert systems(line(systems=("sbsys", "sf1470", "Byggesager"))) == "SBSYS, Sags- og Dokumentindekset, Byggesager"


@pytest.mark.parametrize(
    ("place", "number"), [("12", 12), (None, None), ("line 12", None), ("1b4e", None), ("²", None)]
)
def test_only_a_handoff_has_a_number(place: str | None, number: int | None) -> None:
    """A conversation's id or a line of the trail leads to no handoff."""
    assert handoff_of(line(place=place)) == number
