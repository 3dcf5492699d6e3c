"""A stand-in for SBSYS: a real HTTP server on loopback that refuses what the real one refuses.

In a test: ``async with SbsysDouble() as sbsys: sbsys.put(record(...))``. As a program, with the sample cases or those
of a file in the format of `borgerkontakt cases import`:

    python -m tests.doubles.sbsys --port 8055 [--cases FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from bot.cases.case import HandlerKind
from bot.cases.importing import read_file
from bot.cases.record import CaseRecord
from bot.cases.sample import DEPARTMENTS, sample_file
from bot.cases.sbsys.access import Sbsys
from tests.doubles.sbsys_checks import (
    count_in,
    invalid,
    must_be_html,
    must_be_moment,
    must_only_have,
    oauth,
    object_in,
    refusal,
    refused,
    text_in,
)
from tests.doubles.sbsys_records import Kept, User, hyphened, new_id, states

_CPR = re.compile(r"\d{6}-\d{4}\Z", re.ASCII)
_MOST_BYTES = 64 * 1024
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SbsysDouble:
    """One installation. ``page`` is the most rows a search gives at once, ``short`` makes it leave out what it may.

    ``counted`` False leaves the total out; ``lasts`` is how many seconds a token is good for. `asked` counts what was
    asked, by method and kind of address. A test may set ``lose`` (how many creates are answered by cutting off, after
    the writing), ``works_until`` (creates are done and answered when that is set, whether or not anybody waits for it
    still), ``refuses`` (the status every create is answered with, undone) and ``search_takes`` (seconds), put cases'
    ids into `hidden_cases` (a search finds them; whoever opens them gets that status), put `strangers` into every
    search's answer, and make ``users`` "silent" or "refused".
    """

    def __init__(self, *, page: int = 7, short: bool = False, lasts: float = 300, counted: bool = True) -> None:
        self.page, self.short, self.lasts, self.counted = page, short, lasts, counted
        self.client_id, self.client_secret = "borgerkontakt", "en-hemmelighed-til-test"
        self.user, self.password = "robot", "en-adgangskode-til-test"
        self.asked: Counter[str] = Counter()
        self.kept: dict[str, Kept] = {}
        self.strangers: list[Kept] = []
        self.staff: dict[str, User] = {}
        self.users = "told"
        self.me = User(name="Borgerkontakt")
        self.lose = 0
        self.works_until: asyncio.Event | None = None
        self.refuses = 0
        self.search_takes = 0.0
        self.closed_cases: set[int] = set()
        self.hidden_cases: dict[int, int] = {}
        self._tokens: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def access(self) -> Sbsys:
        """How to reach this one."""
        return Sbsys(
            url=f"http://127.0.0.1:{self.port}",
            token_url=f"http://127.0.0.1:{self.port}/auth/realms/sbsip/protocol/openid-connect/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            user=self.user,
            password=self.password,
        )

    def put(self, *records: CaseRecord) -> None:
        """Keep cases; a known number is replaced, and keeps its numbers, its notes and its tasks."""
        for record in records:
            handler = record.handler
            user = None
            if handler is not None and handler.kind is HandlerKind.PERSON:
                user = self.staff.setdefault(handler.name, User(name=handler.name))
                user.phone, user.email = handler.phone, handler.email
            kept = self.kept.setdefault(record.number, Kept(record=record))
            kept.record, kept.handler, kept.changes = record, user, {}

    def case(self, ref: str) -> Kept:
        """The case with this id or uuid."""
        return next(kept for kept in self._all() if ref in (kept.uuid, str(kept.id)))

    def revoke(self) -> None:
        """Make every token given until now worthless."""
        self._tokens.clear()

    async def start(self, port: int = 0) -> SbsysDouble:
        """Listen on loopback; 0 is a free port."""
        app = web.Application(middlewares=[self._counts, self._guards], client_max_size=_MOST_BYTES)
        app.add_routes(
            [
                web.post("/auth/realms/sbsip/protocol/openid-connect/token", self._token),
                web.post("/api/sag/search", self._search),
                web.get("/api/sag/sagStatusList", self._states),
                web.get("/api/sag/{id}", self._case),
                web.get("/api/sag/{id}/journalarknotes", self._notes),
                web.post("/api/journalarknote/create", self._create_note),
                web.get("/api/erindring/typer", self._kinds),
                web.get("/api/erindring/sag/{id}", self._tasks),
                web.post("/api/erindring", self._create_task),
                web.get("/api/bruger/me", self._who),
                web.get("/api/bruger/{uuid}", self._user),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> SbsysDouble:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _all(self) -> list[Kept]:
        return [*self.kept.values(), *self.strangers]

    # What every request must be.

    @web.middleware
    async def _counts(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        self.asked[f"{request.method} {resource.canonical if resource else request.path}"] += 1
        return await handler(request)

    @web.middleware
    async def _guards(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.path.startswith("/api/"):
            kind, _, value = request.headers.get("Authorization", "").partition(" ")
            if kind.lower() != "bearer" or self._tokens.get(value, 0) < time.monotonic():
                return refused(401, "Authorization has been denied for this request.", "WWW-Authenticate", "Bearer")
            if request.method == "POST" and request.content_type != "application/json":
                return refused(415, f"The media type {request.content_type!r} is not supported.")
        return await handler(request)

    async def _token(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return oauth(400, "invalid_request")
        form = await request.post()
        known = {"grant_type", "client_id", "client_secret", "username", "password"}
        if set(form) != known or len(form) != len(known):
            return oauth(400, "invalid_request")
        if form["grant_type"] != "password":
            return oauth(400, "unsupported_grant_type")
        if (form["client_id"], form["client_secret"]) != (self.client_id, self.client_secret):
            return oauth(401, "invalid_client")
        if (form["username"], form["password"]) != (self.user, self.password):
            return oauth(401, "invalid_grant")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + self.lasts
        told = {"access_token": token, "expires_in": self.lasts, "token_type": "Bearer", "scope": "profile"}
        return web.json_response(told, headers={"Cache-Control": "no-store"})

    # Cases and users.

    async def _search(self, request: web.Request) -> web.Response:
        body = await object_in(request)
        must_only_have(body, "PrimaerPerson", "Limit", "Skip")
        person = body.get("PrimaerPerson")
        if not isinstance(person, dict):
            raise invalid("PrimaerPerson")
        must_only_have(person, "CprNummer", within="PrimaerPerson.")
        cpr = person.get("CprNummer")
        if not isinstance(cpr, str) or not _CPR.match(cpr):
            raise invalid("PrimaerPerson.CprNummer")
        await asyncio.sleep(self.search_takes)
        limit, skip = count_in(body, "Limit", 100), count_in(body, "Skip", 0)
        found = [kept for kept in self.kept.values() if kept.primary and hyphened(kept.primary.cpr) == cpr]
        found += self.strangers
        rows = [kept.row(short=self.short) for kept in found[skip : skip + min(limit, self.page)]]
        answer: dict[str, Any] = {"Results": rows}
        if self.counted:
            answer["TotalNumberOfResults"] = len(found)
        return web.json_response(answer)

    async def _case(self, request: web.Request) -> web.Response:
        return web.json_response(self._one(request.match_info["id"]).whole())

    async def _states(self, request: web.Request) -> web.Response:
        return web.json_response(states())

    async def _who(self, request: web.Request) -> web.Response:
        return web.json_response(self.me.whole())

    async def _user(self, request: web.Request) -> web.Response:
        if self.users == "silent":
            await asyncio.sleep(60)
        if self.users == "refused":
            return refused(403, "You may not see this user.")
        wanted = request.match_info["uuid"]
        user = next((one for one in (*self.staff.values(), self.me) if one.uuid == wanted), None)
        return web.json_response(user.whole()) if user else refused(404, "The user was not found.")

    # Notes and tasks.

    async def _notes(self, request: web.Request) -> web.Response:
        return web.json_response(self._one(request.match_info["id"]).notes)

    async def _create_note(self, request: web.Request) -> web.StreamResponse:
        body = await object_in(request)
        must_only_have(body, "Uuid", "SagID", "Overskrift", "Note", "KontaktTidspunkt")
        case = self._open_case(body, "SagID")
        text_in(body, "Overskrift", most=255)
        must_be_html(text_in(body, "Note"))
        must_be_moment(body, "KontaktTidspunkt")
        note = {**body, "Id": new_id(), "OprettetAf": self.me.short()}
        await self._work()
        case.notes.append(note)
        return await self._made(request, note)

    async def _kinds(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                {"Id": 1, "Navn": "Skjult", "DisplayName": "Skjult", "SkjulErindring": True},
                {"Id": 3, "Navn": "Standard", "DisplayName": "Standard", "SkjulErindring": False},
                {"Id": 4, "Navn": "Opringning", "DisplayName": "Opringning", "SkjulErindring": False},
            ]
        )

    async def _tasks(self, request: web.Request) -> web.Response:
        return web.json_response(self._one(request.match_info["id"]).tasks)

    async def _create_task(self, request: web.Request) -> web.StreamResponse:
        body = await object_in(request)
        must_only_have(
            body, "SagId", "Navn", "Beskrivelse", "HarDeadline", "Deadline", "SynligFra", "Ansvarlig", "Opretter",
            "ErindringType",
        )  # fmt: skip
        case = self._open_case(body, "SagId")
        text_in(body, "Navn", most=200)
        text_in(body, "Beskrivelse", most=500)
        if body.get("HarDeadline") is not True:
            raise invalid("HarDeadline")
        must_be_moment(body, "Deadline")
        users = {user.id for user in (*self.staff.values(), self.me)}
        for name, known in (("Ansvarlig", users), ("Opretter", users), ("ErindringType", {1, 3, 4})):
            if not isinstance(body.get(name), dict) or body[name].get("Id") not in known:
                raise invalid(f"{name}.Id")
        task = {**body, "Id": new_id(), "ErAfsluttet": False}
        await self._work()
        case.tasks.append(task)
        return await self._made(request, task)

    async def _work(self) -> None:
        if self.refuses:
            raise refusal(self.refuses)
        if self.works_until is not None:
            await self.works_until.wait()

    async def _made(self, request: web.Request, what: dict[str, Any]) -> web.StreamResponse:
        if self.lose:
            self.lose -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(what)

    def _open_case(self, body: dict[str, Any], name: str) -> Kept:
        if not isinstance(body.get(name), int):
            raise invalid(name)
        case = self._one(str(body[name]))
        if case.id in self.closed_cases:
            raise web.HTTPConflict(text="The case is closed.")
        return case

    def _one(self, ref: str) -> Kept:
        try:
            case = self.case(ref)
        except StopIteration:
            raise web.HTTPNotFound(text='{"Message": "The case was not found."}') from None
        hidden = self.hidden_cases.get(case.id)
        if hidden is not None:
            raise refusal(hidden)
        return case


async def _serve(port: int, cases: Path, **credentials: str) -> None:
    double = SbsysDouble(page=25)
    for name, value in credentials.items():
        setattr(double, name, value)
    records, _ = read_file(cases, departments=DEPARTMENTS)
    double.put(*records)
    await double.start(port)
    print(f"SBSYS stand-in with {len(records)} cases on {double.access.url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    usual = SbsysDouble()
    parser = argparse.ArgumentParser(description="A stand-in for SBSYS, with the sample cases or those of a file.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cases", type=Path, default=sample_file())
    for name in ("client_id", "client_secret", "user", "password"):
        parser.add_argument(f"--{name.replace('_', '-')}", default=getattr(usual, name))
    told = vars(parser.parse_args())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(told.pop("port"), told.pop("cases"), **told))


if __name__ == "__main__":
    main()
