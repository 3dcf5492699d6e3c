"""Who may ask the desk's server for what, and how a no is told: for every route below /desk/api."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.audit.noting import Noting, NotNoted
from bot.cases.asked import CaseSystems
from bot.desk.filings import DeskFilings
from bot.desk.history import History
from bot.desk.listing import Listing
from bot.desk.meetings import DeskMeetings
from bot.desk.misread import Misreadings
from bot.desk.opened import Opening
from bot.desk.queue import AT_THE_DESK, Queue
from bot.desk.refusals import DeskRefusal, NotYours, Taken, Unusable
from bot.desk.replies import Reply
from bot.errors import BorgerkontaktError, InputError, NotFoundError
from bot.handoff.filing.filings import Filings
from bot.identity.logins import Logins
from bot.identity.staff import Staff
from bot.meetings.booking import Meetings
from bot.meetings.errors import MeetingChanged, SlotTaken, TooManyMeetings
from bot.municipality.model import Municipality
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.web.desk_news import DeskNews
from bot.web.desk_watching import Watching
from bot.web.middlewares import Refused
from bot.web.staff_session import require_csrf, staff_of

AUDITOR = "auditor"
BY_ITSELF = "X-By-Itself"  # the page asks, and nobody pressed anything

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DeskParts:
    """What the desk's routes work with. ``acted``: something may be to be sent.

    ``opened_lately`` has who opened which handoff a moment ago, and stands in the audit trail with it.
    """

    engine: Engine
    vault: Vault
    municipality: Municipality
    blocking: Blocking
    queue: Queue
    listing: Listing
    history: History
    opening: Opening
    misreadings: Misreadings
    meetings: Meetings
    desk_meetings: DeskMeetings
    filings: Filings
    desk_filings: DeskFilings
    logins: Logins
    cases: CaseSystems
    noting: Noting
    opened_lately: MutableMapping[tuple[str, int], bool]
    replies: tuple[Reply, ...]
    news: DeskNews
    watching: Watching
    clock: Callable[[], datetime]
    acted: Callable[[], None]


DESK = web.AppKey("desk", DeskParts)

Asked = Callable[[web.Request, DeskParts, Staff], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reads(handler: Asked) -> Handler:
    """Whoever is at the desk may look, and so may an auditor."""
    return _guarded(handler, (*AT_THE_DESK, AUDITOR))


def writes(handler: Asked) -> Handler:
    """Only those who have handoffs, from our own page."""
    return _guarded(handler, tuple(AT_THE_DESK))


def _guarded(handler: Asked, roles: tuple[str, ...]) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await staff_of(request, *roles, used=BY_ITSELF not in request.headers)
        if request.method not in ("GET", "HEAD"):
            await require_csrf(request, session)
        try:
            answer = await handler(request, request.app[DESK], session.staff)
        except Refused:
            raise
        except (InputError, NotFoundError, SlotTaken, MeetingChanged, TooManyMeetings) as error:
            answer = _told(error)
        except NotNoted as error:
            answer = web.json_response({"error": {"code": "not_noted", "text": error.staff}}, status=503)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return guarded


def _told(error: InputError | NotFoundError | SlotTaken | MeetingChanged | TooManyMeetings) -> web.Response:
    """A no in words for staff; 409 where somebody or something was first, 403 where it is another's."""
    told: dict[str, str] = {"code": _code(error), "text": _words(error)}
    if isinstance(error, Taken | NotYours):
        told["by"] = error.by
    log.info("desk.refused", code=told["code"], reason=error.log)
    return web.json_response({"error": told}, status=_status(error))


def _status(error: Exception) -> int:
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, NotYours):
        return 403
    if isinstance(error, DeskRefusal) and not isinstance(error, Unusable):
        return 409
    return 400 if isinstance(error, InputError) else 409


def _code(error: Exception) -> str:
    if isinstance(error, DeskRefusal):
        return error.code
    if isinstance(error, NotFoundError):
        return "not_found"
    if isinstance(error, MeetingChanged):
        return "changed"
    return "bad_input" if isinstance(error, InputError) else "slot_taken"


def _words(error: InputError | NotFoundError | SlotTaken | MeetingChanged | TooManyMeetings) -> str:
    """What staff are told; an error that has nothing of its own for them says what it says to citizens."""
    return error.staff if error.staff != BorgerkontaktError.staff else error.citizen
