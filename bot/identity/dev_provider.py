"""The login provider of a developer's machine: a real OpenID Connect provider with the sample citizens to pick from."""

from __future__ import annotations

import json
from pathlib import Path

from bot.cases.sample import Citizen, load_citizens
from bot.settings import Oidc


def command(python: Path, *, port: int, oidc: Oidc | None = None) -> list[str]:
    """The command that runs `oidc-provider-mock` on loopback at ``port``.

    ``python`` is of the environment the provider is installed in (`.venv-login`); the claims get the
    names that ``oidc`` gives them, or the standard ones. Its issuer is ``http://127.0.0.1:<port>``.

    The citizens, CPR numbers and all, stand on the command line, where every user of the machine can
    read them: they are fictional, and no other use of this is meant. The provider asks for no secret
    and lets anybody be anybody, so it never runs but in development.
    """
    people = [argument for one in load_citizens() for argument in ("--user-claims", _claims(one, oidc))]
    return [str(python), "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port), *people]


def _claims(citizen: Citizen, oidc: Oidc | None) -> str:
    # `sub` is what the provider writes on the button, so it is a name there and not a number.
    names = oidc or Oidc
    claims = {"sub": citizen.sub, names.name_claim: citizen.name, names.level_claim: citizen.level}
    if citizen.cpr is not None:
        claims[names.cpr_claim] = citizen.cpr
    return json.dumps(claims, ensure_ascii=False)
