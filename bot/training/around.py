"""What stands around a citizen's message in its conversation, as far as those who train the assistant may read it.

They are no caseworkers: what was said to a person, or by one, is not for them, and nothing that a login opened either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from bot.chat.records import Message, Records
from bot.handoff.summary.logins import logged_in, logged_out
from bot.handoff.summary.transcript import Said
from bot.store.tables import messages
from bot.store.training_tables import understood

BEFORE, AFTER = 4, 3  # messages
NOT_SHOWN = "(Svaret vises ikke, for det kan handle om borgerens egen sag.)"

_Place = tuple[str, int]  # conversation, seq


def talks(connection: Connection, records: Records, found: Sequence[Any]) -> dict[str, list[Message]]:
    """What may be read around each of these rows of `understood`, in order, by the conversation's id.

    Of the citizen's: what the assistant read, and buttons pressed while not logged in. Of the assistant's: everything,
    but only that there was an answer where it was given to one who is logged in, or on a card.
    """
    if not found:
        return {}
    ids = {one.conversation_id for one in found}
    logins = _logins(connection, records, ids)
    seen = {(row.conversation_id, row.seq) for row in connection.execute(_near(understood, found))}
    shown: dict[str, list[Message]] = {}
    for row in connection.execute(_near(messages, found).order_by(messages.c.seq)):
        for message in _shown(records.message(row), (row.conversation_id, row.seq), seen, logins):
            shown.setdefault(row.conversation_id, []).append(message)
    return shown


def _near(table: Any, found: Sequence[Any]) -> Any:
    places = [
        and_(table.c.conversation_id == one.conversation_id, table.c.seq.between(one.seq - BEFORE, one.seq + AFTER))
        for one in found
    ]
    return select(table).where(or_(*places))


def _logins(connection: Connection, records: Records, ids: set[str]) -> dict[str, list[tuple[int, bool]]]:
    """Of each conversation, from which message on the citizen was logged in (True), or no longer."""
    said = select(messages).where(messages.c.conversation_id.in_(ids), messages.c.sender == "system")
    changes: dict[str, list[tuple[int, bool]]] = {}
    for row in connection.execute(said.order_by(messages.c.seq)):
        message = records.message(row)
        told = Said(seq=message.seq, sender=message.sender, text=message.text, at=message.at)
        if (inside := logged_in(told) is not None) or logged_out(told):
            changes.setdefault(row.conversation_id, []).append((message.seq, inside))
    return changes


def _shown(
    message: Message, place: _Place, seen: set[_Place], logins: dict[str, list[tuple[int, bool]]]
) -> Iterator[Message]:
    """The message as it may be read, if it may."""
    conversation, seq = place
    earlier = [inside for at, inside in logins.get(conversation, ()) if at < seq]
    inside = bool(earlier) and earlier[-1]
    if message.sender == "assistant":
        yield replace(message, text=NOT_SHOWN, card=None, choices=()) if inside or message.card else message
    elif message.sender == "citizen" and (place in seen or (message.chosen and not inside)):
        yield message
