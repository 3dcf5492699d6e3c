"""Which responses the code says, for which intents, and what it fills them with: read in its source, never run.

Nothing in bot/ imports the actions; what they say is found as a reader would find it, by following who names what.
A response that an intent *may* lead to counts, so the list is rather too long than too short.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bot.cases.case import State
from bot.settings import ROOT

ACTIONS = ROOT / "actions"
# The intents of classes that are no intent of a citizen's: what was not understood, and what is said as it was written.
NOT_UNDERSTOOD, WRITTEN = "fallback", "svar"
# What every answer goes through says its responses whatever the intent is.
_SHARED = frozenset({"session.Answer"})
_RESPONSE = re.compile(r"utter_\w+")


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """``responses``: all that the code names. ``of``: by intent, those that its answer may say.

    ``variables``: what each response is given wherever it is said by its name; missing where that can't be seen.
    ``own``: intents with code of their own.
    """

    responses: frozenset[str]
    of: Mapping[str, frozenset[str]]
    variables: Mapping[str, frozenset[str]]
    own: frozenset[str]

    def intents_of(self, response: str) -> list[str]:
        """The intents that may lead to ``response``; `nlu_fallback` is what was not understood."""
        found = [intent for intent, said in self.of.items() if response in said]
        return ["nlu_fallback" if intent == NOT_UNDERSTOOD else intent for intent in found]


@dataclass
class _Piece:
    """A function, a class or a constant: what it names, and what it says. ``intent`` of a class that answers one."""

    names: set[str] = field(default_factory=set)
    says: set[str] = field(default_factory=set)
    intent: str | None = None


def read(folder: Path = ACTIONS) -> Spoken:
    """What the modules of ``folder`` say."""
    return _read(tuple((path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))))


@lru_cache(maxsize=2)  # a second's work, for several who ask at the start
def _read(modules: tuple[tuple[str, str], ...]) -> Spoken:
    pieces: dict[str, _Piece] = {}
    given: dict[str, frozenset[str]] = {}
    everything: set[str] = set()
    for module, source in modules:
        tree = ast.parse(source)
        everything |= _says(tree)
        pieces |= _pieces(tree, module)
        for name, keywords in _given(tree):
            given[name] = given[name] & keywords if name in given else keywords
    of = {
        piece.intent: frozenset(_reached(name, pieces))
        for name, piece in pieces.items()
        if piece.intent is not None and piece.intent != WRITTEN
    }
    return Spoken(responses=frozenset(everything), of=of, variables=given, own=frozenset(of) - {NOT_UNDERSTOOD})


def _pieces(tree: ast.Module, module: str) -> dict[str, _Piece]:
    """What stands at the top of a module, by `module.name`; the methods of a turn by `Turn.name`."""
    found: dict[str, _Piece] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            if node.name != "Turn":  # of which each says what it is asked to
                found[f"{module}.{node.name}"] = _piece([*node.bases, *node.body], module, intent=_intent(node))
            else:
                methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
                found |= {f"Turn.{method.name}": _piece([method], module) for method in methods}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[f"{module}.{node.name}"] = _piece([node], module)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found |= {f"{module}.{name}": _piece([node.value], module) for name in names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("actions."):
            there = str(node.module).removeprefix("actions.")
            for name in node.names:  # under its own name here, what it is there
                found[f"{module}.{name.asname or name.name}"] = _Piece(names={f"{there}.{name.name}"})
    return found


def _piece(nodes: Iterable[ast.AST], module: str, *, intent: str | None = None) -> _Piece:
    piece = _Piece(intent=intent)
    for node in nodes:
        piece.says |= _says(node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                piece.names.add(f"{module}.{inner.id}")
            elif isinstance(inner, ast.Attribute) and getattr(inner.value, "id", "") in ("turn", "self"):
                piece.names.add(f"Turn.{inner.attr}")
    return piece


def _intent(node: ast.ClassDef) -> str | None:
    for line in node.body:
        if (
            isinstance(line, ast.Assign)
            and [target.id for target in line.targets if isinstance(target, ast.Name)] == ["intent"]
            and isinstance(line.value, ast.Constant)
        ):
            return str(line.value.value)
    return None


def _says(node: ast.AST) -> set[str]:
    """The responses that are named in ``node``; into a name that is put together, only a case's state ever goes."""
    said: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.JoinedStr):
            start = inner.values[0]
            if isinstance(start, ast.Constant) and isinstance(start.value, str) and _RESPONSE.fullmatch(start.value):
                said |= {f"{start.value}{state.value}" for state in State}
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _RESPONSE.fullmatch(inner.value):
            said.add(inner.value)
    return {name for name in said if not name.endswith("_")}


def _given(tree: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "say"):
            continue
        keywords = frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - {"buttons"}
        for name in _says(call.args[0]) if call.args else ():
            yield name, keywords


def _reached(start: str, pieces: Mapping[str, _Piece]) -> set[str]:
    seen, waiting, said = {start, *_SHARED}, [start], set[str]()
    while waiting:
        piece = pieces[waiting.pop()]
        said |= piece.says
        for name in piece.names - seen:
            if name in pieces:
                seen.add(name)
                waiting.append(name)
    return said
