"""Small falsifications of a conversation or of its summary; each must show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.handoff.summary import cards
from bot.handoff.summary.clauses import clauses, read
from bot.handoff.summary.fields import CORRECTABLE, Summary
from bot.handoff.summary.transcript import Said
from bot.municipality.danish import MONTHS, WEEKDAYS

_OTHER = {"citizen": "assistant", "assistant": "citizen", "system": "assistant"}
_DAYS_AND_MONTHS = {
    **dict(zip(MONTHS, (*MONTHS[1:], MONTHS[0]), strict=True)),
    **dict(zip(WEEKDAYS, (*WEEKDAYS[1:], WEEKDAYS[0]), strict=True)),
}
_NAMED = re.compile(r"\b(" + "|".join(_DAYS_AND_MONTHS) + r")", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What was done (``what``), and the transcript and summary as they are after it."""

    what: str
    detail: str
    transcript: tuple[Said, ...]
    summary: Summary


def mutations(transcript: Sequence[Said], summary: Summary) -> Iterator[Mutation]:
    """Every mutation that applies to this conversation and its summary."""
    for what, detail, changed in (
        *_speakers(transcript, summary),
        *_negations(transcript, summary),
        *_numbers(transcript, summary),
        *_corrections(transcript, summary),
    ):
        yield Mutation(what=what, detail=detail, transcript=tuple(changed), summary=summary)
    yield from _moved(transcript, summary)
    yield from _altered(transcript, summary)


Changed = tuple[str, str, list[Said]]


def _speakers(transcript: Sequence[Said], summary: Summary) -> Iterator[Changed]:
    for said in transcript:
        if said.seq in _seqs(summary):
            yield "ombyttet taler", said.text[:40], _with(transcript, replace(said, sender=_OTHER[said.sender]))


def _negations(transcript: Sequence[Said], summary: Summary) -> Iterator[Changed]:
    """Each "ikke" in a clause that a field quotes, or would quote without it."""
    for said in transcript:
        if said.sender != "citizen" or said.chosen or said.corrects:
            continue
        for match in re.finditer(r"\s?\b(?:ikke|ik)\b", said.text, re.IGNORECASE):
            if _is_quoted(said, match.start(), match.end(), summary):
                text = said.text[: match.start()] + said.text[match.end() :]
                yield (
                    "tabt »ikke«",
                    said.text[max(0, match.start() - 20) : match.end() + 20],
                    _with(transcript, replace(said, text=text)),
                )


def _numbers(transcript: Sequence[Said], summary: Summary) -> Iterator[Changed]:
    for said in transcript:
        if said.seq not in _seqs(summary):
            continue
        if said.sender == "citizen" and not said.chosen:
            for start, end, other in _others(said.text):
                if _is_quoted(said, start, end, summary) and not _is_put_right(said, start, end, summary):
                    text = said.text[:start] + other + said.text[end:]
                    yield (
                        "ændret tal eller dato",
                        said.text[max(0, start - 15) : end + 15],
                        _with(transcript, replace(said, text=text)),
                    )
        for path in sorted(
            {
                source.path
                for field in summary.fields
                for source in field.sources
                if source.seq == said.seq and source.path
            }
        ):
            value = cards.at(said.card or {}, path) or ""
            for start, end, other in _others(value):
                card = _put(said.card or {}, path, value[:start] + other + value[end:])
                yield "ændret tal eller dato på kortet", f"{path}: {value}", _with(transcript, replace(said, card=card))


def _corrections(transcript: Sequence[Said], summary: Summary) -> Iterator[Changed]:
    for kind in sorted({field.kind for field in summary.fields} & CORRECTABLE):
        value = {"phone": "99 88 77 66", "email": "ny@adresse.example"}.get(kind, "noget helt andet")
        last = transcript[-1]
        added = Said(
            seq=last.seq + 1, sender="citizen", text=value, at=last.at + timedelta(minutes=1), corrects={kind: value}
        )
        yield "rettet værdi", kind, [*transcript, added]
        yield "slettet værdi", kind, [*transcript, replace(added, text="", corrects={kind: ""})]
        if kind == "phone":
            yield "rettet i ord", kind, [*transcript, replace(added, text="nej, jeg mener 99 88 77 66", corrects={})]


def _moved(transcript: Sequence[Said], summary: Summary) -> Iterator[Mutation]:
    seqs = [said.seq for said in transcript]
    for at, field in enumerate(summary.fields):
        for other in {seqs[0], seqs[-1], field.sources[0].seq + 1} - {field.sources[0].seq}:
            sources = (replace(field.sources[0], seq=other), *field.sources[1:])
            yield _changed(
                transcript, summary, at, "citat flyttet til en anden besked", replace(field, sources=sources)
            )
        sources = (replace(field.sources[0], start=field.sources[0].start + 1), *field.sources[1:])
        yield _changed(transcript, summary, at, "citat flyttet et tegn", replace(field, sources=sources))


def _altered(transcript: Sequence[Said], summary: Summary) -> Iterator[Mutation]:
    for at, field in enumerate(summary.fields):
        words = field.value.split()
        values = {
            " ".join([*words, "ikke"]),
            *(field.value[:a] + new + field.value[b:] for a, b, new in _others(field.value)),
        }
        if len(words) > 1:
            values.add(" ".join(words[:-1]))
        for value in sorted(values):
            yield _changed(transcript, summary, at, "ændret værdi", replace(field, value=value))


def _changed(transcript: Sequence[Said], summary: Summary, at: int, what: str, field: Any) -> Mutation:
    fields = (*summary.fields[:at], field, *summary.fields[at + 1 :])
    return Mutation(what=what, detail=field.kind, transcript=tuple(transcript), summary=replace(summary, fields=fields))


def _others(text: str) -> Iterator[tuple[int, int, str]]:
    """Each number, day and month in ``text``, with another to stand in its place."""
    for match in re.finditer(r"\d+", text):
        last = (int(match[0][-1]) + 1) % 10
        yield match.start(), match.end(), match[0][:-1] + str(last)
    for match in _NAMED.finditer(text):
        yield match.start(), match.end(), _DAYS_AND_MONTHS[match[0].lower()]


def _is_quoted(said: Said, start: int, end: int, summary: Summary) -> bool:
    """Whether a place of a message stands in a clause that a field takes something from."""
    reading = read(said.text)
    spans = [reading.span(clause.start, clause.end) for clause in clauses(reading)]
    around = next(((first, last) for first, last in spans if first <= start and end <= last + 1), (start, end))
    return any(
        source.seq == said.seq and source.path is None and source.start < around[1] and around[0] < source.end
        for field in summary.fields
        for source in field.sources
    )


def _is_put_right(said: Said, start: int, end: int, summary: Summary) -> bool:
    """Whether the citizen put this very number right later: then it is no longer what the summary says."""
    fields = [
        field
        for field in summary.fields
        for source in field.sources
        if source.seq == said.seq and source.path is None and source.start <= start and end <= source.end
    ]
    number = said.text[start:end]
    return bool(fields) and all(field.corrected and number not in field.value for field in fields)


def _seqs(summary: Summary) -> set[int]:
    return {source.seq for field in summary.fields for source in field.sources}


def _with(transcript: Sequence[Said], changed: Said) -> list[Said]:
    return [changed if said.seq == changed.seq else said for said in transcript]


def _put(card: Mapping[str, Any] | list[Any], path: str, value: str) -> Any:
    step, _, rest = path.partition(".")
    if isinstance(card, list):
        return [_put(one, rest, value) if at == int(step) else one for at, one in enumerate(card)]
    return {**card, step: _put(card[step], rest, value) if rest else value}
