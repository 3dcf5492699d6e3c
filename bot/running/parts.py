"""The parts of an installation on one machine, as processes: what starts each, and where it says it is well."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.identity.dev_provider import command as provider_command
from bot.identity.dev_provider import staff_command
from bot.running.model import QUIET
from bot.settings import ROOT, Settings
from bot.store.crypto import Vault


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process. ``health`` answers 200 when it is ready; ``patience`` is how long that may take, in seconds."""

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str]
    health: str
    log: Path
    patience: float = 120


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the parts listen on loopback."""

    web: int = 8080
    rasa: int = 5005
    actions: int = 5055
    login: int = 9400
    staff_login: int = 9401


def development_environment(folder: Path, ports: Ports, *, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of a developer's machine; what ``environ`` sets wins.

    Keys are made the first time and kept in ``folder``, readable by the owner alone.
    """
    made = {
        "BORGERKONTAKT_ENV": "development",
        **_kept_secrets(folder / "keys.env"),
        "DATABASE_URL": f"sqlite:///{folder / 'borgerkontakt.db'}",
        "CASES_DATABASE_URL": f"sqlite:///{folder / 'sager.db'}",
        "PORT": str(ports.web),
        "PUBLIC_URL": f"http://127.0.0.1:{ports.web}",
        "RASA_URLS": f"http://127.0.0.1:{ports.rasa}",
        "ACTIONS_URL": f"http://127.0.0.1:{ports.actions}",
        "OIDC_ISSUER": f"http://127.0.0.1:{ports.login}",
        "OIDC_CLIENT_ID": "borgerkontakt",
        "OIDC_CLIENT_SECRET": "development",
        "STAFF_OIDC_ISSUER": f"http://127.0.0.1:{ports.staff_login}",
        "STAFF_OIDC_CLIENT_ID": "borgerkontakt-medarbejdere",
        "STAFF_OIDC_CLIENT_SECRET": "development",
        "STAFF_OIDC_DEPARTMENT_CLAIM": "departments",
    }
    return {**made, **environ}


def _kept_secrets(file: Path) -> dict[str, str]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(f"SECRET_KEYS={Vault.new_key()}\nRASA_TOKEN={secrets.token_urlsafe(32)}\n")
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def parts_of(settings: Settings, environ: Mapping[str, str], ports: Ports, *, model: Path, logs: Path) -> list[Part]:
    """The parts in the order they start; they end in the opposite order.

    The login providers are there only on a developer's machine.
    """
    shared = {**environ, **QUIET, "PYTHONUNBUFFERED": "1"}
    python = sys.executable
    parts = []
    if settings.development:
        provider_python = ROOT / ".venv-login" / "bin" / "python"
        providers = [
            ("login", settings.oidc.issuer, provider_command(provider_python, port=ports.login, oidc=settings.oidc))
        ]
        if settings.staff is not None:
            argv = staff_command(provider_python, port=ports.staff_login, oidc=settings.staff)
            providers.append(("staff-login", settings.staff.issuer, argv))
        for name, issuer, argv in providers:
            parts.append(
                Part(
                    name=name,
                    argv=tuple(argv),
                    environ={key: value for key, value in shared.items() if key not in ("SECRET_KEYS", "RASA_TOKEN")},
                    health=f"{issuer}/.well-known/openid-configuration",
                    log=logs / f"{name}.log",
                )
            )
    parts += [
        Part(
            name="actions",
            argv=(python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(ports.actions)),
            # The action server listens on every address unless it is told otherwise.
            environ={**shared, "SANIC_HOST": "127.0.0.1"},
            health=f"{settings.actions_url}/health",
            log=logs / "actions.log",
        ),
        Part(
            name="rasa",
            argv=(python, "-m", "bot.running.rasa_server", str(model), str(ports.rasa)),
            environ={**shared, "HOST": "127.0.0.1"},
            health=f"{settings.rasa_urls[0]}/status?token={settings.rasa_token}",
            log=logs / "rasa.log",
        ),
        Part(
            name="web",
            argv=(python, "-m", "bot.web"),
            environ=shared,
            health=f"http://127.0.0.1:{settings.port}/health/live",
            log=logs / "web.log",
        ),
    ]
    return parts
