"""Ends a process when whoever started it is gone, however that came: killed, crashed, or ended by itself.

Whoever starts it holds the other end of its standard input open, and the system closes that end with its holder.
"""

from __future__ import annotations

import os
import sys
import threading


def end_with_input() -> None:
    """Have this process end at once when its standard input comes to its end; to be called once."""
    threading.Thread(target=_watch, name="tied", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)  # nothing here is worth finishing: nobody is there who would take it
