"""What goes between web and Rasa comes out as it went in, and nothing odd in it is an error."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turn import Memory, Question, TurnMetadata

names = st.text(min_size=1, max_size=10)
questions = st.builds(Question, intent=names, entities=st.dictionaries(names, names, max_size=3))
memories = st.builds(
    Memory,
    case=st.none() | names,
    offered=st.lists(names, max_size=3).map(tuple),
    question=st.none() | questions,
    pending=st.none() | questions,
    asked=st.none() | names,
    callback_reason=st.none() | names,
    misses=st.integers(0, 9),
)
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    metadata=st.builds(
        TurnMetadata, login=st.none() | names, memory=memories, opening=st.booleans(), seq=st.integers(0, 99)
    )
)
def test_metadata_survives_the_way_as_json(metadata: TurnMetadata) -> None:
    """What web sends is what an action reads."""
    assert TurnMetadata.from_json(json.loads(json.dumps(metadata.to_json()))) == metadata


@given(
    raw=odd
    | st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["login", "memory", "opening", "seq", "case", "offered", "question", "misses"], odd)
    )
)
def test_odd_metadata_is_no_error(raw: Any) -> None:
    """Rasa's own shell sends none, and a tracker may hold what an older version wrote."""
    metadata = TurnMetadata.from_json(raw)
    assert isinstance(metadata.memory, Memory)
    assert isinstance(Memory.from_json(raw).misses, int)


def test_a_memory_may_be_changed_in_part() -> None:
    """What is not named stays."""
    memory = Memory(case="ref", asked="telefon", misses=2)
    assert memory.but(asked=None, misses=0) == Memory(case="ref")
