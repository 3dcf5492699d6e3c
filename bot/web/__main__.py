"""Runs web: `python -m bot.web`. Stops cleanly on SIGTERM and Ctrl-C."""

from __future__ import annotations

import sys

from aiohttp import web

from bot.errors import SettingsError
from bot.settings import Settings
from bot.web.app import init_app
from bot.web.logs import configure


def main() -> None:
    """Read the settings and serve until told to stop."""
    configure()
    try:
        settings = Settings.read()
        # No access log: it would hold addresses; `bot.web.middlewares.named` has a line for each request.
        web.run_app(
            init_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=None,
            shutdown_timeout=5,
            handle_signals=True,
        )
    except SettingsError as error:
        sys.exit(error.log)


if __name__ == "__main__":
    main()
