"""Rows of the inbox as those who go through it see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.chat.records import Message
from bot.store.crypto import Vault
from bot.training.grouping import Reason, Status, reasons_of
from bot.training.personal import Span, personal


@dataclass(frozen=True, kw_only=True)
class Group:
    """Messages that are alike. ``text`` is the newest of them, or the example that was made of them.

    ``guess`` is the likeliest intent of the newest, ``intent`` where it was put, ``by`` the name of who did that or
    threw it away. ``personal`` are places in ``text``.
    """

    id: int
    text: str = field(repr=False)
    n: int
    first_at: datetime
    last_at: datetime
    reasons: tuple[Reason, ...]
    guess: str | None
    confidence: float | None
    second: str | None
    personal: tuple[Span, ...]
    status: Status
    intent: str | None
    by: str | None
    version: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One of the messages, with what may be read around it in its conversation, in order and masked; it is among them.

    See `bot.training.around`.
    """

    seq: int
    text: str = field(repr=False)
    at: datetime
    intent: str | None
    confidence: float | None
    outcome: str
    marked: str | None
    around: tuple[Message, ...] = field(repr=False)


@dataclass(frozen=True)
class Page:
    """Some rows; ``next`` is the cursor for those after them."""

    rows: tuple[Group, ...]
    next: str | None


def group_of(row: Any, vault: Vault, *, by: str | None) -> Group:
    """A row of `inbox`; ``by`` is the name of its member of staff, if it has one."""
    text = vault.open(row.sealed)
    return Group(
        id=row.id,
        text=text,
        n=row.n,
        first_at=row.first_at,
        last_at=row.last_at,
        reasons=reasons_of(row.reasons),
        guess=row.guess,
        confidence=row.confidence,
        second=row.second,
        personal=personal(text),
        status=Status(row.status),
        intent=row.intent,
        by=by,
        version=row.version,
    )
