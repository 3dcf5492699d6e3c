"""Makes the desk from the parts it shares with the chat: this only wires."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from cachetools import TTLCache
from sqlalchemy.engine import Engine

from bot.audit.noting import Noting
from bot.cases.asked import CaseSystems
from bot.chat.announcing import Announcer
from bot.chat.bus import Bus
from bot.chat.records import utc_now
from bot.desk.filings import DeskFilings
from bot.desk.history import History
from bot.desk.holding import Holding
from bot.desk.listing import Listing
from bot.desk.meetings import DeskMeetings
from bot.desk.misread import Misreadings
from bot.desk.opened import Opening
from bot.desk.replies import load
from bot.handoff.summary.extracting import summarise
from bot.identity.logins import Logins
from bot.municipality.model import Municipality
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.training.understood import Understandings
from bot.web.desk_door import DeskParts
from bot.web.desk_news import DeskNews
from bot.web.desk_routes import add_desk_routes
from bot.web.desk_shapes import row_json
from bot.web.desk_socket import LIVE, DeskLive, desk_socket
from bot.web.desk_watching import Watching
from bot.web.keys import CONVERSATIONS
from bot.web.staff_session import StaffDoor
from bot.web.takeover_parts import TakeoverParts

log = structlog.get_logger(__name__)

# Who has a conversation open asks for it again and again; that is one reading.
_OPENED_AT_ONCE = 10_000
_OPENED_SECONDS = 10 * 60


def add_desk(
    app: web.Application,
    door: StaffDoor,
    parts: TakeoverParts,
    *,
    settings: Settings,
    engine: Engine,
    vault: Vault,
    municipality: Municipality,
    bus: Bus,
    announcer: Announcer,
    logins: Logins,
    cases: CaseSystems,
    noting: Noting,
    understandings: Understandings,
    acted: Callable[[], None],
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Put the desk into ``app``: its page, its API and its socket. Raises SettingsError for a wrong file of replies."""
    named = door.sessions.named
    listing = Listing(engine, parts.handoffs, municipality, named=named, clock=clock)
    holding = Holding(engine, parts.records, parts.handoffs, parts.presence)
    news, watching = DeskNews(announcer, bus), Watching(engine, parts.presence)
    opening = Opening(
        engine,
        vault,
        parts.records,
        parts.handoffs,
        parts.meetings,
        listing,
        named=named,
        municipality=municipality,
        summarise=summarise,
        clock=clock,
    )
    desk_filings = DeskFilings(engine, holding, parts.records, parts.handoffs, parts.filings)
    add_desk_routes(
        app,
        DeskParts(
            engine=engine,
            vault=vault,
            municipality=municipality,
            blocking=door.blocking,
            queue=parts.queue,
            listing=listing,
            history=History(engine, parts.handoffs, named=named, clock=clock),
            opening=opening,
            misreadings=Misreadings(engine, holding, mark=partial(understandings.misread, by="staff")),
            meetings=parts.meetings,
            desk_meetings=DeskMeetings(engine, holding, parts.handoffs, parts.meetings, municipality),
            filings=parts.filings,
            desk_filings=desk_filings,
            logins=logins,
            cases=cases,
            noting=noting,
            opened_lately=TTLCache(_OPENED_AT_ONCE, _OPENED_SECONDS, timer=time.monotonic),
            replies=load(settings.replies_file),
            news=news,
            watching=watching,
            clock=clock,
            acted=acted,
        ),
    )

    async def draft_forgotten(_: web.Application) -> None:
        try:
            await door.blocking(desk_filings.draft_forgotten)
        except Exception as error:  # what is missing is missed at the next start; citizens are served all the same
            log.error("drafting.failed", kind=type(error).__name__)

    app.on_startup.append(draft_forgotten)  # after the migration

    def row(handoff_id: int) -> dict[str, Any] | None:
        found = listing.row(handoff_id)
        return None if found is None else row_json(found, municipality)

    app[LIVE] = DeskLive(
        queue=parts.queue,
        watching=watching,
        news=news,
        bus=bus,
        conversations=app[CONVERSATIONS],
        row=row,
    )
    app.router.add_get("/desk/socket", desk_socket, allow_head=False)
