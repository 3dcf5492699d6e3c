"""What the assistant says, for those who write it: answers, their links, and a new hensigt with its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.answers import Answer, Answers, Looked, meaning_of
from bot.training.candidates import Refused
from bot.training.links import Links
from bot.training.new_intents import BadExamples, Made, NewIntents, Wanted
from bot.training.readable import lix_words
from bot.training.refusals import Unusable
from bot.web.training_door import API, body_of, reads, writes

_MOST_LINKS = 30
_NOT_UNDERSTOOD = {"nlu_fallback": "Når robotten ikke forstår"}


@dataclass(frozen=True, kw_only=True)
class AnswerParts:
    """What the routes need; ``title`` gives what an intent is called."""

    answers: Answers
    new_intents: NewIntents
    links: Links
    title: Callable[[str], str]
    blocking: Blocking


_PARTS = web.AppKey("training_answers", AnswerParts)


def add_training_answers(app: web.Application, parts: AnswerParts) -> None:
    """Put the routes into ``app``."""
    app[_PARTS] = parts
    app.router.add_get(f"{API}/answers", reads(_rows))
    app.router.add_put(f"{API}/answers/{{name}}", writes(_change))
    app.router.add_post(f"{API}/answers/{{name}}/preview", writes(_preview))
    app.router.add_post(f"{API}/links", writes(_links))
    app.router.add_post(f"{API}/intents", writes(_make))


async def _rows(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    found = await parts.blocking(parts.answers.rows, request.query.get("q", ""))
    return web.json_response({"rows": [_answer_json(one, parts.title) for one in found]})


async def _change(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    body = await body_of(request, revision=str, texts=list)
    answer = await parts.blocking(
        parts.answers.change,
        staff,
        request.match_info["name"],
        revision=body["revision"],
        texts=_texts(body["texts"]),
    )
    return web.json_response({**_answer_json(answer, parts.title), "edit": answer.edit})


async def _preview(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    body = await body_of(request, texts=list)
    looked = await parts.blocking(parts.answers.look, request.match_info["name"], _texts(body["texts"]))
    return web.json_response({"shown": list(looked.shown), **_looked_json(looked)})


async def _links(request: web.Request, staff: Staff) -> web.Response:
    body = await body_of(request, urls=list)
    urls = _texts(body["urls"])
    if len(urls) > _MOST_LINKS:
        raise Unusable("too many links", staff=f"Tjek højst {_MOST_LINKS} links ad gangen.")
    found = await request.app[_PARTS].links.check(urls)
    return web.json_response({"rows": [{"url": one.url, "ok": one.ok, "text": one.text} for one in found]})


async def _make(request: web.Request, staff: Staff) -> web.Response:
    parts = request.app[_PARTS]
    body = await body_of(
        request,
        intent=(str, type(None)),
        title=str,
        about=str,
        answer=str,
        examples=list,
        confirmed=(bool, type(None)),
    )
    wanted = Wanted(
        name=body["intent"] or "",
        title=body["title"],
        about=body["about"],
        answer=body["answer"],
        examples=_texts(body["examples"]),
        confirmed=bool(body["confirmed"]),
    )
    try:
        made = await parts.blocking(parts.new_intents.make, staff, wanted)
    except BadExamples as error:
        refused = [_refused_json(one, parts.title) for one in error.refused]
        told = {"code": error.code, "text": error.staff, "refused": refused}
        return web.json_response({"error": told}, status=409)
    return web.json_response(_made_json(made), status=201)


def _texts(raw: list[Any]) -> list[str]:
    if not all(isinstance(one, str) for one in raw):
        raise Unusable("a list of something else than texts", staff="Siden er forældet. Indlæs den igen.")
    return raw


def _answer_json(answer: Answer, title: Callable[[str], str]) -> dict[str, Any]:
    response = answer.response
    return {
        "name": response.name,
        "texts": list(response.texts),
        "buttons": list(dict.fromkeys(button.title for buttons in response.buttons for button in buttons)),
        "used_by": [{"intent": name, "title": _NOT_UNDERSTOOD.get(name) or title(name)} for name in answer.used_by],
        "placeholders": [{"name": name, "text": meaning_of(name)} for name in sorted(answer.places)],
        "revision": response.revision,
        **_looked_json(answer.looked),
    }


def _looked_json(looked: Looked) -> dict[str, Any]:
    return {
        "lix": lix_words(looked.lix),
        "words": looked.words,
        "problems": [{"code": one.code, "text": one.text} for one in looked.problems],
        "links": list(looked.links),
    }


def _refused_json(refused: Refused, title: Callable[[str], str]) -> dict[str, Any]:
    told: dict[str, Any] = {"text": refused.text, "code": refused.code, "words": refused.words}
    if refused.spans:
        told["spans"] = [span.to_json() for span in refused.spans]
    if refused.intent:
        told |= {"intent": refused.intent, "title": title(refused.intent)}
    return told


def _made_json(made: Made) -> dict[str, Any]:
    return {
        "intent": made.intent.name,
        "title": made.intent.title,
        "about": made.intent.about,
        "answer": {"kind": "text", "name": made.response},
        "examples": made.examples,
        "edit": made.edit.id,
    }
