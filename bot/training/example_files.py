"""Examples as files that people open elsewhere: CSV for a spreadsheet, Rasa's YAML; written, and read by the line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.training.corpus import Corpus
from bot.training.marks import apart

COLUMNS = ("hensigt", "eksempel")
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would reckon with what begins so (OWASP: CSV injection)
_SEPARATORS = ";,\t"
_VERSIONS = ("3.0", "3.1")
# What some programs take for the end of a line and others don't: for us a space.
_ODD_SPACES = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " ")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One example of a file: the ``line`` it stands on (from 1), its intent (name or title) and the text, with marks
    where the file has them."""

    line: int
    intent: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a line can't be used, in Danish; ``code`` is for the page."""

    line: int
    code: str
    text: str


def to_csv(corpus: Corpus) -> str:
    """All examples, one a row, separated by semicolons as Danish spreadsheets have it; without marks."""
    made = io.StringIO()
    rows = csv.writer(made, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows((one.intent, f"'{one.text}" if _is_formula(one.text) else one.text) for one in corpus.examples())
    return made.getvalue()


def to_yaml(corpus: Corpus) -> str:
    """All examples as one NLU file of Rasa's, with their marks."""
    text = 'version: "3.1"\n\nnlu:\n'
    pieces = [
        f"\n  - intent: {intent.name}\n    examples: |\n" + "".join(f"      - {one.raw}\n" for one in intent.examples)
        for intent in corpus.intents.values()
        if intent.examples
    ]
    return text + "".join(pieces).removeprefix("\n")


def read(name: str, content: str, *, most: int | None = None) -> tuple[list[Line], list[Problem]]:
    """The lines of a file, by the ending of its name: .yml and .yaml are Rasa's, all else is CSV; and what is wrong.

    Reads no further than ``most`` lines and problems: in YAML a short file can say much, over and over.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    reads = _yaml if name.lower().endswith((".yml", ".yaml")) else _csv
    for found in islice(reads(content.removeprefix("\ufeff").translate(_ODD_SPACES)), most):
        if isinstance(found, Line):
            lines.append(found)
        else:
            problems.append(found)
    if not lines and not problems:
        problems.append(Problem(line=1, code="empty", text="Der er ingen eksempler i filen."))
    return lines, problems


def _csv(content: str) -> Iterator[Line | Problem]:
    head = content.split("\n", 1)[0].strip().lower()
    separator = next((sign for sign in _SEPARATORS if _is_head(head.split(sign))), None)
    if separator is None:
        yield Problem(line=1, code="columns", text="Den første linje skal være: hensigt;eksempel")
        return
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in rows:
            first, line = line, rows.line_num + 1
            if first == 1 or not any(cell.strip() for cell in row):
                continue
            if len(row) < 2 or not row[0].strip() or any(cell.strip() for cell in row[2:]):
                words = f"Der skal stå en hensigt og et eksempel med »{separator}« imellem."
                yield Problem(line=first, code="columns", text=words)
                continue
            # A text is no annotation: a square bracket in it is one that somebody wrote.
            text = row[1].strip()
            text = text[1:] if text[:1] == "'" and _is_formula(text) else text
            yield Line(line=first, intent=row[0].strip(), raw=text.translate(_NO_MARKS))
    except csv.Error:
        yield Problem(line=line, code="unreadable", text="Linjen kan ikke læses. Er der et anførselstegn for meget?")


_NO_MARKS = str.maketrans("[]", "()")


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def _is_head(cells: list[str]) -> bool:
    return tuple(cell.strip().strip('"') for cell in cells[:2]) == COLUMNS


def _yaml(content: str) -> Iterator[Line | Problem]:
    # Nothing is made of the nodes (numbers, dates, merged keys): what is no text is no example.
    try:
        root: Node | None = YAML(typ="rt").compose(content)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield Problem(line=mark.line + 1 if mark else 1, code="unreadable", text="Herfra er filen ikke YAML.")
        return
    except (YAMLError, ValueError, RecursionError):
        yield Problem(line=1, code="unreadable", text="Filen er ikke YAML.")
        return
    fields = _fields(root)
    version, blocks = fields.get("version"), fields.get("nlu")
    known = isinstance(version, ScalarNode) and version.value in _VERSIONS
    if not known or not isinstance(blocks, SequenceNode):
        yield Problem(line=1, code="unreadable", text='Filen skal have »version: "3.1"« og »nlu:«, som Rasa har dem.')
        return
    seen: set[int] = set()
    for block in blocks.value:
        line = block.start_mark.line + 1
        fields = _fields(block)
        examples = id(fields.get("examples", block))
        if examples in seen:
            yield Problem(line=line, code="kind", text="Du kan ikke henvise til andre eksempler. Skriv dem selv her.")
        elif "intent" in fields:
            seen.add(examples)
            yield from _of_block(fields, line)
        else:
            yield Problem(line=line, code="kind", text="Her kan du kun læse hensigter ind, ikke opslag og synonymer.")


def _fields(node: Node | None) -> dict[str, Node]:
    """What a mapping has under its plain keys; nothing where it is none, or has a key twice."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    found = {key.value: value for key, value in pairs if isinstance(key, ScalarNode)}
    return found if len(found) == len(pairs) else {}


def _of_block(fields: Mapping[str, Node], line: int) -> Iterator[Line | Problem]:
    intent, examples = fields["intent"], fields.get("examples")
    if not isinstance(intent, ScalarNode) or not isinstance(examples, ScalarNode) or not examples.style:
        yield Problem(
            line=line, code="unreadable", text="Hensigten skal have »examples: |« og ét eksempel på hver linje."
        )
        return
    first = examples.start_mark.line + 2  # on the line after the sign `|`
    for offset, written in enumerate(examples.value.split("\n")):
        if written.startswith("-"):
            yield Line(line=first + offset, intent=intent.value, raw=written[1:].strip())
        elif written.strip():
            yield Problem(line=first + offset, code="unreadable", text="Eksemplet skal begynde med »- «.")


def entities_in(corpus: Corpus) -> set[str]:
    """The entities that our examples name."""
    return {entity for one in corpus.examples() for mark in one.marks for entity, _ in mark.entities(one.text)}


def named_in(raw: str) -> set[str]:
    """The entities that an example of a file names; for a mark that Rasa could not read, the mark itself."""
    text, marks = apart(raw)
    found = ({entity for entity, _ in mark.entities(text)} if mark.is_sound else {mark.written} for mark in marks)
    return {entity for those in found for entity in those}
