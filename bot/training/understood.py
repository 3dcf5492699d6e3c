"""Keeps what the assistant made of each message, in the chat's own transactions, and finds what to look at in it.

A message comes into the inbox when it was not understood or only half, when a human was needed because of that or
asked for right after its answer, and when somebody says that it was misread. Never a cry for help, and never
what is only a hello, a thank-you, a yes or a no.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.chat.rasa import Answer
from bot.chat.records import Turn
from bot.chat.turn import Understood
from bot.errors import NotFoundError
from bot.handoff.rules import Trigger
from bot.store.crypto import Vault
from bot.store.tables import messages
from bot.store.training_tables import understood
from bot.training.grouping import Grouping, Heard, Reason
from bot.training.likeness import likeness

# What was understood as one of these is no question whose answer a human had to better.
_NO_QUESTION = frozenset({"hilsen", "tak", "farvel", "bekraeft", "afvis", "oplys", "tal_med_menneske", "ring_mig_op"})
_DANGER = "danger"
_BY_OUTCOME = {"fallback": Reason.FALLBACK, "asked": Reason.ASKED}
_BY_WHOM = {"citizen": Reason.CITIZEN, "staff": Reason.STAFF}
_LONGEST_NAME = 80  # characters of an intent's name

_Found = Sequence[tuple[Any, Collection[Reason]]]
"""Rows of `understood`, each with why somebody should look at it."""


class Understandings:
    """See `bot.chat.learning.Learning`. Every method runs inside the transaction that has locked the conversation."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._grouping = Grouping(vault)

    def answered(self, connection: Connection, turn: Turn, answer: Answer) -> None:
        """Keep what was made of the message, if one was typed, and the trigger of a human that was offered or comes."""
        asked = answer.handoff
        trigger = asked.trigger if asked is not None and asked.do in ("offer", "call") else None
        found: list[tuple[Any, Collection[Reason]]] = []
        if answer.understood is not None and turn.seq:
            found += self._keep(connection, turn, answer.understood, trigger)
        if trigger == Trigger.ASKED.value:
            found += self._asked_for_after(connection, turn)
        self._put(connection, found)

    def answered_wrong(self, connection: Connection, conversation_id: str, seq: int) -> bool:
        """See `Learning.answered_wrong`."""
        of_it = (messages.c.conversation_id == conversation_id) & (messages.c.seq == seq)
        sealed = connection.execute(select(messages.c.sealed).where(of_it)).scalar()
        answers = None if sealed is None else self._vault.open_json(sealed).get("answers")
        if answers is None:
            raise NotFoundError("a message that answers nothing")
        return self.misread(connection, conversation_id, answers, by="citizen")

    def misread(self, connection: Connection, conversation_id: str, seq: int, *, by: str) -> bool:
        """Somebody ("citizen" or "staff") says that the message ``seq`` was misread; False when that was said before.

        Raises NotFoundError for a message that the assistant has not read.
        """
        row = self._row(connection, conversation_id, seq)
        if row is None:
            raise NotFoundError(
                "a message that the assistant has not read", staff="Robotten har ikke svaret på den besked."
            )
        if row.marked == by:
            return False
        connection.execute(update(understood).where(*_is(row)).values(marked=by))
        self._put(connection, [(row, {_BY_WHOM[by]})])
        return True

    def forget(self, connection: Connection, conversations: Select) -> None:
        """See `Learning.forget`."""
        theirs = understood.c.conversation_id.in_(conversations)
        rows = select(understood.c.inbox_id).where(theirs, understood.c.inbox_id.is_not(None)).distinct()
        ids = [int(id) for id in connection.execute(rows).scalars()]
        connection.execute(delete(understood).where(theirs))
        self._grouping.left(connection, sorted(ids))

    def _keep(self, connection: Connection, turn: Turn, made: Understood, trigger: str | None) -> _Found:
        message = select(messages.c.at).where(
            messages.c.conversation_id == turn.conversation_id, messages.c.seq == turn.seq
        )
        at = connection.execute(message).scalar()
        if at is None or self._row(connection, turn.conversation_id, turn.seq) is not None:
            return []
        connection.execute(
            insert(understood).values(
                conversation_id=turn.conversation_id,
                seq=turn.seq,
                outcome=made.outcome,
                intent=made.intent[:_LONGEST_NAME] if made.intent else None,
                confidence=made.confidence,
                second=made.second[:_LONGEST_NAME] if made.second else None,
                handoff=trigger,
                at=at,
            )
        )
        reasons = {_BY_OUTCOME[made.outcome]} if made.outcome in _BY_OUTCOME else set()
        if trigger == Trigger.NOT_UNDERSTOOD.value:
            reasons.add(Reason.HANDOFF)
        return [(self._row(connection, turn.conversation_id, turn.seq), reasons)] if reasons else []

    def _asked_for_after(self, connection: Connection, turn: Turn) -> _Found:
        """A human was asked for: the message before, if it had an answer, may have had the wrong one."""
        before = select(func.max(messages.c.seq)).where(
            messages.c.conversation_id == turn.conversation_id,
            messages.c.sender == "citizen",
            messages.c.seq < turn.seq,
        )
        seq = connection.execute(before).scalar()
        row = None if seq is None else self._row(connection, turn.conversation_id, seq)
        if row is None or row.handoff is not None or (row.outcome == "answered" and row.intent in _NO_QUESTION):
            return []
        return [(row, {Reason.HANDOFF})]

    def _put(self, connection: Connection, found: _Found) -> None:
        """Put messages into the inbox for their reasons: in one order everywhere, or two might wait for each other."""
        heard = [(self._heard(connection, row), row, reasons) for row, reasons in found if row.outcome != _DANGER]
        for one, row, reasons in sorted(heard, key=lambda each: likeness(self._vault, each[0].text)):
            inbox_id = self._grouping.put(connection, one, reasons, known=row.inbox_id)
            if inbox_id != row.inbox_id:
                connection.execute(update(understood).where(*_is(row)).values(inbox_id=inbox_id))

    def _heard(self, connection: Connection, row: Any) -> Heard:
        sealed = select(messages.c.sealed).where(
            messages.c.conversation_id == row.conversation_id, messages.c.seq == row.seq
        )
        return Heard(
            conversation_id=row.conversation_id,
            seq=row.seq,
            text=self._vault.open_json(connection.execute(sealed).scalar_one())["text"],
            at=row.at,
            intent=row.intent,
            confidence=row.confidence,
            second=row.second,
        )

    @staticmethod
    def _row(connection: Connection, conversation_id: str, seq: int) -> Any:
        query = select(understood).where(understood.c.conversation_id == conversation_id, understood.c.seq == seq)
        return connection.execute(query).first()


def _is(row: Any) -> tuple[Any, Any]:
    return understood.c.conversation_id == row.conversation_id, understood.c.seq == row.seq
