"""What was made of the message that was typed, for those who train the assistant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.turn import Turn
from bot.chat.turn import Understood

_UNSURE = "nlu_fallback"  # Rasa's name for "none of them"


def understood(message: Mapping[str, Any], turn: Turn) -> Understood | None:
    """What the model made of ``message`` (Rasa's latest), and what ``turn`` did of it.

    None for what the citizen did not type: a button, the opening, a question that is asked again after login.
    """
    text = message.get("text") or ""
    if text.startswith("/") or not text or turn.metadata.opening:
        return None
    heard = _heard(message)
    if not heard:
        return Understood(outcome=turn.outcome)
    return Understood(
        outcome=turn.outcome,
        intent=heard[0][0],
        confidence=heard[0][1],
        second=heard[1][0] if len(heard) > 1 else None,
    )


def _heard(message: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The intents with their confidence, the likeliest first; what is on top is, whatever the ranking says of it."""
    ranking = [message.get("intent"), *(message.get("intent_ranking") or ())]
    heard: dict[str, float] = {}
    for one in ranking:
        if isinstance(one, Mapping) and one.get("name") and one["name"] != _UNSURE:
            heard.setdefault(str(one["name"]), float(one.get("confidence") or 0.0))
    return list(heard.items())
