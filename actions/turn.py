"""One turn of the conversation as an action sees it: who asks, what was said, what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import whose
from actions.choices import choice
from actions.parts import Parts
from actions.wishes import Plan, Wish, asked_again, plan, wishes_in
from bot.cases.case import Case
from bot.cases.found import Found
from bot.chat.turn import CASE_QUESTIONS, HandoffAsk, MeetingAsk, Memory, Question, TurnMetadata
from bot.errors import CaseSystemError
from bot.handoff.rules import Rule, Trigger, strongest
from bot.identity.logins import Login
from bot.municipality.model import Municipality

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
    asked for is forgotten when the turn does not ask for it again. A message may hold two wishes: ``intent``,
    ``text`` and ``entities`` are those of the one that is being answered.
    """

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, shared: Parts) -> None:
        message = tracker.latest_message
        self.conversation = str(tracker.sender_id)[:64]
        self.parts = shared
        self.metadata = TurnMetadata.from_json(message.get("metadata"))
        self.wishes = wishes_in(message)
        text = message.get("text") or ""
        # All of the message, however many wishes it holds. A button is nothing the citizen wrote.
        self.whole: str = self.wishes[0].text if text.startswith("/") else text
        self.guesses = tuple(
            str(guess["intent"]) for guess in message.get("guesses") or () if isinstance(guess, Mapping)
        )
        self._found = self.metadata.memory
        self.memory: Memory = self._found.but(asked=None, misses=0)
        self._unasked = self.memory
        self.looked_up: Found | CaseSystemError | None = None  # what came of looking, once a turn
        self.has_several_cases = False  # then an answer must say which one it is about
        self.alone = True  # whether nothing else is answered beside it
        self.card_of: str | None = None  # ref of the case whose card is shown
        self.waiting: Wish | None = None  # what is answered after this
        self._carried: list[Wish] = []
        self._fired: list[_Fired] = []
        self._settled: str | None = None
        self._logins: list[Question] = []
        self._meeting: tuple[MeetingAsk, Wish] | None = None
        self._callbacks: list[str] = []
        self._said: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._shown: set[str] = set()
        self.outcome = "answered"  # see `bot.chat.turn.OUTCOMES`
        self._dispatcher = dispatcher
        self.hear(self.wishes[0])

    def hear(self, wish: Wish, waiting: Wish | None = None) -> None:
        """Answer ``wish`` from now on; ``waiting`` comes after it."""
        self._wish, self.waiting = wish, waiting
        self.intent, self.text, self.entities = wish.intent, wish.text, dict(wish.entities)
        self.asks_for_another = wish.for_another
        now = self.memory
        # What was asked before the message is answered by all of it; what was spoken of may be of a moment ago.
        self.before: Memory = self._found.but(
            case=now.case, offered=now.offered, question=now.question, pending=now.pending, angry=now.angry
        )

    def planned(self) -> Plan:
        """What of the message is answered now, in order, and what afterwards."""
        return plan(
            self.wishes,
            self.whole,
            before=self._found,
            login=self.metadata.login is not None,
            names_a_place=lambda text: self.municipality.find_topic(text) is not None,
        )

    def carries(self, wish: Wish) -> bool:
        """Whether ``wish`` has its answer already, together with another."""
        return any(wish is carried for carried in self._carried)

    def carry(self, *, if_alike: bool = False, only: Container[str] = CASE_QUESTIONS) -> Wish | None:
        """The question about a case that waits behind this one, which is answered with it from now on; None without.

        ``if_alike``: only where it is about the very same. ``only``: where its intent is one of these.
        """
        waiting = self.waiting
        if (
            waiting is None
            or waiting.intent not in only
            or waiting.intent not in CASE_QUESTIONS
            or any(waiting is one for one in self._carried)
        ):
            return None
        another = waiting.for_another or whose.anothers(waiting.text)
        if if_alike and (waiting.about != self._wish.about or another is not self.for_another):
            return None
        self._carried.append(waiting)
        return waiting

    @property
    def own_cases(self) -> tuple[Case, ...]:
        """The citizen's own cases, where they were looked up in this turn and something was found."""
        return self.looked_up.cases if isinstance(self.looked_up, Found) else ()

    @property
    def missing(self) -> CaseSystemError | None:
        """Why the citizen may have more cases than were found; None where all case systems answered."""
        return self.looked_up.failure if isinstance(self.looked_up, Found) else None

    @property
    def municipality(self) -> Municipality:
        """The municipality's own facts."""
        return self.parts.municipality

    @property
    def titles(self) -> Mapping[str, str]:
        """What a citizen may be asked whether they meant: intents, and how a button says each."""
        return self.parts.intents.choices()

    @property
    def words(self) -> str:
        """All that the turn says in words: what was written, and the entities of a pressed button."""
        return " ".join([self.text, *(self.entities.get(name, "") for name in ("emne", "afdeling"))]).strip()

    def say(self, response: str, *, buttons: Sequence[Button] = (), **variables: str) -> None:
        """Answer with a response of `domain.yml`, once; ``buttons`` come after those it has itself."""
        said = (response, tuple(sorted(variables.items())))
        new = [dict(button) for button in buttons if button["payload"] not in self._shown]
        if said in self._said and not new:
            return
        self._said.add(said)
        self._shown.update(button["payload"] for button in new)
        self._dispatcher.utter_message(response=response, buttons=new, **variables)

    def send(self, payload: Mapping[str, Any]) -> None:
        """Send a typed payload (see `bot.chat.turn`)."""
        self._dispatcher.utter_message(json_message=dict(payload))

    def show_card(self, case: Case, card: Mapping[str, Any]) -> bool:
        """Show the card of ``case``; False when that of another case is shown: one message has one card."""
        if self.card_of is None:
            self.card_of = case.ref
            self.send({"type": "card", "card": dict(card)})
        return self.card_of == case.ref

    def remember(self, **changes: Any) -> None:
        """Change what the conversation remembers after this turn."""
        self.memory = self.memory.but(**changes)

    def close(self, later: Wish | None = None) -> None:
        """Send what the turn leads to, and the memory if it changed it; say what comes afterwards (``later``)."""
        self._ask_to_log_in()
        meeting, wish = self._meeting or (None, None)
        if meeting and self._fired and meeting.do == "book" and meeting.meeting is None:
            meeting = None  # the offer of a human holds meetings as well, and no two lists are shown
        elif meeting and (self._fired or self._settled):
            meeting, later = None, wish  # web does one of the two with one answer
        if self._settled:
            self.send(HandoffAsk(do=self._settled).to_json())
            self.remember(callback_reason=None)
        elif self._fired:
            self._send_handoff()
        if self._callbacks and not (self._fired or self._settled or meeting or self.memory.asked):
            self.say("utter_tilbyd_opkald")
            self.remember(asked="ring_op", callback_reason=" ".join(dict.fromkeys(self._callbacks)))
        if meeting:
            self.send(meeting.to_json())
            if meeting.do in ("book", "move") and meeting.meeting is None:
                self.remember(asked=f"moede_{meeting.do}")
        if later:
            danger = any(fired.trigger is Trigger.ACUTE for fired in self._fired)  # and no menu in danger
            offered = [] if danger else choice(later.intent, later.entities, later.text, titles=self.titles)
            self.say("utter_senere", buttons=offered)
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

    def question(self, intent: str) -> Question:
        """The question ``intent`` with those entities of this turn that say which case is meant, and whose."""
        said = {name: self.entities[name] for name in _POINTS_TO_A_CASE if name in self.entities}
        if self.for_another:
            said["relation"] = _ANOTHER
        return Question(intent=intent, entities=said)

    def with_waiting(self, question: Question, *, if_alike: bool = False) -> Question:
        """``question``, together with the one about a case that waits behind it (see `carry`)."""
        waiting = self.carry(if_alike=if_alike)
        if waiting is None:
            return question
        entities = {name: waiting.entities[name] for name in _POINTS_TO_A_CASE if name in waiting.entities}
        if waiting.for_another or whose.anothers(waiting.text):
            entities["relation"] = _ANOTHER
        return asked_again(question, Question(intent=waiting.intent, entities={} if if_alike else entities))

    def offer_login(self, question: Question) -> None:
        """Offer login and keep the question: web asks it again by itself afterwards."""
        if question.intent not in CASE_QUESTIONS:
            raise ValueError(f"{question.intent} is not asked again after login")
        if question not in self._logins:
            self._logins.append(question)

    def _ask_to_log_in(self) -> None:
        if not self._logins:
            return
        question = asked_again(self._logins[0], self._logins[1] if len(self._logins) > 1 else None)
        if self.metadata.login:
            self.say("utter_login_udloebet")
        else:
            another = any("relation" in one.entities for one in self._logins)
            self.say("utter_paa_vegne" if another else "utter_login")
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
        self._settled = do

    def meeting(self, ask: MeetingAsk) -> None:
        """Have web show times, or the meeting there is; a time typed next is a wish for the same."""
        self._meeting = (ask, self._wish)

    def offer_callback(self, reason: str) -> None:
        """Ask whether somebody shall call, unless more is done than that; ``reason`` (Danish) is for the caller."""
        self._callbacks.append(reason)

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
