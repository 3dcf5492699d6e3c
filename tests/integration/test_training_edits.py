"""Edits on real databases: kept with their author, never over another's, taken back, and whole whatever fails."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

import bot.store.migrations
from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.settings import ROOT
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading
from bot.store.training_tables import training_edits
from bot.training.candidates import NotAnExample
from bot.training.edits import PAGE, Edits, Kind
from bot.training.examples import Examples, still_sound
from bot.training.files import Files
from bot.training.importing import Importing
from bot.training.refusals import Changed, TrainingRefusal, WrongMoment
from tests.integration.training_client import copied_assistant

MIGRATIONS = Path(bot.store.migrations.__path__[0])
NAMES = {"1": "Karen Friis", "2": "Ida Skov"}


def person(id_: str) -> Staff:
    return Staff(id=id_, name=NAMES[id_], email="x@noerreaa.example", roles=frozenset({"trainer"}), departments=())


KAREN, IDA = person("1"), person("2")


class Work:
    """A copy of our own data, and the parts that change them."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = copied_assistant(folder)
        self.engine = make_engine(database_url)
        migrate(self.engine, MIGRATIONS)
        self.vault = Vault([Vault.new_key()])
        self.files, self.edits, self.examples = self.parts()
        self.began = self.bytes()

    def parts(self) -> tuple[Files, Edits, Examples]:
        """As another process has them."""
        files = Files(self.folder)
        edits = Edits(
            self.engine,
            self.vault,
            files,
            named=lambda ids: {each: NAMES[each] for each in ids},
            checked=still_sound,
        )
        examples = Examples(files, edits, title=str, test_sets=[ROOT / "tests" / "nlu" / "held_out.jsonl"])
        return files, edits, examples

    def bytes(self) -> dict[str, bytes]:
        """What is trained of."""
        paths = (self.folder / "data").rglob("*.yml")
        return {str(path): path.read_bytes() for path in (*paths, self.folder / "domain.yml")}

    def revision(self, intent: str) -> str:
        return self.examples.corpus().intent(intent).revision

    def texts(self, intent: str) -> list[str]:
        return [one.text for one in self.examples.corpus().examples(intent)]

    def ids(self, intent: str, *texts: str) -> list[str]:
        return [one.id for one in self.examples.corpus().examples(intent) if one.text in texts]

    def kept(self) -> int:
        with reading(self.engine) as connection:
            return len(connection.execute(select(training_edits.c.id)).all())


@pytest.fixture
def work(database_url: str, tmp_path: Path) -> Iterator[Work]:
    made = Work(database_url, tmp_path / "assistant")
    yield made
    made.engine.dispose()


def test_a_file_is_looked_at_anew_when_somebody_was_first(work: Work) -> None:
    """Not while the others wait: what a colleague adds meanwhile is known in the end, and nothing stands twice."""
    _, _, colleague = work.parts()
    looks = []

    def titles() -> dict[str, str]:
        looks.append(1)
        if len(looks) <= 2:
            colleague.add(IDA, "hilsen", [f"en ny hilsen nummer {len(looks)}"])
        return {}

    importing = Importing(work.examples, work.edits, titles=titles)
    lines = "".join(f"hilsen;en ny hilsen nummer {number}\n" for number in (1, 2, 3))
    done = importing.take(KAREN, "x.csv", f"hensigt;eksempel\n{lines}")

    assert (done.new, done.known, len(looks)) == (1, 2, 3)
    assert done.edit is not None and done.edit.text == "Hentede 1 nyt eksempel ind fra en fil"
    assert [text for text in work.texts("hilsen") if "ny hilsen nummer" in text] == [
        f"en ny hilsen nummer {number}" for number in (1, 2, 3)
    ]


def test_an_odd_end_of_a_line_is_a_space_wherever_it_stands(work: Work) -> None:
    """As it is, in quotes, or in a mark of a file that is read in: an example is one line in ours."""
    importing = Importing(work.examples, work.edits, titles=dict)
    for number, (sign, begin, end) in enumerate((("\u2028", "|\n      ", "\n"), (r"\u2028", '"', '"'))):
        examples = f"{begin}- en ny hilsen {number}{sign}til min [mormor](relation:far{sign}mor){end}"
        content = f'version: "3.1"\nnlu:\n  - intent: hilsen\n    examples: {examples}\n'
        assert importing.take(KAREN, "x.yml", content).edit is not None
        assert f"en ny hilsen {number} til min mormor" in work.texts("hilsen")
        (raw,) = [one.raw for one in work.examples.corpus().examples("hilsen") if f"hilsen {number} til" in one.raw]
        assert raw.endswith("[mormor](relation:far mor)")


def test_every_kind_of_change_is_kept_and_taken_back_to_the_byte(work: Work) -> None:
    """Added, reworded, moved and deleted; the history tells who, and offers each once."""
    first, second, third = work.texts("hilsen")[:3]
    changes = [
        work.examples.add(KAREN, "hilsen", ["helt ny hilsen", "endnu en ny hilsen"]).edit,
        work.examples.reword(IDA, "hilsen", work.ids("hilsen", first)[0], "en omskrevet hilsen")[2],
        work.examples.move(KAREN, "hilsen", work.ids("hilsen", second), to="farvel")[1],
        work.examples.delete(IDA, "hilsen", work.ids("hilsen", third))[1],
    ]
    assert {"helt ny hilsen", "en omskrevet hilsen"} <= set(work.texts("hilsen"))
    assert second in work.texts("farvel") and not {first, second, third} & set(work.texts("hilsen"))

    rows = work.edits.history().rows
    assert [(row.by, row.kind, row.undoable) for row in rows] == [
        ("Ida Skov", Kind.DELETED, True),
        ("Karen Friis", Kind.MOVED, True),
        ("Ida Skov", Kind.CHANGED, True),
        ("Karen Friis", Kind.ADDED, True),
    ]
    for edit in changes:
        assert edit is not None
        assert work.edits.undo(edit.id, KAREN).undoes == edit.id
    assert work.bytes() == work.began
    for edit in changes:
        assert edit is not None
        with pytest.raises(WrongMoment):
            work.edits.undo(edit.id, KAREN)


def test_what_was_taken_back_can_be_done_again(work: Work) -> None:
    """Taking back is a change as any other."""
    edit = work.examples.add(KAREN, "hilsen", ["helt ny hilsen"]).edit
    assert edit is not None
    changed = work.bytes()

    undone = work.edits.undo(edit.id, IDA)
    again = work.edits.undo(undone.id, IDA)

    assert work.bytes() == changed
    assert (undone.text, again.text) == ("Fortrød: Tilføjede 1 eksempel", "Gjorde igen: Tilføjede 1 eksempel")
    assert [row.undoable for row in work.edits.history().rows] == [True, False, True]


def test_the_second_who_edits_the_same_intent_is_told_by_whom_it_was_changed(work: Work) -> None:
    """And nothing of theirs is kept; with the newer revision it is."""
    seen = work.revision("hilsen")
    work.examples.add(KAREN, "hilsen", ["karens hilsen"], revision=seen)
    before = work.bytes()

    with pytest.raises(Changed) as refused:
        work.examples.add(IDA, "hilsen", ["idas hilsen"], revision=seen)

    assert (refused.value.by, "Karen Friis har ændret det" in refused.value.staff) == ("Karen Friis", True)
    assert work.bytes() == before
    assert work.examples.add(IDA, "hilsen", ["idas hilsen"], revision=work.revision("hilsen")).edit is not None


def test_what_was_moved_in_counts_as_a_change_of_both(work: Work) -> None:
    """It is in the history of both, and whoever edits the other one is told the name."""
    seen, text = work.revision("farvel"), work.texts("hilsen")[0]
    work.examples.move(KAREN, "hilsen", work.ids("hilsen", text), to="farvel")

    with pytest.raises(Changed) as refused:
        work.examples.add(IDA, "farvel", ["idas farvel"], revision=seen)

    assert refused.value.by == "Karen Friis"
    for intent in ("hilsen", "farvel"):
        assert [row.subject for row in work.edits.history(subject=intent).rows] == ["hilsen"]
    assert work.edits.history(subject="tak").rows == ()


def test_a_change_made_in_git_is_nobodys_here(work: Work) -> None:
    """The page says that it was changed, not that somebody did who did not."""
    work.examples.add(KAREN, "hilsen", ["karens hilsen"])
    seen = work.revision("hilsen")
    file = work.folder / "data" / "nlu" / "samtalen.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("karens hilsen", "rettet i git"), encoding="utf-8")

    with pytest.raises(Changed) as refused:
        work.examples.add(IDA, "hilsen", ["idas hilsen"], revision=seen)

    assert refused.value.by == ""


def test_many_who_edit_different_intents_at_once_all_succeed(work: Work) -> None:
    """In the same file and in others, from two processes: every example is there, and every edit."""
    parts = [work.examples, work.parts()[2]]
    intents = ["hilsen", "farvel", "tak", "klage", "svartid", "sagsstatus"]
    failed: list[BaseException] = []

    def add(number: int) -> None:
        try:
            for turn in range(2):
                examples = parts[number % 2]
                intent = intents[number]
                revision = examples.corpus().intent(intent).revision
                examples.add(KAREN, intent, [f"noget nyt om {intent} nummer {turn}"], revision=revision)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(len(intents))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    for intent in intents:
        assert {f"noget nyt om {intent} nummer {turn}" for turn in range(2)} <= set(work.texts(intent))
    assert work.kept() == 2 * len(intents)


def test_of_many_who_edit_the_same_intent_at_once_one_is_first(work: Work) -> None:
    """All others are told, whichever process they are in."""
    parts = [work.examples, work.parts()[2]]
    seen = work.revision("hilsen")
    told: list[Any] = []

    def add(number: int) -> None:
        try:
            told.append(parts[number % 2].add(KAREN, "hilsen", [f"hilsen nummer {number}"], revision=seen).edit)
        except Changed as error:
            told.append(error.by)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, told))[-5:] == ["Karen Friis"] * 5
    assert work.kept() == 1


def test_what_others_changed_since_is_not_taken_back(work: Work) -> None:
    """Their wording stands; the edit is no longer offered."""
    edit = work.examples.add(KAREN, "hilsen", ["karens hilsen"]).edit
    assert edit is not None
    work.examples.reword(IDA, "hilsen", work.ids("hilsen", "karens hilsen")[0], "idas hilsen nu")

    with pytest.raises(Changed) as refused:
        work.edits.undo(edit.id, KAREN)

    assert refused.value.by == "Ida Skov"
    assert [row.undoable for row in work.edits.history().rows] == [True, False]


def test_nothing_comes_back_that_stands_elsewhere_by_now(work: Work) -> None:
    """An example stands once, also when a deletion is taken back."""
    text = work.texts("hilsen")[1]
    _, edit = work.examples.delete(KAREN, "hilsen", work.ids("hilsen", text))
    work.examples.add_one(IDA, "farvel", text)

    with pytest.raises(TrainingRefusal) as refused:
        work.edits.undo(edit.id, KAREN)

    assert refused.value.code == "duplicate"
    assert work.texts("hilsen").count(text) + work.texts("farvel").count(text) == 1


def test_a_database_that_fails_at_the_last_moment_leaves_the_files_as_they_were(work: Work) -> None:
    """A change that nobody can be told of was not made."""

    def fails(connection: Any) -> None:
        raise sqlite3.OperationalError("gone")

    event.listen(work.engine, "commit", fails)
    try:
        with pytest.raises(Exception, match="gone"):
            work.examples.add(KAREN, "hilsen", ["karens hilsen"])
    finally:
        event.remove(work.engine, "commit", fails)

    assert work.bytes() == work.began
    assert work.kept() == 0


def test_a_disk_that_takes_no_more_keeps_no_edit_either(work: Work) -> None:
    """The database and the files agree."""
    program = """
import resource, signal, sys
from pathlib import Path
from tests.integration.test_training_edits import KAREN, Edits, Examples, Files, NAMES, make_engine
from bot.store.crypto import Vault
from bot.training.refusals import TrainingRefusal
engine = make_engine(sys.argv[2])
files = Files(Path(sys.argv[1]))
edits = Edits(engine, Vault([Vault.new_key()]), files, named=lambda ids: {})
examples = Examples(files, edits, title=str)
edits.count_since(None)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    examples.add(KAREN, "hilsen", ["karens hilsen"])
except TrainingRefusal as error:
    print(error.code)
except Exception as error:
    print(type(error).__name__)
"""
    url = work.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", program, str(work.folder), url]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    # SQLite lies on the same disk, and may be the first that is refused.
    assert told.stdout.strip() in ("disk_full", "OperationalError"), told.stderr
    assert work.bytes() == work.began
    assert work.kept() == 0


def test_one_text_is_refused_with_its_reason(work: Work) -> None:
    """For the inbox; nothing is written, not even an edit of nothing."""
    with pytest.raises(NotAnExample) as refused:
        work.examples.add_one(KAREN, "hilsen", "Hvad hedder hende der sidder med min førtidspension?")
    assert refused.value.code == "test_set"
    with pytest.raises(NotFoundError):
        work.examples.add_one(KAREN, "findes_ikke", "hej med jer derude")
    with pytest.raises(NotFoundError):
        work.edits.undo(999, KAREN)

    assert work.bytes() == work.began
    assert work.kept() == 0


def test_the_history_is_told_a_page_at_a_time_and_kept_sealed(work: Work) -> None:
    """Each edit once, the newest first; what was written is not to be read in the database."""
    texts = [f"prøve nummer {number} herfra" for number in range(PAGE + 3)]
    for text in texts:
        work.examples.add_one(KAREN, "hilsen", text)

    first = work.edits.history()
    second = work.edits.history(cursor=first.next)

    assert (len(first.rows), len(second.rows), second.next) == (PAGE, 3, None)
    said = [row.hunks[0].after[0].strip() for row in (*first.rows, *second.rows)]
    assert said == [f"- {text}" for text in reversed(texts)]
    assert work.edits.count_since(None) == PAGE + 3
    assert work.edits.count_since(first.rows[0].at) == 0
    with reading(work.engine) as connection:
        rows = connection.execute(select(training_edits.c.sealed)).scalars().all()
    assert not [row for row in rows if "prøve".encode() in row]
