"""web is killed at every step between a citizen's wish for a human and the end: nothing is lost, nothing is doubled.

Each walk is gone once undisturbed, and once for every point at which web dies; another web goes on at once, and
everybody comes back. All that was said must then be as in the undisturbed walk, and so must the database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.records import Message
from bot.handoff import texts
from bot.store.engine import make_engine, writing
from bot.store.handoff_tables import filings, handoffs, surveys
from bot.store.meeting_tables import meetings, outbox
from bot.store.tables import metadata
from tests.integration.rasa_peer import Reply, echo
from tests.services import Postgres
from tests.takeover.house import House, running_house
from tests.takeover.mortal_web import Point
from tests.takeover.people import Citizen

# The times that are promised or offered are other ones when a walk is gone a little later.
_TIMES = re.compile(r"((i dag|i morgen|\w+dag den \d+\. \w+) )?kl\. \d+(\.\d\d)?(-\d+(\.\d\d)?)?")
# What was said, and what the database holds.
Story = tuple[list[Any], dict[str, Any]]


def reply(body: dict[str, Any]) -> Reply:
    """Rasa: a human for whoever asks for one, a meeting likewise."""
    said = body["message"]
    if "menneske" in said:
        ask = {"type": "handoff", "do": "offer", "trigger": "bedt_om", "reason": "Borgeren vil tale med et menneske."}
        return [{"recipient_id": body["sender"], "text": "Det forstår jeg godt."}, {"custom": ask}]
    if "møde" in said:
        return [{"custom": {"type": "meeting", "do": "book", "form": "fremmoede", "department": "social"}}]
    return echo(body)


async def asked(house: House, citizen: Citizen) -> int:
    """The citizen asks for a human, and is offered one; the handoff's id."""
    await house.step("asks")
    await citizen.send(
        "say", text="Jeg vil tale med et menneske om min ansøgning. Min husleje er 6.000 kr. om måneden."
    )
    return int((await citizen.hears("handoff"))["id"])


async def until_state(citizen: Citizen, state: str, status: str | None) -> None:
    """Return when the citizen is told that the conversation is in this state, and the handoff in this."""

    def told() -> bool:
        handoff = citizen.standing.get("handoff")
        return citizen.standing["state"] == state and (handoff and handoff["status"]) == status

    await citizen.until(told)


async def sends(house: House, citizen: Citizen) -> None:
    """The citizen asks for a human, presses »Send«, and writes on while waiting."""
    house.staff()
    await asked(house, citizen)
    await house.step("sends")
    await citizen.press("handoff:send")
    await until_state(citizen, "queued", "waiting")
    await house.step("writes on")
    await citizen.send("say", text="Det haster lidt")
    await citizen.until(lambda: citizen.newest["text"] == "Det haster lidt")


async def corrects(house: House, citizen: Citizen) -> None:
    """The citizen puts the summary right and sends it in the same go, then leaves the queue."""
    house.staff()
    handoff = await asked(house, citizen)
    await house.step("corrects")
    await citizen.send("handoff", handoff=handoff, do="send", fields={"phone": "12345678"}, add="Ring gerne.")
    await until_state(citizen, "queued", "waiting")
    await house.step("leaves")
    await citizen.press("handoff:withdraw")
    await until_state(citizen, "bot", None)


async def lets_lie(house: House, citizen: Citizen) -> None:
    """The citizen does nothing about the offer: it is sent by itself, and when nobody comes, the promise is broken."""
    house.staff()
    await asked(house, citizen)
    await house.step("by itself")
    house.passes(handoffs.c.send_at)
    await until_state(citizen, "queued", "waiting")
    await house.step("late")
    house.passes(handoffs.c.due_at)
    await citizen.until(lambda: citizen.newest["text"] == texts.LATE)


async def is_helped(house: House, citizen: Citizen) -> None:
    """Mette takes it, they write to each other, she books a meeting and closes it, and the citizen says how it was."""
    mette = house.staff()
    handoff = await asked(house, citizen)
    await citizen.press("handoff:send")
    await until_state(citizen, "queued", "waiting")
    await house.step("claims")
    await mette.do(handoff, "claim", done=lambda shown: shown["handoff"]["status"] == "claimed")
    await until_state(citizen, "human", "claimed")
    await house.step("replies")
    # Its id makes it safe to send again, so the page does, whatever it knows.
    await mette.do(handoff, "reply", id="reply-1", text="Hej, jeg ser på det.", done=lambda shown: False)
    await citizen.until(lambda: citizen.newest["text"] == "Hej, jeg ser på det.")
    await house.step("answers")
    await citizen.send("say", text="Ring til mig på 12345678")
    await house.step("arranges")
    slots = await mette.see("/slots", department="social", form="fremmoede")
    slot = {key: slots["slots"][-1][key] for key in ("calendar", "form", "starts_at")}
    details = {"email": "anna@borger.example", "mail": True}
    await mette.do(handoff, "meetings", **slot, details=details, done=lambda shown: shown["meetings"])
    await citizen.hears("meeting")
    await house.until(lambda: any(row.status == "sent" for row in house.rows(outbox)))
    await house.step("closes")
    note = "Aftalt et møde."
    await mette.do(
        handoff, "close", outcome="meeting", note=note, done=lambda shown: shown["handoff"]["status"] == "closed"
    )
    await citizen.hears("survey")
    await citizen.until(lambda: citizen.standing["state"] == "closed")
    await house.step("tells")
    await citizen.send("survey", handoff=handoff, heard=5, neutral=4, trust=5, respect=5, comment="Tak!")
    await citizen.until(lambda: citizen.newest["text"] == texts.SURVEY_THANKS)


async def meets(house: House, citizen: Citizen) -> None:
    """The citizen asks for a meeting, takes a time, books it with mail, and the mail comes."""
    await house.step("asks")
    await citizen.send("say", text="Jeg vil have et møde")
    await citizen.until(lambda: any(each.get("do") == "meeting:hold" for each in citizen.newest.get("choices", ())))
    await house.step("holds")
    await citizen.press("meeting:hold")
    held = await citizen.hears("meeting")
    await house.step("books")
    details = {"name": "Anna Bjerregaard", "email": "anna@borger.example", "mail": True}
    await citizen.send("meeting", meeting=held["id"], do="book", details=details)
    await citizen.until(lambda: citizen.newest.get("card", {}).get("status") == "booked")
    await house.until(lambda: any(row.status == "sent" for row in house.rows(outbox)))


Walk = Callable[[House, Citizen], Awaitable[None]]


def entered(step: str, place: str, *times: int) -> list[Point]:
    """Points at which a function begins."""
    return [Point(step=step, place=f"bot.{place}", entered=True, time=time) for time in times or (1,)]


def returned(step: str, place: str, *times: int) -> list[Point]:
    """Points at which a function is done."""
    return [Point(step=step, place=f"bot.{place}", entered=False, time=time) for time in times or (1,)]


# Every step of the way on which a message of the citizen's becomes the assistant's answer with a human in it.
ASKING = [
    *entered("asks", "chat.log:Log.say"),
    *returned("asks", "chat.log:Log.say"),  # the question is kept, the citizen does not know
    *returned("asks", "chat.rasa:Gateway.ask"),
    *entered("asks", "chat.log:Log.answer"),
    *entered("asks", "handoff.takeover:Takeover.follow"),
    *entered("asks", "handoff.citizens:CitizensHandoffs.offer"),
    *returned("asks", "handoff.records:HandoffRecords.insert"),
    *returned("asks", "handoff.records:HandoffRecords.event"),
    *entered("asks", "chat.log:carry_out"),
    *entered("asks", "chat.records:Records.append", 2),
    *returned("asks", "chat.records:Records.append", 2),
    *returned("asks", "chat.log:carry_out"),  # all is written, nothing is committed
    *returned("asks", "chat.log:Log.answer"),  # the handoff is decided and kept, the citizen is not told
    *entered("asks", "chat.announcing:Announcer.done"),
    *returned("asks", "chat.announcing:Announcer.message", 2),
    *entered("asks", "chat.announcing:Announcer.state"),
    *returned("asks", "chat.announcing:Announcer.done"),
    *entered("asks", "web.socket:_send", 1, 2, 3, 4, 5),  # ack, their own words, typing, the offer, the state
    *returned("asks", "web.socket:_send", 4),
]
SENDING = [
    *returned("sends", "chat.log:Log.choice"),
    *entered("sends", "chat.log:Log.act"),
    *returned("sends", "chat.records:Records.append"),
    *entered("sends", "handoff.takeover:Takeover.command"),
    *entered("sends", "handoff.citizens:CitizensHandoffs.send"),
    *returned("sends", "handoff.records:HandoffRecords.change"),
    *returned("sends", "handoff.records:HandoffRecords.event"),
    *returned("sends", "handoff.citizens:CitizensHandoffs.send"),
    *returned("sends", "chat.log:carry_out"),
    *returned("sends", "chat.log:Log.act"),  # it is in the queue, and the citizen does not know
    *returned("sends", "chat.announcing:Announcer.message"),
    *entered("sends", "chat.announcing:Announcer.done"),
    *entered("sends", "chat.announcing:Announcer.state"),
    *entered("sends", "chat.announcing:Announcer.desk"),
    *entered("sends", "web.socket:_send", 1, 2, 3, 4),  # ack, the button, the answer, the state
    *returned("writes on", "chat.log:Log.say"),
    *entered("writes on", "chat.announcing:Announcer.desk"),
]
CORRECTING = [
    *entered("corrects", "chat.log:Log.act"),
    *entered("corrects", "handoff.citizens:CitizensHandoffs.corrected"),
    *returned("corrects", "handoff.records:HandoffRecords.change", 1, 2),
    *returned("corrects", "chat.log:Log.act"),
    *returned("corrects", "chat.announcing:Announcer.done"),
    *returned("leaves", "handoff.records:HandoffRecords.change"),
    *returned("leaves", "chat.log:Log.act"),
]
LETTING_LIE = [
    *entered("by itself", "handoff.keeping:HandoffKeeper.send_due"),
    *returned("by itself", "handoff.keeping:HandoffKeeper._due"),
    *entered("by itself", "chat.log:Log.happen"),
    *returned("by itself", "handoff.citizens:CitizensHandoffs.send"),
    *returned("by itself", "chat.log:Log.happen"),
    *entered("by itself", "chat.announcing:Announcer.state"),
    *returned("by itself", "handoff.keeping:HandoffKeeper.send_due", 2),
    *entered("late", "chat.log:Log.happen"),
    *returned("late", "handoff.records:HandoffRecords.change"),
    *returned("late", "chat.log:Log.happen"),
    *entered("late", "chat.announcing:Announcer.done"),
    *returned("late", "handoff.keeping:HandoffKeeper.tell_late", 2),
]
MEETING = [
    *entered("asks", "meetings.chatting:MeetingsInChat.follow"),
    *returned("asks", "chat.log:Log.answer"),
    *entered("holds", "chat.log:Log.act"),
    *entered("holds", "meetings.booking:Meetings.hold"),
    *returned("holds", "meetings.booking:Meetings.hold"),
    *returned("holds", "chat.log:Log.act"),  # the time is held, and the citizen does not know
    *entered("holds", "web.socket:_send", 1, 3),
    *returned("books", "meetings.booking:Meetings.change"),
    *entered("books", "meetings.booking:Meetings.book"),
    *entered("books", "sending.outbox:Outbox.put"),
    *returned("books", "sending.outbox:Outbox.put"),
    *returned("books", "meetings.booking:Meetings.book"),
    *entered("books", "handoff.citizens:CitizensHandoffs.meet"),
    *returned("books", "handoff.citizens:CitizensHandoffs.meet"),
    *returned("books", "chat.log:carry_out"),
    *returned("books", "chat.log:Log.act"),  # it is booked, and the citizen does not know
    *entered("books", "chat.announcing:Announcer.done"),
    *entered("books", "sending.sender:Sender.wake"),
    *entered("books", "sending.outbox:Outbox.take"),
    *returned("books", "sending.outbox:Outbox.take"),
    *entered("books", "sending.mail:Mailer.send"),
    *returned("books", "sending.mail:Mailer.send"),  # the mail server has it, and nobody has written that down
    *entered("books", "sending.outbox:Outbox.done"),
    *returned("books", "sending.outbox:Outbox.done"),
]
BEING_HELPED = [
    *entered("claims", "desk.queue:Queue.claim"),
    *returned("claims", "handoff.records:HandoffRecords.change"),
    *returned("claims", "chat.records:Records.append"),
    *returned("claims", "desk.queue:Queue.claim"),  # it is Mette's, and nobody knows
    *entered("claims", "chat.announcing:Announcer.state"),
    *returned("claims", "web.desk_news:DeskNews.changed"),
    *entered("claims", "desk.filings:DeskFilings.draft"),
    *returned("claims", "desk.filings:DeskFilings.draft"),
    *entered("replies", "desk.queue:Queue.reply"),
    *returned("replies", "chat.records:Records.append"),
    *returned("replies", "desk.queue:Queue.reply"),  # it is kept, and nobody knows
    *returned("replies", "web.desk_news:DeskNews.replied"),
    *returned("answers", "chat.log:Log.say"),
    *entered("arranges", "desk.meetings:DeskMeetings.book"),
    *returned("arranges", "sending.outbox:Outbox.put"),
    *returned("arranges", "desk.meetings:DeskMeetings.book"),  # it is booked, and nobody knows
    *entered("arranges", "web.desk_news:DeskNews.changed"),
    *entered("closes", "desk.queue:Queue.close"),
    *returned("closes", "handoff.records:HandoffRecords.change"),
    *returned("closes", "handoff.records:HandoffRecords.index"),
    *returned("closes", "chat.records:Records.append", 1, 2),
    *returned("closes", "desk.queue:Queue.close"),  # it is closed, and nobody knows
    *returned("closes", "web.desk_news:DeskNews.changed"),
    *entered("tells", "handoff.takeover:Takeover.survey"),
    *returned("tells", "handoff.surveys:Surveys.keep"),
    *returned("tells", "chat.log:Log.happen"),  # it is kept, and the citizen does not know
    *entered("tells", "web.socket:_send", 1, 2),  # the thanks, and that it is kept
]
WALKS: dict[str, tuple[Walk, list[Point]]] = {
    "sends": (sends, ASKING + SENDING),
    "corrects": (corrects, CORRECTING),
    "lets lie": (lets_lie, LETTING_LIE),
    "is helped": (is_helped, BEING_HELPED),
    "meets": (meets, MEETING),
}
# Where nobody can know whether the mail server has the letter it is sent again, under the same Message-ID.
SENT_TWICE = [
    *returned("books", "sending.mail:Mailer.send"),
    *entered("books", "sending.outbox:Outbox.done"),
]


@pytest.fixture(scope="module")
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Gives an empty database of a kind: always the same one, for it takes a while to make its tables."""
    made: dict[str, str] = {}

    def emptied(kind: str) -> str:
        if kind in made:
            engine = make_engine(made[kind])
            with writing(engine) as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(table.delete())
            engine.dispose()
        elif kind == "sqlite":
            made[kind] = f"sqlite:///{tmp_path_factory.mktemp('takeover') / 'test.db'}"
        else:
            server: Postgres = request.getfixturevalue("postgres")
            made[kind] = server.new_database()
        return made[kind]

    return emptied


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Story]:
    """The stories of the walks that nothing disturbs, as they become known."""
    return {}


# Where something is just about to be, or has just been, committed or told: on both databases, the rest on one.
_ON_BOTH = re.compile(r"^bot\.(chat\.log|handoff\.keeping|desk\.(queue|meetings)|meetings\.booking)")


def cases() -> list[Any]:
    """Every walk with every point, and the database it is gone on."""
    return [
        pytest.param(name, point, kind, id=f"{name}-{point}-{kind}")
        for name, (_, points) in WALKS.items()
        for point in points
        for kind in ("sqlite", "postgresql")
        if kind == "sqlite" or (_ON_BOTH.match(point.place) and not point.entered)
    ]


@pytest.mark.long
@pytest.mark.parametrize(("name", "point", "kind"), cases())
async def test_web_dies(
    name: str, point: Point, kind: str, empty: Callable[[str], str], tmp_path: Path, undisturbed: dict[str, Story]
) -> None:
    """Wherever web dies, the conversation and the database are in the end what they are when it does not."""
    walk = WALKS[name][0]
    if name not in undisturbed:
        undisturbed[name] = await story(walk, None, empty("sqlite"), tmp_path)
    said, kept = await story(walk, point, empty(kind), tmp_path)
    # A mail that is under way when web dies may come twice, and is known by its Message-ID to be the same one.
    assert point not in SENT_TWICE or len(kept["mails"]) == 2
    calm_said, calm_kept = undisturbed[name]
    assert said == calm_said
    assert kept | {"mails": len(set(kept["mails"]))} == calm_kept | {"mails": len(calm_kept["mails"])}


async def story(walk: Walk, point: Point | None, database_url: str, folder: Path) -> Story:
    """Go a walk, and tell what came of it."""
    async with running_house(database_url, folder, point, reply) as house:
        citizen = await house.citizen()
        await walk(house, citizen)
        await house.step("afterwards")
        # Whatever may still come, comes before the answer to something new.
        if citizen.standing["state"] in ("bot", "closed"):
            await citizen.send("say", text="Tak for det")
            await citizen.until(lambda: citizen.newest["text"].startswith("Svar på: Tak for det"))
        log = house.log(citizen.conversation)
        await citizen.until(lambda: len(citizen.messages) >= len(log))
        await citizen.close()
        assert len(house.exits) == (point is not None)
        assert house.waits() == 0
        # Each message once, in order, without a gap: for the citizen and in the log.
        assert [each["seq"] for each in citizen.messages] == [each.seq for each in log] == list(range(1, len(log) + 1))
        assert [each["text"] for each in citizen.messages] == [each.text for each in log]
        return [spoken(each) for each in log], left(house, citizen)


def spoken(message: Message) -> tuple[Any, ...]:
    """A message, without what differs from one walk to the next."""
    card = message.card or {}
    titles = tuple(_TIMES.sub("<tid>", each.title) for each in message.choices)
    return message.sender, _TIMES.sub("<tid>", message.text), card.get("type"), titles


def left(house: House, citizen: Citizen) -> dict[str, Any]:
    """What the database holds in the end."""
    rows = house.rows(handoffs)
    ids = [row.id for row in rows]
    return {
        "state": house.state(citizen.conversation),
        "told": citizen.standing["state"],
        "handoffs": [(row.status, row.way, row.priority, row.department, row.alerted_at is None) for row in rows],
        "events": [house.happened(row.id) for row in rows],
        "filings": [(row.kind, row.status) for row in house.rows(filings)],
        "surveys": len(house.rows(surveys)),
        "meetings": [(row.status, row.sequence, row.handoff_id in ids) for row in house.rows(meetings)],
        "letters": Counter((row.key.split(":", 2)[2].rsplit(":", 1)[0], row.status) for row in house.rows(outbox)),
        "mails": [str(each["Message-ID"]) for each in house.mail.received],
        "errors": len(citizen.errors),
    }
