"""An action: answers one intent, or both wishes of a message that holds two."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import parts
from actions.sprog import language_of
from actions.turn import Turn, trigger_of_call
from actions.understood import understood
from actions.wishes import DANGER, NOT_UNDERSTOOD, SETTLED_BY_A_NUMBER, Wish
from bot.handoff.rules import Trigger
from bot.municipality.phones import find_phone, looks_like_phone

# Said in Danish and in the language; nobody who is in danger has to know Danish.
_IN_ANOTHER_LANGUAGE = {
    "engelsk": "utter_sprog_engelsk",
    "tysk": "utter_sprog_tysk",
    "polsk": "utter_sprog_polsk",
    "tyrkisk": "utter_sprog_tyrkisk",
    "rumænsk": "utter_sprog_rumaensk",
    "ukrainsk": "utter_sprog_ukrainsk",
    "arabisk": "utter_sprog_arabisk",
}


class Answer(Action, ABC):
    """An answer to one intent; Rasa calls it `action_<intent>`."""

    intent: ClassVar[str]
    # Help in danger must never wait for a phone number that was asked for earlier.
    may_be_a_phone_number: ClassVar[bool] = True
    _all: ClassVar[dict[str, type[Answer]]] = {}

    def __init_subclass__(cls) -> None:
        """Every answer is found by its intent: Rasa calls one of them, and a message may hold two wishes."""
        if "intent" in cls.__dict__:
            Answer._all[cls.intent] = cls

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return f"action_{self.intent}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message; all that lasts goes back as a payload, so there are no events."""
        turn = Turn(dispatcher, tracker, parts.current())
        in_danger = any(wish.intent == DANGER for wish in turn.wishes)
        later = None
        if in_danger or not _in_another_language(turn):
            if len(turn.wishes) > 1:
                later = await _answer_both(turn)
            elif not (self.may_be_a_phone_number and _took_phone(turn)):
                await self.answer(turn)
        turn.close(later)
        made = understood(tracker.latest_message, turn)
        if made is not None:
            turn.send(made.to_json())
        return []

    @abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Say what there is to say."""


def answer_to(intent: str) -> Answer:
    """What answers ``intent``: an answer of its own, or its response; what was not understood, the fallback.

    A model that hears an intent was trained of the domain that has its response, so nothing is looked up here.
    """
    made = "fallback" if intent in ("", NOT_UNDERSTOOD) else "svar"
    return Answer._all.get(intent, Answer._all[made])()


def _in_another_language(turn: Turn) -> bool:
    """True when the message is in another language, and has been answered: a human may understand it."""
    language = language_of(turn.whole)
    if language is None or turn.before.asked == "telefon":
        return False
    turn.say(_IN_ANOTHER_LANGUAGE[language])
    turn.hand_off(Trigger.NOT_UNDERSTOOD, f"Skriver på {language}.")
    turn.outcome = "fallback"
    return True


async def respond(turn: Turn, wishes: Sequence[Wish]) -> None:
    """Answer these in this order; one that was carried along with another has its answer already."""
    after = turn.waiting
    for at, wish in enumerate(wishes):
        if not turn.carries(wish):
            turn.hear(wish, wishes[at + 1] if at + 1 < len(wishes) else after)
            await answer_to(wish.intent).answer(turn)
    turn.waiting = after


async def _answer_both(turn: Turn) -> Wish | None:
    """Answer a message that holds two wishes; gives the one that comes later, if one must."""
    planned = turn.planned()
    now = planned.now
    if all(wish.intent != DANGER for wish in now):
        turn.hear(Wish(intent=turn.intent, text=turn.whole, entities=turn.entities))
        if _took_phone(turn):
            now = tuple(wish for wish in now if wish.intent not in SETTLED_BY_A_NUMBER)
    turn.alone = len(now) < 2
    await respond(turn, now)
    return planned.later


def _took_phone(turn: Turn) -> bool:
    """True when a call is being arranged and this message is the number, or was meant to be, whatever its intent."""
    reason = turn.callback_reason
    if reason is None or not turn.text:
        return False
    phone = find_phone(turn.text)
    if phone:
        turn.hand_off(trigger_of_call(reason), reason, phone=phone)
    elif turn.before.asked == "telefon" and looks_like_phone(turn.text):
        turn.ask_for_phone(reason, again=True)
    else:
        return False
    return True
