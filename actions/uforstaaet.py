"""What was not understood: a choice where it is half sure, else one open question, then a human; never a guess."""

from __future__ import annotations

import re

from actions.afdeling import NotOurs, find_place
from actions.brev import explain
from actions.choices import SOMETHING_ELSE, choice
from actions.menneske import TalkToAHuman, about_a_meeting, form_in, hand_over, time_in, wants_a_human, with_time
from actions.samtalen import ask_again, bare_topic, said_again, tried_again
from actions.session import Answer
from actions.turn import Turn
from actions.valg import ask_what_was_meant, choosable, chose_in_words
from actions.wishes import DANGER
from bot.handoff.rules import Trigger
from bot.municipality.model import Authority

# Yes, from somebody who was offered a human in their own language.
_YES = re.compile(r"\W*(?:yes|yeah|yep|ok|okay|sure|please|tak|evet|da|так|да|نعم)\b", re.IGNORECASE)


class NotUnderstood(Answer):
    """Half sure: a choice. Unsure: an open question. Twice in a row: a human, not a third guess."""

    intent = "fallback"

    async def answer(self, turn: Turn) -> None:
        """If a detail was asked for, this may be it; else ask, or offer a human."""
        if DANGER in turn.guesses:
            await _perhaps_in_danger(turn)
            return
        if await _was_asked_for(turn) or await tried_again(turn) or await said_again(turn):
            return
        if wants_a_human(turn.text):  # a meeting, anger or a human: whichever was meant, it is a human
            await TalkToAHuman().answer(turn)
            return
        # Perhaps nothing of ours, and somebody is known who has it: that helps more than a question.
        if turn.guesses[:1] == ("uden_for_emne",) and isinstance(turn.municipality.find_topic(turn.words), Authority):
            await NotOurs().answer(turn)
            return
        turn.outcome = "fallback"
        misses = turn.before.misses + 1
        meant = choosable(turn)
        if misses >= turn.rule(Trigger.NOT_UNDERSTOOD).after:
            turn.say("utter_fallback_igen")
            await hand_over(turn, Trigger.NOT_UNDERSTOOD, "Assistenten forstod ikke spørgsmålet.")
        elif meant:
            ask_what_was_meant(turn, meant)
        elif "emne" in turn.entities and turn.municipality.find_topic(turn.entities["emne"]):
            turn.say("utter_fallback_emne")
            bare_topic(turn)
        else:
            turn.say("utter_fallback")
        if turn.before.asked == "menneske":  # the human that was offered still is
            turn.remember(asked="menneske")
        turn.remember(misses=misses)


async def _was_asked_for(turn: Turn) -> bool:
    """True when a detail, a choice or a yes was asked for, and this is taken as one."""
    match turn.before.asked:
        case "brevord" if turn.text:
            explain(turn, asked_before=True)
        case "emne" if turn.text:
            find_place(turn, turn.words, asked_before=True)
        case "moede_book" | "moede_move" if time_in(turn) or form_in(turn):
            await about_a_meeting(turn, turn.before.asked.removeprefix("moede_"))
        case "sag" if turn.text and turn.before.misses == 0:
            await ask_again(turn)
            turn.remember(misses=1)
        case "menneske" if _YES.match(turn.text):
            turn.settle("send")
        case "telefon" if turn.callback_reason and time_in(turn):
            turn.ask_for_phone(with_time(turn, turn.callback_reason), again=True)
        case _:
            return await chose_in_words(turn)
    return True


async def _perhaps_in_danger(turn: Turn) -> None:
    """Not sure, and too much at stake to guess: asked with care, the numbers at hand; the other meaning beside it."""
    titles = turn.titles
    others = [button for intent in turn.guesses for button in choice(intent, turn.entities, turn.text, titles=titles)]
    turn.outcome = "danger"
    misses = turn.before.misses + 1
    again = misses >= turn.rule(Trigger.NOT_UNDERSTOOD).after
    turn.say("utter_akut_maaske", buttons=[] if again else [*others, SOMETHING_ELSE])
    turn.remember(asked="fare", misses=misses)
    if again:
        await hand_over(turn, Trigger.NOT_UNDERSTOOD, "Assistenten er ikke sikker på, om borgeren er i fare.")
