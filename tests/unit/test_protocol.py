"""Frames from a client are read as they are meant, or refused in words."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.incoming import Choose, End, FrameError, Hello, Say, Seen, Typing, Wrong, parse
from bot.chat.protocol import error_frame, message_frame
from bot.chat.rasa import Choice
from bot.chat.records import Message
from bot.chat.texts import ERRORS


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        ({"type": "hello", "token": "abc", "since": 4}, Hello("abc", 4)),
        ({"type": "hello", "token": "abc"}, Hello("abc", 0)),
        ({"type": "say", "id": "a-1", "text": "  hej\r\ndu\x00 "}, Say("a-1", "hej\ndu")),
        ({"type": "say", "id": "a-1", "text": "halv \ud83d emoji"}, Say("a-1", "halv � emoji")),
        ({"type": "say", "id": "a-1", "text": "æ" * 3000}, Say("a-1", "æ" * 3000)),
        ({"type": "choose", "id": "a-1", "choice": "3.0"}, Choose("a-1", "3.0")),
        ({"type": "typing", "more": "is fine"}, Typing()),
        ({"type": "seen", "seq": 7}, Seen(7)),
        ({"type": "end"}, End(False)),
        ({"type": "wrong", "id": "a-1", "seq": 7}, Wrong("a-1", 7)),
        ({"type": "end", "erase": True}, End(True)),
    ],
)
def test_frames_are_read(frame: dict[str, Any], read: object) -> None:
    """Each frame of the protocol is read into its value."""
    assert parse(json.dumps(frame)) == read


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "bad_frame"),
        ("{", "bad_frame"),
        ("[" * 50000, "bad_frame"),
        ("[]", "bad_frame"),
        (b"\x00\x01", "bad_frame"),
        ('"hej"', "bad_frame"),
        ("{}", "unknown_type"),
        ('{"type": ["say"]}', "unknown_type"),
        ('{"type": "restart"}', "unknown_type"),
        ('{"type": "hello"}', "bad_token"),
        ('{"type": "hello", "token": 7}', "bad_token"),
        ('{"type": "hello", "token": "a", "since": -1}', "bad_frame"),
        ('{"type": "hello", "token": "a", "since": true}', "bad_frame"),
        ('{"type": "wrong", "id": "a"}', "bad_frame"),
        ('{"type": "wrong", "id": "a", "seq": 0}', "bad_frame"),
        ('{"type": "wrong", "seq": 7}', "bad_frame"),
        ('{"type": "say", "text": "hej"}', "bad_frame"),
        ('{"type": "say", "id": "", "text": "hej"}', "bad_frame"),
        ('{"type": "say", "id": "a b", "text": "hej"}', "bad_frame"),
        ('{"type": "say", "id": "' + "a" * 65 + '", "text": "hej"}', "bad_frame"),
        ('{"type": "say", "id": "a", "text": 7}', "bad_frame"),
        ('{"type": "say", "id": "a", "text": " \\n\\u0000 "}', "empty"),
        ('{"type": "say", "id": "a", "text": "' + "a" * 3001 + '"}', "too_long"),
        ('{"type": "say", "id": "a", "text": "' + "a" * 70000 + '"}', "too_big"),
        ('{"type": "choose", "id": "a"}', "unknown_choice"),
        ('{"type": "seen", "seq": 99999999999}', "bad_frame"),
        ('{"type": "seen", "seq": 1.5}', "bad_frame"),
        ('{"type": "end", "erase": "ja"}', "bad_frame"),
    ],
)
def test_what_is_no_frame_is_refused_in_words(raw: str | bytes, code: str) -> None:
    """Whatever is wrong has a code for the client and a Danish text for the citizen."""
    with pytest.raises(FrameError) as refused:
        parse(raw)
    assert refused.value.code == code
    assert refused.value.citizen == ERRORS[code]


def test_a_refused_message_is_named_by_its_id() -> None:
    """The client must know which of its messages was refused, so that it can keep it."""
    with pytest.raises(FrameError) as refused:
        parse(json.dumps({"type": "say", "id": "a-1", "text": "a" * 3001}))
    assert refused.value.id == "a-1"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    frame=st.fixed_dictionaries(
        {"type": st.sampled_from(["hello", "say", "choose", "seen", "end", "typing", "?"])},
        optional=dict.fromkeys(["id", "text", "token", "since", "choice", "seq", "erase"], json_values),
    )
)
def test_nothing_a_client_sends_raises_anything_else(frame: dict[str, Any]) -> None:
    """A frame is read or refused; there is no third way."""
    try:
        read = parse(json.dumps(frame))
    except FrameError as error:
        assert error.code in ERRORS
    else:
        assert type(read).__name__.lower() == frame["type"]


@given(raw=st.text(max_size=200) | st.binary(max_size=50))
def test_noise_is_refused(raw: str | bytes) -> None:
    """Noise is no frame."""
    with pytest.raises(FrameError):
        parse(raw)


def test_choices_go_out_without_their_payloads() -> None:
    """A payload holds refs of cases and names of intents: the browser gets an id and a title."""
    at = datetime(2026, 11, 21, 9, 0, tzinfo=timezone.utc)
    message = Message(
        seq=3, sender="assistant", text="Hvilken?", at=at, choices=(Choice(title="Den ene", payload="/oplys{}"),)
    )
    assert message_frame(message) == {
        "type": "message",
        "seq": 3,
        "from": "assistant",
        "text": "Hvilken?",
        "choices": [{"id": "3.0", "title": "Den ene"}],
        "at": "2026-11-21T09:00:00+00:00",
    }


def test_a_choice_of_web_s_own_says_what_it_does_and_not_to_what() -> None:
    """The widget sends a corrected summary along with the choice that sends it, and compares no words to find it."""
    at = datetime(2026, 11, 21, 9, 0, tzinfo=timezone.utc)
    choices = (
        Choice(title="Send til en medarbejder", payload="web:handoff:send:12"),
        Choice(title="Ja", payload="web:handoff:consent:12:yes"),
        Choice(title="Hvad er status?", payload="/sagsstatus"),
    )
    frame = message_frame(Message(seq=3, sender="assistant", text="Her er det.", at=at, choices=choices))
    assert frame["choices"] == [
        {"id": "3.0", "title": "Send til en medarbejder", "do": "handoff:send"},
        {"id": "3.1", "title": "Ja", "do": "handoff:consent"},
        {"id": "3.2", "title": "Hvad er status?"},
    ]


def test_an_error_says_when_to_try_again() -> None:
    """What came too fast is told when it is welcome, and which message it was."""
    frame = error_frame("too_fast", text="Prøv igen om 3 sekunder.", id="a", retry_after=3)
    assert frame == {
        "type": "error",
        "code": "too_fast",
        "text": "Prøv igen om 3 sekunder.",
        "id": "a",
        "retry_after": 3,
    }
