"""What a login that does not hold leads to: a reason in the conversation, and nobody logged in.

The provider here lies, one lie a case; everything else about it is right.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from structlog.testing import capture_logs

from bot.errors import IdentityError
from bot.identity.refusals import (
    LoginCancelled,
    LoginExpired,
    LoginTooLow,
    LoginUntrusted,
    LoginWithoutCpr,
    ProviderDown,
)
from bot.store.crypto import Vault
from tests.identity_setup import WIDGET_PAGE, Browser, House, running_house
from tests.oidc_peer import CPR, LOW, Claims, Peer, signed_with_public_key, unsigned


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.start()
    yield peer
    await peer.stop()


@asynccontextmanager
async def at_home(tmp_path: Path, vault: Vault, issuer: str, **settings: Any) -> AsyncIterator[tuple[House, Browser]]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with running_house(url, vault, issuer=issuer, **settings) as house:
        house.conversation("a")
        browser = Browser(house)
        yield house, browser
        await browser.session.close()


@pytest.fixture
async def home(tmp_path: Path, vault: Vault, peer: Peer) -> AsyncIterator[tuple[House, Browser]]:
    async with at_home(tmp_path, vault, peer.issuer) as home:
        yield home


async def refused(home: tuple[House, Browser], reason: type[IdentityError]) -> str:
    """Log in, and see that it is refused for ``reason``; what the conversation says."""
    house, browser = home
    with capture_logs() as logged:
        back = await browser.log_in("a")
    assert back.location == f"{WIDGET_PAGE}#borgerkontakt-login-error=1"
    [(conversation, text)] = house.door.said
    assert conversation == "a" and text.startswith(reason.citizen)
    [line] = [line for line in logged if line["event"] == "login.refused"]
    assert line["kind"] in ([reason.__name__, "UnknownKey"] if reason is LoginUntrusted else [reason.__name__])
    assert CPR not in str(logged) and "Anna" not in str(logged)
    assert house.identity.logins.current("a") is None and house.door.completed == []
    return text


async def accepted(home: tuple[House, Browser]) -> None:
    house, browser = home
    back = await browser.log_in("a")
    status, _ = await browser.post("/identity/finish", "a", {"code": back.fragment["borgerkontakt-login"]})
    assert status == 200 and house.door.said == []


def but(**changes: Any) -> Any:
    """Claims with some changed; None takes one away."""
    return lambda claims: {k: v for k, v in {**claims, **changes}.items() if v is not None}


NOW = int(time.time())
LIES = {
    "another issuer": but(iss="https://evil.example"),
    "no issuer": but(iss=None),
    "the issuer with a slash": lambda claims: {**claims, "iss": claims["iss"] + "/"},
    "another audience": but(aud="somebody-else"),
    "no audience": but(aud=None),
    "an empty audience": but(aud=[]),
    "a list without us": but(aud=["somebody-else"]),
    "us and another, azp missing": lambda claims: {**claims, "aud": [claims["aud"], "somebody-else"]},
    "azp of another": but(azp="somebody-else"),
    "another nonce": but(nonce="x" * 43),
    "no nonce": but(nonce=None),
    "an empty nonce": but(nonce=""),
    "expired": but(exp=NOW - 3600),
    "no expiry": but(exp=None),
    "expiry in words": but(exp="tomorrow"),
    "issued in the future": but(iat=NOW + 3600),
    "no time of issue": but(iat=None),
    "not valid yet": but(nbf=NOW + 3600),
    "no subject": but(sub=None),
    "another access token": but(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_an_id_token_that_does_not_hold_logs_nobody_in(home: tuple[House, Browser], peer: Peer, lie: Any) -> None:
    """Issuer, audience, nonce, times and access token must all be right."""
    peer.claims = lie
    await refused(home, LoginUntrusted)


def _tampered(peer: Peer, claims: Claims) -> str:
    head, _, signature = peer.signed(claims).split(".")
    body = peer.signed({**claims, "dk.cpr": "0202700028"}).split(".")[1]
    return f"{head}.{body}.{signature}"


FORGERIES = {
    "alg none": unsigned,
    "alg none with a signature": lambda peer, claims: unsigned(peer, claims) + "AAAA",
    "HS256 with the public key": signed_with_public_key,
    "another key of the same name": lambda peer, claims: peer.signed(
        claims, key=RSAKey.generate_key(2048, {"kid": "first"})
    ),
    "a key that is nowhere": lambda peer, claims: peer.signed(claims, key=RSAKey.generate_key(2048, {"kid": "x"})),
    "changed after signing": _tampered,
    "no signature": lambda peer, claims: peer.signed(claims).rpartition(".")[0] + ".",
    "no token at all": lambda peer, claims: "not.a.token",
    "a token of nothing": lambda peer, claims: "",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_signature_that_is_not_the_providers_logs_nobody_in(
    home: tuple[House, Browser], peer: Peer, forgery: Any
) -> None:
    """Only an asymmetric signature by a key the provider publishes counts."""
    peer.sign = forgery
    await refused(home, LoginUntrusted)


async def test_a_symmetric_key_among_the_published_ones_is_never_used(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """A provider that says it signs with HMAC alone is not trusted at all."""
    peer.discovery = lambda document: {**document, "id_token_signing_alg_values_supported": ["HS256", "none"]}
    peer.sign = signed_with_public_key
    async with at_home(tmp_path, vault, peer.issuer) as home:
        await refused(home, LoginUntrusted)


async def test_what_is_right_in_another_way_is_let_in(home: tuple[House, Browser], peer: Peer) -> None:
    """Several audiences with us as azp, no at_hash, a clock that is half a minute off: the standard allows them."""
    peer.claims = lambda claims: {
        **but(at_hash=None)(claims),
        "aud": [claims["aud"], "somebody-else"],
        "azp": claims["aud"],
        "iat": claims["iat"] + 30,
        "exp": claims["iat"] - 30,
    }
    await accepted(home)


async def test_an_elliptic_key_is_as_good(tmp_path: Path, vault: Vault) -> None:
    """ES256 is let in like RS256."""
    peer = Peer(key=ECKey.generate_key("P-256", {"kid": "ec"}))
    await peer.start()
    async with at_home(tmp_path, vault, peer.issuer) as home:
        await accepted(home)
    await peer.stop()


async def test_a_client_without_a_secret_says_who_it_is(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """Where the broker gives no secret, the name goes along and PKCE guards the code."""
    peer.public = True
    async with at_home(tmp_path, vault, peer.issuer, client_secret=None) as home:
        await accepted(home)


@pytest.mark.parametrize("named", [True, False], ids=["with key names", "without key names"])
async def test_new_keys_are_fetched_when_the_provider_changes_them(
    home: tuple[House, Browser], peer: Peer, named: bool
) -> None:
    """A token signed with a key we do not know yet: the keys are fetched anew, once, and it is let in."""
    if not named:
        peer.key = RSAKey.generate_key(2048)
        peer.sign = lambda peer, claims: peer.signed(claims, kid=None)
    await accepted(home)
    peer.key = RSAKey.generate_key(2048, {"kid": "second"} if named else None)
    peer.asked.clear()
    await accepted(home)
    assert peer.asked == ["token", "discovery", "keys"]
    peer.asked.clear()
    await accepted(home)
    assert peer.asked == ["token"]


async def test_a_municipality_may_let_the_brokers_own_session_do(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """With `OIDC_FRESH_LOGIN=no` nothing is asked of the provider, and an earlier login there counts."""
    peer.person = {**peer.person, "auth_time": NOW - 3600}
    async with at_home(tmp_path, vault, peer.issuer, fresh_login=False) as home:
        await accepted(home)
    assert "prompt" not in peer.requests[0]


async def test_low_is_told_how_to_do_better(home: tuple[House, Browser], peer: Peer) -> None:
    """NSIS Low is refused, with the app named as the way on."""
    peer.claims = but(loa=LOW)
    assert "MitID-app" in await refused(home, LoginTooLow)


@pytest.mark.parametrize("level", [None, "", "Substantial", ["https://data.gov.dk/concept/core/nsis/High"]])
async def test_a_level_that_nobody_knows_is_too_low(home: tuple[House, Browser], peer: Peer, level: object) -> None:
    """What is no level of the settings counts for none."""
    peer.claims = but(loa=level)
    await refused(home, LoginTooLow)


@pytest.mark.parametrize("number", [None, "", "9999999999", "12345678"])
async def test_a_login_without_a_cpr_number_is_refused(home: tuple[House, Browser], peer: Peer, number: object) -> None:
    """Missing or none: told that a business MitID can't be used."""
    peer.claims = but(**{"dk.cpr": number})
    assert "MitID Erhverv" in await refused(home, LoginWithoutCpr)


async def test_userinfo_tells_what_the_token_leaves_out(home: tuple[House, Browser], peer: Peer) -> None:
    """Brokers that give the number at userinfo only are understood, and only asked when something lacks."""
    await accepted(home)
    assert "userinfo" not in peer.asked
    peer.claims = but(**{"dk.cpr": None})
    peer.userinfo = {"sub": "1", "dk.cpr": CPR}
    await accepted(home)
    assert "userinfo" in peer.asked


async def test_userinfo_of_another_person_counts_for_nothing(home: tuple[House, Browser], peer: Peer) -> None:
    """Its `sub` must be the ID token's."""
    peer.claims = but(**{"dk.cpr": None})
    peer.userinfo = {"sub": "2", "dk.cpr": "0202700028"}
    await refused(home, LoginUntrusted)


async def test_userinfo_never_overrules_the_id_token(home: tuple[House, Browser], peer: Peer) -> None:
    """What is signed wins."""
    peer.claims = but(loa=LOW, name=None)
    peer.userinfo = {"sub": "1", "loa": "https://data.gov.dk/concept/core/nsis/High"}
    await refused(home, LoginTooLow)


async def test_turning_back_is_taken_kindly(home: tuple[House, Browser], peer: Peer) -> None:
    """`access_denied` is the citizen's choice."""
    peer.answer = lambda answer: {"error": "access_denied", "state": answer["state"]}
    await refused(home, LoginCancelled)
    assert "token" not in peer.asked


async def test_trouble_at_the_provider_gives_a_phone_number(home: tuple[House, Browser], peer: Peer) -> None:
    """`server_error` is nobody's fault here, so there is another way on."""
    peer.answer = lambda answer: {"error": "server_error", "state": answer["state"]}
    assert "12 34 56 00" in await refused(home, ProviderDown)


async def test_an_answer_without_a_code_is_refused(home: tuple[House, Browser], peer: Peer) -> None:
    """Neither a code nor an error is no answer."""
    peer.answer = lambda answer: {"state": answer["state"]}
    await refused(home, LoginUntrusted)


async def test_an_answer_from_another_issuer_is_refused(home: tuple[House, Browser], peer: Peer) -> None:
    """RFC 9207: when the answer names its issuer it must be the one that was asked."""
    peer.answer = lambda answer: {**answer, "iss": "https://evil.example"}
    await refused(home, LoginUntrusted)
    assert "token" not in peer.asked


async def test_an_answer_that_should_name_its_issuer_must(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """RFC 9207: a provider that says it names its issuer always does."""
    peer.discovery = lambda document: {**document, "authorization_response_iss_parameter_supported": True}
    async with at_home(tmp_path, vault, peer.issuer) as home:
        await refused(home, LoginUntrusted)
        home[0].door.said.clear()
        peer.answer = lambda answer: {**answer, "iss": peer.issuer}
        await accepted(home)


async def test_the_provider_sees_that_the_code_is_ours(home: tuple[House, Browser], peer: Peer) -> None:
    """A code stolen on its way is refused by PKCE: its verifier is another attempt's."""
    house, browser = home
    away = await browser.get(await browser.start("a"))
    stolen = (await browser.get(away.location)).location
    mine = (await browser.get((await browser.get(await browser.start("a"))).location)).location
    code = stolen.partition("code=")[2].partition("&")[0]
    mixed = mine.replace(mine.partition("code=")[2].partition("&")[0], code)
    back = await browser.get(mixed)
    assert back.location == f"{WIDGET_PAGE}#borgerkontakt-login-error=1"
    assert house.door.said == [("a", LoginExpired.citizen)]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "Internal Server Error"),
        (502, "<html>Bad gateway</html>"),
        (200, "<html>hej</html>"),
        (200, "[]"),
        (200, "{}"),
        (200, '{"access_token": "x", "token_type": "Bearer"}'),
        (200, '{"access_token": "x", "id_token": 7}'),
        (401, '{"error": "invalid_client"}'),
        (400, '{"error": ["odd"]}'),
        (429, "slow down"),
    ],
)
async def test_nonsense_from_the_provider_is_told_as_its_trouble(
    home: tuple[House, Browser], peer: Peer, status: int, body: str
) -> None:
    """Whatever the token endpoint answers, the citizen gets a reason and a phone number."""
    peer.token_status, peer.token_body = status, body
    assert "12 34 56 00" in await refused(home, ProviderDown)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "http://evil.example/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://evil.example/userinfo"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, vault: Vault, peer: Peer, change: dict[str, str]
) -> None:
    """Another issuer, or an address that is neither https nor this machine's: nobody is sent anywhere."""
    peer.discovery = lambda document: {**document, **change}
    async with at_home(tmp_path, vault, peer.issuer) as home:
        await refused(home, LoginUntrusted)
        assert peer.requests == []


@pytest.mark.parametrize("document", [[], {}, {"issuer": 7}, "x", None])
async def test_a_discovery_document_that_is_none_is_the_providers_trouble(
    tmp_path: Path, vault: Vault, peer: Peer, document: Any
) -> None:
    """Something else than a document with addresses can't be used."""
    peer.discovery = lambda _: document
    async with at_home(tmp_path, vault, peer.issuer) as (house, browser):
        back = await browser.log_in("a")
        assert back.fragment == {"borgerkontakt-login-error": "1"} and len(house.door.said) == 1


async def test_a_provider_that_is_down_is_told_so(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """Nobody listens: the citizen goes back at once, with a phone number; when it is up again login works."""
    async with at_home(tmp_path, vault, "http://127.0.0.1:9") as home:
        assert "12 34 56 00" in await refused(home, ProviderDown)
        with pytest.raises(ProviderDown):
            await home[0].identity.provider.ping()


async def test_a_slow_provider_is_given_up_in_time(tmp_path: Path, vault: Vault, peer: Peer) -> None:
    """It has a time to answer in; the next who tries finds it as it then is."""
    async with at_home(tmp_path, vault, peer.issuer, timeout=0.5) as home:
        peer.slow = 60
        assert "12 34 56 00" in await asyncio.wait_for(refused(home, ProviderDown), timeout=30)
        peer.slow = 0
        home[0].door.said.clear()
        await accepted(home)
        peer.slow = 30  # now only the token endpoint is in the way: the rest is known
        back = await home[1].log_in("a")
        assert back.fragment == {"borgerkontakt-login-error": "1"}
        assert peer.asked[-1] == "token"


async def test_ping_says_how_it_is_now(home: tuple[House, Browser], peer: Peer) -> None:
    """It asks every time, so that /health shows what is, not what was."""
    provider = home[0].identity.provider
    await provider.ping()
    await provider.ping()
    assert peer.asked == ["discovery", "keys", "discovery", "keys"]
    await peer.stop()
    with pytest.raises(ProviderDown):
        await provider.ping()


async def test_many_at_once_cost_one_fetch(home: tuple[House, Browser], peer: Peer) -> None:
    """The discovery document and the keys are fetched once for all who come at the same time."""
    provider = home[0].identity.provider
    urls = await asyncio.gather(
        *(provider.authorization_url(state=str(n), nonce="n", verifier="v" * 43) for n in range(20))
    )
    assert len(set(urls)) == 20
    assert peer.asked == ["discovery", "keys"]
