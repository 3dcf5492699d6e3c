"""Who there is at the desk to give a handoff to, and who of them takes conversations now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.desk.queue import AT_THE_DESK
from bot.store.crypto import Vault
from bot.store.engine import reading
from bot.store.staff_tables import staff


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who may have a handoff; ``departments`` are keys."""

    id: str
    name: str = field(repr=False)
    departments: tuple[str, ...]
    available: bool


def colleagues(engine: Engine, vault: Vault, now: datetime) -> list[Colleague]:
    """Everybody who may have a handoff, those who take conversations at ``now`` (aware) first, then by name."""
    with reading(engine) as connection:
        rows = connection.execute(select(staff.c.id, staff.c.roles, staff.c.sealed, staff.c.available_until)).all()
    made = []
    for row in rows:
        if AT_THE_DESK.isdisjoint(row.roles.split(",")):
            continue
        said = vault.open_json(row.sealed)
        made.append(
            Colleague(
                id=row.id,
                name=said["name"],
                departments=tuple(said["departments"]),
                available=row.available_until is not None and row.available_until > now,
            )
        )
    return sorted(made, key=lambda one: (not one.available, one.name))
