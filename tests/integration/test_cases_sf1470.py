"""KOMBIT's Sags- og Dokumentindeks behind the port, against a double that holds each word to KOMBIT's own schemas."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from lxml import etree

from bot.cases.asking import cases_of
from bot.cases.case import Handler, HandlerKind, Role
from bot.cases.deadline import within
from bot.cases.http import Http
from bot.cases.importing import read_file
from bot.cases.port import CaseSystem
from bot.cases.record import CaseRecord
from bot.cases.sample import DEPARTMENTS, sample_file
from bot.cases.sf1470.access import Index, OrganisationAccess, load
from bot.cases.sf1470.adapter import IndexCaseSystem
from bot.cases.sf1470.organisation import Organisation
from bot.errors import (
    CaseSystemDown,
    CaseSystemError,
    CaseSystemNonsense,
    CaseSystemReadOnly,
    CaseSystemSlow,
    CaseSystemTooMuch,
    SettingsError,
)
from tests.contract_cases import ANNA, BO, CARLA, TODAY, CaseSystemContract, party, record
from tests.contract_writing import note, task
from tests.doubles.organisation import CVR, OrganisationDouble
from tests.doubles.organisation import PATH as ORGANISATION_PATH
from tests.doubles.sf1470 import PATH, IndexDouble, find_wsdl
from tests.doubles.sf1470_sag import GD, at, sagspart, virkning
from tests.services import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "hemmeligt"
METTE = Handler(kind=HandlerKind.PERSON, name="Mette Holm", phone="12 34 56 41", email="mette.holm@noerreaa.example")
TEAM = Handler(kind=HandlerKind.TEAM, name="Visitationsteamet", phone="12 34 56 40")


def department_of(kle: str) -> str:
    """The departments of the cases in these tests."""
    return {"27": "aeldre", "02": "byggesag"}[kle[:2]]


@pytest.fixture(scope="session")
def wsdl() -> Path:
    """KOMBIT's WSDL, which the project holds no copy of."""
    found = find_wsdl()
    if found is None:
        pytest.skip("KOMBIT's WSDL is missing: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    return found


class IndexRegister:
    """The index and the organisation, on loopback, and our system asking both."""

    keeps = frozenset({"status_text", "decided", "sensitivity"})
    spoils = ("state", "time", "element", "number")

    def __init__(self, wsdl: Path, silent_port: int) -> None:
        self.wsdl, self.silent_port = wsdl, silent_port
        self.double = IndexDouble(wsdl)
        self.organisation = OrganisationDouble(token=TOKEN)
        self.servers = [TestServer(self.double.app()), TestServer(self.organisation.app())]

    async def start(self) -> None:
        for server in self.servers:
            await server.start_server()
        self.system = self.asking(str(self.servers[0].make_url(PATH)))

    async def stop(self) -> None:
        await self.system.close()
        for server in self.servers:
            await server.close()

    def asking(
        self, url: str, *, seconds: float = 5.0, organisation: bool = True, within: float = 60
    ) -> IndexCaseSystem:
        """A system that asks at ``url``; ``seconds`` are for the organisation, ``within`` for the whole."""
        house = None
        if organisation:
            where = OrganisationAccess(url=str(self.servers[1].make_url(ORGANISATION_PATH)), token=TOKEN, cvr=CVR)
            house = Organisation(where, Http(system="Organisation", timeout=20), seconds=seconds)
        index = Index(wsdl=self.wsdl, url=url)
        http = Http(system="Indekset", timeout=20)
        return IndexCaseSystem(index, http, house, department_of=department_of, within=within)

    def put(self, *records: CaseRecord) -> None:
        self.double.put(*records)
        self.organisation.put_all(records)

    def spoil(self, number: str, how: str) -> None:
        self.double.spoil(number, how)

    def drop(self, number: str) -> None:
        self.double.drop(number)

    def unreachable(self) -> CaseSystem:
        return self.asking(f"http://127.0.0.1:{free_port()}{PATH}")

    def silent(self) -> CaseSystem:
        return self.asking(f"http://127.0.0.1:{self.silent_port}{PATH}")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:  # the kernel takes them; nobody reads
        yield listener.getsockname()[1]


@pytest.fixture
async def register(wsdl: Path, silent_port: int) -> AsyncIterator[IndexRegister]:
    made = IndexRegister(wsdl, silent_port)
    await made.start()
    yield made
    await made.stop()


class TestIndexCaseSystem(CaseSystemContract):
    """The index holds to the port's contract."""


async def asked(register: IndexRegister, cpr: str = ANNA) -> list[Any]:
    """What the port answers."""
    return await cases_of(register.system, cpr, timeout=20)


async def test_each_question_and_answer_holds_to_the_schemas(register: IndexRegister) -> None:
    """The double took every question, each under a transaction number of its own, and its answers held too."""
    register.put(record())
    await asked(register)
    await asked(register, BO)
    await register.system.ping()
    assert len(register.double.asked) == 3
    assert len(set(register.double.transactions)) == 3


async def test_the_transaction_number_is_in_the_log(register: IndexRegister) -> None:
    """KOMBIT's support finds a call by it; nothing of the citizen stands beside it."""
    with structlog.testing.capture_logs() as logs:
        await asked(register)
    (line,) = [one for one in logs if one["event"] == "sf1470.asked"]
    assert line["transaction"] == register.double.transactions[0]
    assert ANNA not in str(logs)


async def test_nothing_is_written_and_nothing_asked_when_one_tries(register: IndexRegister) -> None:
    """The index takes no tasks and notes: whoever tries is told at once."""
    assert register.system.writable is False
    for write in (register.system.add_note(ref="r", **note()), register.system.add_task(ref="r", **task())):
        with pytest.raises(CaseSystemReadOnly):
            await write
    assert register.double.asked == []


async def test_the_wsdl_is_read_once_for_many_who_come_at_once(register: IndexRegister) -> None:
    """Twenty who ask at the same moment wait for one reading, and one who gives up takes it from nobody."""
    register.put(record())
    system = register.asking(str(register.servers[0].make_url(PATH)))
    impatient = asyncio.ensure_future(system.cases_for(ANNA))
    await asyncio.sleep(0)
    waiting = [asyncio.ensure_future(system.cases_for(ANNA)) for _ in range(20)]
    await asyncio.sleep(0)
    loading = system._loading
    impatient.cancel()
    assert [len(cases) for cases in await asyncio.gather(*waiting)] == [1] * 20
    assert system._loading is loading is not None
    await system.close()


async def test_a_wsdl_that_is_missing_or_broken_is_said_in_danish(register: IndexRegister, tmp_path: Path) -> None:
    """The check of settings says which file; whoever asks is told that the system is down."""
    broken = tmp_path / "i stykker.wsdl"
    broken.write_text("<ikke en wsdl", encoding="utf-8")
    alone = tmp_path / "alene.wsdl"
    alone.write_bytes(register.wsdl.read_bytes())  # without the XSDs
    for path in (tmp_path / "findes ikke.wsdl", broken, alone):
        with pytest.raises(SettingsError, match=path.name):
            load(Index(wsdl=path))
        system = IndexCaseSystem(Index(wsdl=path), Http(system="Indekset"), department_of=department_of)
        with pytest.raises(CaseSystemDown) as caught:
            await system.cases_for(ANNA)
        assert path.name in caught.value.staff
        await system.close()


async def test_a_wsdl_that_points_out_into_the_world_is_refused(register: IndexRegister, tmp_path: Path) -> None:
    """Nothing is fetched from the network when the WSDL is read."""
    outside = tmp_path / "ude.wsdl"
    content = register.wsdl.read_text(encoding="utf-8")
    outside.write_text(content.replace('location="xsd/', 'location="http://127.0.0.1:9/xsd/'), encoding="utf-8")
    with pytest.raises(SettingsError):
        load(Index(wsdl=outside))


async def test_a_case_with_an_end_is_no_longer_theirs(register: IndexRegister) -> None:
    """Who was primary party once does not see the case now, whatever the index finds; no alarm is raised."""
    register.put(record())
    relations = register.double.case("27.36.04-G01-12-26").find("{*}RelationListe")
    past = at(TODAY - timedelta(days=5))
    relations.append(sagspart(party(BO), past - timedelta(days=9), past))
    register.double.matches_history = True
    with structlog.testing.capture_logs() as logs:
        assert await asked(register, BO) == []
    assert [one for one in logs if one["log_level"] == "error"] == []
    assert len(await asked(register, ANNA)) == 1


async def test_a_case_of_somebody_else_is_dropped_and_alarmed(register: IndexRegister) -> None:
    """One that slipped into the answer is not shown, and the log says how many, and nothing more."""
    register.put(record(), record("02.34.02-G01-2-26", party(BO, name="Bo Vestergaard"), kle="02.34.02"))
    register.double.slipped = ["02.34.02-G01-2-26"]
    with structlog.testing.capture_logs() as logs:
        assert [case.number for case in await asked(register)] == ["27.36.04-G01-12-26"]
    (alarm,) = [one for one in logs if one["log_level"] == "error"]
    assert (alarm["event"], alarm["system"], alarm["count"]) == ("cases.not_theirs", register.system.name, 1)
    assert not any(word in str(alarm) for word in (ANNA, BO, "Vestergaard", "02.34.02"))


async def test_a_secondary_party_who_slipped_in_is_dropped_too(register: IndexRegister) -> None:
    """The index says who is primary party: one in another role finds nothing."""
    register.put(record("27.42.08-G01-3-26", party(ANNA), party(CARLA, Role.REPRESENTATIVE)))
    register.double.slipped = ["27.42.08-G01-3-26"]
    assert await asked(register, CARLA) == []


async def test_answers_come_page_by_page_until_all_are_there(register: IndexRegister) -> None:
    """What the index gives at a time is its own affair; each case comes once."""
    register.double.most = 3
    numbers = [f"27.36.04-G01-{serial}-26" for serial in range(1, 11)]
    register.put(*(record(number) for number in numbers))
    assert sorted(case.number for case in await asked(register)) == sorted(numbers)
    assert len(register.double.asked) == 4


async def test_a_part_of_the_answer_is_never_taken_for_the_whole(register: IndexRegister) -> None:
    """An index that tells of five cases and gives one has given no answer."""
    register.put(record())
    register.double.total = 5
    with pytest.raises(CaseSystemNonsense):
        await asked(register)


async def test_an_index_that_tells_no_number_is_asked_until_nothing_new_comes(register: IndexRegister) -> None:
    """Antal is optional: then the pages themselves say when there are no more."""
    register.double.most, register.double.counts = 2, False
    numbers = [f"27.36.04-G01-{serial}-26" for serial in range(1, 6)]
    register.put(*(record(number) for number in numbers))
    assert sorted(case.number for case in await asked(register)) == sorted(numbers)
    assert len(register.double.asked) == 4


async def test_ten_thousand_cases_at_one_citizen_are_told_after_one_page(register: IndexRegister) -> None:
    """The number alone is enough: no more is fetched."""
    register.put(record())
    register.double.total = 10_000
    with pytest.raises(CaseSystemTooMuch):
        await asked(register)
    assert len(register.double.asked) == 1


async def test_the_organisation_tells_name_and_contact_of_a_caseworker(register: IndexRegister) -> None:
    """Each caseworker is asked for once, however many cases they have; a unit is found too."""
    register.put(
        record("27.36.04-G01-1-26", handler=METTE),
        record("27.36.04-G01-2-26", handler=METTE),
        record("27.36.04-G01-3-26", handler=TEAM),
    )
    cases = await asked(register)
    assert {case.number: case.handler for case in cases} == {
        "27.36.04-G01-1-26": METTE,
        "27.36.04-G01-2-26": METTE,
        "27.36.04-G01-3-26": TEAM,
    }
    assert sorted(name for name, _ in register.organisation.asked) == ["bruger", "organisationEnhed"]


async def test_a_case_without_a_handler_gets_the_unit_its_subject_belongs_to(register: IndexRegister) -> None:
    """Where one unit is responsible for the KLE number it answers; where two are, none is named."""
    register.put(record(handler=None))
    register.organisation.put(TEAM, responsible_for=("27.36.04",))
    assert [case.handler for case in await asked(register)] == [TEAM]
    register.organisation.put(replace(TEAM, name="Et andet team"), responsible_for=("27.36.04",))
    assert [case.handler for case in await asked(register)] == [None]


async def test_without_an_organisation_the_index_own_names_stand(register: IndexRegister) -> None:
    """A municipality may leave it out."""
    register.put(record(handler=METTE))
    system = register.asking(str(register.servers[0].make_url(PATH)), organisation=False)
    assert [case.handler for case in await system.cases_for(ANNA)] == [replace(METTE, phone=None, email=None)]
    await system.close()


async def hangs() -> web.Response:
    """An answer that does not come."""
    await asyncio.sleep(3600)
    return web.Response()


@pytest.mark.parametrize(
    "instead",
    [
        hangs,
        lambda: web.Response(status=503),
        lambda: web.Response(status=401),
        lambda: web.Response(text="<html>", content_type="text/html"),
        lambda: web.json_response({"errors": [{"message": "x", "extensions": {"type": "ERROR"}}], "data": None}),
        lambda: web.json_response([]),
    ],
    ids=["slow", "503", "401", "html", "errors", "list"],
)
async def test_an_organisation_that_fails_takes_no_case_away(
    register: IndexRegister, instead: Callable[[], Any]
) -> None:
    """The case comes with the index' own name of the caseworker, and the log says what was missing."""
    register.put(record(handler=METTE), record("27.36.04-G01-2-26", handler=None))
    register.organisation.instead = instead
    system = register.asking(str(register.servers[0].make_url(PATH)), seconds=0.3)
    with structlog.testing.capture_logs() as logs:
        cases = await asyncio.wait_for(system.cases_for(ANNA), 30)
    assert {case.handler for case in cases} == {replace(METTE, phone=None, email=None), None}
    (warning,) = [one for one in logs if one["log_level"] == "warning"]
    assert warning["event"] == "organisation.missing"
    assert "Mette" not in str(warning) and TOKEN not in str(logs)
    await system.close()


async def test_an_index_that_took_all_the_time_leaves_none_to_the_organisation(register: IndexRegister) -> None:
    """Whoever asks gets the cases within their time, though they were slow to come."""
    register.put(record(handler=METTE))
    register.organisation.instead = hangs
    system = register.asking(str(register.servers[0].make_url(PATH)), seconds=3600, within=0.01)
    cases = await asyncio.wait_for(system.cases_for(ANNA), 30)
    assert [case.handler for case in cases] == [replace(METTE, phone=None, email=None)]
    await system.close()


async def test_the_organisation_has_what_is_left_to_whoever_asks(register: IndexRegister) -> None:
    """They have set the limit, and it does not begin anew with each attempt; where none is left nobody is asked."""
    register.put(record(handler=METTE))
    system = register.asking(str(register.servers[0].make_url(PATH)), seconds=60)
    with within(0.4):
        cases = await asyncio.wait_for(system.cases_for(ANNA), 30)
    assert [case.handler for case in cases] == [replace(METTE, phone=None, email=None)]
    assert register.organisation.asked == []
    with within(600):
        assert [case.handler for case in await system.cases_for(ANNA)] == [METTE]
    await system.close()


def soap(body: str | bytes, *, status: int = 200, kind: str = "application/soap+xml; charset=utf-8") -> Any:
    """An answer in the place of the index'."""
    raw = body if isinstance(body, bytes) else body.encode()
    return lambda: web.Response(status=status, body=raw, headers={"Content-Type": kind})


ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
FAULT = ENVELOPE.format(
    "<s:Fault><s:Code><s:Value>s:{}</s:Value></s:Code><s:Reason>"
    '<s:Text xml:lang="da">Anna 1403481236 findes ikke</s:Text></s:Reason></s:Fault>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE s [<!ENTITY l0 "ha">{LAUGHS}]>' + ENVELOPE.format("&l11;")
IN_ATTRIBUTE = f'<!DOCTYPE s [<!ENTITY l0 "ha">{LAUGHS}]>' + ENVELOPE.format('<a b="&l11;"/>')
OUTSIDE = '<!DOCTYPE s [<!ENTITY x SYSTEM "{}">]>' + ENVELOPE.format("<a>&x;</a>")


@pytest.mark.parametrize(
    ("instead", "error"),
    [
        (soap(BOMB), CaseSystemNonsense),
        (soap(BOMB.encode("utf-16")), CaseSystemNonsense),
        (soap(IN_ATTRIBUTE), CaseSystemNonsense),
        (soap("<!DOCTYPE s>" + ENVELOPE.format("")), CaseSystemNonsense),
        (soap("<" + "a" * 100), CaseSystemNonsense),
        (soap("<a>" * 100_000), CaseSystemNonsense),
        (soap("", status=200), CaseSystemNonsense),
        (soap(ENVELOPE.format("")), CaseSystemNonsense),
        (soap(ENVELOPE.format("<a/>")), CaseSystemNonsense),
        (soap(ENVELOPE.format("").replace("2003/05/soap-envelope", "soap/envelope/")), CaseSystemNonsense),
        (soap("<html><body>Vedligehold</body></html>", kind="text/html"), CaseSystemNonsense),
        (soap(ENVELOPE.format("æ").encode("latin-1")), CaseSystemNonsense),
        (soap(ENVELOPE.format(""), kind="application/soap+xml; charset=iso-8859-1"), CaseSystemNonsense),
        (soap(FAULT.format("Sender"), status=400), CaseSystemNonsense),
        (soap(FAULT.format("Receiver"), status=500), CaseSystemDown),
        (soap(FAULT.format("Receiver")), CaseSystemDown),
        (soap("<html>", status=500, kind="text/html"), CaseSystemDown),
        (soap("", status=401), CaseSystemDown),
        (soap("", status=429), CaseSystemDown),
        (soap("", status=302), CaseSystemDown),
        (soap("", status=503), CaseSystemDown),
    ],
    ids=str,
)
async def test_what_is_no_answer_is_an_error_without_a_word_of_it(
    register: IndexRegister, instead: Callable[[], Any], error: type[CaseSystemError]
) -> None:
    """Whatever comes in the index' place is told by its kind alone: nothing grows, nothing is quoted."""
    register.double.instead = instead
    with pytest.raises(error) as caught:
        await asyncio.wait_for(register.system.cases_for(ANNA), 60)
    told = f"{caught.value.log} {caught.value!r} {caught.value.__context__!r} {caught.value.__cause__!r}"
    assert not any(word in told for word in (ANNA, "Anna", "findes ikke"))


async def test_an_external_entity_is_never_fetched(register: IndexRegister, tmp_path: Path) -> None:
    """Neither a file of ours nor an address inside our network is read for an answer that points at it."""
    secret = tmp_path / "hemmeligt.txt"
    secret.write_text("hemmeligheden", encoding="utf-8")
    fetched = []

    async def fetch(request: web.Request) -> web.Response:
        fetched.append(request.path)
        return web.Response(text="hemmeligheden")

    inside = web.Application()
    inside.router.add_get("/{any:.*}", fetch)
    async with TestServer(inside) as server:
        for url in (secret.as_uri(), str(server.make_url("/x"))):
            for content in (OUTSIDE.replace("{}", url), f'<!DOCTYPE s SYSTEM "{url}">' + ENVELOPE.format("")):
                register.double.instead = soap(content)
                with pytest.raises(CaseSystemNonsense) as caught:
                    await register.system.cases_for(ANNA)
                assert "hemmeligheden" not in repr(caught.value)
    assert fetched == []


@pytest.mark.parametrize(
    ("status", "error"),
    [("40", CaseSystemNonsense), ("49", CaseSystemNonsense), ("50", CaseSystemDown), ("7", CaseSystemNonsense)],
)
async def test_a_status_that_is_no_success_is_an_error(
    register: IndexRegister, status: str, error: type[CaseSystemError]
) -> None:
    """StandardRetur says how it went: only its number is told on."""
    register.put(record())
    register.double.status = status
    with pytest.raises(error, match=f"status {status}$"):
        await register.system.cases_for(ANNA)


async def test_not_found_is_no_cases(register: IndexRegister) -> None:
    """Somebody the index does not know has none."""
    register.double.status = "44"
    assert await asked(register) == []


async def test_a_case_without_a_sensitivity_is_taken_as_sensitive(register: IndexRegister) -> None:
    """Every case must say how sensitive it is; of one that does not, only the state is told."""
    register.put(record())
    for told in register.double.case("27.36.04-G01-12-26").findall(".//{*}Foelsomhed"):
        told.getparent().remove(told)
    (case,) = await asked(register)
    assert case.sensitivity.name == "SENSITIVE"


async def test_an_answer_is_read_as_of_now(register: IndexRegister) -> None:
    """A caseworker whose time has come answers from that moment on, and the one before no longer."""
    register.put(record(handler=METTE))
    newest = register.double.case("27.36.04-G01-12-26")
    moment = datetime.now(timezone.utc) - timedelta(minutes=1)
    current, coming = newest.findall("{*}RelationListe/{*}Sagsaktoer")[2:4]
    current.find("{*}Virkning").find("{*}TilTidspunkt")[0].text = moment.isoformat()
    coming.replace(coming.find("{*}Virkning"), virkning(GD, moment, None))
    (case,) = await asked(register)
    assert case.handler is not None and case.handler.name == "Kommende Sagsbehandler"


async def test_a_value_that_can_not_be_read_is_not_quoted_in_the_log(
    register: IndexRegister, caplog: pytest.LogCaptureFixture
) -> None:
    """zeep tells of such a value, with a traceback: it may be about a citizen."""
    register.put(record())
    register.double.spoil("27.36.04-G01-12-26", "time")
    with caplog.at_level(logging.DEBUG), pytest.raises(CaseSystemNonsense):
        await asked(register)
    assert "i forgårs" not in caplog.text and ANNA not in caplog.text


def test_an_installation_with_another_case_system_does_not_carry_zeep() -> None:
    """It takes a second to be imported, in every process: only whoever asks the index needs it."""
    code = "import bot.cases.sf1470, sys; sys.exit('zeep' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


async def test_a_token_may_be_put_on_before_it_is_sent(register: IndexRegister) -> None:
    """Where a municipality signs here and not in a gateway, each envelope passes through its own code, whole."""
    seen: list[bytes] = []

    async def authorise(envelope: bytes, headers: Any) -> tuple[bytes, Any]:
        seen.append(envelope)
        return envelope, {**headers, "Authorization": "Holder-of-key x"}

    register.put(record())
    index = Index(wsdl=register.wsdl, url=str(register.servers[0].make_url(PATH)))
    system = IndexCaseSystem(index, Http(system="I"), department_of=department_of, authorise=authorise)
    assert len(await system.cases_for(ANNA)) == 1
    assert etree.fromstring(seen[0]).tag.endswith("Envelope")
    await system.close()


async def test_whoever_is_closed_in_the_middle_is_told_and_not_left_hanging(register: IndexRegister) -> None:
    """Closing takes the connections from those who wait."""
    system = register.silent()
    waiting = asyncio.ensure_future(cases_of(system, ANNA, timeout=20))
    await asyncio.sleep(0.3)
    await system.close()
    with pytest.raises(CaseSystemError):
        await asyncio.wait_for(waiting, 30)


async def test_slow_is_told_by_the_time_the_connection_has(register: IndexRegister) -> None:
    """An index that takes the question and says nothing is slow by itself too."""
    index = Index(wsdl=register.wsdl, url=f"http://127.0.0.1:{register.silent_port}{PATH}")
    system = IndexCaseSystem(index, Http(system="I", timeout=0.2), department_of=department_of)
    with pytest.raises(CaseSystemSlow):
        await asyncio.wait_for(system.cases_for(ANNA), 30)
    await system.close()


async def test_the_double_refuses_what_the_index_would(register: IndexRegister) -> None:
    """Another action, SOAP 1.1, no header, another search, a body beside the schema: each is refused."""
    http = Http(system="I", timeout=20)
    url = str(register.servers[0].make_url(PATH))
    service = load(Index(wsdl=register.wsdl, url=url))
    action = f'application/soap+xml; charset=utf-8; action="{service.action}"'
    header = '<h:RequestHeader xmlns:h="http://kombit.dk/xml/schemas/RequestHeader/1/">{}</h:RequestHeader>'
    header = header.format("<h:TransactionUUID>x</h:TransactionUUID>")
    input_ = "sdi:FremsoegSagDokumentIndeksInput"
    question = f'<{input_} xmlns:sdi="urn:oio:sts:sagdok:sagdokumentindeks:6">{{}}</{input_}>'
    whole = ENVELOPE.replace("<s:Body>{}", f"<s:Header>{header}</s:Header><s:Body>{question}")
    for kind, body, status in (
        (action, whole.format("<sdi:SagUuid>x</sdi:SagUuid>"), 200),
        (action.replace("fremsoeg", "importer"), whole.format(""), 400),
        ("text/xml; charset=utf-8", whole.format(""), 415),
        (action, whole.format("").replace("2003/05/soap-envelope", "soap/envelope/"), 400),
        (action, whole.format("").replace(header, ""), 400),
        (action, whole.format("<sdi:Ukendt/>"), 400),
        (action, whole.format("<sdi:Filter><sdi:SagVis><sdi:Vis>alt</sdi:Vis></sdi:SagVis></sdi:Filter>"), 400),
    ):
        answer = await http.ask("POST", url, headers={"Content-Type": kind}, body=body.encode())
        assert answer.status == status, (kind, body)
    await http.close()


@pytest.fixture
def program_port(wsdl: Path) -> Iterator[int]:
    """The port of the double, started as a program with the sample cases."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles.sf1470", "--port", str(port), "--wsdl", str(wsdl)], cwd=ROOT
    )
    try:
        wait_for_port(port, process, 60)
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def test_the_sample_citizens_find_their_cases_in_the_double(wsdl: Path, program_port: int) -> None:
    """As a program the double holds the sample cases: each citizen finds those they are primary party to."""
    records, _ = read_file(sample_file(), departments=DEPARTMENTS)
    index = Index(wsdl=wsdl, url=f"http://127.0.0.1:{program_port}{PATH}")
    system = IndexCaseSystem(index, Http(system="Indekset", timeout=20), department_of=lambda kle: "borgerservice")
    await system.ping()
    found = 0
    for cpr in {one.cpr for kept in records for one in kept.parties}:
        mine = {kept.number for kept in records for one in kept.parties if (one.cpr, one.role) == (cpr, Role.PRIMARY)}
        cases = await cases_of(system, cpr, timeout=20)
        assert {case.number for case in cases} == mine
        found += len(cases)
    assert found >= 10
    await system.close()
