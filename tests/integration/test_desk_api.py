"""The desk's API over a whole web on real databases: what staff do, and who may do it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.cases.case import Case, Sensitivity
from bot.cases.sample import sample_file
from bot.cases.systems import prepare_register
from bot.handoff.model import Handoff, Status, Way
from bot.handoff.rules import Trigger
from bot.handoff.surveys import Surveys
from bot.meetings import texts
from bot.store.engine import writing
from bot.web.desk_shapes import case_json
from tests.asking import a_case, the_municipality
from tests.integration.desk_client import DeskInstallation, Page

ANNA = "Anna Bjerregaard"


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[DeskInstallation]:
    async with DeskInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def mette(web: DeskInstallation) -> Page:
    return web.page("Mette Holm")


@pytest.fixture
def jens(web: DeskInstallation) -> Page:
    return web.page("Jens Lund")


@pytest.fixture
def sample() -> str:
    """The CPR number of a citizen of the sample register who has a case."""
    citizens = json.loads(sample_file().with_name("citizens.json").read_text(encoding="utf-8"))
    return str(next(citizen["cpr"] for citizen in citizens if citizen["name"] == ANNA))


def log_in(web: DeskInstallation, handoff: Handoff, cpr: str) -> None:
    """The citizen of a handoff logs in."""
    login = web.desk.logins.create(
        handoff.conversation_id, cpr=cpr, name=ANNA, level="substantial", id_token=None, lifetime_seconds=600
    )
    with writing(web.desk.engine) as connection:
        web.desk.records.change(connection, handoff.conversation_id, login_id=login.id)


async def test_a_conversation_from_the_queue_to_its_end(web: DeskInstallation, mette: Page) -> None:
    """Listed, taken, answered, noted, given to the assistant and closed: each step shows how it is now."""
    handoff = web.desk.waiting("Hvornår får jeg svar?", "Det haster")
    listed = await mette.get("/queue")
    assert [row["id"] for row in listed["items"]] == [handoff.id] and listed["next"] is None
    row = listed["items"][0]
    assert row["first"] == "Hvornår får jeg svar?" and row["department_name"] == "Borgerservice"
    assert (row["unread"], row["late"], row["claimed_by"], row["logged_in"]) == (2, False, None, False)
    assert listed["counts"] == {"waiting": 1, "mine": 0, "calls": 0, "late": 0}

    taken = await mette.post(f"/handoffs/{handoff.id}/claim")
    assert taken["state"] == "human" and taken["handoff"]["claimed_by"] == {"id": mette.staff.id, "name": "Mette Holm"}
    assert taken["summary"][0]["heading"] == "Det spørger borgeren om" and taken["summary"][0]["sources"][0]["seq"] == 1
    assert [event["text"] for event in taken["events"]] == ["Taget"] and taken["events"][0]["who"][
        "name"
    ] == "Mette Holm"
    assert taken["handoff"]["promised"]["kept"] is True

    reply = {"id": "a1", "text": "Hej, mit nummer er 170285-3396"}
    first = await mette.post(f"/handoffs/{handoff.id}/reply", **reply)
    assert first == await mette.post(f"/handoffs/{handoff.id}/reply", **reply)
    said = (await mette.get(f"/handoffs/{handoff.id}/messages"))["items"]
    assert [message["from"] for message in said] == ["citizen", "citizen", "system", "staff"]
    assert said[-1]["name"] == "Mette Holm" and "170285" not in said[-1]["text"]
    await mette.post(f"/handoffs/{handoff.id}/note", text="Ringede til lægen")
    shown = await mette.post(f"/handoffs/{handoff.id}/to-assistant")
    assert shown["state"] == "bot" and shown["events"][-2]["detail"] == "Ringede til lægen"
    closed = await mette.post(f"/handoffs/{handoff.id}/close", outcome="answered", note="Borgeren fik svar")
    assert (closed["handoff"]["status"], closed["handoff"]["note"]) == ("closed", "Borgeren fik svar")
    found = await mette.get("/history", q="svar Holm", outcome="answered")
    assert [row["id"] for row in found["items"]] == [handoff.id] and found["items"][0]["outcome"] == "answered"


async def test_who_comes_second_is_told_who_was_first(web: DeskInstallation, mette: Page, jens: Page) -> None:
    """409 with the name; what only the owner may do is 403 for everybody else, also for an administrator."""
    handoff = web.desk.waiting()
    await mette.post(f"/handoffs/{handoff.id}/claim")
    status, said = await jens.ask("POST", f"/handoffs/{handoff.id}/claim", {})
    assert status == 409
    assert said["error"] == {"code": "taken", "text": "Mette Holm har allerede taget den.", "by": "Mette Holm"}
    leader = web.page("Kirsten Leder", "administrator")
    for page in (jens, leader):
        for what, body in (
            ("reply", {"id": "x", "text": "hej"}),
            ("ask-login", {}),
            ("ask-consent", {"text": "Må jeg?"}),
            ("to-assistant", {}),
            ("close", {"outcome": "answered", "note": "Slut nu"}),
        ):
            status, said = await page.ask("POST", f"/handoffs/{handoff.id}/{what}", body)
            assert (status, said["error"]["code"], said["error"]["by"]) == (403, "not_yours", "Mette Holm"), what
    for what, body in (("release", {"reason": "nej"}), ("transfer", {"to": {"staff": jens.staff.id}, "reason": "min"})):
        assert (await jens.ask("POST", f"/handoffs/{handoff.id}/{what}", body))[0] == 403
    over = await leader.post(f"/handoffs/{handoff.id}/transfer", to={"staff": leader.staff.id}, reason="Mette er syg")
    assert over["handoff"]["claimed_by"]["name"] == "Kirsten Leder"


ROUTES = [
    ("GET", "/me"),
    ("GET", "/queue"),
    ("GET", "/history"),
    ("GET", "/figures"),
    ("GET", "/staff"),
    ("GET", "/replies?handoff=1"),
    ("GET", "/slots?department=social"),
    ("GET", "/handoffs/1"),
    ("GET", "/handoffs/1/messages"),
    ("GET", "/handoffs/1/filings"),
]
CHANGES = [
    ("GET", "/handoffs/1/cases"),
    *(
        ("POST", f"/handoffs/1/{what}")
        for what in (
            "claim", "release", "transfer", "reply", "note", "misread", "ask-login", "ask-consent", "to-assistant",
            "close", "meetings", "file-task",
        )
    ),
    ("PATCH", "/meetings/1"),
    ("DELETE", "/meetings/1"),
    ("PUT", "/filings/1"),
    ("POST", "/filings/1/sign"),
    ("DELETE", "/filings/1"),
]  # fmt: skip


async def test_no_route_opens_without_the_right_session(web: DeskInstallation, mette: Page) -> None:
    """No session: 401. Another role: 403. An auditor reads and changes nothing. No token or another origin: 403."""
    handoff = web.desk.waiting()
    assert handoff.id == 1
    trainer, auditor = web.page("Tina Træner", "trainer"), web.page("Rune Revisor", "auditor")
    served = {
        (route.method, str(route.resource.canonical))
        for route in web.client.app.router.routes()
        if route.resource is not None and "/desk/api" in str(route.resource.canonical) and route.method != "HEAD"
    }
    assert len(served) == len(ROUTES) + len(CHANGES)  # none is forgotten here
    for method, path in ROUTES + CHANGES:
        body = None if method == "GET" else {}
        assert (await mette.ask(method, path, body, headers={}))[0] == 401, path
        assert (await trainer.ask(method, path, body))[0] == 403, path
        status, said = await auditor.ask(method, path, body)
        assert status == (200 if (method, path) in ROUTES else 403), (path, said)
        if method != "GET":
            for wrong in ({"X-CSRF-Token": "x"}, {"Origin": "https://evil.example"}):
                status, said = await mette.ask(method, path, body, headers=mette.headers | wrong)
                assert status == 403 and said["error"]["code"] in ("bad_csrf", "bad_origin"), path
    assert web.desk.now(handoff).status is Status.WAITING and web.desk.happened(handoff) == []


async def test_what_the_citizen_has_not_sent_is_not_there(web: DeskInstallation, mette: Page) -> None:
    """An offer the citizen looks at, one taken back and one that never was: the same 404 to everything."""
    offered = web.desk.waiting(status=Status.OFFERED, sent_at=None)
    back = web.desk.waiting(status=Status.WITHDRAWN)
    for number in (offered.id, back.id, 999):
        for method, path in ROUTES[7:] + CHANGES[1:]:
            if "handoffs" not in path:
                continue
            body: Any = {
                "reply": {"id": "x", "text": "hej"},
                "note": {"text": "hej"},
                "misread": {"seq": 1},
                "transfer": {"to": {"department": "social"}, "reason": "fordi"},
                "ask-consent": {"text": "Må jeg?"},
                "close": {"outcome": "answered", "note": "Slut nu"},
                "meetings": {"calendar": "x", "form": "telefon", "starts_at": "2026-12-01T09:00:00Z"},
                "file-task": {"text": "Ring"},
            }.get(path.rsplit("/", 1)[1], {})
            status, said = await mette.ask(
                method, path.replace("/1", f"/{number}", 1), None if method == "GET" else body
            )
            assert (status, said["error"]["code"]) == (404, "not_found"), (number, path, said)
    assert (await mette.get("/queue"))["items"] == []


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("claim", []),
        ("claim", {"staff": "x"}),
        ("reply", {"id": "a"}),
        ("reply", {"id": "a b", "text": "hej"}),
        ("reply", {"id": "a", "text": "  "}),
        ("reply", {"id": "a", "text": "x" * 3001}),
        ("reply", {"id": "a", "text": 7}),
        ("note", {"text": ""}),
        ("close", {"outcome": "won", "note": "Slut nu"}),
        ("close", {"outcome": "answered", "note": "–"}),
        ("close", {"outcome": "answered"}),
        ("transfer", {"to": {"department": "social"}, "reason": " "}),
        ("transfer", {"to": {"department": "hemmelig"}, "reason": "fordi"}),
        ("transfer", {"to": {"staff": "ukendt"}, "reason": "fordi"}),
        ("transfer", {"to": {"staff": "a", "department": "social"}, "reason": "fordi"}),
        ("transfer", {"to": "social", "reason": "fordi"}),
        ("ask-consent", {"text": "?"}),
        ("meetings", {"calendar": "x", "form": "brev", "starts_at": "2026-12-01T09:00:00Z", "details": {}}),
        ("meetings", {"calendar": "x", "form": "telefon", "starts_at": "i morgen", "details": {}}),
        ("meetings", {"calendar": "x", "form": "telefon", "starts_at": "2026-12-01T09:00:00"}),
        ("file-task", {"text": ""}),
        ("file-task", {"text": "Ring", "deadline": "snart"}),
        ("file-task", {"text": "Ring", "case": "27.60.20-G01-4-26"}),
    ],
)
async def test_what_does_not_hold_is_refused_in_danish(
    web: DeskInstallation, mette: Page, what: str, body: Any
) -> None:
    """400 with a text for staff, and nothing is kept."""
    handoff = web.desk.waiting()
    await mette.post(f"/handoffs/{handoff.id}/claim")
    before, messages = web.desk.now(handoff), len(web.desk.said(handoff))
    status, said = await mette.ask("POST", f"/handoffs/{handoff.id}/{what}", body)
    assert (status, said["error"]["code"]) == (400, "bad_input"), said
    assert said["error"]["text"].endswith(".") and "fejl i systemet" not in said["error"]["text"]
    assert web.desk.now(handoff) == before and len(web.desk.said(handoff)) == messages


async def test_a_reply_with_half_a_sign_is_kept_as_text(web: DeskInstallation, mette: Page) -> None:
    """JSON can hold half a surrogate pair; it is shown as an unknown sign and breaks nothing."""
    handoff = web.desk.waiting()
    await mette.post(f"/handoffs/{handoff.id}/claim")
    async with web.client.post(
        f"/desk/api/handoffs/{handoff.id}/reply",
        data='{"id": "a", "text": "hej \\ud800\\u0000"}',
        headers=mette.headers | {"Content-Type": "application/json"},
    ) as answer:
        assert answer.status == 200
    assert web.desk.said(handoff)[-1].text == "hej \ufffd"


@pytest.mark.parametrize(
    "query", ["view=alle", "sort=navn", "trigger=x", "limit=-1", "cursor=x", "limit=9999999999999"]
)
async def test_a_list_that_is_none_is_refused(web: DeskInstallation, mette: Page, query: str) -> None:
    """Unknown views, sorts and places are 400, not the whole list."""
    assert (await mette.ask("GET", f"/queue?{query}"))[0] == 400


async def test_messages_come_a_page_at_a_time(web: DeskInstallation, mette: Page) -> None:
    """The last first, older ones on demand, the oldest first within a page."""
    handoff = web.desk.waiting(*(f"nummer {number}" for number in range(1, 31)))
    last = await mette.get(f"/handoffs/{handoff.id}/messages", limit=10)
    assert [message["seq"] for message in last["items"]] == list(range(21, 31)) and last["more"] is True
    rest = await mette.get(f"/handoffs/{handoff.id}/messages", before=21, limit=20)
    assert [message["seq"] for message in rest["items"]] == list(range(1, 21)) and rest["more"] is False


async def test_the_page_is_told_who_i_am_and_what_there_is(web: DeskInstallation, mette: Page, jens: Page) -> None:
    """Name, token, roles, what to choose from; colleagues without those who have no handoffs."""
    web.page("Rune Revisor", "auditor")
    me = await mette.get("/me")
    assert me["name"] == "Mette Holm" and me["csrf"] == mette.headers["X-CSRF-Token"] and me["available"] is False
    assert {"key": "answered", "text": "Borgeren har fået svar"} in me["outcomes"]
    assert {each["key"] for each in me["triggers"]} == {trigger.value for trigger in Trigger}
    assert {"key": "social", "name": "Socialafdelingen"} in me["departments_all"]
    assert [one["name"] for one in await mette.get("/staff")] == ["Jens Lund", "Mette Holm"]
    with writing(web.desk.engine) as connection:
        web.desk.presence.be_available(connection, mette.staff.id, datetime.now(timezone.utc) + timedelta(seconds=60))
    assert (await mette.get("/me"))["available"] is True
    assert [one["name"] for one in await jens.get("/staff")] == ["Mette Holm", "Jens Lund"]


async def test_cases_are_seen_by_who_has_the_conversation(
    web: DeskInstallation, mette: Page, jens: Page, sample: str
) -> None:
    """While the citizen is logged in: number, state and what is to be done; a CPR number in no answer."""
    prepare_register(web.settings, web.desk.vault, sample=True)
    handoff = web.desk.waiting()
    assert (await mette.ask("GET", f"/handoffs/{handoff.id}/cases"))[0] == 409  # nobody has it
    await mette.post(f"/handoffs/{handoff.id}/claim")
    assert await mette.get(f"/handoffs/{handoff.id}/cases") == {
        "login": False,
        "cases": [],
        "missing": [],
        "error": None,
    }
    log_in(web, handoff, sample)
    seen = await mette.get(f"/handoffs/{handoff.id}/cases")
    assert seen["login"] is True and seen["error"] is None and seen["cases"]
    assert all(case["number"] and case["department"] and case["state"] for case in seen["cases"])
    assert sample not in str(seen) and sample[:6] not in str(await mette.get(f"/handoffs/{handoff.id}"))
    assert (await jens.ask("GET", f"/handoffs/{handoff.id}/cases"))[0] == 409
    ready = await mette.get("/replies", handoff=handoff.id)
    hello = next(reply for reply in ready if reply["shortcut"] == "/hej")
    assert hello["text"].startswith("Hej Anna. Jeg hedder Mette Holm") and hello["missing"] == []
    assert next(reply for reply in ready if reply["key"] == "moedetid")["missing"] == ["moede"]


async def test_a_case_system_that_is_down_is_said(web: DeskInstallation, mette: Page, sample: str) -> None:
    """No cases and a sentence; the handoff itself can be taken all the same."""
    handoff = web.desk.waiting()
    log_in(web, handoff, sample)
    await mette.post(f"/handoffs/{handoff.id}/claim")  # the register has no tables
    seen = await mette.get(f"/handoffs/{handoff.id}/cases")
    assert (seen["cases"], seen["error"]) == ([], "Sagssystemet svarer ikke, som det skal.")


def test_a_protected_case_tells_no_more_than_that_it_is_there() -> None:
    """Of a specially protected case staff get number and department; a secret title is shown in no case."""
    municipality, today = the_municipality(), date(2026, 11, 24)
    case: Case = a_case(sensitivity=Sensitivity.VIP)
    shown = case_json(case, municipality, today)
    assert shown["number"] == case.number and shown["title"] is None and shown["handler"] is None
    assert shown["events"] == shown["todos"] == [] and "sagssystemet" in shown["sensitivity"]
    assert case_json(a_case(title=None), municipality, today)["title"] is None
    assert case_json(a_case(), municipality, today)["sensitivity"] is None


async def test_a_meeting_is_booked_moved_and_cancelled_by_who_has_it(
    web: DeskInstallation, mette: Page, jens: Page
) -> None:
    """The citizen reads of each in the chat; an old version and another's hands change nothing."""
    handoff = web.desk.waiting(department="social")
    await mette.post(f"/handoffs/{handoff.id}/claim")
    slots = (await mette.get("/slots", department="social", form="telefon", days=14))["slots"]
    assert len(slots) >= 3 and all(slot["form"] == "telefon" and slot["words"] for slot in slots)
    wanted = {key: slots[0][key] for key in ("calendar", "form", "starts_at")}
    path = f"/handoffs/{handoff.id}/meetings"
    status, said = await mette.ask("POST", path, wanted | {"details": {}})
    assert status == 400 and "telefonnummer" in said["error"]["text"]
    assert (await jens.ask("POST", path, wanted | {"details": {"phone": "12345678"}}))[0] == 403
    made = (await mette.post(path, **wanted, details={"phone": "12345678"}))["meetings"][0]
    assert made["status"] == "booked" and made["details"]["phone"].replace(" ", "") == "12345678"
    status, said = await mette.ask("POST", path, wanted | {"details": {"phone": "12345678"}})
    assert (status, said["error"]["code"]) == (409, "slot_taken")
    changed = {
        "version": made["version"],
        "agenda": ["Din bil"],
        "starts_at": slots[2]["starts_at"],
        "calendar": slots[2]["calendar"],
    }
    assert (await jens.ask("PATCH", f"/meetings/{made['id']}", changed))[0] == 403
    status, moved = await mette.ask("PATCH", f"/meetings/{made['id']}", changed)
    assert status == 200 and moved["meetings"][0]["agenda"] == ["Din bil"]
    assert datetime.fromisoformat(moved["meetings"][0]["starts_at"]) == datetime.fromisoformat(slots[2]["starts_at"])
    status, said = await mette.ask("PATCH", f"/meetings/{made['id']}", changed)
    assert (status, said["error"]["code"]) == (409, "changed")
    status, gone = await mette.ask("DELETE", f"/meetings/{made['id']}", {"version": moved["meetings"][0]["version"]})
    assert status == 200 and gone["meetings"][0]["status"] == "cancelled"
    told = [message for message in web.desk.said(handoff) if message.card and message.card["type"] == "meeting"]
    wanted_words, moved_words = slots[0]["words"], slots[2]["words"]
    assert [message.text for message in told] == [
        texts.BOOKED.format(when=wanted_words),
        texts.MOVED.format(when=moved_words),
        texts.CANCELLED.format(when=moved_words),
    ]
    assert (await mette.ask("DELETE", "/meetings/999", {"version": 1}))[0] == 404


async def test_what_goes_back_is_signed_by_who_has_it(
    web: DeskInstallation, mette: Page, jens: Page, sample: str
) -> None:
    """A task gets a case of the citizen's own while they are logged in, is changed, and signed once."""
    prepare_register(web.settings, web.desk.vault, sample=True)
    handoff = web.desk.waiting()
    log_in(web, handoff, sample)
    await mette.post(f"/handoffs/{handoff.id}/claim")
    number = (await mette.get(f"/handoffs/{handoff.id}/cases"))["cases"][0]["number"]
    path = f"/handoffs/{handoff.id}/file-task"
    assert (await jens.ask("POST", path, {"text": "Ring"}))[0] == 403
    made = (await mette.post(path, text="Ring til borgeren", case=number, deadline="2026-12-01"))["filings"][-1]
    assert (made["case"], made["deadline"], made["status"], made["kind"]) == (number, "2026-12-01", "draft", "task")
    one = f"/filings/{made['id']}"
    new = {"version": made["version"], "text": "Ring onsdag", "case": number, "deadline": "2026-12-02"}
    assert (await jens.ask("PUT", one, new))[0] == 403
    status, said = await mette.ask("PUT", one, new | {"case": "99.99.99-G01-1-26"})
    assert status == 400 and "ingen sag" in said["error"]["text"]
    status, said = await mette.ask("PUT", one, new)
    assert status == 200 and said["filings"][-1]["text"] == "Ring onsdag"
    status, said = await mette.ask("PUT", one, new)
    assert (status, said["error"]["code"]) == (409, "changed")
    version = (await mette.get(f"/handoffs/{handoff.id}/filings"))["filings"][-1]["version"]
    assert (await jens.ask("POST", f"{one}/sign", {"version": version}))[0] == 403
    signed = (await mette.post(f"{one}/sign", version=version))["filings"][-1]
    assert signed["status"] in ("pending", "filed") and signed["who"] == "Mette Holm"
    while signed["status"] != "filed":  # until the case system has it; who signed is known after that too
        await asyncio.sleep(0.05)
        signed = (await mette.get(f"/handoffs/{handoff.id}/filings"))["filings"][-1]
    assert signed["who"] == "Mette Holm"
    assert (await mette.ask("POST", f"{one}/sign", {"version": version}))[0] == 409
    assert (await mette.ask("DELETE", "/filings/999", {"version": 1}))[0] == 404
    assert sample not in str(said)


async def test_comments_are_for_those_who_lead(web: DeskInstallation, mette: Page) -> None:
    """Everybody at the desk sees the averages; what citizens wrote is read by administrators and auditors."""
    handoff = web.desk.waiting(way=Way.CHAT)
    with writing(web.desk.engine) as connection:
        Surveys(web.desk.vault, web.desk.clock).keep(
            connection, handoff.id, heard=5, neutral=None, trust=4, respect=3, comment="Sød dame, 170285-3396"
        )
    seen = (await mette.get("/figures"))["survey"]
    assert (seen["n"], seen["heard"], seen["neutral"], seen["comments"]) == (1, 5, None, [])
    led = (await web.page("Kirsten Leder", "administrator").get("/figures"))["survey"]["comments"]
    assert led[0]["text"].startswith("Sød dame") and "170285" not in led[0]["text"]
    assert (await mette.ask("GET", "/figures?from=2026-11-20&to=2026-11-01"))[0] == 400
    opened = await mette.get(f"/handoffs/{handoff.id}")
    assert opened["survey"]["trust"] == 4


async def test_the_page_and_its_files(web: DeskInstallation, mette: Page) -> None:
    """The same page under each of its addresses, with a strict policy; without a session the way leads to login."""
    for path in ("/desk", "/desk/samtale/12", "/desk/historik", "/desk/tal"):
        async with web.client.get(path, headers={"Cookie": mette.headers["Cookie"]}) as answer:
            text = await answer.text()
            assert answer.status == 200 and "Nørreå Kommune" in text
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        async with web.client.get(path, allow_redirects=False) as answer:
            assert answer.status == 303 and "/desk/login?to=" in answer.headers["Location"]
    async with web.client.get("/desk/static/desk.js") as answer:
        assert answer.status == 200
    async with web.client.get("/desk/static/..%2Fwidget%2Fdom.js") as answer:
        assert answer.status == 404
