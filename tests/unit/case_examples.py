"""Cases for unit tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.cases.case import Case, Handler, HandlerKind, Party, Role, Sensitivity, State


def a_case(
    number: str = "27.36.04-G01-112-26", title: str | None = "Personlig og praktisk hjælp", **changes: Any
) -> Case:
    """An open case; its KLE number and ref follow from its number unless given."""
    whole = Case(
        ref=f"ref{number[-6:]}{number[:5]}",
        number=number,
        title=title,
        kle=number[:8],
        state=State.PROCESSING,
        status_text=None,
        opened=date(2026, 10, 1),
        changed=date(2026, 11, 1),
        department="aeldre",
        handler=None,
        parties=(Party(name="Anna Bjerregaard", role=Role.PRIMARY),),
        my_role=Role.PRIMARY,
        sensitivity=Sensitivity.ORDINARY,
    )
    return replace(whole, **changes)


CARE = a_case(handler=Handler(kind=HandlerKind.PERSON, name="Mette Holm"))
BUILDING = a_case("02.34.02-G01-318-26", "Byggetilladelse til carport", department="byggesag")
SICKNESS = a_case("32.30.04-G01-1207-26", "Sygedagpenge", department="ydelse")
WELFARE = a_case("32.24.04-G01-845-26", "Kontanthjælp", department="ydelse")
DEPOSIT = a_case("32.24.04-G01-911-26", "Hjælp til depositum", department="ydelse")
HOME = a_case("27.42.08-G01-58-26", "Plejebolig")
SHED = a_case("02.34.02-G01-351-26", "Terrasse og skur", department="byggesag")
