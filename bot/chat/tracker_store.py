"""Rasa's working memory, bounded: the last turns of each conversation, for as long as it is alive."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, AllSlotsReset, Event, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass(frozen=True)
class _Kept:
    """A conversation as it is kept; ``used`` is the clock's time when it was last saved, in seconds."""

    events: tuple[Event, ...]
    used: float


class BoundedTrackerStore(TrackerStore):
    """Keeps the last ``turns`` user turns of a conversation, in memory only.

    Rasa replays a tracker's events several times a turn, so a tracker that grows makes each turn slower
    than the one before (measured with Rasa's default template: 24 ms new, 195 ms after 200 turns). Rasa's own
    ``max_event_history`` would bound it too, but cuts in the middle of a turn and drops the slots set before.
    Events are kept as they are, not as JSON: reading that back took a third of a turn's time.

    Named in ``endpoints.yml``; the keys there:

    - ``turns``: user turns kept of each conversation.
    - ``idle_seconds``: a conversation that nobody has spoken in for so long is forgotten.
    - ``conversations``: at most so many are held; the longest silent are forgotten first.

    What is dropped: the events before the turns kept, except the values of slots. There are no forms and
    no pauses in this assistant; an active form would have to be carried over like the slots.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        *,
        turns: int = 10,
        idle_seconds: float = 3600,
        conversations: int = 5000,
        clock: Callable[[], float] = time.monotonic,
        **rest: Any,
    ) -> None:
        if turns < 1 or conversations < 1 or idle_seconds <= 0:
            raise ValueError("turns and conversations must be at least 1, idle_seconds more than 0")
        super().__init__(domain, event_broker, **rest)
        self._turns = turns
        self._idle_seconds = idle_seconds
        self._conversations = conversations
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the longest silent first

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation's last turns, and forget the conversations that are over."""
        await self.stream_events(tracker)
        self._kept[tracker.sender_id] = _Kept(tuple(last_turns(list(tracker.events), self._turns)), self._clock())
        self._kept.move_to_end(tracker.sender_id)
        while len(self._kept) > self._conversations:
            self._kept.popitem(last=False)
        self._forget_the_silent()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None when there is none (any more)."""
        self._forget_the_silent()
        kept = self._kept.get(sender_id)
        if kept is None:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.recreate_from_dialogue(Dialogue(sender_id, list(kept.events)))
        return tracker

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations held."""
        self._forget_the_silent()
        return list(self._kept)

    def _forget_the_silent(self) -> None:
        oldest = self._clock() - self._idle_seconds
        while self._kept and next(iter(self._kept.values())).used < oldest:
            self._kept.popitem(last=False)


def last_turns(events: Sequence[Event], turns: int) -> list[Event]:
    """The events of the last ``turns`` user turns, with the slots set before them put in front.

    The cut lies right before the `action_listen` that a turn begins with, so that what is left is a whole
    conversation to every policy. Fewer turns than that come back as they are.
    """
    starts = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return list(events)
    cut, earliest = starts[-turns], starts[-turns - 1] + 1
    while cut > earliest and not _listens(events[cut]):
        cut -= 1
    kept = list(events[cut:])
    if not _listens(kept[0]):  # a turn that no action_listen came before: give it one
        kept.insert(0, ActionExecuted(ACTION_LISTEN_NAME, timestamp=kept[0].timestamp))
    slots: dict[str, SlotSet] = {}
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, (AllSlotsReset, Restarted)):
            slots.clear()
    return [*slots.values(), *kept]


def _listens(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
