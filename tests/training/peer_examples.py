"""Hensigter, examples, answers and checks of the training pages' peer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.desk.peer import No
from tests.training import sample

if TYPE_CHECKING:
    from tests.training.peer import Peer

_LINK = re.compile(r"https?://\S+")


@dataclass
class Examples:
    """``texts``: the examples of each hensigt. ``checks``: what the next check finds. ``checking``: it goes on."""

    texts: dict[str, list[str]] = field(
        default_factory=lambda: {name: list(said) for name, said in sample.TEXTS.items()}
    )
    titles: dict[str, str] = field(default_factory=lambda: dict(sample.TITLES))
    answers: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {one["name"]: {**one, "texts": list(one["texts"])} for one in sample.ANSWERS}
    )
    checks: list[dict[str, Any]] = field(default_factory=lambda: list(sample.CHECKS))
    checked: str = "none"
    checking: bool = False
    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    undoing: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    unsaying: dict[int, tuple[str, list[str]]] = field(default_factory=dict)

    def routes(self, peer: Peer) -> list[tuple[str, str, Callable[..., Any]]]:
        """Its part of the contract."""
        self.peer = peer
        return [
            ("GET", "/intents", self._intents),
            ("POST", "/intents", self._make),
            ("GET", "/intents/{intent}", self._intent),
            ("POST", "/intents/{intent}/examples", self._add),
            ("PUT", "/intents/{intent}/examples/{id}", self._replace),
            ("POST", "/intents/{intent}/move", self._move),
            ("POST", "/intents/{intent}/delete", self._delete),
            ("GET", "/search", self._search),
            ("GET", "/export.csv", lambda request: _file("hensigt;eksempel\r\nhilsen;hej\r\n", "text/csv")),
            ("GET", "/export.yml", lambda request: _file('version: "3.1"\n', "application/yaml")),
            ("POST", "/import", self._import),
            ("GET", "/answers", self._answers),
            ("PUT", "/answers/{name}", self._answer),
            ("POST", "/answers/{name}/preview", self._preview),
            ("POST", "/links", self._links),
            ("POST", "/checks", self._check),
            ("GET", "/checks", self._checks),
        ]

    def refuse(self, text: str, intent: str, *, confirmed: bool) -> None:
        """What an example is refused for."""
        if intent not in self.texts:
            raise No(404, "not_found", "Hensigten findes ikke længere.")
        if not text.strip():
            raise No(400, "empty", "Skriv, hvad borgeren kunne have skrevet.")
        spans = sample.spans_of(text)
        if spans and not confirmed:
            raise No(409, "personal", "Der står personlige oplysninger i teksten.", spans=spans)
        for other, texts in self.texts.items():
            if text.casefold() in (known.casefold() for known in texts):
                if other == intent:
                    raise No(409, "duplicate", f"»{text}« står der allerede.")
                words = f"»{text}« står allerede under »{self.titles[other]}«."
                raise No(409, "elsewhere", words, intent=other, title=self.titles[other])

    def revision(self, intent: str) -> str:
        """What a hensigt is known by as it stands."""
        return sample.short("\n".join(self.texts[intent]))

    def kept(self) -> dict[str, list[str]]:
        """All examples as they stand, for a change that is taken back."""
        return {intent: list(texts) for intent, texts in self.texts.items()}

    def undo(self, edit: int) -> None:
        """Put the examples back as they stood before a change, where it was made here."""
        self.texts.update(self.undoing.get(edit, {}))
        if edit in self.unsaying:
            name, texts = self.unsaying[edit]
            self.answers[name]["texts"] = texts

    def _edited(self, kind: str, intent: str, text: str, before: dict[str, list[str]]) -> int:
        edit: int = self.peer.edited(kind, intent, text)["id"]
        self.undoing[edit] = before
        return edit

    # Hensigter

    def _row(self, intent: str) -> dict[str, Any]:
        n = len(self.texts[intent])
        few = [{"code": "few", "text": f"Kun {n} eksempler. Der skal helst være mindst 15."}] if n < 3 else []
        new = intent in self.new
        measured: dict[str, Any] = (
            {"precision": None, "recall": None, "f1": None, "support": None, "cross": None}
            if new
            else {
                "precision": 0.9,
                "recall": 0.8,
                "f1": 0.847,
                "support": 20,
                "cross": {"precision": 0.88, "recall": 0.79},
            }
        )
        return {
            **self._name(intent),
            "block": sample.BLOCKS.get(intent, "Nye hensigter"),
            "examples": n,
            **measured,
            "confusions": [{**sample.guess("sagsstatus"), "n": 3}] if intent == "svartid" else [],
            "guarded": intent in sample.GUARDED,
            "answer": self._answered(intent),
            "problems": few,
        }

    def _name(self, intent: str) -> dict[str, Any]:
        return {"intent": intent, "title": self.titles[intent]}

    def _answered(self, intent: str) -> dict[str, str]:
        return {"kind": "text", "name": f"utter_{intent}"} if intent in self.new else sample.answer_of(intent)

    def _intents(self, request: web.Request) -> dict[str, Any]:
        return {"rows": [self._row(intent) for intent in self.texts], "figures_of": self.peer.versions.live}

    def _known(self, request: web.Request) -> str:
        intent = request.match_info["intent"]
        if intent not in self.texts:
            raise No(404, "not_found", "Hensigten findes ikke.")
        return intent

    def _intent(self, request: web.Request) -> dict[str, Any]:
        intent = self._known(request)
        q = request.query.get("q", "").casefold()
        found = [text for text in self.texts[intent] if q in text.casefold()]
        named = request.query.get("example")
        begin = next((n for n, text in enumerate(found) if sample.short(text) == named), 0)
        shown, next_ = self.peer.paged(request, found[begin:]) if begin else self.peer.paged(request, found)
        near = {
            "hvor langt er min sag": [
                {**sample.guess("svartid"), "text": "hvor langt er I med min ansøgning om boligstøtte"}
            ]
        }
        return {
            **self._name(intent),
            "about": self.new.get(intent, {}).get("about", "Borgeren vil vide, hvor langt en sag er."),
            "revision": self.revision(intent),
            "by": "Ida Skov",
            "examples": [sample.example(text, near.get(text)) for text in shown],
            "next": next_,
            "total": len(found),
            "answer": self._answered(intent),
        }  # fmt: skip

    def _changing(self, request: web.Request, body: dict[str, Any], *names: str) -> str:
        self.peer.exactly(request, body, "revision", *names)
        intent = self._known(request)
        if body["revision"] != self.revision(intent):
            raise No(409, "changed", "Ida Skov har ændret det, siden du hentede det.", by="Ida Skov")
        return intent

    def _add(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        intent = self._changing(request, body, "texts", "confirmed")
        added, refused, before = [], [], self.kept()
        for text in body["texts"]:
            try:
                self.refuse(text, intent, confirmed=body["confirmed"])
            except No as no:
                refused.append({"text": text, "code": no.error["code"], "words": no.error["text"]})
            else:
                self.texts[intent].append(text)
                added.append(sample.example(text))
        edit = self._edited("added", intent, f"{len(added)} eksempler lagt til", before) if added else None
        return {"revision": self.revision(intent), "added": added, "refused": refused, "edit": edit}

    def _replace(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        intent = self._changing(request, body, "text", "confirmed")
        texts = self.texts[intent]
        at = next((n for n, text in enumerate(texts) if sample.short(text) == request.match_info["id"]), None)
        if at is None:
            raise No(404, "not_found", "Eksemplet findes ikke længere.")
        self.refuse(body["text"], intent, confirmed=body["confirmed"])
        before = self.kept()
        texts[at] = body["text"]
        edit = self._edited("changed", intent, "1 eksempel rettet", before)
        return {"revision": self.revision(intent), "example": sample.example(body["text"]), "edit": edit}

    def _take(self, intent: str, ids: list[str]) -> list[str]:
        taken = [text for text in self.texts[intent] if sample.short(text) in ids]
        if not ids or len(taken) != len(ids):
            self.peer.wrong.append(f"{intent}: {ids} are not all there")
        self.texts[intent] = [text for text in self.texts[intent] if text not in taken]
        return taken

    def _move(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        intent = self._changing(request, body, "ids", "to")
        if body["to"] not in self.texts or body["to"] == intent:
            self.peer.wrong.append(f"moved to {body['to']}")
        before = self.kept()
        self.texts[body["to"]] += self._take(intent, body["ids"])
        edit = self._edited("moved", intent, f"{len(body['ids'])} eksempler flyttet", before)
        return {"revision": self.revision(intent), "edit": edit}

    def _delete(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        intent = self._changing(request, body, "ids")
        before = self.kept()
        self._take(intent, body["ids"])
        edit = self._edited("deleted", intent, f"{len(body['ids'])} eksempler slettet", before)
        return {"revision": self.revision(intent), "edit": edit}

    def _make(self, request: web.Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.peer.exactly(request, body, "intent", "title", "about", "answer", "examples", "confirmed")
        title = body["title"].strip()
        name = body["intent"] or re.sub(
            "[^a-z]+", "_", title.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
        ).strip("_")
        if not title or not body["examples"]:
            raise No(400, "bad_input", "En hensigt skal have en titel og mindst et eksempel.")
        if name in self.texts:
            raise No(409, "duplicate", f"Der er allerede en hensigt, der hedder »{self.titles[name]}«.")
        self.texts[name], self.titles[name], self.new[name] = [], title, body
        refused = []
        for text in body["examples"]:
            try:
                self.refuse(text, name, confirmed=body["confirmed"])
                self.texts[name].append(text)
            except No as no:
                refused.append({"text": text, "code": no.error["code"], "words": no.error["text"]})
        if refused:
            del self.texts[name], self.titles[name], self.new[name]
            raise No(409, "examples", "Nogle af eksemplerne kan ikke bruges.", refused=refused)
        self.peer.edited("intent", name, f"Ny hensigt: {title}")
        return 201, self._row(name)

    def _search(self, request: web.Request) -> dict[str, Any]:
        q = request.query["q"].casefold()
        rows = [
            {**self._name(intent), "id": sample.short(text), "text": text}
            for intent, texts in self.texts.items()
            for text in texts
            if q in text.casefold()
        ]
        return {"rows": rows[:100]}

    def _import(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "name", "content", "dry_run", "confirmed")
        new, problems, before = 0, [], self.kept()
        for n, line in enumerate(body["content"].splitlines()[1:], start=2):
            intent, _, text = line.partition(";")
            if intent not in self.texts:
                problems.append({"line": n, "code": "unknown", "text": f"Der er ingen hensigt, der hedder »{intent}«."})
            elif sample.spans_of(text) and not body["confirmed"]:
                problems.append({"line": n, "code": "personal", "text": "Der står personlige oplysninger i teksten."})
            elif text not in self.texts[intent]:
                new += 1
                if not body["dry_run"]:
                    self.texts[intent].append(text)
        done = not body["dry_run"] and not problems
        if problems:
            self.texts.update(before)
        edit = self._edited("imported", "", f"{new} eksempler læst ind", before) if done else None
        return {"new": new, "known": 0, "remarked": 0, "moved": 0, "problems": problems, "done": done, "edit": edit}

    # Answers

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        revision = sample.short("\n".join(one["texts"]))
        return {**one, "revision": revision, "placeholders": [{"name": "phone", "text": "telefonnummeret"}]}

    def _answers(self, request: web.Request) -> dict[str, Any]:
        q = request.query.get("q", "").casefold()
        rows = [
            self._shown(one) for one in self.answers.values() if q in (one["name"] + " ".join(one["texts"])).casefold()
        ]
        return {"rows": rows}

    def _response(self, request: web.Request) -> dict[str, Any]:
        found = self.answers.get(request.match_info["name"])
        if found is None:
            raise No(404, "not_found", "Svaret findes ikke.")
        return found

    def _answer(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "revision", "texts")
        one = self._response(request)
        if body["revision"] != self._shown(one)["revision"]:
            raise No(409, "changed", "Ida Skov har ændret det, siden du hentede det.", by="Ida Skov")
        if not all(text.strip() for text in body["texts"]):
            raise No(400, "empty", "Et svar kan ikke være tomt.")
        before = list(one["texts"])
        one["texts"] = body["texts"]
        one.update({key: value for key, value in self._measured(body["texts"]).items() if key != "shown"})
        edit = self.peer.edited("answer", one["name"], "Svaret er rettet")["id"]
        self.unsaying[edit] = (one["name"], before)
        return {**self._shown(one), "edit": edit}

    def _preview(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "texts")
        if request.match_info["name"] != "utter_ny":  # one that is being made
            self._response(request)
        return self._measured(body["texts"])

    def _measured(self, texts: list[str]) -> dict[str, Any]:
        words = max(len(text.split()) for text in texts)
        problems = [{"code": "words", "text": f"Svaret er på {words} ord. Det må højst være 60."}] if words > 60 else []
        return {
            "shown": [text.replace("{navn}", "Nørre").replace("{kommune}", "Nørreå Kommune") for text in texts],
            "lix": 20,
            "words": words,
            "problems": problems,
            "links": [link for text in texts for link in _LINK.findall(text)],
        }

    def _links(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self.peer.exactly(request, body, "urls")
        rows = [
            {
                "url": url,
                "ok": "noerreaa.example" in url,
                "text": "Linket virker." if "noerreaa.example" in url else "Siden findes ikke.",
            }
            for url in body["urls"]
        ]
        return {"rows": rows}

    # Checks

    def _check(self, request: web.Request, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.peer.exactly(request, body)
        self.checked = "running" if self.checking else "done"
        return 202, self._checks(request)

    def _checks(self, request: web.Request) -> dict[str, Any]:
        if self.checked == "running" and not self.checking:
            self.checked = "done"
        done = self.checked == "done"
        return {
            "state": self.checked,
            "at": sample.ago(0) if done else None,
            "stale": False,
            "rows": self.checks if done else [],
        }


def _file(text: str, kind: str) -> web.Response:
    return web.Response(text=text, content_type=kind, headers={"Content-Disposition": "attachment"})
