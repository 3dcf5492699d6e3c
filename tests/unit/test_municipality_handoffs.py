"""The decision table and the desk in `data/kommune.yml`: as delivered, and every mistake told with its line."""

# ruff: noqa: E501 (each wrong row stands on one line, beside what is told of it)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.handoff.rules import Sending, Trigger
from bot.municipality.facts import load
from tests.asking import ROOT, the_municipality

FILE = ROOT / "data" / "kommune.yml"
TEXT = FILE.read_text(encoding="utf-8")
ROW = re.compile(r"  (\w+): #[^\n]*\n    \{.*?\}\n", re.DOTALL)


def row(trigger: str) -> str:
    """The lines of a trigger's row in the file."""
    return next(found[0] for found in ROW.finditer(TEXT) if found[1] == trigger)


def told(tmp_path: Path, text: str) -> list[str]:
    """What is told when the municipality's facts are ``text``."""
    file = tmp_path / "kommune.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(file)
    return str(error.value).splitlines()


def line_of(piece: str, *, text: str = TEXT) -> int:
    """The line ``piece`` begins on."""
    return text[: text.index(piece)].count("\n") + 1


def test_every_trigger_has_its_row() -> None:
    """Twelve, as the design names them."""
    assert list(the_municipality().handoffs) == list(Trigger) and len(Trigger) == 12


def test_danger_comes_before_all_and_waits_for_nobody() -> None:
    """The sample municipality's own choice, and the only sensible one."""
    handoffs = the_municipality().handoffs
    acute = handoffs[Trigger.ACUTE]
    assert acute.sending is Sending.NOW
    assert all(rule.priority > acute.priority for rule in handoffs.values() if rule is not acute)


def test_the_goals_are_read_in_order_of_priority() -> None:
    """The first is for priority 0; the last holds for the rest."""
    goals = the_municipality().desk_goals
    assert goals.answer_minutes == (5, 10, 15, 20, 30) and goals.send_after_seconds == 120
    assert the_municipality().desk_hours.in_words() == "mandag-torsdag kl. 9-15 og fredag kl. 9-13"


def test_without_a_word_of_it_a_summary_goes_after_two_minutes(tmp_path: Path) -> None:
    """`send_efter_sekunder` may be left out."""
    file = tmp_path / "kommune.yml"
    file.write_text(TEXT.replace("  send_efter_sekunder: 120\n", ""), encoding="utf-8")
    assert load(file).desk_goals.send_after_seconds == 120


HARD = "Myndighedsafgørelsen forudsætter tilbundsgående sagsoplysning vedrørende forsørgelsesgrundlaget."
LONG = " ".join(["Vi kan hjælpe dig."] * 16)
DEPARTMENTS = ", ".join(sorted(the_municipality().departments))
WRONG = [
    ("akut", "prioritet: 0", "prioritet: 10", "prioritet skal være et helt tal fra 0 til 9, ikke '10'."),
    ("akut", "prioritet: 0", "prioritet: først", "prioritet skal være et helt tal fra 0 til 9, ikke 'først'."),
    ("akut", "prioritet: 0, ", "", "prioritet mangler. Skriv et helt tal fra 0 til 9."),
    ("barn", "afdeling: boern_familie", "afdeling: børn", f"afdeling skal være sagens eller en af afdelingerne {DEPARTMENTS}, ikke 'børn'."),
    ("bedt_om", "sendes: af_sig_selv", "sendes: snart", "sendes skal være straks, af_sig_selv eller naar_borgeren_siger_ja, ikke 'snart'."),
    ("bedt_om", "moede: ja", "moede: måske", "moede skal være ja eller nej, ikke 'måske'."),
    ("bedt_om", "moede: ja", "moede: true", "moede skal være ja eller nej, ikke 'True'."),
    ("konflikt", "gange: 2", "gange: 0", "gange skal være et helt tal fra 1 til 5, ikke '0'."),
    ("konflikt", ", gange: 2", "", "gange mangler. Skriv et helt tal fra 1 til 5."),
    ("bedt_om", "moede: ja", "moede: ja, gange: 2", "gange kendes ikke. Her kan stå afdeling, moede, ord, prioritet, sendes."),
    ("foelsom", '"Vi passer på det, du fortæller os."', '""', "ord skal være det, borgeren får at vide, ikke ''."),
    ("foelsom", "Vi passer på det, du fortæller os.", HARD, "ord er svære at læse: LIX er 106, og det må højst være 35. Skriv kortere ord og kortere sætninger."),
    ("foelsom", "Vi passer på det, du fortæller os.", LONG, "ord er på 64 ord, og det må højst være 60. Kort det af."),
]  # fmt: skip


@pytest.mark.parametrize(("trigger", "right", "wrong", "what"), WRONG, ids=[f"{w[0]} {w[2][:20]}" for w in WRONG])
def test_a_wrong_row_is_told_with_its_line(tmp_path: Path, trigger: str, right: str, wrong: str, what: str) -> None:
    """One change to the real table gives the one line, with what would be right."""
    before = row(trigger)
    assert right in before
    # Where a field is missing, the line is that of its row.
    inside = before[: before.index(right)].count("\n") if wrong else 0
    lines = told(tmp_path, TEXT.replace(before, before.replace(right, wrong, 1), 1))
    assert lines[1:] == [f"  - linje {line_of(before) + inside}: {what}"]


def test_an_unknown_trigger_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    """And so is the one that is missing then."""
    before = row("afgoerelse")
    text = TEXT.replace(before, before.replace("afgoerelse:", "afgørelse:", 1), 1)
    lines = told(tmp_path, text)
    assert f"  - linje {line_of('  afgørelse: #', text=text)}: afgørelse kendes ikke. Mente du afgoerelse?" in lines
    assert any("afgoerelse mangler." in line for line in lines)


def test_a_missing_trigger_is_told_with_the_line_of_the_table(tmp_path: Path) -> None:
    """Nothing may be left to chance when somebody is in danger."""
    text = TEXT.replace(row("akut"), "", 1)
    assert f"  - linje {line_of('overdragelse:')}: akut mangler. Skriv felter under den, rykket ind." in told(
        tmp_path, text
    )


def test_a_row_that_stands_twice_is_told_with_its_line(tmp_path: Path) -> None:
    """Which of them would hold?"""
    before = row("konflikt")
    text = TEXT.replace(before, before + before, 1)
    second = line_of(before) + before.count("\n")
    assert told(tmp_path, text)[1:] == [f"  - linje {second}: samme felt står to gange."]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("svar_minutter: [5, 10, 15, 20, 30]", "svar_minutter: [5, 10, 5]", "svar_minutter skal stige: det, der haster mest, står først og får det mindste tal."),
        ("svar_minutter: [5, 10, 15, 20, 30]", "svar_minutter: []", "svar_minutter skal være en liste af minutter fra 1 til 10080, for eksempel [5, 10, 15]."),
        ("svar_minutter: [5, 10, 15, 20, 30]", "svar_minutter: [0, straks]", "svar_minutter skal være en liste af minutter fra 1 til 10080, for eksempel [5, 10, 15]."),
        ("svar_minutter: [5, 10, 15, 20, 30]", "svar_minutter: 5", "svar_minutter skal være en liste af minutter fra 1 til 10080, for eksempel [5, 10, 15]."),
        ("send_efter_sekunder: 120", "send_efter_sekunder: 2 minutter", "send_efter_sekunder skal være et helt tal fra 10 til 3600, ikke '2 minutter'."),
        ("    fredag: 9-13\n  # Så mange", "    fredag: 13-9\n  # Så mange", "fredag skal være tider, for eksempel 9-15, 9.30-12 og 13-15 eller lukket, ikke '13-9'."),
    ],
)  # fmt: skip
def test_a_wrong_goal_or_hour_of_the_desk_is_told_with_its_line(
    tmp_path: Path, right: str, wrong: str, what: str
) -> None:
    """What is promised must be readable, and must hold."""
    assert TEXT.count(right) == 1
    assert told(tmp_path, TEXT.replace(right, wrong))[1:] == [f"  - linje {line_of(right)}: {what}"]


@pytest.mark.parametrize("section", ["overdragelse", "skranke"])
def test_a_table_that_is_missing_altogether_is_told(tmp_path: Path, section: str) -> None:
    """An old file is not taken to mean that nobody ever takes over."""
    lines = told(tmp_path, re.sub(rf"^{section}:", f"{section}_gammel:", TEXT, count=1, flags=re.MULTILINE))
    assert any(f"{section} mangler. Skriv felter under den, rykket ind." in line for line in lines)
