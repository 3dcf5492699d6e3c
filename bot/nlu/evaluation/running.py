"""Runs a trained model in this process, through Rasa's own loading, with no server and no actions."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import tarfile
import time
import warnings
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.chat.rasa import typed
from bot.errors import BorgerkontaktError
from bot.nlu.evaluation.outcome import Outcome, outcome_of
from bot.nlu.evaluation.reading import Labelled, folded
from bot.privacy.masking import mask
from bot.running.model import QUIET

_WARMING = 3  # messages parsed before any is timed: the first ones fill caches


class NoModel(BorgerkontaktError):
    """There is no model that can be run; the text says, in Danish, how to get one."""


def intents_of(model: Path) -> tuple[str, ...]:
    """The intents that ``model`` was trained for, without loading it. Raises NoModel."""
    if not model.is_file():
        raise NoModel(
            f"Der er ingen model her: {model}\n"
            "Træn den først med »borgerkontakt train«, eller peg på en anden med --model."
        )
    try:
        with tarfile.open(model) as archive:
            file = archive.extractfile("metadata.json")
            domain = json.load(file)["domain"] if file else {}
    except (tarfile.TarError, OSError, EOFError, KeyError, TypeError, ValueError):
        raise NoModel(f"Filen er ikke en model fra Rasa: {model}") from None
    return tuple(
        name for intent in domain.get("intents", ()) for name in ([intent] if isinstance(intent, str) else intent)
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send what Rasa prints and logs to stderr, and only its warnings: stdout belongs to the figures."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings(record=True):
        # Recorded and let go, not filtered: the old libraries that Rasa brings set filters of their own.
        import structlog
        from rasa.utils.log_utils import configure_structlog

        before = structlog.get_config()
        # Without it Rasa prints every message it parses.
        configure_structlog(logging.WARNING)
        try:
            yield
        finally:
            structlog.configure(**before)


def run_model(model: Path, messages: Sequence[Labelled], *, known: Collection[str] = ()) -> tuple[Outcome, ...]:
    """What ``model`` makes of each message. Loading takes some seconds, a message some milliseconds.

    Each text goes the way of one that a citizen types: masked, and never with a leading slash. ``known`` are the
    folded texts of the training data. Raises NoModel when Rasa can't load it.
    """
    with quiet():
        from rasa.core.agent import Agent

        try:
            agent = Agent.load(str(model))
        except Exception as error:  # whatever a component raises when it is loaded with another version's files
            raise NoModel(f"Modellen kan ikke indlæses: {model}\n{type(error).__name__}: {error}") from error
        return asyncio.run(parse_all(agent, messages, known=frozenset(known)))


async def parse_all(agent: Any, messages: Sequence[Labelled], *, known: Collection[str]) -> tuple[Outcome, ...]:
    """What a loaded Rasa agent makes of each message, one after the other, and how long each took."""
    outcomes = []
    for one in messages[:_WARMING]:
        await agent.parse_message(typed(mask(one.text)))
    for one in messages:
        text = typed(mask(one.text))
        begun = time.perf_counter()
        parsed = await agent.parse_message(text)
        milliseconds = (time.perf_counter() - begun) * 1000
        outcomes.append(outcome_of(one, parsed, milliseconds=milliseconds, known=folded(one.text) in known))
    return tuple(outcomes)
