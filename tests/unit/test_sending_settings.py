"""Rules of the settings for mail and text messages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Mail, Settings, Sms

NOTHING = Path(os.devnull)
LEAST = {"SECRET_KEYS": "k1", "RASA_TOKEN": "t", "OIDC_ISSUER": "https://login.example/", "OIDC_CLIENT_ID": "b"}
MAIL = {"SMTP_HOST": "mail.example", "MAIL_FROM": "Nørreå Kommune <svar-ikke@noerreaa.example>"}
SMS = {"SMS_URL": "https://sms.example/send", "SMS_TOKEN": "hush-2", "SMS_FROM": "Kommunen"}


def read(more: dict[str, str]) -> Settings:
    return Settings.read({**LEAST, **more}, dotenv=NOTHING)


def test_without_a_server_nothing_is_sent() -> None:
    """Mail and text messages are off until somebody says where they go."""
    assert (read({}).mail, read({}).sms) == (None, None)


def test_the_least_that_sends_is_encrypted() -> None:
    """With a server and a sender mail goes over STARTTLS on the submission port (RFC 6409)."""
    assert read(MAIL).mail == Mail(host="mail.example", address="svar-ikke@noerreaa.example", name="Nørreå Kommune")
    assert (Mail.tls, Mail.port) == ("starttls", 587)
    assert read(SMS).sms == Sms(url="https://sms.example/send", token="hush-2", sender="Kommunen")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMTP_TLS", "maybe"), ("SMTP_PORT", "0"), ("MAIL_FROM", ""), ("MAIL_FROM", "Nørreå Kommune"),
     ("MAIL_FROM", "a@b.dk\nBcc: c@d.dk"), ("SMTP_TIMEOUT", "600"), ("SMS_TOKEN", ""), ("SMS_FROM", "Nørreå Kommune"),
     ("SMS_URL", "sms.example")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    """Who forgets the sender, or names one that networks don't show, hears it at start and not from a citizen."""
    with pytest.raises(SettingsError, match=name):
        read({**MAIL, **SMS, name: value})


def test_no_secret_of_the_senders_shows_in_a_printed_setting() -> None:
    """A password for mail and a token for text messages give nothing away in a log."""
    assert "hush" not in repr(read({**MAIL, **SMS, "SMTP_USER": "u", "SMTP_PASSWORD": "hush-1"}))
