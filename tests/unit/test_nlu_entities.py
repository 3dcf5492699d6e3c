"""What our entity components find in messages, and what they leave alone."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bot.municipality.workdays import COPENHAGEN
from bot.nlu.entities.extractor import Extractor
from bot.nlu.entities.lookup import LookupExtractor, tables_of
from bot.nlu.entities.names import NameExtractor
from bot.nlu.entities.numbers import NumberExtractor
from bot.nlu.entities.times import TimeExtractor
from tests.asking import the_municipality

ROOT = Path(__file__).resolve().parents[2]
LABELLED = [
    json.loads(line) for line in (ROOT / "tests" / "nlu" / "entiteter.jsonl").read_text("utf-8").splitlines() if line
]
# The least that is accepted of precision and recall over all messages of entiteter.jsonl.
LEAST = 0.9


def noon() -> datetime:
    return datetime(2026, 11, 21, 12, 0, tzinfo=COPENHAGEN)


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    return tables_of(load_data(str(ROOT / "data" / "nlu")))


@lru_cache(maxsize=1)
def extractors() -> tuple[Extractor, ...]:
    """As they stand in `config.yml`, one after the other."""
    storage = LocalModelStorage(Path("unused"))
    made = {
        "bot.nlu.entities.numbers.NumberExtractor": NumberExtractor(),
        "bot.nlu.entities.times.TimeExtractor": TimeExtractor(noon),
        "bot.nlu.entities.names.NameExtractor": NameExtractor(),
        "bot.nlu.entities.lookup.LookupExtractor": LookupExtractor(storage, Resource("lookup"), tables()),
    }
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
    return tuple(made[part["name"]] for part in pipeline if part["name"] in made)


def entities(text: str) -> list[dict[str, Any]]:
    message = Message({TEXT: text})
    for extractor in extractors():
        extractor.process([message])
    return list(message.get(ENTITIES, []))


def values(text: str, kind: str) -> list[str]:
    return [one["value"] for one in entities(text) if one["entity"] == kind]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("min sag 27.36.04-G01-12-26 tak", ["27.36.04-G01-12-26"]),
        ("sag nr 27360 4 g01 12 26", ["27.36.04-G01-12-26"]),
        ("273604-G01-12-26", ["27.36.04-G01-12-26"]),
        ("27.36.O4-GO1-12-26", ["27.36.04-G01-12-26"]),
        ("32.24.04–g01–7–2026", ["32.24.04-G01-7-26"]),
        ("32/24/04 G01/7/2026", ["32.24.04-G01-7-26"]),
        ("02.34.02.P19.0044.2026", ["02.34.02-P19-44-26"]),
        ("15.17.06 g01 9 25 og 27.60.20-g01-3-26", ["15.17.06-G01-9-25", "27.60.20-G01-3-26"]),
        ("sag 27.36.04 hjælper intet", []),
        ("sag 27.36.04-G01", []),
        ("3.12.26-G01 findes ikke", []),
        ("den 27.03.2026 kl. 12", []),
        ("12 34 56 78 a", []),
    ],
)
def test_a_case_number_is_read_as_it_is_typed_and_never_invented(text: str, found: list[str]) -> None:
    """Spaces, dashes, slashes, small letters, O for 0, a year of four digits; a part of a number is none."""
    assert values(text, "sagsnummer") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring på 12 34 56 00", ["12345600"]),
        ("tlf.12345600", ["12345600"]),
        ("+45 12345600 eller 0045 1234 5601", ["12345600", "12345601"]),
        ("123 456 04, 1234-5603, 12.34.56.05", ["12345604", "12345603", "12345605"]),
        ("+49 1512 3456789", ["+4915123456789"]),
        ("27.36.04-G01-12-26", []),
        ("sag 273604 G01 12 26", []),
        ("den 12.11.2026", []),
        ("123456789012", []),
        ("tolv 00 00 03", []),
    ],
)
def test_a_phone_number_is_eight_digits_however_they_are_grouped(text: str, found: list[str]) -> None:
    """Digits of case numbers and dates are none of a phone number."""
    assert values(text, "telefon") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("skriv til Eva.Holm@post.example.", ["eva.holm@post.example"]),
        ("12345678@post.example", ["12345678@post.example"]),
        ("eva snabela post", []),
    ],
)
def test_a_mail_address_is_in_small_letters_without_the_full_stop_after_it(text: str, found: list[str]) -> None:
    """As it can be written to."""
    assert values(text, "email") == found


@pytest.mark.parametrize(
    ("text", "value", "kle"),
    [
        ("mine sygedagpenge", "sygedagpenge", "32.30.04"),
        ("sygedagpengesagen", "sygedagpenge", "32.30.04"),
        ("syge dagpenge", "sygedagpenge", "32.30.04"),
        ("pengene når jeg er syg", "sygedagpenge", "32.30.04"),
        ("byggetiladelse", "byggetilladelse", "02.34.02"),
        ("foertidspensionen", "førtidspension", "32.03.16"),
        ("hjemmehjelp", "hjemmehjælp", "27.36.04"),
        ("plejehjemsplads", "plejebolig", "27.42.08"),
        ("haveaffald", "affald", "07"),
        ("jeg henter mit pas på et kontor", "pas", "23"),
        ("boligstøtten", "boligstøtte", None),
    ],
)
def test_a_matter_is_known_however_it_is_written_with_its_subject_number(
    text: str, value: str, kle: str | None
) -> None:
    """Endings, compounds, slips, words in two; what others pay has no number of the municipality's."""
    (found,) = entities(text)
    assert (found["entity"], found["value"], found.get("kle")) == ("emne", value, kle)


@pytest.mark.parametrize(
    "text",
    [
        "klokken er mange",
        "jeg er så træt af det",
        "hvor længe",
        "det gælder ikke mig",
        "pas på dig selv",
        "hvad koster det",
        "stolen i skoven",
        "regeringen bør ændre det",
    ],
)
def test_a_word_that_is_spelt_right_is_not_taken_for_a_matter(text: str) -> None:
    """Only what is no Danish word may be a matter misspelt."""
    assert values(text, "emne") == []


def test_a_matters_number_leads_to_the_department_that_its_name_leads_to() -> None:
    """The table of KLE numbers and the municipality's own facts must not contradict each other."""
    municipality = the_municipality()
    apart = {
        topic: (municipality.department_for(kle).key, found.key)
        for topic, kle in tables()["kle"].items()
        if (found := municipality.find_topic(topic)) and municipality.department_for(kle).key != found.key
    }
    assert apart == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("min sagsbehandler hedder mette holm", ["Mette Holm"]),
        ("min sagsbehandler xhevahire berisha siger nej", ["Xhevahire Berisha"]),
        ("min rådgiver Fatima Al-Hassan er på ferie", ["Fatima Al-Hassan"]),
        ("hende der hedder susanne", ["Susanne"]),
        ("Mette fra jobcenteret lovede at ringe", ["Mette"]),
        ("min socialrådgiver jens-peter svarer ikke", ["Jens-Peter"]),
        ("er Nguyen stadig min sagsbehandler", ["Nguyen"]),
        ("jeg vil tale med Åse Bjørn", ["Åse Bjørn"]),
        ("min sagsbehandler er sød", []),
        ("min sagsbehandler ignorerer mig", []),
        ("min sagsbehandler Hun er aldrig på arbejde", []),
        ("jeg hedder Mette Holm", []),
        ("mit navn er Ahmed Yilmaz, hvem er min sagsbehandler", []),
        ("venlig hilsen Kirsten", []),
        ("hvem er min sagsbehandler hos Gældsstyrelsen", []),
        ("jeg har fået brev fra Udbetaling Danmark", []),
    ],
)
def test_a_name_is_the_caseworkers_and_never_an_ordinary_word(text: str, found: list[str]) -> None:
    """Known by where it stands, in small letters too, whether it is common or rare; the citizen's own is none."""
    assert values(text, "sagsbehandlernavn") == found


NAMES = ["Mette", "Lars", "Fatima", "Xhevahire", "Nguyen", "Ayşe", "Oluwaseun", "Ümit", "Bjørk", "Thi-Hoa"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sentence", ["min sagsbehandler hedder {}", "kan jeg tale med {}", "er {} min sagsbehandler"])
def test_rare_names_are_found_like_common_ones(name: str, sentence: str) -> None:
    """Whatever somebody is called, they are asked for alike."""
    assert values(sentence.format(name), "sagsbehandlernavn") == [name]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("helst et videomøde", "moedeform", ["video"]),
        ("kan vi tage det over telefonen", "moedeform", ["telefon"]),
        ("jeg vil mødes ansigt til ansigt", "moedeform", ["fremmøde"]),
        ("på vegne af min mor", "relation", ["mor"]),
        ("min mand og mine børn", "relation", ["mand", "barn"]),
        ("en mand råbte, og to børn så det", "relation", []),
        ("ydelsekontoret og raadhuset", "afdeling", ["ydelseskontor", "rådhus"]),
    ],
)
def test_ways_to_meet_relatives_and_departments(text: str, kind: str, found: list[str]) -> None:
    """As the look-up tables have them; a man is somebody's only when it is said whose."""
    assert values(text, kind) == found


def test_a_time_is_the_citizens_phrase_with_what_it_means() -> None:
    """ISO 8601 with the Danish offset, and whether it does not suit or comes again."""
    first, second = entities("på torsdag efter kl. 14, men ikke mandag")
    assert (first["value"], first["from"], first["to"]) == (
        "på torsdag efter kl. 14",
        "2026-11-26T14:00:00+01:00",
        "2026-11-27T00:00:00+01:00",
    )
    assert (second["value"], second["not"]) == ("ikke mandag", True)
    (each,) = entities("hver tirsdag eller torsdag")
    assert each["every"] and len(each["alternatives"]) == 2
    (open_end,) = entities("efter jul")
    assert open_end["to"] is None


def test_what_one_component_found_the_next_leaves_alone() -> None:
    """ "I moren" is tomorrow misspelt, and nobody's mother."""
    assert [one["entity"] for one in entities("kan du ringe i moren")] == ["tidspunkt"]


def test_precision_and_recall_on_labelled_messages() -> None:
    """Each entity of INTENTS.md, over messages labelled by hand; a value counts when it is right where it stands."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for row in LABELLED:
        wanted = list(row["entities"])
        for one in entities(row["text"]):
            hit = next((w for w in wanted if _same(w, one)), None)
            if hit is None:
                wrong[one["entity"]] += 1
            else:
                wanted.remove(hit)
                right[one["entity"]] += 1
        missed.update(one["entity"] for one in wanted)
    figures = {
        kind: (right[kind] / (right[kind] + wrong[kind] or 1), right[kind] / (right[kind] + missed[kind] or 1))
        for kind in right | missed
    }
    assert len(LABELLED) >= 150
    assert {kind: pair for kind, pair in figures.items() if min(pair) < LEAST} == {}


def _same(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    overlap = wanted["start"] < found["end"] and found["start"] < wanted["end"]
    return overlap and (wanted["entity"], wanted["value"]) == (found["entity"], found["value"])


def test_the_tables_are_kept_in_the_model(tmp_path: Path) -> None:
    """What was trained is what answers, whatever stands in the files by then."""
    storage, resource = LocalModelStorage(tmp_path), Resource("lookup")
    LookupExtractor(storage, resource).train(load_data(str(ROOT / "data" / "nlu")))
    loaded = LookupExtractor.load({}, storage, resource, None)  # type: ignore[arg-type]
    assert [one["value"] for one in loaded.find("min boligstøte")] == ["boligstøtte"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=100) | st.lists(st.sampled_from([row["text"] for row in LABELLED]), max_size=3).map(" ".join))
def test_whatever_is_written_the_entities_lie_within_it_and_apart(text: str) -> None:
    """Nothing raises, and no two entities share a letter."""
    spans = sorted((one["start"], one["end"]) for one in entities(text)) if text else []
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
