"""A case from what the index says of it: the newest registration, and of that what holds now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.cases.case import KLE, Case, Handler, Role, Sensitivity, State
from bot.cases.sf1470.relations import Actor, Part, each, extensions, handler, part_of, parties, subject, text_of
from bot.cases.sf1470.validity import aware, current, danish_day, start_of
from bot.errors import CaseSystemNonsense

# SagsFremdrift, in KOMBIT's words: arisen, informed, decided, closed. There is no word for a refusal.
_STATES: Final = {
    "Opstaaet": State.CREATED,
    "Oplyst": State.PROCESSING,
    "Afgjort": State.DECIDED,
    "Afsluttet": State.CLOSED,
}
_SENSITIVITIES: Final = {
    "IKKE_FORTROLIGE_DATA": Sensitivity.ORDINARY,
    "FORTROLIGE_PERSONOPLYSNINGER": Sensitivity.CONFIDENTIAL,
    "FOELSOMME_PERSONOPLYSNINGER": Sensitivity.SENSITIVE,
    "VIP_SAGER": Sensitivity.VIP,
}
_GONE: Final = ("Slettet", "Passiveret")


@dataclass(frozen=True, kw_only=True)
class Read:
    """A case as the index alone tells it, and who handles it there."""

    case: Case
    actor: Actor | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """The cases of an answer, newest change first; ``strangers`` is how many others were in it that are not theirs."""

    cases: tuple[Read, ...]
    strangers: int


def read(snapshots: Iterable[Any], cpr: str, *, now: datetime, department_of: Callable[[str], str]) -> Found:
    """The cases in which the person ``cpr`` is primary party at ``now`` (aware).

    A case that was theirs once, or is deleted, is left out; so is one they never had a part in, which is counted.
    Raises CaseSystemNonsense when a case of theirs is none.
    """
    kept: list[tuple[datetime, Read]] = []
    strangers = 0
    for snapshot in snapshots:
        registration = _newest(snapshot)
        part = part_of(registration.RelationListe, cpr, now)
        strangers += part is Part.NONE
        if part is Part.NOW and registration.LivscyklusKode not in _GONE:
            case = _case(snapshot.ObjektType.UUIDIdentifikator, registration, now, department_of)
            kept.append((_registered(registration), case))
    kept.sort(key=lambda one: one[0], reverse=True)
    return Found(cases=tuple(case for _, case in kept), strangers=strangers)


def _case(ref: str, registration: Any, now: datetime, department_of: Callable[[str], str]) -> Read:
    attributes, relations = registration.AttributListe, registration.RelationListe
    progress = each(registration.TilstandListe, "Fremdrift")
    told = current(each(attributes, "Egenskaber"), now)
    number = told and (text_of(told.Sagsnummer) or text_of(told.BrugervendtNoegle))
    if not number:
        raise CaseSystemNonsense("the index gave a case without a number that holds now")
    extra = current(extensions(attributes, "EgenskaberType"), now)
    kle = _kle(subject(relations, now), number)
    state = _state(progress, now)
    actor = handler(relations, now)
    case = Case(
        ref=ref.lower(),
        number=number,
        # OffentlighedUndtaget holds the title nobody may see. `Titel` should then be one that everybody may, but
        # nothing makes sure of it (KOMBIT's guide to the index): such a case has no title here.
        title=None if told.OffentlighedUndtaget is not None else text_of(told.Titel),
        kle=kle,
        state=state,
        status_text=text_of(extra.Sagsstatus) if extra is not None else None,
        opened=_opened(extra, progress),
        changed=danish_day(_registered(registration)),
        department=department_of(kle),
        handler=Handler(kind=actor.kind, name=actor.name) if actor is not None and actor.name else None,
        parties=parties(relations, now),
        my_role=Role.PRIMARY,
        sensitivity=_sensitivity(extra),
        todos_known=False,
        decided=_decided(state, progress, now),
    )
    return Read(case=case, actor=actor)


def _newest(snapshot: Any) -> Any:
    if not snapshot.Registrering:
        raise CaseSystemNonsense("the index gave a case with nothing registered")
    return max(snapshot.Registrering, key=_registered)


def _registered(registration: Any) -> datetime:
    """When the case was last changed in the system it comes from, else when the index heard of it."""
    return aware(registration.Tidspunkt or registration.StsTidspunkt)


def _kle(told: str | None, number: str) -> str:
    for kle in (told or "", number[:8]):
        if KLE.match(kle):
            return kle
    raise CaseSystemNonsense("the index gave a case without a KLE number that holds now")


def _state(progress: list[Any], now: datetime) -> State:
    step = current(progress, now)
    state = _STATES.get(step.FremdriftStatusKode) if step is not None else None
    if state is None:
        raise CaseSystemNonsense("the index gave a case without a state that holds now")
    return state


def _opened(extra: Any, progress: list[Any]) -> date:
    """When the case was made; where that is not told, when it arose."""
    if extra is not None and extra.OprettetTidspunkt is not None:
        return danish_day(extra.OprettetTidspunkt)
    arisen = [start_of(step) for step in progress if step.FremdriftStatusKode == "Opstaaet"]
    if not arisen:
        raise CaseSystemNonsense("the index gave a case that never began")
    return danish_day(min(arisen))


def _decided(state: State, progress: list[Any], now: datetime) -> date | None:
    """The day of the decision a case stands at or was closed after; one that was taken up again has none."""
    if state not in (State.DECIDED, State.CLOSED):
        return None
    decisions = [start_of(step) for step in progress if step.FremdriftStatusKode == "Afgjort"]
    past = [moment for moment in decisions if moment <= now]
    return danish_day(max(past)) if past else None


def _sensitivity(extra: Any) -> Sensitivity:
    """How sensitive the case is. Every case must say so (KOMBIT's guide): one that does not is taken as sensitive."""
    told = extra.Foelsomhed if extra is not None else None
    if told is None:
        return Sensitivity.SENSITIVE
    found = _SENSITIVITIES.get(told)
    if found is None:
        raise CaseSystemNonsense("the index gave an unknown sensitivity")
    return found
