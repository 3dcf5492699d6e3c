"""Every row of the decision table, in citizens' own words, through the trained model and the real actions.

No sentence of the assistant's is looked at, only what it asks web to do; so everything runs twice: with the
responses as they stand, and with every word of them exchanged at random.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from bot.cases.case import Case, Sensitivity, State
from bot.chat.turn import CASE_QUESTIONS, Memory, Question, payload
from bot.errors import CaseSystemDown, CaseSystemSlow
from bot.handoff.rules import Trigger
from tests.asking import DOMAIN, LOGIN, FakeCases, a_case, make_parts, sick_pay
from tests.integration.talking import Assistant, Talk, reworded

# Training takes half a minute alone and several on a busy machine.
pytestmark = [pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="module")]

CHILD = a_case("b1", kle="34.10.10", number="34.10.10-G01-9-26", department="boern_familie")
SENSITIVE = a_case(sensitivity=Sensitivity.SENSITIVE)
DECIDED = a_case(state=State.DECIDED, decided=date(2026, 11, 20), todos=())
LATE = a_case(expected=date(2026, 11, 1))
NO_MENU = ()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["as it stands", "reworded"])
async def assistant(
    request: pytest.FixtureRequest, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Assistant]:
    """The assistant, and the assistant with other words for everything."""
    if request.param == "reworded":
        model = reworded(model, tmp_path_factory.mktemp("reworded") / "model.tar.gz", seed=20261121)
    async with Assistant(model) as made:
        yield made


@dataclass(frozen=True)
class Row:
    """A conversation whose last message makes ``trigger`` fire, and none before it."""

    trigger: Trigger
    says: tuple[str, ...]
    cases: Sequence[Case] = ()
    failure: Exception | None = field(default=None, compare=False)
    login: str | None = LOGIN

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.trigger.value}: {' / '.join(self.says)}"


def rows(trigger: Trigger, *said: str | tuple[str, ...], **what: object) -> list[Row]:
    """A row for each conversation; one message alone may be given as it is."""
    talks = [(one,) if isinstance(one, str) else one for one in said]
    return [replace(Row(trigger, talk), **what) for talk in talks]  # type: ignore[arg-type]


TABLE = [
    *rows(
        Trigger.ASKED,
        "kan jeg få lov at tale med et menneske",
        "jeg vil snakke med en rigtig person, ikke en robot",
        "maa jeg godt tale med et mennske",
        "kan du stille mig om",
        "jeg er træt af at vente, jeg vil have et møde med en rigtig person",
        "Er træt af at vente!! Vil ha møde med et rigtigt menneske",
        ("hvornår har I åbent", "jeg vil hellere tale med en medarbejder"),
        login=None,
    ),
    *rows(
        Trigger.ACUTE,
        "jeg vil ikke leve mere",
        "min mand slår mig",
        "jeg orker ikke at leve laengere",
        "vi har ikke noget sted at sove i nat",
        "jeg er 12 år og min far slår mig",
        login=None,
    ),
    *rows(Trigger.ACUTE, ("kan I ringe til mig", "min mand slår mig ring 20123456"), login=None),
    *rows(
        Trigger.CHILD,
        "hvad er status på min sag",
        "hvem er min sagsbehandler",
        "hvornaar faar jeg svar",
        "jeg vil klage over afgørelsen",
        cases=[CHILD],
    ),
    *rows(
        Trigger.DECISION,
        "jeg vil klage over jeres afgørelse",
        "jeg vil anke afgørelsn",
        "hvorfor fik jeg nej til min ansøgning",
        "hvorfor har jeg fået afslag",
        cases=[DECIDED],
    ),
    *rows(Trigger.DECISION, "jeg vil gerne klage over at jeg fik nej", "hvorfor har jeg faaet afslag", login=None),
    *rows(
        Trigger.CONFLICT,
        "HVAD FANDEN LAVER I",
        "I er nogle idioter",
        "jeg er skide træt af jer, det er en skandale",
        ("det er simpelthen for ringe", "helt til grin at jeg skal vente så længe"),
        ("det er for dårligt", "hvornår har I åbent", "det er simpelthen for ringe"),
        ("det er for dårligt", "ja tak"),
        login=None,
    ),
    *rows(
        Trigger.NOT_UNDERSTOOD,
        ("qwertz zxcvb qqq", "xyzzy plugh wwkk"),
        "hvad betyder det ord krumspring",
        ("jeg forstår ikke brevet", "krumspringsparagraffen"),
        login=None,
    ),
    *rows(
        Trigger.SEVERAL_DEPARTMENTS,
        "vis mine sager",
        "hvilke sager har jeg hos jer",
        "mine sagr",
        cases=[a_case(), sick_pay()],
    ),
    *rows(
        Trigger.OVERDUE,
        "hvad sker der med min sag",
        "har ikke hørt noget hvornår får jeg svar",
        "hvem har sagen",
        cases=[LATE],
    ),
    *rows(
        Trigger.DIGITAL,
        "jeg har ikke en computer",
        "jeg kan ikke finde ud af det der digitale",
        "jeg er ikke god til computer, kan jeg få hjælp på en anden maade",
        login=None,
    ),
    *rows(
        Trigger.REPRESENTATION,
        "jeg spørger på vegne af min mor",
        "hvem har min mors sag",
        "hvordan går det med min fars sag",
        cases=[a_case()],
    ),
    *rows(
        Trigger.SENSITIVE,
        "hvor sender jeg papirerne hen",
        "kan jeg få en anden sagsbehandler",
        "hvorfor fik jeg ikke den støtte",
        cases=[replace(SENSITIVE, state=State.DECIDED)],
    ),
    *rows(Trigger.SYSTEM_DOWN, "hvad er status på min sag", "mine sagr", failure=CaseSystemDown("x")),
    *rows(Trigger.SYSTEM_DOWN, "hvem er min sagsbehandler", failure=CaseSystemSlow("x")),
]


def talk(assistant: Assistant, name: str, cases: Sequence[Case] = (), *, login: str | None = LOGIN) -> Talk:
    """A new conversation of somebody with these cases."""
    return Talk(assistant, name, make_parts(cases), login)


async def test_every_row_of_the_table_has_its_conversations() -> None:
    """None is left to a test of its own some day; each is said in at least three ways."""
    for trigger in Trigger:
        assert len([row for row in TABLE if row.trigger is trigger]) >= 3, trigger


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
async def test_a_human_is_offered_for_what_the_row_says(assistant: Assistant, row: Row) -> None:
    """By the last message of the conversation, and by none before it."""
    parts = make_parts(cases=FakeCases(list(row.cases), failure=row.failure))
    citizen = Talk(assistant, row.name, parts, row.login)
    *before, last = [await citizen.say(text) for text in row.says]
    assert [answer.handoff for answer in before] == [None] * len(before)
    assert last.handoff == ("offer", row.trigger.value)


@pytest.mark.parametrize(
    "text", ["hvornår har I åbent", "hej", "hvem skal jeg spørge om hjemmehjælp", "hvad gemmer I om mig", "tusind tak"]
)
async def test_what_needs_no_human_offers_none(assistant: Assistant, text: str) -> None:
    """A human is for what a machine can't or must not do."""
    assert (await talk(assistant, f"no human: {text}", login=None).say(text)).handoff is None


@pytest.mark.parametrize("text", ["hvad er status på min sag", "hvornår får jeg svar", "hvem er min sagsbehandler"])
async def test_an_ordinary_case_is_answered_without_a_human(assistant: Assistant, text: str) -> None:
    """In time, not sensitive, no child's."""
    answer = await talk(assistant, f"ordinary: {text}", [a_case()]).say(text)
    assert answer.handoff is None and "card" in answer.payloads


@pytest.mark.parametrize("text", ["det er for dårligt", "det er simpelthen for ringe", "nu er det altså for galt"])
async def test_the_first_mild_anger_meets_no_menu_and_no_queue(assistant: Assistant, text: str) -> None:
    """Heard, and a human in words."""
    answer = await talk(assistant, f"mild: {text}", login=None).say(text)
    assert answer.handoff is None and answer.buttons == NO_MENU


@pytest.mark.parametrize("text", ["ja tak", "jo det vil jeg gerne", "ja, send det", "et menneske tak"])
async def test_yes_sends_what_was_offered(assistant: Assistant, text: str) -> None:
    """However it is put."""
    citizen = talk(assistant, f"yes: {text}", [LATE])
    assert (await citizen.say("hvad er status på min sag")).handoff == ("offer", "overskredet")
    assert (await citizen.say(text)).handoff == ("send", None)


@pytest.mark.parametrize("text", ["nej tak", "nej ellers tak", "nej det vil jeg ikke"])
async def test_no_takes_it_back(assistant: Assistant, text: str) -> None:
    """And nothing else happens."""
    citizen = talk(assistant, f"no: {text}", login=None)
    assert (await citizen.say("jeg vil tale med et menneske")).handoff == ("offer", "bedt_om")
    assert (await citizen.say(text)).handoff == ("withdraw", None)


@pytest.mark.parametrize("text", ["20 12 34 56", "ring på 20123456", "mit nummer er +45 20 12 34 56 tak"])
async def test_a_number_makes_a_call_of_it(assistant: Assistant, text: str) -> None:
    """Whoever is offered a human and writes a number wants to be called."""
    citizen = talk(assistant, f"number: {text}", login=None)
    await citizen.say("jeg vil tale med et menneske")
    answer = await citizen.say(text)
    assert answer.handoff == ("call", "bedt_om")
    assert answer.payloads["handoff"]["phone"] == "20 12 34 56"


async def test_a_call_may_be_wished_for_at_once_or_in_two_steps(assistant: Assistant) -> None:
    """With the number in it, or asked for."""
    at_once = await talk(assistant, "call at once", login=None).say("ring til mig på 20 12 34 56")
    assert at_once.handoff == ("call", "bedt_om")
    citizen = talk(assistant, "call in two steps", login=None)
    assert (await citizen.say("vil i ikke nok ringe mig op")).handoff is None
    assert (await citizen.say("20123456")).handoff == ("call", "bedt_om")


async def test_another_question_while_the_offer_stands_is_answered(assistant: Assistant) -> None:
    """What was offered is web's to keep; the assistant answers."""
    citizen = talk(assistant, "another question", [LATE])
    await citizen.say("hvad er status på min sag")
    answer = await citizen.say("hvornår har I åbent")
    assert answer.handoff is None


async def test_several_matters_are_one_handoff(assistant: Assistant) -> None:
    """Whatever fired, every department in which something is open is told."""
    citizen = talk(assistant, "several", [LATE, sick_pay()])
    listed = await citizen.say("mine sager")
    assert listed.handoff == ("offer", "overskredet")  # and that they are in two places as well
    assert listed.payloads["handoff"]["departments"] == ["social", "ydelse"]
    assert (await citizen.say("jeg vil tale med et menneske om det hele")).handoff == ("send", None)


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("jeg vil gerne have et møde", "book"),
        ("vil gerne bestile et møde i næste uge", "book"),
        ("hvornår er mit møde", "show"),
        ("kan vi flytte mødet til fredag", "move"),
        ("jeg må desværre aflyse mødet", "cancel"),
    ],
)
async def test_meetings_are_asked_of_web(assistant: Assistant, text: str, do: str) -> None:
    """Booked, shown, moved and cancelled."""
    answer = await talk(assistant, f"meeting: {text}", login=None).say(text)
    assert (answer.meeting, answer.handoff) == (do, None)


async def test_a_time_after_the_wish_for_a_meeting_belongs_to_it(assistant: Assistant) -> None:
    """It may be typed where times could be pressed."""
    citizen = talk(assistant, "time for a meeting", login=None)
    await citizen.say("jeg vil gerne have et møde")
    answer = await citizen.say("på torsdag efter kl. 14")
    assert answer.meeting == "book"
    assert answer.payloads["meeting"]["when"] == "på torsdag efter kl. 14"


@pytest.mark.parametrize("intent", sorted(CASE_QUESTIONS))
async def test_a_button_does_what_its_payload_says(assistant: Assistant, intent: str) -> None:
    """Titles may read as they like."""
    answer = await talk(assistant, f"button {intent}", [CHILD]).press(f"/{intent}")
    assert answer.handoff == ("offer", "barn")


async def test_a_button_that_carries_two_questions_gets_both_answered(assistant: Assistant) -> None:
    """As after login, when web asks again what waited: the hours, and the meeting that is to be cancelled."""
    beside = payload(Question(intent="aflys_moede"))
    asked = payload(Question(intent="sagsstatus", entities={"ogsaa": beside}))
    answer = await talk(assistant, "two in a button", [a_case()]).press(asked)
    assert (answer.meeting, answer.handoff) == ("cancel", None) and "card" in answer.payloads


async def test_a_choice_is_the_message_it_was_offered_for(assistant: Assistant) -> None:
    """Its words come with it: who looks after home help is not asked once more."""
    words = 'noget med {hjemmehjælp} \n "til mor"'
    citizen = talk(assistant, "choice with words", login=None)
    await citizen.press(payload(Question(intent="find_afdeling", entities={"besked": words})))
    assert citizen.memory.asked is None
    await citizen.press("/find_afdeling")
    assert citizen.memory.asked == "emne"


async def test_something_else_and_then_nonsense_leads_to_a_human(assistant: Assistant) -> None:
    """The choice was the first question back; there is no third."""
    citizen = talk(assistant, "something else", login=None)
    citizen.memory = Memory(asked="valg:sagsstatus:svartid", misses=1)
    assert (await citizen.press("/afvis")).handoff is None
    assert (await citizen.say("qwertz zxcvb qqq")).handoff == ("offer", "ikke_forstaaet")


async def test_another_language_leads_to_a_human_who_may_know_it(assistant: Assistant) -> None:
    """And yes may be said in it."""
    citizen = talk(assistant, "english", login=None)
    answer = await citizen.say("I need help with my application, can you tell me who to ask?")
    assert answer.handoff == ("offer", "ikke_forstaaet")


async def test_rewording_leaves_no_word_as_it_was(model: Path, tmp_path: Path) -> None:
    """Else the tests above would show nothing."""
    made = reworded(model, tmp_path / "other.tar.gz", seed=1)
    with tarfile.open(made) as archive:
        names = [name for name in archive.getnames() if name.endswith("metadata.json")]
        content = archive.extractfile(names[0])
        assert content is not None
        responses = json.loads(content.read())["domain"]["responses"]
    assert responses.keys() == DOMAIN["responses"].keys()
    for name, (variation,) in responses.items():
        before = DOMAIN["responses"][name][0]
        assert variation["text"] != before["text"]
        assert [button["payload"] for button in variation.get("buttons", ())] == [
            button["payload"] for button in before.get("buttons", ())
        ]
