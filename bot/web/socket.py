"""The chat's websocket: one reader and one writer for each, and nobody waits for a slow one.

Close codes: 1000 the conversation is deleted, 1012 we restart (come back), 1013 too far behind or open in
too many places (come back), 4401 the token opens nothing, 4408 no hello in time.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress

import structlog
from aiohttp import WSMsgType, web

from bot.chat.bus import Frame, Subscription
from bot.chat.conversation import Conversations
from bot.chat.incoming import (
    Choose,
    End,
    FrameError,
    HandoffForm,
    Hello,
    Incoming,
    MeetingForm,
    Say,
    Seen,
    Survey,
    Typing,
    Wrong,
    parse,
)
from bot.chat.limits import Limits
from bot.chat.protocol import error_frame, message_frame, welcome_frame
from bot.chat.records import Conversation, Kept
from bot.chat.texts import too_fast
from bot.errors import InputError, NotFoundError
from bot.web.keys import CONVERSATIONS, LIMITS, SOCKETS, address_of
from bot.web.middlewares import Refused, require_origin

log = structlog.get_logger(__name__)

HELLO_WITHIN = 10.0  # seconds
_HEARTBEAT = 25.0  # seconds; proxies give up silent connections after 30 or 60
_MOST_AT_ONCE = 20  # sockets of one conversation: tabs, and those of a bad network that are not yet missed
_BREATH = 0.25  # seconds before the next frame is read of a client that sends them too fast
_LARGEST = 1024 * 1024  # bytes; what is larger than this ends the connection, before it fills the memory


async def chat_socket(request: web.Request) -> web.StreamResponse:
    """GET /chat/socket, see DESIGN section 8."""
    require_origin(request)
    address, limits = address_of(request), request.app[LIMITS]
    wait = limits.socket(address)
    if wait is not None:
        raise Refused("too_fast", status=429, text=too_fast(wait), retry_after=wait)
    # Not compressed: a few bytes that unpack to gigabytes are not worth what it saves.
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LARGEST, compress=False)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)
    try:
        opened = await _greeted(socket, request.app[CONVERSATIONS], limits, address)
        if opened is not None:
            conversation, since = opened
            talk = _Talk(socket, request, conversation.id, address)
            await talk.run(since)
    except ConnectionError:
        pass  # gone; what was kept is kept
    finally:
        request.app[SOCKETS].discard(socket)
    return socket


async def _greeted(
    socket: web.WebSocketResponse, conversations: Conversations, limits: Limits, address: str
) -> tuple[Conversation, int] | None:
    """The conversation the client said hello to, and since when; None when the socket is closed."""
    deadline = time.monotonic() + HELLO_WITHIN
    while not socket.closed:
        try:
            message = await asyncio.wait_for(socket.receive(), max(0.0, deadline - time.monotonic()))
        except asyncio.TimeoutError:
            await _refused(socket, "no_hello", 4408)
            return None
        if message.type is not WSMsgType.TEXT and message.type is not WSMsgType.BINARY:
            return None
        wait = limits.frame(f"hello {address}")
        if wait is not None:
            await _send(socket, error_frame("too_fast", text=too_fast(wait), retry_after=wait))
            await asyncio.sleep(_BREATH)
            continue
        try:
            frame = parse(message.data)
        except FrameError as error:
            if error.code == "bad_token":
                await _refused(socket, "bad_token", 4401)
                return None
            await _send(socket, error_frame(error.code, id=error.id))
            continue
        if not isinstance(frame, Hello):
            await _send(socket, error_frame("no_hello"))
            continue
        try:
            conversation = await conversations.open(frame.token)
        except Exception:  # the database may be away; the client comes back
            log.exception("hello.failed")
            await _send(socket, error_frame("unavailable"))
            await socket.close(code=1013)
            return None
        if conversation is None:
            await _refused(socket, "bad_token", 4401)
            return None
        if conversations.readers(conversation.id) >= _MOST_AT_ONCE:
            await _refused(socket, "too_many", 1013)
            return None
        return conversation, frame.since
    return None


async def _refused(socket: web.WebSocketResponse, code: str, close: int) -> None:
    await _send(socket, error_frame(code))
    await socket.close(code=close)


async def _send(socket: web.WebSocketResponse, frame: Frame) -> None:
    await socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


class _Talk:
    """One socket in one conversation, from the welcome to the end."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, conversation_id: str, address: str) -> None:
        self._socket = socket
        self._transport = request.transport
        self._conversations = request.app[CONVERSATIONS]
        self._limits = request.app[LIMITS]
        self._id = conversation_id
        self._address = address

    async def run(self, since: int) -> None:
        # Heard from before the replay is read, so that nothing falls between the two.
        subscription = self._conversations.subscribe(self._id)
        tasks = [
            asyncio.create_task(self._write(subscription, since), name="socket writer"),
            asyncio.create_task(self._read(subscription), name="socket reader"),
            asyncio.create_task(subscription.stopped(), name="socket stopped"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                error = task.exception() if task.done() and not task.cancelled() else None
                if error is not None and not isinstance(error, ConnectionError):
                    log.error("socket.failed", conversation=self._id, exc_info=error)
        finally:
            self._conversations.unsubscribe(self._id, subscription)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if subscription.overrun:
            log.warning("socket.too_slow", conversation=self._id)
            if self._transport is not None:
                self._transport.abort()  # it takes nothing, so it would not take a goodbye either
        elif not self._socket.closed:
            with suppress(ConnectionError):
                await self._socket.close(code=1000 if subscription.over else 1013)

    async def _write(self, subscription: Subscription, since: int) -> None:
        try:
            conversation, login = await self._conversations.current(self._id)
        except NotFoundError:
            await _refused(self._socket, "bad_token", 4401)
            return
        standing = await self._conversations.standing(self._id)
        await _send(self._socket, welcome_frame(conversation, login) | standing)
        last = await self._replay(min(since, conversation.last_seq))
        if conversation.staff_seen_seq:
            await _send(self._socket, {"type": "seen", "from": "staff", "seq": conversation.staff_seen_seq})
        while (frame := await subscription.get()) is not None:
            if frame["type"] == "message":
                if frame["seq"] == last + 1:
                    await _send(self._socket, frame)
                    last += 1
                elif frame["seq"] > last:  # published out of order: the log has the order
                    last = await self._replay(last)
                continue
            if frame["type"] == "typing" and frame["from"] == "citizen":
                continue  # that is for the other end
            await _send(self._socket, frame)
            if frame.get("erased"):
                subscription.stop()

    async def _replay(self, last: int) -> int:
        while messages := await self._conversations.since(self._id, last):
            for message in messages:
                await _send(self._socket, message_frame(message))
                last = message.seq
        return last

    async def _read(self, subscription: Subscription) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT and message.type is not WSMsgType.BINARY:
                return
            frame: Incoming | None = None
            try:
                frame = parse(message.data)
                await self._handle(frame, subscription)
            except FrameError as error:
                subscription.put(error_frame(error.code, id=error.id))
                if self._limits.frame(self._id) is not None:
                    await asyncio.sleep(_BREATH)
            except NotFoundError:
                # Of a conversation that was deleted there is nothing left to talk about.
                if await self._is_gone():
                    await _refused(self._socket, "bad_token", 4401)
                    return
                subscription.put(error_frame("unknown_choice", id=getattr(frame, "id", None)))
            except InputError as error:
                subscription.put(error_frame("refused", text=error.citizen, id=getattr(frame, "id", None)))
            except Exception:  # the database may be away; the client keeps what it could not send
                log.exception("frame.failed", conversation=self._id)
                subscription.put(error_frame("unavailable", id=getattr(frame, "id", None)))

    async def _is_gone(self) -> bool:
        try:
            await self._conversations.current(self._id)
        except NotFoundError:
            return True
        return False

    async def _handle(self, frame: Incoming, subscription: Subscription) -> None:
        sends = isinstance(frame, Say | Choose | HandoffForm | MeetingForm | Survey | Wrong)
        wait = self._limits.message(self._id, self._address) if sends else self._limits.frame(self._id)
        if wait is not None:
            id = getattr(frame, "id", None)
            subscription.put(error_frame("too_fast", text=too_fast(wait), id=id, retry_after=wait))
            await asyncio.sleep(_BREATH)
            return

        def kept(done: Kept) -> None:
            subscription.put({"type": "ack", "id": getattr(frame, "id", ""), "seq": done.message.seq})

        match frame:
            case Say(id, text):
                await self._conversations.say(self._id, id, text, kept=kept)
            case Choose(id, choice):
                await self._conversations.choose(self._id, id, choice, kept=kept)
            case Seen(seq):
                await self._conversations.seen(self._id, seq)
            case End(erase):
                await (self._conversations.erase(self._id) if erase else self._conversations.end(self._id))
            case Typing():
                await self._conversations.typing(self._id)
            case HandoffForm():
                await self._conversations.handoff_form(self._id, frame, kept=kept)
            case MeetingForm():
                await self._conversations.meeting_form(self._id, frame, kept=kept)
            case Survey(id):
                seq = await self._conversations.survey(self._id, frame)
                subscription.put({"type": "ack", "id": id, "seq": seq})
            case Wrong(id, seq):
                await self._conversations.wrong(self._id, seq)
                subscription.put({"type": "ack", "id": id, "seq": seq})
            case Hello():
                subscription.put(error_frame("bad_frame"))  # one hello is enough
