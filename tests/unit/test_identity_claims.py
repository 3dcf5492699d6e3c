"""Which claims make somebody known."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import IdentityError, SettingsError
from bot.identity import refusals
from bot.identity.id_token import Claims, identified, is_stale
from bot.identity.oidc import Provider, refusal
from bot.identity.refusals import LoginCancelled, LoginTooLow, LoginWithoutCpr, ProviderDown
from bot.settings import Oidc
from tests.identity_setup import NOON

OIDC = Oidc(issuer="https://login.example", client_id="x")
GOOD: dict[str, Any] = {"sub": "1", "name": "Anna Bjerregaard", "dk.cpr": "010160-0019", "loa": OIDC.levels[0]}


def who(oidc: Oidc = OIDC, **changes: Any) -> Claims:
    return identified({**GOOD, **changes}, oidc, id_token="t")


def provider(oidc: Oidc, redirect: str, *, development: bool) -> Provider[Claims]:
    return Provider(oidc, identify=partial(identified, oidc=oidc), redirect_uri=redirect, development=development)


def test_a_citizen_with_a_cpr_number_at_a_level_that_counts_is_known() -> None:
    """The CPR number comes out as ten digits, the name without double spaces."""
    claims = who(name=" Anna  Bjerregaard ")
    assert (claims.cpr, claims.name, claims.level) == ("0101600019", "Anna Bjerregaard", OIDC.levels[0])


@pytest.mark.parametrize("level", OIDC.levels)
def test_substantial_and_high_count(level: str) -> None:
    """NSIS Substantial and High are enough."""
    assert who(loa=level).level == level


@given(st.one_of(st.none(), st.text(), st.integers(), st.lists(st.sampled_from(OIDC.levels)), st.just(OIDC.levels)))
def test_every_other_level_is_too_low(level: object) -> None:
    """Only a level that the settings name counts, as a text, letter for letter."""
    if level in OIDC.levels:
        return
    with pytest.raises(LoginTooLow):
        who(loa=level)


@pytest.mark.parametrize(
    "near", [OIDC.levels[0].lower(), OIDC.levels[0] + " ", "Substantial", OIDC.levels[0].replace("Substantial", "Low")]
)
def test_a_level_that_only_looks_like_one_is_too_low(near: str) -> None:
    """No part, case or space of a level counts for the level."""
    with pytest.raises(LoginTooLow):
        who(loa=near)


@pytest.mark.parametrize("number", [None, "", "12345678", "3113600019", "0101600019x", 101600019, ["0101600019"]])
def test_without_a_valid_cpr_number_nobody_is_known(number: object) -> None:
    """A CPR number is a text of ten digits with a valid date."""
    with pytest.raises(LoginWithoutCpr):
        who(**{"dk.cpr": number})


def test_too_low_is_said_before_anything_else_is_missing() -> None:
    """Who has both a low level and no CPR number is told of the level."""
    with pytest.raises(LoginTooLow):
        who(loa="Low", **{"dk.cpr": None})


def test_a_missing_name_is_no_reason_to_refuse() -> None:
    """The case system goes by the number; the name is a courtesy."""
    assert who(name=None).name == ""


def test_claim_names_are_the_settings() -> None:
    """Another broker's names (here Idura's) are read when the settings say so."""
    idura = Oidc(
        issuer="https://x", client_id="x", cpr_claim="cprNumberIdentifier", level_claim="acr", levels=("urn:high",)
    )
    claims = identified({"cprNumberIdentifier": "0101600019", "acr": "urn:high"}, idura, id_token="t")
    assert claims.cpr == "0101600019"
    with pytest.raises(LoginTooLow):
        identified(GOOD, idura, id_token="t")


def test_what_names_a_person_is_never_shown_in_a_repr() -> None:
    """A traceback or a log line that holds the claims holds no number, name or token."""
    shown = repr(who())
    assert "0101600019" not in shown and "Anna" not in shown and "id_token" not in shown


@pytest.mark.parametrize(
    ("issuer", "redirect", "development"),
    [
        ("http://login.example", "https://chat.example/c", False),
        ("http://login.example", "http://127.0.0.1:8080/c", True),
        ("http://127.0.0.1:9400", "https://chat.example/c", False),
        ("http://127.0.0.1.evil.example", "http://127.0.0.1:8080/c", True),
        ("ftp://127.0.0.1", "http://127.0.0.1:8080/c", True),
        ("https://login.example", "http://chat.example/c", False),
        ("", "https://chat.example/c", False),
    ],
)
def test_anything_but_https_is_refused_at_the_start(issuer: str, redirect: str, development: bool) -> None:
    """Plain http is for loopback in development only, for the provider and for us."""
    with pytest.raises(SettingsError):
        provider(Oidc(issuer=issuer, client_id="x"), redirect, development=development)


@pytest.mark.parametrize(
    ("issuer", "redirect", "development"),
    [
        ("https://login.example", "https://chat.example/c", False),
        ("http://127.0.0.1:9400", "http://127.0.0.1:8080/c", True),
        ("http://localhost:9400", "http://localhost:8080/c", True),
    ],
)
def test_https_and_loopback_in_development_may_be_asked(issuer: str, redirect: str, development: bool) -> None:
    """The two ways to run are both possible."""
    provider(Oidc(issuer=issuer, client_id="x"), redirect, development=development)


def test_turning_back_at_the_provider_is_no_failure_of_it() -> None:
    """`access_denied` is the citizen's own choice; what else a provider may answer is its trouble."""
    assert isinstance(refusal("access_denied"), LoginCancelled)
    assert isinstance(refusal("server_error"), ProviderDown)


def test_an_error_code_from_outside_does_not_reach_the_log_as_it_stands() -> None:
    """The log gets a code, or that it was odd."""
    assert "010160" not in refusal("x\n010160-0019 <script>").log


def test_every_refusal_says_what_to_do() -> None:
    """A no has words of its own, and a way on."""
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, IdentityError)]
    kinds.remove(IdentityError)
    assert len({kind.citizen for kind in kinds}) == len(kinds) >= 7
    for kind in kinds:
        assert any(way in kind.citizen.lower() for way in ("prøv igen", "prøve igen", "prøv at", "log ind")), kind
        assert len(kind.citizen.split()) <= 60


@pytest.mark.parametrize(
    ("auth_time", "stale"), [(None, False), ("x", False), (NOON.timestamp() - 600, False), (0, True)]
)
def test_an_old_login_at_the_provider_is_stale(auth_time: object, stale: bool) -> None:
    """Older than any attempt can be, it was somebody's before; where the provider does not say, its word counts."""
    assert is_stale({**GOOD, "auth_time": auth_time}, now=NOON) is stale
