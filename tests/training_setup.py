"""A small assistant that is trained in seconds, with settings, test sets and a database of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

import bot.store.migrations
from bot.identity.staff import Staff
from bot.settings import ROOT, Oidc, Settings
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate
from bot.training.trainings import Training, Trainings

KAREN = Staff(
    id="karen", name="Karen Friis", email="karen@noerreaa.example", roles=frozenset({"trainer"}), departments=()
)
INTENTS = ("hilsen", "tak", "akut_hjaelp", "sagsstatus")
_EXAMPLES = 20
TESTS = [
    ("hej med jer", "hilsen"),
    ("godmorgen", "hilsen"),
    ("mange tak for hjælpen", "tak"),
    ("tusind tak", "tak"),
    ("jeg vil ikke leve mere", "akut_hjaelp"),
    ("min mand slår mig", "akut_hjaelp"),
    ("hvor langt er min sag", "sagsstatus"),
    ("er der sket noget i min sag", "sagsstatus"),
]
# Of our own pipeline only what recognises intents: the rest takes its time and is tested elsewhere.
_KEPT = ("DanishTokenizer", "TfidfFeaturizer", "IntentClassifier", "CertaintyClassifier")


def small_assistant(folder: Path, *, examples: int = _EXAMPLES) -> Path:
    """config.yml, domain.yml, data/nlu and data/stories of four of our intents."""
    config = _read(ROOT / "config.yml")
    config["pipeline"] = [one for one in config["pipeline"] if one["name"].rsplit(".", 1)[-1] in _KEPT]
    for one in config["pipeline"]:
        if one["name"].endswith("IntentClassifier"):
            one.update(most_encoded=50, vectors=None)
    for policy in config["policies"]:
        policy["core_fallback_action_name"] = "utter_hilsen"
    said = {block["intent"]: block["examples"] for block in _all_blocks() if block.get("intent") in INTENTS}
    nlu = [{"intent": name, "examples": "".join(said[name].splitlines(True)[:examples])} for name in INTENTS]
    domain = {
        "version": "3.1",
        "intents": list(INTENTS),
        "entities": ["emne", "relation", "sagsnummer", "tidspunkt", "afdeling"],
        "responses": {f"utter_{name}": [{"text": f"Svar på {name}."}] for name in INTENTS},
    }
    rules = [{"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in INTENTS]
    for name, content in {
        "config.yml": config,
        "domain.yml": domain,
        "data/nlu/samtalen.yml": {"version": "3.1", "nlu": nlu},
        "data/stories/regler.yml": {"version": "3.1", "rules": rules},
    }.items():
        write_yaml(folder / name, content)
    return folder


def write_yaml(path: Path, content: Any) -> None:
    """Write a file of data as ours are written: examples as a block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(content, Dumper=_Blocks, allow_unicode=True, sort_keys=False), encoding="utf-8")


class _Blocks(yaml.SafeDumper):
    """Writes what has several lines as a block."""


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _as_block)


def _all_blocks() -> list[dict[str, Any]]:
    return [block for path in sorted((ROOT / "data" / "nlu").glob("*.yml")) for block in _read(path)["nlu"]]


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def test_set(file: Path, messages: Sequence[tuple[str, str]] = TESTS) -> Path:
    """A file of test messages."""
    lines = [json.dumps({"text": text, "intent": intent}, ensure_ascii=False) for text, intent in messages]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


test_set.__test__ = False  # type: ignore[attr-defined] - it makes one, and is none


def settings_in(folder: Path, database_url: str, key: str) -> Settings:
    """Settings of an installation whose data, models and test sets lie in ``folder``."""
    return Settings(
        secret_keys=(key,),
        database_url=database_url,
        cases_database_url="sqlite:///",
        public_url="http://127.0.0.1:8080",
        rasa_urls=("http://127.0.0.1:5005",),
        rasa_token="secret",
        actions_url="http://127.0.0.1:5055",
        oidc=Oidc(issuer="https://login.example", client_id="borgerkontakt"),
        assistant_folder=small_assistant(folder / "assistant"),
        models_folder=folder / "models",
        test_sets=(test_set(folder / "held_out.jsonl"), test_set(folder / "akut.jsonl", TESTS[4:6])),
        development=True,
    )


def database(url: str) -> Engine:
    """An engine for a database that has every table."""
    engine = make_engine(url)
    migrate(engine, Path(bot.store.migrations.__path__[0]))
    return engine


def new_key() -> str:
    """A key for the vault of one test."""
    return Vault.new_key()


def until(holds: Callable[[], Any], *, seconds: float = 600.0) -> Any:
    """Return what ``holds`` gives as soon as that is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"it never came: {holds}")


def ended(trainings: Trainings, training_id: int) -> Training:
    """The training once it is over."""

    def over() -> Training | None:
        training = trainings.get(training_id)
        return None if training.ongoing else training

    found: Training = until(over)
    return found
