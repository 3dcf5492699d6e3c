"""What a case system that hangs costs those who do not need it: the whole installation, with two case systems.

Some citizens chat of what needs no case; beside them others ask for their cases, in turns with both systems well and
with one of the two hanging. Only the ratio means something. Then how long a citizen who does ask waits for an honest
answer, in seconds.

    .venv/bin/python -m bench.hanging --turns 150
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

import aiohttp

from bot.cases.sample import load_citizens
from bot.settings import ROOT
from tests.doubles.sbsys import SbsysDouble
from tests.e2e.client import ChatClient
from tests.e2e.stack import Stack
from tests.services import free_port, wait_for_port

NEED_NONE = ("er du et menneske", "tusind tak", "hvad kan du hjælpe med", "hvad er jeres åbningstider")
NEED_ONE = ("hvad er status på min sag", "hvem er min sagsbehandler")
CHATTING, ASKING = 3, 3


async def chatting(client: ChatClient, turns: int) -> list[float]:
    """Seconds of each of so many turns that need no case."""
    took = []
    for number in range(turns):
        began = time.perf_counter()
        await client.ask(NEED_NONE[number % len(NEED_NONE)], seconds=120)
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.2)  # a citizen reads
    return took


async def asking(client: ChatClient, over: asyncio.Event) -> list[float]:
    """Seconds of each turn that needs a case, asked for until it is ``over``."""
    took, number = [], 0
    while not over.is_set():
        began = time.perf_counter()
        await client.ask(NEED_ONE[number % len(NEED_ONE)], seconds=120)
        took.append(time.perf_counter() - began)
        number += 1
        await asyncio.sleep(0.5)
    return took


@asynccontextmanager
async def citizens(url: str) -> AsyncIterator[tuple[list[ChatClient], list[ChatClient]]]:
    """Those who chat, and those who ask for their cases, logged in."""
    people = [citizen.sub for citizen in load_citizens() if citizen.cpr][:ASKING]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        made = [ChatClient(url, http) for _ in range(CHATTING + ASKING)]
        for client in made:
            await client.begin()
        for client, sub in zip(made[CHATTING:], people, strict=True):
            await client.log_in(sub)
            await client.ask(NEED_ONE[0], seconds=120)
        yield made[:CHATTING], made[CHATTING:]
        for client in made:
            await client.close()


async def together(url: str, turns: int) -> tuple[list[float], list[float]]:
    """The turns of those who chat, and of those who ask meanwhile."""
    async with citizens(url) as (chat, ask):
        over = asyncio.Event()
        asked = [asyncio.create_task(asking(client, over)) for client in ask]
        chatted = await asyncio.gather(*(chatting(client, turns) for client in chat))
        over.set()
        return list(chain.from_iterable(chatted)), list(chain.from_iterable(await asyncio.gather(*asked)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=150)
    told = parser.parse_args()
    port, usual = free_port(), SbsysDouble()
    double = subprocess.Popen([sys.executable, "-m", "tests.doubles.sbsys", "--port", str(port)], cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(
            Path(folder),
            CASE_SYSTEM="sql,sbsys",
            SBSYS_URL=f"http://127.0.0.1:{port}",
            SBSYS_TOKEN_URL=f"http://127.0.0.1:{port}/auth/realms/sbsip/protocol/openid-connect/token",
            SBSYS_CLIENT_ID=usual.client_id,
            SBSYS_CLIENT_SECRET=usual.client_secret,
            SBSYS_USER=usual.user,
            SBSYS_PASSWORD=usual.password,
            CASE_CACHE_SECONDS="0",
        )
        try:
            wait_for_port(port, double)
            stack.start(*(name for name in stack.parts if name != "staff_login"))
            well, hanging = [], []
            asked_well, asked_hanging = [], []
            asyncio.run(together(stack.url, 10))
            for _ in range(2):  # in turns, so that a machine that slows down slows both
                one, other = asyncio.run(together(stack.url, told.turns // 2))
                well += one
                asked_well += other
                double.send_signal(signal.SIGSTOP)
                try:
                    one, other = asyncio.run(together(stack.url, told.turns // 2))
                finally:
                    double.send_signal(signal.SIGCONT)
                hanging += one
                asked_hanging += other
        finally:
            stack.stop()
            double.kill()
            double.wait(20)
    print(f"{'ms':36}{'both well':>12}{'one hangs':>12}{'ratio':>8}")
    for name, share in (("a turn that needs no case, median", 0.5), ("a turn that needs no case, p95", 0.95)):
        before, now = at(well, share), at(hanging, share)
        print(f"{name:36}{before * 1000:>12.1f}{now * 1000:>12.1f}{now / before:>8.2f}")
    print(f"\nThe longest that anybody waited who asked for a case: {max(asked_well):.2f} s with both well, ", end="")
    print(f"{max(asked_hanging):.2f} s with one hanging (median {statistics.median(asked_hanging):.2f} s).")


def at(values: list[float], share: float) -> float:
    """The value that ``share`` of all are no larger than."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    main()
