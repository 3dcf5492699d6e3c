"""What goes back into the case, on both databases: drafted, signed, written once, and kept while nobody takes it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.audit.noting import KeepsTrail
from bot.audit.trail import ActorKind, Doing, Entry
from bot.cases.failures import CaseSystemUnsure
from bot.cases.http import Http
from bot.cases.patience import CaseSystemResting
from bot.cases.port import CaseSystem
from bot.cases.sbsys.adapter import SbsysCaseSystem
from bot.cases.sql import MIGRATIONS as CASE_MIGRATIONS
from bot.cases.sql import SqlCaseSystem, save
from bot.desk.refusals import Unusable, WrongMoment
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemReadOnly, CaseSystemSlow, NotFoundError
from bot.handoff.filing.filings import LEASE, LONGEST_TEXT, Filings
from bot.handoff.filing.model import Errand, FilingChanged, FilingKind, FilingStatus
from bot.handoff.filing.worker import FilingWorker
from bot.handoff.model import Way
from bot.handoff.summary.fields import Summary
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading, writing
from bot.store.handoff_tables import filings as table
from tests.contract_cases import ANNA, record
from tests.doubles.sbsys import SbsysDouble
from tests.filing_setup import CPR, NOON, FakeCaseSystem, handoff, put_handoff, summary
from tests.integration.test_outbox import Time
from tests.unit.case_examples import BUILDING, CARE
from tests.unit.test_cases_asked import Written

MIGRATIONS = Path(bot.store.migrations.__path__[0])
FACTS = summary(("fact", "Min mand er flyttet"), ("case", CARE.number))
CALL = handoff(Way.CALL, phone="12 34 56 78", due_at=NOON + timedelta(days=2))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    migrate(made, MIGRATIONS)
    put_handoff(made, handoff())
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def kept(engine: Engine, vault: Vault, clock: Time) -> Filings:
    return Filings(engine, vault, clock=clock)


def draft(kept: Filings, engine: Engine, made: Summary = FACTS, *, of: object = None, known: bool = True) -> None:
    with writing(engine) as connection:
        cases, cpr = ([CARE, BUILDING], CPR) if known else ([], None)
        kept.draft_for(connection, of or handoff(), made, cases, cpr=cpr)  # type: ignore[arg-type]


@asynccontextmanager
async def working(
    kept: Filings, cases: CaseSystem, trail: KeepsTrail | None = None, *, trail_seconds: float = 5.0
) -> AsyncIterator[FilingWorker]:
    blocking = Blocking()
    worker = FilingWorker(kept, cases, blocking, trail=trail, trail_seconds=trail_seconds, look_every=0.05)
    task = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await asyncio.wait_for(task, 60)
    blocking.close()


async def until(true: Callable[[], bool]) -> None:
    end = asyncio.get_running_loop().time() + 15
    while not true():
        assert asyncio.get_running_loop().time() < end, "it never came true"
        await asyncio.sleep(0.02)


def status(kept: Filings) -> list[FilingStatus]:
    return [one.status for one in kept.of(12)]


def opened(engine: Engine, vault: Vault) -> str:
    """Everything that lies sealed in the table, opened."""
    with reading(engine) as connection:
        return " ".join(vault.open(row.sealed) for row in connection.execute(select(table.c.sealed)))


async def test_a_note_waits_for_somebody_who_signs_it(kept: Filings, engine: Engine) -> None:
    """Facts become a draft in the case that was spoken of, and nothing is written of itself."""
    draft(kept, engine)
    (note,) = kept.of(12)
    assert (note.kind, note.status, note.case) == (FilingKind.NOTE, FilingStatus.DRAFT, CARE.number)
    assert "»Min mand er flyttet«" in note.text
    assert kept.take(9) == []
    cases = FakeCaseSystem(CARE, BUILDING)
    async with working(kept, cases):
        signed = kept.sign(note.id, "mette", "Mette Holm", note.version)
        assert (signed.status, signed.staff_id) == (FilingStatus.PENDING, "mette")
        await until(lambda: status(kept) == [FilingStatus.FILED])
    assert list(cases.notes.values()) == [{"ref": CARE.ref, "text": note.text, "author": "Mette Holm"}]


async def test_a_promised_call_with_a_known_case_is_a_task_at_once(kept: Filings, engine: Engine) -> None:
    """What was promised the citizen stands in the case with its date, whether or not somebody sits at the desk."""
    draft(kept, engine, summary(("case", CARE.number)), of=CALL)
    cases = FakeCaseSystem(CARE)
    async with working(kept, cases):
        await until(lambda: status(kept) == [FilingStatus.FILED])
    (task,) = cases.tasks.values()
    assert task["due"] == date(2026, 11, 23) and "12 34 56 78" in str(task["text"])
    assert task["author"] == "Chatassistenten"


def test_without_a_login_there_is_a_draft_and_no_case(kept: Filings, engine: Engine, vault: Vault) -> None:
    """Nothing is promised about a case that nobody knows; once the citizen is logged in, staff choose one."""
    draft(kept, engine, of=CALL, known=False)
    note, task = kept.of(12)
    assert [(one.status, one.case) for one in (note, task)] == [(FilingStatus.DRAFT, None)] * 2
    with pytest.raises(Unusable) as refused:
        kept.sign(note.id, "mette", "Mette Holm", note.version)
    assert "sag" in refused.value.staff
    assert CPR not in opened(engine, vault)
    chosen = kept.edit(note.id, note.version, case=BUILDING, cpr=CPR)
    assert chosen.case == BUILDING.number
    assert kept.sign(note.id, "mette", "Mette Holm", chosen.version).status is FilingStatus.PENDING


def test_a_draft_is_made_once_however_often_it_is_looked_at(kept: Filings, engine: Engine) -> None:
    """Opening the conversation again changes no word of what staff wrote, and brings back nothing that was dropped."""
    draft(kept, engine, of=CALL)
    note, task = kept.of(12)
    edited = kept.edit(note.id, note.version, text="Rettet")
    kept.drop(task.id, task.version)
    draft(kept, engine, of=CALL)
    assert kept.of(12)[0].text == "Rettet"
    assert status(kept) == [FilingStatus.DRAFT, FilingStatus.DROPPED]
    assert edited.version == note.version + 1


def test_a_note_of_staffs_own_begins_as_a_draft_too(kept: Filings, engine: Engine) -> None:
    """What was said on the phone is noted as well; a CPR number in it is masked, as in what is edited."""
    made = kept.add(12, FilingKind.NOTE, text="Borgeren fortæller, at 140348-1236 er flyttet", case=CARE, cpr=CPR)
    assert (made.status, made.case) == (FilingStatus.DRAFT, CARE.number)
    assert "1236" not in made.text
    assert "1236" not in kept.edit(made.id, made.version, text="Det er 1403481236").text


def test_two_who_change_it_at_once_notice(kept: Filings, engine: Engine) -> None:
    """Whoever comes second is told, and the first one's words stand."""
    draft(kept, engine)
    (note,) = kept.of(12)
    kept.edit(note.id, note.version, text="Mettes rettelse")
    for change in (
        lambda: kept.edit(note.id, note.version, text="Bos rettelse"),
        lambda: kept.sign(note.id, "bo", "Bo", note.version),
        lambda: kept.drop(note.id, note.version),
    ):
        with pytest.raises(FilingChanged):
            change()
    assert kept.of(12)[0].text == "Mettes rettelse"


def test_what_is_signed_is_not_changed_any_more(kept: Filings, engine: Engine) -> None:
    """What somebody stands by is what is written; what is not there is told as such."""
    draft(kept, engine)
    (note,) = kept.of(12)
    signed = kept.sign(note.id, "mette", "Mette Holm", note.version)
    with pytest.raises(WrongMoment):
        kept.edit(note.id, signed.version, text="Noget andet")
    with pytest.raises(WrongMoment):
        kept.sign(note.id, "bo", "Bo", signed.version)
    with pytest.raises(NotFoundError):
        kept.drop(999, 1)
    assert kept.get(999) is None


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_TEXT + 1)])
def test_a_note_has_words_and_not_too_many(kept: Filings, engine: Engine, text: str) -> None:
    """Nothing empty, and nothing that no case system takes."""
    draft(kept, engine)
    (note,) = kept.of(12)
    with pytest.raises(Unusable):
        kept.edit(note.id, note.version, text=text)


def test_a_task_has_a_date(kept: Filings, engine: Engine) -> None:
    """Nobody is given something to do without being told when."""
    made = kept.add(12, FilingKind.TASK, text="Ring", case=CARE, cpr=CPR)
    with pytest.raises(Unusable):
        kept.sign(made.id, "mette", "Mette Holm", made.version)
    dated = kept.edit(made.id, made.version, due=date(2026, 11, 24))
    assert kept.sign(made.id, "mette", "Mette Holm", dated.version).due == date(2026, 11, 24)


async def test_what_is_over_keeps_no_cpr_number(kept: Filings, engine: Engine, vault: Vault) -> None:
    """Filed or dropped, only the case's number and the words are left, even under the seal."""
    draft(kept, engine, of=CALL)
    note, _ = kept.of(12)
    assert CPR in opened(engine, vault)
    with reading(engine) as connection:
        assert CPR.encode() not in b"".join(row.sealed for row in connection.execute(select(table.c.sealed)))
    kept.drop(note.id, note.version)
    async with working(kept, FakeCaseSystem(CARE)):
        await until(lambda: FilingStatus.FILED in status(kept))
    left = opened(engine, vault)
    assert CPR not in left and CARE.ref not in left
    assert [one.case for one in kept.of(12)] == [CARE.number] * 2


async def test_a_case_system_that_is_away_gets_it_when_it_is_back_and_once(
    kept: Filings, engine: Engine, clock: Time
) -> None:
    """It is kept through every failure, the desk can see that it waits, and then it stands in the case once."""
    draft(kept, engine)
    (note,) = kept.of(12)
    cases = FakeCaseSystem(CARE)
    cases.down = True
    async with working(kept, cases) as worker:
        kept.sign(note.id, "mette", "Mette Holm", note.version)
        worker.wake()
        for tries in range(1, 6):
            await until(lambda tries=tries: cases.asked == tries and bool(kept.of(12)[0].trouble))  # type: ignore[misc]
            await until(lambda: _due_later(engine, clock))
            assert kept.of(12)[0].status is FilingStatus.PENDING
            clock.now += timedelta(hours=2)
            cases.down = tries < 5
            worker.wake()
        await until(lambda: status(kept) == [FilingStatus.FILED])
    assert len(cases.notes) == 1 and kept.of(12)[0].trouble == ""


def _due_later(engine: Engine, clock: Time) -> bool:
    with reading(engine) as connection:
        return bool(connection.execute(select(table.c.next_try_at)).scalar_one() > clock.now)


async def test_a_real_register_that_was_closed_takes_it_after_all(
    kept: Filings, engine: Engine, vault: Vault, clock: Time, tmp_path: Path
) -> None:
    """With the embedded register: its database gone, then back, and one note in the case."""
    url = f"sqlite:///{tmp_path / 'sager.db'}"
    register = make_engine(url)
    migrate(register, CASE_MIGRATIONS)
    with writing(register) as connection:
        save(connection, vault, [record()])
    closed, open_again = SqlCaseSystem(register, vault), SqlCaseSystem(make_engine(url), vault)
    cases = await open_again.cases_for(ANNA)
    with writing(engine) as connection:
        kept.draft_for(connection, handoff(), summary(("fact", "Jeg er flyttet")), cases, cpr=ANNA)
    (note,) = kept.of(12)
    kept.sign(note.id, "mette", "Mette Holm", note.version)
    await closed.close()
    async with working(kept, closed):
        await until(lambda: bool(kept.of(12)[0].trouble))
    assert status(kept) == [FilingStatus.PENDING]
    clock.now += timedelta(minutes=5)
    async with working(kept, open_again):
        await until(lambda: status(kept) == [FilingStatus.FILED])
    (written,) = await open_again.notes_of(cases[0].ref)
    assert (written.text, written.author) == (note.text, "Mette Holm")
    await open_again.close()


class DiesAfterWriting(FakeCaseSystem):
    """The process is killed in the moment after the case system took the note."""

    def __init__(self) -> None:
        super().__init__(CARE)
        self.wrote = asyncio.Event()
        self.dies = True

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        await super().add_note(ref=ref, cpr=cpr, key=key, text=text, author=author)
        if self.dies:
            self.wrote.set()
            await asyncio.Event().wait()


async def test_killed_between_the_write_and_the_mark_it_is_not_written_twice(
    kept: Filings, engine: Engine, clock: Time
) -> None:
    """Who takes it up afterwards writes under the same key, and the case has it once."""
    draft(kept, engine)
    (note,) = kept.of(12)
    kept.sign(note.id, "mette", "Mette Holm", note.version)
    cases, blocking = DiesAfterWriting(), Blocking()
    task = asyncio.create_task(FilingWorker(kept, cases, blocking).run())
    await asyncio.wait_for(cases.wrote.wait(), 60)
    task.cancel()
    await asyncio.wait([task])
    blocking.close()
    assert status(kept) == [FilingStatus.PENDING] and len(cases.notes) == 1
    cases.dies = False
    assert kept.take(9) == []  # it is still leased to the one who died
    clock.now += LEASE
    async with working(kept, cases):
        await until(lambda: status(kept) == [FilingStatus.FILED])
    assert cases.asked == 2 and len(cases.notes) == 1


def signed_note(kept: Filings, engine: Engine) -> int:
    """A note that is to be written now; its number."""
    draft(kept, engine)
    (note,) = kept.of(12)
    kept.sign(note.id, "mette", "Mette Holm", note.version)
    return note.id


async def test_a_create_that_sbsys_still_works_on_stands_once(kept: Filings, engine: Engine, clock: Time) -> None:
    """We give it up, it is made afterwards: nobody looks again, and finds nothing, before it has come to an end."""
    create = "POST /api/journalarknote/create"
    async with SbsysDouble() as double:
        double.put(record())
        sbsys = SbsysCaseSystem(double.access, Http(system="SBSYS", timeout=2), department_of=lambda kle: "aeldre")
        (case,) = await sbsys.cases_for(ANNA)
        note = kept.add(12, FilingKind.NOTE, text="Borgeren er flyttet", case=case, cpr=ANNA)
        kept.sign(note.id, "mette", "Mette Holm", note.version)
        double.works_until = asyncio.Event()
        async with working(kept, sbsys) as worker:
            await until(lambda: double.asked[create] == 1 and bool(kept.of(12)[0].trouble))
            clock.now += LEASE - timedelta(seconds=1)
            assert kept.take(9) == []
            double.works_until.set()
            await until(lambda: len(double.kept[case.number].notes) == 1)
            clock.now += timedelta(seconds=1)
            worker.wake()
            await until(lambda: status(kept) == [FilingStatus.FILED])
        assert (len(double.kept[case.number].notes), double.asked[create]) == (1, 1)
        await sbsys.close()


class Fails(FakeCaseSystem):
    """Writes, or not, and then fails with ``error`` while there is one."""

    def __init__(self, error: Exception | None, *, writes: bool = False) -> None:
        super().__init__(CARE)
        self.error, self.writes = error, writes

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        if self.writes or self.error is None:
            await super().add_note(ref=ref, cpr=cpr, key=key, text=text, author=author)
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (CaseSystemSlow("x"), "slow"),
        (CaseSystemUnsure("x"), "down"),
        (CaseSystemNonsense("x"), "nonsense"),
        (asyncio.TimeoutError(), "slow"),
        (RuntimeError("x"), "failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_what_may_have_been_written_is_in_the_trail_and_waits_a_lease(
    kept: Filings, engine: Engine, clock: Time, error: Exception, outcome: str
) -> None:
    """Though it is dropped before anybody knows, the auditor sees that it may stand in the case."""
    note_id = signed_note(kept, engine)
    trail = Written()
    async with working(kept, Fails(error, writes=True), trail):
        await until(lambda: bool(kept.of(12)[0].trouble))
    clock.now += LEASE - timedelta(seconds=1)
    assert kept.take(9) == []
    kept.drop(note_id, kept.of(12)[0].version)
    (line,) = trail.entries
    assert (line.outcome, line.doing, line.cases) == (outcome, Doing.WROTE_NOTE, (CARE.number,))


@pytest.mark.parametrize("kind", [CaseSystemDown, CaseSystemResting])
async def test_what_can_not_have_been_written_is_tried_again_soon(
    kept: Filings, engine: Engine, clock: Time, kind: type[CaseSystemDown]
) -> None:
    """Nobody was reached: half a minute later somebody may be, and there is nothing to tell the auditor."""
    signed_note(kept, engine)
    cases, trail = Fails(kind("x")), Written()
    async with working(kept, cases, trail) as worker:
        await until(lambda: bool(kept.of(12)[0].trouble))
        assert trail.entries == []
        cases.error = None
        clock.now += timedelta(seconds=30)
        worker.wake()
        await until(lambda: status(kept) == [FilingStatus.FILED])


async def test_what_was_written_is_one_line_in_the_trail(kept: Filings, engine: Engine) -> None:
    """Who signed what, into whose case and which, and for which handoff; no system, where the ref does not name it."""
    signed_note(kept, engine)
    trail = Written()
    async with working(kept, FakeCaseSystem(CARE), trail):
        await until(lambda: status(kept) == [FilingStatus.FILED])
    (line,) = trail.entries
    assert line == Entry(
        at=line.at, actor_kind=ActorKind.STAFF, actor="mette", actor_name="Mette Holm", subject=CPR,
        doing=Doing.WROTE_NOTE, why="filing", place="12", systems=(), cases=(CARE.number,), outcome="ok",
    )  # fmt: skip


async def test_a_promise_nobody_signed_is_the_assistants_in_the_trail(kept: Filings, engine: Engine) -> None:
    """A task that goes to the case at once; the ref names its system, where that is not the first."""
    elsewhere = replace(CARE, ref=f"sbsys:{CARE.ref}")
    with writing(engine) as connection:
        kept.draft_for(connection, CALL, summary(("case", CARE.number)), [elsewhere], cpr=CPR)
    trail = Written()
    async with working(kept, FakeCaseSystem(elsewhere), trail):
        await until(lambda: status(kept) == [FilingStatus.FILED])
    (line,) = trail.entries
    assert (line.actor_kind, line.actor, line.doing) == (ActorKind.SYSTEM, "filing", Doing.WROTE_TASK)
    assert (line.systems, line.outcome) == (("sbsys",), "ok")


class Locked(Written):
    """A trail that does not answer before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    def write(self, entry: Entry) -> None:
        self.free.wait(60)
        super().write(entry)


def _failing() -> Written:
    return Written(failing=True)


@pytest.mark.parametrize("make", [_failing, Locked])
async def test_what_can_not_be_put_in_the_trail_does_not_count_as_filed(
    kept: Filings, engine: Engine, clock: Time, make: Callable[[], Written]
) -> None:
    """It stands in the case, once; it is filed when the trail has it, and holds up nothing until then."""
    signed_note(kept, engine)
    cases, trail = FakeCaseSystem(CARE), make()
    async with working(kept, cases, trail, trail_seconds=0.2) as worker:
        await until(lambda: bool(kept.of(12)[0].trouble))
        assert (status(kept), len(cases.notes), trail.entries) == ([FilingStatus.PENDING], 1, [])
        assert "står i sagen" in kept.of(12)[0].trouble
        trail.failing = False
        if isinstance(trail, Locked):
            trail.free.set()
        clock.now += LEASE
        worker.wake()
        await until(lambda: status(kept) == [FilingStatus.FILED])
    assert (cases.asked, len(cases.notes)) == (2, 1)
    assert {line.outcome for line in trail.entries} == {"ok"}


async def test_a_write_the_case_system_refuses_is_told_on_the_desk(kept: Filings, engine: Engine) -> None:
    """In its own words for staff, and it is not tried for ever."""
    signed_note(kept, engine)
    trail = Written()
    async with working(kept, Fails(CaseSystemReadOnly("403", staff="Sæt den selv ind.")), trail):
        await until(lambda: status(kept) == [FilingStatus.REFUSED])
    assert kept.of(12)[0].trouble == "Sæt den selv ind." and trail.entries == []


async def test_two_workers_write_each_once(kept: Filings, engine: Engine) -> None:
    """Two web processes side by side share the work between them."""
    cases = FakeCaseSystem(CARE)
    for number in range(20):
        made = kept.add(12, FilingKind.NOTE, text=f"Note {number}", case=CARE, cpr=CPR)
        kept.sign(made.id, "mette", "Mette Holm", made.version)
    async with working(kept, cases), working(kept, cases):
        await until(lambda: status(kept) == [FilingStatus.FILED] * 20)
    assert cases.asked == 20 == len(cases.notes)


async def test_a_case_the_citizen_has_no_part_in_is_told_on_the_desk(kept: Filings, engine: Engine) -> None:
    """It is not tried for ever: staff read why, choose another case, and sign again."""
    draft(kept, engine)
    (note,) = kept.of(12)
    kept.sign(note.id, "mette", "Mette Holm", note.version)
    cases = FakeCaseSystem(BUILDING)
    async with working(kept, cases) as worker:
        await until(lambda: status(kept) == [FilingStatus.REFUSED])
        (refused,) = kept.of(12)
        assert "Vælg en anden sag" in refused.trouble
        changed = kept.edit(note.id, refused.version, case=BUILDING, cpr=CPR)
        assert (changed.status, changed.trouble) == (FilingStatus.DRAFT, "")
        kept.sign(note.id, "mette", "Mette Holm", changed.version)
        worker.wake()
        await until(lambda: status(kept) == [FilingStatus.FILED])
    assert [written["ref"] for written in cases.notes.values()] == [BUILDING.ref]


def test_what_is_dropped_while_it_waits_is_not_written(kept: Filings, engine: Engine, clock: Time) -> None:
    """Staff may think better of it while the case system is away; what a late worker says then changes nothing."""
    draft(kept, engine)
    (note,) = kept.of(12)
    signed = kept.sign(note.id, "mette", "Mette Holm", note.version)
    (errand,) = kept.take(9)
    kept.later(errand)
    kept.drop(note.id, signed.version)
    kept.refused(errand, "nej")
    clock.now += timedelta(days=1)
    assert kept.take(9) == [] and status(kept) == [FilingStatus.DROPPED]


def test_nobody_can_read_it_off_a_printed_value() -> None:
    """An errand or a filing that ends up in a traceback gives neither number nor words away."""
    errand = Errand(
        id=1, handoff_id=12, staff_id="m", number=CARE.number, kind=FilingKind.NOTE, key="k", ref="r", cpr=CPR,
        text="gravid", due=None, author="Mette", tries=1,
    )  # fmt: skip
    assert not any(word in repr(errand) for word in (CPR, "gravid", "Mette", CARE.number))
