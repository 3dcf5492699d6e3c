"""What `bench.nlu` makes of any labelled data before Rasa trains on it."""

from __future__ import annotations

import json
from pathlib import Path

from bench.nlu import default_config
from bench.nlu_project import pipeline_of, safe, write_project
from bench.xsid import messages
from bot.nlu.evaluation.reading import Labelled
from bot.settings import ROOT

CONLL = """\
# id = 1
# text-en = Is it = going to rain today?
# text = Kommer det = til at regne i dag?
# intent = weather/find
1\tKommer\tweather/find\tO
2\t#\tweather/find\tO

# id = 2
# text = vis mig alarmer
# intent = alarm/show_alarms
1\tvis\talarm/show_alarms\tO
"""

HARD = [
    'se [min sag](emne) og [din]{"entity": "emne"} og [begge][{"entity": "emne"}]',
    "- en streg\n- og en til",
    "  mellemrum, 'gåseøjne', \"anførsel\", \\ og # tegn: {a}  ",
    "emoji 👍 og \u2028 linjeskift",
]


def test_a_text_is_trained_on_as_it_stands_whatever_signs_it_holds(tmp_path: Path) -> None:
    """Rasa's own reader finds the very texts, and no entity in them."""
    from rasa.shared.nlu.training_data.loading import load_data

    write_project(tmp_path / "made", {"pipeline": []}, [Labelled(text=text, intent="a/b") for text in HARD])

    read = load_data(str(tmp_path / "made" / "nlu.json")).training_examples

    assert [one.get("text") for one in read] == HARD
    assert [one.get("intent") for one in read] == ["a|b"] * len(HARD)
    assert not any(one.get("entities") for one in read)


def test_no_intent_becomes_a_retrieval_intent() -> None:
    """Rasa cuts a name at its slash: `alarm/set` and `alarm/show` would be one."""
    assert safe("alarm/set") != safe("alarm/show")
    assert "/" not in safe("alarm/set")


def test_our_pipeline_is_that_of_the_project_without_its_policies() -> None:
    """What is measured is what runs."""
    config = pipeline_of(ROOT / "config.yml")

    assert config["language"] == "da"
    assert "bot.nlu.tokenizer.DanishTokenizer" in [component["name"] for component in config["pipeline"]]
    assert "policies" not in config
    assert json.loads(json.dumps(config)) == config


def test_the_default_pipeline_is_rasas_own_and_may_be_cut_short() -> None:
    """Taken from Rasa itself, so that the comparison is with what everybody gets."""
    whole, short = pipeline_of(default_config()), pipeline_of(default_config(), epochs=2)

    names = [component["name"] for component in whole["pipeline"]]
    assert names[:2] == ["WhitespaceTokenizer", "RegexFeaturizer"]
    diet = names.index("DIETClassifier")
    assert (whole["pipeline"][diet]["epochs"], short["pipeline"][diet]["epochs"]) == (100, 2)


def test_xsid_is_read_by_its_comments() -> None:
    """The text is Danish, not the English one beside it, and may hold any sign."""
    assert list(messages(CONLL)) == [
        {"text": "Kommer det = til at regne i dag?", "intent": "weather/find"},
        {"text": "vis mig alarmer", "intent": "alarm/show_alarms"},
    ]
