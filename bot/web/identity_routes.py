"""The way through login: the widget asks here, the browser goes to the provider and comes back here.

`bot.identity.attempts` says why it takes the steps it takes. Nothing here logs an address with its
query, and no answer may be kept by a cache: a ticket, a state or a provider's code is in it.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.chat.texts import ERRORS
from bot.errors import IdentityError, InputError
from bot.identity.attempts import STATE_LIFETIME, Arrival, Attempts
from bot.identity.clock import Clock, utc_now
from bot.identity.logins import Logins
from bot.identity.oidc import Provider, refusal
from bot.identity.refusals import LoginUntrusted
from bot.identity.return_address import checked_return_url
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.web.identity_context import IDENTITY, ConversationDoor, Identity, purging
from bot.web.identity_pages import goodbye_page, login_page

# Browsers take the prefix only for a Secure cookie of this very host, so no neighbour of ours can set
# it. Chromium takes both on http at 127.0.0.1 too (tried in 156), so development needs no other name.
COOKIE = "__Host-borgerkontakt-login"
CALLBACK = "/identity/callback"
GOODBYE = "/identity/goodbye"
CODE_IN_FRAGMENT = "borgerkontakt-login"
ERROR_IN_FRAGMENT = "borgerkontakt-login-error"

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_BEARER = re.compile(r"Bearer ([A-Za-z0-9._~+/=-]{1,200})", re.ASCII)

log = structlog.get_logger(__name__)


def add_identity_routes(
    app: web.Application,
    *,
    settings: Settings,
    engine: Engine,
    vault: Vault,
    door: ConversationDoor,
    municipality: str,
    phone: str,
    clock: Clock = utc_now,
    provider_timeout: float = 8.0,
) -> Identity:
    """Put login into ``app``. Raises SettingsError when the provider's or our own address is not https.

    Gives what it made, so that /health can ask ``provider.ping()`` and the chat its ``logins``.
    """
    identity = Identity(
        settings=settings,
        logins=Logins(engine, vault, clock=clock),
        attempts=Attempts(engine, vault, clock=clock),
        provider=Provider(
            settings.oidc,
            redirect_uri=settings.public_url + CALLBACK,
            development=settings.development,
            timeout=provider_timeout,
            clock=clock,
        ),
        door=door,
        municipality=municipality,
        phone=phone,
    )
    app[IDENTITY] = identity
    app.router.add_post("/identity/start", start)
    app.router.add_post("/identity/finish", finish)
    app.router.add_post("/identity/logout", logout)
    # A HEAD request would use up the ticket or the state before the browser comes for it.
    app.router.add_get("/identity/login", leave, allow_head=False)
    app.router.add_get(CALLBACK, come_back, allow_head=False)
    app.router.add_get(GOODBYE, goodbye, allow_head=False)
    app.cleanup_ctx.append(purging)
    return identity


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
    return _answer({"url": f"{identity.settings.public_url}/identity/login?{urlencode({'ticket': ticket})}"})


async def leave(request: web.Request) -> web.Response:
    """GET /identity/login?ticket=: the browser gets its cookie and goes to the provider."""
    identity = request.app[IDENTITY]
    # One cookie for all attempts of a browser, so that two tabs do not spoil each other's.
    known = request.cookies.get(COOKIE, "")
    browser = known if _BROWSER.fullmatch(known) else secrets.token_urlsafe(32)
    try:
        departure = await asyncio.to_thread(identity.attempts.depart, request.query.get("ticket", ""), browser=browser)
    except IdentityError as error:
        return _page(identity, error)
    try:
        url = await identity.provider.authorization_url(
            state=departure.state, nonce=departure.nonce, verifier=departure.verifier
        )
    except IdentityError as error:
        return await _turned_away(identity, departure.attempt, departure.conversation_id, departure.return_url, error)
    response = _redirect(302, url)
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(STATE_LIFETIME.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",  # the way back is a link from the provider's site; Strict would keep the cookie away
    )
    return response


async def come_back(request: web.Request) -> web.Response:
    """GET /identity/callback: the provider's answer.

    Nothing happens in the conversation before the code is redeemed.
    """
    identity = request.app[IDENTITY]
    query, cookie = request.query, request.cookies.get(COOKIE)
    try:
        if "error" in query and not query.get("state"):
            arrival = await asyncio.to_thread(identity.attempts.give_up, cookie)
        else:
            arrival = await asyncio.to_thread(identity.attempts.arrive, query.get("state", ""), browser=cookie)
    except IdentityError as error:
        # Whoever sits here is not known to be who began, so the conversation hears nothing of it.
        return _page(identity, error)
    try:
        code = await _admitted(identity, arrival, request)
    except IdentityError as error:
        return await _turned_away(identity, arrival.attempt, arrival.conversation_id, arrival.return_url, error)
    return _redirect(303, f"{arrival.return_url}#{CODE_IN_FRAGMENT}={code}")


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


async def goodbye(request: web.Request) -> web.Response:
    """GET /identity/goodbye: with a ticket a button that logs out at the provider too, else that it is done.

    The ID token goes there in the body of a POST (RP-Initiated Logout 1.0, 2, has providers take one):
    in an address it would leave the CPR number in the history of what may be the library's computer.
    """
    identity = request.app[IDENTITY]
    ticket = request.query.get("ticket")
    if ticket is not None:
        with suppress(IdentityError):
            id_token = await asyncio.to_thread(identity.attempts.parting, ticket)
            endpoint = await identity.provider.end_session_endpoint()
            if endpoint is not None:
                fields = {
                    "id_token_hint": id_token,
                    "client_id": identity.settings.oidc.client_id,
                    "post_logout_redirect_uri": identity.settings.public_url + GOODBYE,
                }
                return goodbye_page(identity.municipality, endpoint=endpoint, fields=fields)
    return goodbye_page(identity.municipality)


async def _admitted(identity: Identity, arrival: Arrival, request: web.Request) -> str:
    query = request.query
    if "error" in query:
        raise refusal(query["error"])
    if not query.get("code"):
        raise LoginUntrusted("the provider's answer has neither a code nor an error")
    claims = await identity.provider.exchange(
        query["code"], nonce=arrival.nonce, verifier=arrival.verifier, issuer=query.get("iss")
    )
    person = {"cpr": claims.cpr, "name": claims.name, "level": claims.level, "id_token": claims.id_token}
    return await asyncio.to_thread(identity.attempts.admit, arrival, person)


async def _turned_away(
    identity: Identity, attempt: int, conversation_id: str, return_url: str, error: IdentityError
) -> web.Response:
    """The attempt is over; the conversation says why, and the browser goes back to it."""
    log.warning("login.refused", reason=error.log, kind=type(error).__name__, conversation=conversation_id)
    await asyncio.to_thread(identity.attempts.drop, attempt)
    await identity.door.say_system(conversation_id, identity.words(error))
    return _redirect(303, f"{return_url}#{ERROR_IN_FRAGMENT}=1")


async def _ends_sessions(identity: Identity) -> bool:
    try:
        return await identity.provider.end_session_endpoint() is not None
    except IdentityError:
        return False  # logged out here all the same


async def _conversation(request: web.Request) -> str:
    """The conversation whose token the request bears; 401 without one, 403 from a page that may not ask.

    A token in a header is nothing a browser adds by itself, so there is no CSRF to guard against; the
    origin is looked at all the same, where a browser names it.
    """
    identity = request.app[IDENTITY]
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
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _refused(web.HTTPBadRequest, "bad_request", ERRORS["bad_request"])
    return body


def _answer(value: Any) -> web.Response:
    return web.json_response(value, headers={"Cache-Control": "no-store"})


def _refused(kind: type[web.HTTPError], code: str, text: str) -> web.HTTPError:
    body = json.dumps({"error": {"code": code, "text": text}}, ensure_ascii=False)
    return kind(text=body, content_type="application/json", headers={"Cache-Control": "no-store"})


def _redirect(status: int, url: str) -> web.Response:
    # no-referrer: the address we come from holds a ticket, a state or the provider's code.
    return web.Response(
        status=status, headers={"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _page(identity: Identity, error: IdentityError) -> web.Response:
    log.warning("login.refused", reason=error.log, kind=type(error).__name__)
    return login_page(identity.municipality, text=identity.words(error), phone=identity.phone)
