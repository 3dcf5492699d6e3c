"""Puts the doors together: this only wires."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.audit.noting import Noting
from bot.audit.trail import Trail
from bot.cases.asked import CaseSystems
from bot.cases.systems import open_case_systems
from bot.chat.announcing import Announcer
from bot.chat.answering import Answering
from bot.chat.bus import Bus
from bot.chat.conversation import Conversations
from bot.chat.limits import Limits, Proxies
from bot.chat.log import Log
from bot.chat.rasa import Gateway
from bot.chat.records import utc_now
from bot.handoff.filing.worker import FilingWorker
from bot.handoff.keeping import HandoffKeeper
from bot.handoff.standing import Standings
from bot.identity.logins import Logins
from bot.municipality.facts import load
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading
from bot.training.understood import Understandings
from bot.web.audit_routes import add_audit
from bot.web.chat_routes import add_chat_routes
from bot.web.desk_parts import add_desk
from bot.web.health import Health
from bot.web.identity_routes import add_identity_routes
from bot.web.keys import CONVERSATIONS, HEALTH, HTTP, LIMITS, MUNICIPALITY, PROXIES, SETTINGS, SOCKETS
from bot.web.meeting_routes import add_meeting_routes
from bot.web.middlewares import add_headers, in_words, named, shared_origins
from bot.web.pages import add_pages
from bot.web.staff_routes import add_staff_routes
from bot.web.takeover_parts import make_sender, running, takeover_parts
from bot.web.training_parts import add_training

_MIGRATIONS = Path(bot.store.migrations.__path__[0])
_LARGEST_REQUEST = 64 * 1024  # bytes
_LOGIN_ASKED_EVERY = 30.0  # seconds; the broker is not ours
_GOODBYE = 2.0  # seconds


async def init_app(settings: Settings) -> web.Application:
    """The whole of web, not yet started. Raises SettingsError when a setting or a file of settings is wrong."""
    vault = Vault(settings.secret_keys)
    municipality = load(settings.municipality_file)
    proxies = Proxies(settings.trusted_proxies)
    engine = make_engine(settings.database_url)
    trail = Trail(engine, vault)
    noting = Noting(trail)
    cases = open_case_systems(settings, vault, municipality, trail=trail)
    blocking = Blocking()
    http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    logins = Logins(engine, vault)
    parts = takeover_parts(engine, vault, municipality, mail=settings.mail is not None, sms=settings.sms is not None)
    sender = make_sender(parts.outbox, settings, http, blocking)
    filing = FilingWorker(parts.filings, cases, blocking, trail=trail)
    understandings = Understandings(vault)
    chat_log = Log(engine, vault, days=settings.conversation_days, consequences=parts.takeover, learning=understandings)
    bus = Bus()
    gateway = Gateway(
        http,
        settings.rasa_urls,
        token=settings.rasa_token,
        actions_url=settings.actions_url,
        timeout=settings.turn_timeout,
    )
    standings = Standings(engine, parts.handoffs, parts.presence, municipality, clock=utc_now)
    announcer = Announcer(chat_log, bus, logins, blocking, standing=standings.of)
    keeper = HandoffKeeper(engine, chat_log, parts.citizens, parts.handoffs, announcer, bus, blocking, clock=utc_now)
    answering = Answering(
        chat_log,
        gateway,
        announcer,
        logins,
        blocking,
        municipality,
        retry_for=timedelta(seconds=settings.retry_seconds),
    )

    app = web.Application(middlewares=[named, shared_origins, in_words], client_max_size=_LARGEST_REQUEST)
    app[SETTINGS] = settings
    app[MUNICIPALITY] = municipality
    app[PROXIES] = proxies
    app[HTTP] = http
    limits = Limits(messages_per_minute=settings.messages_per_minute, sessions_per_hour=settings.sessions_per_hour)
    app[LIMITS] = limits
    app[CONVERSATIONS] = Conversations(
        chat_log,
        bus,
        announcer,
        answering,
        gateway,
        logins,
        blocking,
        takeover=parts.takeover,
        learning=understandings,
        acted=sender.wake,
        chores=(keeper.send_due, keeper.tell_late, keeper.tell_places, partial(blocking, parts.meetings.expire_now)),
    )
    app[SOCKETS] = set()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_say_goodbye)
    app.cleanup_ctx.append(_owning(engine, cases, noting, blocking))
    app.cleanup_ctx.append(_answering)
    app.cleanup_ctx.append(running(sender))
    app.cleanup_ctx.append(running(filing))
    add_chat_routes(app)
    add_meeting_routes(app, parts.meetings, blocking)
    identity = add_identity_routes(
        app,
        settings=settings,
        engine=engine,
        vault=vault,
        door=app[CONVERSATIONS],
        limits=limits,
        proxies=proxies,
        municipality=municipality.name,
        phone=municipality.phone,
    )
    staff = add_staff_routes(
        app,
        settings=settings,
        engine=engine,
        vault=vault,
        blocking=blocking,
        limits=limits,
        proxies=proxies,
        municipality=municipality.name,
    )
    if staff is not None:

        def acted() -> None:
            sender.wake()
            filing.wake()

        add_desk(
            app,
            staff,
            parts,
            settings=settings,
            engine=engine,
            vault=vault,
            municipality=municipality,
            bus=bus,
            announcer=announcer,
            logins=logins,
            cases=cases,
            noting=noting,
            understandings=understandings,
            acted=acted,
        )
        add_training(app, staff, settings=settings, engine=engine, vault=vault, municipality=municipality)
        add_audit(app, trail, settings=settings)
    add_pages(app)
    app[HEALTH] = Health(
        {
            "database": lambda: blocking(_ping_database, engine),
            "rasa": gateway.ping,
            "actions": gateway.ping_actions,
            "cases": cases.ping,
            "login": identity.provider.ping,
            **({"staff_login": staff.provider.ping} if staff is not None else {}),
        },
        seldom={"login": _LOGIN_ASKED_EVERY, "staff_login": _LOGIN_ASKED_EVERY},
    )
    return app


def _owning(engine: Engine, cases: CaseSystems, noting: Noting, blocking: Blocking):  # type: ignore[no-untyped-def]
    async def owning(app: web.Application) -> AsyncIterator[None]:
        await blocking(migrate, engine, _MIGRATIONS)
        yield
        await app[HTTP].close()
        await cases.close()
        noting.close()
        blocking.close()
        engine.dispose()

    return owning


async def _answering(app: web.Application) -> AsyncIterator[None]:
    await app[CONVERSATIONS].start()
    yield
    await app[CONVERSATIONS].stop()


async def _say_goodbye(app: web.Application) -> None:
    """Close every socket so that its client comes back, to whoever runs then; nobody waits for one that is slow."""
    sockets = app[SOCKETS]
    closing = [asyncio.create_task(socket.close(code=1012, message=b"restart")) for socket in tuple(sockets)]
    if closing:
        await asyncio.wait(closing, timeout=_GOODBYE)


def _ping_database(engine: Engine) -> None:
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))
