"""What goes back into the case, as values: a note or a task, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from bot.desk.refusals import DeskRefusal


class FilingKind(str, Enum):
    """A note in the case's journal, or a task with a date."""

    NOTE = "note"
    TASK = "task"


class FilingStatus(str, Enum):
    """How far it has come.

    DRAFT    staff may change it, sign it or drop it
    PENDING  signed, and to be written into the case, as often as it takes
    FILED    it stands in the case
    REFUSED  the case system knows no such case of this citizen's; staff may choose another, or drop it
    DROPPED  it is not to be written after all
    """

    DRAFT = "draft"
    PENDING = "pending"
    FILED = "filed"
    REFUSED = "refused"
    DROPPED = "dropped"


class FilingChanged(DeskRefusal):
    """Somebody else changed it first."""

    code = "changed"

    def __init__(self) -> None:
        super().__init__(
            "a filing that was changed meanwhile",
            staff="Den er ændret af en anden, mens du så på den. Se på den igen, og ret så.",
        )


@dataclass(frozen=True, kw_only=True)
class Filing:
    """One note or task. ``due`` is a Danish date, the times are aware UTC.

    ``case`` is a case's number, None while none is chosen. ``staff_id`` is who signed; None for a promise that was
    filed without. ``trouble`` (Danish) is why it was refused, or that it still waits for the case system.
    """

    id: int
    handoff_id: int
    kind: FilingKind
    status: FilingStatus
    case: str | None
    text: str = field(repr=False)
    due: date | None
    author: str = field(repr=False)
    trouble: str = ""
    staff_id: str | None
    created_at: datetime
    signed_at: datetime | None
    filed_at: datetime | None
    tries: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What is to be written now, with what it takes to write it. ``tries`` counts this attempt.

    ``number`` is the case's; ``staff_id`` is who signed, None for a promise that was filed without.
    """

    id: int
    handoff_id: int
    staff_id: str | None
    number: str | None = field(repr=False)
    kind: FilingKind
    key: str
    ref: str = field(repr=False)
    cpr: str = field(repr=False)
    text: str = field(repr=False)
    due: date | None
    author: str = field(repr=False)
    tries: int
