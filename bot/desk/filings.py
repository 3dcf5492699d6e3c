"""What goes back into the case, from the desk: drafted when somebody takes a handoff, and changed by who has it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import exists, select
from sqlalchemy.engine import Engine

from bot.cases.case import Case
from bot.chat.records import Records
from bot.desk.holding import Holding
from bot.desk.queue import ADMINISTRATOR
from bot.desk.refusals import NotYours, WrongMoment
from bot.errors import NotFoundError
from bot.handoff.filing.filings import Filings
from bot.handoff.filing.model import Filing
from bot.handoff.making import spoken
from bot.handoff.model import Handoff, Status
from bot.handoff.records import HandoffRecords
from bot.identity.staff import Staff
from bot.store.engine import reading
from bot.store.handoff_tables import filings, handoffs

_NOT_THERE = "Den findes ikke længere."


class DeskFilings:
    """Notes and tasks, as whoever has the handoff sees them; also after it is closed. Methods block."""

    def __init__(
        self, engine: Engine, holding: Holding, records: Records, handoffs: HandoffRecords, filings: Filings
    ) -> None:
        self._engine = engine
        self._holding = holding
        self._records = records
        self._handoffs = handoffs
        self._filings = filings

    def draft(self, handoff_id: int, cases: Sequence[Case] = (), cpr: str | None = None) -> None:
        """Draft what the conversation calls for, once; with the citizen's ``cases`` and ``cpr`` where known."""
        with self._holding.held(handoff_id) as held:
            after = self._handoffs.last_end(held.connection, held.conversation.id)
            said = self._records.said(held.connection, held.conversation.id, after=after)
            self._filings.draft_for(
                held.connection,
                held.handoff,
                held.handoff.summary,
                cases,
                cpr=cpr,
                said=[spoken(message) for message in said],
            )

    def draft_forgotten(self) -> None:
        """Draft for those that somebody has and nothing was drafted for: a web that died between the two left them.

        Without the citizen's cases: whoever has the handoff chooses the case.
        """
        drafted = exists().where(filings.c.handoff_id == handoffs.c.id)
        query = select(handoffs.c.id).where(handoffs.c.status == Status.CLAIMED.value, ~drafted)
        with reading(self._engine) as connection:
            forgotten = list(connection.execute(query).scalars())
        for handoff_id in forgotten:
            with suppress(NotFoundError):  # deleted in the meantime
                self.draft(handoff_id)

    def of(self, handoff_id: int) -> tuple[Filing, ...]:
        """All of a handoff's."""
        return self._filings.of(handoff_id)

    def theirs(self, filing_id: int, staff: Staff) -> Filing:
        """One that ``staff`` may change. Raises as `owned`."""
        filing = self._filings.get(filing_id)
        if filing is None:
            raise NotFoundError("a filing that is not there", citizen=_NOT_THERE, staff=_NOT_THERE)
        self.owned(filing.handoff_id, staff)
        return filing

    def owned(self, handoff_id: int, staff: Staff) -> Handoff:
        """A handoff that ``staff`` have or had to its end, or any that was taken for an administrator.

        Raises NotFoundError, NotYours, and WrongMoment for one that nobody has.
        """
        with reading(self._engine) as connection:
            handoff = self._handoffs.get(connection, handoff_id)
            owner = self._holding.name(connection, handoff.staff_id) if handoff else None
        if handoff is None or handoff.status in (Status.OFFERED, Status.WITHDRAWN):
            raise NotFoundError("no such handoff at the desk", citizen=_NOT_THERE, staff=_NOT_THERE)
        if handoff.staff_id is None:
            raise WrongMoment("the handoff waits", staff="Den ligger i køen. Tag den først.")
        if handoff.staff_id != staff.id and ADMINISTRATOR not in staff.roles:
            raise NotYours(owner or "en kollega")
        return handoff
