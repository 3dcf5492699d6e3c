"""The outbox: what is to be sent, kept in the transaction of what it tells of, and taken out by whoever sends it.

A letter is sent at least once, and hardly ever twice: if the process dies between the moment a mail server has taken
a mail and the moment that is written down, the mail is sent again when the lease ends, with the same Message-ID.
What is sent, dropped or given up keeps its row, and loses its words.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot.identity.clock import Clock, utc_now
from bot.sending.addresses import mail_address, sms_number
from bot.sending.ports import MAIL, SMS, Invitation, Letter
from bot.store.crypto import Vault
from bot.store.engine import writing
from bot.store.meeting_tables import meetings, outbox
from bot.store.retrying import wait_before

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than any sending takes (`bot.sending.sender`)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=2)
# A day after it should have gone it is news no more, and whoever could have mended the server has had the time.
_GIVEN_UP_AFTER = timedelta(days=1)
_UNSENT = ("waiting", "sending")
# Anybody may write any address into the chat, and change it as often as they like: nobody is flooded by that.
_MOST_A_DAY = 30  # letters that go at once about the meetings of one conversation
_NOTHING = b""


class Outbox:
    """Letters that wait. ``mail`` and ``sms`` say which channels this installation has; ``clock`` gives aware times.

    `put` and `cancel` run in the caller's transaction; the others are short pieces of work of their own, and block.
    """

    def __init__(
        self, engine: Engine, vault: Vault, *, mail: bool = False, sms: bool = False, clock: Clock = utc_now
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._clock = clock
        self.can_mail = mail
        self.can_sms = sms

    def put(
        self,
        connection: Connection,
        *,
        key: str,
        channel: str,
        to: str,
        subject: str = "",
        text: str,
        invitation: Invitation | None = None,
        due_at: datetime | None = None,
        until: datetime | None = None,
        meeting_id: int | None = None,
    ) -> str | None:
        """Keep a letter, to be sent at ``due_at`` (default: now) and not after ``until``.

        ``key`` (at most 60 characters) says what it tells of: the same to the same again changes nothing, unless it
        was cancelled before it was sent; then it is to be sent after all. Gives the letter's own key, for `cancel`;
        None, and nothing is kept, where the channel is off. Where a conversation has had too many sent within a
        day, one that would go at once is given up before it is sent.
        Raises InputError when ``to`` can't be used, ValueError for a subject of more than one line.
        """
        if not {MAIL: self.can_mail, SMS: self.can_sms}[channel]:
            return None
        if not subject.isprintable():
            raise ValueError("a subject has one line")
        now = self._clock()
        to = mail_address(to) if channel == MAIL else sms_number(to)
        # Whoever corrects their address is told at the new one, though the old one was told.
        own_key = f"{key}:{self._vault.fingerprint(to)[:16]}"
        sealed = {
            "to": to,
            "subject": subject,
            "text": text,
            "invitation": None if invitation is None else {"method": invitation.method, "ics": invitation.ics},
            "until": None if until is None else until.isoformat(),
        }
        due_at = due_at or now
        waiting = {
            "status": "waiting",
            "sealed": self._vault.seal_json(sealed),
            "due_at": due_at,
            "next_try_at": due_at,
            "tries": 0,
            "done_at": None,
        }
        if due_at <= now and self._too_many(connection, meeting_id, now):
            waiting |= {"status": "given_up", "sealed": _NOTHING, "done_at": now}
            log.warning("letter.too_many", meeting=meeting_id, channel=channel)
        # One statement, so that two who tell of the same thing at once do not break each other's transactions.
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(outbox)
        new = insert.values(key=own_key, meeting_id=meeting_id, channel=channel, created_at=now, **waiting)
        connection.execute(
            new.on_conflict_do_update(index_elements=["key"], set_=waiting, where=outbox.c.status == "cancelled")
        )
        return own_key

    def cancel(self, connection: Connection, meeting_id: int, *, keep: Collection[str] = ()) -> int:
        """Drop what has not been sent about a meeting, but for those with a key (from `put`) in ``keep``; how many.

        One that is being sent at this very moment may still arrive; it is not tried again.
        """
        dropped = connection.execute(
            update(outbox)
            .where(outbox.c.meeting_id == meeting_id, outbox.c.status.in_(_UNSENT), outbox.c.key.not_in(tuple(keep)))
            .values(status="cancelled", sealed=_NOTHING, done_at=self._clock(), taken_until=None)
        )
        return int(dropped.rowcount)

    def take(self, count: int) -> list[Letter]:
        """At most ``count`` letters whose time has come, leased to the caller until `LEASE` has passed.

        Of those who take at once each gets others. What has become too old to be of use is dropped here.
        """
        now = self._clock()
        free = or_(
            and_(outbox.c.status == "waiting", outbox.c.next_try_at <= now),
            and_(outbox.c.status == "sending", outbox.c.taken_until <= now),
        )
        letters: list[Letter] = []
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(outbox).where(free).order_by(outbox.c.next_try_at).limit(count).with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                told = self._vault.open_json(row.sealed)
                until = told["until"] and datetime.fromisoformat(told["until"])
                if (until and now >= until) or now - row.due_at >= _GIVEN_UP_AFTER:
                    self._end(connection, row.id, "given_up" if row.tries else "cancelled", now)
                    log.warning("letter.too_late", letter=row.id, channel=row.channel, tries=row.tries)
                    continue
                connection.execute(
                    update(outbox)
                    .where(outbox.c.id == row.id)
                    .values(status="sending", taken_until=now + LEASE, tries=row.tries + 1)
                )
                letters.append(self._letter(row, told))
        return letters

    def done(self, letter: Letter) -> None:
        """It was taken over by whoever carries it."""
        with writing(self._engine) as connection:
            # Whatever has become of the row since: it was sent, and must not be sent again.
            self._end(connection, letter.id, "sent", self._clock())

    def failed(self, letter: Letter, *, for_good: bool = False) -> None:
        """It did not leave: it waits for its next try, or with ``for_good`` is given up. Of an older try: nothing."""
        now = self._clock()
        again = now + wait_before(letter.tries, first=_FIRST_WAIT, longest=_LONGEST_WAIT)
        for_good = for_good or again - letter.due_at >= _GIVEN_UP_AFTER
        mine = and_(outbox.c.id == letter.id, outbox.c.status == "sending", outbox.c.tries == letter.tries)
        with writing(self._engine) as connection:
            values: dict[str, Any] = {"status": "waiting", "next_try_at": again, "taken_until": None}
            if for_good:
                values = {"status": "given_up", "sealed": _NOTHING, "done_at": now, "taken_until": None}
            changed = connection.execute(update(outbox).where(mine).values(**values)).rowcount
        if for_good and changed:
            log.error("letter.given_up", letter=letter.id, channel=letter.channel, tries=letter.tries)

    def given_up(self, connection: Connection, meeting_id: int) -> frozenset[str]:
        """The channels by which something about a meeting could not be sent: who waits for it must hear otherwise."""
        rows = connection.execute(
            select(outbox.c.channel).where(outbox.c.meeting_id == meeting_id, outbox.c.status == "given_up")
        )
        return frozenset(row.channel for row in rows)

    @staticmethod
    def _too_many(connection: Connection, meeting_id: int | None, now: datetime) -> bool:
        conversation = select(meetings.c.conversation_id).where(meetings.c.id == meeting_id).scalar_subquery()
        at_once = (outbox.c.due_at <= now, outbox.c.created_at > now - timedelta(days=1))
        query = (
            select(func.count())
            .select_from(outbox.join(meetings, meetings.c.id == outbox.c.meeting_id))
            .where(meetings.c.conversation_id == conversation, outbox.c.status != "cancelled", *at_once)
        )
        return bool(connection.execute(query).scalar_one() >= _MOST_A_DAY)

    @staticmethod
    def _end(connection: Connection, letter_id: int, status: str, now: datetime) -> None:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == letter_id)
            .values(status=status, sealed=_NOTHING, done_at=now, taken_until=None)
        )

    def _letter(self, row: Any, told: Any) -> Letter:
        invitation = told["invitation"]
        return Letter(
            id=row.id,
            channel=row.channel,
            # When it was made is part of it: a database begun anew counts its meetings from 1 again.
            name=self._vault.fingerprint(f"letter {row.key} {row.created_at.isoformat()}")[:32],
            to=told["to"],
            subject=told["subject"],
            text=told["text"],
            invitation=None if invitation is None else Invitation(**invitation),
            tries=row.tries + 1,
            due_at=row.due_at,
        )
