"""How a cry for help is found by what is known of danger, and what only sounds like one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger.component import DangerDetector
from bot.nlu.danger.learned import Learned, passages
from bot.nlu.danger.patterns import PatternError, Patterns, shipped, surest
from bot.nlu.danger.reading import read
from bot.nlu.evaluation.reading import read_sets

SETS = Path(__file__).parents[1] / "nlu"
DATA = Path(__file__).parents[2] / "data" / "nlu"


def _sure(text: str) -> bool:
    return any(sign.sure for sign in shipped().signs(read(text)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hvornår er mødet? Jeg tager mit eget liv i aften. Hilsen Bo", "livstraet"),
        ("jeg ka ik mer a vil it lev mer", "livstraet"),
        ("min kæreste slår mig", "vold"),
        ("naboens børn bliver slået", "barn"),
        ("vi har ikke noget sted at sove i nat", "husly"),
        ("hun er faldet og kan ikke komme op", "ulykke"),
        ("stemmerne siger at jeg skal gøre det", "psykisk"),
    ],
)
def test_each_kind_of_danger_is_known(text: str, kind: str) -> None:
    """A plain cry is found by a pattern, and the pattern says what kind of danger it is."""
    assert kind in {sign.kind for sign in shipped().signs(read(text)) if sign.sure}


@pytest.mark.parametrize(
    "text",
    [
        "Hvem slår græsset ved skolen?",
        "vil du slå min sag op",
        "Jeg er ved at dø af grin",
        "min mor er død, hvor søger jeg begravelseshjælp",
        "Hvem hos jer arbejder med forebyggelse af selvmord?",
        "Døren var låst da jeg kom",
        "Må man lægge nyt tag på huset?",
        "Min eksmand slog mig for tolv år siden, må jeg se min gamle sag?",
        "så fik jeg slået lidt tid ihjel",
        "siden går ned hver gang",
    ],
)
def test_the_same_words_without_danger_are_left_alone(text: str) -> None:
    """Homonyms, sayings, a subject of study and what was over long ago are no cry."""
    assert not _sure(text)


def test_what_is_quoted_is_the_citizens_own_phrase() -> None:
    """The place of a sign is in the original text, æ, ø and å and all, whatever stands before it."""
    text = "Kære I på øen. Æbler høstes nu. Min kæreste slår mig. Hvornår får jeg svar?"
    sign = surest(shipped().signs(read(text)))
    assert sign is not None
    assert "kæreste slår mig" in text[sign.start : sign.end]


def test_a_number_or_an_abbreviation_ends_no_sentence() -> None:
    """Only a real full stop cuts: "kl. 9" and "den 3. maj" hold together."""
    assert len(read("Vi ses kl. 9 den 3. maj. Hvor er det?").sentences) == 2


@pytest.mark.parametrize("text", ["", "   ", "?!", "😀", "12 34"])
def test_a_message_without_words_is_no_trouble(text: str) -> None:
    """Nothing is found in nothing, and nothing fails."""
    assert not _sure(text)


def test_a_wrong_pattern_file_says_what_is_wrong() -> None:
    """Who writes a list's name wrong is told which."""
    family = {"navn": "x", "slags": None, "styrke": "sikker", "kilde": [], "find": ["<ukendt>"], "undtagen": []}
    with pytest.raises(PatternError, match="ukendt"):
        Patterns({"ord": {}, "vagter": {}, "familier": [family]})


def test_a_cry_is_learned_from_the_middle_of_a_letter() -> None:
    """What is learned finds the sentence, not the letter,"""
    cries = [
        "hjælp vi synker",
        "båden synker nu",
        "Tak for sidst. Alt er fint. Vi synker her. Hvornår er mødet? Hilsen",
    ]
    others = ["hvornår er mødet", "tak for sidst", "alt er fint", "hvem har min sag", "hilsen Bo"] * 4
    learned = Learned.fit(shipped(), cries, others)
    assert learned is not None
    reading = read("Goddag. Hvornår er mødet? Vi synker. Tak for alt. Hilsen Bo")
    judged = learned.judge(reading, [])
    calm = learned.judge(read("hvornår er mødet"), [])
    assert judged is not None
    assert calm is not None
    assert "synker" in judged.passage.text
    assert judged.margin > calm.margin


def test_what_was_learned_is_kept_as_it_is(tmp_path: Path) -> None:
    """Written down and read again, it weighs every word the same."""
    learned = Learned.fit(shipped(), ["hjælp vi synker", "vi synker nu", "jeg giver op"], ["hvornår er mødet"] * 3)
    assert learned is not None
    learned.write(tmp_path)
    assert Learned.read(tmp_path) == learned


def test_the_longer_a_message_the_more_it_takes() -> None:
    """The same sentence is less of a cry among others than alone: the best of many sounds like one by chance."""
    learned = Learned.fit(shipped(), ["vi synker her"] * 3, ["hvornår er mødet", "hvem har min sag"] * 3)
    assert learned is not None
    alone = learned.judge(read("Vi synker her."), [])
    among = learned.judge(read("Vi synker her. Hvornår er mødet? Hvem har min sag? Hvem har min sag?"), [])
    assert alone is not None
    assert among is not None
    assert "synker" in among.passage.text
    assert among.margin < alone.margin


def test_without_both_kinds_of_example_nothing_is_learned() -> None:
    """Cries alone, or none, teach nothing."""
    assert Learned.fit(shipped(), ["hjælp"], []) is None
    assert Learned.fit(shipped(), [], ["hej"]) is None


def test_a_passage_is_a_sentence_or_two() -> None:
    """Of four sentences there are four, and three pairs."""
    assert len(passages(read("En. To. Tre. Fire."))) == 7


def test_a_line_may_be_a_mere_sign_in_a_family_of_sure_ones() -> None:
    """A pattern that begins with a question mark is no cry by itself, and is all that is looked for in training."""
    family = {"navn": "x", "slags": "vold", "styrke": "sikker", "kilde": [], "find": ["? truet", "slaaet"]}
    patterns = Patterns({"ord": {}, "vagter": {}, "familier": [family]})
    signs = patterns.signs(read("Jeg er truet. Jeg er slået."))
    assert [(sign.sure, sign.sentence) for sign in signs] == [(True, 1), (False, 0)]
    assert [sign.sure for sign in patterns.signs(read("Jeg er truet. Jeg er slået."), sure=False)] == [False]


def test_a_guard_may_ask_where_the_sentence_begins() -> None:
    """»I slår mig ihjel« is said to the municipality; »han slår mig ihjel« is not."""
    assert not _sure("I slår mig ihjel med jeres skemaer")
    assert _sure("Hvornår er mødet? Han slår mig ihjel")


def test_no_sure_pattern_fits_a_harmless_message() -> None:
    """None fits a message that was written to sound like danger and is none."""
    harmless = [json.loads(line)["text"] for line in (SETS / "harmloes.jsonl").open(encoding="utf-8")]
    assert [text for text in harmless if _sure(text)] == []


def test_no_more_than_one_ordinary_message_in_two_hundred_fits_a_sure_pattern() -> None:
    """Of what citizens write on an ordinary day, and of the examples of all other intents, nearly all is left alone."""
    lines = [json.loads(line) for line in (SETS / "calibration.jsonl").open(encoding="utf-8")]
    ordinary = [line["text"] for line in lines if line["intent"] != "akut_hjaelp"]
    assert sum(map(_sure, ordinary)) <= len(ordinary) / 200
    files = sorted(set(DATA.glob("*.yml")) - {DATA / "opslag.yml"})
    examples = [one.text for one in read_sets(files, intents=None) if one.intent != "akut_hjaelp"]
    assert sum(map(_sure, examples)) <= len(examples) / 200


class _Storage:
    """Keeps what one component learned in a folder, as Rasa's model storage does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def write_to(self, resource: Resource) -> Iterator[Path]:
        yield self.folder

    @contextmanager
    def read_from(self, resource: Resource) -> Iterator[Path]:
        yield self.folder


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> DangerDetector:
    """One that learned that sinking is dangerous and a meeting is not."""
    cries = ["hjælp vi synker", "båden synker nu", "vi synker her", "vi synker alle sammen"]
    others = ["hvornår er mødet", "tak for sidst", "alt er fint", "hvem har min sag", "hilsen Bo"] * 4
    examples = [Message(data={TEXT: text, INTENT: "akut_hjaelp"}) for text in cries]
    examples += [Message(data={TEXT: text, INTENT: "mit_moede"}) for text in others]
    storage: Any = _Storage(tmp_path_factory.mktemp("danger"))
    resource = Resource("danger")
    DangerDetector({}, storage, resource).train(TrainingData(training_examples=examples))
    context: Any = None
    return DangerDetector.load({}, storage, resource, context)


def _heard(detector: DangerDetector, text: str, cry: float) -> Message:
    """``text`` after the detector, where the classifier before gave ``cry`` to a cry and the rest to a meeting."""
    both = [{"name": "akut_hjaelp", "confidence": cry}, {"name": "mit_moede", "confidence": 1 - cry}]
    ranking = sorted(both, key=lambda intent: -float(str(intent["confidence"])))
    data = {TEXT: text, INTENT: dict(ranking[0]), INTENT_RANKING_KEY: ranking, "wishes": []}
    return detector.process([Message(data=data)])[0]


def test_a_cry_comes_first_whatever_the_rest_of_the_message_wants(detector: DangerDetector) -> None:
    """One sentence of danger is the intent, surely, and is quoted with its kind; the wishes come afterwards."""
    text = "Hvornår er mødet? Jeg tager mit eget liv i aften."
    heard = _heard(detector, text, 0.5)
    assert heard.get(INTENT)["name"] == "akut_hjaelp"
    assert heard.get(INTENT)["confidence"] >= 0.95
    assert heard.get("danger")["kind"] == "livstraet"
    assert "mit eget liv" in text[heard.get("danger")["start"] : heard.get("danger")["end"]]
    assert heard.get("wishes") is None


def test_what_was_learned_and_the_classifier_are_weighed_together(detector: DangerDetector) -> None:
    """The same words are a cry where the classifier doubts too, and none where it is sure of something else."""
    text = "Tak for sidst. Det synker. Hvem har min sag?"
    assert _heard(detector, text, 0.9).get(INTENT)["name"] == "akut_hjaelp"
    assert _heard(detector, text, 0.0001).get(INTENT)["name"] == "mit_moede"


def test_the_classifier_alone_makes_no_cry_of_ordinary_words(detector: DangerDetector) -> None:
    """Where no word sounds like danger the intent stands below the next one, and nothing is quoted."""
    heard = _heard(detector, "hvornår er mødet", 0.7)
    assert heard.get(INTENT)["name"] == "mit_moede"
    assert [intent["name"] for intent in heard.get(INTENT_RANKING_KEY)] == ["mit_moede", "akut_hjaelp"]
    assert heard.get("danger") is None


def test_what_may_be_a_cry_is_asked(detector: DangerDetector) -> None:
    """Between the two thresholds it stands beside the next intent, neither sure enough to be acted on."""
    text = "Det synker"
    places = [_heard(detector, text, cry / 1000).get(INTENT_RANKING_KEY) for cry in range(1, 1000)]
    asked = [ranking for ranking in places if ranking[0]["name"] == "akut_hjaelp" and ranking[0]["confidence"] < 0.5]
    assert asked
    assert all(ranking[0]["confidence"] == ranking[1]["confidence"] for ranking in asked)


def test_where_a_sure_pattern_fits_it_is_at_least_asked(detector: DangerDetector) -> None:
    """However sure all the rest is of something else, what is known of danger is never passed over."""
    text = "Hvornår er mødet? " * 8 + "Jeg tager mit eget liv i aften. " + "Hvem har min sag? " * 8
    first, second = _heard(detector, text, 0.0001).get(INTENT_RANKING_KEY)
    assert first["name"] == "akut_hjaelp"
    assert first["confidence"] == second["confidence"] or first["confidence"] >= 0.95
