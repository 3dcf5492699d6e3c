"""The audit trail as CSV, written to the browser as it is read: it may be long."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence

from bot.audit.trail import Line
from bot.audit.words import KINDS, sentence, systems
from bot.municipality.workdays import COPENHAGEN
from bot.training.figures_csv import written

HEAD = (
    "Linje",
    "Tidspunkt",
    "Hvem",
    "Hvem er det",
    "Id",
    "Hvad skete der",
    "Gjorde",
    "Grund",
    "Sted",
    "Om en borger",
    "Sager",
    "Systemer",
    "Udfald",
)


def head() -> bytes:
    """The line of headings, with the mark by which a spreadsheet knows UTF-8."""
    return written(HEAD, ())


def csv_lines(lines: Iterable[Line], title: Callable[[str], str]) -> bytes:
    """Some lines more, times in Danish time; a text that a spreadsheet would take for a formula is disarmed."""
    rows = [_row(line, title) for line in lines]
    return written(rows[0], rows[1:]).removeprefix(codecs.BOM_UTF8) if rows else b""


def _row(line: Line, title: Callable[[str], str]) -> Sequence[str]:
    kinds = {kind.value: word for kind, word in KINDS.items()}
    return (
        str(line.number),
        line.at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S") if line.at else "",
        line.actor_name,
        kinds.get(line.actor_kind, line.actor_kind),
        line.actor,
        sentence(line, title),
        line.doing,
        line.why,
        line.place or "",
        "ja" if line.about_citizen else "nej",
        ", ".join(line.cases),
        systems(line),
        line.outcome,
    )
