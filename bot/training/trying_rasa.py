"""The process that a version is tried in: `python -m bot.training.trying_rasa MODEL`.

It says `{"ready": true}` when the model is loaded, or `{"failed": …}`. Then each line it is given, `{"text"}`, is
answered with one. It ends with its standard input. What is written is masked here once more, and logged nowhere.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

from bot.chat.rasa import typed
from bot.nlu.evaluation.outcome import NOTHING, UNSURE, outcome_of
from bot.nlu.evaluation.reading import Labelled
from bot.nlu.evaluation.running import quiet
from bot.privacy.masking import mask
from bot.training.child import NICENESS
from bot.training.gate import DANGER
from bot.training.rule_names import decided_by

_MOST_RANKED = 5


def main() -> None:
    """Load MODEL and answer until standard input ends."""
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with quiet():
        from rasa.core.agent import Agent

        try:
            agent = Agent.load(sys.argv[1])
            made_of(agent, "hvem er min sagsbehandler")  # fills caches, and fails where it can't work
        except Exception as error:  # whatever a component raises that is loaded with another version's files
            _say(answers, {"failed": type(error).__name__})
            return
        _say(answers, {"ready": True})
        for line in sys.stdin:
            try:
                _say(answers, made_of(agent, str(json.loads(line)["text"])))
            except Exception as error:  # one message that can't be read is no reason to end
                _say(answers, {"failed": type(error).__name__})


def _say(answers: TextIO, told: Mapping[str, Any]) -> None:
    answers.write(json.dumps(told, ensure_ascii=False) + "\n")
    answers.flush()


def made_of(agent: Any, text: str) -> dict[str, Any]:
    """What a loaded Rasa agent makes of a message at the beginning of a conversation: all but titles.

    ``outcome`` is answered, asked, fallback or danger; ``by`` what decided on the action
    (`bot.training.rule_names.decided_by`); ``ms`` how long understanding took.
    """
    said = typed(mask(text))
    begun = time.perf_counter()
    parsed = asyncio.run(agent.parse_message(said))
    milliseconds = (time.perf_counter() - begun) * 1000
    outcome = outcome_of(Labelled(text=said, intent=""), parsed, milliseconds=milliseconds, known=False)
    action, by = _decided(agent, said, parsed)
    return {
        "intent": None if outcome.best == NOTHING else outcome.best,
        "confidence": outcome.confidence,
        "ranking": [
            {"intent": one["name"], "confidence": float(one["confidence"])}
            for one in parsed.get("intent_ranking") or ()
            if one.get("name") not in (None, UNSURE)
        ][:_MOST_RANKED],
        "outcome": _outcome(outcome.best, answered=outcome.answered, guesses=outcome.guesses),
        "guesses": list(outcome.guesses),
        "entities": [_entity(one, said) for one in parsed.get("entities") or ()],
        "heard": parsed["intent"]["name"],
        "action": action,
        "by": by,
        "said": _texts(agent, action, outcome.best),
        "path": outcome.path,
        "ms": round(milliseconds, 1),
        "text": said,
    }


def _outcome(best: str, *, answered: bool, guesses: tuple[str, ...]) -> str:
    if answered:
        return "danger" if best == DANGER else "answered"
    return "asked" if guesses else "fallback"


def _entity(one: Mapping[str, Any], said: str) -> dict[str, Any]:
    start, end = int(one["start"]), int(one["end"])
    return {"entity": one["entity"], "value": str(one["value"]), "text": said[start:end], "start": start, "end": end}


def _decided(agent: Any, said: str, parsed: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The action that the model decides on, and what of it did; None where nothing does."""
    from rasa.shared.core.constants import ACTION_LISTEN_NAME
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker("", agent.domain.slots)
    for event in (
        ActionExecuted(ACTION_LISTEN_NAME),
        UserUttered(said, parsed["intent"], parsed["entities"], dict(parsed)),
    ):
        tracker.update(event, agent.domain)
    predicted = agent.processor.predict_next_with_tracker(tracker)
    best = max(predicted["scores"], key=lambda one: one["score"])
    by = decided_by(predicted["policy"], float(best["score"]))
    return (str(best["action"]) if by is not None else None), by


def _texts(agent: Any, action: str | None, intent: str) -> list[str]:
    """The wording of what is said, where it is one response; an action says what it finds out."""
    name = f"utter_{intent}" if action == "action_svar" else action
    responses = agent.domain.responses.get(name, []) if name else []
    return [str(one["text"]) for one in responses if one.get("text")]


if __name__ == "__main__":
    main()
