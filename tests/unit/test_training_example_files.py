"""Examples in files: what goes out comes in again, and what can't be used is told by its line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.training.corpus import Corpus
from bot.training.example_files import Line, named_in, read, to_csv, to_yaml

HEAD = 'version: "3.1"\n\nnlu:\n'


def corpus(**examples: list[str]) -> Corpus:
    blocks = [
        f"  - intent: {name}\n    examples: |\n" + "".join(f"      - {raw}\n" for raw in raws)
        for name, raws in examples.items()
    ]
    return Corpus.of({"data/nlu/a.yml": HEAD + "".join(blocks)})


SAMPLE = corpus(
    hilsen=["hej", "- dav", "=1+1", "+45 12", "@du", "'=x"],
    svartid=['hvornår får min [mor](relation) "svar"; ja, hvornår', "a,b;c"],
)


def lines(name: str, content: str) -> list[Line]:
    found, problems = read(name, content)
    assert not problems
    return found


def test_what_goes_out_as_csv_comes_in_as_the_same_texts() -> None:
    """Semicolons, quotation marks and commas in a text included."""
    back = lines("eksempler.csv", "\ufeff" + to_csv(SAMPLE))

    assert [(one.intent, one.raw) for one in back] == [(one.intent, one.text) for one in SAMPLE.examples()]


def test_a_spreadsheet_never_reckons_with_a_citizens_words() -> None:
    """A text that begins as a formula is marked as text (OWASP: CSV injection)."""
    cells = [row[1] for row in csv.reader(io.StringIO(to_csv(SAMPLE)), delimiter=";")]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_what_goes_out_as_yaml_is_what_rasa_reads_and_comes_in_with_its_marks() -> None:
    """An engineer can put the file where ours lie."""
    text = to_yaml(SAMPLE)
    theirs = [(one.get("intent"), one.get("text")) for one in RasaYAMLReader().reads(text).training_examples]

    assert theirs == [(one.intent, one.text) for one in SAMPLE.examples()]
    assert [(one.intent, one.raw) for one in lines("e.yml", text)] == [
        (one.intent, one.raw) for one in SAMPLE.examples()
    ]


@pytest.mark.parametrize(
    "content",
    [
        "hensigt;eksempel\nhilsen;hej du\n",
        "hensigt,eksempel\r\nhilsen,hej du\r\n",
        "Hensigt\tEksempel\nhilsen\thej du",
        '"hensigt";"eksempel"\n\n"hilsen";"hej du"\n\n',
        "hensigt;eksempel;\nhilsen; hej du ;\n",
    ],
)
def test_csv_is_read_however_the_spreadsheet_wrote_it(content: str) -> None:
    """Semicolon, comma or tab; quoted or not; with empty lines and columns."""
    assert [(one.intent, one.raw) for one in lines("x.CSV", content)] == [("hilsen", "hej du")]


@pytest.mark.parametrize(
    ("name", "content", "line", "code"),
    [
        ("x.csv", "", 1, "columns"),
        ("x.csv", "hensigt;eksempel\n", 1, "empty"),
        ("x.csv", "tekst;intent\nhej;hilsen\n", 1, "columns"),
        ("x.csv", "hensigt;eksempel\nhilsen\n", 2, "columns"),
        ("x.csv", "hensigt;eksempel\nhilsen;hej;du\n", 2, "columns"),
        ("x.csv", 'hensigt;eksempel\nhilsen;hej\nhilsen;"uden ende\n', 3, "unreadable"),
        ("x.csv", "hensigt;eksempel\nhilsen;hej\x00\n", 2, "unreadable"),
        ("x.yml", "", 1, "unreadable"),
        ("x.yml", "nlu: [", 1, "unreadable"),
        ("x.yml", "- 1\n- 2\n", 1, "unreadable"),
        ("x.yml", 'version: "2.0"\nnlu:\n- intent: a\n  examples: |\n    - b\n', 1, "unreadable"),
        ("x.yml", HEAD + "  - lookup: emne\n    examples: |\n      - pas\n", 4, "kind"),
        ("x.yml", HEAD + "  - intent: a\n    examples:\n      - text: b\n", 4, "unreadable"),
        ("x.yml", HEAD + "  - intent: a\n    examples: |\n      - b\n      c\n", 7, "unreadable"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(name: str, content: str, line: int, code: str) -> None:
    """In Danish, and nothing raises."""
    _, problems = read(name, content)

    assert [(one.line, one.code) for one in problems] == [(line, code)]
    assert problems[0].text.endswith((".", "?")) or ";" in problems[0].text


@pytest.mark.parametrize(
    "head",
    [
        "version: [3.1]\nnlu: []\n",
        "version: {a: b}\nnlu: []\n",
        "version: &a [*a]\nnlu: []\n",
        "version: 2026-99-99\nnlu: []\n",
        "nlu: []\n",
        "version: 3.1\nversion: 3.1\nnlu: []\n",
        "version: 3.1\nnlu: {intent: a}\n",
    ],
)
def test_a_version_that_is_none_is_told(head: str) -> None:
    """Whatever stands there is looked at before it is used: it may be a list that holds itself."""
    assert [(one.line, one.code) for one in read("x.yml", head)[1]] == [(1, "unreadable")]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_what_only_some_take_for_the_end_of_a_line_is_a_space(sign: str) -> None:
    """The lines after it keep their numbers."""
    text = HEAD + f"  - intent: a\n    examples: |\n      - et{sign}to\n      - tre\n"
    assert [(one.line, one.raw) for one in lines("a.yml", text)] == [(6, "et to"), (7, "tre")]
    assert [(one.line, one.raw) for one in lines("a.csv", f"hensigt;eksempel\na;et{sign}to\na;tre\n")] == [
        (2, "et to"),
        (3, "tre"),
    ]


def test_a_short_file_can_not_say_much_over_and_over() -> None:
    """YAML can name what stands elsewhere; and no more is read than is asked for."""
    block = HEAD + "  - &a\n    intent: a\n    examples: |\n      - et\n      - to\n"
    found, problems = read("a.yml", block + "  - *a\n" * 3)
    assert [one.raw for one in found] == ["et", "to"]
    assert [one.code for one in problems] == ["kind"] * 3
    assert len(read("a.yml", block, most=1)[0]) == 1


@settings(deadline=None)
@given(st.text(max_size=80), st.sampled_from(["x.csv", "x.yml"]))
def test_any_text_gives_lines_or_problems(content: str, name: str) -> None:
    """A file from anywhere never costs more than a no."""
    head = "hensigt;eksempel\n" if name == "x.csv" else HEAD
    for text in (content, head + content):
        found, problems = read(name, text)
        assert found or problems


def test_each_line_of_yaml_is_told_where_it_stands() -> None:
    """The page names the line of a problem."""
    text = HEAD + "  # comment\n  - intent: a\n    examples: |\n      - et\n\n      - to\n"

    assert [(one.line, one.raw) for one in lines("a.yaml", text)] == [(7, "et"), (9, "to")]


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("[mor](relation) og [x](ny:værdi)", {"relation", "ny"}),
        ("[x]{y}", {"{y}"}),
        ('[x]{"entity": "emne", "farve": "rød"}', {'{"entity": "emne", "farve": "rød"}'}),
        ('[x]{"entity": "emne"}', {"emne"}),
        ("uden mærker", set()),
    ],
)
def test_marks_that_rasa_could_not_read_are_named_as_they_stand(raw: str, named: set[str]) -> None:
    """One of them would stop the whole training."""
    assert named_in(raw) == named
