"""The first draft of what goes back into the case: the facts a citizen told, and the call they were promised.

Case facts told by word of mouth are to be noted (offentlighedsloven § 13); a chat is no different. The draft quotes
the citizen and concludes nothing: that is for whoever signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.cases.case import Case
from bot.handoff.model import Handoff
from bot.handoff.summary.fields import Summary
from bot.handoff.summary.transcript import Said
from bot.municipality.danish import date_words, time_words, weekday_words
from bot.municipality.workdays import COPENHAGEN
from bot.privacy.masking import mask


def note_text(summary: Summary, handoff: Handoff, said: Sequence[Said] = ()) -> str:
    """The facts the citizen told, quoted, by the day on which they were told; "" when they told none.

    ``said`` gives the days; what is not in it counts as told when the handoff was made.
    """
    days: Mapping[int, date] = {one.seq: _danish(one.at).date() for one in said}
    told: dict[date, list[str]] = {}
    for fact in summary.all("fact"):
        day = days.get(fact.sources[0].seq, _danish(handoff.created_at).date())
        quoted = f"»{mask(fact.value)}«"
        if quoted not in told.setdefault(day, []):
            told[day].append(quoted)
    return "\n".join(f"Borgeren oplyser i chat den {date_words(day)}: {' '.join(told[day])}" for day in sorted(told))


def task_text(summary: Summary, handoff: Handoff) -> str:
    """What to do: call, where, until when, and why, in the citizen's own words where there are any."""
    phone = handoff.phone or (field.value if (field := summary.first("phone")) else None)
    where = f" på {phone}" if phone else ""
    by = ""
    if handoff.due_at is not None:
        due = _danish(handoff.due_at)
        by = f" senest {weekday_words(due.date())} kl. {time_words(due.time())}. Det er lovet i chatten"
    question = summary.first("last_question") or summary.first("first_request")
    why = f" Borgeren skriver: »{question.value}«" if question else ""
    return mask(f"Ring til borgeren{where}{by}.{why}")


def due_of(handoff: Handoff) -> date:
    """The Danish day by which the citizen was promised a call; the day it was asked for when nothing was promised."""
    return _danish(handoff.due_at or handoff.created_at).date()


def case_meant(summary: Summary, cases: Sequence[Case]) -> Case | None:
    """The one case of the citizen's that was spoken of; the only one they have; None when it may be several."""
    spoken_of = {field.value for field in summary.all("case")}
    meant = [case for case in cases if case.number in spoken_of] if spoken_of else list(cases)
    return meant[0] if len(meant) == 1 else None


def _danish(at: datetime) -> datetime:
    return at.astimezone(COPENHAGEN)
