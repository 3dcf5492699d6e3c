"""Meetings that staff book, change, move and cancel for a citizen, who reads of it in the chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine

from bot.desk.holding import Held, Holding
from bot.desk.queue import Changed
from bot.desk.refusals import Unusable, WrongMoment
from bot.handoff.model import Status as HandoffStatus
from bot.handoff.records import HandoffRecords
from bot.identity.staff import Staff
from bot.meetings import texts
from bot.meetings.agenda import draft
from bot.meetings.booking import Meetings
from bot.meetings.cards import card
from bot.meetings.details import checked_details, checked_points, from_summary
from bot.meetings.errors import MeetingGone
from bot.meetings.model import Meeting, Status
from bot.meetings.rules import Form
from bot.meetings.slots import when_words
from bot.municipality.model import Municipality
from bot.store.engine import reading

CHANGED = "Vi har rettet dit møde {when}. Her kan du se det."
_PHONE = "Skriv det telefonnummer, borgeren skal ringes op på."


class DeskMeetings:
    """Whoever has a conversation arranges its meetings. Methods block, each is one transaction with its messages.

    They raise what `Holding.owned` and `bot.meetings.booking.Meetings` raise, and InputError for details that can't
    be used.
    """

    def __init__(
        self,
        engine: Engine,
        holding: Holding,
        handoffs: HandoffRecords,
        meetings: Meetings,
        municipality: Municipality,
    ) -> None:
        self._engine = engine
        self._holding = holding
        self._handoffs = handoffs
        self._meetings = meetings
        self._municipality = municipality

    def book(
        self, handoff_id: int, staff: Staff, *, calendar: str, form: Form, starts_at: datetime, details: Any
    ) -> Changed:
        """Book a time; the agenda is drafted from the summary, and what ``details`` leave out is the citizen's own."""
        with self._holding.owned(handoff_id, staff) as held:
            handoff = held.handoff
            known = checked_details(details, from_summary(handoff.summary))
            if form is Form.PHONE and not known.phone:
                raise Unusable("a call without a number", staff=_PHONE)
            slot = self._meetings.slot(calendar, form, starts_at, notice=False)
            department = self._municipality.meetings.calendars[calendar].department
            plan = draft(handoff.summary, department, self._municipality)
            meeting = self._meetings.book_at_once(
                held.connection,
                slot,
                conversation_id=handoff.conversation_id,
                handoff_id=handoff.id,
                person=handoff.person,
                details=known,
                agenda=plan.agenda,
                documents=plan.documents,
            )
            return self._told(held, meeting, texts.BOOKED)

    def change(self, meeting_id: int, staff: Staff, *, version: int, changes: Mapping[str, Any]) -> Changed:
        """Move it (``starts_at``, ``calendar``), and put right ``agenda``, ``documents`` and ``details``."""
        with self._of_meeting(meeting_id, staff) as (held, before):
            meeting = before
            details = checked_details(changes["details"], before.details) if "details" in changes else None
            points = {name: checked_points(changes[name]) for name in ("agenda", "documents") if name in changes}
            if details is not None or points:
                meeting = self._meetings.change(held.connection, meeting_id, version=version, details=details, **points)
                version = meeting.version
            said = CHANGED
            if "starts_at" in changes or "calendar" in changes:
                slot = self._meetings.slot(
                    changes.get("calendar", before.calendar),
                    before.form,
                    changes.get("starts_at", before.starts_at),
                    notice=False,
                )
                meeting = self._meetings.move(held.connection, meeting_id, slot, version=version)
                said = texts.MOVED
            if meeting.version == before.version or meeting.status is not Status.BOOKED:
                return Changed(handoff=held.handoff)
            return self._told(held, meeting, said)

    def cancel(self, meeting_id: int, staff: Staff, *, version: int) -> Changed:
        """Cancel an agreed meeting, or let go of a time that is held."""
        with self._of_meeting(meeting_id, staff) as (held, before):
            meeting = self._meetings.cancel(held.connection, meeting_id, version=version)
            if before.status is not Status.BOOKED:
                return Changed(handoff=held.handoff)
            return self._told(held, meeting, texts.CANCELLED)

    @contextmanager
    def _of_meeting(self, meeting_id: int, staff: Staff) -> Iterator[tuple[Held, Meeting]]:
        """A meeting of a conversation that ``staff`` have."""
        with reading(self._engine) as connection:
            meeting = self._meetings.get(connection, meeting_id)
            ongoing = None if meeting is None else self._handoffs.ongoing(connection, meeting.conversation_id)
        if meeting is None:
            raise MeetingGone("a meeting that is not there")
        if ongoing is None or ongoing.status is HandoffStatus.OFFERED:
            raise WrongMoment("a meeting of nobody's", staff="Tag samtalen først. Så kan du rette i mødet.")
        with self._holding.owned(ongoing.id, staff) as held:
            now = self._meetings.get(held.connection, meeting_id)
            if now is None:
                raise MeetingGone("a meeting that is not there")
            yield held, now

    def _told(self, held: Held, meeting: Meeting, said: str) -> Changed:
        if held.erased:
            return Changed(handoff=held.handoff)
        words = said.format(when=when_words(meeting.starts_at))
        shown = card(meeting, self._municipality)
        return Changed(handoff=held.handoff, messages=(self._holding.tell(held, words, card=shown),))
