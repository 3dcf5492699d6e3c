"""Whether an ID token holds, and which citizen it names (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.identity.refusals import LoginTooLow, LoginUntrusted, LoginWithoutCpr
from bot.privacy import cpr as cpr_numbers
from bot.settings import Oidc

# Only signatures that the provider alone can make. With an HMAC the "key" would be something the
# client knows as well, and `none` is no signature.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
LEEWAY = 60  # seconds that the provider's clock and ours may differ
_FRESH = 10 * 60  # seconds; an attempt lives no longer (`bot.identity.attempts`), so no login in it is older


class UnknownKey(LoginUntrusted):
    """The token is signed with a key we do not know, or not as we know it: the provider may have changed keys."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Who the provider says it is: ``cpr`` ten digits, ``name`` empty when it gave none."""

    cpr: str = field(repr=False)
    name: str = field(repr=False)
    level: str
    id_token: str = field(repr=False)


def verified(
    id_token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    algorithms: Collection[str],
    now: datetime,
) -> Mapping[str, Any]:
    """The claims of ``id_token`` if all of it holds; UnknownKey or LoginUntrusted if not.

    Checks the signature with the ``algorithms`` given, iss, aud (and azp where there are several),
    exp, iat and nbf with `LEEWAY`, nonce, and at_hash where there is one.
    """
    try:
        # Brokers put header fields of their own beside the standard ones; those are passed over.
        registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
        token = jwt.decode(id_token, keys, registry=registry)
    except (InvalidKeyIdError, BadSignatureError) as error:
        # A provider that gives its keys no names shows a change of keys only as a bad signature.
        raise UnknownKey(f"ID token refused: {type(error).__name__}") from error
    except (JoseError, ValueError, TypeError) as error:
        raise LoginUntrusted(f"ID token refused: {type(error).__name__}") from error
    if not isinstance(token.claims, dict):
        raise LoginUntrusted("ID token refused: no claims")
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
        params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        claim = getattr(error, "claim", "")
        raise LoginUntrusted(f"ID token refused: {type(error).__name__} {claim}".rstrip()) from error
    return token.claims


def is_stale(claims: Mapping[str, Any], *, now: datetime) -> bool:
    """Whether they logged in before the attempt can have begun; False where the provider does not say when."""
    when = claims.get("auth_time")
    if not isinstance(when, int | float) or isinstance(when, bool):
        return False
    return now.timestamp() - when > _FRESH + LEEWAY


def identified(claims: Mapping[str, Any], oidc: Oidc, *, id_token: str) -> Claims:
    """The citizen that ``claims`` name, at a level that counts. Raises LoginTooLow or LoginWithoutCpr.

    The level comes first: who logged in too low is told so, whatever else is missing.
    """
    level = claim_at(claims, oidc.level_claim)
    if not isinstance(level, str) or level not in oidc.levels:
        raise LoginTooLow("login below the levels of OIDC_LEVELS, or without one")
    number = claim_at(claims, oidc.cpr_claim)
    cpr = cpr_numbers.parse(number) if isinstance(number, str) else None
    if cpr is None:
        raise LoginWithoutCpr("login without a valid CPR number")
    name = claim_at(claims, oidc.name_claim)
    return Claims(cpr=cpr, name=" ".join(name.split()) if isinstance(name, str) else "", level=level, id_token=id_token)


def claim_at(claims: Mapping[str, Any], name: str) -> Any:
    """The value of a claim, or None. A name that no claim has is read as a path: `realm_access.roles`.

    The whole name comes first, for brokers put dots in names (`dk.cpr`, `https://data.gov.dk/…`).
    """
    if name in claims:
        return claims[name]
    value: Any = claims
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
