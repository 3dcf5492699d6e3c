"""What a client may fill in: the summary put right, a meeting's details, how it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.chat.incoming import MAX_TEXT, FrameError, HandoffForm, MeetingForm, Survey, parse
from bot.handoff.takeover import correction_text


def read(**frame: Any) -> Any:
    return parse(json.dumps(frame))


def test_what_was_put_right_is_tidied_line_by_line() -> None:
    """Of facts there may be several, a line to each; empty lines and doubled blanks are nobody's meaning."""
    form = read(type="handoff", id="a", handoff=3, do="send", fields={"fact": " a  b\n\n c "}, add="tak\nfor det")
    assert form == HandoffForm("a", 3, "send", {"fact": "a b\nc"}, "tak\nfor det")
    assert read(type="handoff", id="a", handoff=3, do="withdraw") == HandoffForm("a", 3, "withdraw", {}, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "claim"},
        {"handoff": "3"},
        {"handoff": True},
        {"handoff": 0},
        {"handoff": 2**31},
        {"fields": ["phone"]},
        {"fields": {"phone": 22334455}},
        {"fields": {str(number): "x" for number in range(31)}},
        {"add": None},
        {"id": "æ"},
    ],
)
def test_a_form_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    """Whatever a client sends, it is this form or nothing."""
    with pytest.raises(FrameError):
        parse(json.dumps({"type": "handoff", "id": "a", "handoff": 3, "do": "send", **wrong}))


def test_all_of_a_form_together_may_be_as_long_as_a_message() -> None:
    """Thirty fields are no way around the longest message."""
    long = {"first_request": "x" * (MAX_TEXT // 2), "fact": "y" * (MAX_TEXT // 2)}
    assert read(type="handoff", id="a", handoff=3, do="send", fields=long).fields == long
    with pytest.raises(FrameError) as refused:
        read(type="handoff", id="a", handoff=3, do="send", fields=long, add="z")
    assert refused.value.code == "too_long"


def test_a_meetings_details_are_left_for_the_meeting_to_check() -> None:
    """The frame is read here; what an address or a number must be is the meetings' own rule."""
    form = read(type="meeting", id="a", meeting=5, do="book", details={"email": "x"})
    assert form == MeetingForm("a", 5, "book", {"email": "x"})
    for wrong in ({"do": "steal"}, {"details": []}, {"meeting": -1}):
        with pytest.raises(FrameError):
            parse(json.dumps({"type": "meeting", "id": "a", "meeting": 5, "do": "book", **wrong}))


def test_each_question_of_the_survey_may_be_passed_over() -> None:
    """One to five, or nothing."""
    form = read(type="survey", id="a", handoff=3, heard=5, trust=None, comment="  fint ")
    assert form == Survey("a", 3, 5, None, None, None, "fint")
    for wrong in (0, 6, "5", True, 2.5):
        with pytest.raises(FrameError):
            read(type="survey", id="a", handoff=3, heard=wrong)


def test_a_correction_holds_each_value_word_for_word() -> None:
    """The summary names the place of a value in the message; so it must stand there as it is."""
    said = correction_text({"phone": "22 33 44 55", "interpreter": "", "identity": "jeg er Anna"}, "ring sent")
    assert said.splitlines() == ["Dit telefonnummer: 22 33 44 55", "Tolk: (slettet)", "Tilføjelse: ring sent"]
