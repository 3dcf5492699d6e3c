"""Changing examples line by line: Rasa reads what was meant, and nothing else in the file moves."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.training import nlu_lines
from bot.training.hunks import between, taken_back
from bot.training.marks import together

NLU = Path(__file__).resolve().parents[2] / "data" / "nlu"
FILES = {path.name: path.read_bytes().decode() for path in sorted(NLU.glob("*.yml"))}
OURS = {name: text for name, text in FILES.items() if nlu_lines.blocks(text)}
STYLE = """\
# What this is, in Danish: æ, as in all our files (Rasa reads "\\u00e6" as a letter where all else is ASCII).
version: "3.1"

nlu:
  # Somebody comes.
  # Or calls.
  - intent: hilsen
    examples: |
      - hej
      - Hej, jeg hedder [Astrid](sagsbehandlernavn)

      - goddag

  - lookup: emne
    examples: |
      - byggesag
  - intent: farvel # and gone
    examples: |
      - vi ses
"""


def rasa(text: str) -> Counter[tuple[str, str, str]]:
    """Each example as Rasa reads it, with its entities."""
    read = RasaYAMLReader().reads(text)
    return Counter(
        (
            message.get("intent"),
            message.get("text"),
            str(sorted((one["start"], one["end"], one["entity"], one["value"]) for one in message.get("entities", []))),
        )
        for message in read.training_examples
    )


def difference(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    told = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    return [line[2:] for line in told if line[:2] == "- "], [line[2:] for line in told if line[:2] == "+ "]


@pytest.mark.parametrize("name", OURS)
def test_our_files_are_read_as_rasa_reads_them(name: str) -> None:
    """What the pages show is what is trained of."""
    shown = Counter((block.intent, one.raw) for block in nlu_lines.blocks(OURS[name]) for one in block.examples)
    written = RasaYAMLReader().reads(OURS[name])

    assert sum(shown.values()) == len(written.training_examples)
    assert Counter(intent for intent, _ in shown.elements()) == Counter(
        one.get("intent") for one in written.training_examples
    )


@pytest.mark.parametrize("name", OURS)
def test_rasa_reads_exactly_what_was_changed(name: str) -> None:
    """An example added, one reworded, one deleted: these and no others."""
    text = OURS[name]
    intent = nlu_lines.blocks(text)[0].intent
    first, second, *_ = nlu_lines.blocks(text)[0].examples

    changed = nlu_lines.added(text, intent, ["helt nyt eksempel æøå"])
    changed = nlu_lines.replaced(changed, intent, {first.id: "rettet eksempel"})
    changed = nlu_lines.removed(changed, intent, [second.id])

    gone, came = rasa(text) - rasa(changed), rasa(changed) - rasa(text)
    assert sum(gone.values()) == 2
    assert set(came) == {(intent, "helt nyt eksempel æøå", "[]"), (intent, "rettet eksempel", "[]")}
    indent = nlu_lines.blocks(text)[0].indent
    assert difference(text, changed) == (
        [f"{indent}- {first.raw}", f"{indent}- {second.raw}"],
        [f"{indent}- rettet eksempel", f"{indent}- helt nyt eksempel æøå"],
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from(sorted(OURS)), crlf=st.booleans(), ended=st.booleans())
def test_what_is_taken_back_is_the_same_to_the_byte(data: st.DataObject, name: str, crlf: bool, ended: bool) -> None:
    """In every one of our files, at any place, with either line ending, with and without an end to the last line."""
    text = OURS[name] if ended else OURS[name].removesuffix("\n")
    text = text.replace("\n", "\r\n") if crlf else text
    block = data.draw(st.sampled_from(nlu_lines.blocks(text)))
    chosen = data.draw(st.lists(st.sampled_from(block.examples), min_size=1, max_size=4, unique=True))
    ids = [one.id for one in chosen]
    other = data.draw(st.sampled_from(nlu_lines.blocks(text)))
    steps = {
        "added": nlu_lines.added(text, block.intent, ["nyt et", "nyt to"]),
        "reworded": nlu_lines.replaced(text, block.intent, {ids[0]: "noget helt andet"}),
        "deleted": nlu_lines.removed(text, block.intent, ids),
        "moved": nlu_lines.added(nlu_lines.removed(text, block.intent, ids), other.intent, [one.raw for one in chosen]),
    }
    for done, changed in steps.items():
        hunks = between({"data/nlu/x.yml": text}, {"data/nlu/x.yml": changed})
        back = taken_back(hunks, {"data/nlu/x.yml": changed})

        assert back["data/nlu/x.yml"] == text, done
        assert sum(len(hunk.before) for hunk in hunks) <= len(ids) + 1, done  # + 1: a last line without an ending
        assert sum(len(hunk.after) for hunk in hunks) <= max(len(ids), 2) + 1, done


@pytest.mark.parametrize(
    "text",
    [
        "- med streg foran",
        "-",
        "# ikke en kommentar",
        "noget # midt i",
        "hilsen: hej",
        '"i anførselstegn"',
        "'i enkelte'",
        "| rør",
        "> pil",
        "{krøllet}",
        "*stjerne &og: %procent @snabel `tak`",
        "${HOME} $HOME",
        "\\u00e6 \\n",
        "? spørgsmål",
        "!udråb",
        "---",
        "...",
        "😀 smil",
        "rund (parentes)(igen)",
        together("firkantet [mor](relation) og [x]{y} og ]( alene", ()),
    ],
)
def test_no_text_can_be_taken_for_anything_but_words(text: str) -> None:
    """A citizen's signs mean something in YAML and in Rasa's marks; in an example they are signs."""
    changed = nlu_lines.added(STYLE, "hilsen", [text])

    assert rasa(changed) - rasa(STYLE) == Counter({("hilsen", text, "[]"): 1})
    assert rasa(STYLE) - rasa(changed) == Counter()


def test_a_block_has_the_comment_above_it_and_its_own_lines() -> None:
    """Blank lines between examples, look-up tables and comments are nobody's examples."""
    first, last = nlu_lines.blocks(STYLE)

    assert (first.intent, first.about, [one.raw for one in first.examples]) == (
        "hilsen",
        "Somebody comes. Or calls.",
        ["hej", "Hej, jeg hedder [Astrid](sagsbehandlernavn)", "goddag"],
    )
    assert (last.intent, last.about, [one.raw for one in last.examples]) == ("farvel", "", ["vi ses"])


def test_a_revision_is_of_its_own_block_alone() -> None:
    """Two who work in different intents of a file do not stand in each other's way."""
    changed = nlu_lines.added(STYLE, "hilsen", ["dav"])

    assert nlu_lines.blocks(changed)[0].revision != nlu_lines.blocks(STYLE)[0].revision
    assert nlu_lines.blocks(changed)[1].revision == nlu_lines.blocks(STYLE)[1].revision


def test_a_new_intent_is_put_last_in_the_file() -> None:
    """In the file's own style, and Rasa reads it."""
    changed = nlu_lines.with_intent(STYLE, "ny_hensigt", about="Om noget\nnyt.", examples=["et", "to"])

    assert changed.startswith(STYLE.rstrip("\n"))
    assert rasa(changed) - rasa(STYLE) == Counter({("ny_hensigt", "et", "[]"): 1, ("ny_hensigt", "to", "[]"): 1})
    assert nlu_lines.blocks(changed)[-1].about == "Om noget nyt."


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (5, STYLE.replace("    examples: |\n      - hej", "    examples:\n      - text: hej")),
        (5, STYLE.replace("examples: |\n      - hej", "examples: >\n      - hej")),
        (10, STYLE.replace("      - Hej, jeg", "      og Hej, jeg")),
        (10, STYLE.replace("      - Hej, jeg", "        - Hej, jeg")),
        (13, STYLE.replace("      - goddag\n", "      - goddag\n    metadata:\n      x: y\n")),
        (4, STYLE.replace("nlu:\n", "nlu: []\n")),
    ],
    ids=["a list", "folded", "no hyphen", "deeper", "metadata", "in one line"],
)
def test_another_style_is_refused_where_it_begins(line: int, text: str) -> None:
    """What can't be changed line by line is not guessed at; whoever looks after the files is told where."""
    with pytest.raises(nlu_lines.Unreadable) as refused:
        nlu_lines.blocks(text)

    assert f"Linje {refused.value.line}" in refused.value.staff
    assert abs(refused.value.line - line) <= 3
