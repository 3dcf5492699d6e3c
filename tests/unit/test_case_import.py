"""Reading a file of cases: every good way to write one, and every problem told."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases import import_rows
from bot.cases.case import Event, Handler, HandlerKind, Role, Sensitivity, State, Todo
from bot.cases.import_file import key_of
from bot.cases.import_values import date_of, shown
from bot.cases.importing import ImportProblems, read_file
from bot.cases.record import CaseRecord, RecordedParty

TODAY = date(2026, 11, 21)
DEPARTMENTS = {"aeldre", "byggesag"}

HEADINGS = (
    "Sagsnummer;Titel;Tilstand;Status;Oprettet;Ændret;Forventet svar;Afdeling;Sagsbehandler;Sagsbehandler telefon;"
    "Følsomhed;Part 1 CPR;Part 1 navn;Part 1 rolle;Part 2 CPR;Part 2 navn;Part 2 rolle;"
    "Hændelse 1 dato;Hændelse 1 tekst;Opgave 1 tekst;Opgave 1 frist"
)
ROW = (
    "27.36.04-G01-12-26;Hjælp til Åse;behandles;Vi vurderer;01-11-2026;-3d;2026-12-09;aeldre;Mette Holm;12 34 56 41;"
    "fortrolige;140348-1236;Åse Sørensen;primær;0506861232;Bo Æbelø;repræsentant;"
    "2026-11-02;Vi har fået din ansøgning;Send listen;+14d"
)
WHOLE = CaseRecord(
    number="27.36.04-G01-12-26",
    title="Hjælp til Åse",
    kle="27.36.04",
    state=State.PROCESSING,
    status_text="Vi vurderer",
    opened=date(2026, 11, 1),
    changed=date(2026, 11, 18),
    department="aeldre",
    handler=Handler(kind=HandlerKind.PERSON, name="Mette Holm", phone="12 34 56 41"),
    parties=(
        RecordedParty(cpr="1403481236", name="Åse Sørensen", role=Role.PRIMARY),
        RecordedParty(cpr="0506861232", name="Bo Æbelø", role=Role.REPRESENTATIVE),
    ),
    sensitivity=Sensitivity.CONFIDENTIAL,
    events=(Event(on=date(2026, 11, 2), text="Vi har fået din ansøgning"),),
    todos=(Todo(text="Send listen", due=date(2026, 12, 5)),),
    expected=date(2026, 12, 9),
)
ITEM: dict[str, Any] = {
    "sagsnummer": "27.36.04-G01-12-26",
    "titel": "Hjælp til Åse",
    "tilstand": "behandles",
    "status": "Vi vurderer",
    "oprettet": "2026-11-01",
    "ændret": "-3d",
    "forventet_svar": "2026-12-09",
    "afdeling": "aeldre",
    "sagsbehandler": {"navn": "Mette Holm", "telefon": "12 34 56 41"},
    "følsomhed": "fortrolige",
    "parter": [
        {"cpr": "140348-1236", "navn": "Åse Sørensen", "rolle": "primaer"},
        {"cpr": "050686-1232", "navn": "Bo Æbelø", "rolle": "repraesentant"},
    ],
    "hændelser": [{"dato": "2026-11-02", "tekst": "Vi har fået din ansøgning"}],
    "opgaver": [{"tekst": "Send listen", "frist": "+14d"}],
}


def read(folder: Path, raw: bytes | str, name: str = "sager.csv") -> tuple[tuple[CaseRecord, ...], tuple[str, ...]]:
    path = folder / name
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return read_file(path, departments=DEPARTMENTS, today=TODAY)


def problems(folder: Path, raw: bytes | str, name: str = "sager.csv") -> list[str]:
    with pytest.raises(ImportProblems) as caught:
        read(folder, raw, name)
    return list(caught.value.lines)


def as_json(*items: Any) -> str:
    return json.dumps(items, ensure_ascii=False)


# --- what can be read ---------------------------------------------------------------------------------------------


def test_a_csv_row_is_a_case(tmp_path: Path) -> None:
    """Every column of CSV comes out in the case."""
    assert read(tmp_path, f"{HEADINGS}\n{ROW}\n") == ((WHOLE,), ())


def test_a_json_object_is_the_same_case(tmp_path: Path) -> None:
    """JSON says the same with lists and objects, alone or under "sager"."""
    assert read(tmp_path, as_json(ITEM), "sager.json") == ((WHOLE,), ())
    assert read(tmp_path, json.dumps({"sager": [ITEM]}), "eksport.json") == ((WHOLE,), ())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(";", ","),
        lambda text: text.replace(";", "\t"),
        lambda text: "sep=;\r\n" + text,
        lambda text: text.replace("Åse Sørensen", '"Åse Sørensen"'),
        lambda text: text + "\n;;;;\n\n",
        lambda text: text.replace("Ændret", "aendret").replace("Part 1 CPR", "part1_cpr").replace("Titel", " TITEL "),
    ],
)
def test_the_ways_spreadsheets_write_csv_are_all_read(tmp_path: Path, change: Any) -> None:
    """Byte order mark, line ends, comma, semicolon or tab, Excel's "sep=", quotes, empty rows, spelling of headings."""
    assert read(tmp_path, change(f"{HEADINGS}\n{ROW}\n"))[0] == (WHOLE,)


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    """What Danish Excel saves as plain CSV is read right, and whoever imports is told."""
    records, notes = read(tmp_path, f"{HEADINGS}\n{ROW}\n".encode("cp1252"))
    assert records == (WHOLE,)
    assert len(notes) == 1 and "Windows-1252" in notes[0]


def test_a_mixture_of_encodings_is_refused(tmp_path: Path) -> None:
    """UTF-8 with one broken byte is not guessed at, for every name in it would be wrong."""
    mixed = f"{HEADINGS}\n{ROW}\n".encode().replace("Æbelø".encode(), "Æbelø".encode("cp1252"))
    (line,) = problems(tmp_path, mixed)
    assert "UTF-8" in line


def test_utf_16_is_named(tmp_path: Path) -> None:
    """Excel's "Unicode-tekst" is told what it is."""
    (line,) = problems(tmp_path, f"{HEADINGS}\n{ROW}\n".encode("utf-16"))
    assert "UTF-16" in line


def test_the_least_a_case_can_have(tmp_path: Path) -> None:
    """Number, title, state, opening, department and one party are enough; the last change is what last happened."""
    item = {key: ITEM[key] for key in ("sagsnummer", "titel", "tilstand", "oprettet", "afdeling")}
    item["parter"] = ITEM["parter"][:1]
    (found,), _ = read(tmp_path, as_json(item), "sager.json")
    assert (found.changed, found.handler, found.sensitivity) == (found.opened, None, Sensitivity.ORDINARY)
    item["hændelser"] = [{"dato": "-2d", "tekst": "Noget"}, {"dato": "-5d", "tekst": "Før"}]
    (found,), _ = read(tmp_path, as_json(item), "sager.json")
    assert found.changed == TODAY - timedelta(days=2)
    assert [event.text for event in found.events] == ["Før", "Noget"]


def test_small_letters_and_spaces_in_a_case_number_are_put_right(tmp_path: Path) -> None:
    """One case is not two because of how its number is written."""
    (found,), _ = read(tmp_path, as_json({**ITEM, "sagsnummer": " 27.36.04-g01-12-26"}), "sager.json")
    assert found.number == "27.36.04-G01-12-26"


@pytest.mark.parametrize(
    ("value", "secret"), [(True, True), ("ja", True), (False, False), ("nej", False), (None, False)]
)
def test_a_title_may_be_secret(tmp_path: Path, value: Any, secret: bool) -> None:
    """Yes and no in JSON's way and in words."""
    (found,), _ = read(tmp_path, as_json({**ITEM, "titel_hemmelig": value}), "sager.json")
    assert found.title_secret is secret


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-21", TODAY),
        ("21-11-2026", TODAY),
        ("21.11.2026", TODAY),
        ("21/11/2026", TODAY),
        ("1/2/2026", date(2026, 2, 1)),
        ("2026-11-21 00:00:00", TODAY),
        ("i dag", TODAY),
        ("0d", TODAY),
        ("-21d", date(2026, 10, 31)),
        ("+14d", date(2026, 12, 5)),
        ("14 d", date(2026, 12, 5)),
        ("32-01-2026", None),
        ("2026-02-29", None),
        ("11/21/2026", None),
        ("21-11-26", None),
        ("i morgen", None),
        ("+99999d", TODAY + timedelta(days=99999)),
        ("", None),
    ],
)
def test_dates_are_read_as_danes_and_programs_write_them(written: str, day: date | None) -> None:
    """Day before month, years in full, and days counted from today."""
    assert date_of(written, today=TODAY) == day


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "right"),
    [
        ({"sagsnummer": "sag 12"}, "sagsnummer", "27.36.04-G01-12-26"),
        ({"sagsnummer": None}, "sagsnummer", "mangler"),
        ({"titel": ""}, "titel", "mangler"),
        ({"titel": "x" * 501}, "titel", "500"),
        ({"titel": "a\x00b"}, "titel", "læses"),
        ({"titel": ["x"]}, "titel", "tekst"),
        ({"titel_hemmelig": "måske"}, "titel_hemmelig", "ja eller nej"),
        ({"kle": "27.36"}, None, None),
        ({"kle": "hjælp"}, "kle", "27.36.04"),
        ({"kle": "02.34.02"}, "kle", "27.36.04"),
        ({"tilstand": "i gang"}, "tilstand", "oprettet, behandles, afgjort, afsluttet, afvist"),
        ({"oprettet": None}, "oprettet", "mangler"),
        ({"oprettet": "i går"}, "oprettet", "21-11-2026"),
        ({"oprettet": "+1d", "ændret": None}, "oprettet", "i dag"),
        ({"oprettet": "1850-01-01"}, "oprettet", "årstallet"),
        ({"ændret": "2026-10-01"}, "ændret", "før"),
        ({"ændret": "+2d"}, "ændret", "i dag"),
        ({"afgjort": "2026-10-01"}, "afgjort", "før"),
        ({"afgjort": "+2d"}, "afgjort", "i dag"),
        ({"forventet_svar": "2026-10-01"}, "forventet_svar", "før"),
        ({"forventet_svar": "2226-10-01"}, "forventet_svar", "årstallet"),
        ({"afdeling": "Ældre"}, "afdeling", "aeldre, byggesag"),
        ({"følsomhed": "meget"}, "følsomhed", "foelsomme"),
        ({"sagsbehandler": {"telefon": "12 34 56 41"}}, "sagsbehandler", "Skriv navnet"),
        ({"sagsbehandler": {"navn": "Mette", "type": "robot"}}, "type", "person, team"),
        ({"sagsbehandler": {"navn": "Mette", "telefon": "ring bare"}}, "telefon", "12 34 56 00"),
        ({"sagsbehandler": {"navn": "Mette", "mail": "mette"}}, "mail", "mailadresse"),
        ({"parter": []}, "parter", "mindst én"),
        ({"parter": "Åse"}, "parter", "liste"),
        ({"parter": [{"cpr": "140348-1236", "navn": "Åse"}]}, "rolle", "mangler"),
        ({"parter": [{"cpr": "140348-1236", "navn": "Åse", "rolle": "nabo"}]}, "rolle", "sekundaer"),
        ({"parter": [{"cpr": "140348-1236", "navn": None, "rolle": "primaer"}]}, "navn", "mangler"),
        ({"parter": [{"cpr": "340348-1236", "navn": "Åse", "rolle": "primær"}]}, "cpr", "fødselsdato"),
        ({"parter": [{"cpr": 403481236, "navn": "Åse", "rolle": "primær"}]}, "cpr", "nullet"),
        ({"parter": [{"cpr": "140348", "navn": "Åse", "rolle": "primær"}]}, "cpr", "ti"),
        ({"parter": ITEM["parter"][:1] * 2}, "cpr", "én gang"),
        ({"hændelser": [{"dato": "-1d"}]}, "hændelse", "mangler"),
        ({"hændelser": [{"dato": "+1d", "tekst": "Møde"}]}, "dato", "i dag"),
        ({"opgaver": [{"frist": "+1d"}]}, "opgave", "mangler"),
        ({"opgaver": [{"tekst": "Send", "frist": "snart"}]}, "frist", "+14d"),
        ({"afdelingen": "aeldre"}, "afdelingen", "Mente du »afdeling«?"),
        ({"xyzzy": "1"}, "xyzzy", "slet"),
        ({"aendret": "-1d"}, "aendret", "det samme som ændret"),
    ],
)
def test_every_problem_names_the_row_the_column_and_what_would_be_right(
    tmp_path: Path, change: dict[str, Any], column: str | None, right: str | None
) -> None:
    """Somebody with the file open can put it right from the message alone; a part of the KLE number is no problem."""
    text = as_json({**ITEM, "sagsnummer": "27.36.04-G01-11-26"}, {**ITEM, **change})
    if column is None or right is None:
        assert len(read(tmp_path, text, "sager.json")[0]) == 2
        return
    lines = problems(tmp_path, text, "sager.json")
    assert len(lines) == 1, lines
    assert lines[0].startswith("Sag 2: ")
    assert column in lines[0] and right in lines[0]


def test_all_problems_of_all_rows_come_at_once(tmp_path: Path) -> None:
    """Nobody has to import ten times to find ten problems; rows count as the spreadsheet shows them."""
    bad = ROW.replace("behandles", "i gang").replace("aeldre", "aeldr").replace("G01-12-26", "G01-13-26")
    twice = ROW.replace("-3d", "+3d")
    lines = problems(tmp_path, f"{HEADINGS}\n{ROW}\n\n{bad}\n{twice}\n")
    assert [line.split(":")[0] for line in lines] == ["Række 4", "Række 4", "Række 5", "Række 5"]
    assert "»27.36.04-G01-12-26« står også i række 2" in lines[3]


def test_a_double_number_is_told_though_the_row_has_other_problems(tmp_path: Path) -> None:
    """The number is compared even in a row that is wrong elsewhere."""
    lines = problems(tmp_path, as_json(ITEM, {**ITEM, "tilstand": "x"}), "sager.json")
    assert len(lines) == 2 and any("står også i sag 1" in line for line in lines)


@pytest.mark.parametrize(
    ("raw", "name", "told"),
    [
        (b"", "sager.csv", "tom"),
        (b"  \n", "sager.json", "tom"),
        (HEADINGS.encode(), "sager.csv", "ingen sager"),
        (b"[]", "sager.json", "ingen sager"),
        (b"{}", "sager.json", "liste"),
        (b'"sager"', "sager.json", "liste"),
        (b"[1]", "sager.json", "objekt"),
        (b"[{,}]", "sager.json", "linje 1, tegn 3"),
        (b'[{"titel": "a", "titel": "b"}]', "sager.json", "flere gange"),
        (b"Titel;titel\na;b\n", "sager.csv", "flere gange"),
        (b'Titel\n"abc\n', "sager.csv", "anførselstegn"),
        (b"\x81\xff\xf8", "sager.csv", "UTF-8"),
        (f"{HEADINGS}\n{ROW};for meget\n".encode(), "sager.csv", "flere felter"),
    ],
)
def test_a_file_that_is_none_says_why(tmp_path: Path, raw: bytes, name: str, told: str) -> None:
    """Empty, broken or of another shape: one line that says so."""
    lines = problems(tmp_path, raw, name)
    assert len(lines) == 1 and told in lines[0], lines


def test_json_without_end_is_told(tmp_path: Path) -> None:
    """However deep it is nested."""
    assert len(problems(tmp_path, b"[" * 100_000, "sager.json")) == 1


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """No stack trace for a wrong path."""
    with pytest.raises(ImportProblems) as caught:
        read_file(tmp_path / "findes-ikke.csv", departments=DEPARTMENTS)
    assert "findes-ikke.csv" in caught.value.lines[0]


@pytest.mark.parametrize(
    "written", ["140348-1236", "1403481236", "14 03 48 1236", "14.03.48-1236", "403481236", "340348-1236"]
)
@pytest.mark.parametrize(
    "column",
    ["sagsnummer", "titel_hemmelig", "kle", "tilstand", "oprettet", "afdeling", "følsomhed", "forventet_svar"],
)
def test_a_cpr_number_in_the_wrong_column_is_not_repeated(tmp_path: Path, column: str, written: str) -> None:
    """Messages end in mails and on screens: no CPR number, nor a mistyped one, is ever shown in them."""
    told = "\n".join(problems(tmp_path, as_json({**ITEM, column: written}), "sager.json"))
    assert column in told
    assert "1236" not in told and written not in told


@given(st.from_regex(r"[0-3][0-9][ .-]?[01][0-9][ .-]?[0-9]{2}[ -]?[0-9]{4}", fullmatch=True))
def test_whatever_looks_like_a_cpr_number_is_masked(written: str) -> None:
    """Alone and in a sentence."""
    assert written not in shown(written) and written not in shown(f"nr {written} her")
    assert written[-4:] not in shown(written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), name=st.sampled_from(["a.csv", "a.json", "a"])
)
def test_no_file_brings_the_import_down(tmp_path: Path, raw: bytes, name: str) -> None:
    """Anything at all in the file gives problems, never a crash."""
    assert problems(tmp_path, raw, name)


# --- what is documented -------------------------------------------------------------------------------------------


def test_the_description_names_every_column_and_its_examples_can_be_read(tmp_path: Path) -> None:
    """IMPORT.md lists exactly the columns there are, marks those that must be filled; both examples are one case."""
    described = (Path(import_rows.__file__).parent / "IMPORT.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` (\*?)", described, re.MULTILINE)
    listed = [f"{name}_1_{part}" for name, parts in import_rows.LISTED.items() for part in parts]
    assert [key_of(name) for name, _ in rows] == [*import_rows.COLUMNS, *listed]
    needed = {"sagsnummer", "titel", "tilstand", "oprettet", "afdeling", "part_1_cpr", "part_1_navn", "part_1_rolle"}
    assert {key_of(name) for name, star in rows if star} == needed
    examples = dict(re.findall(r"```(csv|json)\n(.*?)```", described, re.DOTALL))
    found = {read(tmp_path, text, f"eksempel.{kind}") for kind, text in examples.items()}
    assert len(examples) == 2 and len(found) == 1
