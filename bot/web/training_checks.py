"""The check before a training: started by those who train, and what it found, for whoever may look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.checks import Checks
from bot.web.training_door import API, body_of, reads, writes


@dataclass(frozen=True, kw_only=True)
class CheckParts:
    """What the routes need."""

    checks: Checks
    blocking: Blocking


_PARTS = web.AppKey("training_checks", CheckParts)


def add_training_checks(app: web.Application, parts: CheckParts) -> None:
    """Put the routes into ``app``; a check that runs ends with it."""
    app[_PARTS] = parts
    app.router.add_post(f"{API}/checks", writes(_start))
    app.router.add_get(f"{API}/checks", reads(_report))
    app.cleanup_ctx.append(_ended)


async def _start(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    await body_of(request)
    return web.json_response((await parts.blocking(parts.checks.start)).to_json(), status=202)


async def _report(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    return web.json_response((await parts.blocking(parts.checks.report)).to_json())


async def _ended(app: web.Application) -> AsyncIterator[None]:
    yield
    app[_PARTS].checks.close()
