"""An intent without code of its own is answered by its response, in every way the others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.session import answer_to
from bot.chat.turn import Memory, question_in
from bot.training.intents import FILE, Intent, Intents, with_intent
from tests.asking import ROOT, Said, ask, make_parts

# A response of the domain that has no variables, and is said by no intent of its own name.
INTENT = "gentag"
TITLE = "Høre det igen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assistant's folder where one more intent has a title."""
    made = with_intent(
        (ROOT / FILE).read_text(encoding="utf-8"), Intent(name=INTENT, title=TITLE, about="Borgeren vil høre det igen.")
    )
    (tmp_path / "data").mkdir()
    (tmp_path / FILE).write_text(made, encoding="utf-8")
    return tmp_path


async def test_it_is_answered_by_its_response() -> None:
    """The rule of such an intent names `action_svar`, and that says `utter_<intent>`."""
    said = await ask(INTENT, "hvad var det nu du skrev", action="action_svar", login=None)
    assert (said.responses, said.memory) == ([f"utter_{INTENT}"], None)


@pytest.mark.parametrize("made_first", [True, False])
async def test_it_is_one_of_two_wishes(made_first: bool) -> None:
    """Both are answered in the order asked, whichever action Rasa calls."""
    words = {INTENT: "skriv det igen", "aabningstider": "hvornår har I åbent"}
    order = [INTENT, "aabningstider"] if made_first else ["aabningstider", INTENT]
    text = f"{words[order[0]]}, og {words[order[1]]}"
    wishes = [
        {"intent": intent, "text": words[intent], "start": text.index(words[intent]), "end": len(text)}
        for intent in order
    ]
    action = "action_svar" if made_first else "action_aabningstider"
    said = await ask(order[0], text, action=action, wishes=wishes, login=None)
    assert [one for one in said.responses if one in (f"utter_{INTENT}", "utter_aabningstider")] == [
        f"utter_{INTENT}" if intent == INTENT else "utter_aabningstider" for intent in order
    ]


async def test_it_is_a_choice_and_the_chosen_one_is_answered(folder: Path) -> None:
    """»Mener du …?« shows the title that those who train gave it; pressing it or saying so asks it."""
    parts = make_parts(intents=Intents(folder))
    asked = await ask("fallback", "hvad var det", guesses=(INTENT, "svartid"), parts=parts, login=None)
    assert [button["title"] for button in asked.buttons] == [TITLE, "Hvornår får jeg svar?", "Noget andet"]
    question = question_in(asked.buttons[0]["payload"])
    assert question is not None and question.intent == INTENT
    memory = Memory(asked=f"valg:{INTENT}:svartid", misses=1)
    in_words = await ask("oplys", "den første", memory=memory, parts=parts, login=None)
    assert in_words.responses == [f"utter_{INTENT}"]


async def test_a_new_title_needs_no_restart(folder: Path) -> None:
    """The file is read again when it changed; while somebody has broken it, the titles stay as they were."""
    intents = Intents(folder)
    parts = make_parts(intents=intents)
    file = folder / FILE
    before = file.read_text(encoding="utf-8")

    async def titles() -> list[str]:
        said = await ask("fallback", "hvad var det", guesses=(INTENT, "svartid"), parts=parts, login=None)
        return [button["title"] for button in said.buttons]

    assert (await titles())[0] == TITLE
    file.write_text(before.replace(TITLE, "Få det igen"), encoding="utf-8")
    assert (await titles())[0] == "Få det igen"
    file.write_text("hvad: [", encoding="utf-8")
    assert (await titles())[0] == "Få det igen"
    file.unlink()
    assert (await titles())[0] == "Få det igen"


async def test_danger_a_phone_number_and_another_language_come_first() -> None:
    """What holds for every answer holds for a written one."""
    asked = Memory(asked="telefon", callback_reason="Vil ringes op.")
    number: Said = await ask(INTENT, "20 12 34 56", action="action_svar", memory=asked, login=None)
    assert number.responses == [] and number.handoff is not None and number.handoff["do"] == "call"
    english = await ask(INTENT, "what is the price of this thing please", action="action_svar", login=None)
    assert english.responses == ["utter_sprog_engelsk"]
    cry = [
        {"intent": INTENT, "text": "skriv det igen", "start": 0, "end": 14},
        {"intent": "akut_hjaelp", "text": "min mand slår mig", "start": 15, "end": 32},
    ]
    danger = await ask(INTENT, "skriv det igen min mand slår mig", action="action_svar", wishes=cry, login=None)
    assert danger.responses[0] == "utter_akut_vold"


def test_what_was_not_understood_is_never_said_as_a_response() -> None:
    """Rasa's own name for it is no intent that somebody wrote an answer to."""
    assert [answer_to(intent).name() for intent in ("nlu_fallback", "", "fallback")] == ["action_fallback"] * 3
