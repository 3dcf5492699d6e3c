"""Reads `data/kommune.yml`, the municipality's own facts, into a `Municipality`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from bot.cases.case import KLE
from bot.danish.spelling import fold
from bot.municipality import handoff_rows
from bot.municipality.contrast import contrast
from bot.municipality.hours import Hours, week
from bot.municipality.meeting_rows import meeting_rules
from bot.municipality.model import (
    Appeal,
    AppealWay,
    Authority,
    Colours,
    Deadline,
    Department,
    Emergency,
    Municipality,
    ServiceGoals,
    ShowHandler,
)
from bot.municipality.rows import Problems, Row, content_of, text_of
from bot.municipality.training_rows import gate_rules
from bot.municipality.values import choice, email, hours, matching, phone, whole
from bot.municipality.workdays import ClosingDay, Workdays

_URL = re.compile(r"^https?://[^\s/]+\.[^\s]+$")
_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
_CLOSING = re.compile(r"^(?:(\d{1,2})-(\d{1,2})|(\d{4})-(\d{2})-(\d{2}))$")


@dataclass(frozen=True)
class _Shared:
    """What departments take over from the municipality when they have nothing of their own."""

    workdays: Workdays
    phone_hours: Hours
    opening_hours: Hours
    address: str
    appeals: frozenset[str]


def load(path: Path) -> Municipality:
    """Read the municipality's facts.

    Raises SettingsError in Danish with every wrong value at once, each with its line and what would be right.
    """
    return _made(text_of(path), path)


@lru_cache(maxsize=4)  # most of a second's work, for several who ask at the start
def _made(text: str, path: Path) -> Municipality:
    problems = Problems(path)
    top = Row(content_of(text, path.name, CommentedMap), 1, problems)
    workdays = Workdays(closing_days=_closing_days(top))
    phone_hours = hours(top, "telefontid", workdays) or week({})
    opening_hours = hours(top, "aabningstid", workdays) or week({})
    appeals = {appeal.key: appeal for appeal in _appeals(top)}
    address = top.text("adresse")
    shared = _Shared(workdays, phone_hours, opening_hours, address, frozenset(appeals))
    departments = {department.key: department for department in _departments(top, shared)}
    main = top.value("hovedafdeling", "en af afdelingerne", lambda text: text if text in departments else None)
    goals = top.row("servicemaal")
    desk = handoff_rows.desk(top, workdays)
    made = Municipality(
        name=top.text("navn"),
        assistant=top.text("assistent"),
        phone=phone(top),
        email=email(top),
        website=top.value("hjemmeside", "en adresse", matching(_URL), example="https://www.kommune.dk") or "",
        address=address,
        phone_hours=phone_hours,
        opening_hours=opening_hours,
        workdays=workdays,
        colours=_colours(top),
        show_handler=top.value("vis_sagsbehandler", "navn, team eller ingen", choice(ShowHandler)) or ShowHandler.NONE,
        goals=ServiceGoals(callback_workdays=whole(goals, "ring_op_arbejdsdage", 1, 10) if goals else 1),
        handoffs=handoff_rows.rules(top, departments),
        desk_hours=desk.hours,
        desk_goals=desk.goals,
        emergency=_emergency(top),
        departments=departments,
        main_department=main or "",
        appeals=appeals,
        deadlines=_deadlines(top),
        authorities=_authorities(top, departments),
        meetings=meeting_rules(top, workdays, departments),
        gate=gate_rules(top),
    )
    if goals:
        goals.done()
    top.done()
    problems.raise_if_any()
    return made


def _departments(top: Row, shared: _Shared) -> list[Department]:
    made, owners = [], dict[str, str]()
    group = top.row("afdelinger")
    for key in [str(key) for key in group.values] if group else []:
        row = group.row(key) if group else None
        if row is None:
            continue
        kle = row.lined_texts("kle")
        for line, prefix in kle:
            if not KLE.match(prefix):
                row.problems.add(line, f"kle skal være tal som 27 eller 27.36.04 i anførselstegn, ikke {prefix!r}.")
            elif owners.setdefault(prefix, key) != key:
                row.problems.add(line, f"kle {prefix} står allerede under {owners[prefix]}. Lad den stå ét sted.")
        made.append(
            Department(
                key=key,
                name=row.text("navn"),
                phone=phone(row),
                email=email(row),
                address=row.optional("adresse") or shared.address,
                phone_hours=hours(row, "telefontid", shared.workdays, required=False) or shared.phone_hours,
                opening_hours=hours(row, "aabningstid", shared.workdays, required=False) or shared.opening_hours,
                kle=tuple(prefix for _, prefix in kle),
                topics=row.texts("emner"),
                appeals=row.value(
                    "klage",
                    f"en af klageinstanserne {', '.join(sorted(shared.appeals))}",
                    lambda text: text if text in shared.appeals else None,
                )
                or "",
            )
        )
        row.done()
    return made


def _emergency(top: Row) -> Emergency:
    row = top.row("noedhjaelp")
    shelter = row.row("forsorgshjem") if row else None
    on_call = row.row("doegnvagt") if row else None
    made = Emergency(
        shelter=shelter.text("navn") if shelter else "",
        shelter_phone=phone(shelter) if shelter else "",
        shelter_address=shelter.text("adresse") if shelter else "",
        on_call_phone=phone(on_call) if on_call else "",
    )
    for read in (shelter, on_call, row):
        if read:
            read.done()
    return made


def _authorities(top: Row, departments: Mapping[str, Department]) -> tuple[Authority, ...]:
    """Whoever else has what people ask about; a topic of our own among theirs would send somebody away for nothing."""
    made = []
    owners = {fold(topic): department.name for department in departments.values() for topic in department.topics}
    group = top.row("myndigheder")
    for key in [str(key) for key in group.values] if group else []:
        row = group.row(key) if group else None
        if row is None:
            continue
        name, topics = row.text("navn"), row.lined_texts("emner")
        for line, topic in topics:
            owner = owners.setdefault(fold(topic), name)
            if owner != name:
                row.problems.add(line, f"emnet {topic} står allerede under {owner}. Lad det stå ét sted.")
        made.append(
            Authority(
                key=key,
                name=name,
                handles=row.text("tager_sig_af"),
                reach=row.text("saadan_naas_den"),
                topics=tuple(topic for _, topic in topics),
            )
        )
        row.done()
    return tuple(made)


def _appeals(top: Row) -> list[Appeal]:
    made = []
    group = top.row("klageinstanser")
    for key in [str(key) for key in group.values] if group else []:
        row = group.row(key) if group else None
        if row is not None:
            kle = row.lined_texts("kle", required=False)
            for line, prefix in kle:
                if not KLE.match(prefix):
                    row.problems.add(line, f"kle skal være tal som 27 eller 27.36.04 i anførselstegn, ikke {prefix!r}.")
            weeks = whole(row, "uger", 1, 52)
            way = row.value("sendes_til", "kommunen, klageinstansen eller brevet", choice(AppealWay))
            made.append(
                Appeal(
                    key=key,
                    name=row.text("navn"),
                    way=way or AppealWay.LETTER,
                    weeks=weeks,
                    kle=tuple(prefix for _, prefix in kle),
                )
            )
            row.done()
    return made


def _deadlines(top: Row) -> tuple[Deadline, ...]:
    made, seen = [], set[str]()
    for row in top.rows("sagsbehandlingsfrister"):
        kle = row.value("kle", "tal i anførselstegn", matching(KLE), example='"27.36.04"') or ""
        if kle and kle in seen:
            row.wrong("kle", f"kle {kle} har allerede en frist. Lad den stå ét sted.")
        seen.add(kle)
        if ("uger" in row.values) == ("dage" in row.values):
            row.wrong("dage", "skriv enten uger eller dage, og kun én af dem.")
        weeks = whole(row, "uger", 1, 104) if "uger" in row.values else 0
        days = whole(row, "dage", 1, 730) if "dage" in row.values else weeks * 7
        number, unit = (weeks, "uge") if weeks else (days, "dag")
        plural = {"uge": "uger", "dag": "dage"}[unit]
        made.append(
            Deadline(
                kle=kle,
                name=row.text("navn"),
                days=days,
                in_words=f"{number} {unit if number == 1 else plural}",
                topics=row.texts("emner", required=False),
            )
        )
        row.done()
    return tuple(made)


def _closing_days(top: Row) -> tuple[ClosingDay, ...]:
    made = []
    for row in top.rows("lukkedage", required=False):
        name = row.text("navn")
        what = "en dag, 24-12 for hvert år eller 2027-05-07 for det år"
        day = row.value("dag", what, lambda text, name=name: _closing_day(text, name))  # type: ignore[misc]
        if day:
            made.append(day)
        row.done()
    return tuple(made)


def _closing_day(text: str, name: str) -> ClosingDay | None:
    found = _CLOSING.match(text)
    if not found:
        return None
    year = int(found[3]) if found[3] else None
    day, month = (int(found[5]), int(found[4])) if year else (int(found[1]), int(found[2]))
    try:
        date(year or 2024, month, day)  # 2024 has a 29 February
    except ValueError:
        return None
    return ClosingDay(name=name, day=day, month=month, year=year)


def _colours(top: Row) -> Colours:
    row = top.row("farver")
    if row is None:
        return Colours(primary="", on_primary="", accent="")

    def colour(key: str) -> str:
        return row.value(key, "en farve", matching(_COLOUR), example="#0b5563") or ""

    made = Colours(primary=colour("primaer"), on_primary=colour("tekst_paa_primaer"), accent=colour("accent"))
    for key, text, behind in (
        ("tekst_paa_primaer", made.on_primary, made.primary),
        ("accent", made.accent, "#ffffff"),
    ):
        if text and behind and contrast(text, behind) < 4.5:
            row.wrong(
                key,
                f"{key} ({text}) kan ikke læses på {behind}: kontrasten er {contrast(text, behind):.1f}".replace(
                    ".", ","
                )
                + ", den skal være mindst 4,5. Vælg en anden farve.",
            )
    row.done()
    return made
