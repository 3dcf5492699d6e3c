"""The inbox of what was not understood, for its page: below /training/api/inbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import structlog
from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.grouping import Reason, Status
from bot.training.inbox import Inbox
from bot.training.inbox_rows import Group, Seen
from bot.training.refusals import Unusable
from bot.web.training_door import API, body_of, reads, writes

log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Enum)
_LONGEST = 300  # characters that are looked for


@dataclass(frozen=True, kw_only=True)
class InboxParts:
    """``title`` gives what an intent is called among people; ``edit_json`` what the page is told of an edit."""

    inbox: Inbox[Any]
    blocking: Blocking
    title: Callable[[str], str]
    edit_json: Callable[[Any], Mapping[str, Any]]


INBOX = web.AppKey("training_inbox", InboxParts)
_ROW = f"{API}/inbox/{{id:[0-9]{{1,9}}}}"


def add_inbox(app: web.Application, parts: InboxParts) -> None:
    """Put the inbox' routes into ``app``."""
    app[INBOX] = parts
    app.router.add_get(f"{API}/inbox", reads(_page))
    app.router.add_get(_ROW, reads(_opened))
    app.router.add_post(f"{_ROW}/use", writes(_use))
    app.router.add_post(f"{_ROW}/drop", writes(_drop))
    app.router.add_post(f"{_ROW}/restore", writes(_restore))


async def _page(request: web.Request, staff: Staff) -> web.Response:
    """GET /inbox?view=&reason=&q=&cursor=."""
    parts, query = request.app[INBOX], request.query
    status = _one_of(Status, query.get("view") or Status.WAITING.value)
    reason = _one_of(Reason, query["reason"]) if query.get("reason") else None
    words, cursor = query.get("q", ""), query.get("cursor") or None
    if len(words) > _LONGEST:
        raise Unusable("too many words to look for", staff="Søg efter færre ord.")
    page = await parts.blocking(parts.inbox.page, status, reason=reason, words=words, cursor=cursor)
    counts = await parts.blocking(parts.inbox.counts)
    reasons = await parts.blocking(parts.inbox.reasons, status, words=words)
    log.info("training.inbox_read", staff=staff.id, rows=len(page.rows))
    return web.json_response(
        {
            "rows": [group_json(group, parts.title) for group in page.rows],
            "next": page.next,
            "counts": {key.value: n for key, n in counts.items()},
            "reasons": {key.value: n for key, n in reasons.items()},
        }
    )


async def _opened(request: web.Request, staff: Staff) -> web.Response:
    """GET /inbox/<id>: the row, and its newest messages in their conversations."""
    parts, number = request.app[INBOX], _number(request)
    group, seen = await parts.blocking(parts.inbox.open, number)
    log.info("training.inbox_row_read", staff=staff.id, row=number, messages=len(seen))
    shown = [_seen_json(one) for one in seen]
    return web.json_response(group_json(group, parts.title) | {"messages": shown})


async def _use(request: web.Request, staff: Staff) -> web.Response:
    """POST /inbox/<id>/use {version, intent, text, confirmed}."""
    parts, number = request.app[INBOX], _number(request)
    body = await body_of(request, version=int, intent=str, text=str, confirmed=(bool, type(None)))
    group, edit = await parts.blocking(
        parts.inbox.use,
        number,
        staff,
        version=body["version"],
        intent=body["intent"],
        text=body["text"],
        confirmed=body["confirmed"] is True,
    )
    log.info("training.inbox_used", staff=staff.id, row=number, intent=group.intent)
    return web.json_response({"group": group_json(group, parts.title), "edit": dict(parts.edit_json(edit))})


async def _drop(request: web.Request, staff: Staff) -> web.Response:
    """POST /inbox/<id>/drop {version}."""
    parts, number, body = request.app[INBOX], _number(request), await body_of(request, version=int)
    group = await parts.blocking(parts.inbox.drop, number, staff, version=body["version"])
    log.info("training.inbox_dropped", staff=staff.id, row=number)
    return web.json_response({"group": group_json(group, parts.title)})


async def _restore(request: web.Request, staff: Staff) -> web.Response:
    """POST /inbox/<id>/restore {version}; ``group`` is null where no message is left that could wait."""
    parts, number, body = request.app[INBOX], _number(request), await body_of(request, version=int)
    group = await parts.blocking(parts.inbox.restore, number, staff, version=body["version"])
    log.info("training.inbox_restored", staff=staff.id, row=number)
    return web.json_response({"group": None if group is None else group_json(group, parts.title)})


def group_json(group: Group, title: Callable[[str], str]) -> dict[str, Any]:
    """A row as the page is told of it."""
    guess = second = None
    if group.guess is not None:
        guess = {"intent": group.guess, "title": title(group.guess), "confidence": group.confidence}
    if group.second is not None:
        second = {"intent": group.second, "title": title(group.second)}
    return {
        "id": group.id,
        "text": group.text,
        "n": group.n,
        "first_at": group.first_at.isoformat(),
        "last_at": group.last_at.isoformat(),
        "reasons": [reason.value for reason in group.reasons],
        "guess": guess,
        "second": second,
        "personal": [span.to_json() for span in group.personal],
        "status": group.status.value,
        "intent": group.intent,
        "by": group.by,
        "version": group.version,
    }


def _seen_json(seen: Seen) -> dict[str, Any]:
    around = [
        {"from": one.sender, "text": one.text, "at": one.at.isoformat(), "this": one.seq == seen.seq}
        for one in seen.around
        if one.text
    ]
    return {
        "text": seen.text,
        "at": seen.at.isoformat(),
        "intent": seen.intent,
        "confidence": seen.confidence,
        "outcome": seen.outcome,
        "marked": seen.marked,
        "around": around,
    }


def _number(request: web.Request) -> int:
    return int(request.match_info["id"])


def _one_of(kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise Unusable("a choice that is none", staff="Siden er forældet. Indlæs den igen.") from error
