"""What those who train the assistant wrote an answer to: an intent that has a response and no code."""

from __future__ import annotations

from actions.session import Answer
from actions.turn import Turn


class Written(Answer):
    """Says the response `utter_<intent>`, the same words to everyone.

    The rules of `data/stories` send such an intent here; in a message of two wishes `answer_to` does.
    """

    intent = "svar"

    async def answer(self, turn: Turn) -> None:
        """What was written."""
        turn.say(f"utter_{turn.intent}")
