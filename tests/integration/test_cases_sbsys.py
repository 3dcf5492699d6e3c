"""SBSYS behind the port, against a stand-in that is a real and strict HTTP server."""

from __future__ import annotations

import asyncio
import html
import re
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.cases.asked import CaseSystems
from bot.cases.asking import cases_of
from bot.cases.case import Handler, HandlerKind, Role, Sensitivity, State
from bot.cases.deadline import within
from bot.cases.failures import CaseSystemUnsure
from bot.cases.http import Http
from bot.cases.port import CaseSystem
from bot.cases.record import CaseRecord
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.adapter import SbsysCaseSystem
from bot.cases.sbsys.token import Token
from bot.errors import (
    CaseSystemDown,
    CaseSystemError,
    CaseSystemNonsense,
    CaseSystemReadOnly,
    CaseSystemTooMuch,
    NotFoundError,
)
from tests.contract_cases import ANNA, BO, CARLA, NOBODY, PEOPLE, TODAY, CaseSystemContract, party, record
from tests.contract_writing import WritingContract, note, task
from tests.doubles.sbsys import SbsysDouble
from tests.doubles.sbsys_records import Kept
from tests.services import free_port
from tests.unit.test_cases_asked import METTE

SEARCH = "POST /api/sag/search"
TOKEN = "POST /auth/realms/sbsip/protocol/openid-connect/token"
_NOTE = re.compile(r"<p>(.*)</p><p>Skrevet af (.*)</p><p>Ref\. [0-9a-f]{16}</p>\Z", re.DOTALL)
_TASK = re.compile(r"(.*)\n\nSkrevet af (.*)\nRef\. [0-9a-f]{16}\Z", re.DOTALL)


def asking(access: Sbsys, *, timeout: float = 10) -> SbsysCaseSystem:
    """An adapter as the house makes it."""
    departments = {"27": "aeldre", "02": "byggesag"}
    return SbsysCaseSystem(
        access,
        Http(system="SBSYS", timeout=timeout),
        department_of=lambda kle: departments.get(kle[:2], "borgerservice"),
    )


class SbsysRegister:
    """A stand-in with nothing in it, which a test may fill and harm."""

    keeps = frozenset({"expected", "decided", "rejected"})
    spoils = ("state", "number", "no-number", "opened", "changed", "title", "owner", "row", "Id")

    def __init__(self, double: SbsysDouble, silent_port: int) -> None:
        self.double, self.silent_port = double, silent_port
        self.system = asking(double.access)

    def put(self, *records: CaseRecord) -> None:
        self.double.put(*records)

    def spoil(self, number: str, how: str) -> None:
        changes: dict[str, dict[str, Any]] = {
            "state": {"SagsStatus": {"Id": 99, "Navn": "vrøvl", "SagsTilstand": "vrøvl"}},
            "number": {"Nummer": "vrøvl"},
            "no-number": {"Nummer": None},
            "opened": {"Opstaaet": "i går"},
            "changed": {"SenestAendret": "2026-13-45T00:00:00"},
            "title": {"Titel": {"Anna": "Mette"}},
            "owner": {"PrimaryPart": None, "Personer": None},
            "row": {"SagsStatus": ["Anna"]},
            "Id": {"Id": "Anna"},
        }
        self.double.kept[number].changes = changes.get(how, changes["state"])

    def drop(self, number: str) -> None:
        del self.double.kept[number]

    async def tasks_of(self, ref: str) -> list[tuple[str, str, date]]:
        read = [(_TASK.match(kept["Beskrivelse"]), kept["Deadline"]) for kept in self.double.case(ref).tasks]
        return [(found[1], found[2], date.fromisoformat(due[:10])) for found, due in read if found]

    async def notes_of(self, ref: str) -> list[tuple[str, str]]:
        read = [_NOTE.match(kept["Note"]) for kept in self.double.case(ref).notes]
        return [(html.unescape(found[1].replace("<br/>", "\n")), html.unescape(found[2])) for found in read if found]

    def unreachable(self) -> CaseSystem:
        return self._elsewhere(free_port())

    def silent(self) -> CaseSystem:
        return self._elsewhere(self.silent_port)

    def _elsewhere(self, port: int) -> CaseSystem:
        url = f"http://127.0.0.1:{port}"
        return asking(replace(self.double.access, url=url, token_url=f"{url}/token"))


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
async def double() -> AsyncIterator[SbsysDouble]:
    async with SbsysDouble() as made:
        yield made


@pytest.fixture
async def system(double: SbsysDouble) -> AsyncIterator[SbsysCaseSystem]:
    made = asking(double.access)
    yield made
    await made.close()


@pytest.fixture(params=["full", "short"])
async def register(request: pytest.FixtureRequest, silent_port: int) -> AsyncIterator[SbsysRegister]:
    """A register whose searches tell all, and one in which each case must be asked for."""
    async with SbsysDouble(short=request.param == "short") as double:
        made = SbsysRegister(double, silent_port)
        yield made
        await made.system.close()


class TestSbsysCaseSystem(CaseSystemContract, WritingContract):
    """SBSYS holds to the port's contract."""

    async def test_every_party_to_a_case_may_have_something_written_into_it(self, register: SbsysRegister) -> None:
        """SBSYS's search finds the primary party only, so that nobody else has a case to write into."""
        register.put(record("27.42.08-G01-3-26", party(ANNA), party(BO, Role.SECONDARY)))
        (case,) = await register.system.cases_for(ANNA)
        assert await register.system.cases_for(BO) == []
        with pytest.raises(NotFoundError):
            await register.system.add_note(ref=case.ref, **note(cpr=BO))
        assert await register.notes_of(case.ref) == []

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        made=st.lists(
            st.tuples(
                st.integers(1, 30),
                st.permutations(PEOPLE),
                st.lists(st.sampled_from([Role.SECONDARY, Role.REPRESENTATIVE]), max_size=2),
            ),
            min_size=1,
            max_size=8,
            unique_by=lambda one: one[0],
        )
    )
    async def test_nobody_ever_gets_a_case_they_have_no_part_in(
        self, register: SbsysRegister, made: list[tuple[int, list[str], list[Role]]]
    ) -> None:
        """Whatever is registered, a person's answer is exactly the cases in which they are the one primary party."""
        register.double.kept.clear()
        for serial, people, others in made:
            roles = [Role.PRIMARY, *others]
            register.put(
                record(f"27.36.04-G01-{serial}-26", *(party(*one) for one in zip(people, roles, strict=False)))
            )
        for cpr in (*PEOPLE, NOBODY):
            found = await cases_of(register.system, cpr, timeout=30)
            assert {case.number for case in found} == {
                f"27.36.04-G01-{serial}-26" for serial, people, _ in made if people[0] == cpr
            }


# The token.


async def test_fifty_who_come_at_once_share_one_token(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """A token is asked for once, however many wait for it, and kept for those who come later."""
    double.put(record())
    found = await asyncio.gather(*(system.cases_for(ANNA) for _ in range(50)))
    assert [len(cases) for cases in found] == [1] * 50
    await system.cases_for(ANNA)
    assert double.asked[TOKEN] == 1


async def test_a_token_that_is_refused_is_renewed_once_for_all(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """When the system forgets our token, all who notice wait for one new one and are answered."""
    double.put(record())
    await system.cases_for(ANNA)
    double.revoke()
    found = await asyncio.gather(*(system.cases_for(ANNA) for _ in range(20)))
    assert [len(cases) for cases in found] == [1] * 20
    assert double.asked[TOKEN] == 2


@pytest.mark.parametrize(("lasts", "kept"), [(300, 269), (10, 7), (0, -1)])
async def test_a_token_is_renewed_shortly_before_it_runs_out(lasts: float, kept: float) -> None:
    """It is kept until 30 seconds before its end, or a fifth of its life; one that lasts for no time serves once."""
    async with SbsysDouble(lasts=lasts) as double:
        now = 1000.0
        http = Http(system="SBSYS", timeout=10)
        token = Token(double.access, http, timer=lambda: now)
        first = await token.get()
        now += max(0, kept)
        assert (await token.get() == first) is (kept >= 0)
        now += 2
        assert await token.get() != first
        await http.close()


async def test_all_who_wait_share_a_refused_login_and_the_next_tries_anew(double: SbsysDouble) -> None:
    """A wrong password is told to everybody who waits, in words for staff; when it is right all is well."""
    system = asking(double.access)
    right, double.password = double.password, "en-anden"
    told = await asyncio.gather(*(system.cases_for(ANNA) for _ in range(20)), return_exceptions=True)
    assert {type(error) for error in told} == {CaseSystemDown}
    assert double.asked[TOKEN] == 1
    assert "adgangskode" in told[0].staff and right not in repr(told)  # type: ignore[union-attr]
    double.password = right
    assert await system.cases_for(ANNA) == []
    await system.close()


async def test_one_who_gives_up_takes_the_token_from_nobody(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Whoever asked first may leave while the token is on its way; the others still get it."""
    double.put(record())
    first = asyncio.ensure_future(system.cases_for(ANNA))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(system.cases_for(ANNA))
    await asyncio.sleep(0)
    first.cancel()
    assert len(await second) == 1
    assert double.asked[TOKEN] == 1


async def test_whoever_waits_when_it_is_closed_is_told(double: SbsysDouble, silent_port: int) -> None:
    """Closing while the token is waited for ends the wait as a system that is down."""
    url = f"http://127.0.0.1:{silent_port}"
    system = asking(replace(double.access, url=url, token_url=f"{url}/token"))
    waiting = asyncio.ensure_future(system.cases_for(ANNA))
    await asyncio.sleep(0.05)
    await system.close()
    with pytest.raises(CaseSystemDown):
        await asyncio.wait_for(waiting, 30)


# Finding.


@pytest.mark.parametrize("counted", [True, False])
async def test_all_pages_are_read(counted: bool) -> None:
    """However few the system gives at a time, and whether it counts them or not, none is left out or doubled."""
    async with SbsysDouble(page=3, counted=counted) as double:
        system = asking(double.access)
        double.put(*(record(f"27.36.04-G01-{serial}-26") for serial in range(1, 11)))
        assert len(await cases_of(system, ANNA, timeout=30)) == 10
        assert double.asked[SEARCH] == 4 + (not counted)
        await system.close()


async def test_ten_thousand_cases_are_too_much_after_one_question() -> None:
    """A total beyond what can be shown is told at once; without a total it is told when that many are seen."""
    async with SbsysDouble(page=150) as double:
        system = asking(double.access)
        double.put(*(record(f"27.36.04-G01-{serial}-26") for serial in range(1, 10_001)))
        with pytest.raises(CaseSystemTooMuch):
            await system.cases_for(ANNA)
        assert double.asked[SEARCH] == 1
        double.counted = False
        with pytest.raises(CaseSystemTooMuch):
            await system.cases_for(ANNA)
        assert double.asked[SEARCH] == 3
        await system.close()


async def test_a_system_that_gives_the_same_page_again_is_nonsense(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """Where more is promised than comes, there is no answer rather than a part of one."""
    double.put(*(record(f"27.36.04-G01-{serial}-26") for serial in range(1, 5)))
    double.page = 0
    with pytest.raises(CaseSystemNonsense):
        await asyncio.wait_for(system.cases_for(ANNA), 30)


@pytest.mark.parametrize("short", [True, False])
async def test_a_case_of_somebody_elses_in_the_answer_is_dropped_and_alarmed(short: bool) -> None:
    """Only one's own comes out, whichever answer tells whose it is; the log has the number of strangers and no more."""
    async with SbsysDouble(short=short) as double:
        system = asking(double.access)
        double.put(record())
        for serial in (1, 2):
            theirs = record(f"02.34.02-G01-{serial}-26", party(BO, name="Bo Vestergaard"), kle="02.34.02")
            double.strangers.append(Kept(record=theirs, handler=double.staff["Mette Holm"]))
        with capture_logs() as logs:
            cases = await cases_of(system, ANNA, timeout=30)
        assert [case.number for case in cases] == ["27.36.04-G01-12-26"]
        alarms = [log for log in logs if log["log_level"] == "error"]
        assert alarms == [{"event": "cases.not_theirs", "system": "SBSYS", "count": 2, "log_level": "error"}]
        with pytest.raises(NotFoundError):
            await system.add_note(ref=double.strangers[0].uuid, **note())
        assert double.strangers[0].notes == []
        await system.close()


async def test_a_case_that_says_whose_it_is_only_when_asked_for_is_asked_for(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """A search that leaves out the party costs one more question for each case, and no more than that."""
    double.put(record())
    await system.cases_for(ANNA)
    assert double.asked["GET /api/sag/{id}"] == 0
    double.short = True
    assert len(await system.cases_for(ANNA)) == 1
    assert double.asked["GET /api/sag/{id}"] == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_a_case_that_is_found_and_can_not_be_opened_is_told_as_it_was_found(
    double: SbsysDouble, system: SbsysCaseSystem, status: int
) -> None:
    """It is the citizen's and is not kept from them, but is taken to be protected; nothing is written into it."""
    double.put(record("27.36.04-G01-1-26"), record("27.36.04-G01-2-26", handler=None))
    hidden = double.kept["27.36.04-G01-2-26"]
    double.hidden_cases[hidden.id] = status
    found = {case.number: case for case in await cases_of(system, ANNA, timeout=30)}
    assert found["27.36.04-G01-1-26"].title == "Personlig og praktisk hjælp"
    told = found["27.36.04-G01-2-26"]
    assert (told.title, told.sensitivity, told.handler) == (None, Sensitivity.CONFIDENTIAL, None)
    for write, made in ((system.add_note, note()), (system.add_task, task())):
        with pytest.raises(CaseSystemReadOnly) as refused:
            await write(ref=told.ref, **made)  # type: ignore[operator]
        assert "Kopiér" in refused.value.staff
    assert hidden.notes == hidden.tasks == []


async def test_one_citizens_case_that_can_not_be_read_takes_the_system_from_nobody_else() -> None:
    """It is refused, and not down: however often one of them asks, the others are answered."""
    async with SbsysDouble(short=True) as double:
        double.put(record(), record("02.34.02-G01-2-26", party(BO), kle="02.34.02"))
        double.hidden_cases[double.kept["27.36.04-G01-12-26"].id] = 403
        cases = CaseSystems({"sbsys": asking(double.access)}, timeout=30, trail=None, kept=0)
        for _ in range(6):
            with pytest.raises(CaseSystemNonsense):
                await cases.look_up(ANNA, METTE)
        found = await cases.look_up(BO, METTE)
        assert [case.number for case in found.cases] == ["02.34.02-G01-2-26"]
        await cases.close()


# Caseworkers.


@pytest.mark.parametrize("users", ["refused", "silent"])
async def test_a_caseworker_who_can_not_be_looked_up_costs_phone_and_mail_alone(
    double: SbsysDouble, users: str
) -> None:
    """The name stands in the case; the case is answered in time without the rest, however long one might wait."""
    system = asking(double.access, timeout=120)
    double.put(record())
    double.users = users
    (case,) = await cases_of(system, ANNA, timeout=30)
    assert case.handler == Handler(kind=HandlerKind.PERSON, name="Mette Holm")
    await system.close()


async def test_a_search_that_took_the_time_leaves_none_to_the_caseworkers(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """Whoever has 0.8 s, of which the search took 0.5, gets the cases, and nobody is asked for phone and mail."""
    double.put(record())
    double.users, double.search_takes = "silent", 0.5
    with within(0.8):
        (case,) = await cases_of(system, ANNA, timeout=30)
    assert case.handler == Handler(kind=HandlerKind.PERSON, name="Mette Holm")
    assert double.asked["GET /api/bruger/{uuid}"] == 0
    double.users = "told"
    with within(600):
        (case,) = await cases_of(system, ANNA, timeout=30)
    assert case.handler is not None and case.handler.phone == "12 34 56 41"


async def test_each_caseworker_is_asked_for_once(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Ten cases of two caseworkers are two questions, and nothing private of theirs comes along."""
    jens = Handler(kind=HandlerKind.PERSON, name="Jens Kragh", phone="12 34 56 21")
    double.put(*(record(f"27.36.04-G01-{serial}-26") for serial in range(1, 6)))
    double.put(*(record(f"27.36.04-G01-{serial}-26", handler=jens) for serial in range(6, 11)))
    cases = await system.cases_for(ANNA)
    assert {case.handler and case.handler.phone for case in cases} == {"12 34 56 41", "12 34 56 21"}
    assert double.asked["GET /api/bruger/{uuid}"] == 2
    assert "99 99 99 99" not in repr(cases)


# Writing.


async def test_a_create_whose_answer_is_lost_is_found_again(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Whoever does not know whether it was written asks again; it was, and it stands once."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    for write, made in ((system.add_note, note()), (system.add_task, task())):
        double.lose = 1
        with pytest.raises(CaseSystemError) as lost:
            await write(ref=case.ref, **made)  # type: ignore[operator]
        assert "Åsen" not in repr(lost.value) and ANNA not in repr(lost.value)
        await write(ref=case.ref, **made)  # type: ignore[operator]
    kept = double.kept[case.number]
    assert (len(kept.notes), len(kept.tasks)) == (1, 1)
    assert double.asked["POST /api/journalarknote/create"] == double.asked["POST /api/erindring"] == 1


async def test_another_process_finds_what_the_first_wrote(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """The mark stands in the system itself, so that it outlives whoever wrote it."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    await system.add_note(ref=case.ref, **note())
    other = asking(double.access)
    await other.add_note(ref=case.ref, **note())
    assert len(double.kept[case.number].notes) == 1
    await other.close()


async def test_text_is_never_html(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """What looks like HTML, lines, quotes and letters no HTML can hold come out as they were typed, or not at all."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    text = "Han skrev: <script>alert('æ')</script> & \"b\"\r\nlinje to\x00 ]]> &lt;"
    await system.add_note(ref=case.ref, **note(text=text, author="<b>O'Hara</b>"))
    (kept,) = double.kept[case.number].notes
    assert "<script" not in kept["Note"] and "<b>" not in kept["Note"]
    assert html.unescape(kept["Note"]).startswith(
        "<p>Han skrev: <script>alert('æ')</script> & \"b\"<br/>linje to ]]> &lt;</p><p>Skrevet af <b>O'Hara</b></p>"
    )


async def test_a_task_too_long_for_the_system_stands_whole_in_a_note(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """A task holds 500 characters; the rest is not lost, the task says where it is, and neither is doubled."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    text = "Ring til borgeren 😀. " * 60
    for _ in range(2):
        await system.add_task(ref=case.ref, **task(text=text))
    kept = double.kept[case.number]
    assert len(kept.notes) == len(kept.tasks) == 1
    assert text in html.unescape(kept.notes[0]["Note"])
    assert "Hele teksten står i et notat i sagen." in kept.tasks[0]["Beskrivelse"]
    assert "Skrevet af Mette Holm" in kept.tasks[0]["Beskrivelse"]


async def test_a_task_is_given_to_whoever_has_the_case(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """The caseworker has it to do; where there is none it is our own user's, and the type is the settings'."""
    double.put(record("27.36.04-G01-1-26"), record("27.36.04-G01-2-26", handler=None))
    refs = {case.number: case.ref for case in await system.cases_for(ANNA)}
    for ref in refs.values():
        await system.add_task(ref=ref, **task())
    one, other = double.kept["27.36.04-G01-1-26"].tasks[0], double.kept["27.36.04-G01-2-26"].tasks[0]
    assert one["Ansvarlig"]["Id"] == double.staff["Mette Holm"].id
    assert other["Ansvarlig"]["Id"] == one["Opretter"]["Id"] == double.me.id
    assert one["ErindringType"] == {"Id": 3}
    named = asking(replace(double.access, task_type="opringning"))
    await named.add_task(ref=refs["27.36.04-G01-1-26"], **task(key="nøgle-3"))
    assert double.kept["27.36.04-G01-1-26"].tasks[1]["ErindringType"] == {"Id": 4}
    await named.close()


async def test_a_closed_case_takes_nothing_and_says_so(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Trying again would not help: whoever signed is told to put the text in themselves."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    double.closed_cases.add(double.kept[case.number].id)
    with pytest.raises(CaseSystemReadOnly) as refused:
        await system.add_note(ref=case.ref, **note())
    assert "Kopiér" in refused.value.staff and "Åsen" not in repr(refused.value)


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_create_that_is_refused_says_so(double: SbsysDouble, system: SbsysCaseSystem, status: int) -> None:
    """Whoever signed is told to put the text in themselves, for to try again would not help."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    double.refuses = status
    for write, made in ((system.add_note, note()), (system.add_task, task())):
        with pytest.raises(CaseSystemReadOnly) as refused:
            await write(ref=case.ref, **made)  # type: ignore[operator]
        assert "Kopiér" in refused.value.staff and "Åsen" not in repr(refused.value)


async def test_a_create_that_fails_over_there_may_have_been_made(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Nobody knows what a server did that answers 500."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    double.refuses = 500
    with pytest.raises(CaseSystemUnsure):
        await system.add_note(ref=case.ref, **note())


async def test_notes_that_show_no_text_are_never_written_past(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Where it can't be seen whether it was written, nothing is."""
    double.put(record())
    (case,) = await system.cases_for(ANNA)
    double.kept[case.number].notes.append({"Id": 1, "Overskrift": "Et notat uden tekst"})
    with pytest.raises(CaseSystemNonsense):
        await system.add_note(ref=case.ref, **note())
    assert len(double.kept[case.number].notes) == 1


# States and secrets.


async def test_a_state_nobody_told_us_of_is_taken_by_what_it_counts_as(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """An installation's own name costs nobody the answer; the settings say better, and the log which one it was."""
    double.put(record())
    double.kept["27.36.04-G01-12-26"].changes = {
        "SagsStatus": {"Id": 77, "Navn": "Til høring", "SagsTilstand": "Aktiv"}
    }
    with capture_logs() as logs:
        (case,) = await system.cases_for(ANNA)
    assert case.state is State.PROCESSING
    assert {"system": "SBSYS", "status": 77, "taken_as": "behandles"}.items() <= logs[0].items()
    assert "høring" not in str(logs)
    told = asking(replace(double.access, states={"til HØRING": "oprettet"}))
    assert [case.state for case in await told.cases_for(ANNA)] == [State.CREATED]
    await told.close()


async def test_a_protected_case_shows_no_title_and_is_confidential(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """So is one that does not say whether it is: when in doubt it is kept."""
    double.put(record("27.36.04-G01-1-26", title_secret=True), record("27.36.04-G01-2-26"))
    double.put(record("27.36.04-G01-3-26"))
    double.kept["27.36.04-G01-2-26"].changes = {"ErBeskyttet": None}
    found = {case.number: (case.title, case.sensitivity) for case in await system.cases_for(ANNA)}
    kept = (None, Sensitivity.CONFIDENTIAL)
    assert found["27.36.04-G01-1-26"] == found["27.36.04-G01-2-26"] == kept
    assert found["27.36.04-G01-3-26"] == ("Personlig og praktisk hjælp", Sensitivity.ORDINARY)


async def test_missing_fields_that_a_case_may_lack_are_forgiven(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Without title, caseworker, unit and identity it is still a case."""
    double.put(record())
    lacking = ("Titel", "Behandler", "Ansaettelsessted", "SagIdentity", "SagsNummer", "BeslutningDeadline")
    double.kept["27.36.04-G01-12-26"].changes = dict.fromkeys(lacking)
    (case,) = await cases_of(system, ANNA, timeout=30)
    assert (case.title, case.handler, case.expected, case.kle) == (None, None, None, "27.36.04")
    await system.add_note(ref=case.ref, **note())
    assert len(double.kept[case.number].notes) == 1


async def test_both_endpoints_titles_are_read(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """The title is SagsTitel in a search and Titel in a case; either way it is the title."""
    double.put(record(decided=TODAY - timedelta(days=1), state=State.DECIDED))
    (searched,) = await system.cases_for(ANNA)
    double.short = True
    (read,) = await system.cases_for(ANNA)
    assert searched == read and read.title == "Personlig og praktisk hjælp"


async def test_others_names_are_not_told(double: SbsysDouble, system: SbsysCaseSystem) -> None:
    """Only the citizen who asked is named: what the others are is not said, and a name may be protected."""
    double.put(record("27.42.08-G01-3-26", party(ANNA, name="Anna"), party(CARLA, Role.SECONDARY, "Carla Mikkelsen")))
    (case,) = await system.cases_for(ANNA)
    assert [one.name for one in case.parties] == ["Anna"]


async def test_ten_thousand_letters_of_garbage_are_nonsense_without_a_word_of_it(
    double: SbsysDouble, system: SbsysCaseSystem
) -> None:
    """Whatever stands in a field, the error says which of ours it would have been, and nothing of theirs."""
    double.put(record())
    for garbage in ("Anna Bjerregaard", 7, -1, True, [], ["Anna"], {"Anna": "Mette"}, "1403481236" * 1000, 1e300):
        for field in (
            "Nummer", "SagsTitel", "Titel", "PrimaryPart", "Personer", "Id", "SagIdentity", "Opstaaet", "SenestAendret",
            "ErBeskyttet", "ErBesluttet", "Besluttet", "BeslutningHarDeadline", "BeslutningDeadline", "SagsStatus",
            "Behandler", "Ansaettelsessted", "SagsNummer",
        ):  # fmt: skip
            double.kept["27.36.04-G01-12-26"].changes = {field: garbage}
            try:
                cases = await cases_of(system, ANNA, timeout=30)
            except CaseSystemError as error:
                told = repr(error) + error.log + error.staff + error.citizen
                assert not any(secret in told for secret in ("Anna", "Mette", ANNA)), (field, garbage)
            else:
                assert all(case.number == "27.36.04-G01-12-26" for case in cases)


# The stand-in itself.


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("sag/search", {"PrimaerPerson": {"CprNummer": ANNA}}, "PrimaerPerson.CprNummer"),
        ("sag/search", {"PrimaerPerson": {"Cpr": "140348-1236"}}, "PrimaerPerson.Cpr"),
        ("sag/search", {"PrimaerPerson": {"CprNummer": "140348-1236"}, "Offset": 1}, "Offset"),
        ("sag/search", {}, "PrimaerPerson"),
        ("journalarknote/create", {"Note": "<p>a<p>"}, "Note"),
        ("journalarknote/create", {"Note": "a & b"}, "Note"),
        ("journalarknote/create", {"Note": "<script>a</script>"}, "Note"),
        ("journalarknote/create", {"Note": '<p onclick="a">b</p>'}, "Note"),
        ("journalarknote/create", {"Overskrift": None}, "Overskrift"),
        ("journalarknote/create", {"KontaktTidspunkt": "i går"}, "KontaktTidspunkt"),
        ("erindring", {"Beskrivelse": "x" * 501}, "Beskrivelse"),
        ("erindring", {"Ansvarlig": {"Id": 1}}, "Ansvarlig.Id"),
        ("erindring", {"HarDeadline": None}, "HarDeadline"),
        ("erindring", {"Tekst": "x"}, "Tekst"),
    ],
)
async def test_the_stand_in_refuses_what_is_wrong_and_names_the_field(
    double: SbsysDouble, path: str, body: dict[str, Any], refused: str
) -> None:
    """What it takes is right, so that a test against it means something."""
    double.put(record())
    case, me = double.kept["27.36.04-G01-12-26"].id, {"Id": double.me.id}
    right: dict[str, dict[str, Any]] = {
        "sag/search": {},
        "journalarknote/create": {
            "SagID": case, "Overskrift": "O", "Note": "<p>a<br/>b</p>", "KontaktTidspunkt": "2026-11-22T12:00:00Z",
        },
        "erindring": {
            "SagId": case, "Navn": "N", "Beskrivelse": "B", "HarDeadline": True, "Deadline": "2026-11-22T00:00:00",
            "Ansvarlig": me, "Opretter": me, "ErindringType": {"Id": 3},
        },
    }  # fmt: skip
    http = Http(system="SBSYS", timeout=10)
    headers = {"Authorization": f"Bearer {await Token(double.access, http).get()}"}
    url = f"{double.access.url}/api/{path}"
    if right[path]:
        assert (await http.ask("POST", url, headers=headers, json=right[path])).status == 200
    answer = await http.ask("POST", url, headers=headers, json={**right[path], **body})
    assert answer.status == 400 and refused in answer.json()["ModelState"]
    await http.close()


async def test_the_stand_in_is_strict_about_how_it_is_asked(double: SbsysDouble) -> None:
    """No token, a strange grant, another method, another kind of body: each is refused as HTTP and OAuth have it."""
    http = Http(system="SBSYS", timeout=10)
    url, access = f"{double.access.url}/api/sag/search", double.access
    form = {
        "grant_type": "password", "client_id": access.client_id, "client_secret": access.client_secret,
        "username": access.user, "password": access.password,
    }  # fmt: skip
    for changes, status in (
        ({"grant_type": "client_credentials"}, 400),
        ({"client_secret": "x"}, 401),
        ({"password": "x"}, 401),
        ({"scope": "x"}, 400),
    ):
        assert (await http.ask("POST", access.token_url, form={**form, **changes})).status == status
    assert (await http.ask("POST", access.token_url, json=form)).status == 400
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}):
        answer = await http.ask("POST", url, json={}, headers=headers)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    headers = {"Authorization": f"Bearer {await Token(access, http).get()}"}
    for method, path, more, status in (
        ("GET", "sag/search", {}, 404),  # "search" is the number of no case
        ("DELETE", "sag/7", {}, 405),
        ("GET", "findes/ikke", {}, 404),
        ("POST", "sag/search", {"form": {"a": "b"}}, 415),
        ("POST", "sag/search", {"body": b"{", "headers": {**headers, "Content-Type": "application/json"}}, 400),
    ):
        asked = {"headers": headers, **more}
        assert (await http.ask(method, f"{access.url}/api/{path}", **asked)).status == status  # type: ignore[arg-type]
    await http.close()
