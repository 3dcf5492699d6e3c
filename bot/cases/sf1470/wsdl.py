"""KOMBIT's WSDL, read with zeep: from files alone, and strictly."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlparse

from zeep import Client, Settings
from zeep.loader import parse_xml
from zeep.transports import Transport

from bot.cases.sf1470.access import Index
from bot.errors import SettingsError

_OPERATION: Final = "fremsoeg"
_SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
# Neither the files nor an answer may make us fetch something, or grow in our hands.
_STRICT: Final = {"strict": True, "forbid_dtd": True, "forbid_entities": True, "forbid_external": True}


@dataclass(frozen=True, kw_only=True)
class Service:
    """The WSDL, read: what builds a question and reads an answer."""

    client: Any
    operation: Any
    action: str
    url: str

    def message(self, **body: Any) -> Any:
        """The SOAP envelope of a ``fremsoeg``, as an lxml element."""
        return self.client.create_message(self.client.service, _OPERATION, **body)

    def parse(self, content: bytes) -> Any:
        """The XML in ``content``, as an lxml element: without a DTD, whole. Raises what zeep and lxml raise."""
        return parse_xml(content, self.client.transport, settings=self.client.settings)  # type: ignore[arg-type]

    def output(self, envelope: Any) -> Any:
        """The body of an answer, as the XSD's types. Raises what zeep raises."""
        return self.operation.process_reply(envelope).body


def read(access: Index) -> Service:
    """See `bot.cases.sf1470.access.load`."""
    # It quotes, with a traceback, each value it can't read: those may be about a citizen.
    logging.getLogger("zeep").setLevel(logging.CRITICAL)
    path = access.wsdl.expanduser().absolute()
    if not path.is_file():
        raise SettingsError(
            f"Filen {path} findes ikke. Hent WSDL og XSD til Sags- og Dokumentindekset (SF1470) hos KOMBIT, "
            "og skriv stien til WSDL-filen."
        )
    try:
        client: Any = _client(str(path))
        binding = client.service._binding
        operation = binding.get(_OPERATION)
        url = access.url or client.service._binding_options["address"]
        service = Service(client=client, operation=operation, action=operation.soapaction, url=url)
        spoken = binding.nsmap["soap-env"]
    except Exception as error:  # zeep, lxml and the file system each have their own
        wrong = type(error).__name__
    else:
        if spoken != _SOAP_12 or not service.action:
            raise SettingsError(f"Filen {path} er ikke WSDL'en til Sags- og Dokumentindekset, version 6.")
        if urlparse(url).scheme not in ("http", "https"):
            raise SettingsError("Adressen på Sags- og Dokumentindekset skal begynde med https:// eller http://.")
        return service
    raise SettingsError(
        f"Filen {path} kan ikke læses som KOMBITs WSDL ({wrong}). "
        "Mappen xsd, der følger med den, skal ligge ved siden af."
    )


def _client(path: str) -> Any:
    make: Any = Client
    transport: Any = _FilesOnly
    return make(path, settings=Settings(**_STRICT), transport=transport())


class _FilesOnly(Transport):
    """Loads what lies beside the WSDL, and never asks the network."""

    def load(self, url: Any) -> Any:
        if urlparse(str(url)).scheme not in ("", "file"):
            raise PermissionError("only files are loaded")
        loads: Any = super().load
        return loads(url)
