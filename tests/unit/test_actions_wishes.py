"""Two wishes in one message: both are answered, in one message, whichever two of all the intents they are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.cases.case import Role
from bot.chat.turn import CASE_QUESTIONS, Memory, Question, payload, question_in
from bot.errors import CaseSystemDown
from bot.training.intents import Intents
from tests.asking import DOMAIN, LOGIN, ROOT, FakeCases, Said, a_case, ask, make_parts, sick_pay

TITLES = Intents(ROOT).choices()
# How a citizen would put each of them.
SAID: Mapping[str, str] = {
    "hvem_er_sagsbehandler": "hvem har min sag",
    "kontakt_sagsbehandler": "hvordan får jeg fat i min rådgiver",
    "skift_sagsbehandler": "jeg vil have en anden sagsbehandler",
    "sagsstatus": "hvad er status på min sag",
    "svartid": "hvornår får jeg svar",
    "mangler_i_sagen": "mangler I noget fra mig",
    "send_dokumentation": "hvor sender jeg papirerne hen",
    "mine_sager": "hvilke sager har jeg",
    "forstaa_brev": "hvad betyder partshøring",
    "afslag_begrundelse": "hvorfor fik jeg nej",
    "klage": "jeg vil klage",
    "aktindsigt": "jeg vil have aktindsigt",
    "paa_vegne_af": "jeg spørger for min mor",
    "tal_med_menneske": "jeg vil tale med et menneske",
    "ring_mig_op": "kan I ringe til mig",
    "book_moede": "jeg vil gerne have et møde",
    "mit_moede": "hvornår er mit møde",
    "flyt_moede": "kan vi flytte mødet",
    "aflys_moede": "jeg må aflyse mødet",
    "find_afdeling": "hvem skal jeg spørge om hjemmehjælp",
    "aabningstider": "hvornår har I åbent",
    "kontakt_kommunen": "hvad er jeres nummer",
    "log_ind": "hvordan logger jeg ind",
    "hjaelp_digitalt": "jeg har ingen computer",
    "mine_data": "hvad gemmer I om mig",
    "akut_hjaelp": "min mand slår mig",
    "utilfreds": "det er for dårligt",
    "hilsen": "hej",
    "farvel": "farvel",
    "tak": "tak",
    "bekraeft": "ja",
    "afvis": "nej",
    "oplys": "27.60.20-G01-4-26",
    "hvad_kan_du": "hvad kan du",
    "er_du_robot": "er du en robot",
    "uden_for_emne": "hvornår får jeg penge tilbage i skat",
}
TO_A_HUMAN = {"tal_med_menneske", "ring_mig_op", "book_moede"}
MEETINGS = {"book_moede", "mit_moede", "flyt_moede", "aflys_moede"}
GIVE_WAY = {"hilsen", "tak", "farvel", "bekraeft", "afvis", "oplys"}


def heard(*intents: str, texts: tuple[str, ...] = ()) -> dict[str, Any]:
    """A message with these wishes, as the pipeline gives it: its text, and each wish with its place."""
    wishes, text = [], ""
    for intent, words in zip(intents, texts or tuple(SAID[intent] for intent in intents), strict=True):
        text += ", og " if text else ""
        start, text = len(text), text + words
        wishes.append({"intent": intent, "confidence": 0.9, "text": words, "start": start, "end": len(text)})
    return {"text": text, "wishes": wishes}


async def both(first: str, second: str, **more: Any) -> Said:
    """What is answered to a message with two wishes."""
    return await ask(first, **heard(first, second), **more)


@dataclass(frozen=True)
class Who:
    """Somebody who asks: their cases, whether they are logged in, what was asked of them."""

    name: str
    parts: Any
    login: str | None = LOGIN
    memory: Memory = field(default_factory=Memory)

    async def ask(self, *intents: str) -> Said:
        """What they are answered; each question is asked once for all tests."""
        if (self.name, intents) not in _ANSWERS:
            told = heard(*intents) if len(intents) > 1 else {"text": SAID[intents[0]]}
            said = await ask(intents[0], **told, parts=self.parts, login=self.login, memory=self.memory)
            _ANSWERS[self.name, intents] = said
        return _ANSWERS[self.name, intents]


_ANSWERS: dict[tuple[str, tuple[str, ...]], Said] = {}
WAITING = Memory(asked="menneske", callback_reason="Vil tale med et menneske.", human=True)
DOWN = make_parts(cases=FakeCases(failure=CaseSystemDown("x")))
PEOPLE = [
    Who("nobody known", make_parts(), None),
    Who("one case", make_parts([a_case()])),
    Who("two cases", make_parts([a_case(), sick_pay()])),
    Who("a human offered", make_parts([a_case()]), LOGIN, WAITING),
    Who("case system down", DOWN),
]


def test_every_intent_is_among_the_pairs() -> None:
    """An intent added to the domain is tried with all the others."""
    assert set(SAID) == {next(iter(entry)) for entry in DOMAIN["intents"]}


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
@pytest.mark.parametrize("first", SAID)
async def test_all_pairs_are_answered_and_nothing_is_said_twice(first: str, who: Who) -> None:
    """Something is said, no sentence and no button twice, and at most one of each payload."""
    for second in SAID:
        if second == first:
            continue
        said, pair = await who.ask(first, second), (first, second)
        assert said.responses or said.payloads.keys() & {"handoff", "meeting"}, pair
        told = [
            tuple(sorted((name, str(value)) for name, value in message.items() if name != "buttons"))
            for message in said.messages
            if message["response"]
        ]
        assert len(told) == len(set(told)), (pair, said.responses)
        pressed = [button["payload"] for button in said.buttons]
        assert len(pressed) == len(set(pressed)), (pair, pressed)
        types = [message["custom"]["type"] for message in said.messages if message["custom"]]
        assert len(types) == len(set(types)), (pair, types)


# What is asked once for both, or said in other words by what stands beside it.
ASKED_ONCE = frozenset(
    {
        "utter_utilfreds_samtale",
        "utter_tilbyd_opkald",
        "utter_hvilken_sag",
        "utter_login",
        "utter_paa_vegne",
        "utter_login_hjaelp",
        "utter_er_logget_ind",
        "utter_goer",
        "utter_om_sagen",
    }
)


@pytest.mark.parametrize("who", PEOPLE[:3], ids=lambda who: who.name)
@pytest.mark.parametrize("first", SAID)
async def test_no_pair_loses_what_was_asked(first: str, who: Who) -> None:
    """What each would be told alone is told, or waits for login or a choice, or is said to come afterwards."""
    for second in SAID:
        pair = {first, second}
        if first == second or pair & GIVE_WAY or "akut_hjaelp" in pair or pair <= TO_A_HUMAN | MEETINGS:
            continue  # the rules of these are held by tests of their own
        if "paa_vegne_af" in pair and pair & CASE_QUESTIONS:
            continue
        said = await who.ask(first, second)
        kept = f"{said.payloads.get('login')} {said.memory} {said.buttons}"
        for intent in pair:
            wanted = set((await who.ask(intent)).responses) - ASKED_ONCE
            assert wanted <= set(said.responses) or intent in kept, (first, second, intent, said.responses)


@pytest.mark.parametrize(("first", "second"), [("hvem_er_sagsbehandler", "svartid"), ("klage", "sagsstatus")])
async def test_both_are_answered_of_the_same_case_with_one_card(first: str, second: str) -> None:
    """In the order asked, and what nobody asked for once."""
    said = await both(first, second, parts=make_parts([a_case()]))
    assert [message["custom"]["type"] for message in said.messages if message["custom"]].count("card") == 1
    wanted = {
        "hvem_er_sagsbehandler": "utter_kontakt_person",
        "svartid": "utter_naeste_frist",
        "klage": "utter_klage_kommunen",
        "sagsstatus": "utter_tilstand_behandles",
    }
    assert said.responses.index(wanted[first]) < said.responses.index(wanted[second])


@pytest.mark.parametrize(("first", "second"), itertools.permutations(sorted(CASE_QUESTIONS), 2))
async def test_login_is_asked_for_once_and_both_are_answered_after_it(first: str, second: str) -> None:
    """The question that waits carries the other, and what web asks again gives what both would have given at once."""
    parts = make_parts([a_case()])
    before = await both(first, second, parts=parts, login=None)
    assert before.responses.count("utter_login") == 1
    waiting = before.payloads["login"]["question"]
    assert before.memory is not None and before.memory.pending == Question(**waiting)
    after = await ask(waiting["intent"], parts=parts, memory=before.memory, **waiting["entities"])
    at_once = await both(first, second, parts=parts)
    assert set(after.responses) == set(at_once.responses)
    assert "card" in after.payloads or "card" not in at_once.payloads


async def test_what_needs_no_login_is_answered_at_once_beside_what_does() -> None:
    """Opening hours now, and login for the rest, which is the last thing said."""
    said = await both("hvem_er_sagsbehandler", "aabningstider", login=None)
    assert said.responses[0] == "utter_aabningstider" and said.responses[-1] == "utter_login"


async def test_what_one_says_it_is_about_holds_for_the_other() -> None:
    """ "Status på min byggesag, og hvem har den": the second speaks of the same."""
    message = heard("sagsstatus", "hvem_er_sagsbehandler", texts=("hvad er status på sygedagpengene", "hvem har dem"))
    topic = {"entity": "emne", "value": "sygedagpenge", "start": 18, "end": 32}
    said = await ask("sagsstatus", **message, found=[topic], parts=make_parts([a_case(), sick_pay()]))
    assert said.responses.count("utter_om_sagen") == 1
    assert "Sygedagpenge" in said.variables("utter_om_sagen")["case"]
    assert said.memory is not None and said.memory.case == "r2"


async def test_two_cases_are_told_apart_and_the_card_is_that_of_the_first() -> None:
    """One message has one card: of the other case it is said in words what a card would show."""
    message = heard("sagsstatus", "svartid", texts=("hvad er status på bilen", "hvornår får jeg svar om sygedagpenge"))
    found = [
        {"entity": "emne", "value": "støtte til bil", "start": 18, "end": 23},
        {"entity": "emne", "value": "sygedagpenge", "start": 51, "end": 63},
    ]
    said = await ask("sagsstatus", **message, found=found, parts=make_parts([a_case(), sick_pay()]))
    named = [one["case"] for one in said.messages if one["response"] == "utter_om_sagen"]
    assert ["Støtte til bil" in named[0], "Sygedagpenge" in named[1]] == [True, True]
    assert said.payloads["card"]["card"]["title"] == "Støtte til bil"


async def test_the_hours_are_those_of_the_place_that_was_asked_for() -> None:
    """ "Hvem skal jeg spørge om byggeri, og hvornår har de åbent"."""
    message = heard(
        "find_afdeling", "aabningstider", texts=("hvem skal jeg spørge om byggetilladelse", "hvornår har de åbent")
    )
    said = await ask("find_afdeling", **message, login=None)
    assert said.variables("utter_aabningstider")["name"] == "Byggeri og Ejendom"


async def test_both_questions_wait_for_the_choice_between_cases() -> None:
    """Which case is asked once; the one that is chosen gets both answers."""
    parts = make_parts([a_case(), sick_pay()])
    which = await both("hvem_er_sagsbehandler", "svartid", parts=parts)
    assert which.responses == ["utter_hvilken_sag"]
    said = await ask("oplys", parts=parts, memory=which.memory, sag="r1")
    assert {"utter_kontakt_person", "utter_naeste_frist"} <= set(said.responses)
    typed = await ask("oplys", "den om bilen", parts=parts, memory=which.memory)
    assert {"utter_kontakt_person", "utter_naeste_frist"} <= set(typed.responses)


async def test_both_questions_are_asked_again_when_the_case_system_is_back() -> None:
    """One button for both, and what went wrong is said once."""
    said = await both("hvem_er_sagsbehandler", "svartid", parts=DOWN)
    assert (said.responses, said.trigger) == (["utter_sagssystem_nede"], "system_nede")
    again = question_in(said.buttons[0]["payload"])
    assert again is not None and again.intent == "hvem_er_sagsbehandler"
    entities: dict[str, Any] = dict(again.entities)
    after = await ask(again.intent, parts=make_parts([a_case()]), **entities)
    assert {"utter_kontakt_person", "utter_naeste_frist"} <= set(after.responses)


async def test_an_overview_and_a_question_wait_for_the_same_choice() -> None:
    """The list is shown once; the case that is chosen gets the question."""
    parts = make_parts([a_case(), sick_pay()])
    said = await both("svartid", "mine_sager", parts=parts)
    assert said.responses == ["utter_mine_sager"]
    assert said.memory is not None and said.memory.question == Question(intent="svartid")


async def test_danger_comes_alone_and_the_rest_is_said_to_come_afterwards() -> None:
    """Whoever is beaten is not read opening hours, and is not told that nothing was heard of the rest."""
    for first, second in (("akut_hjaelp", "aabningstider"), ("aabningstider", "akut_hjaelp")):
        said = await both(first, second, login=None)
        assert (said.responses, said.trigger) == (["utter_akut_vold", "utter_senere"], "akut")
        assert said.buttons == []
    assert (await both("utilfreds", "akut_hjaelp", login=None)).responses == ["utter_akut_vold"]


async def test_a_phone_number_does_not_stand_in_the_way_of_danger_or_of_a_question() -> None:
    """The number that was asked for is taken, and what stands beside it is answered."""
    asked = Memory(asked="telefon", callback_reason="Vil ringes op.")
    number = heard("oplys", "aabningstider", texts=("20 12 34 56", "hvornår har I åbent"))
    said = await ask("oplys", **number, memory=asked, login=None)
    assert said.handoff is not None and (said.handoff["do"], said.handoff["phone"]) == ("call", "20 12 34 56")
    assert "utter_aabningstider" in said.responses
    cry = heard("oplys", "akut_hjaelp", texts=("20 12 34 56", "min mand slår mig"))
    assert (await ask("oplys", **cry, memory=asked, login=None)).responses == ["utter_akut_vold"]


@pytest.mark.parametrize("polite", ["hilsen", "tak", "farvel", "bekraeft", "afvis"])
async def test_politeness_gives_way_to_the_wish(polite: str) -> None:
    """ "Hej, hvornår har I åbent" is one wish, and gets no second greeting."""
    for first, second in ((polite, "aabningstider"), ("aabningstider", polite)):
        said = await both(first, second, login=None)
        assert said.responses[0] == "utter_aabningstider" and len(said.responses) == 2


@pytest.mark.parametrize(("reply", "do"), [("bekraeft", "send"), ("afvis", "withdraw")])
async def test_a_reply_to_what_was_asked_is_heard_beside_a_question(reply: str, do: str) -> None:
    """ "Ja tak, og hvornår har I åbent": both."""
    said = await both(reply, "aabningstider", memory=WAITING)
    assert said.handoff is not None and said.handoff["do"] == do
    assert "utter_aabningstider" in said.responses


async def test_anger_gets_a_calm_word_and_the_wish_its_answer() -> None:
    """Heard first, then helped; and no question whether a human shall help."""
    said = await both("aabningstider", "utilfreds", login=None)
    assert said.responses[:2] == ["utter_utilfreds", "utter_aabningstider"]
    assert "utter_utilfreds_samtale" not in said.responses
    assert said.memory is not None and said.memory.angry == 1


async def test_a_detail_belongs_to_the_question_beside_it() -> None:
    """A case number, and then the question: it is about that case."""
    message = heard("oplys", "svartid", texts=("32.30.04-G01-7-26", "hvornår får jeg svar"))
    number = {"entity": "sagsnummer", "value": "32.30.04-G01-7-26", "start": 0, "end": 17}
    said = await ask("oplys", **message, found=[number], parts=make_parts([a_case(), sick_pay()]))
    assert said.memory is not None and said.memory.case == "r2" and "utter_naeste_frist" in said.responses


@pytest.mark.parametrize(("first", "second"), itertools.permutations(sorted(TO_A_HUMAN), 2))
async def test_two_ways_to_a_human_are_one_offer(first: str, second: str) -> None:
    """The offer holds the chat, the call and the meeting; nobody is asked three things at once."""
    said = await both(first, second, login=None)
    assert (said.responses, said.trigger) == (["utter_menneske"], "bedt_om") and "meeting" not in said.payloads


@pytest.mark.parametrize(("first", "second"), [("mit_moede", "flyt_moede"), ("tal_med_menneske", "aflys_moede")])
async def test_of_two_things_about_meetings_the_other_is_a_button_away(first: str, second: str) -> None:
    """web does one thing with one answer; the other is said, with the citizen's own words behind its button."""
    said = await both(first, second, login=None)
    assert "utter_senere" in said.responses
    assert [button["title"] for button in said.buttons] == [TITLES[second]]
    after = question_in(said.buttons[0]["payload"])
    assert after is not None and (after.intent, after.entities["besked"]) == (second, SAID[second])


async def test_a_meeting_is_not_lost_behind_a_human_who_is_offered_for_something_else() -> None:
    """The case is late, so a human is offered; the meeting that was to be cancelled is a button away."""
    late = make_parts([a_case(opened=a_case().opened.replace(year=2025))])
    said = await both("svartid", "aflys_moede", parts=late)
    assert said.trigger == "overskredet" and "meeting" not in said.payloads
    assert [button["title"] for button in said.buttons] == [TITLES["aflys_moede"]]


async def test_whose_case_the_first_is_about_the_second_is_about_too() -> None:
    """ "Hvem har min mors sag, og hvornår får hun svar": never the daughter's own."""
    parts = make_parts([a_case(), sick_pay(my_role=Role.REPRESENTATIVE)])
    texts = ("hvem har min mors sag", "hvornår får hun svar")
    said = await ask("hvem_er_sagsbehandler", **heard("hvem_er_sagsbehandler", "svartid", texts=texts), parts=parts)
    assert said.memory is not None and said.memory.case == "r2"
    without = await ask(
        "hvem_er_sagsbehandler",
        **heard("hvem_er_sagsbehandler", "svartid", texts=texts),
        parts=make_parts([a_case()]),
    )
    assert without.responses == ["utter_paa_vegne_uden_fuldmagt"]


async def test_asking_for_somebody_makes_the_question_about_their_case() -> None:
    """ "Jeg spørger for min mor: hvad er status på hendes sag" is one question."""
    parts = make_parts([a_case(), sick_pay(my_role=Role.REPRESENTATIVE)])
    texts = ("jeg spørger på vegne af min mor", "hvad er status på hendes sag")
    said = await ask("paa_vegne_af", **heard("paa_vegne_af", "sagsstatus", texts=texts), parts=parts)
    assert said.memory is not None and said.memory.case == "r2"
    before = await ask("paa_vegne_af", **heard("paa_vegne_af", "sagsstatus", texts=texts), parts=parts, login=None)
    assert before.payloads["login"]["question"] == {"intent": "sagsstatus", "entities": {"relation": "en anden"}}


async def test_logging_in_for_something_waits_for_that() -> None:
    """ "Jeg vil logge ind og se, hvornår jeg får svar": help, and login for that question."""
    said = await both("log_ind", "svartid", login=None)
    assert said.responses == ["utter_login_hjaelp", "utter_login"]
    assert said.payloads["login"]["question"] == {"intent": "svartid", "entities": {}}
    inside = await both("log_ind", "svartid", parts=make_parts([a_case()]))
    assert "utter_naeste_frist" in inside.responses and "utter_er_logget_ind" not in inside.responses


async def test_each_wish_has_the_entities_that_stand_in_it() -> None:
    """The number to call is no number of the other wish."""
    message = heard("aabningstider", "ring_mig_op", texts=("hvornår har jobcentret åbent", "ring på 20123456"))
    found = [
        {"entity": "afdeling", "value": "jobcenter", "start": 8, "end": 18},
        {"entity": "telefon", "value": "20123456", "start": 40, "end": 48},
    ]
    said = await ask("aabningstider", **message, found=found, login=None)
    assert said.variables("utter_aabningstider")["name"] == "Jobcentret"
    assert said.handoff is not None and said.handoff["phone"] == "20 12 34 56"


def test_a_question_comes_out_of_its_payload_as_it_went_in() -> None:
    """Also one that carries another; what is none is none."""
    beside = payload(Question(intent="svartid", entities={"emne": 'bil {"}'}))
    whole = Question(intent="sagsstatus", entities={"ogsaa": beside, "sag": "r1"})
    assert question_in(payload(whole)) == whole
    assert question_in(payload(Question(intent="klage"))) == Question(intent="klage")
    for none in ("", "klage", "/", "/klage{", "/klage[1]{}", '/klage{"a"'):
        found = question_in(none)
        assert found is None or found.intent
