"""Empties the outbox: an asynchronous worker, one in each web process."""

from __future__ import annotations

import asyncio

import structlog

from bot.sending.outbox import LEASE, Outbox
from bot.sending.ports import MAIL, SMS, Carrier, Letter, Never, NotNow
from bot.store.blocking import Blocking
from bot.store.worker import Worker

log = structlog.get_logger(__name__)

_AT_ONCE = 8  # letters
_LONGEST_SENDING = LEASE.total_seconds() / 2


class Sender(Worker):
    """Sends what is due, looks again every ``look_every`` seconds, and at once after `wake`.

    Several of them, in as many processes, send each letter once between them.
    """

    def __init__(
        self,
        outbox: Outbox,
        blocking: Blocking,
        *,
        mail: Carrier | None = None,
        sms: Carrier | None = None,
        look_every: float = 10.0,
    ) -> None:
        self._outbox = outbox
        self._blocking = blocking
        self._carriers: dict[str, Carrier | None] = {MAIL: mail, SMS: sms}
        super().__init__(at_once=_AT_ONCE, look_every=look_every, trouble="sending.failed")

    async def _do_some(self) -> int:
        letters = await self._blocking(self._outbox.take, _AT_ONCE)
        await asyncio.gather(*(self._send(letter) for letter in letters))
        return len(letters)

    async def _send(self, letter: Letter) -> None:
        known = {"letter": letter.id, "channel": letter.channel, "tries": letter.tries}
        carrier = self._carriers[letter.channel]
        try:
            if carrier is None:
                raise NotNow("this process has nobody who carries it")
            await asyncio.wait_for(carrier.send(letter), _LONGEST_SENDING)
        except Never as error:
            log.warning("letter.refused", reason=error.log, **known)
            await self._blocking(self._outbox.failed, letter, for_good=True)
        except NotNow as error:
            log.warning("letter.not_now", reason=error.log, **known)
            await self._blocking(self._outbox.failed, letter)
        except Exception as error:  # a fault of ours, or time ran out: the others must still go
            log.error("letter.failed", kind=type(error).__name__, **known)
            await self._blocking(self._outbox.failed, letter)
        else:
            await self._blocking(self._outbox.done, letter)
            log.info("letter.sent", **known)
