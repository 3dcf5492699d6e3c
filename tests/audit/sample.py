"""Lines of an audit trail, as the look-ups and the desk write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.audit.trail import ActorKind, Doing, Entry

NOW = datetime(2026, 11, 22, 13, 2, 3, 456789, tzinfo=timezone.utc)
ANNA = "0708614866"
BO = "1204756789"


def entry(**changes: Any) -> Entry:
    """A citizen's own look-up, or what ``changes`` make of it."""
    said: dict[str, Any] = {
        "at": NOW,
        "actor_kind": ActorKind.CITIZEN,
        "actor": "a-login",
        "actor_name": "Borgeren selv",
        "subject": ANNA,
        "doing": Doing.LOOKED_UP,
        "why": "sagsstatus",
        "place": "11111111-1111-4111-8111-111111111111",
        "systems": ("Byggesager",),
        "cases": ("02.34.02-G01-7-26",),
        "outcome": "ok",
    }
    return Entry(**{**said, **changes})


def by_staff(name: str = "Mette Holm", **changes: Any) -> Entry:
    """A member of staff saw the citizen's cases."""
    made: dict[str, Any] = {
        "actor_kind": ActorKind.STAFF,
        "actor": f"id-of-{name.replace(' ', '-')}",
        "actor_name": name,
        "why": "desk.cases",
        "place": "12",
    }
    return entry(**{**made, **changes})


def by_worker(**changes: Any) -> Entry:
    """What a meeting led to was written back."""
    made: dict[str, Any] = {
        "actor_kind": ActorKind.SYSTEM,
        "actor": "filing",
        "actor_name": "Tilbageskrivningen",
        "doing": Doing.WROTE_TASK,
        "why": "filing",
        "place": "12",
    }
    return entry(**{**made, **changes})


def later(minutes: float) -> datetime:
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)
