"""The queue from the desk's side: taken, given on, answered and closed, each in one transaction with the messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.chat.log import LOGIN_CARD
from bot.chat.rasa import Choice
from bot.chat.records import Message, Records
from bot.desk.holding import Held, Holding
from bot.desk.refusals import NotYours, Taken, Unusable, WrongMoment
from bot.desk.written import in_words, optional, written
from bot.handoff import texts
from bot.handoff.making import Summarise, spoken
from bot.handoff.model import EventKind, Handoff, Outcome, Status, Way
from bot.handoff.offering import command
from bot.handoff.records import HandoffRecords
from bot.handoff.standing import Presence
from bot.identity.staff import Staff
from bot.municipality.model import Municipality
from bot.store.staff_tables import staff as staff_table

ADMINISTRATOR = "administrator"
AT_THE_DESK = frozenset({"agent", ADMINISTRATOR})  # the roles that may have a handoff


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A handoff as it is now, and the messages that came with the change, in order: both kept, and to be told.

    ``fresh`` is False where the messages were kept, and told, before.
    """

    handoff: Handoff
    messages: tuple[Message, ...] = ()
    fresh: bool = True


class Queue:
    """What staff do with handoffs. Methods block while the database works.

    Every method raises NotFoundError for a handoff that is not there, or that the citizen has not sent yet, and
    a `DeskRefusal` for what can't be done; then nothing is changed. ``clock`` gives the time, aware.
    """

    def __init__(
        self,
        engine: Engine,
        records: Records,
        handoffs: HandoffRecords,
        presence: Presence,
        municipality: Municipality,
        *,
        clock: Callable[[], datetime],
        summarise: Summarise,
    ) -> None:
        self._holding = Holding(engine, records, handoffs, presence)
        self._records = records
        self._handoffs = handoffs
        self._municipality = municipality
        self._clock = clock
        self._summarise = summarise

    def claim(self, handoff_id: int, staff: Staff) -> Changed:
        """Take a handoff that waits; one's own changes nothing. Raises Taken with the name of who was first."""
        with self._holding.held(handoff_id) as held:
            handoff = held.handoff
            if handoff.status is Status.CLAIMED:
                if handoff.staff_id == staff.id:
                    return Changed(handoff=handoff)
                raise Taken(self._holding.owner(held))
            held.must_be(Status.WAITING)
            claimed = self._now_with(held, staff.id)
            self._holding.event(held, EventKind.CLAIMED, staff)
            if handoff.way is not Way.CHAT or held.erased:
                return Changed(handoff=claimed)
            self._holding.to_human(held)
            said = texts.CLAIMED.format(staff=staff.name, municipality=self._municipality.name)
            return Changed(handoff=claimed, messages=(self._holding.tell(held, said),))

    def release(self, handoff_id: int, staff: Staff, reason: str = "") -> Changed:
        """Give a handoff back to the queue, where it stands where it stood before."""
        reason = optional(reason)
        with self._holding.held(handoff_id) as held:
            owner = self._may_give_on(held, staff)
            held.must_be(Status.CLAIMED)
            released = self._handoffs.change(held.connection, held.handoff, status=Status.WAITING, staff_id=None)
            self._holding.event(held, EventKind.RELEASED, staff, reason)
            return Changed(handoff=released, messages=self._waits_again(held, texts.RELEASED.format(staff=owner)))

    def transfer(
        self, handoff_id: int, staff: Staff, *, department: str | None = None, to: str | None = None, reason: str
    ) -> Changed:
        """Give a handoff to a ``department`` (its key), where it waits, or ``to`` somebody (their id), who has it now.

        An administrator may take it over so. Raises Unusable without a reason or with a receiver who can't have it.
        """
        reason = in_words(reason, missing="Skriv, hvorfor du giver den videre.")
        with self._holding.held(handoff_id) as held:
            owner = self._may_give_on(held, staff)
            held.must_be(Status.WAITING, Status.CLAIMED)
            if department is not None and to is None:
                return self._to_department(held, staff, owner, department, reason)
            if to is not None and department is None:
                return self._to_person(held, staff, owner, to, reason)
        raise Unusable("a transfer to nobody or to two", staff="Vælg en afdeling eller en kollega.")

    def reply(self, handoff_id: int, staff: Staff, client_id: str, text: str) -> Changed:
        """Write to the citizen in the chat; the same ``client_id`` again gives the same message and keeps no other."""
        text = written(text)
        with self._holding.owned(handoff_id, staff) as held:
            known = self._records.known(held.connection, held.conversation.id, client_id)
            if known is not None:
                if known.sender != "staff":
                    raise Unusable("an id that is the citizen's", staff="Beskeden blev ikke sendt. Prøv igen.")
                return Changed(handoff=held.handoff, messages=(known,), fresh=False)
            message = self._holding.say(held, staff, text, client_id=client_id)
            return Changed(handoff=held.handoff, messages=(message,))

    def note(self, handoff_id: int, staff: Staff, text: str) -> Changed:
        """Write something down that only the desk sees; anybody there may, as long as it is not closed."""
        text = written(text)
        with self._holding.held(handoff_id) as held:
            held.must_be(Status.WAITING, Status.CLAIMED)
            self._holding.event(held, EventKind.NOTE, staff, text)
            return Changed(handoff=held.handoff)

    def ask_login(self, handoff_id: int, staff: Staff) -> Changed:
        """Ask the citizen to log in, with the button for it."""
        with self._holding.owned(handoff_id, staff) as held:
            if held.conversation.login_id is not None:
                raise WrongMoment("the citizen is logged in", staff="Borgeren er allerede logget ind.")
            message = self._holding.say(held, staff, texts.ASK_LOGIN, card=LOGIN_CARD)
            self._holding.event(held, EventKind.ASKED_LOGIN, staff)
            return Changed(handoff=held.handoff, messages=(message,))

    def ask_consent(self, handoff_id: int, staff: Staff, text: str) -> Changed:
        """Ask the citizen for a consent, in words of one's own, to be answered with yes or no."""
        text = in_words(text, missing="Skriv, hvad du vil have lov til.")
        with self._holding.owned(handoff_id, staff) as held:
            choices = tuple(
                Choice(title=title, payload=command("handoff", "consent", handoff_id, answer))
                for title, answer in ((texts.YES, "yes"), (texts.REFUSE, "no"))
            )
            card = {"type": "consent", "handoff": handoff_id}
            message = self._holding.say(held, staff, text, card=card, choices=choices)
            self._holding.event(held, EventKind.ASKED_CONSENT, staff, text)
            return Changed(handoff=held.handoff, messages=(message,))

    def to_assistant(self, handoff_id: int, staff: Staff) -> Changed:
        """Let the assistant answer again; the handoff keeps its owner."""
        with self._holding.owned(handoff_id, staff) as held:
            held.must_be_read()
            if held.conversation.state == "bot":
                return Changed(handoff=held.handoff)
            self._records.change(held.connection, held.conversation.id, state="bot")
            self._holding.event(held, EventKind.TO_ASSISTANT, staff)
            said = self._holding.tell(held, texts.TO_ASSISTANT.format(staff=staff.name))
            return Changed(handoff=held.handoff, messages=(said,))

    def close(self, handoff_id: int, staff: Staff, outcome: Outcome, note: str) -> Changed:
        """End a handoff with an outcome and a note; nothing is closed without an owner and both.

        The summary is made anew from all that was said, and both can be found again by their words.
        """
        note = in_words(note, missing="Skriv en note om, hvad der blev aftalt. Uden den kan du ikke afslutte.")
        with self._holding.owned(handoff_id, staff) as held:
            summary = held.handoff.summary
            if not held.erased:
                after = self._handoffs.last_end(held.connection, held.conversation.id)
                said = self._records.said(held.connection, held.conversation.id, after=after)
                transcript = [spoken(each) for each in said]
                summary = self._summarise(transcript, municipality=self._municipality, now=self._clock())
            farewell: tuple[Message, ...] = ()
            if not held.erased:
                self._hand_back(held)
                farewell = self._farewell(held, staff, outcome)
            # Now, and not before: the farewell still belongs to it, and whatever is said after this does not.
            closed = self._handoffs.change(
                held.connection,
                held.handoff,
                status=Status.CLOSED,
                closed_at=self._clock(),
                outcome=outcome,
                note=note,
                summary=summary,
            )
            self._holding.event(held, EventKind.CLOSED, staff, note)
            department = self._municipality.department(closed.department).name
            found_by = (*(field.value for field in summary.fields), note, staff.name, department)
            self._handoffs.index(held.connection, closed.id, found_by)
            return Changed(handoff=closed, messages=farewell)

    def seen(self, handoff_id: int, staff: Staff, seq: int) -> int | None:
        """The owner has read up to ``seq``: gives the new mark. None when it was there already, or for anybody else."""
        with self._holding.held(handoff_id) as held:
            mark = min(seq, held.conversation.last_seq)
            mine = held.handoff.status is Status.CLAIMED and held.handoff.staff_id == staff.id
            if not mine or mark <= held.conversation.staff_seen_seq:
                return None
            self._records.change(held.connection, held.conversation.id, staff_seen_seq=mark)
            return mark

    def _to_department(self, held: Held, staff: Staff, owner: str, key: str, reason: str) -> Changed:
        department = self._municipality.departments.get(key)
        if department is None:
            raise Unusable("a transfer to a department that is not there", staff="Den afdeling findes ikke.")
        handoff = held.handoff
        if handoff.status is Status.WAITING and handoff.department == key:
            raise WrongMoment("it waits there already", staff=f"Den ligger allerede hos {department.name}.")
        moved = self._handoffs.change(
            held.connection,
            handoff,
            status=Status.WAITING,
            staff_id=None,
            department=key,
            departments=tuple(dict.fromkeys((key, *handoff.departments))),
        )
        self._holding.event(held, EventKind.TRANSFERRED, staff, f"Til {department.name}: {reason}")
        said = texts.TRANSFERRED.format(staff=owner, to=department.name)
        return Changed(handoff=moved, messages=self._waits_again(held, said))

    def _to_person(self, held: Held, staff: Staff, owner: str, to: str, reason: str) -> Changed:
        if held.handoff.staff_id == to:
            raise WrongMoment("they have it already", staff=f"{self._holding.owner(held)} har den allerede.")
        name = self._colleague(held.connection, to)
        moved = self._now_with(held, to)
        self._holding.event(held, EventKind.TRANSFERRED, staff, f"Til {name}: {reason}")
        if held.erased or held.handoff.way is not Way.CHAT:
            return Changed(handoff=moved)
        if held.conversation.state == "queued":
            self._holding.to_human(held)
        said = self._holding.tell(held, texts.TRANSFERRED.format(staff=owner, to=name))
        return Changed(handoff=moved, messages=(said,))

    def _now_with(self, held: Held, staff_id: str) -> Handoff:
        """Theirs from now on; when it was taken first is what the promise is held against."""
        return self._handoffs.change(
            held.connection,
            held.handoff,
            status=Status.CLAIMED,
            staff_id=staff_id,
            claimed_at=held.handoff.claimed_at or self._clock(),
        )

    def _waits_again(self, held: Held, said: str) -> tuple[Message, ...]:
        """The handoff waits again: so does a citizen who sat in front of a human, and is told so."""
        if held.erased or held.handoff.way is not Way.CHAT:
            return ()
        if held.conversation.state == "human":
            self._records.change(held.connection, held.conversation.id, state="queued")
        return (self._holding.tell(held, said),)

    def _hand_back(self, held: Held) -> None:
        """What comes next goes to the assistant, which remembers nothing it had asked before all this."""
        memory = replace(held.conversation.memory, asked=None, callback_reason=None, angry=0, misses=0, human=False)
        changes: dict[str, Any] = {"memory": self._records.sealed_memory(memory)}
        if held.conversation.state in ("human", "queued"):
            changes["state"] = "closed"
        self._records.change(held.connection, held.conversation.id, **changes)

    def _farewell(self, held: Held, staff: Staff, outcome: Outcome) -> tuple[Message, ...]:
        if held.handoff.way is Way.CALL and outcome is Outcome.NOT_REACHED:
            # Who was never reached has nothing to say of how it was.
            return (self._holding.tell(held, texts.CLOSED_NOT_REACHED),)
        said = texts.CLOSED_CALL if held.handoff.way is Way.CALL else texts.CLOSED_CHAT
        questions = [{"key": key, "text": text} for key, text in texts.QUESTIONS.items()]
        survey = {"type": "survey", "handoff": held.handoff.id, "questions": questions}
        return (
            self._holding.tell(held, said.format(staff=staff.name)),
            self._holding.tell(held, texts.SURVEY, card=survey),
        )

    def _may_give_on(self, held: Held, staff: Staff) -> str:
        """The name by which the citizen knows who gives it on. Raises unless it is the owner or an administrator."""
        if held.handoff.staff_id is None:
            if ADMINISTRATOR not in staff.roles:
                held.must_be(Status.CLAIMED)
            return staff.name
        if held.handoff.staff_id != staff.id and ADMINISTRATOR not in staff.roles:
            raise NotYours(self._holding.owner(held))
        return self._holding.owner(held)

    def _colleague(self, connection: Connection, staff_id: str) -> str:
        roles = connection.execute(select(staff_table.c.roles).where(staff_table.c.id == staff_id)).scalar()
        name = self._holding.name(connection, staff_id)
        if name is None or AT_THE_DESK.isdisjoint((roles or "").split(",")):
            raise Unusable("a transfer to somebody who is not at the desk", staff="Den kollega kan ikke tage samtaler.")
        return name
