"""One text inside a YAML file: where it stands, and how it is written, so that nothing around it moves."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from bot.training.refusals import Unusable

# As the files have it: what is longer than this in one line is folded, at the ends of sentences.
_LONGEST_QUOTED = 140
_WIDTH = 120


@dataclass(frozen=True, kw_only=True)
class Span:
    """Where a text stands. Lines and columns count from 0; ``end`` is the last line that is the text's.

    ``head`` is where the text's own signs stop on the line ``head_line``: a comment may follow there.
    ``indent``: how far the lines of a block are set in; None for a text that is no block.
    """

    line: int
    column: int
    head_line: int
    head: int
    end: int
    style: str | None
    indent: int | None


def top_of(text: str) -> MappingNode:
    """The file's mapping. Raises Unusable when the text is no YAML, or something else."""
    try:
        node = YAML(typ="safe").compose(text)
    except YAMLError as error:
        raise _broken() from error
    if not isinstance(node, MappingNode):
        raise _broken()
    return node


def _broken() -> Unusable:
    return Unusable(
        "a file that can't be read",
        staff="En af filerne med træningsdata er i stykker. Bed it-afdelingen om at se på den.",
    )


def child(node: Node, key: str) -> Node | None:
    """What stands under ``key`` of a mapping; None without."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def span_of(lines: Sequence[str], node: ScalarNode) -> Span:
    """Where the text of ``node`` stands in ``lines``."""
    line, column = node.start_mark.line, node.start_mark.column
    if node.style in ("|", ">"):
        head = len(lines[line][column:]) - len(lines[line][column:].lstrip("|>-+0123456789"))
        end, indent = line, None
        at = line + 1
        # The block ends with its last line that is set in as far as its first.
        while at < len(lines):
            if lines[at].strip():
                deep = len(lines[at]) - len(lines[at].lstrip(" "))
                if indent is None:
                    indent = deep
                if deep < indent or deep <= _depth(lines[line]):
                    break
                end = at
            at += 1
        return Span(
            line=line, column=column, head_line=line, head=column + head, end=end, style=node.style, indent=indent
        )
    last, stop = node.end_mark.line, node.end_mark.column
    return Span(line=line, column=column, head_line=last, head=stop, end=last, style=node.style, indent=None)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def spliced(lines: Sequence[str], span: Span, text: str) -> list[str]:
    """``lines`` with ``text`` where the text of ``span`` stood, in its style where that can hold it."""
    key_at = len(lines[span.line]) - len(lines[span.line].lstrip(" -"))
    indent = span.indent if span.indent is not None else key_at + 2
    old = [line.strip() for line in lines[span.head_line + 1 : span.end + 1]] if span.style == ">" else []
    head, body = written(text, style=span.style, room=span.column, old=old)
    first = lines[span.line][: span.column] + head + lines[span.head_line][span.head :]
    set_in = [f"{' ' * indent}{line}" if line else "" for line in body]
    return [*lines[: span.line], first, *set_in, *lines[span.end + 1 :]]


def written(text: str, *, style: str | None = None, room: int = 0, old: Sequence[str] = ()) -> tuple[str, list[str]]:
    """How ``text`` is written: what stands beside its key, and the lines of a block below (without setting in).

    ``style``: how the text before it was written, which is kept where it can be. ``room``: columns that are used
    already. ``old``: the lines of a folded text before it; those that still say the same stay as they are.
    """
    if "\n" in text:
        return "|-", text.split("\n")
    one_line = quoted(text)
    if style == ">" or (style != '"' and room + len(one_line) > _LONGEST_QUOTED) or len(one_line) > _LONGEST_QUOTED:
        return ">-", _folded(text, old)
    return one_line, []


def quoted(text: str) -> str:
    """``text`` (one line, `clean`) in double quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(text: str, old: Sequence[str]) -> list[str]:
    """Lines that a folded block makes ``text`` of: the ``old`` ones where they still stand, new ones between."""
    first: list[str] = []
    for line in old:
        if not line or not text.startswith(f"{line} "):
            break
        first.append(line)
        text = text[len(line) + 1 :]
    last: list[str] = []
    for line in reversed(old[len(first) :]):
        if not line or not text.endswith(f" {line}"):
            break
        last.insert(0, line)
        text = text[: -len(line) - 1]
    return [*first, *([text] if text in old else _in_sentences(text)), *last]


def _in_sentences(text: str) -> list[str]:
    """Lines of whole sentences, as many as there is room for; a sentence too long for a line goes over several."""
    lines: list[str] = []
    for sentence in re.split(r"(?<=[.!?])(?<!kl\.) (?=[^a-zæøå])", text):
        if lines and len(lines[-1]) + 1 + len(sentence) <= _WIDTH:
            lines[-1] = f"{lines[-1]} {sentence}"
        else:
            lines += textwrap.wrap(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return lines


def clean(text: str, *, lines: bool = True) -> str:
    """``text`` as it can stand in the files: no signs without meaning, one space at a time, no space at the edges.

    Without ``lines`` it becomes one line; with them at most one empty line stands between two.
    """
    text = text.replace("\r\n", "\n")
    text = re.sub("[\r\v\f\x85\u2028\u2029]", "\n", text)
    kept = "".join(
        sign for sign in text if sign == "\n" or sign == "\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn")
    ).replace("\ufeff", "")
    if not lines:
        return " ".join(kept.split())
    tidy = "\n".join(" ".join(line.split()) for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", tidy).strip()
