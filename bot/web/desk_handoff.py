"""One handoff at the desk: shown, and all that can be done with it. Whoever looks leaves a line in the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from bot.audit.trail import ActorKind, Doing, Entry
from bot.cases.days import danish_today
from bot.cases.found import Asker, Found
from bot.chat.protocol import message_frame
from bot.desk.queue import ADMINISTRATOR, Changed
from bot.desk.refusals import WrongMoment
from bot.desk.rows import Row
from bot.errors import CaseSystemError
from bot.handoff.model import Outcome, Status
from bot.identity.clock import utc_now
from bot.identity.staff import Staff
from bot.web.desk_asked import Body, Query, body_of, number_in_path, unreadable
from bot.web.desk_door import DeskParts
from bot.web.desk_shapes import case_json, filing_json, opened_json

log = structlog.get_logger(__name__)

_TAKE_IT_FIRST = "Tag samtalen først. Så kan du se borgerens sager."


async def shown(desk: DeskParts, handoff_id: int) -> web.Response:
    """A handoff as it is now."""
    opened = await desk.blocking(desk.opening.open, handoff_id)
    filings = [filing_json(filing) for filing in await desk.blocking(desk.desk_filings.of, handoff_id)]
    return web.json_response(opened_json(opened, filings, desk.watching.present(handoff_id), desk.municipality))


async def handoff(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/handoffs/<id>."""
    number = number_in_path(request)
    log.info("desk.handoff_read", staff=staff.id, handoff=number)
    await _opened(desk, staff, number)
    return await shown(desk, number)


async def messages(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/handoffs/<id>/messages: the last of them, or the last before one."""
    number, query = number_in_path(request), Query(request)
    page = await desk.blocking(
        desk.opening.messages, number, before=query.number("before"), limit=query.number("limit", 100)
    )
    misread = await desk.blocking(desk.misreadings.among, number, [message.seq for message in page.messages])
    log.info("desk.messages_read", staff=staff.id, handoff=number, messages=len(page.messages))
    await _opened(desk, staff, number)
    items = [
        message_frame(message) | ({"misread": misread[message.seq]} if message.seq in misread else {})
        for message in page.messages
    ]
    return web.json_response({"items": items, "more": page.more})


async def _opened(desk: DeskParts, staff: Staff, handoff_id: int) -> None:
    """Say in the audit trail that somebody opens a conversation: once in a while for each of them.

    Raises NotNoted, and then nothing of it may be shown.
    """
    if (staff.id, handoff_id) in desk.opened_lately:
        return
    row = await desk.blocking(desk.opening.row, handoff_id)
    login_id = await desk.blocking(desk.opening.login_of, row)
    login = await desk.blocking(desk.logins.resolve, login_id) if login_id else None
    entry = Entry(
        at=utc_now(),
        actor_kind=ActorKind.STAFF,
        actor=staff.id,
        actor_name=staff.name,
        subject=login.cpr if login else None,
        doing=Doing.READ_HANDOFF,
        why="desk.messages",
        place=str(handoff_id),
        systems=(),
        cases=(),
        outcome="ok",
    )
    await desk.noting.note(entry)
    desk.opened_lately[staff.id, handoff_id] = True


async def say_misread(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """POST /desk/api/handoffs/<id>/misread {"seq"}: the assistant misread what the citizen wrote there."""
    number, body = number_in_path(request), await body_of(request, "seq")
    seq = body.number("seq")
    await desk.blocking(desk.misreadings.say, number, seq)
    log.info("desk.misread", staff=staff.id, handoff=number, seq=seq)
    return web.json_response({"seq": seq, "misread": True})


async def cases(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """GET /desk/api/handoffs/<id>/cases: what the case system says, while the citizen is logged in.

    Only for whoever has the conversation, and for administrators.
    """
    number = number_in_path(request)
    row = await desk.blocking(desk.opening.row, number)
    owns = row.handoff.status is Status.CLAIMED and row.handoff.staff_id == staff.id
    if not owns and ADMINISTRATOR not in staff.roles:
        raise WrongMoment("cases of a conversation that is another's", staff=_TAKE_IT_FIRST)
    log.info("desk.cases_read", staff=staff.id, handoff=number)
    try:
        now = await cases_now(desk, row, staff, "desk.cases")
    except CaseSystemError as error:
        log.warning("desk.cases_failed", handoff=number, reason=error.log)
        return web.json_response({"login": True, "cases": [], "missing": [], "error": error.staff})
    if now is None:
        return web.json_response({"login": False, "cases": [], "missing": [], "error": None})
    found, _ = now
    today = danish_today()
    shown_cases = [case_json(case, desk.municipality, today) for case in found.cases]
    return web.json_response({"login": True, "cases": shown_cases, "missing": list(found.missing), "error": None})


async def cases_now(desk: DeskParts, row: Row, staff: Staff, why: str) -> tuple[Found, str] | None:
    """The cases of the citizen who is logged in, and their CPR number; None when nobody is.

    ``staff`` looks, and ``why`` is what the audit trail says of it. Raises CaseSystemError.
    """
    login_id = await desk.blocking(desk.opening.login_of, row)
    login = await desk.blocking(desk.logins.resolve, login_id) if login_id else None
    if login is None:
        return None
    asker = Asker(kind=ActorKind.STAFF, actor=staff.id, name=staff.name, why=why, place=str(row.handoff.id))
    return await desk.cases.look_up(login.cpr, asker), login.cpr


Change = Callable[[DeskParts, Staff, int, Body], Awaitable[Changed]]


def changing(change: Change, *known: str):  # type: ignore[no-untyped-def]
    """A handler that carries out ``change`` with a body of the ``known`` keys, tells of it, and shows what is now."""

    async def handler(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
        number, body = number_in_path(request), await body_of(request, *known)
        await desk.news.changed(await change(desk, staff, number, body))
        return await shown(desk, number)

    return handler


async def claim(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """POST /desk/api/handoffs/<id>/claim: take it; then what goes back into the case is drafted."""
    number = number_in_path(request)
    await body_of(request)
    await desk.news.changed(await desk.blocking(desk.queue.claim, number, staff))
    row = await desk.blocking(desk.opening.row, number)
    try:
        now = await cases_now(desk, row, staff, "desk.claim")
    except CaseSystemError as error:  # the drafts wait without a case
        log.warning("desk.cases_failed", handoff=number, reason=error.log)
        now = None
    await desk.blocking(desk.desk_filings.draft, number, *((now[0].cases, now[1]) if now else ((), None)))
    desk.acted()
    return await shown(desk, number)


async def release(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """Back into the queue."""
    return await desk.blocking(desk.queue.release, number, staff, body.text("reason", ""))


async def transfer(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """To a department or a colleague: {"to": {"department"} or {"staff"}, "reason"}."""
    to = body.values.get("to")
    if not isinstance(to, dict) or len(to) != 1 or not set(to) <= {"department", "staff"}:
        raise unreadable()
    receiver: dict[str, Any] = (
        {"department": Body(to).text("department")} if "department" in to else {"to": Body(to).text("staff")}
    )
    return await desk.blocking(desk.queue.transfer, number, staff, reason=body.text("reason", ""), **receiver)


async def note(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """Something for the desk alone."""
    return await desk.blocking(desk.queue.note, number, staff, body.text("text"))


async def ask_login(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """Ask the citizen to log in."""
    return await desk.blocking(desk.queue.ask_login, number, staff)


async def ask_consent(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """Ask the citizen for a consent."""
    return await desk.blocking(desk.queue.ask_consent, number, staff, body.text("text"))


async def to_assistant(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """The assistant answers for a while."""
    return await desk.blocking(desk.queue.to_assistant, number, staff)


async def close(desk: DeskParts, staff: Staff, number: int, body: Body) -> Changed:
    """End it, with an outcome and a note."""
    outcome = body.one_of("outcome", Outcome, "Vælg, hvordan det endte.")
    return await desk.blocking(desk.queue.close, number, staff, outcome, body.text("note", ""))


async def reply(request: web.Request, desk: DeskParts, staff: Staff) -> web.Response:
    """POST /desk/api/handoffs/<id>/reply -> {"seq"}; the same id again gives the same seq."""
    number, body = number_in_path(request), await body_of(request, "id", "text")
    changed = await desk.blocking(desk.queue.reply, number, staff, body.id("id"), body.text("text"))
    if changed.fresh:
        desk.news.replied(changed)
        await desk.news.state(changed.handoff.conversation_id)
        # It may have been the assistant's until now.
        desk.news.to_handoff(number, {"type": "handoff", "handoff": number})
    return web.json_response({"seq": changed.messages[0].seq})
