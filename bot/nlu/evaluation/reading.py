"""Reads test sets: JSON lines or Rasa's YAML, every line checked, or nothing of them used."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import InputError

_TOLD = 20  # problems named before the rest are only counted


class UnusableSet(InputError):
    """Files that can't be measured with; ``lines`` say what and where, in Danish, without what was written there."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        more = [f"… og {len(lines) - _TOLD} fejl mere."] if len(lines) > _TOLD else []
        super().__init__("\n".join([*lines[:_TOLD], *more, "Intet er målt. Ret filen, og prøv igen."]))


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A message and the intent that a person says it has; ``slice`` names the kind of message, if the file does."""

    text: str
    intent: str
    slice: str | None = None


def read_sets(files: Iterable[Path], *, intents: Collection[str] | None) -> tuple[Labelled, ...]:
    """All messages of ``files``, in their order.

    A name ending in `.yml` or `.yaml` is Rasa's NLU format 3.x, anything else JSON lines
    `{"text", "intent", "slice"?}`; other keys are let be. ``intents`` are those the model knows; None takes any.
    Raises UnusableSet, with all that is wrong in all files.
    """
    found: list[Labelled] = []
    problems: list[str] = []
    for file in files:
        before = len(found) + len(problems)
        read = _yaml if file.suffix in (".yml", ".yaml") else _json_lines
        try:
            for place, one in read(file):
                if isinstance(one, str):
                    problems.append(f"{place}: {one}")
                elif intents is not None and one.intent not in intents:
                    problems.append(f"{place}: modellen kender ikke hensigten »{one.intent}«.")
                else:
                    found.append(one)
        except FileNotFoundError:
            problems.append(f"{file}: filen findes ikke.")
        except OSError:
            problems.append(f"{file}: filen kan ikke læses.")
        except UnicodeDecodeError:
            problems.append(f"{file}: filen er ikke i UTF-8.")
        else:
            if before == len(found) + len(problems):
                problems.append(f"{file}: der er ingen beskeder i filen.")
    if problems or not found:
        raise UnusableSet(problems or ["Der er ingen fil at måle med."])
    return tuple(found)


def _json_lines(file: Path) -> Iterator[tuple[str, Labelled | str]]:
    """Each line, or what is wrong with it, with its place."""
    # Split at line feeds alone: JSON may hold U+2028 and its like, at which splitlines() would cut.
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if line.strip():
            yield f"{file}, linje {number}", _of_json(line)


def _of_json(line: str) -> Labelled | str:
    try:
        content = json.loads(line)
    except ValueError:
        return "linjen er ikke JSON."
    if not isinstance(content, dict):
        return 'linjen skal være et objekt: {"text": …, "intent": …}.'
    for field in ("text", "intent"):
        if field not in content:
            return f"feltet »{field}« mangler."
        if not isinstance(content[field], str):
            return f"feltet »{field}« skal være tekst."
        if not content[field].strip():
            return f"feltet »{field}« er tomt."
    kind = content.get("slice")
    if kind is not None and not (isinstance(kind, str) and kind.strip()):
        return "feltet »slice« skal være tekst, når det er der."
    return Labelled(text=content["text"], intent=content["intent"], slice=kind)


def _yaml(file: Path) -> Iterator[tuple[str, Labelled | str]]:
    """Each example of each intent, or what is wrong, with its place; synonyms, look-ups and the like are let be."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        content = YAML(typ="rt").load(file.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield f"{file}, linje {mark.line + 1 if mark else 1}", "filen er ikke YAML."
        return
    except YAMLError:
        yield f"{file}", "filen er ikke YAML."
        return
    if not isinstance(content, dict) or not isinstance(content.get("nlu"), list):
        yield f"{file}, linje 1", "filen skal være Rasas NLU-format med »version« og »nlu«."
        return
    if str(content.get("version")) not in ("3.0", "3.1"):
        yield f"{file}, linje 1", '»version« skal være "3.1".'
        return
    blocks: Any = content["nlu"]
    for number, block in enumerate(blocks):
        line = blocks.lc.item(number)[0] + 1
        if not isinstance(block, dict):
            yield f"{file}, linje {line}", "der skal stå et afsnit, for eksempel »- intent: hilsen«."
        elif "intent" in block:
            for at, one in _of_block(block, line):
                yield f"{file}, linje {at}", one


def _of_block(block: Any, line: int) -> Iterator[tuple[int, Labelled | str]]:
    intent, examples = block["intent"], block.get("examples")
    if not isinstance(intent, str) or not intent.strip():
        yield line, "afsnittet har ingen hensigt."
    elif isinstance(examples, str):
        first = block.lc.value("examples")[0] + 2  # the examples begin on the line after the sign `|`
        for offset, written in enumerate(examples.splitlines()):
            if not written.strip():
                continue
            if written.startswith("-"):
                yield first + offset, _plain(written[1:], intent)
            else:
                yield first + offset, "eksemplet skal begynde med »- «."
    elif isinstance(examples, list):
        places: Any = examples
        for number, example in enumerate(examples):
            at = places.lc.item(number)[0] + 1
            text = example.get("text") if isinstance(example, dict) else None
            yield at, _plain(text, intent) if isinstance(text, str) else "feltet »text« mangler."
    else:
        yield line, "afsnittet har ingen eksempler."


def _plain(example: str, intent: str) -> Labelled | str:
    """An example without its entities' annotations, as Rasa reads it."""
    from rasa.shared.nlu.training_data.entities_parser import replace_entities

    text = str(replace_entities(example)).strip()
    return Labelled(text=text, intent=intent) if text else "eksemplet er tomt."


def folded(text: str) -> str:
    """What makes two messages the same to a reader: the words, without case, spaces and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text.strip()


def training_messages(folder: Path) -> tuple[Labelled, ...]:
    """Every example of the training data in ``folder`` (`data/nlu`), in the order of files and blocks."""
    return tuple(one for file in sorted(folder.rglob("*.yml")) for _, one in _yaml(file) if isinstance(one, Labelled))
