"""Reads and changes the examples in one of Rasa's NLU files line by line, so that nothing else in it moves.

The style is that of our own files: `- intent: name` with `examples: |` below, one example a line with a hyphen
before it; comments, blank lines, look-up tables and synonyms between are let be. What is written in another way is
refused rather than guessed at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.training.refusals import Changed, TrainingRefusal

_ITEM = re.compile(r"(?P<indent> *)- (?P<kind>\w+):[ \t]*(?P<name>.*?)[ \t]*(?:[ \t]#.*)?\r?")
_EXAMPLES = re.compile(r" +examples:[ \t]*\|[-+]?[ \t]*(?:#.*)?\r?")
_TOP = re.compile(r"(?P<key>[A-Za-z_]+):.*", re.DOTALL)
_COMMENT = re.compile(r"[ \t]+#[ \t]?(?P<words>.*)")
_PLAIN_NAME = re.compile(r"[\w./+-]+")
_INNER = " \t\r\n"


def print_of(text: str) -> str:
    """16 hex digits that are another's when a character is."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Example:
    """One example: the ``line`` it stands on (from 0) and what stands after the hyphen, marks and all."""

    line: int
    raw: str

    @cached_property
    def id(self) -> str:
        """What it is called in the API: another one when anything in it is."""
        return print_of(self.raw)


@dataclass(frozen=True)
class Block:
    """The examples of an intent, from its own line ``first`` to the ``last`` that belongs to it.

    ``about`` is the comment above it, ``indent`` what stands before the hyphen of an example.
    """

    intent: str
    about: str
    first: int
    last: int
    indent: str
    examples: tuple[Example, ...]
    revision: str


class Unreadable(TrainingRefusal):
    """A file that is written in a way this module does not know; ``line`` counts from 1."""

    code = "unreadable"

    def __init__(self, line: int, path: str = "") -> None:
        where = f"filen {path}" if path else "en fil med eksempler"
        super().__init__(
            f"line {line} of {path or 'an NLU file'} is not in our style",
            staff=f"Linje {line} i {where} er skrevet på en måde, som siden ikke kan læse. "
            "Bed it-afdelingen om at rette den.",
        )
        self.line = line


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of intents in a file, in their order. Raises Unreadable."""
    return tuple(_blocks(text.split("\n")))


def added(text: str, intent: str, raws: Sequence[str]) -> str:
    """With new examples at the end of the intent's last block. Raises Changed when there is none."""
    lines = text.split("\n")
    block = _last_of(text, intent)
    end = _ending(lines[block.first])
    new = [f"{block.indent}- {_one_line(raw)}{end}" for raw in raws]
    at = block.last + 1
    if at == len(lines) and end:  # the file's last line has no ending of its own
        lines[-1] += end
        new[-1:] = [line.removesuffix(end) for line in new[-1:]]
    return "\n".join((*lines[:at], *new, *lines[at:]))


def replaced(text: str, intent: str, wordings: Mapping[str, str]) -> str:
    """With other wordings, by the ids of the examples they take the place of."""
    lines = text.split("\n")
    for block in blocks(text):
        for example in block.examples:
            if block.intent == intent and example.id in wordings:
                old = lines[example.line]
                new = _one_line(wordings[example.id])
                lines[example.line] = f"{block.indent}- {new}{_ending(old)}"
    return "\n".join(lines)


def removed(text: str, intent: str, ids: Collection[str]) -> str:
    """Without these examples."""
    gone = {
        example.line
        for block in blocks(text)
        if block.intent == intent
        for example in block.examples
        if example.id in ids
    }
    return "\n".join(line for number, line in enumerate(text.split("\n")) if number not in gone)


def with_intent(text: str, intent: str, *, about: str, examples: Sequence[str]) -> str:
    """With a block for a new intent at the end of the file, in its style; ``about`` is the comment above it."""
    if not _PLAIN_NAME.fullmatch(intent) or not examples:
        raise ValueError("a new intent has a plain name and an example at least")
    known = blocks(text)
    lines = text.split("\n")
    sample = _ITEM.fullmatch(lines[known[-1].first]) if known else None
    item = sample["indent"] if sample else "  "
    indent = known[-1].indent if known else f"{item}    "
    end = _ending(lines[0])
    new = [f"{item}# {' '.join(about.split())}"] if about.strip() else []
    new += [f"{item}- intent: {intent}", f"{item}  examples: |", *(f"{indent}- {_one_line(raw)}" for raw in examples)]
    body = text.rstrip(_INNER)
    return f"{body}{end}\n{end}\n" + "".join(f"{line}{end}\n" for line in new)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    inside = False  # of `nlu:`
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip() or line.lstrip().startswith("#"):
            at += 1
        elif top := _TOP.fullmatch(line.removeprefix("\ufeff")):
            inside = top["key"] == "nlu"
            if inside and line.split(":", 1)[1].split("#")[0].strip():
                raise Unreadable(at + 1)
            at += 1
        elif not inside:
            at += 1
        else:
            item = _ITEM.fullmatch(line)
            if item is None:
                raise Unreadable(at + 1)
            if item["kind"] == "intent":
                block = _block(lines, at, item)
                yield block
                at = block.last + 1
            else:
                at = _after(lines, at, len(item["indent"]))


def _block(lines: Sequence[str], first: int, item: re.Match[str]) -> Block:
    name = item["name"].strip("\"'")
    at = first + 1
    if not _PLAIN_NAME.fullmatch(name) or at >= len(lines) or not _EXAMPLES.fullmatch(lines[at]):
        raise Unreadable(first + 1)
    key = len(lines[at]) - len(lines[at].lstrip(" "))
    if key != len(item["indent"]) + 2:
        raise Unreadable(at + 1)
    indent, last, examples = "", at, list[Example]()
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        here = line[: len(line) - len(line.lstrip(" "))]
        if len(here) <= key:
            if line.lstrip().startswith("#") or len(here) <= len(item["indent"]):
                break
            raise Unreadable(number + 1)  # another key: metadata, which belongs to no one example
        indent = indent or here
        if here != indent or not line[len(here) :].startswith("-"):
            raise Unreadable(number + 1)
        examples.append(Example(number, line[len(here) + 1 :].strip(_INNER)))
        last = number
    return Block(
        intent=name,
        about=_about(lines, first),
        first=first,
        last=last,
        indent=indent or " " * (key + 2),
        examples=tuple(examples),
        revision=print_of("\n".join(lines[first : last + 1])),
    )


def _after(lines: Sequence[str], first: int, indent: int) -> int:
    """The line after an item that is none of ours: the next that stands no deeper than its hyphen."""
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            return number
    return len(lines)


def _about(lines: Sequence[str], first: int) -> str:
    found: list[str] = []
    for line in reversed(lines[:first]):
        comment = _COMMENT.fullmatch(line.rstrip("\r"))
        if comment is None:
            break
        found.insert(0, comment["words"].strip())
    return " ".join(found)


def _last_of(text: str, intent: str) -> Block:
    found = [block for block in blocks(text) if block.intent == intent]
    if not found:
        raise Changed()
    return found[-1]


def _ending(line: str) -> str:
    return "\r" if line.endswith("\r") else ""


def _one_line(raw: str) -> str:
    if not raw.strip() or any(sign in raw for sign in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
        raise ValueError("an example is one line")  # whoever asks has made it one (bot.training.candidates)
    return raw.strip(_INNER)
