"""A whole installation but for Rasa: web dies in it once, and is started again at once, as its supervisor would."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.chat.records import Message, Records, utc_now
from bot.handoff.records import HandoffRecords
from bot.handoff.standing import Presence
from bot.identity.staff import StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading, writing
from bot.store.meeting_tables import outbox
from bot.store.tables import conversations, turns
from tests.integration.rasa_peer import RasaPeer, Reply
from tests.mail_peer import MailPeer
from tests.services import free_port
from tests.takeover.mortal_web import Point, start_web
from tests.takeover.people import AtTheDesk, Citizen

_LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass
class House:
    """The installation. ``exits`` are how webs have ended so far."""

    url: str
    engine: Engine
    vault: Vault
    http: aiohttp.ClientSession
    mail: MailPeer
    point: Point | None
    armed: Path
    exits: list[int] = field(default_factory=list)

    async def step(self, name: str) -> None:
        """A walk comes to a step; it is there that web dies, if that is what the point says, and no later."""
        if self.point is not None and self.armed.exists():
            for _ in range(200):
                if self.exits:
                    break
                await asyncio.sleep(0.05)
            assert self.exits, f"{self.point} is never reached: is it called otherwise now?"
            self.armed.unlink()
        if self.point is not None and self.point.step == name:
            self.armed.touch()

    def staff(self) -> AtTheDesk:
        """Somebody at the desk, ready for citizens."""
        claims = StaffClaims(
            issuer="https://idp.noerreaa.example",
            sub="Mette Holm",
            name="Mette Holm",
            email="mette@noerreaa.example",
            roles=("agent",),
            departments=("borgerservice",),
            id_token="token",
        )
        secret, csrf, staff = StaffSessions(self.engine, self.vault).begin(claims)
        with writing(self.engine) as connection:
            until = utc_now() + timedelta(days=1)
            Presence(self.vault, utc_now).be_available(connection, staff.id, until)
        return AtTheDesk(self.url, self.http, secret, csrf)

    def log(self, conversation: str) -> list[Message]:
        """Every message that is kept of a conversation."""
        with reading(self.engine) as connection:
            return Records(self.vault, utc_now).said(connection, conversation)

    def state(self, conversation: str) -> str:
        """Who has a conversation."""
        with reading(self.engine) as connection:
            found = connection.execute(select(conversations.c.state).where(conversations.c.id == conversation))
            return str(found.scalar_one())

    def rows(self, table: Any, *where: Any) -> list[Any]:
        """Rows as they lie in the database, in order."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(table).where(*where).order_by(table.c.id)))

    async def until(self, is_so: Callable[[], object]) -> None:
        """Return when something holds of the database."""
        for _ in range(400):
            if is_so():
                return
            await asyncio.sleep(0.1)
        raise AssertionError("in vain")

    def passes(self, column: Any) -> None:
        """The time in a column of every row passes, where there is one."""
        with writing(self.engine) as connection:
            connection.execute(update(column.table).where(column.is_not(None)).values({column: _LONG_AGO}))

    def happened(self, handoff: int) -> list[str]:
        """The kinds of what happened to a handoff, in order."""
        with reading(self.engine) as connection:
            return [each.kind.value for each in HandoffRecords(self.vault, utc_now).events(connection, handoff)]

    def waits(self) -> int:
        """How many questions wait for the assistant."""
        return len(self.rows(turns))

    async def citizen(self) -> Citizen:
        """Somebody who opens the chat."""
        return await Citizen.begin(self.url, self.http)


@asynccontextmanager
async def running_house(
    database_url: str, folder: Path, point: Point | None, reply: Callable[[dict[str, Any]], Reply]
) -> AsyncIterator[House]:
    """The installation, with ``reply`` as its Rasa."""
    rasa, mail = RasaPeer(), MailPeer(folder)
    rasa.reply = reply
    await rasa.start()
    mail.start()
    port, key, armed, log = free_port(), Vault.new_key(), folder / "armed", folder / "web.log"
    url = f"http://127.0.0.1:{port}"
    environ = {
        "BORGERKONTAKT_ENV": "development",
        "SECRET_KEYS": key,
        "DATABASE_URL": database_url,
        "CASES_DATABASE_URL": f"sqlite:///{folder / 'sager.db'}",
        "PUBLIC_URL": url,
        "PORT": str(port),
        "RASA_URLS": rasa.url,
        "RASA_TOKEN": "rasa-token",
        "ACTIONS_URL": rasa.url,
        "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": "borgerkontakt",
        "STAFF_OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "STAFF_OIDC_CLIENT_ID": "borgerkontakt",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail.port),
        "SMTP_TLS": "no",
        "MAIL_FROM": "Nørreå Kommune <svar-ikke@noerreaa.example>",
    }
    engine, vault = make_engine(database_url), Vault((key,))
    async with aiohttp.ClientSession() as http:
        house = House(url=url, engine=engine, vault=vault, http=http, mail=mail, point=point, armed=armed)
        first = start_web(environ, log, point, armed)
        looking = asyncio.create_task(_look_after(house, first, lambda: start_web(environ, log, None, armed)))
        try:
            await _until_live(http, url, looking)
            yield house
        except BaseException:
            print(log.read_text(encoding="utf-8") if log.exists() else "web wrote nothing")  # pytest shows it
            raise
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            mail.stop()
            await rasa.stop()
            engine.dispose()


async def _look_after(house: House, web: BaseProcess, again: Callable[[], BaseProcess]) -> None:
    try:
        while True:
            await asyncio.to_thread(web.join)
            assert web.exitcode == -signal.SIGKILL, f"web ended by itself with {web.exitcode}"
            house.exits.append(web.exitcode)
            # The five minutes in which a letter is left to whoever was sending it pass at once.
            house.passes(outbox.c.taken_until)
            web = again()
    finally:
        web.kill()  # which ends the thread that waits for it as well


async def _until_live(http: aiohttp.ClientSession, url: str, looking: asyncio.Task[None]) -> None:
    for _ in range(400):
        if looking.done():
            looking.result()
        try:
            async with http.get(f"{url}/health/live") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
    raise TimeoutError("web does not come up")
