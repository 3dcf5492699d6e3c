"""Whether the addresses in an answer lead anywhere; asked so that nobody can make us call on our own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

_TIMEOUT = 5.0  # seconds for one address, redirects and all
_REDIRECTS = 2
_AT_ONCE = 5
_MOST_KNOWN = 500
# Some servers will not say of a page without giving it.
_ASK_AGAIN = range(400, 600)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came of asking for ``url``: ``text`` says it in Danish."""

    url: str
    ok: bool
    text: str


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet can call: none of a house's own, of any spelling."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        # An old address inside a new one leads to the old one.
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _NAT64 or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


LookUp = Callable[[str, int], Awaitable[Sequence[str]]]


async def look_up(host: str, port: int) -> list[str]:
    """The IP addresses that ``host`` stands for. Raises OSError when it is not known."""
    found: list[Any] = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for _, _, _, _, place in found]


class Links:
    """Asks for addresses, and remembers what came of the newest 500. ``public`` says which IP addresses may be called.

    The address that is looked up is the one that is called, so that a name can't mean two things.
    """

    def __init__(
        self, *, public: Callable[[str], bool] = is_public, timeout: float = _TIMEOUT, looked_up: LookUp = look_up
    ) -> None:
        self._public = public
        self._looked_up = looked_up
        self._timeout = timeout
        self._known: dict[str, Checked] = {}

    def known(self, url: str) -> Checked | None:
        """What came of asking for ``url`` last time; None when nobody has."""
        return self._known.get(url)

    async def check(self, urls: Iterable[str]) -> tuple[Checked, ...]:
        """Ask for each of them, a few at a time."""
        room = asyncio.Semaphore(_AT_ONCE)
        connector = aiohttp.TCPConnector(resolver=_Resolver(self._public, self._looked_up), use_dns_cache=False)
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "Borgerkontakt (tjek af links)"},
            auto_decompress=False,
            trust_env=False,
        ) as client:

            async def one(url: str) -> Checked:
                async with room:
                    return await self._checked(client, url)

            found = tuple(await asyncio.gather(*(one(url) for url in dict.fromkeys(urls))))
        for checked in found:
            self._known.pop(checked.url, None)
            self._known[checked.url] = checked
        for url in list(self._known)[:-_MOST_KNOWN]:
            del self._known[url]
        return found

    async def _checked(self, client: aiohttp.ClientSession, url: str) -> Checked:
        try:
            status = await asyncio.wait_for(self._followed(client, url), self._timeout)
        except _Refused as refused:
            return Checked(url=url, ok=False, text=refused.words)
        except (asyncio.TimeoutError, TimeoutError):
            return Checked(url=url, ok=False, text="Siden svarer ikke inden for få sekunder.")
        except (aiohttp.ClientSSLError, ssl.SSLError):
            return Checked(url=url, ok=False, text="Forbindelsen er ikke sikker: sidens certifikat gælder ikke.")
        except (aiohttp.ClientError, OSError, ValueError):
            return Checked(url=url, ok=False, text="Siden kan ikke nås. Er adressen rigtig?")
        if status in (404, 410):
            return Checked(url=url, ok=False, text="Siden findes ikke (længere).")
        if status in (401, 403):
            return Checked(url=url, ok=True, text="Siden er der, men vil ikke vises uden et menneske. Prøv den selv.")
        if status >= 400:
            return Checked(url=url, ok=False, text=f"Siden svarer med en fejl ({status}).")
        return Checked(url=url, ok=True, text="Linket virker.")

    async def _followed(self, client: aiohttp.ClientSession, url: str) -> int:
        place = URL(url)  # read by the same eyes that will call it
        for _ in range(_REDIRECTS + 1):
            self._look(place)
            status, onward = await _asked(client, place)
            if onward is None:
                return status
            place = place.join(URL(onward))
        raise _Refused("Siden sender videre for mange gange. Skriv den adresse, man ender på.")

    def _look(self, url: URL) -> None:
        """Raise _Refused for what may not be asked for at all."""
        if url.scheme not in ("http", "https") or not url.host:
            raise _Refused("Et link skal begynde med https:// eller http://.")
        if url.user or url.password:
            raise _Refused("Et link må ikke have brugernavn eller adgangskode i sig.")
        try:
            ipaddress.ip_address(url.host)
        except ValueError:
            if _is_number(url.host):
                raise _Refused(_ODD) from None
            return  # a name: what it stands for is looked at when it is looked up
        if not self._public(url.host):
            raise _Refused(_OURS)


def _is_number(host: str) -> bool:
    """Whether the system takes a host for an address of the old kind, oddly spelt: 127.1, 2130706433, 0x7f.1."""
    try:
        socket.inet_aton(host.rstrip("."))
    except (OSError, ValueError):  # ValueError: a host with NUL or beyond ASCII
        return False
    return True


_ODD = "Adressen er skrevet med tal. Skriv sidens navn i stedet, for eksempel https://www.borger.dk."
_OURS = "Adressen ligger på et lukket net, som borgerne ikke kan nå."


class _Refused(Exception):
    """An address that is not called; ``words`` say why in Danish."""

    def __init__(self, words: str) -> None:
        super().__init__("an address is not called")
        self.words = words


async def _asked(client: aiohttp.ClientSession, url: URL) -> tuple[int, str | None]:
    """The status, and where it sends us on. Nothing of the page is read."""
    status, onward = 0, None
    for method in ("HEAD", "GET"):
        async with client.request(method, url, allow_redirects=False) as answer:
            status = answer.status
            onward = answer.headers.get("Location") if status in (301, 302, 303, 307, 308) else None
        if status not in _ASK_AGAIN:
            break
    return status, onward


class _Resolver(AbstractResolver):
    """Looks names up, and gives only addresses that may be called. Raises _Refused when a name has none."""

    def __init__(self, public: Callable[[str], bool], looked_up: LookUp) -> None:
        self._public = public
        self._looked_up = looked_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """What ``host`` stands for; OSError when it is not known."""
        addresses = [address for address in await self._looked_up(host, port) if self._public(address)]
        if not addresses:
            raise _Refused(_OURS)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=int(socket.AI_NUMERICHOST),
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
