"""One handoff opened at the desk: all that is kept of it, and its conversation a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.chat.records import Conversation, Message, Records
from bot.desk.figures import QUESTIONS
from bot.desk.listing import Listing
from bot.desk.rows import Named, Row
from bot.errors import NotFoundError
from bot.handoff.making import Summarise, spoken
from bot.handoff.model import Event, Handoff, Status
from bot.handoff.records import HandoffRecords
from bot.meetings.booking import Meetings
from bot.meetings.model import Meeting
from bot.municipality.model import Municipality
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
        municipality: Municipality,
        summarise: Summarise,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._records = records
        self._handoffs = handoffs
        self._meetings = meetings
        self._listing = listing
        self._named = named
        self._municipality = municipality
        self._summarise = summarise
        self._clock = clock

    def open(self, handoff_id: int) -> Opened:
        """A handoff with all that is kept of it but the messages."""
        row = self.row(handoff_id)
        conversation_id = row.handoff.conversation_id
        with reading(self._engine) as connection:
            kept = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).first()
            if kept is None:
                raise _not_there()
            conversation = self._records.conversation(kept)
            row = replace(row, handoff=self._by_now(connection, row.handoff, conversation))
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

    def _by_now(self, connection: Connection, handoff: Handoff, conversation: Conversation) -> Handoff:
        """The handoff with what the citizen has told since it was sent; it is kept so when it is closed."""
        ongoing = handoff.status in (Status.WAITING, Status.CLAIMED) and conversation.state != "erased"
        if not ongoing:
            return handoff
        after = self._handoffs.last_end(connection, conversation.id)
        said = self._records.said(connection, conversation.id, after=after)
        made = handoff.summary.at
        if made is not None and not any(each.sender == "citizen" and each.at > made for each in said):
            return handoff
        told = self._summarise([spoken(each) for each in said], municipality=self._municipality, now=self._clock())
        phone = told.first("phone")
        return replace(handoff, summary=told, phone=handoff.phone or (phone.value if phone else None))

    def row(self, handoff_id: int) -> Row:
        """A handoff as it stands in a list."""
        row = self._listing.row(handoff_id)
        if row is None:
            raise _not_there()
        return row

    def messages(self, handoff_id: int, *, before: int | None = None, limit: int = 100) -> Messages:
        """The last messages of a handoff's conversation, or the last before the message ``before``.

        Of one that is closed those up to its end.
        """
        handoff = self.row(handoff_id).handoff
        query = select(messages).where(messages.c.conversation_id == handoff.conversation_id)
        if handoff.closed_at is not None:  # what the citizen says after it is between them and the assistant
            query = query.where(messages.c.at <= handoff.closed_at)
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
