"""What was not understood: a choice where it is half sure, an open question where it is not, then a human."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.choices import REPLIES
from bot.chat.turn import Memory, Question
from bot.training.intents import LONGEST_TITLE, Intents
from tests.asking import DOMAIN, ROOT, Said, a_case, ask, make_parts, sick_pay

TITLES = Intents(ROOT).choices()
INTENTS = {next(iter(entry)) for entry in DOMAIN["intents"]}
# What nobody chooses: danger is asked about with care, and the rest is no wish.
NEVER_A_CHOICE = {"akut_hjaelp", "utilfreds", "hilsen", "farvel", "tak", "oplys", "uden_for_emne", *REPLIES}
TEXT = "hvad sker der med bilen"


async def half_sure(*guesses: str, text: str = TEXT, memory: Memory | None = None, **more: Any) -> Said:
    """A message that may have meant either of two things."""
    return await ask("fallback", text, guesses=guesses, memory=memory, parts=make_parts([a_case(), sick_pay()]), **more)


async def press(said: Said, at: int, *, memory: Memory | None = None) -> Said:
    """Press a button: Rasa reads its payload without any understanding."""
    intent, _, entities = said.buttons[at]["payload"].removeprefix("/").partition("{")
    known = json.loads("{" + entities) if entities else {}
    return await ask(intent, memory=memory or said.memory, parts=make_parts([a_case(), sick_pay()]), **known)


def test_every_intent_has_a_title_or_is_no_choice() -> None:
    """An intent added to the domain gets a title, or is said to be none that one chooses."""
    assert set(Intents(ROOT).all()) == INTENTS
    assert set(TITLES) | NEVER_A_CHOICE == INTENTS
    assert set(TITLES) & NEVER_A_CHOICE == set()
    assert len(set(TITLES.values())) == len(TITLES)
    assert all(title[0].isupper() and len(title) <= LONGEST_TITLE for title in TITLES.values())


async def test_half_sure_gives_the_two_as_choices_and_something_else() -> None:
    """One kind sentence, the two with plain titles, and a way out."""
    said = await half_sure("sagsstatus", "svartid")
    assert said.responses == ["utter_mener_du"] and said.handoff is None
    assert [button["title"] for button in said.buttons] == [TITLES["sagsstatus"], TITLES["svartid"], "Noget andet"]
    assert said.memory == Memory(asked="valg:sagsstatus:svartid", misses=1)


async def test_what_is_chosen_is_asked_in_the_citizens_own_words_with_all_that_stood_in_them() -> None:
    """The case that was named need not be named again, and neither the word that was asked about."""
    said = await half_sure("sagsstatus", "svartid", emne="støtte til bil", tidspunkt="i går")
    chosen = await press(said, 1)
    assert "utter_naeste_frist" in chosen.responses and "Støtte til bil" in chosen.variables("utter_om_sagen")["case"]
    word = await half_sure("forstaa_brev", "sagsstatus", text="partshøring hva")
    assert (await press(word, 0)).variables("utter_brevord")["word"] == "partshøring"
    place = await half_sure("find_afdeling", "sagsstatus", text='noget med hjemmehjælp {hm} "x"')
    assert (await press(place, 0)).variables("utter_afdeling")["department"] == "Pleje og Omsorg"


@pytest.mark.parametrize("intent", sorted(TITLES))
async def test_every_choice_can_be_chosen(intent: str) -> None:
    """Each leads to an answer."""
    said = await half_sure(intent, "hvad_kan_du" if intent != "hvad_kan_du" else "svartid")
    chosen = await press(said, 0)
    assert chosen.responses or chosen.payloads.keys() & {"handoff", "meeting"}


@pytest.mark.parametrize("text", [None, "nej", "noget andet", "nej ingen af delene"])
async def test_something_else_leads_to_an_open_question_and_then_to_a_human(text: str | None) -> None:
    """Pressed or typed; what is not understood after it is the second time."""
    asked = Memory(asked="valg:sagsstatus:svartid", misses=1)
    said = await ask("afvis", text, memory=asked)
    assert said.responses == ["utter_noget_andet"]
    assert said.memory is not None and said.memory.misses == 1
    again = await half_sure("klage", "aktindsigt", memory=said.memory)
    assert (again.responses, again.trigger) == (["utter_fallback_igen"], "ikke_forstaaet")
    typed = await ask("fallback", "noget helt andet", memory=asked)
    assert typed.responses == ["utter_noget_andet"]


@pytest.mark.parametrize("intent", ["oplys", "fallback", "bekraeft"])
@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("den første", "utter_afdeling_hvilken"),
        ("1", "utter_afdeling_hvilken"),
        ("den sidste", "utter_hvad_kan_du"),
        ("nummer to", "utter_hvad_kan_du"),
    ],
)
async def test_a_choice_may_be_made_in_words(intent: str, text: str, response: str) -> None:
    """The first, the second: what people write who do not press."""
    said = await ask(intent, text, memory=Memory(asked="valg:find_afdeling:hvad_kan_du", misses=1))
    assert said.responses == [response]


async def test_yes_to_two_choices_asks_which_and_to_one_takes_it() -> None:
    """Yes is an answer where there is but one."""
    which = await ask("bekraeft", "ja", memory=Memory(asked="valg:sagsstatus:svartid", misses=1))
    assert which.responses == ["utter_mener_du_hvilken"] and len(which.buttons) == 3
    taken = await ask("bekraeft", "ja", parts=make_parts([a_case()]), memory=Memory(asked="valg:svartid", misses=1))
    assert "utter_naeste_frist" in taken.responses


async def test_asking_anew_is_a_normal_question() -> None:
    """Nobody has to press."""
    said = await ask("aabningstider", "hvornår har I åbent", memory=Memory(asked="valg:sagsstatus:svartid", misses=1))
    assert said.responses[0] == "utter_aabningstider"
    assert said.memory is None or (said.memory.asked, said.memory.misses) == (None, 0)


@pytest.mark.parametrize("no_choice", sorted(NEVER_A_CHOICE - {"akut_hjaelp"}))
async def test_what_nobody_chooses_is_no_choice(no_choice: str) -> None:
    """The other one is; with none left it is an open question."""
    said = await half_sure(no_choice, "svartid")
    assert [button["title"] for button in said.buttons] == [TITLES["svartid"], "Noget andet"]
    neither = await half_sure(no_choice, "hilsen")
    assert neither.responses == ["utter_fallback"]


async def test_yes_and_no_are_choices_where_something_was_asked() -> None:
    """And what was asked still is."""
    offered = Memory(asked="menneske", callback_reason="Svaret er forsinket.")
    said = await half_sure("bekraeft", "afvis", memory=offered)
    assert [button["title"] for button in said.buttons] == ["Ja", "Nej"]
    yes = await press(said, 0)
    assert yes.handoff is not None and yes.handoff["do"] == "send"


@pytest.mark.parametrize("guesses", [("akut_hjaelp", "find_afdeling"), ("find_afdeling", "akut_hjaelp")])
async def test_danger_that_is_only_guessed_at_is_asked_about_with_care(guesses: tuple[str, str]) -> None:
    """The numbers are said at once; danger is never a button, what else it may have been is."""
    said = await half_sure(*guesses, memory=Memory(asked="emne"))
    assert said.responses == ["utter_akut_maaske"] and said.handoff is None
    assert [button["title"] for button in said.buttons] == [TITLES["find_afdeling"], "Noget andet"]
    text = DOMAIN["responses"]["utter_akut_maaske"][0]["text"]
    assert "112" in text and "70 201 201" in text
    yes = await ask("bekraeft", "ja", memory=said.memory)
    assert yes.trigger == "akut"
    no = await ask("afvis", "nej", memory=said.memory)
    assert no.responses == ["utter_fare_nej"] and no.handoff is None


async def test_danger_guessed_at_for_the_second_time_gets_a_human() -> None:
    """The numbers once more, and somebody who can ask."""
    said = await half_sure("akut_hjaelp", "utilfreds", memory=Memory(asked="fare", misses=1))
    assert (said.responses, said.trigger) == (["utter_akut_maaske"], "ikke_forstaaet")


async def test_unsure_is_one_open_question_that_shows_what_can_be_asked() -> None:
    """Examples, not a menu; then a human, as ever."""
    said = await ask("fallback", "æbleskrog")
    assert said.responses == ["utter_fallback"]
    assert "»" in DOMAIN["responses"]["utter_fallback"][0]["text"]


async def test_a_choice_waits_for_login_like_any_question() -> None:
    """The question that is kept holds no more than what points at the case."""
    said = await ask("fallback", TEXT, guesses=("sagsstatus", "svartid"), login=None, emne="støtte til bil")
    known = json.loads("{" + said.buttons[0]["payload"].partition("{")[2])
    chosen = await ask("sagsstatus", login=None, memory=said.memory, **known)
    assert chosen.memory is not None
    assert chosen.memory.pending == Question(intent="sagsstatus", entities={"emne": "støtte til bil"})


async def test_half_sure_that_it_is_not_ours_names_whose_it_is_where_that_is_known() -> None:
    """Nothing is lost by it: the words themselves name the matter."""
    said = await half_sure("uden_for_emne", "svartid", text="hvornår får jeg penge tilbage i skat")
    assert said.variables("utter_anden_myndighed")["name"] == "Skattestyrelsen"
    ours = await half_sure("uden_for_emne", "svartid", text="hvornår kommer mit pas")
    assert ours.responses == ["utter_mener_du"]
