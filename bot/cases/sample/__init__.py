"""Sample cases and citizens of the fictional Nørreå Kommune, for development and tests.

`cases.json` is in the format of `borgerkontakt cases import`, with dates counted from the day of the
import ("-21d"). No CPR number in it can be anybody's: each has a valid date and fails modulus 11.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

# The departments the sample's cases belong to, as `data/kommune.yml` names them.
DEPARTMENTS = frozenset(
    {
        "borgerservice",
        "jobcenter",
        "ydelse",
        "social",
        "aeldre",
        "sundhed",
        "boern_familie",
        "skole_dagtilbud",
        "byggesag",
        "vej_park",
        "affald",
    }
)


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """A sample citizen as the login provider for testing knows them; ``sub`` is what its pick-list shows.

    ``cpr`` is None for a login that gives no CPR number; ``level`` is the value of the claim ``loa``;
    ``about`` says in Danish what this citizen is good for trying out.
    """

    sub: str
    name: str
    cpr: str | None = field(repr=False)
    level: str
    about: str


def load_citizens() -> list[Citizen]:
    """Every sample citizen, the one to demonstrate with first."""
    raw = json.loads(citizens_file().read_text(encoding="utf-8"))
    return [
        Citizen(sub=one["sub"], name=one["name"], cpr=one.get("cpr"), level=one["loa"], about=one["about"])
        for one in raw
    ]


def citizens_file() -> Path:
    """The sample citizens, as the login provider for testing reads them."""
    return _FOLDER / "citizens.json"


def sample_file() -> Path:
    """The sample cases, to be imported."""
    return _FOLDER / "cases.json"
