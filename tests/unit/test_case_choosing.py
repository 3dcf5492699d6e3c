"""Which of a citizen's cases is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case import Case, Party, Role, State
from bot.cases.choosing import Chosen, find
from tests.unit.case_examples import BUILDING, CARE, DEPOSIT, HOME, SHED, SICKNESS, WELFARE, a_case

TWO = (SICKNESS, BUILDING)
FOUR = (SICKNESS, BUILDING, WELFARE, HOME)
LISTED = tuple(case.ref for case in FOUR)


# --- nothing pointed at -------------------------------------------------------------------------------------------


def test_without_cases_there_is_nothing_to_find() -> None:
    """Somebody without cases gets neither a case nor candidates."""
    assert find((), "min byggesag") == Chosen()


def test_the_only_case_is_meant() -> None:
    """With one case there is nothing to ask about."""
    assert find((CARE,), "hvem er min sagsbehandler") == Chosen(case=CARE, by="only")


def test_the_only_open_case_is_meant_among_closed_ones() -> None:
    """A question without a subject is about what is still going on."""
    closed = replace(BUILDING, state=State.CLOSED)
    assert find((closed, CARE), "hvad er status") == Chosen(case=CARE, by="only")


def test_with_several_open_ones_they_are_the_candidates() -> None:
    """Closed cases are left out of the choice while there are open ones."""
    closed = replace(HOME, state=State.DECIDED)
    assert find((*TWO, closed), "hvad er status på min sag") == Chosen(candidates=TWO)


def test_with_none_open_all_are_candidates() -> None:
    """Somebody whose cases are all closed may still ask about them."""
    closed = tuple(replace(case, state=State.CLOSED) for case in TWO)
    assert find(closed, "hvad er status").candidates == closed


def test_the_case_last_spoken_of_goes_on() -> None:
    """A question without a subject stays with the case at hand."""
    assert find(TWO, "hvornår får jeg svar", current=BUILDING.ref) == Chosen(case=BUILDING, by="current")


def test_a_current_case_of_somebody_else_counts_for_nothing() -> None:
    """After another login the old case is not among the cases, and is never given."""
    assert find(TWO, "hvornår får jeg svar", current="fremmed") == Chosen(candidates=TWO)


# --- by reference -------------------------------------------------------------------------------------------------


def test_a_pressed_button_comes_before_everything() -> None:
    """What was pressed counts, whatever the text or the case at hand."""
    assert find(TWO, "byggesagen", ref=SICKNESS.ref, current=BUILDING.ref) == Chosen(case=SICKNESS, by="ref")


def test_a_button_for_a_case_that_is_gone_finds_none() -> None:
    """Another person's ref is answered as one that never was."""
    assert find(TWO, "", ref="fremmed") == Chosen(by="ref")


# --- by number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "02.34.02-G01-318-26",
        "02.34.02 g01 318 26",
        "023402-G01-318-26",
        "023402g01-318-26",
        "02 34 02 G01 318 26",
        "02-34-02-G01-318-26",
        "02.34.02-GO1-318-26",
        "02.34.02-G01-0318-2026",
        "02.34.02.G01.318.26",
        "hvad sker der med 02.34.02-G01-318-26?",
        "02.34.02-G01-318",
        "G01-318-26",
        "318-26",
        "sag 318/26",
        "sagsnummer 318 26",
        "det er nummer 318",
        "318",
        "02.34.02",
    ],
)
def test_a_number_is_known_however_it_is_written(written: str) -> None:
    """Spaces, missing dots and hyphens, small letters, O for 0, and a part that is enough."""
    assert find(FOUR, written) == Chosen(case=BUILDING, by="number")
    assert find(FOUR, "", number=written) == Chosen(case=BUILDING, by="number")


@pytest.mark.parametrize("written", ["02.34.02-G01-319-26", "27.36.04-G01-12-26", "023402 g01 318 25"])
def test_a_number_that_is_none_of_theirs_finds_nothing(written: str) -> None:
    """Somebody else's number and an invented one are answered alike, and never with another case."""
    assert find(FOUR, written, current=HOME.ref) == Chosen(by="number")
    assert find((CARE,), "min sag", number=written) == Chosen(by="number")


def test_a_part_that_fits_several_gives_several() -> None:
    """A KLE number of two cases is not enough to tell."""
    assert find((WELFARE, DEPOSIT, HOME), "32.24.04").candidates == (WELFARE, DEPOSIT)


@pytest.mark.parametrize(
    "text",
    ["ring på 12 34 56 00", "den 3-18", "kl. 3.18", "den 31.8.26", "jeg mangler 318 kr", "12-11", "om 318 dage måske"],
)
def test_other_numbers_are_no_case_numbers(text: str) -> None:
    """Phone numbers, dates, times and amounts point at no case."""
    assert find(FOUR, text).by is None


# --- by place in a list -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["den anden", "og hvad med den anden?", "nej, den anden", "den andne", "min anden sag", "hvad med anden sag"],
)
def test_the_other_of_two_is_the_one_not_spoken_of(text: str) -> None:
    """With two cases and one at hand, "den anden" is the other, whichever stands first."""
    for current, other in (TWO, TWO[::-1]):
        offered = tuple(case.ref for case in TWO)
        assert find(TWO, text, current=current.ref) == Chosen(case=other, by="order")
        assert find(TWO, text, current=current.ref, offered=offered) == Chosen(case=other, by="order")


def test_the_other_open_case_is_meant_though_there_are_closed_ones() -> None:
    """Two open cases are two, whatever else lies in the drawer."""
    closed = replace(HOME, state=State.CLOSED)
    assert find((*TWO, closed), "den anden", current=SICKNESS.ref).case == BUILDING


def test_the_second_of_a_list_is_number_two() -> None:
    """With a list shown and none chosen, "den anden" is number two."""
    assert find(FOUR, "den anden", offered=LISTED) == Chosen(case=BUILDING, by="order")


def test_the_other_of_more_than_two_has_to_be_asked_about() -> None:
    """When number two is the one at hand, "den anden" may be any of the rest."""
    chosen = find(FOUR, "den anden", current=BUILDING.ref, offered=LISTED)
    assert chosen == Chosen(candidates=(SICKNESS, WELFARE, HOME), by="order")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("den første", 0), ("den øverste", 0), ("1", 0), ("nr. 1", 0), ("nr 2", 1), ("nummer to", 1), ("2.", 1),
        ("to", 1),
        ("toeren", 1), ("den tredje", 2), ("nej, den tredie", 2), ("sag 3", 2), ("3'eren", 2), ("den fjerde", 3),
        ("den sidste", 3), ("den nederste tak", 3), ("jeg mener den forste", 0),
    ],
)  # fmt: skip
def test_places_count_in_the_list_last_shown(text: str, place: int) -> None:
    """The order is the list's, not the cases' own; the case at hand does not matter."""
    offered = LISTED[::-1]
    assert find(FOUR, text, offered=offered) == Chosen(case=FOUR[::-1][place], by="order")
    assert find(FOUR, text, offered=offered, current=FOUR[::-1][(place + 1) % 4].ref).case == FOUR[::-1][place]


def test_a_place_that_is_not_in_the_list_gives_the_list_again() -> None:
    """Number nine of four is nobody's guess."""
    assert find(FOUR, "nr. 9", offered=LISTED) == Chosen(candidates=FOUR, by="order")


def test_a_place_without_a_list_points_nowhere() -> None:
    """Nobody has shown a number two; the case at hand goes on, or there is a choice."""
    assert find(FOUR, "nr. 2").candidates == FOUR
    assert find(FOUR, "nr. 2", current=HOME.ref) == Chosen(case=HOME, by="current")


@pytest.mark.parametrize("text", ["begge", "begge to", "dem alle", "alle mine sager"])
def test_both_or_all_gives_them_all(text: str) -> None:
    """Who asks about all gets all."""
    assert find(TWO, text, current=BUILDING.ref) == Chosen(candidates=TWO, by="all")


@pytest.mark.parametrize(
    "text",
    [
        "for det første er jeg træt", "på den anden side", "den anden dag ringede jeg", "den 2. december", "den 3/12",
        "kan jeg få en anden sagsbehandler", "den anden sagsbehandler", "første gang jeg skrev",
        "hvad er det første jeg skal", "det sidste brev", "om 2 uger", "den første november",
        "jeg har 2 børn", "hinanden",
    ],
)  # fmt: skip
def test_words_that_count_something_else_choose_no_case(text: str) -> None:
    """Days, times and turns of phrase leave the case at hand."""
    assert find(FOUR, text, current=HOME.ref, offered=LISTED) == Chosen(case=HOME, by="current")


# --- by subject ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("hvad sker der med min byggesag", BUILDING), ("den om byggeri", BUILDING), ("byggetilladelsen", BUILDING),
        ("bygesagen", BUILDING), ("byggeansøgningen", BUILDING), ("carporten", BUILDING), ("min carpot", BUILDING),
        ("sygedagpengene", SICKNESS), ("syge dagpenge", SICKNESS), ("sydagpenge", SICKNESS),
        ("sygedagpengesagen", SICKNESS), ("SYGEDAGPENGE!", SICKNESS), ("dagpengene", SICKNESS),
        ("kontanthjælpen", WELFARE), ("kontant hjælp", WELFARE), ("kontanthjaelp", WELFARE), ("kontanthjelp", WELFARE),
        ("nej den med boligen", HOME), ("plejeboligen", HOME), ("pleje bolig", HOME), ("plejebolgi", HOME),
        ("min mors plejehjem", HOME),
    ],
)  # fmt: skip
def test_a_subject_is_known_however_it_is_written(text: str, case: Case) -> None:
    """Inflected, misspelt, in compounds of one word or two, by title or by what citizens call it."""
    assert find(FOUR, text) == Chosen(case=case, by="topic")


def test_what_is_said_comes_before_the_case_at_hand() -> None:
    """A new subject changes the case."""
    assert find(FOUR, "hvad så med sygedagpengene", current=HOME.ref, offered=LISTED).case == SICKNESS


@pytest.mark.parametrize("topic", ["byggesag", "byggeri", "02.34.02", "02.34.04", "02.34"])
def test_a_subject_found_by_the_assistant_counts(topic: str) -> None:
    """An entity may be a word or a KLE number; the subject's group is near enough."""
    assert find(FOUR, "hvad er status", topic=topic) == Chosen(case=BUILDING, by="topic")


def test_the_words_decide_between_cases_of_one_subject() -> None:
    """A KLE number of two cases is narrowed by what was written."""
    assert find((WELFARE, DEPOSIT, HOME), "depositummet", topic="32.24.04").case == DEPOSIT


def test_the_title_comes_before_what_such_cases_are_called() -> None:
    """Of two cases under kontanthjælp the one called so is meant."""
    assert find((DEPOSIT, WELFARE, HOME), "min kontanthjælp").case == WELFARE


@pytest.mark.parametrize("text", ["min kontanthjælp", "hvad med byggesagen", "plejeboligen"])
def test_a_subject_none_of_the_cases_has_is_said_and_not_guessed(text: str) -> None:
    """Who asks about a case they don't have is not answered with another, be it the only one."""
    assert find((CARE,), text) == Chosen(by="topic")
    assert find((CARE, SICKNESS), text, current=CARE.ref) == Chosen(by="topic")


def test_an_entity_none_of_the_cases_fits_is_said_too() -> None:
    """A KLE number or subject from the assistant that no case has finds nothing."""
    assert find((CARE,), "min sag om skolen", topic="17.01.00") == Chosen(by="topic")


@pytest.mark.parametrize("topic", ["sag", "ansøgning", "hjælp", "min sag"])
def test_an_empty_word_is_no_subject(topic: str) -> None:
    """ "Ansøgning" and "hjælp" stand in any case and tell none from another."""
    assert find(TWO, f"hvad er status på {topic}", topic=topic) == Chosen(candidates=TWO)


@pytest.mark.parametrize(
    "text", ["jeg vil gerne have hjælp", "hvornår får jeg mine penge", "hvem er min socialrådgiver", "min folkepension"]
)
def test_general_words_point_at_no_case(text: str) -> None:
    """Words that any case could hold, or that only resemble one, never choose."""
    pension = a_case("32.03.16-G01-27-26", "Førtidspension", department="ydelse")
    assert find((CARE, SICKNESS, pension), text) == Chosen(candidates=(CARE, SICKNESS, pension))


def test_two_of_the_same_subject_have_to_be_asked_about() -> None:
    """Two building cases among others are the candidates, in their order."""
    assert find((SICKNESS, BUILDING, SHED), "byggesagen") == Chosen(candidates=(BUILDING, SHED), by="topic")


def test_of_two_of_the_same_subject_the_one_at_hand_goes_on() -> None:
    """Who speaks on about "byggesagen" means the one spoken of, until they say no."""
    cases = (SICKNESS, BUILDING, SHED)
    assert find(cases, "hvad mangler i byggesagen", current=SHED.ref).case == SHED
    assert find(cases, "nej, byggesagen", current=SHED.ref).case == BUILDING
    assert find(cases, "den anden byggesag", current=SHED.ref).case == BUILDING


@pytest.mark.parametrize("text", ["ikke byggesagen", "nej ikke den om byggeri", "nej, ikke min byggesag"])
def test_what_it_is_not_about_is_left_out(text: str) -> None:
    """A denied subject leaves the rest."""
    assert find(TWO, text).case == SICKNESS
    assert find(FOUR, text).candidates == (SICKNESS, WELFARE, HOME)


@pytest.mark.parametrize("text", ["jeg har ikke hørt noget om min byggesag", "er det ikke byggesagen"])
def test_not_somewhere_else_in_the_sentence_denies_no_case(text: str) -> None:
    """ "Ikke" only counts right before the case."""
    assert find(TWO, text).case == BUILDING


@pytest.mark.parametrize("text", ["nej ikke den", "det er den forkerte sag", "nej den med bilen"])
def test_not_this_one_leaves_the_case_at_hand(text: str) -> None:
    """With two cases and one denied, the other is left."""
    assert find(TWO, text, current=BUILDING.ref).case == SICKNESS


def test_people_in_a_case_point_at_it() -> None:
    """The caseworker's and another party's name tell which case; one's own name, in all of them, does not."""
    mother = a_case(
        "29.18.00-G01-205-26",
        "Genoptræning",
        department="sundhed",
        my_role=Role.REPRESENTATIVE,
        parties=(
            Party(name="Grethe Lauridsen", role=Role.PRIMARY),
            Party(name="Anna Bjerregaard", role=Role.SECONDARY),
        ),
    )
    cases = (CARE, BUILDING, mother)
    assert find(cases, "hvornår ringer Mette").case == CARE
    assert find(cases, "Grethes sag").case == mother
    assert find(cases, "min mors sag").case == mother
    assert find(cases, "jeg hedder Anna Bjerregaard") == Chosen(candidates=cases)


def test_a_secret_title_is_still_found_by_its_subject() -> None:
    """Without a title there is the KLE number's subject, and nothing breaks."""
    secret = replace(BUILDING, title=None)
    assert find((secret, SICKNESS), "byggesagen").case == secret


# --- always -------------------------------------------------------------------------------------------------------

_REFS = st.none() | st.sampled_from([case.ref for case in FOUR]) | st.text(max_size=8)
_WORDS = "den anden|første|sidste|nr.|2|02.34.02|G01|318|26|-26|byggesagen|sygedagpenge|ikke|nej|begge|plejebolig|😀"
_PIECES = st.sampled_from(_WORDS.split("|"))
_TEXTS = st.text(max_size=60) | st.lists(_PIECES, max_size=8).map(" ".join)


@given(
    cases=st.lists(st.sampled_from(FOUR), unique=True),
    text=_TEXTS,
    number=st.none() | _TEXTS,
    topic=st.none() | _TEXTS,
    ref=_REFS,
    current=_REFS,
    offered=st.lists(_REFS.filter(lambda ref: ref is not None), max_size=5),
)
def test_only_the_citizens_own_cases_are_ever_found(
    cases: list[Case],
    text: str,
    number: str | None,
    topic: str | None,
    ref: str | None,
    current: str | None,
    offered: list[str],
) -> None:
    """Whatever is written, remembered or pressed: never a case that is not among those given, and never both kinds."""
    chosen = find(cases, text, number=number, topic=topic, ref=ref, current=current, offered=offered)
    assert chosen.case is None or chosen.case in cases
    assert set(chosen.candidates) <= set(cases)
    assert len(set(chosen.candidates)) == len(chosen.candidates) != 1
    assert chosen.case is None or not chosen.candidates
