"""Who trains the assistant, and the first page: what awaits them, what runs, and how the week went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.identity.staff import Staff
from bot.municipality.workdays import COPENHAGEN
from bot.training.awaiting import Awaiting
from bot.training.figures import Figures, FiguresReader
from bot.training.lately import Lately
from bot.web.staff_session import staff_of, told
from bot.web.training_door import ADMINISTRATOR, API, AUDITOR, TRAINER, reads
from bot.web.training_versions import VERSIONS

_DAYS = 7
_KEPT = 60.0  # seconds: the figures are of every message of the week


@dataclass(frozen=True, kw_only=True)
class OverviewParts:
    """What the two routes work with; ``municipality`` is its name."""

    awaiting: Awaiting
    figures: FiguresReader
    municipality: str
    clock: Callable[[], datetime]


OVERVIEW = web.AppKey("training_overview", OverviewParts)
WEEK: web.AppKey[Lately[date, Figures]] = web.AppKey("training_week", Lately)


def add_overview(app: web.Application, parts: OverviewParts) -> None:
    """Put the routes into ``app``, which must have those of versions."""

    async def week(today: date) -> Figures:
        return await app[VERSIONS].blocking(parts.figures.read, today - timedelta(days=_DAYS - 1), today)

    app[OVERVIEW] = parts
    app[WEEK] = Lately(week, seconds=_KEPT)
    app.router.add_get(f"{API}/me", _me)
    app.router.add_get(f"{API}/overview", reads(_overview))


async def _me(request: web.Request) -> web.Response:
    """GET /training/api/me: who one is, and the token that the page shows when it changes something."""
    session = await staff_of(request, TRAINER, ADMINISTRATOR, AUDITOR)
    # Before anything can be changed: afterwards nobody knows what the first version was made of.
    await request.app[VERSIONS].recorded()
    roles = session.staff.roles
    me = told(session)
    del me["departments"]
    may = {"may_write": bool(roles & {TRAINER, ADMINISTRATOR}), "may_override": ADMINISTRATOR in roles}
    answer = me | may | {"municipality": request.app[OVERVIEW].municipality}
    return web.json_response(answer, headers={"Cache-Control": "no-store"})


async def _overview(request: web.Request, staff: Staff) -> web.Response:
    """GET /training/api/overview."""
    await request.app[VERSIONS].recorded()
    today = request.app[OVERVIEW].clock().astimezone(COPENHAGEN).date()
    week = await request.app[WEEK](today)
    return web.json_response(await request.app[VERSIONS].blocking(_told, request.app, week))


def _told(app: web.Application, week: Figures) -> dict[str, Any]:
    parts, versions = app[OVERVIEW], app[VERSIONS]
    active, changes = versions.versions.active(), parts.awaiting.changes()
    return {
        "inbox": {"waiting": parts.awaiting.messages()},
        "changes": {
            "n": changes.n,
            "since": changes.since and changes.since.isoformat(),
            "elsewhere": changes.elsewhere,
        },
        "active": active and versions.version_json(active),
        "training": versions.training_json(versions.trainings.current()),
        "weakest": [
            {"intent": each.intent, "title": versions.intents.title(each.intent), "f1": each.f1}
            for each in parts.awaiting.weakest()
        ],
        "figures": {
            "days": _DAYS,
            "conversations": week.conversations,
            "solved": week.solved,
            "not_understood": week.not_understood,
        },
    }
