"""The machine: room on the disks, and folders that can be written in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.doctor.finding import Finding, fault, ok, warning

_GIB: Final = 2**30
LITTLE: Final = 2 * _GIB  # a version of the assistant is some 100 MiB, and a database grows
TOO_LITTLE: Final = _GIB // 4


def room(folders: Mapping[str, tuple[Path, str]]) -> Iterator[Finding]:
    """What there is to say of each folder, by what it is for: where it is, and the setting that says so."""
    for what, (folder, setting) in folders.items():
        there = _nearest(folder)
        if not os.access(there, os.W_OK | os.X_OK):
            yield fault(
                f"Vi må ikke skrive i {there}, hvor {what} ligger.",
                "Giv den bruger, Borgerkontakt kører som, lov til det.",
                setting=setting,
            )
            continue
        free = shutil.disk_usage(there).free
        said = f"Der er {_size(free)} plads, hvor {what} ligger."
        if free < TOO_LITTLE:
            yield fault(
                said, "Ryd op, eller giv disken mere plads. Bliver den fuld, kan intet gemmes.", setting=setting
            )
        elif free < LITTLE:
            yield warning(said, "Ryd op, eller giv disken mere plads.", setting=setting)
        else:
            yield ok(said, setting=setting)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: it is made when it is first used."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    return there


def _size(number: int) -> str:
    if number >= _GIB:
        return f"{number // _GIB} GB"
    return f"{number // 2**20} MB"
