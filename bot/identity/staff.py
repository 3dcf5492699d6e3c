"""Who works at the desk, and the sessions they have there.

A session is a cookie's secret, kept as its hash. Each login gives a new one, so that a secret somebody was
handed beforehand never becomes theirs. It ends at its set time, after a while without use, at logout, and
when its person comes back from the provider without any role. Roles stand with the person and not with the
session: what the last login said counts for all of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row

from bot.identity.clock import Clock, utc_now
from bot.identity.one_time import hash_of, new_secret
from bot.identity.refusals import StaffWithoutRole
from bot.identity.staff_claims import StaffClaims
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.staff_tables import staff as staff_table
from bot.store.staff_tables import staff_sessions

_NOTED_EVERY = timedelta(minutes=1)  # so that a page that asks often does not write as often


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A member of staff. ``roles`` are some of `bot.settings.STAFF_ROLES`, ``departments`` keys of `afdelinger`."""

    id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    roles: frozenset[str]
    departments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    """A session that counts. ``csrf`` is for its own page; ``expires_at`` (UTC) is its end whatever happens in it."""

    staff: Staff
    csrf: str = field(repr=False)
    csrf_hash: str = field(repr=False)
    expires_at: datetime

    def accepts(self, csrf: str) -> bool:
        """Whether ``csrf`` is the token that only this session's own page knows."""
        return secrets.compare_digest(hash_of(csrf), self.csrf_hash)


class StaffSessions:
    """The sessions at the desk. Methods block while the database works.

    A session lives ``lifetime`` from login, and ``idle`` from when it was last used; ``clock`` gives the
    time, aware.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        *,
        clock: Clock = utc_now,
        lifetime: timedelta = timedelta(hours=10),
        idle: timedelta = timedelta(hours=1),
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self._lifetime = lifetime
        self._idle = idle

    def begin(self, claims: StaffClaims) -> tuple[str, str, Staff]:
        """Log somebody in: the secret for their cookie, the CSRF token for their page, and who they are.

        Raises StaffWithoutRole when the provider gave them none of our roles; sessions they had end.
        """
        now = self._clock()
        made = Staff(
            id=self._vault.fingerprint(f"staff\n{claims.issuer}\n{claims.sub}"),
            name=claims.name,
            email=claims.email,
            roles=frozenset(claims.roles),
            departments=claims.departments,
        )
        if not made.roles:
            with writing(self._engine) as connection:
                connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == made.id))
                connection.execute(
                    update(staff_table).where(staff_table.c.id == made.id).values(roles="", available_until=None)
                )
            raise StaffWithoutRole("the provider gave none of our roles")
        secret = new_secret()
        csrf = _csrf_of(secret)
        known = {
            "sealed": self._vault.seal_json({"name": made.name, "email": made.email, "departments": made.departments}),
            "roles": ",".join(claims.roles),
            "last_login_at": now,
        }
        with writing(self._engine) as connection:
            self._keep(connection, made.id, known)
            connection.execute(
                insert(staff_sessions).values(
                    secret_hash=hash_of(secret),
                    staff_id=made.id,
                    csrf_hash=hash_of(csrf),
                    sealed=self._vault.seal_json({"id_token": claims.id_token}),
                    created_at=now,
                    used_at=now,
                    expires_at=now + self._lifetime,
                )
            )
        return secret, csrf, made

    def resolve(self, secret: str, *, used: bool = True) -> StaffSession | None:
        """The session a cookie opens; None when it is unknown, ended, too old or too long unused.

        ``used`` is False for what a page asks by itself: only what people do keeps a session from ending.
        """
        now = self._clock()
        key = hash_of(secret)
        query = (
            select(
                staff_sessions.c.csrf_hash,
                staff_sessions.c.used_at,
                staff_sessions.c.expires_at,
                staff_table.c.id,
                staff_table.c.sealed,
                staff_table.c.roles,
            )
            .join(staff_table, staff_table.c.id == staff_sessions.c.staff_id)
            .where(
                staff_sessions.c.secret_hash == key,
                staff_sessions.c.expires_at > now,
                staff_sessions.c.used_at > now - self._idle,
            )
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None or not row.roles:
            return None
        if used and now - row.used_at >= _NOTED_EVERY:
            with writing(self._engine) as connection:
                connection.execute(
                    update(staff_sessions)
                    .where(staff_sessions.c.secret_hash == key, staff_sessions.c.used_at < now)
                    .values(used_at=now)
                )
        return StaffSession(
            staff=self._person(row), csrf=_csrf_of(secret), csrf_hash=row.csrf_hash, expires_at=row.expires_at
        )

    def end(self, secret: str) -> str | None:
        """End a session, and give the ID token it began with, to log out at the provider; ending twice is no error."""
        key = hash_of(secret)
        with writing(self._engine) as connection:
            sealed = connection.execute(
                select(staff_sessions.c.sealed).where(staff_sessions.c.secret_hash == key).with_for_update()
            ).scalar()
            connection.execute(delete(staff_sessions).where(staff_sessions.c.secret_hash == key))
        return str(self._vault.open_json(sealed)["id_token"]) if sealed is not None else None

    def purge(self) -> int:
        """Delete the sessions that are over; how many there were."""
        now = self._clock()
        over = or_(staff_sessions.c.expires_at <= now, staff_sessions.c.used_at <= now - self._idle)
        with writing(self._engine) as connection:
            return int(connection.execute(delete(staff_sessions).where(over)).rowcount)

    def named(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of those of ``ids`` that are known, by id."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(staff_table.c.id, staff_table.c.sealed).where(staff_table.c.id.in_(set(ids)))
            ).all()
        return {row.id: str(self._vault.open_json(row.sealed)["name"]) for row in rows}

    @staticmethod
    def _keep(connection: Connection, person: str, known: dict[str, object]) -> None:
        """Put down what the login said of somebody, known or new; two at the same moment may both be the first."""
        into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            into(staff_table).values(id=person, **known).on_conflict_do_update(index_elements=["id"], set_=known)
        )

    def _person(self, row: Row) -> Staff:
        said = self._vault.open_json(row.sealed)
        return Staff(
            id=row.id,
            name=said["name"],
            email=said["email"],
            roles=frozenset(row.roles.split(",")),
            departments=tuple(said["departments"]),
        )


def _csrf_of(secret: str) -> str:
    """The token of a session's page: it follows from the cookie's secret, which the page itself can't read."""
    made = hmac.new(secret.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
