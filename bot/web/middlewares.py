"""What every answer gets: a request id, a line in the log, security headers, and errors in words.

CSRF: nothing is done for a citizen on the word of a cookie. Whoever changes something shows the conversation's
token in an `Authorization` header (or in the socket's first frame), which no other site's page can make
a browser add; and where a browser names the page's origin, it must be one the settings allow. Staff do
have a cookie; `bot.web.staff_session` says what else they show.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.chat.texts import ERRORS
from bot.errors import BorgerkontaktError, InputError, NotFoundError
from bot.settings import Settings
from bot.web.keys import SETTINGS

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SHARED = ("/chat/", "/identity/")  # used by pages of every allowed origin
_STAFFS = ("/desk", "/training", "/revision")  # what is said there is of somebody, and so is a no
_OPEN = ("/widget/",)  # the same for everybody: any website may load it
_CODES = {400: "bad_request", 403: "not_allowed", 404: "not_found", 405: "not_allowed", 413: "too_big"}


class Refused(InputError):
    """A request that is answered with a no. ``code`` is for the client, ``status`` HTTP's."""

    def __init__(self, code: str, *, status: int, text: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(f"request refused: {code}", citizen=text or ERRORS[code])
        self.code = code
        self.status = status
        self.retry_after = retry_after


@web.middleware
async def named(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request id in every line of the log that belongs to it, and one line for itself.

    The line has the route, never the address: an address may hold a secret, and a client's is personal data.
    """
    request_id = str(uuid.uuid4())
    began = time.monotonic()
    structlog.contextvars.bind_contextvars(request=request_id)
    status: int | None = None  # stays so when the client goes away
    try:
        response = await handler(request)
        status = response.status
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id
        return response
    except web.HTTPException as answer:
        status = answer.status
        answer.headers["X-Request-Id"] = request_id
        raise
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else None
        if route != "/health/live":  # asked all the time
            took = round((time.monotonic() - began) * 1000)
            log.info("request", method=request.method, route=route, status=status, ms=took)
        structlog.contextvars.unbind_contextvars("request")


@web.middleware
async def in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as JSON with a Danish text: {"error": {"code", "text"}}; what is ours to know stays in the log."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400 or answer.content_type == "application/json":
            raise
        headers = {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else None
        code = _CODES.get(answer.status, "bad_request")
        return _error(answer.status, code, ERRORS[code], headers=headers)
    except Refused as error:
        log.info("request.refused", code=error.code)
        return _error(error.status, error.code, error.citizen, retry_after=error.retry_after)
    except NotFoundError as error:
        return _error(404, "not_found", error.citizen)
    except BorgerkontaktError as error:
        log.warning("request.failed", kind=type(error).__name__, reason=error.log)
        return _error(503, "unavailable", error.citizen)
    except Exception:  # the last resort: whatever it was, nobody outside is shown a stack trace
        log.exception("request.failed")
        return _error(500, "failed", ERRORS["failed"])


@web.middleware
async def shared_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """CORS: pages of the allowed origins may use the chat. Without cookies: the token is all there is."""
    asks_first = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if asks_first and request.path.startswith((*_SHARED, *_OPEN)):
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on every answer; what a page sets for itself stands."""
    settings = request.config_dict[SETTINGS]
    headers = response.headers
    if request.path.startswith(_SHARED):
        headers.add("Vary", "Origin")
        if request.headers.get("Origin") in settings.origins:
            headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            headers["Access-Control-Expose-Headers"] = "X-Request-Id"
        headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith(_OPEN):
        headers["Access-Control-Allow-Origin"] = "*"
    elif request.path.startswith(_STAFFS):
        headers.setdefault("Cache-Control", "no-store")
    open_to_all = request.path.startswith((*_SHARED, *_OPEN))
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if open_to_all else "same-origin")
    headers.setdefault("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if not settings.development:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def page_policy(settings: Settings) -> str:
    """Content-Security-Policy of our own pages: everything from here, nothing inline."""
    socket = settings.origins[0].replace("http", "ws", 1)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def require_origin(request: web.Request) -> None:
    """Refuse pages of origins that are not allowed; an app that is no browser names none. Raises Refused."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in request.config_dict[SETTINGS].origins:
        raise Refused("bad_origin", status=403)


def _error(
    status: int, code: str, text: str, *, retry_after: float | None = None, headers: dict[str, str] | None = None
) -> web.Response:
    error: dict[str, object] = {"code": code, "text": text}
    sent = dict(headers or {})
    if retry_after is not None:
        error["retry_after"] = retry_after
        sent["Retry-After"] = str(int(retry_after))
    return web.json_response({"error": error}, status=status, headers=sent)
