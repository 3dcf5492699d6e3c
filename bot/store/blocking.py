"""Lets an event loop wait for the database, which blocks: a bounded number of threads, shared by all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Blocking:
    """``await blocking(function, ...)`` runs it in one of ``threads``; further calls wait their turn."""

    def __init__(self, threads: int = 8) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    async def __call__(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What ``function`` gives or raises. Cancelled, it still runs to its end."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Wait for what runs; what has not begun is dropped."""
        self._threads.shutdown(cancel_futures=True)
