"""Recall and precision of the summaries against the labels, in all and for each kind of field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.handoff.summary.extracting import summarise
from bot.handoff.summary.fields import KINDS, Field
from tests.handoff.corpus import NOW, Conversation, Label, municipality

# Where the citizen's own words are quoted, two people cut a sentence a little differently. Quotes agree when one
# holds the other, and the shorter has at least this share of the words of the longer. Everything else must be equal.
_QUOTED = frozenset({"first_request", "last_question", "urgency", "fact", "missing", "companion"})
_SHARE = 0.6


@dataclass
class Score:
    """Counts for each kind, and what was missed and what was too much, for reading."""

    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Label]] = field(default_factory=list)
    extra: list[tuple[str, Field]] = field(default_factory=list)

    def recall(self, kind: str | None = None) -> float:
        right, missed = self._of(kind), sum(kind in (None, label.kind) for _, label in self.missed)
        return right / (right + missed) if right + missed else 1.0

    def precision(self, kind: str | None = None) -> float:
        right, extra = self._of(kind), sum(kind in (None, one.kind) for _, one in self.extra)
        return right / (right + extra) if right + extra else 1.0

    def table(self) -> str:
        """A line for each kind, and the sum."""
        lines = [f"{'felt':<14}{'mærket':>8}{'fundet':>8}{'genkald':>9}{'præcision':>11}"]
        for kind in (*KINDS, None):
            right = self._of(kind)
            labelled = right + sum(kind in (None, label.kind) for _, label in self.missed)
            given = right + sum(kind in (None, one.kind) for _, one in self.extra)
            lines.append(
                f"{kind or 'i alt':<14}{labelled:>8}{given:>8}{self.recall(kind):>9.3f}{self.precision(kind):>11.3f}"
            )
        return "\n".join(lines)

    def _of(self, kind: str | None) -> int:
        return sum(self.found.values()) if kind is None else self.found[kind]


def measure(conversations: Iterable[Conversation]) -> Score:
    """Summarise each conversation and compare."""
    score = Score()
    for conversation in conversations:
        summary = summarise(conversation.transcript, municipality=municipality(), now=NOW)
        left = list(summary.fields)
        for label in conversation.labels:
            fitting = next((one for one in left if agrees(label, one)), None)
            if fitting is None:
                score.missed.append((conversation.name, label))
            else:
                left.remove(fitting)
                score.found[label.kind] += 1
        score.extra += [(conversation.name, one) for one in left]
    return score


def agrees(label: Label, given: Field) -> bool:
    """Whether a field is what the label says: the same kind, message and value."""
    if label.kind != given.kind or label.seq != given.sources[0].seq:
        return False
    wanted, got = _plain(label.value), _plain(given.value)
    if wanted == got or label.kind not in _QUOTED:
        return wanted == got
    shorter, longer = sorted((wanted, got), key=len)
    return shorter in longer and len(shorter.split()) >= _SHARE * len(longer.split())


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .,!?").casefold()
