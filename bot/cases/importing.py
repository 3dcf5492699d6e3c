"""`borgerkontakt cases import FILE`: cases from CSV or JSON into the embedded register, all of them or none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.cases import import_file as files
from bot.cases import import_rows
from bot.cases.days import danish_today
from bot.cases.import_file import ImportProblems
from bot.cases.record import CaseRecord
from bot.cases.sql import save
from bot.cases.sql.failures import told_as_case_system
from bot.store.crypto import Vault
from bot.store.engine import writing

__all__ = ["ImportProblems", "Imported", "import_file", "read_file"]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: cases that were new, cases that were known and are now as the file says.

    ``notes``: what whoever imported should be told, in Danish.
    """

    new: int
    updated: int
    notes: tuple[str, ...] = ()


def import_file(
    path: Path, engine: Engine, vault: Vault, *, departments: Collection[str], today: date | None = None
) -> Imported:
    """Read the cases in ``path`` and keep them in one transaction; a known case number is updated, not doubled.

    ``departments`` are the keys of `data/kommune.yml` a case may belong to; relative dates in the file
    count from ``today`` (default: now, in Denmark). Raises ImportProblems with everything that is wrong
    in the file, and CaseSystemError when the register can't be used; nothing is kept then.
    """
    records, notes = read_file(path, departments=departments, today=today)
    with told_as_case_system(), writing(engine) as connection:
        saved = save(connection, vault, records)
    return Imported(new=saved.new, updated=saved.updated, notes=notes)


def read_file(
    path: Path, *, departments: Collection[str], today: date | None = None
) -> tuple[tuple[CaseRecord, ...], tuple[str, ...]]:
    """The cases in ``path``, checked, and notes for whoever imports them. Raises ImportProblems."""
    content = files.read(path)
    checked = import_rows.check(content.rows, departments=departments, today=today or danish_today())
    if checked.problems:
        raise ImportProblems((*content.notes, *checked.problems))
    return checked.records, content.notes
