"""Staff's login through real HTTP, against a provider that verifies PKCE and lies on request."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from bot.chat.limits import Limits
from bot.errors import IdentityError, SettingsError
from bot.identity.refusals import (
    LoginCancelled,
    LoginExpired,
    LoginUntrusted,
    ProviderDown,
    StaffWithoutRole,
)
from bot.store.crypto import Vault
from bot.web.staff_routes import ATTEMPT_COOKIE
from bot.web.staff_session import COOKIE
from tests.identity_setup import HandClock
from tests.oidc_peer import Peer, signed_with_public_key, unsigned
from tests.services import Postgres, free_port
from tests.staff_setup import StaffBrowser, StaffHouse, running_staff_house

METTE = {"sub": "1", "name": "Mette Holm", "email": "mette.holm@noerreaa.example", "roles": ["agent"]}

# What HTTP does is the same on both databases; what the database has a part in is tried on both.
on_both = pytest.mark.parametrize("where", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer(person=dict(METTE))
    await peer.start()
    yield peer
    await peer.stop()


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if getattr(request, "param", "sqlite") == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres.new_database()
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
async def house(where: str, vault: Vault, peer: Peer) -> AsyncIterator[StaffHouse]:
    async with running_staff_house(where, vault, issuer=peer.issuer) as house:
        yield house


@asynccontextmanager
async def browsing(house: StaffHouse) -> AsyncIterator[StaffBrowser]:
    made = StaffBrowser(house.url)
    yield made
    await made.session.close()


@pytest.fixture
async def browser(house: StaffHouse) -> AsyncIterator[StaffBrowser]:
    async with browsing(house) as made:
        yield made


@pytest.fixture
async def other(house: StaffHouse) -> AsyncIterator[StaffBrowser]:
    async with browsing(house) as made:
        yield made


async def callback_of(browser: StaffBrowser) -> str:
    """The address by which the provider leads back, not yet gone to."""
    return (await browser.get((await browser.get("/desk/login")).location)).location


@on_both
async def test_staff_log_in_and_are_led_to_the_page_they_wanted(house: StaffHouse, browser: StaffBrowser) -> None:
    """The whole way, from a page of the desk to that page."""
    away = await browser.get("/desk/samtaler?vis=mine")
    assert (away.status, away.location) == (303, f"{house.url}/desk/login?to=/desk/samtaler?vis%3Dmine")
    page = await browser.follow("/desk/samtaler?vis=mine")
    assert (page.status, page.text) == (200, "Hej Mette Holm")
    me = await browser.me()
    assert (me["name"], me["email"], me["roles"]) == ("Mette Holm", "mette.holm@noerreaa.example", ["agent"])


@on_both
async def test_logging_out_ends_the_session_here_and_offers_to_at_the_provider(
    house: StaffHouse, peer: Peer, browser: StaffBrowser
) -> None:
    """The cookie opens nothing any more; the ID token goes to the provider in a form, never in an address."""
    await browser.follow("/desk")
    csrf, secret = (await browser.me())["csrf"], browser.cookie(COOKIE)
    status, body = await browser.post("/desk/logout", **{"X-CSRF-Token": csrf, "Origin": house.url})
    assert status == 200 and "eyJ" not in body["logout_url"]
    assert browser.cookie(COOKIE) is None
    assert (await browser.get("/desk/api/me", Cookie=f"{COOKIE}={secret}")).status == 401

    page = await browser.get(body["logout_url"])
    assert f'action="{peer.issuer}/end"' in page.text and 'name="id_token_hint" value="eyJ' in page.text
    assert f"form-action 'self' {peer.issuer};" in page.headers["Content-Security-Policy"]
    again = await browser.get(body["logout_url"])
    assert again.status == 200 and "eyJ" not in again.text and "Du er logget ud" in again.text


async def test_a_goodbye_ticket_is_good_in_its_own_browser_only(
    house: StaffHouse, browser: StaffBrowser, other: StaffBrowser
) -> None:
    """Whoever gets hold of the address gets no ID token."""
    await browser.follow("/desk")
    headers = {"X-CSRF-Token": (await browser.me())["csrf"], "Origin": house.url}
    _, body = await browser.post("/desk/logout", **headers)
    assert "eyJ" not in (await other.get(body["logout_url"])).text


async def test_the_cookies_are_as_strict_as_they_can_be(browser: StaffBrowser) -> None:
    """Secure, HttpOnly, SameSite=Lax, this host alone; the one of the way there lives ten minutes."""
    away = await browser.get("/desk/login")
    back = await browser.get((await browser.get(away.location)).location)
    for answer, name in ((away, ATTEMPT_COOKIE), (back, COOKIE)):
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"{name}=") and name.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "Max-Age=600" in away.headers["Set-Cookie"] and "Max-Age" not in back.headers["Set-Cookie"]


async def test_no_answer_on_the_way_may_be_kept_or_told_on(browser: StaffBrowser) -> None:
    """Every step says no-store, and no step tells the next site the address it came from."""
    away = await browser.get("/desk/login")
    callback = (await browser.get(away.location)).location
    for answer in (away, await browser.get(callback), await browser.get(callback)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_the_provider_is_asked_as_the_standard_says(house: StaffHouse, peer: Peer, browser: StaffBrowser) -> None:
    """PKCE with S256, a state, a nonce, each new each time, and the registered address."""
    await browser.follow("/desk/login")
    await browser.follow("/desk/login")
    first, second = peer.requests
    assert first["redirect_uri"] == second["redirect_uri"] == f"{house.url}/desk/login/callback"
    assert set(first["scope"].split()) == {"openid", "profile", "email"}
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name] and len(first[name]) == 43


async def test_a_session_handed_to_somebody_beforehand_does_not_become_theirs(
    house: StaffHouse, browser: StaffBrowser, other: StaffBrowser
) -> None:
    """Each login has a new secret, and the one the browser came with ends (session fixation)."""
    await other.follow("/desk")
    planted = other.cookie(COOKIE)
    callback = await callback_of(browser)
    back = await browser.get(callback, Cookie=f"{COOKIE}={planted}; {ATTEMPT_COOKIE}={browser.cookie(ATTEMPT_COOKIE)}")
    assert back.status == 303 and browser.cookie(COOKIE) not in (None, planted)
    assert (await other.get("/desk/api/me")).status == 401
    assert (await browser.get("/desk/api/me")).status == 200


@on_both
async def test_a_person_without_a_role_is_told_whom_to_ask(
    where: str, vault: Vault, peer: Peer, house: StaffHouse, browser: StaffBrowser
) -> None:
    """No session, and words that say what to do."""
    peer.person = {**METTE, "roles": ["something-else"]}
    page = await browser.follow("/desk/samtaler")
    assert page.status == 403 and StaffWithoutRole.staff in page.text
    assert "Din bruger har ikke adgang til Borgerkontakt. Bed din leder" in page.text
    assert browser.cookie(COOKIE) is None
    assert "prompt" not in peer.requests[0]
    assert 'href="/desk/login?to=/desk/samtaler&fresh=1"' in page.text
    await browser.get((await browser.get("/desk/login?to=/desk/samtaler&fresh=1")).location)
    assert peer.requests[1]["prompt"] == "login"  # or the provider would let in the same user again


async def test_roles_that_only_userinfo_tells_are_asked_for(peer: Peer, browser: StaffBrowser) -> None:
    """Some providers keep an ID token small."""
    peer.person = {"sub": "1"}
    peer.userinfo = {**METTE, "roles": "agent auditor"}
    await browser.follow("/desk")
    assert (await browser.me())["roles"] == ["agent", "auditor"]


def but(**changes: Any) -> Any:
    """Claims with some changed; None takes one away."""
    return lambda claims: {k: v for k, v in {**claims, **changes}.items() if v is not None}


NOW = int(time.time())
LIES = {
    "another issuer": but(iss="https://evil.example"),
    "another audience": but(aud="somebody-else"),
    "a list without us": but(aud=["somebody-else"]),
    "azp of another": but(azp="somebody-else"),
    "another nonce": but(nonce="x" * 43),
    "no nonce": but(nonce=None),
    "expired": but(exp=NOW - 3600),
    "no expiry": but(exp=None),
    "issued in the future": but(iat=NOW + 3600),
    "no subject": but(sub=None),
    "another access token": but(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


async def refused(browser: StaffBrowser, reason: type[IdentityError], answer: Any = None) -> None:
    """Log in, and see that it is refused for ``reason``, in words, without a session and a name in the log."""
    with capture_logs() as logged:
        page = answer or await browser.follow("/desk/samtaler")
    assert page.status in (400, 403) and reason.staff in page.text
    assert browser.cookie(COOKIE) is None
    assert "Mette" not in str(logged) and "mette" not in str(logged)


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_an_id_token_that_does_not_hold_logs_nobody_in(peer: Peer, browser: StaffBrowser, lie: Any) -> None:
    """Issuer, audience, nonce, times and access token must all be right, as for citizens."""
    peer.claims = lie
    await refused(browser, LoginUntrusted)


@pytest.mark.parametrize("sign", [unsigned, signed_with_public_key])
async def test_a_signature_that_is_none_logs_nobody_in(peer: Peer, browser: StaffBrowser, sign: Any) -> None:
    """Only the provider's own key counts."""
    peer.sign = sign
    await refused(browser, LoginUntrusted)


async def test_turning_back_is_no_fault(peer: Peer, browser: StaffBrowser) -> None:
    """The page says so, whether or not the provider keeps the state."""
    peer.answer = lambda parameters: {"error": "access_denied", "state": parameters["state"]}
    await refused(browser, LoginCancelled)
    peer.answer = lambda parameters: {"error": "access_denied"}
    await refused(browser, LoginCancelled)


async def test_a_provider_that_is_down_is_told_in_words(tmp_path: Path, vault: Vault) -> None:
    """A page in Danish with a way to try again."""
    issuer = f"http://127.0.0.1:{free_port()}"
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with running_staff_house(url, vault, issuer=issuer) as house, browsing(house) as browser:
        await refused(browser, ProviderDown)


async def test_a_code_of_another_attempt_is_worth_nothing(browser: StaffBrowser, other: StaffBrowser) -> None:
    """PKCE and the nonce tie a code to the attempt it was asked for: the provider refuses it."""
    mine, theirs = await callback_of(browser), await callback_of(other)
    state = mine.partition("state=")[2].partition("&")[0]
    code = theirs.partition("code=")[2].partition("&")[0]
    answer = await browser.get(f"/desk/login/callback?code={code}&state={state}")
    await refused(browser, LoginExpired, answer)


@pytest.mark.parametrize("query", ["", "?state=", "?state=wrong&code=x", "?code=x", "?state=%ED%A0%80"])
async def test_a_state_that_is_not_ours_is_refused(browser: StaffBrowser, query: str) -> None:
    """No state, no way back: nobody can be logged in as somebody else by a link."""
    await browser.get("/desk/login")
    await refused(browser, LoginExpired, await browser.get(f"/desk/login/callback{query}"))


@on_both
async def test_a_callback_in_another_browser_is_refused(
    house: StaffHouse, browser: StaffBrowser, other: StaffBrowser
) -> None:
    """Without the cookie of the browser that left, or with another's, nobody comes in; and the state is burnt."""
    callback = await callback_of(browser)
    await other.get("/desk/login")  # has a cookie, of its own
    await refused(other, LoginExpired, await other.get(callback))
    await refused(browser, LoginExpired, await browser.get(callback))


@on_both
async def test_a_callback_works_once(house: StaffHouse, browser: StaffBrowser) -> None:
    """The state is used up, whatever came of it."""
    callback = await callback_of(browser)
    assert (await browser.get(callback)).status == 303
    assert (await browser.get(callback)).status == 400


async def test_two_tabs_may_log_in_side_by_side(browser: StaffBrowser) -> None:
    """A second attempt in the same browser does not spoil the first."""
    first, second = await callback_of(browser), await callback_of(browser)
    assert (await browser.get(first)).status == (await browser.get(second)).status == 303


async def test_looking_at_a_callback_does_not_use_it(browser: StaffBrowser) -> None:
    """A HEAD request leaves the state good."""
    callback = await callback_of(browser)
    async with browser.session.head(callback) as looked:
        assert looked.status == 405
    assert (await browser.get(callback)).status == 303


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/%2f%2fevil.example", "%2f%2fevil.example",
     "/deskevil", "/desk/..//evil.example", "/desk/%2e%2e/", "", "/chat", "/desk/login", "javascript:alert(1)"],
)  # fmt: skip
@pytest.mark.parametrize("twice", [False, True])
async def test_login_leads_nowhere_else(browser: StaffBrowser, to: str, twice: bool) -> None:
    """Any way of writing an address of others, or another door of ours, is refused before anybody leaves."""
    page = await browser.get(f"/desk/login?to={quote(quote(to) if twice else to)}")
    assert (page.status, page.location) == (400, "")
    assert "Linket kan ikke bruges" in page.text and "Set-Cookie" not in page.headers


async def test_an_api_says_401_and_a_page_leads_to_login(house: StaffHouse, browser: StaffBrowser) -> None:
    """A script gets JSON it can read; a person gets to log in."""
    for cookie in ("", f"{COOKIE}=x", f"{COOKIE}={'x' * 43}"):
        answer = await browser.get("/desk/api/me", Cookie=cookie)
        assert answer.status == 401 and '"code": "not_logged_in"' in answer.text and "Log ind igen" in answer.text
        assert (await browser.get("/desk", Cookie=cookie)).location == f"{house.url}/desk/login?to=/desk"
        status, body = await browser.post("/desk/api/change", Cookie=cookie)
        assert (status, body["error"]["code"]) == (401, "not_logged_in")


async def test_a_role_opens_its_own_pages_and_no_others(peer: Peer, browser: StaffBrowser) -> None:
    """An agent does not train: a page says so in words; a trainer does not answer citizens: an API says 403."""
    await browser.follow("/desk")
    page = await browser.follow("/training")
    assert page.status == 403 and "Den side hører til en anden rolle end din" in page.text
    peer.person = {**METTE, "roles": ["trainer"]}
    await browser.follow("/desk/login")
    assert (await browser.follow("/training")).text == "Hej Mette Holm"
    csrf = (await browser.me())["csrf"]
    status, body = await browser.post("/desk/api/change", **{"X-CSRF-Token": csrf, "Origin": browser.url})
    assert (status, body["error"]["code"]) == (403, "not_your_role")


async def test_only_our_own_page_changes_anything(
    house: StaffHouse, browser: StaffBrowser, other: StaffBrowser
) -> None:
    """The token of this very session and our very origin, both; a website that may carry the chat is not ours."""
    await browser.follow("/desk")
    await other.follow("/desk")
    csrf, others = (await browser.me())["csrf"], (await other.me())["csrf"]
    own = {"Origin": house.url}
    assert await browser.post("/desk/api/change", **own, **{"X-CSRF-Token": csrf}) == (200, {"changed": True})
    for token in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": others}, {"X-CSRF-Token": csrf[:-1]}):
        for path in ("/desk/api/change", "/desk/logout"):
            status, body = await browser.post(path, **own, **token)
            assert (status, body["error"]["code"]) == (403, "bad_csrf")
    foreign = ({}, *({"Origin": o} for o in ("null", "https://www.noerreaa.example", f"{house.url}.evil.example")))
    for origin in foreign:
        for path in ("/desk/api/change", "/desk/logout"):
            status, body = await browser.post(path, **origin, **{"X-CSRF-Token": csrf})
            assert (status, body["error"]["code"]) == (403, "bad_origin")
    assert (await browser.get("/desk")).status == 200


async def test_a_socket_opens_for_our_own_page_with_a_session(house: StaffHouse, browser: StaffBrowser) -> None:
    """The cookie and our origin, both; others get an answer and no socket."""

    async def status_of(origin: str | None, to: StaffBrowser) -> int:
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        return (await to.get("/desk/socket", **upgrade, **key, **({"Origin": origin} if origin else {}))).status

    assert await status_of(house.url, browser) == 401
    await browser.follow("/desk")
    for origin in (None, "null", "https://www.noerreaa.example", "https://evil.example"):
        assert await status_of(origin, browser) == 403
    async with browser.session.ws_connect(f"{house.url}/desk/socket", origin=house.url) as socket:
        assert await socket.receive_json() == {"name": "Mette Holm"}


async def test_a_session_ends_by_the_clock(where: str, vault: Vault, peer: Peer) -> None:
    """After an hour without use, whatever the page asks by itself, and after ten hours in any case."""
    clock = HandClock()
    clock.time = clock.time.fromtimestamp(time.time(), tz=clock.time.tzinfo)
    async with (
        running_staff_house(where, vault, issuer=peer.issuer, clock=clock) as house,
        browsing(house) as browser,
    ):
        await browser.follow("/desk")
        for _ in range(2):
            clock.forward(minutes=40)
            assert (await browser.get("/desk/api/me")).status == 200
        clock.forward(minutes=40)
        assert (await browser.get("/desk/api/watched")).status == 200
        assert (await browser.get("/desk/api/me", **{"X-By-Itself": "1"})).status == 200
        clock.forward(minutes=20)
        assert (await browser.get("/desk/api/watched")).status == 401

        clock.time = clock.time.fromtimestamp(time.time(), tz=clock.time.tzinfo)
        await browser.follow("/desk")
        for _ in range(14):
            clock.forward(minutes=42)
            assert (await browser.get("/desk/api/me")).status == 200
        clock.forward(minutes=12)
        assert (await browser.get("/desk/api/me")).status == 401


async def test_too_many_logins_from_one_place_wait(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """The page says how long; nothing is used up."""
    limits = Limits(messages_per_minute=1, sessions_per_hour=1)  # ten steps a minute from one place
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with running_staff_house(url, vault, issuer=peer.issuer, limits=limits) as house, browsing(house) as browser:
        callback = await callback_of(browser)
        for _ in range(9):
            await browser.get("/desk/goodbye")
        for path in ("/desk/login", callback, "/desk/goodbye"):
            page = await browser.get(path)
            assert page.status == 429 and int(page.headers["Retry-After"]) > 0 and "Prøv igen om" in page.text


async def test_without_a_provider_there_is_no_desk_and_it_says_so(tmp_path: Path, vault: Vault) -> None:
    """Pages in kind words, APIs in JSON; nothing is open by accident."""
    async with (
        running_staff_house(f"sqlite:///{tmp_path / 'test.db'}", vault, issuer=None) as house,
        browsing(house) as browser,
    ):
        for path in ("/desk", "/desk/samtaler", "/desk/login", "/training"):
            page = await browser.follow(path)
            assert page.status == 404 and "ikke sat op endnu" in page.text
        for path in ("/desk/api/change", "/desk/logout"):
            status, body = await browser.post(path)
            assert (status, body["error"]["code"]) == (404, "no_desk")
        assert '"no_desk"' in (await browser.get("/desk/api/me")).text


async def test_a_provider_without_https_is_refused_at_the_start(tmp_path: Path, vault: Vault) -> None:
    """The setting is named as it is called."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with pytest.raises(SettingsError, match="STAFF_OIDC_ISSUER"):
        async with running_staff_house(url, vault, issuer="http://login.example"):
            pass
