"""Finds expressions of time, resolved against now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.danish.times import Span, read_times
from bot.nlu.entities.extractor import Entity, Extractor, entity


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(timezone.utc)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TimeExtractor(Extractor):
    """`tidspunkt`: the citizen's own phrase as ``value``, and resolved in ``from`` and ``to``.

    Both are ISO 8601 with the offset in Europe/Copenhagen; either may be null, the end is outside, and a time of the
    clock alone begins and ends at once. Besides, where they hold: ``not`` for a time that does not suit ("ikke
    mandag"), ``every`` for one that comes again ("hver torsdag", resolved to the next), ``alternatives`` with all of
    them where there are several ("tirsdag eller torsdag"). It has no config keys.
    """

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def find(self, text: str) -> list[Entity]:
        """The expressions of time in ``text``."""
        found = []
        for phrase in read_times(text, now=self._clock()):
            spans = [_written(span) for span in phrase.spans]
            more: dict[str, Any] = dict(spans[0])
            if len(spans) > 1:
                more["alternatives"] = spans
            if phrase.negated:
                more["not"] = True
            if phrase.every:
                more["every"] = True
            found.append(entity("tidspunkt", phrase.start, phrase.end, phrase.text, **more))
        return found


def _written(span: Span) -> dict[str, str | None]:
    return {
        "from": span.since.isoformat(timespec="seconds") if span.since else None,
        "to": span.until.isoformat(timespec="seconds") if span.until else None,
    }
