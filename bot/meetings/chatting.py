"""A citizen's meetings in the chat: what Rasa understood, what was chosen, what was filled in.

Every method runs inside the transaction that has the conversation locked, and gives what the assistant's message is
to hold. A meeting is told of in the conversation that it was booked in, and to the person who is logged in and whose
it is; for everybody else there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.chat.rasa import Choice
from bot.chat.records import Conversation
from bot.chat.turn import MeetingAsk
from bot.errors import NotFoundError
from bot.handoff.summary.extracting import department_keys
from bot.handoff.summary.fields import Summary
from bot.meetings import texts
from bot.meetings.agenda import draft
from bot.meetings.booking import Meetings
from bot.meetings.cards import card
from bot.meetings.choosing import Offer, choice, offer, read_moment, summary_form
from bot.meetings.details import checked_details, from_summary
from bot.meetings.errors import MeetingGone, SlotTaken, TooManyMeetings
from bot.meetings.model import Meeting, Status
from bot.meetings.parts import Part, Parts
from bot.meetings.rules import Form
from bot.meetings.slots import when_words
from bot.municipality.model import Municipality

__all__ = ["MeetingsInChat", "Part"]


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """In which transaction and conversation, who, about what."""

    connection: Connection
    conversation: Conversation
    person: str | None
    summary: Summary | None
    handoff_id: int | None


class MeetingsInChat:
    """The citizen's side of `Meetings`. ``clock`` gives aware times."""

    def __init__(self, meetings: Meetings, municipality: Municipality, *, clock: Callable[[], datetime]) -> None:
        self._meetings = meetings
        self._municipality = municipality
        self._clock = clock
        self._parts = Parts(municipality)

    def follow(
        self,
        connection: Connection,
        conversation: Conversation,
        ask: MeetingAsk,
        *,
        person: str | None,
        summary: Summary | None,
        handoff_id: int | None,
    ) -> Part:
        """Carry out what Rasa understood: ``ask.do`` is book, show, move or cancel."""
        asking = _Asking(
            connection=connection,
            conversation=conversation,
            person=person,
            summary=summary,
            handoff_id=handoff_id,
        )
        if ask.meeting is not None:  # a yes or no that was typed
            return self._to_one(asking, ask.do, ask.meeting)
        form = _form(ask.form) or summary_form(summary)
        when = ask.when
        if ask.do == "book":
            time = summary.first("time") if summary else None
            return self._offer(asking, ask.department, form, when or (time.value if time else ""))
        mine = self._mine(asking)
        if not mine:
            login = () if person else (texts.NO_MEETING_LOGIN,)
            choices = (choice(texts.NEW, "slots", self._department(asking, ask.department), ""),)
            said = " ".join((texts.NO_MEETING, *login, texts.NO_MEETING_NEW))
            return Part(text=said, choices=choices, asked="moede_book")
        if ask.do == "show":
            return self._parts.show(mine)
        if len(mine) > 1:
            return self._parts.which(mine, ask.do)
        return (
            self._move(asking, mine[0], _form(ask.form), when) if ask.do == "move" else self._parts.ask_cancel(mine[0])
        )

    def command(
        self,
        connection: Connection,
        conversation: Conversation,
        words: Sequence[str],
        *,
        person: str | None,
        summary: Summary | None,
        handoff_id: int | None,
    ) -> Part:
        """Carry out a choice of ours, from its words after "web:meeting". Raises NotFoundError for what is none."""
        asking = _Asking(
            connection=connection,
            conversation=conversation,
            person=person,
            summary=summary,
            handoff_id=handoff_id,
        )
        match list(words):
            case ["slots", department, form, *rest]:
                return self._slots(asking, department, _form(form), rest)
            case ["hold", calendar, form, starts, *rest]:
                return self._hold(asking, calendar, _form(form), starts, rest)
            case [("book" | "drop" | "move" | "cancel" | "ask_cancel" | "keep") as do, number] if _is_id(number):
                return self._to_one(asking, do, int(number))
        raise NotFoundError("a choice about meetings that makes no sense")

    def form(
        self,
        connection: Connection,
        conversation: Conversation,
        meeting_id: int,
        do: str,
        details: Mapping[str, Any] | None,
        *,
        person: str | None,
        summary: Summary | None,
        handoff_id: int | None,
    ) -> Part:
        """The citizen has filled in the card: ``do`` is book, change, cancel or drop; ``details`` as the browser sent.

        Raises InputError, in words, for details that can't be used, and NotFoundError for a ``do`` that is none.
        """
        asking = _Asking(
            connection=connection,
            conversation=conversation,
            person=person,
            summary=summary,
            handoff_id=handoff_id,
        )
        if do not in ("book", "change", "cancel", "drop"):
            raise NotFoundError("a form about a meeting that makes no sense")
        try:
            shown = self._own(asking, meeting_id)
        except MeetingGone as gone:
            return Part(text=gone.citizen)
        if details and do in ("book", "change") and shown.status is not Status.CANCELLED:
            filled = checked_details(details, shown.details)
            if filled != shown.details and shown.status is not Status.EXPIRED:
                try:
                    shown = self._meetings.change(connection, shown.id, details=filled)
                except MeetingGone as gone:
                    return Part(text=gone.citizen)
        if do == "change":
            return Part(text=texts.CHANGED, card=self._card_of(shown), choices=self._parts.on_card(shown))
        # A card of a time that is held for a move bears the id of the meeting that moves.
        held = next((each for each in self._held(asking) if each.moves == shown.id), None)
        return self._to_one(asking, do, held.id if held and do in ("book", "drop") else shown.id)

    # Times

    def _offer(
        self,
        asking: _Asking,
        department: str | None,
        form: Form | None,
        when: str,
        *,
        since: datetime | None = None,
        moving: Meeting | None = None,
        lead: str | None = None,
    ) -> Part:
        """Times to choose between; without any, why, and another way."""
        key = self._department(asking, department)
        forms = self._municipality.meetings.forms_of(key)
        name = self._municipality.department(key).name
        if not forms:
            return Part(text=texts.NO_CALENDAR.format(department=name), choices=(self._call(asking),))
        said = [lead] if lead else []
        if form not in forms:
            if form is not None and since is None:
                said.append(texts.NO_SUCH_FORM.format(department=name))
            form = forms[0]
        slots = self._meetings.slots(asking.connection, key, form)
        made: Offer = offer(slots, when, now=self._clock(), since=since)
        others = tuple(
            choice(texts.SHOW_OTHER[each], "slots", key, each.value)
            for each in forms
            if each is not form and not moving
        )
        if not made.slots:
            days = self._municipality.meetings.days_ahead
            none = texts.NO_MORE if slots else texts.NONE_FREE.format(department=name, days=days)
            return Part(text=" ".join((*said, none)), choices=(*others, self._call(asking)))
        if made.unread:
            said.append(texts.UNREAD.format(unread=made.unread))
        if not made.as_wished:
            said.append(texts.NONE_AS_WISHED)
        elif moving is not None:
            said.append(texts.SLOTS_TO_MOVE.format(when=when_words(moving.starts_at)))
        elif not lead:
            said.append(texts.SLOTS[form].format(department=name))
        moves = (moving.id,) if moving else ()
        choices = [
            choice(when_words(slot.starts_at), "hold", slot.calendar, slot.form.value, made.stamp(slot), *moves)
            for slot in made.slots
        ]
        if made.next_from is not None:
            later = made.later(moving.id if moving else 0, when)
            choices.append(choice(texts.MORE, "slots", key, form.value, *later))
        call = () if made.as_wished else (self._call(asking),)
        asked = "moede_move" if moving else "moede_book"
        return Part(text=" ".join(said), choices=(*choices, *others, *call), asked=asked)

    def _slots(self, asking: _Asking, department: str, form: Form | None, rest: Sequence[str]) -> Part:
        since, moves, when = read_moment(rest)
        moving = None
        if moves:
            try:
                moving = self._ahead(asking, moves)
            except MeetingGone as gone:
                return Part(text=gone.citizen)
        if since is None and not when and asking.summary and (time := asking.summary.first("time")):
            when = time.value
        return self._offer(asking, department, form or summary_form(asking.summary), when, since=since, moving=moving)

    def _hold(self, asking: _Asking, calendar: str, form: Form | None, starts: str, rest: Sequence[str]) -> Part:
        moment = read_moment([starts])[0]
        if form is None or moment is None:
            raise NotFoundError("a time that is none")
        known = self._municipality.meetings.calendars.get(calendar)
        department = known.department if known else None
        moving = None
        try:
            if rest:
                moving = self._ahead(asking, int(rest[0]) if _is_id(rest[0]) else 0)
            slot = self._meetings.slot(calendar, form, moment)
            plan = draft(asking.summary, department or "", self._municipality)
            held = self._meetings.hold(
                asking.connection,
                slot,
                conversation_id=asking.conversation.id,
                handoff_id=asking.handoff_id,
                person=asking.person,
                details=moving.details if moving else from_summary(asking.summary),
                agenda=plan.agenda,
                documents=plan.documents,
                moves=moving.id if moving else None,
            )
        except SlotTaken:
            return self._offer(asking, department, form, "", moving=moving, lead=texts.TAKEN)
        except TooManyMeetings as many:
            choices = self._parts.show(self._ahead_here(asking)).choices
            return Part(text=many.citizen, choices=(*choices, self._call(asking)))
        except MeetingGone as gone:
            return Part(text=gone.citizen)
        return self._parts.held(held, moving)

    # One meeting

    def _to_one(self, asking: _Asking, do: str, meeting_id: int) -> Part:
        try:
            meeting = self._own(asking, meeting_id)
            if do == "book":
                return self._book(asking, meeting)
            if do == "drop":
                return self._drop(asking, meeting)
            if do == "cancel":
                if meeting.status is Status.HELD:
                    return self._drop(asking, meeting)
                gone = self._meetings.cancel(asking.connection, meeting.id)
                text = texts.CANCELLED.format(when=when_words(gone.starts_at))
                again = choice(texts.NEW, "slots", gone.department, gone.form.value)
                return Part(text=text, card=card(gone, self._municipality), choices=(again,))
            ahead = self._ahead(asking, meeting_id)
        except MeetingGone as error:
            return Part(text=error.citizen)
        if do == "move":
            return self._move(asking, ahead, None, "")
        if do == "ask_cancel":
            return self._parts.ask_cancel(ahead)
        return Part(text=texts.KEPT.format(when=when_words(ahead.starts_at)), card=self._card_of(ahead))

    def _book(self, asking: _Asking, held: Meeting) -> Part:
        moving = self._meetings.get(asking.connection, held.moves) if held.moves else None
        details = (moving or held).details
        if held.form is Form.PHONE and not details.phone and held.status is not Status.BOOKED:
            asked = self._parts.held(held, moving)
            yes = texts.YES_MOVE if moving else texts.YES_BOOK
            return Part(text=texts.PHONE_WANTED.format(book=yes), card=asked.card, choices=asked.choices)
        try:
            booked = self._meetings.book(asking.connection, held.id)
        except SlotTaken:
            return self._offer(asking, held.department, held.form, "", moving=moving, lead=texts.TAKEN)
        said = [(texts.MOVED if moving else texts.BOOKED).format(when=when_words(booked.starts_at))]
        if booked.details.mail:
            said.append(texts.BOOKED_MAIL.format(email=booked.details.email))
        if booked.details.sms:
            said.append(texts.BOOKED_SMS.format(phone=booked.details.phone))
        return Part(text=" ".join(said), card=self._card_of(booked), choices=self._parts.on_card(booked))

    def _drop(self, asking: _Asking, held: Meeting) -> Part:
        """Let go of a held time, and look for another."""
        if held.status is Status.HELD:
            self._meetings.cancel(asking.connection, held.id)
        elif held.status is not Status.EXPIRED:
            return Part(text=texts.KEPT.format(when=when_words(held.starts_at)), card=self._card_of(held))
        moving = self._meetings.get(asking.connection, held.moves) if held.moves else None
        lead = texts.LET_GO_KEPT.format(when=when_words(moving.starts_at)) if moving else texts.LET_GO
        return self._offer(asking, held.department, held.form, "", moving=moving, lead=lead)

    def _move(self, asking: _Asking, meeting: Meeting, form: Form | None, when: str) -> Part:
        return self._offer(asking, meeting.department, form or meeting.form, when, moving=meeting)

    def _card_of(self, meeting: Meeting) -> dict[str, Any]:
        return card(meeting, self._municipality)

    def _call(self, asking: _Asking) -> Choice:
        """To be called instead: in the handoff there is, else as if the citizen had asked for it."""
        payload = f"web:handoff:call:{asking.handoff_id}" if asking.handoff_id else "/ring_mig_op"
        return Choice(title=texts.CALL, payload=payload)

    # Whose

    def _department(self, asking: _Asking, said: str | None) -> str:
        """Whom to meet: as said, else whom the conversation is about, else those who help with everything."""
        told = department_keys(asking.summary, self._municipality) if asking.summary else ()
        known = (key for key in (said, *told) if key in self._municipality.departments)
        return next(known, None) or self._municipality.main_department

    def _own(self, asking: _Asking, meeting_id: int) -> Meeting:
        """The meeting, if it is theirs. Raises MeetingGone, the same for none and for somebody else's."""
        found = self._meetings.get(asking.connection, meeting_id)
        here = found is not None and found.conversation_id == asking.conversation.id
        theirs = found is not None and asking.person is not None and found.person == asking.person
        if found is None or not (here or theirs):
            raise MeetingGone("a meeting that is not there, or somebody else's")
        return found

    def _ahead(self, asking: _Asking, meeting_id: int) -> Meeting:
        found = self._own(asking, meeting_id)
        if not found.is_ahead(self._clock()):
            raise MeetingGone("a meeting that is over, or not agreed")
        return found

    def _ahead_here(self, asking: _Asking) -> list[Meeting]:
        here = self._meetings.of_conversation(asking.connection, asking.conversation.id)
        return [each for each in here if each.is_ahead(self._clock())]

    def _mine(self, asking: _Asking) -> list[Meeting]:
        """What is agreed and ahead, in this conversation and with this person, in order of time."""
        found = {each.id: each for each in self._ahead_here(asking)}
        if asking.person is not None:
            theirs = self._meetings.of_person(asking.connection, asking.person)
            found |= {each.id: each for each in theirs if each.is_ahead(self._clock())}
        return sorted(found.values(), key=lambda each: (each.starts_at, each.id))

    def _held(self, asking: _Asking) -> list[Meeting]:
        here = self._meetings.of_conversation(asking.connection, asking.conversation.id)
        return [each for each in here if each.status is Status.HELD]


def _form(text: str | None) -> Form | None:
    return next((form for form in Form if form.value == text), None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
