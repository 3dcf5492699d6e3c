"""Every response of the domain and the words of every rule: plain, short, in the du-form; responses used and filled."""

from __future__ import annotations

import ast
import re

import pytest

from bot.cases.case import State
from bot.handoff.rules import Trigger
from bot.municipality.readability import MOST_LIX, MOST_WORDS, lix, words_of
from tests.asking import DOMAIN, ROOT, placeholders, the_municipality

RESPONSES: dict[str, str] = {name: said[0]["text"] for name, said in DOMAIN["responses"].items()}
HOURS = "mandag-onsdag kl. 9-15, torsdag kl. 9-17 og fredag kl. 9-14"
TYPICAL = {
    "address": "Rådhustorvet 1, 9990 Nørreå",
    "appeal": "Ankestyrelsen",
    "assistant": "Nørre",
    "by": "3. december 2026",
    "calling": HOURS,
    "case": "»Støtte til bil« (27.60.20-G01-4-26)",
    "cases": "- »Støtte til bil« (27.60.20-G01-4-26): behandles\n- »Sygedagpenge« (32.30.04-G01-7-26): afgjort",
    "days": "30",
    "deadline": "8 uger",
    "department": "Jobcentret",
    "email": "job@noerreaa.example",
    "event": "Vi har spurgt din læge",
    "handles": "skat, årsopgørelse og skattekort",
    "hours": HOURS,
    "meaning": "Før vi afgør din sag, skal du se de oplysninger, vi bygger på. Du kan rette dem.",
    "municipality": "Nørreå Kommune",
    "name": "Mette Holm",
    "number": "tre",
    "on": "3. december 2026",
    "opening": "mandag-onsdag kl. 10-14, torsdag kl. 10-17 og fredag kl. 10-13",
    "opens": "mandag den 30. november kl. 9",
    "phone": "12 34 56 00",
    "reach": "Du finder dem på skat.dk, og de har telefon 72 22 18 18.",
    "shelter": "Forsorgshjemmet Åhuset",
    "status": "Vi venter på svar fra din læge",
    "todos": "- Send lønsedler for oktober (senest 3. december 2026)",
    "topic": "sygedagpenge",
    "weeks": "fire",
    "word": "partshøring",
}


def filled(name: str) -> str:
    """The response with typical values in it."""
    return RESPONSES[name].format(**{key: TYPICAL[key] for key in placeholders(name)})


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("Hej. Hej.", 1.0),
        ("Sagsbehandleren bestemmer.", 102.0),
        ("Du får svar senest den 3. december 2026.", 20.5),
        ("Vi er på 12 34 56 00 kl. 9-15.", 5.0),
    ],
)
def test_the_index_counts_as_a_reader_does(text: str, index: float) -> None:
    """What the next tests measure with."""
    assert lix(text) == pytest.approx(index)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_easy_to_read(name: str) -> None:
    """LIX at most 35 and at most 60 words."""
    assert lix(filled(name)) <= MOST_LIX
    assert len(words_of(filled(name))) <= MOST_WORDS


def test_what_is_hard_to_read_is_found() -> None:
    """The limits are those of the design; a text without words is no error."""
    assert (MOST_LIX, MOST_WORDS) == (35, 60)
    assert lix("Sagsbehandlingsfristen overskrides undertiden i enkeltsager.") > MOST_LIX
    assert lix("") == 0.0


@pytest.mark.parametrize("trigger", list(Trigger))
def test_the_words_of_a_rule_promise_no_time(trigger: Trigger) -> None:
    """When somebody answers is counted from the goals of the desk; a rule that named a time could break it."""
    words = the_municipality().handoffs[trigger].words
    no_officialese(words)
    assert not re.search(r"\d|\bminut|\btime|\bi dag\b|\bi morgen\b|\bsenest\b|\binden for\b|\bsnart\b", words)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_no_officialese(name: str) -> None:
    """Du-form, no paragraph first, no words of the desk, nobody told to call around, Danish letters."""
    no_officialese(filled(name))


def no_officialese(text: str) -> None:
    """Fails when ``text`` reads like a desk wrote it."""
    assert "§" not in re.split(r"[.!?]\s", text)[0]
    for wrong in (
        r"\b[Vv]enligst\b",
        r"\b[Ss]åfremt\b",
        r"\bi henhold til\b",
        r"\bvedr\.",
        r"\b[Rr]ing selv til\b",
        r"\bDeres?\b(?! sag)",
        r"\bDem\b(?!,)",
        r"\b[Bb]edes\b",
        r"\bpågældende\b",
        r"\bhenvendelse\b",
    ):
        assert not re.search(wrong, re.sub(r"(^|[.!?:]\s+|\n)(De|Dem|Deres)\b", r"\1", text)), wrong
    written = re.sub(r"\S+@\S+|\S+\.(?:dk|example)\b", "", text)
    assert not re.search(r"(?:ae|oe|aa)", written, re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_no_says_why_and_gives_a_way_on(name: str) -> None:
    """What the assistant can't or may not do is told with its reason, and with something else that can be done."""
    text = RESPONSES[name]
    refusal = re.search(r"\b(?:[Jj]eg kan (?:desværre )?ikke|kan jeg (?:desværre )?ikke|[Jj]eg må ikke)\b", text)
    if not refusal:
        return
    assert re.search(r"\bfor (?:jeg|vores|den|det|du|her)\b|\b(?:[Mm]åske|ud over|fordi)\b|otte tal", text), "no reason"
    ways = r"\{phone\}|menneske|borger\.dk|[Pp]røv igen|[Vv]ælg|Digital Post|lederen|brevet"
    assert re.search(ways, text) or DOMAIN["responses"][name][0].get("buttons"), "no way on"


def test_buttons_ask_what_the_assistant_can_hear() -> None:
    """A button's payload is an intent of the domain."""
    intents = {next(iter(entry)) for entry in DOMAIN["intents"]}
    for said in DOMAIN["responses"].values():
        for button in said[0].get("buttons", ()):
            assert button["payload"].removeprefix("/") in intents


def test_each_response_has_one_wording() -> None:
    """The same question gets the same words from everyone, every time."""
    assert all(len(said) == 1 for said in DOMAIN["responses"].values())


def _calls() -> list[ast.Call]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "actions").glob("*.py"))]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _named(node: ast.AST) -> set[str]:
    """The responses an expression may name."""
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.JoinedStr):  # only a state is ever put into a response's name
            start = inner.values[0]
            if isinstance(start, ast.Constant) and str(start.value).startswith("utter_"):
                names |= {f"{start.value}{state.value}" for state in State}
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.startswith("utter_"):
            names.add(inner.value)
    return names - {"utter_tilstand_"}


def test_every_response_is_used_and_every_used_one_exists() -> None:
    """Nothing is written that is never said, and nothing said that is not written."""
    used = set()
    for path in (ROOT / "actions").glob("*.py"):
        used |= _named(ast.parse(path.read_text(encoding="utf-8")))
    intents = {next(iter(entry)) for entry in DOMAIN["intents"]}
    actions = {action.removeprefix("action_") for action in DOMAIN["actions"]}
    static = {f"utter_{intent}" for intent in intents - actions}
    assert used | static == set(RESPONSES)


def test_every_variable_of_a_response_is_given_where_it_is_said() -> None:
    """A response named where it is said gets each variable it waits for; static ones wait for none."""
    checked = 0
    for call in _calls():
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "say" and call.args):
            continue
        given = {keyword.arg for keyword in call.keywords}
        for name in _named(call.args[0]):
            checked += 1
            assert placeholders(name) <= given, name
    assert checked > 60
    for static in ("utter_farvel", "utter_tak", "utter_er_du_robot", "utter_hvad_kan_du"):
        assert placeholders(static) == set()
