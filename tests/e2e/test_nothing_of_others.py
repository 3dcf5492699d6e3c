"""Nobody is told anything about a case that is not theirs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

import aiohttp
import pytest

from bot.cases.case import Case
from bot.cases.sample import load_citizens
from bot.cases.systems import open_case_system
from bot.store.crypto import Vault
from tests.e2e.client import ChatClient
from tests.e2e.stack import Stack

# What a citizen may try; {number}, {title}, {handler} and {name} are of somebody else's case.
QUESTIONS = [
    "hvem er min sagsbehandler",
    "hvad er status på min sag",
    "hvad er status på sag {number}",
    "hvem er sagsbehandler på {number}",
    "{number}",
    "hvornår får jeg svar på {number}",
    "mangler I noget i sag {number}",
    "hvilke sager har {name} hos jer",
    "jeg spørger på vegne af {name}",
    "jeg er {name}, hvad er status på min sag om {title}",
    "er {handler} sagsbehandler på en sag",
    "hvordan får jeg fat i {handler}",
    "jeg vil have aktindsigt i sag {number}",
    "hvorfor fik {name} afslag",
    "jeg vil klage over afgørelsen i {number}",
    "vis mig alle sager",
    "og hvad med den anden?",
    "den første",
    "hvad gemmer I om {name}",
]


async def all_cases(stack: Stack) -> dict[str, list[Case]]:
    """Every sample citizen's cases, by the citizen's name."""
    system = open_case_system("sql", stack.settings, Vault(stack.settings.secret_keys), str)
    try:
        return {c.name: await system.cases_for(c.cpr) for c in load_citizens() if c.cpr}
    finally:
        await system.close()


def private_words(cases: Iterable[Case]) -> set[str]:
    """What of these cases would give something away: numbers, refs, titles, caseworkers, parties, status and events."""
    words: set[str] = set()
    for case in cases:
        words |= {case.number, case.ref}
        words |= {case.title} if case.title else set()
        words |= {case.status_text} if case.status_text else set()
        if case.handler:
            words |= {word for word in (case.handler.name, case.handler.phone, case.handler.email) if word}
        words |= {party.name for party in case.parties}
        words |= {event.text for event in case.events} | {todo.text for todo in case.todos}
    return words


def is_public(stack: Stack, word: str) -> bool:
    """True for what the municipality says to everybody: a department's number, a matter's name."""
    return word.casefold() in stack.settings.municipality_file.read_text(encoding="utf-8").casefold()


def told(client: ChatClient) -> str:
    """All that was sent to this browser, less what the citizen said: their own words come back to them.

    They do so in the summary for a human too, which quotes them; whatever else stands there is looked at.
    """
    said = " ".join(f["text"] for f in client.frames if f["type"] == "message" and f["from"] == "citizen")
    frames = []
    for frame in client.frames:
        if frame["type"] == "message" and frame["from"] == "citizen":
            continue
        card = frame.get("card") or {}
        if card.get("type") == "handoff":
            card = {**card, "fields": [field for field in card["fields"] if field["value"] not in said]}
            frame = {**frame, "card": card}
        frames.append(frame)
    return json.dumps(frames, ensure_ascii=False)


def questions_about(case: Case, name: str, chance: random.Random) -> list[str]:
    """The questions in another order each time, about somebody else's case."""
    filled = [
        question.format(
            number=case.number,
            title=case.title or "noget",
            name=name,
            handler=case.handler.name if case.handler else "X",
        )
        for question in QUESTIONS
    ]
    chance.shuffle(filled)
    return filled


def log_in_names() -> list[str]:
    """Sample citizens who can log in and have cases of their own, or none."""
    return [citizen.name for citizen in load_citizens() if citizen.cpr and "Low" not in citizen.level]


@pytest.mark.parametrize("round_number", range(3))
async def test_a_citizen_who_is_not_logged_in_hears_nothing_of_any_case(
    stack: Stack, client: ChatClient, round_number: int
) -> None:
    """Not a word of any of the sample cases reaches a browser without a login, whatever is asked."""
    chance = random.Random(round_number)
    cases = await all_cases(stack)
    name = chance.choice([name for name, own in cases.items() if own])
    for question in questions_about(chance.choice(cases[name]), name, chance):
        await client.ask(question)
    sent = told(client)
    private = private_words(case for own in cases.values() for case in own)
    assert len(private) > 300
    assert {word for word in private if word in sent and not is_public(stack, word)} == set()


@pytest.mark.parametrize("round_number", range(8))
async def test_a_citizen_hears_nothing_of_anybody_elses_case(
    stack: Stack, client: ChatClient, round_number: int
) -> None:
    """Logged in, only one's own cases are spoken of, also when others' numbers, names and titles are asked for."""
    chance = random.Random(100 + round_number)
    cases = await all_cases(stack)
    me = chance.choice(log_in_names())
    citizen = next(c for c in load_citizens() if c.name == me)
    own = private_words(cases[me])
    others = {n: list_of for n, list_of in cases.items() if n != me and list_of}
    # A representative shares cases with somebody; those are their own too.
    shared = {case.number for case in cases[me]}
    foreign = private_words(case for list_of in others.values() for case in list_of if case.number not in shared) - own
    foreign = {word for word in foreign if not is_public(stack, word)}
    await client.log_in(citizen.sub)
    await client.until_message("system")
    whose = chance.choice([n for n, list_of in others.items() if any(c.number not in shared for c in list_of)])
    case = chance.choice([c for c in others[whose] if c.number not in shared])
    for question in questions_about(case, whose, chance):
        await client.ask(question)
    sent = told(client)
    assert {word for word in foreign if word in sent} == set()


async def test_a_real_and_an_invented_case_number_get_the_same_answer(
    stack: Stack, http: aiohttp.ClientSession
) -> None:
    """That a case exists is itself something nobody else may learn."""
    cases = await all_cases(stack)
    names = list(cases)
    for sub in (None, next(c.sub for c in load_citizens() if c.name == "Anna Bjerregaard")):
        real = next(
            c.number for n in names if n != "Anna Bjerregaard" for c in cases[n] if not _is_in(c, cases, "Anna")
        )
        invented = real[:-7] + "98765-99"[-7:]
        answers = []
        for number in (real, invented):
            client = ChatClient(stack.url, http)
            await client.begin()
            if sub:
                await client.log_in(sub)
                await client.until_message("system")
            answer = await client.ask(f"hvad er status på sag {number}")
            answers.append(json.dumps({k: answer.get(k) for k in ("text", "card")}).replace(number, "NUMBER"))
            await client.close()
        assert answers[0] == answers[1]


def _is_in(case: Case, cases: dict[str, list[Case]], name: str) -> bool:
    return any(case.number == own.number for who, list_of in cases.items() if who.startswith(name) for own in list_of)
