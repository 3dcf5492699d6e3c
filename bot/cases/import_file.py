"""Reading a file of cases, CSV or JSON, into rows of text; what the rows mean is `import_rows`' matter."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import InputError


class ImportProblems(InputError):
    """A file of cases did not hold, and nothing of it was kept.

    ``lines``: every problem, in Danish, without CPR numbers, in the order of the file.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(f"a file of cases had {len(self.lines)} problems", staff="\n".join(self.lines))


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a row. ``label`` is what the file itself calls the column; ``problem`` says why it is no text."""

    label: str
    value: str = field(repr=False)
    problem: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case in the file. ``where`` names it in Danish; ``cells`` has a cell for each column by its key.

    Keys are folded headings ("aendret"); those of lists are numbered ("part_2_cpr").
    """

    where: str
    cells: dict[str, Cell]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """All rows of a file, and in ``notes`` what whoever imports it should be told."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read(path: Path) -> Content:
    """Read ``path``. Raises ImportProblems when it can't be read as CSV or JSON at all."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ImportProblems([f"Filen {path.name} kan ikke åbnes ({error.strerror})."]) from None
    text, notes = _decode(raw)
    if not text.strip():
        raise ImportProblems(["Filen er tom. Første linje skal være overskrifter, og hver række derefter en sag."])
    is_json = path.suffix.lower() == ".json" or (path.suffix.lower() != ".csv" and text.lstrip()[:1] in "[{")
    rows = _json_rows(text) if is_json else _csv_rows(text)
    return Content(rows=tuple(rows), notes=notes)


def key_of(heading: str) -> str:
    """A heading as a key: "Part 1 CPR" and "part1_cpr" become "part_1_cpr", "Følsomhed" "foelsomhed"."""
    folded = heading.strip().lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    spaced = re.sub(r"(?<=[a-z])(?=[0-9])", "_", re.sub(r"[^a-z0-9]+", "_", folded))
    return spaced.strip("_")


def _decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportProblems(["Filen er gemt som UTF-16 (»Unicode-tekst«). Gem den som »CSV UTF-8«, og prøv igen."])
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        broken = ImportProblems(
            [
                f"Filen er ikke gyldig UTF-8 (byte nr. {error.start + 1}) og heller ikke Windows-1252. "
                "Gem den som »CSV UTF-8«, og prøv igen."
            ]
        )
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise broken from None
    if re.search("Ã[¦¸¥†˜…]", text):  # æ, ø, å in UTF-8 read as Windows-1252: the file mixes the two
        raise broken
    return text, ("Filen er gemt i Windows-1252, ikke UTF-8. Den er læst sådan: se efter, at æ, ø og å er rigtige.",)


def _csv_rows(text: str) -> Iterable[Row]:
    declared = re.match(r'"?sep=(.)"?\r?\n', text)  # Excel's own way to tell
    skipped = 1 if declared else 0
    body = text[declared.end() :] if declared else text
    heading = body.lstrip("\r\n").split("\n", 1)[0]
    delimiter = declared[1] if declared else max(";,\t", key=heading.count)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        lines.extend(reader)
    except csv.Error:
        raise ImportProblems(
            [f"Linje {reader.line_num + skipped} er ikke gyldig CSV. Se efter, at hvert anførselstegn er lukket."]
        ) from None
    labels: list[str] | None = None
    for number, line in enumerate(lines, 1 + skipped):
        if not any(value.strip() for value in line):
            continue
        if labels is None:
            labels = [label.strip() for label in line]
            _check_headings(labels)
            continue
        cells = {
            key_of(label): Cell(label=label, value=value.strip())
            for label, value in zip(labels, line, strict=False)
            if label and value.strip()
        }
        lost = [value for value in line[len(labels) :] if value.strip()]
        lost += [value for label, value in zip(labels, line, strict=False) if not label and value.strip()]
        yield Row(
            where=f"Række {number}",
            cells=cells,
            problems=("rækken har flere felter end overskrifter. Sæt tekst med skilletegn i anførselstegn.",)
            * bool(lost),
        )


def _check_headings(labels: list[str]) -> None:
    keys = [key_of(label) for label in labels if label]
    twice = {key_of(label): label for label in labels if label and keys.count(key_of(label)) > 1}
    if twice:
        raise ImportProblems([f"Kolonnen »{label}« står der flere gange." for label in twice.values()])


def _json_rows(text: str) -> Iterable[Row]:
    try:
        parsed = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise ImportProblems(
            [f"Filen er ikke gyldig JSON: fejlen er ved linje {error.lineno}, tegn {error.colno}."]
        ) from None
    except RecursionError:
        raise ImportProblems(["Filen er ikke en liste af sager: den har alt for mange lag."]) from None
    items = parsed.get("sager") if isinstance(parsed, dict) else parsed
    if not isinstance(items, list):
        raise ImportProblems(['Filen skal være en liste af sager: [ {…}, {…} ] eller {"sager": [ … ]}.'])
    for number, item in enumerate(items, 1):
        where = f"Sag {number}"
        if not isinstance(item, dict):
            yield Row(where=where, cells={}, problems=("skal være et objekt med navne og værdier: {…}.",))
            continue
        cells: dict[str, Cell] = {}
        problems: list[str] = []
        for label, value in item.items():
            _flatten(label, value, cells, problems)
        yield Row(where=where, cells=cells, problems=tuple(problems))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ImportProblems([f"Navnet »{name}« står der flere gange i samme objekt." for name in twice])
    return made


# The lists a case has in JSON, and what one of each is called in the numbered columns of CSV.
_LISTS = {"parter": "part", "haendelser": "haendelse", "opgaver": "opgave"}


def _flatten(label: str, value: Any, cells: dict[str, Cell], problems: list[str]) -> None:
    """Put a JSON value into ``cells`` under the same keys that CSV has."""
    key = key_of(label)
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            problems.append(f"{label} skal være en liste af objekter: [ {{…}} ].")
            return
        for number, item in enumerate(value, 1):
            for name, inner in item.items():
                _put(f"{_LISTS[key]}_{number}_{key_of(name)}", f"{label} nr. {number}, {name}", inner, cells, problems)
    elif key == "sagsbehandler" and isinstance(value, dict):
        for name, inner in value.items():
            inner_key = "sagsbehandler" if key_of(name) == "navn" else f"sagsbehandler_{key_of(name)}"
            _put(inner_key, f"{label}, {name}", inner, cells, problems)
    else:
        _put(key, label, value, cells, problems)


def _put(key: str, label: str, value: Any, cells: dict[str, Cell], problems: list[str]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        value = "ja" if value else "nej"
    if isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        cells[key] = Cell(label=label, value="", problem="værdien skal være tekst i anførselstegn.")
    elif key in cells:
        problems.append(f"{label} er det samme som {cells[key].label}. Slet det ene.")
    elif value.strip():
        cells[key] = Cell(label=label, value=value.strip())
