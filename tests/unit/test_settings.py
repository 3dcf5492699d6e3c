"""Rules of the settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import ROOT, Settings

NOTHING = Path(os.devnull)
LEAST = {
    "SECRET_KEYS": "k1",
    "RASA_TOKEN": "t",
    "OIDC_ISSUER": "https://login.example/",
    "OIDC_CLIENT_ID": "borgerkontakt",
}


def test_every_missing_setting_is_named_at_once() -> None:
    """One start is enough to learn everything that is missing."""
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, dotenv=NOTHING)
    for name in LEAST:
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "70000"), ("CASE_SYSTEM_TIMEOUT", "nan"), ("PUBLIC_URL", "chat.kommune"),
     ("OIDC_LEVELS", "Substantial"), ("OIDC_LEVELS", '"Substantial"'), ("OIDC_LEVELS", "7"), ("OIDC_LEVELS", "[]"),
     ("OIDC_FRESH_LOGIN", "maybe")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    """A wrong value never becomes a default in silence."""
    with pytest.raises(SettingsError, match=name):
        Settings.read({**LEAST, name: value}, dotenv=NOTHING)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """What an operator sets for one run counts."""
    file = tmp_path / ".env"
    file.write_text("PORT=1234\nRASA_TOKEN=from-file\n")
    settings = Settings.read({**LEAST, "PORT": "4321"}, dotenv=file)
    assert (settings.port, settings.rasa_token) == (4321, "t")


def test_no_secret_shows_in_a_printed_setting() -> None:
    """Settings that end up in a log or a traceback give nothing away."""
    secrets = {
        "SECRET_KEYS": "hush-1",
        "OIDC_CLIENT_SECRET": "hush-2",
        "DATABASE_URL": "postgresql://web:hush-3@db/web",
        "CASES_DATABASE_URL": "postgresql://web:hush-4@db/sager",
    }
    settings = Settings.read({**LEAST, **secrets}, dotenv=NOTHING)
    assert "hush" not in repr(settings)


def test_a_fresh_login_is_the_default() -> None:
    """On a shared computer nobody is let in on the login of whoever sat there before, unless somebody decides so."""
    assert Settings.read(LEAST, dotenv=NOTHING).oidc.fresh_login is True
    assert Settings.read({**LEAST, "OIDC_FRESH_LOGIN": "no"}, dotenv=NOTHING).oidc.fresh_login is False


def test_production_is_the_default() -> None:
    """Sample citizens and a login provider for trying out never come by forgetting a line."""
    assert Settings.read(LEAST, dotenv=NOTHING).development is False


def test_the_example_file_names_every_setting_that_is_read() -> None:
    """`.env.example` is the list an operator works from."""
    code = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    import re

    names = set(re.findall(r'self\.(?:text|url|items|number|yes|values\.get)\(\s*"([A-Z_]+)"', code))
    assert len(names) > 15
    assert {name for name in names if f"{name}=" not in example} == set()
