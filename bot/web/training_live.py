"""The training pages' way to what citizens meet: put a version live, go back, and try versions before."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot.errors import NotFoundError, SettingsError
from bot.identity.staff import Staff
from bot.settings import Settings
from bot.store.blocking import Blocking
from bot.training.activating import Activating
from bot.training.gate import GUARDED, GateRules
from bot.training.intents import Intents
from bot.training.rasas import Rasas, RasaUnwilling
from bot.training.refusals import TrainingRefusal, Unusable
from bot.training.rule_names import RULE, rule_names, without_rule
from bot.training.snapshot import BrokenSnapshot, read
from bot.training.trying import TrialFailed, Trials
from bot.training.versions import Version, Versions
from bot.web.keys import HTTP
from bot.web.middlewares import Refused
from bot.web.training_door import API, body_of, reads, writes
from bot.web.training_versions import VERSIONS

_SETTLED_EVERY = 60.0  # seconds
_MOST_TRIED = 2  # versions beside each other
_LONGEST_TEXT = 3000  # characters, as a citizen's message
_NO_SUCH = "Den version findes ikke."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class LiveParts:
    """What the routes work with."""

    activating: Activating
    trials: Trials
    versions: Versions
    intents: Intents
    blocking: Blocking
    code: str


LIVE_VERSION = web.AppKey("training_live", LiveParts)


def add_training_live(
    app: web.Application,
    *,
    settings: Settings,
    versions: Versions,
    intents: Intents,
    rules: GateRules,
    blocking: Blocking,
) -> None:
    """Put the routes into ``app``, and what goes on beside them. Raises SettingsError for rules that guard nothing."""
    guards(rules, intents)
    own = Blocking(1)  # going back is urgent: it waits for no file that is read in, and no figures of many weeks
    app[LIVE_VERSION] = LiveParts(
        activating=Activating(
            versions,
            Rasas(app[HTTP], settings.rasa_urls, token=settings.rasa_token),
            settings.models_folder,
            rules=rules,
            code=app[VERSIONS].code,
            title=intents.title,
            named=app[VERSIONS].named,
            blocking=own,
        ),
        trials=Trials(),
        versions=versions,
        intents=intents,
        blocking=blocking,
        code=app[VERSIONS].code,
    )
    app.router.add_post(f"{API}/versions/{{id}}/activate", writes(_activate))
    app.router.add_post(f"{API}/rollback", writes(_roll_back))
    app.router.add_post(f"{API}/try", reads(_try))
    app.cleanup_ctx.append(closing(own))  # in the end: the first to be added is ended last
    app.cleanup_ctx.append(_settling)
    app.cleanup_ctx.append(_trying)


def guards(rules: GateRules, intents: Intents) -> None:
    """Return when each guarded intent is there: a misspelt name would guard nothing. Raises SettingsError."""
    if rules.guarded is GUARDED:
        return
    unknown = [name for name in rules.guarded if name not in intents.all()]
    if unknown:
        raise SettingsError(
            f"kommune.yml: traening.vogtede_hensigter nævner {', '.join(unknown)}, som ikke findes. "
            "Navnene står i data/hensigter.yml."
        )


def closing(blocking: Blocking) -> Callable[[web.Application], AsyncIterator[None]]:
    """End the threads when all that uses them has ended."""

    async def closing(app: web.Application) -> AsyncIterator[None]:
        yield
        blocking.close()

    return closing


async def _settling(app: web.Application) -> AsyncIterator[None]:
    """Keep every Rasa in line with what is live, from the start of web on."""
    parts = app[LIVE_VERSION]

    async def settling() -> None:
        while True:
            try:
                await parts.activating.settle()
            except Exception as error:  # a database that is away: the next time, then
                log.error("live.not_settled", kind=type(error).__name__)
            await asyncio.sleep(_SETTLED_EVERY)

    task = asyncio.create_task(settling())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _trying(app: web.Application) -> AsyncIterator[None]:
    """End what nobody tries any more, and all of it in the end."""
    trials = app[LIVE_VERSION].trials

    async def tidying() -> None:
        while True:
            await asyncio.sleep(_SETTLED_EVERY / 2)
            await trials.tidy()

    task = asyncio.create_task(tidying())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await trials.close()


async def _activate(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/versions/<id>/activate {reason, override, from}: ``from`` is what the page shows as live."""
    maybe: dict[str, tuple[type, ...]] = {"override": (str, type(None)), "from": (int, type(None))}
    body, activating = await body_of(request, reason=str, **maybe), request.app[LIVE_VERSION].activating
    number = _number(request.match_info["id"])
    with _rasas_no():
        version = await activating.activate(
            number, staff, live_id=body["from"], reason=body["reason"], override=body["override"]
        )
    return await _told(request, version)


async def _roll_back(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/rollback {from, to, override}: what the page shows as live, and as the one before."""
    kinds: dict[str, type | tuple[type, ...]] = {"from": int, "to": int, "override": (str, type(None))}
    body, activating = await body_of(request, **kinds), request.app[LIVE_VERSION].activating
    with _rasas_no():
        went = await activating.roll_back(staff, live_id=body["from"], to_id=body["to"], override=body["override"])
    return await _told(request, went.version, absent=went.absent)


async def _try(request: web.Request, staff: Staff) -> web.Response:
    """POST /training/api/try {text, versions}: what each version makes of a message, side by side; nothing is kept."""
    body = await body_of(request, text=str, versions=list)
    parts, text, wanted = request.app[LIVE_VERSION], body["text"].strip(), body["versions"]
    if not text or len(text) > _LONGEST_TEXT:
        raise Unusable("a text that is none", staff=f"Skriv en besked på højst {_LONGEST_TEXT} tegn.")
    if not 1 <= len(wanted) <= _MOST_TRIED or not all(type(one) is int and 0 < one < 10**9 for one in wanted):
        raise Unusable("versions that are none", staff="Vælg én eller to versioner.")
    results = await asyncio.gather(*(_tried(parts, number, text) for number in wanted))
    return web.json_response({"results": results})


async def _tried(parts: LiveParts, number: int, text: str) -> dict[str, Any]:
    version = await parts.blocking(parts.versions.get, number)
    if version.code != parts.code:
        staff = (
            f"Version {number} er lavet med en ældre udgave af programmet og kan ikke prøves. "
            "Træn igen med de samme eksempler, så får du en ny, du kan prøve."
        )
        raise TrainingRefusal("it was made by other software", staff=staff, code="broken")
    if await parts.blocking(parts.versions.state, version) != "ready":
        raise TrainingRefusal(
            "its file is not whole", staff=f"Version {number} mangler sin fil og kan ikke prøves.", code="broken"
        )
    try:
        made = await parts.trials.tried(parts.versions.path(version), text)
    except TrialFailed as error:
        log.warning("trial.failed", version=number, reason=error.log)
        raise TrainingRefusal(error.log, staff=error.staff, code="trial") from error
    title = parts.intents.title
    return {
        "version": number,
        "intent": made["intent"],
        "title": made["intent"] and title(made["intent"]),
        "confidence": made["confidence"],
        "ranking": [{**one, "title": title(one["intent"])} for one in made["ranking"]],
        "outcome": made["outcome"],
        "guesses": [{"intent": intent, "title": title(intent)} for intent in made["guesses"]],
        "entities": made["entities"],
        "rule": await parts.blocking(_rule, parts.versions, version, made),
        "decided": without_rule(made["by"]),
        "action": made["action"],
        "said": made["said"],
        "path": made["path"],
        "ms": made["ms"],
    }


def _rule(versions: Versions, version: Version, made: Mapping[str, Any]) -> str | None:
    """What the rule is called that led to the action; None where none did, and where the data do not say."""
    if made["by"] != RULE:
        return None
    try:
        return _rules_of(str(versions.data_path(version)), version.sha256).get((made["heard"], made["action"]))
    except BrokenSnapshot:
        return None


@lru_cache(maxsize=8)
def _rules_of(file: str, _version: str) -> dict[tuple[str, str], str]:
    return rule_names(read(Path(file)))


async def _told(request: web.Request, version: Version, **more: int) -> web.Response:
    parts = request.app[VERSIONS]
    return web.json_response({"version": await parts.blocking(parts.version_json, version), **more})


@contextlib.contextmanager
def _rasas_no() -> Iterator[None]:
    """A no of Rasa's is no fault of whoever asked."""
    try:
        yield
    except RasaUnwilling as error:
        log.warning("live.rasa_unwilling", kind=type(error).__name__, reason=error.log)
        raise Refused("rasa", status=503, text=error.staff) from error


def _number(told: str) -> int:
    if not (told.isascii() and told.isdecimal() and len(told) <= 9):
        raise NotFoundError("no such id", citizen=_NO_SUCH, staff=_NO_SUCH)
    return int(told)
