"""The port a letter leaves by, and the two ways it may fail to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.errors import BorgerkontaktError

MAIL, SMS = "mail", "sms"


class SendingError(BorgerkontaktError):
    """A letter did not leave."""


class NotNow(SendingError):
    """It did not leave now, and may later: nobody answers, or they ask us to wait."""


class Never(SendingError):
    """It never will: they will not have it."""


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A calendar file that goes with a mail. ``method`` is REQUEST or CANCEL (RFC 5546), as the file itself says."""

    method: str
    ics: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail or text message on its way.

    ``name`` is the same each time this row is sent and of no other: mail systems fold doubles by it.
    ``tries`` counts this attempt; it says whose attempt it is as well, when somebody else has taken the row since.
    """

    id: int
    channel: str
    name: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    invitation: Invitation | None = None
    tries: int
    due_at: datetime


class Carrier(Protocol):
    """Somebody who takes letters of one channel: a mail server, a gateway for text messages."""

    async def send(self, letter: Letter) -> None:
        """Return when they have taken it over. ``letter.to`` is a checked address, or a number in E.164.

        Raises NotNow or Never.
        """
        ...
