"""KOMBIT's OrganisationHent (GraphQL) as a server on loopback: it knows three queries, and nothing else.

As a program, with the caseworkers of the sample cases: ``python -m tests.doubles.organisation --port 8471 --token T``.
"""

from __future__ import annotations

import argparse
import re
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.cases.case import Handler, HandlerKind
from bot.cases.importing import read_file
from bot.cases.record import CaseRecord
from bot.cases.sample import DEPARTMENTS, sample_file
from tests.doubles.sf1470_sag import handler_uuid

PATH = "/organisation/organisationhent/1"
CVR = "11111111"
RESPONSIBLE = "2a5f38d8-7092-4b3f-85cc-7e272c3c4bb0"
_WORD = re.compile(r'[\w$!]+|"[^"]*"|[{}()\[\]:,]')
_ADDRESSES = "adresser { adresseTekst adresseRolleTitel }"
# The queries that are known, word by word, and the types of their variables.
_KNOWN = {
    "bruger": f"query ($uuid: [UUID!]!) {{ bruger(uuid: $uuid) {{ uuid person {{ navn }} {_ADDRESSES} }} }}",
    "organisationEnhed": (
        f"query ($uuid: UUID!) {{ organisationEnhed(uuid: $uuid) {{ uuid enhedsnavn {_ADDRESSES} }} }}"
    ),
    "organisationEnhedListe": (
        "query ($cvr: CVR!, $kle: [KLE!]!) { organisationEnhedListe(cvr: $cvr, status: AKTIV, opgaver: "
        f'{{rolle: "{RESPONSIBLE}", kleNummer: $kle}}) {{ edges {{ node {{ uuid enhedsnavn {_ADDRESSES} }} }} }} }}'
    ),
}
_VARIABLES: dict[str, dict[str, Callable[[Any], bool]]] = {
    "bruger": {"uuid": lambda told: isinstance(told, list) and all(_is_uuid(one) for one in told)},
    "organisationEnhed": {"uuid": lambda told: _is_uuid(told)},
    "organisationEnhedListe": {
        "cvr": lambda told: isinstance(told, str) and re.fullmatch(r"\d{8}", told) is not None,
        "kle": lambda told: isinstance(told, list) and all(re.fullmatch(r"\d\d(\.\d\d){0,2}\*?", one) for one in told),
    },
}


class OrganisationDouble:
    """The organisation of one municipality. ``names`` is whether the token opens for people's names.

    ``asked`` are the queries it took, by name; ``instead`` answers in its place.
    """

    def __init__(self, *, token: str) -> None:
        self.token = token
        self.names = True
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.instead: Callable[[], Any] | None = None
        self._people: dict[str, Handler] = {}
        self._responsible: dict[str, list[str]] = {}

    def put(self, *handlers: Handler, responsible_for: tuple[str, ...] = ()) -> None:
        """Know caseworkers; a team is ``responsible_for`` KLE numbers."""
        for handler in handlers:
            self._people[handler_uuid(handler)] = handler
            for kle in responsible_for:
                self._responsible.setdefault(kle, []).append(handler_uuid(handler))

    def put_all(self, records: tuple[CaseRecord, ...]) -> None:
        """Know everybody who handles one of these cases."""
        self.put(*(record.handler for record in records if record.handler is not None))

    def app(self) -> web.Application:
        """The server's application."""
        made = web.Application(client_max_size=2**18)
        made.router.add_post(PATH, self._take)
        return made

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if self.instead is not None:
            answer = self.instead()
            return await answer if hasattr(answer, "__await__") else answer
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _refused(401, "Unauthorized")
        if not _is_uuid(request.headers.get("x-TransaktionsId")) or not _is_time(
            request.headers.get("x-TransaktionsTid", "")
        ):
            return _refused(400, "BadRequest")
        told = await request.json()
        query, variables = told["query"], told.get("variables", {})
        known = next((name for name, words in _KNOWN.items() if _words(words) == _words(query, named=True)), None)
        if known is None:
            return _failed("InvalidSyntax")
        types = _VARIABLES[known]
        if set(variables) != set(types) or not all(holds(variables[name]) for name, holds in types.items()):
            return _failed("ValidationError")
        self.asked.append((known, variables))
        return getattr(self, f"_{known}")(variables)  # type: ignore[no-any-return]

    def _bruger(self, told: dict[str, Any]) -> web.Response:
        found = [self._of(one, HandlerKind.PERSON) for one in told["uuid"]]
        if None in found:
            return _failed("NotFound", data={"bruger": None})
        warned = [] if self.names or not found else [_error("Unauthorized", "WARNING")]
        return _given({"bruger": found}, warned)

    def _organisationEnhed(self, told: dict[str, Any]) -> web.Response:  # noqa: N802  # the query's own name
        unit = self._of(told["uuid"], HandlerKind.TEAM)
        return (
            _failed("NotFound", data={"organisationEnhed": None})
            if unit is None
            else _given({"organisationEnhed": unit}, [])
        )

    def _organisationEnhedListe(self, told: dict[str, Any]) -> web.Response:  # noqa: N802  # the query's own name
        if told["cvr"] != CVR:
            return _failed("NotFound", data={"organisationEnhedListe": None})
        units = [self._of(one, HandlerKind.TEAM) for kle in told["kle"] for one in self._responsible.get(kle, [])]
        return _given({"organisationEnhedListe": {"edges": [{"node": unit} for unit in units]}}, [])

    def _of(self, key: str, kind: HandlerKind) -> dict[str, Any] | None:
        handler = self._people.get(key.lower())
        if handler is None or handler.kind is not kind:
            return None
        told = {"Postadresse": "Rådhuspladsen 1, 8000 Nørreå", "Lokation": "Rum 7", "E-mail": handler.email}
        addresses = [
            {"adresseTekst": text, "adresseRolleTitel": title}
            for title, text in (*told.items(), ("Telefon", handler.phone))
            if text is not None
        ]
        if kind is HandlerKind.TEAM:
            return {"uuid": key, "enhedsnavn": handler.name, "adresser": addresses}
        name = handler.name if self.names else None
        return {"uuid": key, "person": {"navn": name}, "adresser": addresses}


def _words(query: str, *, named: bool = False) -> list[str]:
    """The words of a query, without commas and without its own name: neither means anything (GraphQL, section 2.1)."""
    words = [word for word in _WORD.findall(query) if word != ","]
    return words[:1] + words[2:] if named else words


def _given(data: dict[str, Any], errors: list[dict[str, Any]]) -> web.Response:
    return web.json_response({"data": data, **({"errors": errors} if errors else {})})


def _failed(classification: str, *, data: Any = None) -> web.Response:
    return web.json_response({"errors": [_error(classification, "ERROR")], "data": data})


def _error(classification: str, kind: str) -> dict[str, Any]:
    return {
        "message": f"Fejl: {classification}",
        "extensions": {"type": kind, "classification": classification, "id": str(uuid.uuid4())},
    }


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"status": status, "error": error, "message": error, "path": PATH}, status=status)


def _is_uuid(value: Any) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value) is not None
    )


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def main() -> None:
    """Serve the caseworkers of the sample cases, or of a file in the format of `borgerkontakt cases import`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", default="proeve")
    parser.add_argument("--cases", type=Path, default=sample_file())
    told = parser.parse_args()
    double = OrganisationDouble(token=told.token)
    double.put_all(read_file(told.cases, departments=DEPARTMENTS)[0])
    web.run_app(double.app(), host="127.0.0.1", port=told.port, print=None)


if __name__ == "__main__":
    main()
