"""Starts Rasa with its token taken from the environment, where `ps` does not show it.

python -m bot.running.rasa_server MODEL PORT
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML


def endpoints_with(actions_url: str, endpoints: Path, folder: Path) -> Path:
    """A copy of ``endpoints`` in ``folder`` in which the action server is at ``actions_url``.

    `endpoints.yml` itself names the usual place on one machine, so that `rasa shell` works as it stands.
    """
    yaml = YAML()
    written = yaml.load(endpoints.read_text(encoding="utf-8"))
    written["action_endpoint"]["url"] = f"{actions_url}/webhook"
    copy = folder / endpoints.name
    with copy.open("w", encoding="utf-8") as file:
        yaml.dump(written, file)
    return copy


def main() -> None:
    """Serve MODEL on PORT until ended; HOST (default loopback), RASA_TOKEN, ACTIONS_URL come from the environment.

    Where MODEL is a folder, the model is the one that its pointer names (`bot.running.choosing.model_in`).
    """
    import rasa
    from rasa.utils.log_utils import configure_structlog
    from sanic import Sanic

    from bot.running.choosing import NothingToRun, model_in
    from bot.running.rasa_switch import Switch, settle, warm

    given = Path(sys.argv[1])
    try:
        model = model_in(given, say=lambda line: print(line, file=sys.stderr)) if given.is_dir() else given
    except NothingToRun as error:
        sys.exit(error.staff)
    if model is None:
        sys.exit(f"Der er ingen model i {given}. Lav den med: borgerkontakt prepare")
    token = os.environ["RASA_TOKEN"]

    def switch_here(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        settle()  # Rasa loads its model after this
        app.ctx.switch = Switch(app, token)
        app.register_middleware(app.ctx.switch, "request")

    async def warm_up(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        await warm(app.ctx.agent)
        app.ctx.switch.warm = True

    # Rasa's command line does this; without it every message of a citizen is printed, word for word.
    configure_structlog(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="borgerkontakt-") as folder:
        rasa.run(
            model=str(model.resolve()),
            endpoints=str(endpoints_with(os.environ["ACTIONS_URL"], Path("endpoints.yml"), Path(folder))),
            credentials="credentials.yml",
            enable_api=True,
            auth_token=token,
            server_listeners=[(switch_here, "before_server_start"), (warm_up, "after_server_start")],
            interface=os.environ.get("HOST", "127.0.0.1"),
            port=int(sys.argv[2]),
        )


if __name__ == "__main__":
    main()
