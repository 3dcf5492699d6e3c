"""Prints recall and precision of the summaries: `python -m tests.handoff`; with -v what was missed or too much."""

from __future__ import annotations

import sys

from tests.handoff.corpus import HELD_OUT, conversations
from tests.handoff.measuring import measure


def main() -> None:
    every = conversations()
    for title, some in (
        ("Alle samtaler", every),
        ("Kun dem, der var gemt til sidst", [one for one in every if one.file == HELD_OUT]),
    ):
        score = measure(some)
        print(f"{title} ({len(list(some))})\n{score.table()}\n")
        if "-v" in sys.argv:
            for name, label in score.missed:
                print(f"  mangler    {name}: {label.kind} {label.seq}: {label.value}")
            for name, field in score.extra:
                print(f"  for meget  {name}: {field.kind} {field.sources[0].seq}: {field.value}")


main()
