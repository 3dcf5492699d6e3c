"""What citizens put right in words: "det var den 4. og ikke den 3.", "nej, jeg mener onsdag"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.handoff.summary.clauses import MONTH, WEEKDAY, Clause, Reading, read
from bot.handoff.summary.fields import Field, Source

# What is put right: a date, an amount, a day, a month, a number in words.
_DATE = rf"(?:den\s+|d\.\s?)?\d{{1,2}}\.?\s?{MONTH}\b|(?:den\s+|d\.\s?)\d{{1,2}}\b\.?(?![/.]\d)|\d{{1,2}}/\d{{1,2}}\b"
_DAY = rf"(?:i\s+)?{WEEKDAY}s?\b"
_IN_MONTH = rf"(?:i\s+)?{MONTH}\b"
_NUMBER = r"\d+(?:\.\d{3})*(?:,\d+)?\b|\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv)\b"
_SORTS = (("date", _DATE), ("day", _DAY), ("month", _IN_MONTH), ("number", _NUMBER))
_THING = "|".join(f"(?:{pattern})" for _, pattern in _SORTS)
_UNIT = r"(?:\s+(?:timer|uger|aar|dage|maaneder|kr\.?|kroner|boern|gange|om\s+ugen|km))?"
_UNIT_AFTER = re.compile(r"\s+([a-z]{2,})")
_PHRASE = rf"(?:(?:min|mit|en|et)\s+)?(?:{_THING}|[a-z]{{3,}}){_UNIT}"
_NOT_BUT = re.compile(rf"\bikke\s+(?P<old>{_PHRASE}),?\s+men\s+(?:i\s+|paa\s+)?(?P<new>{_PHRASE})")
_AND_NOT = re.compile(
    rf"\b(?P<new>(?!(?:var|er|blev|har|kan|vil|skal|jeg|det|og|men)\b){_PHRASE}),?\s+(?:og\s+"
    rf"|men\s+)?ikke\s+(?:i\s+|paa\s+)?"
    rf"(?P<old>{_PHRASE})"
)
_CORRECTS = re.compile(
    r"^\W*(?:(?:nej|hov|ups|rettelse|undskyld|forkert|korrektion|oeh)\b\W*)*(?:(?:jeg\s+)?(?:mener|mente)"
    r"|det\s+(?:var|er|skal\s+vaere|skulle\s+vaere|blev)"
    r"|skulle\s+(?:have\s+vaeret|staa)|rettelse|jeg\s+skrev\s+forkert)\b"
    r"|^\W*(?:nej|hov|ups|rettelse|korrektion|forkert)\b"
)
# Without any of these a message puts nothing right: most need no more looking at.
_MAY = re.compile(
    r"\b(?:ikke|nej|hov|ups|rettelse|korrektion|undskyld|forkert|mener|mente|skulle|det\s+(?:var"
    r"|er|skal|blev))\b"
)
# Kinds whose words may be put right so; a number to call or a time simply gives way to the last one.
_KINDS = ("fact", "missing", "urgency", "time", "companion", "interpreter")


@dataclass(frozen=True)
class _Change:
    """``new`` (a place in the folded text) shall stand for ``old`` (folded), or for what is of the same sort."""

    new: tuple[int, int]
    old: str | None
    end: int  # where what says so ends


def apply(fields: Sequence[Field], reading: Reading, found: Sequence[Clause], seq: int) -> tuple[list[Field], set[int]]:
    """The ``fields`` with what the clauses ``found`` in message ``seq`` put right, and which of the clauses did."""
    put, used = list(fields), set[int]()
    if not _MAY.search(reading.plain):
        return put, used
    for at, clause in enumerate(found):
        if at in used:
            continue
        together = [other for other in found[at : at + 2] if other.sentence == clause.sentence]
        for change in _changes(reading, clause, together[-1].end):
            changed = _changed(put, reading, change, seq)
            if changed is not None:
                put = changed
                last = max(change.new[1], change.end)
                used |= {place for place, one in enumerate(found) if clause.start <= one.start < last}
                break
    return put, used


def _changes(reading: Reading, clause: Clause, end: int) -> Iterator[_Change]:
    plain = reading.plain
    for pattern in (_NOT_BUT, _AND_NOT):
        for match in pattern.finditer(plain, clause.start, end):
            yield _Change(match.span("new"), match["old"], match.end())
    begins = plain.rfind("\n", 0, clause.start) + 1
    if _CORRECTS.search(plain[begins : clause.end]):
        found = _things(plain[clause.start : clause.end])
        if len(found) == 1:
            _, start, end = found[0]
            yield _Change((clause.start + start, clause.start + end), None, clause.end)


def _changed(fields: Sequence[Field], reading: Reading, change: _Change, seq: int) -> list[Field] | None:
    new = reading.plain[slice(*change.new)]
    unit = _UNIT_AFTER.match(reading.plain, change.new[1], change.end)
    for at in range(len(fields) - 1, -1, -1):
        field = fields[at]
        if field.kind not in _KINDS:
            continue
        value = read(field.value)
        place = _place(value.plain, new, change.old, unit[1] if unit else None)
        if place is None:
            continue
        (start, end), (first, last) = place
        first, last = first + change.new[0], last + change.new[0]
        begin, stop = value.span(start, end)
        written = reading.quote(first, last)
        span = reading.span(first, last)
        put = replace(
            field,
            value=field.value[:begin] + written + field.value[stop:],
            sources=(*field.sources, Source(seq=seq, start=span[0], end=span[1])),
            corrected=True,
        )
        return [*fields[:at], put, *fields[at + 1 :]]
    return None


def _place(value: str, new: str, old: str | None, unit: str | None) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Which part of ``value`` gives way to which part of ``new``; both folded."""
    told = _things(new)
    if not told:
        if old is None:
            return None
        gone, put = old.split()[-1], new.split()[-1]
        match = re.search(rf"\b{re.escape(gone)}\b", value)
        return None if match is None else (match.span(), (new.rindex(put), new.rindex(put) + len(put)))
    sort, first, last = told[0]
    for other, start, end in reversed(_things(value)):
        thing = value[start:end]
        month = re.search(rf"{MONTH}\b", thing)
        if sort == "month" and other == "date" and month and (old is None or month[0] in old):
            return (start + month.start(), start + month.end()), (first, last)
        if old is not None:
            named = _things(old)
            if not named or _core(thing) != _core(old[named[0][1] : named[0][2]]):
                continue
        elif other != sort:
            continue
        if unit is not None and sort == "number" and not re.match(rf"\W*{unit}", value[end:]):
            continue
        new_core, old_core = re.search(r"\d+", new[first:last]), re.search(r"\d+", thing)
        # "den 4." for "den 3. november": only the day gives way.
        if (
            sort == other == "date"
            and not re.search(MONTH, new[first:last])
            and new_core
            and old_core
            and "/" not in thing
        ):
            return (start + old_core.start(), start + old_core.end()), (
                first + new_core.start(),
                first + new_core.end(),
            )
        return (start, end), (first, last)
    return None


def _things(plain: str) -> list[tuple[str, int, int]]:
    """Each date, day, month and number in ``plain``, with its place and without the words before it."""
    found: list[tuple[str, int, int]] = []
    for sort, pattern in _SORTS:
        for match in re.finditer(pattern, plain):
            lead = re.match(r"(?:den|d\.|i)\s*", match[0])
            start = match.start() + (lead.end() if lead else 0)
            end = match.start() + len(match[0].rstrip(". ")) if sort == "date" else match.end()
            if all(end <= first or last <= start for _, first, last in found):
                found.append((sort, start, end))
    return sorted(found, key=lambda one: one[1])


def _core(thing: str) -> str:
    digits = re.search(r"\d+", thing)
    return digits[0] if digits else thing.strip(" .").removesuffix("s")
