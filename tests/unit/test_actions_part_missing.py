"""With one of several case systems silent: what is there is answered, what may be missing is never passed over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cases.case import Role
from bot.chat.turn import Memory
from bot.errors import CaseSystemDown, CaseSystemSlow, CaseSystemTooMuch
from tests.asking import FakeCases, Said, a_case, ask, make_parts

HERE = a_case()
SLOW = CaseSystemSlow("x")


async def asked(
    text: str, *, here: FakeCases, failure: Exception = SLOW, intent: str = "sagsstatus", **more: Any
) -> Said:
    """Two systems, of which the other fails."""
    parts = make_parts(cases={"s1": here, "s2": FakeCases(failure=failure)})
    return await ask(intent, text, parts=parts, **more)


async def test_the_answer_comes_first_and_says_which_case_it_is_about() -> None:
    """There may be another that the citizen means."""
    said = await asked("hvad er status på min sag", here=FakeCases([HERE]))
    assert said.responses[0] == "utter_om_sagen" and said.responses[-1] == "utter_et_system_mangler"


async def test_a_case_spoken_of_that_is_not_there_is_not_taken_for_the_one_that_is() -> None:
    """The answer time of another case would be a wrong answer."""
    memory = Memory(case="s2:en-anden")
    said = await asked("hvornår får jeg svar", here=FakeCases([HERE]), intent="svartid", memory=memory)
    assert said.responses == ["utter_sagssystem_langsomt"] and HERE.number not in said.everything


async def test_a_case_that_is_pointed_at_and_not_there_is_not_said_not_to_exist() -> None:
    """It may be in the system that is silent."""
    for text, said_as in (
        ("min sag 02.34.02-G01-7-26", {"sagsnummer": "02.34.02-G01-7-26"}),
        ("hvad med sagen om byggetilladelse", {"emne": "byggetilladelse"}),
    ):
        said = await asked(text, here=FakeCases([HERE]), **said_as)
        assert "utter_sag_findes_ikke" not in said.responses
        assert "utter_sagssystem_langsomt" in said.responses


@pytest.mark.parametrize("intent", ["sagsstatus", "paa_vegne_af"])
async def test_nobody_is_told_that_they_have_no_case_or_no_representation(intent: str) -> None:
    """Neither can be known."""
    for here in (FakeCases(), FakeCases([replace(HERE, my_role=Role.PRIMARY)])):
        said = await asked("jeg spørger for min mor om hendes sag", here=here, intent=intent, relation="mor")
        assert not {"utter_ingen_sager", "utter_paa_vegne_uden_fuldmagt"} & set(said.responses)
        assert "utter_sagssystem_langsomt" in said.responses


async def test_too_many_cases_in_one_system_are_a_humans_and_not_to_be_tried_again() -> None:
    """Whatever the other gave."""
    for here in (FakeCases(), FakeCases([HERE])):
        said = await asked("status", here=here, failure=CaseSystemTooMuch("x"))
        assert said.responses == ["utter_for_mange_sager"] and said.trigger == "system_nede"


async def test_what_failed_is_told_as_what_it_was() -> None:
    """Slow and down are two sentences."""
    said = await asked("status", here=FakeCases(), failure=CaseSystemDown("x"))
    assert said.responses == ["utter_sagssystem_nede"]


async def test_two_wishes_ask_a_silent_system_once_and_a_part_is_said_all_the_same() -> None:
    """Nobody waits twice, and the one who looked up first does not hide that something is missing."""
    ill = FakeCases(failure=SLOW)
    parts = make_parts(cases={"s1": FakeCases([HERE]), "s2": ill})
    wishes = [
        {"intent": "utilfreds", "text": "det er for dårligt, jeg vil tale med et rigtigt menneske"},
        {"intent": "sagsstatus", "text": "hvad er status på min sag"},
    ]
    said = await ask("utilfreds", " ".join(wish["text"] for wish in wishes), parts=parts, wishes=wishes)
    assert ill.asked == 1
    assert "utter_et_system_mangler" in said.responses
    alone = FakeCases(failure=SLOW)
    await ask("utilfreds", wishes[0]["text"], parts=make_parts(cases=alone), wishes=wishes)
    assert alone.asked == 1


async def test_a_list_of_ones_cases_says_that_there_may_be_more() -> None:
    """And one that is alone is not said to be the only one."""
    other = replace(HERE, ref="r2", number="02.34.02-G01-318-26", title="Carport")
    for here in ([HERE], [HERE, other]):
        said = await asked("hvilke sager har jeg", here=FakeCases(here), intent="mine_sager")
        assert "utter_mine_sager_en" not in said.responses and said.responses[-1] == "utter_et_system_mangler"
    for here in ([], [replace(HERE, my_role=Role.PRIMARY)]):
        said = await asked("hvilke sager har min mor", here=FakeCases(here), intent="mine_sager", relation="mor")
        assert not {"utter_ingen_sager", "utter_paa_vegne_uden_fuldmagt"} & set(said.responses)
