"""A response, an intent or a rule is changed in the files, and not one other line moves."""

from __future__ import annotations

import difflib

import pytest
import yaml

from bot.training import domain_lines
from bot.training.domain_lines import Unreadable
from bot.training.refusals import Unusable
from bot.training.scalars import clean
from tests.asking import ROOT

DOMAIN = (ROOT / "domain.yml").read_text(encoding="utf-8")
RULES = (ROOT / "data" / "stories" / "regler.yml").read_text(encoding="utf-8")
NAMES = sorted(domain_lines.responses(DOMAIN))
LONG = "Det her er en lang sætning, der skal deles over flere linjer i filen. " * 4 + "Til sidst kommer slutningen."
# What means something to YAML, or to whoever reads it carelessly.
AWKWARD = [
    'Han sagde "ja" og \\ nej: # ikke en kommentar',
    "- en streg\n- en til\n\n# og en kommentar",
    "key: value",
    "'enkelt' & *stjerne* !tag %procent @snabel `kode`",
    "{phone} [1, 2] {hours}",
    "null",
    "---\n...\nslut",
    "ja",
    "3.10",
    "| > >- |-",
    "Å Æ Ø 👍 » « – …",
    LONG,
    f"#{LONG}",
    f"{LONG}\n\n{LONG}",
]


def changed(before: str, after: str) -> list[str]:
    """The lines that went (-) and came (+)."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def content(text: str) -> dict[str, object]:
    """What another reader of YAML than ours makes of it."""
    read: dict[str, object] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return read


@pytest.mark.parametrize(
    ("name", "new"), [(name, ("Kort.", LONG, "To\nlinjer")[at % 3]) for at, name in enumerate(NAMES[::4])]
)
def test_a_new_text_changes_its_own_lines_and_putting_the_old_one_back_says_the_same(name: str, new: str) -> None:
    """All that stands outside the response's lines is there still, character for character."""
    response = domain_lines.responses(DOMAIN)[name]
    made = domain_lines.with_texts(DOMAIN, name, [new])
    first = response.line - 1
    assert made.split("\n")[: first + 1] == DOMAIN.split("\n")[: first + 1]
    rest = DOMAIN.split("\n")[first + 1 :]
    following = next((at for at, line in enumerate(rest) if line.startswith("  ") and line[2:3] not in (" ", "")), None)
    if following is not None:  # everything from the next response or comment on
        assert made.endswith("\n".join(rest[following:]))
    assert domain_lines.responses(made)[name].texts == (new,)
    assert domain_lines.responses(made)[name].buttons == response.buttons
    back = domain_lines.with_texts(made, name, response.texts)
    assert domain_lines.responses(back)[name].texts == response.texts


def test_the_sentence_that_is_changed_is_the_only_line_that_is() -> None:
    """A long text stands a sentence or two a line, so that a change reads as one."""
    old = domain_lines.responses(DOMAIN)["utter_velkomst"].texts[0]
    new = old.replace("finde den rette afdeling.", "vise dig den rette afdeling.")
    assert changed(DOMAIN, domain_lines.with_texts(DOMAIN, "utter_velkomst", [new])) == [
        "-        Jeg kan også finde den rette afdeling.",
        "+        Jeg kan også vise dig den rette afdeling.",
    ]
    assert changed(DOMAIN, domain_lines.with_texts(DOMAIN, "utter_tak", ["Det var så lidt."])) == [
        '-    - text: "Det var så lidt. Er der andet, jeg kan hjælpe med?"',
        '+    - text: "Det var så lidt."',
    ]


def test_the_same_text_again_changes_nothing() -> None:
    """Whoever saves without a change leaves the file as it is, whatever its style."""
    for name, response in [*domain_lines.responses(DOMAIN).items()][::12]:
        assert domain_lines.with_texts(DOMAIN, name, response.texts) == DOMAIN


@pytest.mark.parametrize(
    ("name", "text"), [(("utter_hilsen", "utter_velkomst")[at % 2], text) for at, text in enumerate(AWKWARD)]
)
def test_no_text_is_taken_for_yaml(name: str, text: str) -> None:
    """Whatever is written, another reader finds exactly it, in a quoted text as in a folded and a literal one."""
    made = domain_lines.with_texts(DOMAIN, name, [text])
    wanted = content(DOMAIN)
    wanted["responses"][name][0]["text"] = text  # type: ignore[index]
    assert content(made) == wanted
    more = domain_lines.with_response(made, "utter_ny", [text])
    assert content(more)["responses"]["utter_ny"] == [{"text": text}]  # type: ignore[index]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  hej \t med\u00a0dig \r\n\r\n\r\n\r\nnæste\u2028linje ", "hej med dig\n\nnæste\nlinje"),
        ("a\x00b\x07c\ufeffd\x85e", "abcd\ne"),
        ("مرحبا\u200d", "مرحبا\u200d"),
    ],
)
def test_what_is_written_is_made_clean_first(given: str, kept: str) -> None:
    """Signs without meaning would break the file or be invisible in it; joined letters need their signs."""
    assert clean(given) == kept
    made = domain_lines.with_texts(DOMAIN, "utter_hilsen", [clean(given)])
    assert domain_lines.responses(made)["utter_hilsen"].texts == (kept,)


def test_a_text_more_gets_the_buttons_of_the_first_and_one_less_takes_its_own_along() -> None:
    """Which text a citizen gets is chance; whether there is a way to a human must not be."""
    old = domain_lines.responses(DOMAIN)["utter_gentag"]
    made = domain_lines.with_texts(DOMAIN, "utter_gentag", [old.texts[0], "Rul op, og læs det igen."])
    assert [line[0] for line in changed(DOMAIN, made)] == ["+"] * 3
    assert domain_lines.responses(made)["utter_gentag"].buttons == old.buttons * 2
    three = domain_lines.with_texts(made, "utter_gentag", ["Først.", old.texts[0], "Sidst."])
    assert domain_lines.responses(three)["utter_gentag"].texts == ("Først.", old.texts[0], "Sidst.")
    assert domain_lines.with_texts(three, "utter_gentag", old.texts) == DOMAIN


def test_a_comment_beside_a_text_stays() -> None:
    """Also where the text outgrows its line."""
    text = DOMAIN.replace('"Hej. Hvad kan jeg hjælpe dig med?"', '"Hej."   # den korteste vi har', 1)
    assert '- text: "Goddag."   # den korteste vi har' in domain_lines.with_texts(text, "utter_hilsen", ["Goddag."])
    folded = domain_lines.with_texts(text, "utter_hilsen", [LONG])
    assert "- text: >-   # den korteste vi har\n" in folded
    assert domain_lines.responses(folded)["utter_hilsen"].texts == (LONG,)


def test_a_file_from_windows_keeps_its_line_endings() -> None:
    """Every line of it, and the new ones too; endings of both kinds are nothing we touch."""
    dos = DOMAIN.replace("\n", "\r\n")
    made = domain_lines.with_texts(dos, "utter_hilsen", [LONG])
    assert made == domain_lines.with_texts(DOMAIN, "utter_hilsen", [LONG]).replace("\n", "\r\n")
    with pytest.raises(Unreadable):
        domain_lines.with_texts(DOMAIN.replace("\n", "\r\n", 5), "utter_hilsen", ["Hej."])


def test_what_is_written_in_another_way_is_refused() -> None:
    """A response in one line in braces, one that is not there, and a file that is no YAML: nothing is guessed."""
    flow = DOMAIN.replace(
        '  utter_hilsen:\n    - text: "Hej. Hvad kan jeg hjælpe dig med?"', '  utter_hilsen: [{text: "Hej"}]'
    )
    assert flow != DOMAIN
    for text in (flow, DOMAIN.replace("  utter_hilsen:", "  utter_andet:")):
        with pytest.raises(Unreadable):
            domain_lines.with_texts(text, "utter_hilsen", ["Hej."])
    for broken in ("responses: [", "- en liste", ""):
        with pytest.raises(Unusable):
            domain_lines.responses(broken)


def test_a_new_response_an_intent_and_a_rule_come_last_and_move_nothing() -> None:
    """Lines are added, none is changed; the second one stands with the first."""
    first = domain_lines.with_response(DOMAIN, "utter_ny", ["Hej med dig."])
    assert [line for line in changed(DOMAIN, first) if line.strip("+")] == [
        "+  # Skrevet på /training",
        "+  utter_ny:",
        '+    - text: "Hej med dig."',
    ]
    second = domain_lines.with_response(first, "utter_nyere", ["Hej igen."])
    assert changed(first, second) == ["+  utter_nyere:", '+    - text: "Hej igen."']
    assert content(second)["session_config"] == content(DOMAIN)["session_config"]
    heard = domain_lines.with_intent(DOMAIN, "ny")
    assert changed(DOMAIN, heard) == ["+  - ny: {use_entities: []}"]
    assert [*domain_lines.intents(heard)] == [*domain_lines.intents(DOMAIN), "ny"]
    ruled = domain_lines.with_rule(RULES, title='Svar på »Pris: "gratis"?«', intent="ny", action="action_svar")
    assert all(line.startswith("+") for line in changed(RULES, ruled))
    last = domain_lines.rules(ruled)[-1]
    assert (last.name, last.intents, last.actions) == ('Svar på »Pris: "gratis"?«', ("ny",), ("action_svar",))


def test_who_answers_an_intent_is_read_from_the_rules() -> None:
    """Code, a response that a rule names, or the one that has the intent's own name."""
    stories = 'version: "3.1"\nrules:\n'
    for intent, action in (("a", "action_a"), ("b", "utter_x"), ("c", "action_svar")):
        stories += f"  - rule: {intent}\n    steps:\n      - intent: {intent}\n      - action: {action}\n"
    assert domain_lines.answers_of({"data/stories/regler.yml": stories, "domain.yml": DOMAIN}) == {
        "a": ("action", "action_a"),
        "b": ("text", "utter_x"),
        "c": ("text", "utter_c"),
    }
