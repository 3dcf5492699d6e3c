"""Which days the municipality works: weekdays without Danish public holidays and its own closing days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


@dataclass(frozen=True, kw_only=True)
class ClosingDay:
    """A day the municipality is closed beside the public holidays; without ``year`` it comes every year."""

    name: str
    day: int
    month: int
    year: int | None = None

    def holds(self, on: date) -> bool:
        """True when ``on`` is this day."""
        return (on.day, on.month) == (self.day, self.month) and self.year in (None, on.year)


@dataclass(frozen=True, kw_only=True)
class Workdays:
    """The municipality's working days; all dates are Danish calendar dates."""

    closing_days: tuple[ClosingDay, ...] = ()

    def closed(self, on: date) -> bool:
        """True on public holidays and the municipality's own closing days; an ordinary Sunday is not *closed*."""
        return on in _public_holidays(on.year) or any(day.holds(on) for day in self.closing_days)

    def works(self, on: date) -> bool:
        """True on a Monday to Friday that is not closed."""
        return on.weekday() < 5 and not self.closed(on)

    def after(self, day: date, count: int) -> date:
        """The working day that is ``count`` (1 or more) working days after ``day``."""
        left = count
        while left > 0:
            day += timedelta(days=1)
            left -= self.works(day)
        return day
