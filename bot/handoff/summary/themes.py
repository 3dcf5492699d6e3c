"""What a conversation is about: topic, KLE number and department, from case cards and the citizen's own words."""

from __future__ import annotations

import re

from bot.danish.spelling import fold
from bot.handoff.summary import cards
from bot.handoff.summary.clauses import Clause, Reading
from bot.handoff.summary.fields import Field, Source
from bot.handoff.summary.subjects import Mention, Subjects
from bot.handoff.summary.transcript import Said
from bot.municipality.model import Department

_MISSPELT_TRIES = 3  # looking for misspelt topics is slow, and pays for the first wishes only
_PUTS_RIGHT = re.compile(r"\W*(?:nej|hov|rettelse|undskyld|ups)\b")
_LONGEST_WISH = 60  # words in which a misspelt topic is looked for


class Themes:
    """The cases and topics spoken of so far; of one case the last card counts."""

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._cards: dict[str, list[Field]] = {}
        self._mentions: list[tuple[Mention, Source]] = []
        self._by_hand: list[Field] | None = None
        self._tries = 0

    def card(self, said: Said, number: str) -> None:
        """A case card was shown."""
        self._cards[number] = cards.fields_of(said, number)

    def is_about(self, reading: Reading) -> bool:
        """Whether the message names any topic."""
        return bool(self._subjects.mentions(reading, 0, len(reading.plain)))

    def wish(self, reading: Reading, wished: list[Clause], seq: int, *, lacking: list[Clause], short: bool) -> None:
        """Look for topics in what is ``wished`` for or ``lacking``; for the first topic, in all of the message.

        A ``short`` message is looked at whatever it says: it may be the answer to what it is about.
        """
        found = [one for clause in wished for one in self._subjects.mentions(reading, clause.start, clause.end)]
        for clause in lacking if not found else ():
            found += self._subjects.mentions(reading, clause.start, clause.end, everyday=False)
        if _PUTS_RIGHT.match(reading.plain):
            found = self._subjects.mentions(reading, 0, len(reading.plain))
        nothing_yet = not (found or self._cards or self._mentions)
        if nothing_yet and (wished or lacking or short):
            found = self._subjects.mentions(reading, 0, len(reading.plain), everyday=short)[:1]
        may_try = self._tries < _MISSPELT_TRIES and len(reading.plain.split()) <= _LONGEST_WISH
        if nothing_yet and not found and (wished or short) and may_try:
            self._tries += 1
            misspelt = self._subjects.misspelt(reading, 0, len(reading.plain))
            found = [misspelt] if misspelt else []
        for one in found:
            start, end = reading.span(one.start, one.end)
            if reading.plain[: one.start].rstrip().endswith((" ikke", " ikke om", "ikke min", " ikke mit")):
                self._mentions = [other for other in self._mentions if other[0].topic != one.topic]
            else:
                self._mentions.append((one, Source(seq=seq, start=start, end=end)))

    def put_right(self, values: list[Field]) -> None:
        """The citizen says by hand what it is about: all that was found before gives way."""
        self._by_hand = values
        self._mentions.clear()

    def drop(self, kind: str) -> None:
        """Forget what the cards said of this kind: the citizen puts it right by hand."""
        for number, fields in self._cards.items():
            self._cards[number] = [field for field in fields if field.kind != kind]

    def fields(self) -> list[Field]:
        """The fields of kinds topic, kle, department, case, answered and missing."""
        carded = [field for fields in self._cards.values() for field in fields]
        if self._by_hand is not None:
            carded = [field for field in carded if field.kind not in ("topic", "kle", "department")]
            carded += self._by_hand
        for field in self._by_hand or ():
            mention = self._subjects.named(field.value)
            if mention is not None:
                told = self._of_mention(mention, field.sources[0])
                carded += [one for one in told if one.kind != "topic"]
        for mention, source in self._mentions:
            if not self._is_told(mention):
                carded += self._of_mention(mention, source)
        return carded

    def _is_told(self, mention: Mention) -> bool:
        """Whether the card of a case already says what the citizen speaks of."""
        for fields in self._cards.values():
            told = {field.kind: field.value for field in fields}
            if fold(mention.topic) in fold(told.get("topic", "")):
                return True
            same = isinstance(mention.who, Department) and mention.who.name == told.get("department")
            if same and (mention.kle is None or told["kle"].startswith(mention.kle)):
                return True
        return False

    def _of_mention(self, mention: Mention, source: Source) -> list[Field]:
        made = []
        if fold(mention.topic) != fold(mention.who.name) or not isinstance(mention.who, Department):
            made.append(Field(kind="topic", value=mention.topic, sources=(source,)))
        if isinstance(mention.who, Department):
            if mention.kle is not None:
                made.append(Field(kind="kle", value=mention.kle, sources=(source,)))
            made.append(Field(kind="department", value=mention.who.name, sources=(source,)))
        return made
