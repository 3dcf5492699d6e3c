"""Makes webs start and go on fast: imported, by its name, in the process that they are forked from, and only there."""

from __future__ import annotations

from functools import lru_cache

import bot.chat.housekeeping
import bot.web.__main__
import bot.web.app
from bot.settings import ROOT

# Read once for all of them.
bot.web.app.load = lru_cache(bot.web.app.load)
bot.web.app.load(ROOT / "data" / "kommune.yml")
# Five seconds between two looks at what is due would be most of the time that a walk takes.
bot.chat.housekeeping.LOOK_EVERY = 0.5
