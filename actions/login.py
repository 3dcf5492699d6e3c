"""Logging in, and getting on without a computer."""

from __future__ import annotations

import re

from actions.session import Answer
from actions.turn import Turn
from bot.chat.turn import CASE_QUESTIONS, Question
from bot.danish.spelling import fold
from bot.handoff.rules import Trigger

# That it does not work. Searched for in folded text.
_TROUBLE = re.compile(r"\bikke\b|\bdriller\b|\bfejl\w*|\bstadig\b|\bumulig\w*|\bik\b|\bogsaa\b")


class LogIn(Answer):
    """Offers login, and help when it does not work."""

    intent = "log_ind"

    async def answer(self, turn: Turn) -> None:
        """Login, with the question that waits for it; the overview of cases when none does."""
        if await turn.who():
            turn.say("utter_er_logget_ind")
            return
        if turn.before.pending and _TROUBLE.search(fold(turn.text)):  # login was offered, and it does not work
            turn.say("utter_login_driller")
            turn.hand_off(Trigger.DIGITAL, "Kan ikke logge ind.")
            return
        place = turn.municipality.department(turn.municipality.main_department)
        turn.say("utter_login_hjaelp", department=place.name, phone=place.phone)
        waiting = turn.before.pending or turn.before.question
        known = waiting if waiting and waiting.intent in CASE_QUESTIONS else None
        next_intent = turn.waiting.intent if turn.waiting else ""
        if next_intent not in CASE_QUESTIONS | {"paa_vegne_af"}:  # else login is offered for the question beside it
            turn.offer_login(known or Question(intent="mine_sager"))


class HelpWithoutComputer(Answer):
    """Phone and personal attendance are as good as the screen."""

    intent = "hjaelp_digitalt"

    async def answer(self, turn: Turn) -> None:
        """Where to be helped, and a human."""
        place = turn.municipality.department(turn.municipality.main_department)
        turn.say(
            "utter_hjaelp_digitalt",
            department=place.name,
            phone=place.phone,
            hours=place.phone_hours.in_words(),
            address=place.address,
            opening=place.opening_hours.in_words(),
        )
        turn.hand_off(Trigger.DIGITAL, "Har brug for hjælp, fordi det ikke kan klares digitalt.")
