"""The training data as they stand: every intent is known everywhere, with enough examples and none twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

OWN_CASE = [
    *["hvem_er_sagsbehandler", "kontakt_sagsbehandler", "skift_sagsbehandler", "sagsstatus", "svartid"],
    *["mangler_i_sagen", "send_dokumentation", "mine_sager", "forstaa_brev", "afslag_begrundelse", "klage"],
    *["aktindsigt", "paa_vegne_af"],
]
PEOPLE_AND_MEETINGS = ["tal_med_menneske", "ring_mig_op", "book_moede", "mit_moede", "flyt_moede", "aflys_moede"]
FINDING_ONES_WAY = ["find_afdeling", "aabningstider", "kontakt_kommunen", "log_ind", "hjaelp_digitalt", "mine_data"]
FEELINGS = ["akut_hjaelp", "utilfreds"]
CONVERSATION = [
    *["hilsen", "farvel", "tak", "bekraeft", "afvis", "oplys", "hvad_kan_du", "er_du_robot", "uden_for_emne"],
]
INTENTS = [*OWN_CASE, *PEOPLE_AND_MEETINGS, *FINDING_ONES_WAY, *FEELINGS, *CONVERSATION]
LOOKED_UP = ["emne", "afdeling", "moedeform", "relation"]
ENTITIES = [*LOOKED_UP, "sagsnummer", "sagsbehandlernavn", "telefon", "email", "tidspunkt"]
MANY = {*OWN_CASE, *PEOPLE_AND_MEETINGS, "uden_for_emne", "oplys", "akut_hjaelp"}

ANNOTATION = re.compile(r"\[([^\]]+)\]\((\w+)\)")


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """Each line of the examples of each block of a kind ("intent", "lookup", …), with the block's name."""
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in read(path)["nlu"]:
            if kind in block:
                for line in block["examples"].splitlines():
                    yield block[kind], line.removeprefix("- ")


def plain(example: str) -> str:
    return ANNOTATION.sub(r"\1", example)


def folded(example: str) -> str:
    """Without what makes no other message of it: case, spaces, punctuation."""
    return " ".join(re.findall(r"\w+", plain(example).casefold()))


EXAMPLES = list(blocks("intent"))
DOMAIN = read(ROOT / "domain.yml")
RULES = read(ROOT / "data" / "stories" / "regler.yml")["rules"]
STORIES = read(ROOT / "data" / "stories" / "historier.yml")["stories"]
CONVERSATIONS = [story for path in (ROOT / "tests" / "conversations").glob("*.yml") for story in read(path)["stories"]]


def intents_of(stories: list[dict[str, Any]]) -> list[str]:
    return [step["intent"] for story in stories for step in story["steps"] if "intent" in step]


def test_the_domain_the_examples_and_the_rules_know_the_same_intents() -> None:
    """An intent that one of them lacks would never be heard, or never be answered."""
    in_domain = [name for intent in DOMAIN["intents"] for name in ([intent] if isinstance(intent, str) else intent)]

    assert sorted(in_domain) == sorted(INTENTS)
    assert {intent for intent, _ in EXAMPLES} == set(INTENTS)
    assert sorted(intents_of(RULES)) == sorted([*INTENTS, "nlu_fallback"])


@pytest.mark.parametrize("intent", INTENTS)
def test_an_intent_has_enough_examples(intent: str) -> None:
    """20 for what citizens ask most or what must not be missed, 14 for the rest."""
    assert len([line for name, line in EXAMPLES if name == intent]) >= (20 if intent in MANY else 14)


def test_no_example_stands_twice() -> None:
    """A message has one meaning; case, spaces and punctuation do not give it a second one."""
    counted = Counter(folded(line) for _, line in EXAMPLES)

    assert [text for text, times in counted.items() if times > 1] == []


def test_each_rule_is_one_intent_and_one_action_at_any_point_of_a_conversation() -> None:
    """One answer a turn, at turn 1 as at turn 300."""
    for rule in RULES:
        assert "conversation_start" not in rule
        said, done = rule["steps"]
        intent = said["intent"]
        written = intent not in INTENTS  # at /training, where an intent comes with a response and no code
        own = "action_fallback" if intent == "nlu_fallback" else "action_svar" if written else f"action_{intent}"
        assert done == {"action": own}


def test_nothing_takes_back_what_a_citizen_said() -> None:
    """UserUtteranceReverted makes each later turn slower, so no action that sends it may stand anywhere."""
    config = read(ROOT / "config.yml")
    used = {step["action"] for story in [*RULES, *STORIES] for step in story["steps"] if "action" in step}

    assert not used & {"action_default_fallback", "action_two_stage_fallback", "action_revert_fallback_events"}
    (policy,) = [policy for policy in config["policies"] if policy["name"] == "RulePolicy"]
    assert policy["core_fallback_action_name"] == "action_fallback"


@pytest.mark.parametrize("stories", [STORIES, CONVERSATIONS], ids=["stories", "test conversations"])
def test_every_intent_is_part_of_a_whole_conversation(stories: list[dict[str, Any]]) -> None:
    """An intent that only a rule knows was never thought of in its surroundings."""
    assert set(intents_of(stories)) - {"nlu_fallback"} == set(INTENTS)


def test_only_known_entities_are_annotated_and_each_has_an_example() -> None:
    """`sag`, `ogsaa` and `besked` come through buttons alone; every other entity must be learnable."""
    annotated = {entity for _, line in EXAMPLES for _, entity in ANNOTATION.findall(line)}

    assert annotated == set(ENTITIES)
    assert {*ENTITIES, "sag", "ogsaa", "besked"} == set(DOMAIN["entities"])


@pytest.mark.parametrize("entity", LOOKED_UP)
def test_a_lookup_table_has_longer_words_first(entity: str) -> None:
    """The first word that fits wins, so "børnefaglig undersøgelse" must not lose to a part of it."""
    words = [word for name, word in blocks("lookup") if name == entity]

    assert words
    assert words == sorted(words, key=len, reverse=True)
    assert len(words) == len({word.casefold() for word in words})


def test_no_example_holds_a_cpr_number_or_a_real_phone_number() -> None:
    """Training data are committed: Danish numbers never begin with 12, and ten digits could be somebody's."""
    for _, line in EXAMPLES:
        assert not re.search(r"\b\d{6}[- ]?\d{4}\b", line), line
        for number, entity in ANNOTATION.findall(line):
            if entity == "telefon":
                assert re.sub(r"\D", "", number.replace("+45", "")).startswith("12"), line
