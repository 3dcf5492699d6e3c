"""What a summary is made from: everything, and of a citizen who writes without end no more than can be read at once."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.handoff.summary.transcript import Said, worth_reading

AT = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)


def said(seq: int, text: str, sender: str = "citizen", **more: dict[str, str]) -> Said:
    return Said(seq=seq, sender=sender, text=text, at=AT, **more)


def test_an_ordinary_conversation_is_read_whole_and_in_order() -> None:
    """Two hundred messages of a line each leave nothing out."""
    talk = [said(seq, "Hvornår får jeg svar på min ansøgning om en bil?") for seq in range(200, 0, -1)]
    assert worth_reading(talk) == talk[::-1]


def test_of_words_without_end_the_first_the_newest_and_what_was_put_right_are_read() -> None:
    """What is between is left out, whoever answered it; what was put right by hand is not."""
    talk = [said(1, "Jeg vil tale om min bil")]
    talk += [said(seq, "x" * 2900, sender="assistant" if seq % 10 == 0 else "citizen") for seq in range(2, 400)]
    talk.insert(5, said(500, "Dit telefonnummer: 12 34 56 78", corrects={"phone": "12 34 56 78"}))
    talk.append(said(501, "Det er alt"))
    read = worth_reading(talk)
    own = [one for one in read if one.sender == "citizen"]
    assert own[0].seq == 1 and own[-1].seq == 501 and any(one.corrects for one in own)
    assert sum(len(one.text) for one in own) <= 16_000
    assert sum(one.sender == "assistant" for one in read) == 39
    assert [one.seq for one in read] == sorted(one.seq for one in read)
