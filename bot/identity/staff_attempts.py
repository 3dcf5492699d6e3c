"""A browser of staff's on its way to the provider and back, to log in or to log out.

Simpler than a citizen's attempt (`bot.identity.attempts`): the desk is on our own origin, so the browser's
cookie alone ties the way back to the way out, and the session's cookie is set where it arrives.
A row is used up by being deleted, so of two who come with the same secret one wins.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from bot.identity.attempts import STATE_LIFETIME
from bot.identity.clock import Clock, utc_now
from bot.identity.one_time import hash_of, new_secret
from bot.identity.refusals import LoginExpired
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.staff_tables import staff_attempts

_GOODBYE_LIFETIME = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class StaffDeparture:
    """What goes with the browser to the provider; ``to`` is the path it wants to."""

    to: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class StaffAttempts:
    """The attempts under way. Methods block while the database works."""

    def __init__(self, engine: Engine, vault: Vault, *, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def depart(self, to: str, *, browser: str) -> StaffDeparture:
        """Begin in the browser that holds the cookie ``browser``. ``to`` must have been checked."""
        departure = StaffDeparture(to=to, state=new_secret(), nonce=new_secret(), verifier=new_secret())
        kept = {"to": to, "nonce": departure.nonce, "verifier": departure.verifier}
        self._insert(f"login {departure.state}", browser, kept, STATE_LIFETIME)
        return departure

    def arrive(self, state: str, *, browser: str | None) -> StaffDeparture:
        """The departure that ``state`` belongs to, in the browser that left with it; nothing of it is left.

        Raises LoginExpired; in another browser the attempt is over, for whoever began it too.
        """
        kept = self._take(f"login {state}", browser)
        return StaffDeparture(to=kept["to"], state=state, nonce=kept["nonce"], verifier=kept["verifier"])

    def give_up(self, browser: str | None) -> str | None:
        """Where the latest login of the browser with this cookie led, which is over; None when there is none.

        For a provider that says no and loses the state: the cookie is enough to give up, never to go on.
        """
        mine = staff_attempts.c.browser_hash == hash_of(browser or "")
        with writing(self._engine) as connection:
            rows = connection.execute(select(staff_attempts).where(mine).order_by(staff_attempts.c.id.desc())).all()
            for row in rows:
                kept = self._vault.open_json(row.sealed)
                if "to" in kept:  # a login, and no logout
                    connection.execute(delete(staff_attempts).where(staff_attempts.c.id == row.id))
                    return str(kept["to"])
        return None

    def part(self, id_token: str, *, browser: str) -> str:
        """Begin logging out at the provider too; gives the ticket for it.

        The ID token says who somebody is, so it must not go through the desk's page or an address.
        """
        ticket = new_secret()
        self._insert(f"goodbye {ticket}", browser, {"id_token": id_token}, _GOODBYE_LIFETIME)
        return ticket

    def parting(self, ticket: str, *, browser: str | None) -> str:
        """The ID token behind a goodbye ticket, in the browser that logged out. Raises LoginExpired."""
        return str(self._take(f"goodbye {ticket}", browser)["id_token"])

    def purge(self) -> int:
        """Delete the attempts that have run out; how many there were."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(staff_attempts).where(staff_attempts.c.expires_at <= self._clock()))
        return int(gone.rowcount)

    def _insert(self, secret: str, browser: str, kept: dict[str, str], lifetime: timedelta) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                insert(staff_attempts).values(
                    state_hash=hash_of(secret),
                    browser_hash=hash_of(browser),
                    sealed=self._vault.seal_json(kept),
                    expires_at=self._clock() + lifetime,
                )
            )

    def _take(self, secret: str, browser: str | None) -> Any:
        """What is kept behind ``secret``, which is used up; raises LoginExpired."""
        mine = staff_attempts.c.state_hash == hash_of(secret)
        with writing(self._engine) as connection:
            row = connection.execute(select(staff_attempts).where(mine).with_for_update()).first()
            connection.execute(delete(staff_attempts).where(mine))
        if row is None or row.expires_at <= self._clock():
            raise LoginExpired("a staff login that is unknown, used or too old")
        if browser is None or not secrets.compare_digest(row.browser_hash, hash_of(browser)):
            raise LoginExpired("a staff login came back in another browser than it left from")
        return self._vault.open_json(row.sealed)
