"""The citizen's side of a handoff: offered, sent, taken back, turned into a call; always in the chat's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.chat.consequences import Draft, Outcome
from bot.chat.rasa import Choice
from bot.chat.records import Conversation
from bot.chat.turn import HandoffAsk, Memory
from bot.errors import NotFoundError
from bot.handoff import offering, texts
from bot.handoff.making import Making
from bot.handoff.model import EventKind, Handoff, Status, Way
from bot.handoff.promises import at_words, by_words, promised
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import OF_THE_CASE, Sending, Trigger
from bot.handoff.standing import Presence
from bot.municipality.model import Municipality


class CitizensHandoffs:
    """What citizens do about being met by a human; always inside the transaction that has locked the conversation."""

    def __init__(
        self,
        handoffs: HandoffRecords,
        making: Making,
        presence: Presence,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._handoffs = handoffs
        self._making = making
        self._presence = presence
        self._municipality = municipality
        self._clock = clock

    def ask(self, connection: Connection, conversation: Conversation, ask: HandoffAsk, lead: str) -> Outcome:
        """What a turn of Rasa's asked for; ``lead`` is what the assistant said first."""
        if ask.do == "offer":
            return self.offer(connection, conversation, ask, lead)
        ongoing = self._handoffs.ongoing(connection, conversation.id)
        if ask.do == "call" and ask.phone:
            return self._call(connection, conversation, ongoing, ask, lead)
        if ongoing is None:
            return _say(lead or texts.NOTHING_TO_SEND)
        if ask.do == "send":
            unmet = ongoing.trigger is Trigger.ACUTE and ongoing.status is Status.WAITING
            if unmet and not self._presence.available(connection):  # yes, call me
                return self._ask_phone(connection, conversation, ongoing)
            return self.send(connection, conversation, ongoing, lead)
        if ongoing.trigger is Trigger.ACUTE and ongoing.status is Status.WAITING:
            # A "no" to being called is no "no" to being seen; who means that has a button for it.
            draft = Draft(text=_text(lead, texts.STAYS_ACUTE), choices=offering.acute_choices(ongoing))
            return Outcome(drafts=(draft,), memory=_settled(conversation.memory, human=True))
        return self._withdraw(connection, conversation, ongoing, lead)

    def command(self, connection: Connection, conversation: Conversation, words: Sequence[str]) -> Outcome:
        """A button: send, call, withdraw or assistant with the handoff's id, consent with the answer; ask or wrong."""
        match words:
            case [("ask" | "wrong") as why]:
                reason = texts.NO_ANSWER if why == "ask" else texts.WRONG_ANSWER
                return self.offer(
                    connection, conversation, HandoffAsk(do="offer", trigger=Trigger.ASKED.value, reason=reason), ""
                )
            case ["consent", number, ("yes" | "no") as answer]:
                handoff = self._mine(connection, conversation, number)
                kind = EventKind.CONSENT_GIVEN if answer == "yes" else EventKind.CONSENT_REFUSED
                self._handoffs.event(connection, handoff.id, kind)
                said = texts.CONSENT_GIVEN if answer == "yes" else texts.CONSENT_REFUSED
                return Outcome(drafts=(Draft(text=said, sender="system"),))
            case [("send" | "call" | "withdraw" | "assistant") as do, number]:
                return self._do(connection, conversation, self._mine(connection, conversation, number), do)
        raise NotFoundError("a choice of ours that makes no sense")

    def corrected(self, connection: Connection, conversation: Conversation, handoff_id: int, do: str) -> Outcome:
        """The citizen has put something right in a message just kept; then ``do``: send, call, or no more (correct)."""
        handoff = self._mine(connection, conversation, str(handoff_id))
        summary = self._making.summary(connection, conversation)
        phone = summary.first("phone")
        handoff = self._handoffs.change(
            connection, handoff, summary=summary, phone=phone.value if phone else handoff.phone
        )
        if do == "correct" or handoff.status is not Status.OFFERED:
            draft = Draft(text=texts.CORRECTED, card=offering.card(handoff), sender="system")
            return Outcome(drafts=(draft,))
        return self._do(connection, conversation, handoff, do)

    def offer(self, connection: Connection, conversation: Conversation, ask: HandoffAsk, lead: str) -> Outcome:
        """A rule has fired: keep the handoff, and say who is there and what will happen."""
        trigger = Trigger(ask.trigger) if ask.trigger else Trigger.ASKED
        ongoing = self._handoffs.ongoing(connection, conversation.id)
        if ongoing is not None:
            return self._again(connection, conversation, ongoing, trigger, lead, ask)
        handoff = self._making.made(connection, conversation, ask, trigger)
        rule = self._municipality.handoffs[trigger]
        if rule.sending is Sending.NOW:
            return self._now(connection, conversation, handoff, lead)
        now = self._clock()
        staffed = self._presence.available(connection) > 0
        ahead = self._presence.ahead(connection, handoff)
        there = offering.availability(self._municipality, handoff, now, staffed=staffed, ahead=ahead)
        shown = offering.card(handoff)
        said = _text(lead, rule.words, *there, texts.LOOK_THROUGH if shown["fields"] else "")
        choices = offering.choices(handoff, rule, staffed=staffed, never=there == (texts.NEVER_OPEN,))
        memory = conversation.memory.but(asked="menneske", callback_reason=ask.reason, angry=0, misses=0, human=True)
        return Outcome(drafts=(Draft(text=said, choices=choices, card=shown),), memory=memory)

    def send(self, connection: Connection, conversation: Conversation, handoff: Handoff, lead: str = "") -> Outcome:
        """Into the queue, with what the conversation says by now."""
        if handoff.status is not Status.OFFERED:
            return self._again(connection, conversation, handoff, handoff.trigger, lead)
        handoff = self._queued(connection, conversation, handoff)
        if not self._presence.available(connection):
            return self._for_later(handoff, conversation.memory, lead or texts.THANKS)
        standing = self._presence.standing(connection, handoff)
        position, minutes = standing.position or 1, standing.wait_minutes
        said = [lead or texts.THANKS]
        said.append(texts.QUEUED_NEXT if position == 1 else texts.QUEUED.format(position=position))
        if position > 1 and minutes:
            said.append(texts.QUEUED_WAIT.format(minutes=minutes))
        # The promise is counted in the hours of the desk; whoever sits there outside them answers before it.
        if handoff.due_at is not None and self._municipality.desk_hours.is_open(self._clock()):
            said.append(texts.QUEUED_BY.format(by=by_words(handoff.due_at, self._clock())))
        said.append(texts.QUEUED_STAY)
        return Outcome(
            drafts=(Draft(text=" ".join(said), choices=offering.queue_choices(handoff)),),
            memory=_settled(conversation.memory, human=True),
            changes={"state": "queued"},
            settled=True,
            sent=handoff.id,
        )

    def meet(self, connection: Connection, conversation: Conversation, starts_at: datetime) -> Handoff | None:
        """A meeting is agreed: it waits for somebody who prepares it, unless somebody has the handoff already.

        None when it changes nothing in the queue.
        """
        handoff = self._handoffs.ongoing(connection, conversation.id)
        if handoff is not None and (handoff.status is Status.CLAIMED or handoff.way is Way.MEETING):
            return None
        if handoff is None:
            ask = HandoffAsk(do="offer", trigger=Trigger.ASKED.value, reason="Borgeren har booket et møde.")
            handoff = self._making.made(connection, conversation, ask, Trigger.ASKED)
        met = self._handoffs.change(
            connection,
            handoff,
            status=Status.WAITING,
            way=Way.MEETING,
            summary=self._making.summary(connection, conversation),
            sent_at=handoff.sent_at or self._clock(),
            send_at=None,
            due_at=starts_at,
            alerted_at=None,
        )
        self._handoffs.event(connection, met.id, EventKind.SENT)
        return met

    def unmeet(self, connection: Connection, conversation: Conversation) -> None:
        """The meeting is cancelled: what waited for it to be prepared waits no more."""
        handoff = self._handoffs.ongoing(connection, conversation.id)
        if handoff is not None and handoff.way is Way.MEETING and handoff.status is Status.WAITING:
            self._handoffs.change(connection, handoff, status=Status.WITHDRAWN, closed_at=self._clock())
            self._handoffs.event(connection, handoff.id, EventKind.WITHDRAWN)

    def _do(self, connection: Connection, conversation: Conversation, handoff: Handoff, do: str) -> Outcome:
        if do == "send":
            return self.send(connection, conversation, handoff)
        if do == "withdraw":
            return self._withdraw(connection, conversation, handoff, "")
        if do == "call":
            known = handoff.summary.first("phone")
            phone = known.value if known else handoff.phone
            ask = HandoffAsk(do="call", trigger=handoff.trigger.value, reason=handoff.reason, phone=phone)
            if phone:
                return self._call(connection, conversation, handoff, ask, "")
            return self._ask_phone(connection, conversation, handoff)
        if handoff.status is not Status.WAITING:
            return _say(texts.TOO_LATE, sender="system")
        memory = _settled(conversation.memory, human=True)  # a "nej" to this takes nothing back
        return Outcome(drafts=(Draft(text=texts.MEANWHILE_ASK),), memory=memory, changes={"state": "bot"})

    def _now(self, connection: Connection, conversation: Conversation, handoff: Handoff, lead: str) -> Outcome:
        """Danger: into the queue at once, before everybody else; and nobody is told to wait for it."""
        handoff = self._queued(connection, conversation, handoff)
        memory = conversation.memory.but(asked="menneske", callback_reason=handoff.reason, angry=0, human=True)
        words = self._municipality.handoffs[handoff.trigger].words
        if self._presence.available(connection):
            draft = Draft(text=_text(lead, words, texts.ACUTE_QUEUED), choices=offering.queue_choices(handoff))
            return Outcome(drafts=(draft,), memory=memory, changes={"state": "queued"}, settled=True, sent=handoff.id)
        opens = self._municipality.phone_hours.next_open(self._clock())
        said = texts.ACUTE_CLOSED.format(opens=at_words(opens, self._clock()) if opens else "efter aftale")
        draft = Draft(text=_text(lead, words, said), choices=offering.acute_choices(handoff))
        return Outcome(drafts=(draft,), memory=memory, sent=handoff.id)

    def _queued(self, connection: Connection, conversation: Conversation, handoff: Handoff) -> Handoff:
        now = self._clock()
        summary = self._making.summary(connection, conversation)
        sent = self._handoffs.change(
            connection,
            handoff,
            status=Status.WAITING,
            way=Way.CHAT,
            summary=summary,
            sent_at=now,
            send_at=None,
            due_at=promised(self._municipality, Way.CHAT, handoff.priority, now),
        )
        self._handoffs.event(connection, handoff.id, EventKind.SENT)
        return sent

    def _for_later(self, handoff: Handoff, memory: Memory, lead: str) -> Outcome:
        now = self._clock()
        by = by_words(handoff.due_at, now) if handoff.due_at else "så snart vi kan"
        here = self._municipality
        said = texts.SENT_FOR_LATER.format(by=by, phone=here.phone, hours=here.phone_hours.in_words())
        draft = Draft(text=f"{lead} {said}", choices=offering.later_choices(handoff))
        return Outcome(drafts=(draft,), memory=_settled(memory, human=True), sent=handoff.id)

    def _again(
        self,
        connection: Connection,
        conversation: Conversation,
        handoff: Handoff,
        trigger: Trigger,
        lead: str,
        ask: HandoffAsk | None = None,
    ) -> Outcome:
        """A human was asked for, or was needed, once more: no second place in the queue, and no second menu."""
        rule = self._municipality.handoffs[trigger]
        if rule.priority < handoff.priority:  # it has become more urgent
            handoff = self._handoffs.change(connection, handoff, priority=rule.priority, trigger=trigger)
        if rule.sending is Sending.NOW and handoff.status in (Status.OFFERED, Status.WAITING):
            return self._now(connection, conversation, handoff, lead)
        now = self._clock()
        if handoff.status is Status.OFFERED:
            if ask is not None:
                handoff = self._told_more(connection, conversation, handoff, ask)
            memory = conversation.memory.but(asked="menneske", callback_reason=handoff.reason)
            send = Choice(title=texts.SEND, payload=offering.command("handoff", "send", handoff.id))
            no = Choice(title=texts.NO, payload=offering.command("handoff", "withdraw", handoff.id))
            return Outcome(drafts=(Draft(text=_text(lead, texts.STILL_OFFERED), choices=(send, no)),), memory=memory)
        # Nothing is asked here: a yes or a no that comes next is of something else.
        had = _settled(conversation.memory, human=True)
        if handoff.status is Status.CLAIMED and handoff.way is Way.CHAT:
            name = self._presence.name(connection, handoff.staff_id) or "En medarbejder"
            said = _text(lead, texts.BACK_TO_STAFF.format(staff=name))
            return Outcome(drafts=(Draft(text=said),), memory=had, changes={"state": "human"}, settled=True)
        if handoff.way is Way.CHAT and self._presence.available(connection):
            position = self._presence.ahead(connection, handoff) + 1
            said = _text(lead, texts.ALREADY_QUEUED.format(position=position))
            draft = Draft(text=said, choices=offering.queue_choices(handoff))
            return Outcome(drafts=(draft,), memory=had, changes={"state": "queued"}, settled=True)
        by = by_words(handoff.due_at, now) if handoff.due_at else "så snart vi kan"
        return Outcome(drafts=(Draft(text=_text(lead, texts.ALREADY_PROMISED.format(by=by))),), memory=had)

    def _told_more(
        self, connection: Connection, conversation: Conversation, handoff: Handoff, ask: HandoffAsk
    ) -> Handoff:
        """Whom it is about may be known by now, as after login: then it is theirs, and no more whoever helps all."""
        rule = self._municipality.handoffs[handoff.trigger]
        if handoff.departments != (self._municipality.main_department,) or rule.department != OF_THE_CASE:
            return handoff
        found = self._making.departments(ask, self._making.summary(connection, conversation), rule.department)
        return self._handoffs.change(
            connection, handoff, department=found[0], departments=found, kle=handoff.kle or ask.kle
        )

    def _call(
        self,
        connection: Connection,
        conversation: Conversation,
        ongoing: Handoff | None,
        ask: HandoffAsk,
        lead: str,
    ) -> Outcome:
        """The citizen is to be called on ``ask.phone``: by when is the service goal, and never more."""
        now, phone = self._clock(), ask.phone or ""
        if ongoing is not None and ongoing.status is Status.CLAIMED:
            self._handoffs.change(connection, ongoing, phone=phone)
            name = self._presence.name(connection, ongoing.staff_id) or "medarbejderen"
            return _say(_text(lead, texts.PHONE_PASSED_ON.format(phone=phone, staff=name)))
        if ongoing is None:
            trigger = Trigger(ask.trigger) if ask.trigger else Trigger.ASKED
            ongoing = self._making.made(connection, conversation, ask, trigger)
        due = promised(self._municipality, Way.CALL, ongoing.priority, now)
        summary = self._making.summary(connection, conversation)
        called = self._handoffs.change(
            connection,
            ongoing,
            status=Status.WAITING,
            way=Way.CALL,
            phone=phone,
            summary=summary,
            sent_at=ongoing.sent_at or now,
            send_at=None,
            due_at=due,
            alerted_at=None,
        )
        self._handoffs.event(connection, called.id, EventKind.SENT)
        by = by_words(due, now) if due else "så snart vi kan"
        acute = texts.CALL_PROMISED_ACUTE if called.trigger is Trigger.ACUTE else ""
        said = _text(lead, texts.CALL_PROMISED.format(phone=phone, by=by), acute)
        state = {"state": "bot"} if conversation.state == "queued" else {}
        memory = _settled(conversation.memory, human=True)
        return Outcome(drafts=(Draft(text=said),), memory=memory, changes=state, sent=called.id)

    def _ask_phone(self, connection: Connection, conversation: Conversation, handoff: Handoff) -> Outcome:
        """The number comes in the next message, which the assistant reads; nothing is lost if it never comes."""
        if handoff.send_at is not None:
            wait = timedelta(seconds=self._municipality.desk_goals.send_after_seconds)
            self._handoffs.change(connection, handoff, send_at=self._clock() + wait)
        memory = conversation.memory.but(asked="telefon", callback_reason=handoff.reason or "Vil ringes op.")
        state = {"state": "bot"} if conversation.state == "queued" else {}
        return Outcome(drafts=(Draft(text=texts.ASK_PHONE),), memory=memory, changes=state)

    def _withdraw(self, connection: Connection, conversation: Conversation, handoff: Handoff, lead: str) -> Outcome:
        if handoff.status is Status.CLAIMED:
            return _say(_text(lead, texts.TOO_LATE), sender="system")
        self._handoffs.change(connection, handoff, status=Status.WITHDRAWN, closed_at=self._clock(), send_at=None)
        self._handoffs.event(connection, handoff.id, EventKind.WITHDRAWN)
        acute = handoff.trigger is Trigger.ACUTE
        said = texts.WITHDRAWN_ACUTE if acute else texts.LEFT if handoff.sent_at else texts.WITHDRAWN
        state = {"state": "bot"} if conversation.state == "queued" else {}
        return Outcome(drafts=(Draft(text=_text(lead, said)),), memory=_settled(conversation.memory), changes=state)

    def _mine(self, connection: Connection, conversation: Conversation, number: str) -> Handoff:
        """The handoff of this very conversation with that id, if it is not over."""
        ongoing = self._handoffs.ongoing(connection, conversation.id)
        if ongoing is None or str(ongoing.id) != number:
            raise NotFoundError("a handoff that is over, or another conversation's")
        return ongoing


def _settled(memory: Memory, *, human: bool = False) -> Memory:
    """What is remembered when the matter of a human is settled: no more than whether one has it."""
    return replace(memory, asked=None, callback_reason=None, angry=0, misses=0, human=human)


def _text(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _say(text: str, *, sender: str = "assistant") -> Outcome:
    return Outcome(drafts=(Draft(text=text, sender=sender),))
