"""Intents and their examples, looked at and changed: below /training/api/intents, and /training/api/search."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.corpus import Example, folded
from bot.training.edits import Edits
from bot.training.examples import Examples
from bot.training.files import Files
from bot.training.intents import Intents
from bot.training.measured import IntentFigures
from bot.training.quality import IntentQuality, answers_of, of_intents
from bot.training.refusals import Unusable
from bot.training.versions import Version
from bot.web.training_door import API, body_of, reads, writes

log = structlog.get_logger(__name__)

_PAGE = 50
_LONGEST = 300  # characters that are looked for
_CURSOR = re.compile(r"([0-9]{1,6})-([0-9a-f]{16})", re.ASCII)
_ONE = f"{API}/intents/{{intent}}"


@dataclass(frozen=True, kw_only=True)
class ExampleParts:
    """What the routes work with. ``figured`` gives the version whose figures are shown; ``guarded`` are the intents
    that the gate looks after."""

    files: Files
    examples: Examples
    edits: Edits
    intents: Intents
    figured: Callable[[], Version | None]
    guarded: Collection[str]
    blocking: Blocking


EXAMPLES = web.AppKey("training_examples", ExampleParts)


def add_examples(app: web.Application, parts: ExampleParts) -> None:
    """Put the routes into ``app``."""
    app[EXAMPLES] = parts
    app.router.add_get(f"{API}/intents", reads(_intents))
    app.router.add_get(_ONE, reads(_intent))
    app.router.add_post(f"{_ONE}/examples", writes(_add))
    app.router.add_put(f"{_ONE}/examples/{{id}}", writes(_reword))
    app.router.add_post(f"{_ONE}/move", writes(_move))
    app.router.add_post(f"{_ONE}/delete", writes(_delete))
    app.router.add_get(f"{API}/search", reads(_search))


async def _intents(request: web.Request, staff: Staff) -> web.Response:
    """GET /intents: all of them with their counts and figures."""
    return web.json_response(await request.app[EXAMPLES].blocking(_listed, request.app[EXAMPLES]))


def _listed(parts: ExampleParts) -> dict[str, Any]:
    version = parts.figured()
    rows = of_intents(
        parts.examples.corpus(),
        parts.files.read(),
        version.figures if version is not None else None,
        title=parts.intents.title,
        guarded=parts.guarded,
    )
    return {
        "rows": [_row_json(row, parts.intents.title) for row in rows],
        "figures_of": version.id if version is not None else None,
    }


async def _intent(request: web.Request, staff: Staff) -> web.Response:
    """GET /intents/<intent>?q=&cursor=&example=: 50 of its examples, those that hold the words of q."""
    parts, query = request.app[EXAMPLES], request.query
    q, cursor = query.get("q", ""), query.get("cursor", "")
    if len(q) > _LONGEST:
        raise Unusable("too many words to look for", staff="Søg efter færre ord.")
    if cursor and not _CURSOR.fullmatch(cursor):
        raise Unusable("a cursor that is none", staff="Listen har ændret sig. Hent den igen.")
    name = request.match_info["intent"]
    return web.json_response(await parts.blocking(_opened, parts, name, q, cursor, query.get("example", "")))


def _opened(parts: ExampleParts, name: str, q: str, cursor: str, example: str) -> dict[str, Any]:
    intent = parts.examples.corpus().intent(name)
    words = folded(q).split() if q.strip() else []
    found = [one for one in intent.examples if all(word in one.words for word in words)]
    begin = _begin(found, cursor, example)
    shown = found[begin : begin + _PAGE]
    near = parts.examples.near(shown)
    title = parts.intents.title
    known = parts.intents.all().get(name)
    more = begin + _PAGE < len(found)
    return {
        "intent": name,
        "title": title(name),
        "about": known.about if known is not None else intent.about,
        "revision": intent.revision,
        "by": parts.edits.last_by(name),
        "examples": [example_json(one, others, title) for one, others in zip(shown, near, strict=True)],
        "next": f"{begin + _PAGE}-{shown[-1].id}" if more else None,
        "total": len(found),
        "answer": _answer_json(answers_of(parts.files.read()).get(name)),
    }


def _begin(found: Sequence[Example], cursor: str, example: str) -> int:
    """Where a page begins: after the last one that was shown, wherever it stands by now; or at a certain example."""
    if match := _CURSOR.fullmatch(cursor):
        after = next((place for place, one in enumerate(found) if one.id == match[2]), None)
        return after + 1 if after is not None else int(match[1])
    return next((place for place, one in enumerate(found) if one.id == example), 0)


async def _add(request: web.Request, staff: Staff) -> web.Response:
    """POST /intents/<intent>/examples {revision, texts, confirmed}."""
    parts, name = request.app[EXAMPLES], request.match_info["intent"]
    body = await body_of(request, revision=str, texts=list, confirmed=(bool, type(None)))
    done = await parts.blocking(
        parts.examples.add,
        staff,
        name,
        _strings(body["texts"]),
        revision=body["revision"],
        confirmed=bool(body["confirmed"]),
    )
    log.info("training.added", staff=staff.id, intent=name, n=len(done.added), refused=len(done.refused))
    title = parts.intents.title
    return web.json_response(
        {
            "revision": done.intent.revision,
            "added": [example_json(one, (), title) for one in done.added],
            "refused": [one.to_json() for one in done.refused],
            "edit": done.edit.id if done.edit is not None else None,
        }
    )


async def _reword(request: web.Request, staff: Staff) -> web.Response:
    """PUT /intents/<intent>/examples/<id> {revision, text, confirmed}."""
    parts, name = request.app[EXAMPLES], request.match_info["intent"]
    body = await body_of(request, revision=str, text=str, confirmed=(bool, type(None)))
    intent, example, edit = await parts.blocking(
        parts.examples.reword,
        staff,
        name,
        request.match_info["id"],
        body["text"],
        revision=body["revision"],
        confirmed=bool(body["confirmed"]),
    )
    log.info("training.reworded", staff=staff.id, intent=name)
    near = await parts.blocking(parts.examples.near, [example])
    shown = example_json(example, near[0], parts.intents.title)
    return web.json_response({"revision": intent.revision, "example": shown, "edit": edit.id})


async def _move(request: web.Request, staff: Staff) -> web.Response:
    """POST /intents/<intent>/move {revision, ids, to}."""
    parts, name = request.app[EXAMPLES], request.match_info["intent"]
    body = await body_of(request, revision=str, ids=list, to=str)
    intent, edit = await parts.blocking(
        parts.examples.move, staff, name, _strings(body["ids"]), to=body["to"], revision=body["revision"]
    )
    log.info("training.moved", staff=staff.id, intent=name, to=body["to"], n=len(body["ids"]))
    return web.json_response({"revision": intent.revision, "edit": edit.id})


async def _delete(request: web.Request, staff: Staff) -> web.Response:
    """POST /intents/<intent>/delete {revision, ids}."""
    parts, name = request.app[EXAMPLES], request.match_info["intent"]
    body = await body_of(request, revision=str, ids=list)
    intent, edit = await parts.blocking(
        parts.examples.delete, staff, name, _strings(body["ids"]), revision=body["revision"]
    )
    log.info("training.deleted", staff=staff.id, intent=name, n=len(body["ids"]))
    return web.json_response({"revision": intent.revision, "edit": edit.id})


async def _search(request: web.Request, staff: Staff) -> web.Response:
    """GET /search?q=: the 100 best over all intents."""
    parts, q = request.app[EXAMPLES], request.query.get("q", "")
    if len(q) > _LONGEST:
        raise Unusable("too many words to look for", staff="Søg efter færre ord.")
    found = await parts.blocking(parts.examples.search, q) if q.strip() else []
    title = parts.intents.title
    rows = [{"intent": one.intent, "title": title(one.intent), "id": one.id, "text": one.text} for one in found]
    return web.json_response({"rows": rows})


def example_json(example: Example, near: Sequence[Example], title: Callable[[str], str]) -> dict[str, Any]:
    """An example as the page is told of it."""
    marks = [
        {"start": mark.start, "end": mark.end, "entity": entity, "value": value}
        for mark in example.marks
        for entity, value in mark.entities(example.text)
    ]
    others = [{"intent": one.intent, "title": title(one.intent), "text": one.text} for one in near]
    return {"id": example.id, "text": example.text, "marks": marks, "near": others}


def _row_json(row: IntentQuality, title: Callable[[str], str]) -> dict[str, Any]:
    measured: IntentFigures | None = row.measured
    return {
        "intent": row.name,
        "title": row.title,
        "block": row.block,
        "examples": row.examples,
        "precision": measured and measured.precision,
        "recall": measured and measured.recall,
        "f1": measured and measured.f1,
        "support": measured and measured.support,
        "cross": row.cross and {"precision": row.cross.precision, "recall": row.cross.recall},
        "confusions": [{"intent": other, "title": title(other), "n": n} for other, n in row.confusions],
        "guarded": row.guarded,
        "answer": _answer_json(row.answer),
        "problems": [{"code": code, "text": text} for code, text in row.problems],
    }


def _answer_json(answer: tuple[str, str] | None) -> dict[str, str] | None:
    return {"kind": answer[0], "name": answer[1]} if answer is not None else None


def _strings(values: Sequence[Any]) -> list[str]:
    if not all(isinstance(value, str) for value in values):
        raise Unusable("a list of other than texts", staff="Siden er forældet. Indlæs den igen.")
    return list(values)
