"""The training pages' trainings and versions: ask for one, follow it, stop it, and see what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Engine

from bot.desk.rows import Named
from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.running.model import code_fingerprint
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.training.first import record_first
from bot.training.gate import OTHER_TESTS, GateRules, judge
from bot.training.intents import Intents
from bot.training.measured import Figures
from bot.training.recent import texts_at
from bot.training.trainings import Training, Trainings
from bot.training.versions import Activation, Comparison, Version, Versions
from bot.web.training_door import API, body_of, reads, writes

_MEASURING = "Måling"
_AGAIN = "Trænet igen med eksemplerne fra version {}"
_NO_SUCH = "Det findes ikke."


@dataclass(frozen=True, kw_only=True)
class VersionParts:
    """What the routes of trainings and versions work with. All methods but `recorded` block.

    ``code`` is the software that runs: versions of other software can't.
    """

    versions: Versions
    trainings: Trainings
    intents: Intents
    rules: GateRules
    settings: Settings
    engine: Engine
    vault: Vault
    blocking: Blocking
    named: Named
    code: str = field(default_factory=code_fingerprint)

    async def recorded(self) -> None:
        """Record the model that runs as the first version, where no version is recorded yet.

        To be awaited before anybody can change anything: afterwards nobody knows what it was made of.
        """
        if not await self.blocking(self.versions.any):
            await self.blocking(record_first, self.versions, self.settings)

    def training_json(self, training: Training | None) -> dict[str, Any] | None:
        """A training as the page is told of it."""
        if training is None:
            return None
        return {
            "id": training.id,
            "status": training.status,
            "step": training.step,
            "steps": training.steps,
            "doing": training.doing,
            "stopping": training.ongoing and training.cancelled,
            "by": self._names([training.staff_id])(training.staff_id),
            "reason": training.reason,
            "created_at": training.created_at.isoformat(),
            "started_at": training.started_at and training.started_at.isoformat(),
            "ended_at": training.ended_at and training.ended_at.isoformat(),
            "problem": training.problem,
            "version": training.version_id,
        }

    def version_json(self, version: Version) -> dict[str, Any]:
        """One version as the page is told of it."""
        return self.versions_json([version])[0]

    def versions_json(self, found: Sequence[Version]) -> list[dict[str, Any]]:
        """Versions as the page is told of them."""
        active = self.versions.active()
        live = self.versions.activations([version.id for version in found])
        staff = [one.staff_id for each in live.values() for one in each]
        files = {version.id: self.versions.state(version) for version in found}
        by = self._names([*staff, *(version.staff_id for version in found)])
        return [
            {
                "id": version.id,
                "made_at": version.made_at.isoformat(),
                "by": by(version.staff_id),
                "reason": version.reason,
                "examples": version.examples,
                "intents": version.intents,
                **_headlines(version.figures),
                "measured": version.figures.measured,
                "guarded": self._guarded(version.figures),
                "status": self._status(version, active, files[version.id]),
                "file": files[version.id],
                "activations": [_activation_json(one, by(one.staff_id)) for one in live[version.id]],
            }
            for version in found
        ]

    def page_json(self, cursor: str | None) -> dict[str, Any]:
        """A page of the list, the newest first."""
        page, active, previous = self.versions.page(cursor), self.versions.active(), self.versions.previous(self.code)
        return {
            "rows": self.versions_json(page.rows),
            "next": page.next,
            "active": active and active.id,
            "previous": previous and previous.id,
            "only_older": previous is None and self.versions.older_before(self.code),
        }

    def whole_json(self, version_id: int) -> dict[str, Any]:
        """One version with how it fares beside the one that runs, and what the gate says of that."""
        version, active = self.versions.get(version_id), self.versions.active()
        with_id = None if active is None or active.id == version.id else active.id
        comparison = self.versions.comparison(version.id, with_id=with_id)
        reasons: list[str] = []
        if with_id is not None and active is not None:
            pair = (comparison.before, comparison.now) if comparison is not None else (active.figures, version.figures)
            reasons = judge(*pair, self.rules, title=self.intents.title)
        return {
            **self.version_json(version),
            "active": active and active.id,
            "comparison": self._comparison_json(comparison or self.versions.comparison(version.id)),
            "gate": {
                "passes": not reasons,
                "reasons": reasons,
                "measure": OTHER_TESTS in reasons,
                "rules": self.rules.to_json(),
            },
            "figures": version.figures.to_json(),
            "before_update": None if version.figures.measured else self._before_update(version),
        }

    def _before_update(self, version: Version) -> dict[str, Any] | None:
        """How the same data did with the older software, where a version was made again after it changed."""
        older = self.versions.measured_before(version)
        if older is None:
            return None
        return {"version": older.id, **_headlines(older.figures), "guarded": self._guarded(older.figures)}

    def _status(self, version: Version, active: Version | None, file: str) -> str:
        if active is not None and active.id == version.id:
            return "live"
        return file if version.code == self.code else "older"

    def _comparison_json(self, comparison: Comparison | None) -> dict[str, Any] | None:
        if comparison is None:
            return None
        told, title = comparison.content, self.intents.title
        return {
            "with": comparison.with_id,
            "made_at": comparison.made_at.isoformat(),
            "intents": [{**one, "title": title(one["intent"])} for one in told["intents"]],
            "better": told["better"],
            "worse": told["worse"],
            "recent": {**told["recent"], "changed": self._with_words(told["recent"]["changed"])},
            "data": told["data"],
            "figures": {"before": _headlines(comparison.before), "now": _headlines(comparison.now)},
        }

    def _with_words(self, changed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The messages in words, for as long as the conversations are there that they stand in."""
        places = [[(str(conversation), int(seq)) for conversation, seq in one["places"]] for one in changed]
        texts = texts_at(self.engine, self.vault, (place for each in places for place in each))
        return [
            {"text": words[0], "n": one["n"], "before": one["before"], "now": one["now"]}
            for one, each in zip(changed, places, strict=True)
            if (words := [texts[place] for place in each if place in texts])
        ]

    def _guarded(self, figures: Figures) -> list[dict[str, Any]]:
        found = []
        for intent in self.rules.guarded:
            recall = figures.recall(intent)
            share = recall.share if recall.support else None
            found.append({"intent": intent, "title": self.intents.title(intent), "recall": share})
        return found

    def _names(self, ids: Iterable[str | None]):  # type: ignore[no-untyped-def]
        names = self.named([each for each in ids if each is not None])
        return lambda staff_id: names.get(staff_id, "") if staff_id is not None else ""


VERSIONS = web.AppKey("training_versions", VersionParts)


def add_training_versions(app: web.Application, parts: VersionParts) -> None:
    """Put the routes of trainings and versions into ``app``."""
    app[VERSIONS] = parts
    app.router.add_post(f"{API}/trainings", writes(_begin))
    app.router.add_get(f"{API}/trainings/current", reads(_current), allow_head=False)
    app.router.add_post(f"{API}/trainings/{{id}}/cancel", writes(_cancel))
    app.router.add_get(f"{API}/versions", reads(_page), allow_head=False)
    app.router.add_get(f"{API}/versions/{{id}}", reads(_version), allow_head=False)
    app.router.add_post(f"{API}/versions/{{id}}/measure", writes(_measure))
    app.router.add_post(f"{API}/versions/{{id}}/retrain", writes(_retrain))


async def _begin(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/trainings."""
    parts, body = request.app[VERSIONS], await body_of(request, reason=str)
    await parts.recorded()
    training = await parts.blocking(parts.trainings.begin, staff, body["reason"])
    return web.json_response(await parts.blocking(parts.training_json, training), status=201)


async def _current(request: web.Request, staff: Staff) -> web.Response:
    """GET /training/api/trainings/current: the one under way, else the one that ended last."""
    parts = request.app[VERSIONS]
    training = await parts.blocking(parts.trainings.current)
    return web.json_response(await parts.blocking(parts.training_json, training))


async def _cancel(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/trainings/<id>/cancel."""
    parts = request.app[VERSIONS]
    await body_of(request)
    training = await parts.blocking(parts.trainings.cancel, _number(request))
    return web.json_response(await parts.blocking(parts.training_json, training))


async def _page(request: web.Request, staff: Staff) -> web.Response:
    """GET /training/api/versions."""
    parts = request.app[VERSIONS]
    await parts.recorded()
    return web.json_response(await parts.blocking(parts.page_json, request.query.get("cursor")))


async def _version(request: web.Request, staff: Staff) -> web.Response:
    """GET /training/api/versions/<id>."""
    parts = request.app[VERSIONS]
    return web.json_response(await parts.blocking(parts.whole_json, _number(request)))


async def _measure(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/versions/<id>/measure: for one that nobody has measured, or the test sets are new."""
    parts = request.app[VERSIONS]
    await body_of(request)
    version = await parts.blocking(parts.versions.get, _number(request))
    training = await parts.blocking(parts.trainings.begin, staff, _MEASURING, measures=version.id)
    return web.json_response(await parts.blocking(parts.training_json, training), status=201)


async def _retrain(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/versions/<id>/retrain: make a new version of the data that were kept of this one."""
    parts = request.app[VERSIONS]
    await body_of(request)
    version = await parts.blocking(parts.versions.get, _number(request))
    training = await parts.blocking(parts.trainings.begin, staff, _AGAIN.format(version.id), data_of=version.id)
    return web.json_response(await parts.blocking(parts.training_json, training), status=201)


def _headlines(figures: Figures) -> dict[str, Any]:
    return {
        "accuracy": figures.accuracy,
        "macro_f1": figures.macro_f1,
        "macro_f1_interval": figures.macro_f1_interval,
        "cross_macro_f1": figures.cross["macro_f1"] if figures.cross is not None else None,
    }


def _activation_json(one: Activation, by: str) -> dict[str, Any]:
    return {"at": one.at.isoformat(), "by": by, "reason": one.reason, "override": one.override}


def _number(request: web.Request) -> int:
    told = request.match_info["id"]
    if not (told.isascii() and told.isdecimal() and len(told) <= 9):
        raise NotFoundError("no such id", citizen=_NO_SUCH, staff=_NO_SUCH)
    return int(told)
