"""Putting a version live on both databases: the gate, Rasas that refuse or die, and being killed half-way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.training import pointer
from bot.training.activating import Activating, WentBack
from bot.training.gate import GateRules
from bot.training.measured import Figures
from bot.training.pointer import Pointer
from bot.training.rasas import RasaRefused, Rasas, RasaSilent
from bot.training.refusals import Changed, Held, TrainingRefusal, Unusable, WrongMoment
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.rasa_models_peer import ModelsPeer, model_file
from tests.training_setup import KAREN, database

PETER = replace(KAREN, id="peter", name="Peter Dahl", roles=frozenset({"administrator"}))
CODE = "abcdef012345"
WHY = "Flere eksempler om klage"


def figures(macro_f1: float = 0.95, danger: float = 1.0) -> Figures:
    """Figures with this macro-F1, and this recall of a hundred cries for help."""
    per_intent = {"akut_hjaelp": {"precision": 1.0, "recall": danger, "f1": 1.0, "support": 100}}
    report = {"accuracy": 0.9, "macro_f1": macro_f1, "macro_f1_interval": [0.9, 1.0], "per_intent": per_intent}
    return Figures(report=report, sets={"akut": {"per_intent": per_intent}})


class House:
    """Two Rasas, a database, and three versions of which the first is live."""

    def __init__(self, url: str, folder: Path, vault: Vault) -> None:
        self.engine = database(url)
        self.models = folder / "models"
        self.seconds = 0.0
        self.moment = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
        self.versions = Versions(self.engine, vault, self.models, clock=self._now)
        self.blocking = Blocking(2)
        self.rasas: list[ModelsPeer] = []
        self.http: aiohttp.ClientSession

    def _now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    async def open(self) -> House:
        self.http = aiohttp.ClientSession()
        self.one, self.two, self.three = (self.made(number) for number in ("one", "two", "three"))
        self.versions.activated(self.one.id, None, "Den første")
        pointer.write(self.models, self.pointer_to(self.one))
        self.rasas = [await ModelsPeer(self.path(self.one)).start() for _ in range(2)]
        return self

    async def close(self) -> None:
        for rasa in self.rasas:
            await rasa.stop()
        await self.http.close()
        self.blocking.close()
        self.engine.dispose()

    def made(self, number: str, measured: Figures | None = None, *, code: str = CODE) -> Version:
        """A version whose file is there."""
        model = model_file(self.models / f"borgerkontakt-{number}.tar.gz", number)
        return self.versions.add(
            NewVersion(
                file=model.name,
                sha256=sha256_of(model),
                data_file=f"data-{number}.tar.gz",
                staff_id="karen",
                reason=WHY,
                examples=12,
                intents=3,
                figures=measured or figures(),
                code=code,
            )
        )

    def path(self, version: Version) -> Path:
        return self.models / version.file

    @staticmethod
    def pointer_to(version: Version) -> Pointer:
        return Pointer(file=version.file, sha256=version.sha256, version=version.id, code=version.code)

    def activating(self, *, patience: float = 20.0) -> Activating:
        """As web makes it when it starts."""
        return Activating(
            self.versions,
            Rasas(self.http, [rasa.url for rasa in self.rasas], token="secret"),
            self.models,
            rules=GateRules(),
            code=CODE,
            title=lambda intent: intent,
            named=lambda ids: {one.id: one.name for one in (KAREN, PETER)},
            blocking=self.blocking,
            clock=lambda: self.seconds,
            patience=patience,
        )

    async def activate(self, version: Version, staff: Staff = KAREN, override: str | None = None) -> Version:
        """On a page that was just loaded."""
        live = self.versions.active()
        live_id = None if live is None else live.id
        return await self.activating().activate(version.id, staff, live_id=live_id, reason=WHY, override=override)

    async def back(self, staff: Staff = KAREN, override: str | None = None) -> WentBack:
        """One click on a page that was just loaded."""
        live, before = self.versions.active(), self.versions.previous(CODE)
        assert live is not None and before is not None
        return await self.activating().roll_back(staff, live_id=live.id, to_id=before.id, override=override)

    def sql(self, statement: str) -> None:
        """Run a statement in the database."""
        with writing(self.engine) as connection:
            connection.exec_driver_sql(statement)

    def live(self) -> str:
        """The version that runs: the database, the pointer and both Rasas must agree."""
        active, named = self.versions.active(), pointer.read(self.models)
        assert active is not None and named == self.pointer_to(active)
        assert [rasa.file.name for rasa in self.rasas] == [active.file] * 2
        return active.file.removeprefix("borgerkontakt-").removesuffix(".tar.gz")

    def reasons(self, version: Version) -> list[tuple[str, str | None]]:
        """Why it was put live, and why the gate was passed over."""
        return [(one.reason, one.override) for one in self.versions.activations([version.id])[version.id]]


@pytest_asyncio.fixture
async def house(database_url: str, tmp_path: Path, vault: Vault) -> AsyncIterator[House]:
    made = await House(database_url, tmp_path, vault).open()
    yield made
    await made.close()


async def test_a_version_is_put_live_everywhere_and_back_with_one_click(house: House) -> None:
    """Every Rasa, the pointer and the database; who did it and why is kept."""
    await house.activate(house.two)
    assert house.live() == "two"
    assert house.reasons(house.two) == [(WHY, None)]
    await house.back()
    assert house.live() == "one"
    assert house.reasons(house.one)[0] == (f"Tilbage til version {house.one.id}", None)
    await house.back()
    assert house.live() == "two"


async def test_going_back_where_nothing_ran_before_is_refused(house: House) -> None:
    """There is no version but the first."""
    with pytest.raises(WrongMoment, match="go back to") as refused:
        await house.activating().roll_back(KAREN, live_id=house.one.id, to_id=house.two.id)
    assert house.live() == "one" and refused.value.staff == "Der er ingen tidligere version, du kan gå tilbage til."


async def test_what_other_software_made_is_passed_over_on_the_way_back(house: House) -> None:
    """It can't run any more; where only such is left, that is the reason given."""
    older = house.made("older", code="000000000000")
    for version in (older, house.two):
        house.versions.activated(version.id, None, "Programmet er opdateret")
    await house.activating().settle()
    await house.back()
    assert house.live() == "one"
    house.sql("DELETE FROM activations")
    for version in (older, house.one):
        house.versions.activated(version.id, None, "Programmet er opdateret")
    with pytest.raises(WrongMoment) as refused:
        await house.activating().roll_back(KAREN, live_id=house.one.id, to_id=older.id)
    assert "ældre udgave af programmet" in refused.value.staff
    assert house.live() == "one"


async def test_a_broken_version_is_passed_over_on_the_way_back(house: House) -> None:
    """One click leads to the last one that can run; one cut short, or gone, is in nobody's way."""
    await house.activate(house.two)
    await house.activate(house.three)
    house.path(house.two).write_bytes(b"cut short")
    await house.back()
    assert house.live() == "one"
    house.path(house.three).unlink()
    with pytest.raises(WrongMoment):
        await house.activating().roll_back(KAREN, live_id=house.one.id, to_id=house.three.id)
    assert house.live() == "one"


async def test_two_who_go_back_after_each_other_go_back_once(house: House) -> None:
    """The second is told who did what, and the version that was bad stays away; whoever clicks twice is told too."""
    await house.activate(house.two)
    seen = {"live_id": house.two.id, "to_id": house.one.id}
    await house.activating().roll_back(KAREN, **seen)
    for staff, who in ((PETER, "Karen Friis"), (KAREN, "Du")):
        with pytest.raises(Changed, match="since it was read") as refused:
            await house.activating().roll_back(staff, **seen)
        assert refused.value.staff.startswith(f"{who} er i mellemtiden gået tilbage til version {house.one.id}.")
        assert refused.value.by == "Karen Friis"
    assert house.live() == "one"


async def test_going_back_to_another_version_than_the_page_showed_is_refused(house: House) -> None:
    """A page that was loaded before others were put live: another runs, or the same one with another before it."""
    await house.activate(house.two)
    seen = {"live_id": house.two.id, "to_id": house.one.id}
    await house.activate(house.three, PETER)
    with pytest.raises(Changed) as refused:
        await house.activating().roll_back(KAREN, **seen)
    assert refused.value.staff.startswith(f"Peter Dahl har i mellemtiden taget version {house.three.id} i brug.")
    assert house.live() == "three"
    await house.back(PETER)
    with pytest.raises(Changed) as refused:
        await house.activating().roll_back(KAREN, **seen)
    assert refused.value.staff.startswith(f"Peter Dahl er i mellemtiden gået tilbage til version {house.two.id}.")
    house.path(house.three).write_bytes(b"cut short")
    with pytest.raises(Changed) as refused:
        await house.activating().roll_back(KAREN, live_id=house.two.id, to_id=house.three.id)
    assert refused.value.staff.startswith(f"Filen til version {house.three.id} er blevet ødelagt i mellemtiden.")
    house.sql(f"DELETE FROM model_versions WHERE id = {house.three.id}")
    with pytest.raises(Changed) as refused:
        await house.activating().roll_back(KAREN, live_id=house.two.id, to_id=house.three.id)
    assert refused.value.staff.startswith(f"Version {house.three.id} er slettet i mellemtiden.")
    assert house.live() == "two"


async def test_the_way_back_is_no_way_past_the_gate(house: House) -> None:
    """What an administrator put live past the gate comes back only so, however often one went back meanwhile."""
    bad, worse = house.made("bad", figures(danger=0.97)), house.made("worse", figures(danger=0.9))
    why = "Det er aftalt med ledelsen"
    await house.activate(bad, PETER, override=why)
    await house.back()
    with pytest.raises(Held) as held:
        await house.back(KAREN, why)
    assert "97 af 100" in held.value.staff
    with pytest.raises(Held):
        await house.back(PETER)
    with pytest.raises(Unusable, match="too short"):
        await house.back(PETER, "derfor")
    assert house.live() == "one"
    await house.back(PETER, why)
    assert house.live() == "bad" and house.reasons(bad)[0] == (f"Tilbage til version {bad.id}", why)
    await house.activate(worse, PETER, override=why)
    await house.back()  # it passes beside a worse one, and is no better for that
    assert house.live() == "bad" and house.reasons(bad)[0][1] is None
    await house.activate(house.one)
    with pytest.raises(Held):
        await house.back()
    assert house.live() == "one"


async def test_a_version_that_overhears_cries_for_help_is_held_back_with_the_figures(house: House) -> None:
    """And no Rasa is asked to load it."""
    worse = house.made("worse", figures(danger=0.97))
    with pytest.raises(Held) as held:
        await house.activate(worse)
    assert "97 af 100" in held.value.staff and "100 af 100" in held.value.staff
    assert house.live() == "one" and not house.rasas[0].loaded


async def test_only_an_administrator_passes_the_gate_over_and_says_why(house: House) -> None:
    """A trainer's reason changes nothing, nor one that says nothing; the administrator's is kept."""
    worse = house.made("worse", figures(danger=0.97))
    with pytest.raises(Held):
        await house.activate(worse, KAREN, override="Det er aftalt med ledelsen")
    with pytest.raises(Held):
        await house.activate(worse, PETER)
    with pytest.raises(Unusable, match="too short"):
        await house.activate(worse, PETER, override="  derfor  ")
    assert house.live() == "one"
    await house.activate(worse, PETER, override="Det er aftalt med ledelsen, cpr 010190-1234")
    assert house.live() == "worse"
    assert house.reasons(worse) == [(WHY, "Det er aftalt med ledelsen, cpr [CPR-nummer skjult]")]


async def test_a_version_that_passes_needs_nobody_to_pass_anything_over(house: House) -> None:
    """A reason given all the same is not kept as if the gate had been passed over."""
    await house.activate(house.two, PETER, override="For en sikkerheds skyld")
    assert house.reasons(house.two) == [(WHY, None)]


async def test_the_same_messages_count_where_the_two_were_compared(house: House) -> None:
    """Test sets grow: figures of different days may not be weighed against each other when better ones are there."""
    content = {"figures": {"before": figures(danger=0.9).to_json(), "now": figures(danger=0.8).to_json()}}
    with writing(house.engine) as connection:
        house.versions.keep_comparison(connection, house.two.id, house.one.id, content)
    with pytest.raises(Held):
        await house.activate(house.two)


async def test_a_file_that_was_cut_short_is_never_given_to_rasa(house: House) -> None:
    """Nor one that is gone, nor one of other software; each is said, and what runs goes on."""
    short, gone, old = house.made("short"), house.made("gone"), house.made("old", code="000000000000")
    house.path(short).write_bytes(house.path(short).read_bytes()[:50])
    house.path(gone).unlink()
    for version in (short, gone, old):
        with pytest.raises(TrainingRefusal) as refused:
            await house.activate(version)
        assert refused.value.code == "broken"
    assert house.live() == "one" and not house.rasas[0].loaded


async def test_what_a_colleague_put_live_meanwhile_is_not_replaced_unseen(house: House) -> None:
    """Whoever had the page open is told who did it, also where it showed that none ran yet."""
    shown = house.one.id
    await house.activate(house.three, PETER)
    for live_id in (shown, None):
        with pytest.raises(Changed) as refused:
            await house.activating().activate(house.two.id, KAREN, live_id=live_id, reason=WHY, override=None)
        assert refused.value.staff.startswith(f"Peter Dahl har i mellemtiden taget version {house.three.id} i brug.")
    assert house.live() == "three" and house.reasons(house.two) == []


async def test_what_is_not_there_or_runs_already_is_refused(house: House) -> None:
    """Each with its own words."""
    with pytest.raises(NotFoundError):
        await house.activating().activate(999, KAREN, live_id=house.one.id, reason=WHY, override=None)
    with pytest.raises(WrongMoment, match="already"):
        await house.activate(house.one)
    with pytest.raises(Unusable):
        await house.activating().activate(house.two.id, KAREN, live_id=house.one.id, reason="  ", override=None)


async def test_when_one_of_two_rasas_refuses_both_stay_on_the_old(house: House) -> None:
    """The first had loaded it already, and is given back what it ran; nothing is recorded."""
    house.rasas[1].refuses = lambda path: path.name == house.two.file
    with pytest.raises(RasaRefused):
        await house.activate(house.two)
    assert house.rasas[0].loaded == [house.two.file, house.one.file]
    assert house.live() == "one" and house.reasons(house.two) == []


async def test_a_rasa_that_says_yes_and_runs_another_is_not_believed(house: House) -> None:
    """It is asked what it runs afterwards."""
    house.rasas[1].lies = True
    with pytest.raises(RasaRefused):
        await house.activate(house.two)
    assert house.live() == "one"


async def test_with_a_rasa_that_is_gone_nothing_is_changed(house: House) -> None:
    """Not even the one that is there."""
    await house.rasas[1].stop()
    with pytest.raises(RasaSilent):
        await house.activate(house.two)
    assert not house.rasas[0].loaded
    await house.rasas[1].start()
    assert house.live() == "one"


async def test_going_back_waits_for_no_rasa_that_is_away(house: House) -> None:
    """A bad version is gone at once where anybody answers; the one that was away is put right when it is there."""
    await house.activate(house.two)
    await house.rasas[0].stop()
    assert (await house.back()).absent == 1
    assert house.rasas[1].file.name == house.one.file and house.reasons(house.one)[0][0].startswith("Tilbage")
    await house.rasas[0].start()
    assert house.rasas[0].file.name == house.two.file, "it was only out of reach, and runs on what it had"
    await house.activating().settle()
    assert house.live() == "one"


async def test_a_rasa_that_goes_away_while_it_loads_does_not_stop_the_way_back(house: House) -> None:
    """The other one has what is wanted."""
    await house.activate(house.two)
    house.rasas[0].hold = asyncio.Event()
    house.rasas[0].asked.clear()
    task = asyncio.create_task(house.back())
    await asyncio.wait_for(house.rasas[0].asked.wait(), 60)
    await house.rasas[0].stop()
    assert (await task).absent == 1
    assert house.rasas[1].file.name == house.one.file


async def test_going_back_where_no_rasa_is_there_is_refused(house: House) -> None:
    """Nobody runs it, so it is not said to run; nor where one of two refuses it."""
    await house.activate(house.two)
    for rasa in house.rasas:
        await rasa.stop()
    with pytest.raises(RasaSilent):
        await house.back()
    for rasa in house.rasas:
        await rasa.start()
    assert house.live() == "two"
    house.rasas[1].refuses = lambda path: path.name == house.one.file
    with pytest.raises(RasaRefused):
        await house.back()
    assert house.live() == "two"


async def test_when_it_can_not_be_recorded_everything_goes_back(house: House) -> None:
    """A database that goes away while Rasa loads: Rasa must not run what nobody recorded."""
    house.rasas[0].hold = asyncio.Event()
    task = asyncio.create_task(house.activate(house.two))
    await asyncio.wait_for(house.rasas[0].asked.wait(), 60)
    house.sql("ALTER TABLE activations RENAME TO away")
    house.rasas[0].hold.set()
    with pytest.raises(DBAPIError):
        await task
    house.sql("ALTER TABLE away RENAME TO activations")
    assert house.rasas[0].loaded == [house.two.file, house.one.file]
    assert house.live() == "one"


async def test_two_who_put_a_version_live_at_once_do_not_mix(house: House) -> None:
    """The second is told to wait; the first is done whole."""
    house.rasas[0].hold = asyncio.Event()
    first = asyncio.create_task(house.activate(house.two))
    await asyncio.wait_for(house.rasas[0].asked.wait(), 60)
    with pytest.raises(WrongMoment, match="being put live"):
        await house.activate(house.three)
    house.rasas[0].hold.set()
    await first
    assert house.live() == "two"


async def test_going_back_waits_for_its_turn(house: House) -> None:
    """While a Rasa is put right by itself, whoever has to go back waits, and is told if it lasts."""
    await house.activate(house.two)
    house.rasas[0].file = house.path(house.three)
    house.rasas[0].hold = asyncio.Event()
    house.rasas[0].asked.clear()
    settling = asyncio.create_task(house.activating().settle())
    await asyncio.wait_for(house.rasas[0].asked.wait(), 60)
    seen = {"live_id": house.two.id, "to_id": house.one.id}
    with pytest.raises(WrongMoment, match="being put live"):
        await house.activating(patience=0.3).roll_back(KAREN, **seen)
    back = asyncio.create_task(house.activating().roll_back(KAREN, **seen))
    await asyncio.sleep(0)
    assert not back.done()
    house.rasas[0].hold.set()
    await settling
    await back
    assert house.live() == "one"


async def test_whoever_leaves_the_page_does_not_leave_it_half_done(house: House) -> None:
    """A request that is cancelled while Rasa loads: the version is live, or it is not."""
    house.rasas[0].hold = asyncio.Event()
    task = asyncio.create_task(house.activate(house.two))
    await asyncio.wait_for(house.rasas[0].asked.wait(), 60)
    task.cancel()
    await asyncio.sleep(0)
    house.rasas[0].hold.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert house.live() == "two"


@pytest.mark.parametrize("pointed", [False, True], ids=["before the pointer", "before the row"])
async def test_killed_after_rasa_had_loaded_the_next_start_puts_it_right(house: House, *, pointed: bool) -> None:
    """The database says what is live: what was not recorded does not go on running."""
    for rasa in house.rasas:
        rasa.file = house.path(house.two)
    if pointed:
        pointer.write(house.models, house.pointer_to(house.two))
    await house.activating().settle()
    assert house.live() == "one"


async def test_killed_after_the_row_the_next_start_has_the_pointer_follow(house: House) -> None:
    """Whoever starts Rasa from the pointer gets what the database says."""
    house.versions.activated(house.two.id, KAREN, WHY)
    await house.activating().settle()
    assert house.live() == "two"


async def test_a_rasa_that_was_away_is_put_right_when_it_is_back(house: House) -> None:
    """And one that can't take the version is not asked again and again."""
    await house.activate(house.two)
    await house.rasas[1].stop()
    house.rasas[1].file = house.path(house.one)
    activating = house.activating()
    await activating.settle()
    await house.rasas[1].start()
    house.rasas[1].loaded.clear()
    asked = house.rasas[1].asked
    house.rasas[1].refuses = lambda path: True
    await activating.settle()
    assert asked.is_set()
    asked.clear()
    await activating.settle()
    assert not asked.is_set()
    house.rasas[1].refuses = lambda path: False
    house.seconds += 3600
    await activating.settle()
    assert house.live() == "two"


async def test_nothing_is_put_right_by_a_version_that_could_not_run(house: House) -> None:
    """A live file that is gone: what runs goes on running."""
    for rasa in house.rasas:
        rasa.file = house.path(house.two)
    house.path(house.one).unlink()
    await house.activating().settle()
    assert [rasa.file.name for rasa in house.rasas] == [house.two.file] * 2
