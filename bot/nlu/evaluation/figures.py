"""How a figure is written in Danish."""

from __future__ import annotations

NONE = "–"


def percent(share: float | None) -> str:
    """A share as per cent with one decimal: "91,2 %"; a dash where there is none."""
    return NONE if share is None else f"{share * 100:.1f} %".replace(".", ",")


def decimal(value: float | None, *, places: int = 3) -> str:
    """A number with a decimal comma: "0,912"; a dash where there is none."""
    return NONE if value is None else f"{value:.{places}f}".replace(".", ",")


def counted(n: int, one: str, more: str) -> str:
    """ "1 besked", "1.204 beskeder"."""
    return f"{n:,}".replace(",", ".") + " " + (one if n == 1 else more)
