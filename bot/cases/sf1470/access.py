"""How the index is reached: KOMBIT's WSDL in a file of the municipality's own, and the address to ask at.

The index wants a call signed with an OIOIDWS token (`xsd/policies/OIOIDWS.wsdl` beside the WSDL): a SAML token from
KOMBIT's Security Token Service, the SOAP body and the WS-Addressing headers signed with the municipality's
OCES certificate. That is not done here. A municipality puts its own gateway in front, on its own network: the adapter
to Serviceplatformen or the integration platform (ESB) that its other systems already call the index through. It takes
our SOAP over mutual TLS (the client certificate is `Http`'s), fetches and keeps the token, signs, and passes on.
Where one would rather do it here, `Authorise` is the place: it gets each envelope, whole, before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.cases.sf1470.wsdl import Service


@dataclass(frozen=True, kw_only=True)
class Index:
    """``wsdl`` is KOMBIT's file, its XSDs beside it; ``url`` is where to ask, None: where the WSDL says."""

    wsdl: Path
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationAccess:
    """Where to ask, with which bearer token, and the municipality's CVR number, eight digits."""

    url: str
    token: str = field(repr=False)
    cvr: str

    def __post_init__(self) -> None:
        """Raise SettingsError, in Danish, for a CVR number that is none."""
        if not re.fullmatch(r"[0-9]{8}", self.cvr):
            raise SettingsError("ORGANISATION_CVR skal være kommunens CVR-nummer på otte cifre.")


class Authorise(Protocol):
    """What an envelope and its HTTP headers become before they are sent: signed, with a token."""

    async def __call__(self, envelope: bytes, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
        """The two to send instead. Raises CaseSystemError when there is no token to be had."""
        ...


def load(access: Index) -> Service:
    """Read the WSDL and all it imports, from files alone: takes a second, and blocks.

    Raises SettingsError, in Danish, when a file is missing or is something else.
    """
    # zeep takes its time to be imported, and most installations ask another case system.
    from bot.cases.sf1470.wsdl import read

    return read(access)
