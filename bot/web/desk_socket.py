"""The desk's websocket: the queue's news, and conversations as they happen, for one browser of one member of staff.

Close codes: 1012 we restart (come back), 1013 too far behind (come back), 4401 the session is over (log in).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import WSMsgType, web

from bot.chat.announcing import DESK
from bot.chat.bus import Bus, Frame, Subscription
from bot.chat.conversation import Conversations
from bot.chat.incoming import MAX_FRAME, MAX_TEXT
from bot.chat.protocol import message_frame
from bot.chat.records import utc_now
from bot.chat.texts import too_fast
from bot.desk.queue import AT_THE_DESK, Queue
from bot.errors import BorgerkontaktError, InputError, NotFoundError
from bot.identity.staff import StaffSession
from bot.web.desk_news import DeskNews, handoff_key
from bot.web.desk_watching import Watching
from bot.web.keys import SOCKETS
from bot.web.middlewares import Refused
from bot.web.staff_session import STAFF, cookie_of, require_own_origin, staff_of

log = structlog.get_logger(__name__)

_HEARTBEAT = 25.0  # seconds
_LOOK_EVERY = 15.0  # seconds between looks whether the session still counts
_AVAILABLE_FOR = timedelta(seconds=45)  # a page that is gone without a word is missed after this
_MOST_OPEN = 30  # conversations in one page
_BREATH = 0.25  # seconds before the next frame is read of a page that sends them too fast
_READERS = (*AT_THE_DESK, "auditor")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class DeskLive:
    """What the socket works with. ``row`` gives a handoff as it stands in the list; it blocks."""

    queue: Queue
    watching: Watching
    news: DeskNews
    bus: Bus
    conversations: Conversations
    row: Callable[[int], dict[str, Any] | None]


LIVE = web.AppKey("desk_live", DeskLive)


async def desk_socket(request: web.Request) -> web.StreamResponse:
    """GET /desk/socket, for whoever is logged in at the desk, from our own page alone."""
    require_own_origin(request)
    # The page connects by itself, and again whenever the line was cut: that is no use of the session.
    session = await staff_of(request, *_READERS, used=False)
    wait = request.app[STAFF].limits.socket(f"desk {session.staff.id}")
    if wait is not None:
        raise Refused("too_fast", status=429, text=too_fast(wait), retry_after=wait)
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MAX_FRAME, compress=False)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)
    try:
        await _Desk(socket, request, session).run()
    except ConnectionError:
        pass  # gone; what was kept is kept
    finally:
        request.app[SOCKETS].discard(socket)
    return socket


@dataclass(eq=False)
class _Open:
    """One conversation that this page shows."""

    handoff: int
    conversation: str
    last: int
    news: Subscription
    among_us: Subscription
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class _Desk:
    """One page of one member of staff."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, session: StaffSession) -> None:
        self._socket = socket
        self._live = request.app[LIVE]
        self._door = request.app[STAFF]
        self._secret = cookie_of(request) or ""
        self._staff = session.staff
        self._available = False
        self._open: dict[int, _Open] = {}
        self._lock = asyncio.Lock()  # one frame at a time on the wire

    @property
    def _may_write(self) -> bool:
        return not self._staff.roles.isdisjoint(AT_THE_DESK)

    async def run(self) -> None:
        desk = self._live.bus.subscribe(DESK)
        tasks = [
            asyncio.create_task(self._read(), name="desk reader"),
            asyncio.create_task(self._tell(desk), name="desk news"),
            asyncio.create_task(self._look(), name="desk session"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                error = task.exception() if task.done() and not task.cancelled() else None
                if error is not None and not isinstance(error, ConnectionError):
                    log.error("desk.socket_failed", staff=self._staff.id, exc_info=error)
        finally:
            self._live.bus.unsubscribe(DESK, desk)
            for handoff in list(self._open):
                self._leave(handoff)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._available:
                await self._be_available(False)
            with suppress(ConnectionError):
                await self._socket.close(code=1013)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return
            frame: dict[str, Any] = {}
            try:
                frame = _parsed(message.data)
                wait = self._door.limits.frame(f"desk {self._staff.id}")
                if wait is not None:
                    await self._refuse(frame, "too_fast", too_fast(wait))
                    await asyncio.sleep(_BREATH)
                    continue
                await self._handle(frame)
            except BorgerkontaktError as error:
                said = error.staff if error.staff != type(error).staff or not isinstance(error, InputError) else None
                await self._refuse(frame, "refused", said or error.citizen)
            except ConnectionError:
                raise
            except Exception:  # the database may be away; the page keeps what it could not send
                log.exception("desk.frame_failed", staff=self._staff.id)
                await self._refuse(frame, "unavailable", "Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.")

    async def _handle(self, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind not in ("typing", "leave"):
            await self._ask_who(used=kind == "say")
        if kind == "available":
            if self._may_write:
                await self._be_available(frame.get("value") is True)
            return
        handoff = _number(frame.get("handoff"))
        if kind == "open":
            await self._enter(handoff, _number(frame.get("since", 0), least=0))
        elif kind == "leave":
            self._leave(handoff)
        elif not self._may_write:
            raise InputError("a reader wrote", citizen="Din rolle kan læse med, men ikke skrive.")
        elif kind == "say":
            await self._say(handoff, frame)
        elif kind == "typing":
            await self._typing(handoff)
        elif kind == "seen":
            await self._seen(handoff, _number(frame.get("seq")))
        else:
            words = "Siden sendte noget, vi ikke kender. Indlæs den igen."
            raise InputError("an unknown frame at the desk", citizen=words)

    async def _enter(self, handoff_id: int, since: int) -> None:
        self._leave(handoff_id)
        if len(self._open) >= _MOST_OPEN:
            raise InputError("too many open", citizen="Du har for mange samtaler åbne. Luk nogle af dem.")
        conversation, _ = await self._door.blocking(self._live.watching.conversation_of, handoff_id)
        opened = _Open(
            handoff=handoff_id,
            conversation=conversation,
            last=since,
            # Heard from before the log is read, so that nothing falls between the two.
            news=self._live.bus.subscribe(conversation),
            among_us=self._live.bus.subscribe(handoff_key(handoff_id)),
        )
        self._open[handoff_id] = opened
        self._live.watching.enter(handoff_id, self._staff, self)
        opened.tasks = [
            asyncio.create_task(self._follow(opened), name="desk conversation"),
            asyncio.create_task(self._among_us(opened), name="desk colleagues"),
        ]
        self._tell_present(handoff_id)

    def _leave(self, handoff_id: int) -> None:
        opened = self._open.pop(handoff_id, None)
        if opened is None:
            return
        for task in opened.tasks:
            task.cancel()
        self._live.bus.unsubscribe(opened.conversation, opened.news)
        self._live.bus.unsubscribe(handoff_key(handoff_id), opened.among_us)
        self._live.watching.leave(handoff_id, self)
        self._tell_present(handoff_id)

    def _tell_present(self, handoff_id: int) -> None:
        there = self._live.watching.present(handoff_id)
        self._live.news.to_handoff(handoff_id, {"type": "present", "handoff": handoff_id, "staff": there})

    async def _follow(self, opened: _Open) -> None:
        """What is said in a conversation, for as long as it is the desk's: what comes after is none of ours."""
        if await self._is_over(opened):
            return
        await self._replay(opened)
        while (frame := await opened.news.get()) is not None:
            kind = frame["type"]
            if kind == "message":
                if frame["seq"] == opened.last + 1:
                    await self._send({**frame, "handoff": opened.handoff})
                    opened.last = frame["seq"]
                elif frame["seq"] > opened.last:
                    await self._replay(opened)
            elif kind == "typing" and frame.get("from") == "citizen":
                await self._send({"type": "typing", "handoff": opened.handoff, "from": "citizen"})
            elif kind == "seen":
                await self._send({"from": "citizen", **frame, "handoff": opened.handoff})
            elif kind == "state":
                await self._send({"type": "handoff", "handoff": opened.handoff})
                if await self._is_over(opened):
                    return
        await self._socket.close(code=1013)  # too far behind: the page comes back and reads the log

    async def _is_over(self, opened: _Open) -> bool:
        """Whether the handoff is closed, taken back or deleted; then the page gets what belongs to it, and no more."""
        try:
            _, ended = await self._door.blocking(self._live.watching.conversation_of, opened.handoff)
            if ended is None:
                return False
            await self._replay(opened, until=ended)
        except NotFoundError:
            pass
        self._live.bus.unsubscribe(opened.conversation, opened.news)
        return True

    async def _replay(self, opened: _Open, *, until: datetime | None = None) -> None:
        while messages := await self._live.conversations.since(opened.conversation, opened.last):
            for message in messages:
                if until is not None and message.at > until:
                    return
                await self._send({**message_frame(message), "handoff": opened.handoff})
                opened.last = message.seq

    async def _among_us(self, opened: _Open) -> None:
        while (frame := await opened.among_us.get()) is not None:
            if frame.get("by") != self._staff.id:
                await self._send({key: value for key, value in frame.items() if key != "by"})

    async def _say(self, handoff_id: int, frame: dict[str, Any]) -> None:
        id, text = frame.get("id"), frame.get("text")
        if not isinstance(id, str) or not _ID.fullmatch(id) or not isinstance(text, str) or len(text) > MAX_TEXT:
            raise InputError("a reply that can't be read", citizen="Beskeden kan ikke sendes. Skriv højst 3.000 tegn.")
        changed = await self._door.blocking(self._live.queue.reply, handoff_id, self._staff, id, text)
        await self._send({"type": "ack", "id": id, "seq": changed.messages[0].seq})
        if not changed.fresh:
            return
        self._live.news.replied(changed)
        opened = self._open.get(handoff_id)
        if opened is not None:
            self._live.news.to_citizen(opened.conversation, {"type": "seen", "from": "staff", "seq": opened.last})
        await self._live.news.state(changed.handoff.conversation_id)
        self._live.news.to_handoff(handoff_id, {"type": "handoff", "handoff": handoff_id})

    async def _typing(self, handoff_id: int) -> None:
        opened = self._open.get(handoff_id)
        if opened is None:
            return
        frame = {"type": "typing", "handoff": handoff_id, "from": "staff", "name": self._staff.name}
        self._live.news.to_handoff(handoff_id, {**frame, "by": self._staff.id})
        if await self._door.blocking(self._live.watching.is_owner, handoff_id, self._staff.id):
            told = {"type": "typing", "from": "staff", "name": self._staff.name}
            self._live.news.to_citizen(opened.conversation, told)

    async def _seen(self, handoff_id: int, seq: int) -> None:
        opened = self._open.get(handoff_id)
        mark = await self._door.blocking(self._live.queue.seen, handoff_id, self._staff, seq)
        if mark is not None and opened is not None:
            self._live.news.to_citizen(opened.conversation, {"type": "seen", "from": "staff", "seq": mark})

    async def _be_available(self, value: bool) -> None:
        self._available = value
        until = utc_now() + _AVAILABLE_FOR if value else None
        others = self._live.watching.available(self._staff.id, self, value)
        if value or not others:
            await self._door.blocking(self._live.watching.be_available, self._staff.id, until)

    async def _ask_who(self, *, used: bool) -> None:
        """Who sits there now: a role may have been taken away, and a session ends, while the socket is open."""
        session = await self._door.blocking(self._door.sessions.resolve, self._secret, used=used)
        if session is None or session.staff.roles.isdisjoint(_READERS):
            await self._socket.close(code=4401)
            raise ConnectionResetError("the session is over")
        self._staff = session.staff
        if self._available and not self._may_write:
            await self._be_available(False)

    async def _tell(self, desk: Subscription) -> None:
        while (frame := await desk.get()) is not None:
            kind = frame["type"]
            if kind == "late" or (kind == "queue" and frame.get("sent")):
                number = frame.get("handoff") or frame["sent"]
                row = await self._door.blocking(self._live.row, number)
                quiet = kind == "queue" and await self._door.blocking(
                    self._live.watching.is_to_and_fro, number, utc_now()
                )
                if row is not None and not quiet:
                    await self._send({"type": "late" if kind == "late" else "new", "row": row})
            await self._send({"type": "queue"})

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            await self._ask_who(used=False)
            if self._available:
                await self._be_available(True)

    async def _refuse(self, frame: dict[str, Any], code: str, text: str) -> None:
        id = frame.get("id")
        more = {"id": id} if isinstance(id, str) and _ID.fullmatch(id) else {}
        await self._send({"type": "error", "code": code, "text": text, **more})

    async def _send(self, frame: Frame) -> None:
        async with self._lock:
            await self._socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def _parsed(raw: str) -> dict[str, Any]:
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError("a frame at the desk that is no JSON") from error
    if not isinstance(frame, dict):
        raise InputError("a frame at the desk that is no object")
    return frame


def _number(value: Any, *, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**31:
        raise NotFoundError("a number that is none")
    return value
