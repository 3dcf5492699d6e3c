"""The agenda of a meeting, drafted from the summary of the conversation; the citizen sees it, staff put it right.

Nothing is made up: each point holds the citizen's own words, or what the case system says is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.handoff.summary.fields import Summary
from bot.meetings.texts import AGENDA_ASKED, AGENDA_FACT, AGENDA_MISSING, AGENDA_NEXT, AGENDA_TOPIC
from bot.municipality.model import Municipality

_POINTS = 8
_FACTS = 3
_LONGEST = 300  # characters of a point's words


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What to talk about, in order, and what to bring."""

    agenda: tuple[str, ...]
    documents: tuple[str, ...]


def draft(summary: Summary | None, department: str, municipality: Municipality) -> Draft:
    """The agenda and the papers of a meeting with ``department`` (a key); without a summary only what it always asks.

    What the case still lacks is both talked about and brought.
    """
    if summary is None:
        return Draft(agenda=(), documents=municipality.meetings.documents_for(department, None))
    kle = summary.first("kle")
    missing = _values(summary, "missing")
    points = [AGENDA_TOPIC.format(topic=_inside(topic)) for topic in _values(summary, "topic")]
    asked = dict.fromkeys(_values(summary, "first_request") + _values(summary, "last_question"))
    points += [AGENDA_ASKED.format(words=_bare(words)) for words in asked]
    points += [AGENDA_FACT.format(words=_bare(words)) for words in _values(summary, "fact")[:_FACTS]]
    points += [AGENDA_MISSING.format(missing=each) for each in missing]
    documents = municipality.meetings.documents_for(department, kle.value if kle else None)
    return Draft(
        agenda=(*dict.fromkeys(points[: _POINTS - 1]), AGENDA_NEXT) if points else (),
        documents=tuple(dict.fromkeys((*missing, *documents))),
    )


def _values(summary: Summary, kind: str) -> list[str]:
    return [_short(field.value) for field in summary.all(kind)]


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1].rsplit(" ", 1)[0] + " …"


def _inside(topic: str) -> str:
    """As it stands inside a sentence: »Støtte til bil« without its capital, »SU« with it."""
    return topic[0].lower() + topic[1:] if topic[1:2].islower() else topic


def _bare(words: str) -> str:
    """Without the citizen's own quotation marks at the ends: ours stand there."""
    return words.strip("»«\"'” “")
