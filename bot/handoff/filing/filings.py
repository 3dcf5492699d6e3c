"""What goes back into the case: drafted, signed by somebody, and kept until the case system has it.

The citizen's CPR number is known only while they are logged in, and what is filed may have to wait for a case system
that is down. So it lies, sealed, in what is to be written, from the moment a case is chosen until it is written or
dropped; then it goes, and what is left is the case's number and the text.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.cases.case import Case
from bot.desk.refusals import Unusable
from bot.handoff.filing.drafts import case_meant, due_of, note_text, task_text
from bot.handoff.filing.model import Errand, Filing, FilingKind, FilingStatus
from bot.handoff.filing.rows import FilingRows, least
from bot.handoff.model import Handoff, Way
from bot.handoff.summary.fields import Summary
from bot.handoff.summary.transcript import Said
from bot.identity.clock import Clock, utc_now
from bot.privacy.masking import mask
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.handoff_tables import filings
from bot.store.retrying import wait_before

# Longer than any writing takes (`bot.handoff.filing.worker`), and than a case system works on one after we gave it up.
LEASE = timedelta(minutes=2)
LONGEST_TEXT = 4000  # characters
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=20), timedelta(hours=1)
# Any identifier of our own; what is made from it and the conversation's random id is like no other.
_KEYS = uuid.UUID("6f1d2c1e-93b5-4c53-9c0e-0d6b6a6f7d11")
_OPEN = (FilingStatus.DRAFT, FilingStatus.REFUSED)
_WAITS = "Sagssystemet svarer ikke. Vi prøver igen, til det lykkes."


class Filings:
    """Notes and tasks of handoffs. ``clock`` gives aware times. All but `draft_for` blocks, in short transactions."""

    def __init__(self, engine: Engine, vault: Vault, *, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._rows = FilingRows(vault)
        self._clock = clock

    # Staff's side

    def draft_for(
        self,
        connection: Connection,
        handoff: Handoff,
        summary: Summary,
        cases: Sequence[Case] = (),
        *,
        cpr: str | None = None,
        said: Sequence[Said] = (),
    ) -> None:
        """Make what the conversation calls for, once: a note of the facts, and a task for a call that was promised.

        ``cases`` are the citizen's own and ``cpr`` theirs while they are logged in: then the case that was spoken of
        is chosen, and a promised call goes to it at once. A note always waits for somebody who signs it. Without a
        case both are drafts, and `edit` may give them one. In the caller's transaction.
        """
        case = case_meant(summary, cases) if cpr else None
        text = note_text(summary, handoff, said)
        if text:
            self._rows.add(
                connection, handoff.id, FilingKind.NOTE, _key(handoff, "note"),
                text=text, due=None, case=case, cpr=cpr, now=self._clock(),
            )  # fmt: skip
        if handoff.way is Way.CALL:
            self._rows.add(
                connection, handoff.id, FilingKind.TASK, _key(handoff, "task"),
                text=task_text(summary, handoff), due=due_of(handoff), case=case, cpr=cpr, now=self._clock(),
                pending=case is not None,
            )  # fmt: skip

    def add(
        self,
        handoff_id: int,
        kind: FilingKind,
        *,
        text: str,
        due: date | None = None,
        case: Case | None = None,
        cpr: str | None = None,
    ) -> Filing:
        """A draft of somebody's own, as of what was said on the phone. Raises Unusable."""
        with writing(self._engine) as connection:
            key = str(uuid.uuid4())
            self._rows.add(
                connection, handoff_id, kind, key, text=_usable(text), due=due, case=case, cpr=cpr, now=self._clock()
            )
            return self._rows.find(connection, filings.c.key == key)[0]

    def of(self, handoff_id: int) -> tuple[Filing, ...]:
        """Everything of a handoff, in the order it was made."""
        with reading(self._engine) as connection:
            return self._rows.find(connection, filings.c.handoff_id == handoff_id)

    def get(self, filing_id: int) -> Filing | None:
        """One of them, or None."""
        with reading(self._engine) as connection:
            return next(iter(self._rows.find(connection, filings.c.id == filing_id)), None)

    def edit(
        self,
        filing_id: int,
        version: int,
        *,
        text: str | None = None,
        due: date | None = None,
        case: Case | None = None,
        cpr: str | None = None,
    ) -> Filing:
        """Change what is not signed, or was refused; what is None stays. ``case`` goes with the citizen's ``cpr``.

        Raises NotFoundError, FilingChanged, WrongMoment, Unusable.
        """
        if (case is None) != (cpr is None):
            raise ValueError("a case is chosen together with the citizen who is a party to it")
        with writing(self._engine) as connection:
            row, told = self._rows.looked_at(connection, filing_id, version, *_OPEN)
            told["text"] = told["text"] if text is None else _usable(text)
            told["due"] = told["due"] if due is None else due.isoformat()
            if case is not None:
                told |= {"ref": case.ref, "number": case.number, "cpr": cpr}
            told["trouble"] = ""
            return self._rows.change(connection, row, told, status=FilingStatus.DRAFT.value)

    def sign(self, filing_id: int, staff_id: str, name: str, version: int) -> Filing:
        """Somebody stands by it: it is to be written into the case, under their name.

        Raises NotFoundError, FilingChanged, WrongMoment, and Unusable when the case or the date is missing.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            row, told = self._rows.looked_at(connection, filing_id, version, *_OPEN)
            if not told.get("ref"):
                raise Unusable(
                    "a filing without a case", staff="Vælg først en sag. Det kan du, mens borgeren er logget ind."
                )
            if row.kind == FilingKind.TASK.value and not told["due"]:
                raise Unusable("a task without a date", staff="Skriv, hvornår opgaven skal være løst.")
            told |= {"author": name, "trouble": ""}
            return self._rows.change(
                connection, row, told,
                status=FilingStatus.PENDING.value, staff_id=staff_id, signed_at=now, next_try_at=now, tries=0,
            )  # fmt: skip

    def drop(self, filing_id: int, version: int) -> Filing:
        """It is not to be written. Raises NotFoundError, FilingChanged, WrongMoment.

        One that is being written at this very moment may be in the case all the same, and says so afterwards.
        """
        with writing(self._engine) as connection:
            row, told = self._rows.looked_at(connection, filing_id, version, *_OPEN, FilingStatus.PENDING)
            return self._rows.change(connection, row, least(told), status=FilingStatus.DROPPED.value, next_try_at=None)

    # The worker's side

    def take(self, count: int) -> list[Errand]:
        """At most ``count`` that are to be written now; they are the caller's until `LEASE` has passed."""
        now = self._clock()
        due = and_(filings.c.status == FilingStatus.PENDING.value, filings.c.next_try_at <= now)
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(filings)
                .where(due)
                .order_by(filings.c.next_try_at)
                .limit(count)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                connection.execute(
                    update(filings).where(filings.c.id == row.id).values(next_try_at=now + LEASE, tries=row.tries + 1)
                )
        return [self._rows.errand(row) for row in rows]

    def filed(self, errand: Errand) -> None:
        """It stands in the case."""
        with writing(self._engine) as connection:
            found = self._rows.locked(connection, errand.id)
            if found is not None:  # whatever became of it meanwhile: it is there
                row, told = found
                self._rows.change(
                    connection, row, least(told),
                    status=FilingStatus.FILED.value, filed_at=self._clock(), next_try_at=None,
                )  # fmt: skip

    def refused(self, errand: Errand, why: str) -> None:
        """The case system will not have it; ``why`` (Danish) is for the desk. Says nothing of a newer attempt."""
        self._after(errand, why, status=FilingStatus.REFUSED.value, next_try_at=None)

    def later(self, errand: Errand, why: str = _WAITS, *, at_least: timedelta = timedelta(0)) -> None:
        """It is tried again for as long as it takes, ``at_least`` from now; ``why`` (Danish) is for the desk.

        Where nobody knows whether it was taken, that is to be `LEASE`: the case system may still be at it, and
        whoever looks in the case before it has finished finds nothing and writes it a second time.
        """
        wait = wait_before(errand.tries, first=_FIRST_WAIT, longest=_LONGEST_WAIT)
        self._after(errand, why, next_try_at=self._clock() + max(wait, at_least))

    def _after(self, errand: Errand, trouble: str, **values: Any) -> None:
        with writing(self._engine) as connection:
            found = self._rows.locked(connection, errand.id)
            if found is None:
                return
            row, told = found
            if row.status == FilingStatus.PENDING.value and row.tries == errand.tries:
                self._rows.change(connection, row, told | {"trouble": trouble}, **values)


def _key(handoff: Handoff, kind: str) -> str:
    return str(uuid.uuid5(_KEYS, f"{handoff.conversation_id}:{handoff.id}:{kind}"))


def _usable(text: str) -> str:
    masked = mask(text.strip())
    if not masked:
        raise Unusable("a filing without words", staff="Skriv, hvad der skal stå.")
    if len(masked) > LONGEST_TEXT:
        raise Unusable("a filing that is too long", staff=f"Teksten er for lang. Den må fylde {LONGEST_TEXT} tegn.")
    return masked
