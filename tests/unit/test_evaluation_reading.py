"""Test sets are checked where they enter, and a wrong one is named with file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.nlu.evaluation.reading import Labelled, UnusableSet, folded, read_sets, training_messages

INTENTS = {"hilsen", "sagsstatus"}

RASA = """\
version: "3.1"

nlu:
  - lookup: emne
    examples: |
      - byggesag

  # med bemærkning
  - intent: sagsstatus
    examples: |
      - hvad er status på min [byggesag](emne)
      - hvor er [sagen om [pas]]{"entity": "emne", "value": "pas"}

      - og [x][{"entity": "emne"}, {"entity": "relation"}]
  - intent: hilsen
    examples:
      - text: |
          hej
        metadata: {venlig: true}
      - text: goddag
"""


def written(folder: Path, content: str, *, name: str = "set.jsonl") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def problems_of(file: Path) -> list[str]:
    with pytest.raises(UnusableSet) as caught:
        read_sets([file], intents=INTENTS)
    return [line.replace(str(file), "FIL") for line in caught.value.lines]


def test_json_lines_are_read_in_their_order(tmp_path: Path) -> None:
    """Empty lines and other keys are let be; signs that only look like a line's end end none."""
    file = written(
        tmp_path,
        '\ufeff{"text": "hej", "intent": "hilsen"}\n\n'
        '{"text": "a\u2028b", "intent": "sagsstatus", "slice": "langt", "id": 3}\n',
    )

    assert read_sets([file, file], intents=INTENTS)[:2] == (
        Labelled(text="hej", intent="hilsen"),
        Labelled(text="a\u2028b", intent="sagsstatus", slice="langt"),
    )
    assert len(read_sets([file, file], intents=INTENTS)) == 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{text: hej}", "linjen er ikke JSON."),
        ('["hej"]', 'linjen skal være et objekt: {"text": …, "intent": …}.'),
        ('{"intent": "hilsen"}', "feltet »text« mangler."),
        ('{"text": "hej"}', "feltet »intent« mangler."),
        ('{"text": 7, "intent": "hilsen"}', "feltet »text« skal være tekst."),
        ('{"text": "  ", "intent": "hilsen"}', "feltet »text« er tomt."),
        ('{"text": "hej", "intent": "hilsen", "slice": 4}', "feltet »slice« skal være tekst, når det er der."),
        ('{"text": "hej", "intent": "hilesn"}', "modellen kender ikke hensigten »hilesn«."),
    ],
)
def test_a_wrong_line_is_named_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    """Whoever wrote the file finds the line without looking for it."""
    file = written(tmp_path, '{"text": "hej", "intent": "hilsen"}\n' + line + "\n")

    assert problems_of(file) == [f"FIL, linje 2: {said}"]


def test_all_that_is_wrong_in_all_files_is_told_at_once(tmp_path: Path) -> None:
    """Mending one line at a time, with a run between, is a waste of somebody's day."""
    bad = [written(tmp_path, "{\n" * 15, name=name) for name in ("a.jsonl", "b.jsonl")]
    empty = written(tmp_path, "\n", name="c.jsonl")
    binary = tmp_path / "d.jsonl"
    binary.write_bytes(b"\xff\xfe")

    with pytest.raises(UnusableSet) as caught:
        read_sets([*bad, empty, binary, tmp_path, tmp_path / "e.jsonl"], intents=INTENTS)

    assert len(caught.value.lines) == 34
    assert [line.partition(": ")[2] for line in caught.value.lines[-4:]] == [
        "der er ingen beskeder i filen.",
        "filen er ikke i UTF-8.",
        "filen kan ikke læses.",
        "filen findes ikke.",
    ]
    told = caught.value.log.splitlines()
    assert len(told) == 22
    assert told[-2:] == ["… og 14 fejl mere.", "Intet er målt. Ret filen, og prøv igen."]


def test_what_a_citizen_wrote_is_not_in_an_error(tmp_path: Path) -> None:
    """Test sets may be real messages; an error ends up in places where those must not."""
    file = written(tmp_path, '{"text": "min hemmelighed", "intent": "ukendt"}\n{"text": "min hemmelighed"\n')

    with pytest.raises(UnusableSet) as caught:
        read_sets([file], intents=INTENTS)

    assert "hemmelighed" not in caught.value.log


def test_rasas_yaml_is_read_as_rasa_reads_it(tmp_path: Path) -> None:
    """Annotations are for entities; the message is what is left, the same as Rasa's own reader leaves."""
    from rasa.shared.nlu.training_data.formats import RasaYAMLReader

    file = written(tmp_path, RASA, name="nlu.yml")

    read = read_sets([file], intents=INTENTS)

    theirs = RasaYAMLReader().reads(RASA).training_examples
    assert [(one.text, one.intent) for one in read] == [(one.get("text"), one.get("intent")) for one in theirs]
    assert read[0].text == "hvad er status på min byggesag"
    assert read[-2:] == (Labelled(text="hej", intent="hilsen"), Labelled(text="goddag", intent="hilsen"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("      - hvad er", "      hvad er", "linje 11: eksemplet skal begynde med »- «."),
        ("- intent: sagsstatus", "- intent: status", "linje 11: modellen kender ikke hensigten »status«."),
        ("      - text: goddag", "      - tekst: goddag", "linje 20: feltet »text« mangler."),
        ("      - text: goddag", '      - text: " "', "linje 20: eksemplet er tomt."),
        ('"3.1"', '"2.0"', 'linje 1: »version« skal være "3.1".'),
        ("nlu:", "stories:", "linje 1: filen skal være Rasas NLU-format med »version« og »nlu«."),
        ("  - intent: hilsen", "  - intent: [", "linje 17: filen er ikke YAML."),
    ],
)
def test_a_wrong_line_of_yaml_is_named_with_its_number(tmp_path: Path, before: str, after: str, said: str) -> None:
    """The same for those who keep their sets in Rasa's format."""
    assert RASA.count(before) == 1
    file = written(tmp_path, RASA.replace(before, after), name="nlu.yaml")

    assert problems_of(file)[0] == f"FIL, {said}"


def test_two_messages_are_the_same_whatever_their_capitals_and_signs() -> None:
    """A full stop makes no unseen message of one that was trained on; a smiley alone is still itself."""
    assert folded("Hvem er min sagsbehandler?") == folded("hvem  er min sagsbehandler")
    assert folded("hvem er min sagsbehandler") != folded("hvem var min sagsbehandler")
    assert folded("👍") != folded("👎")


def test_training_data_are_read_whatever_else_stands_there(tmp_path: Path) -> None:
    """A file of look-ups alone has no messages, and that is no fault."""
    written(tmp_path, RASA, name="a.yml")
    written(tmp_path, 'version: "3.1"\nnlu:\n  - lookup: emne\n    examples: |\n      - pas\n', name="b.yml")

    assert len(training_messages(tmp_path)) == 5


def test_a_line_of_json_may_hold_anything_a_citizen_may_write(tmp_path: Path) -> None:
    """What looks like an annotation in JSON is text."""
    text = '- [min sag](emne) {"a": 1}\n/hilsen'
    file = written(tmp_path, json.dumps({"text": text, "intent": "hilsen"}))

    assert read_sets([file], intents=None)[0].text == text
