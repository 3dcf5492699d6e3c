"""Names and contacts from Fælleskommunalt Organisationssystem, by its GraphQL interface (OrganisationHent).

Its token comes from KOMBIT's Adgangsstyring and lasts a short while: what the municipality puts in front of the index
is what renews it. A name is only given where the token has the data restriction SeNavn.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from typing import Any, Final

import structlog

from bot.cases.http import Http
from bot.cases.sf1470.access import OrganisationAccess
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense

log = structlog.get_logger(__name__)

# The role Ansvarlig of a task, in Fælleskommunalt Klassifikationssystem.
_RESPONSIBLE: Final = "2a5f38d8-7092-4b3f-85cc-7e272c3c4bb0"
_ADDRESSES: Final = "adresser { adresseTekst adresseRolleTitel }"
_USER: Final = f"query Bruger($uuid: [UUID!]!) {{ bruger(uuid: $uuid) {{ uuid person {{ navn }} {_ADDRESSES} }} }}"
_UNIT: Final = f"query Enhed($uuid: UUID!) {{ organisationEnhed(uuid: $uuid) {{ uuid enhedsnavn {_ADDRESSES} }} }}"
_UNITS: Final = (
    "query Ansvarlig($cvr: CVR!, $kle: [KLE!]!) { organisationEnhedListe(cvr: $cvr, status: AKTIV, "
    f'opgaver: {{rolle: "{_RESPONSIBLE}", kleNummer: $kle}}) '
    f"{{ edges {{ node {{ uuid enhedsnavn {_ADDRESSES} }} }} }} }}"
)
# adresseRolleTitel is text from the classification; in this order the first that is there is taken. No other kind of
# address is read: where somebody sits or lives is told to nobody.
_PHONE: Final = ("telefon", "telefonnummer", "fastnettelefon", "arbejdstelefon", "mobiltelefon", "mobil")
_EMAIL: Final = ("e-mail", "email", "e-mailadresse", "mail")
_TOO_LITTLE: Final = 0.1  # seconds in which nobody answers: then nobody is asked


class Of(Enum):
    """What is asked for."""

    USER = "user"
    UNIT = "unit"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Whom:
    """A user or a unit by UUID, or the unit that is responsible for a KLE number."""

    of: Of
    key: str


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who they are and how they are reached; each may be unknown."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = None
    email: str | None = None


class Organisation:
    """The organisation of one municipality. ``seconds`` is all the time a look-up of cases gives to it."""

    def __init__(self, access: OrganisationAccess, http: Http, *, seconds: float = 1.0) -> None:
        self._access = access
        self._http = http
        self._seconds = seconds

    async def contacts(self, wanted: Collection[Whom], *, within: float | None = None) -> dict[Whom, Contact]:
        """Those of ``wanted`` who were found in time, all asked for at once. Raises nothing: what fails is missing.

        ``within`` is how many seconds are left to whoever asks; what they wait is never more than that, nor than
        this object's own.
        """
        if not wanted:
            return {}
        if within is not None and within <= _TOO_LITTLE:
            log.warning("organisation.missing", asked=0, late=len(set(wanted)), failed=[])
            return {}
        seconds = max(0.0, self._seconds if within is None else min(self._seconds, within))
        asked = {asyncio.ensure_future(self._contact(whom)): whom for whom in set(wanted)}
        try:
            done, late = await asyncio.wait(asked, timeout=seconds)
        finally:
            for task in asked:
                task.cancel()
        found: dict[Whom, Contact] = {}
        reasons: list[str] = []
        for task in done:
            failure = task.exception()
            if failure is None:
                contact = task.result()
                if contact is not None:
                    found[asked[task]] = contact
            else:
                reasons.append(failure.log if isinstance(failure, CaseSystemError) else type(failure).__name__)
        if late or reasons:
            log.warning("organisation.missing", asked=len(asked), late=len(late), failed=sorted(set(reasons)))
        return found

    async def ping(self) -> None:
        """Return when it answers, and takes our token. Raises CaseSystemError otherwise."""
        await self._ask(_USER, {"uuid": []})

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def _contact(self, whom: Whom) -> Contact | None:
        if whom.of is Of.USER:
            users = _list((await self._ask(_USER, {"uuid": [whom.key]})).get("bruger"))
            found = [one for one in users if _same(one, whom.key)]
            person = found[0].get("person") if found else None
            name = _text(person.get("navn")) if isinstance(person, dict) else None
        else:
            found = await self._units(whom)
            name = _text(found[0].get("enhedsnavn")) if found else None
        if len(found) != 1:  # several units share a subject: none of them is *the* one
            return None
        addresses = [one for one in _list(found[0].get("adresser")) if isinstance(one, dict)]
        return Contact(name=name, phone=_address(addresses, _PHONE), email=_address(addresses, _EMAIL))

    async def _units(self, whom: Whom) -> list[dict[str, Any]]:
        if whom.of is Of.UNIT:
            unit = (await self._ask(_UNIT, {"uuid": whom.key})).get("organisationEnhed")
            return [unit] if isinstance(unit, dict) and _same(unit, whom.key) else []
        listed = (await self._ask(_UNITS, {"cvr": self._access.cvr, "kle": [whom.key]})).get("organisationEnhedListe")
        edges = _list(listed.get("edges")) if isinstance(listed, dict) else []
        return [edge["node"] for edge in edges if isinstance(edge, dict) and isinstance(edge.get("node"), dict)]

    async def _ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._http.ask(
            "POST",
            self._access.url,
            headers={
                "Authorization": f"Bearer {self._access.token}",
                "x-TransaktionsId": str(uuid.uuid4()),
                "x-TransaktionsTid": datetime.now(timezone.utc).isoformat(),
            },
            json={"query": query, "variables": variables},
        )
        told = answer.must_be(200).json()
        if not isinstance(told, dict):
            raise CaseSystemNonsense(f"{answer.system} gave no GraphQL")
        errors = told.get("errors")
        # A warning comes with data: what is missing is null, such as a name the token does not open for.
        if errors and not (isinstance(errors, list) and all(_is_warning(one) for one in errors)):
            raise CaseSystemDown(f"{answer.system} answered with errors")
        data = told.get("data")
        if not isinstance(data, dict):
            raise CaseSystemNonsense(f"{answer.system} gave no data")
        return data


def _is_warning(error: Any) -> bool:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return isinstance(extensions, dict) and extensions.get("type") == "WARNING"


def _same(one: Any, key: str) -> bool:
    return isinstance(one, dict) and isinstance(one.get("uuid"), str) and one["uuid"].lower() == key.lower()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _address(addresses: list[dict[str, Any]], titles: tuple[str, ...]) -> str | None:
    for title in titles:
        for one in addresses:
            if (_text(one.get("adresseRolleTitel")) or "").lower() == title:
                return _text(one.get("adresseTekst"))
    return None


def _text(value: Any) -> str | None:
    return " ".join(value.split())[:255] or None if isinstance(value, str) else None
