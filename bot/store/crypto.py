"""Personal data at rest: encrypted columns, and a keyed fingerprint to look a CPR number up by."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingsError


class Vault:
    """Encrypts and decrypts with the first of ``keys``; the others still decrypt, so that keys can be changed.

    Keys are Fernet keys: 32 random bytes in URL-safe base64. Raises SettingsError for anything else.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SettingsError(
                "SECRET_KEYS skal være nøgler på 32 byte i base64 (lav en med: borgerkontakt key)"
            ) from error
        # The fingerprint needs the one key that never changes: the oldest, which stands last.
        self._pepper = hashlib.sha256(b"fingerprint" + base64.urlsafe_b64decode(keys[-1])).digest()

    @staticmethod
    def new_key() -> str:
        """A fresh key for the settings."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> bytes:
        """Encrypt ``text``; the same text gives other bytes each time."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt what ``seal`` made. Raises SettingsError when no key fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SettingsError("Data i databasen kan ikke læses med nøglerne i SECRET_KEYS") from error

    def seal_json(self, value: Any) -> bytes:
        """Encrypt a JSON value."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, sealed: bytes) -> Any:
        """Decrypt what ``seal_json`` made."""
        return json.loads(self.open(sealed))

    def fingerprint(self, value: str) -> str:
        """A keyed hash (HMAC-SHA256, 64 hex digits): equal values give equal prints; only a key's holder makes one."""
        return hmac.new(self._pepper, value.encode(), hashlib.sha256).hexdigest()
