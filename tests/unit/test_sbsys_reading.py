"""Reading single answers of SBSYS's, and writing what it takes."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.cases.case import HandlerKind, State
from bot.cases.sbsys import reading
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.fields import cpr_in, date_in, flag_in, number_in, rows_in, text_in, uuid_in
from bot.cases.sbsys.writing import LONGEST_TASK, Writ, as_html, as_plain, kind_in, note_fields, stands_among, writable
from bot.errors import CaseSystemNonsense, SettingsError

CPR = "1403481236"  # invented: modulus 11 is not fulfilled
TODAY = date(2026, 11, 22)
ACCESS = Sbsys(url="http://sbsys", token_url="http://token", client_id="c", client_secret="s", user="u", password="p")


def row(**changes: Any) -> dict[str, Any]:
    """A case in the shape the API gives it; what is None is left out, as the API does."""
    whole = {
        "SagsTitel": "Personligt tillæg",
        "PrimaryPart": {"PartId": 4, "PartType": "Person", "CPRnummer": "140348-1236", "Navn": "Anna Bjerregaard"},
        "Personer": [{"Id": 4, "CprNummer": "140348-1236", "Navn": "Anna"}, {"Id": 6, "CprNummer": "220979-1231"}],
        "Id": 979,
        "SagIdentity": "A2252D45-89EB-451E-9079-C7C63203D7AF",
        "Opstaaet": "2026-09-18T09:24:48.507+02:00",
        "Nummer": "32.03.12-G01-36-26",
        "SenestAendret": "2026-10-23T13:44:43.19+02:00",
        "ErBeskyttet": False,
        "ErBesluttet": False,
        "BeslutningHarDeadline": False,
        "Behandler": {"Uuid": "c713c192-939f-463a-8f71-dc92d699e64e", "Id": 2, "Navn": "Mette Holm"},
        "SagsStatus": {"Id": 6, "Navn": "Opstået", "SagsTilstand": "Aktiv", "SagsStatusKommentar": "Internt"},
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def read(**changes: Any) -> Any:
    return reading.case(
        row(**changes), access=ACCESS, contacts={}, department_of=lambda kle: f"afdeling {kle}", today=TODAY
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-18T09:24:48.507+01:00", date(2026, 11, 18)),
        ("2026-11-18T23:59:59.1234567+01:00", date(2026, 11, 18)),  # as many decimals as .NET gives
        ("2026-11-17T23:00:00Z", date(2026, 11, 18)),  # winter: one hour ahead
        ("2026-07-17T22:00:00Z", date(2026, 7, 18)),  # summer: two
        ("2026-07-17T21:59:59Z", date(2026, 7, 17)),
        ("2026-11-18T23:30:00-05:00", date(2026, 11, 19)),
        ("2026-11-18T00:00:00", date(2026, 11, 18)),  # no zone: Danish already
        ("2026-11-18 23:59", date(2026, 11, 18)),
        ("2026-11-18", date(2026, 11, 18)),
        ("0001-01-01T00:00:00", None),  # .NET's date that was never set
        ("9999-12-31T23:59:59.9999999", None),  # and its last
        ("9999-12-31T23:59:59-12:00", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_danish_dates(written: str | None, meant: date | None) -> None:
    """Whatever the zone and the decimals, it is the date the calendar in Denmark showed."""
    assert date_in({"Dato": written}, "Dato") == meant


@pytest.mark.parametrize(
    "written", ["i går", "18-11-2026", "2026-13-01", "2026-02-30T00:00:00", "2026-11-18T25:00:00Z", 20261118, True, {},
                "2026-11-18T09:00:00+99:00"]
)  # fmt: skip
def test_what_is_no_date_is_nonsense(written: object) -> None:
    """A date that is none is told, never guessed; the error does not quote it."""
    with pytest.raises(CaseSystemNonsense) as caught:
        date_in({"Dato": written}, "Dato")
    assert str(written) not in caught.value.log or written == {}


def test_the_first_date_that_is_set_counts() -> None:
    """A field that was never set is passed over for the next."""
    assert date_in({"A": "0001-01-01T00:00:00", "C": "2026-11-18"}, "A", "B", "C") == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("140348-1236", CPR), (" 1403481236 ", CPR), ("      -", None), ("000000-0000", None), ("140348-XXXX", None),
     (None, None), (1403481236, None)],
)  # fmt: skip
def test_cpr_numbers_are_compared_without_their_hyphen(written: object, meant: str | None) -> None:
    """What stands where a number is not known or not shown is no number."""
    assert cpr_in({"CPRnummer": written}, "CPRnummer") == meant


def test_fields_of_the_wrong_kind_are_nonsense() -> None:
    """A text where a number belongs is told, not made into one."""
    for ask in (
        lambda: text_in({"A": 7}, "A"),
        lambda: number_in({"A": "syv"}, "A"),
        lambda: number_in({"A": True}, "A"),
        lambda: number_in({"A": -1}, "A"),
        lambda: flag_in({"A": "ja"}, "A"),
        lambda: rows_in({"A": []}, "rows"),
        lambda: rows_in([7], "rows"),
    ):
        with pytest.raises(CaseSystemNonsense):
            ask()
    assert uuid_in({"A": "../../bruger"}, "A") is None  # would be part of an address


def test_a_case_is_read_as_it_stands() -> None:
    """Dates, state, number and unit come out; the comment among colleagues does not."""
    case = read()
    assert (case.number, case.kle, case.department) == ("32.03.12-G01-36-26", "32.03.12", "afdeling 32.03.12")
    assert (case.opened, case.changed) == (date(2026, 9, 18), date(2026, 10, 23))
    assert (case.state, case.title, case.status_text) == (State.CREATED, "Personligt tillæg", None)
    assert case.ref == "a2252d45-89eb-451e-9079-c7c63203d7af"
    assert "Internt" not in repr(case)


def test_whose_a_case_is_stands_in_the_party_or_with_its_person() -> None:
    """The party's own number counts, else that of the person it names; a firm is nobody."""
    part = {"PartId": 4, "PartType": "Person"}
    assert reading.whose(row()) == CPR
    assert reading.whose(row(PrimaryPart=part)) == CPR
    assert reading.whose(row(PrimaryPart={**part, "PartId": 7})) is None
    assert reading.whose(row(PrimaryPart={**part, "PartType": "Firma"})) is None
    assert reading.whose(row(PrimaryPart=None)) is None


def test_a_unit_has_the_case_where_no_person_does() -> None:
    """A caseworker goes before their unit, and a case may have neither."""
    unit = {"Id": 5, "Navn": "Ydelsesteamet"}
    assert read(Ansaettelsessted=unit).handler.kind is HandlerKind.PERSON
    assert read(Behandler=None, Ansaettelsessted=unit).handler.kind is HandlerKind.TEAM
    assert read(Behandler=None).handler is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"Navn": "AFSLUTTET", "SagsTilstand": "Afsluttet"}, State.CLOSED),
        ({"Navn": "Bevilget", "SagsTilstand": "Aktiv"}, State.DECIDED),
        ({"Navn": "Afslag", "SagsTilstand": "Afsluttet"}, State.DECIDED),
        ({"Id": 1, "Navn": "Noget helt eget", "SagsTilstand": "Aktiv"}, State.PROCESSING),
        ({"Id": 1, "Navn": "Noget helt eget", "SagsTilstand": "Afsluttet"}, State.CLOSED),
        ({"Id": 1, "SagsTilstand": "Aktiv"}, State.PROCESSING),
    ],
)
def test_states_are_known_by_name_and_else_by_what_they_count_as(status: dict[str, Any], state: State) -> None:
    """Both outcomes of a decision are one state; a name of the installation's own is active or closed."""
    assert read(SagsStatus=status).state is state


def test_a_state_that_can_not_be_told_is_nonsense() -> None:
    """Neither a name we know nor one of the two that are the same everywhere."""
    for status in ({"Navn": "Noget helt eget"}, {"SagsTilstand": "Andet"}, {}):
        with pytest.raises(CaseSystemNonsense):
            read(SagsStatus=status)


def test_a_decision_is_told_only_in_a_case_that_is_decided() -> None:
    """The date of a decision in a case still in process would say two things at once."""
    decided = {"ErBesluttet": True, "Besluttet": "2026-10-20T00:00:00+02:00"}
    assert read(**decided).decided is None
    assert read(**decided, SagsStatus={"Navn": "Afgjort", "SagsTilstand": "Aktiv"}).decided == date(2026, 10, 20)
    assert read(BeslutningDeadline="2026-12-24T00:00:00+01:00").expected is None
    assert read(BeslutningDeadline="2026-12-24T00:00:00+01:00", BeslutningHarDeadline=True).expected is not None


@pytest.mark.parametrize(
    ("dates", "opened"),
    [
        ({"Opstaaet": "2027-01-01T00:00:00+01:00", "Oprettet": "2026-10-01T09:00:00+02:00"}, date(2026, 10, 1)),
        ({"Opstaaet": "1753-01-01T00:00:00", "Oprettet": "2026-10-01T09:00:00+02:00"}, date(2026, 10, 1)),
        ({"Opstaaet": "9999-12-31T00:00:00", "Oprettet": "2026-10-01T09:00:00+02:00"}, date(2026, 10, 1)),
        ({"Opstaaet": "2027-01-01T00:00:00+01:00"}, date(2026, 10, 23)),
        ({"Opstaaet": "2027-01-01T00:00:00+01:00", "Oprettet": "2027-01-01T00:00:00+01:00"}, date(2026, 10, 23)),
        ({"Opstaaet": "2027-01-01T00:00:00+01:00", "SenestAendret": "2027-01-01T00:00:00+01:00"}, TODAY),
    ],
)
def test_a_case_that_arises_in_the_future_costs_nobody_the_answer(dates: dict[str, str], opened: date) -> None:
    """A caseworker may set when it arose: then it is when it was typed in, or else when it was last changed."""
    assert read(**dates).opened == opened


@pytest.mark.parametrize(
    ("changed", "told"),
    [("2027-01-01T00:00:00+01:00", TODAY), ("1753-01-01T00:00:00", date(2026, 9, 18)), ("2026-11-22", TODAY)],
)
def test_a_change_is_never_later_than_today_nor_before_anybody_lived(changed: str, told: date) -> None:
    """What can't be is the nearest that can."""
    assert read(SenestAendret=changed).changed == told


@pytest.mark.parametrize("never", ["9999-12-31T00:00:00", "2999-01-01T00:00:00", "1753-01-01T00:00:00"])
def test_a_deadline_out_of_all_reason_is_none(never: str) -> None:
    """What stands for no date is not told as one, and costs nobody the answer."""
    case = read(BeslutningHarDeadline=True, BeslutningDeadline=never)
    assert case.expected is None
    decided = {"ErBesluttet": True, "Besluttet": never, "SagsStatus": {"Navn": "Afgjort", "SagsTilstand": "Aktiv"}}
    assert read(**decided).decided is None


def test_an_installations_own_states_go_before_the_usual() -> None:
    """The settings may say that a closed case is a refused one; a word that is no state is refused."""
    access = {"url": "u", "token_url": "t", "client_id": "c", "client_secret": "s", "user": "u", "password": "p"}
    own = Sbsys(**access, states={"Afsluttet": "afvist"})  # type: ignore[arg-type]
    assert own.state_named("afsluttet") is State.REJECTED
    assert own.state_named("opstået") is State.CREATED
    with pytest.raises(SettingsError) as refused:
        Sbsys(**access, states={"Afsluttet": "slut"})  # type: ignore[arg-type]
    assert "slut" in str(refused.value) and "afsluttet" in str(refused.value)


def test_secrets_are_in_nobodys_repr() -> None:
    """Client secret and password do not get into a log with the rest."""
    shown = repr(Sbsys(url="u", token_url="t", client_id="c", client_secret="hys1", user="u", password="hys2"))
    assert "hys1" not in shown and "hys2" not in shown


def test_an_address_is_made_once_whatever_the_setting_ends_in() -> None:
    """With a slash, with /api or without: the path follows."""
    for url in ("https://x/proxy", "https://x/proxy/", "https://x/proxy/api", "https://x/proxy/api/"):
        access = Sbsys(url=url, token_url="t", client_id="c", client_secret="s", user="u", password="p")
        assert access.address("/api/sag/7") == "https://x/proxy/api/sag/7"


@given(text=st.text(), author=st.text())
def test_any_text_becomes_whole_html_and_comes_back(text: str, author: str) -> None:
    """The HTML is well formed whatever was typed, and says the same when it is read."""
    made = as_html(Writ(key="k", text=text, author=author))
    etree.fromstring(f"<div>{made}</div>")
    first = re.match(r"<p>(.*?)</p>", made, re.DOTALL)
    assert first is not None
    assert html.unescape(first[1].replace("<br/>", "\n")) == writable(text)
    assert "<" not in first[1].replace("<br/>", "")


@given(text=st.text(max_size=1200), author=st.text(max_size=60))
def test_a_task_is_never_longer_than_it_may_be(text: str, author: str) -> None:
    """Letters beyond the first plane count twice, as the database counts; the mark is never cut off."""
    writ = Writ(key="k", text=text, author=author)
    made = as_plain(writ)
    assert len(made.encode("utf-16-le")) // 2 <= LONGEST_TASK
    assert made.endswith(writ.mark)


def test_the_mark_tells_keys_apart_and_nothing_of_them() -> None:
    """The same key has the same mark; a key stands nowhere in the text."""
    one, other = Writ(key="nøgle-1", text="a", author="b"), Writ(key="nøgle-2", text="a", author="b")
    assert one.mark == Writ(key="nøgle-1", text="c", author="d").mark != other.mark
    assert "nøgle" not in as_html(one)
    assert stands_among(one, [{"Note": "før"}, {"Note": as_html(one)}], "Note")
    assert not stands_among(one, [{"Note": as_html(other)}, {}], "Note")
    assert not stands_among(one, [], "Note")
    with pytest.raises(CaseSystemNonsense):
        stands_among(one, [{}], "Note")


def test_the_contact_is_told_in_utc() -> None:
    """The moment of a note is written as .NET reads it."""
    at = datetime(2026, 7, 1, 12, 0, 5, 7000, tzinfo=timezone.utc)
    made = note_fields(7, Writ(key="k", text="t", author="a"), now=at)
    assert made["KontaktTidspunkt"] == "2026-07-01T12:00:05.007Z"
    assert set(made) == {"SagID", "Overskrift", "Note", "KontaktTidspunkt"}


def test_the_type_of_a_task_is_the_one_named_or_the_first_that_is_shown() -> None:
    """A hidden type is not taken unasked; a name that is not there is told."""
    kinds = [{"Id": 1, "Navn": "Skjult", "SkjulErindring": True}, {"Id": 3, "Navn": "Standard"}]
    assert kind_in(kinds, None) == 3
    assert kind_in(kinds, "SKJULT") == 1
    with pytest.raises(CaseSystemNonsense):
        kind_in(kinds, "Findes ikke")
