"""What the doctor says of login providers and mail servers, each unwell in one real way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.doctor import login, sending
from bot.doctor.finding import Level
from bot.identity.clock import utc_now
from bot.settings import Mail, Oidc
from tests.doctor_setup import (
    answering,
    mail_server,
    saying,
)
from tests.mail_peer import PASSWORD, USER, MailPeer
from tests.oidc_peer import Peer


@pytest.fixture
async def provider() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.start()
    yield peer
    await peer.stop()


async def look(peer: Peer, **hurry: timedelta) -> list[str]:
    """All that is said of a provider, whatever the level; ``ahead`` is how much our clock is."""
    found = await asyncio.wait_for(
        login.look(
            Oidc(issuer=peer.issuer, client_id="x"),
            "borgernes",
            development=True,
            clock=lambda: utc_now() + hurry.get("ahead", timedelta(0)),
        ),
        30,
    )
    return [finding.said for finding in found]


async def test_a_provider_that_is_well_is_told_as_one(provider: Peer) -> None:
    """Discovery, issuer, addresses, keys and clock hold: one line."""
    said = await look(provider)
    assert len(said) == 1 and said[0].startswith("Udbyderen af borgernes login svarer og er den, den siger, den er")


async def test_a_provider_of_another_name_is_told(provider: Peer) -> None:
    """What the discovery document calls itself must be what the setting says (Discovery 1.0, 4.3)."""
    provider.discovery = lambda document: {**document, "issuer": "https://andre.example"}
    assert (await look(provider))[0] == (
        "Udbyderen af borgernes login kalder sig https://andre.example, og det er ikke den adresse, der står."
    )


async def test_what_a_provider_leaves_out_is_named(provider: Peer) -> None:
    """A document without its endpoints is told with what is missing."""
    provider.discovery = lambda document: {k: v for k, v in document.items() if k != "token_endpoint"}
    assert (await look(provider))[0] == "Udbyderen af borgernes login fortæller ikke, hvor token_endpoint er."


async def test_a_provider_without_keys_is_told(provider: Peer) -> None:
    """Without a key no login can be checked."""
    provider.published = []
    assert "har ingen nøgler dér" in (await look(provider))[0]


async def test_clocks_that_differ_are_told(provider: Peer) -> None:
    """More than a minute apart, logins are refused: which way, and how much."""
    said = await look(provider, ahead=timedelta(minutes=30))
    assert "Uret på maskinen her går 30 minutter foran udbyderens." in said


async def test_a_page_that_is_no_provider_is_told() -> None:
    """A website's front page at the address is not a provider."""
    async with answering(saying("<html>Velkommen</html>", kind="text/html")) as url:
        found = await login.look(Oidc(issuer=url, client_id="x"), "borgernes", development=True)
    assert "men ikke som en udbyder af login (svar 200)" in found[0].said


async def test_a_login_over_http_is_told_in_production() -> None:
    """A provider's address must be https when people log in."""
    oidc = Oidc(issuer="http://login.example", client_id="x")
    found = await login.look(oidc, "borgernes", development=False)
    assert (found[0].setting, found[0].level) == ("OIDC_ISSUER", Level.FAULT)


def mail(peer: MailPeer, **changes: object) -> Mail:
    values: dict[str, object] = {
        "host": "127.0.0.1", "port": peer.port, "address": "svar-ikke@noerreaa.example", "tls": peer.tls,
        "user": USER if peer.login else None, "password": PASSWORD if peer.login else None,
        "ca_file": peer.ca_file if peer.tls != "no" else None,
    }  # fmt: skip
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tls", "changes", "expected"),
    [
        ("starttls", {}, "Mailserveren tager imod os, krypteret og med login. Der er ikke sendt noget."),
        ("starttls", {"user": None}, "Mailserveren vil have login, før den tager imod mail."),
        ("starttls", {"ca_file": None}, "Det har underskrevet sig selv."),
        ("tls", {"tls": "starttls"}, "svarede ikke inden for 6 s."),
        ("starttls", {"tls": "tls"}, "kan ikke den slags kryptering, der står."),
    ],
)
async def test_each_fault_of_a_mail_server_has_its_own_words(
    tmp_path: Path, tls: str, changes: dict[str, object], expected: str
) -> None:
    """TLS, trust, login and sender are told apart, and no mail is sent."""
    peer = MailPeer(tmp_path, tls=tls, login=True)
    peer.start()
    try:
        found = await asyncio.wait_for(sending.mail(mail(peer, **changes), development=False), 30)
    finally:
        peer.stop()
    assert found[0].said.endswith(expected)
    assert peer.received == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"auth": "535 no"}, "Mailserveren tager ikke imod brugeren med den kode, der står."),
        ({"auth": "235 ok", "mail": "550 no"}, "Mailserveren vil ikke sende mail fra den adresse, der står."),
        ({"ehlo": "250 mail"}, "Mailserveren lader os ikke logge ind på den måde, vi kan."),
        ({"greeting": "554 no"}, "men ikke som en mailserver, der vil tale med os."),
        ({"auth": "235 ok"}, "Mailserveren tager imod os, uden kryptering og med login. Der er ikke sendt noget."),
    ],
)
async def test_each_no_of_a_mail_server_has_its_own_words(answers: dict[str, str], expected: str) -> None:
    """The user, the sender and the server itself are told apart."""
    async with mail_server(**answers) as port:
        settings = Mail(host="127.0.0.1", port=port, address="a@noerreaa.example", user="u", password="p", tls="no")
        found = await asyncio.wait_for(sending.mail(settings, development=True), 30)
    assert [finding.said[-len(expected) :] for finding in found] == [expected]


async def test_a_mail_server_without_encryption_is_told_and_so_is_nobody(tmp_path: Path) -> None:
    """A server that is not there names its place; mail in the clear is a warning in production."""
    peer = MailPeer(tmp_path)
    found = await sending.mail(mail(peer), development=False)
    assert found[0].said == f"Mailserveren: Der er ingen, der svarer på 127.0.0.1:{peer.port}."
    assert [finding.setting for finding in found] == ["SMTP_HOST", "SMTP_TLS"]
