"""Mail, through the municipality's own SMTP server."""

from __future__ import annotations

import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

import aiosmtplib

from bot.identity.clock import Clock, utc_now
from bot.sending.ports import Letter, Never, NotNow
from bot.settings import Mail


class Mailer:
    """Takes mails to the server the settings name: one connection for each, with a bound on how long it may take."""

    def __init__(self, settings: Mail, *, clock: Clock = utc_now) -> None:
        self._settings = settings
        self._clock = clock

    async def send(self, letter: Letter) -> None:
        """See `bot.sending.ports.Carrier`: returns when the server has said that it has the mail."""
        refusal: Exception
        try:
            await aiosmtplib.send(
                compose(letter, self._settings, clock=self._clock),
                sender=self._settings.address,
                recipients=[letter.to],
                hostname=self._settings.host,
                port=self._settings.port,
                username=self._settings.user,
                password=self._settings.password,
                use_tls=self._settings.tls == "tls",
                start_tls=self._settings.tls == "starttls",  # with it, a server that can't is refused
                tls_context=self._tls(),
                timeout=self._settings.timeout,
            )
            return
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = max(refused.code for refused in error.recipients)
            refusal = Never(f"the address was refused: {code}") if code >= 500 else NotNow(f"asked to wait: {code}")
        except aiosmtplib.SMTPDataError as error:
            refusal = Never(f"the mail was refused: {error.code}") if error.code >= 500 else NotNow(f"{error.code}")
        except aiosmtplib.SMTPResponseException as error:
            # Our login or our sender is refused: that is mended in the settings, and the mail can go then.
            refusal = NotNow(f"the server refuses us: {type(error).__name__} {error.code}")
        except (aiosmtplib.SMTPException, OSError) as error:
            refusal = NotNow(f"the server can't be used: {type(error).__name__}")
        # Raised out here, so that no log shows the server's own words: they quote addresses.
        raise refusal

    async def ping(self) -> None:
        """Return when the server answers and lets us in; raise NotNow otherwise."""
        failure = ""
        try:
            client = aiosmtplib.SMTP(
                hostname=self._settings.host,
                port=self._settings.port,
                username=self._settings.user,
                password=self._settings.password,
                use_tls=self._settings.tls == "tls",
                start_tls=self._settings.tls == "starttls",
                tls_context=self._tls(),
                timeout=self._settings.timeout,
            )
            async with client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            failure = type(error).__name__
        if failure:
            raise NotNow(f"the mail server can't be used: {failure}")

    def _tls(self) -> ssl.SSLContext | None:
        if self._settings.tls == "no":
            return None
        return ssl.create_default_context(
            cafile=None if self._settings.ca_file is None else str(self._settings.ca_file)
        )


def compose(letter: Letter, settings: Mail, *, clock: Clock = utc_now) -> EmailMessage:
    """The mail as it goes over the wire.

    An invitation stands in it twice: as an alternative to the text, with its method, where Outlook and Gmail look for
    something to answer; and as a file, which everything else can open.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    local, _, domain = settings.address.rpartition("@")
    message["From"] = Address(display_name=settings.name, username=local, domain=domain)
    local, _, to_domain = letter.to.rpartition("@")
    message["To"] = Address(username=local, domain=to_domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock())
    message["Message-ID"] = f"<{letter.name}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    if letter.invitation is not None:
        ics, method = letter.invitation.ics, letter.invitation.method
        message.add_alternative(ics, subtype="calendar", charset="utf-8", cte="base64", params={"method": method})
        message.add_attachment(ics.encode(), maintype="application", subtype="ics", filename="moede.ics")
    return message
