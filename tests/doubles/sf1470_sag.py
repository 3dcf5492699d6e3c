"""A case as KOMBIT's index gives it, in XML: with its history, so that what holds now must be told from what did."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from lxml import etree
from lxml.builder import ElementMaker

from bot.cases.case import Handler, HandlerKind, Role, Sensitivity, State
from bot.cases.days import DENMARK, danish_today
from bot.cases.record import CaseRecord, RecordedParty

SDI_NS = "urn:oio:sts:sagdok:sagdokumentindeks:6"
SAG_NS = "urn:oio:sts:sagdok:sag:6"
SI_NS = "urn:oio:sts:sagdok:sagindeks:6"
GD_NS = "urn:oio:sts:generelledefinitioner:6"
SD_NS = "urn:oio:sagdok:3.0.0"

SDI, SAG, SI, GD, SD = (ElementMaker(namespace=ns, nsmap={None: ns}) for ns in (SDI_NS, SAG_NS, SI_NS, GD_NS, SD_NS))

# Roles and kinds in Fælleskommunalt Klassifikationssystem, as KOMBIT's own examples give them.
PRIMARY_PARTY = "d839f26a-d4d1-4441-b2d6-3dbbb12a9404"
PRIMARY_HANDLER = "bf1f93ed-9441-4af4-835b-baeb201f3076"
RESPONSIBLE = "a1263342-d348-44ba-a566-233f37c4cb67"
PRIMARY_CLASS = "a86c6581-ec85-412d-a655-31a1f1d5b14f"
ACTION_CLASS = "05ef7011-11a7-4e4c-a46b-3de6aa457fc3"
PERSON, UNIT, USER, CLASS = (
    "c189ba35-de4b-4363-a8b7-67f1456cf56f",
    "c5fc3b3b-5197-49ee-92e6-ae6ba1957174",
    "85d65133-4b00-460d-992e-3984857b5768",
    "267235ea-526d-4a18-8001-f2a0e563eba1",
)
# Invented: neither is in the contract files.
SECONDARY_PARTY = "0d6f0f9e-4f0b-4f3a-9d55-7a2f1f0c6b01"
REPRESENTATIVE_PARTY = "0d6f0f9e-4f0b-4f3a-9d55-7a2f1f0c6b02"
_ROLES = {Role.PRIMARY: PRIMARY_PARTY, Role.SECONDARY: SECONDARY_PARTY, Role.REPRESENTATIVE: REPRESENTATIVE_PARTY}

_SENSITIVITY = {
    Sensitivity.ORDINARY: "IKKE_FORTROLIGE_DATA",
    Sensitivity.CONFIDENTIAL: "FORTROLIGE_PERSONOPLYSNINGER",
    Sensitivity.SENSITIVE: "FOELSOMME_PERSONOPLYSNINGER",
    Sensitivity.VIP: "VIP_SAGER",
}
_PROGRESS = {
    State.CREATED: "Opstaaet",
    State.PROCESSING: "Oplyst",
    State.DECIDED: "Afgjort",
    State.CLOSED: "Afsluttet",
    State.REJECTED: "Afsluttet",  # the index knows no refusal
}
_HOUSE = uuid.UUID("6f7a3d1e-52b4-4a0e-9c83-2f1b7d5e9a10")


def uuid_of(what: str) -> str:
    """The UUID that ``what`` has here, always the same."""
    return str(uuid.uuid5(_HOUSE, what))


def handler_uuid(handler: Handler) -> str:
    """Who handles, as the index and the organisation both call them."""
    return uuid_of(f"{handler.kind.value} {handler.name}")


def urn_of(cpr: str) -> str:
    """A person, as the index calls them."""
    return f"urn:oio:cpr-nr:{cpr}"


def at(day: date, hour: int = 0) -> datetime:
    """A moment of a Danish day."""
    return datetime.combine(day, time(hour), DENMARK)


def virkning(maker: ElementMaker, start: datetime | None, end: datetime | None) -> etree._Element:
    """When something holds: from ``start``, up to but not at ``end``; None is without end."""
    return maker.Virkning(SD.FraTidspunkt(_moment(start)), SD.TilTidspunkt(_moment(end)), SD.AktoerTypeKode("ItSystem"))


def snapshot(record: CaseRecord) -> etree._Element:
    """The whole of what the index knows of a case, with two registrations, the newest last."""
    opened, changed = at(record.opened), at(record.changed)
    newest = SAG.Registrering(
        SD.Tidspunkt(changed.isoformat()),
        SD.LivscyklusKode("Importeret"),
        GD.StsTidspunkt(changed.isoformat()),
        _attributes(record, opened, changed),
        _progress(record, opened, changed),
        _relations(record, opened, changed),
    )
    oldest = SAG.Registrering(
        SD.Tidspunkt((opened - timedelta(days=1)).isoformat()),
        SD.LivscyklusKode("Importeret"),
        SAG.AttributListe(
            SAG.Egenskaber(
                virkning(SAG, opened, None),
                SAG.BrugervendtNoegle(record.number),
                SAG.Sagsnummer(record.number),
                SAG.Titel("Ikke længere sagens titel"),
            )
        ),
        SAG.TilstandListe(SAG.Fremdrift(virkning(SAG, opened, None), SAG.FremdriftStatusKode("Opstaaet"))),
        SAG.RelationListe(),
    )
    return SDI.SagFiltreretOejebliksbillede(
        SAG.ObjektType(SD.UUIDIdentifikator(uuid_of(record.number))), oldest, newest
    )


def _attributes(record: CaseRecord, opened: datetime, changed: datetime) -> etree._Element:
    before = opened - timedelta(days=1)
    now = SAG.Egenskaber(virkning(SAG, opened, None), SAG.BrugervendtNoegle(record.number))
    if record.title_secret:
        # KOMBIT: the alternative title is the one nobody may see; `Titel` is for everybody.
        now.append(
            SAG.OffentlighedUndtaget(
                SD.TitelAlternativTekst(record.title), SD.OffentlighedUndtagetHjemmelTekst("Offentlighedsloven § 30")
            )
        )
    now.append(SAG.Sagsnummer(record.number))
    now.append(SAG.Titel("Sag" if record.title_secret else record.title))
    told = [GD.Virkning(*virkning(GD, opened, None))]
    if record.status_text is not None:
        told.append(SI.Sagsstatus(record.status_text))
    told.append(SI.Foelsomhed(_SENSITIVITY[record.sensitivity]))
    told.append(SI.OprettetTidspunkt(opened.isoformat()))
    return SAG.AttributListe(
        SAG.Egenskaber(
            virkning(SAG, before, opened),
            SAG.BrugervendtNoegle(record.number),
            SAG.Sagsnummer(record.number),
            SAG.Titel("Foreløbig titel"),
        ),
        now,
        GD.LokalUdvidelseListe(
            SI.SagIndeksEgenskaber(
                GD.Virkning(*virkning(GD, before, opened)),
                SI.Sagsstatus("Venter på at blive fordelt"),
                SI.Foelsomhed("VIP_SAGER"),
            ),
            SI.SagIndeksEgenskaber(*told),
        ),
    )


def _progress(record: CaseRecord, opened: datetime, changed: datetime) -> etree._Element:
    steps = [("Opstaaet", opened)]
    if record.state is State.PROCESSING:
        steps.append(("Oplyst", opened))
    if record.decided is not None:
        steps.append(("Afgjort", at(record.decided)))
    if _PROGRESS[record.state] not in [code for code, _ in steps]:
        steps.append((_PROGRESS[record.state], changed))
    ends: list[datetime | None] = [start for _, start in steps[1:]]
    return SAG.TilstandListe(
        *(
            SAG.Fremdrift(virkning(SAG, start, end), SAG.FremdriftStatusKode(code))
            for (code, start), end in zip(steps, [*ends, None], strict=True)
        )
    )


def _relations(record: CaseRecord, opened: datetime, changed: datetime) -> etree._Element:
    before, later = opened - timedelta(days=1), at(danish_today() + timedelta(days=365))
    actors = [
        actor(RESPONSIBLE, UNIT, uuid_of(record.department), "Den ansvarlige enhed", opened, None),
        actor(PRIMARY_HANDLER, USER, uuid_of("former"), "Forhenværende Sagsbehandler", before, opened),
    ]
    if record.handler is not None:
        kind = UNIT if record.handler.kind is HandlerKind.TEAM else USER
        actors += [
            actor(PRIMARY_HANDLER, kind, handler_uuid(record.handler), record.handler.name, opened, later),
            actor(PRIMARY_HANDLER, USER, uuid_of("coming"), "Kommende Sagsbehandler", later, None),
        ]
    return SAG.RelationListe(
        *actors,
        _klasse(PRIMARY_CLASS, "99.99.99", before, opened),
        _klasse(PRIMARY_CLASS, record.kle, opened, None),
        _klasse(ACTION_CLASS, "G01", opened, None),
        *(sagspart(party, opened, None, index) for index, party in enumerate(record.parties)),
    )


def actor(role: str, kind: str, who: str, name: str, start: datetime | None, end: datetime | None) -> etree._Element:
    """One who works on a case."""
    return SAG.Sagsaktoer(
        virkning(GD, start, end),
        GD.Rolle(SD.UUIDIdentifikator(role)),
        GD.Type(SD.UUIDIdentifikator(kind)),
        GD.ReferenceID(SD.UUIDIdentifikator(who)),
        GD.LokalUdvidelseListe(SI.SagsaktoerLokalUdvidelse(SI.FuldtNavn(name))),
    )


def sagspart(party: RecordedParty, start: datetime | None, end: datetime | None, index: int = 0) -> etree._Element:
    """One whose case it is."""
    return SAG.Sagspart(
        virkning(GD, start, end),
        GD.Rolle(SD.UUIDIdentifikator(_ROLES[party.role])),
        GD.Type(SD.UUIDIdentifikator(PERSON)),
        *([GD.Indeks(str(index))] if party.role is not Role.PRIMARY else []),
        GD.ReferenceID(SD.URNIdentifikator(urn_of(party.cpr))),
        GD.LokalUdvidelseListe(SI.SagspartLokalUdvidelse(SI.FuldtNavn(party.name))),
    )


def _klasse(role: str, key: str, start: datetime | None, end: datetime | None) -> etree._Element:
    return SAG.Sagsklasse(
        virkning(GD, start, end),
        GD.Rolle(SD.UUIDIdentifikator(role)),
        GD.Type(SD.UUIDIdentifikator(CLASS)),
        GD.ReferenceID(SD.UUIDIdentifikator(uuid_of(key))),
        GD.LokalUdvidelseListe(SI.SagsklasseLokalUdvidelse(SI.BrugervendtNoegle(key))),
    )


def _moment(when: datetime | None) -> etree._Element:
    return SD.GraenseIndikator("true") if when is None else SD.TidsstempelDatoTid(when.isoformat())
