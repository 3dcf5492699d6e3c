"""A CPR number that a citizen or staff type is gone before anything else sees it."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from sqlalchemy import LargeBinary, MetaData, select

from bot.cases.sample import load_citizens
from bot.handoff.summary.fields import CORRECTABLE
from bot.store.crypto import Vault
from bot.store.engine import make_engine, reading
from tests.e2e.client import ChatClient
from tests.e2e.stack import Stack
from tests.e2e.staff import staff_session
from tests.mail_peer import MailPeer

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


def opened(stack: Stack) -> dict[str, str]:
    """Everything sealed in both databases, opened with the installation's keys, by where it lies."""
    vault, found = Vault(stack.settings.secret_keys), {}
    for url in (stack.settings.database_url, stack.settings.cases_database_url):
        engine = make_engine(url)
        tables = MetaData()
        tables.reflect(engine)
        with reading(engine) as connection:
            for table in tables.sorted_tables:
                for column in (one for one in table.columns if isinstance(one.type, LargeBinary)):
                    for index, sealed in enumerate(connection.execute(select(column)).scalars()):
                        if sealed:
                            found[f"{column} {index}"] = vault.open(bytes(sealed))
        engine.dispose()
    return found


async def eventually(happens: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    for _ in range(int(seconds * 10)):
        if happens():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def test_no_cpr_typed_on_the_way_to_a_human_is_kept_or_sent(
    stack: Stack, client: ChatClient, http: aiohttp.ClientSession, mail: MailPeer
) -> None:
    """In every field that a citizen or staff fill in: not in a database, not even sealed, nor in a mail or a file."""
    said: list[Any] = []
    await client.log_in("Anna Bjerregaard")
    await client.until_message("system")
    offered = await client.ask("jeg vil tale med et menneske om min handicapbil, mit cpr er 170285-3396")
    number = offered["card"]["id"]
    typed = dict.fromkeys(CORRECTABLE, "det er 170285-3396")
    typed |= {"phone": "+1702853396", "email": "1702853396@noerreaa.example", "interpreter": "arabisk 17 02 85 33 96"}
    typed |= {"fact": "Jeg har 1702853396\nog 17.02.85-3396"}
    form = {"type": "handoff", "handoff": number, "fields": typed, "add": "mit cpr er 170285 3396"}
    await client.send(form | {"id": str(uuid.uuid4()), "do": "send"})
    await client.until_message("assistant")

    mette = await staff_session(stack.url, "Mette Holm")
    one = f"/desk/api/handoffs/{number}"

    async def does(path: str, body: Any = None, method: str = "POST") -> Any:
        status, answer = await mette.post(path, body or {}, method=method)
        said.append(answer)
        assert status == 200, (path, answer)
        return answer

    await does(f"{one}/claim")
    await does(f"{one}/release", {"reason": "Ikke min: 170285-3396"})
    await does(f"{one}/claim")
    await does(f"{one}/reply", {"id": "a", "text": "Er dit nummer 170285-3396?"})
    await does(f"{one}/note", {"text": "Har cpr 1702853396"})
    await does(f"{one}/ask-consent", {"text": "Må jeg slå 170285-3396 op?"})
    _, slots = await mette.get("/desk/api/slots", department="social", form="fremmoede")
    wanted = {key: slots["slots"][0][key] for key in ("calendar", "form", "starts_at")}
    details = {"name": "Anna 170285-3396", "email": "anna@noerreaa.example", "mail": True, "phone": "12 34 56 78"}
    details |= {"interpreter": "arabisk 170285-3396", "companion": "bror 1702853396"}
    for wrong in ({"phone": "+1702853396"}, {"email": "1702853396@noerreaa.example"}):
        status, answer = await mette.post(f"{one}/meetings", {**wanted, "details": details | wrong})
        assert status == 400, answer
        said.append(answer)
    meeting = (await does(f"{one}/meetings", {**wanted, "details": details}))["meetings"][0]
    points = {"agenda": ["Om 170285-3396"], "documents": ["Pas 1702853396"], "version": meeting["version"]}
    await does(f"/desk/api/meetings/{meeting['id']}", points, "PATCH")
    given = {key: value for key, value in details.items() if key != "mail"} | {"name": "Anna 17 02 85 33 96"}
    changed = {"type": "meeting", "id": str(uuid.uuid4()), "meeting": meeting["id"], "do": "change", "details": given}
    await client.send(changed)
    await client.until(lambda frame: frame["type"] in ("ack", "error") and frame.get("id") == changed["id"])
    _, cases = await mette.get(f"{one}/cases")
    task = {"text": "Ring om 170285-3396", "case": cases["cases"][0]["number"], "deadline": "2027-01-04"}
    filing = (await does(f"{one}/file-task", task))["filings"][-1]
    task["text"] = "Ring til borgeren om 1702853396"
    filing = (await does(f"/desk/api/filings/{filing['id']}", task | {"version": filing["version"]}, "PUT"))["filings"]
    await does(f"/desk/api/filings/{filing[-1]['id']}/sign", {"version": filing[-1]["version"]})
    await does(f"{one}/close", {"outcome": "meeting", "note": "Aftalt møde med 170285-3396"})
    survey = {"type": "survey", "id": str(uuid.uuid4()), "handoff": number, "heard": 5, "comment": "Jeg er 170285-3396"}
    await client.send(survey)
    await client.until(lambda frame: frame["type"] == "ack" and frame.get("id") == survey["id"])
    bearer = {"Authorization": f"Bearer {client.token}"}
    async with http.get(f"{stack.url}/chat/meetings/{meeting['id']}.ics", headers=bearer) as answer:
        assert answer.status == 200
        said.append(await answer.text())
    leader = await staff_session(stack.url, "Peter Dahl")
    for page in (mette, leader):
        for path in (one, f"{one}/messages", f"{one}/filings", "/desk/api/history?q=170285-3396", "/desk/api/figures"):
            said.append((await page.get(path))[1])
        await page.close()
    await eventually(lambda: any(to == ["anna@noerreaa.example"] for to in mail.recipients))
    await eventually(
        lambda: any("Ring til borgeren om" in text for place, text in opened(stack).items() if "case_tasks" in place)
    )

    inside = opened(stack)
    assert any("Aftalt møde med" in text for text in inside.values()), "they are opened"
    places = {
        **stack.written(),
        **{place: text.encode() for place, text in inside.items()},
        "mail": b"\n".join(bytes(letter) + str(letter.get_body()).encode() for letter in mail.received),
        "frames to the browser": repr(client.frames).encode(),
        "what the desk was told": repr(said).encode(),
    }
    found = {(place, hit) for place, data in places.items() for hit in traces(data, "1702853396")}
    assert found == set()
