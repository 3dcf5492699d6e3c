"""What of the index' answer holds now, and what a case is made of."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import hdrs
from lxml import etree
from multidict import CIMultiDict, CIMultiDictProxy

from bot.cases.case import HandlerKind, Role, Sensitivity, State
from bot.cases.http import Answer
from bot.cases.record import CaseRecord
from bot.cases.sf1470 import envelope, reading
from bot.cases.sf1470.access import Index, load
from bot.cases.sf1470.validity import current, danish_day, holds, start_of
from bot.errors import CaseSystemNonsense
from tests.contract_cases import ANNA, BO, TODAY, party, record
from tests.doubles.sf1470 import PATH, find_wsdl
from tests.doubles.sf1470_sag import (
    GD,
    PRIMARY_CLASS,
    PRIMARY_HANDLER,
    SAG,
    SD,
    SDI,
    SI,
    UNIT,
    USER,
    actor,
    at,
    sagspart,
    snapshot,
    virkning,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
NOW = datetime.now(timezone.utc)
EARLIER, LATER = NOW - timedelta(days=2), NOW + timedelta(days=2)


def limit(moment: datetime | None) -> Any:
    """A limit as the XSD's types have it; None is without end."""
    return SimpleNamespace(TidsstempelDatoTid=moment, GraenseIndikator=True if moment is None else None)


def value(start: Any, end: Any, name: str = "") -> Any:
    """Something that holds from ``start`` up to ``end``."""
    return SimpleNamespace(Virkning=SimpleNamespace(FraTidspunkt=start, TilTidspunkt=end), name=name)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (limit(NOON - timedelta(hours=1)), limit(NOON + timedelta(hours=1)), True),
        (limit(NOON), limit(None), True),
        (limit(NOON + timedelta(microseconds=1)), limit(None), False),
        (limit(None), limit(NOON), False),
        (limit(None), limit(NOON + timedelta(microseconds=1)), True),
        (limit(None), limit(None), True),
        (None, None, True),
        (limit(NOON + timedelta(days=1)), limit(NOON - timedelta(days=1)), False),
    ],
    ids=["within", "at its start", "before it", "at its end", "before its end", "always", "no limits", "backwards"],
)
def test_a_value_holds_from_its_start_up_to_but_not_at_its_end(start: Any, end: Any, expected: bool) -> None:
    """The one that ends and the one that begins at a moment never hold together."""
    assert holds(value(start, end), NOON) is expected


def test_a_value_without_a_virkning_never_holds() -> None:
    """Nothing says when it is true, so it is not told."""
    assert not holds(SimpleNamespace(Virkning=None), NOON)
    assert current([SimpleNamespace(Virkning=None)], NOON) is None


def test_of_two_that_hold_the_one_that_began_last_counts() -> None:
    """Somebody who forgot to end the old value meant the new one."""
    old, new = value(limit(NOON - timedelta(days=9)), None, "old"), value(limit(NOON - timedelta(days=1)), None, "new")
    assert current([new, old], NOON).name == current([old, new], NOON).name == "new"
    assert start_of(old) < start_of(new)


def test_a_limit_that_says_nothing_is_nonsense() -> None:
    """A time that could not be read is not the same as no end."""
    unread = SimpleNamespace(TidsstempelDatoTid=None, GraenseIndikator=None)
    with pytest.raises(CaseSystemNonsense):
        holds(value(unread, None), NOON)


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    """Zones are compared by what they mean; a time without one is Danish."""
    tokyo = timezone(timedelta(hours=9))
    assert holds(value(limit(NOON.astimezone(tokyo)), None), NOON)
    assert holds(value(limit(datetime(2026, 3, 2, 13)), None), NOON)  # 12.00 UTC in winter
    assert not holds(value(limit(datetime(2026, 3, 2, 13, 0, 1)), None), NOON)


def test_a_day_is_the_danish_one() -> None:
    """What was registered late in the evening in UTC was registered the day after here."""
    assert danish_day(datetime(2026, 6, 30, 22, 30, tzinfo=timezone.utc)) == date(2026, 7, 1)
    assert danish_day(datetime(2026, 1, 31, 22, 30, tzinfo=timezone.utc)) == date(2026, 1, 31)
    with pytest.raises(CaseSystemNonsense):
        danish_day(datetime.max.replace(tzinfo=timezone.utc))


@pytest.fixture(scope="session")
def read() -> Callable[..., reading.Found]:
    """Reads cases as they come in an answer, for Anna."""
    wsdl = find_wsdl()
    if wsdl is None:
        pytest.skip("KOMBIT's WSDL is missing: set SF1470_WSDL to SagDokumentIndeksService_6.wsdl")
    service = load(Index(wsdl=wsdl, url=f"http://127.0.0.1:9{PATH}"))
    frame = etree.XML('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>')

    def of(*cases: etree._Element, cpr: str = ANNA) -> reading.Found:
        whole = etree.XML(etree.tostring(frame))
        whole[0].append(SDI.FremsoegSagDokumentIndeksOutput(SD.StandardRetur(SD.StatusKode("20")), *cases))
        headers = CIMultiDictProxy(CIMultiDict({hdrs.CONTENT_TYPE: "application/soap+xml"}))
        page = envelope.opened(service, Answer("Indekset", 200, headers, etree.tostring(whole)))
        return reading.read(page.snapshots.values(), cpr, now=NOW, department_of=lambda kle: f"afdeling {kle[:2]}")

    return of


Read = Callable[..., reading.Found]


def sag(kept: CaseRecord | None = None) -> tuple[etree._Element, etree._Element, etree._Element, etree._Element]:
    """A case, and of its newest registration the attributes, the states and the relations."""
    made = snapshot(kept or record())
    newest = made.findall("{*}Registrering")[-1]
    return made, *(newest.find(f"{{*}}{part}") for part in ("AttributListe", "TilstandListe", "RelationListe"))


def only(found: reading.Found) -> reading.Read:
    """The one case there is."""
    (case,) = found.cases
    return case


def without(parent: etree._Element, *names: str) -> None:
    """Take elements away, wherever they stand under ``parent``."""
    for name in names:
        for one in parent.findall(f".//{{*}}{name}"):
            one.getparent().remove(one)


def test_an_answer_without_its_own_parts_is_nonsense(read: Read) -> None:
    """A case without a UUID, or an answer that does not say how it went: neither is taken for anything."""
    made, *_ = sag()
    without(made, "UUIDIdentifikator")
    with pytest.raises(CaseSystemNonsense):
        read(made)
    made, *_ = sag()
    made.remove(made.find("{*}ObjektType"))
    with pytest.raises(CaseSystemNonsense):
        read(made)


@pytest.mark.parametrize("state", [State.CREATED, State.PROCESSING, State.DECIDED, State.CLOSED])
def test_each_progress_is_a_state_of_ours(read: Read, state: State) -> None:
    """Opstaaet, Oplyst, Afgjort and Afsluttet are what the citizen sees."""
    assert only(read(snapshot(record(state=state)))).case.state is state


def test_a_decision_is_dated_by_when_it_began_to_hold(read: Read) -> None:
    """Also after the case is closed; a case that was taken up again stands without one."""
    day = TODAY - timedelta(days=2)
    for state in (State.DECIDED, State.CLOSED):
        assert only(read(snapshot(record(state=state, decided=day)))).case.decided == day
    assert only(read(snapshot(record(state=State.PROCESSING)))).case.decided is None
    made, _, states, _ = sag(record(state=State.DECIDED, decided=day))
    states[-1].find("{*}Virkning").find("{*}TilTidspunkt")[:] = [SD.TidsstempelDatoTid(EARLIER.isoformat())]
    again = SAG.Fremdrift(virkning(SAG, EARLIER, None), SAG.FremdriftStatusKode("Oplyst"))
    states.append(again)
    case = only(read(made)).case
    assert (case.state, case.decided) == (State.PROCESSING, None)


def test_a_state_that_is_to_come_is_not_there_yet(read: Read) -> None:
    """A decision that holds from the day after tomorrow is not told today."""
    made, _, states, _ = sag()
    states.append(SAG.Fremdrift(virkning(SAG, LATER, None), SAG.FremdriftStatusKode("Afgjort")))
    case = only(read(made)).case
    assert (case.state, case.decided) == (State.PROCESSING, None)


def test_a_case_without_a_state_now_is_nonsense(read: Read) -> None:
    """Every case has one (KOMBIT's guide), so a case without is not half told."""
    made, _, states, _ = sag()
    without(states, "Fremdrift")
    with pytest.raises(CaseSystemNonsense):
        read(made)


@pytest.mark.parametrize("sensitivity", list(Sensitivity))
def test_each_sensitivity_goes_through(read: Read, sensitivity: Sensitivity) -> None:
    """The index hands out what is sensitive as if it were not: what is told of it is decided by us."""
    assert only(read(snapshot(record(sensitivity=sensitivity)))).case.sensitivity is sensitivity


def test_a_sensitivity_that_has_ended_or_is_missing_is_taken_as_sensitive(read: Read) -> None:
    """What nobody can say now is treated with care."""
    made, attributes, _, _ = sag(record(sensitivity=Sensitivity.ORDINARY))
    extra = attributes.findall("{*}LokalUdvidelseListe/{*}SagIndeksEgenskaber")[-1]
    extra.replace(extra.find("{*}Virkning"), virkning(GD, EARLIER - timedelta(days=9), EARLIER))
    case = only(read(made)).case
    assert (case.sensitivity, case.status_text) == (Sensitivity.SENSITIVE, None)
    made, attributes, _, _ = sag(record(sensitivity=Sensitivity.ORDINARY))
    without(attributes, "LokalUdvidelseListe")
    assert only(read(made)).case.sensitivity is Sensitivity.SENSITIVE


def test_an_unknown_sensitivity_is_nonsense(read: Read) -> None:
    """A word we don't know may be stricter than any we do."""
    made, attributes, _, _ = sag()
    for one in attributes.iterfind(".//{*}Foelsomhed"):
        one.text = "HEMMELIG"
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_a_case_with_an_alternative_title_has_none(read: Read) -> None:
    """TitelAlternativTekst is the title nobody may see; and the other is not trusted to be for everybody."""
    case = only(read(snapshot(record(title="Ophold på krisecenter", title_secret=True))))
    assert case.case.title is None
    assert "krisecenter" not in repr(case)


def test_a_case_without_a_title_has_none(read: Read) -> None:
    """It is then called by its number."""
    made, attributes, _, _ = sag()
    without(attributes, "Titel")
    assert only(read(made)).case.title is None


def test_the_day_it_was_opened_is_told_or_found_in_its_first_state(read: Read) -> None:
    """OprettetTidspunkt is optional; that a case arose is not."""
    made, attributes, states, _ = sag()
    without(attributes, "OprettetTidspunkt")
    assert only(read(made)).case.opened == record().opened
    for one in states.iterfind(".//{*}FremdriftStatusKode"):
        one.text = "Oplyst"
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_the_case_number_is_the_users_key_where_there_is_no_other(read: Read) -> None:
    """KOMBIT: the two shall be the same. Without either there is no case."""
    made, attributes, _, _ = sag()
    without(attributes, "Sagsnummer")
    assert only(read(made)).case.number == record().number
    without(attributes, "BrugervendtNoegle")
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_the_subject_is_the_primary_class_that_holds_now(read: Read) -> None:
    """Neither the class before it nor the action facet counts; the case number's own is the last resort."""
    made, _, _, relations = sag(record(kle="02.34.02"))
    found = only(read(made)).case
    assert (found.kle, found.department) == ("02.34.02", "afdeling 02")
    without(relations, "Sagsklasse")
    assert only(read(made)).case.kle == "27.36.04"
    made, attributes, _, relations = sag()
    without(relations, "Sagsklasse")
    for one in attributes.iterfind(".//{*}Sagsnummer"):
        one.text = str(uuid.uuid4())
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_the_primary_handler_that_holds_now_is_told(read: Read) -> None:
    """Neither the one before, nor the one to come, nor whoever else works on the case."""
    found = only(read(snapshot(record())))
    assert found.case.handler is not None and found.case.handler.name == "Mette Holm"
    assert found.actor is not None and found.actor.kind is HandlerKind.PERSON


def test_a_unit_as_handler_is_a_team_and_an_unknown_kind_is_a_person(read: Read) -> None:
    """A person taken for a team would be named where people's names are not."""
    for kind, expected in (
        (UNIT, HandlerKind.TEAM),
        (USER, HandlerKind.PERSON),
        (str(uuid.uuid4()), HandlerKind.PERSON),
    ):
        made, _, _, relations = sag(record(handler=None))
        relations.insert(0, actor(PRIMARY_HANDLER, kind, str(uuid.uuid4()), "Nogen", EARLIER, None))
        found = only(read(made))
        assert found.case.handler is not None and found.case.handler.kind is expected


def test_a_handler_without_a_name_is_still_known_by_its_uuid(read: Read) -> None:
    """The organisation may know the name; the index alone tells of nobody."""
    made, _, _, relations = sag(record(handler=None))
    who = str(uuid.uuid4())
    nameless = actor(PRIMARY_HANDLER, USER, who.upper(), "x", EARLIER, None)
    nameless.remove(nameless.find("{*}LokalUdvidelseListe"))
    relations.insert(0, nameless)
    found = only(read(made))
    assert found.case.handler is None and found.actor is not None and found.actor.uuid == who


def test_a_handler_named_by_a_urn_is_told_by_the_index_alone(read: Read) -> None:
    """A system without a link to the organisation gives no UUID."""
    made, _, _, relations = sag(record(handler=None))
    relations.insert(
        0,
        SAG.Sagsaktoer(
            virkning(GD, EARLIER, None),
            GD.Rolle(SD.UUIDIdentifikator(PRIMARY_HANDLER.upper())),
            GD.ReferenceID(SD.URNIdentifikator("urn:oio:kmd:sag:RACFID:WX-YZABC")),
            GD.LokalUdvidelseListe(SI.SagsaktoerLokalUdvidelse(SI.FuldtNavn("  Mette   Holm\n"))),
        ),
    )
    found = only(read(made))
    assert found.case.handler is not None and found.case.handler.name == "Mette Holm"
    assert found.actor is not None and found.actor.uuid is None


def test_only_whoever_is_primary_party_now_has_a_part(read: Read) -> None:
    """One of the past or of the days to come has none, and is no stranger; somebody else is one."""
    made, _, _, relations = sag()
    for start, end in ((EARLIER - timedelta(days=9), EARLIER), (LATER, None)):
        was, *_ = [sagspart(party(BO), start, end)]
        relations.append(was)
        found = read(made, cpr=BO)
        assert (found.cases, found.strangers) == ((), 0)
        relations.remove(was)
    found = read(made, cpr=BO)
    assert (found.cases, found.strangers) == ((), 1)


def test_the_primary_party_is_told_and_the_others_are_not(read: Read) -> None:
    """What they are in the case is not in the contract files, so nothing is said of them."""
    made = snapshot(record("27.42.08-G01-3-26", party(ANNA, name="Anna B"), party(BO, Role.SECONDARY, "Bo V")))
    case = only(read(made)).case
    assert [(one.name, one.role) for one in case.parties] == [("Anna B", Role.PRIMARY)]
    assert case.my_role is Role.PRIMARY
    assert "Bo V" not in repr(case)


@pytest.mark.parametrize("code", ["Slettet", "Passiveret"])
def test_a_case_that_was_deleted_is_gone(read: Read, code: str) -> None:
    """The newest registration says so; it is nobody else's case for that."""
    made, *_ = sag()
    made.findall("{*}Registrering")[-1].find("{*}LivscyklusKode").text = code
    found = read(made)
    assert (found.cases, found.strangers) == ((), 0)


def test_the_newest_registration_counts_wherever_it_stands(read: Read) -> None:
    """What the index says last is what is true; a case with nothing registered is none."""
    made, *_ = sag()
    oldest = made.find("{*}Registrering")
    made.remove(oldest)
    made.append(oldest)
    assert only(read(made)).case.title == "Personlig og praktisk hjælp"
    without(made, "Registrering")
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_the_change_is_dated_by_the_index_where_the_system_did_not(read: Read) -> None:
    """Tidspunkt is the case system's own; StsTidspunkt is when the index heard of it."""
    made, *_ = sag()
    newest = made.findall("{*}Registrering")[-1]
    made.remove(made.find("{*}Registrering"))
    newest.remove(newest.find("{*}Tidspunkt"))
    assert only(read(made)).case.changed == record().changed
    newest.remove(newest.find("{*}StsTidspunkt"))
    with pytest.raises(CaseSystemNonsense):
        read(made)


def test_the_primary_class_without_a_key_is_no_subject(read: Read) -> None:
    """A UUID in the classification is not a KLE number: the case number's stands in."""
    made, _, _, relations = sag(record(kle="02.34.02"))
    for one in relations.findall("{*}Sagsklasse"):
        if one.findtext("{*}Rolle/{*}UUIDIdentifikator") == PRIMARY_CLASS:
            without(one, "LokalUdvidelseListe")
    assert only(read(made)).case.kle == "27.36.04"


def test_two_cases_come_newest_change_first(read: Read) -> None:
    """By the moment, not only by the day."""
    first, second = record("27.36.04-G01-1-26"), record("27.36.04-G01-2-26")
    older, newer = snapshot(first), snapshot(replace(second, changed=first.changed))
    newer.findall("{*}Registrering")[-1].find("{*}Tidspunkt").text = at(first.changed, 9).isoformat()
    assert [one.case.number for one in read(older, newer).cases] == [second.number, first.number]
