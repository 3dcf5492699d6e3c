"""The files that a case system is reached with over TLS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Tls:
    """Files, in PEM, of a client certificate with its key, and of the authorities to trust.

    None: no certificate is shown, the key is in the certificate's file, the machine's own authorities are trusted.
    """

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None

    def context(self) -> ssl.SSLContext:
        """What connections are made with. Raises SettingsError, in Danish, when a file can't be used."""
        try:
            made = ssl.create_default_context(cafile=str(self.authorities) if self.authorities else None)
        except (OSError, ssl.SSLError):
            raise SettingsError(f"Certifikaterne i {self.authorities} kan ikke læses.") from None
        if self.certificate:
            try:
                # A key with a password would ask for it at the terminal; an empty one is refused instead.
                made.load_cert_chain(self.certificate, self.key, password=lambda: b"")
            except (OSError, ssl.SSLError):
                raise SettingsError(
                    f"Klientcertifikatet {self.certificate} kan ikke bruges: filen mangler, er ikke PEM, "
                    "eller nøglen passer ikke til det."
                ) from None
        return made
