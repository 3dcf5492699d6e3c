"""The other end of the desk's page: a small server that speaks the contract to the letter, all in memory.

It refuses what the real one refuses: a change without the session's token or from elsewhere, a body with anything
more or less than agreed, a version that is old.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from jinja2 import Environment, FileSystemLoader

from tests.desk import sample

WEB = Path(__file__).resolve().parents[2] / "bot" / "web"
# As bot.web.middlewares.page_policy has it, and no markup from text at all.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class No(Exception):
    """An answer that is a no."""

    def __init__(self, status: int, code: str, text: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.error = {"code": code, "text": text, **more}


@dataclass
class Peer:
    """Speaks the desk's contract. The switches are what tests turn.

    ``expired``: the login is over. ``away``: nobody takes the socket. ``drop``: so many replies are kept, and their
    answer is lost. ``mute``: replies are kept, and no page hears of them. ``refuse``: the next change is refused with
    this. ``requests``: what was asked, as "METHOD path".
    """

    me: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(sample.ME)))
    handoffs: dict[int, dict[str, Any]] = field(default_factory=sample.handoffs)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    staff: list[dict[str, Any]] = field(default_factory=lambda: list(sample.STAFF))
    replies: list[dict[str, Any]] = field(default_factory=lambda: list(sample.REPLIES))
    cases: list[dict[str, Any]] = field(default_factory=lambda: list(sample.CASES))
    figures: dict[str, Any] = field(default_factory=lambda: sample.FIGURES)
    expired: bool = False
    away: bool = False
    drop: int = 0
    mute: bool = False
    refuse: No | None = None
    base: str = ""
    colours: dict[str, str] = field(default_factory=lambda: {"primary": "#0b5563", "on_primary": "#ffffff"})
    _runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `base` is the address then."""
        app = web.Application(middlewares=[self._guard])
        for path in ("/desk", "/desk/samtale/{id}", "/desk/historik", "/desk/tal"):
            app.router.add_get(path, self._page)
        app.router.add_get("/desk/login", self._login)
        app.router.add_get("/desk/socket", self._socket)
        api: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/me", lambda request: self.me),
            ("GET", "/queue", self._queue),
            ("GET", "/handoffs/{id}", lambda request: self._told(self._one(request))),
            ("GET", "/handoffs/{id}/messages", self._messages),
            ("GET", "/handoffs/{id}/cases", self._cases),
            ("POST", "/handoffs/{id}/meetings", self._book),
            ("POST", "/handoffs/{id}/{what}", self._act),
            ("GET", "/staff", lambda request: self.staff),
            ("GET", "/replies", lambda request: self.replies),
            ("GET", "/slots", lambda request: {"slots": sample.slots(request.query["from"])}),
            ("PATCH", "/meetings/{id}", self._meeting),
            ("DELETE", "/meetings/{id}", self._meeting),
            ("PUT", "/filings/{id}", self._filing),
            ("DELETE", "/filings/{id}", self._filing),
            ("POST", "/filings/{id}/sign", self._filing),
            ("GET", "/history", self._history),
            ("GET", "/figures", lambda request: self.figures),
        ]
        for method, path, handler in api:
            app.router.add_route(method, f"/desk/api{path}", self._answering(handler))
        app.router.add_static("/desk/static", WEB / "static" / "desk")
        app.router.add_static("/widget", WEB / "static" / "widget")
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base = "http://127.0.0.1:" + str(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        await self.cut()
        if self._runner:
            await self._runner.cleanup()

    async def cut(self) -> None:
        """Close every socket, as a server does that starts again."""
        for socket in list(self.sockets):
            await socket.close(code=1012)
        self.sockets.clear()

    async def frame(self, frame: dict[str, Any]) -> None:
        """Send a frame to every page."""
        for socket in list(self.sockets):
            if not socket.closed:
                await socket.send_json(frame)

    async def says(self, id: int, text: str, *, sender: str = "citizen", **more: Any) -> dict[str, Any]:
        """Put a message in a conversation's log and send it to those who have it open."""
        frame = self.keep(id, text, sender=sender, **more)
        await self.frame({**frame, "handoff": id})
        await self.frame({"type": "queue"})
        return frame

    def keep(self, id: int, text: str, *, sender: str = "citizen", **more: Any) -> dict[str, Any]:
        """Put a message in a conversation's log, and tell nobody."""
        log = self.handoffs[id]["log"]
        frame = sample.message(len(log) + 1, sender, text, minutes=0, **more)
        log.append(frame)
        return frame

    def sent(self, what: str) -> list[dict[str, Any]]:
        """The bodies of what was sent to an end of a path, in order."""
        return [body for path, body in self.bodies if path.endswith(what)]

    def changed(self, id: int, **more: Any) -> None:
        """A handoff has become another."""
        handoff = self.handoffs[id]["detail"]["handoff"]
        handoff.update(more, version=handoff["version"] + 1)

    # What the server does

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/desk/api"):
            self.requests.append(f"{request.method} {request.path.removeprefix('/desk/api')}")
        response: web.StreamResponse = await handler(request)
        return response

    def _answering(self, handler: Callable[..., Any]) -> Any:
        async def answer(request: web.Request) -> web.Response:
            try:
                self._let_in(request)
                body = await request.json() if request.method != "GET" else None
                if body is not None:
                    self.bodies.append((request.path, body))
                    if self.refuse:
                        error, self.refuse = self.refuse, None
                        raise error
                answered = handler(request) if body is None else handler(request, body)
                if hasattr(answered, "__await__"):
                    answered = await answered
                return web.json_response(answered)
            except No as no:
                return web.json_response({"error": no.error}, status=no.status)

        return answer

    def _let_in(self, request: web.Request) -> None:
        if self.expired:
            raise No(401, "not_logged_in", "Du er ikke logget ind længere. Log ind igen.")
        if request.method == "GET":
            return
        if request.headers.get("X-CSRF-Token") != self.me["csrf"] or request.headers.get("Origin") != self.base:
            self.wrong.append(f"{request.path}: without token or origin")
            raise No(403, "bad_csrf", "Det kom ikke fra siden her.")
        if "agent" not in self.me["roles"]:
            self.wrong.append(f"{request.path}: by a reader")
            raise No(403, "not_your_role", "Din rolle giver ikke adgang til det.")

    def _exactly(self, request: web.Request, body: dict[str, Any], *names: str) -> None:
        if set(body) != set(names):
            self.wrong.append(f"{request.path}: {sorted(body)} instead of {sorted(names)}")
            raise No(400, "bad_request", "Siden sendte noget forkert.")

    async def _page(self, request: web.Request) -> web.Response:
        templates = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
        text = templates.get_template("desk.html").render(
            municipality={"name": "Nørreå Kommune", "colours": self.colours}
        )
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _login(self, request: web.Request) -> web.Response:
        self.expired = False
        raise web.HTTPFound(request.query["to"])

    def _one(self, request: web.Request) -> dict[str, Any]:
        found = self.handoffs.get(int(request.match_info["id"]))
        if found is None:
            raise No(404, "not_found", "Det findes ikke.")
        return found

    def _told(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one["detail"], "last_seq": len(one["log"]), "present": []}

    def _queue(self, request: web.Request) -> dict[str, Any]:
        query = request.query
        rows = [self._row(one) for one in self.handoffs.values()]
        views: dict[str, Callable[[dict[str, Any]], bool]] = {
            "waiting": lambda row: row["status"] == "waiting" and row["way"] == "chat",
            "mine": lambda row: row["status"] == "claimed" and row["claimed_by"]["id"] == self.me["id"],
            "others": lambda row: row["status"] == "claimed" and row["claimed_by"]["id"] != self.me["id"],
            "calls": lambda row: row["status"] == "waiting" and row["way"] == "call",
            "meetings": lambda row: row["status"] == "waiting" and row["way"] == "meeting",
            "late": lambda row: row["status"] in {"waiting", "claimed"} and row["late"],
        }
        found = [row for row in rows if views[query["view"]](row)]
        found = [row for row in found if query.get("department", row["department"]) == row["department"]]
        found = [row for row in found if query.get("trigger", row["trigger"]) == row["trigger"]]
        keys: dict[str, Callable[[dict[str, Any]], Any]] = {
            "priority": lambda row: (row["priority"], row["waiting_since"]),
            "waiting": lambda row: row["waiting_since"],
            "due": lambda row: row["due_at"],
            "department": lambda row: (row["department_name"], row["waiting_since"]),
        }
        found.sort(key=keys[query.get("sort", "priority")])
        start, limit = int(query.get("cursor", "0")), int(query.get("limit", "50"))
        counts = {name: sum(map(view, rows)) for name, view in views.items()}
        after = start + limit
        return {"items": found[start:after], "next": str(after) if after < len(found) else None, "counts": counts}

    @staticmethod
    def _row(one: dict[str, Any]) -> dict[str, Any]:
        return {key: one["detail"]["handoff"][key] for key in sample.row(0)}

    def _messages(self, request: web.Request) -> dict[str, Any]:
        before = int(request.query.get("before", 2**31))
        older = [frame for frame in self._one(request)["log"] if frame["seq"] < before]
        limit = int(request.query["limit"])
        return {"items": older[-limit:], "more": len(older) > limit}

    def _cases(self, request: web.Request) -> dict[str, Any]:
        if not self._one(request)["detail"]["handoff"]["logged_in"]:
            return {"login": False, "cases": [], "error": None}
        if (self._one(request)["detail"]["handoff"]["claimed_by"] or {}).get("id") != self.me["id"]:
            self.wrong.append("cases of a conversation that is another's")
        return {"login": True, "cases": self.cases, "error": None}

    def _act(self, request: web.Request, body: dict[str, Any]) -> Any:
        one, id = self._one(request), int(request.match_info["id"])
        what, detail = request.match_info["what"], one["detail"]
        handoff = detail["handoff"]
        names = {
            "claim": (), "release": ("reason",), "transfer": ("to", "reason"), "reply": ("id", "text"),
            "note": ("text",), "ask-login": (), "ask-consent": ("text",), "to-assistant": (),
            "close": ("outcome", "note"), "misread": ("seq",), "file-task": ("text", "case", "deadline"),
        }  # fmt: skip
        self._exactly(request, body, *names[what])
        mine = {"id": self.me["id"], "name": self.me["name"]}
        if what == "reply":
            return self._reply(one, id, body)
        if what == "misread":
            message = one["log"][body["seq"] - 1]
            if "misread" not in message:
                self.wrong.append(f"misread, and the assistant has not read it: {body}")
            message["misread"] = True
            return {"seq": body["seq"], "misread": True}
        if what == "claim":
            if handoff["status"] != "waiting":
                by = (handoff["claimed_by"] or {}).get("name", "")
                raise No(409, "taken", f"{by} har allerede taget den.", by=by)
            self.changed(id, status="claimed", claimed_by=mine)
            detail["state"] = "human" if handoff["way"] == "chat" else "bot"
        elif what in {"release", "transfer"}:
            if what == "transfer" and not body["reason"]:
                self.wrong.append("a transfer without a reason")
            self.changed(id, status="waiting", claimed_by=None)
            detail["state"] = "queued"
        elif what == "to-assistant":
            detail["state"] = "bot"
        elif what == "close":
            if not body["outcome"] or not body["note"]:
                self.wrong.append("closed without an outcome or a note")
            self.changed(id, status="closed", outcome=body["outcome"], note=body["note"], closed_at=sample.ago(0))
            detail["state"] = "closed"
        elif what == "file-task":
            number = handoff["id"] * 10 + len(detail["filings"])
            detail["filings"].append({**detail["filings"][0], **body, "id": number, "version": 1, "kind": "task"})
        text = body.get("text") or body.get("reason") or body.get("note") or ""
        kinds = {"claim": "claimed", "release": "released", "transfer": "transferred", "close": "closed"}
        kind = kinds.get(what, what.replace("ask-", "asked_").replace("-", "_"))
        if what != "file-task":
            event = {"id": len(detail["events"]) + 1, "kind": kind, "text": kind, "who": mine}
            detail["events"].append({**event, "at": sample.ago(0), "detail": text})
        return self._told(one)

    async def _reply(self, one: dict[str, Any], id: int, body: dict[str, Any]) -> dict[str, Any]:
        if (one["detail"]["handoff"]["claimed_by"] or {}).get("id") != self.me["id"]:
            raise No(409, "not_yours", "Samtalen er ikke din længere.")
        one["detail"]["state"] = "human"
        if body["id"] not in one["ids"]:
            frame = self.keep(id, body["text"], sender="staff", name=self.me["name"])
            one["ids"][body["id"]] = frame["seq"]
            if not self.mute:
                await self.frame({**frame, "handoff": id})
        if self.drop:
            self.drop -= 1
            raise No(503, "unavailable", "Det kan ikke lade sig gøre lige nu. Prøv igen om lidt.")
        return {"seq": one["ids"][body["id"]]}

    def _book(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self._exactly(request, body, "calendar", "form", "starts_at", "details")
        self._exactly(request, body["details"], "name", "email", "phone", "mail", "sms", "interpreter", "companion")
        one = self._one(request)
        number = one["detail"]["handoff"]["id"] * 10 + len(one["detail"]["meetings"])
        one["detail"]["meetings"].append(sample.meeting(number, body["starts_at"], body["form"], body["details"]))
        return self._told(one)

    def _find(self, request: web.Request, body: dict[str, Any], what: str) -> tuple[dict[str, Any], dict[str, Any]]:
        number = int(request.match_info["id"])
        all_ = [(one, item) for one in self.handoffs.values() for item in one["detail"][what]]
        one, found = next((one, item) for one, item in all_ if item["id"] == number)
        if body["version"] != found["version"]:
            raise No(409, "changed", "En anden har ændret det imens.")
        found["version"] += 1
        return one, found

    def _meeting(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        one, found = self._find(request, body, "meetings")
        if request.method == "DELETE":
            self._exactly(request, body, "version")
            found["status"] = "cancelled"
        else:
            extra = set(body) - {"version", "starts_at", "calendar", "agenda", "documents", "details"}
            if extra:
                self.wrong.append(f"{request.path}: {sorted(extra)}")
            found.update({name: value for name, value in body.items() if name != "version"})
        return self._told(one)

    def _filing(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        one, found = self._find(request, body, "filings")
        if request.method == "PUT":
            self._exactly(request, body, "version", "text", "case", "deadline")
            found.update({name: value for name, value in body.items() if name != "version"})
        else:
            self._exactly(request, body, "version")
            found["status"] = "dropped" if request.method == "DELETE" else "pending"
            found["who"], found["at"] = self.me["name"], sample.ago(0)
        return self._told(one)

    def _history(self, request: web.Request) -> dict[str, Any]:
        found = [one["detail"]["handoff"] for one in self.handoffs.values()]
        words = request.query.get("q", "").lower()
        found = [
            one for one in found if one["status"] == "closed" and words in f"{one['topic']} {one['first']}".lower()
        ]
        return {"items": found, "next": None}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.expired:
            raise web.HTTPUnauthorized()
        if self.away or request.headers.get("Origin") != self.base:
            raise web.HTTPServiceUnavailable()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = message.json()
                self.frames.append(frame)
                if frame["type"] == "open":
                    for kept in self.handoffs[frame["handoff"]]["log"][frame["since"] :]:
                        await socket.send_json({**kept, "handoff": frame["handoff"]})
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket
