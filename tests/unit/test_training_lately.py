"""What takes long to read is read once for all who ask within a while."""

from __future__ import annotations

import asyncio

import pytest

from bot.training.lately import Lately


class Reader:
    """Counts how often it is asked and how many ask at once; gives the count."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self.fails = False
        self.lately: Lately[str, int] = Lately(self.read, seconds=60, clock=lambda: self.seconds)

    async def read(self, key: str) -> int:
        self.asked.append(key)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.fails:
            raise OSError
        return len(self.asked)


async def test_all_who_ask_within_a_minute_are_told_what_one_of_them_read() -> None:
    """Also those who ask while it is being read; afterwards it is read anew, and so is another day's."""
    reader = Reader()
    assert await asyncio.gather(*(reader.lately("i dag") for _ in range(5))) == [1] * 5
    reader.seconds = 59.9
    assert await reader.lately("i dag") == 1
    reader.seconds = 60
    assert await asyncio.gather(*(reader.lately("i dag") for _ in range(5))) == [2] * 5
    assert await asyncio.gather(reader.lately("i morgen"), reader.lately("i morgen")) == [3, 3]
    assert (reader.asked, reader.most_at_once) == (["i dag", "i dag", "i morgen"], 1)


async def test_what_could_not_be_read_is_not_kept() -> None:
    """The next who asks tries again."""
    reader = Reader()
    reader.fails = True
    with pytest.raises(OSError):
        await reader.lately("i dag")
    reader.fails = False
    assert await reader.lately("i dag") == 2
