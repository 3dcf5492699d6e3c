"""Rules of the settings of staff's login."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import STAFF_ROLES, Settings, StaffOidc

LEAST = {
    "SECRET_KEYS": "k1",
    "RASA_TOKEN": "t",
    "OIDC_ISSUER": "https://login.example/",
    "OIDC_CLIENT_ID": "borgerkontakt",
}
STAFF = {**LEAST, "STAFF_OIDC_ISSUER": "https://adfs.example/", "STAFF_OIDC_CLIENT_ID": "desk"}


def read(**changes: str) -> StaffOidc | None:
    return Settings.read({**STAFF, **changes}, dotenv=Path(os.devnull)).staff


@pytest.mark.parametrize("issuer", ["", "  "])
def test_without_an_issuer_there_is_no_desk(issuer: str) -> None:
    """Nothing else of it is asked for then, and the rest runs."""
    assert read(STAFF_OIDC_ISSUER=issuer, STAFF_OIDC_CLIENT_ID="") is None


def test_each_role_is_called_as_ours_unless_the_settings_say_otherwise() -> None:
    """And the rest of the defaults are the plain ones."""
    staff = read()
    assert staff is not None
    assert staff.roles == {role: (role,) for role in STAFF_ROLES}
    assert (staff.issuer, staff.roles_claim, staff.department_claim) == ("https://adfs.example", "roles", None)
    assert (staff.session_seconds, staff.idle_seconds) == (36000, 3600)


def test_a_municipality_names_its_own_groups() -> None:
    """A role it does not name is nobody's."""
    staff = read(STAFF_ROLES='{"agent": ["BK-Kontakt", "BK-Leder"], "auditor": []}')
    assert staff is not None and staff.roles == {"agent": ("BK-Kontakt", "BK-Leder"), "auditor": ()}


@pytest.mark.parametrize(
    ("name", "value"),
    [("STAFF_ROLES", "agent"), ("STAFF_ROLES", "[]"), ("STAFF_ROLES", '{"boss": ["x"]}'),
     ("STAFF_ROLES", '{"agent": "x"}'), ("STAFF_ROLES", '{"agent": [7]}'), ("STAFF_OIDC_ISSUER", "adfs.example"),
     ("STAFF_OIDC_CLIENT_ID", ""), ("STAFF_SESSION_SECONDS", "0"), ("STAFF_IDLE_SECONDS", "long")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    """A wrong value never becomes a default in silence."""
    with pytest.raises(SettingsError, match=name):
        read(**{name: value})


def test_the_secret_does_not_show_in_a_printed_setting() -> None:
    """Settings that end up in a log give nothing away."""
    staff = read(STAFF_OIDC_CLIENT_SECRET="hush")
    assert staff is not None and staff.client_secret == "hush" and "hush" not in repr(staff)
