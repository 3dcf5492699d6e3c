"""The command line of the login provider for development."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from bot.cases.sample import load_citizens
from bot.identity.dev_provider import command
from bot.settings import Oidc


def claims_of(argv: list[str]) -> list[dict[str, str]]:
    return [json.loads(value) for name, value in pairwise(argv) if name == "--user-claims"]


def test_every_sample_citizen_can_be_picked() -> None:
    """Each is there once, as the sample has them, in its order; who has no CPR number gets no claim of one."""
    people = claims_of(command(Path("python"), port=9400))
    assert [one["sub"] for one in people] == [citizen.sub for citizen in load_citizens()]
    assert [one.get("dk.cpr") for one in people] == [citizen.cpr for citizen in load_citizens()]
    assert len({one["sub"] for one in people}) == len(people) >= 25
    assert [one for one in people if "dk.cpr" not in one]


def test_the_pick_list_reads_as_names() -> None:
    """The provider writes `sub` on its buttons, so it is the citizen's name first."""
    assert all(citizen.sub.startswith(citizen.name) for citizen in load_citizens())


def test_the_provider_listens_on_this_machine_only() -> None:
    """It lets anybody be anybody, so nobody else may reach it."""
    argv = command(Path("/x/python"), port=9401)
    assert argv[:7] == ["/x/python", "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", "9401"]


def test_claims_are_named_as_the_settings_name_them() -> None:
    """Development tries the names that the municipality's broker will use."""
    oidc = Oidc(issuer="http://127.0.0.1:9400", client_id="x", cpr_claim="cpr", name_claim="navn", level_claim="acr")
    assert set(claims_of(command(Path("python"), port=9400, oidc=oidc))[0]) == {"sub", "cpr", "navn", "acr"}
