"""Trainings, versions and the history of edits of the training pages' peer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.desk.peer import No
from tests.training import sample

if TYPE_CHECKING:
    from tests.training.peer import Peer


_FIGURES = ("accuracy", "macro_f1", "macro_f1_interval", "cross_macro_f1")
_AGAIN = "Lavet igen, fordi programmet er opdateret"


@dataclass
class VersionsPeer:
    """``current``: the newest training. ``held``: the gate's reasons against every activation. ``live``: what runs.

    ``past``: versions that were put live past the gate, which holds them back when somebody goes back to them.
    ``again``: the gate wants it measured once more. ``absent``: how many of the robot's processes are away.
    """

    rows: dict[int, dict[str, Any]] = field(default_factory=sample.versions)
    current: dict[str, Any] | None = None
    held: list[str] = field(default_factory=list)
    live: int = 3
    before: int | None = 1
    past: set[int] = field(default_factory=set)
    absent: int = 0
    again: bool = False

    def routes(self, peer: Peer) -> list[tuple[str, str, Callable[..., Any]]]:
        """Its part of the contract."""
        self.peer = peer
        return [
            ("POST", "/trainings", self._train),
            ("GET", "/trainings/current", lambda request: self.current),
            ("POST", "/trainings/{id}/cancel", self._cancel),
            ("GET", "/versions", self._versions),
            ("GET", "/versions/{id}", self._version),
            ("POST", "/versions/{id}/activate", self._activate),
            ("POST", "/versions/{id}/measure", self._measure),
            ("POST", "/versions/{id}/retrain", self._retrain),
            ("POST", "/rollback", self._rollback),
            ("GET", "/edits", self._edits),
            ("POST", "/edits/{id}/undo", self._undo),
        ]

    def goes_on(self, step: int, doing: str) -> None:
        """The training has come further."""
        assert self.current is not None
        self.current.update(step=step, doing=doing)

    def ends(self, status: str = "done", problem: str | None = None) -> None:
        """The training is over; a version is made where it went well."""
        assert self.current is not None
        self.current.update(status=status, problem=problem, ended_at=sample.ago(0))
        if status == "done":
            id = max(self.rows) + 1
            self.rows[id] = sample.version(id, made_at=sample.ago(0), reason=self.current["reason"])
            self.current["version"] = id

    def goes_back(self, by: str) -> None:
        """A colleague goes back to the version before."""
        assert self.before is not None
        self._switch(self.before, "Tilbage", None, by=by)

    def goes_live(self, id: int, by: str) -> None:
        """A colleague puts a version live."""
        self._switch(id, "Haster", None, by=by)

    def _ongoing(self) -> bool:
        return self.current is not None and self.current["status"] in ("queued", "running")

    def _train(self, request: web.Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.peer.exactly(request, body, "reason")
        if self._ongoing():
            raise No(409, "wrong_moment", "Der er allerede en træning i gang.")
        made = sample.training(7, reason=body["reason"], by=self.peer.me["name"])
        self.current = made
        return 201, made

    def _measure(self, request: web.Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.peer.exactly(request, body)
        made = sample.training(8, reason="Måling", by=self.peer.me["name"], version=self._one(request)["id"])
        self.current = made
        return 201, made

    def _retrain(self, request: web.Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.peer.exactly(request, body)
        if self._ongoing():
            raise No(409, "wrong_moment", "Der er allerede en træning i gang.")
        reason = f"Trænet igen med eksemplerne fra version {self._one(request)['id']}"
        self.current = sample.training(9, reason=reason, by=self.peer.me["name"])
        return 201, self.current

    def updated(self) -> None:
        """The software is another: the third version was made again as the fifth, and no older one runs any more."""
        for row in self.rows.values():
            row["status"] = "older"
        known = {name: self.rows[3][name] for name in _FIGURES}
        said = {"at": sample.ago(0), "by": "", "reason": _AGAIN, "override": None}
        unmeasured: dict[str, Any] = {**dict.fromkeys(_FIGURES), "made_at": said["at"]}
        again = sample.version(5, status="live", by="", reason=_AGAIN, activations=[said], **unmeasured)
        self.rows[5] = {**again, "before_update": {"version": 3, **known, "guarded": self.rows[3]["guarded"]}}
        self.live, self.before = 5, None

    def _cancel(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body)
        if not self._ongoing() or self.current is None or self.current["id"] != int(request.match_info["id"]):
            raise No(409, "wrong_moment", "Træningen er allerede slut.")
        self.ends("cancelled")
        return self.current

    def _versions(self, request: web.Request) -> dict[str, Any]:
        rows, next_ = self.peer.paged(request, sorted(self.rows.values(), key=lambda row: -row["id"]))
        older = self.before is None and any(row["status"] == "older" for row in self.rows.values())
        return {"rows": rows, "next": next_, "active": self.live, "previous": self.before, "only_older": older}

    def _one(self, request: web.Request) -> dict[str, Any]:
        found = self.rows.get(int(request.match_info["id"]))
        if found is None:
            raise No(404, "not_found", "Versionen findes ikke.")
        return found

    def _version(self, request: web.Request) -> dict[str, Any]:
        one = self._one(request)
        beside = None if one["id"] == self.live else sample.comparison(self.live)
        gate = {"passes": not self.held, "reasons": list(self.held), "measure": self.again, "rules": sample.GATE_RULES}
        return {**one, "active": self.live, "comparison": beside, "gate": gate}

    def _activate(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "reason", "override", "from")
        one = self._one(request)
        if body["from"] != self.live:
            by = self.rows[self.live]["activations"][-1]["by"]
            raise No(409, "changed", f"{by} har i mellemtiden taget version {self.live} i brug.", by=by)
        if one["status"] in ("missing", "broken"):
            raise No(409, "broken", "Versionens fil er der ikke eller er gået i stykker. Den kan ikke tages i brug.")
        if self.held and body["override"] is None:
            raise No(409, "gate", " ".join(self.held), reasons=list(self.held))
        if body["override"] is not None and (len(body["override"]) < 10 or not self.peer.me["may_override"]):
            raise No(
                409,
                "gate",
                "Kun en administrator kan tage den i brug alligevel, og med en begrundelse.",
                reasons=list(self.held),
            )
        self._switch(one["id"], body["reason"], body["override"])
        return {"version": self.rows[self.live]}

    def _rollback(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "from", "to", "override")
        if (body["from"], body["to"]) != (self.live, self.before):
            by = self.rows[self.live]["activations"][-1]["by"]
            raise No(409, "changed", f"{by} er i mellemtiden gået tilbage til version {self.live}.", by=by)
        if self.before is None:
            raise No(409, "wrong_moment", "Der er ingen version at gå tilbage til.")
        if self.before in self.past and (not body["override"] or not self.peer.me["may_override"]):
            raise No(409, "gate", " ".join(sample.HELD), reasons=list(sample.HELD))
        self._switch(self.before, "Tilbage til den forrige", body["override"])
        return {"version": self.rows[self.live], "absent": self.absent}

    def _switch(self, id: int, reason: str, override: str | None, *, by: str = "") -> None:
        self.rows[self.live]["status"] = "ready"
        self.before, self.live = self.live, id
        self.rows[id]["status"] = "live"
        said = {"at": sample.ago(0), "by": by or self.peer.me["name"], "reason": reason, "override": override}
        self.rows[id]["activations"].append(said)

    def _edits(self, request: web.Request) -> dict[str, Any]:
        subject = request.query.get("subject")
        found = [one for one in reversed(self.peer.edits) if subject in (None, one["subject"])]
        rows, next_ = self.peer.paged(request, found)
        return {"rows": rows, "next": next_}

    def _undo(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body)
        one = next((edit for edit in self.peer.edits if edit["id"] == int(request.match_info["id"])), None)
        if one is None:
            raise No(404, "not_found", "Ændringen findes ikke.")
        if not one["undoable"]:
            raise No(409, "changed", "Linjerne er ændret siden. Ret dem selv.", by="Ida Skov")
        one["undoable"] = False
        self.peer.examples.undo(one["id"])
        return {"edit": self.peer.edited("undone", one["subject"], f"Fortrudt: {one['text']}", undoes=one["id"])}
