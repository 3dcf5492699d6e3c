"""One turn of the conversation as an action sees it: who asks, what was said, what is remembered."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import parts, whose
from actions.parts import Parts
from bot.cases.case import Case
from bot.chat.turn import CASE_QUESTIONS, HandoffAsk, MeetingAsk, Memory, Question, TurnMetadata
from bot.handoff.rules import Rule, Trigger, strongest
from bot.identity.logins import Login
from bot.municipality.model import Municipality
from bot.municipality.phones import find_phone, looks_like_phone

# Entities that say which case is meant. Others may be personal and are not kept with a question.
_POINTS_TO_A_CASE = ("sag", "sagsnummer", "emne")
# All that is kept of the person somebody asks for: who it is, is nobody's business before it is needed.
_ANOTHER = "en anden"
# How the reason of a handoff begins when it is for somebody who asked for help now.
URGENT = "Akut"
# After one of these a phone number means: call me there.
_MAY_BE_CALLED = ("menneske", "samtale", "ring_op", "telefon")
# Of a child's case no more than this main group leaves the case system.
_CHILDREN = "34"
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


@dataclass(frozen=True, kw_only=True)
class _Fired:
    """A rule of the decision table that fired in this turn. ``departments`` were named, ``phone`` is where to call."""

    trigger: Trigger
    reason: str
    case: Case | None = None
    departments: tuple[str, ...] = ()
    phone: str | None = field(default=None, repr=False)


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
        self.own_cases: Sequence[Case] = ()  # where they were looked up in this turn
        self._fired: list[_Fired] = []
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
        """Send what a rule that fired leads to, and the memory if the turn changed it."""
        if self._fired:
            self._send_handoff()
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

    def rule(self, trigger: Trigger) -> Rule:
        """The row of the decision table for ``trigger``."""
        return self.municipality.handoffs[trigger]

    def hand_off(
        self,
        trigger: Trigger,
        reason: str,
        *,
        case: Case | None = None,
        departments: Sequence[str] = (),
        phone: str | None = None,
    ) -> None:
        """A rule of the decision table has fired: a human is to take over, or to call on ``phone``.

        ``reason`` is a Danish sentence for those who do. ``departments`` (keys) were named and come before that of
        ``case``. Whether somebody is there, and what happens now, is web's to say: of all that fire in a turn the
        strongest decides, and it covers every department in which the citizen has an open case.
        """
        self._fired.append(
            _Fired(trigger=trigger, reason=reason, case=case, departments=tuple(departments), phone=phone)
        )

    def _send_handoff(self) -> None:
        trigger = strongest((fired.trigger for fired in self._fired), self.municipality.handoffs)
        fired = sorted(self._fired, key=lambda one: one.trigger is not trigger)  # sorting keeps the order of the rest
        named = [key for one in fired for key in one.departments]
        cases = [one.case for one in fired if one.case]
        of_cases = [case.department for case in (*cases, *(case for case in self.own_cases if case.state.is_open))]
        departments = tuple(dict.fromkeys([*named, *of_cases]))
        about = next((case for case in cases if case.department == departments[0]), None)
        reason = " ".join(dict.fromkeys(one.reason for one in fired))
        phone = next((one.phone for one in fired if one.phone), None)
        ask = HandoffAsk(
            do="call" if phone else "offer",
            trigger=trigger.value,
            reason=reason,
            departments=departments,
            kle=None if about is None else _CHILDREN if about.about_a_child else about.kle,
            phone=phone,
        )
        self.send(ask.to_json())
        # A promised call is settled; what is offered may be answered with yes, no, or a number to call.
        self.remember(asked=None if phone else "menneske", callback_reason=None if phone else reason)

    def settle(self, do: str) -> None:
        """The citizen's answer to the human that was offered: ``do`` is "send" or "withdraw"."""
        self.send(HandoffAsk(do=do).to_json())
        self.remember(callback_reason=None)

    def meeting(self, ask: MeetingAsk) -> None:
        """Have web show times, or the meeting there is; a time typed next is a wish for the same."""
        self.send(ask.to_json())
        if ask.do in ("book", "move") and ask.meeting is None:
            self.remember(asked=f"moede_{ask.do}")

    def offer_callback(self, reason: str) -> None:
        """Ask whether somebody shall call, unless a human is offered anyhow; ``reason`` (Danish) is for the caller."""
        if self._fired:
            return
        self.say("utter_tilbyd_opkald")
        self.remember(asked="ring_op", callback_reason=reason)

    def ask_for_phone(self, reason: str, *, again: bool = False) -> None:
        """Ask for the number to call."""
        self.say("utter_opkald_nummer_igen" if again else "utter_opkald_nummer")
        self.remember(asked="telefon", callback_reason=reason)

    @property
    def callback_reason(self) -> str | None:
        """Why a human or a call was being offered or arranged when this turn began."""
        return self.before.callback_reason if self.before.asked in _MAY_BE_CALLED else None


def trigger_of_call(reason: str) -> Trigger:
    """The trigger of a call that was offered for ``reason``: danger stays danger when the number comes later."""
    return Trigger.ACUTE if reason.startswith(URGENT) else Trigger.ASKED


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
        turn.hand_off(trigger_of_call(reason), reason, phone=phone)
    elif turn.before.asked == "telefon" and looks_like_phone(turn.text):
        turn.ask_for_phone(reason, again=True)
    else:
        return False
    return True
