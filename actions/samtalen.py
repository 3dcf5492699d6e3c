"""The conversation itself: yes, no, and a detail that was asked for."""

from __future__ import annotations

import re

from actions.afdeling import find_place, place
from actions.brev import explain
from actions.foelelser import HelpNow
from actions.menneske import about_a_meeting, answer_about_meeting, hand_over, time_in, with_time
from actions.session import Answer, respond
from actions.turn import URGENT, Turn, trigger_of_call
from actions.valg import chose_in_words, open_question
from actions.wishes import Wish
from bot.chat.turn import CASE_QUESTIONS, Question, payload, question_in
from bot.danish.spelling import fold
from bot.handoff.rules import Trigger
from bot.municipality.phones import find_phone


class Yes(Answer):
    """Yes to what was last asked."""

    intent = "bekraeft"

    async def answer(self, turn: Turn) -> None:
        """Go on with what was asked."""
        if await chose_in_words(turn, yes=True) or await tried_again(turn):
            return
        match turn.before.asked:
            case "menneske":
                turn.settle("send")
            case "fare":
                await HelpNow().answer(turn)
            case None if turn.before.human and "send" in fold(turn.text):  # what was offered a little while ago
                turn.settle("send")
            case "samtale":
                turn.say("utter_menneske")
                await hand_over(turn, Trigger.CONFLICT, turn.callback_reason or "Vil tale med et menneske.")
            case "moede_book" | "moede_move":
                await about_a_meeting(turn, turn.before.asked.removeprefix("moede_"))
            case str(asked) if asked.startswith("moede_svar:"):
                answer_about_meeting(turn, yes=True)
            case "ring_op" | "telefon":
                turn.ask_for_phone(turn.callback_reason or "Vil ringes op.")
            case "sag":
                if len(turn.before.offered) == 1:
                    turn.entities["sag"] = turn.before.offered[0]
                await ask_again(turn)
            case "brevord":
                explain(turn, asked_before=False)
            case "emne":
                find_place(turn, turn.words, asked_before=False)
            case _:
                turn.say("utter_bekraeft")


# A bare "nej" to something else takes nothing back. Both are searched for in folded text.
_TAKE_BACK = re.compile(r"\b(?:glem|fortryd\w*|fortrudt|drop|annull?er\w*|lad vaere|alligevel|traek)\b")
_A_HUMAN = re.compile(r"\bring\w*|\bopkald\w*|\bmenn?e?ske\w*|\bmedarbejder\w*|\bkoe\w*")


def _takes_back(turn: Turn) -> bool:
    """Whether the human who was asked for is not wanted any more; "glem det" is of what was last spoken of."""
    said = fold(turn.text)
    return bool(_TAKE_BACK.search(said)) and (turn.before.asked is None or bool(_A_HUMAN.search(said)))


class No(Answer):
    """No to what was last asked."""

    intent = "afvis"

    async def answer(self, turn: Turn) -> None:
        """That is fine."""
        asked = turn.before.asked or ""
        if asked == "menneske":
            turn.settle("withdraw")
        elif asked == "fare":
            turn.say("utter_fare_nej")
            turn.remember(misses=1)
        elif asked.startswith("valg:"):
            open_question(turn)
        elif turn.before.asked in ("ring_op", "telefon"):
            urgent = (turn.callback_reason or "").startswith(URGENT)
            turn.say("utter_opkald_nej_akut" if urgent else "utter_opkald_nej")
            turn.remember(callback_reason=None)
        elif (turn.before.asked or "").startswith("moede_svar:"):
            answer_about_meeting(turn, yes=False)
        elif turn.before.human and _takes_back(turn):
            turn.settle("withdraw")
        else:
            turn.say("utter_afvis")


class Detail(Answer):
    """A detail that was asked for, or a bare case number or topic."""

    intent = "oplys"

    async def answer(self, turn: Turn) -> None:
        """Give the detail to whoever asked for it; else the last question again, for the case now meant."""
        if await tried_again(turn) or await said_again(turn) or await chose_in_words(turn):
            return
        reason, phone = turn.before.callback_reason, find_phone(turn.text)
        if reason and phone:  # it was spoken of a little while ago
            turn.hand_off(trigger_of_call(reason), reason, phone=phone)
            return
        about_case = "sag" in turn.entities or "sagsnummer" in turn.entities
        match turn.before.asked:
            case "telefon" if not about_case and "emne" not in turn.entities:
                turn.ask_for_phone(with_time(turn, turn.callback_reason or "Vil ringes op."), again=True)
            case "ring_op" if not about_case and time_in(turn):
                turn.ask_for_phone(with_time(turn, turn.callback_reason or "Vil ringes op."))
            case "menneske" if not about_case and "emne" not in turn.entities:
                turn.say("utter_oplys_medarbejder")  # web keeps what was offered, and whoever takes over sees this too
                turn.remember(asked="menneske")
            case "moede_book" | "moede_move" if not about_case:
                await about_a_meeting(turn, turn.before.asked.removeprefix("moede_"), when=turn.text)
            case None if turn.before.human and not about_case and "emne" not in turn.entities:
                turn.say("utter_oplys_medarbejder")
            case "brevord" if not about_case:
                explain(turn, asked_before=True)
            case "emne" if not about_case:
                find_place(turn, turn.words, asked_before=True)
            case _ if about_case or turn.before.question or turn.before.pending:
                await ask_again(turn)
            case _:
                bare_topic(turn)


_AGAIN = re.compile(
    r"\bgentag\w*\b|\bsig (?:det|den) (?:lige )?igen\b|\bhvad (?:skrev|sagde|var det) du\b|\ben gang til\b",
    re.IGNORECASE,
)


async def said_again(turn: Turn) -> bool:
    """True when the citizen asked to hear the last answer again, and has: what was asked is still asked."""
    if not _AGAIN.search(turn.text):
        return False
    if turn.before.question and turn.before.case and turn.before.asked is None:
        turn.entities.clear()
        await ask_again(turn)
    else:
        turn.say("utter_gentag")
        turn.remember(asked=turn.before.asked)
    return True


async def ask_again(turn: Turn) -> None:
    """The last question about a case, for the case this turn points at; its state when nothing was asked.

    With it goes what was asked in the same message as it.
    """
    question = turn.before.question or turn.before.pending
    intent = question.intent if question and question.intent in CASE_QUESTIONS else "sagsstatus"
    asked = [Wish(intent=intent, text=turn.text, entities=turn.entities, for_another=turn.asks_for_another)]
    beside = question_in(question.entities.get("ogsaa", "")) if question else None
    if beside is not None:
        relation = {name: value for name, value in beside.entities.items() if name == "relation"}
        asked.append(Wish(intent=beside.intent, entities={**turn.entities, **relation}))
    await respond(turn, asked)


# Searched for in folded text.
_TRY_AGAIN = re.compile(r"\b(?:proev|ring|forsoeg)\w* (?:\w+ )?(?:igen|en gang til)\b")


async def tried_again(turn: Turn) -> bool:
    """True when something is to be tried again: the case system that did not answer, or a call nobody took."""
    if not _TRY_AGAIN.search(fold(turn.text)):
        return False
    if turn.before.asked == "menneske" and turn.before.question:
        await ask_again(turn)
    elif turn.before.asked is None:
        turn.ask_for_phone("Vil ringes op igen.")
    else:
        return False
    return True


def bare_topic(turn: Turn) -> None:
    """A topic with no question: who handles it, and the questions it may have meant."""
    found = turn.municipality.find_topic(turn.words)
    if found is None:
        turn.say("utter_oplys_uklart")
        return
    place(turn, found)
    topic = turn.entities.get("emne")
    entities = {"emne": topic} if topic else {}
    turn.say(
        "utter_oplys_emne",
        buttons=[
            {"title": "Status på min sag", "payload": payload(Question(intent="sagsstatus", entities=entities))},
            {"title": "Hvornår får jeg svar?", "payload": payload(Question(intent="svartid", entities=entities))},
        ],
    )
