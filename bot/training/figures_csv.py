"""The figures as CSV that a Danish spreadsheet opens by itself: UTF-8 with a mark, semicolons, a comma for decimals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum

from bot.desk.words import TRIGGERS
from bot.handoff.texts import QUESTIONS
from bot.training.figures import Figures

Cell = str | int | float | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would reckon with (OWASP, CSV injection)


class Table(str, Enum):
    """Which of the tables; the value is what the address says."""

    TOTALS = "total"
    DAY = "day"
    MATTER = "matter"
    TRIGGER = "trigger"
    INTENT = "intent"


FILES = {
    Table.TOTALS: "samlet",
    Table.DAY: "dage",
    Table.MATTER: "emner",
    Table.TRIGGER: "grunde",
    Table.INTENT: "hensigter",
}


def csv_of(figures: Figures, table: Table) -> bytes:
    """One table of the figures, with a line of headings."""
    return written(*_ROWS[table](figures))


def written(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Lines of CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(each) for each in head])
    writer.writerows([_cell(each) for each in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    if isinstance(value, (int, date)):
        return str(value)
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


_Made = tuple[Sequence[str], Iterable[Sequence[Cell]]]


def _totals(figures: Figures) -> _Made:
    rows: list[Sequence[Cell]] = [
        ("Fra", figures.first),
        ("Til", figures.last),
        ("Samtaler", figures.conversations),
        ("Løst uden et menneske", figures.solved),
        ("Givet videre til et menneske", figures.handed_off),
        ("Sluttede med ikke forstået", figures.unsolved),
        ("Beskeder, der ikke blev forstået", figures.not_understood),
        ("Beskeder, hvor robotten spurgte tilbage", figures.asked_back),
        ("Beskeder, der er meldt som forkert forstået", figures.marked_wrong),
        ("Ventetid i minutter, midterste", figures.waits.median),
        ("Ventetid i minutter, ni ud af ti højst", figures.waits.nine_in_ten),
        ("Behandlingstid i minutter, midterste", figures.handling.median),
        ("Løfter holdt", figures.promised.kept),
        ("Løfter brudt", figures.promised.broken),
        ("Besvarede spørgeskemaer", figures.survey.n),
        *((words, figures.survey.averages[name]) for name, words in QUESTIONS.items()),
    ]
    return ("Tal", "Værdi"), rows


def _days(figures: Figures) -> _Made:
    head = ("Dag", "Samtaler", "Løst uden et menneske", "Givet videre", "Sluttede med ikke forstået")
    rows = (
        (day.day, day.conversations, day.solved, day.handed_off, day.unsolved, day.not_understood)
        for day in figures.per_day
    )
    return (*head, "Beskeder, der ikke blev forstået"), rows


def _matters(figures: Figures) -> _Made:
    head = ("KLE-nummer", "Emne", "Tilbudt et menneske", "Givet videre")
    # A number such as 02.34 is no date and no decimal: the text before it keeps a spreadsheet from making it one.
    rows = (
        (f"KLE {each.kle}" if each.kle else "", each.title, each.conversations, each.handed_off)
        for each in figures.per_matter
    )
    return head, rows


def _triggers(figures: Figures) -> _Made:
    return ("Grund", "Samtaler"), ((TRIGGERS[trigger], n) for trigger, n in figures.by_trigger.items())


def _intents(figures: Figures) -> _Made:
    head = ("Hensigt", "Navn i filerne", "Beskeder", "Spurgte tilbage eller ikke forstået")
    return head, ((each.title, each.intent or "", each.n, each.not_sure) for each in figures.per_intent)


_ROWS = {
    Table.TOTALS: _totals,
    Table.DAY: _days,
    Table.MATTER: _matters,
    Table.TRIGGER: _triggers,
    Table.INTENT: _intents,
}
