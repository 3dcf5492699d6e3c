"""Whose case a message is about: the citizen's own, or that of somebody the citizen asks for."""

from __future__ import annotations

import re

from bot.danish.spelling import fold

# Not sons and daughters: the case of a child is its parents' own.
_PERSON = (
    r"(?:sviger)?(?:mor|far|moder|fader)|(?:gamle )?foraeldre|mand|kone|kaereste|samlever|aegtefaelle|bror|soester"
    r"|bedstemor|bedstefar|mormor|morfar|farmor|farfar|moster|faster|onkel|ven|veninde|nabo"
)
_CLIENT = r"patient|klient|borger|beboer|kunde|mandant"
_ANOTHERS = re.compile(
    rf"\bmin(?:e)? (?:{_PERSON})s\b|\bmors\b|\bfars\b"  # "min mors sag", but not "min mor siger, at jeg …"
    rf"|\b(?:for|til|paa vegne af|vegne af) min(?:e)? (?:{_PERSON})\b"
    rf"|\b(?:min|en|vores) (?:{_CLIENT})s?\b|\b(?:{_CLIENT})ens?\b"
)
_OWN = re.compile(r"\b(?:min|mit|mine) eg(?:en|et|ne)\b")

_MINE = re.compile(
    r"\bmin(?:e)? (?:\w+)?(?:sag|sager|ansoegning|klage|sagsbehandler|raadgiver)\b|\bmit (?:svar|brev)\b"
)


def anothers(text: str) -> bool:
    """Whether ``text`` asks about somebody else's case."""
    plain = fold(text)
    return bool(_ANOTHERS.search(plain)) and not own(text)


def own(text: str) -> bool:
    """Whether ``text`` says that it is about the citizen's own."""
    return bool(_OWN.search(fold(text)))


def mine(text: str) -> bool:
    """Whether ``text`` speaks of a matter as the citizen's own: "min sag", "mit svar"."""
    return own(text) or bool(_MINE.search(fold(text)))
