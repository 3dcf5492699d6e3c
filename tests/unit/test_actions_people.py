"""Getting hold of a human, calls that are kept, complaints, documents, danger and anger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.cases.case import Sensitivity, State
from bot.chat.turn import Memory
from bot.municipality.workdays import COPENHAGEN
from tests.asking import DOMAIN, a_case, ask, make_parts

WAITING = Memory(asked="telefon", callback_reason="Vil ringes op.")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("20 12 34 56", "20 12 34 56"),
        ("+45 20123456", "20 12 34 56"),
        ("det er 20-12-34-56 tak", "20 12 34 56"),
        ("0045 20 12 34 56", "20 12 34 56"),
        ("2012 3456", "20 12 34 56"),
        ("ring på +46 8 123 456 78", "+46812345678"),
        ("+49 (0) 30 1234567", "+49301234567"),
        ("efter kl. 12-15 på 20123456", "20 12 34 56"),
    ],
)
async def test_a_number_that_was_asked_for_is_kept(written: str, kept: str) -> None:
    """Danish in eight digits, with or without +45; foreign with + or 00; with words around it."""
    said = await ask("oplys", written, memory=WAITING)
    assert said.payloads["callback"] == {"type": "callback", "phone": kept, "reason": "Vil ringes op."}
    assert said.responses == ["utter_opkald_aftalt"]


@pytest.mark.parametrize("intent", ["oplys", "fallback", "tal_med_menneske", "utilfreds"])
async def test_the_number_counts_whatever_the_message_was_understood_as(intent: str) -> None:
    """A phone number that was asked for is no fallback."""
    assert "callback" in (await ask(intent, "20123456", memory=WAITING)).payloads


@pytest.mark.parametrize("written", ["2012345", "201234567", "02123456", "+45 1234", "+12"])
async def test_a_wrong_number_is_asked_for_again_and_nothing_is_lost(written: str) -> None:
    """The reason for the call is still known when the right number comes."""
    said = await ask("oplys", written, memory=WAITING)
    assert said.responses == ["utter_opkald_nummer_igen"]
    assert said.memory == WAITING
    assert "callback" not in said.payloads


@pytest.mark.parametrize("written", ["27.36.04-G01-12-26", "den 03-12-2026", "2026-12-03"])
async def test_case_numbers_and_dates_are_no_phone_numbers(written: str) -> None:
    """What merely has digits is not called."""
    assert "callback" not in (await ask("oplys", written, memory=WAITING)).payloads


async def test_a_number_in_the_wish_itself_is_enough() -> None:
    """ "Ring til mig på 20 12 34 56" needs no second question."""
    said = await ask("ring_mig_op", "ring til mig på 20 12 34 56")
    assert said.payloads["callback"]["phone"] == "20 12 34 56"


async def test_a_wish_without_a_number_asks_for_it() -> None:
    """The number is asked for, and waited for."""
    said = await ask("ring_mig_op", "kan I ringe til mig")
    assert said.responses == ["utter_opkald_nummer"]
    assert said.memory is not None and said.memory.asked == "telefon"


@pytest.mark.parametrize("intent", ["bekraeft", "ring_mig_op"])
async def test_yes_to_a_call_keeps_its_reason(intent: str) -> None:
    """Yes, typed or pressed, goes on to the number with the reason the call was offered for."""
    said = await ask(intent, memory=Memory(asked="ring_op", callback_reason="Svaret er forsinket."))
    assert said.responses == ["utter_opkald_nummer"]
    assert said.memory == Memory(asked="telefon", callback_reason="Svaret er forsinket.")


async def test_a_time_and_then_a_number_arrange_the_call() -> None:
    """Asked whether to call, people say when; the number may come a turn later than it was thought of."""
    offered = Memory(asked="ring_op", callback_reason="Vil tale med et menneske.")
    when = await ask("oplys", "tirsdag kl. 10", memory=offered)
    assert when.responses == ["utter_opkald_nummer"]
    assert when.memory is not None and when.memory.callback_reason == "Vil tale med et menneske. Ønske: tirsdag kl. 10."
    later = await ask("oplys", "20 12 34 56", memory=Memory(callback_reason="Vil tale med et menneske."))
    assert later.payloads["callback"]["phone"] == "20 12 34 56"


async def test_no_to_a_call_is_fine() -> None:
    """Nothing is arranged, and nothing more is asked."""
    said = await ask("afvis", "nej tak", memory=WAITING)
    assert said.responses == ["utter_opkald_nej"] and "callback" not in said.payloads


@pytest.mark.parametrize(
    ("at", "by"),
    [
        (datetime(2026, 11, 24, 10, 0, tzinfo=COPENHAGEN), "onsdag den 25. november kl. 15"),
        (datetime(2026, 11, 27, 20, 0, tzinfo=COPENHAGEN), "mandag den 30. november kl. 15"),
        (datetime(2026, 12, 23, 10, 0, tzinfo=COPENHAGEN), "mandag den 28. december kl. 15"),
    ],
)
async def test_the_promise_is_the_service_goal_and_no_more(at: datetime, by: str) -> None:
    """One working day, past weekends, Christmas Eve and holidays."""
    said = await ask("ring_mig_op", "ring på 20123456", parts=make_parts(now=at))
    assert said.variables("utter_opkald_aftalt")["by"] == by


async def test_a_human_is_reached_by_phone_when_the_phones_are_open() -> None:
    """No desk takes over yet: the number, the hours and a call, honestly."""
    said = await ask("tal_med_menneske", "menneske")
    assert said.responses == ["utter_menneske", "utter_telefon_aaben", "utter_tilbyd_opkald"]


async def test_when_the_phones_are_closed_it_is_said_when_they_open() -> None:
    """Saturday: Monday at nine."""
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=COPENHAGEN)
    said = await ask("tal_med_menneske", "menneske", parts=make_parts(now=saturday))
    assert said.variables("utter_telefon_lukket")["opens"] == "mandag den 30. november kl. 9"


@pytest.mark.parametrize("intent", ["book_moede", "mit_moede", "flyt_moede", "aflys_moede"])
async def test_meetings_are_arranged_by_a_human_who_hears_the_wish(intent: str) -> None:
    """Nothing can be booked here yet: a call, with the wishes in its reason."""
    said = await ask(intent, "på video torsdag", moedeform="video", tidspunkt="torsdag")
    assert said.memory is not None and "video, torsdag" in (said.memory.callback_reason or "")
    assert said.responses[-1] == "utter_tilbyd_opkald"


@pytest.mark.parametrize(
    ("changes", "response", "instance"),
    [
        ({}, "utter_klage_kommunen", "Ankestyrelsen"),
        (
            {"kle": "02.34.02", "number": "02.34.02-P19-1-26", "department": "byggesag"},
            "utter_klage_direkte",
            "Byggeklageenheden i Nævnenes Hus",
        ),
        ({"kle": "07.01.00", "number": "07.01.00-G01-1-26", "department": "affald"}, "utter_klage_brevet", None),
    ],
)
async def test_a_complaint_gets_instance_way_and_deadline_and_a_talk_first(
    changes: dict[str, str], response: str, instance: str | None
) -> None:
    """By the kind of case: to the municipality first, straight on, or as the letter says."""
    said = await ask("klage", "klage", parts=make_parts([a_case(state=State.DECIDED, **changes)]))
    assert said.variables(response)["weeks"] == "fire"
    assert said.variables(response).get("appeal") == instance
    assert said.responses[-2:] == ["utter_klage_samtale", "utter_tilbyd_opkald"]


async def test_a_deadline_to_complain_that_may_have_passed_is_said_unasked() -> None:
    """More than four weeks after the decision; the day itself still counts."""
    for decided, said_so in ((date(2026, 10, 26), True), (date(2026, 10, 27), False)):
        case = a_case(state=State.DECIDED, decided=decided)
        said = await ask("klage", "klage", parts=make_parts([case]))
        assert ("utter_klage_frist_gaaet" in said.responses) is said_so


@pytest.mark.parametrize(
    "changes", [{"sensitivity": Sensitivity.SENSITIVE}, {"kle": "34.10.10", "number": "34.10.10-G01-1-26"}]
)
async def test_the_way_to_complain_is_given_in_every_case(changes: dict[str, object]) -> None:
    """The law's words on complaining are never held back."""
    said = await ask("klage", "klage", parts=make_parts([a_case(state=State.DECIDED, **changes)]))
    assert "utter_klage_kommunen" in said.responses


async def test_why_points_to_the_letter_and_offers_to_explain() -> None:
    """The reasons stand in the letter; a human explains them, and the way to complain is given."""
    said = await ask("afslag_begrundelse", "hvorfor", parts=make_parts([a_case(state=State.DECIDED)]))
    assert {"utter_afslag", "utter_klage_kommunen", "utter_tilbyd_opkald"} <= set(said.responses)
    still_open = await ask("afslag_begrundelse", "hvorfor", parts=make_parts([a_case()]))
    assert "utter_ikke_afgjort" in still_open.responses and "utter_afslag" not in still_open.responses


async def test_access_names_the_day_seven_working_days_on() -> None:
    """Forvaltningsloven § 16: over Christmas the day is later."""
    parts = make_parts([a_case()], now=datetime(2026, 12, 21, 9, 0, tzinfo=COPENHAGEN))
    said = await ask("aktindsigt", "aktindsigt", parts=parts)
    assert said.variables("utter_aktindsigt")["by"] == "5. januar 2027"
    assert said.memory is not None and "aktindsigt" in (said.memory.callback_reason or "")


SUICIDE, VIOLENCE, CHILD = "utter_akut_selvmord", "utter_akut_vold", "utter_akut_barn"
ROOF, I_AM_A_CHILD, EMERGENCY = "utter_akut_bolig", "utter_akut_er_barn", "utter_akut_112"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jeg vil ikke leve mere", [SUICIDE]),
        ("jeg vil bare sove og ikke vågne", [SUICIDE]),
        ("JEG ORKER IKKE MERE OG HAR LYST TIL AT DOE", [SUICIDE]),
        ("min søn vil slå sig selv ihjel", [SUICIDE]),
        ("jeg er bange for hvad jeg gør ved mig selv", [SUICIDE]),
        ("min mand slår mig", [VIOLENCE]),
        ("min eks står udenfor med en kniv", [VIOLENCE]),
        ("jeg tør ikke gå hjem i aften", [VIOLENCE]),
        ("min mand slår mig og børnene", [VIOLENCE, CHILD]),
        ("min nabos barn bliver slået", [VIOLENCE, CHILD]),
        ("der er et lille barn alene i lejligheden", [CHILD]),
        ("jeg er 12 år og min far slår mig", [I_AM_A_CHILD]),
        ("min stedfar rører ved mig", [I_AM_A_CHILD]),
        ("jeg er hjemløs og fryser", [ROOF]),
        ("vi har ikke noget sted at sove i nat", [ROOF]),
        ("har I et sted jeg kan være i nat", [ROOF]),
        ("min kone er faldet om og trækker vejret underligt", [EMERGENCY]),
        ("akut hjælp", ["utter_akut_hjaelp"]),
    ],
)
async def test_in_danger_the_number_that_fits_comes_at_once(text: str, told: list[str]) -> None:
    """Short: who is beaten is not told of fires; all the numbers only when it is not clear what has happened."""
    said = await ask("akut_hjaelp", text, memory=WAITING)
    assert said.responses == [*told, "utter_akut_opkald"]


@pytest.mark.parametrize(
    "text", ["jeg vil ikke leve mere", "min mand slår mig", "jeg er 9 år og min mor slår mig", "akut"]
)
async def test_112_is_always_among_the_numbers(text: str) -> None:
    """Whatever the danger is, it may be now."""
    said = await ask("akut_hjaelp", text)
    assert "112" in DOMAIN["responses"][said.responses[0]][0]["text"]


async def test_a_letter_without_a_word_of_danger_is_asked_what_it_wants() -> None:
    """What was taken for a cry for help by its length alone: the numbers, and a way back to the question."""
    letter = (
        "Kære alle. Min bror og jeg overtog i foråret vores forældres gamle gård, og børnene leger i en lade, der er "
        "ved at falde sammen. Blanketten blev afleveret ved skranken lige efter ferien. Er I begyndt at se på den?"
    )
    said = await ask("akut_hjaelp", letter)
    assert said.responses[0] == "utter_akut_usikker"


async def test_danger_does_not_wait_for_a_phone_number() -> None:
    """A number that was asked for never comes before help."""
    said = await ask("akut_hjaelp", "min mand slår mig ring 20123456", memory=WAITING)
    assert said.responses[0] == VIOLENCE


URGENT = Memory(asked="ring_op", callback_reason="Akut: har bedt om hjælp nu.")


async def test_nobody_in_danger_is_left_to_wait_for_a_call() -> None:
    """The phones may be closed until Monday: who will be called is told not to wait, who says no is not sent away."""
    called = await ask("oplys", "20123456", memory=URGENT)
    assert called.responses == ["utter_opkald_aftalt", "utter_opkald_akut"]
    refused = await ask("afvis", "nej", memory=URGENT)
    assert refused.responses == ["utter_opkald_nej_akut"]


async def test_anger_is_heard_and_a_human_offered_within_the_turn() -> None:
    """A calm answer, no menu, a human."""
    said = await ask("utilfreds", "I er elendige")
    assert said.responses == ["utter_utilfreds", "utter_telefon_aaben", "utter_tilbyd_opkald"]


async def test_anger_that_goes_on_hears_nothing_twice() -> None:
    """The same apology again is no apology: the number is asked for instead."""
    first = await ask("utilfreds", "I er elendige")
    again = await ask("utilfreds", "det er simpelthen for ringe", memory=first.memory)
    assert again.responses == ["utter_utilfreds_igen"]
    assert again.memory is not None and again.memory.asked == "telefon"


async def test_who_has_given_up_is_told_of_somebody_to_talk_with() -> None:
    """Not danger, but near it."""
    said = await ask("utilfreds", "jeg kan ikke overskue det mere")
    assert said.responses[:2] == ["utter_utilfreds", "utter_utilfreds_svaert"]


async def test_a_department_without_phone_hours_on_the_day_does_not_shorten_the_promise() -> None:
    """The day promised is one on which the phones are open."""
    parts = make_parts(now=datetime(2026, 11, 26, 10, 0, tzinfo=COPENHAGEN))  # Thursday
    hours = parts.municipality.phone_hours
    closed_on_friday = replace(hours, days=(*hours.days[:4], (), *hours.days[5:]))
    parts = replace(parts, municipality=replace(parts.municipality, phone_hours=closed_on_friday))
    said = await ask("ring_mig_op", "20123456", parts=parts)
    assert said.variables("utter_opkald_aftalt")["by"] == "mandag den 30. november kl. 15"
