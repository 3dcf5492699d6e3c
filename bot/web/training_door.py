"""Who may ask the training pages' server for what, and how a no is told: for every route below /training/api."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from bot.errors import InputError, NotFoundError
from bot.identity.staff import Staff
from bot.training.refusals import Changed, Held, TrainingRefusal, Unusable
from bot.web.middlewares import Refused
from bot.web.staff_session import require_csrf, staff_of

TRAINER, ADMINISTRATOR, AUDITOR = "trainer", "administrator", "auditor"
API = "/training/api"
_LARGEST_BODY = 8 * 1024 * 1024  # bytes: a file of examples that is read in

log = structlog.get_logger(__name__)

Asked = Callable[[web.Request, Staff], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reads(handler: Asked) -> Handler:
    """Those who train the assistant may look, and so may an auditor."""
    return _guarded(handler, TRAINER, ADMINISTRATOR, AUDITOR)


def writes(handler: Asked) -> Handler:
    """Only those who train the assistant, from our own page."""
    return _guarded(handler, TRAINER, ADMINISTRATOR)


async def body_of(request: web.Request, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
    """The request's JSON object with exactly these keys, each of its kind; a kind with NoneType may be left out.

    Raises Unusable for anything else.
    """
    raw = b""
    async for part in request.content.iter_chunked(64 * 1024):  # larger than a citizen's request may be
        raw += part
        if len(raw) > _LARGEST_BODY:
            raise Unusable("a body that is too large", staff="Det er for stort. Del det op i mindre dele.")
    try:
        body = json.loads(raw or b"{}")
        # Half a surrogate pair is no text, and can't be kept.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unusable("a body that is no JSON", staff="Siden sendte noget, der ikke kan læses. Prøv igen.") from error
    if not isinstance(body, dict) or body.keys() - kinds.keys():
        raise _not_agreed()
    for name, kind in kinds.items():
        value = body.setdefault(name, None)
        wanted = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise _not_agreed()
    return body


def _not_agreed() -> Unusable:
    return Unusable("a body with other fields than agreed", staff="Siden er forældet. Indlæs den igen.")


def _guarded(handler: Asked, *roles: str) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await staff_of(request, *roles)
        if request.method not in ("GET", "HEAD"):
            await require_csrf(request, session)
        try:
            answer = await handler(request, session.staff)
        except Refused:
            raise
        except (InputError, NotFoundError) as error:
            answer = _told(error)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return guarded


def _told(error: InputError | NotFoundError) -> web.Response:
    """A no in words; 409 where somebody or something was first."""
    told: dict[str, Any] = {"code": _code(error), "text": _words(error)}
    if isinstance(error, TrainingRefusal):
        told |= error.more
    if isinstance(error, Changed):
        told["by"] = error.by
    if isinstance(error, Held):
        told["reasons"] = list(error.reasons)
    log.info("training.refused", code=told["code"], reason=error.log)
    return web.json_response({"error": told}, status=_status(error))


def _status(error: Exception) -> int:
    if isinstance(error, NotFoundError):
        return 404
    return 409 if isinstance(error, TrainingRefusal) and not isinstance(error, Unusable) else 400


def _code(error: Exception) -> str:
    if isinstance(error, TrainingRefusal):
        return error.code
    return "not_found" if isinstance(error, NotFoundError) else "bad_input"


def _words(error: InputError | NotFoundError) -> str:
    return error.staff if error.staff != type(error).staff else error.citizen
