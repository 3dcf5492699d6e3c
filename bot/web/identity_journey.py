"""The browser's way through login: away to the provider, and back to the page it came from; and logging out there.

`bot.identity.attempts` says why it takes the steps it takes. Nothing here logs an address with its
query, and no answer may be kept by a cache: a ticket, a state or a provider's code is in it.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from contextlib import suppress

import structlog
from aiohttp import web

from bot.chat.texts import too_many_logins
from bot.errors import IdentityError
from bot.identity.attempts import STATE_LIFETIME, Arrival
from bot.identity.oidc import refusal
from bot.identity.refusals import LoginUntrusted
from bot.web.identity_context import GOODBYE, IDENTITY, Identity
from bot.web.identity_pages import busy_page, goodbye_page, login_page

# Browsers take the prefix only for a Secure cookie of this very host, so no neighbour of ours can set
# it. Chromium takes both on http at 127.0.0.1 too (tried in 156), so development needs no other name.
COOKIE = "__Host-borgerkontakt-login"
CODE_IN_FRAGMENT = "borgerkontakt-login"
ERROR_IN_FRAGMENT = "borgerkontakt-login-error"

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

log = structlog.get_logger(__name__)


async def leave(request: web.Request) -> web.Response:
    """GET /identity/login?ticket=: the browser gets its cookie and goes to the provider."""
    identity = request.app[IDENTITY]
    if (busy := _busy(identity, request)) is not None:
        return busy
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
    if (busy := _busy(identity, request)) is not None:
        return busy
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


async def goodbye(request: web.Request) -> web.Response:
    """GET /identity/goodbye: with a ticket a button that logs out at the provider too, else that it is done.

    The ID token goes there in the body of a POST (RP-Initiated Logout 1.0, 2, has providers take one):
    in an address it would leave the CPR number in the history of what may be the library's computer.
    """
    identity = request.app[IDENTITY]
    if (busy := _busy(identity, request)) is not None:
        return busy
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


def _busy(identity: Identity, request: web.Request) -> web.Response | None:
    """A page that asks to wait, when too many come from one place; nothing is used up, so loading it again goes on."""
    wait = identity.wait(request)
    if wait is None:
        return None
    log.warning("login.too_fast")
    return busy_page(identity.municipality, text=too_many_logins(wait), phone=identity.phone, retry_after=wait)


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
    await identity.door.login_failed(conversation_id, identity.words(error))
    return _redirect(303, f"{return_url}#{ERROR_IN_FRAGMENT}=1")


def _redirect(status: int, url: str) -> web.Response:
    # no-referrer: the address we come from holds a ticket, a state or the provider's code.
    return web.Response(
        status=status, headers={"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _page(identity: Identity, error: IdentityError) -> web.Response:
    log.warning("login.refused", reason=error.log, kind=type(error).__name__)
    return login_page(identity.municipality, text=identity.words(error), phone=identity.phone)
