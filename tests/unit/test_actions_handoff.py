"""When a human takes over, and meetings: what the actions ask web for, whichever row of the table fired."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cases.case import Role, Sensitivity, State
from bot.chat.turn import Memory, Question
from bot.errors import CaseSystemDown
from tests.asking import FakeCases, a_case, ask, make_parts, sick_pay

OFFERED = Memory(asked="menneske", callback_reason="Svaret i sag 27.60.20-G01-4-26 er forsinket.")
LATE = {"expected": date(2026, 11, 1)}
CHILD = {"kle": "34.10.10", "number": "34.10.10-G01-9-26", "department": "boern_familie"}


async def test_a_human_is_given_without_a_word_of_whether_one_is_there() -> None:
    """Only web knows who sits at the desk; the action says yes, and why it was asked."""
    said = await ask("tal_med_menneske", "menneske", login=None)
    assert said.responses == ["utter_menneske"] and said.buttons == []
    assert said.handoff == {
        "type": "handoff",
        "do": "offer",
        "trigger": "bedt_om",
        "reason": "Vil tale med et menneske.",
        "departments": (),
        "kle": None,
        "phone": None,
    }
    assert said.memory == Memory(asked="menneske", callback_reason="Vil tale med et menneske.")


@pytest.mark.parametrize(("intent", "text"), [("bekraeft", "ja tak"), ("tal_med_menneske", "ja, et menneske")])
async def test_yes_to_a_human_sends_what_was_offered(intent: str, text: str) -> None:
    """Web has words for what happens then."""
    said = await ask(intent, text, memory=OFFERED)
    assert said.handoff is not None and said.handoff["do"] == "send" and said.responses == []
    assert said.memory is not None and said.memory.callback_reason is None


async def test_no_to_a_human_takes_it_back() -> None:
    """And nothing more is asked."""
    said = await ask("afvis", "nej tak", memory=OFFERED)
    assert said.handoff is not None and said.handoff["do"] == "withdraw" and said.responses == []


async def test_something_else_while_the_offer_stands_is_answered() -> None:
    """Another question is no answer to the offer."""
    said = await ask("aabningstider", "hvornår har I åbent", memory=OFFERED)
    assert "utter_aabningstider" in said.responses and said.handoff is None


async def test_what_is_not_understood_takes_no_offer_back() -> None:
    """A slip of the finger, and then yes: still yes to the human."""
    slip = await ask("fallback", "æøh", memory=OFFERED)
    yes = await ask("bekraeft", "ja", memory=slip.memory)
    assert yes.handoff is not None and yes.handoff["do"] == "send"


async def test_more_that_is_told_while_the_offer_stands_is_taken_along() -> None:
    """It is a detail for whoever takes over, and no question to be asked again."""
    memory = OFFERED.but(question=Question(intent="sagsstatus"), case="r1")
    said = await ask("oplys", "jeg kan bedst om formiddagen", memory=memory)
    assert said.responses == ["utter_oplys_medarbejder"]
    assert said.memory is not None and said.memory.asked == "menneske"


async def test_more_that_is_told_once_it_is_sent_is_no_question() -> None:
    """A number to be reached on, told afterwards, is heard: whoever takes over sees it too."""
    said = await ask("oplys", "jeg kan træffes på 12 98 76 54", memory=Memory(human=True))
    assert said.responses == ["utter_oplys_medarbejder"] and said.handoff is None


@pytest.mark.parametrize(
    ("text", "memory", "taken"),
    [
        ("glem det", Memory(human=True), True),
        ("jeg vil ikke ringes op alligevel, glem det", Memory(human=True, asked="moede_book"), True),
        ("glem det", Memory(human=True, asked="moede_book"), False),
        ("nej tak", Memory(human=True), False),
        ("glem det", Memory(), False),
    ],
)
async def test_forget_it_takes_back_what_is_with_a_human(text: str, memory: Memory, taken: bool) -> None:
    """And a no to something else takes nothing back."""
    said = await ask("afvis", text, memory=memory)
    assert (said.handoff is not None and said.handoff["do"] == "withdraw") is taken


async def test_when_somebody_answers_who_was_promised_is_no_question_about_a_case() -> None:
    """Web says by when; of a case that is named the case's own answer is given."""
    said = await ask("svartid", "hvornår hører jeg fra jer", memory=Memory(human=True), login=None)
    assert said.trigger == "bedt_om" and "utter_login" not in said.responses
    without = await ask("svartid", "hvornår hører jeg fra jer", login=None)
    assert without.handoff is None and "utter_login" in without.responses


@pytest.mark.parametrize(("intent", "do"), [("bekraeft", "cancel"), ("afvis", "keep")])
async def test_a_typed_yes_or_no_answers_what_was_asked_of_a_meeting(intent: str, do: str) -> None:
    """As the buttons under the question do."""
    said = await ask(intent, "ja" if intent == "bekraeft" else "nej", memory=Memory(asked="moede_svar:cancel:keep:5"))
    assert said.responses == [] and said.handoff is None
    assert (said.payloads["meeting"]["do"], said.payloads["meeting"]["meeting"]) == (do, 5)


async def test_send_it_is_heard_also_when_something_else_was_asked_since() -> None:
    """A bare yes is of what was last said; »send det« can be of one thing only."""
    sent = await ask("bekraeft", "ja send det bare", memory=Memory(human=True))
    assert sent.handoff is not None and sent.handoff["do"] == "send"
    assert (await ask("bekraeft", "ja", memory=Memory(human=True))).handoff is None


async def test_when_the_promised_call_comes_is_no_wish_for_another() -> None:
    """Web says by when, and the number is not asked for again."""
    said = await ask("ring_mig_op", "hvornår ringer I", memory=Memory(human=True))
    assert said.handoff is not None and said.handoff["do"] == "offer" and said.responses == []


async def test_login_that_does_not_work_is_not_offered_again() -> None:
    """The first time it is help and login; who says then that it fails gets a human."""
    first = await ask("log_ind", "jeg kan ikke finde ud af mitid", login=None)
    assert "utter_login_hjaelp" in first.responses and first.handoff is None
    again = await ask("log_ind", "det virker stadig ikke", memory=first.memory, login=None)
    assert (again.responses, again.trigger) == (["utter_login_driller"], "digitalt")


@pytest.mark.parametrize("intent", ["klage", "afslag_begrundelse"])
async def test_a_talk_about_a_decision_needs_no_login(intent: str) -> None:
    """The way to complain is said, login is offered, and so is a conversation."""
    said = await ask(intent, "jeg vil klage", login=None)
    assert said.trigger == "afgoerelse" and "login" in said.payloads


async def test_open_cases_in_two_departments_are_one_handoff() -> None:
    """Nobody is told to call around: the overview offers one human for all of them."""
    said = await ask("mine_sager", "mine sager", parts=make_parts([a_case(), sick_pay()]))
    assert said.handoff is not None and said.trigger == "flere_afdelinger"
    assert said.handoff["departments"] == ("social", "ydelse")
    assert said.memory is not None and said.memory.offered == ("r1", "r2")


@pytest.mark.parametrize(
    "cases",
    [
        [a_case(), a_case("r2", number="27.60.20-G01-8-26")],
        [a_case(), sick_pay(state=State.CLOSED)],
    ],
)
async def test_cases_in_one_department_are_just_listed(cases: list) -> None:  # type: ignore[type-arg]
    """Two cases at one place, or one that is over: nothing has to be gathered."""
    said = await ask("mine_sager", "mine sager", parts=make_parts(cases))
    assert said.handoff is None and "utter_mine_sager" in said.responses


@pytest.mark.parametrize(
    ("intent", "changes", "trigger"),
    [
        ("klage", {"state": State.DECIDED}, "afgoerelse"),
        ("svartid", LATE, "overskredet"),
        ("afslag_begrundelse", {"sensitivity": Sensitivity.SENSITIVE}, "foelsom"),
        ("tal_med_menneske", {}, "bedt_om"),
    ],
)
async def test_whatever_fired_the_handoff_covers_every_open_case(
    intent: str, changes: dict[str, object], trigger: str
) -> None:
    """The case it is about comes first, then the other departments in which the citizen waits."""
    parts = make_parts([sick_pay(), a_case(**changes)])
    said = await ask(intent, "?", parts=parts, memory=Memory(case="r1", question=Question(intent="sagsstatus")))
    assert said.trigger == trigger and said.handoff is not None
    assert said.handoff["departments"] == ("social", "ydelse")
    assert said.handoff["kle"] == "27.60.20"


async def test_of_all_that_fire_the_strongest_decides_and_no_reason_is_lost() -> None:
    """A late case among cases of several departments: it is late that comes first."""
    said = await ask("mine_sager", "mine sager", parts=make_parts([sick_pay(), a_case(**LATE)]))
    assert said.handoff is not None and said.trigger == "overskredet"
    assert said.handoff["departments"] == ("social", "ydelse")
    assert "27.60.20-G01-4-26 er forsinket" in said.handoff["reason"] and "Ydelsescentret" in said.handoff["reason"]


async def test_a_matter_that_is_named_goes_to_its_department() -> None:
    """What the words name comes before the case last spoken of."""
    said = await ask(
        "tal_med_menneske",
        "jeg vil tale med en i jobcentret",
        parts=make_parts([a_case()]),
        memory=Memory(case="r1"),
    )
    assert said.handoff is not None
    assert (said.handoff["departments"], said.handoff["kle"]) == (("jobcenter", "social"), None)


async def test_the_question_that_waits_for_login_says_what_it_is_about() -> None:
    """Whoever will not log in is still handed to the right department."""
    waiting = Memory(pending=Question(intent="sagsstatus", entities={"emne": "byggesag"}))
    said = await ask("tal_med_menneske", "jeg vil tale med et menneske", login=None, memory=waiting)
    assert said.handoff is not None and said.handoff["departments"] == ("byggesag",)


async def test_a_case_system_that_is_down_keeps_nobody_from_a_human() -> None:
    """Where the cases lie is then found out by those who take over."""
    parts = make_parts(cases=FakeCases(failure=CaseSystemDown("x")))
    said = await ask("tal_med_menneske", "menneske", parts=parts)
    assert (said.responses, said.trigger) == (["utter_menneske"], "bedt_om")


async def test_of_a_late_childs_case_no_number_is_passed_on() -> None:
    """The list says where it is, and so does the reason."""
    said = await ask("mine_sager", "mine sager", parts=make_parts([a_case(**CHILD, **LATE), sick_pay()]))
    assert said.trigger == "overskredet" and "34.10.10" not in said.everything


async def test_representatives_are_answered_and_others_are_helped() -> None:
    """Nobody who asks for another is turned away."""
    parts = make_parts([a_case(my_role=Role.REPRESENTATIVE)])
    assert (await ask("paa_vegne_af", "for min mor", parts=parts)).handoff is None
    assert (await ask("paa_vegne_af", "for min mor", parts=make_parts([a_case()]))).trigger == "repraesentation"


@pytest.mark.parametrize(
    ("text", "form", "when"),
    [
        ("kan vi holde et videomøde på torsdag efter kl. 14", "video", "på torsdag efter kl. 14"),
        ("må jeg komme ind mandag eller onsdag kl. 9.30", "fremmoede", "mandag eller onsdag kl. 9.30"),
        ("et telefonmøde i næste uge", "telefon", "i næste uge"),
        ("kan jeg få et møde", None, ""),
    ],
)
async def test_a_wish_for_a_meeting_goes_with_its_form_and_time(text: str, form: str | None, when: str) -> None:
    """Web finds the times; the form and the citizen's own words for the time go with it."""
    said = await ask("book_moede", text, login=None)
    assert said.responses == ["utter_moede_book"] and said.handoff is None
    assert said.payloads["meeting"] == {
        "type": "meeting",
        "do": "book",
        "form": form,
        "when": when,
        "meeting": None,
        "department": None,
        "reason": "Vil have et møde.",
    }


async def test_the_meeting_is_with_those_who_have_the_case() -> None:
    """Or with those whose matter was named."""
    spoken_of = Memory(case="r1", question=Question(intent="sagsstatus"))
    said = await ask("book_moede", "jeg vil have et møde", parts=make_parts([a_case()]), memory=spoken_of)
    assert said.payloads["meeting"]["department"] == "social"
    assert said.payloads["meeting"]["reason"] == "Vil have et møde om sag 27.60.20-G01-4-26."
    named = await ask("book_moede", "møde med jobcentret", parts=make_parts([a_case()]), memory=spoken_of)
    assert named.payloads["meeting"]["department"] == "jobcenter"


@pytest.mark.parametrize("intent", ["oplys", "fallback"])
async def test_a_time_typed_after_the_times_were_shown_is_a_wish(intent: str) -> None:
    """ "Hellere fredag" narrows the times down, whatever it was understood as."""
    shown = await ask("book_moede", "jeg vil have et møde", login=None)
    said = await ask(intent, "hellere fredag", login=None, memory=shown.memory)
    assert (said.payloads["meeting"]["do"], said.payloads["meeting"]["when"]) == ("book", "fredag")


async def test_what_is_answered_to_the_times_goes_to_web_in_whole() -> None:
    """Web reads times that no pattern here knows."""
    said = await ask("oplys", "helst så sent som muligt", login=None, memory=Memory(asked="moede_move"))
    assert (said.payloads["meeting"]["do"], said.payloads["meeting"]["when"]) == ("move", "helst så sent som muligt")


@pytest.mark.parametrize(("intent", "do"), [("mit_moede", "show"), ("flyt_moede", "move"), ("aflys_moede", "cancel")])
async def test_a_meeting_is_shown_moved_and_cancelled_by_web(intent: str, do: str) -> None:
    """The assistant does not pretend to know the calendar, nor that it can't."""
    said = await ask(intent, "mødet", login=None)
    assert said.payloads["meeting"]["do"] == do and said.handoff is None


@pytest.mark.parametrize("intent", ["book_moede", "tal_med_menneske", "utilfreds", "fallback"])
async def test_tired_of_waiting_and_wanting_a_real_person_leads_to_one(intent: str) -> None:
    """Whatever the sentence was understood as, a human takes over, and the rule offers a meeting with them."""
    text = "jeg er træt af at vente, jeg vil have et møde med en rigtig person"
    said = await ask(intent, text, login=None)
    assert said.trigger == "bedt_om" and "meeting" not in said.payloads
