"""Whose case is meant, what is asked to be said again, and what is not ours."""

from __future__ import annotations

from datetime import date

import pytest

from actions import whose
from bot.cases.case import Event, Role, State
from bot.chat.turn import Memory, Question
from tests.asking import a_case, ask, make_parts, sick_pay

MOTHERS = sick_pay(my_role=Role.REPRESENTATIVE)


@pytest.mark.parametrize(
    "text",
    [
        "hvem er min mors sagsbehandler",
        "status på min svigerfars sag",
        "hvem har sagen for min mand",
        "hvem er sagsbehandler på patienten",
        "hvor langt er min klients sag",
        "HVORNAAR FAAR MIN SOESTERS SAG SVAR",
    ],
)
async def test_who_asks_for_another_is_never_told_of_the_own_case_instead(text: str) -> None:
    """A daughter who asks who has her mother's case would else be given the name of her own caseworker."""
    said = await ask("hvem_er_sagsbehandler", text, parts=make_parts([a_case()]))
    assert (said.responses, said.trigger) == (["utter_paa_vegne_uden_fuldmagt"], "repraesentation")
    assert "card" not in said.payloads


@pytest.mark.parametrize(
    "text",
    [
        "min mor siger, at jeg skal spørge, hvem min sagsbehandler er",
        "hvem har min sag",
        "hvem har sagen om bilen til min datter",
    ],
)
async def test_a_relative_who_is_only_spoken_of_changes_nothing(text: str) -> None:
    """Nor does a child: its cases are its parents' own."""
    said = await ask("hvem_er_sagsbehandler", text, parts=make_parts([a_case()]))
    assert said.variables("utter_kontakt_person")["name"] == "Mette Holm"


async def test_a_representative_is_told_of_the_case_represented_and_of_the_own_when_that_is_asked() -> None:
    """Both are theirs to ask about; which, they say."""
    parts = make_parts([a_case(), MOTHERS])
    hers = await ask("sagsstatus", "hvordan går det med min mors sag", parts=parts)
    own = await ask("sagsstatus", "og min egen sag", parts=parts, memory=hers.memory)
    assert hers.memory is not None and hers.memory.case == MOTHERS.ref
    assert own.memory is not None and own.memory.case == "r1"


async def test_whose_case_it_was_is_still_known_after_login() -> None:
    """The question that waits holds that it is another's, and not who."""
    before = await ask("sagsstatus", "status på min mors sag", login=None, parts=make_parts([a_case()]), relation="mor")
    assert before.responses == ["utter_paa_vegne"]
    question = before.payloads["login"]["question"]
    assert question == {"intent": "sagsstatus", "entities": {"relation": "en anden"}}
    after = await ask("sagsstatus", parts=make_parts([a_case()]), memory=before.memory, **question["entities"])
    assert after.responses[0] == "utter_paa_vegne_uden_fuldmagt"


def test_own_is_not_anothers() -> None:
    """Somebody who says "min egen" asks for themselves."""
    assert whose.own("hvad med min egen sag") and not whose.anothers("ikke min mors, men min egen sag")


async def test_one_question_gets_one_answer() -> None:
    """Whoever asks when the answer comes is not told who has the case."""
    said = await ask("svartid", "hvornår får jeg svar", parts=make_parts([a_case()]))
    assert "utter_kontakt_person" not in said.responses


async def test_all_of_several_cases_are_told_in_a_list() -> None:
    """ "Begge" is no reason to ask which."""
    parts = make_parts([a_case(), sick_pay()])
    said = await ask("sagsstatus", "status på dem begge", parts=parts, memory=Memory(offered=("r1", "r2"), asked="sag"))
    assert said.responses == ["utter_mine_sager"]


@pytest.mark.parametrize("intent", ["afslag_begrundelse", "klage"])
async def test_a_question_about_a_decision_is_about_the_decided_case(intent: str) -> None:
    """Somebody who was refused sick pay does not ask about the open case spoken of before."""
    parts = make_parts([a_case(), sick_pay(state=State.DECIDED)])
    said = await ask(intent, "hvorfor", parts=parts, memory=Memory(case="r1", question=Question(intent="sagsstatus")))
    assert said.memory is not None and said.memory.case == "r2"


async def test_what_nobody_asked_for_is_said_once() -> None:
    """That there is something to do, or that it is late, is told unasked: the first time, not at every turn."""
    parts = make_parts([a_case(opened=date(2025, 1, 1))])
    first = await ask("hvem_er_sagsbehandler", "hvem", parts=parts)
    again = await ask("hvem_er_sagsbehandler", "hvem", parts=parts, memory=first.memory)
    asked = await ask("svartid", "hvornår", parts=parts, memory=first.memory)
    assert {"utter_goer", "utter_naeste_forsinket"} <= set(first.responses) and first.trigger == "overskredet"
    assert again.responses == ["utter_kontakt_person"] and "card" in again.payloads and again.handoff is None
    assert "utter_naeste_forsinket" in asked.responses


async def test_a_case_that_is_over_says_so_in_one_sentence() -> None:
    """Nothing to do and nothing to come are the same to the citizen."""
    said = await ask("sagsstatus", "status", parts=make_parts([a_case(state=State.CLOSED, todos=())]))
    assert said.responses == ["utter_tilstand_afsluttet", "utter_goer_ikke_mere"]


async def test_a_case_that_is_pointed_at_and_not_there_is_not_taken_for_the_last_one() -> None:
    """Nobody who asks for the one about the swimming pool is told of the sick pay."""
    last = Memory(case="r2", question=Question(intent="sagsstatus"))
    said = await ask("oplys", "hvad med den om svømmebassinet", parts=make_parts([a_case(), sick_pay()]), memory=last)
    assert said.responses == ["utter_sag_findes_ikke"]


async def test_the_same_sentence_is_not_read_twice() -> None:
    """Caseworkers write the same in the status and in the newest event."""
    twice = a_case(
        status_text="Vi har fået din ansøgning.", events=(Event(on=a_case().opened, text="Vi har fået din ansøgning"),)
    )
    said = await ask("sagsstatus", "status", parts=make_parts([twice]))
    assert "utter_status_tekst" in said.responses and "utter_seneste" not in said.responses


@pytest.mark.parametrize("intent", ["oplys", "fallback"])
async def test_what_was_said_of_a_case_is_said_again(intent: str) -> None:
    """Somebody who did not catch it gets the answer, not a menu."""
    last = Memory(case="r1", question=Question(intent="hvem_er_sagsbehandler"))
    said = await ask(intent, "kan du gentage", parts=make_parts([a_case()]), memory=last)
    assert "utter_kontakt_person" in said.responses


async def test_to_be_told_again_does_not_lose_what_was_asked() -> None:
    """The number that was asked for may come next."""
    said = await ask("oplys", "sig det igen", memory=Memory(asked="brevord"))
    assert said.responses == ["utter_gentag"]
    assert said.memory is not None and said.memory.asked == "brevord"


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("hvornår får jeg penge tilbage i skat", "Skattestyrelsen"),
        ("min cykel er blevet stjålet", "politiet"),
        ("hvornår kommer min SU", "Uddannelses- og Forskningsstyrelsen"),
        ("jeg skal bruge en læge i aften", "regionen"),
        ("jeg vil gerne skilles", "Familieretshuset"),
        ("hvornår skal min bil synes", "Færdselsstyrelsen"),
        ("hvor får jeg nye nummerplader", "Motorstyrelsen"),
        ("jeg skal skifte ejer paa min bil", "Motorstyrelsen"),
        ("min strøm er gået", "dit eget selskab"),
        ("hvor bliver min pakke af", "PostNord og dao"),
        ("jeg er indkaldt som vidne i en retsag", "domstolene"),
        ("jeg vil tinglyse mit hus", "domstolene"),
        ("hvordan forlænger jeg min opholdstilladelse", "Udlændingestyrelsen og SIRI"),
        ("jeg skylder penge, kan jeg få en afdragsordning til det offentlige", "Gældsstyrelsen"),
        ("hvornår går bussen til Randers", "trafikselskabet"),
        ("hvad skal jeg gøre med mine dagpengekort", "din a-kasse"),
        ("mine feriepenge er ikke kommet", "FerieKonto"),
        ("vi vil have vores søn døbt", "kirkekontoret"),
        ("min netbank driller", "din bank"),
        ("hvornår får jeg boligstøtte", "Udbetaling Danmark"),
    ],
)
async def test_anothers_matter_is_told_with_whose_it_is(text: str, authority: str) -> None:
    """A no with the right way on."""
    said = await ask("uden_for_emne", text, login=None)
    assert said.variables("utter_anden_myndighed")["name"] == authority


@pytest.mark.parametrize(
    "text",
    [
        "hvordan bliver vejret",
        "fortæl en joke",
        "hvad koster en liter mælk",
        "kan du bestille en pizza",
        "hvem vandt kampen i går",
        "kan du anbefale en god film",
        "hvad er 2 + 2",
        "min nabo spiller høj musik",
    ],
)
async def test_what_nobody_handles_leads_to_no_department(text: str) -> None:
    """The weather ("vejret") is not the roads' ("vej")."""
    assert (await ask("uden_for_emne", text, login=None)).responses == ["utter_uden_for_emne"]


async def test_a_matter_of_our_own_is_not_sent_away() -> None:
    """What a building permit costs the assistant does not know, but the department does."""
    said = await ask("uden_for_emne", "hvad koster en byggetilladelse", login=None, emne="byggetilladelse")
    assert said.variables("utter_ved_jeg_ikke")["department"] == "Byggeri og Ejendom"


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("hvad koster et nyt pas", "Borgerservice"),
        ("hvor stor er min førtidspension", "Ydelsescentret"),
        ("hvilken dag bliver skraldespanden tømt", "Affald og Genbrug"),
        ("min søns skolebus kom ikke", "Skole og Dagtilbud"),
        ("hvad står der i lokalplanen", "Byggeri og Ejendom"),
    ],
)
async def test_what_is_ours_is_not_sent_away_though_it_was_taken_for_somebody_elses(text: str, department: str) -> None:
    """Also without an entity: the words name a matter of the municipality's."""
    said = await ask("uden_for_emne", text, login=None)
    assert said.variables("utter_ved_jeg_ikke")["department"] == department


async def test_a_topic_that_was_heard_is_used_when_the_question_was_not() -> None:
    """Not sure what is asked, but sure what about: who handles it, and the questions it may have been."""
    said = await ask("fallback", "øh rotter", login=None, emne="rotter")
    assert said.responses == ["utter_fallback_emne", "utter_afdeling", "utter_oplys_emne"]


async def test_the_caseworkers_mail_is_a_button_away_from_the_municipalitys() -> None:
    """ "Hvad er mailen" after talking of a case may be about either."""
    last = Memory(case="r1", question=Question(intent="sagsstatus"))
    said = await ask("kontakt_kommunen", "hvad er mailen", memory=last)
    assert [button["payload"] for button in said.buttons] == ["/kontakt_sagsbehandler"]
