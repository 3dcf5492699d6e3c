"""SBSYS behind the port `CaseSystem`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from weakref import WeakValueDictionary

from bot.cases.case import Case
from bot.cases.http import Http
from bot.cases.sbsys import writing
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.api import Api
from bot.cases.sbsys.fields import Row, number_in, row_in, rows_in, wrong
from bot.cases.sbsys.reading import case, identity, ref
from bot.cases.sbsys.searching import cases_of, contacts_of
from bot.cases.sbsys.writing import Writ
from bot.errors import CaseSystemError, CaseSystemNonsense, NotFoundError

_NOT_THEIRS = "a task or a note for a case that the citizen has no part in, or that is not there"


class SbsysCaseSystem:
    """The cases a citizen is the primary party of: the API's search finds no others.

    ``department_of`` gives a department's key for a KLE number. ``http`` is this object's own from now on.

    Nothing is written twice under one key: the key's mark stands in what is written, and is looked for in the case
    before anything is made there. Within one process whoever comes with the same key waits. Two processes could look
    at the same moment, find nothing and both write, for SBSYS has no field that must be unique; what prevents it is
    the lease of `bot.handoff.filing`: one worker has a draft until it is written or the lease has run out, and it
    gives up a write long before that. A create that SBSYS still works on when we no longer wait for its answer is
    not tried again before such a lease has passed either: until it is made there is no mark to find.
    """

    name = "SBSYS"
    writable = True

    def __init__(self, access: Sbsys, http: Http, *, department_of: Callable[[str], str]) -> None:
        self._access = access
        self._api = Api(access, http)
        self._department_of = department_of
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def cases_for(self, cpr: str) -> list[Case]:
        """See `CaseSystem.cases_for`: all of them or an error, never a part."""
        async with _no_case_told():
            rows = await cases_of(self._api, cpr)
            contacts = await contacts_of(self._api, rows)
            read = [
                case(row, access=self._access, contacts=contacts, department_of=self._department_of) for row in rows
            ]
        return sorted(read, key=lambda one: one.changed, reverse=True)

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """See `CaseSystem.add_task`. A text longer than a task can hold stands whole in a note beside it."""
        writ = Writ(key=key, text=text, author=author)
        async with _no_case_told():
            found = await self._theirs(ref, cpr)
            if not writing.fits_a_task(writ):
                await self._note(identity(found), replace(writ, key=f"{key} i fuld længde"))
            async with self._turn("task", key):
                listed = await self._api.get_before_writing(f"/api/erindring/sag/{identity(found)}")
                if not writing.stands_among(writ, rows_in(listed, "tasks"), "Beskrivelse"):
                    await self._api.create("/api/erindring", await self._task(found, writ, due))

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """See `CaseSystem.add_note`."""
        async with _no_case_told():
            found = await self._theirs(ref, cpr)
            await self._note(identity(found), Writ(key=key, text=text, author=author))

    async def ping(self) -> None:
        """See `CaseSystem.ping`: there is a token for us, and the API knows who we are."""
        async with _no_case_told():
            await self._me()

    async def close(self) -> None:
        """See `CaseSystem.close`."""
        await self._api.close()

    async def _theirs(self, wanted: str, cpr: str) -> Row:
        """The case with this reference among those of this person, by the same search as the citizen's own."""
        for row in await cases_of(self._api, cpr):
            if ref(row) == wanted:
                return row
        raise NotFoundError(_NOT_THEIRS)

    async def _note(self, case_id: int, writ: Writ) -> None:
        async with self._turn("note", writ.key):
            listed = await self._api.get_before_writing(f"/api/sag/{case_id}/journalarknotes")
            if not writing.stands_among(writ, rows_in(listed, "notes"), "Note"):
                await self._api.create("/api/journalarknote/create", writing.note_fields(case_id, writ))

    async def _task(self, found: Row, writ: Writ, due: date) -> dict[str, object]:
        me = await self._me()
        kinds = rows_in(await self._api.get("/api/erindring/typer"), "types of task")
        responsible = writing.responsible_in(found)
        return writing.task_fields(
            identity(found),
            writ,
            due=due,
            responsible=me if responsible is None else responsible,
            creator=me,
            kind=writing.kind_in(kinds, self._access.task_type),
        )

    async def _me(self) -> int:
        """Our own user's Id. Known: `GET /api/bruger/me` gives it, without a body or a search (Odense)."""
        found = number_in(row_in(await self._api.get("/api/bruger/me"), "our user"), "Id")
        if found is None:
            raise wrong("our user without an Id")
        return found

    @asynccontextmanager
    async def _turn(self, what: str, key: str) -> AsyncIterator[None]:
        """One at a time for each key; the lock is gone when nobody holds it or waits."""
        lock = self._locks.setdefault((what, key), asyncio.Lock())
        async with lock:
            yield


@asynccontextmanager
async def _no_case_told() -> AsyncIterator[None]:
    """Whatever else an answer brings about is nonsense too, told without anything of it."""
    try:
        yield
    except (CaseSystemError, NotFoundError):
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CaseSystemNonsense(f"SBSYS gave what is no case: {type(error).__name__}") from None
