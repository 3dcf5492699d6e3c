"""The other end of the training pages: a small server that speaks their contract to the letter, all in memory.

It refuses what the real one refuses: a change without the session's token or from elsewhere, by somebody who only
reads, a body with anything more or less than agreed, a version or a revision that is old.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from tests.desk.peer import POLICY, WEB, No
from tests.training import sample
from tests.training.peer_examples import Examples
from tests.training.peer_versions import VersionsPeer
from tests.training.sample_figures import figures as figures_of

__all__ = ["No", "Peer"]

API = "/training/api"
_PATHS = ("", "/", "/indbakke", "/hensigter", "/hensigter/{intent}", "/svar", "/tjek", "/versioner", "/versioner/{id}")
_PATHS += ("/proev", "/tal", "/historik")
PAGE = 50  # rows


@dataclass
class Peer:
    """Speaks the contract. The switches are what tests turn.

    ``expired``: the login is over. ``refuse``: the next change is refused with this. ``fail``: the next question is
    refused with this. ``requests``: what was asked, as "METHOD path". ``bodies``: what was sent, with its path.
    """

    me: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(sample.ME)))
    groups: dict[int, dict[str, Any]] = field(default_factory=sample.groups)
    examples: Examples = field(default_factory=Examples)
    versions: VersionsPeer = field(default_factory=VersionsPeer)
    edits: list[dict[str, Any]] = field(default_factory=sample.edits)
    figures: Callable[[str, str], dict[str, Any]] = figures_of
    requests: list[str] = field(default_factory=list)
    queries: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    expired: bool = False
    refuse: No | None = None
    fail: No | None = None
    base: str = ""
    colours: dict[str, str] = field(default_factory=lambda: {"primary": "#0b5563", "on_primary": "#ffffff"})
    _runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `base` is the address then."""
        app = web.Application(middlewares=[self._guard], client_max_size=9 * 1024 * 1024)
        for path in _PATHS:
            app.router.add_get(f"/training{path}", self._page)
        app.router.add_get("/desk/login", self._login)
        app.router.add_post("/desk/logout", self.answering(lambda request, body: {"logout_url": "/training"}))
        for method, path, handler in [*self._own(), *self.examples.routes(self), *self.versions.routes(self)]:
            app.router.add_route(method, f"{API}{path}", self.answering(handler))
        for prefix, folder in (("/training/static", "training"), ("/desk/static", "desk"), ("/widget", "widget")):
            app.router.add_static(prefix, WEB / "static" / folder)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.base = "http://127.0.0.1:" + str(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    def sent(self, what: str) -> list[dict[str, Any]]:
        """The bodies of what was sent to an end of a path, in order."""
        return [body for path, body in self.bodies if path.endswith(what)]

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of what was asked of a path, in order."""
        return [query for asked, query in self.queries if asked == path]

    def auditor(self) -> None:
        """Whoever looks now only reads."""
        self.me.update(roles=["auditor"], may_write=False, may_override=False, name="Rune Revisor")

    def administrator(self) -> None:
        """Whoever looks now may override the gate."""
        self.me.update(roles=["administrator"], may_override=True, name="Ida Skov", id="s-ida")

    def edited(self, kind: str, subject: str, text: str, **more: Any) -> dict[str, Any]:
        """A change of the one who is logged in goes into the history."""
        by = self.me["name"]
        made = sample.edit(len(self.edits) + 1, kind, subject, text, at=sample.ago(0), by=by, **more)
        self.edits.append(made)
        return made

    def exactly(self, request: web.Request, body: dict[str, Any], *names: str) -> None:
        """A body has these fields and no others."""
        if set(body) != set(names):
            self.wrong.append(f"{request.method} {request.path}: {sorted(body)} instead of {sorted(names)}")
            raise No(400, "bad_input", "Siden er forældet. Indlæs den igen.")

    def paged(self, request: web.Request, rows: Sequence[Any], size: int = PAGE) -> tuple[list[Any], str | None]:
        """One page of rows, and the cursor of the next."""
        start = int(request.query.get("cursor", "0"))
        return list(rows[start : start + size]), str(start + size) if start + size < len(rows) else None

    # What the server does

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith(API):
            path = request.path.removeprefix(API)
            self.requests.append(f"{request.method} {path}")
            self.queries.append((path, dict(request.query)))
        response: web.StreamResponse = await handler(request)
        return response

    def answering(self, handler: Callable[..., Any]) -> Any:
        """A handler of (request) or (request, body), guarded as the real ones are; it gives JSON or a response."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                self._let_in(request)
                body = await request.json() if request.method != "GET" else None
                if body is not None:
                    self.bodies.append((request.path, body))
                    if self.refuse:
                        error, self.refuse = self.refuse, None
                        raise error
                elif self.fail and request.path != f"{API}/me":
                    error, self.fail = self.fail, None
                    raise error
                answered = handler(request) if body is None else handler(request, body)
                if isinstance(answered, web.StreamResponse):
                    return answered
                status, answered = answered if isinstance(answered, tuple) else (200, answered)
                return web.json_response(answered, status=status)
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
        # Trying changes nothing, so those who only read may.
        if not self.me["may_write"] and request.path.startswith(API) and request.path != f"{API}/try":
            self.wrong.append(f"{request.path}: by a reader")
            raise No(403, "not_your_role", "Din rolle giver ikke adgang til det.")

    async def _page(self, request: web.Request) -> web.Response:
        templates = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
        text = templates.get_template("training.html").render(
            municipality={"name": "Nørreå Kommune", "colours": self.colours}
        )
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _login(self, request: web.Request) -> web.Response:
        self.expired = False
        raise web.HTTPFound(request.query["to"])

    def _own(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            ("GET", "/me", lambda request: self.me),
            ("GET", "/overview", self._overview),
            ("GET", "/inbox", self._inbox),
            ("GET", "/inbox/{id}", self._group),
            ("POST", "/inbox/{id}/use", self._use),
            ("POST", "/inbox/{id}/drop", self._drop),
            ("POST", "/inbox/{id}/restore", self._restore),
            ("POST", "/try", self._try),
            ("GET", "/figures", self._figures),
            ("GET", "/figures.csv", self._figures_csv),
        ]

    def _overview(self, request: web.Request) -> dict[str, Any]:
        active = self.versions.rows.get(self.versions.live)
        return {
            "inbox": {"waiting": self._counts()["waiting"]},
            "changes": {"n": len(self.edits), "since": active["made_at"] if active else None, "elsewhere": False},
            "active": active,
            "training": self.versions.current,
            "weakest": [{**sample.guess("klage"), "f1": 0.61}, {**sample.guess("svartid"), "f1": 0.747}],
            "figures": {"days": 7, "conversations": 210, "solved": 160, "not_understood": 31},
        }

    # The inbox

    def _counts(self) -> dict[str, int]:
        statuses = [one["status"] for one in self.groups.values()]
        return {view: statuses.count(view) for view in ("waiting", "used", "dropped")}

    def _inbox(self, request: web.Request) -> dict[str, Any]:
        query = request.query
        rows = [one for one in self.groups.values() if one["status"] == query.get("view", "waiting")]
        reasons: dict[str, int] = {}
        for one in rows:
            for reason in one["reasons"]:
                reasons[reason] = reasons.get(reason, 0) + 1
        if "reason" in query:
            rows = [one for one in rows if query["reason"] in one["reasons"]]
        if "q" in query:
            rows = [one for one in rows if query["q"].casefold() in one["text"].casefold()]
        shown, next_ = self.paged(request, rows)
        return {"rows": shown, "next": next_, "counts": self._counts(), "reasons": reasons}

    def _one(self, request: web.Request) -> dict[str, Any]:
        found = self.groups.get(int(request.match_info["id"]))
        if found is None:
            raise No(404, "not_found", "Beskeden findes ikke længere.")
        return found

    def _group(self, request: web.Request) -> dict[str, Any]:
        one = self._one(request)
        return {**one, "messages": sample.messages(one["text"])}

    def _changing(self, request: web.Request, body: dict[str, Any], *names: str) -> dict[str, Any]:
        self.exactly(request, body, "version", *names)
        one = self._one(request)
        if body["version"] != one["version"]:
            by = one["by"] or ""
            did = {"used": "brugt beskeden", "dropped": "smidt beskeden væk"}.get(one["status"], "ændret den")
            raise No(409, "changed", f"{by or 'En anden'} har {did} imens.", by=by)
        return one

    def _use(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        one = self._changing(request, body, "intent", "text", "confirmed")
        intent, text = body["intent"], body["text"]
        self.examples.refuse(text, intent, confirmed=body["confirmed"])
        self.examples.texts[intent].append(text)
        edit = self.edited("added", intent, "1 eksempel lagt til fra indbakken")
        one.update(status="used", intent=intent, by=self.me["name"], version=one["version"] + 1)
        return {"group": one, "edit": edit}

    def _drop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        one = self._changing(request, body)
        one.update(status="dropped", by=self.me["name"], version=one["version"] + 1)
        return {"group": one}

    def _restore(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        one = self._changing(request, body)
        if not one["n"]:
            del self.groups[one["id"]]
            return {"group": None}
        one.update(status="waiting", intent=None, by=None, version=one["version"] + 1)
        return {"group": one}

    # Trying and figures

    def _try(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.exactly(request, body, "text", "versions")
        if not body["text"] or not 1 <= len(body["versions"]) <= 2:
            self.wrong.append("a try without a text or a version")
        return {"results": [sample.tried(version, body["text"]) for version in body["versions"]]}

    def _figures(self, request: web.Request) -> dict[str, Any]:
        return self.figures(request.query["from"], request.query["to"])

    def _figures_csv(self, request: web.Request) -> web.Response:
        if request.query["table"] not in ("total", "day", "matter", "trigger", "intent"):
            self.wrong.append(f"no table {request.query['table']}")
        text = "\ufeffdag;samtaler\r\n2026-11-20;110\r\n"
        return web.Response(text=text, content_type="text/csv", headers={"Content-Disposition": "attachment"})
