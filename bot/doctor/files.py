"""The files of the municipality, each read as the programme reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from bot.desk import replies
from bot.doctor.finding import Finding, fault, ok
from bot.errors import SettingsError
from bot.municipality import facts, glossary
from bot.municipality.rows import open_file
from bot.settings import Settings


def look(settings: Settings) -> Iterator[Finding]:
    """Every file that is edited by hand; each wrong line is one finding. Takes some hundred milliseconds."""
    yield from _of("MUNICIPALITY_FILE", "Kommunens oplysninger", settings.municipality_file, facts.load)
    yield from _of("GLOSSARY_FILE", "Ordforklaringerne", settings.glossary_file, glossary.load)
    yield from _of("REPLIES_FILE", "Standardsvarene", settings.replies_file, replies.load)
    folder = settings.assistant_folder
    wanted = ("config.yml", "domain.yml", "data/nlu", "data/stories")
    missing = [name for name in wanted if not (folder / name).exists()]
    if missing:
        yield fault(
            f"Assistentens mappe mangler {', '.join(missing)}.",
            "Kør borgerkontakt prepare, eller skriv den rigtige mappe.",
            setting="ASSISTANT_FOLDER",
        )
    else:
        yield from _of("ASSISTANT_FOLDER", "Assistentens svar i domain.yml", folder / "domain.yml", _domain)
    gone = [file.name for file in settings.test_sets if not file.is_file()]
    if gone:
        yield fault(
            f"Prøverne {', '.join(gone)} er der ikke, så ingen ny version kan måles.",
            "Skriv de rigtige stier med komma imellem.",
            setting="TEST_SETS",
        )


def _of(setting: str, what: str, file: Path, load: Callable[[Path], Any]) -> Iterator[Finding]:
    try:
        load(file)
    except SettingsError as error:
        head, _, listed = error.log.partition(":\n")
        for line in listed.splitlines() or [head]:
            text = line.strip().removeprefix("- ").rstrip(".")
            before = f"{file.name}, " if listed else ""
            yield fault(f"{before}{text}.", f"Ret filen {file}.", setting=setting)
        return
    except OSError:
        yield fault(f"Filen {file} kan ikke læses.", "Skriv den rigtige sti.", setting=setting)
        return
    yield ok(f"{what} er læst og i orden.", setting=setting)


def _domain(file: Path) -> None:
    open_file(file, CommentedMap)
