"""Taking a change back: where its lines stand by now, and never where others have changed them."""

from __future__ import annotations

import pytest

from bot.training.hunks import Hunk, between, taken_back
from bot.training.refusals import Changed

FILE = "data/nlu/x.yml"
TEXT = """\
version: "3.1"
nlu:
  - intent: a
    examples: |
      - a1
      - a2
      - a3
      - a4
      - a5
  - intent: b
    examples: |
      - b1
      - b2
"""


def step(before: str, old: str, new: str) -> str:
    assert before.count(old) == 1
    return before.replace(old, new)


def undone(before: str, after: str, now: str) -> str:
    """``now`` without the change from ``before`` to ``after``, kept and read again between."""
    hunks = [Hunk.of_json(hunk.to_json()) for hunk in between({FILE: before}, {FILE: after})]
    return taken_back(hunks, {FILE: now})[FILE]


@pytest.mark.parametrize(
    ("old", "new"),
    [("      - a3\n", ""), ("      - a3\n", "      - a3\n      - ny\n"), ("- a3", "- andet"), ("      - b2\n", "")],
    ids=["deleted", "added", "reworded", "deleted last"],
)
def test_it_is_taken_back_though_others_changed_what_is_near(old: str, new: str) -> None:
    """Other lines above and below may come and go."""
    after = step(TEXT, old, new)

    def others(text: str) -> str:
        return step(step(text, "nlu:\n", "# one more line\nnlu:\n"), "      - a5\n", "      - a6\n")

    assert undone(TEXT, after, others(after)) == others(TEXT)


def test_neighbours_deleted_one_by_one_come_back_one_by_one() -> None:
    """In the order in which they went as well as the other way round."""
    one = step(TEXT, "      - a2\n", "")
    two = step(one, "      - a3\n", "")

    assert undone(one, two, two) == one
    first = undone(TEXT, one, two)
    assert sorted(first.split("\n")) == sorted(step(TEXT, "      - a3\n", "").split("\n"))
    assert undone(one, two, first).count("a3") == 1


@pytest.mark.parametrize(
    ("old", "new", "later", "by"),
    [
        ("- a3", "- ny", "- ny", "- nyere"),
        ("      - a3\n", "      - a3\n      - ny\n", "      - ny\n", ""),
        ("      - a3\n", "", "      - a2\n      - a4\n", "      - a2\n      - a3\n      - a4\n"),
        (
            "      - a3\n",
            "",
            TEXT[TEXT.index("      - a1") : TEXT.index("  - intent: b")].replace("      - a3\n", ""),
            "",
        ),
    ],
    ids=["reworded again", "deleted again", "put back by hand", "all around it is gone"],
)
def test_what_others_have_changed_since_is_left_alone(old: str, new: str, later: str, by: str) -> None:
    """Nothing is overwritten unseen."""
    after = step(TEXT, old, new)

    with pytest.raises(Changed):
        undone(TEXT, after, step(after, later, by))


def test_a_line_that_stands_in_several_blocks_is_taken_back_in_its_own() -> None:
    """The lines it belongs to tell which."""
    after = step(TEXT, "      - a5\n", "      - a5\n      - ens\n")
    now = step(step(after, "      - b1\n", "      - b1\n      - ens\n"), "      - a5\n      - ens\n", "      - ens\n")

    assert undone(TEXT, after, now) == step(step(TEXT, "      - b1\n", "      - b1\n      - ens\n"), "      - a5\n", "")
