"""The login providers of a developer's machine: real OpenID Connect, with the sample people to pick from."""

from __future__ import annotations

from pathlib import Path

from bot.cases.sample import citizens_file
from bot.settings import ROOT, Oidc, StaffOidc

# Somebody to log in to the desk as.
EXAMPLE_STAFF = "Mette Holm"
# And to /training.
EXAMPLE_TRAINER = "Karen Friis"


def command(python: Path, *, port: int, oidc: Oidc | None = None) -> list[str]:
    """The command that runs `oidc-provider-mock` with the sample citizens (see `scripts/login_provider`).

    ``python`` is of the environment the provider is installed in (`.venv-login`); the claims get the
    names that ``oidc`` gives them, or the standard ones. It listens on loopback; its issuer is
    ``http://127.0.0.1:<port>``.

    The provider asks for no secret and lets anybody be anybody: it never runs but in development.
    """
    names = oidc or Oidc
    claims = {"cpr": names.cpr_claim, "name": names.name_claim, "loa": names.level_claim}
    return _command(python, port, citizens_file(), claims)


def staff_command(python: Path, *, port: int, oidc: StaffOidc | None = None) -> list[str]:
    """The same with the sample staff, each with the roles and departments the pick-list tells."""
    names = oidc or StaffOidc
    claims = {"name": names.name_claim, "email": names.email_claim, "roles": names.roles_claim}
    if names.department_claim:
        claims["departments"] = names.department_claim
    return [*_command(python, port, staff_file(), claims), "--heading", "Hvilken medarbejder vil du være?"]


def staff_file() -> Path:
    """The sample staff, as the login provider for testing reads them."""
    return Path(__file__).resolve().parent / "sample_staff.json"


def _command(python: Path, port: int, people: Path, claims: dict[str, str]) -> list[str]:
    argv = [str(python), str(ROOT / "scripts" / "login_provider"), "--port", str(port), "--people", str(people)]
    for ours, theirs in claims.items():
        argv += ["--claim", f"{ours}={theirs}"]
    return argv
