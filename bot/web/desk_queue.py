"""The desk's lists: who I am, the queue, what is over, the figures, colleagues and ready-made answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.cases.days import danish_today
from bot.desk.colleagues import colleagues
from bot.desk.figures import LONGEST, figures
from bot.desk.listing import Sort, View
from bot.desk.queue import ADMINISTRATOR
from bot.desk.refusals import Unusable
from bot.desk.replies import fill, values
from bot.desk.words import TRIGGERS
from bot.handoff.model import OUTCOMES, Outcome
from bot.handoff.rules import Trigger
from bot.identity.staff import Staff
from bot.meetings.cards import form_words
from bot.meetings.slots import when_words
from bot.web.desk_asked import Query
from bot.web.desk_door import AUDITOR, DeskParts
from bot.web.desk_shapes import figures_json, found_json, row_json
from bot.web.staff_session import staff_of, told

log = structlog.get_logger(__name__)

_PERIOD = timedelta(days=30)


async def me(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/me: who is logged in, the token of their page, and what there is to choose from."""
    session = await staff_of(request, used=False)
    there = await desk.blocking(colleagues, desk.engine, desk.vault, desk.clock())
    municipality = desk.municipality
    return web.json_response(
        told(session)
        | {
            "available": any(one.available for one in there if one.id == staff.id),
            "outcomes": [{"key": key.value, "text": text} for key, text in OUTCOMES.items()],
            "departments_all": [{"key": key, "name": one.name} for key, one in municipality.departments.items()],
            "triggers": [{"key": key.value, "text": text} for key, text in TRIGGERS.items()],
            "desk_open": municipality.desk_hours.is_open(desk.clock()),
            "desk_hours": municipality.desk_hours.in_words(),
        }
    )


async def queue(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/queue: one page of a view, and how many there are in the others."""
    query = Query(request)
    page = await desk.blocking(
        desk.listing.page,
        query.one_of("view", View, View.WAITING),
        staff.id,
        department=query.optional("department"),
        trigger=query.one_of("trigger", Trigger),
        sort=query.one_of("sort", Sort, Sort.PRIORITY),
        cursor=query.optional("cursor"),
        limit=query.number("limit", 50),
    )
    counts = await desk.blocking(desk.listing.counts, staff.id)
    return web.json_response(
        {
            "items": [row_json(row, desk.municipality) for row in page.rows],
            "next": page.next,
            "counts": {"waiting": counts.waiting, "mine": counts.mine, "calls": counts.calls, "late": counts.late},
        }
    )


async def history(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/history: what is over and fits, the newest first."""
    query = Query(request)
    page = await desk.blocking(
        desk.history.search,
        query.text("q"),
        department=query.optional("department"),
        outcome=query.one_of("outcome", Outcome),
        first=query.day("from"),
        last=query.day("to"),
        cursor=query.optional("cursor"),
        limit=query.number("limit", 50),
    )
    log.info("desk.history_read", staff=staff.id, found=[row.handoff.id for row in page.rows])
    return web.json_response({"items": [found_json(row, desk.municipality) for row in page.rows], "next": page.next})


async def numbers(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/figures: promised against actual, from one day to another; the comments for those who lead."""
    query = Query(request)
    last = query.day("to") or danish_today()
    first = query.day("from") or last - _PERIOD
    if not 0 <= (last - first).days <= LONGEST:
        raise Unusable("days the wrong way round, or too many", staff="Vælg en fra-dato før til-datoen, højst et år.")
    made = await desk.blocking(
        figures,
        desk.engine,
        desk.vault,
        first=first,
        last=last,
        now=desk.clock(),
        comments=not staff.roles.isdisjoint((ADMINISTRATOR, AUDITOR)),
    )
    return web.json_response(figures_json(made, desk.municipality))


async def staff_list(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/staff: everybody who may have a handoff."""
    there = await desk.blocking(colleagues, desk.engine, desk.vault, desk.clock())
    return web.json_response(
        [
            {"id": one.id, "name": one.name, "departments": list(one.departments), "available": one.available}
            for one in there
        ]
    )


async def replies(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/replies?handoff=<id>: the ready-made answers with what is known of this handoff in them."""
    number = Query(request).number("handoff")
    if number is None:
        raise Unusable("replies to nothing", staff="Åbn en samtale først.")
    opened = await desk.blocking(desk.opening.open, number)
    ahead = (meeting for meeting in opened.meetings if meeting.is_ahead(desk.clock()))
    meeting = min(ahead, key=lambda one: one.starts_at, default=None)
    login_id = opened.conversation.login_id if opened.row.logged_in else None
    login = await desk.blocking(desk.logins.resolve, login_id) if login_id else None
    known = values(
        desk.municipality,
        opened.row.handoff,
        staff=staff.name,
        citizen=login.name if login else opened.row.handoff.name,
        meeting=f"{when_words(meeting.starts_at)}. {form_words(meeting, desk.municipality)}" if meeting else None,
    )
    made: list[dict[str, Any]] = []
    for reply in desk.replies:
        filled = fill(reply, known)
        made.append(
            {
                "key": reply.key,
                "shortcut": reply.shortcut,
                "title": reply.title,
                "text": filled.text,
                "missing": list(filled.missing),
            }
        )
    return web.json_response(made)
