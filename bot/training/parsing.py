"""Has one model understand many messages, in a process of its own: its memory is free again when it ends.

`python -m bot.training.parsing MODEL DATA`: DATA is the folder the model was trained of. The messages come as one line
of JSON on standard input, `[{"text", "intent", "slice"}, …]`; what the model made of each goes to standard output,
one line each, without the message itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.nlu.evaluation.outcome import Outcome
from bot.nlu.evaluation.reading import Labelled
from bot.running.tied import end_with_input
from bot.training.child import run_child

_AT_ONCE = 100  # messages between two signs of life


class CutShort(Exception):
    """The process ended well and had not answered for every message."""


def parse_with(
    model: Path,
    data: Path,
    messages: Sequence[Labelled],
    *,
    look: Callable[[], None],
    tell: Callable[[int], None],
) -> tuple[Outcome, ...]:
    """What ``model`` makes of each message; ``tell`` hears how many are done. Loading it takes some seconds.

    What the process writes aside is kept nowhere: there might be a message in it. Raises ChildFailed when the model
    can't be loaded, and what ``look`` raises.
    """
    argv = [sys.executable, "-m", "bot.training.parsing", str(model), str(data)]
    given = json.dumps([asdict(one) for one in messages], ensure_ascii=True)
    outcomes: list[Outcome] = []
    for line in run_child(argv, look=look, given=given):
        if not line.aside:
            one = messages[len(outcomes)]
            made = json.loads(line.text)
            made["guesses"] = tuple(made["guesses"])
            outcomes.append(Outcome(text=one.text, intent=one.intent, slice=one.slice, **made))
            tell(len(outcomes))
    if len(outcomes) != len(messages):
        raise CutShort(f"{len(outcomes)} of {len(messages)} messages were answered")
    return tuple(outcomes)


def main() -> None:
    """Read the messages, load the model, answer."""
    out = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is no answer
    messages = [Labelled(**one) for one in json.loads(sys.stdin.readline())]
    end_with_input()
    for outcome in _parsed(Path(sys.argv[1]), Path(sys.argv[2]), messages):
        made = asdict(outcome)
        for told in ("text", "intent", "slice"):
            del made[told]
        _write(out, json.dumps(made, ensure_ascii=True) + "\n")


def _parsed(model: Path, data: Path, messages: Sequence[Labelled]) -> Iterator[Outcome]:
    from bot.nlu.evaluation.reading import folded, training_messages
    from bot.nlu.evaluation.running import parse_all, quiet

    known = frozenset(folded(one.text) for one in training_messages(data / "data" / "nlu"))
    with quiet():
        from rasa.core.agent import Agent

        agent: Any = Agent.load(str(model))
        for begin in range(0, len(messages), _AT_ONCE):
            yield from asyncio.run(parse_all(agent, messages[begin : begin + _AT_ONCE], known=known))


def _write(descriptor: int, text: str) -> None:
    left = text.encode()
    while left:
        left = left[os.write(descriptor, left) :]


if __name__ == "__main__":
    main()
