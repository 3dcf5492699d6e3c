"""A real SMTP server for tests, that keeps what it is sent and can be told to be difficult."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services import free_port

USER, PASSWORD = "borgerkontakt", "hemmelig kode"


class MailPeer:
    """An SMTP server on loopback. ``rcpt`` and ``data`` are answers still to be given, one for each command.

    With ``tls`` ("starttls" or "tls") it has a certificate of its own, in ``ca_file`` for those who trust it;
    with ``login`` nobody sends without `USER` and `PASSWORD`. ``slow`` is seconds before it answers DATA.
    """

    def __init__(self, folder: Path, *, tls: str = "no", login: bool = False, port: int | None = None) -> None:
        self.port = port or free_port()
        self.tls, self.login = tls, login
        self.ca_file = folder / "mail-ca.pem"
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.slow = 0.0
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self._folder = folder
        self._controller: Controller | None = None

    def start(self) -> None:
        options: dict[str, Any] = {}
        if self.tls != "no":
            context = self._context()
            options = {"ssl_context": context} if self.tls == "tls" else {"tls_context": context}
            options["require_starttls"] = self.tls == "starttls"
        if self.login:
            options |= {
                "authenticator": _authenticate,
                "auth_required": True,
                "auth_require_tls": self.tls == "starttls",
            }
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, server_hostname="mail.noerreaa.example", **options
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.slow)
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("2"):
            self.raw.append(envelope.content)
            self.received.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        return answer

    def _context(self) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
                ),
                critical=False,
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        self.ca_file.write_bytes(pem)
        both = self._folder / "mail-server.pem"
        both.write_bytes(
            pem
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good)
