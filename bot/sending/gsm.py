"""How much room a text message takes: the letters that every phone network knows (3GPP TS 23.038)."""

from __future__ import annotations

ONE_MESSAGE = 160  # septets

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")


def septets(text: str) -> int | None:
    """How many of the 160 places ``text`` takes; None when a letter in it makes the whole message a wide one.

    A wide message has 70 places, and costs the municipality more than twice as much. Æ, ø and å are not wide;
    Danish quotation marks are.
    """
    if not _BASIC.union(_TWICE).issuperset(text):
        return None
    return len(text) + sum(letter in _TWICE for letter in text)


def is_one_message(text: str) -> bool:
    """True when ``text`` goes in one ordinary text message."""
    taken = septets(text)
    return taken is not None and taken <= ONE_MESSAGE
