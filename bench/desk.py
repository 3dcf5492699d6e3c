"""How the desk bears many: its API on an empty desk beside one with a thousand waiting, and a long conversation.

    .venv/bin/python -m bench.desk [--waiting 1000] [--messages 500]

Prints milliseconds and their ratio from one run, over HTTP, on SQLite. Only the ratios mean something.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from sqlalchemy import insert

from bot.chat.records import Records, utc_now
from bot.command import prepare
from bot.handoff.model import Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.identity.staff import StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.running.parts import Ports, development_environment
from bot.settings import Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.tables import conversations
from bot.web.app import init_app
from bot.web.staff_session import COOKIE
from tests.services import free_port

TIMES = 30  # each question, after one that warms up
WISHES = ("jeg vil tale med et menneske om min sygedagpenge", "min ansøgning om bolig er ikke besvaret", "ring til mig")
DEPARTMENTS = ("borgerservice", "social", "ydelse", "jobcenter")


class Desk:
    """One installation with so many waiting, each with so many messages."""

    def __init__(self, folder: Path, *, waiting: int, messages: int) -> None:
        environ = development_environment(folder, Ports(web=free_port()), environ=os.environ)
        self.settings = Settings.read(environ, dotenv=Path(os.devnull))
        prepare(self.settings)
        vault = Vault(self.settings.secret_keys)
        engine = make_engine(self.settings.database_url)
        claims = StaffClaims(
            issuer=self.settings.staff.issuer if self.settings.staff else "",
            sub="Mette Holm",
            name="Mette Holm",
            email="",
            roles=("agent",),
            departments=(),
            id_token="",
        )
        self.secret = StaffSessions(engine, vault).begin(claims)[0]
        records, handoffs = Records(vault, utc_now), HandoffRecords(vault, utc_now)
        self.first = 0
        with writing(engine) as connection:
            for number in range(waiting):
                id = f"{number:036d}"
                later = utc_now() + timedelta(days=1)
                row = {"id": id, "token_hash": id, "created_at": utc_now(), "expires_at": later, "state": "queued"}
                connection.execute(insert(conversations).values(row))
                conversation = records.locked(connection, id)
                assert conversation is not None
                for at in range(messages if number == 0 else 1):
                    records.append(connection, conversation, "citizen", f"{WISHES[at % 3]} {at}")
                made = handoffs.insert(
                    connection,
                    conversation_id=id,
                    seq=1,
                    status=Status.WAITING,
                    way=Way.CHAT,
                    trigger=list(Trigger)[number % len(Trigger)],
                    priority=number % 10,
                    department=DEPARTMENTS[number % 4],
                    sent_at=utc_now() - timedelta(seconds=number),
                    due_at=utc_now() + timedelta(minutes=number % 60),
                )
                self.first = self.first or made.id
        engine.dispose()


async def measured(desk: Desk) -> dict[str, float]:
    """Milliseconds of each question, the median of many."""
    runner = web.AppRunner(await init_app(desk.settings))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", desk.settings.port).start()
    api = f"{desk.settings.public_url}/desk/api"
    questions = {
        "queue_first_page": "/queue?view=waiting",
        "queue_by_due_date": "/queue?view=waiting&sort=due",
        "queue_one_department": "/queue?view=waiting&department=social",
        "open_handoff": f"/handoffs/{desk.first}",
        "last_100_messages": f"/handoffs/{desk.first}/messages?limit=100",
    }
    found = {}
    async with aiohttp.ClientSession(headers={"Cookie": f"{COOKIE}={desk.secret}"}) as http:
        for name, path in questions.items():
            took = []
            for _ in range(TIMES + 1):
                began = time.perf_counter()
                async with http.get(api + path) as answer:
                    body: Any = await answer.json()
                    assert answer.status == 200, body
                took.append((time.perf_counter() - began) * 1000)
            found[name] = statistics.median(took[1:])
    await runner.cleanup()
    return found


def main() -> None:
    """Measure both, and print them beside each other."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--waiting", type=int, default=1000)
    asked.add_argument("--messages", type=int, default=500)
    told = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        small = asyncio.run(measured(Desk(Path(few), waiting=10, messages=10)))
        large = asyncio.run(measured(Desk(Path(many), waiting=told.waiting, messages=told.messages)))
    print(f"{'ms':24}{'10 waiting':>14}{f'{told.waiting} waiting':>16}{'ratio':>9}")
    for name in small:
        print(f"{name:24}{small[name]:>14.1f}{large[name]:>16.1f}{large[name] / small[name]:>9.2f}")


if __name__ == "__main__":
    main()
