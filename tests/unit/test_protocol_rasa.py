"""What Rasa answers is read as one answer or refused, and what a citizen types is never a command to it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rasa import Answer, Choice, RasaEmpty, RasaNonsense, read_answer, typed
from bot.chat.turn import HandoffAsk, MeetingAsk, Memory, Question, Understood, payload


def test_one_turn_becomes_one_answer() -> None:
    """Texts are joined with a blank line; buttons become choices; payloads go where their type says."""
    raw = [
        {"recipient_id": "x", "text": "Din sag behandles."},
        {"recipient_id": "x", "text": "Vil du mere?", "buttons": [{"title": "Ja", "payload": "/bekraeft"}]},
        {"recipient_id": "x", "custom": {"type": "card", "card": {"type": "case", "number": "27.36.04-G01-12-26"}}},
        {"recipient_id": "x", "custom": {"type": "remember", "memory": {"case": "ref", "misses": 0}}},
        {"recipient_id": "x", "custom": HandoffAsk(do="call", phone="12 34 56 78").to_json()},
        {"recipient_id": "x", "custom": {"type": "end"}},
    ]
    assert read_answer(raw) == Answer(
        text="Din sag behandles.\n\nVil du mere?",
        choices=(Choice(title="Ja", payload="/bekraeft"),),
        card={"type": "case", "number": "27.36.04-G01-12-26"},
        memory=Memory(case="ref"),
        handoff=HandoffAsk(do="call", phone="12 34 56 78"),
        end=True,
    )


def test_a_question_may_wait_for_login() -> None:
    """A login payload names the question to ask again by itself."""
    question = {"intent": "sagsstatus", "entities": {"emne": "sygedagpenge"}}
    answer = read_answer([{"text": "Log ind først."}, {"custom": {"type": "login", "question": question}}])
    assert answer.login == Question(intent="sagsstatus", entities={"emne": "sygedagpenge"})
    assert payload(answer.login) == '/sagsstatus{"emne": "sygedagpenge"}'


def test_a_handoff_or_a_meeting_needs_no_words_of_rasas() -> None:
    """Web has the words for both; what was asked comes whole."""
    ask = HandoffAsk(do="offer", trigger="konflikt", reason="Vred.", departments=("social", "ydelse"), kle="27.60.20")
    assert read_answer([{"custom": ask.to_json()}]) == Answer(text="", handoff=ask)
    meeting = MeetingAsk(do="book", form="telefon", when="på torsdag", department="social")
    assert read_answer([{"custom": meeting.to_json()}]) == Answer(text="", meeting=meeting)


def test_what_was_understood_is_read_and_says_nothing_by_itself() -> None:
    """It goes with an answer; alone it is none."""
    made = Understood(outcome="asked", intent="svartid", confidence=0.5, second="klage")
    assert read_answer([{"text": "Mener du …?"}, {"custom": made.to_json()}]).understood == made
    bare = Understood(outcome="fallback")
    assert (
        read_answer([{"text": "Hvad?"}, {"custom": {"type": "understood", "outcome": "fallback"}}]).understood == bare
    )
    with pytest.raises(RasaEmpty):
        read_answer([{"custom": made.to_json()}])


@pytest.mark.parametrize(
    "raw", [[], [{"text": ""}], [{"text": "  "}], [{"custom": {"type": "remember", "memory": {}}}]]
)
def test_saying_nothing_is_a_failed_turn(raw: Any) -> None:
    """Rasa swallows errors of custom actions and answers with nothing: that is no answer."""
    with pytest.raises(RasaEmpty):
        read_answer(raw)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        "hej",
        [1],
        [{"text": 1}],
        [{"text": "a", "buttons": "b"}],
        [{"text": "a", "buttons": [{"title": "b"}]}],
        [{"text": "a", "buttons": [{"title": 1, "payload": "/a"}]}],
        [{"text": "a", "custom": []}],
        [{"text": "a", "custom": {}}],
        [{"text": "a", "custom": {"type": "card"}}],
        [{"text": "a", "custom": {"type": "remember", "memory": 7}}],
        [{"text": "a", "custom": {"type": "login", "question": {"intent": 7}}}],
        [{"text": "a", "custom": {"type": "handoff"}}],
        [{"text": "a", "custom": {"type": "handoff", "do": "fire"}}],
        [{"text": "a", "custom": {"type": "handoff", "do": "offer", "departments": "social"}}],
        [{"text": "a", "custom": {"type": "understood"}}],
        [{"text": "a", "custom": {"type": "understood", "outcome": "perhaps"}}],
        [{"text": "a", "custom": {"type": "understood", "outcome": "asked", "confidence": "0.4"}}],
        [{"text": "a", "custom": {"type": "understood", "outcome": "asked", "intent": 7}}],
        [{"text": "a", "custom": {"type": "meeting", "do": "attend"}}],
        [{"text": "a", "custom": {"type": "meeting", "do": "book", "when": 14}}],
    ],
)
def test_what_is_no_answer_is_refused(raw: Any) -> None:
    """A shape we do not know is never shown to a citizen."""
    with pytest.raises(RasaNonsense):
        read_answer(raw)


def test_a_payload_of_a_later_version_is_passed_over() -> None:
    """An unknown type does not cost the citizen the answer that came with it."""
    assert read_answer([{"text": "hej"}, {"custom": {"type": "later"}}]).text == "hej"


@given(
    text=st.text(alphabet=st.sampled_from(list("/ \t\n\u3000\u200b\ufeff\u00ad／⁄aæ\u0301.")), max_size=12) | st.text()
)
def test_typed_text_never_begins_with_a_slash(text: str) -> None:
    """Whatever is typed, and whatever is stripped or folded after us, no slash comes to the front."""
    sent = typed(text)
    assert sent
    for seen in (sent, sent.strip(), unicodedata.normalize("NFKC", sent).strip()):
        assert not seen.startswith("/")


def test_a_slash_inside_a_sentence_stays() -> None:
    """Only what stands in front is taken away."""
    assert typed("jeg er født 1/1 og/eller 2/2") == "jeg er født 1/1 og/eller 2/2"


def test_what_two_answers_of_a_turn_both_offer_is_offered_once() -> None:
    """In the order they came first."""
    human, hours = {"title": "Tal med et menneske", "payload": "/x"}, {"title": "Åbningstider", "payload": "/y"}
    answer = read_answer([{"text": "Ja.", "buttons": [human, hours]}, {"text": "Nej.", "buttons": [hours, human]}])

    assert [choice.payload for choice in answer.choices] == ["/x", "/y"]
