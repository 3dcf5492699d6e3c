"""A handoff as a value: one conversation, or call, or meeting, that a human has taken upon them to see to an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from bot.handoff.rules import Trigger
from bot.handoff.summary.fields import Summary


class Status(str, Enum):
    """Where a handoff is.

    OFFERED    the citizen looks at the summary; the assistant still answers
    WAITING    in the queue
    CLAIMED    somebody at the desk has it
    CLOSED     ended with an outcome and a note
    WITHDRAWN  the citizen did not want it after all
    """

    OFFERED = "offered"
    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ONGOING = (Status.OFFERED, Status.WAITING, Status.CLAIMED)


class Way(str, Enum):
    """How the citizen is to be met: in this chat, by a call, or at a meeting."""

    CHAT = "chat"
    CALL = "call"
    MEETING = "meeting"


class Outcome(str, Enum):
    """How a handoff ended; the value is shown on the desk through `OUTCOMES`."""

    ANSWERED = "answered"
    MEETING = "meeting"
    PASSED_ON = "passed_on"
    NOT_REACHED = "not_reached"
    NOT_OURS = "not_ours"


OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "Borgeren har fået svar",
    Outcome.MEETING: "Der er aftalt et møde",
    Outcome.PASSED_ON: "Givet videre til sagsbehandleren",
    Outcome.NOT_REACHED: "Borgeren kunne ikke nås",
    Outcome.NOT_OURS: "Hører til hos en anden myndighed",
}


class EventKind(str, Enum):
    """What can happen to a handoff."""

    OFFERED = "offered"
    SENT = "sent"
    CLAIMED = "claimed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    TO_ASSISTANT = "to_assistant"
    ASKED_LOGIN = "asked_login"
    ASKED_CONSENT = "asked_consent"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    LATE = "late"
    NOTE = "note"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """One handoff. Times are aware UTC; ``department`` and ``staff_id`` are keys, ``person`` a fingerprint.

    ``phone`` is where to call, ``reason`` (Danish) why, in the assistant's words. ``level`` is the level of the
    login at the time. ``departments`` are all that it covers, the one that has it first. ``version`` grows with each
    change, so that two who change it at once notice.
    """

    id: int
    conversation_id: str
    seq: int
    status: Status
    way: Way
    trigger: Trigger
    priority: int
    department: str
    kle: str | None
    person: str | None
    summary: Summary = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    reason: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    level: str = ""
    departments: tuple[str, ...] = ()
    note: str = field(default="", repr=False)
    created_at: datetime
    send_at: datetime | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = None
    alerted_at: datetime | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    staff_id: str | None = None
    outcome: Outcome | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a handoff; ``text`` is a reason or a note."""

    id: int
    kind: EventKind
    at: datetime
    staff_id: str | None = None
    text: str = field(default="", repr=False)
