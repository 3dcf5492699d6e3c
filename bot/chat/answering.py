"""Gets what waits answered: one turn at a time in each conversation, in order, for as long as it takes.

What waits is in the database (`turns`), so nothing is lost with this process: whoever starts next
goes on. A turn and its answer change in one transaction, so there is one answer to each.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.chat.announcing import Announcer
from bot.chat.consequences import OURS
from bot.chat.log import Log
from bot.chat.rasa import Answer, Choice, Gateway, RasaDown, RasaError, RasaSlow
from bot.chat.records import Turn, utc_now
from bot.chat.texts import A_HUMAN, CLOSED_AND_LOGGED_OUT, GIVEN_UP, LOGIN_EXPIRED, TROUBLE, TROUBLE_BEFORE_HELLO
from bot.chat.turn import TurnMetadata
from bot.identity.logins import Logins
from bot.municipality.model import Municipality
from bot.store.blocking import Blocking

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0  # seconds
_LOOK_EVERY = 1.0  # seconds between looks whether a part is back
_LOGIN_CHANGING = 0.2  # seconds in which a conversation may hear of a login that took another's place
_PATIENCE = 2.0  # seconds of trouble before the citizen is told: a restart may take no longer
_TRIES_WHEN_WELL = 5  # tries while every part says that it is well; then the fault is not one that passes

# Where the assistant can't answer, a human may be asked for all the same: that needs no assistant.
_A_HUMAN = (Choice(title=A_HUMAN, payload=f"{OURS}handoff:ask"),)


class Answering:
    """One task for each conversation in which something waits; `stop` ends them and loses nothing."""

    def __init__(
        self,
        chat_log: Log,
        gateway: Gateway,
        announcer: Announcer,
        logins: Logins,
        blocking: Blocking,
        municipality: Municipality,
        *,
        retry_for: timedelta,
    ) -> None:
        self._log = chat_log
        self._gateway = gateway
        self._announcer = announcer
        self._logins = logins
        self._blocking = blocking
        self._retry_for = retry_for
        self._facts = {
            "name": municipality.name,
            "phone": municipality.phone,
            "hours": municipality.phone_hours.in_words(),
        }
        # However many conversations wait, the parts are asked once a moment, and not once for each.
        self._rasa_is_well = _Asked(gateway.ping)
        self._actions_are_well = _Asked(gateway.ping_actions)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()

    async def wake_all(self) -> None:
        """Take up everything that waits: at the start, and now and then in case something was missed."""
        for conversation_id in await self._blocking(self._log.waiting):
            self.wake(conversation_id)

    def wake(self, conversation_id: str) -> None:
        """Something may wait in this conversation."""
        self._woken.add(conversation_id)
        if conversation_id not in self._tasks:
            task = asyncio.create_task(self._work(conversation_id), name="answering")
            self._tasks[conversation_id] = task

    async def stop(self) -> None:
        """Leave everything as it is; what waits is taken up by the next `wake_all`."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, conversation_id: str) -> None:
        failures = 0
        try:
            while conversation_id in self._woken:
                self._woken.discard(conversation_id)
                try:
                    await self._answer_all(conversation_id)
                    failures = 0
                except Exception as error:  # the database may be away: what waits there still waits
                    failures += 1
                    log.error("answering.failed", conversation=conversation_id, kind=type(error).__name__)
                    self._woken.add(conversation_id)
                    await asyncio.sleep(min(_LONGEST_PAUSE, _LOOK_EVERY * 1.5 ** min(failures - 1, 10)))
        finally:
            del self._tasks[conversation_id]

    async def _answer_all(self, conversation_id: str) -> None:
        while (turn := await self._blocking(self._log.next_turn, conversation_id)) is not None:
            await self._answer(turn)

    async def _answer(self, turn: Turn) -> None:
        began = asyncio.get_running_loop().time()
        tries = tries_when_well = 0
        told = False
        while True:
            try:
                await self._try(turn)
                return
            except RasaError as error:
                tries += 1
                log.warning(
                    "turn.failed",
                    conversation=turn.conversation_id,
                    seq=turn.seq,
                    tries=tries,
                    kind=type(error).__name__,
                    reason=error.log,
                )
                answers = not isinstance(error, RasaDown) or isinstance(error, RasaSlow)
                tries_when_well += answers and await self._is_well()
                failure = error
            late = utc_now() - turn.created_at > self._retry_for
            if late or tries_when_well >= _TRIES_WHEN_WELL:
                log.error("turn.given_up", conversation=turn.conversation_id, seq=turn.seq, tries=tries)
                text = GIVEN_UP.format(**self._facts)
                message = await self._blocking(self._log.give_up, turn, text, choices=_A_HUMAN)
                self._announcer.message(turn.conversation_id, message)
                return
            if not told and (tries > 1 or asyncio.get_running_loop().time() - began > _PATIENCE):
                told = await self._tell_trouble(turn)
            told = await self._pause(tries, failure, turn, told=told)
            if not await self._blocking(self._log.is_open, turn):
                return

    async def _try(self, turn: Turn) -> None:
        conversation = await self._blocking(self._log.get, turn.conversation_id)
        if conversation is None:
            return
        login = await self._announcer.login(conversation.login_id)
        if conversation.login_id is not None and login is None:
            if not await self._announcer.login_over(conversation.id, LOGIN_EXPIRED, login_id=conversation.login_id):
                await asyncio.sleep(_LOGIN_CHANGING)
            return  # the turn is still open, and asked again with the login there is then, if any
        self._announcer.frame(conversation.id, {"type": "typing", "from": "assistant"})
        answer = await self._gateway.ask(
            conversation.id,
            turn.message,
            TurnMetadata(login=conversation.login_id, memory=conversation.memory, opening=turn.opening, seq=turn.seq),
        )
        done = await self._blocking(self._log.answer, turn, answer, login_id=conversation.login_id)
        if done is not None:
            await self._announcer.done(conversation.id, done, news=bool(answer.handoff or answer.meeting))
            await self._follow(conversation.id, conversation.login_id, answer)
            return
        # Another web on the same database may have answered; whoever listens here has not heard of it.
        for missed in await self._blocking(self._log.since, conversation.id, turn.seq):
            self._announcer.message(conversation.id, missed)

    async def _follow(self, conversation_id: str, login_id: str | None, answer: Answer) -> None:
        if not answer.end:
            return
        if await self._blocking(self._log.next_turn, conversation_id) is not None:
            return  # the citizen has written more in the meantime, and is not shut out for having said goodbye
        if login_id is not None:
            await self._blocking(self._logins.end, login_id)
        text = CLOSED_AND_LOGGED_OUT if login_id is not None else None
        closed = await self._blocking(self._log.close, conversation_id, text, unless_waiting=True)
        self._announcer.message(conversation_id, closed)
        await self._announcer.state(conversation_id)

    async def _tell_trouble(self, turn: Turn) -> bool:
        words = TROUBLE_BEFORE_HELLO if turn.opening else TROUBLE
        message = await self._blocking(self._log.trouble, turn, words.format(**self._facts), choices=_A_HUMAN)
        self._announcer.message(turn.conversation_id, message)
        return True

    async def _pause(self, tries: int, failure: RasaError, turn: Turn, *, told: bool) -> bool:
        """Wait longer each time, and as long as the part that failed says that it is not well.

        Gives whether the citizen has been told of the trouble, which ``told`` says was done before.
        """
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1))
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 (spreads load, hides nothing)
        while utc_now() - turn.created_at <= self._retry_for and not await self._is_well(failure):
            told = told or await self._tell_trouble(turn)
            await asyncio.sleep(_LOOK_EVERY)
        return told

    async def _is_well(self, failure: RasaError | None = None) -> bool:
        """Whether the parts an answer needs say that they are well; a Rasa that is back answers without actions too."""
        if not await self._rasa_is_well():
            return False
        return isinstance(failure, RasaDown) or await self._actions_are_well()


class _Asked:
    """Whether a part is well: asked when somebody wants to know, by one for all who want to know at that moment."""

    def __init__(self, ping: Callable[[], Awaitable[None]]) -> None:
        self._ping = ping
        self._asking: asyncio.Task[bool] | None = None
        self._until = 0.0  # the loop's time until which the last answer holds

    async def __call__(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now >= self._until):
            self._asking = asyncio.create_task(self._ask(), name="asking whether a part is well")
        return await asyncio.shield(self._asking)

    async def _ask(self) -> bool:
        try:
            await self._ping()
            return True
        except RasaError:
            return False
        finally:
            self._until = asyncio.get_running_loop().time() + _LOOK_EVERY / 2
