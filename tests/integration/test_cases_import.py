"""Cases from a file into the register, the sample, and opening the system the settings name."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from stdnum.dk import cpr as rule

from bot.cases.answer_time import expected_answer
from bot.cases.asking import cases_of
from bot.cases.case import Case, HandlerKind, Role, Sensitivity, State
from bot.cases.days import danish_today
from bot.cases.importing import Imported, ImportProblems, import_file
from bot.cases.sample import DEPARTMENTS, load_citizens, sample_file
from bot.cases.sql import MIGRATIONS, SqlCaseSystem, count
from bot.cases.systems import open_case_system, prepare_register
from bot.errors import CaseSystemDown, SettingsError
from bot.privacy.cpr import parse
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading
from tests.services import free_port

CITIZENS = {citizen.name.split()[0].lower(): citizen for citizen in load_citizens()}


def settings_for(url: str, **changes: str) -> Settings:
    environ = {
        "SECRET_KEYS": Vault.new_key(),
        "CASES_DATABASE_URL": url,
        "RASA_TOKEN": "x",
        "OIDC_ISSUER": "http://127.0.0.1:9000",
        "OIDC_CLIENT_ID": "x",
        **changes,
    }
    return Settings.read(environ, dotenv=Path("findes-ikke"))


@pytest.fixture
def engine(database_url: str) -> Engine:
    made = make_engine(database_url)
    migrate(made, MIGRATIONS)
    return made


def held(engine: Engine) -> int:
    with reading(engine) as connection:
        return count(connection)


async def cases_in(engine: Engine, vault: Vault, key: str) -> list[Case]:
    cpr = CITIZENS[key].cpr
    assert cpr is not None
    system = SqlCaseSystem(engine, vault)
    try:
        return await cases_of(system, cpr, timeout=60)
    finally:
        await system.close()


def a_file(folder: Path, **changes: Any) -> Path:
    items = [
        {
            "sagsnummer": f"27.36.04-G01-{serial}-26",
            "titel": "Hjælp",
            "tilstand": "behandles",
            "oprettet": "-20d",
            "afdeling": "aeldre",
            "parter": [{"cpr": CITIZENS["anna"].cpr, "navn": "Anna Bjerregaard", "rolle": "primaer"}],
            **(changes if serial == 3 else {}),
        }
        for serial in (1, 2, 3)
    ]
    path = folder / "sager.json"
    path.write_text(json.dumps(items), encoding="utf-8")
    return path


# --- importing ----------------------------------------------------------------------------------------------------


async def test_importing_again_updates_and_never_doubles(engine: Engine, vault: Vault, tmp_path: Path) -> None:
    """A case number that is known is updated; the citizen sees the new state under the same ref."""
    assert import_file(a_file(tmp_path), engine, vault, departments=DEPARTMENTS) == Imported(new=3, updated=0)
    before = {case.number: case.ref for case in await cases_in(engine, vault, "anna")}
    changed = a_file(tmp_path, tilstand="afgjort", titel="Mere hjælp", sagsnummer="27.36.04-g01-2-26 ")
    items = json.loads(changed.read_text())
    changed.write_text(json.dumps([items[0], items[2]]))
    assert import_file(changed, engine, vault, departments=DEPARTMENTS) == Imported(new=0, updated=2)
    after = await cases_in(engine, vault, "anna")
    assert {case.number: case.ref for case in after} == before
    assert [(case.title, case.state) for case in after if case.number.endswith("-2-26")] == [
        ("Mere hjælp", State.DECIDED)
    ]


def test_one_bad_row_keeps_all_out(engine: Engine, vault: Vault, tmp_path: Path) -> None:
    """All or nothing: the good rows of a file with a bad one are not kept."""
    with pytest.raises(ImportProblems):
        import_file(a_file(tmp_path, tilstand="i gang"), engine, vault, departments=DEPARTMENTS)
    assert held(engine) == 0


def test_a_failure_while_saving_keeps_all_out(engine: Engine, vault: Vault, tmp_path: Path) -> None:
    """When the database fails on the last row, the first ones are gone too."""

    class FailsLate(Vault):
        sealed = 0

        def seal(self, text: str) -> bytes:
            self.sealed += 1
            if self.sealed > 4:
                raise OSError("disk")
            return vault.seal(text)

    with pytest.raises(OSError):
        import_file(a_file(tmp_path), engine, FailsLate([Vault.new_key()]), departments=DEPARTMENTS)
    assert held(engine) == 0


def test_two_imports_at_once_both_succeed(engine: Engine, vault: Vault, tmp_path: Path) -> None:
    """The second waits for the first, and updates what it made."""
    path = a_file(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: import_file(path, engine, vault, departments=DEPARTMENTS), range(4)))
    assert sorted((one.new, one.updated) for one in done) == [(0, 3), (0, 3), (0, 3), (3, 0)]
    assert held(engine) == 3


def test_a_register_that_can_not_be_reached_is_told(vault: Vault, tmp_path: Path) -> None:
    """An import into nowhere is the case system being down, not a stack trace of a driver."""
    nowhere = make_engine(f"postgresql://test@127.0.0.1:{free_port()}/none")
    with pytest.raises(CaseSystemDown):
        import_file(a_file(tmp_path), nowhere, vault, departments=DEPARTMENTS)


# --- the system the settings name -----------------------------------------------------------------------------------


async def test_a_prepared_register_answers_and_its_sample_comes_only_once(database_url: str) -> None:
    """A new installation for development has the sample; a second start leaves what is there alone."""
    settings = settings_for(database_url)
    vault = Vault(settings.secret_keys)
    for _ in range(2):
        prepare_register(settings, vault, sample=True)
    system = open_case_system("sql", settings, vault, str)
    await system.ping()
    anna = CITIZENS["anna"].cpr
    assert anna is not None
    (first,) = await cases_of(system, anna, timeout=60)
    prepare_register(settings, vault, sample=True)
    assert await cases_of(system, anna, timeout=60) == [first]
    await system.close()


async def test_a_real_register_is_never_filled_with_samples(database_url: str, tmp_path: Path) -> None:
    """Without ``sample``, and where there are cases already, nothing is added."""
    settings = settings_for(database_url)
    vault = Vault(settings.secret_keys)
    prepare_register(settings, vault, sample=False)
    engine = make_engine(database_url)
    assert held(engine) == 0
    import_file(a_file(tmp_path), engine, vault, departments=DEPARTMENTS)
    prepare_register(settings, vault, sample=True)
    assert held(engine) == 3


def test_an_unknown_case_system_is_told_with_those_there_are(database_url: str) -> None:
    """The setting is named, and what may be chosen; the embedded register is only made where it is used."""
    with pytest.raises(SettingsError, match=r"CASE_SYSTEM.*acadre.*sql"):
        settings_for(database_url, CASE_SYSTEM="acadre")
    with pytest.raises(SettingsError, match=r"CASE_SYSTEM.*to gange"):
        settings_for(database_url, CASE_SYSTEM="sql,sql")
    settings = replace(settings_for(database_url), case_systems=("sf1470",))
    with pytest.raises(SettingsError, match="CASE_SYSTEM"):
        prepare_register(settings, Vault(settings.secret_keys), sample=False)


def test_a_register_that_can_not_be_made_ready_is_told(vault: Vault) -> None:
    """Starting without the database says that it is down."""
    with pytest.raises(CaseSystemDown):
        prepare_register(settings_for(f"postgresql://test@127.0.0.1:{free_port()}/none"), vault, sample=False)


async def test_the_settings_timeout_bounds_connecting(request: pytest.FixtureRequest) -> None:
    """The system that is opened has the keepalives it was given, and works with a real server."""
    url = request.getfixturevalue("postgres").new_database()
    settings = settings_for(url, CASE_SYSTEM_TIMEOUT="1")
    vault = Vault(settings.secret_keys)
    prepare_register(settings, vault, sample=False)
    system = open_case_system("sql", settings, vault, str)
    await asyncio.wait_for(system.ping(), 60)
    await system.close()


# --- the sample ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path: Path, vault: Vault) -> Engine:
    made = make_engine(f"sqlite:///{tmp_path / 'sager.db'}")
    migrate(made, MIGRATIONS)
    import_file(sample_file(), made, vault, departments=DEPARTMENTS)
    return made


async def test_the_sample_is_as_varied_as_a_municipality(sample: Engine, vault: Vault) -> None:
    """Many citizens and cases, all departments, every state, sensitivity and kind of caseworker, overdue and not."""
    assert len(CITIZENS) >= 27 and held(sample) >= 45
    every = {c.number: c for key, who in CITIZENS.items() if who.cpr for c in await cases_in(sample, vault, key)}
    cases = list(every.values())
    assert len(cases) == held(sample)  # each can be seen by somebody who can log in
    assert {case.department for case in cases} == DEPARTMENTS
    assert {case.state for case in cases} == set(State)
    assert {case.sensitivity for case in cases} == set(Sensitivity)
    assert {case.my_role for case in cases} >= {Role.PRIMARY, Role.SECONDARY}
    assert {case.handler and case.handler.kind for case in cases} == {None, *HandlerKind}
    assert Counter(case.title is None for case in cases)[True] == 1
    today = danish_today()
    by_system = [expected_answer(case, deadline_days=None, today=today) for case in cases]
    assert {answer.overdue for answer in by_system if answer} == {True, False}
    assert any(case.state.is_open and case.expected is None for case in cases)
    assert any(todo.due and todo.due < today for case in cases for todo in case.todos)


async def test_the_citizens_of_the_demonstration_have_the_cases_they_are_for(sample: Engine, vault: Vault) -> None:
    """Anna has one open case with everything in it, Bo two, Carla four over three departments, Tom none."""
    (anna,) = await cases_in(sample, vault, "anna")
    assert (anna.kle, anna.state.is_open, anna.department) == ("27.36.04", True, "aeldre")
    assert anna.handler and (anna.handler.name, anna.handler.kind) == ("Mette Holm", HandlerKind.PERSON)
    assert anna.handler.phone and anna.handler.hours and anna.handler.email
    assert len(anna.todos) == 1 and anna.todos[0].due and anna.todos[0].due > danish_today()
    assert anna.expected and anna.expected > danish_today() + timedelta(days=1)
    bo = await cases_in(sample, vault, "bo")
    assert sorted(case.kle for case in bo) == ["02.34.02", "32.30.04"] and all(case.state.is_open for case in bo)
    carla = await cases_in(sample, vault, "carla")
    assert len(carla) == 4 and len({case.department for case in carla}) == 3
    assert await cases_in(sample, vault, "tom") == []
    assert Role.REPRESENTATIVE in {case.my_role for case in await cases_in(sample, vault, "helle")}
    (child, *_) = [case for case in await cases_in(sample, vault, "ida") if case.about_a_child]
    assert child.my_role is Role.SECONDARY and len(child.parties) == 2


def test_the_logins_that_are_refused_are_there() -> None:
    """One with too low a level, one without a CPR number, all others good."""
    assert [key for key, who in CITIZENS.items() if who.level.endswith("/Low")] == ["lau"]
    assert [key for key, who in CITIZENS.items() if who.cpr is None] == ["eva"]
    assert len({who.sub for who in CITIZENS.values()}) == len(CITIZENS) == len(load_citizens())
    assert next(iter(CITIZENS)) == "anna"


def test_no_sample_number_can_be_anybodys() -> None:
    """Each CPR number has a real date, fails modulus 11, and is not of 1 January, when such numbers were given out."""
    written = [who.cpr for who in CITIZENS.values() if who.cpr]
    written += [item["cpr"] for case in json.loads(sample_file().read_text("utf-8")) for item in case["parter"]]
    for text in written:
        number = parse(text)
        assert number is not None and rule.checksum(number) != 0 and not number.startswith("0101")
    phones = re.findall(r'"telefon": "([^"]+)"', sample_file().read_text("utf-8"))
    assert phones and all(phone.startswith("12 ") for phone in phones)
