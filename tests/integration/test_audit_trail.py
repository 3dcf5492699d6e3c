"""The audit trail on both databases: what was written is there, and whatever was done to it afterwards is found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import NoResultFound

from bot.audit.trail import ActorKind, Doing, Trail
from bot.store.audit_tables import audit_head, audit_trail
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading, writing
from bot.web.logs import configure
from tests.audit.sample import ANNA, BO, NOW, by_staff, by_worker, entry, later

t = audit_trail.c


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def trail(engine: Engine, vault: Vault) -> Trail:
    return Trail(engine, vault, lambda: NOW)


def filled(trail: Trail, lines: int = 10) -> None:
    for number in range(lines):
        trail.write(entry(actor=f"login-{number}", at=later(number)))


def row(engine: Engine, number: int) -> dict[str, Any]:
    with reading(engine) as connection:
        return dict(connection.execute(select(audit_trail).where(t.id == number)).one()._mapping)


def test_an_empty_trail_is_whole(trail: Trail) -> None:
    """Nothing was written yet: that is no fault."""
    verdict = trail.verify()
    assert verdict.whole and (verdict.count, verdict.mac) == (0, "")
    assert trail.page().lines == () and trail.actors() == ()


def test_what_was_written_is_read_again(trail: Trail) -> None:
    """Who, what, why, where, which cases and how it went; of the citizen only that there is one."""
    trail.write(by_staff("Mette Holm", cases=("27.36.04-G01-1-24", "x"), systems=("SBSYS", "Ydelser"), outcome="down"))
    trail.write(entry(subject=None, place=None, cases=(), systems=()))
    second, first = trail.page().lines
    assert (first.number, second.number) == (1, 2)
    assert (first.actor_kind, first.actor, first.actor_name) == ("staff", "id-of-Mette-Holm", "Mette Holm")
    assert (first.doing, first.why, first.place, first.outcome) == ("looked_up", "desk.cases", "12", "down")
    assert first.at == NOW and first.systems == ("SBSYS", "Ydelser") and first.cases == ("27.36.04-G01-1-24", "x")
    assert first.about_citizen and not second.about_citizen
    assert (second.place, second.cases, second.systems) == (None, (), ())
    assert ANNA not in repr(first)


def test_a_trail_goes_on_in_another_process_and_with_another_key(engine: Engine, trail: Trail) -> None:
    """A new key goes before the old one; the chain is one and the lines can all be read."""
    old, new = Vault.new_key(), Vault.new_key()
    Trail(engine, Vault([old])).write(by_staff("Mette Holm"))
    after = Trail(engine, Vault([new, old]))
    after.write(by_staff("Lars Østergaard"))
    assert after.verify().whole and after.verify().count == 2
    assert [line.actor_name for line in after.page().lines] == ["Lars Østergaard", "Mette Holm"]
    assert len(after.page(subject_cpr=ANNA).lines) == 2
    assert trail.verify().broken == 1, "other keys make other MACs"


def _change(number: int, **values: Any) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(audit_trail).where(t.id == number).values(**values))


def _remove(*numbers: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(audit_trail).where(t.id.in_(numbers)))


def _swap(one: int, other: int) -> Callable[[Connection], object]:
    def swap(connection: Connection) -> None:
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute(update(audit_trail).where(t.id == old).values(id=new))

    return swap


def _close_the_gap(connection: Connection) -> None:
    _remove(5)(connection)
    for number in range(6, 11):
        connection.execute(update(audit_trail).where(t.id == number).values(id=number - 1))
    connection.execute(update(audit_head).values(n=9))


def _copy(number: int, to: int) -> Callable[[Connection], object]:
    def copy(connection: Connection) -> None:
        found = connection.execute(select(audit_trail).where(t.id == number)).one()
        connection.execute(insert(audit_trail).values(**{**found._mapping, "id": to}))

    return copy


def _say_sealed_of(number: int, other: int) -> Callable[[Connection], object]:
    def say(connection: Connection) -> None:
        sealed = connection.execute(select(t.sealed).where(t.id == other)).scalar_one()
        _change(number, sealed=sealed)(connection)

    return say


def _mac_of(number: int, other: int) -> Callable[[Connection], object]:
    def say(connection: Connection) -> None:
        mac = connection.execute(select(t.mac).where(t.id == other)).scalar_one()
        _change(number, mac=mac)(connection)

    return say


def _head(**values: Any) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(audit_head).values(**values))


TAMPERED: dict[str, tuple[Callable[[Connection], object], int]] = {
    "time": (_change(4, at=later(4)), 4),
    "actor": (_change(1, actor="somebody"), 1),
    "kind": (_change(10, actor_kind="staff"), 10),
    "doing": (_change(7, doing="read_trail"), 7),
    "why": (_change(7, why="desk.cases"), 7),
    "place gone": (_change(7, place=None), 7),
    "outcome": (_change(7, outcome="none"), 7),
    "subject": (_change(7, subject="0" * 64), 7),
    "subject gone": (_change(7, subject=None), 7),
    "what is sealed": (_change(7, sealed=b"nothing"), 7),
    "another's sealed": (_say_sealed_of(7, 6), 7),
    "mac": (_change(7, mac="0" * 64), 7),
    "another's mac": (_mac_of(7, 6), 7),
    "first removed": (_remove(1), 1),
    "one removed": (_remove(5), 5),
    "removed, and the gap closed": (_close_the_gap, 5),
    "last removed": (_remove(10), 10),
    "tail cut": (_remove(8, 9, 10), 8),
    "all removed": (_remove(*range(1, 11)), 1),
    "two swapped": (_swap(3, 4), 3),
    "first and last swapped": (_swap(1, 10), 1),
    "put at the end": (_copy(10, 11), 11),
    "put far behind": (_copy(10, 99), 11),
    "put before the first": (_copy(1, 0), 0),
    "head set back": (_head(n=9), 10),
    "head set forward": (_head(n=11), 11),
    "head of another line": (_head(mac="0" * 64), 10),
    "head gone": (lambda connection: connection.execute(delete(audit_head)), 11),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_tampering_is_found_where_it_was_done(engine: Engine, trail: Trail, way: str) -> None:
    """Each way to change, remove, insert, reorder or cut: the first line that does not hold is named."""
    filled(trail)
    assert trail.verify().whole
    tamper, broken = TAMPERED[way]
    with writing(engine) as connection:
        tamper(connection)
    verdict = trail.verify()
    assert not verdict.whole and verdict.broken == broken
    assert len(trail.page().lines) >= (0 if way == "all removed" else 7), "and the rest is still shown"


def test_a_cut_tail_with_its_head_set_back_is_told_by_the_log(engine: Engine, trail: Trail) -> None:
    """Nothing in the database tells, as the code says plainly: the head in the log does, it is no longer there."""
    said = io.StringIO()
    configure(said)
    filled(trail, 5)
    log = [json.loads(line) for line in said.getvalue().splitlines() if "audit.head" in line]
    assert [(line["count"], line["mac"]) for line in log] == [(1, row(engine, 1)["mac"])]
    Trail(engine, Vault([Vault.new_key()]), lambda: NOW)  # says nothing before it writes
    with writing(engine) as connection:
        connection.execute(delete(audit_trail))
        connection.execute(update(audit_head).values(n=0, mac=""))
    verdict = trail.verify()
    assert verdict.whole and verdict.count < log[0]["count"]


def test_the_head_is_logged_each_hour_and_each_thousand_lines(engine: Engine, vault: Vault) -> None:
    """Count and MAC, as they stand in the database: nothing of anybody."""
    said = io.StringIO()
    configure(said)
    now = [NOW]
    trail = Trail(engine, vault, lambda: now[0])
    trail.write(entry())
    now[0] += timedelta(minutes=59)
    trail.write(entry())
    now[0] += timedelta(minutes=1)
    trail.write(entry())
    with writing(engine) as connection:
        connection.execute(update(audit_head).values(n=999))
    trail.write(entry())
    log = [json.loads(line) for line in said.getvalue().splitlines() if "audit.head" in line]
    assert [(line["count"], line["mac"]) for line in log] == [(n, row(engine, n)["mac"]) for n in (1, 3, 1000)]
    assert ANNA not in said.getvalue() and "Borgeren" not in said.getvalue()


def test_nothing_is_added_where_the_head_is_gone(engine: Engine, trail: Trail) -> None:
    """A line that nothing ties to the others would prove nothing: whoever asks is told that it can't be kept."""
    with writing(engine) as connection:
        connection.execute(delete(audit_head))
    with pytest.raises(NoResultFound):
        trail.write(entry())


def test_a_broken_chain_is_broken_whatever_is_added(engine: Engine, trail: Trail) -> None:
    """Lines go on being kept, and the old fault stays found."""
    filled(trail, 3)
    with writing(engine) as connection:
        _change(2, why="nothing")(connection)
    filled(trail, 3)
    assert trail.verify().broken == 2


def test_a_value_that_its_column_can_not_hold_is_found_too(tmp_path: Path, migrated_file: Path, vault: Vault) -> None:
    """SQLite keeps whatever it is given: the fault is named, and the other lines are still read."""
    (tmp_path / "test.db").write_bytes(migrated_file.read_bytes())
    engine = make_engine(f"sqlite:///{tmp_path / 'test.db'}")
    trail = Trail(engine, vault, lambda: NOW)
    filled(trail, 5)
    odd = (
        "at = 'i går'",
        "at = 'x'",
        "at = 7",
        "sealed = 7",
        "sealed = 'x'",
        "why = x'00ff'",
        "mac = 7",
        "mac = x'00'",
    )
    for value in (*odd, "why = CAST(x'fffe' AS TEXT)", "subject = CAST(x'fffe' AS TEXT)", "actor = 'x' || char(0)"):
        with writing(engine) as connection:
            kept = connection.execute(text("SELECT * FROM audit_trail WHERE id = 3")).one()._mapping
            connection.execute(text(f"UPDATE audit_trail SET {value} WHERE id = 3"))
        assert trail.verify().broken == 3, value
        assert [line.number for line in trail.page().lines] == [5, 4, 3, 2, 1], value
        with writing(engine) as connection:
            columns = ", ".join(f"{name} = :{name}" for name in kept)
            connection.execute(text(f"UPDATE audit_trail SET {columns} WHERE id = 3"), dict(kept))
        assert trail.verify().whole, value
    engine.dispose()


def test_fifty_who_write_at_once_make_one_chain(engine: Engine, trail: Trail, vault: Vault) -> None:
    """None is lost, none comes twice, and each is tied to the one before it; another process may be among them."""
    other = make_engine(engine.url.render_as_string(hide_password=False))
    trails = [trail, Trail(other, vault, lambda: NOW)]
    together = Barrier(50)

    def write(number: int) -> None:
        together.wait(30)
        for turn in range(4):
            trails[number % 2].write(entry(actor=f"login-{number}-{turn}"))

    with ThreadPoolExecutor(50) as threads:
        for done in [threads.submit(write, number) for number in range(50)]:
            done.result(120)
    other.dispose()
    verdict = trail.verify()
    assert verdict.whole and verdict.count == 200
    lines = trail.page(limit=300).lines
    assert {line.actor for line in lines} == {f"login-{number}-{turn}" for number in range(50) for turn in range(4)}


def test_a_chain_that_grows_while_it_is_verified_is_whole(engine: Engine, trail: Trail) -> None:
    """It is verified as it stood at one moment, and nobody who writes waits for that."""
    filled(trail, 20)
    with ThreadPoolExecutor(2) as threads:
        writing_on = [threads.submit(filled, trail, 60) for _ in range(2)]
        while not all(one.done() for one in writing_on):
            assert trail.verify().whole
        for one in writing_on:
            one.result(60)
    assert trail.verify().count == 140


def test_pages_follow_each_other_while_lines_are_added(trail: Trail) -> None:
    """Each line once, the newest first; what is added meanwhile moves nothing."""
    filled(trail, 25)
    numbers: list[int] = []
    page = trail.page(limit=10)
    while True:
        numbers += [line.number for line in page.lines]
        if page.next is None:
            break
        trail.write(entry())
        page = trail.page(limit=10, cursor=page.next)
    assert numbers == list(range(25, 0, -1))
    assert trail.page(limit=28).next is None or len(trail.page(limit=28).lines) == 28


def test_filters_find_what_they_name_and_go_together(trail: Trail) -> None:
    """A period, a citizen by CPR number or by a line about them, who did it, and what they did."""
    trail.write(entry(at=later(1)))
    trail.write(by_staff("Mette Holm", at=later(2)))
    trail.write(by_staff("Lars Østergaard", at=later(3), subject=BO))
    trail.write(by_worker(at=later(4), subject=BO))
    trail.write(by_staff("Inge Bach", at=later(5), subject=None, doing=Doing.READ_TRAIL, place=None))

    def found(**filters: Any) -> list[int]:
        return [line.number for line in trail.page(**filters).lines]

    assert found(since=later(2), until=later(4)) == [3, 2]
    assert found(subject_cpr=ANNA) == [2, 1] and found(subject_cpr=BO) == [4, 3]
    assert found(subject_cpr="0101010101") == []
    assert found(like=1) == [2, 1] and found(like=5) == [] and found(like=99) == []
    assert found(actor="id-of-Mette-Holm") == [2]
    assert found(actor_kind=ActorKind.CITIZEN) == [1] and found(actor_kind=ActorKind.STAFF) == [5, 3, 2]
    assert found(doing=Doing.WROTE_TASK) == [4]
    assert found(subject_cpr=BO, actor_kind=ActorKind.STAFF, since=later(3)) == [3]
    assert found(actor_kind=ActorKind.STAFF, limit=1, cursor=3) == [2]


def test_those_who_stand_in_the_trail_are_named_as_they_last_were(trail: Trail) -> None:
    """Staff and workers, by name; no citizen."""
    trail.write(entry())
    trail.write(by_staff("Mette Holm", actor="m"))
    trail.write(by_worker())
    trail.write(by_staff("Mette Krogh", actor="m"))
    assert [(one.kind, one.id, one.name) for one in trail.actors()] == [
        ("staff", "m", "Mette Krogh"),
        ("system", "filing", "Tilbageskrivningen"),
    ]


def test_no_cpr_number_name_or_case_lies_readable_in_the_database(engine: Engine, trail: Trail) -> None:
    """The number only as a keyed fingerprint, names and case numbers sealed: in no column, in no file."""
    trail.write(by_staff("Mette Holm", actor="m", cases=("27.36.04-G01-1-24",)))
    kept = repr(row(engine, 1)).encode()
    if engine.dialect.name == "sqlite":
        folder = Path(str(engine.url.database)).parent
        kept += b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    for secret in (ANNA, f"{ANNA[:6]}-{ANNA[6:]}", "Mette", "27.36.04"):
        assert secret.encode() not in kept, secret
