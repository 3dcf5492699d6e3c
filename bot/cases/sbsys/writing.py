"""Tasks and notes as SBSYS takes them, with a mark in them by which they are found again."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from hashlib import sha256
from typing import Any, Final

from bot.cases.sbsys.fields import Row, number_in, part_of, text_in, wrong

# What XML 1.0 allows (section 2.2, Char): what lies outside can't stand in HTML, escaped or not.
_UNWRITABLE: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Column Beskrivelse of the table Erindring, nvarchar(500); a letter beyond the first plane counts as two.
LONGEST_TASK: Final = 500
_LONGEST_NAME: Final = 90  # Navn is nvarchar(200); this much is seen in a list
_HEADING: Final = "Notat fra chatten"
_CUT: Final = "… Hele teksten står i et notat i sagen."


@dataclass(frozen=True, kw_only=True)
class Writ:
    """What is to be written, whoever takes it. ``key`` names it for ever."""

    key: str
    text: str = field(repr=False)
    author: str = field(repr=False)

    @property
    def mark(self) -> str:
        """What it is found by: the last line of the text, short enough to be in nobody's way.

        A digest, because a key may hold anything; 64 bits of it, because it is looked for within one case.
        """
        return f"Ref. {sha256(self.key.encode()).hexdigest()[:16]}"


def note_fields(case: int, writ: Writ, *, now: datetime | None = None) -> dict[str, Any]:
    """The body of `POST /api/journalarknote/create`; ``now`` is aware (default: now).

    Known: these four fields, the text as HTML, and the time of the contact (Odense, Aarhus).
    """
    at = (now or datetime.now(timezone.utc)).astimezone(timezone.utc)
    return {
        "SagID": case,
        "Overskrift": _HEADING,
        "Note": as_html(writ),
        "KontaktTidspunkt": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
    }


def task_fields(case: int, writ: Writ, *, due: date, responsible: int, creator: int, kind: int) -> dict[str, Any]:
    """The body of `POST /api/erindring`; whoever has it to do, who made it, and its type by their Ids.

    Known: these fields (Odense), all three of the last mandatory in the table. Assumed: Beskrivelse is plain text,
    and a deadline at midnight is the whole of its day, as the table has a time where people choose a date.
    """
    return {
        "SagId": case,
        "Navn": textwrap.shorten(writable(writ.text), _LONGEST_NAME, placeholder="…") or "Opgave fra chatten",
        "Beskrivelse": as_plain(writ),
        "HarDeadline": True,
        "Deadline": f"{due.isoformat()}T00:00:00",
        "Ansvarlig": {"Id": responsible},
        "Opretter": {"Id": creator},
        "ErindringType": {"Id": kind},
    }


def as_html(writ: Writ) -> str:
    """The text, who signed it, and the mark. Nothing in the text is HTML, whatever it looks like."""
    lines = "<br/>".join(html.escape(line) for line in writable(writ.text).split("\n"))
    return f"<p>{lines}</p><p>Skrevet af {html.escape(_one_line(writ.author))}</p><p>{writ.mark}</p>"


def as_plain(writ: Writ) -> str:
    """As `as_html`, without HTML; what is too long for a task is cut, and says so."""
    text, signed = writable(writ.text), _signed(writ)
    if fits_a_task(writ):
        return text + signed
    room = LONGEST_TASK - _units(_CUT + signed)
    return text.encode("utf-16-le")[: max(0, 2 * room)].decode("utf-16-le", "ignore") + _CUT + signed


def fits_a_task(writ: Writ) -> bool:
    """Whether a task can hold the whole text."""
    return _units(writable(writ.text) + _signed(writ)) <= LONGEST_TASK


def stands_among(writ: Writ, rows: Iterable[Row], *texts: str) -> bool:
    """Whether one of ``rows``, the tasks or notes of a case, has the mark in one of the fields ``texts``.

    Raises CaseSystemNonsense when there are rows and none of them shows a text: then nobody can tell.
    """
    seen, shown = 0, 0
    for row in rows:
        seen += 1
        told = [text for name in texts if (text := text_in(row, name)) is not None]
        shown += bool(told)
        if any(writ.mark in text for text in told):
            return True
    if seen and not shown:
        raise wrong("notes or tasks without their texts")
    return False


def kind_in(rows: Iterable[Row], wanted: str | None) -> int:
    """The Id of the type of task called ``wanted``; the first that is not hidden where no name is given.

    Known: `GET /api/erindring/typer` gives Id, Navn and SkjulErindring (Odense). Raises CaseSystemNonsense.
    """
    for row in rows:
        name = text_in(row, "Navn") or ""
        fits = name.casefold() == wanted.strip().casefold() if wanted else row.get("SkjulErindring") is not True
        found = number_in(row, "Id")
        if fits and found is not None:
            return found
    raise wrong("no type of task that we may use")


def responsible_in(case: Row) -> int | None:
    """The Id of the user who has the case; None where nobody has."""
    return number_in(part_of(case, "Behandler"), "Id")


def writable(text: str) -> str:
    """``text`` with its lines ended by a newline alone, and without what no HTML can hold."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _signed(writ: Writ) -> str:
    return f"\n\nSkrevet af {_one_line(writ.author)}\n{writ.mark}"


def _one_line(text: str) -> str:
    return writable(text).replace("\n", " ")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
