"""One attempt to log in, step by step: ticket -> state -> answer -> code.

    step      whose secret               lives    what it opens
    ticket    the widget's, in a link    5 min    the way to the provider, once
    state     sent to the provider       10 min   the way back, once, in the browser that left
    answer    nobody's                   1 min    nothing: the provider is being asked
    code      the browser's, in a        2 min    the login, once, with the token of the
              fragment                            conversation that the attempt began in

Why a code at the end, and not just a cookie and a login when the browser comes back:

- The widget may sit on another site than this service. Browsers keep third-party cookies away, so
  the widget can't be known by one; all it has is its conversation's token, which is never in an
  address.
- Whoever starts an attempt can send its link to somebody else. If coming back from the provider were
  enough, the victim's login would land in the attacker's conversation. So it gives only a code, to
  the browser that came back, at a page of an allowed origin. The widget there redeems the code with
  *its own* conversation's token; in the victim's browser that is another conversation, so the
  code is refused, and burnt.
- The cookie (first-party, while the browser is here) ties the way back to the way out, so a callback
  address can't be handed to somebody else either.
- The code travels in the fragment, which browsers do not send to servers and do not put in Referer.

Only SHA-256 of each secret is kept. A step is taken by one UPDATE that names the step it comes from,
so of two who try the same secret at the same moment one wins, on both databases.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine, Row

from bot.identity.clock import Clock, utc_now
from bot.identity.one_time import hash_of, new_secret
from bot.identity.refusals import LoginExpired
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.tables import login_attempts

TICKET_LIFETIME = timedelta(minutes=5)
STATE_LIFETIME = timedelta(minutes=10)  # long enough to find one's phone and MitID app
ANSWER_LIFETIME = timedelta(minutes=1)
CODE_LIFETIME = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """What goes with the browser to the provider."""

    attempt: int
    conversation_id: str
    return_url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A browser that has come back; the provider's answer is yet to be looked at."""

    attempt: int
    conversation_id: str
    return_url: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Attempts:
    """The attempts under way. Methods block while the database works, like those of `Logins`."""

    def __init__(self, engine: Engine, vault: Vault, *, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def start(self, conversation_id: str, *, return_url: str) -> str:
        """Begin an attempt for a conversation; gives the ticket. ``return_url`` must have been checked."""
        ticket = new_secret()
        self._insert(conversation_id, "ticket", ticket, {"return_url": return_url}, TICKET_LIFETIME)
        return ticket

    def depart(self, ticket: str, *, browser: str) -> Departure:
        """Use the ticket in the browser that holds the cookie ``browser``. Raises LoginExpired."""
        with writing(self._engine) as connection:
            row = self._take(connection, hash_of(ticket), step="ticket")
            kept = self._vault.open_json(row.sealed)
            departure = Departure(
                attempt=row.id,
                conversation_id=row.conversation_id,
                return_url=kept["return_url"],
                state=new_secret(),
                nonce=new_secret(),
                verifier=new_secret(),
            )
            sealed = self._vault.seal_json({**kept, "nonce": departure.nonce, "verifier": departure.verifier})
            connection.execute(
                update(login_attempts)
                .where(login_attempts.c.id == row.id)
                .values(
                    step="state",
                    secret_hash=hash_of(departure.state),
                    browser_hash=hash_of(browser),
                    sealed=sealed,
                    expires_at=self._clock() + STATE_LIFETIME,
                )
            )
        return departure

    def arrive(self, state: str, *, browser: str | None) -> Arrival:
        """Use the state, in the browser that left with it.

        Raises LoginExpired; in another browser the attempt is over, for whoever began it too.
        """
        with writing(self._engine) as connection:
            row = self._take(connection, hash_of(state), step="state")
            same = browser is not None and secrets.compare_digest(row.browser_hash or "", hash_of(browser))
            if same:
                connection.execute(
                    update(login_attempts)
                    .where(login_attempts.c.id == row.id)
                    .values(step="answer", expires_at=self._clock() + ANSWER_LIFETIME)
                )
            else:
                connection.execute(delete(login_attempts).where(login_attempts.c.id == row.id))
        if not same:
            raise LoginExpired("a login came back in another browser than it left from")
        return self._arrival(row)

    def give_up(self, browser: str | None) -> Arrival:
        """The latest attempt of the browser with this cookie, which is over: the provider said no and lost the state.

        Some providers leave the state out when the citizen turns back. The cookie alone is enough to give
        an attempt up, never to go on with it. Raises LoginExpired when there is none.
        """
        mine = (login_attempts.c.step == "state", login_attempts.c.browser_hash == hash_of(browser or ""))
        latest = select(login_attempts.c.secret_hash).where(*mine).order_by(login_attempts.c.id.desc()).limit(1)
        with writing(self._engine) as connection:
            row = self._take(connection, connection.execute(latest).scalar(), step="state")
            connection.execute(delete(login_attempts).where(login_attempts.c.id == row.id))
        return self._arrival(row)

    def admit(self, arrival: Arrival, person: Mapping[str, str]) -> str:
        """The provider's answer held: keep ``person``, sealed, and give the code.

        Raises LoginExpired when it took too long.
        """
        code = new_secret()
        with writing(self._engine) as connection:
            taken = connection.execute(
                update(login_attempts)
                .where(
                    login_attempts.c.id == arrival.attempt,
                    login_attempts.c.step == "answer",
                    login_attempts.c.expires_at > self._clock(),
                )
                .values(
                    step="code",
                    secret_hash=hash_of(code),
                    sealed=self._vault.seal_json(dict(person)),
                    expires_at=self._clock() + CODE_LIFETIME,
                )
            )
        if taken.rowcount != 1:
            raise LoginExpired("the provider's answer came too late")
        return code

    def redeem(self, code: str, *, conversation_id: str) -> dict[str, str]:
        """The person behind a code; the attempt is over and nothing of it is left.

        Raises LoginExpired, and burns the code, when it is not the conversation the attempt began in.
        """
        with writing(self._engine) as connection:
            row = self._take(connection, hash_of(code), step="code")
            connection.execute(delete(login_attempts).where(login_attempts.c.id == row.id))
        if row.conversation_id != conversation_id:
            raise LoginExpired("a login code was tried in another conversation")
        person: dict[str, str] = self._vault.open_json(row.sealed)
        return person

    def part(self, conversation_id: str, *, id_token: str) -> str:
        """Begin logging out at the provider too; gives the ticket for it.

        The ID token holds the CPR number, so it must not go through the widget's page or an address.
        """
        ticket = new_secret()
        self._insert(conversation_id, "goodbye", ticket, {"id_token": id_token}, CODE_LIFETIME)
        return ticket

    def parting(self, ticket: str) -> str:
        """The ID token behind a goodbye ticket; nothing of it is left. Raises LoginExpired."""
        with writing(self._engine) as connection:
            row = self._take(connection, hash_of(ticket), step="goodbye")
            connection.execute(delete(login_attempts).where(login_attempts.c.id == row.id))
        return str(self._vault.open_json(row.sealed)["id_token"])

    def drop(self, attempt: int) -> None:
        """The attempt failed and is over."""
        with writing(self._engine) as connection:
            connection.execute(delete(login_attempts).where(login_attempts.c.id == attempt))

    def purge(self) -> int:
        """Delete the attempts that have run out; how many there were."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(login_attempts).where(login_attempts.c.expires_at <= self._clock()))
        return int(gone.rowcount)

    def _insert(
        self, conversation_id: str, step: str, secret: str, kept: Mapping[str, str], lifetime: timedelta
    ) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                insert(login_attempts).values(
                    conversation_id=conversation_id,
                    step=step,
                    secret_hash=hash_of(secret),
                    sealed=self._vault.seal_json(dict(kept)),
                    expires_at=self._clock() + lifetime,
                )
            )

    def _arrival(self, row: Row) -> Arrival:
        kept = self._vault.open_json(row.sealed)
        return Arrival(
            attempt=row.id,
            conversation_id=row.conversation_id,
            return_url=kept["return_url"],
            nonce=kept["nonce"],
            verifier=kept["verifier"],
        )

    def _take(self, connection: Any, secret_hash: str | None, *, step: str) -> Row:
        """The attempt with this secret, locked and the secret used up; raises LoginExpired when there is none."""
        # The row is locked by the UPDATE itself: whoever comes second finds another hash there.
        found = (login_attempts.c.secret_hash == secret_hash, login_attempts.c.step == step)
        used = hash_of(new_secret())
        taken = connection.execute(
            update(login_attempts).where(*found, login_attempts.c.expires_at > self._clock()).values(secret_hash=used)
        )
        if taken.rowcount != 1:
            raise LoginExpired(f"a login {step} that is unknown, used or too old")
        row: Row = connection.execute(select(login_attempts).where(login_attempts.c.secret_hash == used)).one()
        return row
