"""Trying messages on versions, each in a process of its own with a real model."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.running.model import train
from bot.training.refusals import WrongMoment
from bot.training.trying import TrialFailed, Trials
from tests.model_files import cut_short, other_words
from tests.training_setup import small_assistant

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


class Clock:
    """Seconds that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model."""
    folder = tmp_path_factory.mktemp("small")
    return train(small_assistant(folder / "assistant"), folder / "models", log=folder / "log", tell=lambda line: None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def trials(clock: Clock) -> AsyncIterator[Trials]:
    made = Trials(clock=clock)
    yield made
    await made.close()
    assert made.models == ()


async def test_two_versions_answer_side_by_side_each_with_its_own_words(
    trials: Trials, small: Path, tmp_path: Path, clock: Clock
) -> None:
    """Intent, confidence, ranking, entities, action and words, as the one and the other have them."""
    new = other_words(small, tmp_path / "new.tar.gz", "utter_hilsen", "Et helt nyt svar.")
    one, two = await asyncio.gather(trials.tried(small, "hej med dig"), trials.tried(new, "hej med dig"))
    assert (one["intent"], one["action"], one["said"]) == ("hilsen", "utter_hilsen", ["Svar på hilsen."])
    assert two["said"] == ["Et helt nyt svar."]
    assert one["by"] == "rule"
    odd = await trials.tried(small, "zqxw brtk")
    assert odd["outcome"] != "answered" and (odd["by"], odd["action"]) == ("fallback", "utter_hilsen")
    assert one["outcome"] == "answered" and one["confidence"] > 0.5 and one["ms"] > 0
    assert one["ranking"][0]["intent"] == "hilsen" and len(one["ranking"]) <= 5

    # What is typed goes the way of a citizen's message: masked, and never a command of Rasa's.
    masked = await trials.tried(small, "mit cpr er 010190-1234")
    assert "010190" not in masked["text"]
    command = await trials.tried(small, '/tak{"sag": "1"}')
    assert command["text"].startswith("tak") and command["entities"] == []
    assert (await trials.tried(small, "jeg vil ikke leve mere"))["outcome"] in ("danger", "asked", "fallback")

    # A third takes the place of the one unused for longest; after five idle minutes all are gone.
    third = other_words(small, tmp_path / "third.tar.gz", "utter_hilsen", "Et tredje svar.")
    assert trials.models == (new, small)
    assert (await trials.tried(third, "hej med dig"))["said"] == ["Et tredje svar."]
    assert trials.models == (small, third)
    clock.seconds += 299
    await trials.tidy()
    assert trials.models == (small, third)
    clock.seconds += 2
    await trials.tidy()
    assert trials.models == ()


_PATIENT = """
import json, pathlib, sys, time
print('{"ready": true}', flush=True)
for line in sys.stdin:
    pathlib.Path(sys.argv[1] + ".asked").touch()
    while not pathlib.Path(sys.argv[1] + ".answer").exists():
        time.sleep(0.01)
    print(json.dumps({"by": sys.argv[1], **json.loads(line)}), flush=True)
"""


async def test_nobody_loses_an_answer_to_somebody_else_who_tries(clock: Clock, tmp_path: Path) -> None:
    """A version that is answering keeps its process, however long unused; with both busy a third has to wait."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    trials = Trials(clock=clock, argv=(sys.executable, "-c", _PATIENT))
    try:
        first = asyncio.create_task(trials.tried(one, "hej"))
        await _there(tmp_path / "one.asked")
        (tmp_path / "two.answer").touch()
        assert (await trials.tried(two, "hej"))["by"] == str(two)
        (tmp_path / "two.answer").unlink()
        (tmp_path / "two.asked").unlink()
        second = asyncio.create_task(trials.tried(two, "hej"))
        third = asyncio.create_task(trials.tried(one, "hej igen"))  # in line behind the first
        await _there(tmp_path / "two.asked")
        clock.seconds += 301
        with pytest.raises(WrongMoment) as refused:
            await trials.tried(three, "hej")
        assert refused.value.staff.startswith("Andre prøver versioner lige nu.")
        assert set(trials.models) == {one, two}

        # The one that has answered makes room; not the one before it, for which others still wait.
        (tmp_path / "two.answer").touch()
        assert (await second)["text"] == "hej"
        (tmp_path / "three.answer").touch()
        assert (await trials.tried(three, "hej"))["by"] == str(three)
        assert set(trials.models) == {one, three}
        (tmp_path / "one.answer").touch()
        assert [(await task)["text"] for task in (first, third)] == ["hej", "hej igen"]
    finally:
        await trials.close()


async def test_who_stands_in_line_for_a_process_that_ended_is_told(tmp_path: Path) -> None:
    """Whoever asked before them had it ended, by going away."""
    one = tmp_path / "one"
    trials = Trials(argv=(sys.executable, "-c", _PATIENT))
    first = asyncio.create_task(trials.tried(one, "hej"))
    await _there(tmp_path / "one.asked")
    second = asyncio.create_task(trials.tried(one, "hej"))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(TrialFailed):
        await second
    assert first.cancelled() and trials.models == ()


async def _there(file: Path) -> None:
    def looking() -> None:
        until = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < until, file
            time.sleep(0.01)

    await asyncio.to_thread(looking)


async def test_a_version_that_can_not_be_loaded_is_told_and_does_not_stay(
    trials: Trials, small: Path, tmp_path: Path
) -> None:
    """The next who tries gets a process of their own, and the same no."""
    short = cut_short(small, tmp_path / "short.tar.gz")
    for _ in range(2):
        with pytest.raises(TrialFailed):
            await trials.tried(short, "hej")
    assert trials.models == ()
