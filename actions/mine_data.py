"""What do you keep about me?"""

from __future__ import annotations

from actions.session import Answer
from actions.turn import Turn


class MyData(Answer):
    """What is kept, for how long, who sees it, and how to have a copy or have it deleted."""

    intent = "mine_data"

    async def answer(self, turn: Turn) -> None:
        """The facts, and a call for a copy or deletion."""
        turn.say("utter_mine_data", days=str(turn.parts.conversation_days))
        turn.say("utter_mine_data_ret", email=turn.municipality.email, phone=turn.municipality.phone)
        turn.offer_callback("Vil vide, have kopi af eller slette det, der er gemt om borgeren.")
