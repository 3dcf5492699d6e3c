"""What was not understood comes into the inbox, alike messages as one, and leaves it with the conversations."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from bot.chat.rasa import Answer
from bot.chat.turn import Understood
from bot.desk.refusals import Unusable as BadCursor
from bot.errors import NotFoundError
from bot.store.crypto import Vault
from bot.store.engine import make_engine, writing
from bot.store.training_tables import activations, inbox, inbox_terms, model_versions, trainings
from bot.training.around import NOT_SHOWN
from bot.training.grouping import Reason, Status
from bot.training.likeness import likeness, terms
from bot.training.refusals import Changed, TrainingRefusal, Unusable, WrongMoment
from bot.training.understood import Understandings
from tests.integration.inbox_setup import KAREN, PIA, Robot


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def robot(engine: Engine, vault: Vault) -> Robot:
    return Robot(engine, vault)


def test_alike_messages_that_were_not_understood_are_one_row(robot: Robot) -> None:
    """Counted, with the newest one's words and guess, and every reason any of them came for."""
    robot.hears("Hvornår får jeg svar på min ansøgning?", "fallback", "svartid", confidence=0.4)
    robot.hears("ansøgningen, hvornår får man svar", "asked", "sagsstatus", confidence=0.6, second="svartid")
    robot.hears("Hvad koster et pas?", "fallback", None, second=None)
    robot.hears("Hvem har min sag?", "answered")
    passport, answer = robot.rows()
    assert (passport.text, passport.n, passport.guess, passport.reasons) == (
        "Hvad koster et pas?", 1, None, (Reason.FALLBACK,)
    )  # fmt: skip
    assert (answer.text, answer.n) == ("ansøgningen, hvornår får man svar", 2)
    assert (answer.guess, answer.confidence, answer.second) == ("sagsstatus", 0.6, "svartid")
    assert answer.reasons == (Reason.FALLBACK, Reason.ASKED) and answer.first_at < answer.last_at
    assert [row.outcome for row in robot.kept()] == ["fallback", "asked", "fallback", "answered"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("jeg kan ikke mere", "danger"),
        ("hej", "fallback"),
        ("Ja tak!", "asked"),
        ("nej", "fallback"),
        ("12 34 56 78", "fallback"),
        ("???", "fallback"),
        ("k", "fallback"),
    ],
)
def test_danger_small_talk_and_signs_never_come_in(robot: Robot, text: str, outcome: str) -> None:
    """What was made of them is kept for the figures; nobody reads a cry for help in a list of examples to be made."""
    conversation = robot.hears(text, outcome, "akut_hjaelp")
    assert len(robot.kept()) == 1 and robot.there() == 0
    assert robot.misread(conversation, robot.kept()[0].seq, "staff")
    assert robot.kept()[0].marked == "staff" and robot.there() == 0


def test_a_human_asked_for_right_after_an_answer_brings_the_message_before(robot: Robot) -> None:
    """By words or by a button; an answer that offered a human itself was no wrong one, and thanks need no better."""
    first = robot.hears("hvad er reglerne for brændeovne")
    robot.hears("jeg vil tale med et menneske", "answered", "tal_med_menneske", conversation=first, trigger="bedt_om")
    second = robot.hears("må jeg fælde et træ")
    robot.presses(second, "Tal med et menneske", trigger="bedt_om")
    offered = robot.hears("jeg vil klage over afgørelsen", trigger="afgoerelse")
    robot.presses(offered, "Tal med et menneske", trigger="bedt_om")
    thanks = robot.hears("mange tusind tak for svaret om huset", intent="tak")
    robot.presses(thanks, "Tal med et menneske", trigger="bedt_om")
    assert robot.texts() == ["må jeg fælde et træ", "hvad er reglerne for brændeovne"]
    assert {group.reasons for group in robot.rows()} == {(Reason.HANDOFF,)}
    assert [row.handoff for row in robot.kept()] == [None, "bedt_om", None, "afgoerelse", None]


def test_a_human_who_is_needed_because_nobody_understood_is_a_reason_too(robot: Robot) -> None:
    """The second miss in a row hands over: both messages are there, the second for two reasons."""
    conversation = robot.hears("flurbel om blomster", "fallback")
    robot.hears("altså flurbel", "fallback", conversation=conversation, trigger="ikke_forstaaet")
    assert [group.reasons for group in robot.rows()] == [(Reason.FALLBACK, Reason.HANDOFF), (Reason.FALLBACK,)]


def test_nothing_is_kept_of_a_button_nor_of_what_a_human_reads(robot: Robot, engine: Engine) -> None:
    """A pressed button is none of the citizen's words; what is written to a human is for the human."""
    conversation = robot.hears("Hvem har min sag?")
    robot.presses(conversation, "Se alle mine sager")
    with writing(engine) as connection:
        robot.log._records.change(connection, conversation, state="human")
    assert robot.log.say(conversation, "m1", "er du der, og hvad med min flurbel", ask="er du der") is not None
    assert robot.log.next_turn(conversation) is None
    assert len(robot.kept()) == 1
    with pytest.raises(NotFoundError):
        robot.misread(conversation, robot.log.since(conversation, 0)[-1].seq, "staff")


def test_an_answer_that_dies_leaves_no_understanding_and_the_other_way_round(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, neither is kept and the turn is still open; the next try keeps both."""
    conversation = robot.begin()
    assert robot.log.say(conversation, "m1", "hvad er en flurbel", ask="hvad er en flurbel") is not None
    turn = robot.log.next_turn(conversation)
    assert turn is not None
    answer = Answer(text="Det ved jeg ikke.", understood=Understood(outcome="fallback", intent="svartid"))
    keep = Understandings.answered

    def dies_after(self: Understandings, *given: object) -> None:
        keep(self, *given)  # type: ignore[arg-type]
        raise RuntimeError("killed")

    for killed in (dies_after, lambda *given: (_ for _ in ()).throw(RuntimeError("killed"))):
        monkeypatch.setattr(Understandings, "answered", killed)
        with pytest.raises(RuntimeError):
            robot.log.answer(turn, answer, login_id=None)
        assert robot.kept() == [] and robot.there() == 0
        assert [message.sender for message in robot.log.since(conversation, 0)] == ["assistant", "citizen"]
    monkeypatch.setattr(Understandings, "answered", keep)
    assert robot.log.answer(turn, answer, login_id=None) is not None
    assert len(robot.kept()) == 1 and robot.texts() == ["hvad er en flurbel"]
    assert robot.log.answer(turn, answer, login_id=None) is None and robot.rows()[0].n == 1


def test_an_answer_says_what_it_answers_and_can_be_called_wrong(robot: Robot) -> None:
    """By the citizen, under the assistant's own message; under the greeting there is nothing to call wrong."""
    conversation = robot.hears("hvad koster det at grave i vejen")
    greeting, question, answer = robot.log.since(conversation, 0)
    assert (greeting.answers, question.answers, answer.answers) == (None, None, question.seq)
    with writing(robot.engine) as connection:
        assert robot.learning.answered_wrong(connection, conversation, answer.seq)
        assert not robot.learning.answered_wrong(connection, conversation, answer.seq)
        for seq in (greeting.seq, question.seq, 99):
            with pytest.raises(NotFoundError):
                robot.learning.answered_wrong(connection, conversation, seq)
    (group,) = robot.rows()
    assert group.text == question.text and group.reasons == (Reason.CITIZEN,) and group.n == 1
    assert robot.misread(conversation, question.seq, "staff")
    (group,) = robot.rows()
    assert group.reasons == (Reason.CITIZEN, Reason.STAFF) and group.n == 1


def test_a_deleted_conversation_takes_its_messages_out_of_the_inbox(robot: Robot) -> None:
    """A row with none left goes; one that others wrote too shows what they wrote; an example stays an example."""
    own = robot.hears("hvad er en flurbel", "fallback")
    robot.hears("er en flurbel hvad", "fallback")
    robot.hears("er flurbel en hvad", "fallback", conversation=own)
    robot.hears("må jeg holde høns", "fallback", conversation=own)
    robot.hears("hvor ligger genbrugspladsen", "fallback", conversation=own)
    used = robot.rows()[0]
    robot.inbox.use(used.id, PIA, version=1, intent="find_afdeling", text="hvor er genbrugspladsen", confirmed=False)
    assert robot.texts() == ["må jeg holde høns", "er flurbel en hvad"] and robot.rows()[1].n == 3
    robot.log.erase(own)
    (left,) = robot.rows()
    assert (left.text, left.n) == ("er en flurbel hvad", 1)
    (example,) = robot.rows(Status.USED)
    assert (example.text, example.n) == ("hvor er genbrugspladsen", 0)
    assert robot.inbox.open(example.id)[1] == ()
    assert len(robot.kept()) == 1 and robot.texts(words="høns") == []


def test_an_example_keeps_nothing_that_finds_what_was_erased(robot: Robot, engine: Engine) -> None:
    """No word is kept for searching; taken back, the row goes as well; whoever writes the same later is found."""
    own = robot.hears("hvad er en flurbel", "fallback")
    robot.hears("må jeg holde høns", "fallback", conversation=own)
    for group in robot.rows():
        robot.inbox.use(group.id, PIA, version=1, intent="svartid", text=f"hør {group.text}", confirmed=False)
    robot.log.erase(own)
    with engine.connect() as connection:
        assert connection.execute(select(inbox_terms)).all() == []
    hens, flurbel = robot.rows(Status.USED)
    assert robot.inbox.restore(hens.id, PIA, version=2) is None
    assert robot.rows(Status.USED) == (flurbel,) and robot.rows() == ()
    with pytest.raises(NotFoundError):
        robot.inbox.restore(hens.id, PIA, version=2)
    robot.hears("en flurbel, hvad er det", "fallback")
    (found,) = robot.rows(Status.USED, words="flurbel")
    assert (found.id, found.n) == (flurbel.id, 1)
    restored = robot.inbox.restore(found.id, PIA, version=2)
    assert restored is not None and restored.text == "en flurbel, hvad er det"


def test_what_is_over_its_time_leaves_the_inbox(robot: Robot) -> None:
    """Deleting by age is deleting: thrown away rows go with their messages too."""
    robot.hears("hvad er en flurbel", "fallback")
    robot.hears("må jeg holde høns", "fallback")
    robot.inbox.drop(robot.rows()[0].id, PIA, version=1)
    robot.clock.goes(days=31)
    robot.hears("hvor høj må min hæk være", "fallback")
    assert robot.log.erase_expired() == 2
    assert robot.texts() == ["hvor høj må min hæk være"] and robot.there() == 1 and len(robot.kept()) == 1


def test_eight_citizens_ask_the_same_at_once(robot: Robot) -> None:
    """None of the answers fails on the other's row, and none is counted twice or lost."""
    conversations = [robot.begin() for _ in range(8)]
    for id in conversations:
        assert robot.log.say(id, "m1", "hvad er en flurbel", ask="hvad er en flurbel") is not None
    turns = [robot.log.next_turn(id) for id in conversations]
    answer = Answer(text="Hvad?", understood=Understood(outcome="fallback", intent="svartid", confidence=0.2))
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda turn: robot.log.answer(turn, answer, login_id=None), turns))  # type: ignore[arg-type]
    assert all(done)
    (group,) = robot.rows()
    assert group.n == 8 and len(robot.kept()) == 8


def test_a_row_shows_each_message_in_its_conversation(robot: Robot) -> None:
    """Four messages before and three after, whoever wrote them; the message itself is pointed out by its number."""
    id = robot.begin()
    for number in range(4):
        robot.hears(f"spørgsmål nummer {number} om veje", conversation=id)
    robot.hears("hvad er en flurbel", "fallback", "svartid", conversation=id, confidence=0.3)
    robot.hears("nå, hvem har min sag", conversation=id)
    robot.hears("og hvad koster et pas", conversation=id)
    (group,) = robot.rows()
    opened, (seen,) = robot.inbox.open(group.id)
    assert opened == group and (seen.text, seen.outcome, seen.intent, seen.confidence) == (
        "hvad er en flurbel", "fallback", "svartid", 0.3
    )  # fmt: skip
    assert [message.seq for message in seen.around] == list(range(seen.seq - 4, seen.seq + 4))
    assert next(message.text for message in seen.around if message.seq == seen.seq) == seen.text
    with pytest.raises(NotFoundError):
        robot.inbox.open(group.id + 1)


def test_who_trains_reads_nothing_of_a_citizens_case_nor_of_the_talk_with_a_person(robot: Robot) -> None:
    """No answer under a login or on a card, no case picked there, and nothing from or to a member of staff."""
    id = robot.begin()
    robot.says(id, "system", "Du er logget ind som Anna Bjerregaard.")
    robot.presses(id, "Byggesag om carporten")
    robot.hears("hvad er en flurbel", "fallback", conversation=id)
    robot.says(id, "system", "Du er logget ud.")
    robot.says(id, "assistant", "Er det rigtigt?", card={"kind": "summary"})
    (group,) = robot.rows()
    _, (seen,) = robot.inbox.open(group.id)
    assert [(one.sender, one.text) for one in seen.around] == [
        ("assistant", "Hej, jeg er en robot."),
        ("assistant", NOT_SHOWN),
        ("citizen", "hvad er en flurbel"),
        ("assistant", NOT_SHOWN),
        ("assistant", NOT_SHOWN),
    ]
    assert all(one.card is None and not one.choices for one in seen.around)

    other = robot.hears("hvor ligger den blå flurbel", "fallback")
    robot.says(other, "system", "Pia Lund fra Nørreå Kommune er her nu.")
    robot.says(other, "staff", "Jeg kan se, at din ansøgning mangler en lønseddel.")
    robot.says(other, "citizen", "den har jeg sendt til dig")
    _, (seen,) = robot.inbox.open(robot.rows()[0].id)
    assert [(one.sender, one.text) for one in seen.around] == [
        ("assistant", "Hej, jeg er en robot."),
        ("citizen", "hvor ligger den blå flurbel"),
        ("assistant", "Svar."),
    ]


def test_the_newest_twenty_messages_of_a_row_are_shown(robot: Robot) -> None:
    """However many wrote the same."""
    for _ in range(23):
        robot.hears("hvad er en flurbel", "fallback")
    (group,) = robot.rows()
    _, seen = robot.inbox.open(group.id)
    assert group.n == 23 and len(seen) == 20 and seen[0].at > seen[-1].at


def test_a_row_becomes_an_example_once(robot: Robot) -> None:
    """In the words that were chosen for it; who did so is known, and nobody does it again by chance."""
    robot.hears("hvad er min sags flurbel, mvh Anna", "fallback")
    (group,) = robot.rows()
    assert [span.kind for span in group.personal] == ["navn"]
    used, edit = robot.inbox.use(
        group.id, PIA, version=1, intent="sagsstatus", text="hvad er min\nsags flurbel ", confirmed=False
    )
    assert robot.added == [("Pia Lund", "sagsstatus", "hvad er min sags flurbel", False)] and edit == 1
    assert (used.status, used.intent, used.by, used.version) == (Status.USED, "sagsstatus", "Pia Lund", 2)
    assert (used.text, used.personal) == ("hvad er min sags flurbel", ())
    with pytest.raises(Changed) as told:
        robot.inbox.use(group.id, KAREN, version=1, intent="klage", text="hvad", confirmed=False)
    assert told.value.by == "Pia Lund" and told.value.staff.startswith("Pia Lund har brugt beskeden imens.")
    with pytest.raises(WrongMoment):
        robot.inbox.use(group.id, KAREN, version=2, intent="klage", text="hvad", confirmed=False)
    robot.hears("hvad er flurbel i min sag, min mail er a@b.example", "fallback")
    robot.hears("sags flurbel, hvad er min, mvh Anna", "fallback")
    assert robot.rows(Status.USED)[0].text == "hvad er min sags flurbel"  # not what others wrote since
    assert len(robot.added) == 1


def test_what_can_be_no_example_still_waits(robot: Robot) -> None:
    """Refused where examples are kept, or without a word in it."""
    robot.hears("hvad er en flurbel", "fallback")
    (group,) = robot.rows()
    robot.refusal = TrainingRefusal("it is known", staff="Den står der allerede.", code="duplicate")
    with pytest.raises(TrainingRefusal):
        robot.inbox.use(group.id, PIA, version=1, intent="svartid", text="hvad er en flurbel", confirmed=False)
    with pytest.raises(Unusable):
        robot.inbox.use(group.id, PIA, version=1, intent="svartid", text=" \n", confirmed=False)
    assert robot.rows() == (group,)


def test_a_row_is_thrown_away_and_taken_back(robot: Robot) -> None:
    """Alike messages stay away with it; taken back it waits as before, and two who do so at once are told."""
    robot.hears("hvad er en flurbel", "fallback")
    (group,) = robot.rows()
    dropped = robot.inbox.drop(group.id, PIA, version=group.version)
    assert (dropped.status, dropped.by, dropped.version) == (Status.DROPPED, "Pia Lund", 2)
    robot.hears("en flurbel, hvad er det", "fallback")
    assert robot.rows() == () and robot.inbox.counts() == {Status.WAITING: 0, Status.USED: 0, Status.DROPPED: 1}
    with pytest.raises(Changed):
        robot.inbox.drop(group.id, KAREN, version=1)
    with pytest.raises(WrongMoment):
        robot.inbox.drop(group.id, KAREN, version=2)
    restored = robot.inbox.restore(group.id, KAREN, version=2)
    assert restored is not None and (restored.status, restored.by, restored.intent, restored.n) == (
        Status.WAITING,
        None,
        None,
        2,
    )
    with pytest.raises(WrongMoment):
        robot.inbox.restore(group.id, KAREN, version=3)


def test_what_a_model_should_have_learned_and_did_not_waits_again(robot: Robot, engine: Engine, vault: Vault) -> None:
    """Only once a model runs whose data were read after it was used: one that was being trained then has not seen it.

    Nor has one that is made anew of those older data.
    """

    def lives(data: str, *, began: datetime | None) -> None:
        row = {"file": "m", "sha256": "0" * 64, "examples": 1, "intents": 1, "figures": "{}", "sealed": b""}
        with writing(engine) as connection:
            made = insert(model_versions).values(**row, data_file=data, made_at=robot.clock())
            (version,) = connection.execute(made).inserted_primary_key
            connection.execute(insert(activations).values(version_id=version, at=robot.clock(), sealed=b""))
            if began is not None:
                values = {"status": "done", "staff_id": PIA.id, "sealed": b"", "created_at": began, "started_at": began}
                connection.execute(insert(trainings).values(**values, version_id=version))

    robot.hears("hvad er en flurbel", "fallback")
    before = robot.clock()
    robot.clock.goes(seconds=40)
    robot.inbox.use(robot.rows()[0].id, PIA, version=1, intent="svartid", text="hvad er en flurbel", confirmed=False)
    robot.clock.goes(seconds=40)
    lives("old.tar.gz", began=before)
    robot.hears("hvad er en flurbel", "fallback")
    lives("old.tar.gz", began=None)
    robot.hears("hvad er en flurbel", "fallback")
    assert robot.rows() == () and robot.rows(Status.USED)[0].n == 3
    began = robot.clock()
    robot.clock.goes(seconds=80)
    lives("new.tar.gz", began=began)
    robot.hears("hvad er en flurbel", "fallback")
    (group,) = robot.rows()
    assert (group.n, group.intent, group.by) == (4, None, None)


def test_five_thousand_rows_are_paged_filtered_and_searched(robot: Robot, engine: Engine, vault: Vault) -> None:
    """Each row once, in order, whatever page it is on; a search reads fingerprints, not texts."""
    robot.hears("hvad er en flurbel", "fallback")  # as it comes, beside those that are written here
    at = robot.clock()
    rows, found_by = [], []
    for number in range(2, 5001):
        word = "".join(chr(ord("a") + int(digit)) + "q" for digit in str(number))
        text = f"hvordan får jeg {word} til vejen ved {'søen' if number % 10 == 0 else 'skoven'}"
        rows.append(
            {
                "id": number, "likeness": likeness(vault, text), "status": "waiting",
                "reasons": "asked,citizen" if number % 4 == 0 else "fallback", "n": 1, "guess": "find_afdeling",
                "confidence": 0.4, "second": None, "sealed": vault.seal(text), "first_at": at,
                "last_at": at + timedelta(seconds=number // 2), "version": 1,
            }
        )  # fmt: skip
        found_by += [{"inbox_id": number, "term": term} for term in terms(vault, text)]
    with writing(engine) as connection:
        connection.execute(insert(inbox), rows)
        connection.execute(insert(inbox_terms), found_by)
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = robot.inbox.page(Status.WAITING, cursor=cursor)
        seen += [group.id for group in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) == 5000 == len(set(seen)) and seen[-1] == 1
    assert robot.inbox.reasons(Status.WAITING)[Reason.CITIZEN] == 1250
    assert robot.inbox.reasons(Status.WAITING, words="sø")[Reason.ASKED] == 250
    with pytest.raises(BadCursor):
        robot.inbox.page(Status.WAITING, cursor="x")
    with pytest.raises(Unusable):
        robot.inbox.page(Status.WAITING, words="!!")
    for asked in (
        {},
        {"reason": Reason.CITIZEN},
        {"words": "vejene ved søer"},
        {"cursor": cursor},
        {"words": "flurbel"},
    ):
        assert robot.inbox.page(Status.WAITING, **asked).rows, asked  # type: ignore[arg-type]
