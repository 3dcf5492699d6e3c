"""A question about one of the citizen's own cases: log in first, find the case, then answer."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from actions import whose
from actions.looking_up import anothers_matter, more_may_be_missing, own_cases, trouble
from actions.naming import buttons, in_words
from actions.session import Answer
from actions.telling import expected, only_state, overdue
from actions.turn import Turn
from bot.cases.case import Case, Role
from bot.cases.choosing import Chosen, find
from bot.cases.topics import says_something
from bot.chat.turn import Question
from bot.handoff.rules import Trigger
from bot.municipality.danish import listed, number_words


class CaseAnswer(Answer):
    """An answer about one case. ``beyond_state``: more than its state, so in a sensitive case a human gives it."""

    beyond_state: ClassVar[bool] = False
    about_a_decision: ClassVar[bool] = False  # then one that is decided is meant, unless another is named

    async def answer(self, turn: Turn) -> None:
        """Find whose cases and which one, then answer about it."""
        cases = await own_cases(turn, self.intent, before_login=self.before_login)
        if cases is not None:
            self.choose(turn, cases)

    def before_login(self, turn: Turn) -> None:
        """What may be said to anyone, before login is offered. Nothing unless overridden."""

    def choose(self, turn: Turn, cases: Sequence[Case]) -> None:
        """Find the case that is meant among the citizen's own, or ask which."""
        before = turn.before
        # Where a system gave no answer there may be more, and an answer must say which case it is about.
        turn.has_several_cases = len(cases) > 1 or turn.missing is not None
        mine = of_whom(turn, cases)
        if turn.for_another and not mine and turn.missing is None:
            no_representation(turn)
            return
        chosen = find(
            mine,
            turn.text,
            number=turn.entities.get("sagsnummer"),
            topic=turn.entities.get("emne"),
            ref=turn.entities.get("sag"),
            current=before.case,
            offered=before.offered,
        )
        if turn.missing is not None and (not mine or _may_be_missing(turn, cases, chosen)):
            trouble(turn, turn.question(self.intent), turn.missing)
            return
        if self.about_a_decision and chosen.by in ("current", "only") and chosen.case and chosen.case.state.is_open:
            chosen = _decided(mine, chosen)
        if chosen.case is None and not chosen.candidates:
            anothers_matter(turn)
        if not cases:
            no_cases(turn)
        elif chosen.by == "all" and not self.beyond_state:
            overview(turn, chosen.candidates)
        elif chosen.case is not None and not _speaks_of_another(turn, chosen):
            turn.remember(case=chosen.case.ref, question=Question(intent=self.intent))
            self.answer_about(turn, chosen.case)
        else:
            ask_which(turn, mine, chosen, self.intent)
        more_may_be_missing(turn)

    def answer_about(self, turn: Turn, case: Case) -> None:
        """Answer about ``case``, or hand it to a human where only a human may answer."""
        if case.about_a_child:
            self.about_a_child(turn, case)
        elif self.beyond_state and only_state(case):
            self.sensitive(turn, case)
        else:
            self.about(turn, case)

    def about_a_child(self, turn: Turn, case: Case) -> None:
        """A case under the Children's Act: who has custody may have changed, so a human answers."""
        where = turn.municipality.department(case.department).name
        human_answers(turn, case, "utter_sag_om_barn", Trigger.CHILD, f"Spørger til en sag om et barn hos {where}.")

    def sensitive(self, turn: Turn, case: Case) -> None:
        """A question beyond the state of a sensitive case: a human answers."""
        human_answers(
            turn, case, "utter_foelsom", Trigger.SENSITIVE, f"Spørger til mere end status i sag {case.number}."
        )

    @abstractmethod
    def about(self, turn: Turn, case: Case) -> None:
        """Answer about this one case, which is the citizen's own."""


def _may_be_missing(turn: Turn, cases: Sequence[Case], chosen: Chosen) -> bool:
    """Whether the case that is meant is likely one of those that a system did not give.

    So it is where one was pointed at and none fits, and where nothing was pointed at and the case that was spoken
    of is not there: the only one that is left is another.
    """
    if chosen.case is None and not chosen.candidates:
        return chosen.by is not None
    spoken_of = turn.before.case
    gone = spoken_of is not None and all(case.ref != spoken_of for case in cases)
    return gone and chosen.by in (None, "only")


def of_whom(turn: Turn, cases: Sequence[Case]) -> Sequence[Case]:
    """Those of ``cases`` the question can be about: another's when it asks for another, one's own if it says so.

    Without this somebody who asks who has their mother's case is told who has their own.
    """
    if turn.for_another:
        return [case for case in cases if case.my_role is Role.REPRESENTATIVE]
    if whose.own(turn.text):
        return [case for case in cases if case.my_role is not Role.REPRESENTATIVE] or cases
    return cases


def _decided(cases: Sequence[Case], chosen: Chosen) -> Chosen:
    """The decided case among ``cases``, or the choice between several; as it was when none is decided."""
    decided = tuple(case for case in cases if not case.state.is_open)
    if not decided:
        return chosen
    return Chosen(case=decided[0], by="only") if len(decided) == 1 else Chosen(candidates=decided)


_POINTED_AT = re.compile(r"\b(?:den|sagen) (?:om|med|der handler om)\b(.*)")


def _speaks_of_another(turn: Turn, chosen: Chosen) -> bool:
    """Whether something was pointed at ("den om bilen") that fits no case, so that the last one must not stand in."""
    pointed = _POINTED_AT.search(turn.text.lower())
    return chosen.by == "current" and pointed is not None and says_something(pointed[1])


def no_representation(turn: Turn) -> None:
    """Nothing may be told of another's case; a human helps, so nobody is turned away."""
    turn.say(
        "utter_paa_vegne_uden_fuldmagt",
        phone=turn.municipality.phone,
        hours=turn.municipality.phone_hours.in_words(),
    )
    turn.hand_off(Trigger.REPRESENTATION, "Spørger for en anden uden at være repræsentant i sagen.")


_MOST = 12  # cases in one list; more can not be taken in


def overview(turn: Turn, cases: Sequence[Case]) -> None:
    """The cases in a list, the open ones first, each with a button.

    Where they lie in several departments one human may see to them all; where one is late that is said, and offered.
    """
    shown = sorted(cases, key=lambda case: not case.state.is_open)[:_MOST]
    turn.say(
        "utter_mine_sager",
        number=number_words(len(cases)),
        cases="\n".join(f"- {_line(turn, case)}" for case in shown),
        buttons=buttons(turn, shown),
    )
    # A case chosen from the list is asked for its state, or for what was asked in the same breath.
    waiting = turn.carry(if_alike=True)
    asked = Question(intent=waiting.intent if waiting else "sagsstatus")
    turn.remember(offered=tuple(case.ref for case in shown), question=asked, asked="sag")
    still_open = [case for case in cases if case.state.is_open]
    for case in still_open:
        overdue(turn, case)
    names = [turn.municipality.department(key).name for key in dict.fromkeys(case.department for case in still_open)]
    if len(names) > 1:
        turn.hand_off(Trigger.SEVERAL_DEPARTMENTS, f"Har åbne sager hos {listed(names)}.", case=still_open[0])


def _line(turn: Turn, case: Case) -> str:
    name = in_words(turn, case)
    if case.about_a_child:
        return f"En sag {name}, som et menneske svarer dig på"
    said = [case.state.value]
    if case.my_role is Role.REPRESENTATIVE:
        said.append("du er repræsentant")
    if case.state.is_open and case.todos:
        said.append("vi mangler noget fra dig")
    answer = expected(turn, case)
    if answer and answer.overdue:
        said.append("svaret er forsinket")
    return f"{name}: {', '.join(said)}"


def no_cases(turn: Turn) -> None:
    """The citizen has no case here: kindly, and with ways on."""
    turn.say("utter_ingen_sager", phone=turn.municipality.phone, hours=turn.municipality.phone_hours.in_words())
    turn.remember(case=None, offered=())


def ask_which(turn: Turn, cases: Sequence[Case], chosen: Chosen, intent: str) -> None:
    """Ask which case is meant; when what was said fits none, say so and list them all."""
    offered = chosen.candidates or tuple(cases)
    response = "utter_hvilken_sag" if chosen.candidates else "utter_sag_findes_ikke"
    turn.say(response, buttons=buttons(turn, offered))
    question = turn.with_waiting(Question(intent=intent), if_alike=True)
    turn.remember(offered=tuple(case.ref for case in offered), question=question, asked="sag")


def human_answers(turn: Turn, case: Case, response: str, trigger: Trigger, reason: str) -> None:
    """Say that a human answers in this case, from where and when; ``reason`` is for that human."""
    department = turn.municipality.department(case.department)
    turn.say(
        response,
        case=in_words(turn, case),
        department=department.name,
        phone=department.phone,
        hours=department.phone_hours.in_words(),
    )
    turn.hand_off(trigger, reason, case=case)
