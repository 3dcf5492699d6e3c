"""How the citizen feels: help in danger at once, and anger met calmly."""

from __future__ import annotations

from actions.menneske import to_a_human
from actions.session import Answer, Turn
from bot.municipality.spelling import find, words_of

# Whole phrases: "jeg vil bare sove og ikke vågne" is no question of a bed.
_NO_ROOF = (
    "hjemløs",
    "sted at sove",
    "sove i nat",
    "sove på gaden",
    "tag over hovedet",
    "bor på gaden",
    "smidt ud",
    "sat ud",
    "sted at bo",
    "sted at være",
    "overnatte",
    "herberg",
)
_A_CHILD = ("barn", "børn", "datter", "søn", "pige", "dreng", "baby")


class HelpNow(Answer):
    """Short and calm: the numbers first, at once, whatever else is going on."""

    intent = "akut_hjaelp"
    may_be_a_phone_number = False

    async def answer(self, turn: Turn) -> None:
        """The numbers for danger; where to sleep tonight, or who comes for a child, when that is it."""
        turn.say("utter_akut_hjaelp")
        words = words_of(turn.text)
        emergency = turn.municipality.emergency
        if any(find(word, words, compounds=False) for word in _NO_ROOF):
            turn.say(
                "utter_akut_bolig",
                shelter=emergency.shelter,
                phone=emergency.shelter_phone,
                address=emergency.shelter_address,
            )
        if any(find(word, words, compounds=False) for word in _A_CHILD):
            turn.say("utter_akut_barn", phone=emergency.on_call_phone)
        turn.offer_callback("Akut: har bedt om hjælp nu.")


class Angry(Answer):
    """Heard first; then a human, not a menu."""

    intent = "utilfreds"

    async def answer(self, turn: Turn) -> None:
        """An apology and a human."""
        turn.say("utter_utilfreds")
        to_a_human(turn, "Er utilfreds og vil høres.")
