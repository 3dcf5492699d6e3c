"""Who is who in a case: the roles of the index are UUIDs in Fælleskommunalt Klassifikationssystem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from bot.cases.case import HandlerKind, Party, Role
from bot.cases.sf1470.validity import current, holds

# From KOMBIT's own examples of the service. The other roles of a party are not in the contract files.
PRIMARY_PARTY: Final = "d839f26a-d4d1-4441-b2d6-3dbbb12a9404"
PRIMARY_HANDLER: Final = "bf1f93ed-9441-4af4-835b-baeb201f3076"
PRIMARY_CLASS: Final = "a86c6581-ec85-412d-a655-31a1f1d5b14f"
# What a Sagsaktoer refers to, by its Type: OrganisationEnhed; everything else is held to be a person.
UNIT: Final = "c5fc3b3b-5197-49ee-92e6-ae6ba1957174"


class Part(Enum):
    """What a person is in a case of the answer."""

    NOW = "now"
    FORMER = "former"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who handles a case; ``uuid`` is theirs in Fælleskommunalt Organisationssystem, ``name`` as the index has it."""

    kind: HandlerKind
    uuid: str | None
    name: str | None = field(repr=False)


def urn_of(cpr: str) -> str:
    """A person as the index names them: ten digits, without a hyphen."""
    return f"urn:oio:cpr-nr:{cpr}"


def part_of(relations: Any, cpr: str, now: datetime) -> Part:
    """What the person ``cpr`` is in a case: its primary party at ``now``, one that no longer or not yet is, or none."""
    theirs = [party for party in _of_role(relations, "Sagspart", PRIMARY_PARTY) if _reference(party) == urn_of(cpr)]
    if not theirs:
        return Part.NONE
    return Part.NOW if any(holds(party, now) for party in theirs) else Part.FORMER


def parties(relations: Any, now: datetime) -> tuple[Party, ...]:
    """The primary party, by name. What the others are can't be told, so they are not."""
    found = (
        _extra(party, "FuldtNavn") for party in _of_role(relations, "Sagspart", PRIMARY_PARTY) if holds(party, now)
    )
    return tuple(Party(name=name or "Uden navn", role=Role.PRIMARY) for name in found)


def handler(relations: Any, now: datetime) -> Actor | None:
    """The primary handler, a person or a unit; a case may have none."""
    actor = current(_of_role(relations, "Sagsaktoer", PRIMARY_HANDLER), now)
    if actor is None:
        return None
    unit = actor.Type is not None and _lower(actor.Type.UUIDIdentifikator) == UNIT
    return Actor(
        kind=HandlerKind.TEAM if unit else HandlerKind.PERSON,
        uuid=_lower(actor.ReferenceID.UUIDIdentifikator) if actor.ReferenceID is not None else None,
        name=_extra(actor, "FuldtNavn"),
    )


def subject(relations: Any, now: datetime) -> str | None:
    """The KLE number of the primary class, None where it is not told."""
    found = current(_of_role(relations, "Sagsklasse", PRIMARY_CLASS), now)
    return None if found is None else _extra(found, "BrugervendtNoegle")


def each(holder: Any, name: str) -> list[Any]:
    """What is called ``name`` in ``holder``: zeep gives None for a list, and for an element, with nothing in it."""
    return list(getattr(holder, name, None) or ())


def extensions(holder: Any, kind: str) -> list[Any]:
    """The local extensions of the type ``kind`` in the index' own schema."""
    found = each(getattr(holder, "LokalUdvidelseListe", None), "_value_1")
    name = f"{{urn:oio:sts:sagdok:sagindeks:6}}{kind}"
    return [one for one in found if getattr(getattr(one, "_xsd_type", None), "qname", None) == name]


def text_of(value: Any) -> str | None:
    """A text of the index on one line; None when there is nothing in it."""
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _of_role(relations: Any, name: str, role: str) -> Iterator[Any]:
    return (
        one for one in each(relations, name) if one.Rolle is not None and _lower(one.Rolle.UUIDIdentifikator) == role
    )


def _reference(relation: Any) -> str | None:
    return _lower(relation.ReferenceID.URNIdentifikator) if relation.ReferenceID is not None else None


def _extra(relation: Any, name: str) -> str | None:
    for kind in ("SagspartLokalUdvidelseType", "SagsaktoerLokalUdvidelseType", "SagsklasseLokalUdvidelseType"):
        for one in extensions(relation, kind):
            return text_of(getattr(one, name, None))
    return None


def _lower(value: Any) -> str | None:
    return value.strip().lower() or None if isinstance(value, str) else None
