"""The citizen's own meetings as calendar files."""

from __future__ import annotations

import re

from aiohttp import web

from bot.chat.conversation import Conversations
from bot.chat.texts import ERRORS, too_fast
from bot.errors import NotFoundError
from bot.meetings.booking import Meetings
from bot.meetings.invitation import CANCEL, REQUEST, invitation
from bot.meetings.model import Meeting, Status
from bot.municipality.model import Municipality
from bot.store.blocking import Blocking
from bot.store.engine import reading
from bot.web.keys import CONVERSATIONS, LIMITS, MUNICIPALITY, address_of
from bot.web.middlewares import Refused, require_origin

_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{1,200})", re.ASCII)
_MEETINGS = web.AppKey("meetings", Meetings)
_BLOCKING = web.AppKey("meetings_blocking", Blocking)


def add_meeting_routes(app: web.Application, meetings: Meetings, blocking: Blocking) -> None:
    """Put the calendar files into ``app``."""
    app[_MEETINGS] = meetings
    app[_BLOCKING] = blocking
    app.router.add_get(r"/chat/meetings/{id:[0-9]{1,9}}.ics", calendar_file)


async def calendar_file(request: web.Request) -> web.Response:
    """GET /chat/meetings/<id>.ics: a meeting of the conversation whose token the request bears; 404 for any other."""
    require_origin(request)
    wait = request.app[LIMITS].frame(f"meetings {address_of(request)}")
    if wait is not None:
        raise Refused("too_fast", status=429, text=too_fast(wait), retry_after=wait)
    conversation = await _conversation(request, request.app[CONVERSATIONS])
    meetings, municipality = request.app[_MEETINGS], request.app[MUNICIPALITY]
    file = await request.app[_BLOCKING](_file, meetings, municipality, conversation, int(request.match_info["id"]))
    return web.Response(
        text=file,
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="moede.ics"', "Cache-Control": "no-store"},
    )


async def _conversation(request: web.Request, conversations: Conversations) -> str:
    bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    conversation = await conversations.open_token(bearer[1]) if bearer else None
    if conversation is None:
        raise Refused("bad_token", status=401, text=ERRORS["bad_token"])
    return conversation


def _file(meetings: Meetings, municipality: Municipality, conversation: str, meeting_id: int) -> str:
    with reading(meetings.engine) as connection:
        meeting: Meeting | None = meetings.get(connection, meeting_id)
    agreed = meeting is not None and meeting.status in (Status.BOOKED, Status.CANCELLED)
    if meeting is None or not agreed or meeting.conversation_id != conversation:
        raise NotFoundError("no such meeting in this conversation")
    return invitation(meeting, CANCEL if meeting.status is Status.CANCELLED else REQUEST, municipality)
