"""One handoff opened at the desk: all that is kept of it, and its conversation a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.chat.records import Conversation, Message, Records
from bot.errors import NotFoundError
from bot.handoff.desk_rows import Named, Row
from bot.handoff.figures import QUESTIONS
from bot.handoff.listing import Listing
from bot.handoff.model import Event
from bot.handoff.records import HandoffRecords
from bot.meetings.booking import Meetings
from bot.meetings.model import Meeting
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.handoff_tables import surveys
from bot.store.tables import conversations, messages

MOST = 200  # messages of a page


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A handoff with its conversation, what happened to it, its meetings, and what the citizen said of it after.

    ``names`` are those of the staff among the events. ``survey`` has the answers by question, and the ``comment``.
    """

    row: Row
    conversation: Conversation
    events: Sequence[Event]
    names: Mapping[str, str] = field(repr=False)
    meetings: Sequence[Meeting]
    survey: Mapping[str, int | str | None] | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Messages:
    """Some messages of a conversation, the oldest first; ``more``: there are older ones."""

    messages: Sequence[Message]
    more: bool


class Opening:
    """Reads what the desk opens. Methods block, and raise NotFoundError for what has not come to the desk."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        records: Records,
        handoffs: HandoffRecords,
        meetings: Meetings,
        listing: Listing,
        *,
        named: Named,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._records = records
        self._handoffs = handoffs
        self._meetings = meetings
        self._listing = listing
        self._named = named

    def open(self, handoff_id: int) -> Opened:
        """A handoff with all that is kept of it but the messages."""
        row = self.row(handoff_id)
        conversation_id = row.handoff.conversation_id
        with reading(self._engine) as connection:
            kept = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).first()
            if kept is None:
                raise _not_there()
            conversation = self._records.conversation(kept)
            events = self._handoffs.events(connection, handoff_id)
            meetings = self._meetings.of_conversation(connection, conversation_id)
            answered = connection.execute(select(surveys).where(surveys.c.handoff_id == handoff_id)).first()
        survey: dict[str, int | str | None] | None = None
        if answered is not None:
            survey = {name: getattr(answered, name) for name in QUESTIONS}
            survey["comment"] = self._vault.open(answered.sealed) if answered.sealed else ""
        ids = {event.staff_id for event in events if event.staff_id is not None}
        return Opened(
            row=row,
            conversation=conversation,
            events=events,
            names=self._named(ids) if ids else {},
            meetings=meetings,
            survey=survey,
        )

    def row(self, handoff_id: int) -> Row:
        """A handoff as it stands in a list."""
        row = self._listing.row(handoff_id)
        if row is None:
            raise _not_there()
        return row

    def messages(self, handoff_id: int, *, before: int | None = None, limit: int = 100) -> Messages:
        """The last messages of a handoff's conversation, or the last before the message ``before``."""
        conversation_id = self.row(handoff_id).handoff.conversation_id
        query = select(messages).where(messages.c.conversation_id == conversation_id)
        if before is not None:
            query = query.where(messages.c.seq < before)
        limit = max(1, min(limit, MOST))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(messages.c.seq.desc()).limit(limit + 1)).all()
        shown = [self._records.message(row) for row in reversed(rows[:limit])]
        return Messages(messages=shown, more=len(rows) > limit)

    def login_of(self, row: Row) -> str | None:
        """The opaque id of the login that the citizen has in the conversation now."""
        if not row.logged_in:
            return None
        query = select(conversations.c.login_id).where(conversations.c.id == row.handoff.conversation_id)
        with reading(self._engine) as connection:
            login_id: str | None = connection.execute(query).scalar()
        return login_id


def _not_there() -> NotFoundError:
    words = "Den findes ikke, eller borgeren har trukket den tilbage."
    return NotFoundError("no such handoff at the desk", citizen=words, staff=words)
