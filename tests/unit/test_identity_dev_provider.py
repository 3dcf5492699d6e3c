"""The command line of the login provider for development, and whom it lets one be."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from bot.cases.sample import load_citizens
from bot.identity.dev_provider import command
from bot.settings import Oidc


def test_the_pick_list_reads_as_names() -> None:
    """The provider writes `sub` on its buttons: the citizen's name first, and no two alike."""
    citizens = load_citizens()
    assert all(citizen.sub.startswith(citizen.name) for citizen in citizens)
    assert len({citizen.sub for citizen in citizens}) == len(citizens) >= 25


def test_refusals_can_be_tried_too() -> None:
    """There is somebody with a low level and somebody without a CPR number to pick."""
    citizens = load_citizens()
    assert [citizen for citizen in citizens if citizen.level not in Oidc.levels]
    assert [citizen for citizen in citizens if citizen.cpr is None]


def test_no_number_stands_on_the_command_line() -> None:
    """Every user of the machine can read it."""
    line = " ".join(command(Path("python"), port=9400))
    assert not [citizen for citizen in load_citizens() if citizen.cpr and citizen.cpr in line]


def test_claims_are_named_as_the_settings_name_them() -> None:
    """Development tries the names that the municipality's broker will use."""
    oidc = Oidc(issuer="http://127.0.0.1:9400", client_id="x", cpr_claim="cpr", name_claim="navn", level_claim="acr")
    argv = command(Path("/x/python"), port=9401, oidc=oidc)
    assert argv[0] == "/x/python"
    assert {
        ("--port", "9401"), ("--claim", "cpr=cpr"), ("--claim", "name=navn"), ("--claim", "loa=acr")
    } <= set(pairwise(argv))  # fmt: skip
