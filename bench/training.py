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
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from bench.installation import Installation, Questions, milliseconds, show
from bot.identity.clock import utc_now
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.training_tables import inbox, inbox_terms
from bot.training.corpus import Corpus
from bot.training.files import Files
from bot.training.likeness import likeness, terms
from tests.integration.training_client import copied_assistant

TIMES = 12  # each question, after one that warms up
FEW = 100  # rows of the smaller inbox
AT_ONCE = 1000  # rows in a statement
THINGS = ("flurbel", "vintergæk", "skraldespand", "legeplads", "kolonihave", "cykelsti", "strandkant", "vandhane")
INTENT = "sagsstatus"

_EXAMPLE = re.compile(r"^ {6}- ")

Ask = Callable[[str, str, Any], Awaitable[Any]]


class Pages(Installation):
    """One with so many rows in its inbox, and one in ``every`` of the examples."""

    def __init__(self, folder: Path, *, rows: int, every: int) -> None:
        assistant = copied_assistant(folder / "assistant")
        for file in (assistant / "data" / "nlu").glob("*.yml"):
            file.write_text(thinned(file.read_text(encoding="utf-8"), every), encoding="utf-8")
        environ = {"ASSISTANT_FOLDER": str(assistant), "MODELS_FOLDER": str(folder / "models")}
        super().__init__(folder, name="Karen Friis", role="trainer", environ=environ)
        self.examples = sum(len(one.examples) for one in Corpus.of(Files(assistant).read()).intents.values())
        for some in filled(self.vault, rows):
            with writing(self.engine) as connection:
                connection.execute(insert(inbox), [row for row, _ in some])
                connection.execute(insert(inbox_terms), [term for _, found_by in some for term in found_by])
        self.engine.dispose()


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
    """Milliseconds of each question."""
    async with pages.asked() as asked:

        async def ask(method: str, path: str, body: Any = None) -> Any:
            return await asked(method, f"/training/api{path}", body)

        return await milliseconds(questions(ask), times=TIMES)


def questions(ask: Ask) -> Questions:
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
    sizes = (f"{small.examples} + {FEW}", f"{large.examples} + {told.rows}")
    show(sizes, before, now)


if __name__ == "__main__":
    main()
