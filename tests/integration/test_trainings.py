"""Trainings and versions as they are kept, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from bot.errors import NotFoundError
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.tables import conversations, messages
from bot.store.training_tables import activations, comparisons, model_versions, trainings, understood
from bot.training.measured import Figures
from bot.training.recent import recent, texts_at
from bot.training.refusals import Unusable, WrongMoment
from bot.training.trainings import CUT_OFF, NOT_STARTED, Trainings
from bot.training.versions import NewVersion, Version, Versions, sha256_of
from tests.training_setup import KAREN, database

CODE = "abcdef012345"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)


class Clock:
    """Stands still until a test moves it."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def goes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class House:
    """A database with the classes that keep trainings and versions in it."""

    def __init__(self, url: str, folder: Path, vault: Vault) -> None:
        self.engine: Engine = database(url)
        self.vault = vault
        self.clock = Clock()
        self.started: list[int] = []
        self.models = folder / "models"
        self.models.mkdir()
        self.trainings = Trainings(self.engine, vault, clock=self.clock, start=self.started.append)
        self.versions = Versions(self.engine, vault, self.models, clock=self.clock)

    def new(self, name: str = "model.tar.gz", content: bytes = b"a model") -> NewVersion:
        """A version whose file is there."""
        (self.models / name).write_bytes(content)
        return NewVersion(
            file=name,
            sha256=sha256_of(self.models / name),
            data_file="data.tar.gz",
            staff_id="karen",
            reason="Flere eksempler om klage",
            examples=12,
            intents=3,
            figures=Figures(seconds=61.0),
            code=CODE,
        )

    def ran(self, name: str, **more: Any) -> Version:
        """A version of data of its own, which is put live."""
        made = self.made(f"{name}.tar.gz", **{"data_file": f"data-{name}.tar.gz", **more})
        self.versions.activated(made.id, KAREN, "Bedre")
        return made

    def made(self, name: str = "model.tar.gz", **more: Any) -> Version:
        return self.versions.add(replace(self.new(name), **more))


@pytest.fixture
def house(database_url: str, tmp_path: Path, vault: Vault) -> Iterator[House]:
    made = House(database_url, tmp_path, vault)
    yield made
    made.engine.dispose()


def test_of_fifty_who_ask_at_once_one_gets_a_training(house: House) -> None:
    """The others are told that one is under way; one process is started."""

    def ask(n: int) -> str:
        try:
            return house.trainings.begin(KAREN, f"Forsøg {n}").status
        except WrongMoment as error:
            return error.code

    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(ask, range(50)))

    assert sorted(said) == ["queued", *["wrong_moment"] * 49]
    assert len(house.started) == 1


def test_a_training_says_who_why_and_how_far_it_is(house: House) -> None:
    """And the reason is sealed, without what must not be written down."""
    asked = house.trainings.begin(KAREN, "  Flere ord om   klage, 010190-1234 skrev ")
    house.trainings.took(asked.id)
    house.trainings.alive(asked.id, step=3, steps=11, doing="Lærer at kende hensigterne")

    current = house.trainings.current()

    assert current is not None
    assert (current.status, current.step, current.steps) == ("running", 3, 11)
    assert current.staff_id == "karen"
    assert current.reason.startswith("Flere ord om klage")
    assert "010190" not in current.reason
    with reading(house.engine) as connection:
        (row,) = connection.execute(select(trainings)).mappings()
    assert b"klage" not in bytes(row["sealed"])


def test_a_training_may_be_asked_for_with_the_data_that_a_version_was_made_of(house: House) -> None:
    """It is a training as any: it makes a version of its own, and measures none."""
    older = house.made()
    asked = house.trainings.begin(KAREN, "Igen", data_of=older.id)
    took = house.trainings.took(asked.id)
    assert took is not None
    assert (took.data_of, took.version_id) == (older.id, None)


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501])
def test_a_training_without_a_reason_or_with_a_novel_is_refused(house: House, reason: str) -> None:
    """Whoever looks back must see why; nothing is started."""
    with pytest.raises(Unusable):
        house.trainings.begin(KAREN, reason)
    assert house.started == []
    assert house.trainings.current() is None


def test_a_training_whose_process_is_silent_is_ended_by_whoever_looks(house: House) -> None:
    """After thirty seconds, not before; then another one may begin."""
    asked = house.trainings.begin(KAREN, "Et forsøg")
    house.trainings.took(asked.id)
    house.clock.goes(29)
    assert house.trainings.get(asked.id).ongoing
    house.clock.goes(2)

    ended = house.trainings.get(asked.id)

    assert (ended.status, ended.problem, ended.ended_at) == ("failed", CUT_OFF, house.clock.now)
    assert not house.trainings.alive(asked.id, step=4, steps=11, doing="for sent"), "it is told to stop"
    assert house.trainings.begin(KAREN, "Et til").status == "queued"


def test_a_process_that_never_began_is_given_up_after_a_minute(house: House) -> None:
    """Starting may take its time on a busy machine."""
    asked = house.trainings.begin(KAREN, "Et forsøg")
    house.clock.goes(59)
    assert house.trainings.get(asked.id).status == "queued"
    house.clock.goes(2)
    assert house.trainings.begin(KAREN, "Et til").status == "queued"
    assert house.trainings.get(asked.id).problem == CUT_OFF


def test_a_cancelled_training_is_told_to_stop_and_is_never_done(house: House) -> None:
    """Even when it has finished its work a moment later; and one whose process is gone counts as cancelled."""
    asked = house.trainings.begin(KAREN, "Et forsøg")
    house.trainings.took(asked.id)
    assert house.trainings.wanted(asked.id)

    assert house.trainings.cancel(asked.id).cancelled

    assert not house.trainings.wanted(asked.id)
    assert not house.trainings.alive(asked.id, step=1, steps=11, doing="")
    with writing(house.engine) as connection:
        assert not house.trainings.end(connection, asked.id, "done", version_id=None)
    house.clock.goes(31)
    ended = house.trainings.get(asked.id)
    assert (ended.status, ended.problem) == ("cancelled", None)
    with pytest.raises(WrongMoment):
        house.trainings.cancel(asked.id)
    with pytest.raises(NotFoundError):
        house.trainings.cancel(asked.id + 1)


def test_a_process_that_cannot_be_started_is_told_at_once(house: House) -> None:
    """The training failed; nobody waits for it."""

    def start(training_id: int) -> None:
        raise OSError("no memory")

    ended = Trainings(house.engine, house.vault, clock=house.clock, start=start).begin(KAREN, "Et forsøg")

    assert (ended.status, ended.problem) == ("failed", NOT_STARTED)
    assert house.trainings.begin(KAREN, "Et til").status == "queued"


def test_only_a_waiting_training_is_taken_and_only_once(house: House) -> None:
    """A process that is started twice does the work once."""
    asked = house.trainings.begin(KAREN, "Et forsøg")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: house.trainings.took(asked.id), range(8)))

    assert len([each for each in taken if each is not None]) == 1


def test_a_version_is_read_as_it_was_kept(house: House) -> None:
    """With its figures; the reason is sealed."""
    made = house.made()

    assert house.versions.get(made.id) == made
    assert (made.reason, made.figures.seconds, made.made_at) == ("Flere eksempler om klage", 61.0, NOW)
    with reading(house.engine) as connection:
        (row,) = connection.execute(select(model_versions)).mappings()
    assert b"klage" not in bytes(row["sealed"])
    with pytest.raises(NotFoundError):
        house.versions.get(made.id + 1)


def test_versions_come_the_newest_first_fifty_at_a_time(house: House) -> None:
    """Each once, whatever is made while one reads."""
    made = [house.made().id for _ in range(60)]

    first = house.versions.page()
    house.made()
    second = house.versions.page(first.next)

    assert [one.id for one in (*first.rows, *second.rows)] == made[::-1]
    assert second.next is None
    for cursor in ("x", "-1", "9" * 12):
        with pytest.raises(Unusable):
            house.versions.page(cursor)


def test_the_active_version_is_the_one_put_live_last_and_back_is_the_one_before_it(house: House) -> None:
    """Going back twice is going forth again: a click never loses the newest one."""
    assert (house.versions.active(), house.versions.previous(CODE)) == (None, None)
    one, two, three = (house.made(data_file=f"data-{number}.tar.gz") for number in range(3))
    house.versions.activated(one.id, None, "Den første")
    assert house.versions.previous(CODE) is None
    house.versions.activated(two.id, KAREN, "Bedre")
    house.versions.activated(three.id, KAREN, "Endnu bedre", "Vi har set på det og tør godt")

    assert (house.versions.active(), house.versions.previous(CODE)) == (three, two)

    house.versions.activated(two.id, KAREN, "Tilbage")
    assert (house.versions.active(), house.versions.previous(CODE)) == (two, three)
    told = house.versions.activations([two.id, three.id, one.id])
    assert [each.reason for each in told[two.id]] == ["Tilbage", "Bedre"]
    assert (told[three.id][0].override, told[three.id][0].staff_id) == ("Vi har set på det og tør godt", "karen")
    with reading(house.engine) as connection:
        rows = connection.execute(select(activations.c.sealed)).scalars().all()
    assert not any(b"Bedre" in bytes(row) for row in rows)


def test_back_passes_over_what_other_software_made(house: House) -> None:
    """It could not run; and where nothing else is left, there is nothing to go back to."""
    assert not house.versions.older_before(CODE)
    older, three = house.ran("older", code="000000000000"), house.ran("three")
    assert (house.versions.previous(CODE), house.versions.older_before(CODE)) == (None, True)
    one = house.ran("one")
    for version in (older, three):
        house.versions.activated(version.id, KAREN, "Bedre")
    assert house.versions.previous(CODE) == one


def test_back_passes_over_what_is_broken_and_what_is_the_same_again(house: House) -> None:
    """A file that is gone or cut short can't run, and one made of the live version's own data answers as it does."""
    one, short, gone = (house.ran(name) for name in ("one", "short", "gone"))
    live = house.ran("live")
    house.ran("same", data_file=live.data_file)
    house.ran("old", data_file=live.data_file, code="000000000000")
    house.versions.activated(live.id, KAREN, "Bedre")
    assert (house.versions.previous(CODE), house.versions.older_before(CODE)) == (gone, False)
    house.versions.path(gone).unlink()
    house.versions.path(short).write_bytes(b"half")
    assert house.versions.previous(CODE) == one


def test_what_was_made_again_is_known_by_how_its_data_did_before(house: House) -> None:
    """The newest that other software made of the same data, and that was measured: nothing else."""
    report = {"accuracy": 0.9, "macro_f1": 0.9, "macro_f1_interval": [0.8, 1.0], "per_intent": {}}
    measured = Figures(report=report)
    house.made(figures=measured, code="000000000000", data_file="others.tar.gz")
    older = house.made(figures=measured, code="000000000000")
    house.made(code="000000000001")
    again = house.made()
    house.made(figures=measured, code="000000000000")
    assert house.versions.measured_before(again) == older
    assert house.versions.measured_before(older) is None


def test_the_first_version_is_recorded_once_however_many_try(house: House) -> None:
    """Several processes of web meet it at the same moment."""
    new = house.new()

    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: house.versions.add_first(new), range(10)))

    (first,) = [each for each in made if each is not None]
    assert house.versions.active() == first
    assert len(house.versions.page().rows) == 1
    assert house.made("another.tar.gz").id == first.id + 1


def test_a_model_file_that_is_cut_short_is_broken_and_one_that_is_gone_is_missing(house: House) -> None:
    """Seen at the next look, whether the file was whole before or not."""
    made = house.made()
    path = house.versions.path(made)
    assert (house.versions.state(made), house.versions.whole(made)) == ("ready", True)

    path.write_bytes(path.read_bytes()[:-1])
    assert (house.versions.state(made), house.versions.whole(made)) == ("broken", False)
    path.unlink()
    assert (house.versions.state(made), house.versions.whole(made)) == ("missing", False)
    path.write_bytes(b"a model")
    assert (house.versions.state(made), house.versions.whole(made)) == ("ready", True)


def test_a_comparison_is_sealed_and_the_one_with_the_running_version_can_be_asked_for(house: House) -> None:
    """A version may have been compared with several, and anew with the same one."""
    one, two, three = (house.made() for _ in range(3))
    with writing(house.engine) as connection:
        house.versions.keep_comparison(connection, three.id, one.id, {"with": one.id, "what": "første"})
        house.versions.keep_comparison(connection, three.id, one.id, {"with": one.id, "what": "igen"})
    house.clock.goes(60)
    with writing(house.engine) as connection:
        house.versions.keep_comparison(connection, three.id, two.id, {"with": two.id, "what": "anden"})

    newest, asked = house.versions.comparison(three.id), house.versions.comparison(three.id, with_id=one.id)

    assert newest is not None
    assert asked is not None
    assert (newest.content["what"], asked.content["what"]) == ("anden", "igen")
    assert house.versions.comparison(two.id) is None
    with reading(house.engine) as connection:
        rows = connection.execute(select(comparisons.c.sealed)).scalars().all()
    assert len(rows) == 2
    assert not any("første".encode() in bytes(row) for row in rows)


def wrote(house: House, conversation: str, *said: tuple[str, str, timedelta], recorded: bool = True) -> None:
    """A conversation: (sender, text, how long ago), with a row of what was understood for each of the citizen's."""
    with writing(house.engine) as connection:
        at = {"created_at": NOW, "expires_at": NOW}
        connection.execute(insert(conversations).values(id=conversation, token_hash=conversation, state="bot", **at))
        for seq, (sender, text, ago) in enumerate(said, start=1):
            content: dict[str, Any] = {"text": text, "choices": [], "card": None}
            if sender == "button":
                sender, content = "citizen", {**content, "chosen": True}
            row = {"conversation_id": conversation, "seq": seq, "at": NOW - ago}
            sealed = house.vault.seal_json(content)
            connection.execute(insert(messages).values(sender=sender, sealed=sealed, **row))
            if sender == "citizen" and recorded:
                connection.execute(insert(understood).values(outcome="answered", **row))


def test_recent_is_what_citizens_typed_to_the_assistant_each_message_once(house: House) -> None:
    """No buttons, no answers, nothing said to a human, nothing old; how often it was written is counted."""
    hour = timedelta(hours=1)
    wrote(house, "a", ("citizen", "Hvor er min sag?", hour), ("assistant", "Her.", hour), ("button", "Ja tak", hour))
    wrote(house, "b", ("citizen", "hvor er min sag", 2 * hour), ("citizen", "tak", timedelta(days=31)))
    wrote(house, "c", ("citizen", "Hej Karen", hour), recorded=False)

    found = recent(house.engine, house.vault, since=NOW - timedelta(days=30))

    assert [(one.text, one.n, one.places) for one in found] == [("Hvor er min sag?", 2, (("a", 1), ("b", 1)))]


def test_of_very_many_recent_messages_the_newest_different_ones_are_taken(house: House) -> None:
    """An older message that is like one of them still counts."""
    said = [("citizen", f"besked {n}", timedelta(minutes=n)) for n in range(1, 8)]
    wrote(house, "a", *said, ("citizen", "Besked 2!", timedelta(hours=5)))

    found = recent(house.engine, house.vault, since=NOW - timedelta(days=30), most=3)

    assert [(one.text, one.n) for one in found] == [("besked 1", 1), ("besked 2", 2), ("besked 3", 1)]


def test_what_citizens_wrote_is_found_by_its_place_until_the_conversation_is_erased(house: House) -> None:
    """A comparison shows words only as long as the citizen's conversation has them."""
    wrote(house, "a", ("citizen", "Hvor er min sag?", timedelta()))
    wrote(house, "b", ("citizen", "tak", timedelta()))
    assert texts_at(house.engine, house.vault, [("a", 1), ("b", 1), ("b", 9)]) == {
        ("a", 1): "Hvor er min sag?",
        ("b", 1): "tak",
    }

    with writing(house.engine) as connection:
        connection.execute(conversations.delete().where(conversations.c.id == "a"))

    assert texts_at(house.engine, house.vault, [("a", 1), ("b", 1)]) == {("b", 1): "tak"}
    assert texts_at(house.engine, house.vault, [("b", 1)] * 500) == {("b", 1): "tak"}
