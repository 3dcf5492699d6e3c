"""A handoff with a summary, and a case system that can be taken away: for the tests of what goes back into the case."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.cases.case import Case
from bot.errors import CaseSystemDown, NotFoundError
from bot.handoff.model import Handoff, Status, Way
from bot.handoff.rules import Trigger
from bot.handoff.summary.fields import Field, Source, Summary
from bot.store.engine import writing
from bot.store.handoff_tables import handoffs
from bot.store.tables import conversations

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
CPR = "1403481236"


def summary(*fields: tuple[str, str]) -> Summary:
    """A summary with these fields; each comes from a message of its own, the first being number 1."""
    return Summary(
        fields=tuple(
            Field(kind=kind, value=value, sources=(Source(seq=seq, start=0, end=len(value)),))
            for seq, (kind, value) in enumerate(fields, 1)
        ),
        at=NOON,
    )


def handoff(way: Way = Way.CHAT, **changes: object) -> Handoff:
    values: dict[str, object] = {
        "id": 12, "conversation_id": "c0ffee", "seq": 4, "status": Status.WAITING, "way": way,
        "trigger": Trigger.ASKED, "priority": 2, "department": "aeldre", "kle": None, "person": None,
        "summary": Summary(), "created_at": NOON,
    }  # fmt: skip
    return Handoff(**(values | changes))  # type: ignore[arg-type]


def put_handoff(engine: Engine, made: Handoff) -> None:
    """The rows that a filing of ``made`` hangs on."""
    with writing(engine) as connection:
        connection.execute(
            insert(conversations).values(
                id=made.conversation_id, token_hash="h", created_at=NOON, expires_at=NOON + timedelta(days=30)
            )
        )
        connection.execute(
            insert(handoffs).values(
                id=made.id, conversation_id=made.conversation_id, seq=made.seq, status=made.status.value,
                way=made.way.value, rule=made.trigger.value, priority=made.priority, department=made.department,
                sealed=b"", created_at=NOON,
            )
        )  # fmt: skip


class FakeCaseSystem:
    """A case system in memory, that knows keys as a real one must; ``down`` takes it away."""

    def __init__(self, *cases: Case) -> None:
        self.cases = list(cases)
        self.down = False
        self.asked = 0
        self.notes: dict[str, dict[str, object]] = {}
        self.tasks: dict[str, dict[str, object]] = {}

    async def cases_for(self, cpr: str) -> list[Case]:
        return self.cases if cpr == CPR else []

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        self._check(ref, cpr)
        self.notes.setdefault(key, {"ref": ref, "text": text, "author": author})

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        self._check(ref, cpr)
        self.tasks.setdefault(key, {"ref": ref, "text": text, "due": due, "author": author})

    def _check(self, ref: str, cpr: str) -> None:
        self.asked += 1
        if self.down:
            raise CaseSystemDown("the case system is away")
        if cpr != CPR or ref not in {case.ref for case in self.cases}:
            raise NotFoundError("no such case of this citizen's")

    async def ping(self) -> None: ...

    async def close(self) -> None: ...
