"""What the doctor says of others, each unwell in one real way: sockets, TLS, Rasa, gateways, Organisation."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from bot.cases.sf1470.access import Index, OrganisationAccess
from bot.cases.tls import Tls
from bot.doctor import assistant, index, sending
from bot.doctor.finding import Level
from bot.doctor.wire import Trouble, Unheard, hear, knock, place, told
from bot.settings import Sms
from tests.doctor_setup import (
    Authority,
    answering,
    refusing_certificates,
    saying,
    self_signed,
    sentences,
    server_tls,
    settings_of,
    silent,
)
from tests.integration.rasa_peer import RasaPeer
from tests.services import free_port


async def trouble_of(url: str, *, tls: ssl.SSLContext | None = None, within: float = 5.0) -> str:
    """What is said of an address that can't be asked."""
    where = place("Tjenesten", url, "TJENESTE_URL", certificate="TJENESTE_CERT", authorities="TJENESTE_CA")
    with pytest.raises(Unheard) as caught:
        await asyncio.wait_for(hear(url, tls=tls, within=within), 30)
    return told(caught.value, where).said


async def test_a_closed_port_is_told_as_nobody_there() -> None:
    """Nobody listens: the sentence says where nobody answered."""
    port = free_port()
    assert await trouble_of(f"http://127.0.0.1:{port}") == (f"Tjenesten: Der er ingen, der svarer på 127.0.0.1:{port}.")


async def test_a_name_nobody_knows_is_told_as_such() -> None:
    """A misspelt name is told apart from a machine that is down (`.invalid` is nobody's, RFC 2606)."""
    assert await trouble_of("http://sbsys.invalid", within=20) == "Tjenesten: Navnet sbsys.invalid kan ikke slås op."


async def test_a_silent_socket_is_told_as_too_slow() -> None:
    """Somebody who takes the connection and says nothing is slow, not gone."""
    async with silent() as at:
        assert await trouble_of(f"http://{at}", within=0.5) == f"Tjenesten: {at} svarede ikke inden for 0,5 s."


async def test_a_certificate_that_vouches_for_itself_is_told(tmp_path: Path) -> None:
    """What to do names the setting of the certificates to trust."""
    async with answering(saying("{}"), tls=server_tls(self_signed(tmp_path))) as url:
        said = await trouble_of(url)
    assert "Vi stoler ikke på certifikatet" in said and "Det har underskrevet sig selv." in said


@pytest.mark.parametrize(
    ("days", "host", "expected"),
    [((-9, -1), "127.0.0.1", "er udløbet."), ((1, 9), "127.0.0.1", "gælder ikke endnu."),
     ((-1, 9), "andet.example", "er lavet til et andet navn end 127.0.0.1.")],
)  # fmt: skip
async def test_what_is_wrong_with_a_certificate_is_told(
    tmp_path: Path, days: tuple[float, float], host: str, expected: str
) -> None:
    """Over, not yet, or somebody else's: three faults that others must mend, each in its own words."""
    authority = Authority(tmp_path)
    ours = ssl.create_default_context(cafile=str(authority.file))
    async with answering(saying("{}"), tls=server_tls(authority.pair("server", days=days, host=host))) as url:
        assert (await trouble_of(url, tls=ours)).endswith(expected)


async def test_an_issuer_nobody_knows_is_told_apart_from_a_self_signed_certificate(tmp_path: Path) -> None:
    """An authority of somebody's own needs its root in a file."""
    async with answering(saying("{}"), tls=server_tls(Authority(tmp_path).pair("server"))) as url:
        assert (await trouble_of(url)).endswith("Vi kender ikke udstederen.")


@pytest.mark.parametrize("shows", [None, "fremmed"])
async def test_a_server_that_refuses_our_certificate_is_told(tmp_path: Path, shows: str | None) -> None:
    """None shown, or one of an authority they do not trust: it is about our certificate, not about theirs."""
    authority = Authority(tmp_path)
    ours = ssl.create_default_context(cafile=str(authority.file))
    if shows:
        pair = Authority(tmp_path, "Fremmed udsteder").pair(shows)
        ours.load_cert_chain(pair.certificate, pair.key)
    tls = server_tls(authority.pair("server"), clients_of=authority.file)
    with refusing_certificates(tls) as url:
        said = await trouble_of(url, tls=ours)
    assert "tager ikke imod vores eget certifikat" in said


async def test_a_server_takes_the_certificate_it_knows(tmp_path: Path) -> None:
    """With the right certificate the same server is heard."""
    authority = Authority(tmp_path)
    pair = authority.pair("klient")
    ours = ssl.create_default_context(cafile=str(authority.file))
    ours.load_cert_chain(pair.certificate, pair.key)
    async with answering(saying("{}"), tls=server_tls(authority.pair("server"), clients_of=authority.file)) as url:
        assert (await asyncio.wait_for(hear(url, tls=ours), 30)).status == 200


async def test_https_asked_of_a_server_without_tls_is_told() -> None:
    """The wrong port, or http: the connection is there, and no TLS is."""
    async with answering(saying("{}")) as url:
        assert "men ikke med https" in await trouble_of(url.replace("http:", "https:"))


async def test_a_text_message_gateway_is_only_knocked_at() -> None:
    """No message is sent and no token shown: an open port is enough, and http in production is a fault."""
    async with silent() as at:
        found = await sending.sms(Sms(url=f"http://{at}/send", token="t"), development=True)
        assert found[0].said.startswith("Sms-gatewayen svarer. Der er ikke sendt noget")
        found = await sending.sms(Sms(url=f"http://{at}/send", token="t"), development=False)
        assert sentences(found) and found[0].setting == "SMS_URL"


async def test_knocking_tells_of_the_certificate_too(tmp_path: Path) -> None:
    """A gateway with a certificate nobody trusts is found without sending it anything."""
    async with answering(saying("{}"), tls=server_tls(self_signed(tmp_path))) as url:
        with pytest.raises(Unheard) as caught:
            await knock("127.0.0.1", int(url.rpartition(":")[2]), tls=ssl.create_default_context())
    assert caught.value.trouble is Trouble.SELF_SIGNED


async def test_rasa_and_the_actions_are_told_as_well(tmp_path: Path) -> None:
    """Each that answers as it should is told with its model."""
    peer = RasaPeer()
    await peer.start()
    try:
        settings = settings_of(tmp_path, RASA_URLS=peer.url, ACTIONS_URL=peer.url)
        found = [*await assistant.rasa(settings), *await assistant.actions(settings)]
    finally:
        await peer.stop()
    assert [finding.level for finding in found] == [Level.OK, Level.OK]


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [(401, '{"status": "failure"}', "Rasa kører, men kender en anden RASA_TOKEN."),
     (200, '{"model_file": null}', "Rasa kører uden en model."), (200, "<html>", "er ikke Rasa.")],
)  # fmt: skip
async def test_a_rasa_that_can_not_answer_is_told(tmp_path: Path, status: int, text: str, expected: str) -> None:
    """A wrong token, no model and somebody else at the port are three things."""
    async with answering(saying(text, status=status)) as url:
        found = await assistant.rasa(settings_of(tmp_path, RASA_URLS=url))
    assert found[0].level is Level.FAULT and found[0].said.endswith(expected)


async def test_what_is_down_while_borgerkontakt_runs_is_a_fault(tmp_path: Path) -> None:
    """Before the start nobody wonders that Rasa is not there; afterwards it is a fault."""
    settings = settings_of(tmp_path)
    assert [finding.level for finding in await assistant.rasa(settings)] == [Level.WARNING]
    async with answering(saying("{}")) as url:
        running = settings_of(tmp_path, PORT=url.rpartition(":")[2])
        assert [finding.level for finding in await assistant.rasa(running)] == [Level.FAULT]
        assert (await assistant.web(running))[0].level is Level.OK


async def test_a_port_that_somebody_else_has_is_told(tmp_path: Path) -> None:
    """A stranger at our port keeps Borgerkontakt from starting."""
    async with answering(saying("Not Found", status=404)) as url:
        port = url.rpartition(":")[2]
        found = await assistant.web(settings_of(tmp_path, PORT=port))
    assert sentences(found) == [f"Port {port} er optaget af et andet program."]


@pytest.mark.parametrize(
    ("status", "text", "expected", "setting"),
    [
        (401, "{}", "Organisation tager ikke imod nøglen (svar 401).", "ORGANISATION_TOKEN"),
        (403, "{}", "Organisation kender os, men vi har ikke lov (svar 403).", "ORGANISATION_URL"),
        (200, "<html>", "Organisation: Der bliver svaret, men ikke med GraphQL.", "ORGANISATION_URL"),
        (503, "", "Organisation har en fejl hos sig selv (svar 503).", "ORGANISATION_URL"),
    ],
)
async def test_each_refusal_of_organisation_is_told(status: int, text: str, expected: str, setting: str) -> None:
    """A bad token, no right, a wrong address and a service that is ill are four things."""
    async with answering(saying(text, status=status)) as url:
        access = OrganisationAccess(url=url, token="nøgle", cvr="11111111")
        found = await asyncio.wait_for(index.organisation(access, Tls(), development=True, limit=3.0), 30)
    assert [(finding.said, finding.setting) for finding in found] == [(expected, setting)]


async def test_a_contract_that_is_not_there_or_is_another_is_told(tmp_path: Path) -> None:
    """The WSDL is the municipality's to fetch: a missing file and a wrong one are said, and nothing is raised."""
    finding, url = await index.contract(Index(wsdl=tmp_path / "mangler.wsdl"))
    assert (finding.level, finding.setting, url) == (Level.FAULT, "SF1470_WSDL", "")
    other = tmp_path / "anden.wsdl"
    other.write_text("<html/>")
    finding, _ = await index.contract(Index(wsdl=other))
    assert finding.level is Level.FAULT and "kan ikke læses" in finding.said
