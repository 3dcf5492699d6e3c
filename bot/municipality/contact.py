"""Whom a citizen may be told to contact about a case."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases.case import Case, HandlerKind, Sensitivity
from bot.municipality.model import Municipality, ShowHandler


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who answers for a case. ``kind`` is None when the department does, since nobody is set or may be shown.

    ``hidden`` is True when somebody handles the case but may not be named.
    """

    kind: HandlerKind | None
    name: str
    department: str
    phone: str
    email: str
    hours: str
    hidden: bool = False


def contact_for(case: Case, municipality: Municipality) -> Contact:
    """The person, team or department that answers for ``case``, as far as the municipality lets it be shown.

    A person is never named in a case of somebody with a protected role (VIP), nor about a child (KLE 34).
    """
    department = municipality.department(case.department)
    handler = case.handler
    secret = case.sensitivity is Sensitivity.VIP or case.about_a_child
    shown = handler is not None and not secret
    if municipality.show_handler is ShowHandler.NONE:
        shown = False
    elif municipality.show_handler is ShowHandler.TEAM:
        shown = shown and handler is not None and handler.kind is HandlerKind.TEAM
    if handler is None or not shown:
        return Contact(
            kind=None,
            name=department.name,
            department=department.name,
            phone=department.phone,
            email=department.email,
            hours=department.phone_hours.in_words(),
            hidden=handler is not None,
        )
    return Contact(
        kind=handler.kind,
        name=handler.name,
        department=department.name,
        phone=handler.phone or department.phone,
        email=handler.email or department.email,
        # A person's hours hold for the person's number; without one it is the department that is called.
        hours=(handler.hours if handler.phone else None) or department.phone_hours.in_words(),
    )
