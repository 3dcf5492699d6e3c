"""The report as one page of HTML that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.nlu.evaluation.figures import decimal, percent
from bot.nlu.evaluation.report import Report
from bot.nlu.evaluation.telling import headlines

CELL = 22  # pixels: wide enough for a number of two digits
_HEAD = 168  # above the cells, for the names of the columns, which stand aslant
_LEAN = 112  # beside them, for the last of these names
_LABEL = 156


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A square of the picture: ``kind`` is "right-0".."right-3" or "wrong-1".."wrong-3", by its share of the row."""

    x: int
    y: int
    kind: str
    count: int
    told: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The confusion matrix, laid out in pixels: a row for each right intent, a column for each that was said."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]

    cell: int = CELL
    head: int = _HEAD
    label: int = _LABEL

    @property
    def side(self) -> int:
        """Of the square of cells."""
        return len(self.names) * CELL

    @property
    def width(self) -> int:
        """With room for the last column's name."""
        return self.side + _LEAN

    @property
    def height(self) -> int:
        """With the columns' names."""
        return self.side + _HEAD


def picture_of(report: Report, *, order: Sequence[str]) -> Picture:
    """The picture, its intents in ``order`` (those of a block beside each other), then the rest by name."""
    place = {name: number for number, name in enumerate(order)}
    names = sorted(report.per_intent, key=lambda name: (place.get(name, len(place)), name))
    return Picture(names=tuple(names), cells=tuple(_cells(report, names)))


def _cells(report: Report, names: Sequence[str]) -> Iterator[Cell]:
    place = {name: number for number, name in enumerate(names)}
    for name, scores in report.per_intent.items():
        if scores.support:
            hits = round(scores.recall * scores.support)
            kind = "right-0" if not hits else f"right-{_step(scores.recall, (0.8, 0.95))}"
            told = f"{name}: {hits} af {scores.support} rigtige"
            yield Cell(x=place[name] * CELL, y=place[name] * CELL, kind=kind, count=hits, told=told)
    for one in report.confusions:
        support = report.per_intent[one.intent].support
        yield Cell(
            x=place[one.predicted] * CELL,
            y=place[one.intent] * CELL,
            kind=f"wrong-{_step(one.count / support, (0.05, 0.15))}",
            count=one.count,
            told=f"{one.intent} taget for {one.predicted}: {one.count} af {support}",
        )


def _step(share: float, limits: Iterable[float]) -> int:
    return 1 + sum(share >= limit for limit in limits)


def page_of(report: Report, *, order: Sequence[str], model: str, files: Sequence[str], now: datetime) -> str:
    """The page. ``order`` is that of the intents in the picture; ``now`` an aware time, told in Danish time."""
    environment = Environment(
        loader=PackageLoader("bot.nlu.evaluation"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, decimal=decimal)
    picture = picture_of(report, order=order)
    local = now.astimezone(ZoneInfo("Europe/Copenhagen"))
    return environment.get_template("report.html").render(
        report=report,
        headlines=list(headlines(report)),
        picture=picture,
        model=model,
        files=files,
        when=f"{local.day}.{local.month}.{local.year} kl. {local.hour}.{local.minute:02}",
    )
