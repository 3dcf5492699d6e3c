"""Getting hold of a human: now, by a call, or at a meeting.

No desk takes conversations over and no calendar books meetings: so the answer is honest, gives
the number and the hours, and offers a call, which is kept.
"""

from __future__ import annotations

from actions.session import Answer, Turn
from bot.municipality.danish import time_words, weekday_words
from bot.municipality.phones import find_phone, looks_like_phone
from bot.municipality.workdays import COPENHAGEN


class TalkToAHuman(Answer):
    """The number, whether somebody is there now, and a call."""

    intent = "tal_med_menneske"

    async def answer(self, turn: Turn) -> None:
        """Where a human is, and when."""
        turn.say("utter_menneske")
        to_a_human(turn, "Vil tale med et menneske.")


def to_a_human(turn: Turn, reason: str) -> None:
    """Say how to reach a human and whether the phones are open now, and offer to call for ``reason`` (Danish)."""
    phone, hours = turn.municipality.phone, turn.municipality.phone_hours
    now = turn.parts.now().astimezone(COPENHAGEN)
    opens = hours.next_open(now)
    if hours.is_open(now):
        closes = max(span.closes for span in hours.days[now.weekday()] if span.opens <= now.time())
        turn.say("utter_telefon_aaben", phone=phone, closes=time_words(closes))
    elif opens is not None:
        when = f"{weekday_words(opens.date())} kl. {time_words(opens.time())}"
        turn.say("utter_telefon_lukket", opens=when, phone=phone)
    turn.offer_callback(reason)


class CallMe(Answer):
    """The number may stand in the same message; else it is asked for."""

    intent = "ring_mig_op"

    async def answer(self, turn: Turn) -> None:
        """Promise the call, or ask for the number."""
        reason = turn.callback_reason or "Vil ringes op."
        said = " ".join([turn.text, turn.entities.get("telefon", "")])
        phone = find_phone(said)
        if phone:
            turn.promise_callback(phone, reason)
        else:
            turn.ask_for_phone(reason, again=looks_like_phone(said))


def _meeting(turn: Turn, response: str, reason: str) -> None:
    turn.say(response, phone=turn.municipality.phone, hours=turn.municipality.phone_hours.in_words())
    wishes = [turn.entities[name] for name in ("moedeform", "tidspunkt") if name in turn.entities]
    turn.offer_callback(f"{reason} Ønske: {', '.join(wishes)}." if wishes else reason)


class BookMeeting(Answer):
    """A meeting is wanted."""

    intent = "book_moede"

    async def answer(self, turn: Turn) -> None:
        """A human finds the time."""
        _meeting(turn, "utter_moede_book", "Vil have et personligt møde.")


class MyMeeting(Answer):
    """When, where and what about is a meeting."""

    intent = "mit_moede"

    async def answer(self, turn: Turn) -> None:
        """The invitation says it; a human can too."""
        _meeting(turn, "utter_moede_mit", "Spørger til et møde, der er aftalt.")


class MoveMeeting(Answer):
    """A meeting is to be at another time."""

    intent = "flyt_moede"

    async def answer(self, turn: Turn) -> None:
        """A human moves it."""
        _meeting(turn, "utter_moede_flyt", "Vil flytte et møde.")


class CancelMeeting(Answer):
    """A meeting is not to be."""

    intent = "aflys_moede"

    async def answer(self, turn: Turn) -> None:
        """A human cancels it."""
        _meeting(turn, "utter_moede_aflys", "Vil aflyse et møde.")
