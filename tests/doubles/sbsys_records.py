"""A case as SBSYS answers it, made of a `CaseRecord`: in full, as a search gives it, and as a search may shorten it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.cases.case import HandlerKind, Role, State
from bot.cases.record import CaseRecord, RecordedParty

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
# The installation's own names; SagsTilstand is one of two in every installation.
_STATUS = {
    State.CREATED: (8, "Opstået", "Aktiv"),
    State.PROCESSING: (1, "Opklaring", "Aktiv"),
    State.DECIDED: (2, "Afgjort", "Aktiv"),
    State.CLOSED: (4, "Afsluttet", "Afsluttet"),
    State.REJECTED: (9, "Afvist", "Afsluttet"),
}
# What a search leaves out when it is short: what and whose it is, who has it, and when it was decided or is to be.
_SHORTENED = (
    "SagsTitel",
    "PrimaryPart",
    "Personer",
    "Behandler",
    "Ansaettelsessted",
    "BeslutningDeadline",
    "Besluttet",
)


def states() -> list[dict[str, Any]]:
    """The states of the installation, as it lists them."""
    return [
        {"Id": number, "Navn": name, "SagsTilstand": tilstand, "RequireComments": False}
        for number, name, tilstand in _STATUS.values()
    ]


def new_id() -> int:
    """A number that nobody guesses from another."""
    return secrets.randbelow(900_000) + 100_000


@dataclass
class User:
    """Somebody who works in the system."""

    name: str
    phone: str | None = None
    email: str | None = None
    id: int = field(default_factory=new_id)
    uuid: str = field(default_factory=lambda: str(uuid4()))

    def short(self) -> dict[str, Any]:
        """As it stands within a case."""
        return {"LogonId": f"u{self.id}", "Uuid": self.uuid, "Id": self.id, "Navn": self.name}

    def whole(self) -> dict[str, Any]:
        """As it is answered by itself; what has no value is left out."""
        address = {"Id": self.id + 1, "ErBeskyttet": False, "PrivateTelefonNummer": "99 99 99 99",
                   "WorkTelefonNummer": self.phone, "WorkEmailAdresse": self.email}  # fmt: skip
        return {**self.short(), "Adresse": {name: value for name, value in address.items() if value is not None}}


@dataclass
class Kept:
    """A case as it is kept: with numbers of its own that stay, and what a test changed in it."""

    record: CaseRecord
    handler: User | None = None
    id: int = field(default_factory=new_id)
    uuid: str = field(default_factory=lambda: str(uuid4()))
    changes: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def primary(self) -> RecordedParty | None:
        """Its one primary party."""
        return next((party for party in self.record.parties if party.role is Role.PRIMARY), None)

    def whole(self) -> dict[str, Any]:
        """As `GET /api/sag/{id}` answers it; a field changed to None is left out."""
        record, primary = self.record, self.primary
        number, name, tilstand = _STATUS[record.state]
        made: dict[str, Any] = {
            "SagsTyper": [{"Id": 1, "Navn": "EmneSag"}],
            "Titel": record.title,
            "Personer": [_person(position, party) for position, party in enumerate(record.parties, 1)],
            "Firmaer": [],
            "Id": self.id,
            "SagIdentity": self.uuid,
            "Nummer": record.number,
            "Opstaaet": _time(record.opened, time(9, 24, 48, 507000)),
            "Oprettet": _time(record.opened, time(9, 24, 48, 507000)),
            "SenestAendret": _time(record.changed, time(13, 44, 43, 197000)),
            "ErBeskyttet": record.title_secret,
            "ErBesluttet": record.decided is not None,
            "BeslutningHarDeadline": record.expected is not None,
            "SagsStatus": {"Id": number, "Navn": name, "Orden": 1, "SagsTilstand": tilstand, "RequireComments": False,
                           "SagsStatusKommentar": f"Sagsstatus ændret til {name}"},
            "SagsNummer": {"EmneplanNummer": {"Id": 1, "Nummer": record.kle, "Navn": "Et emne"}},
        }  # fmt: skip
        if primary is not None:
            position = record.parties.index(primary) + 1
            made["PrimaryPart"] = {
                "PartId": position, "PartType": "Person", "CPRnummer": hyphened(primary.cpr), "Navn": primary.name
            }  # fmt: skip
        if record.expected is not None:
            made["BeslutningDeadline"] = _time(record.expected, time())
        if record.decided is not None:
            made["Besluttet"] = _time(record.decided, time())
        handler = record.handler
        if self.handler is not None:
            made["Behandler"] = self.handler.short()
            made["Ansaettelsessted"] = {"Uuid": str(uuid4()), "Id": 5, "Navn": "Sekretariatet"}
        elif handler is not None and handler.kind is HandlerKind.TEAM:
            made["Ansaettelsessted"] = {"Uuid": str(uuid4()), "Id": 6, "Navn": handler.name}
        return {name: value for name, value in {**made, **self.changes}.items() if value is not None}

    def row(self, *, short: bool) -> dict[str, Any]:
        """As a search answers it: the title has another name, and the plan's number is not there."""
        made = self.whole()
        made.pop("SagsNummer", None)
        if "Titel" in made:
            made["SagsTitel"] = made.pop("Titel")
        return {name: value for name, value in made.items() if not (short and name in _SHORTENED)}


def hyphened(cpr: str) -> str:
    """A CPR number as SBSYS writes it."""
    return f"{cpr[:6]}-{cpr[6:]}"


def _person(position: int, party: RecordedParty) -> dict[str, Any]:
    return {
        "Id": position,
        "Uuid": str(uuid4()),
        "CprNummer": hyphened(party.cpr),
        "Navn": party.name,
        "Adresse": {"Id": position, "Adresse1": "Testvænget 1", "PostNummer": 8000, "ErBeskyttet": False},
    }


def _time(day: date, at: time) -> str:
    """With Denmark's offset and as few decimals as .NET leaves."""
    moment = datetime.combine(day, at, _COPENHAGEN)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    decimals = f".{moment.microsecond // 1000:03d}".rstrip("0") if moment.microsecond else ""
    zone = moment.strftime("%z")
    return f"{text}{decimals}{zone[:3]}:{zone[3:]}"
