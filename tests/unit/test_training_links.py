"""No link makes us call a house's own network, however it is spelt; nothing is called here."""

from __future__ import annotations

import pytest

from bot.training.links import Links

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "indenfor.example": ["10.0.0.7"],
    "to-steder.example": ["192.168.1.1", "fd00::1"],
    "router.example": ["169.254.169.254"],
    "forklaedt.example": ["::ffff:127.0.0.1"],
}


class Names:
    """Looks names up in a list of its own, and notes which."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return NAMES[host.rstrip(".")]


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0"])
@pytest.mark.parametrize("after", ["", "."])
async def test_an_address_spelt_as_a_number_is_refused_by_us(host: str, after: str) -> None:
    """Whatever the client below would make of it: nothing is looked up, and the words say what to write instead."""
    names = Names()
    (found,) = await Links(looked_up=names).check([f"http://{host}{after}:9/"])
    assert (found.ok, names.asked) == (False, []) and "Skriv sidens navn" in found.text


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[fe80::1%25eth0]",
        "\uff11\uff12\uff17.0.0.1",  # digits of another width
        "127\u30020\u30020\u30021",  # full stops of another alphabet
    ],
)
async def test_an_address_of_a_house_is_refused_as_such(host: str) -> None:
    """Before anything is looked up."""
    names = Names()
    (found,) = await Links(looked_up=names).check([f"http://{host}:9/"])
    assert (found.ok, names.asked) == (False, []) and "lukket net" in found.text


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST", *NAMES])
async def test_a_name_that_stands_for_an_address_of_a_house_is_refused(host: str) -> None:
    """Once it is looked up, and before it is called."""
    names = Names()
    (found,) = await Links(looked_up=names).check([f"https://{host}:9/"])
    assert (found.ok, names.asked) == (False, [host.lower()]) and "lukket net" in found.text
