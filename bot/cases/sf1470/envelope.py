"""The question to the index and its answer, as SOAP 1.2: what goes on the wire, and what of an answer may be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lxml import etree

from bot.cases.http import Answer
from bot.cases.port import MOST_CASES
from bot.cases.sf1470.relations import PRIMARY_PARTY, urn_of
from bot.errors import CaseSystemDown, CaseSystemError, CaseSystemNonsense, CaseSystemTooMuch

if TYPE_CHECKING:
    from bot.cases.sf1470.wsdl import Service

T = TypeVar("T")

# A case with its history takes about 10 ms to read; more at a time would hold on to what others wait for.
PAGE: Final = 50
_KIND: Final = "application/soap+xml"
_ENV: Final = "{http://www.w3.org/2003/05/soap-envelope}"
_SDI: Final = "{urn:oio:sts:sagdok:sagdokumentindeks:6}"
# An empty filter gives nothing (the XSD says so); journal notes and documents are left where they are.
_SHOWN: Final = ("egenskaber", "fremdrift", "sagsklasse", "sagsaktoer", "sagspart")
# OIO's StatusKode: 20 done, 44 not found, 4x asked wrongly, 5x failed over there.
_DONE, _NOT_FOUND = 20, 44


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the cases found, ``given`` of them, by their UUIDs.

    ``total`` is how many there are in all, None where it was not told.
    """

    total: int | None
    given: int
    snapshots: Mapping[str, Any] = field(repr=False)


def search(service: Service, cpr: str, *, first: int, transaction: str) -> bytes:
    """The question for cases whose primary party is the person ``cpr``, from number ``first`` on, counted from 0."""
    party = {"Rolle": {"UUIDIdentifikator": PRIMARY_PARTY}, "ReferenceID": {"URNIdentifikator": urn_of(cpr)}}
    case = {
        "FoersteResultatReference": first,
        "MaksimalAntalKvantitet": PAGE,
        "AttributListe": {},
        "TilstandListe": {},
        "RelationListe": {"Sagspart": [party]},
    }
    # Sorted, so that a page begins where the one before it ended.
    order = {"Element": "BrugervendtNoegle", "Retning": "Stigende", "Prioritet": 1}
    return _sealed(
        service,
        transaction,
        SoegUdtryk={"_value_1": [{"SoegSag": case}]},
        Filter={"_value_1": [{"SagVis": {"Vis": part}} for part in _SHOWN]},
        Sortering={"_value_1": [{"SagSortering": order}]},
    )


def one(service: Service, case: str, *, transaction: str) -> bytes:
    """The question for the case with UUID ``case``, and nothing of what is in it."""
    return _sealed(service, transaction, SagUuid=[case], Filter={"_value_1": []})


def headers(service: Service) -> Mapping[str, str]:
    """The HTTP headers of a question (SOAP 1.2, part 2, section 7.5: the action stands in the media type)."""
    return {"Content-Type": f'{_KIND}; charset=utf-8; action="{service.action}"', "Accept": _KIND}


def opened(service: Service, answer: Answer) -> Page:
    """What is in an answer; blocks while it reads.

    Raises CaseSystemTooMuch for more than `MOST_CASES`, CaseSystemDown or CaseSystemBusy when it says that it can't,
    CaseSystemNonsense for everything that is no answer. No error says what was in it.
    """
    return or_nonsense(answer.system, partial(_page, service, answer))


def or_nonsense(system: str, read: Callable[[], T]) -> T:
    """What ``read`` gives. Raises CaseSystemNonsense, by the kind of failure alone, for any failure but our own."""
    try:
        return read()
    except CaseSystemError:
        raise
    except Exception as error:  # zeep, lxml and isodate each have their own; what is wrong is always the answer
        reason = f"{system} gave what can't be read: {type(error).__name__}"
    # Raised out here, so that no log shows the first failure: it quotes the answer.
    raise CaseSystemNonsense(reason)


def _page(service: Service, answer: Answer) -> Page:
    body = _body(service, answer)
    output = body.find(f"{_SDI}FremsoegSagDokumentIndeksOutput")
    if output is None or len(body) != 1:
        raise CaseSystemNonsense(f"{answer.system} answered something else")
    total = _total(output)
    count = len(output.findall(f"{_SDI}SagFiltreretOejebliksbillede"))
    if max(total or 0, count) > MOST_CASES:  # seen before the reading, which takes its time
        raise CaseSystemTooMuch(f"{answer.system} has {max(total or 0, count)} cases of one citizen")
    told = service.output(body.getparent())
    code = told.StandardRetur.StatusKode
    if code == _NOT_FOUND:
        return Page(total=0, given=0, snapshots={})
    if code != _DONE:
        kind = CaseSystemDown if isinstance(code, int) and code >= 50 else CaseSystemNonsense
        raise kind(f"{answer.system} answered with status {code if isinstance(code, int) else 'unknown'}")
    found = {one.ObjektType.UUIDIdentifikator.lower(): one for one in told.SagFiltreretOejebliksbillede}
    return Page(total=total, given=count, snapshots=found)


def _sealed(service: Service, transaction: str, **body: Any) -> bytes:
    envelope = service.message(**body, _soapheaders={"header": {"TransactionUUID": transaction}})
    whole: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return whole


def _body(service: Service, answer: Answer) -> Any:
    """The body of an envelope that is no fault."""
    kind, _, rest = answer.headers.get("Content-Type", "").lower().replace(" ", "").partition(";")
    if answer.status not in (200, 400, 500) or (answer.status != 200 and kind != _KIND):
        answer.must_be(200)
    if kind != _KIND:
        raise CaseSystemNonsense(f"{answer.system} gave something else than SOAP 1.2")
    charset = rest.partition("charset=")[2].partition(";")[0].strip('"')
    if charset not in ("", "utf-8", "utf8"):
        raise CaseSystemNonsense(f"{answer.system} gave SOAP in another character set than UTF-8")
    envelope = service.parse(answer.body)
    body = envelope.find(f"{_ENV}Body") if envelope.tag == f"{_ENV}Envelope" else None
    if body is None:
        raise CaseSystemNonsense(f"{answer.system} gave no SOAP 1.2 envelope")
    fault = body.find(f"{_ENV}Fault")
    if fault is not None:
        raise _fault(answer, fault)
    answer.must_be(200)
    return body


def _fault(answer: Answer, fault: Any) -> CaseSystemError:
    """The error a SOAP fault is, by its code alone: its text may quote what was asked."""
    code = (fault.findtext(f"{_ENV}Code/{_ENV}Value") or "").strip().rpartition(":")[2]
    if code not in ("Sender", "Receiver", "MustUnderstand", "VersionMismatch", "DataEncodingUnknown"):
        code = "unknown"
    kind = CaseSystemDown if code == "Receiver" else CaseSystemNonsense
    return kind(f"{answer.system} answered with a SOAP fault: {code}")


def _total(output: Any) -> int | None:
    for told in output.iterfind(f"{_SDI}Antal"):
        if told.findtext(f"{_SDI}Element") == "sager":
            number = (told.findtext(f"{_SDI}Antal") or "").strip()
            if number.isascii() and number.isdigit() and len(number) < 12:
                return int(number)
    return None
