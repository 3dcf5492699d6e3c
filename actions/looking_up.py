"""Looking the citizen's own cases up, and what is said when that fails, or only in part."""

from __future__ import annotations

from collections.abc import Callable

from actions.afdeling import place
from actions.turn import Turn
from bot.audit.trail import ActorKind
from bot.cases.case import Case
from bot.cases.found import Asker, Found
from bot.chat.turn import Question, payload
from bot.errors import CaseSystemError, CaseSystemSlow, CaseSystemTooMuch
from bot.handoff.rules import Trigger
from bot.identity.logins import Login
from bot.municipality.model import Authority

_CITIZEN = "Borgeren selv"  # in the audit trail


async def own_cases(
    turn: Turn, intent: str, *, before_login: Callable[[Turn], None] | None = None
) -> list[Case] | None:
    """The citizen's own cases; None when there is no login or no answer, which the citizen has then been told.

    ``intent`` is the question that is asked again after login.
    """
    question = turn.question(intent)
    login = await turn.who()
    if login is None:
        if before_login:
            before_login(turn)
        if anothers_matter(turn):
            turn.say("utter_oplys_emne")  # nobody is sent away who has a case here all the same
        turn.offer_login(question)
        return None
    turn.remember(pending=None)
    found = await _look_up(turn, login, intent)
    if isinstance(found, CaseSystemError):
        trouble(turn, question, found)
        return None
    # What there is may not be what is meant, where a system gave no answer; what is too much is never all there.
    if found.failure is not None and (not found.cases or isinstance(found.failure, CaseSystemTooMuch)):
        trouble(turn, question, found.failure)
        return None
    return list(found.cases)


def anothers_matter(turn: Turn) -> bool:
    """True when the matter that is named is another authority's, and the citizen has been told whose."""
    found = turn.municipality.find_topic(turn.entities["emne"]) if "emne" in turn.entities else None
    if not isinstance(found, Authority):
        return False
    place(turn, found)
    return True


async def case_spoken_of(turn: Turn) -> Case | None:
    """The case last spoken of, for somebody who takes over; None when there is none, no login or no answer.

    Nobody who asks for a human has to wait for a case system that does not answer, or to hear of it.
    """
    login = await turn.who() if turn.metadata.login else None
    if login is None:
        return None
    await _look_up(turn, login, "tal_med_menneske")
    return next((case for case in turn.own_cases if case.ref == turn.before.case), None)


async def _look_up(turn: Turn, login: Login, why: str) -> Found | CaseSystemError:
    """What came of looking the citizen's cases up; once a turn, however many wishes need them."""
    if turn.looked_up is None:
        asker = Asker(kind=ActorKind.CITIZEN, actor=login.id, name=_CITIZEN, why=why, place=turn.conversation)
        try:
            turn.looked_up = await turn.parts.cases.look_up(login.cpr, asker, today=turn.parts.today)
        except CaseSystemError as error:
            turn.looked_up = error
    return turn.looked_up


def more_may_be_missing(turn: Turn) -> None:
    """After an answer: that a system gave none, so that nobody thinks that there is no more than was told."""
    if turn.missing is not None:
        turn.say(
            "utter_et_system_mangler", phone=turn.municipality.phone, hours=turn.municipality.phone_hours.in_words()
        )


def trouble(turn: Turn, question: Question, error: CaseSystemError) -> None:
    """The case system did not answer: say so, keep the question, give the number and hours, offer a human."""
    if isinstance(error, CaseSystemTooMuch):
        too_many(turn)
        return
    question = turn.with_waiting(question)
    turn.say(
        "utter_sagssystem_langsomt" if isinstance(error, CaseSystemSlow) else "utter_sagssystem_nede",
        buttons=[{"title": "Prøv igen", "payload": payload(question)}],
        phone=turn.municipality.phone,
        hours=turn.municipality.phone_hours.in_words(),
    )
    kept = {name: value for name, value in question.entities.items() if name == "ogsaa"}
    turn.remember(question=Question(intent=question.intent, entities=kept))
    turn.hand_off(Trigger.SYSTEM_DOWN, "Sagssystemet svarede ikke, da borgeren spurgte til sin sag.")


def too_many(turn: Turn) -> None:
    """More cases than can be shown: asking again helps nobody, a human does."""
    turn.say("utter_for_mange_sager", phone=turn.municipality.phone, hours=turn.municipality.phone_hours.in_words())
    turn.hand_off(Trigger.SYSTEM_DOWN, "Borgeren har flere sager, end assistenten kan vise.")
