"""What a file of examples would do: each line is looked at, with what its marks say; nothing is kept here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import InputError
from bot.training.examples import Examples
from bot.training.files import Files
from bot.training.importing import Imported, Importing

HEAD = 'version: "3.1"\nnlu:\n  - intent: hilsen\n    examples: |\n'
KNOWN = HEAD + "      - hej\n      - hej min [mor](relation), det er [pas](emne)\n"


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    """Of a small corpus; nothing is changed, so nobody keeps the changes."""
    file = tmp_path / "data" / "nlu" / "a.yml"
    file.parent.mkdir(parents=True)
    file.write_text(KNOWN, encoding="utf-8")
    nobody: Any = None
    return Importing(Examples(Files(tmp_path), nobody, title=str), nobody, titles=dict)


def looked(importing: Importing, raw: str, *, confirmed: bool) -> Imported:
    return importing.look("x.yml", f"{HEAD}      - {raw}\n", confirmed=confirmed)


@pytest.mark.parametrize(
    ("raw", "unvouched", "vouched"),
    [
        ("en ny hilsen til [x](relation:010190-1234)", "cpr", "cpr"),
        ('en ny hilsen til [x]{"entity": "relation", "value": "Mette Hansen 010190-1234"}', "cpr", "cpr"),
        (r'en ny hilsen til [x]{"entity": "relation", "value": "\u003010190-1234"}', "cpr", "cpr"),
        (r'en ny hilsen til [x]{"entity": "relation", "value": "\ud800"}', "control", "control"),
        ('en ny hilsen til [x][{"entity": "relation"}, {"entity": "emne", "value": "010190-1234"}]', "cpr", "cpr"),
        ('en ny hilsen til [x]{"entity": "relation", "role": "ring 12 34 56 78"}', "personal", None),
        ("en ny hilsen til [x](relation:Mette Hansen)", "personal", None),
        # What Rasa would not read of it stands in the file all the same.
        ('en ny hilsen til [x]{"entity": "relation", "value": "010190-1234", "value": "mor"}', "mark", "mark"),
        ('en ny hilsen til [x][010190-1234 {"entity": "relation"}]', "mark", "mark"),
        ("en ny hilsen til [x](relation:mor)", None, None),
    ],
)
def test_a_mark_says_nothing_personal_either(
    importing: Importing, raw: str, unvouched: str | None, vouched: str | None
) -> None:
    """What it says besides the words is looked at as they are; a CPR number is refused whoever vouches for it."""
    for confirmed, code in ((False, unvouched), (True, vouched)):
        said = looked(importing, raw, confirmed=confirmed)
        assert [one.code for one in said.problems] == ([code] if code else [])
        assert said.new == (0 if code else 1)
        assert "010190" not in str(said) and "Mette" not in str(said)


def test_an_example_that_is_there_keeps_its_marks_and_it_is_told(importing: Importing) -> None:
    """A file that says the same words of something else changes nothing; one without any marks says nothing of them."""
    for raw, remarked in (
        ("hej min [mor](relation), det er [pas](emne)", 0),
        ("hej min mor, det er pas", 0),
        ("hej min [mor](emne), det er [pas](emne)", 1),
        ("[hej](emne)", 1),
    ):
        said = looked(importing, raw, confirmed=False)
        assert (said.new, said.known, said.remarked, said.problems) == (0, 1, remarked, ()), raw


def test_a_file_is_as_large_as_can_be_looked_at_in_seconds(importing: Importing) -> None:
    """Of new examples, which are looked at for names, there may be fewer; a no says what to do."""
    head = "hensigt;eksempel\n"
    for content, told in (
        (head + "".join(f"hilsen;en ny hilsen {number}\n" for number in range(2_001)), "2.000 nye eksempler"),
        (head + "hilsen;hej\n" * 20_001, "20.000 linjer"),
        (head + "x" * 3_000_000, "3.000.000 tegn"),
    ):
        with pytest.raises(InputError) as refused:
            importing.look("x.csv", content, confirmed=True)
        assert told in refused.value.staff and "mindre filer" in refused.value.staff
    assert importing.look("x.csv", head + "hilsen;hej\n" * 19_999).known == 19_999
