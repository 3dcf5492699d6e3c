"""KOMBIT's Sags- og Dokumentindeks as a server on loopback: it holds each question, and its own answers, to the XSDs.

As a program, with the sample cases: ``python -m tests.doubles.sf1470 --port 8470 --wsdl PATH``.
"""

from __future__ import annotations

import argparse
import copy
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from aiohttp import web
from lxml import etree
from lxml.builder import ElementMaker

from bot.cases.importing import read_file
from bot.cases.record import CaseRecord
from bot.cases.sample import DEPARTMENTS, sample_file
from tests.doubles.sf1470_sag import PRIMARY_PARTY, SAG_NS, SD, SD_NS, SDI, SDI_NS, SI_NS, snapshot, uuid_of

PATH = "/sts-soap-sagdok/sagdokumentindeks/6"
ACTION = "http://kombit.dk/sts/sagdokumentindeks/fremsoeg"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
HEADER_NS = "http://kombit.dk/xml/schemas/RequestHeader/1/"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
_SOAP = ElementMaker(namespace=SOAP_12, nsmap={"soap": SOAP_12})
_HEADER = ElementMaker(namespace=HEADER_NS, nsmap={None: HEADER_NS})
_NAMES = {"sdi": SDI_NS, "sag": SAG_NS, "sd": SD_NS, "si": SI_NS, "gd": "urn:oio:sts:generelledefinitioner:6"}

# What is left out of a case when the filter does not ask for it.
_PARTS = {
    "egenskaber": "sag:Registrering/sag:AttributListe/*",
    "fremdrift": "sag:Registrering/sag:TilstandListe/*",
    "sagsklasse": "sag:Registrering/sag:RelationListe/sag:Sagsklasse",
    "sagsaktoer": "sag:Registrering/sag:RelationListe/sag:Sagsaktoer",
    "sagspart": "sag:Registrering/sag:RelationListe/sag:Sagspart",
}


def find_wsdl() -> Path | None:
    """KOMBIT's WSDL where this machine has it, or None: the variable SF1470_WSDL, or beside the repository."""
    told = os.environ.get("SF1470_WSDL")
    beside = Path(__file__).resolve().parents[3] / "shared" / "sf1470" / "SagDokumentIndeksService_6.wsdl"
    found = Path(told) if told else beside
    return found if found.is_file() else None


def schema_of(wsdl: Path) -> etree.XMLSchema:
    """One schema of all that ``wsdl`` imports."""
    whole = etree.Element(f"{{{XSD_NS}}}schema", nsmap={"xsd": XSD_NS})
    seen = set()
    for one in etree.parse(str(wsdl)).iterfind(f".//{{{XSD_NS}}}schema/{{{XSD_NS}}}import"):
        if one.get("namespace") not in seen:  # the first of a namespace includes the others
            seen.add(one.get("namespace"))
            location = (wsdl.parent / one.get("schemaLocation")).resolve().as_uri()
            etree.SubElement(whole, one.tag, namespace=one.get("namespace"), schemaLocation=location)
    return etree.XMLSchema(whole)


class IndexDouble:
    """The index. ``most`` is what it gives at a time, whatever is asked for.

    ``asked`` are the questions it took. Each of the others is something that goes wrong: ``instead`` answers in its
    place, ``total`` is told in place of the true number, none where not ``counts``, ``slipped`` are
    numbers of cases that are in every answer, and where ``matches_history`` a party of the past finds the case too.
    What was spoilt is sent without validation.
    """

    def __init__(self, wsdl: Path, *, most: int = 50) -> None:
        self.schema = schema_of(wsdl)
        self.most = most
        self.asked: list[etree._Element] = []
        self.transactions: list[str] = []
        self.instead: Callable[[], Any] | None = None
        self.total: int | None = None
        self.counts = True
        self.status = "20"
        self.slipped: list[str] = []
        self.matches_history = False
        self._cases: dict[str, etree._Element] = {}
        self._spoilt: set[str] = set()

    def put(self, *records: CaseRecord) -> None:
        """Keep cases; a known number is replaced."""
        for record in records:
            self._cases[record.number] = snapshot(record)
            self._spoilt.discard(record.number)

    def case(self, number: str) -> etree._Element:
        """The newest registration of a case, to be changed by a test."""
        return self._cases[number].findall("sag:Registrering", _NAMES)[-1]

    def spoil(self, number: str, how: str) -> None:
        """Harm a case: an unknown "state", a bad "time", an unknown "element", or no "number"."""
        newest = self.case(number)
        self._spoilt.add(number)
        if how == "state":
            for code in newest.iterfind(".//sag:FremdriftStatusKode", _NAMES):
                code.text = "Vroevl"
        elif how == "time":
            for stamp in newest.iterfind("sag:TilstandListe//sd:TidsstempelDatoTid", _NAMES):
                stamp.text = "i forgårs"
        elif how == "element":
            etree.SubElement(newest.find("sag:RelationListe", _NAMES), f"{{{SAG_NS}}}Ukendt").text = "?"
        elif how == "number":
            for name in ("Sagsnummer", "BrugervendtNoegle"):
                for one in newest.findall(f"sag:AttributListe/sag:Egenskaber/sag:{name}", _NAMES):
                    one.getparent().remove(one)
        else:
            raise ValueError(how)

    def drop(self, number: str) -> None:
        """Take a case out again."""
        del self._cases[number]

    def app(self) -> web.Application:
        """The server's application."""
        made = web.Application(client_max_size=2**20)
        made.router.add_post(PATH, self._take)
        return made

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if self.instead is not None:
            answer = self.instead()
            return await answer if hasattr(answer, "__await__") else answer
        kind = request.headers.get("Content-Type", "").replace(" ", "").split(";")
        if kind[0] != "application/soap+xml" or "charset=utf-8" not in kind[1:]:
            return web.Response(status=415, text="Unsupported Media Type")
        if f'action="{ACTION}"' not in kind[1:]:
            return _fault("Sender", "The action is not one of this service")
        envelope = etree.fromstring(await request.read(), etree.XMLParser(resolve_entities=False, no_network=True))
        if envelope.tag != f"{{{SOAP_12}}}Envelope":
            return _fault("VersionMismatch", "SOAP 1.2 is spoken here")
        header = envelope.find(f"{{{SOAP_12}}}Header/{{{HEADER_NS}}}RequestHeader")
        body = envelope.find(f"{{{SOAP_12}}}Body")
        if header is None or not self.schema.validate(header):
            return _fault("Sender", "RequestHeader is missing or does not hold")
        asked = None if body is None or len(body) != 1 else body[0]
        if asked is None or asked.tag != f"{{{SDI_NS}}}FremsoegSagDokumentIndeksInput":
            return _fault("Sender", "fremsoeg is all there is here")
        if not self.schema.validate(asked):
            return _fault("Sender", f"The body does not hold: {self.schema.error_log.last_error}")
        self.asked.append(asked)
        self.transactions.append(header.findtext(f"{{{HEADER_NS}}}TransactionUUID"))
        return self._answer(asked, header)

    def _answer(self, asked: etree._Element, header: etree._Element) -> web.Response:
        output, spoilt = self._output(asked)
        if not spoilt and not self.schema.validate(output):
            return web.Response(status=500, text=f"the double's own answer does not hold: {self.schema.error_log}")
        envelope = _SOAP.Envelope(_SOAP.Header(copy.deepcopy(header)), _SOAP.Body(output))
        return _soap(200, envelope)

    def _output(self, asked: etree._Element) -> tuple[etree._Element, bool]:
        status = SD.StandardRetur(SD.StatusKode(self.status), SD.FejlbeskedTekst("OK"))
        if self.status != "20":
            return SDI.FremsoegSagDokumentIndeksOutput(status), False
        by_uuid = [one.text for one in asked.iterfind("sdi:SagUuid", _NAMES)]
        first, most = 0, self.most
        if by_uuid:
            found = [number for number in self._cases if uuid_of(number) in by_uuid]
            if not found:
                status[0].text = "44"
                return SDI.FremsoegSagDokumentIndeksOutput(status), False
        else:
            wanted = _primary_party(asked)
            if wanted is None:
                status[0].text = "40"
                return SDI.FremsoegSagDokumentIndeksOutput(status), False
            found = sorted(number for number, case in self._cases.items() if self._is_of(case, wanted))
            search = asked.find("sdi:SoegUdtryk/sdi:SoegSag", _NAMES)
            first = int(search.findtext("sd:FoersteResultatReference", "0", _NAMES))
            most = min(most, int(search.findtext("sd:MaksimalAntalKvantitet", str(most), _NAMES)))
        page = found[first : first + most] + [one for one in self.slipped if one not in found]
        shown = {one.text for one in asked.iterfind("sdi:Filter/sdi:SagVis/sdi:Vis", _NAMES)}
        total = len(found) + len(self.slipped) if self.total is None else self.total
        number = SDI.Antal(
            SDI.Element("sager"),
            SDI.Antal(str(total)),
            SDI.Paginering(SD.FoersteResultatReference(str(first)), SD.MaksimalAntalKvantitet(str(most))),
        )
        answer = SDI.FremsoegSagDokumentIndeksOutput(
            status,
            *([number] if self.counts else []),
            *(_filtered(self._cases[one], shown) for one in page),
        )
        return answer, any(one in self._spoilt for one in page)

    def _is_of(self, case: etree._Element, wanted: str) -> bool:
        newest = case.findall("sag:Registrering", _NAMES)[-1]
        return any(
            part.findtext("gd:Rolle/sd:UUIDIdentifikator", None, _NAMES) == PRIMARY_PARTY
            and part.findtext("gd:ReferenceID/sd:URNIdentifikator", None, _NAMES) == wanted
            and (self.matches_history or _holds(part.find("gd:Virkning", _NAMES)))
            for part in newest.iterfind("sag:RelationListe/sag:Sagspart", _NAMES)
        )


def _primary_party(asked: etree._Element) -> str | None:
    """The one search that is understood here: a single Sagspart, with the role of primary party and a URN."""
    parts = asked.findall("sdi:SoegUdtryk/sdi:SoegSag/sag:RelationListe/sag:Sagspart", _NAMES)
    if len(parts) != 1 or parts[0].findtext("gd:Rolle/sd:UUIDIdentifikator", None, _NAMES) != PRIMARY_PARTY:
        return None
    found: str | None = parts[0].findtext("gd:ReferenceID/sd:URNIdentifikator", None, _NAMES)
    return found


def _holds(interval: etree._Element) -> bool:
    now = datetime.now(timezone.utc)
    start = interval.findtext("sd:FraTidspunkt/sd:TidsstempelDatoTid", None, _NAMES)
    end = interval.findtext("sd:TilTidspunkt/sd:TidsstempelDatoTid", None, _NAMES)
    return (start is None or datetime.fromisoformat(start) <= now) and (
        end is None or now < datetime.fromisoformat(end)
    )


def _filtered(case: etree._Element, shown: set[str | None]) -> etree._Element:
    left = copy.deepcopy(case)
    for part, where in _PARTS.items():
        if part not in shown:
            for one in left.findall(where, _NAMES):
                one.getparent().remove(one)
    return left


def _fault(code: str, text: str) -> web.Response:
    status = 500 if code == "Receiver" else 400
    return _soap(
        status,
        _SOAP.Envelope(
            _SOAP.Body(
                _SOAP.Fault(
                    _SOAP.Code(_SOAP.Value(f"soap:{code}")),
                    _SOAP.Reason(_SOAP.Text(text, {"{http://www.w3.org/XML/1998/namespace}lang": "en"})),
                )
            )
        ),
    )


def _soap(status: int, envelope: etree._Element) -> web.Response:
    whole = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return web.Response(status=status, body=whole, headers={"Content-Type": "application/soap+xml; charset=utf-8"})


def main() -> None:
    """Serve the sample cases, or those of a file in the format of `borgerkontakt cases import`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cases", type=Path, default=sample_file())
    parser.add_argument("--wsdl", type=Path, default=find_wsdl())
    told = parser.parse_args()
    if told.wsdl is None:
        parser.error("KOMBIT's WSDL is not here: give --wsdl")
    double = IndexDouble(told.wsdl)
    records, _ = read_file(told.cases, departments=DEPARTMENTS)
    double.put(*records)
    web.run_app(double.app(), host="127.0.0.1", port=told.port, print=None)


if __name__ == "__main__":
    main()
