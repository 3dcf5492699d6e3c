"""A chat in which humans take over, without its web and without Rasa: real databases, and a clock that tests set."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

import bot.store.migrations
from bot.chat.announcing import Announcer
from bot.chat.bus import Bus, Frame
from bot.chat.consequences import OURS, Done, Outcome
from bot.chat.log import Log
from bot.chat.rasa import Answer
from bot.chat.records import Conversation, Message
from bot.chat.turn import HandoffAsk, MeetingAsk
from bot.handoff.keeping import HandoffKeeper
from bot.handoff.model import Event, Handoff
from bot.handoff.standing import Standings
from bot.handoff.takeover import correction_text
from bot.identity.logins import Logins
from bot.identity.staff import Staff, StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.engine import migrate, reading, writing
from bot.store.handoff_tables import handoffs
from bot.web.takeover_parts import takeover_parts
from tests.asking import the_municipality

# A Tuesday, at eleven in the morning in Denmark: the desk and the phones are open.
START = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=timezone.utc)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def goes(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Chat:
    """Conversations on one database, spoken to as the web does."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        migrate(engine, Path(bot.store.migrations.__path__[0]))
        self.engine, self.vault, self.clock = engine, vault, Clock()
        self.municipality = the_municipality()
        self.parts = takeover_parts(engine, vault, self.municipality, mail=True, sms=True, clock=self.clock)
        self.log = Log(engine, vault, days=30, clock=self.clock, consequences=self.parts.takeover)
        self.logins = Logins(engine, vault, clock=self.clock)
        self.sessions = StaffSessions(engine, vault, clock=self.clock)
        self.bus = Bus()
        self.blocking = Blocking()
        self.standings = Standings(
            engine, self.parts.handoffs, self.parts.presence, self.municipality, clock=self.clock
        )
        self.announcer = Announcer(self.log, self.bus, self.logins, self.blocking, standing=self.standings.of)
        self.keeper = HandoffKeeper(
            engine,
            self.log,
            self.parts.citizens,
            self.parts.handoffs,
            self.announcer,
            self.bus,
            self.blocking,
            clock=self.clock,
        )

    def begin(self) -> str:
        """A conversation that the assistant has greeted in; its id."""
        conversation, _ = self.log.create(opening="/hilsen")
        self.answer(conversation.id, Answer(text="Hej, jeg er en robot."))
        return conversation.id

    def say(self, conversation: str, text: str) -> None:
        """The citizen writes."""
        assert self.log.say(conversation, str(uuid.uuid4()), text, ask=text) is not None

    def answer(self, conversation: str, answer: Answer) -> Done:
        """The assistant answers what waits."""
        turn, now = self.log.next_turn(conversation), self.log.get(conversation)
        assert turn is not None and now is not None
        done = self.log.answer(turn, answer, login_id=now.login_id)
        assert done is not None
        return done

    def asks(self, text: str, ask: HandoffAsk | MeetingAsk, *, conversation: str | None = None, lead: str = "") -> str:
        """A conversation in which the citizen said ``text`` and the assistant heard ``ask``; its id."""
        id = conversation or self.begin()
        self.say(id, text)
        given = {"handoff": ask} if isinstance(ask, HandoffAsk) else {"meeting": ask}
        self.answer(id, Answer(text=lead, **given))
        return id

    def press(self, conversation: str, payload: str, *, id: str | None = None) -> Done:
        """The citizen presses a button of web's own with this payload."""
        title = next(
            (each.title for message in self.said(conversation) for each in message.choices if each.payload == payload),
            None,
        )
        assert title is not None, f"no such button: {payload}"
        words = payload.removeprefix(OURS).split(":")

        def run(connection: Connection, now: Conversation, message: Message) -> Outcome:
            return self.parts.takeover.command(connection, now, words)

        acted = self.log.act(conversation, id or str(uuid.uuid4()), title, run, chosen=True)
        assert acted is not None
        return acted[1]

    def correct(self, conversation: str, handoff: int, do: str, fields: Mapping[str, str], add: str = "") -> Done:
        """The citizen puts the summary right by hand."""

        def run(connection: Connection, now: Conversation, message: Message) -> Outcome:
            return self.parts.takeover.handoff_form(connection, now, handoff, do, corrected=True)

        acted = self.log.act(conversation, str(uuid.uuid4()), correction_text(fields, add), run, corrects=fields)
        assert acted is not None
        return acted[1]

    def fill_in(self, conversation: str, meeting: int, do: str, details: Mapping[str, Any]) -> Done:
        """The citizen fills in what a meeting needs."""

        def run(connection: Connection, now: Conversation, message: Message) -> Outcome:
            return self.parts.takeover.meeting_form(connection, now, meeting, do, details)

        acted = self.log.act(conversation, str(uuid.uuid4()), "Ja, book mødet", run, chosen=True)
        assert acted is not None
        return acted[1]

    def buttons(self, conversation: str) -> list[str]:
        """The payloads of the newest buttons, those of web's own."""
        newest = next((message for message in reversed(self.said(conversation)) if message.choices), None)
        return [each.payload for each in newest.choices] if newest else []

    def log_in(self, conversation: str, name: str = "Anna Bjerregaard", cpr: str = "1702853396") -> None:
        """The citizen logs in, and the conversation hears of it."""
        login = self.logins.create(
            conversation, cpr=cpr, name=name, level="substantial", id_token=None, lifetime_seconds=1800
        )
        self.log.logins.completed(conversation, login.id, f"Du er logget ind som {name}.")

    def staff(self, name: str = "Mette Holm", *, here: bool = True) -> Staff:
        """Somebody of the desk, who takes conversations if ``here``."""
        claims = StaffClaims(
            issuer="https://idp.noerreaa.example",
            sub=name,
            name=name,
            email="mette@noerreaa.example",
            roles=("agent",),
            departments=("borgerservice",),
            id_token="token",
        )
        person = self.sessions.begin(claims)[2]
        if here:
            with writing(self.engine) as connection:
                self.parts.presence.be_available(connection, person.id, self.clock() + timedelta(days=1))
        return person

    def said(self, conversation: str) -> list[Message]:
        """Every message of a conversation."""
        with reading(self.engine) as connection:
            return self.parts.records.said(connection, conversation)

    def state(self, conversation: str) -> str:
        """Who has the conversation."""
        found = self.log.get(conversation)
        assert found is not None
        return found.state

    def handoff(self, conversation: str) -> Handoff:
        """The only handoff of a conversation, over or not."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(handoffs).where(handoffs.c.conversation_id == conversation)).all()
            assert len(rows) == 1, len(rows)
            return self.parts.handoffs.handoff(rows[0])

    def events(self, handoff: Handoff) -> list[Event]:
        """What happened to a handoff."""
        with reading(self.engine) as connection:
            return self.parts.handoffs.events(connection, handoff.id)

    def frames(self, key: str) -> list[Frame]:
        """What the bus is told from now on; the list grows."""
        heard: list[Frame] = []
        publish = self.bus.publish

        def listening(to: str, frame: Frame) -> None:
            if to == key:
                heard.append(frame)
            publish(to, frame)

        self.bus.publish = listening  # type: ignore[method-assign]
        return heard
