"""The login provider of a developer's machine: a real OpenID Connect provider with the sample citizens to pick from."""

from __future__ import annotations

from pathlib import Path

from bot.cases.sample import citizens_file
from bot.settings import ROOT, Oidc


def command(python: Path, *, port: int, oidc: Oidc | None = None) -> list[str]:
    """The command that runs `oidc-provider-mock` on loopback at ``port`` (see `scripts/login_provider`).

    ``python`` is of the environment the provider is installed in (`.venv-login`); the claims get the
    names that ``oidc`` gives them, or the standard ones. Its issuer is ``http://127.0.0.1:<port>``.

    The provider asks for no secret and lets anybody be anybody: it never runs but in development.
    """
    names = oidc or Oidc
    return [
        str(python),
        str(ROOT / "scripts" / "login_provider"),
        "--port",
        str(port),
        "--citizens",
        str(citizens_file()),
        "--cpr-claim",
        names.cpr_claim,
        "--name-claim",
        names.name_claim,
        "--level-claim",
        names.level_claim,
    ]
