"""Reads when a human takes over (`overdragelse`) and what is promised of it (`skranke`) in `data/kommune.yml`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ruamel.yaml.comments import CommentedSeq

from bot.handoff.rules import OF_THE_CASE, DeskGoals, Rule, Rules, Sending, Trigger
from bot.municipality.hours import Hours, week
from bot.municipality.readability import MOST_LIX, MOST_WORDS, lix, words_of
from bot.municipality.rows import Row
from bot.municipality.values import choice, hours, whole
from bot.municipality.workdays import Workdays

# Those that count how often something has happened; every other fires the first time.
COUNTED = frozenset({Trigger.CONFLICT, Trigger.NOT_UNDERSTOOD, Trigger.DIGITAL})
_MOST_TIMES = 5
_LONGEST_MINUTES = 10_080  # a week
_SEND_AFTER = 120  # seconds
_YES_OR_NO = {"ja": True, "nej": False}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """When people sit at the chat, and what is promised then."""

    hours: Hours
    goals: DeskGoals


def rules(top: Row, departments: Collection[str]) -> Rules:
    """The decision table, a row for each trigger in the order of `Trigger`; ``departments`` are the keys there are."""
    group = top.row("overdragelse")
    if group is None:
        return {}
    rows = {trigger: group.row(trigger.value) for trigger in Trigger}
    group.done()
    return {trigger: _rule(trigger, row, departments) for trigger, row in rows.items() if row is not None}


def _rule(trigger: Trigger, row: Row, departments: Collection[str]) -> Rule:
    places = {OF_THE_CASE, *departments}
    made = Rule(
        trigger=trigger,
        priority=whole(row, "prioritet", 0, 9),
        department=row.value(
            "afdeling",
            f"{OF_THE_CASE} eller en af afdelingerne {', '.join(sorted(departments))}",
            lambda text: text if text in places else None,
        )
        or OF_THE_CASE,
        sending=row.value("sendes", "straks, af_sig_selv eller naar_borgeren_siger_ja", choice(Sending))
        or Sending.OFFERED,
        meeting=row.value("moede", "ja eller nej", _YES_OR_NO.get) or False,
        words=_words(row),
        after=whole(row, "gange", 1, _MOST_TIMES) if trigger in COUNTED else 1,
    )
    row.done()
    return made


def _words(row: Row) -> str:
    text = row.text("ord", "det, borgeren får at vide")
    if lix(text) > MOST_LIX:
        row.wrong(
            "ord",
            f"ord er svære at læse: LIX er {lix(text):.0f}, og det må højst være {MOST_LIX}. "
            "Skriv kortere ord og kortere sætninger.",
        )
    if len(words_of(text)) > MOST_WORDS:
        row.wrong("ord", f"ord er på {len(words_of(text))} ord, og det må højst være {MOST_WORDS}. Kort det af.")
    return text


def desk(top: Row, workdays: Workdays) -> Desk:
    """When people sit at the chat, and the goals they are held to."""
    row = top.row("skranke")
    if row is None:
        return Desk(hours=week({}, workdays), goals=DeskGoals(answer_minutes=(1,), send_after_seconds=_SEND_AFTER))
    wait = whole(row, "send_efter_sekunder", 10, 3600) if "send_efter_sekunder" in row.values else _SEND_AFTER
    made = Desk(
        hours=hours(row, "tid", workdays) or week({}, workdays),
        goals=DeskGoals(answer_minutes=_minutes(row), send_after_seconds=wait),
    )
    row.done()
    return made


def _minutes(row: Row) -> tuple[int, ...]:
    what = f"en liste af minutter fra 1 til {_LONGEST_MINUTES}, for eksempel [5, 10, 15]"
    raw = row.raw("svar_minutter", what)
    if raw is None:
        return (1,)
    whole_numbers = isinstance(raw, CommentedSeq) and all(
        isinstance(item, int) and not isinstance(item, bool) and 1 <= item <= _LONGEST_MINUTES for item in raw
    )
    if not whole_numbers or not raw:
        row.wrong("svar_minutter", f"svar_minutter skal være {what}.")
        return (1,)
    minutes = tuple(int(item) for item in raw)
    if list(minutes) != sorted(minutes):
        row.wrong(
            "svar_minutter",
            "svar_minutter skal stige: det, der haster mest, står først og får det mindste tal.",
        )
    return minutes
