"""Makes a handoff from what was said: whose it is, what it is about, and who is to have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.chat.records import Conversation, Message, Records
from bot.chat.turn import HandoffAsk
from bot.handoff.model import EventKind, Handoff, Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import OF_THE_CASE, Sending, Trigger
from bot.handoff.summary.fields import Summary
from bot.handoff.summary.transcript import Said
from bot.municipality.model import Municipality
from bot.store.crypto import Vault
from bot.store.tables import logins


class Summarise(Protocol):
    """How a summary is made, see `bot.handoff.summary.extracting.summarise`."""

    def __call__(self, transcript: Sequence[Said], *, municipality: Municipality, now: datetime) -> Summary:
        """The summary of what was said."""
        ...


class Making:
    """Reads a conversation for a handoff; always inside the transaction that has locked it."""

    def __init__(
        self,
        vault: Vault,
        records: Records,
        handoffs: HandoffRecords,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
        summarise: Summarise,
    ) -> None:
        self._vault = vault
        self._records = records
        self._handoffs = handoffs
        self._municipality = municipality
        self._clock = clock
        self._summarise = summarise

    def made(self, connection: Connection, conversation: Conversation, ask: HandoffAsk, trigger: Trigger) -> Handoff:
        """A new handoff, which the citizen is offered."""
        rule = self._municipality.handoffs[trigger]
        summary = self.summary(connection, conversation)
        departments = self.departments(ask, summary, rule.department)
        login = connection.execute(select(logins).where(logins.c.id == conversation.login_id)).first()
        now = self._clock()
        wait = timedelta(seconds=self._municipality.desk_goals.send_after_seconds)
        handoff = self._handoffs.insert(
            connection,
            conversation_id=conversation.id,
            seq=conversation.last_seq,
            status=Status.OFFERED,
            way=Way.CHAT,
            trigger=trigger,
            priority=rule.priority,
            department=departments[0],
            kle=ask.kle or _value(summary, "kle"),
            person=login.person if login else None,
            summary=summary,
            phone=ask.phone or _value(summary, "phone"),
            reason=ask.reason,
            name=self._vault.open_json(login.sealed)["name"] if login and login.sealed else "",
            level=login.level if login else "",
            departments=departments,
            send_at=now + wait if rule.sending is Sending.ASKED else None,
        )
        self._handoffs.event(connection, handoff.id, EventKind.OFFERED)
        return handoff

    def summary(self, connection: Connection, conversation: Conversation) -> Summary:
        """What has been said since the last handoff ended, as it stands now."""
        after = self._handoffs.last_end(connection, conversation.id)
        said = [spoken(message) for message in self._records.said(connection, conversation.id, after=after)]
        return self._summarise(said, municipality=self._municipality, now=self._clock())

    def departments(self, ask: HandoffAsk, summary: Summary, rule: str) -> tuple[str, ...]:
        """The keys of the departments it is about: the rule's own first, then those asked for, then those spoken of."""
        known = self._municipality.departments
        names = {department.name: key for key, department in known.items()}
        found = [names[field.value] for field in summary.all("department") if field.value in names]
        named = [] if rule == OF_THE_CASE else [rule]
        of_the_case = [key for key in ask.departments if key in known]
        return tuple(dict.fromkeys([*named, *of_the_case, *found])) or (self._municipality.main_department,)


def spoken(message: Message) -> Said:
    """A message of the log, as the summary reads it."""
    return Said(
        seq=message.seq,
        sender=message.sender,
        text=message.text,
        at=message.at,
        chosen=message.chosen,
        card=message.card,
        corrects=message.corrects,
    )


def _value(summary: Summary, kind: str) -> Any:
    found = summary.first(kind)
    return found.value if found else None
