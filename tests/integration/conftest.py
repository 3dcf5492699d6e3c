"""What tests of the trained model share: one model, trained from the repository as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from bot.chat.tracker_store import BoundedTrackerStore
from bot.running.model import model_for, train
from tests.integration.talking import quiet

ROOT = Path(__file__).resolve().parents[2]


def rasa(*arguments: str, log: Path) -> None:
    """Run Rasa's command line; fails with its last lines."""
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, "-m", "rasa", *arguments],
            cwd=ROOT,
            env={**os.environ, "ACTIONS_ENDPOINT": "http://127.0.0.1:9/webhook"},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    assert done.returncode == 0, "\n".join(log.read_text(encoding="utf-8").splitlines()[-40:])


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the repository as it stands: the one that is there, if it was trained from the very same files."""
    trained = model_for(ROOT, ROOT / "models")
    if trained.exists():
        return trained
    folder = tmp_path_factory.mktemp("model")
    return train(ROOT, folder, log=folder / "train.log", tell=lambda line: None)


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    """The model with the bounded store."""
    with quiet():
        agent = Agent.load(str(model))
    agent.tracker_store = BoundedTrackerStore(agent.domain, turns=5)
    agent.processor.tracker_store = agent.tracker_store
    return agent
