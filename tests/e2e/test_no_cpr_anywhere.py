"""A CPR number that a citizen types is gone before anything else sees it."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot.cases.sample import load_citizens
from tests.e2e.client import ChatClient
from tests.e2e.stack import Stack

# Somebody's number in the forms people write; fictional, with valid dates. The last has a replacement day (day + 60).
TYPED = [
    ("mit cpr er 170285-3396", "1702853396"),
    ("1702853396 hvad er status", "1702853396"),
    ("cpr: 17 02 85 33 96, hvem er min sagsbehandler?", "1702853396"),
    ("mitcprnummerer170285 3396tak", "1702853396"),
    ("17.02.85-3396", "1702853396"),
    ("17/02/1985-3396", "1702853396"),
    ("170285–3396 hvornår får jeg svar", "1702853396"),
    ("erstatnings-cpr 770285-3396", "7702853396"),
]


def traces(data: bytes, digits: str) -> list[str]:
    """Where the ten digits stand in ``data``, with at most one sign (in UTF-8) between any two of them."""
    pattern = rb"[^0-9A-Za-z]{0,3}".join(re.escape(bytes([digit])) for digit in digits.encode())
    return [match.group().decode(errors="replace") for match in re.finditer(pattern, data)]


async def test_no_typed_cpr_is_in_the_databases_the_logs_or_the_tracker(
    stack: Stack, client: ChatClient, http: aiohttp.ClientSession
) -> None:
    """Every file the parts wrote, all that Rasa remembers, and all that the browser got: not one of the forms."""
    anna = next(citizen for citizen in load_citizens() if citizen.name == "Anna Bjerregaard")
    await client.log_in(anna.sub)
    await client.until_message("system")
    rasa, token = stack.settings.rasa_urls[0], stack.settings.rasa_token
    address = f"{rasa}/conversations/{client.conversation}/tracker?token={token}&include_events=ALL"
    tracker = b""  # looked at after each turn, for it holds the last few only
    for text, _ in TYPED:
        await client.ask(text)
        async with http.get(address) as answer:
            assert answer.status == 200
            tracker += await answer.read()
    assert b"hvem er min sagsbehandler" in tracker, "the tracker holds the conversation, so it would hold the number"
    frames = repr(client.frames).encode()

    places = {**stack.written(), "Rasa's tracker": tracker, "frames to the browser": frames}
    assert any(name.startswith("borgerkontakt.db") for name in places)
    numbers = {digits for _, digits in TYPED} | {"170219853396", anna.cpr or ""}
    found = {(place, hit) for place, data in places.items() for digits in numbers for hit in traces(data, digits)}
    assert found == set()


@pytest.mark.parametrize("text", ["min sag er 27.36.04-G01-12-26", "ring til mig på 12 34 56 78"])
async def test_case_numbers_and_phone_numbers_are_kept(client: ChatClient, text: str) -> None:
    """Masking takes CPR numbers and leaves what the conversation needs."""
    await client.ask(text)
    said = [frame for frame in client.messages() if frame["from"] == "citizen"]
    assert said[-1]["text"] == text
