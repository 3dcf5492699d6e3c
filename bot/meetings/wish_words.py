"""The words of time that `bot.meetings.wishes` knows: days, months, the clock, parts of the day."""

from __future__ import annotations

import re
from datetime import time

from bot.municipality.danish import MONTHS, WEEKDAYS

# A day by its name, in one or many, with the letters people put for æ, ø and å, and as people shorten it.
_DAYS = (
    r"mandage?n?e?|man\.",
    r"tirsdage?n?e?|tirs\.",
    r"onsdage?n?e?|ons\.",
    r"torsdage?n?e?|tors\.",
    r"fredage?n?e?|fre\.",
    r"l(?:ø|oe)rdage?n?e?|l(?:ø|oe)r\.",
    r"s(?:ø|oe)ndage?n?e?|s(?:ø|oe)n\.",
)
DAY = rf"(?:{'|'.join(_DAYS)})"
# These mean the next day of that name; »mandage« and »om mandagen« mean any.
DAY_NAMES = frozenset(
    {*WEEKDAYS, "loerdag", "soendag", "man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "loer.", "søn.", "soen."}
)
MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' if len(name) > 3 else name for name in MONTHS)})\.?"

_HOURS = ("nul", "et", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv")
_HOUR_WORDS = {word: number for number, word in enumerate(_HOURS)} | {"en": 1, "ét": 1}
_HOUR = rf"\d{{1,2}}|{'|'.join(sorted(_HOUR_WORDS, key=len, reverse=True))}"
_AFTERNOON = range(1, 7)

# Parts of the day, by when a meeting begins; the later end is outside.
_END = time(23, 59)
PARTS: tuple[tuple[str, tuple[time, time]], ...] = (
    (r"tidligt? (?:om |på )?(?:formiddag(?:en)?|morgen(?:en)?|dagen)|først på dagen|tidligt?", (time(0), time(10))),
    (r"sen(?:t|e)? (?:om |på )?eftermiddag(?:en)?|sidst på (?:dagen|eftermiddagen)|sent på dagen", (time(14), _END)),
    (r"formiddag(?:en|e|s)?|før frokost|foer frokost|før middag", (time(0), time(12))),
    (r"eftermiddag(?:en|e|s)?|efter frokost|efter middag", (time(12), _END)),
    (r"morgen(?:en|er)?", (time(0), time(10))),
    (r"middag(?:en)?|midt på dagen|frokosttid", (time(11), time(13, 30))),
    (r"aften(?:en|er)?|efter arbejde|efter fyraften", (time(16), _END)),
)

# Words that say nothing of when.
FILLING = frozenset(
    """
    ad af aftale aftalen alle altid altså anden andet andre at bare bedst bestil bestille book booke bruge dag
    dage dagen dagene den der det du efter egal egentlig eller en enten er et fint flyt flytte flyttes for fordi
    fra fremmøde fysisk gerne godt gå går ham har have hej hellere helst helt henne her hos hurtigst hurtigt
    hver hvis hvor hvornår i ikke ind ja jeg jer jeres kan kl klokken komme kommer kun kunne lidt lige lige-
    meget ligegyldigt lov lægge med meget men mig min mine mit muligt muligvis må måske møde møder mødes mødet
    mødetid nogen noget nu når næste og også ok okay om os passe passer personligt på ret skal snakke snarest
    snarligt snart som stedet så tag tage tak tale telefon telefonen telefonisk tid tiden tider tidspunkt til ud
    uge ved vi video videomøde vil ville være
    """.split()  # noqa: SIM905 (prose reads better in lines)
)


def CLOCK(name: str, *, bare: bool = False) -> str:  # noqa: N802 (stands among patterns as one)
    """A pattern for a time of the clock, its groups called after ``name``.

    With ``bare`` a number alone counts too; without it something must say that it is a time: »kl.«, or minutes.
    """
    said = r"(?:kl\.? ?|klokken )"
    half = rf"(?P<{name}_half>halv|kvart i|kvart over) (?P<{name}_of>{_HOUR})"
    plain = rf"(?P<{name}_h>{_HOUR})(?:[.:](?P<{name}_m>[0-5]\d))?"
    full = rf"(?P<{name}_fh>\d{{1,2}})[.:](?P<{name}_fm>[0-5]\d)"
    start = f"{said}?" if bare else said
    return rf"(?:{said}?{half}|{start}{plain}|{full})(?!\. ?(?:{MONTH}))"


def clock_time(match: re.Match[str], name: str) -> time | None:
    """The time that `CLOCK` found; None when there is none of that name, or it is no time."""
    found = match.groupdict()
    half, of = found[f"{name}_half"], found[f"{name}_of"]
    if of is not None:
        minutes = _hour(of) * 60 + {"halv": -30, "kvart i": -15, "kvart over": 15}[half or "halv"]
    else:
        hour = found[f"{name}_h"] or found[f"{name}_fh"]
        if hour is None:
            return None
        minutes = _hour(hour) * 60 + int(found[f"{name}_m"] or found[f"{name}_fm"] or 0)
    return time(*divmod(minutes, 60)) if 0 <= minutes < 24 * 60 else None


def day_number(name: str) -> int:
    """Monday is 0."""
    return next(number for number, pattern in enumerate(_DAYS) if re.fullmatch(pattern, name))


def month_number(name: str) -> int:
    """January is 1; also of a number as it is written."""
    if name.isdigit():
        return int(name)
    return next(number for number, month in enumerate(MONTHS, 1) if month[:3] == name[:3])


def _hour(word: str) -> int:
    hour = int(word) if word.isdigit() else _HOUR_WORDS[word]
    return hour + 12 if hour in _AFTERNOON else hour
