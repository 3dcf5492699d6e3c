"""Reads the section `moeder` of `data/kommune.yml`."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, time, timedelta
from itertools import chain

from ruamel.yaml.comments import CommentedSeq

from bot.cases.case import KLE
from bot.meetings.rules import Calendar, Form, MeetingRules, Papers
from bot.municipality.hours import Span, week
from bot.municipality.rows import Row
from bot.municipality.values import hours, matching, whole
from bot.municipality.workdays import Workdays

_KEY = re.compile(r"^[a-z0-9_]{1,40}$")
_FORMS = ", ".join(form.value for form in Form)


def meeting_rules(top: Row, workdays: Workdays, departments: Collection[str]) -> MeetingRules:
    """The rules of meetings; what is wrong is noted with its line. ``departments`` are the keys there are."""
    row = top.row("moeder")
    if row is None:
        return MeetingRules(
            minutes=30, notice_hours=24, days_ahead=1, hold_minutes=1, reminder_hours=(), calendars={}, papers=()
        )
    minutes = whole(row, "varighed_minutter", 10, 240)
    made = MeetingRules(
        minutes=minutes,
        notice_hours=whole(row, "varsel_timer", 0, 24 * 14),
        days_ahead=whole(row, "dage_frem", 1, 365),
        hold_minutes=whole(row, "reserveret_minutter", 1, 120),
        reminder_hours=_reminders(row),
        calendars=_calendars(row, workdays, departments, minutes),
        papers=_papers(row, departments),
    )
    row.done()
    return made


def _reminders(row: Row) -> tuple[int, ...]:
    """Hours before the meeting, the longest first; none is a choice too, but a made one."""
    raw = row.raw("paamindelser_timer", "en liste af timer som [24, 2]")
    if raw is None:
        return ()
    good = isinstance(raw, CommentedSeq) and all(type(each) is int and 1 <= each <= 24 * 14 for each in raw)
    if not good or len(set(raw)) != len(raw):
        row.wrong(
            "paamindelser_timer",
            "paamindelser_timer skal være en liste af hele tal fra 1 til 336, hvert kun én gang, for eksempel [24, 2].",
        )
        return ()
    return tuple(sorted(raw, reverse=True))


def _calendars(row: Row, workdays: Workdays, departments: Collection[str], minutes: int) -> dict[str, Calendar]:
    made = {}
    group = row.row("kalendere")
    for key in [str(key) for key in group.values] if group else []:
        inner = group.row(key) if group else None
        if inner is None:
            continue
        if not _KEY.match(key):
            inner.problems.add(inner.line, f"{key!r} skal være små bogstaver a-z, tal og _, højst 40 tegn.")
        department = inner.value("afdeling", "en af afdelingerne", lambda text: text if text in departments else None)
        forms = _forms(inner)
        place, video = inner.optional("sted"), inner.optional("video")
        if Form.IN_PERSON in forms and not place:
            inner.wrong("sted", "sted mangler. Skriv den adresse og det lokale, man skal møde i.")
        if Form.VIDEO in forms and not video:
            inner.wrong("video", "video mangler. Skriv, hvordan man kommer med på video.")
        open_hours = hours(inner, "tider", workdays) or week({}, workdays)
        spans = list(chain.from_iterable(open_hours.days))
        if spans and max(map(_length, spans)) < timedelta(minutes=minutes):
            inner.wrong("tider", f"tider er for korte: et møde varer {minutes} minutter.")
        made[key] = Calendar(
            key=key,
            department=department or "",
            name=inner.text("navn"),
            forms=forms,
            place=place or "",
            video=video or "",
            hours=open_hours,
        )
        inner.done()
    return made


def _forms(row: Row) -> tuple[Form, ...]:
    known = {form.value: form for form in Form}
    found: list[Form] = []
    for line, text in row.lined_texts("former"):
        if text not in known:
            row.problems.add(line, f"former skal være {_FORMS}, ikke {text!r}.")
        elif known[text] not in found:
            found.append(known[text])
    if "former" in row.values and isinstance(row.values["former"], CommentedSeq) and not row.values["former"]:
        row.wrong("former", f"former mangler. Skriv en eller flere af {_FORMS}.")
    return tuple(found)


def _papers(row: Row, departments: Collection[str]) -> tuple[Papers, ...]:
    made = []
    for inner in row.rows("medbring", required=False):
        if ("kle" in inner.values) == ("afdeling" in inner.values):
            inner.wrong("kle", "skriv enten kle eller afdeling, og kun én af dem.")
        kle = inner.value("kle", "tal i anførselstegn", matching(KLE), required=False, example='"27.36.04"')
        department = inner.value(
            "afdeling", "en af afdelingerne", lambda text: text if text in departments else None, required=False
        )
        made.append(Papers(kle=kle, department=department, documents=inner.texts("papirer")))
        inner.done()
    return tuple(made)


def _length(span: Span) -> timedelta:
    def on_a_day(at: time) -> datetime:
        return datetime(2000, 1, 1, at.hour, at.minute)

    return on_a_day(span.closes) - on_a_day(span.opens)
