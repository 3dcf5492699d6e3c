"""A desk without its web: handoffs in real databases, staff who have logged in, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.chat.log import Log
from bot.chat.records import Message, Records
from bot.desk.queue import Queue
from bot.handoff.model import Handoff, Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.handoff.standing import Presence
from bot.handoff.summary.fields import Field, Source, Summary
from bot.handoff.summary.transcript import Said
from bot.identity.logins import Logins
from bot.identity.staff import Staff, StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.municipality.model import Municipality
from bot.store.crypto import Vault
from bot.store.engine import migrate, reading, writing
from bot.store.tables import conversations
from bot.web.takeover_parts import takeover_parts
from tests.asking import the_municipality

START = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)  # a Monday
MIGRATIONS = Path(bot.store.migrations.__path__[0])


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def goes(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


def own_words(said: Sequence[Said], municipality: Municipality, now: datetime) -> Summary:
    """A summary of the citizen's first words and nothing else: enough to see that it was made, and from what."""
    first = next((each for each in said if each.sender == "citizen"), None)
    return Summary(fields=() if first is None else (field_of("first_request", first.text, seq=first.seq),), at=now)


def field_of(kind: str, value: str, *, seq: int = 1) -> Field:
    return Field(kind=kind, value=value, sources=(Source(seq=seq, start=0, end=len(value)),))


class Desk:
    """The parts of the desk on one database."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        migrate(engine, MIGRATIONS)
        self.engine, self.vault, self.clock = engine, vault, Clock()
        self.municipality = the_municipality()
        self.log = Log(engine, vault, days=30, clock=self.clock)
        self.records = Records(vault, self.clock)
        self.handoffs = HandoffRecords(vault, self.clock)
        self.presence = Presence(vault, self.clock)
        self.sessions = StaffSessions(engine, vault, clock=self.clock)
        self.logins = Logins(engine, vault, clock=self.clock)
        self.queue = Queue(
            engine,
            self.records,
            self.handoffs,
            self.presence,
            self.municipality,
            clock=self.clock,
            summarise=own_words,
        )

    def staff(self, name: str, *roles: str, departments: tuple[str, ...] = ()) -> Staff:
        """Somebody who has logged in, an agent where nothing else is said."""
        return self.session(name, *roles, departments=departments)[2]

    def session(self, name: str, *roles: str, departments: tuple[str, ...] = ()) -> tuple[str, str, Staff]:
        """The secret of their cookie, their page's token, and who they are."""
        claims = StaffClaims(
            issuer="https://idp.noerreaa.example",
            sub=name,
            name=name,
            email=f"{name.split()[0].lower()}@noerreaa.example",
            roles=roles or ("agent",),
            departments=departments,
            id_token="token",
        )
        return self.sessions.begin(claims)

    def conversation(self, *said: str, state: str = "queued") -> str:
        """A conversation in which a citizen has said this; its id."""
        made, _ = self.log.create(opening="/hilsen")
        with writing(self.engine) as connection:
            conversation = self.records.locked(connection, made.id)
            assert conversation is not None
            for text in said:
                self.records.append(connection, conversation, "citizen", text)
            self.records.change(connection, made.id, state=state)
        return made.id

    def waiting(self, *said: str, state: str = "queued", fields: Sequence[Field] = (), **values: Any) -> Handoff:
        """A handoff in the queue, of a conversation of its own; ``values`` are what differs."""
        words = said or ("Jeg vil tale med et menneske",)
        conversation_id = values.pop("conversation_id", None) or self.conversation(*words, state=state)
        settled: dict[str, Any] = {
            "seq": 1,
            "status": Status.WAITING,
            "way": Way.CHAT,
            "trigger": Trigger.ASKED,
            "priority": 3,
            "department": "borgerservice",
            "kle": None,
            "person": None,
            "sent_at": self.clock(),
            "due_at": self.clock() + timedelta(minutes=30),
            "summary": Summary(fields=tuple(fields) or (field_of("first_request", words[0]),), at=self.clock()),
        }
        settled |= values
        settled.setdefault("departments", (settled["department"],))
        with writing(self.engine) as connection:
            return self.handoffs.insert(connection, conversation_id=conversation_id, **settled)

    def erase(self, conversation_id: str) -> None:
        """The citizen deletes the conversation; a promised call is left of it."""
        parts = takeover_parts(self.engine, self.vault, self.municipality, mail=False, sms=False, clock=self.clock)
        assert Log(self.engine, self.vault, days=30, clock=self.clock, consequences=parts.takeover).erase(
            conversation_id
        )

    def now(self, handoff: Handoff) -> Handoff:
        """A handoff as it is now."""
        with reading(self.engine) as connection:
            found = self.handoffs.get(connection, handoff.id)
        assert found is not None
        return found

    def state(self, handoff: Handoff) -> str:
        """Who has the conversation of a handoff."""
        query = select(conversations.c.state).where(conversations.c.id == handoff.conversation_id)
        with reading(self.engine) as connection:
            return str(connection.execute(query).scalar_one())

    def said(self, handoff: Handoff) -> list[Message]:
        """Every message of a handoff's conversation."""
        with reading(self.engine) as connection:
            return self.records.said(connection, handoff.conversation_id)

    def happened(self, handoff: Handoff) -> list[tuple[str, str | None, str]]:
        """Kind, who and text of each event of a handoff."""
        with reading(self.engine) as connection:
            return [
                (event.kind.value, event.staff_id, event.text) for event in self.handoffs.events(connection, handoff.id)
            ]

    def write(self, table: Any, **values: Any) -> None:
        """A row of one's own."""
        with writing(self.engine) as connection:
            connection.execute(insert(table).values(**values))
