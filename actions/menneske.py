"""Getting hold of a human: now, by a call, or at a meeting."""

from __future__ import annotations

import re

from actions.looking_up import case_spoken_of
from actions.session import Answer
from actions.turn import Turn, trigger_of_call
from bot.chat.turn import MeetingAsk
from bot.danish.spelling import fold
from bot.danish.times import read_times
from bot.handoff.rules import Trigger
from bot.municipality.model import Department
from bot.municipality.phones import find_phone, looks_like_phone

_FORMS = {
    "telefon": re.compile(r"telefon|\bringe?\b"),
    "video": re.compile(r"video|online|\bteams\b|skaerm"),
    "fremmoede": re.compile(r"fremmoede|ansigt til ansigt|fysisk|komme (?:ind|forbi|ned)|personligt moede|\bmoedes\b"),
}
# Said on folded text: somebody who wants flesh and blood, whatever else the message holds.
_A_HUMAN = re.compile(
    r"\b(?:rigtig|virkelig|levende)\w* (?:\w+ )?(?:person\w*|menn?e?ske\w*|medarbejder\w*|voksen)\b"
    r"|\b(?:et|med|til) menn?e?ske\b|\b(?:en|med|til) person\b"
)


def wants_a_human(text: str) -> bool:
    """Whether ``text`` asks for a person of flesh and blood, also where it asks for a meeting or is angry."""
    return bool(_A_HUMAN.search(fold(text)))


async def hand_over(turn: Turn, trigger: Trigger, reason: str, *, phone: str | None = None) -> None:
    """A human takes over, or calls on ``phone``, for the matter that is named, or else for the case last spoken of."""
    turn.hand_off(trigger, reason, case=await case_spoken_of(turn), departments=_named(turn), phone=phone)


def _named(turn: Turn) -> tuple[str, ...]:
    """The department of the matter in this turn's words, or in the question that waits for login."""
    waiting = turn.before.pending
    for words in (turn.words, (waiting.entities.get("emne", "") if waiting else "")):
        found = turn.municipality.find_topic(words)
        if isinstance(found, Department):
            return (found.key,)
    return ()


class TalkToAHuman(Answer):
    """A human takes over; when one has been offered already, this is a yes."""

    intent = "tal_med_menneske"

    async def answer(self, turn: Turn) -> None:
        """Yes, of course."""
        if turn.before.asked == "menneske":
            turn.settle("send")
            return
        turn.say("utter_menneske")
        await hand_over(turn, Trigger.ASKED, "Vil tale med et menneske.")


class CallMe(Answer):
    """The number may stand in the same message; else it is asked for."""

    intent = "ring_mig_op"

    async def answer(self, turn: Turn) -> None:
        """Have the call kept, or ask for the number."""
        if turn.before.human and "hvornaar" in fold(turn.text):  # of the call that was promised
            await hand_over(turn, Trigger.ASKED, "Vil vide, hvornår et menneske svarer.")
            return
        reason = turn.callback_reason or "Vil ringes op."
        said = " ".join([turn.text, turn.entities.get("telefon", "")])
        phone = find_phone(said)
        if phone:
            await hand_over(turn, trigger_of_call(reason), reason, phone=phone)
        else:
            turn.ask_for_phone(with_time(turn, reason), again=looks_like_phone(said))


def time_in(turn: Turn) -> str:
    """The citizen's own words for a time, from the first to the last of them; empty when none is named."""
    found = read_times(turn.text, now=turn.parts.now())
    return turn.text[found[0].start : found[-1].end].strip() if found else turn.entities.get("tidspunkt", "")


def with_time(turn: Turn, reason: str) -> str:
    """The ``reason`` (Danish) for a call, with the time the citizen names, unless it holds that already."""
    when = time_in(turn)
    return f"{reason} Ønske: {when}." if when and when not in reason else reason


def form_in(turn: Turn) -> str | None:
    """How the citizen wants to meet: telefon, video or fremmoede; None when they have not said."""
    said = fold(f"{turn.text} {turn.entities.get('moedeform', '')}")
    return next((form for form, words in _FORMS.items() if words.search(said)), None)


async def about_a_meeting(turn: Turn, do: str, *, when: str = "") -> None:
    """Ask web to ``do`` something about a meeting: book, show, move or cancel.

    ``when`` are the citizen's words where nothing in them is known for a time: web reads more of them.
    """
    case = await case_spoken_of(turn)
    named = _named(turn)
    about = f" om sag {case.number}" if case and not case.about_a_child and not named else ""
    turn.meeting(
        MeetingAsk(
            do=do,
            form=form_in(turn),
            when=time_in(turn) or when,
            department=named[0] if named else case.department if case else None,
            reason=f"Vil have et møde{about}." if do == "book" else "",
        )
    )


def answer_about_meeting(turn: Turn, *, yes: bool) -> None:
    """The citizen typed a yes or a no to what was asked of one meeting."""
    _, if_yes, if_no, number = (turn.before.asked or "").split(":")
    turn.meeting(MeetingAsk(do=if_yes if yes else if_no, meeting=int(number)))


class BookMeeting(Answer):
    """A meeting is wanted: times to choose from. With "a real person" a human takes over and finds one."""

    intent = "book_moede"

    async def answer(self, turn: Turn) -> None:
        """Times, or a human, who is offered together with a meeting."""
        if wants_a_human(turn.text):
            turn.say("utter_menneske")
            await hand_over(turn, Trigger.ASKED, "Vil have et møde med et menneske.")
            return
        turn.say("utter_moede_book")
        await about_a_meeting(turn, "book")


class MyMeeting(Answer):
    """When, where and what about is a meeting."""

    intent = "mit_moede"

    async def answer(self, turn: Turn) -> None:
        """Web shows it."""
        await about_a_meeting(turn, "show")


class MoveMeeting(Answer):
    """A meeting is to be at another time."""

    intent = "flyt_moede"

    async def answer(self, turn: Turn) -> None:
        """Web shows other times."""
        turn.say("utter_moede_tak")
        await about_a_meeting(turn, "move")


class CancelMeeting(Answer):
    """A meeting is not to be."""

    intent = "aflys_moede"

    async def answer(self, turn: Turn) -> None:
        """Web cancels it."""
        turn.say("utter_moede_tak")
        await about_a_meeting(turn, "cancel")
