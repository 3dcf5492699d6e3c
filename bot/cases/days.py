"""Today, as the Danish calendar has it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def danish_today() -> date:
    """The date in Denmark now, wherever the machine stands."""
    return datetime.now(DENMARK).date()
