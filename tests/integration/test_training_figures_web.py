"""The figures over web: who may ask, for which days, and that the file opens in a Danish spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.municipality.workdays import COPENHAGEN
from bot.store.engine import writing
from bot.store.training_tables import understood
from tests.integration.desk_client import DeskInstallation, Page


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[DeskInstallation]:
    async with DeskInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def karen(web: DeskInstallation) -> Page:
    return web.page("Karen Friis", "trainer")


async def ask(web: DeskInstallation, page: Page, path: str, **query: str) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of what /training/api answers."""
    async with web.client.get(f"/training/api{path}", params=query, headers=page.headers) as answer:
        return answer.status, answer.headers, await answer.read()


async def figures(web: DeskInstallation, page: Page, **query: str) -> Any:
    """The figures; they must be given."""
    async with web.client.get("/training/api/figures", params=query, headers=page.headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def three(web: DeskInstallation) -> None:
    """Three conversations of today: one solved, one that ended on not understood, one handed off."""
    with_fallback = web.desk.conversation("Hvem har min sag?", state="bot"), web.desk.conversation("Blah", state="bot")
    outcomes = (("answered", "min_sagsbehandler"), ("fallback", "=cmd()"))
    with writing(web.desk.engine) as connection:
        for id, (outcome, intent) in zip(with_fallback, outcomes, strict=True):
            row = {"conversation_id": id, "seq": 1, "outcome": outcome, "intent": intent, "at": web.desk.clock()}
            connection.execute(insert(understood).values(row))
    web.desk.waiting("Jeg vil tale med nogen", kle="32.30.04")


async def test_the_page_is_given_the_figures_of_the_last_thirty_days(web: DeskInstallation, karen: Page) -> None:
    """Without days, the thirty Danish days that end today; titles are those of the intents and the matters."""
    three(web)
    made = await figures(web, karen)
    today = datetime.now(COPENHAGEN).date()
    assert (made["from"], made["to"]) == ((today - timedelta(days=29)).isoformat(), today.isoformat())
    assert len(made["per_day"]) == 30 and made["kept_days"] == 30
    assert (made["conversations"], made["solved"], made["handed_off"], made["unsolved"]) == (3, 1, 1, 1)
    assert made["by_trigger"] == [{"key": "bedt_om", "text": "Vil tale med et menneske", "n": 1}]
    matter = {"kle": "32.30.04", "title": "Sygedagpenge", "conversations": 1, "handed_off": 1}
    assert made["per_matter"] == [matter]
    assert made["waits"] == {"n": 0, "median_minutes": None, "p90_minutes": None}
    assert made["survey"] == {"n": 0, "heard": None, "neutral": None, "trust": None, "respect": None}
    titles = {each["intent"]: each["title"] for each in made["per_intent"]}
    assert titles["min_sagsbehandler"] and titles["min_sagsbehandler"] != "min_sagsbehandler"
    assert made["per_day"][-1] == {
        "day": today.isoformat(),
        "conversations": 3,
        "solved": 1,
        "handed_off": 1,
        "unsolved": 1,
        "not_understood": 1,
    }


@pytest.mark.parametrize("table", ["total", "day", "matter", "trigger", "intent"])
async def test_each_table_opens_in_a_danish_spreadsheet(web: DeskInstallation, karen: Page, table: str) -> None:
    """UTF-8 with its mark, semicolons, a file of its own name, every row as wide as the headings, no formula."""
    three(web)
    today = datetime.now(COPENHAGEN).date().isoformat()
    status, headers, body = await ask(web, karen, "/figures.csv", table=table, **{"from": today, "to": today})
    assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["Content-Disposition"].endswith(f'-{today}-{today}.csv"')
    assert body.startswith(b"\xef\xbb\xbf") and body.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
    expected: dict[str, list[str]] = {
        "total": ["Løst uden et menneske", "1"],
        "day": [today, "3", "1", "1", "1", "1"],
        "matter": ["KLE 32.30.04", "Sygedagpenge", "1", "1"],
        "trigger": ["Vil tale med et menneske", "1"],
        "intent": ["'=cmd()", "'=cmd()", "1", "1"],  # a name nobody gave it a title for
    }
    assert expected[table] in rows


async def test_days_that_make_no_sense_are_told_in_danish(web: DeskInstallation, karen: Page) -> None:
    """A date that is none, days the wrong way round, more than the longest time, a table that is none: 400."""
    far = (date(2026, 11, 30) - timedelta(days=400)).isoformat()
    wrong: list[dict[str, str]] = [
        {"from": "2026-02-30"},
        {"to": "i går"},
        {"from": "1999-01-01", "to": "1999-01-02"},
        {"from": "2026-11-24", "to": "2026-11-23"},
        {"from": far, "to": "2026-11-30"},
        {"from": "2026-11-24", "to": "2026-11-24", "table": "x"},
        {"from": "2026-11-24", "to": "2026-11-24", "table": ""},
    ]
    for query in wrong:
        path = "/figures.csv" if "table" in query else "/figures"
        status, headers, body = await ask(web, karen, path, **query)
        assert status == 400 and b'"bad_input"' in body, (query, body)
        assert headers["Cache-Control"] == "no-store"


async def test_only_those_who_train_or_audit_read_the_figures(web: DeskInstallation) -> None:
    """A trainer, an administrator and an auditor do; somebody at the desk does not, nor anybody without a login."""
    for role, expected in (("trainer", 200), ("administrator", 200), ("auditor", 200), ("agent", 403)):
        page = web.page(f"En {role}", role)
        for path in ("/figures", "/figures.csv"):
            assert (await ask(web, page, path, table="day"))[0] == expected, (role, path)
    for path in ("/figures", "/figures.csv"):
        async with web.client.get(f"/training/api{path}", params={"table": "day"}) as answer:
            assert answer.status == 401
