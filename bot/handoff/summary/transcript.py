"""What was said in a conversation, as the summary reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Characters of the citizen's own words. A summary is made while the conversation is locked (on SQLite the whole
# database), in about eight microseconds a character: nobody may hold that up by writing without end.
_FIRST, _NEWEST, _PUT_RIGHT = 2000, 10_000, 4000


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of the log. ``sender``: citizen, assistant, staff or system; ``at`` is aware.

    ``chosen`` is True where the citizen pressed a button: the words are then the assistant's, not the citizen's own.
    ``corrects`` maps a field's kind (see `bot.handoff.summary.fields`) to what the citizen put there by hand, in a
    message that is the citizen's own and in whose ``text`` each value stands word for word.
    """

    seq: int
    sender: str
    text: str = field(repr=False)
    at: datetime
    chosen: bool = False
    card: Mapping[str, Any] | None = field(default=None, repr=False)
    corrects: Mapping[str, str] = field(default_factory=dict, repr=False)


def worth_reading(transcript: Iterable[Said]) -> list[Said]:
    """What a summary is made from, in order: everything, but of a citizen who wrote without end not what is between.

    What they wrote first says what it is about; the last word counts; and what they put right by hand stays right.
    """
    said = sorted(transcript, key=lambda one: one.seq)
    own = [one for one in said if one.sender == "citizen"]
    if sum(map(_length, own)) <= _FIRST + _NEWEST:
        return said
    kept = {
        one.seq
        for part, most in (
            (own, _FIRST),
            (own[::-1], _NEWEST),
            ([one for one in own if one.corrects][::-1], _PUT_RIGHT),
        )
        for one in _within(part, most)
    }
    return [one for one in said if one.sender != "citizen" or one.seq in kept]


def _within(said: Sequence[Said], most: int) -> Iterable[Said]:
    taken = 0
    for one in said:
        taken += _length(one)
        if taken > most:
            return
        yield one


def _length(said: Said) -> int:
    return len(said.text) + 1
