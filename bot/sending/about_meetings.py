"""What is sent about a meeting, and when: invitations, changes, reminders. Never a word of what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy.engine import Connection

from bot.identity.clock import Clock, utc_now
from bot.meetings.invitation import CANCEL, REQUEST, invitation
from bot.meetings.model import Meeting
from bot.meetings.rules import Form
from bot.meetings.slots import span_words, when_words
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.sending.gsm import is_one_message
from bot.sending.outbox import Outbox
from bot.sending.ports import MAIL, SMS, Invitation

# What happened to a meeting, as `MeetingNews.news` is told of it.
BOOKED, MOVED, CHANGED, CANCELLED = "booked", "moved", "changed", "cancelled"
_REMINDER = "reminder"

_SUBJECTS = {
    BOOKED: "Møde med {department} {when}",
    MOVED: "Ny tid: møde med {department} {when}",
    CHANGED: "Dit møde med {department} {when}",
    CANCELLED: "Aflyst: møde med {department} {when}",
    _REMINDER: "Husk: møde med {department} {when}",
}
_OPENINGS = {
    BOOKED: "Du har aftalt et møde med {department} i {municipality}:",
    MOVED: "Dit møde med {department} i {municipality} har fået en ny tid:",
    CHANGED: "Her er dit møde med {department} i {municipality}:",
    CANCELLED: "Dit møde med {department} i {municipality} er aflyst. Det var:",
    _REMINDER: "Husk dit møde med {department} i {municipality}:",
}
_WAYS_ON = {
    CANCELLED: "Vil du have en ny tid? Skriv i chatten på {website}, eller ring til os på {phone}.",
}
_WAY_ON = "Er du forhindret? Skriv i chatten på {website}, eller ring til os på {phone}. Så finder vi en anden tid."
_MAIL = (
    "Hej\n\n{opening}\n\n{span}\n{where}{way_on}{enclosed}\n\n"
    "Venlig hilsen\n{municipality}\n\nDu kan ikke svare på denne mail.\n"
)
_ENCLOSED = "\n\nMødet er vedhæftet, så du kan lægge det i din kalender."
_TAKEN_OUT = "\n\nÅbn den vedhæftede fil, hvis mødet stadig står i din kalender."
_TEXTS = {
    BOOKED: "Du har et møde med {department}",
    MOVED: "Ny tid: møde med {department}",
    CHANGED: "Dit møde med {department} er",
    CANCELLED: "Dit møde med {department} er aflyst. Det var",
    _REMINDER: "Husk dit møde med {department}",
}
_ENDINGS = {
    CANCELLED: (
        "Ny tid? Skriv i chatten på {website} eller ring {phone}.",
        "Ny tid? Skriv i chatten eller ring {phone}.",
    )
}
_ENDING = (
    "Forhindret? Skriv i chatten på {website} eller ring {phone}.",
    "Forhindret? Skriv i chatten eller ring {phone}.",
    "Afbud i chatten eller på {phone}.",
)
_BY_VIDEO = "Vi mødes på video."


@dataclass(frozen=True, kw_only=True)
class _Reminder:
    """One reminder: ``hours`` before, at ``due_at``, of no use any more at ``until``."""

    hours: int
    due_at: datetime
    until: datetime


class MeetingNews:
    """Puts into the outbox what a citizen who asked for it is sent about a meeting.

    What is mailed lies open on its way, so no text here holds more than who, when, where and how to cancel.
    """

    def __init__(self, outbox: Outbox, municipality: Municipality, *, clock: Clock = utc_now) -> None:
        self._outbox = outbox
        self._municipality = municipality
        self._rules = municipality.meetings
        self._clock = clock

    def news(self, connection: Connection, meeting: Meeting, kind: str) -> None:
        """Tell of a meeting that was just `BOOKED`, `MOVED`, `CHANGED` (where to tell of it) or `CANCELLED`.

        In the transaction that changed it. What waited to be sent about it and is true no more is dropped; what is
        true is told once, to whom opted in. Raises InputError when the address or number can't be used.
        """
        now = self._clock()
        details = meeting.details
        channels = [channel for channel, on in ((MAIL, details.mail), (SMS, details.sms)) if on]
        letters: list[tuple[str, str, datetime, datetime]] = []  # kind, what it tells of, due, until
        if meeting.ends_at > now:
            letters.append((kind, CANCELLED if kind == CANCELLED else "agreed", now, meeting.ends_at))
        if kind != CANCELLED:
            for one in self._reminders(meeting.starts_at, now):
                letters.append((_REMINDER, f"{_REMINDER}-{one.hours}", one.due_at, one.until))
        kept = {
            self._put(connection, meeting, kind, told, channel=channel, due_at=due_at, until=until)
            for kind, told, due_at, until in letters
            for channel in channels
        }
        self._outbox.cancel(connection, meeting.id, keep=[key for key in kept if key is not None])

    def _reminders(self, starts_at: datetime, now: datetime) -> Iterator[_Reminder]:
        hours = sorted(set(self._rules.reminder_hours), reverse=True)
        times = [reminder_at(starts_at, one) for one in hours]
        # A reminder that was held up is of no use when the next one is about to go.
        for one, due_at, until in zip(hours, times, [*times[1:], starts_at], strict=True):
            if due_at > now:
                yield _Reminder(hours=one, due_at=due_at, until=until)

    def _put(
        self,
        connection: Connection,
        meeting: Meeting,
        kind: str,
        told: str,
        *,
        channel: str,
        due_at: datetime,
        until: datetime,
    ) -> str | None:
        mail = channel == MAIL
        method = {_REMINDER: None, CANCELLED: CANCEL}.get(kind, REQUEST) if mail else None
        return self._outbox.put(
            connection,
            key=f"meeting:{meeting.id}:{meeting.sequence}:{told}:{channel}",
            channel=channel,
            to=meeting.details.email if mail else meeting.details.phone,
            subject=_SUBJECTS[kind].format(**self._facts(meeting)) if mail else "",
            text=self._mail(meeting, kind) if mail else self._text(meeting, kind),
            invitation=None
            if method is None
            else Invitation(method=method, ics=invitation(meeting, method, self._municipality)),
            due_at=due_at,
            until=until,
            meeting_id=meeting.id,
        )

    def _mail(self, meeting: Meeting, kind: str) -> str:
        facts = self._facts(meeting)
        span = span_words(meeting.starts_at, meeting.ends_at)
        enclosed = {_REMINDER: "", CANCELLED: _TAKEN_OUT}.get(kind, _ENCLOSED)
        return _MAIL.format(
            opening=_OPENINGS[kind].format(**facts),
            span=span[0].upper() + span[1:],
            where="\n" if kind == CANCELLED else f"{self._where(meeting)}\n\n",
            way_on=_WAYS_ON.get(kind, _WAY_ON).format(**facts),
            enclosed=enclosed,
            municipality=facts["municipality"],
        )

    def _text(self, meeting: Meeting, kind: str) -> str:
        """The text message: the longest that goes in one; where none does, all of it in two."""
        facts = self._facts(meeting)
        told = f"{_TEXTS[kind].format(**facts)} {facts['when']}."
        places = (f" {self._where(meeting)}", f" {_BY_VIDEO}" if meeting.form is Form.VIDEO else "", "")
        longest_first = [
            f"{told}{place} {ending.format(**facts)}{by}"
            for place in (places if kind != CANCELLED else ("",))
            for ending in _ENDINGS.get(kind, _ENDING)
            for by in (f" {facts['municipality']}", "")
        ]
        return next((text for text in longest_first if is_one_message(text)), longest_first[0])

    def _where(self, meeting: Meeting) -> str:
        calendar = self._rules.calendars.get(meeting.calendar)
        if meeting.form is Form.PHONE:
            return "Vi ringer til dig."
        if meeting.form is Form.VIDEO:
            return f"{_BY_VIDEO} {calendar.video.rstrip('.')}." if calendar else _BY_VIDEO
        place = calendar.place if calendar else self._municipality.department(meeting.department).address
        return f"Sted: {place.rstrip('.')}."

    def _facts(self, meeting: Meeting) -> dict[str, str]:
        return {
            "department": self._municipality.department(meeting.department).name,
            "municipality": self._municipality.name,
            "website": self._municipality.website.removeprefix("https://"),
            "phone": self._municipality.phone,
            "when": when_words(meeting.starts_at),
        }


def reminder_at(starts_at: datetime, hours: int) -> datetime:
    """When a reminder goes that comes ``hours`` before a meeting; aware UTC.

    Whole days are counted by the Danish wall clock, for "the day before" is at the same time of day on both nights
    when the clock changes; what is left are hours that pass.
    """
    days, rest = divmod(hours, 24)
    here = starts_at.astimezone(COPENHAGEN)
    if days:  # even nothing taken off forgets which of two equal times of an autumn night it was
        here -= timedelta(days=days)
    return here.astimezone(timezone.utc) - timedelta(hours=rest)
