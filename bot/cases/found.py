"""What a look-up in all case systems gave, and who looked and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.audit.trail import ActorKind
from bot.cases.case import Case
from bot.errors import CaseSystemError


@dataclass(frozen=True, kw_only=True)
class Found:
    """The cases, newest change first.

    ``missing`` are the names of systems that gave no answer, and ``failure`` is the most telling of why.
    """

    cases: tuple[Case, ...]
    missing: tuple[str, ...] = ()
    failure: CaseSystemError | None = None


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks, and why: what `bot.audit.trail.Entry` keeps of it.

    A citizen asks under the login ``actor``; what is found is kept a moment, for that login alone.
    """

    kind: ActorKind
    actor: str
    name: str = field(repr=False)
    why: str
    place: str | None = None

    @property
    def own_login(self) -> bool:
        """Whether a citizen asks for their own cases."""
        return self.kind is ActorKind.CITIZEN
