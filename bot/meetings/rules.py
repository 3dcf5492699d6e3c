"""What the municipality says of meetings: calendars, times, notice, and papers to bring (`moeder` in `kommune.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.municipality.hours import Hours


class Form(str, Enum):
    """How people meet; the value is what stands in `data/kommune.yml` and in the database."""

    IN_PERSON = "fremmoede"
    PHONE = "telefon"
    VIDEO = "video"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Somebody, or a room, that can be booked: one meeting at a time.

    ``place`` is where to come to, ``video`` how to get into the picture; each is "" where that form is not offered.
    ``hours`` are by the Danish wall clock, and know the days when the municipality is closed.
    """

    key: str
    department: str
    name: str
    forms: tuple[Form, ...]
    place: str
    video: str
    hours: Hours


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What to bring to a meeting about a KLE number (``kle`` is its beginning), or with a department."""

    kle: str | None
    department: str | None
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MeetingRules:
    """Everything under `moeder`.

    ``minutes``: how long a meeting is. ``notice_hours``: how long before it a meeting must be booked.
    ``days_ahead``: how far ahead times are offered. ``hold_minutes``: how long a time is kept for somebody who
    makes up their mind. ``reminder_hours``: how long before a meeting reminders go, the longest first.
    """

    minutes: int
    notice_hours: int
    days_ahead: int
    hold_minutes: int
    reminder_hours: tuple[int, ...]
    calendars: Mapping[str, Calendar]
    papers: tuple[Papers, ...]

    def calendars_of(self, department: str, form: Form | None = None) -> tuple[Calendar, ...]:
        """The calendars of a department in the order they are written; with ``form`` those that offer it."""
        mine = (calendar for calendar in self.calendars.values() if calendar.department == department)
        return tuple(calendar for calendar in mine if form is None or form in calendar.forms)

    def forms_of(self, department: str) -> tuple[Form, ...]:
        """The forms in which one can meet a department."""
        offered = {form for calendar in self.calendars_of(department) for form in calendar.forms}
        return tuple(form for form in Form if form in offered)

    def documents_for(self, department: str, kle: str | None) -> tuple[str, ...]:
        """What to bring: that of the longest beginning of the KLE number, and that of the department."""
        fitting = [
            papers
            for papers in self.papers
            if papers.kle and kle and (kle == papers.kle or kle.startswith(papers.kle + "."))
        ]
        longest = max(fitting, key=lambda papers: len(papers.kle or ""), default=None)
        rows = [papers for papers in self.papers if papers is longest or papers.department == department]
        return tuple(dict.fromkeys(document for papers in rows for document in papers.documents))
