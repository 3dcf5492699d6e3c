"""Who is logged in: an opaque id outside, a sealed CPR number inside, and nothing of it after expiry."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.identity.clock import Clock, utc_now
from bot.identity.refusals import LoginOfAnother
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.tables import conversations, logins

# What is left in `sealed` when a login is over: nothing. `person` (a keyed fingerprint) and `level`
# stay as long as the conversation does, for export and erasure and to say how it was known who asked.
_NOTHING = b""


@dataclass(frozen=True, kw_only=True)
class Login:
    """One citizen, logged in.

    ``cpr`` is ten digits; ``name`` is empty when the provider gave none; ``expires_at`` is aware UTC.
    """

    id: str
    cpr: str = field(repr=False)
    name: str = field(repr=False)
    level: str
    expires_at: datetime


class Logins:
    """The logins of conversations; a conversation has one at most at a time.

    Every method is a short piece of database work and blocks while it runs: inside an event
    loop call it as ``await asyncio.to_thread(logins.resolve, login_id)``.
    ``clock`` gives the time, aware.
    """

    def __init__(self, engine: Engine, vault: Vault, *, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def create(
        self, conversation_id: str, *, cpr: str, name: str, level: str, id_token: str | None, lifetime_seconds: int
    ) -> Login:
        """Log a citizen in in a conversation for ``lifetime_seconds``; a login it had before ends.

        ``id_token`` is kept, sealed, only so that the provider can be told when the citizen logs out.
        Raises LoginOfAnother when another person has ever been logged in in the conversation: what was
        said there is theirs, and would be shown to this one.
        """
        now = self._clock()
        person = self._vault.fingerprint(cpr)
        login = Login(
            id=secrets.token_urlsafe(32),
            cpr=cpr,
            name=name,
            level=level,
            expires_at=now + timedelta(seconds=lifetime_seconds),
        )
        with writing(self._engine) as connection:
            # Two logins into one conversation at the same moment wait here for each other: without
            # the lock each would look before the other had written, and both would be let in.
            connection.execute(
                select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update()
            )
            others = select(logins.c.id).where(logins.c.conversation_id == conversation_id, logins.c.person != person)
            if connection.execute(others.limit(1)).first() is not None:
                raise LoginOfAnother("a second person logged in in the same conversation")
            self._wipe(connection, now, logins.c.conversation_id == conversation_id)
            connection.execute(
                insert(logins).values(
                    id=login.id,
                    conversation_id=conversation_id,
                    person=person,
                    level=level,
                    sealed=self._vault.seal_json({"cpr": cpr, "name": name, "id_token": id_token}),
                    created_at=now,
                    expires_at=login.expires_at,
                )
            )
        return login

    def resolve(self, login_id: str) -> Login | None:
        """The login behind an opaque id; None when it is unknown, ended or expired."""
        return self._find(logins.c.id == login_id)

    def current(self, conversation_id: str) -> Login | None:
        """The login a conversation has now; None when it has none that counts."""
        return self._find(logins.c.conversation_id == conversation_id)

    def end(self, login_id: str) -> str | None:
        """Log out: the personal data goes at once. Ending twice is no error.

        Gives the provider's ID token if one was kept, to log out there as well.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            row = connection.execute(
                select(logins.c.sealed).where(logins.c.id == login_id, logins.c.ended_at.is_(None)).with_for_update()
            ).first()
            self._wipe(connection, now, logins.c.id == login_id)
        if row is None:
            return None
        token = self._vault.open_json(row.sealed)["id_token"]
        return str(token) if token else None

    def purge(self) -> int:
        """Wipe the personal data of logins that have expired, so that it does not outlive them; how many there were."""
        now = self._clock()
        with writing(self._engine) as connection:
            return self._wipe(connection, now, logins.c.expires_at <= now)

    def _find(self, condition: object) -> Login | None:
        query = select(logins).where(condition, logins.c.ended_at.is_(None), logins.c.expires_at > self._clock())
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        known = self._vault.open_json(row.sealed)
        return Login(id=row.id, cpr=known["cpr"], name=known["name"], level=row.level, expires_at=row.expires_at)

    @staticmethod
    def _wipe(connection: Connection, now: datetime, condition: object) -> int:
        wiped = connection.execute(
            update(logins).where(condition, logins.c.ended_at.is_(None)).values(ended_at=now, sealed=_NOTHING)
        )
        return int(wiped.rowcount)
