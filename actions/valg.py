"""»Mener du …?«: the two things that were most likely meant, as choices, and what is answered to that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.choices import REPLIES, SOMETHING_ELSE, choice
from actions.session import respond
from actions.turn import Turn
from actions.wishes import Wish
from bot.danish.spelling import fold

_ASKED = "valg:"
# Searched for in folded text.
_SOMETHING_ELSE = re.compile(r"\bnoget (?:helt |\w+ )?andet\b|\bingen af (?:dem|delene|de to)\b|\bhverken\b")
_FIRST = re.compile(r"\b(?:den )?foerste\b|\bnummer (?:1|et)\b|^\W*1\W*$")
_SECOND = re.compile(r"\b(?:den )?(?:anden|andet|sidste|nederste)\b|\bnummer (?:2|to)\b|^\W*2\W*$")


def choosable(turn: Turn) -> list[str]:
    """Those of the guesses that make sense as a choice here, the likeliest first."""
    replies = REPLIES if turn.before.asked else {}
    titles = turn.titles
    return [intent for intent in turn.guesses if intent in titles or intent in replies]


def ask_what_was_meant(turn: Turn, intents: Sequence[str], *, response: str = "utter_mener_du") -> None:
    """Ask which of ``intents`` was meant, each in the citizen's own words; what was asked before is still asked."""
    turn.outcome = "asked"
    replies = [{"title": REPLIES[intent], "payload": f"/{intent}"} for intent in intents if intent in REPLIES]
    titles = turn.titles
    chosen = [button for intent in intents for button in choice(intent, turn.entities, turn.text, titles=titles)]
    if replies:
        turn.say(response, buttons=[*replies, *chosen])
        turn.remember(asked=turn.before.asked)
    else:
        turn.say(response, buttons=[*chosen, SOMETHING_ELSE])
        turn.remember(asked=_ASKED + ":".join(intents))


def open_question(turn: Turn) -> None:
    """None of the choices: an open question; when that is not understood either, a human helps."""
    turn.say("utter_noget_andet")
    turn.remember(misses=max(1, turn.before.misses))


async def chose_in_words(turn: Turn, *, yes: bool = False) -> bool:
    """True when the message answers "mener du …?" in words: yes, the first, the second, or something else."""
    asked = turn.before.asked or ""
    if not asked.startswith(_ASKED):
        return False
    intents = asked.removeprefix(_ASKED).split(":")
    said = fold(turn.text)
    if _SOMETHING_ELSE.search(said):
        open_question(turn)
        return True
    picked = 0 if _FIRST.search(said) else len(intents) - 1 if _SECOND.search(said) else None
    if picked is None and yes and len(intents) == 1:
        picked = 0
    if picked is not None:
        await respond(turn, [Wish(intent=intents[picked], entities=turn.entities)])
    elif yes:  # yes to which?
        ask_what_was_meant(turn, intents, response="utter_mener_du_hvilken")
        turn.remember(misses=turn.before.misses)
    else:
        return False
    return True
