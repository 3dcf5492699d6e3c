"""What the assistant read in a conversation at the desk, and that it misread a message, said by staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.desk.holding import Holding
from bot.errors import NotFoundError
from bot.store.engine import reading
from bot.store.handoff_tables import handoffs
from bot.store.tables import messages
from bot.store.training_tables import understood

Mark = Callable[[Connection, str, int], object]
"""Keeps that the message of this number in this conversation was misread. Raises NotFoundError."""


class Misreadings:
    """Methods block while the database works."""

    def __init__(self, engine: Engine, holding: Holding, *, mark: Mark) -> None:
        self._engine = engine
        self._holding = holding
        self._mark = mark

    def among(self, handoff_id: int, seqs: Iterable[int]) -> Mapping[int, bool]:
        """Those of the messages that the assistant has read, and whether somebody has said that it misread them."""
        query = (
            select(understood.c.seq, understood.c.marked)
            .join(handoffs, handoffs.c.conversation_id == understood.c.conversation_id)
            .where(handoffs.c.id == handoff_id, understood.c.seq.in_(list(seqs)))
        )
        with reading(self._engine) as connection:
            return {row.seq: row.marked is not None for row in connection.execute(query)}

    def say(self, handoff_id: int, seq: int) -> None:
        """The assistant misread the message ``seq``; saying so again changes nothing.

        Raises NotFoundError for what has not come to the desk, and for what the assistant has not read.
        """
        with self._holding.held(handoff_id) as held:
            of_it = (messages.c.conversation_id == held.conversation.id) & (messages.c.seq == seq)
            at = held.connection.execute(select(messages.c.at).where(of_it)).scalar()
            closed = held.handoff.closed_at
            if at is None or (closed is not None and at > closed):  # what comes after is not the desk's to see
                raise NotFoundError("no such message at the desk", staff="Beskeden findes ikke længere.")
            self._mark(held.connection, held.conversation.id, seq)
