"""The port: what every case system must be able to answer and to take, whatever stands behind it."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from bot.cases.case import Case

# At one citizen. The busiest have some tens over a life; more is a mistake in the system, or an estate with a number.
MOST_CASES = 200


class CaseSystem(Protocol):
    """A municipality's case system, as we see it.

    There is on purpose no look-up by case number: a case is only ever found through the
    citizen who is a party to it, so a real and an invented number cannot be told apart.
    ``name`` is what staff call it; what is not ``writable`` takes no tasks and notes.
    """

    @property
    def name(self) -> str:
        """What staff call it, as it stands within a sentence."""
        ...

    @property
    def writable(self) -> bool:
        """Whether tasks and notes can be written into it."""
        ...

    async def cases_for(self, cpr: str) -> list[Case]:
        """Every case in which the person with this CPR number (ten digits) is a registered party or representative.

        Newest change first; an unknown person gives an empty list.
        Raises CaseSystemDown, CaseSystemSlow, CaseSystemNonsense, or CaseSystemTooMuch where there are more than
        `MOST_CASES`.
        """
        ...

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """Put a task into the case ``ref`` (`Case.ref`), to be done by the Danish date ``due``.

        ``key`` names the task for ever: the same key again writes nothing more, so that whoever does not know
        whether it was written may ask again. ``author`` is who signed it, in words.
        Raises NotFoundError when the person with this CPR number is no party to a case ``ref``, whether there is
        one or not, CaseSystemReadOnly when nothing can be written, and the errors of `cases_for`: then it may or
        may not have been written.
        """
        ...

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """Put a note into the journal of the case ``ref``; as `add_task` in everything else."""
        ...

    async def ping(self) -> None:
        """Return when the system answers; raise the same errors as ``cases_for`` otherwise."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
