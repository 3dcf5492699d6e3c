"""Who is asking, which case is meant, and what happens when the case system does not answer."""

from __future__ import annotations

import json

import pytest

from bot.cases.case import Role, State
from bot.chat.turn import CASE_QUESTIONS, Memory, Question
from bot.errors import CaseSystemDown, CaseSystemNonsense
from tests.asking import LOGIN, FakeCases, FakeLogins, a_case, ask, make_parts, sick_pay

ALL = sorted(CASE_QUESTIONS)


@pytest.mark.parametrize("intent", [*ALL, "paa_vegne_af"])
async def test_without_login_the_case_system_is_not_even_asked(intent: str) -> None:
    """Not logged in: no word of any case, and no question to the case system."""
    cases = FakeCases([a_case()])
    said = await ask(intent, "min sag 27.60.20-G01-4-26", parts=make_parts(cases=cases), login=None)
    assert cases.asked == 0
    assert {"utter_login", "utter_paa_vegne"} & set(said.responses) and "card" not in said.payloads


@pytest.mark.parametrize("intent", ALL)
async def test_without_login_the_question_is_kept_and_login_is_offered(intent: str) -> None:
    """After login the question is asked again by itself, with what pointed at a case and nothing else."""
    said = await ask(
        intent, "den om bil", login=None, emne="bil", telefon="20 12 34 56", sagsbehandlernavn="Mette Holm"
    )
    kept = Question(intent=intent, entities={"emne": "bil"})
    assert said.payloads["login"]["question"] == {"intent": intent, "entities": {"emne": "bil"}}
    assert said.memory is not None and said.memory.pending == kept


@pytest.mark.parametrize("intent", ALL)
async def test_a_real_and_an_invented_case_number_get_the_same_answer_without_login(intent: str) -> None:
    """Whether a case exists is told to nobody who is not logged in."""
    parts = make_parts([a_case()])
    real, invented = [
        await ask(intent, f"sag {number}", parts=parts, login=None, sagsnummer=number)
        for number in ("27.60.20-G01-4-26", "27.60.20-G01-5-26")
    ]
    assert real.everything.replace("G01-4", "G01-5") == invented.everything


async def test_a_login_that_has_expired_is_said_to_have_and_the_question_is_kept() -> None:
    """Expiry in the middle of a conversation: kindly, with the question kept."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case()], logins=FakeLogins(valid=False)))
    assert said.responses == ["utter_login_udloebet"]
    assert said.memory is not None and said.memory.pending == Question(intent="sagsstatus")


async def test_the_pending_question_is_forgotten_when_it_is_answered() -> None:
    """Once answered, the question that waited for login waits no more."""
    said = await ask("sagsstatus", parts=make_parts([a_case()]), memory=Memory(pending=Question(intent="sagsstatus")))
    assert said.memory is not None and said.memory.pending is None


async def test_what_anyone_may_know_is_said_before_login() -> None:
    """The published deadline, the way to complain and the right to see documents are no secrets."""
    time = await ask("svartid", "hvor lang tid tager sygedagpenge", login=None)
    assert time.variables("utter_frist_generelt")["deadline"] == "6 uger"
    assert "utter_klage_generelt" in (await ask("klage", "jeg vil klage", login=None)).responses
    access = await ask("aktindsigt", "aktindsigt", login=None)
    assert access.variables("utter_aktindsigt_generelt")["by"] == "3. december 2026"  # seven working days on


async def test_several_cases_give_a_choice_that_is_remembered() -> None:
    """Which case is asked with a button for each, and the question waits."""
    said = await ask("svartid", "hvornår får jeg svar", parts=make_parts([a_case(), sick_pay()]))
    assert said.responses == ["utter_hvilken_sag"]
    assert [json.loads(button["payload"].removeprefix("/oplys")) for button in said.buttons] == [
        {"sag": "r1"},
        {"sag": "r2"},
    ]
    assert said.memory == Memory(offered=("r1", "r2"), question=Question(intent="svartid"), asked="sag")


async def test_the_chosen_case_gets_the_question_that_waited() -> None:
    """A pressed button answers the question asked before it."""
    memory = Memory(offered=("r1", "r2"), question=Question(intent="svartid"), asked="sag")
    said = await ask("oplys", parts=make_parts([a_case(), sick_pay()]), memory=memory, sag="r2")
    assert "Sygedagpenge" in said.variables("utter_om_sagen")["case"]
    assert said.responses[1] == "utter_naeste_frist"


async def test_and_the_other_one_repeats_the_question_for_the_other_case() -> None:
    """ "Og hvad med den anden?" is the last question, for the other case."""
    memory = Memory(case="r1", offered=("r1", "r2"), question=Question(intent="mangler_i_sagen"))
    said = await ask("oplys", "og hvad med den anden?", parts=make_parts([a_case(), sick_pay()]), memory=memory)
    assert "Sygedagpenge" in said.variables("utter_om_sagen")["case"]
    assert said.responses[1] == "utter_mangler_intet"
    assert said.memory is not None and said.memory.case == "r2"


async def test_a_follow_up_stays_with_the_case_last_spoken_of() -> None:
    """The case is remembered, and it is said which one it is."""
    parts = make_parts([a_case(), sick_pay()])
    said = await ask("hvem_er_sagsbehandler", "hvem har den", parts=parts, memory=Memory(case="r2"))
    assert "Sygedagpenge" in said.variables("utter_om_sagen")["case"]


async def test_a_remembered_case_of_somebody_else_counts_for_nothing() -> None:
    """A ref is looked for among the citizen's own cases each time."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case()]), memory=Memory(case="not-mine"))
    assert said.memory is not None and said.memory.case == "r1"
    pressed = await ask("sagsstatus", parts=make_parts([a_case()]), sag="not-mine")
    assert pressed.responses == ["utter_sag_findes_ikke"]


async def test_a_number_that_is_not_ones_own_lists_ones_own() -> None:
    """A case number that is not the citizen's: it is not found among theirs, and those are listed."""
    parts = make_parts([a_case(), sick_pay()])
    said = await ask("sagsstatus", "15.17.06-G01-2-26", parts=parts, sagsnummer="15.17.06-G01-2-26")
    assert said.responses == ["utter_sag_findes_ikke"]
    assert [button["title"] for button in said.buttons] == ["Støtte til bil", "Sygedagpenge"]


async def test_a_single_yes_takes_the_only_case_that_was_offered() -> None:
    """One button and "ja": that one."""
    memory = Memory(offered=("r2",), question=Question(intent="sagsstatus"), asked="sag")
    said = await ask("bekraeft", "ja", parts=make_parts([a_case(), sick_pay()]), memory=memory)
    assert "Sygedagpenge" in said.variables("utter_om_sagen")["case"]


async def test_the_overview_lists_all_cases_with_what_cannot_wait() -> None:
    """Each case with its state, and unasked what is missing or late."""
    late = sick_pay(opened=a_case().opened, changed=a_case().changed)
    said = await ask(
        "mine_sager",
        "mine sager",
        parts=make_parts([a_case(), late, a_case("r3", number="27.60.20-G01-9-25", state=State.CLOSED)]),
    )
    lines = said.variables("utter_mine_sager")["cases"].splitlines()
    assert lines[0].endswith("behandles, vi mangler noget fra dig")
    assert lines[1].endswith("behandles, svaret er forsinket")
    assert lines[2].endswith("afsluttet")
    assert said.memory is not None and said.memory.question == Question(intent="sagsstatus")


async def test_two_cases_of_one_title_are_told_apart_by_number() -> None:
    """Buttons that read alike get the number."""
    parts = make_parts([a_case(), a_case("r2", number="27.60.20-G01-8-26")])
    said = await ask("sagsstatus", "status", parts=parts)
    assert [button["title"] for button in said.buttons] == [
        "Støtte til bil (27.60.20-G01-4-26)",
        "Støtte til bil (27.60.20-G01-8-26)",
    ]


@pytest.mark.parametrize("failure", [CaseSystemDown("x"), CaseSystemNonsense("x"), ValueError("0101901234")])
async def test_when_the_case_system_fails_the_citizen_is_told_and_offered_a_human(failure: Exception) -> None:
    """Down or nonsense: said, with number and hours; the question is kept, and a human is offered."""
    said = await ask("svartid", "hvornår", parts=make_parts(cases=FakeCases(failure=failure)), emne="bil")
    assert (said.responses, said.trigger) == (["utter_sagssystem_nede"], "system_nede")
    assert said.variables("utter_sagssystem_nede")["hours"].startswith("mandag-onsdag kl. 9-15")
    assert said.buttons[0] == {"title": "Prøv igen", "payload": '/svartid{"emne": "bil"}'}
    assert said.memory is not None
    assert (said.memory.question, said.memory.asked) == (Question(intent="svartid"), "menneske")
    assert "0101901234" not in said.everything


async def test_a_slow_case_system_is_not_waited_for() -> None:
    """Over the time set: the citizen is told so, and the action has not hung."""
    slow = FakeCases([a_case()], seconds=30)
    said = await ask("sagsstatus", "status", parts=make_parts(cases=slow, case_timeout=0.05))
    assert said.responses[0] == "utter_sagssystem_langsomt"


async def test_an_answer_that_is_no_case_is_nonsense() -> None:
    """What does not hold is not shown."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case(number="")]))
    assert said.responses[0] == "utter_sagssystem_nede"


async def test_acting_for_another_needs_a_registration_but_nobody_is_turned_away() -> None:
    """With a representation the cases are listed; without one a human helps."""
    parts = make_parts([a_case(), sick_pay(my_role=Role.REPRESENTATIVE)])
    said = await ask("paa_vegne_af", "for min mor", parts=parts)
    assert [button["title"] for button in said.buttons] == ["Sygedagpenge"]
    without = await ask("paa_vegne_af", "for min mor", parts=make_parts([a_case()]))
    assert (without.responses, without.trigger) == (["utter_paa_vegne_uden_fuldmagt"], "repraesentation")


async def test_logging_in_asks_the_question_that_waits_or_shows_the_overview() -> None:
    """`log_ind` keeps what was asked before; with nothing asked the cases are shown after login."""
    waiting = await ask("log_ind", "log ind", login=None, memory=Memory(question=Question(intent="svartid")))
    assert waiting.payloads["login"]["question"]["intent"] == "svartid"
    fresh = await ask("log_ind", "log ind", login=None)
    assert fresh.payloads["login"]["question"]["intent"] == "mine_sager"
    assert (await ask("log_ind", "log ind")).responses == ["utter_er_logget_ind"]


@pytest.mark.parametrize("login", [None, LOGIN])
async def test_anothers_matter_is_said_to_be_theirs_and_a_case_here_is_still_looked_for(login: str | None) -> None:
    """Housing benefit is not the municipality's to answer; somebody may have a case about it here all the same."""
    parts = make_parts([a_case(), sick_pay()])
    said = await ask("svartid", "hvornår får jeg boligstøtte", parts=parts, login=login, emne="boligstøtte")
    assert said.variables("utter_anden_myndighed")["name"] == "Udbetaling Danmark"
    assert ("login" in said.payloads) is (login is None) and (login is None or len(said.buttons) == 2)
    ours = await ask("svartid", "hvornår får jeg svar", parts=parts, login=login, emne="sygedagpenge")
    assert "utter_anden_myndighed" not in ours.responses
