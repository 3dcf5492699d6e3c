"""Makes the summary of a conversation: what was said is read once, in order, and the last word counts.

Nothing is composed: each field is a quote, or follows from one by a rule that can be repeated
(`bot.handoff.summary.tracing` repeats them all). Buttons are not the citizen's words and are never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.cases.numbers import whole_numbers
from bot.handoff.summary import by_hand, cards, corrections, logins, telling, wishes
from bot.handoff.summary.addresses import Addresses
from bot.handoff.summary.clauses import Clause, Reading, clauses, read
from bot.handoff.summary.fields import KINDS, SINGLE, Field, Source, Summary
from bot.handoff.summary.requests import Requests, runs
from bot.handoff.summary.subjects import Subjects
from bot.handoff.summary.themes import Themes
from bot.handoff.summary.transcript import Said, worth_reading
from bot.municipality.model import Municipality

_SHORTEST_LACK = 3  # words: "ingen svarede" says too little to be what somebody asks
_LATELY = 20  # fields back to which somebody may put something right in words
_POINTS_BACK = re.compile(r"(?:der|det|den|dem)\b")
_SHORT = 5  # words: so short is the answer to "what is it about?"


def summarise(transcript: Sequence[Said], *, municipality: Municipality, now: datetime) -> Summary:
    """The summary of ``transcript`` as it stands ``now`` (aware).

    Takes time in proportion to what was said, and no more than what is `worth_reading` does.
    """
    reader = _Reader(municipality)
    for said in worth_reading(transcript):
        reader.take(said)
    return Summary(fields=reader.fields(), at=now)


def department_keys(summary: Summary, municipality: Municipality) -> tuple[str, ...]:
    """The keys of the departments the summary names, the first one first; names that are unknown are left out."""
    keys = {department.name: key for key, department in municipality.departments.items()}
    return tuple(keys[one.value] for one in summary.all("department") if one.value in keys)


class _Reader:
    """What has been read so far."""

    def __init__(self, municipality: Municipality) -> None:
        self._themes = Themes(Subjects.of(municipality))
        self._addresses = Addresses(municipality)
        self._requests = Requests()
        self._fields: list[Field] = []
        self._singles: dict[str, Field] = {}  # of what there is one of: the last that was said
        self._meets = False  # a meeting or a call has been spoken of

    def take(self, said: Said) -> None:
        """Read one message."""
        number = cards.case_number(said)
        if number is not None:
            self._themes.card(said, number)
            self._requests.answered()
        elif said.sender == "system":
            self._login(said)
        elif said.sender == "assistant" and said.card is None:
            self._answered_about(said)
        elif said.sender == "citizen" and said.corrects:
            self._put_right(said)
        elif said.sender == "citizen" and said.chosen:
            self._chosen(said)
        elif said.sender == "citizen":
            self._words(said.seq, said.text)

    def fields(self) -> tuple[Field, ...]:
        """All fields: in the order of their kinds, and within a kind of the conversation; each value once."""
        made = [*self._themes.fields(), *self._requests.fields(), *self._fields, *self._singles.values()]
        unique: dict[tuple[str, str], Field] = {}
        for field in sorted(made, key=lambda one: (KINDS.index(one.kind), one.sources[0].seq)):
            unique.setdefault((field.kind, field.value), field)
        return tuple(unique.values())

    def _put(self, field: Field) -> None:
        if field.kind in SINGLE:
            self._singles[field.kind] = field
        else:
            self._fields.append(field)

    def _drop(self, kind: str) -> None:
        self._singles.pop(kind, None)
        self._fields = [field for field in self._fields if field.kind != kind]

    def _login(self, said: Said) -> None:
        identity = logins.logged_in(said)
        if identity is not None:
            self._put(identity)
        elif logins.logged_out(said):
            self._drop("identity")

    def _answered_about(self, said: Said) -> None:
        """An answer in words alone, as about a complaint, names the one case it is about."""
        numbers = list(whole_numbers(said.text))
        if len(numbers) == 1:
            number, start, end = numbers[0]
            self._put(Field(kind="case", value=number, sources=(Source(seq=said.seq, start=start, end=end),)))

    def _put_right(self, said: Said) -> None:
        values = by_hand.values(said)
        for kind, fields in values.items():
            if kind == "topic":
                self._themes.put_right(fields)
            elif kind in ("first_request", "last_question"):
                self._requests.put_right(kind, fields)
            else:
                self._drop(kind)
                if kind == "missing":
                    self._themes.drop("missing")
                for field in fields[:1] if kind in SINGLE else fields:
                    self._put(field)
        rest = by_hand.rest(said, [source for fields in values.values() for one in fields for source in one.sources])
        if rest.strip() and not said.chosen:
            self._words(said.seq, rest)

    def _chosen(self, said: Said) -> None:
        """A pressed button: how somebody would be met is a wish all the same."""
        reading = read(said.text)
        for clause in clauses(reading):
            for form, start, end in wishes.forms(clause):
                self._found("form", reading, said.seq, start, end, value=form)
                self._meets = True

    def _words(self, seq: int, text: str) -> None:
        reading = read(text)
        addresses = self._addresses.find(text, seq)
        for number, start, end in whole_numbers(text):
            addresses.append(Field(kind="case", value=number, sources=(Source(seq=seq, start=start, end=end),)))
        for field in addresses:
            self._put(field)
        if wishes.is_nothing(reading.plain):
            return
        found = clauses(reading)
        told, taken = self._tell(reading, found, seq, addresses)
        asked = [wishes.is_wish(clause) for clause in found]
        lacking = [telling.is_missing(clause) and len(clause.words.split()) > _SHORTEST_LACK for clause in found]
        # Something that is missing is a request where nothing else is.
        wished = list(asked) if any(asked) else list(lacking)
        for at in range(len(found) - 1, 0, -1):
            # "min sag om hjemmehjælp, hvem har den": what comes before in the sentence belongs to it, unless it
            # tells something by itself, and the wish can be understood without.
            alone = at - 1 in told and not lacking[at - 1] and not _POINTS_BACK.match(found[at].words)
            if wished[at] and not alone and at - 1 not in taken and found[at - 1].sentence == found[at].sentence:
                wished[at - 1] = True
        short = len(reading.plain.split()) <= _SHORT
        weak = not any(wished) and self._requests.is_empty and not told and (short or self._themes.is_about(reading))
        if weak:
            wished = asked = [True] * len(found)
        self._themes.wish(
            reading,
            [clause for clause, wish in zip(found, asked, strict=True) if wish],
            seq,
            lacking=[clause for clause, lack in zip(found, lacking, strict=True) if lack],
            short=short,
        )
        for run in runs(found, wished):
            practical = all(wishes.is_practical(clause) or not wishes.is_wish(clause) for clause in run)
            self._requests.add(reading, run, seq, practical=practical, weak=weak)

    def _tell(
        self, reading: Reading, found: Sequence[Clause], seq: int, addresses: Sequence[Field]
    ) -> tuple[set[int], set[int]]:
        """Read what each clause tells; gives which told of the citizen's situation, and which of other things."""
        told = self._put_right_in_words(reading, found, seq)
        corrected, taken, after_fact = frozenset(told), set[int](), False
        for at, clause in enumerate(found):
            if at in corrected:
                continue
            span = reading.span(clause.start, clause.end)
            addressed = any(one.start < span[1] and span[0] < one.end for field in addresses for one in field.sources)
            practical = self._practical(reading, clause, seq)
            kind = None
            if telling.is_urgent(clause):
                kind = "urgency"
            elif telling.is_missing(clause):
                kind = "missing"
            elif not (practical or addressed or wishes.is_wish(clause)):
                kind = "fact" if telling.is_fact(clause, after_fact=after_fact) else None
            if kind is not None:
                self._found(kind, reading, seq, clause.start, clause.end)
                told.add(at)
            elif practical or addressed or telling.is_hidden(clause):
                taken.add(at)
            after_fact = kind is not None
        return told, taken

    def _put_right_in_words(self, reading: Reading, found: Sequence[Clause], seq: int) -> set[int]:
        """Put right what was said lately; gives which clauses did."""
        lately = self._fields[-_LATELY:]
        put, used = corrections.apply([*lately, *self._singles.values()], reading, found, seq)
        self._fields[len(self._fields) - len(lately) :] = put[: len(lately)]
        self._singles = {field.kind: field for field in put[len(lately) :]}
        return used

    def _practical(self, reading: Reading, clause: Clause, seq: int) -> bool:
        """Read how, when and with whom the citizen would meet; gives whether the clause says any of it."""
        found = wishes.denies_company(clause) or wishes.names_a_time(clause)
        for form, start, end in wishes.forms(clause):
            self._found("form", reading, seq, start, end, value=form)
            self._meets = found = True
        self._meets = self._meets or wishes.speaks_of_meeting(clause)
        for kind, places in (
            ("interpreter", wishes.interpreters(clause)),
            ("companion", wishes.companions(clause)),
            ("time", wishes.times(clause, asked=self._meets)),
        ):
            for start, end in places:
                self._found(kind, reading, seq, start, end)
                found = True
        return found

    def _found(self, kind: str, reading: Reading, seq: int, start: int, end: int, *, value: str | None = None) -> None:
        first, last = reading.span(start, end)
        self._put(
            Field(
                kind=kind,
                value=reading.text[first:last] if value is None else value,
                sources=(Source(seq=seq, start=first, end=last),),
            )
        )
