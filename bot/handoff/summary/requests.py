"""The citizen's own words for what they want: the first request, and the last question that is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handoff.summary.clauses import Clause, Reading
from bot.handoff.summary.fields import Field, Source

_LONGEST = 300  # letters of a quote; a letter is read in the conversation itself


@dataclass(frozen=True, kw_only=True)
class _Request:
    """A run of wishes in one message; ``practical``: only how, when or with whom the citizen would talk.

    ``weak``: it is no wish, but all that was said so far ("min byggesag").
    """

    seq: int
    start: int
    end: int
    words: str
    practical: bool
    weak: bool

    def field(self, kind: str) -> Field:
        return Field(kind=kind, value=self.words, sources=(Source(seq=self.seq, start=self.start, end=self.end),))

    def overlaps(self, other: _Request) -> bool:
        return self.seq == other.seq and self.start < other.end and other.start < self.end


class Requests:
    """What the citizen has asked for so far."""

    def __init__(self) -> None:
        self._asked: list[_Request] = []
        self._answered = 0  # how many of them had an answer about a case
        self._first_by_hand: list[Field] | None = None
        self._last_by_hand: list[Field] | None = None
        self._by_hand_at = 0  # how many had been asked when the last question was put right

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been asked yet."""
        return not self._asked

    def add(self, reading: Reading, run: Sequence[Clause], seq: int, *, practical: bool, weak: bool) -> None:
        """A run of wishes (see `runs`) in message ``seq``; ``weak`` gives way to the first real one."""
        start, end = reading.span(run[0].start, run[-1].end)
        self._asked.append(
            _Request(seq=seq, start=start, end=end, words=reading.text[start:end], practical=practical, weak=weak)
        )

    def answered(self) -> None:
        """All that was asked has had an answer about a case."""
        self._answered = len(self._asked)

    def put_right(self, kind: str, values: list[Field]) -> None:
        """The citizen says by hand what was asked; an empty list takes it away."""
        if kind == "first_request":
            self._first_by_hand = values
        else:
            self._last_by_hand, self._by_hand_at = values, len(self._asked)

    def fields(self) -> list[Field]:
        """The fields of kinds first_request and last_question; the second only where it is another."""
        made = list(self._first_by_hand or ())
        first = next((one for one in self._asked if not one.weak), self._asked[0] if self._asked else None)
        if self._first_by_hand is None and first is not None:
            made.append(first.field("first_request"))
        if self._last_by_hand is not None and not any(not one.practical for one in self._asked[self._by_hand_at :]):
            return made + self._last_by_hand
        last = self._last_open()
        if last is not None and first is not None and not last.overlaps(first):
            made.append(last.field("last_question"))
        return made

    def _last_open(self) -> _Request | None:
        """The last question without an answer about a case, or the last of all; practical wishes are none."""
        questions = [one for one in self._asked if not one.practical and not one.weak]
        still_open = [one for one in self._asked[self._answered :] if not one.practical and not one.weak]
        return still_open[-1] if still_open else questions[-1] if questions else None


def runs(found: Sequence[Clause], wished: Sequence[bool]) -> list[list[Clause]]:
    """The clauses that are ``wished``, those together that follow upon each other."""
    made: list[list[Clause]] = []
    before = False
    for clause, wish in zip(found, wished, strict=True):
        if wish and before and clause.end - made[-1][0].start <= _LONGEST:
            made[-1].append(clause)
        elif wish:
            made.append([clause])
        before = wish
    return made
