"""Rasa's own check of a folder of data, said in Danish: `python -m bot.training.checking_rasa FOLDER`.

It is run in a process of its own, and writes one JSON object a line to its standard output: each thing that is wrong
(`bot.training.checking.Found`), Rasa's beside our own. Rasa's validator tells in English sentences and its rules in an
exception; what of them we know is said in our words, and what our own check has said already is left out. The rest is
shown as Rasa says it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from rasa.core.policies.rule_policy import InvalidRule, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.validator import Validator

from bot.training import spoken
from bot.training.checking import ANSWER, ERROR, INTENT, RULE, WARNING, Found, check
from bot.training.child import NICENESS
from bot.training.files import Files

# What our own check says better, or what is no fault here: responses are said by the code, not by rules.
_SAID_BY_US = (
    r"The intent '.+' is listed in the domain file, but is not found in the NLU training data",
    r"There is a message in the training data labeled with intent '.+'\. This intent is not listed in your domain",
    r"The example '.*' was found labeled with multiple different intents",
    r"The intent '.+' is not used in any story or rule",
    r"The action 'utter_\w+' is used in the stories, but is not a valid utterance action",
    r"The action '.+' is used in the '.+' block, but it is not listed in the domain file",
    r"The utterance '.+' is not used in any story or rule",
)
# Rasa's sentence, and ours for it; groups by name.
_KNOWN: Mapping[str, tuple[str, str, str]] = {
    r"The intent '(?P<name>.+?)' is used in your stories, but it is not listed in the domain file": (
        "story_intent",
        INTENT,
        "En regel eller en historie bruger hensigten {name}, som robotten ikke kender.",
    ),
    r"Issue found in '(?P<file>.+?)':[\s\S]*?Found intent '(?P<name>.+?)' in stories which is not part of the domain": (
        "story_intent",
        INTENT,
        "En regel eller en historie bruger hensigten {name}, som robotten ikke kender.",
    ),
    r"Issue found in '(?P<file>.+?)':[\s\S]*?[Ee]ntity '(?P<name>.+?)'": (
        "entity",
        RULE,
        "En historie bruger oplysningen {name}, som robotten ikke kender.",
    ),
    r"Response '(?P<name>.+?)' (?:is empty|does not have any)": ("empty", ANSWER, "Svaret {name} er tomt."),
    r"The config file is missing (?:the|a unique value for the) '(?P<name>.+?)'": (
        "config",
        RULE,
        "Der mangler noget i opsætningen: {name} i config.yml.",
    ),
}
_CONTRADICTION = re.compile(
    r"- the prediction of the action '(?P<wanted>.+?)' in (?P<kind>rule|story) '(?P<name>.+?)' "
    r"is contradicting with rule\(s\) '(?P<others>.+?)'(?: which predicted action '(?P<done>.+?)')?\.(?:\n|$)"
)

_NAMED = re.compile(r"»(.+?)«")


def rasas(folder: Path) -> Iterator[Found]:
    """What Rasa finds in ``folder``'s config.yml, domain.yml, data/nlu and data/stories."""
    data = [str(folder / "data" / "nlu"), str(folder / "data" / "stories")]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            importer = RasaFileImporter(str(folder / "config.yml"), str(folder / "domain.yml"), data)
            validator = Validator.from_importer(importer)
            valid = validator.verify_domain_validity()
            validator.verify_nlu()
            validator.verify_actions_in_stories_rules()
            validator.verify_forms_in_stories_rules()
            validator.verify_form_slots()
            validator.verify_slot_mappings()
            validator.warn_if_config_mandatory_keys_are_not_set()
            if valid:
                yield from contradictions(validator)
        except RasaException as error:
            if found := _found(str(error), ERROR):
                yield found
    told = set()
    for warning in heard:
        found = _found(str(warning.message), WARNING) if issubclass(warning.category, UserWarning) else None
        if found is not None and found not in told:
            told.add(found)
            yield found


def contradictions(validator: Validator) -> Iterator[Found]:
    """Rules and stories that say different things, as the policy finds when it learns them."""
    generator = TrainingDataGenerator(
        validator.story_graph, validator.domain, remove_duplicates=False, augmentation_factor=0
    )
    trackers = generator.generate()
    config = next(
        (dict(policy) for policy in validator.config.get("policies") or () if policy.get("name") == "RulePolicy"), {}
    )
    config.pop("name", None)
    with TemporaryDirectory() as scratch:
        policy = RulePolicy(
            {**RulePolicy.get_default_config(), **config},
            LocalModelStorage(Path(scratch)),
            Resource("rules"),
            ExecutionContext(GraphSchema({})),
        )
        try:
            policy.train(trackers, validator.domain)
        except InvalidRule as error:
            yield from contradicting(str(error))


def contradicting(words: str) -> Iterator[Found]:
    """Rasa's complaint about rules, one thing at a time."""
    met = False
    seen: set[frozenset[str]] = set()
    for one in _CONTRADICTION.finditer(words):
        met = True
        names = frozenset({one["name"], *one["others"].split(", ")})
        if names in seen:  # each of two rules contradicts the other
            continue
        seen.add(names)
        what = "Reglen" if one["kind"] == "rule" else "Historien"
        others = ", ".join(f"»{name}«" for name in one["others"].split(", "))
        then = f", som giver {one['done']}" if one["done"] else ""
        text = f"{what} »{one['name']}« vil have {one['wanted']} og er uenig med reglen {others}{then}."
        yield Found(code="rules", severity=ERROR, text=text, page=RULE, name=one["name"])
    if not met:
        yield _found(words, ERROR) or Found(code="rasa", severity=ERROR, text=words, page=RULE, name="")


def _found(words: str, severity: str) -> Found | None:
    """A sentence of Rasa's in our words; None for what is said already."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", words).strip()
    if any(re.match(pattern, plain) for pattern in _SAID_BY_US):
        return None
    for pattern, (code, page, told) in _KNOWN.items():
        if known := re.search(pattern, plain):
            name = known["name"]
            return Found(code=code, severity=ERROR, text=told.format(name=name), page=page, name=name)
    first = " ".join(plain.partition("\nMore info")[0].split())
    return Found(code="rasa", severity=severity, text=f"Rasa siger (på engelsk): {first[:500]}", page=RULE, name="")


def main(arguments: Sequence[str]) -> None:
    """Check a folder, and write what is wrong."""
    os.nice(NICENESS)
    logging.basicConfig(level=logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    folder = Path(arguments[0])
    ours = list(check(Files(folder).read(), spoken.read()))
    for found in ours:
        _write(found.to_json())
    for found in rasas(folder):
        if not any(_tells_the_same(one, found) for one in ours):
            _write(found.to_json())
    _write({"done": True})


def _tells_the_same(ours: Found, rasas: Found) -> bool:
    """Two rules that stand against each other are found by both, and not always under the same name."""
    names = set(_NAMED.findall(rasas.text))
    return ours.code == rasas.code and (
        ours.name == rasas.name or (bool(names) and names <= {*_NAMED.findall(ours.text)})
    )


def _write(row: Mapping[str, Any]) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
