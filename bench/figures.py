"""How long the figures of those who train the assistant take, with many conversations in a month.

    .venv/bin/python -m bench.figures [--conversations 50000] [--database URL] [--times 3]

Fills an empty database (a SQLite file of its own where none is given), and prints the seconds of each reading for a
month and for a week, beside the seconds of this process' own work: on a busy machine only the latter mean something.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, text

import bot.store.migrations
from bot.municipality.facts import load
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, writing
from bot.store.handoff_tables import handoffs
from bot.store.tables import conversations, messages
from bot.store.training_tables import understood
from bot.training.figures import FiguresReader

ROOT = Path(__file__).resolve().parent.parent
FIRST = datetime(2026, 10, 23, 22, tzinfo=timezone.utc)  # midnight in Denmark
DAYS = 30
SAID = 3  # messages of each citizen, each answered
AT_ONCE = 2000  # conversations
OUTCOMES = ("answered",) * 8 + ("asked", "fallback")

Rows = dict[Table, list[Mapping[str, Any]]]


def made(count: int) -> Iterator[Rows]:
    """Conversations spread over the days, one in five of them handed off."""
    chance = random.Random(5)
    rows: Rows = {conversations: [], messages: [], understood: [], handoffs: []}
    for number in range(count):
        id = f"{chance.getrandbits(128):032x}"
        at = FIRST + timedelta(days=DAYS) * (number / count)
        ends = at + timedelta(days=30)
        memory = os.urandom(300)
        rows[conversations].append(
            {"id": id, "token_hash": id, "state": "bot", "created_at": at, "expires_at": ends, "memory": memory}
        )
        for seq in range(1, 2 * SAID + 2):
            said = at + timedelta(seconds=20 * seq)
            own = seq % 2 == 0
            sender = "citizen" if own else "assistant"
            sealed = os.urandom(300)
            rows[messages].append({"conversation_id": id, "seq": seq, "sender": sender, "sealed": sealed, "at": said})
            if own:
                intent = f"hensigt_{chance.randrange(40)}"
                outcome = chance.choice(OUTCOMES)
                values = {"conversation_id": id, "seq": seq, "outcome": outcome, "intent": intent, "at": said}
                rows[understood].append(values)
        if number % 5 == 0:
            rows[handoffs].append(handoff(id, at, chance))
        if number % AT_ONCE == AT_ONCE - 1 or number == count - 1:
            yield rows
            rows = {table: [] for table in rows}


def handoff(id: str, at: datetime, chance: random.Random) -> Mapping[str, Any]:
    """One that was sent, taken and closed."""
    sent = at + timedelta(minutes=3)
    taken = sent + timedelta(seconds=chance.randrange(3000))
    return {
        "conversation_id": id,
        "seq": 5,
        "status": "closed",
        "way": "chat",
        "rule": chance.choice(("bedt_om", "akut", "konflikt", "ikke_forstaaet")),
        "priority": 3,
        "department": "social",
        "kle": chance.choice(("32.30.04", "27.60.20", "34", None)),
        "sealed": os.urandom(900),
        "created_at": at,
        "sent_at": sent,
        "due_at": sent + timedelta(minutes=30),
        "claimed_at": taken,
        "closed_at": taken + timedelta(minutes=20),
    }


def measure(url: str, *, count: int, times: int) -> None:
    """Fill the database and read from it."""
    engine = make_engine(url)
    migrate(engine, Path(bot.store.migrations.__path__[0]))
    for rows in made(count):
        with writing(engine) as connection:
            for table, values in rows.items():
                if values:
                    connection.execute(insert(table), values)
    if engine.dialect.name == "postgresql":
        with writing(engine) as connection:  # as it does by itself now and then
            connection.execute(text("ANALYZE"))
    reader = FiguresReader(
        engine,
        Vault([Vault.new_key()]),
        load(ROOT / "data" / "kommune.yml"),
        title=str,
        clock=lambda: FIRST + timedelta(days=DAYS),
    )
    last = date(2026, 11, 22)
    for days in (DAYS, 7):
        for _ in range(times):
            wall, own = time.perf_counter(), time.process_time()
            found = reader.read(last - timedelta(days=days - 1), last)
            seconds = time.perf_counter() - wall, time.process_time() - own
            print(f"{days:3} days, {found.conversations:6} conversations: {seconds[0]:.2f} s ({seconds[1]:.2f} s own)")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=50_000)
    parser.add_argument("--database")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(asked.database or f"sqlite:///{folder}/tal.db", count=asked.conversations, times=asked.times)


if __name__ == "__main__":
    main()
