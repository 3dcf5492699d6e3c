"""What a process loads: each part only what it needs."""

from __future__ import annotations

import subprocess
import sys

from bot.settings import ROOT

_LOAD_ACTIONS = """
import importlib, pkgutil, sys, actions
for module in pkgutil.iter_modules(actions.__path__):
    importlib.import_module(f"actions.{module.name}")
print(*sorted({name.partition(".")[0] for name in sys.modules} | {n for n in sys.modules if n.startswith("bot.")}))
"""


def test_the_action_server_loads_neither_web_nor_rasa_nor_their_http_client() -> None:
    """Actions need the domain alone: nothing of web, of Rasa itself or of the gateway to it."""
    loaded = subprocess.run(
        [sys.executable, "-c", _LOAD_ACTIONS], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert "bot.chat.turn" in loaded
    assert not {"aiohttp", "rasa", "bot.web", "bot.chat.rasa"} & set(loaded)
