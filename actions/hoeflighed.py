"""Hello, thanks and goodbye, and what people ask a robot about itself."""

from __future__ import annotations

import re

from actions.foelelser import Angry
from actions.session import Answer
from actions.turn import Turn
from bot.danish.spelling import fold


class Hello(Answer):
    """The first message of a conversation says that this is a robot, what it can do, and how to reach a human."""

    intent = "hilsen"

    async def answer(self, turn: Turn) -> None:
        """Welcome, or a greeting back."""
        if turn.metadata.opening:
            turn.say(
                "utter_velkomst",
                assistant=turn.municipality.assistant,
                municipality=turn.municipality.name,
                phone=turn.municipality.phone,
            )
        else:
            turn.say("utter_hilsen")


# Searched for in folded text.
_FOR_NOTHING = re.compile(r"\btak for (?:ingenting|intet|ikke noget|lort\w*|spild\w*|ingen hjaelp)\b")


class Thanks(Answer):
    """Thanks are thanked for; "tak for ingenting" is none."""

    intent = "tak"

    async def answer(self, turn: Turn) -> None:
        """You are welcome, or a calm word."""
        if _FOR_NOTHING.search(fold(turn.text)):
            await Angry().answer(turn)
        else:
            turn.say("utter_tak")


class Goodbye(Answer):
    """A kind word; the conversation may go on at any time."""

    intent = "farvel"

    async def answer(self, turn: Turn) -> None:
        """Goodbye."""
        turn.say("utter_farvel")


class WhatCanYouDo(Answer):
    """What the assistant can do, with the questions people ask most."""

    intent = "hvad_kan_du"

    async def answer(self, turn: Turn) -> None:
        """What can be asked."""
        turn.say("utter_hvad_kan_du")


class AreYouARobot(Answer):
    """Yes, a robot (AI Act, article 50), and what it does not do."""

    intent = "er_du_robot"

    async def answer(self, turn: Turn) -> None:
        """Yes."""
        turn.say("utter_er_du_robot")
