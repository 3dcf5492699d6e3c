"""Starts Rasa with its token taken from the environment, where `ps` does not show it.

python -m bot.running.rasa_server MODEL PORT
"""

from __future__ import annotations

import logging
import os
import sys


def main() -> None:
    """Serve MODEL on PORT until ended; HOST (default loopback) and RASA_TOKEN come from the environment."""
    import rasa
    from rasa.utils.log_utils import configure_structlog

    # Rasa's command line does this; without it every message of a citizen is printed, word for word.
    configure_structlog(logging.WARNING)
    rasa.run(
        model=sys.argv[1],
        endpoints="endpoints.yml",
        credentials="credentials.yml",
        enable_api=True,
        auth_token=os.environ["RASA_TOKEN"],
        interface=os.environ.get("HOST", "127.0.0.1"),
        port=int(sys.argv[2]),
    )


if __name__ == "__main__":
    main()
