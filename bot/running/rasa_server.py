"""Starts Rasa with its token taken from the environment, where `ps` does not show it.

python -m bot.running.rasa_server MODEL PORT
"""

from __future__ import annotations

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
    """Serve MODEL on PORT until ended; HOST (default loopback), RASA_TOKEN, ACTIONS_URL come from the environment."""
    import rasa
    from rasa.utils.log_utils import configure_structlog

    # Rasa's command line does this; without it every message of a citizen is printed, word for word.
    configure_structlog(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="borgerkontakt-") as folder:
        rasa.run(
            model=sys.argv[1],
            endpoints=str(endpoints_with(os.environ["ACTIONS_URL"], Path("endpoints.yml"), Path(folder))),
            credentials="credentials.yml",
            enable_api=True,
            auth_token=os.environ["RASA_TOKEN"],
            interface=os.environ.get("HOST", "127.0.0.1"),
            port=int(sys.argv[2]),
        )


if __name__ == "__main__":
    main()
