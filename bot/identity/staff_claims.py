"""Which member of staff an identity provider's claims name, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.identity.id_token import claim_at
from bot.settings import STAFF_ROLES, StaffOidc

_WITHOUT_NAME = "Medarbejder"
_MAIL = re.compile(r"[^\s@<>\",;]{1,64}@[^\s@<>\",;]{1,190}", re.ASCII)
_LONGEST_NAME = 100  # characters; citizens see it at every message


@dataclass(frozen=True, kw_only=True)
class StaffClaims:
    """Who the provider says it is. ``roles`` are ours, in the order of the settings; empty when it gave none of them.

    ``email`` is empty when the provider gave none. ``departments`` are keys of the municipality's file.
    """

    issuer: str
    sub: str = field(repr=False)
    name: str = field(repr=False)
    email: str = field(repr=False)
    roles: tuple[str, ...]
    departments: tuple[str, ...]
    id_token: str = field(repr=False)


def identified_staff(claims: Mapping[str, Any], oidc: StaffOidc, *, id_token: str) -> StaffClaims:
    """The member of staff that ``claims`` name; they hold already (`bot.identity.id_token.verified`).

    That somebody has no role is for who keeps their sessions to refuse: those they have must end as well.
    """
    values = set(_items(claim_at(claims, oidc.roles_claim)))
    departments = _items(claim_at(claims, oidc.department_claim)) if oidc.department_claim else []
    email = claim_at(claims, oidc.email_claim)
    return StaffClaims(
        issuer=str(claims["iss"]),
        sub=str(claims["sub"]),
        name=_name(claim_at(claims, oidc.name_claim)),
        email=email if isinstance(email, str) and _MAIL.fullmatch(email) else "",
        roles=tuple(role for role in STAFF_ROLES if values & set(oidc.roles.get(role, ()))),
        departments=tuple(dict.fromkeys(departments)),
        id_token=id_token,
    )


def _items(value: Any) -> list[str]:
    """A list of texts as it is, or one text with spaces or commas between; anything else holds nothing."""
    if isinstance(value, str):
        return [item for item in re.split(r"[\s,]+", value) if item]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _name(value: Any) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(letter for letter in words if letter.isprintable())[:_LONGEST_NAME].strip() or _WITHOUT_NAME
