"""What the widget asks of login: begin, finish and log out. It shows its conversation's token each time.

`bot.web.identity_journey` is what lies between: the browser's way to the provider and back.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web

from bot.chat.texts import ERRORS, too_many_logins
from bot.errors import IdentityError, InputError
from bot.identity.return_address import checked_return_url
from bot.web.identity_context import GOODBYE, IDENTITY, LOGIN, Identity

_BEARER = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,200})", re.ASCII)

log = structlog.get_logger(__name__)


async def start(request: web.Request) -> web.Response:
    """POST /identity/start {"return_url"} -> {"url"}: where the widget is to send the browser."""
    identity = request.app[IDENTITY]
    conversation = await _conversation(request)
    body = await _body(request)
    try:
        return_url = checked_return_url(body.get("return_url", ""), identity.settings.origins)
    except InputError as error:
        log.warning("login.return_url_refused", reason=error.log)
        raise _refused(web.HTTPBadRequest, "return_url", error.citizen) from error
    ticket = await asyncio.to_thread(identity.attempts.start, conversation, return_url=return_url)
    return _answer({"url": f"{identity.settings.public_url}{LOGIN}?{urlencode({'ticket': ticket})}"})


async def finish(request: web.Request) -> web.Response:
    """POST /identity/finish {"code"} -> {"name", "expires_at"}: the widget hands in what came back."""
    identity = request.app[IDENTITY]
    conversation = await _conversation(request)
    code = (await _body(request)).get("code")
    if not isinstance(code, str):
        raise _refused(web.HTTPBadRequest, "bad_request", ERRORS["bad_request"])
    try:
        person = await asyncio.to_thread(identity.attempts.redeem, code, conversation_id=conversation)
        login = await asyncio.to_thread(
            identity.logins.create,
            conversation,
            cpr=person["cpr"],
            name=person["name"],
            level=person["level"],
            id_token=person["id_token"],
            lifetime_seconds=identity.settings.login_seconds,
        )
    except IdentityError as error:
        log.warning("login.refused", reason=error.log, kind=type(error).__name__)
        raise _refused(web.HTTPConflict, "login", identity.words(error)) from error
    log.info("login.completed", conversation=conversation, level=login.level)
    await identity.door.login_completed(conversation, login)
    return _answer({"name": login.name, "expires_at": login.expires_at.isoformat()})


async def logout(request: web.Request) -> web.Response:
    """POST /identity/logout -> {"logout_url": ... | null}: where the browser may log out at the provider too."""
    identity = request.app[IDENTITY]
    conversation = await _conversation(request)
    login = await asyncio.to_thread(identity.logins.current, conversation)
    if login is None:
        return _answer({"logout_url": None})
    id_token = await asyncio.to_thread(identity.logins.end, login.id)
    log.info("login.ended", conversation=conversation)
    await identity.door.login_ended(conversation)
    if id_token is None or not await _ends_sessions(identity):
        return _answer({"logout_url": None})
    ticket = await asyncio.to_thread(identity.attempts.part, conversation, id_token=id_token)
    return _answer({"logout_url": f"{identity.settings.public_url}{GOODBYE}?{urlencode({'ticket': ticket})}"})


async def _ends_sessions(identity: Identity) -> bool:
    try:
        return await identity.provider.end_session_endpoint() is not None
    except IdentityError:
        return False  # logged out here all the same


async def _conversation(request: web.Request) -> str:
    """The conversation whose token the request bears; 401 without one, 403 from a page that may not ask, 429 too soon.

    A token in a header is nothing a browser adds by itself, so there is no CSRF to guard against; the
    origin is looked at all the same, where a browser names it.
    """
    identity = request.app[IDENTITY]
    wait = identity.wait(request)
    if wait is not None:
        refused = _refused(web.HTTPTooManyRequests, "too_fast", too_many_logins(wait), retry_after=wait)
        refused.headers["Retry-After"] = str(int(wait))
        raise refused
    origin = request.headers.get("Origin")
    if origin is not None and origin not in identity.settings.origins:
        raise _refused(web.HTTPForbidden, "bad_origin", ERRORS["bad_origin"])
    bearer = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    conversation = await identity.door.open_token(bearer[1]) if bearer else None
    if conversation is None:
        raise _refused(web.HTTPUnauthorized, "bad_token", ERRORS["bad_token"])
    return conversation


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, LookupError, RecursionError):  # no JSON, a charset nobody knows, too deep
        body = None
    if not isinstance(body, dict):
        raise _refused(web.HTTPBadRequest, "bad_request", ERRORS["bad_request"])
    return body


def _answer(value: Any) -> web.Response:
    return web.json_response(value, headers={"Cache-Control": "no-store"})


def _refused(kind: type[web.HTTPError], code: str, text: str, **more: float) -> web.HTTPError:
    body = json.dumps({"error": {"code": code, "text": text, **more}}, ensure_ascii=False)
    return kind(text=body, content_type="application/json", headers={"Cache-Control": "no-store"})
