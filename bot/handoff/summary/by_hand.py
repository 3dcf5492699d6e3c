"""What the citizen put right by hand in the summary they were shown, and what they wrote beside it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handoff.summary.fields import CORRECTABLE, HEADINGS, Field, Source
from bot.handoff.summary.transcript import Said
from bot.municipality.phones import find_phones
from bot.privacy.masking import MARK


def values(said: Said) -> dict[str, list[Field]]:
    """For each kind that was put right its new fields, one a line of the value; an empty list takes the field away.

    A value that does not stand in the message's own text can't be traced and changes nothing; a phone number that
    nobody can dial, or a mail address without @, takes the earlier one away.
    """
    made: dict[str, list[Field]] = {}
    for kind, value in said.corrects.items():
        if kind not in CORRECTABLE:
            continue
        fields = [_field(said, kind, line.strip()) for line in value.split("\n") if line.strip()]
        if None not in fields:
            made[kind] = [field for field in fields if field is not None and _is_right(field)]
    return made


def rest(said: Said, used: Sequence[Source]) -> str:
    """The message's text with spaces for each line that holds a value in ``used`` or stands under a heading."""
    made, at = [], 0
    headings = tuple(f"{heading}:" for heading in HEADINGS.values())
    for line in said.text.split("\n"):
        taken = any(source.start < at + len(line) and at < source.end for source in used)
        made.append(" " * len(line) if taken or line.startswith(headings) else line)
        at += len(line) + 1
    return "\n".join(made)


def _field(said: Said, kind: str, value: str) -> Field | None:
    start = said.text.find(value)
    if start < 0:
        return None
    shown = value
    if kind == "phone":
        found = find_phones(value)
        shown = found[-1].shown if found else value
    source = Source(seq=said.seq, start=start, end=start + len(value))
    return Field(kind=kind, value=shown, sources=(source,), corrected=True)


def _is_right(field: Field) -> bool:
    if field.kind == "phone":
        return bool(find_phones(field.value))
    if field.kind == "email":
        return "@" in field.value.strip("@")
    return field.kind != "fact" or MARK not in field.value
