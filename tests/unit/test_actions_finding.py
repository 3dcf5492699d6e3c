"""Finding one's way, words of letters, hello, and what was not understood."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.chat.turn import Memory, Question
from bot.municipality.workdays import COPENHAGEN
from tests.asking import ACTIONS, DOMAIN, ask, make_parts


async def test_the_first_message_says_who_speaks_and_how_to_reach_a_human() -> None:
    """Opening: the robot's name, the municipality and the phone; later a plain hello."""
    said = await ask("hilsen", opening=True, login=None)
    assert said.responses == ["utter_velkomst"]
    assert said.variables("utter_velkomst")["phone"] == "12 34 56 00"
    assert (await ask("hilsen", "hej")).responses == ["utter_hilsen"]


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("hvem skal jeg spørge om hjemmehjælp", "Pleje og Omsorg"),
        ("der er hul i vejen", "Vej og Park"),
        ("hvor søger jeg byggetiladelse", "Byggeri og Ejendom"),
    ],
)
async def test_the_department_is_found_by_what_people_call_things(text: str, department: str) -> None:
    """A topic leads to the department with phone, hours and address."""
    said = await ask("find_afdeling", text, login=None)
    assert said.variables("utter_afdeling")["department"] == department


async def test_another_authoritys_matter_is_said_to_be_theirs_with_how_to_reach_them() -> None:
    """Boligstøtte is Udbetaling Danmark's."""
    said = await ask("find_afdeling", "hvem skal jeg spørge om boligstøtte", login=None)
    assert said.variables("utter_anden_myndighed")["name"] == "Udbetaling Danmark"


async def test_an_unknown_topic_is_asked_for_once_and_then_a_human_helps() -> None:
    """One question, then no second guess."""
    first = await ask("find_afdeling", "hvem gør man med dimsen", login=None)
    assert first.responses == ["utter_afdeling_hvilken"]
    assert first.memory == Memory(asked="emne")
    again = await ask("oplys", "dimsen", login=None, memory=Memory(asked="emne"))
    assert (again.responses, again.trigger) == (["utter_afdeling_ukendt"], "ikke_forstaaet")
    found = await ask("fallback", "skraldespanden", login=None, memory=Memory(asked="emne"))
    assert found.variables("utter_afdeling")["department"] == "Affald og Genbrug"


async def test_hours_are_those_of_the_place_that_was_named() -> None:
    """The recycling place is open on Saturday, the town hall is not."""
    saturday = make_parts(now=datetime(2026, 11, 28, 12, 0, tzinfo=COPENHAGEN))
    said = await ask("aabningstider", "hvornår har genbrugspladsen åbent", parts=saturday)
    assert said.responses == ["utter_aabningstider", "utter_aabent_nu"]
    hall = await ask("aabningstider", "hvornår har I åbent", parts=saturday)
    assert hall.variables("utter_lukket_nu")["opens"] == "mandag den 30. november kl. 10"


@pytest.mark.parametrize("text", ["hvad er jeres adresse", "har I en mailadresse", "telefonnummer"])
async def test_asking_for_the_address_is_not_asking_about_a_change_of_address(text: str) -> None:
    """The thing asked for is no topic: the municipality's own contact is given."""
    said = await ask("kontakt_kommunen", text)
    assert said.variables("utter_kontakt_kommunen")["name"] == "Nørreå Kommune"


async def test_a_named_department_gives_its_own_number() -> None:
    """The entity of the model counts beside the text."""
    said = await ask("kontakt_kommunen", "hvad er nummeret", afdeling="jobcenteret")
    assert said.variables("utter_kontakt_kommunen")["phone"] == "12 34 56 20"


async def test_words_of_a_letter_are_explained_and_more_may_be_asked() -> None:
    """In the order they stand, and the next message is taken as a word too."""
    said = await ask("forstaa_brev", "hvad betyder partshøring og klagefrist")
    assert [m["word"] for m in said.messages if m["response"] == "utter_brevord"] == ["partshøring", "klagefrist"]
    assert said.memory == Memory(asked="brevord")
    follow = await ask("fallback", "hjemmel", memory=Memory(asked="brevord"))
    assert follow.variables("utter_brevord")["word"] == "hjemmel"


async def test_a_letter_without_a_word_asks_which_and_an_unknown_word_goes_to_a_human() -> None:
    """What the glossary does not know is not guessed at."""
    assert (await ask("forstaa_brev", "jeg forstår ikke brevet")).responses == ["utter_brev_hvilket_ord"]
    named = await ask("forstaa_brev", "hvad betyder ordet »krumspring«?")
    assert (named.responses, named.trigger) == (["utter_brevord_ukendt"], "ikke_forstaaet")
    unknown = await ask("oplys", "krumspring", memory=Memory(asked="brevord"))
    assert (unknown.responses, unknown.trigger) == (["utter_brevord_ukendt"], "ikke_forstaaet")


async def test_what_is_not_understood_is_asked_once_and_then_a_human_is_offered() -> None:
    """Two in a row: a human, not a third guess."""
    first = await ask("fallback", "æbleskrog")
    assert first.responses == ["utter_fallback"] and first.memory == Memory(misses=1)
    second = await ask("fallback", "æbleskrog", memory=Memory(misses=1))
    assert (second.responses, second.trigger) == (["utter_fallback_igen"], "ikke_forstaaet")
    assert second.memory is not None and second.memory.misses == 2


async def test_a_bare_topic_gives_the_place_and_the_questions_it_may_have_meant() -> None:
    """A topic with no question before it."""
    said = await ask("oplys", "sygedagpenge", login=None, emne="sygedagpenge")
    assert said.responses == ["utter_afdeling", "utter_oplys_emne"]
    assert said.buttons[0]["payload"] == '/sagsstatus{"emne": "sygedagpenge"}'


async def test_a_detail_that_nothing_asked_for_is_met_with_a_question() -> None:
    """Never a guess."""
    assert (await ask("oplys", "tirsdag")).responses == ["utter_oplys_uklart"]


@pytest.mark.parametrize(("intent", "response"), [("bekraeft", "utter_bekraeft"), ("afvis", "utter_afvis")])
async def test_yes_and_no_to_nothing_are_met_kindly(intent: str, response: str) -> None:
    """With nothing asked, yes and no arrange nothing."""
    said = await ask(intent, "ja", memory=Memory(question=Question(intent="klage"), callback_reason="gammel"))
    assert said.responses == [response] and said.handoff is None


async def test_help_without_a_computer_is_phone_and_place() -> None:
    """Phone, address and hours of the main department, and a human."""
    said = await ask("hjaelp_digitalt", "jeg har ingen computer", login=None)
    assert (said.responses, said.trigger) == (["utter_hjaelp_digitalt"], "digitalt")


async def test_what_is_kept_is_told_with_for_how_long() -> None:
    """The days are those of the settings."""
    said = await ask("mine_data", "hvad gemmer I", parts=make_parts(conversation_days=14))
    assert said.variables("utter_mine_data")["days"] == "14"


def test_every_action_of_the_domain_is_there_and_no_other() -> None:
    """The domain and the package name the same actions."""
    assert sorted(ACTIONS) == sorted(DOMAIN["actions"])


# `action_svar` answers intents that nobody has made yet (test_actions_written).
@pytest.mark.parametrize("action", sorted({*DOMAIN["actions"]} - {"action_svar"}))
async def test_every_action_says_something_to_anyone(action: str) -> None:
    """Each turn gives words, or something that web has words for: not logged in, with no words and no memory."""
    said = await ask(action.removeprefix("action_"), None, login=None)
    assert said.responses or said.payloads.keys() & {"handoff", "meeting"}


def test_entities_do_not_change_which_rule_fits() -> None:
    """Every intent ignores its entities, so that `- intent: X` holds with any of them."""
    assert all(list(entry.values()) == [{"use_entities": []}] for entry in DOMAIN["intents"])
