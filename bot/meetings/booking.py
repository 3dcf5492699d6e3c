"""Meetings: held, booked, changed, moved, cancelled, and never two at one time in one calendar.

Every method takes the caller's transaction, which must be one that writes (`bot.store.engine.writing`) for all that
changes anything. Two things keep a time from being given twice: whoever takes one looks first, behind the calendar's
lock (SQLite: behind the only writer's), and on PostgreSQL an exclusion constraint stands behind that. A refusal is
raised before anything is written, or inside a savepoint: the caller's transaction goes on.

Who takes more than one lock takes the conversation's first, then the calendar's, then the meeting's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import delete
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.meetings.errors import MeetingChanged, MeetingGone, SlotTaken, TooManyMeetings
from bot.meetings.model import Details, Meeting, Slot, Status
from bot.meetings.rows import MeetingRows
from bot.meetings.rules import Form
from bot.meetings.slots import free_slots, grid
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.meeting_tables import meetings

MOST_AHEAD = 3  # that one conversation books by itself: nobody empties a calendar

News = Callable[[Connection, Meeting, str], None]
"""Told of a meeting that was just "booked", "moved", "changed" or "cancelled", in the same transaction."""


class Meetings:
    """All meetings of the municipality. ``clock`` gives aware times; ``news`` hears of what is agreed."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
        news: News | None = None,
    ) -> None:
        self.engine = engine
        self._rows = MeetingRows(vault)
        self._rules = municipality.meetings
        self._clock = clock
        self._news = news

    # What there is

    def slots(
        self,
        connection: Connection,
        department: str,
        form: Form | None = None,
        *,
        notice: bool = True,
        first: date | None = None,
        last: date | None = None,
    ) -> list[Slot]:
        """The free times of a department, in order; days are Danish and included. Without ``notice``: for staff."""
        now = self._clock()
        calendars = self._rules.calendars_of(department, form)
        until = now + timedelta(days=self._rules.days_ahead + 2)
        taken = self._rows.taken(connection, [each.key for each in calendars], now, until, now=now)
        return free_slots(self._rules, calendars, taken, form=form, now=now, notice=notice, first=first, last=last)

    def slot(self, calendar: str, form: Form, starts_at: datetime, *, notice: bool = True) -> Slot:
        """The time in a calendar that begins at ``starts_at`` (aware), taken or not.

        Raises SlotTaken when there is none: not in its hours, not in that form, too soon, or over.
        """
        found = self._rules.calendars.get(calendar)
        earliest = self._clock() + timedelta(hours=self._rules.notice_hours if notice else 0)
        if found is None or form not in found.forms or starts_at < earliest:
            raise SlotTaken("a time that can not be booked")
        for starts, ends in grid(found, starts_at.astimezone(COPENHAGEN).date(), self._rules.minutes):
            if starts == starts_at:
                return Slot(calendar=calendar, form=form, starts_at=starts, ends_at=ends)
        raise SlotTaken("a time that is none of the calendar's")

    def get(self, connection: Connection, meeting_id: int) -> Meeting | None:
        """One meeting, whatever became of it."""
        return self._rows.get(connection, meeting_id)

    def of_conversation(self, connection: Connection, conversation_id: str) -> list[Meeting]:
        """Everything held, booked or cancelled in a conversation, in order of time."""
        return self._rows.find(connection, meetings.c.conversation_id == conversation_id, _kept())

    def of_person(self, connection: Connection, person: str) -> list[Meeting]:
        """The same of a person, by the fingerprint of their CPR number."""
        return self._rows.find(connection, meetings.c.person == person, _kept())

    def of_handoff(self, connection: Connection, handoff_id: int) -> list[Meeting]:
        """The same of a handoff."""
        return self._rows.find(connection, meetings.c.handoff_id == handoff_id, _kept())

    def in_calendar(self, connection: Connection, calendar: str, since: datetime, until: datetime) -> list[Meeting]:
        """What is booked in a calendar between two times (aware), in order."""
        booked = meetings.c.status == Status.BOOKED.value
        within = (meetings.c.starts_at < until, meetings.c.ends_at > since)
        return self._rows.find(connection, meetings.c.calendar == calendar, booked, *within)

    # What becomes of it

    def hold(
        self,
        connection: Connection,
        slot: Slot,
        *,
        conversation_id: str,
        handoff_id: int | None = None,
        person: str | None = None,
        details: Details | None = None,
        agenda: Sequence[str] = (),
        documents: Sequence[str] = (),
        moves: int | None = None,
    ) -> Meeting:
        """Keep a time for a while; what the conversation held before is let go of.

        Raises SlotTaken, and TooManyMeetings where the conversation has booked as many as it may.

        ``moves`` is the booked meeting that is to move to this time; it stays where it is until `book`.
        """
        now = self._clock()
        here = self.of_conversation(connection, conversation_id)
        if moves is None and sum(each.is_ahead(now) for each in here) >= MOST_AHEAD:
            raise TooManyMeetings("as many meetings as a conversation may book")
        self._free(connection, slot, mine=self._held(connection, conversation_id))
        for before in self._held(connection, conversation_id):
            self._let_go(connection, before)
        return self._add(
            connection,
            slot,
            Status.HELD,
            held_until=now + timedelta(minutes=self._rules.hold_minutes),
            conversation_id=conversation_id,
            handoff_id=handoff_id,
            person=person,
            details=details or Details(),
            agenda=tuple(agenda),
            documents=tuple(documents),
            moves=moves,
        )

    def book(self, connection: Connection, meeting_id: int) -> Meeting:
        """Make a held time an agreed meeting; one that would move another moves it, and that one is given.

        A hold that ran out is booked all the same while nobody else has the time; what is booked already is given
        as it is. Raises SlotTaken, and MeetingGone.
        """
        seen = self._rows.get(connection, meeting_id)
        if seen is None:
            raise MeetingGone("a meeting that is not there")
        self._rows.lock_calendar(connection, seen.calendar)
        held, now = self._ahead(connection, meeting_id, Status.HELD, Status.EXPIRED, Status.BOOKED), self._clock()
        if held.status is Status.BOOKED:
            return held
        slot = self._slot_of(held)
        if held.moves is not None:
            return self._move_there(connection, held, slot)
        if held.starts_at <= now:
            raise SlotTaken("a time that is over")
        self._claim(connection, slot, except_for=[held.id])
        with _savepoint(connection):
            booked = self._rows.change(connection, held, status=Status.BOOKED, held_until=None, changed_at=now)
        self._tell(connection, booked, "booked")
        return booked

    def book_at_once(self, connection: Connection, slot: Slot, **values: Any) -> Meeting:
        """Book a time without holding it first, as staff do; ``values`` as for `hold`. Raises SlotTaken."""
        self._free(connection, slot, mine=())
        booked = self._add(connection, slot, Status.BOOKED, **values)
        self._tell(connection, booked, "booked")
        return booked

    def change(
        self,
        connection: Connection,
        meeting_id: int,
        *,
        version: int | None = None,
        details: Details | None = None,
        agenda: Sequence[str] | None = None,
        documents: Sequence[str] | None = None,
    ) -> Meeting:
        """Put right what is known of a meeting that is held or booked; what is None stays.

        Raises MeetingGone, and MeetingChanged when ``version`` is not the meeting's any more.
        """
        before = self._ahead(connection, meeting_id, Status.HELD, Status.BOOKED, version=version)
        now = details or before.details
        # Somebody who was told at one address is told again at the other: to calendars it is news.
        moved_house = _told_at(before.details) - _told_at(now) != set() and _told_at(now) != set()
        after = self._rows.change(
            connection,
            before,
            details=now,
            agenda=before.agenda if agenda is None else tuple(agenda),
            documents=before.documents if documents is None else tuple(documents),
            sequence=before.sequence + (moved_house and before.status is Status.BOOKED),
            changed_at=self._clock(),
        )
        if after.status is Status.BOOKED and _told_at(before.details) != _told_at(now):
            self._tell(connection, after, "changed")
        return after

    def move(self, connection: Connection, meeting_id: int, slot: Slot, *, version: int | None = None) -> Meeting:
        """Move a booked meeting to another time, calendar or form; on any error it stays where it is.

        Raises SlotTaken, MeetingGone, MeetingChanged.
        """
        self._rows.lock_calendar(connection, slot.calendar)
        before = self._ahead(connection, meeting_id, Status.BOOKED, version=version)
        if self._slot_of(before) == slot:
            return before
        held = self._held(connection, before.conversation_id)
        mine = [before.id, *(each.id for each in held if each.moves == before.id)]
        self._claim(connection, slot, except_for=mine)
        for each in held:
            if each.moves == before.id:
                self._let_go(connection, each)
        return self._moved(connection, before, slot)

    def cancel(self, connection: Connection, meeting_id: int, *, version: int | None = None) -> Meeting:
        """Cancel a booked meeting, or let go of a held time. Raises MeetingGone, MeetingChanged."""
        before = self._ahead(connection, meeting_id, Status.BOOKED, Status.HELD, version=version)
        if before.status is Status.HELD:
            return self._let_go(connection, before)
        for held in self._held(connection, before.conversation_id):
            if held.moves == before.id:
                self._let_go(connection, held)
        cancelled = self._rows.change(
            connection, before, status=Status.CANCELLED, sequence=before.sequence + 1, changed_at=self._clock()
        )
        self._tell(connection, cancelled, "cancelled")
        return cancelled

    def expire(self, connection: Connection) -> int:
        """Let go of every time whose hold has run out; gives how many. Nothing waits for this: it tidies."""
        return self._rows.expire(connection, self._clock())

    def expire_now(self) -> int:
        """`expire` in a transaction of its own."""
        with writing(self.engine) as connection:
            return self.expire(connection)

    def erased(self, connection: Connection, conversation_id: str) -> bool:
        """The conversation is deleted. True when something agreed is ahead: that stays, without what was said of it.

        What was called off stays as it is, for its letter may be on the way; the rest is gone.
        """
        now = self._clock()
        kept = [each for each in self.of_conversation(connection, conversation_id) if each.ends_at > now]
        kept = [each for each in kept if each.status in (Status.BOOKED, Status.CANCELLED)]
        for each in kept:
            documents = self._rules.documents_for(each.department, None)
            self._rows.change(connection, each, agenda=(), documents=documents)
        others = meetings.c.id.not_in([each.id for each in kept])
        connection.execute(delete(meetings).where(meetings.c.conversation_id == conversation_id, others))
        return any(each.status is Status.BOOKED for each in kept)

    # How

    def _free(self, connection: Connection, slot: Slot, *, mine: Sequence[Meeting]) -> None:
        """Raise SlotTaken, or have the slot to give."""
        own = [each.id for each in mine]
        self._look(connection, slot, except_for=own)  # who comes too late need not wait for the lock
        self._rows.lock_calendar(connection, slot.calendar)
        self._claim(connection, slot, except_for=own)

    def _claim(self, connection: Connection, slot: Slot, *, except_for: Sequence[int]) -> None:
        """As `_free`, of a calendar that is locked; holds that ran out no longer stand in the constraint's way."""
        self._look(connection, slot, except_for=except_for)
        self._rows.expire(connection, self._clock(), [slot.calendar])

    def _look(self, connection: Connection, slot: Slot, *, except_for: Sequence[int]) -> None:
        span = slot.starts_at, slot.ends_at
        if self._rows.taken(connection, [slot.calendar], *span, now=self._clock(), except_for=except_for):
            raise SlotTaken("a time that somebody has")

    def _add(self, connection: Connection, slot: Slot, status: Status, **values: Any) -> Meeting:
        now = self._clock()
        with _savepoint(connection):
            return self._rows.add(
                connection,
                uid=str(uuid.uuid4()),
                calendar=slot.calendar,
                department=self._department(slot, ""),
                form=slot.form,
                status=status,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                sequence=0,
                created_at=now,
                changed_at=now,
                version=1,
                **values,
            )

    def _move_there(self, connection: Connection, held: Meeting, slot: Slot) -> Meeting:
        """Move the booked meeting that ``held`` is for; pressed twice, it is there already."""
        before = self._ahead(connection, held.moves or 0, Status.BOOKED)
        if self._slot_of(before) == slot:
            return before
        if held.starts_at <= self._clock():
            raise SlotTaken("a time that is over")
        self._claim(connection, slot, except_for=[held.id, before.id])
        self._let_go(connection, held)
        return self._moved(connection, before, slot)

    def _moved(self, connection: Connection, before: Meeting, slot: Slot) -> Meeting:
        with _savepoint(connection):
            after = self._rows.change(
                connection,
                before,
                calendar=slot.calendar,
                department=self._department(slot, before.department),
                form=slot.form,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                sequence=before.sequence + 1,
                changed_at=self._clock(),
            )
        self._tell(connection, after, "moved")
        return after

    def _let_go(self, connection: Connection, held: Meeting) -> Meeting:
        if held.status is not Status.HELD:
            return held
        return self._rows.change(connection, held, status=Status.EXPIRED, changed_at=self._clock())

    def _held(self, connection: Connection, conversation_id: str) -> list[Meeting]:
        held = meetings.c.status == Status.HELD.value
        return self._rows.find(connection, meetings.c.conversation_id == conversation_id, held)

    def _ahead(self, connection: Connection, meeting_id: int, *statuses: Status, version: int | None = None) -> Meeting:
        """The meeting, locked, in one of these states and not over."""
        found = self._rows.get(connection, meeting_id, lock=True)
        if found is None or found.status not in statuses or found.ends_at <= self._clock():
            raise MeetingGone("a meeting that is not there, or over")
        if version is not None and version != found.version:
            raise MeetingChanged("a meeting that has changed")
        return found

    def _slot_of(self, meeting: Meeting) -> Slot:
        return Slot(
            calendar=meeting.calendar,
            form=meeting.form,
            starts_at=meeting.starts_at.astimezone(timezone.utc),
            ends_at=meeting.ends_at.astimezone(timezone.utc),
        )

    def _department(self, slot: Slot, otherwise: str) -> str:
        """Whose calendar it is; ``otherwise`` when it was taken out of `kommune.yml` since."""
        calendar = self._rules.calendars.get(slot.calendar)
        return calendar.department if calendar else otherwise

    def _tell(self, connection: Connection, meeting: Meeting, kind: str) -> None:
        if self._news is not None:
            self._news(connection, meeting, kind)


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """Whatever takes a time: when the database itself says no, the caller's transaction is still good."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError as error:
        if "ex_meetings_no_double_booking" not in str(error.orig):
            raise
        raise SlotTaken("a time that somebody has") from error


def _kept() -> Any:
    return meetings.c.status != Status.EXPIRED.value


def _told_at(details: Details) -> set[str]:
    """Where messages go."""
    mail = {details.email} if details.mail and details.email else set()
    return mail | ({details.phone} if details.sms and details.phone else set())
