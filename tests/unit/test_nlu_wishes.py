"""Two wishes in one message: where it is cut, and what is heard in the pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.wishes import ClauseSplitter, WishCollector, clauses, tells
from tests.nlu_setup import CONTEXT, RESOURCE, storage_in

BOTH = "hvem er min sagsbehandler og hvornår får jeg svar"
WHO, WHEN = "hvem_er_sagsbehandler", "svartid"
UNDERSTOOD: Mapping[str, tuple[str, float]] = {
    "hvem er min sagsbehandler": (WHO, 0.97),
    "hvem har min sag": (WHO, 0.9),
    "hvornår får jeg svar": (WHEN, 0.95),
    "kan I ringe til mig": ("ring_mig_op", 0.93),
    "min mand slår mig": ("akut_hjaelp", 0.99),
    "tusind tak": ("tak", 0.99),
    "jeg fik afslag i går": ("afslag_begrundelse", 0.9),
    "det dersens papir": ("klage", 0.4),
}


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses(text)]


def heard(tmp_path: Any, *texts: str, whole: tuple[str | None, float] = (WHO, 0.5), threshold: float = 0.8) -> Any:
    """The messages as they leave the pipeline: its two ends, and between them whoever understands UNDERSTOOD.

    ``whole``: as what a message is read that is not in it.
    """
    made = ClauseSplitter.create({}, storage_in(tmp_path), RESOURCE, CONTEXT).process(
        [Message({TEXT: text}) for text in texts]
    )
    for message in made:
        name, confidence = UNDERSTOOD.get(message.get(TEXT).strip(" ?!."), whole)
        best = {"name": name, "confidence": confidence}
        message.set(INTENT, best)
        message.set(INTENT_RANKING_KEY, [best, {"name": "afvis", "confidence": 0.01}] if name else [])
    config = {"threshold": threshold}
    return WishCollector.create(config, storage_in(tmp_path), RESOURCE, CONTEXT).process(made)


def wishes_of(message: Message) -> list[str]:
    return [wish["intent"] for wish in message.as_dict(only_output_properties=True).get("wishes", [])]


# Where a message is cut


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (BOTH, ["hvem er min sagsbehandler", "hvornår får jeg svar"]),
        ("Hvem har min sag? Hvornår får jeg svar?", ["Hvem har min sag?", "Hvornår får jeg svar?"]),
        ("hvem har min sag, hvornår får jeg svar", ["hvem har min sag", "hvornår får jeg svar"]),
        ("hvem har min sag\nkan I ringe til mig", ["hvem har min sag", "kan I ringe til mig"]),
        ("jeg vil klage, samt have aktindsigt i sagen", ["jeg vil klage", "have aktindsigt i sagen"]),
        ("hvem har min sag - hvad mangler der", ["hvem har min sag", "hvad mangler der"]),
        ("HVEM HAR MIN SAG OG HVORNAAR FAAR JEG SVAR", ["HVEM HAR MIN SAG", "HVORNAAR FAAR JEG SVAR"]),
        ("hvem har min sag og vi venter på svar", ["hvem har min sag", "vi venter på svar"]),
    ],
)
def test_a_message_is_cut_where_one_clause_ends(text: str, cut: list[str]) -> None:
    """At a full stop, at "og" and its kin, at a line break, and at a comma before a question or an order."""
    assert pieces(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "hvem er min sagsbehandler",
        "jeg vil også gerne have svar",
        "kom nu og svar",
        "min mor og far",
        "Hej! Hvem har min sag?",
        "hvem har min sag, tak",
        "",
        "   ",
    ],
)
def test_one_clause_is_not_cut(text: str) -> None:
    """A piece of one word wishes for nothing, and "også" within a clause is no border."""
    assert clauses(text) == []


def test_a_letter_is_not_cut() -> None:
    """It tells more than it asks: many clauses, or many words, are left whole."""
    many = " ".join(["Jeg har ventet længe."] * 9)
    long = "hvem har min sag og " + "meget " * 60 + "hvornår får jeg svar"

    assert clauses(many) == []
    assert clauses(long) == []


@given(
    st.lists(st.sampled_from(["hvem har min sag", " og ", "også ", ", ", "? ", "\n", "hvornår", " - ", "å", "kan I"]))
)
@settings(max_examples=200, deadline=None)
def test_the_clauses_stand_one_after_the_other(parts: list[str]) -> None:
    """None overlaps another or is outside the text, and there are none or at least two."""
    text = "".join(parts)
    places = [place for span in clauses(text) for place in span]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert len(places) != 2
    assert all(len(piece.split()) >= 2 for piece in pieces(text))


@pytest.mark.parametrize("text", ["jeg fik afslag i går", "jeg har fået en ny sagsbehandler", "Hej, jeg søgte i maj"])
def test_what_was_is_told(text: str) -> None:
    """Who tells what happened asks for nothing yet."""
    assert tells(text)


@pytest.mark.parametrize(
    "text", ["hvorfor fik jeg afslag", "jeg fik afslag og vil klage", "kan I ringe til mig", "jeg vil have et møde"]
)
def test_who_asks_does_not_only_tell(text: str) -> None:
    """A question about what was is a question."""
    assert not tells(text)


# What is heard in the pieces


def test_two_wishes_are_heard_each_in_its_own_words(tmp_path: Any) -> None:
    """With the place of the words, so that what stands in them belongs to the right one."""
    [message] = heard(tmp_path, BOTH)

    [who, when] = message.get("wishes")
    assert (who["intent"], when["intent"]) == (WHO, WHEN)
    assert (who["confidence"], when["confidence"]) == (0.97, 0.95)
    assert [BOTH[wish["start"] : wish["end"]] for wish in (who, when)] == [who["text"], when["text"]]
    assert when["text"] == "hvornår får jeg svar"
    assert wishes_of(message) == [WHO, WHEN]


@pytest.mark.parametrize("own", [WHO, WHEN])
def test_the_messages_own_intent_is_kept_where_it_is_one_of_the_two(tmp_path: Any, own: str) -> None:
    """Read as a whole it is one of them; that is what Rasa's rules go by."""
    [message] = heard(tmp_path, BOTH, whole=(own, 0.7))

    assert message.get(INTENT) == {"name": own, "confidence": 0.7}
    assert wishes_of(message) == [WHO, WHEN]


def test_a_message_that_was_doubtful_as_a_whole_is_the_first_of_its_wishes(tmp_path: Any) -> None:
    """Two wishes at once are like neither; the pieces know better."""
    [message] = heard(tmp_path, BOTH, whole=("klage", 0.5))

    assert message.get(INTENT) == {"name": WHO, "confidence": 0.97}
    assert [one["name"] for one in message.get(INTENT_RANKING_KEY)] == [WHO, "klage", "afvis"]
    assert wishes_of(message) == [WHO, WHEN]


def test_a_message_that_is_surely_something_else_is_left_alone(tmp_path: Any) -> None:
    """The pieces lack what the whole says."""
    [message] = heard(tmp_path, BOTH, whole=("paa_vegne_af", 0.98))

    assert message.get(INTENT)["name"] == "paa_vegne_af"
    assert wishes_of(message) == []


def test_danger_comes_before_all_else_and_alone(tmp_path: Any) -> None:
    """However doubtful it is, nothing is answered beside it."""
    [message] = heard(tmp_path, BOTH, whole=("akut_hjaelp", 0.3))

    assert message.get(INTENT)["name"] == "akut_hjaelp"
    assert wishes_of(message) == []


@pytest.mark.parametrize(
    "text",
    [
        "hvem er min sagsbehandler",  # one clause
        "hvem er min sagsbehandler og hvem har min sag",  # twice the same
        "hvem er min sagsbehandler og tusind tak",  # courtesy
        "jeg fik afslag i går. hvem er min sagsbehandler",  # only told
        "hvem er min sagsbehandler og det dersens papir",  # not sure
        "hvem er min sagsbehandler og min mand slår mig",  # danger is found by who knows it, in the whole
        "jeg har ventet længe og " * 12 + BOTH,  # a letter
    ],
)
def test_one_wish_is_one(tmp_path: Any, text: str) -> None:
    """An answer to what nobody asked is worse than one answer too few."""
    [message] = heard(tmp_path, text)

    assert wishes_of(message) == []
    assert message.get(INTENT)["name"] == WHO


def test_how_sure_a_piece_must_be_is_configured(tmp_path: Any) -> None:
    """The threshold is chosen from a calibration set."""
    text = "hvem er min sagsbehandler og det dersens papir"

    assert wishes_of(heard(tmp_path, text, threshold=0.4)[0]) == [WHO, "klage"]
    assert wishes_of(heard(tmp_path, text, threshold=0.41)[0]) == []


def test_of_three_wishes_the_first_two_are_answered(tmp_path: Any) -> None:
    """More than two answers at once nobody reads."""
    [message] = heard(tmp_path, f"{BOTH} og kan I ringe til mig")

    assert wishes_of(message) == [WHO, WHEN]


def test_several_messages_keep_their_own_wishes(tmp_path: Any) -> None:
    """A test set is parsed in one go; and no piece is left over as a message."""
    texts = ["hvem har min sag", BOTH, "hej", "kan I ringe til mig og hvem har min sag", ""]
    made = heard(tmp_path, *texts, whole=(None, 0.0))

    assert [message.get(TEXT) for message in made] == texts
    assert [wishes_of(message) for message in made] == [[], [WHO, WHEN], [], ["ring_mig_op", WHO], []]


def test_a_button_is_one_wish(tmp_path: Any) -> None:
    """It says what it means, even where it carries the words it was offered for."""
    button = '/svartid{"besked": "hvem er min sagsbehandler og kan I ringe til mig"}'
    splitter = ClauseSplitter.create({}, storage_in(tmp_path), RESOURCE, CONTEXT)

    assert len(splitter.process([Message({TEXT: button})])) == 1


def test_examples_are_learned_whole(tmp_path: Any) -> None:
    """An example has one intent, and its pieces have none of their own."""
    data = TrainingData([Message({TEXT: BOTH, INTENT: WHO})])
    splitter = ClauseSplitter.create({}, storage_in(tmp_path), RESOURCE, CONTEXT)

    assert [one.get(TEXT) for one in splitter.process_training_data(data).training_examples] == [BOTH]
