"""Who of the staff asks, and whether they may: for every route and socket of the desk and of training.

    session = await staff_of(request, "agent", "administrator")   # any one of the roles; none named: any role
    await require_csrf(request, session)                           # before anything is changed

CSRF: the browser adds the session's cookie by itself, so whoever changes something also shows the token that
only our own page has read (`told`), in a header that no form can make, from our own origin. The cookie is
SameSite=Lax and not Strict: a strict one is left out when a link in a mail or on the intranet leads here,
and all the way back from the provider, so that staff would look logged out on each. Lax lets it come
along on plain navigation only, and no GET changes anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot.chat.limits import Limits, Proxies
from bot.errors import InputError
from bot.identity.oidc import Provider
from bot.identity.return_address import checked_staff_path
from bot.identity.staff import Staff, StaffSession, StaffSessions
from bot.identity.staff_attempts import StaffAttempts
from bot.identity.staff_claims import StaffClaims
from bot.settings import Settings, StaffOidc
from bot.store.blocking import Blocking
from bot.web.middlewares import Refused

COOKIE: Final = "__Host-borgerkontakt-staff"
CSRF_HEADER: Final = "X-CSRF-Token"
BY_ITSELF_HEADER: Final = "X-By-Itself"
DESK: Final = "/desk"
LOGIN: Final = "/desk/login"
DENIED: Final = "/desk/login/denied"
TRAINING: Final = "/training"

_NOT_LOGGED_IN = "Du er ikke logget ind længere. Log ind igen."
_NOT_YOUR_ROLE = "Din rolle giver ikke adgang til det. Bed din leder om den rette rolle."
_NOT_FROM_OUR_PAGE = "Det kom ikke fra siden her. Indlæs siden igen, og prøv en gang til."
_NO_DESK = "Siderne for medarbejdere er ikke sat op."

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class StaffDoor:
    """What login of staff works with; ``municipality`` is its name."""

    settings: Settings
    oidc: StaffOidc
    sessions: StaffSessions
    attempts: StaffAttempts
    provider: Provider[StaffClaims]
    blocking: Blocking
    limits: Limits
    proxies: Proxies
    municipality: str

    def wait(self, request: web.Request) -> float | None:
        """Seconds until one more step of login is welcome from where ``request`` comes from, or None: go on."""
        address = self.proxies.address(request.remote, request.headers.getall("X-Forwarded-For", []))
        return self.limits.login(address)


STAFF = web.AppKey("staff", StaffDoor)


async def staff_of(request: web.Request, *roles: str, used: bool = True) -> StaffSession:
    """The session of whoever asks, in one of ``roles`` (any of ours where none is named).

    A page (a GET outside `/desk/api/` and `/training/api/`) is sent to log in and comes back, or is told that its role
    does not do, or led from the desk to the training pages where those are its role's; everything else, sockets too,
    is Refused with 401 or 403. What a page asks by itself does not keep the session from ending, so that a screen
    left alone logs out: ``used`` is False there, or the page says so in the header X-By-Itself.
    """
    door = request.app.get(STAFF)
    if door is None:
        raise web.HTTPSeeOther(DESK) if is_page(request) else no_desk()  # a page there says so in more words
    secret = cookie_of(request)
    used = used and request.headers.get(BY_ITSELF_HEADER) != "1"
    session = await door.blocking(door.sessions.resolve, secret, used=used) if secret else None
    if session is None:
        if is_page(request):
            # Our address in full, for the cookie of the login is set there and the provider leads back there.
            raise web.HTTPSeeOther(f"{door.settings.public_url}{login_path(request.path_qs)}")
        raise Refused("not_logged_in", status=401, text=_NOT_LOGGED_IN)
    if roles and session.staff.roles.isdisjoint(roles):
        if is_page(request):
            raise web.HTTPSeeOther(_instead(request.path, session.staff))
        raise Refused("not_your_role", status=403, text=_NOT_YOUR_ROLE)
    return session


async def require_csrf(request: web.Request, session: StaffSession) -> None:
    """Refused (403) unless our own page asks, and shows the session's token."""
    require_own_origin(request)
    if not session.accepts(request.headers.get(CSRF_HEADER, "")):
        raise Refused("bad_csrf", status=403, text=_NOT_FROM_OUR_PAGE)


def require_own_origin(request: web.Request) -> None:
    """Refused (403) unless the browser names our own origin: for sockets, which send cookies but no header of ours.

    The origins that may carry the chat (ALLOWED_ORIGINS) have no part in the desk.
    """
    own = request.app[STAFF].settings.origins[0]
    if request.headers.get("Origin", "").lower() != own.lower():
        raise Refused("bad_origin", status=403, text=_NOT_FROM_OUR_PAGE)


def told(session: StaffSession) -> dict[str, Any]:
    """What the desk's own page is told of who is logged in, with the token it shows when it changes something."""
    staff = session.staff
    return {
        "id": staff.id,
        "name": staff.name,
        "email": staff.email,
        "roles": sorted(staff.roles),
        "departments": list(staff.departments),
        "csrf": session.csrf,
        "expires_at": session.expires_at.isoformat(),
    }


def cookie_of(request: web.Request) -> str | None:
    """The session's secret that the browser brought, if it looks like one."""
    secret = request.cookies.get(COOKIE, "")
    return secret if _SECRET.fullmatch(secret) else None


def login_path(to: str, *, fresh: bool = False) -> str:
    """Where login begins that leads to the page ``to`` of ours; to the desk when that is none.

    ``fresh`` has the provider ask who it is, where it would let in the same person again.
    """
    try:
        page = checked_staff_path(to)
    except InputError:
        page = DESK
    return f"{LOGIN}?to={quote(page, safe='/')}{'&fresh=1' if fresh else ''}"


def no_desk() -> Refused:
    """What is said where staff can't log in at all."""
    return Refused("no_desk", status=404, text=_NO_DESK)


def _instead(path: str, staff: Staff) -> str:
    """Where one is led whose role does not open ``path``: from the desk's front door, a trainer to their own.

    Login leads to the desk where nothing else is asked for, and whoever only trains the assistant has no part in it.
    """
    return TRAINING if path.rstrip("/") == DESK and "trainer" in staff.roles else DENIED


def is_page(request: web.Request) -> bool:
    """Whether a person's browser is on its way to a page, and not a page's script to what is below `/api/`."""
    is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
    return request.method in ("GET", "HEAD") and not is_socket and request.path.split("/")[2:3] != ["api"]
