"""A handoff held by one transaction: whose it is, what its conversation is told, and who has the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.chat.rasa import Choice
from bot.chat.records import ERASED, Conversation, Message, Records
from bot.desk.refusals import NotYours, WrongMoment
from bot.errors import NotFoundError
from bot.handoff.model import EventKind, Handoff, Status
from bot.handoff.records import HandoffRecords
from bot.handoff.standing import Presence
from bot.identity.staff import Staff
from bot.store.engine import writing
from bot.store.handoff_tables import handoffs
from bot.store.tables import conversations

COLLEAGUE = "En kollega"
_NOT_THERE = "Den findes ikke, eller borgeren har trukket den tilbage."
_ERASED = "Borgeren har slettet samtalen og kan ikke læse, hvad du skriver her."


@dataclass(frozen=True)
class Held:
    """A handoff whose conversation is locked until the transaction of ``connection`` is over."""

    connection: Connection
    conversation: Conversation
    handoff: Handoff

    @property
    def erased(self) -> bool:
        """The citizen deleted the conversation, and only the promise is left: nobody reads there any more."""
        return self.conversation.state == ERASED

    def must_be(self, *statuses: Status) -> None:
        """Raise WrongMoment unless the handoff is in one of these."""
        if self.handoff.status in statuses:
            return
        if self.handoff.status is Status.CLOSED:
            raise WrongMoment("the handoff is closed", staff="Den er afsluttet.")
        if self.handoff.status is Status.WAITING:
            raise WrongMoment("the handoff waits", staff="Den ligger i køen. Tag den først.")
        raise WrongMoment("the handoff is somebody's", staff="Den ligger ikke i køen.")

    def must_be_read(self) -> None:
        """Raise WrongMoment where the citizen could not read what is written."""
        if self.erased:
            raise WrongMoment("the conversation is erased", staff=_ERASED)


class Holding:
    """Opens a handoff to be changed, and changes the conversation beside it."""

    def __init__(self, engine: Engine, records: Records, handoffs: HandoffRecords, presence: Presence) -> None:
        self._engine = engine
        self._records = records
        self._handoffs = handoffs
        self._presence = presence

    @contextmanager
    def held(self, handoff_id: int) -> Iterator[Held]:
        """A transaction that has locked the conversation first, and read both after that."""
        with writing(self._engine) as connection:
            of_it = select(handoffs.c.conversation_id).where(handoffs.c.id == handoff_id).scalar_subquery()
            lock = select(conversations).where(conversations.c.id == of_it).with_for_update()
            row = connection.execute(lock).first()
            handoff = None if row is None else self._handoffs.get(connection, handoff_id)
            if handoff is None or handoff.status in (Status.OFFERED, Status.WITHDRAWN):
                raise NotFoundError("no such handoff at the desk", citizen=_NOT_THERE)
            yield Held(connection, self._records.conversation(row), handoff)

    @contextmanager
    def owned(self, handoff_id: int, staff: Staff) -> Iterator[Held]:
        """The same, for what only the owner may do."""
        with self.held(handoff_id) as held:
            held.must_be(Status.CLAIMED)
            if held.handoff.staff_id != staff.id:
                raise NotYours(self.owner(held))
            yield held

    def owner(self, held: Held) -> str:
        """The name of who has it."""
        return self.name(held.connection, held.handoff.staff_id) or COLLEAGUE

    def name(self, connection: Connection, staff_id: str | None) -> str | None:
        """What a member of staff is called."""
        return self._presence.name(connection, staff_id)

    def event(self, held: Held, kind: EventKind, staff: Staff, text: str = "") -> None:
        """Keep what happened."""
        self._handoffs.event(held.connection, held.handoff.id, kind, staff_id=staff.id, text=text)

    def tell(self, held: Held, text: str, *, card: Mapping[str, Any] | None = None) -> Message:
        """A message of nobody's: what has become of the matter."""
        return self._records.append(held.connection, held.conversation, "system", text, card=card)

    def say(
        self,
        held: Held,
        staff: Staff,
        text: str,
        *,
        client_id: str | None = None,
        card: Mapping[str, Any] | None = None,
        choices: Sequence[Choice] = (),
    ) -> Message:
        """A message of the owner's; whoever writes has the conversation, and the assistant is silent."""
        held.must_be_read()
        self.to_human(held)
        return self._records.append(
            held.connection,
            held.conversation,
            "staff",
            text,
            client_id=client_id,
            card=card,
            choices=choices,
            name=staff.name,
        )

    def to_human(self, held: Held) -> None:
        """The conversation is a human's: what waited for the assistant is answered by them."""
        if held.conversation.state != "human":
            self._records.drop_turns(held.connection, held.conversation.id)
            self._records.change(held.connection, held.conversation.id, state="human", troubled=False)
