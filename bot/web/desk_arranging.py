"""Meetings and what goes back into the case, from the desk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.cases.case import Case
from bot.cases.days import danish_today
from bot.desk.refusals import Unusable
from bot.errors import CaseSystemError
from bot.handoff.filing.model import FilingKind
from bot.identity.staff import Staff
from bot.meetings.booking import Meetings
from bot.meetings.cards import desk_slot
from bot.meetings.model import Slot
from bot.meetings.rules import Form
from bot.store.engine import reading
from bot.web.desk_asked import Body, Query, body_of, number_in_path
from bot.web.desk_door import DeskParts
from bot.web.desk_handoff import cases_now, shown
from bot.web.desk_shapes import filing_json

log = structlog.get_logger(__name__)

_DAYS, _MOST_DAYS = 14, 60
_FORM = "Vælg fremmøde, telefon eller video."
_NO_LOGIN = "Sagen kan kun vælges, mens borgeren er logget ind. Bed borgeren logge ind først."
_NO_CASE = "Borgeren har ingen sag med det nummer."


async def slots(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/slots: the free times of a department from a day on."""
    query = Query(request)
    department = query.text("department")
    if department not in desk.municipality.departments:
        raise Unusable("slots of no department", staff="Vælg en afdeling.")
    first = query.day("from") or danish_today()
    days = min(query.number("days", _DAYS) or _DAYS, _MOST_DAYS)
    found = await desk.blocking(
        _free, desk.engine, desk.meetings, department, query.one_of("form", Form), first, first + timedelta(days - 1)
    )
    return web.json_response({"slots": [desk_slot(slot, desk.municipality) for slot in found]})


def _free(
    engine: Engine, meetings: Meetings, department: str, form: Form | None, first: date, last: date
) -> list[Slot]:
    with reading(engine) as connection:
        return meetings.slots(connection, department, form, notice=False, first=first, last=last)


async def book(desk: DeskParts, staff: Staff, number: int, body: Body) -> Any:
    """POST /desk/api/handoffs/<id>/meetings: book a time at once."""
    changed = await desk.blocking(
        desk.desk_meetings.book,
        number,
        staff,
        calendar=body.text("calendar"),
        form=body.one_of("form", Form, _FORM),
        starts_at=body.time("starts_at"),
        details=body.values.get("details") or {},
    )
    desk.acted()
    return changed


async def change_meeting(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """PATCH /desk/api/meetings/<id>: move it, and put right what it is about."""
    number = number_in_path(request)
    body = await body_of(request, "version", "starts_at", "calendar", "agenda", "documents", "details")
    changes: dict[str, Any] = {name: body.values[name] for name in ("agenda", "documents", "details") if name in body}
    if "starts_at" in body:
        changes["starts_at"] = body.time("starts_at")
    if "calendar" in body:
        changes["calendar"] = body.text("calendar")
    changed = await desk.blocking(
        desk.desk_meetings.change, number, staff, version=body.number("version"), changes=changes
    )
    desk.acted()
    await desk.news.changed(changed)
    return await shown(desk, changed.handoff.id)


async def cancel_meeting(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """DELETE /desk/api/meetings/<id>."""
    number, body = number_in_path(request), await body_of(request, "version")
    changed = await desk.blocking(desk.desk_meetings.cancel, number, staff, version=body.number("version"))
    desk.acted()
    await desk.news.changed(changed)
    return await shown(desk, changed.handoff.id)


async def filings(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/handoffs/<id>/filings: notes and tasks, drafts and what is filed."""
    number = number_in_path(request)
    await desk.blocking(desk.opening.row, number)
    made = await desk.blocking(desk.desk_filings.of, number)
    log.info("desk.filings_read", staff=staff.id, handoff=number)
    return web.json_response({"filings": [filing_json(filing) for filing in made]})


async def file_task(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """POST /desk/api/handoffs/<id>/file-task: a draft of a task, to be signed."""
    number, body = number_in_path(request), await body_of(request, "text", "case", "deadline")
    await desk.blocking(desk.desk_filings.owned, number, staff)
    case, cpr = await _case(desk, staff, number, body.text("case", ""), known=None)
    await desk.blocking(
        desk.filings.add,
        number,
        FilingKind.TASK,
        text=body.text("text", ""),
        due=body.day("deadline"),
        case=case,
        cpr=cpr,
    )
    return await _told(desk, number)


async def edit_filing(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """PUT /desk/api/filings/<id>: the words, the case and the date of what is not signed."""
    number, body = number_in_path(request), await body_of(request, "version", "text", "case", "deadline")
    before = await desk.blocking(desk.desk_filings.theirs, number, staff)
    case, cpr = await _case(desk, staff, before.handoff_id, body.text("case", ""), known=before.case)
    await desk.blocking(
        desk.filings.edit,
        number,
        body.number("version"),
        text=body.text("text"),
        due=body.day("deadline"),
        case=case,
        cpr=cpr,
    )
    return await _told(desk, before.handoff_id)


async def sign_filing(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """POST /desk/api/filings/<id>/sign: it is to be written into the case, in the name of who signs."""
    number, body = number_in_path(request), await body_of(request, "version")
    before = await desk.blocking(desk.desk_filings.theirs, number, staff)
    await desk.blocking(desk.filings.sign, number, staff.id, staff.name, body.number("version"))
    log.info("desk.filing_signed", staff=staff.id, filing=number)
    desk.acted()
    return await _told(desk, before.handoff_id)


async def drop_filing(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """DELETE /desk/api/filings/<id>: it is not to be written."""
    number, body = number_in_path(request), await body_of(request, "version")
    before = await desk.blocking(desk.desk_filings.theirs, number, staff)
    await desk.blocking(desk.filings.drop, number, body.number("version"))
    return await _told(desk, before.handoff_id)


async def _case(
    desk: DeskParts, staff: Staff, handoff_id: int, number: str, *, known: str | None
) -> tuple[Case | None, str | None]:
    """The citizen's own case with that number, and their CPR number; nothing where none is newly chosen."""
    number = number.strip()
    if not number or number == known:
        return None, None
    try:
        now = await cases_now(desk, await desk.blocking(desk.opening.row, handoff_id), staff, "desk.filing")
    except CaseSystemError as error:
        raise Unusable(error.log, staff=error.staff) from error
    if now is None:
        raise Unusable("a case of somebody who is not logged in", staff=_NO_LOGIN)
    found, cpr = now
    case = next((case for case in found.cases if case.number == number), None)
    if case is None:
        raise Unusable("a case that is not the citizen's", staff=_NO_CASE)
    return case, cpr


async def _told(desk: DeskParts, handoff_id: int) -> web.Response:
    """Everybody who looks at the handoff learns of it."""
    desk.news.to_handoff(handoff_id, {"type": "handoff", "handoff": handoff_id})
    return await shown(desk, handoff_id)
