"""What a citizen is promised, counted in the hours people are there; and how it is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from bot.handoff.model import Way
from bot.municipality.danish import time_words, weekday_words
from bot.municipality.hours import Hours
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN


def promised(municipality: Municipality, way: Way, priority: int, at: datetime) -> datetime | None:
    """When somebody who asks at ``at`` (aware) is met at the latest: the service goal. None: nobody is ever there.

    In the chat it is counted in minutes of the desk's hours; a call comes within the phone hours of the day promised.
    """
    if way is Way.CHAT:
        minutes = municipality.desk_goals.answer_minutes
        return after_open_time(municipality.desk_hours, at, timedelta(minutes=minutes[min(priority, len(minutes) - 1)]))
    return call_by(municipality, at)


def call_by(municipality: Municipality, at: datetime) -> datetime | None:
    """When somebody who asks at ``at`` (aware) is called at the latest."""
    day = municipality.callback_by(at)
    spans = municipality.phone_hours.days[day.weekday()]
    if not spans:
        return None
    closes = max(span.closes for span in spans)
    return datetime.combine(day, closes, tzinfo=COPENHAGEN).astimezone(timezone.utc)


def after_open_time(hours: Hours, at: datetime, needed: timedelta) -> datetime | None:
    """The moment when ``needed`` of open time has passed since ``at``, in UTC; None when it never opens."""
    moment = at
    while True:
        opens = hours.next_open(moment)
        if opens is None:
            return None
        clock = opens.timetz().replace(tzinfo=None)
        closes = next(span.closes for span in hours.days[opens.weekday()] if span.opens <= clock < span.closes)
        # Through UTC, so that a night with another number of hours is counted as long as it is.
        begins = opens.astimezone(timezone.utc)
        ends = datetime.combine(opens.date(), closes, tzinfo=COPENHAGEN).astimezone(timezone.utc)
        if begins + needed <= ends:
            return begins + needed
        needed -= ends - begins
        moment = ends


def by_words(due: datetime, now: datetime) -> str:
    """ "i dag kl. 10.15", "tirsdag den 24. november kl. 9.30": rounded up, to stand after "senest"."""
    here = due.astimezone(COPENHAGEN)
    rounded = _up_to_five_minutes(here)
    return f"{day_words(rounded.date(), now)} kl. {time_words(rounded.time())}"


def at_words(moment: datetime, now: datetime) -> str:
    """ "i dag kl. 10", "i morgen kl. 9", "mandag den 23. november kl. 9"."""
    here = moment.astimezone(COPENHAGEN)
    return f"{day_words(here.date(), now)} kl. {time_words(here.time())}"


def day_words(day: date, now: datetime) -> str:
    """ "i dag", "i morgen", or the weekday and the date."""
    ahead = (day - now.astimezone(COPENHAGEN).date()).days
    return {0: "i dag", 1: "i morgen"}.get(ahead, weekday_words(day))


def _up_to_five_minutes(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + timedelta(minutes=5)
