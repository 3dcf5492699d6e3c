"""The conversation itself: hello, yes, no, a detail that was asked for, and what was not understood."""

from __future__ import annotations

import re

from actions.afdeling import find_place, place
from actions.afslag import WhyRefused
from actions.aktindsigt import AccessToDocuments
from actions.brev import explain
from actions.cases import CaseAnswer
from actions.dokumentation import HandDocumentsIn
from actions.klage import Complain
from actions.kontakt import HowToReachMyCaseworker
from actions.mangler import WhatIsMissing
from actions.menneske import (
    TalkToAHuman,
    about_a_meeting,
    answer_about_meeting,
    form_in,
    hand_over,
    time_in,
    wants_a_human,
)
from actions.mine_sager import MyCases
from actions.sagsbehandler import WhoHandlesMyCase
from actions.session import URGENT, Answer, Turn, trigger_of_call
from actions.skift import AnotherCaseworker
from actions.status import WhereMyCaseStands
from actions.svartid import WhenDoIGetAnAnswer
from bot.chat.turn import Question, payload
from bot.handoff.rules import Trigger
from bot.municipality.phones import find_phone
from bot.municipality.spelling import fold

_CASE_ANSWERS: dict[str, type[CaseAnswer]] = {
    answer.intent: answer
    for answer in (
        WhoHandlesMyCase,
        HowToReachMyCaseworker,
        AnotherCaseworker,
        WhereMyCaseStands,
        WhenDoIGetAnAnswer,
        WhatIsMissing,
        HandDocumentsIn,
        MyCases,
        WhyRefused,
        Complain,
        AccessToDocuments,
    )
}


class Hello(Answer):
    """The first message of a conversation says that this is a robot, what it can do, and how to reach a human."""

    intent = "hilsen"

    async def answer(self, turn: Turn) -> None:
        """Welcome, or a greeting back."""
        if turn.metadata.opening:
            turn.say(
                "utter_velkomst",
                assistant=turn.municipality.assistant,
                municipality=turn.municipality.name,
                phone=turn.municipality.phone,
            )
        else:
            turn.say("utter_hilsen")


class Yes(Answer):
    """Yes to what was last asked."""

    intent = "bekraeft"

    async def answer(self, turn: Turn) -> None:
        """Go on with what was asked."""
        match turn.before.asked:
            case "menneske":
                turn.settle("send")
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
                await _ask_again(turn)
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
        if turn.before.asked == "menneske":
            turn.settle("withdraw")
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
        if await _said_again(turn):
            return
        about_case = "sag" in turn.entities or "sagsnummer" in turn.entities
        match turn.before.asked:
            case "telefon" if not about_case and "emne" not in turn.entities:
                turn.ask_for_phone(turn.callback_reason or "Vil ringes op.", again=True)
            case "ring_op" if not about_case and (when := time_in(turn)):
                turn.ask_for_phone(f"{turn.callback_reason or 'Vil ringes op.'} Ønske: {when}.")
            case "menneske" if not about_case and "emne" not in turn.entities:
                turn.say("utter_oplys_medarbejder")  # web keeps what was offered, and whoever takes over sees this too
                turn.remember(asked="menneske")
            case "moede_book" | "moede_move" if not about_case:
                await about_a_meeting(turn, turn.before.asked.removeprefix("moede_"), when=turn.text)
            case None if turn.before.human and not about_case and "emne" not in turn.entities:
                turn.say("utter_oplys_medarbejder")
            case None if (reason := turn.before.callback_reason) and (phone := find_phone(turn.text)):
                turn.hand_off(trigger_of_call(reason), reason, phone=phone)  # it was spoken of a little while ago
            case "brevord" if not about_case:
                explain(turn, asked_before=True)
            case "emne" if not about_case:
                find_place(turn, turn.words, asked_before=True)
            case _ if about_case or turn.before.question or turn.before.pending:
                await _ask_again(turn)
            case _:
                _bare_topic(turn)


_AGAIN = re.compile(
    r"\bgentag\w*\b|\bsig (?:det|den) (?:lige )?igen\b|\bhvad (?:skrev|sagde|var det) du\b|\ben gang til\b",
    re.IGNORECASE,
)


async def _said_again(turn: Turn) -> bool:
    """True when the citizen asked to hear the last answer again, and has: what was asked is still asked."""
    if not _AGAIN.search(turn.text):
        return False
    if turn.before.question and turn.before.case and turn.before.asked is None:
        turn.entities.clear()
        await _ask_again(turn)
    else:
        turn.say("utter_gentag")
        turn.remember(asked=turn.before.asked)
    return True


async def _ask_again(turn: Turn) -> None:
    """The last question about a case, for the case this turn points at; its state when nothing was asked."""
    question = turn.before.question or turn.before.pending
    if question and "ogsaa" in question.entities:
        turn.entities.setdefault("ogsaa", question.entities["ogsaa"])
    answer = _CASE_ANSWERS.get(question.intent if question else "", WhereMyCaseStands)
    await answer().answer(turn)


def _bare_topic(turn: Turn) -> None:
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


class NotUnderstood(Answer):
    """Once: an open question. Twice in a row: a human, not a third guess."""

    intent = "fallback"

    async def answer(self, turn: Turn) -> None:
        """If a detail was asked for, this may be it; else ask, or offer a human."""
        match turn.before.asked:
            case "brevord" if turn.text:
                explain(turn, asked_before=True)
                return
            case "emne" if turn.text:
                find_place(turn, turn.words, asked_before=True)
                return
            case "moede_book" | "moede_move" if time_in(turn) or form_in(turn):
                await about_a_meeting(turn, turn.before.asked.removeprefix("moede_"))
                return
            case "sag" if turn.text and turn.before.misses == 0:
                await _ask_again(turn)
                turn.remember(misses=1)
                return
        if await _said_again(turn):
            return
        if turn.also:  # two questions that weigh alike: neither won, and both were understood
            await _CASE_ANSWERS[turn.also[0]]().answer(turn)
            return
        if wants_a_human(turn.text):  # a meeting, anger or a human: whichever was meant, it is a human
            await TalkToAHuman().answer(turn)
            return
        misses = turn.before.misses + 1
        if misses >= turn.rule(Trigger.NOT_UNDERSTOOD).after:
            turn.say("utter_fallback_igen")
            await hand_over(turn, Trigger.NOT_UNDERSTOOD, "Assistenten forstod ikke spørgsmålet.")
        elif "emne" in turn.entities and turn.municipality.find_topic(turn.entities["emne"]):
            turn.say("utter_fallback_emne")
            _bare_topic(turn)
        else:
            turn.say("utter_fallback")
        if turn.before.asked == "menneske":  # the human that was offered still is
            turn.remember(asked="menneske")
        turn.remember(misses=misses)
