"""What the tests of the doctor share: certificates made on the spot, and peers that are unwell in one way each."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.doctor.finding import Finding, Level
from bot.settings import Settings
from bot.store.crypto import Vault
from tests.services import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Settings of an installation in production in which nothing runs: every address is a port where nobody listens."""
    nobody = f"127.0.0.1:{free_port()}"
    return {
        "BORGERKONTAKT_ENV": "production",
        "SECRET_KEYS": Vault.new_key(),
        "RASA_TOKEN": "rasas-hemmelige-tekst",
        "PUBLIC_URL": "https://chat.noerreaa.example",
        "PORT": str(free_port()),
        "DATABASE_URL": f"sqlite:///{folder / 'borgerkontakt.db'}",
        "CASES_DATABASE_URL": f"sqlite:///{folder / 'sager.db'}",
        "MODELS_FOLDER": str(folder / "models"),
        "TRUSTED_PROXIES": "10.0.0.1",
        "RASA_URLS": f"http://{nobody}",
        "ACTIONS_URL": f"http://{nobody}",
        "OIDC_ISSUER": f"https://{nobody}",
        "OIDC_CLIENT_ID": "borgerkontakt",
        **changes,
    }


def settings_of(folder: Path, **changes: str) -> Settings:
    """The same, read."""
    return Settings.read(environment(folder, **changes), dotenv=Path("/dev/null"))


def sentences(findings: Iterable[Finding], level: Level = Level.FAULT) -> list[str]:
    """What is said of this level."""
    return [finding.said for finding in findings if finding.level is level]


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path


class Authority:
    """Makes certificates for loopback, and is in ``file`` for those who trust it."""

    def __init__(self, folder: Path, name: str = "Testudsteder") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = _signed(self._name, self._name, self._key, self._key, days=(-1, 100), authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(_pem(self.certificate))

    def pair(self, name: str, *, days: tuple[float, float] = (-1, 100), host: str = "127.0.0.1") -> Pair:
        """A certificate for ``host`` that holds from and to so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = _signed(subject, self._name, key, self._key, days=days, host=host)
        return _in_files(self._folder, name, made, key)


def self_signed(folder: Path, name: str = "selvgjort") -> Pair:
    """A certificate for loopback that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return _in_files(folder, name, _signed(subject, subject, key, key, days=(-1, 100), host="127.0.0.1"), key)


def server_tls(pair: Pair, *, clients_of: Path | None = None) -> ssl.SSLContext:
    """A server's side; with ``clients_of`` only those with a certificate of that authority get in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if clients_of is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients_of)
    return context


def saying(text: str, *, status: int = 200, kind: str = "application/json") -> Handler:
    """Always the same answer."""

    async def say(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=kind)

    return say


@asynccontextmanager
async def answering(handler: Handler, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server on loopback that answers everything with ``handler``; its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """Somebody on loopback who takes every connection and says nothing; "host:port"."""
    writers: list[asyncio.StreamWriter] = []

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError):
            await reader.read()

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


@contextlib.contextmanager
def refusing_certificates(tls: ssl.SSLContext) -> Iterator[str]:
    """A server that tells whoever fails the handshake why, by TLS's alert, as asyncio's own does not; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    taken, _ = listening.accept()
                except OSError:  # closed
                    return
                with contextlib.suppress(OSError), tls.wrap_socket(taken, server_side=True) as let_in:
                    let_in.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


@asynccontextmanager
async def mail_server(**answers: str) -> AsyncIterator[int]:
    """A mail server without encryption that says what it is told to, by command ("auth", "mail"); its port."""
    usual = {"ehlo": "250-mail.noerreaa.example\r\n250 AUTH PLAIN", "quit": "221 farvel"}

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{answers.get('greeting', '220 mail.noerreaa.example')}\r\n".encode())
        while line := await reader.readline():
            command = line.decode().split()[0].lower()
            writer.write(f"{answers.get(command, usual.get(command, '250 ok'))}\r\n".encode())
        writer.close()

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    days: tuple[float, float],
    host: str = "127.0.0.1",
    authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(timezone.utc)
    names: list[x509.GeneralName] = (
        [x509.IPAddress(ipaddress.ip_address(host))] if host[0].isdigit() else [x509.DNSName(host)]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _in_files(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    pair = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    pair.certificate.write_bytes(_pem(certificate))
    pair.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    pair.key.chmod(0o600)
    return pair


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
