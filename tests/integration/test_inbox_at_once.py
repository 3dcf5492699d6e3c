"""The inbox while several people and citizens do things to the same row at once, on both databases."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from bot.chat.log import Log
from bot.chat.rasa import Answer
from bot.chat.turn import HandoffAsk, Understood
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading
from bot.store.training_tables import inbox, understood
from bot.training.candidates import NotAnExample
from bot.training.edits import Edit, Edits, Within
from bot.training.examples import Examples
from bot.training.files import Files
from bot.training.grouping import Status
from bot.training.inbox import Inbox
from bot.training.inbox_rows import Group
from bot.training.refusals import Changed, TrainingRefusal
from bot.training.understood import Understandings
from tests.integration.inbox_setup import KAREN, PIA, Robot, _named

NLU = """version: "3.1"
nlu:
- intent: svartid
  examples: |
    - hvornår får jeg svar
- intent: klage
  examples: |
    - jeg vil klage
"""
TEXT = "hvad er en flurbel"
FALLBACK = Understood(outcome="fallback", intent="svartid", confidence=0.2)


class Municipality(Robot):
    """As `Robot`, with examples in real files."""

    def __init__(self, url: str, vault: Vault, folder: Path) -> None:
        super().__init__(make_engine(url), vault)
        self.folder = folder
        (folder / "data" / "nlu").mkdir(parents=True)
        (folder / "data" / "nlu" / "alt.yml").write_text(NLU, encoding="utf-8")
        (folder / "domain.yml").write_text("version: '3.1'\n", encoding="utf-8")
        self.inbox = self.process()  # type: ignore[assignment]

    def process(self) -> Inbox[Edit]:
        """The inbox as one process has it."""
        files = Files(self.folder)
        edits = Edits(self.engine, self.vault, files, named=_named, clock=self.clock)
        examples = Examples(files, edits, title=str)

        def add(staff: Staff, intent: str, text: str, confirmed: bool, within: Within) -> Edit:
            return examples.add_one(staff, intent, text, confirmed=confirmed, within=within)

        return Inbox(self.engine, self.vault, add=add, named=_named, clock=self.clock)

    def nlu(self) -> str:
        """The file of examples."""
        return (self.folder / "data" / "nlu" / "alt.yml").read_text(encoding="utf-8")

    def edits(self) -> int:
        """How many changes were kept."""
        return Edits(self.engine, self.vault, Files(self.folder), named=_named).count_since(None)


@pytest.fixture
def robot(database_url: str, vault: Vault, tmp_path: Path) -> Iterator[Municipality]:
    made = Municipality(database_url, vault, tmp_path / "assistant")
    yield made
    made.engine.dispose()


def at_once(*does: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, begun at the same moment."""
    begin = threading.Barrier(len(does))

    def one(do: Callable[[], Any]) -> Any:
        begin.wait()
        try:
            return do()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(does)) as threads:
        return list(threads.map(one, does))


@pytest.mark.parametrize("other", [TEXT, "hvad koster en flurbel"])
def test_of_two_who_use_a_row_at_once_one_makes_the_example(robot: Municipality, other: str) -> None:
    """Whether with the same words or others, from one process or two: the second is told who was first."""
    for turn in range(4):
        text = f"{TEXT} nummer {'abcd'[turn]}"
        robot.hears(text, "fallback")
        (group,) = robot.rows()
        first, second = (robot.inbox, robot.inbox) if turn % 2 else (robot.process(), robot.process())

        def use(
            by: Inbox[Edit], who: Staff, intent: str, words: str, row: Group = group
        ) -> Callable[[], tuple[Group, Edit]]:
            return lambda: by.use(row.id, who, version=1, intent=intent, text=words, confirmed=False)

        words = (text, other.replace(TEXT, text) if other == TEXT else f"{other} {turn}")
        done = at_once(use(first, PIA, "svartid", words[0]), use(second, KAREN, "klage", words[1]))
        (won,) = [one for one in done if isinstance(one, tuple)]
        (lost,) = [one for one in done if isinstance(one, Exception)]
        assert isinstance(lost, Changed), lost
        assert lost.by == won[0].by and lost.staff.startswith(f"{won[0].by} har brugt beskeden imens."), lost.staff
        assert robot.rows() == () and robot.rows(Status.USED)[0] == won[0]
        assert robot.edits() == turn + 1
        assert len(robot.nlu().splitlines()) == len(NLU.splitlines()) + turn + 1 and f"- {won[0].text}\n" in robot.nlu()


def test_used_and_thrown_away_at_once_is_one_of_the_two(robot: Municipality) -> None:
    """No example is made of what was thrown away, and nothing is thrown away that is an example."""
    for turn in range(4):
        robot.hears(f"{TEXT} nummer {'abcd'[turn]}", "fallback")
        (group,) = robot.rows()
        before = robot.edits()
        used, dropped = at_once(
            lambda row=group: robot.inbox.use(row.id, PIA, version=1, intent="klage", text=row.text, confirmed=False),
            lambda row=group: robot.inbox.drop(row.id, KAREN, version=1),
        )
        assert isinstance(used, Changed) != isinstance(dropped, Changed), (used, dropped)
        assert robot.edits() - before == (not isinstance(used, Changed)) == robot.nlu().count(group.text)
        assert robot.rows() == ()


def test_whatever_refuses_the_example_leaves_the_row_waiting(
    robot: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Personal details, an example that stands already, a disk without room, a database that ends: nothing is lost."""
    robot.hears(f"{TEXT}, mvh Anna", "fallback")
    (group,) = robot.rows()

    def use(text: str) -> None:
        robot.inbox.use(group.id, PIA, version=1, intent="svartid", text=text, confirmed=False)

    for text, code in (
        (group.text, "personal"),
        ("Hvornår får jeg svar?", "duplicate"),
        ("jeg vil klage", "elsewhere"),
    ):
        with pytest.raises(NotAnExample) as refused:
            use(text)
        assert refused.value.code == code and robot.rows() == (group,)

    sync = os.fsync

    def full(file: int) -> None:
        disk.setattr("os.fsync", sync)  # there is room again for what is put back
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        with pytest.raises(TrainingRefusal) as told:
            use(TEXT)
    assert told.value.code == "disk_full"

    def gone(connection: object) -> None:
        raise RuntimeError("the process is killed")

    event.listen(robot.engine, "commit", gone)
    with pytest.raises(RuntimeError):
        use(TEXT)
    event.remove(robot.engine, "commit", gone)
    assert robot.rows() == (group,) and robot.nlu() == NLU and robot.edits() == 0
    use(TEXT)
    assert robot.rows() == () and robot.edits() == 1


def test_an_example_that_was_written_by_one_who_was_killed_is_told_to_the_next(robot: Municipality) -> None:
    """Killed after the file and before the database: the row is there to be seen, and can be put away."""
    robot.hears(TEXT, "fallback")
    nlu = robot.folder / "data" / "nlu" / "alt.yml"
    nlu.write_text(f"{NLU}    - {TEXT}\n", encoding="utf-8")
    (group,) = robot.rows()
    with pytest.raises(NotAnExample) as refused:
        robot.inbox.use(group.id, PIA, version=1, intent="klage", text=TEXT, confirmed=False)
    assert refused.value.code == "duplicate"
    robot.inbox.drop(group.id, PIA, version=1)


def test_citizens_who_ask_while_others_erase_the_same_lose_nothing(robot: Municipality) -> None:
    """However the two meet, the row is there as long as a message is, counts them, and is found by their words."""
    others = [f"{TEXT} nummer {letter}" for letter in "ab"]
    answer = Answer(text="Hvad?", understood=FALLBACK)
    for turn in range(12):
        gone, two = robot.hears(TEXT, "fallback"), robot.begin()
        robot.hears(others[turn % 2], "fallback", conversation=gone)
        turns = [said(robot.log, id, text) for id, text in ((robot.begin(), TEXT), (two, others[turn % 2]))]
        done = at_once(
            lambda turns=turns: robot.log.answer(turns[0], answer, login_id=None),
            lambda id=gone: robot.log.erase(id),
            lambda turns=turns: robot.log.answer(turns[1], answer, login_id=None),
        )
        assert not [one for one in done if isinstance(one, Exception)], done
        assert counted(robot.engine) == {group.id: group.n for group in robot.rows()}
        assert len(robot.rows(words="flurbel")) == len(robot.rows()) == 2 + (turn > 0)
        assert robot.inbox.open(robot.rows()[0].id)[1]


def test_an_answer_that_is_written_while_its_conversation_is_over_its_time_goes_with_it(
    robot: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erasing by age waits for it: else its row would stay in the inbox without a message."""
    turn = said(robot.log, robot.begin(), TEXT)
    robot.clock.goes(days=31)
    written, erased = threading.Event(), threading.Event()
    keep = Understandings.answered

    def slowly(self: Understandings, *given: Any) -> None:
        keep(self, *given)
        written.set()
        erased.wait(1)  # as long as the other is let: it is to wait for us

    monkeypatch.setattr(Understandings, "answered", slowly)

    def erase() -> int:
        written.wait(10)
        try:
            return robot.log.erase_expired()
        finally:
            erased.set()

    _, gone = at_once(
        lambda: robot.log.answer(turn, Answer(text="Hvad?", understood=FALLBACK), login_id=None),
        erase,
    )
    assert gone == 1 and robot.there() == 0 == len(robot.kept())


def test_two_who_bring_two_rows_each_in_another_order_do_not_block_each_other(robot: Municipality) -> None:
    """A message and the one before it come in at once: for all in the same order."""
    texts = (TEXT, "må jeg holde høns")
    answer = Answer(text="Ja.", understood=FALLBACK, handoff=HandoffAsk(do="offer", trigger="bedt_om"))
    for _ in range(6):
        turns = []
        for first, second in (texts, texts[::-1]):
            id = robot.hears(first, "answered", "sagsstatus")
            turns.append(said(robot.log, id, second))
        done = at_once(*(lambda turn=turn: robot.log.answer(turn, answer, login_id=None) for turn in turns))
        assert not [one for one in done if isinstance(one, Exception)], done
    assert [group.n for group in robot.rows()] == [12, 12]


def said(log: Log, conversation: str, text: str) -> Any:
    """The turn in which the citizen's words wait for an answer."""
    assert log.say(conversation, f"m-{text}", text, ask=text) is not None
    turn = log.next_turn(conversation)
    assert turn is not None
    return turn


def counted(engine: Engine) -> dict[int, int]:
    """How many messages each row of the inbox has, as they point to it."""
    found: dict[int, int] = {}
    with reading(engine) as connection:
        for id in connection.execute(select(inbox.c.id)).scalars():
            of_it = select(understood.c.seq).where(understood.c.inbox_id == id)
            found[id] = len(connection.execute(of_it).all())
    return found
