"""Whether the citizen is logged in, and since when: read from what web itself said in the conversation."""

from __future__ import annotations

import re

from bot.chat.texts import CLOSED_AND_LOGGED_OUT, LOGGED_IN, LOGGED_IN_WITHOUT_NAME, LOGGED_OUT, LOGIN_EXPIRED
from bot.handoff.summary.fields import Field, Source
from bot.handoff.summary.transcript import Said
from bot.municipality.danish import date_words, time_words
from bot.municipality.workdays import COPENHAGEN

_IN = re.compile(re.escape(LOGGED_IN).replace(re.escape("{name}"), r"[^\n]{1,200}") + r"\Z")
_OUT = frozenset({LOGGED_OUT, LOGIN_EXPIRED, CLOSED_AND_LOGGED_OUT})
_NOT_SHOWN = "Du er "  # "logget ind som Anna …" is what is left of it


def logged_in(said: Said) -> Field | None:
    """The identity, when this message of the system says that the citizen logged in.

    The value is the system's words without "Du er", and when they were said, as Danish time:
    "logget ind som Anna Bjerregaard 20. november 2026 kl. 10.02".
    """
    if said.sender != "system" or not (said.text == LOGGED_IN_WITHOUT_NAME or _IN.match(said.text)):
        return None
    words = said.text.removeprefix(_NOT_SHOWN).removesuffix(".")
    start = said.text.index(words)
    at = said.at.astimezone(COPENHAGEN)
    value = f"{words} {date_words(at.date())} kl. {time_words(at.time())}"
    return Field(kind="identity", value=value, sources=(Source(seq=said.seq, start=start, end=start + len(words)),))


def logged_out(said: Said) -> bool:
    """Whether this message of the system says that the citizen is logged out."""
    return said.sender == "system" and said.text in _OUT
