"""The port: what every case system must be able to answer, whatever stands behind it."""

from __future__ import annotations

from typing import Protocol

from bot.cases.case import Case


class CaseSystem(Protocol):
    """A municipality's case system, as we see it.

    There is on purpose no look-up by case number: a case is only ever found through the
    citizen who is a party to it, so a real and an invented number cannot be told apart.
    """

    async def cases_for(self, cpr: str) -> list[Case]:
        """Every case in which the person with this CPR number (ten digits) is a registered party or representative.

        Newest change first; an unknown person gives an empty list.
        Raises CaseSystemDown, CaseSystemSlow or CaseSystemNonsense.
        """
        ...

    async def ping(self) -> None:
        """Return when the system answers; raise the same errors as ``cases_for`` otherwise."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
