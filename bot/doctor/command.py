"""The whole examination, as the command `borgerkontakt doctor` asks for it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from dotenv import dotenv_values

from bot.doctor.checking import Check, run
from bot.doctor.checks import all_of, in_dotenv, unread
from bot.doctor.secrecy import Secrecy
from bot.doctor.telling import json_of, lines_of
from bot.errors import SettingsError
from bot.running.parts import Ports, development_environment
from bot.settings import Settings


def examine(
    given: Mapping[str, str], *, dotenv: Path, folder: Path, as_json: bool = False
) -> tuple[int, Sequence[str]]:
    """Try everything, and give what the command ends with and the lines it prints.

    ``given`` is what `.env` and the environment set. Without the file ``dotenv``, and where nothing says otherwise,
    development's settings are tried, as `borgerkontakt run` would use them; its files are in ``folder``.
    """
    usual = "production" if dotenv.exists() or given.get("SECRET_KEYS") else "development"
    environ = dict(given)
    if given.get("BORGERKONTAKT_ENV", usual) == "development":
        environ = _development(folder, given)
    file = dotenv_values(dotenv) if dotenv.exists() else {}
    with _quiet():
        report = asyncio.run(run([*in_dotenv(dotenv, file), *_checks(environ, folder)]))
    secrecy = Secrecy(environ)
    if as_json:
        return report.exit_code, [json.dumps(json_of(report, secrecy), ensure_ascii=False, indent=2)]
    return report.exit_code, list(lines_of(report, secrecy))


def _development(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Development's settings; where they were never used, with keys that are thrown away again."""
    if (folder / "keys.env").exists():
        return development_environment(folder, Ports(), environ=given)
    with TemporaryDirectory(prefix="borgerkontakt-") as other:
        made = development_environment(Path(other), Ports(), environ=given)
        return {name: value.replace(other, str(folder)) for name, value in made.items()}


def _checks(environ: Mapping[str, str], folder: Path) -> list[Check]:
    try:
        settings = Settings.read(environ, dotenv=Path(os.devnull))
    except SettingsError as error:
        return unread(error)
    return all_of(settings, folder=folder)


@contextmanager
def _quiet() -> Iterator[None]:
    """What fails is told in the report; the logs of those who were asked would stand in between, in English."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(disabled)
        structlog.configure(**before)
