"""Who works at the desk, their sessions, and their logins under way."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from bot.store.tables import UtcDateTime, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", String(64), primary_key=True),  # keyed fingerprint of issuer and sub
    Column("sealed", LargeBinary, nullable=False),  # name, email, departments
    Column("roles", String(200), nullable=False),  # ours, separated by commas, as of the last login
    Column("available_until", UtcDateTime, nullable=True),  # the desk's heartbeat
    Column("last_login_at", UtcDateTime, nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("secret_hash", String(64), primary_key=True),  # SHA-256 of the cookie's secret
    Column("staff_id", String(64), ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_hash", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # ID token, to log out at the provider
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),  # whatever happens in it
)

# One row is one browser on its way to the provider, to log in or to log out.
staff_attempts = Table(
    "staff_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state_hash", String(64), nullable=False, unique=True),
    Column("browser_hash", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # nonce, code verifier, return path; or an ID token
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
