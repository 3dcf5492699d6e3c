"""What holds now: each value in the index carries its Virkning, from a moment on and up to, but not at, another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timezone
from typing import Any

from bot.cases.days import DENMARK
from bot.errors import CaseSystemNonsense

_ALWAYS = datetime.min.replace(tzinfo=timezone.utc)
_FOREVER = datetime.max.replace(tzinfo=timezone.utc)


def holds(value: Any, now: datetime) -> bool:
    """Whether ``value`` holds at ``now`` (aware): a value without a Virkning never does.

    A limit that is missing, or a GraenseIndikator, is without end. Raises CaseSystemNonsense for a limit that says
    nothing.
    """
    if value.Virkning is None:
        return False
    return start_of(value) <= now < _limit(value.Virkning.TilTidspunkt, _FOREVER)


def start_of(value: Any) -> datetime:
    """The moment ``value`` holds from, aware; the beginning of time where there is none. Raises as `holds` does."""
    return _limit(value.Virkning.FraTidspunkt if value.Virkning is not None else None, _ALWAYS)


def current(values: Iterable[Any], now: datetime) -> Any:
    """The one of ``values`` that holds, None when none does; of several the one that began last."""
    return max((value for value in values if holds(value, now)), key=start_of, default=None)


def aware(moment: datetime) -> datetime:
    """``moment`` with a time zone: Danish where it has none. Raises CaseSystemNonsense when it is no time."""
    if not isinstance(moment, datetime):
        raise CaseSystemNonsense("the index gave something else where a time belongs")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=DENMARK)


def danish_day(moment: datetime) -> date:
    """The Danish date of a moment. Raises CaseSystemNonsense when it is no time."""
    try:
        return aware(moment).astimezone(DENMARK).date()
    except OverflowError:
        raise CaseSystemNonsense("the index gave a time out of all reason") from None


def _limit(told: Any, endless: datetime) -> datetime:
    if told is None or told.GraenseIndikator is True:
        return endless
    return aware(told.TidsstempelDatoTid)
