"""Who may ask for what of the audit trail: an auditor, from our own page; and what was asked for, checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from bot.audit.trail import ActorKind, Doing
from bot.desk.refusals import Unusable
from bot.errors import InputError
from bot.identity.staff import Staff
from bot.municipality.workdays import COPENHAGEN
from bot.privacy import cpr
from bot.web.desk_asked import Body, body_of
from bot.web.middlewares import Refused
from bot.web.staff_session import require_csrf, staff_of

AUDITOR = "auditor"
REVISION = "/revision"
API = f"{REVISION}/api"
FILTERS = ("from", "to", "cpr", "like", "kind", "actor", "doing")

_NO_CPR = "Skriv et CPR-nummer med ti cifre."
_UPSIDE_DOWN = "Fra-datoen skal ligge før til-datoen."

Asked = Callable[[web.Request, Staff], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which lines are asked for; what is None is not filtered by. Days are in Danish time, both included."""

    first: date | None
    last: date | None
    cpr: str | None = field(repr=False)
    like: int | None
    kind: ActorKind | None
    actor: str | None
    doing: Doing | None

    def asked(self) -> dict[str, Any]:
        """As `Trail.page` takes them."""
        return {
            "since": _midnight(self.first) if self.first else None,
            "until": _midnight(self.last + timedelta(days=1)) if self.last else None,
            "subject_cpr": self.cpr,
            "like": self.like,
            "actor_kind": self.kind,
            "actor": self.actor,
            "doing": self.doing,
        }


def audits(handler: Asked) -> Handler:
    """Only an auditor; what is posted must come from our own page. An administrator has to be one too."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await staff_of(request, AUDITOR)
        if request.method not in ("GET", "HEAD"):
            await require_csrf(request, session)
        try:
            answer = await handler(request, session.staff)
        except Refused:
            raise
        except InputError as error:
            raise Refused("bad_input", status=400, text=error.staff) from error
        if not answer.prepared:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    return guarded


async def filters_of(request: web.Request, *more: str) -> tuple[Filters, Body]:
    """What the body asks for, which may also have the keys ``more``. Raises Unusable.

    A body and never an address: what stands in an address is kept by browsers, and by logs on the way.
    """
    body = await body_of(request, *FILTERS, *more)
    first, last = body.day("from"), body.day("to")
    if first and last and first > last:
        raise Unusable("a period that ends before it begins", staff=_UPSIDE_DOWN)
    return (
        Filters(
            first=first,
            last=last,
            cpr=_cpr(body.text("cpr", "")),
            like=_number(body, "like"),
            kind=body.one_of("kind", ActorKind, "Vælg en fra listen.") if body.text("kind", "") else None,
            actor=body.id("actor") if body.text("actor", "") else None,
            doing=body.one_of("doing", Doing, "Vælg en fra listen.") if body.text("doing", "") else None,
        ),
        body,
    )


def cursor_of(body: Body) -> int | None:
    """Where the page begins that is asked for, None for the first. Raises Unusable."""
    return _number(body, "cursor")


def _number(body: Body, name: str) -> int | None:
    return body.number(name) if body.values.get(name) is not None else None


def _cpr(written: str) -> str | None:
    if not written.strip():
        return None
    number = cpr.parse(written)
    if number is None:
        raise Unusable("a CPR number that is none", staff=_NO_CPR)
    return number


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=COPENHAGEN)
