"""How a case is named to its citizen: never by a secret title, and a child's case not at all."""

from __future__ import annotations

from collections.abc import Sequence

from actions.turn import Button, Turn
from bot.cases.case import Case
from bot.chat.turn import Question, payload

_LONGEST = 70  # letters of a title; buttons and sentences are read on telephones


def in_words(turn: Turn, case: Case) -> str:
    """The case inside a sentence: "»Støtte til bil« (27.60.20-G01-4-26)"."""
    if case.about_a_child:
        return f"hos {turn.municipality.department(case.department).name}"
    if case.title is None:
        return f"{case.number} hos {turn.municipality.department(case.department).name}"
    return f"»{_short(case.title)}« ({case.number})"


def buttons(turn: Turn, cases: Sequence[Case], *, intent: str = "oplys") -> list[Button]:
    """A button for each case, which says that this one is meant."""
    titles = [_title(turn, case) for case in cases]
    made: list[Button] = []
    for case, title in zip(cases, titles, strict=True):
        if titles.count(title) > 1 and not case.about_a_child:
            title = f"{title} ({case.number})"
        made.append({"title": title, "payload": payload(Question(intent=intent, entities={"sag": case.ref}))})
    return made


def _title(turn: Turn, case: Case) -> str:
    if case.title is None or case.about_a_child:
        department = turn.municipality.department(case.department).name
        return f"Sagen hos {department}" if case.about_a_child else f"{case.number} hos {department}"
    return _short(case.title)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
