"""Whether all that a summary says can be traced to the conversation: everything is derived again and compared.

The rules by which a value follows from its sources:

- first_request, last_question, urgency, time, interpreter, companion, email, fact, and missing in the citizen's
  words: the characters of the source, as they stand in a message the citizen wrote and no button wrote;
- topic: the card's title, or the municipality's name for the topic the words speak of; department and kle: whose
  topic that is in the municipality's facts, or the card's department and the first eight signs of its case number;
- case: the number of the card, or the characters as `bot.cases.numbers.whole_numbers` writes them;
- answered, missing: strings of the assistant's case card put after each other (`bot.handoff.summary.cards`);
- identity: the system's words and the time they were said (`bot.handoff.summary.logins`);
- phone: the characters as `bot.municipality.phones` shows them; form: what they ask for (`bot.handoff.summary.wishes`);
- what is put right in words: the earlier quote with the date, day or number of the later source in its place
  (`bot.handoff.summary.corrections`); by hand: the characters of the citizen's own correction.

As the last word counts, a message that was said later, or by somebody else, changes what a field may say: so it is
the whole conversation that is read again, not the sources alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from bot.handoff.summary import cards
from bot.handoff.summary.extracting import summarise
from bot.handoff.summary.fields import Field, Source, Summary
from bot.handoff.summary.transcript import Said
from bot.municipality.model import Municipality

_QUOTED = frozenset({"first_request", "last_question", "urgency", "time", "interpreter", "companion", "email", "fact"})
_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)  # when it is made changes nothing of what a summary says


def untraceable(summary: Summary, transcript: Sequence[Said], *, municipality: Municipality) -> tuple[str, ...]:
    """Why each field that can't be traced to ``transcript`` can't; () when all can.

    The reasons are in English and hold nothing of what was said: they may be logged.
    """
    return differences(summary, summarise(transcript, municipality=municipality, now=_ANY_TIME), transcript)


def differences(summary: Summary, derived: Summary, transcript: Sequence[Said]) -> tuple[str, ...]:
    """The same, given the summary ``derived`` from ``transcript``."""
    said = {one.seq: one for one in transcript}
    again = set(derived.fields)
    found = []
    for field in summary.fields:
        reason = _broken(field, said)
        if reason is None and field not in again:
            reason = "the conversation does not say it (any more)"
        if reason is not None:
            seqs = ", ".join(str(source.seq) for source in field.sources)
            found.append(f"{field.kind} from message {seqs}: {reason}")
    return tuple(found)


def quoted(source: Source, said: Mapping[int, Said]) -> str | None:
    """The characters a source points at; None when it points at nothing."""
    message = said.get(source.seq)
    if message is None:
        return None
    text = message.text if source.path is None else cards.at(message.card or {}, source.path)
    if text is None or source.end > len(text):
        return None
    return text[source.start : source.end]


def _broken(field: Field, said: Mapping[int, Said]) -> str | None:
    """What is wrong with a field that its sources alone show."""
    if not field.sources:
        return "it has no source"
    quotes = [quoted(source, said) for source in field.sources]
    if None in quotes:
        return "a source points at nothing"
    if field.kind in _QUOTED and not field.corrected:
        message = said[field.sources[0].seq]
        if message.sender != "citizen" or message.chosen:
            return "these are not the citizen's own words"
        if len(quotes) > 1 or quotes[0] != field.value:
            return "the words are not those of the source"
    return None
