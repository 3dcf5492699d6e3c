"""How long to wait before something that failed is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta


def wait_before(
    tries: int, *, first: timedelta, longest: timedelta, chance: Callable[[], float] = random.random
) -> timedelta:
    """The wait after ``tries`` attempts (1 or more): ``first``, then twice as long each time, ``longest`` at most.

    A quarter more or less at random (``chance`` gives 0 to 1), so that what failed together is not tried
    together again, and a server that has just come back is not met by everything at once.
    """
    doubled = first * (1 << min(max(tries, 1) - 1, 20))
    return min(doubled, longest) * (0.75 + 0.5 * chance())
