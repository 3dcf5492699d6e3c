"""One turn of the conversation as an action sees it: who asks, what was said, what is remembered."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import parts, whose
from actions.parts import Parts
from bot.chat.turn import CASE_QUESTIONS, Memory, Question, TurnMetadata
from bot.identity.logins import Login
from bot.municipality.danish import time_words, weekday_words
from bot.municipality.model import Municipality
from bot.municipality.phones import find_phone, looks_like_phone

# Entities that say which case is meant. Others may be personal and are not kept with a question.
_POINTS_TO_A_CASE = ("sag", "sagsnummer", "emne")
# All that is kept of the person somebody asks for: who it is, is nobody's business before it is needed.
_ANOTHER = "en anden"
# How the reason of a call begins when it is for somebody who asked for help now.
URGENT = "Akut"
# The words of the four questions that are asked together; where only one of them is found, nothing else is asked.
_ASKS = {
    "sagsstatus": re.compile(r"\bstatus\b|\bhvor langt\b|\bhvordan går det\b|\bhvad sker der\b", re.IGNORECASE),
    "hvem_er_sagsbehandler": re.compile(
        r"\bhvem\b[^.?!]{0,30}\b(?:sag\w*|rådgiver|har den|sidder)\b|\bnavnet? på (?:min )?(?:sagsbehandler|rådgiver)",
        re.IGNORECASE,
    ),
    "svartid": re.compile(
        r"\bhvornår\b[^.?!]{0,30}\b(?:svar|afgørelse|færdig|besked)\b|\bhvor lang tid\b", re.IGNORECASE
    ),
    "mangler_i_sagen": re.compile(
        r"\bmangler (?:i|der)\b|\bskal jeg (?:selv )?(?:gøre|sende)\b|\bnoget jeg skal\b", re.IGNORECASE
    ),
}
Button = Mapping[str, str]


class Turn:
    """One message of the citizen's, and the answer that is being made to it.

    ``before`` is the memory as the turn found it, ``memory`` as it will be left; a detail that was
    asked for is forgotten when the turn does not ask for it again.
    """

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, shared: Parts) -> None:
        message = tracker.latest_message
        self.parts = shared
        self.metadata = TurnMetadata.from_json(message.get("metadata"))
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        text = message.get("text") or ""
        # A pressed button arrives as "/intent{...}": that is nothing the citizen wrote.
        self.text: str = "" if text.startswith("/") else text
        self.entities: dict[str, str] = {}
        for entity in message.get("entities") or ():
            self.entities.setdefault(str(entity.get("entity")), str(entity.get("value")))
        self.before: Memory = self.metadata.memory
        self.memory: Memory = self.before.but(asked=None, misses=0)
        self._unasked = self.memory
        self.asks_for_another = False  # set where that is what the intent says
        self.has_several_cases = False  # then an answer must say which one it is about
        self._dispatcher = dispatcher

    @property
    def municipality(self) -> Municipality:
        """The municipality's own facts."""
        return self.parts.municipality

    @property
    def words(self) -> str:
        """All that the turn says in words: what was written, and the entities of a pressed button."""
        return " ".join([self.text, *(self.entities.get(name, "") for name in ("emne", "afdeling"))]).strip()

    def say(self, response: str, *, buttons: Sequence[Button] = (), **variables: str) -> None:
        """Answer with a response of `domain.yml`; ``buttons`` come after those it has itself."""
        self._dispatcher.utter_message(response=response, buttons=[dict(button) for button in buttons], **variables)

    def send(self, payload: Mapping[str, Any]) -> None:
        """Send a typed payload (see `bot.chat.turn`)."""
        self._dispatcher.utter_message(json_message=dict(payload))

    def remember(self, **changes: Any) -> None:
        """Change what the conversation remembers after this turn."""
        self.memory = self.memory.but(**changes)

    def close(self) -> None:
        """Send the memory if the turn changed it."""
        if self.memory != self._unasked:
            self.send({"type": "remember", "memory": self.memory.to_json()})

    async def who(self) -> Login | None:
        """Who is logged in, looked up now; None when nobody is (any more)."""
        if self.metadata.login is None:
            return None
        return await asyncio.to_thread(self.parts.logins.resolve, self.metadata.login)

    @property
    def for_another(self) -> bool:
        """Whether the question is about somebody else's case."""
        return self.asks_for_another or whose.anothers(self.text) or ("relation" in self.entities and not self.text)

    @property
    def also(self) -> list[str]:
        """Intents that are asked for in the same message as another: "hvem har min sag, og hvornår får jeg svar"."""
        if "ogsaa" in self.entities:  # of a question that was kept
            return self.entities["ogsaa"].split()
        asked = [intent for intent, words in _ASKS.items() if words.search(self.text)]
        return asked if len(asked) > 1 else []

    def question(self, intent: str) -> Question:
        """The question ``intent`` with those entities of this turn that say which case is meant, and whose."""
        said = {name: self.entities[name] for name in _POINTS_TO_A_CASE if name in self.entities}
        if self.for_another:
            said["relation"] = _ANOTHER
        also = [other for other in self.also if other != intent]
        if also:
            said["ogsaa"] = " ".join(also)
        return Question(intent=intent, entities=said)

    def offer_login(self, question: Question) -> None:
        """Offer login and keep the question: web asks it again by itself afterwards."""
        if question.intent not in CASE_QUESTIONS:
            raise ValueError(f"{question.intent} is not asked again after login")
        if self.metadata.login:
            self.say("utter_login_udloebet")
        else:
            self.say("utter_paa_vegne" if "relation" in question.entities else "utter_login")
        self.send({"type": "login", "question": {"intent": question.intent, "entities": dict(question.entities)}})
        self.remember(pending=question)

    def offer_callback(self, reason: str) -> None:
        """Ask whether somebody shall call; ``reason`` (Danish) is for those who will call."""
        self.say("utter_tilbyd_opkald")
        self.remember(asked="ring_op", callback_reason=reason)

    def ask_for_phone(self, reason: str, *, again: bool = False) -> None:
        """Ask for the number to call."""
        self.say("utter_opkald_nummer_igen" if again else "utter_opkald_nummer")
        self.remember(asked="telefon", callback_reason=reason)

    def promise_callback(self, phone: str, reason: str) -> None:
        """Have the call-back kept, and say by when it comes: the municipality's service goal, never more."""
        self.send({"type": "callback", "phone": phone, "reason": reason})
        self.say("utter_opkald_aftalt", phone=phone, by=self.callback_by())
        if reason.startswith(URGENT):
            self.say("utter_opkald_akut")
        self.remember(asked=None, callback_reason=None)

    def callback_by(self) -> str:
        """When somebody who asks now is called at the latest, in words: never later than that day's phone hours."""
        day = self.municipality.callback_by(self.parts.now())
        spans = self.municipality.phone_hours.days[day.weekday()]
        closes = f" kl. {time_words(max(span.closes for span in spans))}" if spans else ""
        return weekday_words(day) + closes

    @property
    def callback_reason(self) -> str | None:
        """Why a call-back was being offered or arranged when this turn began."""
        return self.before.callback_reason if self.before.asked in ("ring_op", "telefon") else None


class Answer(Action, ABC):
    """An answer to one intent; Rasa calls it `action_<intent>`."""

    intent: ClassVar[str]
    # Help in danger must never wait for a phone number that was asked for earlier.
    may_be_a_phone_number: ClassVar[bool] = True

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return f"action_{self.intent}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message; all that lasts goes back as a payload, so there are no events."""
        turn = Turn(dispatcher, tracker, parts.current())
        if not (self.may_be_a_phone_number and _took_phone(turn)):
            await self.answer(turn)
        turn.close()
        return []

    @abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Say what there is to say."""


def _took_phone(turn: Turn) -> bool:
    """True when a call is being arranged and this message is the number, or was meant to be, whatever its intent."""
    reason = turn.callback_reason
    if reason is None or not turn.text:
        return False
    phone = find_phone(turn.text)
    if phone:
        turn.promise_callback(phone, reason)
    elif turn.before.asked == "telefon" and looks_like_phone(turn.text):
        turn.ask_for_phone(reason, again=True)
    else:
        return False
    return True
