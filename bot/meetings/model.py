"""A meeting as a value, and the free time it may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from bot.meetings.rules import Form


class Status(str, Enum):
    """Where a meeting is.

    HELD       the time is kept for a while for somebody who makes up their mind
    BOOKED     agreed
    CANCELLED  was agreed, or held, and is not any more
    EXPIRED    was held until its time ran out
    """

    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Details:
    """Who comes and how to reach them; all of it is personal data, CPR numbers masked.

    ``mail`` and ``sms`` are True only where the citizen asked for messages that way (``email``, ``phone``).
    """

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    mail: bool = False
    sms: bool = False
    interpreter: str = field(default="", repr=False)
    companion: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time in a calendar that can be had; times are aware UTC."""

    calendar: str
    form: Form
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One meeting. Times are aware UTC; ``calendar`` and ``department`` are keys, ``person`` a fingerprint.

    ``uid`` names it in people's calendars for ever, ``sequence`` grows when what stands there changes
    (RFC 5545, 3.8.7.4). ``moves`` is the id of the booked meeting that a held time would move. ``version`` grows
    with each change, so that two who change it at once notice.
    """

    id: int
    uid: str
    conversation_id: str
    handoff_id: int | None
    person: str | None
    calendar: str
    department: str
    form: Form
    status: Status
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    sequence: int
    details: Details = field(repr=False)
    agenda: tuple[str, ...] = field(default=(), repr=False)
    documents: tuple[str, ...] = field(default=(), repr=False)
    moves: int | None = None
    created_at: datetime
    changed_at: datetime
    version: int

    def is_ahead(self, at: datetime) -> bool:
        """Whether the meeting is agreed and not over at ``at``."""
        return self.status is Status.BOOKED and self.ends_at > at
