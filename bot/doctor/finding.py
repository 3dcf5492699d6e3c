"""What a check found: how bad it is, what is, what to do, and about which setting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is; the values are what people are shown."""

    OK = "ok"
    WARNING = "advarsel"
    FAULT = "fejl"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``said`` is one Danish sentence of what is, ``do`` one of what to do about it (empty when all is well).

    ``setting`` is what the setting is called in `.env`; empty where it is about something else. Neither text quotes a
    secret, or what another system wrote.
    """

    level: Level
    said: str
    do: str = ""
    setting: str = ""


def ok(said: str, *, setting: str = "") -> Finding:
    """Nothing to do."""
    return Finding(level=Level.OK, said=said, setting=setting)


def warning(said: str, do: str, *, setting: str = "") -> Finding:
    """It works, or will work, but somebody should look at it."""
    return Finding(level=Level.WARNING, said=said, do=do, setting=setting)


def fault(said: str, do: str, *, setting: str = "") -> Finding:
    """It does not work until somebody puts it right."""
    return Finding(level=Level.FAULT, said=said, do=do, setting=setting)


def seconds(number: float) -> str:
    """A time as people read it in Danish: two digits after the comma below ten, and none when they say nothing."""
    text = f"{number:.2f}".rstrip("0").rstrip(".") if number < 10 else f"{number:.0f}"
    return f"{text.replace('.', ',')} s"
