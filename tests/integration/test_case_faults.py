"""What goes wrong between us and a case system: the citizen is told honestly, nobody sees what is another's.

Each kind of system is asked through the action of *hvad er status på min sag*, with the house's own care around it,
over a wire that harms what it carries.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import text
from structlog.testing import capture_logs

from actions.parts import Parts
from bot.audit.trail import Entry
from bot.cases.asked import CaseSystems
from bot.cases.http import Http
from bot.cases.port import CaseSystem
from bot.cases.record import CaseRecord
from bot.cases.sbsys.adapter import SbsysCaseSystem
from bot.cases.sf1470.access import Index
from bot.cases.sf1470.adapter import IndexCaseSystem
from bot.cases.sql import MIGRATIONS, SqlCaseSystem, save
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing
from tests.asking import CPR, Said, ask, make_parts
from tests.conftest import Postgres
from tests.contract_cases import BO, party, record
from tests.doubles.sbsys import SbsysDouble
from tests.doubles.sf1470 import PATH, IndexDouble, find_wsdl
from tests.doubles.wire import FAULTS, HttpWire, TcpWire

TIMEOUT = 2.0  # seconds for a wire that is harmed; the house's is 3
MINE = "27.36.04-G01-1-26"
BOS = "27.36.04-G01-777-26"
HOST = Path("/etc/hostname").read_text(encoding="utf-8").strip()  # what the external entity reaches for
SECRETS = ("Bo Vestergaard", BOS, BO, "Bos hemmelige sag")

# What a citizen may honestly be told when their cases can't be had.
HONEST = {"utter_sagssystem_nede", "utter_sagssystem_langsomt", "utter_for_mange_sager"}


@dataclass
class Kept:
    """The trail, in a list."""

    entries: list[Entry] = field(default_factory=list)

    def write(self, entry: Entry) -> None:
        self.entries.append(entry)


@dataclass
class Line:
    """A kind of case system at the end of a wire that can be harmed."""

    system: CaseSystem
    harm: Callable[[str | None], None]
    once: Callable[[str], None]
    put: Callable[..., None]
    slip: Callable[[CaseRecord], None]
    many: Callable[[int], None]
    gone: Callable[[], Awaitable[None]]
    trail: Kept = field(default_factory=Kept)

    def asked(self, *, timeout: float = 60) -> CaseSystems:
        """As the house asks it, with nothing kept and no failure behind it; what is well may take its time."""
        return CaseSystems({"it": self.system}, timeout=timeout, trail=self.trail, kept=0)


KINDS = ("sql", "sbsys", "sf1470")
TCP_FAULTS = ("reset in the middle", "3 s of silence", "30 s of silence")


async def sbsys_line(stack: AsyncExitStack) -> Line:
    double = await stack.enter_async_context(SbsysDouble())
    wire = await stack.enter_async_context(
        HttpWire(f"http://127.0.0.1:{double.port}", spared=lambda path: path.startswith("/auth"))
    )
    access = replace(double.access, url=wire.url, token_url=double.access.token_url.replace(_origin(double), wire.url))
    system = SbsysCaseSystem(access, Http(system="SBSYS", timeout=20), department_of=lambda kle: "aeldre")
    stack.push_async_callback(system.close)

    def slip(one: CaseRecord) -> None:
        double.put(one)
        double.strangers.append(double.kept[one.number])

    def many(number: int) -> None:
        double.put(*(record(f"27.36.04-G01-{serial}-25", party(CPR)) for serial in range(1, number)))

    return Line(system, *_harming(wire), double.put, slip, many, _gone(wire))


async def sf1470_line(stack: AsyncExitStack) -> Line:
    wsdl = find_wsdl()
    if wsdl is None:
        pytest.skip("KOMBIT's WSDL is not on this machine: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    double = IndexDouble(wsdl)
    server = TestServer(double.app())
    await server.start_server()
    stack.push_async_callback(server.close)
    wire = await stack.enter_async_context(HttpWire(str(server.make_url("/")).rstrip("/")))
    system = IndexCaseSystem(
        Index(wsdl=wsdl, url=f"{wire.url}{PATH}"),
        Http(system="Indekset", timeout=20),
        None,
        department_of=lambda kle: "aeldre",
    )
    stack.push_async_callback(system.close)

    def slip(one: CaseRecord) -> None:
        double.put(one)
        double.slipped.append(one.number)

    def many(number: int) -> None:
        double.put(*(record(f"27.36.04-G01-{serial}-25", party(CPR)) for serial in range(1, 250)))
        double.total = number

    return Line(system, *_harming(wire), double.put, slip, many, _gone(wire))


_COPIES_OF_CASE = text(
    "INSERT INTO cases (ref, number, kle, state, sensitivity, department, opened, changed, title_secret, sealed) "
    "SELECT 'copy-' || n, '27.36.04-G01-' || n || '-25', kle, state, sensitivity, department, opened, changed, "
    "title_secret, sealed FROM cases CROSS JOIN generate_series(2, :many) AS n WHERE number = :of"
)
_COPIES_OF_PARTY = text(
    "INSERT INTO parties (case_id, person, position, role, sealed) "
    "SELECT copies.id, person, position, role, parties.sealed FROM parties JOIN cases AS mine ON mine.id = case_id "
    "CROSS JOIN cases AS copies WHERE mine.number = :of AND copies.ref LIKE 'copy-%'"
)


async def sql_line(stack: AsyncExitStack, postgres: Postgres) -> Line:
    url = postgres.new_database()
    vault = Vault([Vault.new_key()])
    engine = make_engine(url)
    migrate(engine, MIGRATIONS)
    stack.callback(engine.dispose)
    wire = await stack.enter_async_context(TcpWire(postgres.port))
    over_wire = url.replace(f":{postgres.port}/", f":{wire.port}/")
    system = SqlCaseSystem(make_engine(over_wire, connect_timeout=2), vault, statement_timeout=60)
    stack.push_async_callback(system.close)

    def put(*records: CaseRecord) -> None:
        with writing(engine) as connection:
            save(connection, vault, records)

    def harm(fault: str | None) -> None:
        wire.fault = None if fault is None else ("cut" if fault.startswith("reset") else "silent")

    async def gone() -> None:
        await wire.__aexit__(None, None, None)

    def many(number: int) -> None:
        with writing(engine) as connection:
            connection.execute(_COPIES_OF_CASE, {"many": number, "of": MINE})
            connection.execute(_COPIES_OF_PARTY, {"of": MINE})

    return Line(system, harm, harm, put, put, many, gone)


def _origin(double: SbsysDouble) -> str:
    return f"http://127.0.0.1:{double.port}"


def _harming(wire: HttpWire) -> tuple[Callable[[str | None], None], Callable[[str], None]]:
    def harm(fault: str | None) -> None:
        wire.fault, wire.first = fault, None

    def once(fault: str) -> None:
        wire.fault, wire.first, wire.harmed = fault, 1, 0

    return harm, once


def _gone(wire: HttpWire) -> Callable[[], Awaitable[None]]:
    async def gone() -> None:
        await wire.stop()

    return gone


@pytest.fixture(params=KINDS)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """Anna's case in a system of each kind, and one of Bo's beside it."""
    async with AsyncExitStack() as stack:
        if request.param == "sql":
            made = await sql_line(stack, request.getfixturevalue("postgres"))
        else:
            made = await {"sbsys": sbsys_line, "sf1470": sf1470_line}[request.param](stack)
        made.put(record(MINE, party(CPR, name="Anna Prøve")), record(BOS, *bo(), title="Bos hemmelige sag"))
        yield made


def bo() -> tuple[Any, ...]:
    return (party(BO, name="Bo Vestergaard"),)


async def answered(line: Line, cases: CaseSystems | None = None) -> tuple[Said, list[dict[str, Any]]]:
    """What the citizen is told, and the log."""
    with capture_logs() as logs:
        said = await asyncio.wait_for(ask("sagsstatus", "status på min sag", parts=parts(line, cases)), timeout=60)
    return said, list(logs)


def parts(line: Line, cases: CaseSystems | None) -> Parts:
    """The cases are dated by the day on which the tests run."""
    return replace(make_parts(now=datetime.now(timezone.utc)), cases=cases or line.asked())


def is_right(said: Said) -> bool:
    return not HONEST & set(said.responses) and MINE in said.everything


@pytest.mark.parametrize(
    ("line", "fault"),
    [(kind, fault) for kind in KINDS for fault in (TCP_FAULTS if kind == "sql" else FAULTS)],
    indirect=["line"],
)
async def test_whatever_the_wire_does_the_citizen_is_told_honestly(line: Line, fault: str) -> None:
    """With what to do, and with a human; the log says what happened, and afterwards all is as before."""
    assert is_right((await answered(line))[0])
    line.harm(fault)
    said, logs = await answered(line, line.asked(timeout=TIMEOUT))
    assert set(said.responses) & HONEST, said.responses
    assert said.trigger == "system_nede"
    (failed,) = [one for one in logs if one["event"] == "cases.failed"]
    assert failed["reason"] and failed["system"] == "it"
    told = said.everything + repr(logs)
    assert not any(secret in told for secret in (*SECRETS, CPR, "Traceback", HOST))
    assert line.trail.entries[-1].outcome in ("down", "slow", "nonsense") and line.trail.entries[-1].cases == ()
    line.harm(None)
    assert is_right((await answered(line))[0])


async def test_where_nobody_listens_the_citizen_is_told(line: Line) -> None:
    """The connection is refused."""
    await line.gone()
    said, logs = await answered(line)
    assert said.responses[0] == "utter_sagssystem_nede" and said.trigger == "system_nede"
    assert [one["kind"] for one in logs if one["event"] == "cases.failed"] != []


@pytest.mark.parametrize("line", ["sbsys", "sf1470"], indirect=True)
async def test_a_token_that_is_refused_once_is_renewed_and_the_citizen_sees_nothing_of_it(line: Line) -> None:
    """401, then fine; a system without tokens says that it is down, and answers the next time."""
    assert is_right((await answered(line))[0])
    line.once("401")
    said, _ = await answered(line)
    assert is_right(said) or (line.system.name != "SBSYS" and "utter_sagssystem_nede" in said.responses)
    assert is_right((await answered(line))[0])


@pytest.mark.parametrize("line", ["sbsys", "sf1470"], indirect=True)
async def test_a_connection_cut_once_is_asked_again_and_the_citizen_sees_nothing_of_it(line: Line) -> None:
    """A read is tried again."""
    for fault in ("reset in the middle", "503"):
        line.once(fault)
        said, logs = await answered(line)
        assert is_right(said), (fault, said.responses, logs)


@pytest.mark.parametrize("line", ["sbsys", "sf1470"], indirect=True)
async def test_another_citizens_case_in_the_answer_is_dropped_and_alarmed(line: Line) -> None:
    """The citizen's own case is answered as if the other were not there."""
    line.slip(record(BOS, *bo(), title="Bos hemmelige sag"))
    said, logs = await answered(line)
    assert is_right(said)
    told = said.everything + repr(logs)
    assert not any(secret in told for secret in SECRETS)
    assert [one["log_level"] for one in logs if one["event"] == "cases.not_theirs"] == ["error"]
    assert line.trail.entries[-1].cases == (MINE,)


async def test_ten_thousand_cases_at_one_citizen_are_said_to_be_too_many(line: Line) -> None:
    """Soon, and with a human; the others are answered as before."""
    line.many(10_000)
    said, _ = await answered(line)
    assert said.responses == ["utter_for_mange_sager"] and said.trigger == "system_nede"
    assert not said.buttons or all("Prøv igen" not in button["title"] for button in said.buttons)


async def test_a_system_that_is_down_is_left_alone_and_says_when_it_is_tried_again(line: Line) -> None:
    """After some failures nobody waits for it any more; staff are told until when."""
    await line.gone()
    cases = line.asked()
    for _ in range(5):
        await answered(line, cases)
    said, logs = await answered(line, cases)
    assert said.responses[0] == "utter_sagssystem_nede"
    (failed,) = [one for one in logs if one["event"] == "cases.failed"]
    assert failed["kind"] == "CaseSystemResting" and re.search(r"tried again in \d+ s", failed["reason"])
