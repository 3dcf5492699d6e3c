"""How asking a case system fails where it matters whether to ask again; the others are in `bot.errors`."""

from __future__ import annotations

from bot.errors import CaseSystemDown


class CaseSystemBusy(CaseSystemDown):
    """It asks us to come again: worth one more try. ``after`` is its own wish, in seconds; None when it has none."""

    def __init__(
        self, log: str, *, citizen: str | None = None, staff: str | None = None, after: float | None = None
    ) -> None:
        super().__init__(log, citizen=citizen, staff=staff)
        self.after = after


class CaseSystemUnsure(CaseSystemDown):
    """It failed on the way: what was asked may have been done, may still be done, or not."""


class ConnectionCut(CaseSystemUnsure):
    """The connection ended before the whole answer was there."""
