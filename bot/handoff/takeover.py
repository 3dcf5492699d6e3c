"""What a conversation leads to beyond words: a human takes over, a meeting is arranged. See `bot.chat.consequences`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.chat.consequences import Draft, Outcome
from bot.chat.incoming import Survey
from bot.chat.rasa import Answer
from bot.chat.records import Conversation
from bot.chat.turn import HandoffAsk
from bot.errors import NotFoundError
from bot.handoff import texts
from bot.handoff.citizens import CitizensHandoffs
from bot.handoff.filing.model import FilingStatus
from bot.handoff.model import Status, Way
from bot.handoff.offering import heading_of
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.handoff.summary.fields import CORRECTABLE, Summary
from bot.handoff.surveys import Surveys
from bot.meetings.booking import Meetings
from bot.meetings.chatting import MeetingsInChat, Part
from bot.municipality.model import Municipality
from bot.sending.outbox import Outbox
from bot.store.handoff_tables import filings, handoff_events
from bot.store.handoff_tables import handoffs as handoff_table
from bot.store.meeting_tables import meetings as meeting_table
from bot.store.tables import logins

ADDED = "Tilføjelse"
_REMOVED = "(slettet)"


class Takeover:
    """Carries out what answers, choices and forms lead to; every method runs inside the chat's transaction."""

    def __init__(
        self,
        handoffs: HandoffRecords,
        citizens: CitizensHandoffs,
        meetings: MeetingsInChat,
        calendar: Meetings,
        surveys: Surveys,
        outbox: Outbox,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._handoffs = handoffs
        self._citizens = citizens
        self._meetings = meetings
        self._calendar = calendar
        self._surveys = surveys
        self._outbox = outbox
        self._municipality = municipality
        self._clock = clock

    def follow(self, connection: Connection, conversation: Conversation, answer: Answer, lead: str) -> Outcome:
        """See `Consequences.follow`. Of a human and a meeting in one answer, the offer of a human shows both ways."""
        if answer.handoff is not None:
            return self._citizens.ask(connection, conversation, answer.handoff, lead)
        if answer.meeting is None:
            return Outcome()
        asked, who = answer.meeting, self._who(connection, conversation)
        return self._meet(
            connection,
            conversation,
            lambda: self._meetings.follow(connection, conversation, asked, **who),
            lead,
        )

    def command(self, connection: Connection, conversation: Conversation, words: Sequence[str]) -> Outcome:
        """See `Consequences.command`."""
        match words:
            case ["handoff", *rest]:
                return self._citizens.command(connection, conversation, rest)
            case ["meeting", *rest]:
                who = self._who(connection, conversation)
                return self._meet(
                    connection,
                    conversation,
                    lambda: self._meetings.command(connection, conversation, rest, **who),
                )
        raise NotFoundError("a choice of ours that makes no sense")

    def meeting_form(
        self, connection: Connection, conversation: Conversation, meeting: int, do: str, details: Mapping[str, Any]
    ) -> Outcome:
        """The citizen has filled in what a meeting needs. Raises InputError, in words, for what can't be used."""
        who = self._who(connection, conversation)
        # What this installation can't send is not promised, whatever a client ticks.
        sendable = {"mail": self._outbox.can_mail, "sms": self._outbox.can_sms}
        given = {key: value for key, value in details.items() if sendable.get(key, True)}
        return self._meet(
            connection,
            conversation,
            lambda: self._meetings.form(connection, conversation, meeting, do, given, **who),
        )

    def handoff_form(
        self, connection: Connection, conversation: Conversation, handoff: int, do: str, *, corrected: bool
    ) -> Outcome:
        """The citizen has read the summary, and put it right if ``corrected``."""
        if corrected:
            return self._citizens.corrected(connection, conversation, handoff, do)
        if do == "correct":
            raise NotFoundError("a correction that corrects nothing")
        return self._citizens.command(connection, conversation, [do, str(handoff)])

    def survey(self, connection: Connection, conversation: Conversation, form: Survey) -> Outcome | None:
        """How the citizen felt met, once for each handoff of theirs that is over. Raises NotFoundError for another."""
        handoff = self._handoffs.get(connection, form.handoff)
        if handoff is None or handoff.conversation_id != conversation.id or handoff.status is not Status.CLOSED:
            raise NotFoundError("a survey of a handoff that is not over, or another conversation's")
        answers = {"heard": form.heard, "neutral": form.neutral, "trust": form.trust, "respect": form.respect}
        if not self._surveys.keep(connection, handoff.id, comment=form.comment, **answers):
            return None
        return Outcome(drafts=(Draft(text=texts.SURVEY_THANKS, sender="system"),))

    def login_failed(self, connection: Connection, conversation: Conversation, text: str) -> Outcome:
        """A login did not go through, which ``text`` says; after so many in a row as the rule has it, a human helps."""
        failed = conversation.failed_logins + 1
        said = Draft(text=text, sender="system")
        changes = {"failed_logins": failed}
        rule = self._municipality.handoffs[Trigger.DIGITAL]
        if failed < rule.after or conversation.state != "bot":
            return Outcome(drafts=(said,), changes=changes)
        ask = HandoffAsk(do="offer", trigger=Trigger.DIGITAL.value, reason="Login er ikke lykkedes flere gange i træk.")
        offered = self._citizens.offer(connection, conversation, ask, texts.LOGIN_FAILS)
        return Outcome(
            drafts=(said, *offered.drafts), memory=offered.memory, changes={**offered.changes, "failed_logins": 0}
        )

    def erased(self, connection: Connection, conversation_id: str) -> bool:
        """See `Consequences.erased`: what was promised or signed is kept, without what was said.

        That is a call, a booked meeting, and what is signed and still to be written into the case.
        """
        ongoing = self._handoffs.ongoing(connection, conversation_id)
        called = ongoing is not None and ongoing.way is Way.CALL and ongoing.status is not Status.OFFERED
        met = self._calendar.erased(connection, conversation_id)
        of_it = select(handoff_table.c.id).where(handoff_table.c.conversation_id == conversation_id)
        signed = (filings.c.status == FilingStatus.PENDING.value) & filings.c.handoff_id.in_(of_it)
        kept = set(connection.execute(select(filings.c.handoff_id).where(signed)).scalars())
        if not called and not met and not kept:
            return False
        if ongoing is not None:
            kept.add(ongoing.id)
        # What else there was of handoffs is as good as gone.
        gone = (handoff_table.c.conversation_id == conversation_id) & handoff_table.c.id.not_in(kept)
        connection.execute(handoff_table.delete().where(gone))
        # Notes, reasons and drafts repeat what was said. What is signed is to be written into the case, and will be.
        connection.execute(update(handoff_events).where(handoff_events.c.handoff_id.in_(kept)).values(sealed=None))
        unsigned = filings.c.handoff_id.in_(kept) & (filings.c.status != FilingStatus.PENDING.value)
        connection.execute(filings.delete().where(unsigned))
        for id in kept:
            self._empty(connection, id, promised=called and ongoing is not None and id == ongoing.id)
        return True

    def _empty(self, connection: Connection, handoff_id: int, *, promised: bool) -> None:
        """Nothing of what was said is left of a handoff; of one that is ``promised`` there is whom to call, and why."""
        handoff = self._handoffs.get(connection, handoff_id)
        if handoff is None:
            return
        left = self._handoffs.change(connection, handoff, summary=Summary(), note="")
        self._handoffs.index(connection, handoff_id, ())
        if promised:
            return
        left = self._handoffs.change(connection, left, reason="", phone=None, name="", level="", send_at=None)
        if left.status is not Status.CLOSED:
            self._handoffs.change(connection, left, status=Status.WITHDRAWN, closed_at=self._clock())

    def _meet(
        self, connection: Connection, conversation: Conversation, do: Callable[[], Part], lead: str = ""
    ) -> Outcome:
        """Do something about meetings. One that is agreed by it is somebody's at the desk to prepare, and nobody
        stands in a queue for it; one that is cancelled is nobody's any more."""
        before = self._agreed(connection, conversation)
        outcome = self._outcome(conversation, do(), lead)
        now = self._agreed(connection, conversation)
        new = [meeting for meeting, starts_at in now.items() if before.get(meeting) != starts_at]
        if before and not now:
            self._citizens.unmeet(connection, conversation)
        handoff = self._citizens.meet(connection, conversation, now[new[0]]) if new else None
        if handoff is None:
            return outcome
        connection.execute(update(meeting_table).where(meeting_table.c.id == new[0]).values(handoff_id=handoff.id))
        state = {"state": "bot"} if conversation.state == "queued" else {}
        return replace(outcome, changes={**outcome.changes, **state}, sent=handoff.id)

    def _agreed(self, connection: Connection, conversation: Conversation) -> dict[int, datetime]:
        """The meetings of a conversation that are ahead, with when they begin."""
        agreed = select(meeting_table.c.id, meeting_table.c.starts_at).where(
            meeting_table.c.conversation_id == conversation.id,
            meeting_table.c.status == "booked",
            meeting_table.c.ends_at > self._clock(),
        )
        return {row.id: row.starts_at for row in connection.execute(agreed)}

    def _who(self, connection: Connection, conversation: Conversation) -> dict[str, Any]:
        """Whose meetings they are, and what they are about."""
        person = connection.execute(select(logins.c.person).where(logins.c.id == conversation.login_id)).scalar()
        ongoing = self._handoffs.ongoing(connection, conversation.id)
        return {
            "person": person,
            "summary": ongoing.summary if ongoing else None,
            "handoff_id": ongoing.id if ongoing else None,
        }

    def _outcome(self, conversation: Conversation, part: Part, lead: str) -> Outcome:
        card = part.card
        if card is not None and card.get("type") == "meeting":  # what can't be sent is not offered
            card = {**card, "offers": {"mail": self._outbox.can_mail, "sms": self._outbox.can_sms}}
        said = "\n\n".join(text for text in (lead, part.text) if text)
        memory = None if part.asked is None else conversation.memory.but(asked=part.asked)
        return Outcome(drafts=(Draft(text=said, choices=part.choices, card=card),), memory=memory)


def correction_text(fields: Mapping[str, str], add: str) -> str:
    """What the citizen put right, as the message that is kept: each value stands in it word for word."""
    lines = [
        f"{heading_of(kind) or kind}: {value or _REMOVED}" for kind, value in fields.items() if kind in CORRECTABLE
    ]
    return "\n".join([*lines, *([f"{ADDED}: {add}"] if add else [])])
