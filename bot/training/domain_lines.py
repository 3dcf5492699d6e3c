"""Reads and changes responses, intents and rules in domain.yml and data/stories, so that nothing else in them moves.

A change cuts one text out of the file and puts another in its place; comments, order, styles and line endings stay.
The result is read again: what was not meant to change must say what it said before, or nothing is changed at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.training.refusals import TrainingRefusal
from bot.training.scalars import Span, child, quoted, span_of, spliced, top_of, written

DOMAIN = "domain.yml"
RULES = "data/stories/regler.yml"
SAYS_ITS_RESPONSE = "action_svar"
_WRITTEN_HERE = "# Skrevet på /training"


class Unreadable(TrainingRefusal):
    """A file that is written in a way this module does not know."""

    code = "unreadable"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not written as it is known here",
            staff=f"{what} er skrevet på en måde, som siden ikke kan rette. Bed it-afdelingen om at se på det.",
        )


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button below a response."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Response:
    """One response: its texts (one of them is said, by chance) and the buttons of each.

    ``revision`` is another one when anything in it is. ``line`` counts from 1.
    """

    name: str
    texts: tuple[str, ...]
    buttons: tuple[tuple[Button, ...], ...]
    revision: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule (or a story) that begins with ``intent``, and all actions it names. ``line`` counts from 1."""

    name: str
    intents: tuple[str, ...]
    actions: tuple[str, ...]
    line: int


def responses(domain: str) -> Mapping[str, Response]:
    """The responses of ``domain`` (a file's text), in its order. Raises Unusable when it can't be read."""
    lines = domain.split("\n")
    found: dict[str, Response] = {}
    for key, value in _entries(top_of(domain), "responses"):
        first, last = key.start_mark.line, _last_line(lines, value)
        variations = [one for one in _items(value) if isinstance(one, MappingNode)]
        texts = [child(one, "text") for one in variations]
        found[key.value] = Response(
            name=key.value,
            texts=tuple(str(text.value) for text in texts if isinstance(text, ScalarNode)),
            buttons=tuple(tuple(_buttons(one)) for one in variations),
            revision=hashlib.sha256("\n".join(lines[first : last + 1]).encode()).hexdigest()[:16],
            line=first + 1,
        )
    return found


def intents(domain: str) -> Mapping[str, int]:
    """The intents of ``domain``, each with its line (from 1)."""
    found: dict[str, int] = {}
    for item in _items(child(top_of(domain), "intents")):
        name = item.value[0][0] if isinstance(item, MappingNode) and item.value else item
        found[str(name.value)] = name.start_mark.line + 1
    return found


def actions(domain: str) -> Mapping[str, int]:
    """The actions of ``domain``, each with its line (from 1)."""
    found: dict[str, int] = {}
    for item in _items(child(top_of(domain), "actions")):
        name = item.value[0][0] if isinstance(item, MappingNode) and item.value else item
        found[str(name.value)] = name.start_mark.line + 1
    return found


def rules(stories: str) -> tuple[Rule, ...]:
    """The rules of a file below data/stories."""
    return tuple(_told(stories, "rules", "rule"))


def stories(text: str) -> tuple[Rule, ...]:
    """The stories of a file below data/stories."""
    return tuple(_told(text, "stories", "story"))


def answers_of(texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What answers each intent by the rules of ``texts``: ("text", its response) or ("action", an action with code)."""
    found: dict[str, tuple[str, str]] = {}
    for path, text in texts.items():
        for rule in rules(text) if path.startswith("data/stories/") else ():
            if not (rule.intents and rule.actions):
                continue
            intent, action = rule.intents[0], rule.actions[0]
            if action == SAYS_ITS_RESPONSE:
                found[intent] = ("text", f"utter_{intent}")
            else:
                found[intent] = ("text" if action.startswith("utter_") else "action", action)
    return found


def with_texts(domain: str, name: str, texts: Sequence[str]) -> str:
    """``domain`` with other ``texts`` (clean, see `scalars.clean`) in the response ``name``.

    A text that stays keeps its buttons. A new one gets those of the first: nobody misses a button by chance.
    Raises Unreadable when the response is not written as ours are.
    """
    if not texts:
        raise ValueError("a response has a text at least")
    return _safely(domain, lambda text: _with_texts(text, name, texts), _put("responses", name, texts))


def with_response(domain: str, name: str, texts: Sequence[str]) -> str:
    """``domain`` with a response more, below all others."""

    def put(text: str) -> str:
        lines = text.split("\n")
        entries = _entries(top_of(text), "responses")
        if not entries:
            raise Unreadable(DOMAIN)
        at = _last_line(lines, entries[-1][1]) + 1
        indent = " " * entries[0][0].start_mark.column
        heading = [] if any(line.strip() == _WRITTEN_HERE for line in lines) else ["", f"{indent}{_WRITTEN_HERE}"]
        block = [f"{indent}{name}:"]
        for text_ in texts:
            block += _variation(f"{indent}  ", text_)
        return "\n".join([*lines[:at], *heading, *block, *lines[at:]])

    def expect(content: Any) -> None:
        content["responses"][name] = [{"text": text} for text in texts]

    return _safely(domain, put, expect)


def with_intent(domain: str, name: str) -> str:
    """``domain`` with an intent more, written as the one above it."""

    def put(text: str) -> str:
        lines = text.split("\n")
        items = _items(child(top_of(text), "intents"))
        if not items:
            raise Unreadable(DOMAIN)
        at = _last_line(lines, items[-1]) + 1
        indent = " " * (items[-1].start_mark.column - 2)
        return "\n".join([*lines[:at], f"{indent}- {name}: {{use_entities: []}}", *lines[at:]])

    def expect(content: Any) -> None:
        content["intents"].append({name: {"use_entities": []}})

    return _safely(domain, put, expect)


def with_rule(text: str, *, title: str, intent: str, action: str) -> str:
    """A file of rules with one more at its end: ``intent`` is answered by ``action``."""

    def put(text: str) -> str:
        lines = text.split("\n")
        items = _items(child(top_of(text), "rules"))
        if not items:
            raise Unreadable(RULES)
        at = _last_line(lines, items[-1]) + 1
        indent = " " * (items[-1].start_mark.column - 2)
        block = [
            "",
            f"{indent}- rule: {quoted(title)}",
            f"{indent}  steps:",
            f"{indent}    - intent: {intent}",
            f"{indent}    - action: {action}",
        ]
        return "\n".join([*lines[:at], *block, *lines[at:]])

    def expect(content: Any) -> None:
        content["rules"].append({"rule": title, "steps": [{"intent": intent}, {"action": action}]})

    return _safely(text, put, expect)


def _with_texts(domain: str, name: str, texts: Sequence[str]) -> str:
    lines = domain.split("\n")
    value = {key.value: value for key, value in _entries(top_of(domain), "responses")}.get(name)
    variations = _items(value)
    spans = [_text_span(lines, one) for one in variations]
    if not spans or not isinstance(value, SequenceNode) or value.flow_style:
        raise Unreadable(name)
    old = [str(child(one, "text").value) for one in variations]  # type: ignore[union-attr]
    starts = [one.start_mark.line for one in variations]
    ends = [_last_line(lines, one) for one in variations]
    # From below, so that the lines above keep their numbers.
    for change, old_from, old_to, new_from, new_to in reversed(
        SequenceMatcher(None, old, list(texts), autojunk=False).get_opcodes()
    ):
        if change == "equal":
            continue
        shared = min(old_to - old_from, new_to - new_from)
        extra = texts[new_from + shared : new_to]
        if extra:
            at = ends[old_from + shared - 1] + 1 if old_from + shared else starts[0]
            indent = " " * (variations[0].start_mark.column - 2)
            beside = _beside(lines, variations[0], spans[0], starts[0], ends[0])
            new = [line for text in extra for line in (*_variation(indent, text), *beside)]
            lines[at:at] = new
        for place in range(old_to - 1, old_from + shared - 1, -1):
            del lines[starts[place] : ends[place] + 1]
        for place in range(shared - 1, -1, -1):
            lines = spliced(lines, spans[old_from + place], texts[new_from + place])
    return "\n".join(lines)


def _beside(lines: Sequence[str], node: Node, span: Span, first: int, last: int) -> list[str]:
    """The lines of a variation besides its text; only where the text stands first, as in our files."""
    if span.line != first:
        raise Unreadable("Svaret")
    return list(lines[span.end + 1 : last + 1])


def _variation(indent: str, text: str) -> list[str]:
    start = f"{indent}- text: "
    head, body = written(text, room=len(start))
    return [start + head, *(f"{indent}    {line}" if line else "" for line in body)]


def _text_span(lines: Sequence[str], variation: Node) -> Span:
    text = child(variation, "text")
    if not isinstance(text, ScalarNode) or (isinstance(variation, MappingNode) and variation.flow_style):
        raise Unreadable("Svaret")
    return span_of(lines, text)


def _buttons(variation: MappingNode) -> Iterator[Button]:
    for button in _items(child(variation, "buttons")):
        title, payload = child(button, "title"), child(button, "payload")
        if isinstance(title, ScalarNode) and isinstance(payload, ScalarNode):
            yield Button(title=str(title.value), payload=str(payload.value))


def _told(text: str, section: str, kind: str) -> Iterator[Rule]:
    for item in _items(child(top_of(text), section)):
        name = child(item, kind)
        steps = _items(child(item, "steps"))
        heard = [child(step, "intent") for step in steps]
        done = [child(step, "action") for step in steps]
        yield Rule(
            name=str(name.value) if isinstance(name, ScalarNode) else "",
            intents=tuple(str(one.value) for one in heard if isinstance(one, ScalarNode)),
            actions=tuple(str(one.value) for one in done if isinstance(one, ScalarNode)),
            line=item.start_mark.line + 1,
        )


def _entries(top: MappingNode, section: str) -> list[tuple[ScalarNode, Node]]:
    found = child(top, section)
    return list(found.value) if isinstance(found, MappingNode) else []


def _items(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _last_line(lines: Sequence[str], node: Node) -> int:
    """The last line that is ``node``'s own: marks of a block reach to what comes after it."""
    while isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    if isinstance(node, ScalarNode):
        return span_of(lines, node).end
    return int(node.end_mark.line)


def _put(section: str, name: str, texts: Sequence[str]) -> Callable[[Any], None]:
    """What is expected after `with_texts`: these texts, and each button where it was or beside a new text."""

    def expect(content: Any) -> None:
        old = content[section][name]
        kept = [one["text"] for one in old]
        made: list[Any] = []
        for change, old_from, old_to, new_from, new_to in SequenceMatcher(
            None, kept, list(texts), autojunk=False
        ).get_opcodes():
            of = [] if change == "insert" else old[old_from:old_to]
            for place, text in enumerate(texts[new_from:new_to]):
                made.append({**(of[place] if place < len(of) else old[0]), "text": text})
        content[section][name] = made

    return expect


def _safely(text: str, change: Callable[[str], str], expect: Callable[[Any], None]) -> str:
    """``change`` made to ``text``, with its line endings; read again, it must hold what ``expect`` makes of the old.

    Raises Unreadable when it does not.
    """
    dos = "\r\n" in text
    plain = text.replace("\r\n", "\n") if dos else text
    if dos and plain.count("\n") != text.count("\r\n"):
        raise Unreadable("Filens linjeskift")
    made = change(plain)
    wanted = YAML(typ="safe").load(plain)
    expect(wanted)
    if YAML(typ="safe").load(made) != wanted:
        raise Unreadable("Filen")
    return made.replace("\n", "\r\n") if dos else made
