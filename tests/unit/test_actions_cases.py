"""Questions about one's own case: what is answered, in which order, and what is never said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.cases.case import Event, Handler, HandlerKind, Role, Sensitivity, State, Todo
from bot.chat.turn import Memory, Question
from bot.municipality.model import ShowHandler
from tests.asking import ACTIONS, a_case, ask, make_parts, sick_pay

MAIN_QUESTIONS = ["hvem_er_sagsbehandler", "kontakt_sagsbehandler", "sagsstatus", "svartid", "mangler_i_sagen"]


@pytest.mark.parametrize(
    ("intent", "first"),
    [
        ("hvem_er_sagsbehandler", "utter_kontakt_person"),
        ("kontakt_sagsbehandler", "utter_kontakt_person"),
        ("sagsstatus", "utter_tilstand_behandles"),
        ("svartid", "utter_naeste_frist"),
        ("mangler_i_sagen", "utter_goer"),
    ],
)
async def test_each_main_question_is_answered_in_words_and_the_card_holds_the_rest(intent: str, first: str) -> None:
    """The words answer what was asked and say what to do; the card holds state, next date and contact."""
    said = await ask(intent, "?", parts=make_parts([a_case()]))
    assert said.responses[0] == first
    assert "utter_goer" in said.responses
    card = said.payloads["card"]["card"]
    assert card["state_text"] and card["todos"] and card["next"]["on"] and card["contact"]["phone"]


@pytest.mark.parametrize("intent", MAIN_QUESTIONS)
async def test_which_case_is_said_only_where_there_are_several(intent: str) -> None:
    """With one case there is nothing to mistake it for; with two, every answer says which it is about."""
    alone = await ask(intent, "?", parts=make_parts([a_case()]))
    assert "utter_om_sagen" not in alone.responses
    of_two = await ask(intent, "?", parts=make_parts([a_case(), sick_pay()]), memory=Memory(case="r1"))
    assert of_two.responses[0] == "utter_om_sagen"


@pytest.mark.parametrize("intent", MAIN_QUESTIONS)
async def test_that_a_case_is_decided_or_late_is_said_whatever_was_asked(intent: str) -> None:
    """What changes the matter is never left to the card alone."""
    decided = a_case(state=State.DECIDED, decided=date(2026, 11, 20))
    assert "utter_tilstand_afgjort" in (await ask(intent, "?", parts=make_parts([decided]))).responses
    late = a_case(opened=date(2025, 1, 1))
    assert "utter_naeste_forsinket" in (await ask(intent, "?", parts=make_parts([late]))).responses


async def test_a_case_answer_remembers_the_case_and_the_question() -> None:
    """The case last spoken of and the last question come back with the next message."""
    said = await ask("sagsstatus", "hvad er status", parts=make_parts([a_case()]))
    assert said.memory == Memory(case="r1", question=Question(intent="sagsstatus"))


async def test_the_card_holds_what_was_said_with_dates_as_danes_read_them() -> None:
    """The card shows number, title, state, todos, next date and contact."""
    card = (await ask("sagsstatus", "status", parts=make_parts([a_case()]))).payloads["card"]["card"]
    assert (card["type"], card["number"], card["title"], card["state"]) == (
        "case",
        "27.60.20-G01-4-26",
        "Støtte til bil",
        "behandles",
    )
    assert card["todos"] == [{"text": "Send dit kørekort", "due": "3. december 2026", "due_iso": "2026-12-03"}]
    assert (card["next"]["on"], card["next"]["on_iso"]) == ("29. april 2027", "2027-04-29")  # 30 weeks from 1 October
    assert card["caseworker"] == "Mette Holm"
    assert card["contact"] == {
        "name": "Mette Holm",
        "phone": "12 34 56 41",
        "hours": "mandag kl. 9-12",
        "email": "mho@noerreaa.example",
    }


async def test_nothing_to_do_is_said_to_be_nothing() -> None:
    """A case without todos says that there is nothing to do, in the words of the question."""
    parts = make_parts([a_case(todos=())])
    assert "utter_goer_intet" in (await ask("sagsstatus", "status", parts=parts)).responses
    assert "utter_mangler_intet" in (await ask("mangler_i_sagen", "mangler I noget", parts=parts)).responses


async def test_a_todo_whose_date_has_passed_is_said_unasked() -> None:
    """A deadline that has passed is said unasked."""
    late = a_case(todos=(Todo(text="Send kvittering", due=date(2026, 11, 1)),))
    said = await ask("sagsstatus", "status", parts=make_parts([late]))
    assert "utter_goer_for_sent" in said.responses
    assert "fristen var 1. november 2026" in said.variables("utter_goer")["todos"]


@pytest.mark.parametrize("intent", MAIN_QUESTIONS)
async def test_a_late_answer_is_said_unasked_and_a_human_offered(intent: str) -> None:
    """Overdue is said whatever was asked, and a human is offered instead of a call."""
    said = await ask(intent, "?", parts=make_parts([a_case(expected=date(2026, 11, 23))]))
    assert "utter_naeste_forsinket" in said.responses
    assert said.trigger == "overskredet" and "utter_tilbyd_opkald" not in said.responses
    assert said.memory is not None and said.memory.asked == "menneske"


async def test_an_answer_due_today_is_not_late() -> None:
    """The day itself still counts."""
    said = await ask("svartid", "hvornår", parts=make_parts([a_case(expected=date(2026, 11, 24))]))
    assert "utter_naeste_dato" in said.responses
    assert said.handoff is None


async def test_without_any_date_that_is_said() -> None:
    """Where neither the system nor the municipality has a date, none is made up."""
    unknown = a_case(kle="05.01.00", number="05.01.00-G01-1-26", department="vej_park")
    assert "utter_naeste_ukendt" in (await ask("svartid", "hvornår", parts=make_parts([unknown]))).responses


@pytest.mark.parametrize("state", [State.DECIDED, State.CLOSED, State.REJECTED])
@pytest.mark.parametrize("intent", [*MAIN_QUESTIONS, "afslag_begrundelse", "klage", "mine_sager"])
async def test_what_was_decided_is_never_told(state: State, intent: str) -> None:
    """The outcome is the letter's to say: no local status, event or todo is repeated once a case is decided."""
    decided = a_case(
        state=state,
        status_text="Bevilget",
        events=(Event(on=date(2026, 11, 20), text="Ansøgning bevilget"),),
        todos=(Todo(text="Afhent din bevilgede bil", due=date(2026, 12, 1)),),
        decided=date(2026, 11, 19),
    )
    said = await ask(intent, "?", parts=make_parts([decided]))
    assert "evilge" not in said.everything


async def test_a_decided_case_points_to_the_letter() -> None:
    """Afgjort means that the answer is in Digital Post."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case(state=State.DECIDED, todos=())]))
    assert {"utter_tilstand_afgjort", "utter_naeste_afgjort", "utter_goer_ikke_mere"} <= set(said.responses)


async def test_a_team_answers_as_a_team() -> None:
    """A caseworker may be a team."""
    team = Handler(kind=HandlerKind.TEAM, name="Team Handicap")
    said = await ask("hvem_er_sagsbehandler", "hvem", parts=make_parts([a_case(handler=team)]))
    assert said.variables("utter_kontakt_team")["name"] == "Team Handicap"
    assert said.variables("utter_kontakt_team")["phone"] == "12 34 56 40"


async def test_without_a_caseworker_the_department_answers() -> None:
    """Nobody yet: the responsible department, its phone and its hours."""
    said = await ask("hvem_er_sagsbehandler", "hvem", parts=make_parts([a_case(handler=None)]))
    assert said.variables("utter_kontakt_ingen")["department"] == "Socialafdelingen"
    assert said.payloads["card"]["card"]["caseworker"] is None


@pytest.mark.parametrize(
    ("shown", "kind", "response"),
    [
        (ShowHandler.TEAM, HandlerKind.PERSON, "utter_kontakt_skjult"),
        (ShowHandler.TEAM, HandlerKind.TEAM, "utter_kontakt_team"),
        (ShowHandler.NONE, HandlerKind.PERSON, "utter_kontakt_skjult"),
        (ShowHandler.NONE, HandlerKind.TEAM, "utter_kontakt_skjult"),
    ],
)
async def test_the_municipality_decides_whether_a_name_is_shown(
    shown: ShowHandler, kind: HandlerKind, response: str
) -> None:
    """`vis_sagsbehandler` is honoured in words and on the card."""
    parts = make_parts([a_case(handler=Handler(kind=kind, name="Ukendt Navn", email="un@x.example"))])
    parts = replace(parts, municipality=replace(parts.municipality, show_handler=shown))
    said = await ask("kontakt_sagsbehandler", "mail", parts=parts)
    assert response in said.responses
    assert ("Ukendt Navn" in said.everything) is (response == "utter_kontakt_team")


@pytest.mark.parametrize("intent", sorted(MAIN_QUESTIONS))
async def test_a_protected_persons_caseworker_is_not_named(intent: str) -> None:
    """VIP: the state is told, the name and the free texts are not."""
    said = await ask(intent, "?", parts=make_parts([a_case(sensitivity=Sensitivity.VIP)]))
    assert "Mette" not in said.everything and "læge" not in said.everything
    assert said.payloads["card"]["card"]["state"] == "behandles"


@pytest.mark.parametrize("intent", ["afslag_begrundelse", "send_dokumentation", "skift_sagsbehandler"])
async def test_beyond_the_state_a_sensitive_case_goes_to_a_human(intent: str) -> None:
    """A question beyond status in a case of sensitive data: no card, a human."""
    said = await ask(intent, "?", parts=make_parts([a_case(sensitivity=Sensitivity.SENSITIVE)]))
    assert said.responses[-1] == "utter_foelsom" and said.trigger == "foelsom"
    assert "card" not in said.payloads


async def test_a_secret_title_is_never_shown() -> None:
    """A case with a secret title is known by its number and department."""
    parts = make_parts([a_case(title=None), sick_pay(title=None)])
    for said in (
        await ask("mine_sager", "mine", parts=parts),
        await ask("sagsstatus", "status", parts=parts, sag="r1"),
    ):
        assert "»" not in said.shown and "None" not in said.shown.split("{")[0]
    asked = await ask("sagsstatus", "status", parts=parts)
    assert [button["title"] for button in asked.buttons] == [
        "27.60.20-G01-4-26 hos Socialafdelingen",
        "32.30.04-G01-7-26 hos Ydelsescentret",
    ]


@pytest.mark.parametrize("intent", [*MAIN_QUESTIONS, "send_dokumentation", "skift_sagsbehandler"])
async def test_about_a_child_only_a_human_answers(intent: str) -> None:
    """Custody may have changed since it was registered: nothing of a case under KLE 34 but the way to a human."""
    child = a_case(kle="34.10.10", number="34.10.10-G01-9-26", title="Undersøgelse, Emma", department="boern_familie")
    said = await ask(intent, "?", parts=make_parts([child]))
    assert (said.responses, said.trigger) == (["utter_sag_om_barn"], "barn")
    assert said.handoff is not None and (said.handoff["kle"], said.handoff["departments"]) == ("34", ("boern_familie",))
    for secret in ("Emma", "34.10.10", "Mette", "læge", "kørekort"):
        assert secret not in said.everything


@pytest.mark.parametrize("intent", ["klage", "afslag_begrundelse", "aktindsigt"])
async def test_the_rights_in_a_childs_case_are_told_without_a_word_of_the_case(intent: str) -> None:
    """How to complain and to see documents is the law's; the rest is a human's."""
    child = a_case(kle="34.10.10", number="34.10.10-G01-9-26", title="Undersøgelse, Emma", department="boern_familie")
    said = await ask(intent, "?", parts=make_parts([child]))
    assert len(said.responses) == 2 and said.trigger == "barn"
    for secret in ("Emma", "34.10.10", "Mette", "læge", "kørekort"):
        assert secret not in said.everything


async def test_the_list_of_cases_says_nothing_of_a_childs_case_but_where_it_is() -> None:
    """Neither number, title nor state of a child's case stands in the list."""
    child = a_case(
        "r9", kle="34.10.10", number="34.10.10-G01-9-26", title="Undersøgelse, Emma", department="boern_familie"
    )
    said = await ask("mine_sager", "mine sager", parts=make_parts([child, sick_pay()]))
    assert "Emma" not in said.everything and "34.10.10" not in said.everything
    assert "Familieafdelingen" in said.variables("utter_mine_sager")["cases"]


async def test_a_representative_is_answered_as_one() -> None:
    """A registered representation counts, and the other person is not named."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case(my_role=Role.REPRESENTATIVE)]))
    assert said.responses[0] == "utter_om_sagen_repraesentant"
    assert "Anna" not in said.everything


async def test_no_cases_at_all_is_told_kindly_with_ways_on() -> None:
    """Somebody without cases gets a number and something to press."""
    said = await ask("sagsstatus", "status", parts=make_parts([]))
    assert said.responses == ["utter_ingen_sager"]
    assert said.variables("utter_ingen_sager")["phone"] == "12 34 56 00"


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_every_action_has_one_class_only(name: str) -> None:
    """Two classes of one name would overwrite each other silently: all of the package's are told apart."""
    from rasa_sdk import Action
    from rasa_sdk.utils import all_subclasses

    made = [kind for kind in all_subclasses(Action) if kind.__module__.startswith("actions.")]
    concrete = [kind for kind in made if not getattr(kind, "__abstractmethods__", None)]
    assert [kind().name() for kind in concrete].count(name) == 1


@pytest.mark.parametrize("state", list(State))
async def test_nobody_is_told_that_nothing_is_missing_where_the_case_system_does_not_tell(state: State) -> None:
    """Who asks is told who knows; who does not ask hears nothing of it, and the card says nothing either."""
    case = replace(a_case(), state=state, todos=(), todos_known=False)
    for intent, text in (("mangler_i_sagen", "mangler I noget fra mig"), ("sagsstatus", "hvad er status på min sag")):
        said = await ask(intent, text, parts=make_parts([case]))
        assert not {"utter_goer_intet", "utter_mangler_intet", "utter_goer_ikke_mere"} & set(said.responses)
        assert ("utter_mangler_ved_ikke" in said.responses) is (intent == "mangler_i_sagen" and state.is_open)
        assert ("utter_goer_maaske_brev" in said.responses) is not state.is_open
        assert said.payloads["card"]["card"]["todos"] is None
