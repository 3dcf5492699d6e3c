"""Puts login into an application: the widget's questions and the browser's way, on shared parts."""

from __future__ import annotations

from functools import partial

from aiohttp import web
from sqlalchemy.engine import Engine

from bot.chat.limits import Limits, Proxies
from bot.identity.attempts import Attempts
from bot.identity.clock import Clock, utc_now
from bot.identity.id_token import identified
from bot.identity.logins import Logins
from bot.identity.oidc import Provider
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.web.identity_context import CALLBACK, GOODBYE, IDENTITY, LOGIN, ConversationDoor, Identity, purging
from bot.web.identity_journey import come_back, goodbye, leave
from bot.web.identity_widget import finish, logout, start


def add_identity_routes(
    app: web.Application,
    *,
    settings: Settings,
    engine: Engine,
    vault: Vault,
    door: ConversationDoor,
    limits: Limits,
    proxies: Proxies,
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
            identify=partial(identified, oidc=settings.oidc),
            redirect_uri=settings.public_url + CALLBACK,
            development=settings.development,
            timeout=provider_timeout,
            clock=clock,
        ),
        door=door,
        limits=limits,
        proxies=proxies,
        municipality=municipality,
        phone=phone,
    )
    app[IDENTITY] = identity
    app.router.add_post("/identity/start", start)
    app.router.add_post("/identity/finish", finish)
    app.router.add_post("/identity/logout", logout)
    # A HEAD request would use up the ticket or the state before the browser comes for it.
    app.router.add_get(LOGIN, leave, allow_head=False)
    app.router.add_get(CALLBACK, come_back, allow_head=False)
    app.router.add_get(GOODBYE, goodbye, allow_head=False)
    app.cleanup_ctx.append(purging(identity.logins.purge, identity.attempts.purge))
    return identity
