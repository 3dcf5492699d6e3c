"""How the desk bears many: its API on an empty desk beside one with a thousand waiting, and a long conversation.

    .venv/bin/python -m bench.desk [--waiting 1000] [--messages 500]

Prints milliseconds and their ratio from one run, over HTTP, on SQLite. Only the ratios mean something.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import insert

from bench.installation import Installation, milliseconds, show
from bot.chat.records import Records, utc_now
from bot.handoff.model import Status, Way
from bot.handoff.records import HandoffRecords
from bot.handoff.rules import Trigger
from bot.store.engine import writing
from bot.store.tables import conversations

TIMES = 30  # each question, after one that warms up
WISHES = ("jeg vil tale med et menneske om min sygedagpenge", "min ansøgning om bolig er ikke besvaret", "ring til mig")
DEPARTMENTS = ("borgerservice", "social", "ydelse", "jobcenter")


class Desk(Installation):
    """One with so many waiting, each with so many messages."""

    def __init__(self, folder: Path, *, waiting: int, messages: int) -> None:
        super().__init__(folder, name="Mette Holm", role="agent")
        records, handoffs = Records(self.vault, utc_now), HandoffRecords(self.vault, utc_now)
        self.first = 0
        with writing(self.engine) as connection:
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
        self.engine.dispose()


async def measured(desk: Desk) -> dict[str, float]:
    """Milliseconds of each question."""
    paths = {
        "queue_first_page": "/queue?view=waiting",
        "queue_by_due_date": "/queue?view=waiting&sort=due",
        "queue_one_department": "/queue?view=waiting&department=social",
        "open_handoff": f"/handoffs/{desk.first}",
        "last_100_messages": f"/handoffs/{desk.first}/messages?limit=100",
    }
    async with desk.asked() as ask:
        questions = {name: partial(ask, "GET", f"/desk/api{path}") for name, path in paths.items()}
        return await milliseconds(questions, times=TIMES)


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
    show(("10 waiting", f"{told.waiting} waiting"), small, large)


if __name__ == "__main__":
    main()
