"""The section `moeder`: what the sample says, what to bring, and every mistake told with its line."""

# ruff: noqa: E501 (each wrong row stands on one line, beside what is told of it)

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.meetings.rules import Form
from bot.municipality.facts import load
from tests.asking import ROOT, the_municipality

FILE = ROOT / "data" / "kommune.yml"


def test_every_department_meets_people() -> None:
    """There is a calendar for each, and a place or a number to meet at."""
    here = the_municipality()
    for key in here.departments:
        assert here.meetings.forms_of(key), key
    for calendar in here.meetings.calendars.values():
        assert calendar.hours.workdays == here.workdays
        assert bool(calendar.place) == (Form.IN_PERSON in calendar.forms)


def test_papers_are_those_of_the_longest_kle_and_of_the_department() -> None:
    """Support for a car asks for the driving licence, not for what other aids ask for; each paper once."""
    rules = the_municipality().meetings
    assert rules.documents_for("social", "27.60.20") == (
        "dit kørekort, hvis du har et",
        "papirer om den bil, du har i dag",
    )
    assert rules.documents_for("social", "27.60.04") == ("papirer om hjælpemidlet, du selv har",)
    assert rules.documents_for("social", "27.6") == () == rules.documents_for("social", None)
    assert rules.documents_for("borgerservice", None) == ("gyldig legitimation, for eksempel pas eller kørekort",)


def test_reminders_are_read_longest_first() -> None:
    """As they go."""
    assert the_municipality().meetings.reminder_hours == (24, 2)


WRONG = [
    ("  varighed_minutter: 30", "  varighed_minutter: 5", "varighed_minutter skal være et helt tal fra 10 til 240, ikke '5'."),
    ("  varsel_timer: 24", "  varsel_timer: et døgn", "varsel_timer skal være et helt tal fra 0 til 336, ikke 'et døgn'."),
    ("  dage_frem: 30", "  dagefrem: 30", "dagefrem kendes ikke. Mente du dage_frem?"),
    ("[24, 2]", "[24, 24]", "paamindelser_timer skal være en liste af hele tal fra 1 til 336, hvert kun én gang, for eksempel [24, 2]."),
    ("[24, 2]", "24", "paamindelser_timer skal være en liste af hele tal fra 1 til 336, hvert kun én gang, for eksempel [24, 2]."),
    ("      afdeling: jobcenter", "      afdeling: jobcentret", "afdeling skal være en af afdelingerne, ikke 'jobcentret'."),
    ("      former: [telefon]", "      former: [brev]", "former skal være fremmoede, telefon, video, ikke 'brev'."),
    ("      former: [telefon]", "      former: []", "former mangler. Skriv en eller flere af fremmoede, telefon, video."),
    ("      tider: {mandag-fredag: 9-12 og 13-15}", "      tider: {mandag-fredag: 9-9.20}", "tider er for korte: et møde varer 30 minutter."),
    ("      tider: {mandag-fredag: 9-12 og 13-15}", "      tider: {mandag-fredag: 15-9}", "mandag-fredag skal være tider, for eksempel 9-15, 9.30-12 og 13-15 eller lukket, ikke '15-9'."),
    ('{kle: "27.36", papirer', '{kle: "27.36", afdeling: aeldre, papirer', "skriv enten kle eller afdeling, og kun én af dem."),
    ('{kle: "27.36", papirer', "{kle: 27.36, papirer", "kle skal være tal i anførselstegn, for eksempel \"27.36.04\", ikke '27.36'."),
    ("    social_2:", "    Social 2:", "'Social 2' skal være små bogstaver a-z, tal og _, højst 40 tegn."),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG, ids=[row[1] for row in WRONG])
def test_a_wrong_value_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    """One change to the real file gives the one line."""
    text = FILE.read_text(encoding="utf-8")
    start = text.index("\nmoeder:")
    line = text[: text.index(right, start)].count("\n") + 1
    file = tmp_path / "kommune.yml"
    file.write_text(text[:start] + text[start:].replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(file)
    assert f"  - linje {line}: {told}" in str(error.value).splitlines()


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("      sted: Stationsvej 12, 9990 Nørreå, 1. sal\n", "sted mangler. Skriv den adresse og det lokale, man skal møde i."),
        ("      video: Gå ind på www.noerreaa.example/video, når mødet begynder\n", "video mangler. Skriv, hvordan man kommer med på video."),
    ],
)  # fmt: skip
def test_a_form_without_its_place_is_told(tmp_path: Path, field: str, told: str) -> None:
    """Nobody is sent to a meeting that is nowhere."""
    text = FILE.read_text(encoding="utf-8")
    start = text.index("    jobcenter_1:")
    file = tmp_path / "kommune.yml"
    file.write_text(text[:start] + text[start:].replace(field, "", 1), encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(file)
    assert told in str(error.value)
