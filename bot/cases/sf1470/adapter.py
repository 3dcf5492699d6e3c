"""KOMBIT's Sags- og Dokumentindeks behind the port `CaseSystem`: it is only ever read.

What the municipality puts between us and the index is told in `bot.cases.sf1470.access`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import structlog

from bot.cases.case import Case, Handler, HandlerKind
from bot.cases.deadline import left
from bot.cases.http import Http
from bot.cases.port import MOST_CASES
from bot.cases.sf1470 import envelope, reading
from bot.cases.sf1470.access import Authorise, Index, load
from bot.cases.sf1470.organisation import Contact, Of, Organisation, Whom
from bot.errors import CaseSystemDown, CaseSystemNonsense, CaseSystemReadOnly, CaseSystemTooMuch, SettingsError

if TYPE_CHECKING:
    from bot.cases.sf1470.wsdl import Service

T = TypeVar("T")
log = structlog.get_logger(__name__)

_NAME: Final = "Sags- og Dokumentindekset"
# Seconds kept back of those whoever asks has, so that a slow organisation never costs the cases themselves.
_LAST: Final = 0.3


class IndexCaseSystem:
    """The cases a citizen is primary party to, in KOMBIT's index.

    The WSDL is read once, when the first one asks. Reading it and reading answers is done in ``threads`` threads of
    this object's own; the asking itself is ``http``'s and holds no thread. ``organisation`` tells who the caseworkers
    are; without it, or when it does not answer in time, the index' own names stand. What the index
    leaves of the time whoever asks has (`bot.cases.deadline`) is the organisation's; ``within`` is that time, in
    seconds, where they set none. ``department_of`` gives the key of the
    department a KLE number belongs to. Both ``http`` and ``organisation`` are closed with this.
    """

    name = _NAME
    writable = False

    def __init__(
        self,
        access: Index,
        http: Http,
        organisation: Organisation | None = None,
        *,
        department_of: Callable[[str], str],
        authorise: Authorise | None = None,
        within: float = 3.0,
        threads: int = 2,
    ) -> None:
        self._access = access
        self._http = http
        self._organisation = organisation
        self._department_of = department_of
        self._authorise = authorise
        self._within = within
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="case-index")
        self._loading: asyncio.Future[Service] | None = None
        self._closed = False

    async def cases_for(self, cpr: str) -> list[Case]:
        """See `CaseSystem.cases_for`: the index is asked for the primary party, so nobody else finds a case."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._within
        snapshots = await self._snapshots(cpr)
        now = datetime.now(timezone.utc)
        reads = partial(reading.read, snapshots, cpr, now=now, department_of=self._department_of)
        found = await self._in_thread(lambda: envelope.or_nonsense(self.name, reads))
        if found.strangers:
            log.error("cases.not_theirs", system=self.name, count=found.strangers)
        return await self._with_contacts(found.cases, seconds=left(until - clock()) - _LAST)

    async def add_task(self, *, ref: str, cpr: str, key: str, text: str, due: date, author: str) -> None:
        """See `CaseSystem.add_task`: raises CaseSystemReadOnly."""
        _refuse()

    async def add_note(self, *, ref: str, cpr: str, key: str, text: str, author: str) -> None:
        """See `CaseSystem.add_note`: raises CaseSystemReadOnly."""
        _refuse()

    async def ping(self) -> None:
        """See `CaseSystem.ping`: asks for a case that is not there."""
        service = await self._service()
        await self._page(service, partial(envelope.one, service, str(uuid.uuid4())))

    async def close(self) -> None:
        """Let go of connections; what is being read is read to its end, and not waited for."""
        self._closed = True
        self._threads.shutdown(wait=False)
        await self._http.close()
        if self._organisation is not None:
            await self._organisation.close()

    async def _snapshots(self, cpr: str) -> list[Any]:
        """All of the answer, page by page, each case once."""
        service = await self._service()
        found: dict[str, Any] = {}
        given = 0
        while True:
            page = await self._page(service, partial(envelope.search, service, cpr, first=given))
            known = len(found)
            found.update(page.snapshots)
            given += page.given
            if len(found) > MOST_CASES:
                raise CaseSystemTooMuch(f"{self.name} has more than {MOST_CASES} cases of one citizen")
            if len(found) == known or given >= (page.total if page.total is not None else MOST_CASES + 1):
                break
        if page.total is not None and len(found) < page.total:  # a part must never look like the whole
            raise CaseSystemNonsense(f"{self.name} gave {len(found)} of {page.total} cases")
        return list(found.values())

    async def _page(self, service: Service, asking: Callable[..., bytes]) -> envelope.Page:
        transaction = str(uuid.uuid4())
        log.info("sf1470.asked", transaction=transaction)  # what KOMBIT's support finds the call by
        body, headers = await self._in_thread(lambda: asking(transaction=transaction)), envelope.headers(service)
        if self._authorise is not None:
            body, headers = await self._authorise(body, headers)
        answer = await self._http.ask("POST", service.url, headers=headers, body=body)
        return await self._in_thread(lambda: envelope.opened(service, answer))

    async def _with_contacts(self, found: tuple[reading.Read, ...], *, seconds: float) -> list[Case]:
        """The cases, each with what the organisation knows of who handles it."""
        if self._organisation is None or not found:
            return [one.case for one in found]
        wanted = {whom for one in found if (whom := _whom(one)) is not None}
        contacts = await self._organisation.contacts(wanted, within=seconds)
        return [
            one.case if (whom := _whom(one)) is None else replace(one.case, handler=_handler(one, contacts.get(whom)))
            for one in found
        ]

    async def _service(self) -> Service:
        """The WSDL, read once: everybody who comes while it is being read waits for the same reading."""
        if self._closed:
            raise CaseSystemDown(f"{self.name} is closed")
        if self._loading is None:
            self._loading = asyncio.ensure_future(self._in_thread(lambda: load(self._access)))
        waiting = self._loading
        try:
            return await asyncio.shield(waiting)  # one who gives up waiting takes it from nobody else
        except SettingsError as error:
            if self._loading is waiting:
                self._loading = None  # the file may be put right while we run
            staff = str(error)
        raise CaseSystemDown(f"{self.name} can't be asked: its WSDL can't be read", staff=staff)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            waiting = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError:
            raise CaseSystemDown(f"{self.name} is closed") from None
        return await waiting


def _whom(one: reading.Read) -> Whom | None:
    """Whom to ask the organisation about: the one who handles the case, else the unit its subject belongs to."""
    if one.actor is None:
        return Whom(Of.SUBJECT, one.case.kle)
    if one.actor.uuid is None:
        return None
    return Whom(Of.UNIT if one.actor.kind is HandlerKind.TEAM else Of.USER, one.actor.uuid)


def _handler(one: reading.Read, contact: Contact | None) -> Handler | None:
    known = one.case.handler
    name = (contact.name if contact is not None else None) or (known.name if known is not None else None)
    if contact is None or name is None:
        return known
    kind = one.actor.kind if one.actor is not None else HandlerKind.TEAM
    return Handler(kind=kind, name=name, phone=contact.phone, email=contact.email)


def _refuse() -> NoReturn:
    raise CaseSystemReadOnly(f"{_NAME} takes no tasks or notes")
