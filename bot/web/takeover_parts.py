"""Makes what lets a human take over, from the settings: this only wires."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp import web
from sqlalchemy.engine import Engine

from bot.chat.records import Records, utc_now
from bot.desk.queue import Queue
from bot.handoff.citizens import CitizensHandoffs
from bot.handoff.filing.filings import Filings
from bot.handoff.making import Making
from bot.handoff.records import HandoffRecords
from bot.handoff.standing import Presence
from bot.handoff.summary.extracting import summarise
from bot.handoff.surveys import Surveys
from bot.handoff.takeover import Takeover
from bot.meetings.booking import Meetings
from bot.meetings.chatting import MeetingsInChat
from bot.municipality.model import Municipality
from bot.sending.about_meetings import MeetingNews
from bot.sending.mail import Mailer
from bot.sending.outbox import Outbox
from bot.sending.sender import Sender
from bot.sending.sms import HttpSmsGateway
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.worker import Worker

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class TakeoverParts:
    """The parts that the chat and the desk share."""

    records: Records
    handoffs: HandoffRecords
    presence: Presence
    citizens: CitizensHandoffs
    meetings: Meetings
    takeover: Takeover
    queue: Queue
    outbox: Outbox
    filings: Filings


def takeover_parts(
    engine: Engine, vault: Vault, municipality: Municipality, *, mail: bool, sms: bool, clock: Clock = utc_now
) -> TakeoverParts:
    """The parts on one database; ``mail`` and ``sms`` say whether this installation can send them."""
    records = Records(vault, clock)
    handoffs = HandoffRecords(vault, clock)
    presence = Presence(vault, clock)
    outbox = Outbox(engine, vault, mail=mail, sms=sms, clock=clock)
    news = MeetingNews(outbox, municipality, clock=clock)
    meetings = Meetings(engine, vault, municipality, clock=clock, news=news.news)
    making = Making(vault, records, handoffs, municipality, clock=clock, summarise=summarise)
    citizens = CitizensHandoffs(handoffs, making, presence, municipality, clock=clock)
    return TakeoverParts(
        records=records,
        handoffs=handoffs,
        presence=presence,
        citizens=citizens,
        meetings=meetings,
        takeover=Takeover(
            handoffs,
            citizens,
            MeetingsInChat(meetings, municipality, clock=clock),
            meetings,
            Surveys(vault, clock),
            outbox,
            municipality,
            clock=clock,
        ),
        queue=Queue(engine, records, handoffs, presence, municipality, clock=clock, summarise=summarise),
        outbox=outbox,
        filings=Filings(engine, vault, clock=clock),
    )


def make_sender(outbox: Outbox, settings: Settings, http: aiohttp.ClientSession, blocking: Blocking) -> Sender:
    """What carries letters out, by the ways this installation has."""
    return Sender(
        outbox,
        blocking,
        mail=Mailer(settings.mail) if settings.mail else None,
        sms=HttpSmsGateway(http, settings.sms) if settings.sms else None,
    )


def running(worker: Worker) -> Callable[[web.Application], AsyncIterator[None]]:
    """Works for as long as the application runs."""

    async def run(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(worker.run(), name=type(worker).__name__)
        yield
        worker.stop()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(task, 5)

    return run
