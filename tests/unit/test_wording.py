"""Every response of the domain and the words of every rule: plain, short, in the du-form; responses used and filled."""

from __future__ import annotations

import re

import pytest

from bot.handoff.rules import Trigger
from bot.municipality.readability import MOST_LIX, MOST_WORDS, lix, words_of
from bot.training import readable, spoken
from bot.training.readable import MEANINGS, TYPICAL
from tests.asking import DOMAIN, placeholders, the_municipality

RESPONSES: dict[str, str] = {name: said[0]["text"] for name, said in DOMAIN["responses"].items()}


def filled(name: str) -> str:
    """The response with typical values in it."""
    assert placeholders(name) <= TYPICAL.keys() & MEANINGS.keys()
    return readable.filled(RESPONSES[name])


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("Hej. Hej.", 1.0),
        ("Sagsbehandleren bestemmer.", 102.0),
        ("Du får svar senest den 3. december 2026.", 20.5),
        ("Vi er på 12 34 56 00 kl. 9-15.", 5.0),
    ],
)
def test_the_index_counts_as_a_reader_does(text: str, index: float) -> None:
    """What the next tests measure with."""
    assert lix(text) == pytest.approx(index)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_easy_to_read(name: str) -> None:
    """LIX at most 35 and at most 60 words."""
    assert lix(filled(name)) <= MOST_LIX
    assert len(words_of(filled(name))) <= MOST_WORDS


def test_what_is_hard_to_read_is_found() -> None:
    """The limits are those of the design; a text without words is no error."""
    assert (MOST_LIX, MOST_WORDS) == (35, 60)
    assert lix("Sagsbehandlingsfristen overskrides undertiden i enkeltsager.") > MOST_LIX
    assert lix("") == 0.0


@pytest.mark.parametrize("trigger", list(Trigger))
def test_the_words_of_a_rule_promise_no_time(trigger: Trigger) -> None:
    """When somebody answers is counted from the goals of the desk; a rule that named a time could break it."""
    words = the_municipality().handoffs[trigger].words
    no_officialese(words)
    assert not re.search(r"\d|\bminut|\btime|\bi dag\b|\bi morgen\b|\bsenest\b|\binden for\b|\bsnart\b", words)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_no_officialese(name: str) -> None:
    """Du-form, no paragraph first, no words of the desk, nobody told to call around, Danish letters."""
    no_officialese(filled(name))


def no_officialese(text: str) -> None:
    """Fails when ``text`` reads like a desk wrote it."""
    assert "§" not in re.split(r"[.!?]\s", text)[0]
    assert list(readable.stiff_words(text)) == []
    assert not readable.without_danish_letters(text)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_no_says_why_and_gives_a_way_on(name: str) -> None:
    """What the assistant can't or may not do is told with its reason, and with something else that can be done."""
    text, buttons = RESPONSES[name], bool(DOMAIN["responses"][name][0].get("buttons"))
    assert not readable.refuses_without_reason(text)
    assert not readable.refuses_without_way_on(text, buttons=buttons)


def test_a_response_of_ours_has_no_problem_that_those_who_train_are_told_of() -> None:
    """What is delivered holds what is asked of whoever writes at /training."""
    for name, said in DOMAIN["responses"].items():
        for one in said:
            assert list(readable.problems(one["text"], buttons=bool(one.get("buttons")))) == [], name


def test_buttons_ask_what_the_assistant_can_hear() -> None:
    """A button's payload is an intent of the domain."""
    intents = {next(iter(entry)) for entry in DOMAIN["intents"]}
    for said in DOMAIN["responses"].values():
        for button in said[0].get("buttons", ()):
            assert button["payload"].removeprefix("/") in intents


def test_each_response_has_one_wording() -> None:
    """The same question gets the same words from everyone, every time."""
    assert all(len(said) == 1 for said in DOMAIN["responses"].values())


def test_every_response_is_used_and_every_used_one_exists() -> None:
    """Nothing is written that is never said, and nothing said that is not written."""
    intents = {next(iter(entry)) for entry in DOMAIN["intents"]}
    written = {f"utter_{intent}" for intent in intents - spoken.read().own}
    assert spoken.read().responses | written == set(RESPONSES)


def test_every_variable_of_a_response_is_given_where_it_is_said() -> None:
    """A response named where it is said gets each variable it waits for; static ones wait for none."""
    given = spoken.read().variables
    assert len(given) > 60
    for name, variables in given.items():
        assert placeholders(name) <= variables, name
    for static in ("utter_farvel", "utter_tak", "utter_er_du_robot", "utter_hvad_kan_du"):
        assert placeholders(static) == set()
