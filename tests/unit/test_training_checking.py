"""The check before a training finds each thing that is wrong, says it in Danish, and says where."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.training import checking, spoken
from bot.training.checking import Found
from bot.training.spoken import Spoken

CODE = Spoken(
    responses=frozenset({"utter_hilsen"}),
    of={"hilsen": frozenset({"utter_hilsen"})},
    variables={},
    own=frozenset({"hilsen"}),
)
GREETINGS = [f"hej nummer {word}" for word in ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")]
FEES = [f"{word} koster et pas" for word in ("hvad", "hvor meget", "mon", "sig mig hvad", "ved du hvad")]


def nlu(**said: list[str]) -> str:
    """A file of examples."""
    blocks = [
        f"  - intent: {name}\n    examples: |\n" + "".join(f"      - {text}\n" for text in texts)
        for name, texts in said.items()
    ]
    return 'version: "3.1"\n\nnlu:\n' + "\n".join(blocks)


def many(texts: list[str]) -> list[str]:
    """At least as many as are needed, none of them twice or near another intent's."""
    return [*texts, *(f"{text} {number}" for number in range(1, 6) for text in texts)][: max(20, len(texts))]


GOOD: Mapping[str, str] = {
    "domain.yml": """version: "3.1"
intents:
  - hilsen: {use_entities: []}
  - pas: {use_entities: []}
actions:
  - action_hilsen
  - action_svar
responses:
  utter_hilsen:
    - text: "Hej med dig."
      buttons:
        - {title: "Pris på pas", payload: "/pas"}
  utter_pas:
    - text: "Et pas koster 893 kroner."
""",
    "data/nlu/samtalen.yml": nlu(hilsen=many(GREETINGS), pas=many(FEES)),
    "data/stories/regler.yml": """version: "3.1"
rules:
  - rule: Hils
    steps:
      - intent: hilsen
      - action: action_hilsen
  - rule: Svar på pas
    steps:
      - intent: pas
      - action: action_svar
""",
    "data/hensigter.yml": """hilsen: {titel: "Siger hej", om: "Borgeren hilser."}
pas: {titel: "Pris på pas", om: "Borgeren vil vide, hvad et pas koster."}
""",
}


def found(*, code: Spoken = CODE, **changed: tuple[str, str]) -> list[Found]:
    """What is found when in the file (by the first letters of its name) one text takes another's place."""
    texts = dict(GOOD)
    for file, (old, new) in changed.items():
        path = next(path for path in texts if path.rpartition("/")[2].startswith(file))
        assert old in texts[path]
        texts[path] = texts[path].replace(old, new)
    return list(checking.check(texts, code))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Else nobody reads the list."""
    assert found() == []


DOUBLE = "  - rule: Igen\n    steps:\n      - intent: pas\n      - action: action_hilsen\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "severity", "page", "name", "told"),
    [
        ("sam", "hej nummer to\n", "hej nummer en\n", "twice", "warning", "hensigt", "hilsen", "to gange"),
        ("sam", "hej nummer to\n", "HVAD koster et pas?\n", "both", "error", "hensigt", "pas", "»Siger hej« og"),
        ("sam", "hej nummer to\n", "hvad koster et pass\n", "near", "hint", "hensigt", "hilsen", "ligner"),
        ("dom", "  - pas: {use_entities: []}\n", "", "unknown_intent", "error", "hensigt", "pas", "kender ikke"),
        ("dom", "  - pas:", "  - ny: {}\n  - pas:", "no_examples", "error", "hensigt", "ny", "ingen eksempler"),
        ("dom", "  - pas:", "  - ny: {}\n  - pas:", "no_rule", "error", "hensigt", "ny", "ingen regel"),
        ("dom", "  - pas:", "  - ny: {}\n  - pas:", "no_title", "warning", "hensigt", "ny", "ingen titel"),
        ("dom", "utter_pas:", "utter_andet:", "no_answer", "error", "hensigt", "pas", "utter_pas mangler"),
        ("dom", "utter_pas:", "utter_andet:", "unused", "hint", "svar", "utter_andet", "bruger aldrig"),
        ("dom", "utter_hilsen:", "utter_hej:", "missing", "error", "svar", "utter_hilsen", "»Siger hej«"),
        ("dom", '"/pas"', '"/visum"', "button", "error", "svar", "utter_hilsen", "»Pris på pas«"),
        ("dom", '"Hej med dig."', '""', "empty", "error", "svar", "utter_hilsen", "tomt"),
        ("dom", '"Hej med dig."', '"Efter § 4 hilser jeg."', "law", "warning", "svar", "utter_hilsen", "§"),
        ("reg", "  - rule: Svar", DOUBLE + "  - rule: Svar", "rules", "error", "regel", "Svar på pas", "»Igen«"),
        ("reg", "intent: pas", "intent: visum", "rule_intent", "error", "regel", "Svar på pas", "findes ikke"),
        ("reg", "action_hilsen", "action_hej", "rule_action", "error", "regel", "Hils", "action_hej"),
        ("reg", "action_svar", "utter_svar", "missing", "error", "regel", "Svar på pas", "utter_svar"),
        ("hen", "pas: {titel:", "pas: {navn:", "titles", "error", "regel", "hensigter.yml", "navn"),
        ("sam", "    examples: |", "    eksempler: |", "unreadable", "error", "regel", "", "Linje"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(
    file: str, old: str, new: str, code: str, severity: str, page: str, name: str, told: str
) -> None:
    """One change each, and the row that must come of it."""
    rows = [row for row in found(**{file: (old, new)}) if row.code == code]
    assert {(row.severity, row.page, row.name) for row in rows} == {(severity, page, name)}
    assert len(rows) == 1 or code == "near"  # one may be near several
    assert told in rows[0].text


def test_too_few_examples_are_told_with_their_number() -> None:
    """Twenty are needed; one is one »eksempel«."""
    few = found(sam=(nlu(pas=many(FEES)).partition("nlu:\n")[2], nlu(pas=FEES[:1]).partition("nlu:\n")[2]))
    assert [(row.code, row.severity, row.name) for row in few] == [("few", "warning", "pas")]
    assert "kun 1 eksempel." in few[0].text


def test_an_example_that_is_named_can_be_gone_to() -> None:
    """Its id is what the page of the hensigt knows it by."""
    (row,) = found(sam=("hej nummer to\n", "hej nummer en\n"))
    assert row.to_json()["where"] == {"page": "hensigt", "name": "hilsen", "id": row.id} and row.id


def test_the_gravest_come_first_and_of_one_kind_no_more_than_a_hundred() -> None:
    """Ten thousand rows help nobody: the rest is a number."""
    twice = "".join(f"      - hej nummer {number}\n" * 2 for number in range(150))
    rows = found(sam=("      - hej nummer to\n", twice), dom=('"/pas"', '"/visum"'))
    assert rows[0].severity == "error"
    repeated = [row for row in rows if row.code == "twice"]
    assert len(repeated) == checking.MOST_OF_A_KIND + 1 and "50 til" in repeated[-1].text


def test_the_code_says_what_the_domain_has_and_to_whom() -> None:
    """What the actions name is found in their source: directly, through others, and put together."""
    code = spoken.read()
    assert {"farvel", "svartid", "akut_hjaelp"} <= code.own and "fallback" not in code.own
    assert code.intents_of("utter_farvel") == ["farvel"]
    assert "svartid" in code.intents_of("utter_goer")  # three functions away
    assert "utter_tilstand_afvist" in code.responses  # of a name and a state
    assert "nlu_fallback" in code.intents_of("utter_fallback")
    assert code.variables["utter_aabningstider"] == {"name", "opening", "address", "phone", "calling"}
