"""Secrets that open something once or for a while: made from chance, kept only as their hash."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits in 43 characters, which PKCE asks of a verifier as well (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What of a secret may be kept: its SHA-256, 64 hex digits."""
    # A secret comes from outside: JSON can hold half a surrogate pair, which plain UTF-8 refuses.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
