"""The files that are trained of: written whole or not at all, by one at a time, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.training.files import Files
from bot.training.refusals import Changed, TrainingRefusal

ROOT = Path(__file__).resolve().parents[2]
NLU, OTHER, DOMAIN = "data/nlu/a.yml", "data/nlu/b.yml", "domain.yml"
NEW = "data/nlu/ny.yml"

# A process that writes both files anew and a third one, and is killed when it has done so many steps.
KILLED = """
import os, signal, sys
from pathlib import Path
from bot.training.files import Files

left = int(sys.argv[2])
def counted(step):
    def done(*args, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*args, **more)
    return done

files = Files(Path(sys.argv[1]))
before = files.read()
os.fsync, os.link = counted(os.fsync), counted(os.link)
Path.replace, Path.unlink, Path.open = counted(Path.replace), counted(Path.unlink), counted(Path.open)
files.write(before, {path: text + "# changed\\n" for path, text in before.items()} | {"data/nlu/ny.yml": "new"})
print("written")
"""

# A process that may write no file larger than this, as on a full disk.
FULL = """
import resource, signal, sys
from pathlib import Path
from bot.training.files import Files
from bot.training.refusals import TrainingRefusal

files = Files(Path(sys.argv[1]))
before = files.read()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    files.write(before, {"data/nlu/a.yml": "small", "data/nlu/b.yml": before["data/nlu/b.yml"] * 2, "domain.yml": "x"})
except TrainingRefusal as error:
    print(error.code, error.staff)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "stories").mkdir()
    (tmp_path / NLU).write_bytes("a: æøå\r\n".encode())
    (tmp_path / OTHER).write_bytes(b"b" * 150_000)
    (tmp_path / DOMAIN).write_text("version: 1\n", encoding="utf-8")
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, which stays."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".training.lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def ran(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, timeout=60)


def test_what_is_written_is_what_is_read_and_the_rest_is_not_touched(folder: Path) -> None:
    """To the byte, with line endings and permissions as they were; a file that is the same is not even written."""
    files = Files(folder)
    (folder / NLU).chmod(0o640)
    before = files.read()
    untouched = (folder / OTHER).stat()

    files.write(before, {**before, NLU: before[NLU] + "ny: ø\r\n"})

    assert (folder / NLU).read_bytes() == "a: æøå\r\nny: ø\r\n".encode()
    assert (folder / NLU).stat().st_mode & 0o777 == 0o640
    assert (folder / OTHER).stat() == untouched
    assert files.read() == {**before, NLU: "a: æøå\r\nny: ø\r\n"}
    assert set(everything(folder)) == {NLU, OTHER, DOMAIN}


def test_a_file_changed_by_others_is_not_overwritten(folder: Path) -> None:
    """Nor is any other file of the same change."""
    files = Files(folder)
    before = files.read()
    (folder / NLU).write_text("by an engineer", encoding="utf-8")
    now = everything(folder)

    with pytest.raises(Changed):
        files.write(before, {**before, NLU: "mine", DOMAIN: "mine"})

    assert everything(folder) == now
    assert files.read()[NLU] == "by an engineer"


def test_of_many_who_change_the_same_at_once_one_is_first(folder: Path) -> None:
    """And every other one is told, so that nothing is lost without a word."""
    files = [Files(folder) for _ in range(6)]
    before = files[0].read()
    told: list[str] = []

    def write(number: int) -> None:
        try:
            files[number].write(before, {**before, NLU: f"{number}", DOMAIN: f"{number}"})
            told.append(f"{number}")
        except Changed:
            told.append("changed")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (first,) = [each for each in told if each != "changed"]
    assert (files[0].read()[NLU], files[0].read()[DOMAIN], len(told)) == (first, first, 6)


def test_a_full_disk_leaves_everything_as_it_was(folder: Path) -> None:
    """Though the first of the files would have fitted; and whoever wrote is told that nothing was kept."""
    before = everything(folder)

    told = ran(FULL, folder)

    assert told.stdout.startswith("disk_full Der er ikke mere plads"), told.stderr
    assert everything(folder) == before


def test_killed_at_any_step_all_of_it_is_there_or_nothing(folder: Path) -> None:
    """Whoever reads next finds the old files or the new ones, never some of each; and nothing is left lying about."""
    before = everything(folder)
    fates = set()
    for steps in range(0, 40, 2):
        for path in everything(folder).keys() - before.keys():
            (folder / path).unlink()
        for path, content in before.items():
            (folder / path).write_bytes(content)
        done = ran(KILLED, folder, steps)
        after = dict(Files(folder).read())

        if after == {path: content.decode() for path, content in before.items()}:
            fates.add("old")
            assert done.returncode == -signal.SIGKILL
        else:
            fates.add("new")
            assert after == {path: content.decode() + "# changed\n" for path, content in before.items()} | {NEW: "new"}
        assert not (folder / ".training.journal").exists()
        if done.returncode == 0:
            break
    else:
        raise AssertionError("it was killed every time")
    assert fates == {"old", "new"}


def test_what_a_killed_change_left_is_swept_away_by_the_next(folder: Path) -> None:
    """Half a file beside the real ones is nobody's."""
    ran(KILLED, folder, 4)
    assert [path for path in everything(folder) if path.endswith(("-new", "-old"))]
    files = Files(folder)
    before = files.read()

    files.write(before, {**before, NLU: "one", OTHER: "two", DOMAIN: "three", NEW: "four"})

    assert everything(folder) == {NLU: b"one", OTHER: b"two", DOMAIN: b"three", NEW: b"four"}


def test_a_file_that_is_no_utf8_is_told_by_name(folder: Path) -> None:
    """So that somebody can mend it."""
    (folder / NLU).write_bytes("blåbær".encode("latin-1"))

    with pytest.raises(TrainingRefusal) as refused:
        Files(folder).read()

    assert NLU in refused.value.staff


@pytest.mark.parametrize("path", ["config.yml", "data/nlu/../../x.yml", "data/nlu/x.py", "/etc/x.yml"])
def test_only_what_is_trained_of_can_be_written(folder: Path, path: str) -> None:
    """Whatever asks for it."""
    files = Files(folder)
    before = files.read()

    with pytest.raises(ValueError):
        files.write(before, {**before, path: "x"})


def test_what_did_not_change_is_not_read_again(folder: Path) -> None:
    """The same text is the very same object, so that what is made of it can be kept."""
    files = Files(folder)
    before = files.read()
    files.write(before, {**before, NLU: "new"})
    after = files.read()

    assert after[OTHER] is before[OTHER]
    assert after[NLU] == "new"
