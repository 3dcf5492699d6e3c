"""Links in answers are asked for, and nobody can make us ask our own network."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.training.links import Links, is_public
from tests.services import free_port

INSIDE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "hej", "",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_a_house_is_none_of_the_internets(address: str) -> None:
    """Loopback, private, link-local, shared, reserved; also an old address written inside a new one."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.162.153.164", "2a00:1450:400f:80c::2004", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_may_be_asked(address: str) -> None:
    """Else no link could be checked at all."""
    assert is_public(address)


class Site:
    """A site on this machine that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        match request.path:
            case "/her":
                return web.Response(text="hej")
            case "/kun-get":
                return web.Response(status=405 if request.method == "HEAD" else 200)
            case "/lukket":
                return web.Response(status=403)
            case "/fejl":
                return web.Response(status=500)
            case "/videre":
                raise web.HTTPFound("/her")
            case "/rundt":
                raise web.HTTPFound("/rundt")
            case "/ind":
                raise web.HTTPFound("http://10.0.0.1/hemmeligt")
            case "/tal":
                raise web.HTTPFound(f"http://2130706433:{request.url.port}/her")
            case "/navn":
                raise web.HTTPFound(f"http://indenfor.example:{request.url.port}/her")
            case "/fil":
                raise web.HTTPFound("file:///etc/passwd")
        return web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.server.start_server()
    yield site
    await site.server.close()


def here(address: str) -> bool:
    """As on the internet, and besides it the site on this machine."""
    return address == "127.0.0.1" or is_public(address)


@pytest.mark.parametrize(
    ("path", "ok", "told"),
    [
        ("/her", True, "virker"),
        ("/kun-get", True, "virker"),
        ("/videre", True, "virker"),
        ("/lukket", True, "Prøv den selv"),
        ("/ingen", False, "findes ikke"),
        ("/fejl", False, "500"),
        ("/rundt", False, "for mange gange"),
        ("/ind", False, "lukket net"),
        ("/tal", False, "skrevet med tal"),
        ("/navn", False, "lukket net"),
        ("/fil", False, "https://"),
    ],
)
async def test_each_answer_is_told_in_danish(site: Site, path: str, ok: bool, told: str) -> None:
    """Also one that sends us on, which is looked at anew."""

    async def look_up(host: str, port: int) -> list[str]:
        return ["192.168.1.10"]

    (found,) = await Links(public=here, looked_up=look_up).check([site.url(path)])
    assert (found.ok, told in found.text) == (ok, True), found
    if path == "/rundt":
        assert len([asked for asked in site.asked if asked.startswith("HEAD")]) == 3


async def test_what_came_of_it_is_remembered(site: Site) -> None:
    """The list of answers shows a dead link without asking for it again."""
    links = Links(public=here)
    assert links.known(site.url("/ingen")) is None
    await links.check([site.url("/ingen"), site.url("/ingen")])
    found = links.known(site.url("/ingen"))
    assert found is not None and not found.ok
    assert site.asked == ["HEAD /ingen", "GET /ingen"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_our_own_machine_is_never_called(site: Site, host: str) -> None:
    """By number, by name, by an odd spelling: what is listening there hears nothing."""
    (found,) = await Links().check([f"http://{host}:{site.server.port}/her"])
    assert not found.ok and site.asked == []


async def test_the_address_that_was_looked_up_is_the_one_that_is_called(site: Site) -> None:
    """A name that means a public place when it is looked up, and our own a moment later, is looked up once."""
    answers = iter(["127.0.0.1", "10.0.0.1"])
    asked: list[str] = []

    async def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return [next(answers)]

    links = Links(public=here, looked_up=look_up)
    (found,) = await links.check([f"http://kommune.example:{site.server.port}/her"])
    assert found.ok and asked == ["kommune.example"]
    (moved,) = await links.check([f"http://kommune.example:{site.server.port}/her"])
    assert not moved.ok and "lukket net" in moved.text and site.asked == ["HEAD /her"]


@pytest.mark.parametrize(
    "url",
    ["ftp://noerreaa.example/", "javascript:alert(1)", "https://", "http://a:b@noerreaa.example/", "http://[x", ""],
)
async def test_what_is_no_link_is_told_to_be_none(url: str) -> None:
    """And nothing is asked."""
    (found,) = await Links().check([url])
    assert not found.ok and found.text


async def test_a_site_that_is_silent_is_not_waited_for() -> None:
    """A few seconds for one address, whoever keeps us waiting; and one that is not there is told at once."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        (found,) = await Links(public=here, timeout=0.3).check([url])
    assert "svarer ikke inden" in found.text
    (gone,) = await Links(public=here).check([f"http://127.0.0.1:{free_port()}/"])
    assert not gone.ok and "kan ikke nås" in gone.text
