"""Login through real HTTP, from the widget's first question to its last, against a provider that verifies PKCE."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from bot.identity.clock import utc_now
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.tables import login_attempts
from bot.web.identity_journey import COOKIE
from tests.identity_setup import WIDGET_PAGE, Browser, House, running_house
from tests.oidc_peer import CPR, SUBSTANTIAL, Peer
from tests.services import Postgres


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.start()
    yield peer
    await peer.stop()


# What HTTP does is the same on both databases; what the database has a part in is tried on both.
on_both = pytest.mark.parametrize("where", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if getattr(request, "param", "sqlite") == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres.new_database()
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
async def house(where: str, vault: Vault, peer: Peer) -> AsyncIterator[House]:
    async with running_house(where, vault, issuer=peer.issuer) as house:
        house.conversation("a")
        house.conversation("b")
        yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    browser = Browser(house)
    yield browser
    await browser.session.close()


@pytest.fixture
async def other_browser(house: House) -> AsyncIterator[Browser]:
    browser = Browser(house)
    yield browser
    await browser.session.close()


def code_of(fragment: dict[str, str]) -> str:
    return fragment["borgerkontakt-login"]


@on_both
async def test_a_citizen_logs_in_and_out(house: House, browser: Browser) -> None:
    """The whole way: the conversation knows the person after the code is redeemed, and no longer after logout."""
    back = await browser.log_in("a")
    assert (back.status, back.location.partition("#")[0]) == (303, WIDGET_PAGE)
    assert house.door.completed == [] and house.door.said == []
    assert house.identity.logins.current("a") is None

    status, body = await browser.post("/identity/finish", "a", {"code": code_of(back.fragment)})
    login = house.identity.logins.current("a")
    assert login is not None
    assert (login.cpr, login.name, login.level) == (CPR, "Anna Bjerregaard", SUBSTANTIAL)
    assert abs(login.expires_at - utc_now() - timedelta(minutes=30)) < timedelta(seconds=20)
    assert (status, body) == (200, {"name": "Anna Bjerregaard", "expires_at": login.expires_at.isoformat()})
    assert house.door.completed == [("a", login)]

    status, body = await browser.post("/identity/logout", "a", {})
    assert status == 200
    assert house.identity.logins.resolve(login.id) is None
    assert house.door.ended == ["a"]


@on_both
async def test_logging_out_at_the_provider_keeps_the_number_out_of_every_address(
    house: House, peer: Peer, browser: Browser
) -> None:
    """The page posts the ID token to the provider; its address holds only a ticket, good once."""
    back = await browser.log_in("a")
    await browser.post("/identity/finish", "a", {"code": code_of(back.fragment)})
    _, body = await browser.post("/identity/logout", "a", {})
    page = await browser.get(body["logout_url"])
    assert "eyJ" not in body["logout_url"]
    assert f'action="{peer.issuer}/end"' in page.text and 'name="id_token_hint" value="eyJ' in page.text
    assert f"form-action 'self' {peer.issuer};" in page.headers["Content-Security-Policy"]
    again = await browser.get(body["logout_url"])
    assert again.status == 200 and "eyJ" not in again.text and "Du er logget ud" in again.text


async def test_logging_out_without_a_login_is_no_error(house: House, browser: Browser) -> None:
    """The widget may say it twice; nothing happens in the conversation."""
    assert await browser.post("/identity/logout", "a", {}) == (200, {"logout_url": None})
    assert house.door.ended == []


async def test_the_provider_is_asked_as_the_standard_says(house: House, peer: Peer, browser: Browser) -> None:
    """PKCE with S256, a state, a nonce, each new each time, and the registered address."""
    await browser.log_in("a")
    await browser.log_in("a")
    first, second = peer.requests
    assert first["redirect_uri"] == second["redirect_uri"] == f"{house.url}/identity/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name] and len(first[name]) == 43


async def test_the_citizen_is_asked_who_they_are_each_time(house: House, peer: Peer, browser: Browser) -> None:
    """On a shared computer the provider must not let in whoever logged in last: it is told, and its answer checked."""
    await browser.log_in("a")
    assert peer.requests[0]["prompt"] == "login"
    peer.person = {**peer.person, "auth_time": int(utc_now().timestamp()) - 3600}
    back = await browser.log_in("a")
    assert back.fragment == {"borgerkontakt-login-error": "1"} and house.door.said


async def test_the_cookie_is_as_strict_as_it_can_be(house: House, browser: Browser) -> None:
    """Secure, HttpOnly, SameSite=Lax, this host alone, ten minutes."""
    away = await browser.get(await browser.start("a"))
    cookie = away.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=") and COOKIE.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_no_answer_on_the_way_may_be_kept_or_told_on(house: House, browser: Browser) -> None:
    """Every step says no-store, and no step tells the next site the address it came from."""
    away = await browser.get(await browser.start("a"))
    callback = (await browser.get(away.location)).location
    for answer in (away, await browser.get(callback), await browser.get(callback)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@on_both
async def test_a_used_link_gives_a_page_that_helps(house: House, browser: Browser) -> None:
    """Twice the same ticket: a page in Danish that says what to do, and nothing in the conversation."""
    link = await browser.start("a")
    assert (await browser.get(link)).status == 302
    page = await browser.get(link)
    assert page.status == 400
    assert "Gå tilbage til samtalen" in page.text and "12 34 56 00" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert house.door.said == []


async def test_looking_at_a_link_does_not_use_it(house: House, browser: Browser) -> None:
    """A HEAD request, as a link preview makes it, leaves the ticket good."""
    link = await browser.start("a")
    async with browser.session.head(link) as looked:
        assert looked.status == 405
    assert (await browser.get(link)).status == 302


@on_both
async def test_a_callback_works_once(house: House, browser: Browser) -> None:
    """The state is used up, whatever came of it."""
    callback = (await browser.get((await browser.get(await browser.start("a"))).location)).location
    assert (await browser.get(callback)).status == 303
    assert (await browser.get(callback)).status == 400


@pytest.mark.parametrize("state", ["", "wrong"])
async def test_a_state_that_is_not_ours_is_refused(house: House, browser: Browser, state: str) -> None:
    """No state, no way back: a code that somebody else got can't be slipped in."""
    await browser.get(await browser.start("a"))
    page = await browser.get(f"{house.url}/identity/callback?state={state}&code=x")
    assert (page.status, page.location) == (400, "")
    assert house.door.said == []


@on_both
async def test_a_callback_in_another_browser_is_refused(house: House, browser: Browser, other_browser: Browser) -> None:
    """Without the cookie of the browser that left, or with another's, nobody comes back."""
    callback = (await browser.get((await browser.get(await browser.start("a"))).location)).location
    await other_browser.get(await other_browser.start("b"))  # has a cookie, of its own
    page = await other_browser.get(callback)
    assert (page.status, page.location) == (400, "")
    assert (await browser.get(callback)).status == 400
    assert house.door.said == []


@on_both
async def test_two_tabs_may_log_in_side_by_side(house: House, browser: Browser) -> None:
    """A second attempt in the same browser does not spoil the first."""
    first = await browser.get(await browser.start("a"))
    second = await browser.get(await browser.start("b"))
    for away in (first, second):
        assert (await browser.follow(away.location)).status == 303


@on_both
async def test_a_victim_cannot_be_logged_in_into_an_attackers_conversation(
    house: House, browser: Browser, other_browser: Browser
) -> None:
    """The attacker sends its link on; the victim's widget redeems with its own token: nobody is logged in anywhere."""
    attackers_link = await other_browser.start("b")
    back = await browser.follow(attackers_link)  # the victim, through the whole of MitID
    code = code_of(back.fragment)
    status, body = await browser.post("/identity/finish", "a", {"code": code})
    assert (status, body["error"]["code"]) == (409, "login")
    status, _ = await other_browser.post("/identity/finish", "b", {"code": code})
    assert status == 409
    assert house.door.completed == []
    assert house.identity.logins.current("a") is None and house.identity.logins.current("b") is None


@on_both
async def test_a_code_is_good_once(house: House, browser: Browser) -> None:
    """A second use is refused, and the login of the first stays."""
    code = code_of((await browser.log_in("a")).fragment)
    assert (await browser.post("/identity/finish", "a", {"code": code}))[0] == 200
    assert (await browser.post("/identity/finish", "a", {"code": code}))[0] == 409
    assert len(house.door.completed) == 1
    assert house.identity.logins.current("a") is not None


@on_both
async def test_a_code_that_waited_too_long_is_refused(house: House, browser: Browser) -> None:
    """Two minutes, and then the citizen logs in again."""
    code = code_of((await browser.log_in("a")).fragment)
    with writing(house.engine) as connection:
        connection.execute(update(login_attempts).values(expires_at=utc_now()))
    status, body = await browser.post("/identity/finish", "a", {"code": code})
    assert status == 409 and "Log ind igen" in body["error"]["text"]


@pytest.mark.parametrize("body", [{}, {"code": None}, {"code": 7}, {"code": ""}, {"code": "\ud800"}, [], "x", None])
async def test_what_is_no_code_is_refused(house: House, browser: Browser, body: object) -> None:
    """Whatever JSON comes, the answer is a refusal with words."""
    status, answer = await browser.post("/identity/finish", "a", body)
    assert status in (400, 409) and answer["error"]["text"]


@pytest.mark.parametrize("path", ["/identity/start", "/identity/finish", "/identity/logout"])
async def test_only_a_conversations_token_opens_its_login(house: House, browser: Browser, path: str) -> None:
    """Without a token, or with one that opens nothing, the answer is 401."""
    for conversation in (None, "unknown"):
        status, body = await browser.post(path, conversation, {"return_url": WIDGET_PAGE, "code": "x"})
        assert (status, body["error"]["code"]) == (401, "bad_token")


@pytest.mark.parametrize("path", ["/identity/start", "/identity/finish", "/identity/logout"])
async def test_a_foreign_page_may_not_ask(house: House, browser: Browser, path: str) -> None:
    """A page of an origin the settings don't name is refused, token or not."""
    body = {"return_url": WIDGET_PAGE, "code": "x"}
    for origin in ("https://evil.example", "null", "https://www.noerreaa.example.evil.example"):
        status, answer = await browser.post(path, "a", body, Origin=origin)
        assert (status, answer["error"]["code"]) == (403, "bad_origin")


async def test_the_widgets_page_and_our_own_may_ask(house: House, browser: Browser) -> None:
    """The origins of the settings are let through."""
    for origin in ("https://www.noerreaa.example", house.url):
        status, _ = await browser.post("/identity/start", "a", {"return_url": WIDGET_PAGE}, Origin=origin)
        assert status == 200


@pytest.mark.parametrize("return_url", ["https://evil.example/", "javascript:alert(1)", "", None, 7])
async def test_a_login_leads_back_to_an_allowed_page_only(house: House, browser: Browser, return_url: object) -> None:
    """Otherwise it is not begun at all."""
    status, body = await browser.post("/identity/start", "a", {"return_url": return_url})
    assert (status, body["error"]["code"]) == (400, "return_url")


@on_both
async def test_another_person_is_asked_to_start_a_new_conversation(house: House, peer: Peer, browser: Browser) -> None:
    """Bo can't log in where Anna has been, and is told why."""
    await browser.post("/identity/finish", "a", {"code": code_of((await browser.log_in("a")).fragment)})
    peer.person = {**peer.person, "sub": "2", "dk.cpr": "0202700028", "name": "Bo"}
    status, body = await browser.post("/identity/finish", "a", {"code": code_of((await browser.log_in("a")).fragment)})
    assert status == 409 and "Start en ny samtale" in body["error"]["text"]
    login = house.identity.logins.current("a")
    assert login is not None and login.cpr == CPR


async def test_no_secret_stands_in_an_address_but_the_standards_own(house: House, peer: Peer, browser: Browser) -> None:
    """The code that logs in is only ever in a fragment, the verifier and the person in no address at all."""
    away = await browser.get(await browser.start("a"))
    callback = (await browser.get(away.location)).location
    back = await browser.get(callback)
    code = code_of(back.fragment)
    assert code not in back.location.partition("#")[0]
    asked = parse_qs(urlsplit(away.location).query)
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method", "prompt",
    }  # fmt: skip
    assert not [url for url in (away.location, callback, back.location) if CPR in url or "Anna" in url]
    assert len(hashlib.sha256(code.encode()).hexdigest()) == 64 and len(code) == 43
