"""Every door of the application, from its own table of routes: whoever adds one says here who may go through it.

A route that no rule below knows fails the first test by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.handoff.model import Status
from tests.integration.desk_client import DeskInstallation, Page
from tests.integration.training_client import TrainingInstallation

Route = tuple[str, str]

# What anybody may fetch, and what it is.
OPEN: dict[Route, str] = {
    ("GET", "/"): "the page with the chat",
    ("GET", "/health"): "how every part is",
    ("GET", "/health/live"): "that this process answers",
    ("GET", "/widget/{file}"): "the widget's files",
    ("GET", "/demo/{file}"): "the page's files",
    ("GET", "/desk/static/{file}"): "the desk's files, which hold nobody's data",
    ("GET", "/training/static/{file}"): "the training pages' files, which hold nobody's data",
    ("GET", "/revision/static/{file}"): "the auditor's page's files, which hold nobody's data",
}
# What a citizen's token opens, and what begins with none; each limited by address (test_web_doors, test_identity_*).
CITIZENS: dict[Route, str] = {
    ("POST", "/chat/sessions"): "a new conversation",
    ("GET", "/chat/socket"): "the conversation of the token in the first frame",
    ("GET", "/chat/meetings/{id}.ics"): "a meeting of the conversation whose token is borne",
    ("GET", "/chat/config"): "what the widget needs to know, the same for everybody",
    ("POST", "/identity/start"): "login, for the conversation whose token is borne",
    ("POST", "/identity/finish"): "the login that has come back, for the conversation whose token is borne",
    ("POST", "/identity/logout"): "log out, for the conversation whose token is borne",
    ("GET", "/identity/login"): "the way to the provider, with a one-time ticket",
    ("GET", "/identity/callback"): "the way back, with the browser's cookie",
    ("GET", "/identity/goodbye"): "that one is logged out",
}
# Staff's way in and out: no session can be asked for on the way in.
DOOR: dict[Route, str] = {
    ("GET", "/desk/login"): "the way to the provider",
    ("GET", "/desk/login/callback"): "the way back, with the browser's cookie",
    ("GET", "/desk/login/denied"): "that a page belongs to another role",
    ("GET", "/desk/goodbye"): "that one is logged out",
}
LOGOUT = ("POST", "/desk/logout")  # any role may
SOCKET = ("GET", "/desk/socket")
PAGES = [("GET", "/desk"), ("GET", "/desk/"), ("GET", "/desk/samtale/{id}"), ("GET", "/desk/historik")]
PAGES += [("GET", "/desk/tal")]
API = "/desk/api/"
TRAINING_PAGES = [("GET", "/training"), ("GET", "/training/")]
TRAINING_PAGES += [("GET", f"/training/{name}") for name in ("indbakke", "hensigter", "hensigter/{intent}", "svar")]
TRAINING_PAGES += [("GET", f"/training/{name}") for name in ("tjek", "versioner", "versioner/{id}", "proev")]
TRAINING_PAGES += [("GET", f"/training/{name}") for name in ("tal", "historik")]
TRAINING_API = "/training/api/"
REVISION_PAGES = [("GET", "/revision"), ("GET", "/revision/")]
REVISION_API = "/revision/api/"
# Of what is asked with a body: changes nothing, so an auditor may.
TRAINING_READS = {("POST", "/training/api/try")}
NOT_FOR_AUDITORS = {("GET", "/desk/api/handoffs/{id}/cases")}  # of reading: nobody's business but the owner's


@pytest_asyncio.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[TrainingInstallation]:
    async with TrainingInstallation(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def mette(web: DeskInstallation) -> Page:
    return web.page("Mette Holm")


def routes(web: DeskInstallation) -> set[Route]:
    """Every route the application answers; HEAD goes with its GET."""
    table = {
        (route.method, str(route.resource.canonical))
        for route in web.client.app.router.routes()
        if route.resource is not None
    }
    return {(method, path) for method, path in table if method != "HEAD"}


def api(web: DeskInstallation) -> list[Route]:
    """What the desk's page asks."""
    return sorted(route for route in routes(web) if route[1].startswith(API))


def training_api(web: DeskInstallation) -> list[Route]:
    """What the training pages ask."""
    return sorted(route for route in routes(web) if route[1].startswith(TRAINING_API))


def revision_api(web: DeskInstallation) -> list[Route]:
    """What the auditor's page asks."""
    return sorted(route for route in routes(web) if route[1].startswith(REVISION_API))


def address(path: str, id: object = 1) -> str:
    named = path.replace("{intent}", "hilsen").replace("{name}", "utter_hilsen")
    named = named.replace("/examples/{id}", "/examples/0123456789abcdef")
    return named.replace("{id}", str(id)).replace("{file}", "x.js")


def whole(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".training.lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


async def ask(web: DeskInstallation, method: str, path: str, **more: Any) -> tuple[int, Any, Any]:
    """Status, headers and text of an answer."""
    async with web.client.request(method, path, allow_redirects=False, **more) as answer:
        return answer.status, answer.headers, await answer.text()


async def test_every_route_is_known(web: DeskInstallation) -> None:
    """Open to all, the citizens', the way in, or the desk's: a route that is none of these has no rule."""
    named = {*OPEN, *CITIZENS, *DOOR, LOGOUT, SOCKET, *PAGES, *TRAINING_PAGES, *REVISION_PAGES}
    assert {
        route for route in routes(web) - named if not route[1].startswith((API, TRAINING_API, REVISION_API))
    } == set()
    assert named - routes(web) == set(), "and none is named that is gone"
    assert len(api(web)) >= 26
    assert len(revision_api(web)) >= 5
    assert len(training_api(web)) >= 13 and set(training_api(web)) >= TRAINING_READS


async def test_nothing_at_the_desk_opens_without_a_session(web: DeskInstallation) -> None:
    """401 and JSON for a script, login for a page, to every method, with no cookie and with one that opens nothing."""
    made = web.desk.waiting()
    for cookie in ({}, {"Cookie": "__Host-borgerkontakt-staff=" + "A" * 43}):
        for method, path in [*api(web), *training_api(web), *revision_api(web), LOGOUT]:  # the socket: test_desk_socket
            headers = {**cookie, "Origin": web.settings.origins[0]}
            status, headers, text = await ask(web, method, address(path, made.id), headers=headers)
            assert status == 401 and '"not_logged_in"' in text, path
            assert headers["Cache-Control"] == "no-store", path
        for method, path in [*PAGES, *TRAINING_PAGES, *REVISION_PAGES]:
            status, headers, text = await ask(web, method, address(path, made.id), headers=cookie)
            assert status == 303, path
            assert headers["Location"].startswith(f"{web.settings.public_url}/desk/login?to="), path


async def test_nothing_at_the_desk_opens_to_another_role(web: DeskInstallation) -> None:
    """A trainer gets 403 everywhere; an auditor reads, changes nothing, and sees no citizen's cases."""
    made = web.desk.waiting()
    trainer, auditor = web.page("Tina Træner", "trainer"), web.page("Rune Revisor", "auditor")
    for method, path in api(web):
        status, headers, text = await ask(web, method, address(path, made.id), headers=trainer.headers, json={})
        assert status == 403 and '"not_your_role"' in text and headers["Cache-Control"] == "no-store", path
        status, headers, text = await ask(web, method, address(path, made.id), headers=auditor.headers, json={})
        reads = method == "GET" and (method, path) not in NOT_FOR_AUDITORS
        assert (status != 403) == reads and headers["Cache-Control"] == "no-store", (path, text)
    for method, path in PAGES:
        status, headers, _ = await ask(web, method, address(path, made.id), headers=trainer.headers)
        front = path in ("/desk", "/desk/")  # where login leads to: from there a trainer comes to their own pages
        assert status == 303 and headers["Location"] == ("/training" if front else "/desk/login/denied"), path
    assert web.desk.happened(made) == [] and web.desk.now(made).status is Status.WAITING


async def test_nothing_of_the_training_opens_to_another_role(web: DeskInstallation, mette: Page) -> None:
    """An agent gets 403 everywhere; an auditor reads and changes nothing; each may see the pages or is told why not."""
    auditor = web.page("Rune Revisor", "auditor")
    for method, path in training_api(web):
        status, headers, text = await ask(web, method, address(path), headers=mette.headers, json={})
        assert status == 403 and '"not_your_role"' in text and headers["Cache-Control"] == "no-store", path
        status, headers, text = await ask(web, method, address(path), headers=auditor.headers, json={})
        reads = method == "GET" or (method, path) in TRAINING_READS
        assert (status != 403) == reads and headers["Cache-Control"] == "no-store", (path, text)
    for method, path in TRAINING_PAGES:
        status, headers, _ = await ask(web, method, address(path), headers=mette.headers)
        assert status == 303 and headers["Location"] == "/desk/login/denied", path
        for role in ("trainer", "administrator", "auditor"):
            status, headers, _ = await ask(web, method, address(path), headers=web.page("Karen Friis", role).headers)
            assert status == 200 and headers["Content-Security-Policy"].startswith("default-src 'none'"), path


async def test_nothing_of_the_audit_trail_opens_to_another_role(web: DeskInstallation) -> None:
    """Only an auditor gets in: not who has the other roles all together, and nobody is told more than that."""
    auditor, other = web.page("Rune Revisor", "auditor"), web.page("Ida Skov", "agent", "trainer", "administrator")
    for method, path in revision_api(web):
        status, headers, text = await ask(web, method, address(path), headers=other.headers, json={})
        assert status == 403 and '"not_your_role"' in text and headers["Cache-Control"] == "no-store", path
        status, headers, text = await ask(web, method, address(path), headers=auditor.headers, json={})
        assert status == 200 and headers["Cache-Control"] == "no-store", (path, text)
    for method, path in REVISION_PAGES:
        status, headers, _ = await ask(web, method, address(path), headers=other.headers)
        assert status == 303 and headers["Location"] == "/desk/login/denied", path
        status, headers, _ = await ask(web, method, address(path), headers=auditor.headers)
        assert status == 200 and headers["Content-Security-Policy"].startswith("default-src 'none'"), path


@pytest.mark.parametrize(
    "wrong",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "A" * 43},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://www.noerreaa.example"},  # may carry the chat, has no part in the desk
    ],
)
async def test_nothing_is_changed_from_another_page(web: DeskInstallation, wrong: dict[str, str]) -> None:
    """Every method but GET wants the page's token and our own origin; a chat's origin is not our own."""
    mette, made, karen = web.page("Mette Holm"), web.desk.waiting(), web.page("Karen Friis", "trainer")
    changes = [route for route in [*api(web), LOGOUT] if route[0] != "GET"]
    training = [route for route in training_api(web) if route[0] != "GET"]
    revision = [route for route in revision_api(web) if route[0] != "GET"]
    assert len(changes) >= 16 and len(training) >= 6 and len(revision) >= 2
    rune = web.page("Rune Revisor", "auditor")
    for who, whose in ((mette, changes), (karen, training), (rune, revision)):
        for method, path in whose:
            status, _, text = await ask(web, method, address(path, made.id), headers=who.headers | wrong, json={})
            assert status == 403 and ('"bad_csrf"' in text or '"bad_origin"' in text), (path, text)
    other = web.page("Jens Lund")
    for method, path in changes:  # somebody else's token is none
        headers = mette.headers | {"X-CSRF-Token": other.headers["X-CSRF-Token"]}
        assert (await ask(web, method, address(path, made.id), headers=headers, json={}))[0] == 403, path
    assert web.desk.happened(made) == []
    assert (await mette.get("/me"))["name"] == "Mette Holm", "and nobody was logged out by it"


async def test_numbers_out_of_all_reason_open_nothing(web: DeskInstallation, mette: Page) -> None:
    """An id that is none, too large, negative or no number: 400 or 404 in JSON, never a fault of ours."""
    web.desk.waiting()
    for method, path in api(web):
        if "{id}" not in path:
            continue
        for id in ("0", "999", "2147483648", "9999999999", "99999999999", "-1", "1e3", "١", "%31%00", "..", "1'--"):
            status, _, text = await ask(web, method, address(path, id), headers=mette.headers, json={})
            assert status in (400, 404, 409) and '"error"' in text, (path, id, status, text)


async def test_names_and_numbers_that_are_none_train_nothing(web: TrainingInstallation) -> None:
    """An id, intent or answer that is not there, or nothing at all: 400, 404 or 409 in JSON, never a fault of ours."""
    karen = web.page("Karen Friis", "trainer")
    before = whole(web.assistant)
    numbers = ("0", "999", "2147483648", "9999999999", "99999999999", "-1", "1e3", "١", "%31%00", "..", "1'--")
    names = ("findes_ikke", "..", "%2e%2e%2fdomain", "%00", "<script>", "æøå", "x" * 300, "__proto__", "nlu_fallback")
    for method, path in training_api(web):
        places = [place for place in ("{id}", "{intent}", "{name}") if place in path]
        for place in places:
            for word in numbers if place == "{id}" else names:
                one = address(path.replace(place, word))
                status, _, text = await ask(web, method, one, headers=karen.headers, json={})
                assert status in (400, 404, 409) and '"error"' in text, (method, one, status, text)
    assert whole(web.assistant) == before


async def test_bodies_that_are_none_train_nothing(web: TrainingInstallation) -> None:
    """No JSON, no object, foreign keys, values of other kinds, nested without end, too much: refused, nothing begun."""
    karen = web.page("Karen Friis", "trainer")
    before = whole(web.assistant)
    bodies = [
        b"{", b"[]", b"1", b"null", b'"x"', b"\xff\xfe", b"[" * 20_000, b'{"__proto__": {}}', b'{"constructor": 1}',
        b'{"text": {"$ne": 1}, "texts": {}, "ids": 1, "to": [], "reason": 1, "version": "1", "versions": {}}',
        b'{"version": 1e999}', b'{"version": true}', b'{"reason": "\\ud800"}',
    ]  # fmt: skip
    for method, path in training_api(web):
        if method == "GET":
            continue
        for body in bodies:
            status, _, text = await ask(web, method, address(path), headers=karen.headers, data=body)
            assert status in (400, 404, 409) and '"error"' in text, (path, body[:60], status, text)
    large = b'{"reason": "' + b"x" * 9_000_000 + b'"}'
    status, _, text = await ask(web, "POST", f"{TRAINING_API}trainings", headers=karen.headers, data=large)
    assert status == 400 and "for stort" in text
    assert whole(web.assistant) == before
    assert (await web.asked("GET", "/trainings/current", karen.headers)) == (200, None)


async def test_bodies_that_are_none_change_nothing(web: DeskInstallation, mette: Page) -> None:
    """No JSON, no object, foreign keys, values of other kinds, nested without end, more than may be sent: refused."""
    made = web.desk.waiting()
    await mette.post(f"/handoffs/{made.id}/claim")
    before = web.desk.now(made), web.desk.happened(made), len(web.desk.said(made))
    bodies = [
        b"{", b"[]", b"1", b"null", b'"x"', b"\xff\xfe", b"[" * 20_000, b'{"__proto__": {}}', b'{"constructor": 1}',
        b'{"text": {"$ne": 1}, "id": [], "to": [], "outcome": {}, "note": 1, "reason": [], "version": "1"}',
        b'{"version": 1e999}', b'{"version": true}', b'{"version": -1}', b'{"text": "' + b"x" * 10_001 + b'"}',
    ]  # fmt: skip
    harmless = {"/claim", "/release", "/to-assistant", "/ask-login"}
    for method, path in api(web):
        if method == "GET":
            continue
        for body in bodies:
            if any(path.endswith(each) for each in harmless) and body == b"null":
                continue
            status, _, text = await ask(web, method, address(path, made.id), headers=mette.headers, data=body)
            assert status in (400, 404, 409) and '"error"' in text, (path, body[:40], status, text)
        large = b'{"text": "' + b"x" * 70_000 + b'"}'
        status, _, text = await ask(web, method, address(path, made.id), headers=mette.headers, data=large)
        assert status == 413 and '"too_big"' in text, path
    assert (web.desk.now(made), web.desk.happened(made), len(web.desk.said(made))) == before


async def test_every_answer_to_staff_is_kept_by_nobody(web: DeskInstallation, mette: Page) -> None:
    """No cache keeps what is said of a citizen, nor a no; and no other site may frame, sniff or read it."""
    made, karen = web.desk.waiting(), web.page("Karen Friis", "trainer")
    asked = [(mette, route) for route in [*api(web), *PAGES]]
    asked += [(karen, route) for route in [*training_api(web), *TRAINING_PAGES]]
    for who, (method, path) in asked:
        for id in (made.id, 999):
            _, headers, _ = await ask(web, method, address(path, id), headers=who.headers, json={})
            assert headers["Cache-Control"] == "no-store", (path, id)
            assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", path
            assert "Access-Control-Allow-Origin" not in headers, path
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path


async def test_a_calendar_file_is_the_conversations_own(web: DeskInstallation) -> None:
    """Meetings have small numbers: another's is answered like one that never was, and no token opens nothing."""
    first, second = await web.begin(), await web.begin()
    mette = web.page("Mette Holm")
    made = web.desk.waiting(conversation_id=first.conversation, department="social")
    await mette.post(f"/handoffs/{made.id}/claim")
    slot = (await mette.get("/slots", department="social", form="telefon", days=14))["slots"][0]
    wanted = {key: slot[key] for key in ("calendar", "form", "starts_at")}
    meeting = (await mette.post(f"/handoffs/{made.id}/meetings", **wanted, details={"phone": "12345678"}))["meetings"][
        0
    ]["id"]

    async def file(token: str | None, id: object) -> tuple[int, str]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        status, headers, text = await ask(web, "GET", f"/chat/meetings/{id}.ics", headers=headers)
        assert headers["Cache-Control"] == "no-store"
        return status, text

    assert (await file(first.token, meeting))[0] == 200
    theirs, none = await file(second.token, meeting), await file(second.token, 999)
    assert theirs == none and theirs[0] == 404
    for token in (None, "", "x", "A" * 43, made.conversation_id, first.token + "A"):
        assert (await file(token, meeting))[0] == 401
    for id in ("999999999", "9999999999", "-1", "1%00", "x"):
        assert (await file(first.token, id))[0] == 404


async def test_a_citizen_can_do_nothing_with_anothers_numbers(web: DeskInstallation) -> None:
    """Forms with the id of another's handoff or meeting: refused, with the same words as for none at all."""
    first, second = await web.begin(), await web.begin()
    made = web.desk.waiting(conversation_id=first.conversation)
    closed = web.desk.waiting(status=Status.CLOSED, closed_at=web.desk.clock())
    before = web.desk.now(made)
    forms = [("send", {}), ("withdraw", {}), ("call", {}), ("correct", {"fields": {"phone": "12345678"}})]
    for do, more in forms:
        answers = []
        for number in (made.id, 999):
            await second.send({"type": "handoff", "id": f"{do}{number}", "handoff": number, "do": do, **more})
            answers.append((await second.error()) | {"id": None})
        assert answers[0] == answers[1]
    for number in (closed.id, made.id, 999):
        survey = {"type": "survey", "id": f"s{number}", "handoff": number, "heard": 5, "comment": "x"}
        await second.send(survey)
        assert (await second.error())["code"] in ("unknown_choice", "refused")
    assert web.desk.now(made) == before and web.desk.happened(made) == []
    for choice in ("1.0", f"{made.id}.0", "web:handoff:withdraw:1", "0.0", "99999999999.1"):
        await second.send({"type": "choose", "id": f"c{choice}"[:20].replace(":", "-"), "choice": choice})
        await second.error()
    assert web.desk.now(made) == before
