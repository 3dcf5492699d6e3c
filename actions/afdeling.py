"""Finding one's way: which department, when it is open, how to reach it."""

from __future__ import annotations

import re

from actions.session import Answer, answer_to
from actions.turn import Button, Turn
from bot.handoff.rules import Trigger
from bot.municipality.danish import time_words, weekday_words
from bot.municipality.hours import Hours
from bot.municipality.model import Authority, Department

# What is asked for is not what it is about: "hvad er jeres adresse" is not about changing one's address.
_ASKED_FOR = re.compile(
    r"\b(?:\w*adresse\w*|telefon\w*|tlf|nummer\w*|\w*mail\w*|åbningstid\w*|telefontid\w*|skriv\w*|lukke\w*)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 5  # as many as a detail mostly has


# "Hvad er mailen" may well be about the case just spoken of.
_TO_THE_CASEWORKER: tuple[Button, ...] = (
    {"title": "Kontakt til min sagsbehandler", "payload": "/kontakt_sagsbehandler"},
)


class FindDepartment(Answer):
    """Who handles a matter: a department, or another authority, with how to reach it."""

    intent = "find_afdeling"

    async def answer(self, turn: Turn) -> None:
        """The place, or the question what it is about."""
        find_place(turn, turn.words, asked_before=turn.before.asked == "emne")


def find_place(turn: Turn, words: str, *, asked_before: bool) -> None:
    """Say who handles what ``words`` speak of; when that was asked already and is still not clear, a human helps."""
    found = turn.municipality.find_topic(words)
    if found is not None:
        place(turn, found)
    elif asked_before:
        turn.say(
            "utter_afdeling_ukendt",
            phone=turn.municipality.phone,
            hours=turn.municipality.phone_hours.in_words(),
        )
        turn.hand_off(Trigger.NOT_UNDERSTOOD, "Vil vide, hvem der tager sig af et emne, som assistenten ikke kender.")
    else:
        turn.say("utter_afdeling_hvilken")
        turn.remember(asked="emne")


def place(turn: Turn, found: Department | Authority) -> None:
    """Who it is and how to reach them."""
    if isinstance(found, Authority):
        turn.say("utter_anden_myndighed", name=found.name, handles=found.handles, reach=found.reach)
    else:
        turn.say(
            "utter_afdeling",
            department=found.name,
            phone=found.phone,
            hours=found.phone_hours.in_words(),
            address=found.address,
        )


def _named(turn: Turn) -> Department | Authority | None:
    """The place the citizen speaks of, if any; the thing asked for ("adresse") is no place."""
    return turn.municipality.find_topic(_ASKED_FOR.sub(" ", turn.words))


class NotOurs(Answer):
    """Another authority's matter: which, and how to reach it, where the municipality's facts know that."""

    intent = "uden_for_emne"

    async def answer(self, turn: Turn) -> None:
        """The authority; the department when the matter is our own after all; else what can be done."""
        named = turn.entities.get("emne") or turn.entities.get("afdeling")
        found = turn.municipality.find_topic(turn.words)
        ours = turn.municipality.find_topic(named) if named else None
        if isinstance(ours, Department) and not isinstance(found, Authority):
            found = ours
        if isinstance(found, Authority):
            place(turn, found)
        elif found is not None:  # nobody is sent away with what is ours
            turn.say("utter_ved_jeg_ikke", department=found.name, phone=found.phone, hours=found.phone_hours.in_words())
        elif turn.before.asked and len(turn.text.split()) <= _FEW_WORDS:
            await answer_to("oplys").answer(turn)  # a day or a name by itself is no wish, but what was asked for
        else:
            turn.say("utter_uden_for_emne")


class OpeningHours(Answer):
    """When one may come or call; and whether it is open just now."""

    intent = "aabningstider"

    async def answer(self, turn: Turn) -> None:
        """The hours of the department that is named, else of the municipality."""
        found = _named(turn)
        if isinstance(found, Authority):
            place(turn, found)
            return
        who = found or turn.municipality
        turn.say(
            "utter_aabningstider",
            name=who.name,
            opening=who.opening_hours.in_words(),
            calling=who.phone_hours.in_words(),
            address=who.address,
            phone=who.phone,
        )
        _now(turn, who.opening_hours)


def _now(turn: Turn, hours: Hours) -> None:
    opens = hours.next_open(turn.parts.now())
    if opens is None:
        return  # by appointment only, which the hours in words have said
    if hours.is_open(turn.parts.now()):
        turn.say("utter_aabent_nu")
    else:
        turn.say("utter_lukket_nu", opens=f"{weekday_words(opens.date())} kl. {time_words(opens.time())}")


class ContactTheMunicipality(Answer):
    """Phone, mail and address."""

    intent = "kontakt_kommunen"

    async def answer(self, turn: Turn) -> None:
        """Those of the department that is named, else of the municipality."""
        found = _named(turn)
        if isinstance(found, Authority):
            place(turn, found)
            return
        who = found or turn.municipality
        turn.say(
            "utter_kontakt_kommunen",
            name=who.name,
            phone=who.phone,
            hours=who.phone_hours.in_words(),
            email=who.email,
            address=who.address,
            buttons=_TO_THE_CASEWORKER if found is None and turn.before.question else (),
        )
