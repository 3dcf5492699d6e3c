"""How a human is offered: the card with the summary, the choices, and whether somebody is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.chat.consequences import OURS
from bot.chat.rasa import Choice
from bot.handoff import texts
from bot.handoff.model import Handoff, Way
from bot.handoff.promises import at_words, by_words, promised
from bot.handoff.rules import Rule
from bot.handoff.summary.fields import CORRECTABLE, Summary
from bot.municipality.danish import number_words
from bot.municipality.model import Municipality

# The fields a citizen is shown, in this order, in words to them; the rest is for those who take over.
_SHOWN = {
    "first_request": "Det spørger du om",
    "last_question": "Det vil du også vide",
    "topic": "Det handler om",
    "case": "Sagsnummer",
    "urgency": "Det haster",
    "missing": "Det mangler",
    "fact": "Det har du fortalt",
    "phone": "Dit telefonnummer",
    "email": "Din mail",
    "form": "Sådan vil du mødes",
    "time": "Det passer dig bedst",
    "interpreter": "Tolk",
    "companion": "Skal med",
}
_ADD = "Vil du tilføje noget?"


def card(handoff: Handoff) -> dict[str, Any]:
    """The summary as the citizen sees it, and may correct it."""
    fields = [
        {"kind": kind, "heading": heading, "value": field.value, "editable": kind in CORRECTABLE}
        for kind, heading in _SHOWN.items()
        for field in handoff.summary.all(kind)
    ]
    return {
        "type": "handoff",
        "id": handoff.id,
        "fields": fields,
        "add_heading": _ADD,
        "send_at": handoff.send_at.isoformat() if handoff.send_at else None,
    }


def heading_of(kind: str) -> str:
    """The heading under which the citizen sees a kind of field; empty for one that they do not see."""
    return _SHOWN.get(kind, "")


def command(*words: object) -> str:
    """The payload of a choice of ours."""
    return OURS + ":".join(str(word) for word in words)


def choices(handoff: Handoff, rule: Rule, *, staffed: bool, never: bool) -> tuple[Choice, ...]:
    """What the citizen can do with an offer; ``never``: nobody ever sits at the chat."""
    send = texts.SEND if staffed else texts.SEND_LATER
    made = [] if never else [Choice(title=send, payload=command("handoff", "send", handoff.id))]
    made.append(Choice(title=texts.CALL, payload=command("handoff", "call", handoff.id)))
    if rule.meeting:
        made.append(Choice(title=texts.MEET, payload=meeting_command(handoff)))
    made.append(Choice(title=texts.NO, payload=command("handoff", "withdraw", handoff.id)))
    return tuple(made)


def queue_choices(handoff: Handoff) -> tuple[Choice, ...]:
    """What the citizen can do while waiting."""
    return (
        Choice(title=texts.MEANWHILE, payload=command("handoff", "assistant", handoff.id)),
        Choice(title=texts.CALL_INSTEAD, payload=command("handoff", "call", handoff.id)),
        Choice(title=texts.LEAVE, payload=command("handoff", "withdraw", handoff.id)),
    )


def later_choices(handoff: Handoff) -> tuple[Choice, ...]:
    """What the citizen can do who is answered later: there is no queue to stand in."""
    return (
        Choice(title=texts.CALL_INSTEAD, payload=command("handoff", "call", handoff.id)),
        Choice(title=texts.TAKE_BACK, payload=command("handoff", "withdraw", handoff.id)),
    )


def acute_choices(handoff: Handoff) -> tuple[Choice, ...]:
    """What the citizen can do who is in danger while nobody sits at the chat; no mere "no" takes it from the desk."""
    return (
        Choice(title=texts.CALL, payload=command("handoff", "call", handoff.id)),
        Choice(title=texts.TAKE_BACK, payload=command("handoff", "withdraw", handoff.id)),
    )


def meeting_command(handoff: Handoff) -> str:
    """The payload that shows times for a meeting about this."""
    form = _form(handoff.summary)
    return command("meeting", "slots", handoff.department, form)


def _form(summary: Summary) -> str:
    said = summary.first("form")
    return {"telefon": "telefon", "video": "video"}.get(said.value if said else "", "fremmoede")


def availability(
    municipality: Municipality, handoff: Handoff, now: datetime, *, staffed: bool, ahead: int
) -> tuple[str, ...]:
    """Whether somebody is there, and what is promised, in sentences."""
    if staffed:
        return (texts.QUEUE_AHEAD.format(ahead=number_words(ahead)) if ahead else texts.SOMEBODY_HERE,)
    due = promised(municipality, Way.CHAT, handoff.priority, now)
    opens = municipality.desk_hours.next_open(now)
    if due is None or opens is None:
        return (texts.NEVER_OPEN,)
    by = by_words(due, now)
    if municipality.desk_hours.is_open(now):
        return (texts.NOBODY_HERE.format(by=by),)
    opening = at_words(opens, now)
    day = opening.rpartition(" kl. ")[0]
    # "i morgen kl. 9 … senest kl. 9.20": the same day is named once.
    return (texts.CLOSED_NOW.format(opens=opening, by=by.removeprefix(f"{day} ")),)
