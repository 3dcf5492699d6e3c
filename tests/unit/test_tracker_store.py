"""Rasa's working memory stays small, keeps what must last and forgets what is over."""

from __future__ import annotations

import pytest
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.chat.tracker_store import BoundedTrackerStore, last_turns

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [tak]
    slots:
      sprog:
        type: text
        influence_conversation: false
        mappings: [{type: custom}]
      farve:
        type: text
        influence_conversation: false
        mappings: [{type: custom}]
    """
)


def turn(number: int, *more: Event) -> list[Event]:
    """What Rasa adds in one turn."""
    return [
        UserUttered(f"besked {number}", intent={"name": "tak"}),
        ActionExecuted("utter_tak"),
        *more,
        BotUttered(f"svar {number}"),
        ActionExecuted("action_listen"),
    ]


def conversation(turns: int) -> list[Event]:
    opening: list[Event] = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    return opening + [event for number in range(1, turns + 1) for event in turn(number)]


def tracker(events: list[Event], sender: str = "borger") -> DialogueStateTracker:
    return DialogueStateTracker.from_events(sender, events, DOMAIN.slots)


def messages(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, UserUttered)]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_last_turns_are_kept_whole() -> None:
    """The cut lies between two turns: the first thing kept is the listening that a turn begins with."""
    kept = last_turns(conversation(25), 10)

    assert messages(kept) == [f"besked {number}" for number in range(16, 26)]
    assert kept[0] == ActionExecuted("action_listen")
    assert kept[-1] == ActionExecuted("action_listen")


def test_a_short_conversation_is_kept_as_it_is() -> None:
    """Nothing is cut before there is too much, the start of the session least of all."""
    events = conversation(10)

    assert last_turns(events, 10) == events


def test_a_message_that_nobody_listened_for_still_begins_a_whole_turn() -> None:
    """Without a listening in front a policy would not see that it is its turn."""
    events: list[Event] = [UserUttered("et"), UserUttered("to"), UserUttered("tre")]
    kept = last_turns(events, 2)

    assert messages(kept) == ["to", "tre"]
    assert kept[0] == ActionExecuted("action_listen")


def test_slots_set_in_dropped_turns_keep_their_last_value() -> None:
    """Trimming events must not change what the conversation knows."""
    early = [*conversation(1), SlotSet("sprog", "da"), SlotSet("farve", "rød"), *turn(2, SlotSet("farve", "blå"))]
    events = early + [event for number in range(3, 30) for event in turn(number)]

    kept = last_turns(last_turns(events, 10), 5)

    assert tracker(kept).current_slot_values() == tracker(events).current_slot_values()
    assert tracker(kept).get_slot("farve") == "blå"
    assert len(messages(kept)) == 5


def test_slots_that_were_reset_stay_reset() -> None:
    """A value taken back before the cut must not come back with it."""
    events = [*conversation(1), SlotSet("sprog", "da"), AllSlotsReset()] + [
        event for number in range(2, 30) for event in turn(number)
    ]

    assert tracker(last_turns(events, 3)).get_slot("sprog") is None


async def test_a_conversation_of_300_turns_is_no_bigger_than_one_of_20() -> None:
    """What is kept does not grow, whatever the length of the conversation."""
    store = BoundedTrackerStore(DOMAIN, turns=10)
    sizes = {}
    for number in range(1, 301):
        known = await store.get_or_create_tracker("borger")
        for event in turn(number):
            known.update(event, DOMAIN)
        await store.save(known)
        sizes[number] = len(known.events)
    again = await store.retrieve("borger")

    assert again is not None
    assert len(messages(list(again.events))) == 10
    assert sizes[300] <= sizes[20]


async def test_what_is_saved_comes_back() -> None:
    """The store is a memory: the same events, for the same conversation only."""
    store = BoundedTrackerStore(DOMAIN)
    saved = tracker(conversation(3))
    await store.save(saved)
    again = await store.retrieve("borger")

    assert again is not None
    assert list(again.events) == list(saved.events)
    assert await store.retrieve("en anden") is None


async def test_a_silent_conversation_is_forgotten() -> None:
    """Nothing of a citizen stays in memory longer than the idle time, whether or not anybody asks for it."""
    clock = Clock()
    store = BoundedTrackerStore(DOMAIN, idle_seconds=60, clock=clock)
    await store.save(tracker(conversation(1), "tavs"))
    clock.now += 45
    await store.save(tracker(conversation(1), "i gang"))
    clock.now += 30

    assert await store.keys() == ["i gang"]
    assert await store.retrieve("tavs") is None


async def test_the_longest_silent_conversation_makes_room() -> None:
    """Memory is bounded also when very many talk at once; who spoke last stays."""
    store = BoundedTrackerStore(DOMAIN, conversations=2)
    for sender in ("a", "b", "a", "c"):
        await store.save(tracker(conversation(1), sender))

    assert sorted(await store.keys()) == ["a", "c"]


def test_rasa_makes_the_store_from_its_endpoints() -> None:
    """The module path and the keys of endpoints.yml are what Rasa calls the store with."""
    config = EndpointConfig(type="bot.chat.tracker_store.BoundedTrackerStore", turns=4, idle_seconds=5, conversations=6)

    assert isinstance(TrackerStore.create(config, DOMAIN), BoundedTrackerStore)


@pytest.mark.parametrize("wrong", [{"turns": 0}, {"idle_seconds": 0}, {"conversations": 0}])
def test_a_store_that_could_keep_nothing_is_refused(wrong: dict[str, int]) -> None:
    """A wrong number in endpoints.yml is said at the start, not found out by a citizen."""
    with pytest.raises(ValueError, match="at least 1"):
        BoundedTrackerStore(DOMAIN, **wrong)  # type: ignore[arg-type]
