"""What ties the lines of the audit trail together: each has a MAC over what it says and over the MAC before it.

**What it proves.** Whoever can write in the database, but has no keys of the installation, can't change, add, remove
or reorder a line without `verify` finding the place: they can't make a MAC. What they can do is to cut off the newest
lines and set the head back to match; so the head is written to the log now and then (``audit.head``), and a trail that
has fewer lines than a head in a log kept elsewhere, or another MAC at that line, was cut.

**What it does not prove.** Whoever has both the database and SECRET_KEYS can write all of it anew, but not so that it
fits a head that was logged before, where they can't reach that log: what is newer than the last such head rests on
the keys alone. Nor does it prove that a line is true, only that it is as it was written.

The key of the MAC follows from the installation's oldest key, as that of fingerprints does: it stays the same when a
new key is put before the old ones, so lines from before and after a change of keys are one chain.

**Dropping the oldest lines** (once a retention period is set) need not break the chain: in one transaction that
holds the head, a line of its own is written, an anchor, that tells the number and the MAC of the last line to go, and
then those lines are deleted. The anchor is a line like any other and can't be forged; `verify` then takes the newest
anchor there is and begins at the line after the one it names, with that MAC as the one before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import OperationalError

from bot.store.audit_tables import audit_head, audit_trail
from bot.store.crypto import Vault

BEGINNING = ""
"""What stands for the MAC before the first line."""

_AT_A_TIME = 1000
_FIRST = "borgerkontakt audit 1"  # the form of a line, to tell another from it should there be one
# The order is part of the form.
_SAID = ("id", "at", "actor_kind", "actor", "subject", "doing", "why", "place", "outcome", "sealed")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How the chain is: ``broken`` is the number of the first line that was changed or is missing, None where it is
    whole; ``count`` how many lines hold together from the first on, ``mac`` the MAC of the last of those."""

    count: int
    mac: str
    broken: int | None

    @property
    def whole(self) -> bool:
        """No line was changed, added, moved or taken away, as far as the chain can tell."""
        return self.broken is None


class Seal:
    """Makes the MAC of a line, with a key of its own that follows from the vault's."""

    def __init__(self, vault: Vault) -> None:
        # No other fingerprint is ever made of these words: all others have a label of their own or are of digits.
        self._key = bytes.fromhex(vault.fingerprint("audit trail\nkey of the MAC"))

    def mac(self, row: Mapping[str, Any], previous: str) -> str:
        """HMAC-SHA-256 (64 hex digits) of what ``row``, by column, says after a line whose MAC is ``previous``."""
        return hmac.new(self._key, canonical(row, previous), hashlib.sha256).hexdigest()


def canonical(row: Mapping[str, Any], previous: str) -> bytes:
    """The one way to write down what a line says: a JSON array in ASCII, times in UTC to the microsecond."""
    said = [_plain(row[name]) for name in _SAID]
    return json.dumps([_FIRST, *said, previous], separators=(",", ":"), default=repr).encode("ascii")


def verify(connection: Connection, seal: Seal) -> Verdict:
    """Walk the chain from its first line to its head, some lines at a time; one snapshot must be all it sees."""
    head = connection.execute(select(audit_head.c.n, audit_head.c.mac).where(audit_head.c.id == 1)).one_or_none()
    count, mac = 0, BEGINNING
    for row in _rows(connection):
        expected = count + 1
        if row is None or row.id != expected or row.mac != seal.mac(row._mapping, mac):
            return Verdict(count=count, mac=mac, broken=expected if row is None else min(row.id, expected))
        count, mac = expected, row.mac
    if head is None or head.n != count:
        known = head.n if head is not None and isinstance(head.n, int) else count
        return Verdict(count=count, mac=mac, broken=min(known, count) + 1)
    if head.mac != mac:
        return Verdict(count=count, mac=mac, broken=max(count, 1))
    return Verdict(count=count, mac=mac, broken=None)


def is_of_a_value(error: Exception) -> bool:
    """Whether a query failed over a value that its column can't hold: SQLite keeps whatever it is given."""
    if isinstance(error, OperationalError):
        return "decode to UTF-8" in str(error.orig)
    # SystemError: what SQLAlchemy's compiled half makes of a time with letters beyond ASCII.
    return isinstance(error, (TypeError, ValueError, SystemError))


def _rows(connection: Connection) -> Iterator[Row | None]:
    """Every line by its number; None, and no more, where one has something that its column can't hold."""
    query = select(audit_trail).order_by(audit_trail.c.id)
    last: int | None = None
    size = _AT_A_TIME
    while True:
        further = query if last is None else query.where(audit_trail.c.id > last)
        try:
            rows = connection.execute(further.limit(size)).all()
        except Exception as error:
            if not is_of_a_value(error):
                raise
            if size == 1:
                yield None
                return
            size = 1  # up to the line itself
            continue
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1].id


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value
