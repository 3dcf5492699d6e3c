"""The other end of the widget's line: a small server that speaks the chat's protocol and does as a test tells it."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

STATIC = Path(__file__).resolve().parents[2] / "bot" / "web" / "static"
CPR = re.compile(r"\b\d{6}-?\d{4}\b")
# What the frames of forms may hold; anything else is a fault of the widget's.
FIELDS = {"topic", "first_request", "last_question", "urgency", "missing", "phone", "email", "form", "time"}
FIELDS |= {"interpreter", "companion", "fact"}
DETAILS = {"name": str, "email": str, "phone": str, "mail": bool, "sms": bool, "interpreter": str, "companion": str}
ANSWERS = ("heard", "neutral", "trust", "respect")

# A host page as strict as they come: only scripts and styles from files, connections to the chat alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html><html lang="da"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Værtsside</title>
<link rel="icon" href="/demo/favicon.svg">%(head)s<script type="module" src="/widget/borgerkontakt.js"></script></head>
<body><main><h1>En hjemmeside</h1>
<p><a id="first" href="#main">Et link</a></p><p><input id="field" aria-label="Felt"></p>
</main></body></html>"""


def now() -> str:
    """The time as the protocol writes it."""
    return datetime.now(timezone.utc).isoformat()


@dataclass
class Talk:
    """One conversation as the peer keeps it."""

    token: str
    log: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    login: dict[str, Any] | None = None
    state: dict[str, Any] = field(default_factory=lambda: {"state": "bot"})


@dataclass
class Peer:
    """Speaks DESIGN §8. The switches are what tests turn.

    ``deaf``: how many coming messages are neither kept nor answered. ``mute``: how many are kept without an ack.
    ``refuse``: an error frame for the next message. ``away``: nobody takes the socket. ``calendar``: the file of
    every meeting, None when there is none. ``faults``: frames of the widget that broke the protocol.
    """

    talks: dict[str, Talk] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    config: dict[str, Any] = field(
        default_factory=lambda: {
            "municipality": "Nørreå Kommune",
            "assistant": "Nora",
            "phone": "12 34 56 00",
            "phone_hours": "mandag-torsdag kl. 9-15",
            "website": "https://noerreaa.example",
            "colours": {"primary": "#0b5563", "on_primary": "#ffffff"},
            "max_length": 3000,
        }
    )
    greeting: dict[str, Any] | None = None
    head: str = ""
    deaf: int = 0
    mute: int = 0
    refuse: dict[str, Any] | None = None
    refuse_session: dict[str, Any] | None = None
    away: bool = False
    calendar: str | None = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    faults: list[str] = field(default_factory=list)
    logouts: int = 0
    base: str = ""
    _runner: web.AppRunner | None = None

    @property
    def talk(self) -> Talk:
        """The newest conversation."""
        return list(self.talks.values())[-1]

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `base` is the address then."""
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/host.css", self._host_css)
        app.router.add_get("/provider", self._provider)
        app.router.add_get("/chat/config", self._config)
        app.router.add_post("/chat/sessions", self._session)
        app.router.add_get("/chat/socket", self._socket)
        app.router.add_get("/chat/meetings/{id}.ics", self._calendar)
        app.router.add_post("/identity/start", self._login_start)
        app.router.add_post("/identity/finish", self._login_finish)
        app.router.add_post("/identity/logout", self._logout)
        app.router.add_static("/widget", STATIC / "widget")
        app.router.add_static("/demo", STATIC / "demo")
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.base = "http://127.0.0.1:" + str(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        await self.cut()
        if self._runner:
            await self._runner.cleanup()

    async def cut(self, code: int = 1012) -> None:
        """Close every socket, as a server does that starts again."""
        for socket in list(self.sockets):
            await socket.close(code=code)
        self.sockets.clear()

    async def frame(self, frame: dict[str, Any]) -> None:
        """Send a frame to everybody who listens."""
        for socket in list(self.sockets):
            if not socket.closed:
                await socket.send_json(frame)

    async def says(self, text: str, *, author: str = "assistant", **more: Any) -> dict[str, Any]:
        """Put a message in the log and send it."""
        frame = self._keep(self.talk, {"from": author, "text": text, **more})
        await self.frame(frame)
        return frame

    async def stands(self, state: str, handoff: dict[str, Any] | None = None, **more: Any) -> None:
        """Who has the conversation now: kept for the next welcome, and told to everybody."""
        self.talk.state = {"state": state, "handoff": handoff, "position": None, "wait_minutes": None, **more}
        await self.frame({"type": "state", **self.talk.state, "login": self.talk.login})

    async def has_kept(self, text: str) -> None:
        """Wait until a message of the citizen's is in the log: before that, breaking the line loses it on the way."""

        def kept() -> bool:
            return any(message["from"] == "citizen" and text in message["text"] for message in self.talk.log)

        while not kept():  # noqa: ASYNC110 - the log of this peer is a plain list
            await asyncio.sleep(0.01)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a kind that came, without their ids."""
        return [{k: v for k, v in f.items() if k not in {"type", "id"}} for f in self.received if f["type"] == kind]

    def _keep(self, talk: Talk, message: dict[str, Any]) -> dict[str, Any]:
        frame = {"type": "message", "seq": len(talk.log) + 1, "at": now(), **message}
        talk.log.append(frame)
        return frame

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(
            text=PAGE % {"head": self.head}, content_type="text/html", headers={"Content-Security-Policy": POLICY}
        )

    async def _host_css(self, request: web.Request) -> web.Response:
        css = (
            "html{font-size:62.5%} *{color:#f0f !important;letter-spacing:.3em} "
            "borgerkontakt-chat{--borgerkontakt-primary:#ffd54a}"
        )
        return web.Response(text=css, content_type="text/css")

    async def _provider(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"] + "#" + request.query["with"])

    async def _config(self, request: web.Request) -> web.Response:
        return web.json_response(self.config)

    async def _session(self, request: web.Request) -> web.Response:
        if self.refuse_session:
            error, self.refuse_session = self.refuse_session, None
            return web.json_response({"error": error}, status=429)
        talk = Talk(token=secrets.token_urlsafe(16))
        self.talks[talk.token] = talk
        if self.greeting:
            self._keep(talk, self.greeting)
        expires = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
        answer = {"conversation": secrets.token_urlsafe(6), "token": talk.token, "expires_at": expires}
        return web.json_response(answer, status=201)

    def _talk_of(self, request: web.Request) -> Talk:
        talk = self.talks.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if talk is None:
            raise web.HTTPUnauthorized()
        return talk

    async def _login_start(self, request: web.Request) -> web.Response:
        self._talk_of(request)
        back = (await request.json())["return_url"]
        query = {"to": back, "with": "borgerkontakt-login=kode-1"}
        return web.json_response({"url": str(request.url.with_path("/provider").with_query(query))})

    async def _login_finish(self, request: web.Request) -> web.Response:
        talk = self._talk_of(request)
        if (await request.json())["code"] != "kode-1":
            raise web.HTTPBadRequest()
        expires = (datetime.now(timezone.utc) + timedelta(minutes=30)).isoformat()
        talk.login = {"name": "Anna Mølgaard", "expires_at": expires}
        await self.frame({"type": "state", **talk.state, "login": talk.login})
        return web.json_response(talk.login)

    async def _logout(self, request: web.Request) -> web.Response:
        self._talk_of(request).login = None
        self.logouts += 1
        return web.json_response({"logout_url": f"{self.base}/identity/goodbye?ticket=billet-1"})

    async def _calendar(self, request: web.Request) -> web.Response:
        self._talk_of(request)
        if self.calendar is None or not request.match_info["id"].isdigit():
            raise web.HTTPNotFound()
        return web.Response(text=self.calendar, content_type="text/calendar")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            raise web.HTTPServiceUnavailable()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = await socket.receive_json()
        self.received.append(hello)
        talk = self.talks.get(hello["token"])
        if talk is None:
            await socket.send_json({"type": "error", "code": "bad_token", "text": "Samtalen findes ikke længere."})
            await socket.close(code=4401)
            return socket
        await socket.send_json({"type": "welcome", **talk.state, "last_seq": len(talk.log), "login": talk.login})
        for frame in talk.log[hello["since"] :]:
            await socket.send_json(frame)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._heard(socket, talk, message.json())
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, talk: Talk, frame: dict[str, Any]) -> None:
        self.received.append(frame)
        if frame["type"] == "end" and frame.get("erase"):
            self.talks.pop(talk.token, None)
            await self.frame(
                {"type": "state", "state": "closed", "login": None, "erased": True, "text": "Samtalen er slettet."}
            )
        if frame["type"] in {"handoff", "meeting", "survey"} and (fault := fault_of(frame)):
            self.faults.append(fault)
            await socket.send_json({"type": "error", "code": "bad_frame", "id": frame["id"], "text": fault})
            return
        if frame["type"] == "wrong" and (set(frame) != {"type", "id", "seq"} or not self._answers(talk, frame["seq"])):
            self.faults.append(f"wrong: {frame}")
        if frame["type"] not in {"say", "choose", "handoff", "meeting", "survey", "wrong"}:
            return
        if self.deaf:
            self.deaf -= 1
            return
        if self.refuse:
            error, self.refuse = self.refuse, None
            await socket.send_json({"type": "error", "id": frame["id"], **error})
            return
        if frame["type"] == "wrong":
            human = {"id": f"{len(talk.log) + 1}.0", "title": "Tal med et menneske", "do": "handoff:wrong"}
            await self.says("Tak, fordi du siger det.", author="system", choices=[human])
            await socket.send_json({"type": "ack", "id": frame["id"], "seq": frame["seq"]})
            return
        if frame["type"] == "survey":  # kept, but not as a message
            await socket.send_json({"type": "ack", "id": frame["id"], "seq": len(talk.log) + 1})
            await self.says("Tak, fordi du svarede.")
            return
        seq = talk.ids.get(frame["id"])
        if seq is None:
            text = self._words(talk, frame)
            kept = self._keep(talk, {"from": "citizen", "text": CPR.sub("[CPR-nummer]", text)})
            seq = talk.ids[frame["id"]] = kept["seq"]
            if self.mute:
                self.mute -= 1
                return
            await self.frame(kept)
        await socket.send_json({"type": "ack", "id": frame["id"], "seq": seq})

    @staticmethod
    def _answers(talk: Talk, seq: object) -> bool:
        return any(message["seq"] == seq and "answers" in message for message in talk.log)

    @staticmethod
    def _words(talk: Talk, frame: dict[str, Any]) -> str:
        if frame["type"] == "say":
            return str(frame["text"])
        if frame["type"] == "choose":
            choices = (c for m in reversed(talk.log) for c in m.get("choices", ()))
            return str(next(c["title"] for c in choices if c["id"] == frame["choice"]))
        given = frame.get("fields", frame.get("details", {}))
        said = [f"{name}: {value}" for name, value in given.items()]
        return "\n".join([f"[{frame['do']}]", *said, *filter(None, [frame.get("add")])])


def fault_of(frame: dict[str, Any]) -> str | None:
    """What is wrong with the frame of a form; None when it is as the contract says."""
    kind, known = frame["type"], {"type", "id"}
    if kind == "handoff":
        known |= {"handoff", "do", "fields", "add"}
        fields = frame.get("fields", {})
        right = (
            type(frame.get("handoff")) is int
            and frame.get("do") in {"send", "correct", "withdraw", "call"}
            and set(fields) <= FIELDS
            and all(isinstance(value, str) for value in fields.values())
            and isinstance(frame.get("add", ""), str)
        )
    elif kind == "meeting":
        known |= {"meeting", "do", "details"}
        details = frame.get("details", {})
        right = (
            type(frame.get("meeting")) is int
            and frame.get("do") in {"book", "change", "cancel", "drop"}
            and all(type(value) is DETAILS.get(name) for name, value in details.items())
        )
    else:
        known |= {"handoff", "comment", *ANSWERS}
        answers = [frame.get(name) for name in ANSWERS]
        right = (
            type(frame.get("handoff")) is int
            and all(answer is None or (type(answer) is int and 1 <= answer <= 5) for answer in answers)
            and isinstance(frame.get("comment"), str)
        )
    unknown = set(frame) - known
    return None if right and not unknown else f"{kind}: {sorted(unknown) or 'a wrong value'}"
