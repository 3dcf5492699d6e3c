"""What those who write an answer are told of it, before a citizen reads it."""

from __future__ import annotations

import pytest

from bot.training import readable

PLAIN = "Et pas koster 178 kroner, hvis du er under 18 år. Ellers koster det 893 kroner."
HARD = "Sagsbehandlingsfristen overskrides undertiden i enkeltsager, hvilket kommunalbestyrelsen beklager."


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (PLAIN, []),
        (HARD, ["hard"]),
        ("Du får svar nu. " * 21, ["long"]),
        ("Efter § 4 får du svar. Det er godt.", ["law"]),
        ("Det er godt. Reglen står i § 4.", []),
        ("Venligst ring selv til os.", ["stiff"]),
        ("Jeg kan ikke svare dig.", ["no_reason", "no_way_on"]),
        ("Jeg kan ikke svare dig, for jeg ved det ikke. Skriv, så hjælper et menneske.", []),
        ("De ringer til dig. Dem kan du spørge.", []),
    ],
)
def test_each_problem_is_told_by_its_code(text: str, codes: list[str]) -> None:
    """And a plain answer has none."""
    assert [problem.code for problem in readable.problems(text)] == codes


def test_what_is_over_the_limit_never_looks_as_if_it_were_at_it() -> None:
    """ "Lixtal 35, og det må højst være 35" would help nobody."""
    assert [readable.lix_words(value) for value in (16.4, 35.0, 35.2)] == [16, 35, 36]


def test_a_button_is_a_way_on() -> None:
    """A no with a button below it gives something else to do."""
    text = "Jeg kan ikke svare dig, for jeg ved det ikke."
    assert [problem.code for problem in readable.problems(text)] == ["no_way_on"]
    assert list(readable.problems(text, buttons=True)) == []


def test_it_is_measured_with_everything_filled_in() -> None:
    """{hours} is one word to whoever writes, and twelve to whoever reads."""
    text = f"{PLAIN} Du kan ringe på {{phone}}, {{hours}}."
    assert readable.places(text) == {"phone", "hours"}
    assert "12 34 56 78, mandag-onsdag kl. 9-15" in readable.filled(text, {"phone": "12 34 56 78"})
    assert readable.filled("{ukendt}") == "{ukendt}"


def test_what_the_robot_filled_in_is_missed_when_it_is_gone() -> None:
    """A phone number that no text has a place for any more is told of by what it is."""
    (problem,) = readable.gone({"phone", "hours"}, ["Ring i dag, {hours}.", "Ring."])
    assert problem.code == "gone" and "{phone}" in problem.text and "telefonnummeret" in problem.text


@pytest.mark.parametrize("text", ["Hej {", "} hej", "{to ord}", "{}", "{{phone}}"])
def test_a_brace_that_fills_nothing_is_found(text: str) -> None:
    """Rasa would say nothing at all of such a text."""
    assert readable.loose_braces(text)
    assert not readable.loose_braces("Ring på {phone}.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Se https://noerreaa.example/pas?x=1.", ["https://noerreaa.example/pas?x=1"]),
        ("Se borger.dk, eller skriv til post@borger.dk.", ["https://borger.dk"]),
        ("(www.skat.dk/hej) og skat.dk og skat.dk!", ["https://www.skat.dk/hej", "https://skat.dk"]),
        ("Ring kl. 9.30 den 3. december.", []),
    ],
)
def test_links_are_what_the_chat_makes_links_of(text: str, found: list[str]) -> None:
    """Addresses as the browser would open them, each once, without the sentence's full stop."""
    assert readable.links(text) == found
