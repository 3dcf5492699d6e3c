"""What citizens wrote lately, to see which of it another version would answer otherwise.

A comparison keeps the places of the messages and not their words: so nothing a citizen wrote outlives its conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Engine

from bot.nlu.evaluation.reading import folded
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.tables import messages
from bot.store.training_tables import understood

DAYS = 30
MOST = 2_000  # different messages
_READ = 20_000  # messages that are looked through for them, at the most
_PLACES = 5  # kept of each: one of them is there for as long as one of the conversations
_AT_ONCE = 200

Place = tuple[str, int]
"""A conversation's id, and the message's seq in it."""


@dataclass(frozen=True, kw_only=True)
class Recent:
    """What somebody wrote, masked as it was kept; ``n`` times, at ``places`` among others."""

    text: str = field(repr=False)
    n: int
    places: tuple[Place, ...]


def recent(engine: Engine, vault: Vault, *, since: datetime, most: int = MOST) -> tuple[Recent, ...]:
    """The newest ``most`` different messages since then that citizens typed and the assistant answered.

    Buttons are none of them, nor what was written to a person. Blocks while the database works.
    """
    query = (
        select(messages.c.conversation_id, messages.c.seq, messages.c.sealed)
        .join(
            understood,
            (understood.c.conversation_id == messages.c.conversation_id) & (understood.c.seq == messages.c.seq),
        )
        .where(messages.c.sender == "citizen", understood.c.at >= since)
        .order_by(understood.c.at.desc(), messages.c.conversation_id, messages.c.seq)
        .limit(_READ)
    )
    texts: dict[str, str] = {}
    places: dict[str, list[Place]] = {}
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    for row in rows:
        content = vault.open_json(row.sealed)
        text = str(content["text"])
        key = folded(text)
        if content.get("chosen") or not key or (key not in texts and len(texts) >= most):
            continue
        texts.setdefault(key, text)
        places.setdefault(key, []).append((row.conversation_id, row.seq))
    return tuple(
        Recent(text=text, n=len(places[key]), places=tuple(places[key][:_PLACES])) for key, text in texts.items()
    )


def texts_at(engine: Engine, vault: Vault, places: Iterable[Place]) -> dict[Place, str]:
    """What stands at these places; those whose conversation was erased are left out."""
    wanted = list(dict.fromkeys(places))
    found: dict[Place, str] = {}
    with reading(engine) as connection:
        for begin in range(0, len(wanted), _AT_ONCE):
            query = select(messages.c.conversation_id, messages.c.seq, messages.c.sealed)
            for row in connection.execute(query.where(_any_of(wanted[begin : begin + _AT_ONCE]))):
                found[row.conversation_id, row.seq] = str(vault.open_json(row.sealed)["text"])
    return found


def _any_of(places: Sequence[Place]):  # type: ignore[no-untyped-def]
    return or_(*(and_(messages.c.conversation_id == each, messages.c.seq == seq) for each, seq in places))
