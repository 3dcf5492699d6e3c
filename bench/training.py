"""How the training pages bear much: their API with a tenth of our examples and a hundred rows in the inbox, and all.

    .venv/bin/python -m bench.training [--rows 5000]

The larger one has every example of ours (above 10,000). Prints milliseconds and their ratio from one run, over HTTP,
on SQLite; only the ratios mean something.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from sqlalchemy import insert

from bot.command import prepare
from bot.identity.clock import utc_now
from bot.identity.staff import StaffSessions
from bot.identity.staff_claims import StaffClaims
from bot.running.parts import Ports, development_environment
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.training_tables import inbox, inbox_terms
from bot.training.corpus import Corpus
from bot.training.files import Files
from bot.training.likeness import likeness, terms
from bot.web.app import init_app
from bot.web.staff_session import COOKIE, CSRF_HEADER
from tests.services import free_port

TIMES = 12  # each question, after one that warms up
FEW = 100  # rows of the smaller inbox
AT_ONCE = 1000  # rows in a statement
THINGS = ("flurbel", "vintergæk", "skraldespand", "legeplads", "kolonihave", "cykelsti", "strandkant", "vandhane")
INTENT = "sagsstatus"

_EXAMPLE = re.compile(r"^ {6}- ")

Ask = Callable[[str, str, Any], Awaitable[Any]]


class Pages:
    """One installation with so many rows in its inbox, and one in ``every`` of the examples."""

    def __init__(self, folder: Path, *, rows: int, every: int) -> None:
        assistant = folder / "assistant"
        for name in ("data/nlu", "data/stories"):
            shutil.copytree(ROOT / name, assistant / name)
        for name in ("config.yml", "domain.yml", "data/hensigter.yml"):
            shutil.copyfile(ROOT / name, assistant / name)
        for file in (assistant / "data" / "nlu").glob("*.yml"):
            file.write_text(thinned(file.read_text(encoding="utf-8"), every), encoding="utf-8")
        environ = development_environment(folder, Ports(web=free_port()), environ=os.environ)
        self.settings = Settings.read(
            {**environ, "ASSISTANT_FOLDER": str(assistant), "MODELS_FOLDER": str(folder / "models")},
            dotenv=Path(os.devnull),
        )
        prepare(self.settings)
        vault = Vault(self.settings.secret_keys)
        engine = make_engine(self.settings.database_url)
        claims = StaffClaims(
            issuer=self.settings.staff.issuer if self.settings.staff else "",
            sub="Karen Friis",
            name="Karen Friis",
            email="",
            roles=("trainer",),
            departments=(),
            id_token="",
        )
        self.secret, self.csrf, _ = StaffSessions(engine, vault).begin(claims)
        self.examples = sum(len(one.examples) for one in Corpus.of(Files(assistant).read()).intents.values())
        for some in filled(vault, rows):
            with writing(engine) as connection:
                connection.execute(insert(inbox), [row for row, _ in some])
                connection.execute(insert(inbox_terms), [term for _, found_by in some for term in found_by])
        engine.dispose()


def thinned(text: str, every: int) -> str:
    """A file of examples with one in ``every`` of those of each list, the first two of them always."""
    kept, place = [], 0
    for line in text.splitlines(keepends=True):
        place = place + 1 if _EXAMPLE.match(line) else 0
        if place <= 2 or place % every == 0:
            kept.append(line)
    return "".join(kept)


def filled(vault: Vault, rows: int) -> Iterator[list[tuple[dict[str, Any], list[dict[str, Any]]]]]:
    """Rows of the inbox with what they are found by, some at a time."""
    now = utc_now()
    some = []
    for number in range(1, rows + 1):
        word = "".join(chr(ord("a") + int(digit)) + "q" for digit in str(number))
        text = f"hvordan får jeg {word} til en {THINGS[number % len(THINGS)]} ved vejen"
        row = {
            "id": number,
            "likeness": likeness(vault, text),
            "status": "waiting",
            "reasons": "asked,citizen" if number % 4 == 0 else "fallback",
            "n": 1,
            "guess": INTENT,
            "confidence": 0.4,
            "sealed": vault.seal(text),
            "first_at": now - timedelta(seconds=number),
            "last_at": now - timedelta(seconds=number),
            "version": 1,
        }
        some.append((row, [{"inbox_id": number, "term": term} for term in terms(vault, text)]))
        if len(some) == AT_ONCE or number == rows:
            yield some
            some = []


async def measured(pages: Pages) -> dict[str, float]:
    """Milliseconds of each question, the median of some."""
    runner = web.AppRunner(await init_app(pages.settings))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", pages.settings.port).start()
    api = f"{pages.settings.public_url}/training/api"
    headers = {"Cookie": f"{COOKIE}={pages.secret}", CSRF_HEADER: pages.csrf, "Origin": pages.settings.public_url}
    found = {}
    async with aiohttp.ClientSession(headers=headers) as http:

        async def ask(method: str, path: str, body: Any = None) -> Any:
            async with http.request(method, api + path, json=body) as answer:
                told = await answer.json()
                assert answer.status in (200, 201), (path, told)
                return told

        for name, question in questions(ask).items():
            took = []
            for _ in range(TIMES + 1):
                began = time.perf_counter()
                await question()
                took.append((time.perf_counter() - began) * 1000)
            found[name] = statistics.median(took[1:])
    await runner.cleanup()
    return found


def questions(ask: Ask) -> dict[str, Callable[[], Awaitable[Any]]]:
    """What is asked, by what it is called."""
    numbers = itertools.count(1)

    async def use() -> None:
        row = (await ask("GET", "/inbox?status=waiting", None))["rows"][0]
        body = {"version": row["version"], "intent": INTENT, "text": row["text"], "confirmed": True}
        await ask("POST", f"/inbox/{row['id']}/use", body)

    async def add() -> None:
        shown = await ask("GET", f"/intents/{INTENT}", None)
        text = f"hvad er der blevet af det {next(numbers)}. brev om skuret"
        await ask(
            "POST",
            f"/intents/{INTENT}/examples",
            {"revision": shown["revision"], "texts": [text], "confirmed": True},
        )

    return {
        "overview": lambda: ask("GET", "/overview", None),
        "inbox_first_page": lambda: ask("GET", "/inbox?status=waiting", None),
        "inbox_marked_by_citizens": lambda: ask("GET", "/inbox?status=waiting&reason=citizen", None),
        "inbox_search": lambda: ask("GET", "/inbox?status=waiting&q=cykelstier", None),
        "inbox_read_and_use": use,
        "all_intents": lambda: ask("GET", "/intents", None),
        "one_intent": lambda: ask("GET", f"/intents/{INTENT}", None),
        "search_in_examples": lambda: ask("GET", "/search?q=sagsbehandler", None),
        "read_and_add_an_example": add,
        "all_answers": lambda: ask("GET", "/answers", None),
    }


def main() -> None:
    """Measure both, and print them beside each other."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=5000)
    told = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        small, large = Pages(Path(few), rows=FEW, every=10), Pages(Path(many), rows=told.rows, every=1)
        before, now = asyncio.run(measured(small)), asyncio.run(measured(large))
    sizes = [f"{pages.examples} + {rows}" for pages, rows in ((small, FEW), (large, told.rows))]
    print(f"{'ms':28}{sizes[0]:>14}{sizes[1]:>16}{'ratio':>9}")
    for name in before:
        print(f"{name:28}{before[name]:>14.1f}{now[name]:>16.1f}{now[name] / before[name]:>9.2f}")


if __name__ == "__main__":
    main()
