"""A case of SBSYS's as we know cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import structlog

from bot.cases.case import CASE_NUMBER, KLE, Case, Handler, HandlerKind, Party, Role, Sensitivity, State
from bot.cases.days import danish_today
from bot.cases.sbsys.access import Sbsys
from bot.cases.sbsys.fields import Row, cpr_in, date_in, flag_in, number_in, part_of, rows_in, text_in, uuid_in, wrong

log = structlog.get_logger(__name__)

# Known: search, and what makes cases, say SagsTitel; Aarhus' client tells of Titel where a case is read.
TITLES: Final = ("SagsTitel", "Titel")
# Opstaaet is when the case arose, which a caseworker may set; Oprettet when it was typed in. Aarhus has SagsDato.
OPENED: Final = ("Opstaaet", "Oprettet", "SagsDato")
CHANGED: Final = ("SenestAendret", "SidstAendret", "SenesteStatusAendring")
# The installation's own names stand for one of two states that are the same everywhere (table SagsTilstandOpslag).
_TILSTANDE: Final = {"aktiv": State.PROCESSING, "afsluttet": State.CLOSED}
_SETTLED: Final = (State.DECIDED, State.CLOSED, State.REJECTED)
_UNNAMED: Final = "Part i sagen"
# A date outside of these is a slip of the pen, or SQL Server's first (1753); `bot.cases.asking` takes none such.
_EARLIEST: Final = date(1900, 1, 1)
_FURTHEST: Final = timedelta(days=20 * 365)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach a caseworker."""

    phone: str | None = None
    email: str | None = None


def identity(row: Row) -> int:
    """The number by which the API is asked for the case. Raises CaseSystemNonsense where it is missing."""
    found = number_in(row, "Id")
    if found is None:
        raise wrong("a case without an Id")
    return found


def ref(row: Row) -> str:
    """Our reference to the case: its SagIdentity, which stays when all else changes; else its Id."""
    return uuid_in(row, "SagIdentity") or f"id-{identity(row)}"


def whose(row: Row) -> str | None:
    """The CPR number of the primary party, ten digits; None where the answer does not say.

    It stands in the party itself, or with the person among Personer whom the party's PartId names.
    """
    primary = part_of(row, "PrimaryPart")
    found = cpr_in(primary, "CPRnummer", "CprNummer")
    if found is not None:
        return found
    person = _person(row, primary)
    return None if person is None else cpr_in(person, "CprNummer", "CPRnummer")


def is_short(row: Row) -> bool:
    """Whether the case must be asked for by itself, because what was found leaves out something it may have."""
    needed = (
        OPENED,
        CHANGED,
        ("Nummer",),
        ("SagIdentity",),
        ("SagsStatus",),
        TITLES,
        ("Behandler", "Ansaettelsessted"),
    )
    missing = any(all(row.get(name) is None for name in names) for names in needed)
    undated = row.get("BeslutningHarDeadline") is True and row.get("BeslutningDeadline") is None
    undecided = row.get("ErBesluttet") is True and row.get("Besluttet") is None
    return missing or undated or undecided or whose(row) is None


def handler_uuid(row: Row) -> str | None:
    """By which its caseworker is asked for, if a person has it."""
    return uuid_in(part_of(row, "Behandler"), "Uuid")


def contact(user: Row) -> Contact:
    """Phone and mail of a user.

    Known: a user has an address (table Bruger), and an address has fields for work and for home. Assumed: they stand
    in the user's Adresse, as they do in a person's. What is private is never read.
    """
    for row in (part_of(user, "Adresse"), user):
        found = Contact(
            phone=text_in(row, "WorkTelefonNummer", "WorkMobilNummer"), email=text_in(row, "WorkEmailAdresse")
        )
        if found != Contact():
            return found
    return Contact()


def case(
    row: Row,
    *,
    access: Sbsys,
    contacts: Mapping[str, Contact],
    department_of: Callable[[str], str],
    today: date | None = None,
) -> Case:
    """The case. ``contacts`` are those we have, by the caseworker's UUID; ``today`` is the Danish date (default: now).

    Raises CaseSystemNonsense. But a date that can't be, as a caseworker may set one, costs nobody the answer.

    What is never told, though SBSYS has it: the status by its own name or its comment, for either may be the outcome
    or words among colleagues; the other parties, for what they are in the case is not said, and a name may be
    protected; the journal and the tasks, which are the caseworkers' own.
    """
    number = text_in(row, "Nummer")
    if number is None or not CASE_NUMBER.match(number):
        raise wrong("a case without a case number")
    today = today or danish_today()
    opened, changed = _happened(row, today)
    state = _state(row, access)
    kle = text_in(part_of(part_of(row, "SagsNummer"), "EmneplanNummer"), "Nummer") or number[:8]
    if not KLE.match(kle):
        raise wrong("a KLE number that is none")
    # Known: ErBeskyttet says that not every colleague may open the case. Nothing says that a title alone is secret,
    # or how sensitive a case is. So: a protected case's title is not shown and its data are confidential, and one
    # that does not say is taken to be protected.
    protected = flag_in(row, "ErBeskyttet") is not False
    return Case(
        ref=ref(row),
        number=number,
        title=None if protected else text_in(row, *TITLES),
        kle=kle,
        state=state,
        status_text=None,
        opened=opened,
        changed=changed,
        department=department_of(kle),
        handler=_handler(row, contacts),
        parties=(Party(name=_party_name(row), role=Role.PRIMARY),),
        my_role=Role.PRIMARY,
        sensitivity=Sensitivity.CONFIDENTIAL if protected else Sensitivity.ORDINARY,
        todos_known=False,
        # Assumed: the deadline of the decision, the one deadline a case has, is when the citizen gets the answer.
        expected=_likely(row, "BeslutningDeadline", today) if flag_in(row, "BeslutningHarDeadline") else None,
        decided=_likely(row, "Besluttet", today) if flag_in(row, "ErBesluttet") and state in _SETTLED else None,
    )


def _happened(row: Row, today: date) -> tuple[date, date]:
    """When it was opened and changed, neither after today.

    Opened is the first date that can be; where all lie ahead, the case is at least as old as its latest change.
    """
    known = date_in(row, *CHANGED)
    if known is None or date_in(row, *OPENED) is None:
        raise wrong("a case without its dates")
    changed = min(known, today)
    for name in OPENED:
        opened = date_in(row, name)
        if opened is not None and _EARLIEST <= opened <= today:
            return opened, changed if changed >= _EARLIEST else opened
    return (changed, changed) if changed >= _EARLIEST else (today, today)


def _likely(row: Row, name: str, today: date) -> date | None:
    day = date_in(row, name)
    return day if day is not None and _EARLIEST <= day <= today + _FURTHEST else None


def _state(row: Row, access: Sbsys) -> State:
    """By the status's name where we know it, else by whether it counts as active or closed.

    A name nobody told us of must not cost the citizen the answer: *behandles* or *afsluttet* is true, if not the
    whole of it, and the log has the status's Id, so that the name can be put into the settings.
    """
    status = part_of(row, "SagsStatus")
    name = text_in(status, "Navn")
    named = access.state_named(name) if name else None
    if named is not None:
        return named
    state = _TILSTANDE.get((text_in(status, "SagsTilstand") or "").casefold())
    if state is None:
        raise wrong("a case in a state that can't be told")
    log.warning("cases.state_unknown", system="SBSYS", status=number_in(status, "Id"), taken_as=state.value)
    return state


def _handler(row: Row, contacts: Mapping[str, Contact]) -> Handler | None:
    """The caseworker; where there is none, the unit that has the case; else nobody.

    Assumed: Behandler is a person. Where a municipality keeps a user for a whole team, the API does not tell.
    """
    name = text_in(part_of(row, "Behandler"), "Navn")
    if name is not None:
        known = contacts.get(handler_uuid(row) or "", Contact())
        return Handler(kind=HandlerKind.PERSON, name=name, phone=known.phone, email=known.email)
    unit = text_in(part_of(row, "Ansaettelsessted"), "Navn")
    return None if unit is None else Handler(kind=HandlerKind.TEAM, name=unit)


def _party_name(row: Row) -> str:
    primary = part_of(row, "PrimaryPart")
    person = _person(row, primary)
    return text_in(primary, "Navn") or (person and text_in(person, "Navn")) or _UNNAMED


def _person(row: Row, primary: Row) -> Row | None:
    wanted = number_in(primary, "PartId")
    if wanted is None or row.get("Personer") is None or primary.get("PartType", "Person") != "Person":
        return None  # a firm's number may be a person's too
    return next((one for one in rows_in(row["Personer"], "Personer") if number_in(one, "Id") == wanted), None)
