"""Puts staff's login into an application: away to the municipality's identity provider, back, and out again.

Nothing here logs an address with its query, and no answer may be kept by a cache: a state or a provider's
code is in it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import structlog
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.chat.limits import Limits, Proxies
from bot.chat.texts import too_many_logins
from bot.errors import IdentityError, InputError
from bot.identity.attempts import STATE_LIFETIME
from bot.identity.clock import Clock, utc_now
from bot.identity.oidc import Provider, refusal
from bot.identity.one_time import new_secret
from bot.identity.refusals import LoginUntrusted, StaffWithoutRole
from bot.identity.return_address import checked_staff_path
from bot.identity.staff import StaffSessions
from bot.identity.staff_attempts import StaffAttempts, StaffDeparture
from bot.identity.staff_claims import StaffClaims, identified_staff
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.web.identity_context import purging
from bot.web.staff_pages import busy_page, denied_page, goodbye_page, no_desk_page, refused_page
from bot.web.staff_session import (
    COOKIE,
    DENIED,
    DESK,
    LOGIN,
    STAFF,
    StaffDoor,
    cookie_of,
    is_page,
    login_path,
    no_desk,
    require_csrf,
    staff_of,
)

CALLBACK = "/desk/login/callback"
LOGOUT = "/desk/logout"
GOODBYE = "/desk/goodbye"
# Lax, for the browser comes back from another site; the prefix is explained in `bot.web.identity_journey`.
ATTEMPT_COOKIE = "__Host-borgerkontakt-staff-login"

_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

log = structlog.get_logger(__name__)


def add_staff_routes(
    app: web.Application,
    *,
    settings: Settings,
    engine: Engine,
    vault: Vault,
    blocking: Blocking,
    limits: Limits,
    proxies: Proxies,
    municipality: str,
    clock: Clock = utc_now,
    provider_timeout: float = 8.0,
) -> StaffDoor | None:
    """Put staff's login into ``app``, before any other route below /desk, /training or /revision.

    Without STAFF_OIDC_ISSUER those pages say or lead to one that says that there is no desk, and None is given. Raises
    SettingsError when the provider's or our own address is not https.
    """
    oidc = settings.staff
    if oidc is None:
        for path in (DESK, "/training", "/revision"):
            app.router.add_route("*", path, _no_desk(municipality))
            app.router.add_route("*", f"{path}/{{rest:.*}}", _no_desk(municipality))
        return None
    door = StaffDoor(
        settings=settings,
        oidc=oidc,
        sessions=StaffSessions(
            engine,
            vault,
            clock=clock,
            lifetime=timedelta(seconds=oidc.session_seconds),
            idle=timedelta(seconds=oidc.idle_seconds),
        ),
        attempts=StaffAttempts(engine, vault, clock=clock),
        provider=Provider(
            oidc,
            identify=partial(identified_staff, oidc=oidc),
            redirect_uri=settings.public_url + CALLBACK,
            development=settings.development,
            timeout=provider_timeout,
            clock=clock,
        ),
        blocking=blocking,
        limits=limits,
        proxies=proxies,
        municipality=municipality,
    )
    app[STAFF] = door
    # A HEAD request would use up the state before the browser comes for it.
    app.router.add_get(LOGIN, leave, allow_head=False)
    app.router.add_get(CALLBACK, come_back, allow_head=False)
    app.router.add_get(DENIED, denied)
    app.router.add_post(LOGOUT, logout)
    app.router.add_get(GOODBYE, goodbye, allow_head=False)
    app.cleanup_ctx.append(purging(door.sessions.purge, door.attempts.purge))
    return door


async def leave(request: web.Request) -> web.Response:
    """GET /desk/login?to=/desk/...[&fresh=1]: the browser gets its cookie and goes to the provider."""
    door = request.app[STAFF]
    if (busy := _busy(door, request)) is not None:
        return busy
    try:
        to = checked_staff_path(request.query.get("to", DESK))
    except InputError as error:
        log.warning("staff_login.path_refused", reason=error.log)
        return refused_page(door.municipality, text=error.staff, status=400, link=DESK)
    browser = _browser_of(request)
    try:
        departure = await door.blocking(door.attempts.depart, to, browser=browser)
        url = await door.provider.authorization_url(
            state=departure.state,
            nonce=departure.nonce,
            verifier=departure.verifier,
            fresh="fresh" in request.query,
        )
    except IdentityError as error:
        return _refused(door, error, to=to)
    answer = _redirect(302, url)
    _set_browser(answer, browser)
    return answer


async def come_back(request: web.Request) -> web.Response:
    """GET /desk/login/callback: the provider's answer, and the session if it holds."""
    door = request.app[STAFF]
    if (busy := _busy(door, request)) is not None:
        return busy
    query = request.query
    to = DESK
    try:
        if "error" in query and not query.get("state"):  # some providers leave it out
            left_for = await door.blocking(door.attempts.give_up, request.cookies.get(ATTEMPT_COOKIE))
            to = left_for or DESK
            raise refusal(query["error"])
        departure = await door.blocking(
            door.attempts.arrive, query.get("state", ""), browser=request.cookies.get(ATTEMPT_COOKIE)
        )
        to = departure.to
        claims = await _claims(door, request, departure)
        secret, _csrf, staff = await door.blocking(door.sessions.begin, claims)
    except IdentityError as error:
        return _refused(door, error, to=to)
    before = cookie_of(request)
    if before is not None:  # whoever sat here before is not here any more
        await door.blocking(door.sessions.end, before)
    log.info("staff_login.completed", staff=staff.id, roles=sorted(staff.roles))
    answer = _redirect(303, to)
    # No Max-Age: it goes with the browser's own session, and here it ends earlier still.
    answer.set_cookie(COOKIE, secret, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


async def denied(request: web.Request) -> web.Response:
    """GET /desk/login/denied: that a page belongs to another role."""
    return denied_page(request.app[STAFF].municipality)


async def logout(request: web.Request) -> web.Response:
    """POST /desk/logout -> {"logout_url"}: the session is over; where the browser may log out at the provider too."""
    door = request.app[STAFF]
    session = await staff_of(request)
    await require_csrf(request, session)
    secret = cookie_of(request)
    id_token = await door.blocking(door.sessions.end, secret) if secret is not None else None
    log.info("staff_login.ended", staff=session.staff.id)
    browser = _browser_of(request)
    url = GOODBYE
    if id_token is not None and await _ends_sessions(door):
        ticket = await door.blocking(door.attempts.part, id_token, browser=browser)
        url = f"{GOODBYE}?{urlencode({'ticket': ticket})}"
    answer = web.json_response({"logout_url": url}, headers={"Cache-Control": "no-store"})
    _set_browser(answer, browser)
    answer.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


async def goodbye(request: web.Request) -> web.Response:
    """GET /desk/goodbye: with a ticket a button that logs out at the provider too, else that it is done.

    The ID token goes there in the body of a POST (RP-Initiated Logout 1.0, 2): an address is remembered.
    """
    door = request.app[STAFF]
    if (busy := _busy(door, request)) is not None:
        return busy
    ticket = request.query.get("ticket")
    if ticket is not None:
        with suppress(IdentityError):
            id_token = await door.blocking(door.attempts.parting, ticket, browser=request.cookies.get(ATTEMPT_COOKIE))
            endpoint = await door.provider.end_session_endpoint()
            if endpoint is not None:
                fields = {
                    "id_token_hint": id_token,
                    "client_id": door.oidc.client_id,
                    "post_logout_redirect_uri": door.settings.public_url + GOODBYE,
                }
                return goodbye_page(door.municipality, endpoint=endpoint, fields=fields)
    return goodbye_page(door.municipality)


async def _claims(door: StaffDoor, request: web.Request, departure: StaffDeparture) -> StaffClaims:
    query = request.query
    if "error" in query:
        raise refusal(query["error"])
    if not query.get("code"):
        raise LoginUntrusted("the provider's answer has neither a code nor an error")
    return await door.provider.exchange(
        query["code"], nonce=departure.nonce, verifier=departure.verifier, issuer=query.get("iss")
    )


async def _ends_sessions(door: StaffDoor) -> bool:
    try:
        return await door.provider.end_session_endpoint() is not None
    except IdentityError:
        return False  # logged out here all the same


def _no_desk(municipality: str):  # type: ignore[no-untyped-def]
    async def handler(request: web.Request) -> web.Response:
        if is_page(request):
            return no_desk_page(municipality)
        raise no_desk()

    return handler


def _busy(door: StaffDoor, request: web.Request) -> web.Response | None:
    """A page that asks to wait, when too many come from one place; nothing is used up, so loading it again goes on."""
    wait = door.wait(request)
    if wait is None:
        return None
    log.warning("staff_login.too_fast")
    return busy_page(door.municipality, text=too_many_logins(wait), retry_after=wait)


def _refused(door: StaffDoor, error: IdentityError, *, to: str) -> web.Response:
    log.warning("staff_login.refused", reason=error.log, kind=type(error).__name__)
    no_role = isinstance(error, StaffWithoutRole)
    # Who has another user as well gets to use it: the provider would go on letting in the one without a role.
    link = login_path(to, fresh=no_role)
    return refused_page(door.municipality, text=error.staff, status=403 if no_role else 400, link=link)


def _browser_of(request: web.Request) -> str:
    """What the browser's attempts are tied to; one cookie for all, so that two tabs do not spoil each other's."""
    known = request.cookies.get(ATTEMPT_COOKIE, "")
    return known if _BROWSER.fullmatch(known) else new_secret()


def _set_browser(answer: web.Response, browser: str) -> None:
    answer.set_cookie(
        ATTEMPT_COOKIE,
        browser,
        max_age=int(STATE_LIFETIME.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def _redirect(status: int, url: str) -> web.Response:
    # no-referrer: the address we come from holds a state or the provider's code.
    return web.Response(
        status=status, headers={"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )
