"""Examples out to a file and in from one: below /training/api."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.example_files import to_csv, to_yaml
from bot.training.examples import Examples
from bot.training.importing import Imported, Importing
from bot.web.training_door import API, body_of, reads, writes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class ExchangeParts:
    """What the routes work with. ``turn`` has files read in one at a time: it takes a thread for many seconds."""

    examples: Examples
    importing: Importing
    blocking: Blocking
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


EXCHANGE = web.AppKey("training_exchange", ExchangeParts)


def add_exchange(app: web.Application, parts: ExchangeParts) -> None:
    """Put the routes into ``app``."""
    app[EXCHANGE] = parts
    app.router.add_get(f"{API}/export.csv", reads(_csv))
    app.router.add_get(f"{API}/export.yml", reads(_yaml))
    app.router.add_post(f"{API}/import", writes(_import))


async def _csv(request: web.Request, staff: Staff) -> web.Response:
    """GET /export.csv: semicolons, and the mark by which a spreadsheet knows UTF-8."""
    parts = request.app[EXCHANGE]
    text = await parts.blocking(lambda: to_csv(parts.examples.corpus()))
    log.info("training.exported", staff=staff.id, kind="csv")
    return _download(text.encode("utf-8-sig"), "eksempler.csv", "text/csv")


async def _yaml(request: web.Request, staff: Staff) -> web.Response:
    """GET /export.yml: as Rasa reads it."""
    parts = request.app[EXCHANGE]
    text = await parts.blocking(lambda: to_yaml(parts.examples.corpus()))
    log.info("training.exported", staff=staff.id, kind="yml")
    return _download(text.encode(), "eksempler.yml", "application/yaml")


async def _import(request: web.Request, staff: Staff) -> web.Response:
    """POST /import {name, content, dry_run, confirmed}: all of a file, or nothing of it."""
    parts = request.app[EXCHANGE]
    body = await body_of(request, name=str, content=str, dry_run=bool, confirmed=(bool, type(None)))
    confirmed = bool(body["confirmed"])
    name, content = body["name"], body["content"]
    async with parts.turn:
        if body["dry_run"]:
            seen = await parts.blocking(parts.importing.look, name, content, confirmed=confirmed)
        else:
            seen = await parts.blocking(parts.importing.take, staff, name, content, confirmed=confirmed)
            log.info("training.imported", staff=staff.id, new=seen.new, moved=seen.moved, problems=len(seen.problems))
    return web.json_response(_json(seen, dry=body["dry_run"]))


def _json(seen: Imported, *, dry: bool) -> dict[str, object]:
    return {
        "new": seen.new,
        "known": seen.known,
        "remarked": seen.remarked,
        "moved": seen.moved,
        "problems": [{"line": one.line, "code": one.code, "text": one.text} for one in seen.problems],
        "done": not dry and not seen.problems,
        "edit": seen.edit.id if seen.edit is not None else None,
    }


def _download(body: bytes, name: str, kind: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
