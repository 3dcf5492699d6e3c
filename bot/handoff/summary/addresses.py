"""The phone numbers and mail addresses a citizen gives: their own, not the municipality's."""

from __future__ import annotations

import re

from bot.handoff.summary.clauses import read
from bot.handoff.summary.fields import Field, Source
from bot.municipality.model import Municipality
from bot.municipality.phones import find_phones

EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.+-]{1,64}@[a-zA-Z0-9æøåÆØÅ-]{1,63}(?:\.[a-zA-Z0-9æøåÆØÅ-]{1,63}){0,4}\.[a-zA-Z]{2,24}(?![\w@])"
)
# Before a number or an address that nobody shall use: one that was wrong, or that somebody called.
_NOT_THIS = re.compile(
    r"(?:\bikke(?:\s+(?:laengere\s+)?(?:paa|er|det))?|\b(?:ringede|ringet|skrev|skrevet)\s+(?:\w+\s+){0,3}(?:til|paa)"
    r"|\b(?:i\s+stedet\s+for|frem\s+for|gamle\s+(?:nummer|nr)(?:\s+er)?))\s*(?:tlf\.?|nummer|nr\.?)?\s*$"
)
_BEFORE = 60  # letters that are looked at


class Addresses:
    """Knows which numbers and addresses are the municipality's own."""

    def __init__(self, municipality: Municipality) -> None:
        departments = municipality.departments.values()
        emergency = municipality.emergency
        self._phones = {
            municipality.phone, emergency.shelter_phone, emergency.on_call_phone, *(one.phone for one in departments)
        }  # fmt: skip
        self._hosts = {one.rpartition("@")[2].lower() for one in (municipality.email, *(d.email for d in departments))}

    def find(self, text: str, seq: int) -> list[Field]:
        """The last number and the last address in ``text`` that are the citizen's."""
        found = {}
        for phone in find_phones(text):
            if phone.shown not in self._phones and not _is_refused(text, phone.start):
                source = Source(seq=seq, start=phone.start, end=phone.end)
                found["phone"] = Field(kind="phone", value=phone.shown, sources=(source,))
        for match in EMAIL.finditer(text):
            if match[0].rpartition("@")[2].lower() not in self._hosts and not _is_refused(text, match.start()):
                source = Source(seq=seq, start=match.start(), end=match.end())
                found["email"] = Field(kind="email", value=match[0], sources=(source,))
        return list(found.values())


def _is_refused(text: str, start: int) -> bool:
    return bool(_NOT_THIS.search(read(text[max(0, start - _BEFORE) : start]).plain))
