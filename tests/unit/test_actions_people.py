"""Getting hold of a human, calls that are kept, complaints, documents, danger and anger."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.cases.case import Sensitivity, State
from bot.chat.turn import Memory, Question
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
    assert said.handoff is not None and said.responses == []
    assert {key: said.handoff[key] for key in ("do", "trigger", "phone", "reason")} == {
        "do": "call",
        "trigger": "bedt_om",
        "phone": kept,
        "reason": "Vil ringes op.",
    }
    assert said.memory == Memory()


@pytest.mark.parametrize("intent", ["oplys", "fallback", "tal_med_menneske", "utilfreds"])
async def test_the_number_counts_whatever_the_message_was_understood_as(intent: str) -> None:
    """A phone number that was asked for is no fallback."""
    handoff = (await ask(intent, "20123456", memory=WAITING)).handoff
    assert handoff is not None and handoff["phone"] == "20 12 34 56"


@pytest.mark.parametrize("asked", ["menneske", "samtale", "ring_op"])
async def test_a_number_is_a_way_to_say_yes(asked: str) -> None:
    """Whoever is offered a human, or a call, and writes a number wants to be called there."""
    said = await ask("oplys", "20123456", memory=Memory(asked=asked, callback_reason="Svaret er forsinket."))
    assert said.handoff is not None
    assert (said.handoff["do"], said.handoff["reason"]) == ("call", "Svaret er forsinket.")


@pytest.mark.parametrize("written", ["2012345", "201234567", "02123456", "+45 1234", "+12"])
async def test_a_wrong_number_is_asked_for_again_and_nothing_is_lost(written: str) -> None:
    """The reason for the call is still known when the right number comes."""
    said = await ask("oplys", written, memory=WAITING)
    assert said.responses == ["utter_opkald_nummer_igen"]
    assert said.memory == WAITING
    assert said.handoff is None


@pytest.mark.parametrize("written", ["27.36.04-G01-12-26", "den 03-12-2026", "2026-12-03"])
async def test_case_numbers_and_dates_are_no_phone_numbers(written: str) -> None:
    """What merely has digits is not called."""
    assert (await ask("oplys", written, memory=WAITING)).handoff is None


async def test_a_number_in_the_wish_itself_is_enough() -> None:
    """ "Ring til mig på 20 12 34 56" needs no second question."""
    said = await ask("ring_mig_op", "ring til mig på 20 12 34 56")
    assert said.handoff is not None and (said.handoff["do"], said.handoff["phone"]) == ("call", "20 12 34 56")


async def test_a_wish_without_a_number_asks_for_it() -> None:
    """The number is asked for, and waited for."""
    said = await ask("ring_mig_op", "kan I ringe til mig")
    assert said.responses == ["utter_opkald_nummer"]
    assert said.memory is not None and said.memory.asked == "telefon"


async def test_a_wish_for_a_call_keeps_the_time_that_was_said_with_it() -> None:
    """ "Ring til mig i morgen efter kl. 15": the number is asked for, and the time is not lost."""
    said = await ask("ring_mig_op", "ring til mig i morgen efter kl. 15")
    assert said.memory is not None and said.memory.callback_reason == "Vil ringes op. Ønske: i morgen efter kl. 15."


@pytest.mark.parametrize("intent", ["oplys", "fallback"])
async def test_a_time_in_place_of_the_number_is_kept_and_the_number_asked_for_again(intent: str) -> None:
    """Asked for a number, people first think of when; it is not lost, and they are not told that it makes no sense."""
    said = await ask(intent, "i morgen kl. 13", memory=WAITING)
    assert said.responses == ["utter_opkald_nummer_igen"]
    assert said.memory is not None and said.memory.callback_reason == "Vil ringes op. Ønske: i morgen kl. 13."


async def test_a_day_that_was_asked_for_counts_though_it_sounds_like_nobodys() -> None:
    """By itself "i morgen efter frokost" is no wish of the municipality; after "hvornår?" it is the answer."""
    offered = Memory(asked="ring_op", callback_reason="Vil tale med et menneske.")
    when = await ask("uden_for_emne", "tirsdag kl. 10", memory=offered)
    assert when.responses == ["utter_opkald_nummer"]
    assert (await ask("uden_for_emne", "hvordan bliver vejret i Skagen på tirsdag", memory=offered)).responses == [
        "utter_uden_for_emne"
    ]


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
    assert later.handoff is not None and later.handoff["phone"] == "20 12 34 56"


async def test_no_to_a_call_is_fine() -> None:
    """Nothing is arranged, and nothing more is asked."""
    said = await ask("afvis", "nej tak", memory=WAITING)
    assert said.responses == ["utter_opkald_nej"] and said.handoff is None


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
    assert said.trigger == "afgoerelse"


async def test_a_deadline_to_complain_that_may_have_passed_is_said_unasked() -> None:
    """More than four weeks after the decision; the day itself still counts."""
    for decided, said_so in ((date(2026, 10, 26), True), (date(2026, 10, 27), False)):
        case = a_case(state=State.DECIDED, decided=decided)
        said = await ask("klage", "klage", parts=make_parts([case]))
        assert ("utter_klage_frist_gaaet" in said.responses) is said_so


@pytest.mark.parametrize(
    "changes", [{}, {"sensitivity": Sensitivity.SENSITIVE}, {"kle": "34.10.10", "number": "34.10.10-G01-1-26"}]
)
@pytest.mark.parametrize("state", [State.DECIDED, State.PROCESSING])
@pytest.mark.parametrize("intent", ["klage", "afslag_begrundelse"])
async def test_the_way_to_complain_is_given_in_every_case(
    intent: str, state: State, changes: dict[str, object]
) -> None:
    """The law's words on complaining are never held back, and a human is always offered with them."""
    said = await ask(intent, "?", parts=make_parts([a_case(state=state, **changes)]))
    assert "utter_klage_kommunen" in said.responses
    assert said.trigger in ("afgoerelse", "barn", "foelsom")


async def test_why_points_to_the_letter_and_offers_to_explain() -> None:
    """The reasons stand in the letter; a human explains them, and the way to complain is given."""
    said = await ask("afslag_begrundelse", "hvorfor", parts=make_parts([a_case(state=State.DECIDED)]))
    assert {"utter_afslag", "utter_klage_kommunen"} <= set(said.responses) and said.trigger == "afgoerelse"
    still_open = await ask("afslag_begrundelse", "hvorfor", parts=make_parts([a_case()]))
    assert "utter_ikke_afgjort" in still_open.responses and "utter_afslag" not in still_open.responses


async def test_access_names_the_day_seven_working_days_on() -> None:
    """Forvaltningsloven § 16: over Christmas the day is later."""
    parts = make_parts([a_case()], now=datetime(2026, 12, 21, 9, 0, tzinfo=COPENHAGEN))
    said = await ask("aktindsigt", "aktindsigt", parts=parts)
    assert said.variables("utter_aktindsigt")["by"] == "5. januar 2027"
    assert said.memory is not None and "aktindsigt" in (said.memory.callback_reason or "")


SUICIDE, VIOLENCE, CHILD = "utter_akut_selvmord", "utter_akut_vold", "utter_akut_barn"
ANOTHERS_CHILD = "utter_akut_andens_barn"
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
        ("min nabos barn bliver slået", [ANOTHERS_CHILD]),
        ("jeg tror at naboens børn bliver slået af deres far", [ANOTHERS_CHILD]),
        ("der er et barn i min klasse der kommer med blå mærker, jeg tror han bliver slået", [ANOTHERS_CHILD]),
        ("min veninde slår sin datter", [ANOTHERS_CHILD]),
        ("JEG ER BANGE FOR NABOENS PIGE HUN BLIVER SLAAET", [ANOTHERS_CHILD]),
        ("min eks slår mine børn, naboen har hørt det", [VIOLENCE, CHILD]),
        ("min mand slår mig så naboens børn kan høre det", [VIOLENCE, CHILD]),
        ("naboen slår sin kone", ["utter_akut_vold_anden"]),
        ("min kollega truer mig med en kniv", [VIOLENCE]),
        ("jeg står på gaden med et barn der fryser, vi mangler et sted at sove", [CHILD, ROOF]),
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
    assert (said.responses, said.trigger) == (told, "akut")


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


URGENT = Memory(asked="menneske", callback_reason="Akut: har bedt om hjælp nu.")


async def test_a_number_given_in_danger_stays_urgent() -> None:
    """A call for somebody who asked for help now is no ordinary call."""
    called = await ask("oplys", "20123456", memory=URGENT)
    assert called.handoff is not None and (called.handoff["do"], called.handoff["trigger"]) == ("call", "akut")


async def test_a_child_in_danger_is_its_departments_matter() -> None:
    """The priority is that of danger, the department that of children."""
    said = await ask("akut_hjaelp", "jeg er 12 år og min far slår mig", login=None)
    assert said.handoff is not None and said.handoff["departments"] == ("boern_familie",)


async def test_who_fears_for_anothers_child_is_told_how_to_report_it() -> None:
    """Not answered as if it were one's own: 112, the municipality's number at all hours, and its department."""
    said = await ask("akut_hjaelp", "min nabos barn bliver slået", login=None)
    assert said.variables("utter_akut_andens_barn")["phone"] == "12 34 56 96"
    assert said.handoff is not None and said.handoff["departments"] == ("boern_familie",)
    assert said.handoff["reason"] == "Akut: er bange for en andens barn."


@pytest.mark.parametrize("intent", ["bekraeft", "fallback", "oplys", "ring_mig_op"])
@pytest.mark.parametrize("text", ["ja prøv igen", "prøv igen tak", "ja ring en gang til", "ring gerne igen"])
async def test_a_call_that_nobody_took_may_be_tried_again(intent: str, text: str) -> None:
    """ "Skriv her, hvis vi skal prøve igen": whoever does is asked for the number."""
    said = await ask(intent, text, login=None)
    assert said.responses == ["utter_opkald_nummer"]
    assert said.memory is not None and said.memory.asked == "telefon"


async def test_what_did_not_answer_is_tried_again_when_that_is_said() -> None:
    """The case system was away; the question is asked again, and no number for a call."""
    trouble = Memory(
        asked="menneske", callback_reason="Sagssystemet svarede ikke.", question=Question(intent="svartid")
    )
    said = await ask("bekraeft", "ja prøv igen", parts=make_parts([a_case()]), memory=trouble)
    assert "utter_naeste_frist" in said.responses


async def test_thanks_for_nothing_are_no_thanks() -> None:
    """And thanks are."""
    assert (await ask("tak", "tak for ingenting")).responses[0] == "utter_utilfreds"
    assert (await ask("tak", "tusind tak for hjælpen")).responses == ["utter_tak"]


async def test_mild_anger_is_heard_and_a_human_offered_in_words() -> None:
    """The first time: no menu, no button, and a yes is enough."""
    said = await ask("utilfreds", "det er for dårligt")
    assert said.responses == ["utter_utilfreds", "utter_utilfreds_samtale"]
    assert said.handoff is None and said.buttons == []
    yes = await ask("bekraeft", "ja tak", memory=said.memory)
    assert yes.trigger == "konflikt"


async def test_anger_that_goes_on_hears_nothing_twice_and_gets_a_human() -> None:
    """The second time in the conversation, however much was said in between."""
    first = await ask("utilfreds", "det er for dårligt")
    assert first.memory is not None
    between = await ask("sagsstatus", "status", parts=make_parts([a_case()]), memory=first.memory)
    assert between.memory is not None and between.memory.angry == 1
    again = await ask("utilfreds", "det er simpelthen for ringe", memory=between.memory)
    assert (again.responses, again.trigger) == (["utter_utilfreds_igen"], "konflikt")


@pytest.mark.parametrize(
    "text", ["HVAD FANDEN LAVER I", "fuck jer", "det er en skandale", "jeg er rasende", "I har ødelagt mit liv"]
)
async def test_strong_words_get_a_human_at_once(text: str) -> None:
    """Within the turn, with a calm answer."""
    said = await ask("utilfreds", text)
    assert (said.responses, said.trigger, said.buttons) == (["utter_utilfreds"], "konflikt", [])


async def test_anger_after_a_human_was_offered_is_not_asked_again_whether_it_wants_one() -> None:
    """web counts from nought once a human was offered; who is angry then has waited long enough."""
    said = await ask("utilfreds", "det er for dårligt", memory=Memory(asked="menneske", callback_reason="x"))
    assert (said.responses, said.trigger) == (["utter_utilfreds_igen"], "konflikt")


async def test_anger_that_goes_on_while_the_offer_stands_hears_nothing_twice() -> None:
    """What was said with the offer is not said again."""
    offered = Memory(asked="menneske", callback_reason="Er utilfreds og vil høres.", human=True)
    said = await ask("utilfreds", "hold nu kæft for noget lort", memory=offered)
    assert (said.responses, said.trigger) == (["utter_utilfreds_stadig"], "konflikt")


async def test_who_has_given_up_is_told_of_somebody_to_talk_with() -> None:
    """Not danger, but near it."""
    said = await ask("utilfreds", "jeg kan ikke overskue det mere")
    assert said.responses[:2] == ["utter_utilfreds", "utter_utilfreds_svaert"]
