"""Who a caseworker is and how they are reached, from KOMBIT's OrganisationHent, against a strict double."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cases.case import Handler, HandlerKind
from bot.cases.http import Http
from bot.cases.sf1470.access import OrganisationAccess
from bot.cases.sf1470.organisation import Contact, Of, Organisation, Whom
from bot.errors import CaseSystemDown, CaseSystemError, SettingsError
from tests.doubles.organisation import CVR, PATH, OrganisationDouble
from tests.doubles.sf1470_sag import handler_uuid
from tests.services import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "hemmeligt"
METTE = Handler(kind=HandlerKind.PERSON, name="Mette Holm", phone="12 34 56 41", email="mette.holm@noerreaa.example")
TEAM = Handler(kind=HandlerKind.TEAM, name="Visitationsteamet", phone="12 34 56 40")
OF_METTE = Whom(Of.USER, handler_uuid(METTE))
OF_TEAM = Whom(Of.UNIT, handler_uuid(TEAM))
OF_SUBJECT = Whom(Of.SUBJECT, "27.36.04")
STRANGER = Whom(Of.USER, "00000000-0000-4000-8000-000000000000")


class House:
    """The double on loopback, and our client asking it."""

    def __init__(self) -> None:
        self.double = OrganisationDouble(token=TOKEN)
        self.double.put(METTE)
        self.double.put(TEAM, responsible_for=("27.36.04",))
        self.server = TestServer(self.double.app())
        self.opened: list[Organisation] = []

    def asking(self, *, token: str = TOKEN, cvr: str = CVR, seconds: float = 20) -> Organisation:
        access = OrganisationAccess(url=str(self.server.make_url(PATH)), token=token, cvr=cvr)
        self.opened.append(Organisation(access, Http(system="Organisation", timeout=30), seconds=seconds))
        return self.opened[-1]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.server.start_server()
    yield made
    for one in made.opened:
        await one.close()
    await made.server.close()


async def test_a_person_a_unit_and_a_subject_are_found_at_once(house: House) -> None:
    """Name, telephone and mail, and no other address there is."""
    with structlog.testing.capture_logs() as logs:
        found = await house.asking().contacts([OF_METTE, OF_TEAM, OF_SUBJECT, OF_METTE])
    assert found == {
        OF_METTE: Contact(name="Mette Holm", phone="12 34 56 41", email="mette.holm@noerreaa.example"),
        OF_TEAM: Contact(name="Visitationsteamet", phone="12 34 56 40"),
        OF_SUBJECT: Contact(name="Visitationsteamet", phone="12 34 56 40"),
    }
    assert len(house.double.asked) == 3
    assert "Rådhuspladsen" not in repr(found) and logs == []


async def test_nobody_is_asked_for_nothing(house: House) -> None:
    """Without caseworkers there is nothing to ask."""
    assert await house.asking().contacts([]) == {}
    assert house.double.asked == []


async def test_one_who_is_not_found_takes_nobody_else_away(house: House) -> None:
    """Each is asked for alone: an error about one is not the others'."""
    with structlog.testing.capture_logs() as logs:
        found = await house.asking().contacts([OF_METTE, STRANGER])
    assert set(found) == {OF_METTE}
    assert [(one["event"], one["asked"], one["late"]) for one in logs] == [("organisation.missing", 2, 0)]


async def test_a_name_that_is_not_open_to_us_is_no_failure(house: House) -> None:
    """A token without the data restriction SeNavn gives a warning and no name; the rest is used."""
    house.double.names = False
    with structlog.testing.capture_logs() as logs:
        found = await house.asking().contacts([OF_METTE])
    assert found[OF_METTE] == Contact(name=None, phone="12 34 56 41", email="mette.holm@noerreaa.example")
    assert logs == []


async def test_somebody_else_in_the_answer_is_not_taken(house: House) -> None:
    """An answer with another UUID than was asked for is nobody."""
    answer = {"bruger": [{"uuid": STRANGER.key, "person": {"navn": "En anden"}, "adresser": []}]}
    house.double.instead = lambda: web.json_response({"data": answer})
    assert await house.asking().contacts([OF_METTE]) == {}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"bruger": None},
        {"bruger": {}},
        {"bruger": ["x", 7, None]},
        {"bruger": [{"uuid": OF_METTE.key}]},
        {"bruger": [{"uuid": OF_METTE.key, "person": [], "adresser": {}}]},
        {"bruger": [{"uuid": OF_METTE.key, "person": {"navn": 7}, "adresser": [7, {"adresseTekst": 7}]}]},
    ],
)
async def test_an_answer_of_another_shape_breaks_nothing(house: House, data: dict[str, Any]) -> None:
    """What is missing is missing: nobody is named, and nothing is raised."""
    house.double.instead = lambda: web.json_response({"data": data})
    assert set((await house.asking().contacts([OF_METTE])).values()) <= {Contact()}


async def test_a_wrong_token_is_told_without_the_token(house: House) -> None:
    """The check of settings hears that it is refused; a look-up of cases goes on without."""
    refused = house.asking(token="et-andet-hemmeligt")
    with pytest.raises(CaseSystemDown) as caught:
        await refused.ping()
    with structlog.testing.capture_logs() as logs:
        assert await refused.contacts([OF_METTE]) == {}
    assert "hemmeligt" not in f"{caught.value!r} {logs}"
    assert "hemmeligt" not in repr(OrganisationAccess(url="https://x", token="hemmeligt", cvr=CVR))


async def test_ping_returns_when_it_answers(house: House) -> None:
    """The right token opens, and nobody is looked up."""
    await house.asking().ping()


async def test_an_organisation_that_hangs_costs_no_more_than_its_time(house: House) -> None:
    """Those who did not answer in time are missing, and those who did are there."""
    answers = iter(range(100))

    async def second_hangs() -> web.Response:
        if next(answers):
            await asyncio.sleep(3600)
        node = {"uuid": OF_TEAM.key, "enhedsnavn": "Visitationsteamet", "adresser": []}
        return web.json_response({"data": {"organisationEnhed": node}})

    house.double.instead = second_hangs
    other = Whom(Of.UNIT, OF_TEAM.key.upper())
    with structlog.testing.capture_logs() as logs:
        found = await asyncio.wait_for(house.asking(seconds=1.5).contacts([OF_TEAM, other]), 30)
    assert len(found) == 1
    assert [(one["event"], one["late"]) for one in logs] == [("organisation.missing", 1)]


async def test_another_municipality_is_not_ours(house: House) -> None:
    """The CVR number says whose units are asked for; one that is none is refused when the settings are read."""
    assert await house.asking(cvr="22222222").contacts([OF_SUBJECT]) == {}
    for wrong in ("", "1234567", "DK12345678", "١٢٣٤٥٦٧٨"):
        with pytest.raises(SettingsError):
            OrganisationAccess(url="https://x", token="t", cvr=wrong)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Authorization": ""}, {}, 401),
        ({"x-TransaktionsId": "1"}, {}, 400),
        ({"x-TransaktionsTid": "i dag"}, {}, 400),
        ({"x-TransaktionsTid": "2026-01-01T00:00:00"}, {}, 400),
        ({}, {"query": "query Alt { bruger { uuid } }"}, 200),
        ({}, {"query": "query B($uuid: UUID!) { bruger(uuid: $uuid) { uuid person { cpr } } }"}, 200),
        ({}, {"variables": {"uuid": ["x"]}}, 200),
        ({}, {"variables": {}}, 200),
    ],
)
async def test_the_double_refuses_what_organisationhent_would(
    house: House, headers: dict[str, str], body: dict[str, Any], status: int
) -> None:
    """No token, no transaction, another query, a variable of another type: each is refused in its own way."""
    http = Http(system="Organisation", timeout=20)
    right = {
        "Authorization": f"Bearer {TOKEN}",
        "x-TransaktionsId": STRANGER.key,
        "x-TransaktionsTid": "2026-01-01T00:00:00+01:00",
    }
    query = "query Q($uuid: [UUID!]!) { bruger(uuid: $uuid) { uuid person { navn } adresser { adresseTekst adresseRolleTitel } } }"  # noqa: E501
    answer = await http.ask(
        "POST",
        str(house.server.make_url(PATH)),
        headers=right | headers,
        json={"query": query, "variables": {"uuid": [STRANGER.key]}} | body,
    )
    assert answer.status == status
    assert status != 200 or answer.json()["errors"][0]["extensions"]["type"] == "ERROR"
    assert house.double.asked == []
    await http.close()


@pytest.fixture
def program_port() -> Iterator[int]:
    """The port of the double, started as a program with the sample cases."""
    port = free_port()
    program = [sys.executable, "-m", "tests.doubles.organisation", "--port", str(port), "--token", TOKEN]
    process = subprocess.Popen(program, cwd=ROOT)
    try:
        wait_for_port(port, process, 60)
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def test_the_double_runs_as_a_program(house: House, program_port: int) -> None:
    """Whoever tries the product by hand has the caseworkers of the sample cases in it."""
    access = OrganisationAccess(url=f"http://127.0.0.1:{program_port}{PATH}", token=TOKEN, cvr=CVR)
    house.opened.append(Organisation(access, Http(system="Organisation", timeout=20)))
    await house.opened[-1].ping()


async def test_a_closed_one_finds_nobody(house: House) -> None:
    """After closing, asking is an error for who checks, and nothing for who looks up cases."""
    closed = house.asking()
    await closed.close()
    assert await closed.contacts([OF_METTE]) == {}
    with pytest.raises(CaseSystemError):
        await closed.ping()
