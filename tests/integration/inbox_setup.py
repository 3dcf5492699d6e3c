"""Conversations whose messages were understood in this way or that, on a real database, with a clock that tests set."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.chat.log import Log
from bot.chat.rasa import Answer
from bot.chat.turn import HandoffAsk, Understood
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import migrate, reading, writing
from bot.store.training_tables import inbox, understood
from bot.training.edits import Within
from bot.training.grouping import Status
from bot.training.inbox import Inbox
from bot.training.inbox_rows import Group
from bot.training.understood import Understandings
from tests.integration.desk_setup import Clock

PIA = Staff(id="s-pia", name="Pia Lund", email="", roles=frozenset({"trainer"}), departments=())
KAREN = Staff(id="s-karen", name="Karen Friis", email="", roles=frozenset({"trainer"}), departments=())


class Robot:
    """The assistant's conversations and the inbox; what is added as an example is in ``added``."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        migrate(engine, Path(bot.store.migrations.__path__[0]))
        self.engine, self.vault, self.clock = engine, vault, Clock()
        self.learning = Understandings(vault)
        self.log = Log(engine, vault, days=30, clock=self.clock, learning=self.learning)
        self.added: list[tuple[str, str, str, bool]] = []
        self.refusal: Exception | None = None
        self.inbox: Inbox[int] = Inbox(engine, vault, add=self._add, named=_named, clock=self.clock)

    def begin(self) -> str:
        """A conversation in which the assistant has said hello; its id."""
        conversation, _ = self.log.create(opening="/hilsen")
        self._answer(conversation.id, Answer(text="Hej, jeg er en robot."))
        return conversation.id

    def hears(
        self,
        text: str,
        outcome: str = "answered",
        intent: str | None = "svartid",
        *,
        conversation: str | None = None,
        trigger: str | None = None,
        confidence: float = 0.9,
        second: str | None = "sagsstatus",
    ) -> str:
        """A citizen writes ``text``, which is understood so, and is answered; the conversation's id.

        ``trigger``: the answer offers a human, for this reason.
        """
        id = conversation or self.begin()
        assert self.log.say(id, str(uuid.uuid4()), text, ask=text) is not None
        made = Understood(outcome=outcome, intent=intent, confidence=confidence, second=second)
        ask = None if trigger is None else HandoffAsk(do="offer", trigger=trigger)
        self._answer(id, Answer(text="Svar.", understood=made, handoff=ask))
        self.clock.goes(seconds=1)
        return id

    def presses(self, conversation: str, title: str, *, trigger: str | None = None) -> None:
        """The citizen presses a button, whose answer may offer a human."""
        assert self.log.say(conversation, str(uuid.uuid4()), title, ask="/tal_med_menneske", chosen=True) is not None
        self._answer(
            conversation,
            Answer(text="Ja.", handoff=None if trigger is None else HandoffAsk(do="offer", trigger=trigger)),
        )

    def says(self, conversation: str, sender: str, text: str, *, card: Mapping[str, Any] | None = None) -> None:
        """A message that nobody asks the assistant about."""
        with writing(self.engine) as connection:
            held = self.log._records.locked(connection, conversation)
            assert held is not None
            self.log._records.append(connection, held, sender, text, card=card)

    def _answer(self, conversation: str, answer: Answer) -> None:
        turn = self.log.next_turn(conversation)
        assert turn is not None
        assert self.log.answer(turn, answer, login_id=None) is not None

    def rows(self, status: Status = Status.WAITING, **found: Any) -> tuple[Group, ...]:
        """The first page of the inbox."""
        return self.inbox.page(status, **found).rows

    def texts(self, **found: Any) -> list[str]:
        """What waits, the newest first."""
        return [group.text for group in self.rows(**found)]

    def misread(self, conversation: str, seq: int, by: str) -> bool:
        """Somebody says that a message was misread."""
        with writing(self.engine) as connection:
            return self.learning.misread(connection, conversation, seq, by=by)

    def kept(self) -> list[Any]:
        """The rows of what was understood."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(understood).order_by(understood.c.at, understood.c.seq)))

    def there(self) -> int:
        """How many rows the inbox has, of whatever status."""
        with reading(self.engine) as connection:
            return int(connection.execute(select(func.count()).select_from(inbox)).scalar_one())

    def _add(self, staff: Staff, intent: str, text: str, confirmed: bool, within: Within) -> int:
        if self.refusal is not None:
            raise self.refusal
        with writing(self.engine) as connection:
            within(connection)
        self.added.append((staff.name, intent, text, confirmed))
        return len(self.added)


def _named(ids: Iterable[str]) -> Mapping[str, str]:
    return {staff.id: staff.name for staff in (PIA, KAREN) if staff.id in ids}
