"""The audit trail over web: what an auditor is shown, how it is filtered, and that reading it leaves its own trace."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, select, update

from bot.audit.trail import ActorKind, Doing, Trail
from bot.store.audit_tables import audit_trail
from bot.store.engine import reading, writing
from bot.web.logs import configure
from tests.audit.sample import ANNA, BO, by_staff, by_worker, entry
from tests.integration.desk_client import DeskInstallation, Page


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[DeskInstallation]:
    async with DeskInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def trail(web: DeskInstallation) -> Trail:
    return Trail(web.desk.engine, web.desk.vault)


@pytest.fixture
def inge(web: DeskInstallation) -> Page:
    return web.page("Inge Bach", "auditor")


async def ask(
    web: DeskInstallation, who: Page, method: str, path: str, **body: Any
) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and text of what /revision/api answers."""
    url, sent = f"/revision/api{path}", None if method == "GET" else {name.rstrip("_"): body[name] for name in body}
    async with web.client.request(method, url, json=sent, headers=who.headers, allow_redirects=False) as answer:
        return answer.status, answer.headers, (await answer.read()).decode("utf-8-sig")


async def lines(web: DeskInstallation, who: Page, **filters: Any) -> Any:
    """A page of the lines; it must be given."""
    status, _, text = await ask(web, who, "POST", "/lines", **filters)
    assert status == 200, text
    return json.loads(text)


async def numbers(web: DeskInstallation, who: Page, **filters: Any) -> list[int]:
    """The numbers of those of the first four lines that fit: what comes later is of reading itself."""
    return [row["number"] for row in (await lines(web, who, **filters))["rows"] if row["number"] <= 4]


def four(trail: Trail) -> None:
    """A citizen, two of the staff and a worker; about two citizens."""
    day = datetime(2026, 3, 10, 23, 30, tzinfo=timezone.utc)  # the eleventh, in Denmark
    trail.write(entry(at=day, why="sagsstatus"))
    trail.write(by_staff("Mette Holm", why="desk.claim", place="12"))
    trail.write(by_staff("Lars Østergaard", subject=BO, outcome="down", cases=(), systems=("sbsys", "sql")))
    trail.write(by_worker(subject=BO))


async def test_lines_are_told_in_plain_danish(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """Who, what, why and how it went, the newest first; the number of the citizen is nowhere."""
    four(trail)
    found = await lines(web, inge)
    assert [(row["number"], row["text"]) for row in found["rows"]] == [
        (4, "Tilbageskrivningen (systemet) oprettede en opgave i borgerens sag, "
            "fordi samtale 12 førte til det."),
        (3, "Lars Østergaard (medarbejder) bad om at se borgerens sager, "
            "fordi sagerne blev åbnet i samtale 12. Sagssystemet svarede ikke."),
        (2, "Mette Holm (medarbejder) så borgerens sager, fordi samtale 12 blev taget."),
        (1, "Borgeren selv så sine egne sager, fordi borgeren skrev til robotten om »Hvor langt er min sag?«."),
    ]  # fmt: skip
    third, first = found["rows"][1], found["rows"][3]
    assert third["systems"] == "SBSYS, det indbyggede sagsregister" and third["handoff"] == 12
    assert first["cases"] == ["02.34.02-G01-7-26"] and first["handoff"] is None and first["about_citizen"]
    assert found["next"] is None and ANNA not in json.dumps(found) and BO not in json.dumps(found)


async def test_filters_are_posted_and_go_together(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """Danish days, a CPR number however it is written, who, what, and the same citizen as another line."""
    four(trail)
    assert await numbers(web, inge, cpr=ANNA) == [2, 1]
    assert await numbers(web, inge, cpr=f" {BO[:6]}-{BO[6:]} ") == [4, 3]
    assert await numbers(web, inge, cpr=BO, kind="staff") == [3]
    assert await numbers(web, inge, from_="2026-03-11", to="2026-03-11") == [1]
    assert await numbers(web, inge, to="2026-03-10") == [] and await numbers(web, inge, from_="2026-03-12") == [4, 3, 2]
    assert await numbers(web, inge, kind="staff", actor="id-of-Mette-Holm") == [2]
    assert await numbers(web, inge, doing="wrote_task") == [4]
    assert await numbers(web, inge, like=1) == [2, 1] and await numbers(web, inge, like=99) == []
    status, _, text = await ask(web, inge, "GET", "/actors")
    names = [(one["kind"], one["name"]) for one in json.loads(text)["actors"]]
    assert status == 200 and names == [
        ("staff", "Inge Bach"),
        ("staff", "Lars Østergaard"),
        ("staff", "Mette Holm"),
        ("system", "Tilbageskrivningen"),
    ]


async def test_what_makes_no_sense_is_refused_in_danish(web: DeskInstallation, inge: Page) -> None:
    """400 with words, never a fault of ours, and never a longer list than was meant."""
    wrong: list[dict[str, Any]] = [
        {"cpr": "1234"}, {"cpr": "9999999999"}, {"cpr": 708614866}, {"from": "i går"},
        {"from": "2026-03-12", "to": "2026-03-11"}, {"kind": "borger"}, {"doing": "x"}, {"actor": "\x00"},
        {"actor": "\ud800"}, {"actor": "x" * 65}, {"like": "1"}, {"like": 0}, {"cursor": 2**31}, {"cursor": True},
        {"limit": 1},
    ]  # fmt: skip
    for body in wrong:
        for path in ("/lines", "/export"):
            status, _, text = await ask(web, inge, "POST", path, **body)
            assert status == 400 and json.loads(text)["error"]["text"].endswith("."), (path, body)


async def test_pages_follow_each_other(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """Fifty at a time, each once, whoever reads or writes meanwhile."""
    for number in range(120):
        trail.write(entry(actor=f"login-{number}"))
    seen: list[int] = []
    cursor: int | None = None
    while True:
        page = await lines(web, inge, doing="looked_up", cursor=cursor)
        seen += [row["number"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == list(range(120, 0, -1))


async def test_who_reads_the_trail_stands_in_it(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """Each look and each file, with the citizen whose number was asked for, before anything is shown."""
    four(trail)
    await lines(web, inge)
    await lines(web, inge, cpr=ANNA)
    await lines(web, inge, like=3)
    await ask(web, inge, "POST", "/export", cpr=BO)
    read = [row["text"] for row in (await lines(web, inge, kind="staff", actor=inge.staff.id))["rows"]]
    assert read == [
        "Inge Bach (medarbejder) hentede en fil med revisionssporet om en bestemt borger.",
        "Inge Bach (medarbejder) læste i revisionssporet om samme borger som linje 3.",
        "Inge Bach (medarbejder) læste i revisionssporet om en bestemt borger.",
        "Inge Bach (medarbejder) læste i revisionssporet.",
    ]
    assert [row["number"] for row in (await lines(web, inge, cpr=ANNA, doing="read_trail"))["rows"]] == [6]
    assert trail.verify().whole


async def test_what_can_not_be_put_down_is_not_shown(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """The trail can't be written: nothing of it is given away, as a list or as a file."""
    four(trail)
    with writing(web.desk.engine) as connection:
        found = connection.execute(select(audit_trail).where(audit_trail.c.id == 1)).one()
        connection.execute(audit_trail.insert().values(**{**found._mapping, "id": 5}))  # where the next one belongs
    for path in ("/lines", "/export"):
        status, _, text = await ask(web, inge, "POST", path)
        assert status == 500 and "Mette" not in text


async def test_the_verdict_names_the_line(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """Whole with its count and the newest MAC; or the first line that was changed or is gone."""
    four(trail)
    status, headers, text = await ask(web, inge, "GET", "/chain")
    told = json.loads(text)
    assert status == 200 and headers["Cache-Control"] == "no-store"
    assert told["count"] == 4 and told["broken"] is None and told["mac"] == trail.verify().mac
    with writing(web.desk.engine) as connection:
        connection.execute(update(audit_trail).where(audit_trail.c.id == 3).values(outcome="ok"))
    assert json.loads((await ask(web, inge, "GET", "/chain"))[2])["broken"] == 3
    with writing(web.desk.engine) as connection:
        connection.execute(delete(audit_trail).where(audit_trail.c.id == 2))
    assert json.loads((await ask(web, inge, "GET", "/chain"))[2])["broken"] == 2


async def test_a_spoiled_line_hides_no_other(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """What was overwritten is said to be unreadable or unknown; the others stand as they were."""
    four(trail)
    values = {"sealed": b"x", "doing": "gone", "actor_kind": "nobody"}
    with writing(web.desk.engine) as connection:
        connection.execute(update(audit_trail).where(audit_trail.c.id == 2).values(**values))
    texts = {row["number"]: row["text"] for row in (await lines(web, inge))["rows"]}
    assert texts[2].startswith("Ukendt (nobody) gjorde noget ukendt (gone)") and len(texts) == 4


async def test_the_file_has_every_line_and_no_formula(web: DeskInstallation, trail: Trail, inge: Page) -> None:
    """All that fit, over many pages of reading; semicolons, a mark for UTF-8, Danish time, and nothing that reckons."""
    evil = ("=HYPERLINK(1)", "+1", "-1", "@x", " =1")
    trail.write(by_staff('=cmd|" /C calc"!A0', cases=evil[:1], at=datetime(2026, 7, 1, 22, 30, 5, tzinfo=timezone.utc)))
    trail.write(entry(subject=None, why="-1+1", place=None, actor_name="@borger"))
    for number in range(1010):
        trail.write(entry(actor=f"login-{number}"))
    status, headers, text = await ask(web, inge, "POST", "/export")
    assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"].startswith('attachment; filename="revisionsspor-20')
    assert headers["Cache-Control"] == "no-store" and "\ufeff" not in text
    head, *rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    assert head[:3] == ["Linje", "Tidspunkt", "Hvem"] and all(len(row) == len(head) for row in rows)
    assert [row[0] for row in rows] == [str(number) for number in range(1012, 0, -1)]
    made = dict(zip(head, rows[-1], strict=True))
    assert made["Tidspunkt"] == "2026-07-02 00:30:05" and made["Hvem er det"] == "medarbejder"
    assert made["Hvem"] == '\'=cmd|" /C calc"!A0' and made["Sager"] == "'=HYPERLINK(1)"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    status, _, text = await ask(web, inge, "POST", "/export", kind="staff", to="2026-12-31", from_="2026-07-02")
    assert len(text.splitlines()) >= 2 and "login-" not in text


async def test_an_empty_file_has_its_headings(web: DeskInstallation, inge: Page) -> None:
    """Nothing fits: one line."""
    status, _, text = await ask(web, inge, "POST", "/export", cpr=ANNA)
    assert status == 200 and text.splitlines() == [
        "Linje;Tidspunkt;Hvem;Hvem er det;Id;Hvad skete der;Gjorde;Grund;Sted;Om en borger;Sager;Systemer;Udfald"
    ]


async def test_no_cpr_number_is_in_an_address_a_log_or_an_answer(
    web: DeskInstallation, trail: Trail, inge: Page
) -> None:
    """It is posted and counts as a fingerprint; by an address it can't be asked for at all."""
    said = io.StringIO()
    configure(said)
    four(trail)
    for path in ("/lines", "/export"):
        _, _, text = await ask(web, inge, "POST", path, cpr=ANNA)
        assert ANNA not in text and ANNA[:6] not in text
    await ask(web, inge, "POST", "/lines", cpr=ANNA[:-1])
    await ask(web, inge, "GET", "/chain")
    for path in ("/lines", "/export"):
        status, _, _ = await ask(web, inge, "GET", f"{path}?cpr={ANNA}")
        assert status == 405
    with reading(web.desk.engine) as connection:
        kept = repr(connection.execute(select(audit_trail)).all())
    assert "audit.exported" in said.getvalue() and "audit.verified" in said.getvalue()
    for where in (said.getvalue(), kept):
        assert ANNA not in where and ANNA[:-1] not in where and "Mette Holm" not in where


async def test_only_the_role_opens_it(web: DeskInstallation, inge: Page) -> None:
    """Whoever administers everything else is not thereby an auditor; with both roles they are."""
    ida = web.page("Ida Skov", "agent", "trainer", "administrator")
    for method, path in (
        ("GET", "/me"),
        ("GET", "/actors"),
        ("GET", "/chain"),
        ("POST", "/lines"),
        ("POST", "/export"),
    ):
        status, _, text = await ask(web, ida, method, path)
        assert status == 403 and json.loads(text)["error"]["code"] == "not_your_role", path
    both = web.page("Peter Dahl", "administrator", "auditor")
    told = json.loads((await ask(web, both, "GET", "/me"))[2])
    assert told["name"] == "Peter Dahl" and {one["key"] for one in told["doings"]} == {each.value for each in Doing}
    assert (await lines(web, both, kind=ActorKind.STAFF.value))["rows"] == []
