"""The audit trail for those in the role of an auditor: its page, its lines, its verdict, and all of it as CSV.

Whoever reads it stands in it too, before they are shown anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.audit.trail import ActorKind, Doing, Entry, Line, Trail
from bot.audit.words import DOINGS, handoff_of, place_like, sentence, systems
from bot.identity.clock import utc_now
from bot.identity.staff import Staff
from bot.municipality.workdays import COPENHAGEN
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.training.intents import Intents
from bot.web.audit_door import API, AUDITOR, REVISION, Filters, audits, cursor_of, filters_of
from bot.web.audit_export import csv_lines, head
from bot.web.keys import MUNICIPALITY, SETTINGS
from bot.web.middlewares import page_policy
from bot.web.pages import file_of
from bot.web.staff_session import staff_of, told

_THREADS = 2
_AT_A_TIME = 50
_WRITTEN_AT_A_TIME = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class AuditParts:
    """What the routes work with. ``turn`` has the chain walked by one at a time: it may take a minute."""

    trail: Trail
    title: Callable[[str], str]
    blocking: Blocking
    clock: Callable[[], datetime]
    page: Environment
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


AUDIT = web.AppKey("audit", AuditParts)


def add_audit(
    app: web.Application, trail: Trail, *, settings: Settings, clock: Callable[[], datetime] = utc_now
) -> None:
    """Put /revision into ``app``, which must have staff's login: its page and its API."""
    # Its own threads: a long walk keeps neither citizens nor the desk waiting.
    blocking = Blocking(_THREADS)
    app[AUDIT] = AuditParts(
        trail=trail,
        title=Intents(settings.assistant_folder).title,
        blocking=blocking,
        clock=clock,
        page=Environment(loader=PackageLoader("bot.web"), autoescape=select_autoescape()),
    )

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        blocking.close()

    app.cleanup_ctx.append(closing)
    for path in (REVISION, f"{REVISION}/"):
        app.router.add_get(path, page)
    app.router.add_get(f"{REVISION}/static/{{file}}", file_of("audit"))
    app.router.add_get(f"{API}/me", me)
    app.router.add_get(f"{API}/actors", audits(actors))
    app.router.add_get(f"{API}/chain", audits(chain))
    app.router.add_post(f"{API}/lines", audits(lines))
    app.router.add_post(f"{API}/export", audits(export))


async def page(request: web.Request) -> web.Response:
    """GET /revision: the page, which its script fills."""
    await staff_of(request, AUDITOR)
    text = request.app[AUDIT].page.get_template("audit.html").render(municipality=request.app[MUNICIPALITY])
    return web.Response(
        text=text,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": page_policy(request.app[SETTINGS]), "Cache-Control": "no-store"},
    )


async def me(request: web.Request) -> web.Response:
    """GET /revision/api/me: who one is, the token that the page shows when it asks, and what there is to choose."""
    session = await staff_of(request, AUDITOR)
    known = told(session)
    del known["departments"]
    doings = [{"key": doing.value, "text": words} for doing, words in DOINGS.items()]
    return web.json_response(known | {"doings": doings}, headers={"Cache-Control": "no-store"})


async def actors(request: web.Request, staff: Staff) -> web.Response:
    """GET /revision/api/actors: the staff and workers who stand in the trail."""
    parts = request.app[AUDIT]
    found = await parts.blocking(parts.trail.actors)
    return web.json_response({"actors": [{"kind": one.kind, "id": one.id, "name": one.name} for one in found]})


async def chain(request: web.Request, staff: Staff) -> web.Response:
    """GET /revision/api/chain: whether every line is as it was written."""
    parts = request.app[AUDIT]
    async with parts.turn:
        verdict = await parts.blocking(parts.trail.verify)
    return web.json_response(
        {"count": verdict.count, "mac": verdict.mac, "broken": verdict.broken, "at": parts.clock().isoformat()}
    )


async def lines(request: web.Request, staff: Staff) -> web.Response:
    """POST /revision/api/lines: a page of the lines that fit, the newest first."""
    parts = request.app[AUDIT]
    filters, body = await filters_of(request, "cursor")
    found = await parts.blocking(parts.trail.page, cursor=cursor_of(body), limit=_AT_A_TIME, **filters.asked())
    await _noted(parts, staff, Doing.READ_TRAIL, filters)
    rows = [line_json(line, parts.title) for line in found.lines]
    return web.json_response({"rows": rows, "next": found.next})


async def export(request: web.Request, staff: Staff) -> web.StreamResponse:
    """POST /revision/api/export: all lines that fit as CSV, written as they are read."""
    parts = request.app[AUDIT]
    filters, _ = await filters_of(request)

    more = partial(parts.blocking, _csv, parts, filters)
    text, cursor = await more(None)
    await _noted(parts, staff, Doing.EXPORTED_TRAIL, filters)
    log.info("audit.exported", staff=staff.id)
    name = f"revisionsspor-{parts.clock().astimezone(COPENHAGEN).date().isoformat()}.csv"
    answer = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
    )
    await answer.prepare(request)
    await answer.write(head())
    try:
        await answer.write(text)
        while cursor is not None:
            text, cursor = await more(cursor)
            await answer.write(text)
        await answer.write_eof()
    except Exception as error:  # half a file must not look like a whole one: the browser is told by a torn line
        log.error("audit.export_failed", kind=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
    return answer


def _csv(parts: AuditParts, filters: Filters, cursor: int | None) -> tuple[bytes, int | None]:
    """Some lines as CSV, and where the next ones begin."""
    found = parts.trail.page(cursor=cursor, limit=_WRITTEN_AT_A_TIME, **filters.asked())
    return csv_lines(found.lines, parts.title), found.next


def line_json(line: Line, title: Callable[[str], str]) -> dict[str, Any]:
    """A line as the page shows it; of the citizen only that there is one."""
    return {
        "number": line.number,
        "at": line.at.isoformat() if line.at else None,
        "text": sentence(line, title),
        "about_citizen": line.about_citizen,
        "handoff": handoff_of(line),
        "cases": list(line.cases),
        "systems": systems(line),
    }


async def _noted(parts: AuditParts, staff: Staff, doing: Doing, filters: Filters) -> None:
    """Put down who read, before anything of it is given away; raises what the database raises."""
    entry = Entry(
        at=parts.clock(),
        actor_kind=ActorKind.STAFF,
        actor=staff.id,
        actor_name=staff.name,
        subject=filters.cpr,
        doing=doing,
        why="revision.list" if doing is Doing.READ_TRAIL else "revision.export",
        place=place_like(filters.like) if filters.like is not None else None,
        systems=(),
        cases=(),
        outcome="ok",
    )
    await parts.blocking(parts.trail.write, entry)
