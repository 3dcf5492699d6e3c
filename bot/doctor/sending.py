"""The mail server and the text message gateway: reached and let in, and nothing is sent."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final
from urllib.parse import urlsplit

import aiosmtplib

from bot.doctor.finding import Finding, fault, ok, warning
from bot.doctor.wire import Place, Trouble, Unheard, knock, place, told, why
from bot.settings import Mail, Sms

_WITHIN: Final = 6.0  # seconds


async def mail(settings: Mail, *, development: bool) -> list[Finding]:
    """What there is to say of the mail server: the connection, TLS, the login and the sender. Nothing is sent."""
    where = Place(
        what="Mailserveren",
        host=settings.host,
        port=settings.port,
        setting="SMTP_HOST",
        authorities="SMTP_CA_FILE",
    )
    tls: ssl.SSLContext | None = None
    if settings.tls != "no":
        try:
            tls = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
        except OSError:  # ssl.SSLError is one
            return [
                fault(
                    f"Certifikaterne i {settings.ca_file} kan ikke læses.",
                    "Skriv stien til en fil med rodcertifikatet i PEM.",
                    setting="SMTP_CA_FILE",
                )
            ]
    findings = [await _session(settings, where, tls)]
    if settings.tls == "no" and not development:
        findings.append(
            warning(
                "Mail bliver sendt uden kryptering.",
                "Sæt den til starttls, hvis mailserveren kan det.",
                setting="SMTP_TLS",
            )
        )
    return findings


async def _session(settings: Mail, where: Place, tls: ssl.SSLContext | None) -> Finding:
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.tls == "tls",
        start_tls=False,
        tls_context=tls,
        timeout=_WITHIN,
    )
    try:
        return await asyncio.wait_for(_steps(client, settings, where), _WITHIN)
    except Unheard as unheard:
        return told(unheard, where)
    except asyncio.TimeoutError:
        return told(Unheard(Trouble.SLOW, _WITHIN), where)
    finally:
        client.close()


async def _steps(client: aiosmtplib.SMTP, settings: Mail, where: Place) -> Finding:
    try:
        await client.connect()
    except aiosmtplib.SMTPConnectResponseError:
        return _turned_away(where)
    except (aiosmtplib.SMTPException, OSError) as error:
        trouble = why(error)
        if trouble is Trouble.NO_TLS:
            return _no_tls(where)
        raise Unheard(trouble, _WITHIN) from None
    if settings.tls == "starttls":
        try:
            await client.starttls()
        except (aiosmtplib.SMTPException, OSError) as error:
            trouble = why(error)
            certificate = trouble not in (Trouble.NO_TLS, Trouble.NO_WAY, Trouble.CUT)
            if certificate:
                raise Unheard(trouble, _WITHIN) from None
            return _no_tls(where)
    if settings.user:
        refused = await _login(client, settings)
        if refused is not None:
            return refused
    return await _sender(client, settings, where)


async def _login(client: aiosmtplib.SMTP, settings: Mail) -> Finding | None:
    try:
        await client.login(settings.user or "", settings.password or "")
    except aiosmtplib.SMTPAuthenticationError:
        return fault(
            "Mailserveren tager ikke imod brugeren med den kode, der står.",
            "Ret SMTP_USER og SMTP_PASSWORD.",
            setting="SMTP_USER",
        )
    except aiosmtplib.SMTPException:
        return fault(
            "Mailserveren lader os ikke logge ind på den måde, vi kan.",
            "Fjern SMTP_USER, hvis serveren ikke vil have login, og sæt ellers SMTP_TLS til starttls eller tls.",
            setting="SMTP_USER",
        )
    return None


async def _sender(client: aiosmtplib.SMTP, settings: Mail, where: Place) -> Finding:
    """Whether it lets us say who the mail is from; then it is taken back."""
    try:
        await client.mail(settings.address)
        await client.rset()
    except aiosmtplib.SMTPSenderRefused as error:
        if error.code == 530:  # RFC 4954, 6: it wants a login first
            return fault(
                "Mailserveren vil have login, før den tager imod mail.",
                "Sæt SMTP_USER og SMTP_PASSWORD.",
                setting="SMTP_USER",
            )
        return fault(
            "Mailserveren vil ikke sende mail fra den adresse, der står.",
            "Ret den, eller bed dem, der driver mailserveren, om at give lov.",
            setting="MAIL_FROM",
        )
    except aiosmtplib.SMTPException as error:
        raise Unheard(why(error), _WITHIN) from None
    how = "med login" if settings.user else "uden login"
    crypt = "uden kryptering" if settings.tls == "no" else "krypteret"
    return ok(f"Mailserveren tager imod os, {crypt} og {how}. Der er ikke sendt noget.", setting="SMTP_HOST")


def _no_tls(where: Place) -> Finding:
    return fault(
        f"Mailserveren på {where.at} kan ikke den slags kryptering, der står.",
        "Prøv starttls på port 587 eller tls på port 465.",
        setting="SMTP_TLS",
    )


def _turned_away(where: Place) -> Finding:
    return fault(
        f"{where.at} svarer, men ikke som en mailserver, der vil tale med os.",
        "Se efter, om SMTP_PORT er den rigtige, og om mailserveren lader maskinen her sende.",
        setting="SMTP_HOST",
    )


async def sms(settings: Sms, *, development: bool) -> list[Finding]:
    """Whether the gateway can be reached. No message is sent, so the token is not tried."""
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [fault("Det er ikke en adresse.", "Skriv den som https://sms.example.dk/send.", setting="SMS_URL")]
    if parts.scheme == "http" and not development:
        return [
            fault(
                "Adressen er på http, så borgernes numre og jeres nøgle ville gå ukrypteret over nettet.",
                "Brug gatewayens adresse med https.",
                setting="SMS_URL",
            )
        ]
    where = place("Sms-gatewayen", settings.url, "SMS_URL")
    try:
        context = ssl.create_default_context() if parts.scheme == "https" else None
        await knock(where.host, where.port, tls=context, within=_WITHIN)
    except Unheard as unheard:
        return [told(unheard, where)]
    said = "Sms-gatewayen svarer. Der er ikke sendt noget, så SMS_TOKEN er ikke prøvet."
    return [ok(said, setting="SMS_URL")]
