"""Emptying the outbox into a real SMTP server and a real gateway, well and unwell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.sending.mail import Mailer
from bot.sending.outbox import Outbox
from bot.sending.ports import Carrier, Invitation, Letter, Never, NotNow
from bot.sending.sender import Sender
from bot.sending.sms import HttpSmsGateway
from bot.settings import Mail, Sms
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.store.engine import make_engine, migrate, reading, writing
from bot.store.meeting_tables import outbox
from tests.integration.test_outbox import MIGRATIONS, Time
from tests.mail_peer import PASSWORD, USER, MailPeer
from tests.services import free_port
from tests.sms_peer import SmsPeer


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    migrate(made, MIGRATIONS)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def box(engine: Engine, vault: Vault, clock: Time) -> Outbox:
    return Outbox(engine, vault, mail=True, sms=True, clock=clock)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailPeer]:
    peer = MailPeer(tmp_path)
    peer.start()
    yield peer
    peer.stop()


@pytest.fixture
async def sms() -> AsyncIterator[SmsPeer]:
    peer = SmsPeer()
    await peer.start()
    yield peer
    await peer.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


def settings(peer: MailPeer, **changes: object) -> Mail:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": peer.port,
        "address": "svar-ikke@noerreaa.example",
        "name": "Nørreå Kommune",
        "tls": peer.tls,
        "timeout": 5.0,
    }
    return Mail(**(values | changes))  # type: ignore[arg-type]


def put(box: Outbox, engine: Engine, key: str = "k", *, channel: str = "mail", **changes: object) -> None:
    to = "anna@noerreaa.example" if channel == "mail" else "12 34 56 78"
    values: dict[str, object] = {"to": to, "subject": "Møde på rådhuset", "text": f"Hej {key} æøå"}
    with writing(engine) as connection:
        box.put(connection, key=key, channel=channel, **(values | changes))  # type: ignore[arg-type]


def statuses(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [row.status for row in connection.execute(select(outbox.c.status).order_by(outbox.c.id))]


@asynccontextmanager
async def running(box: Outbox, *, mail: Carrier | None = None, sms: Carrier | None = None) -> AsyncIterator[Sender]:
    blocking = Blocking()
    sender = Sender(box, blocking, mail=mail, sms=sms, look_every=0.05)
    task = asyncio.create_task(sender.run())
    yield sender
    sender.stop()
    await asyncio.wait_for(task, 60)
    blocking.close()


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "it never came true"
        await asyncio.sleep(0.02)


def letter(**changes: object) -> Letter:
    base = Letter(
        id=1, channel="mail", name="n1", to="anna@noerreaa.example", subject="Emne", text="Hej", tries=1,
        due_at=Time().now,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


async def test_a_mail_arrives_with_its_invitation(box: Outbox, engine: Engine, mail: MailPeer) -> None:
    """Danish text, sender, one reader, and the calendar in both its places come out at the other end."""
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Møde\r\nEND:VCALENDAR\r\n"
    put(box, engine, invitation=Invitation(method="REQUEST", ics=ics))
    async with running(box, mail=Mailer(settings(mail))):
        await until(lambda: statuses(engine) == ["sent"])
    (message,) = mail.received
    assert message["From"] == "Nørreå Kommune <svar-ikke@noerreaa.example>"
    assert message["Subject"] == "Møde på rådhuset"
    assert mail.recipients == [["anna@noerreaa.example"]]
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics"]
    assert [part.get_payload(decode=True) for part in message.walk()][3:] == [ics.encode()] * 2


# The server's own remark that it asks for passwords; with TLS from the first byte it can't know that they are hidden.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_mail_goes_encrypted_and_with_a_password(tmp_path: Path, tls: str) -> None:
    """With STARTTLS or TLS from the first byte, to a server whose certificate is trusted, as who we are."""
    peer = MailPeer(tmp_path, tls=tls, login=True)
    peer.start()
    try:
        good = settings(peer, user=USER, password=PASSWORD, ca_file=peer.ca_file)
        await Mailer(good).send(letter())
        await Mailer(good).ping()
        assert len(peer.received) == 1
        # A certificate nobody vouches for, a wrong password and none at all: nothing leaves, and it may later.
        for wrong in (replace(good, ca_file=None), replace(good, password="forkert"), replace(good, user=None)):
            with pytest.raises(NotNow) as told:
                await Mailer(wrong).send(letter())
            assert "anna" not in told.value.log and "forkert" not in told.value.log
        with pytest.raises(NotNow):
            await Mailer(replace(good, password="forkert")).ping()
        assert len(peer.received) == 1
    finally:
        peer.stop()


async def test_a_mail_is_never_sent_in_the_clear_where_encryption_is_set(mail: MailPeer) -> None:
    """A server that offers no STARTTLS, or somebody in between who takes the offer away, gets nothing."""
    with pytest.raises(NotNow):
        await Mailer(settings(mail, tls="starttls")).send(letter())
    assert mail.received == []


@pytest.mark.parametrize(
    ("where", "answer", "kind"),
    [("rcpt", "451 Try later", NotNow), ("rcpt", "550 No such user anna@noerreaa.example", Never),
     ("data", "452 Full", NotNow), ("data", "554 Spam", Never), ("rcpt", "421 Going down", NotNow)],
)  # fmt: skip
async def test_the_servers_answer_says_whether_to_try_again(
    mail: MailPeer, where: str, answer: str, kind: type[Exception]
) -> None:
    """4xx may come right, 5xx will not (RFC 5321, 4.2.1); and no address comes back in the error."""
    getattr(mail, where).append(answer)
    with pytest.raises(kind) as told:
        await Mailer(settings(mail)).send(letter())
    assert "anna" not in f"{told.value!r}{told.value.__cause__!r}{told.value.__context__!r}"


async def test_a_server_that_is_slow_is_left_after_a_while(mail: MailPeer) -> None:
    """A server that takes the mail and says nothing costs the time set, and no more."""
    mail.slow = 3.0
    began = asyncio.get_running_loop().time()
    with pytest.raises(NotNow):
        await Mailer(settings(mail, timeout=0.3)).send(letter())
    assert asyncio.get_running_loop().time() - began < 2


async def test_a_mail_that_is_asked_to_wait_comes_later_and_once(
    box: Outbox, engine: Engine, clock: Time, mail: MailPeer
) -> None:
    """Refused for now it waits its time; then it is sent, and not again."""
    mail.rcpt.append("451 Greylisted")
    put(box, engine)
    async with running(box, mail=Mailer(settings(mail))) as sender:
        await until(lambda: statuses(engine) == ["waiting"] and not mail.rcpt)
        assert mail.received == []
        clock.now += timedelta(minutes=2)
        sender.wake()
        await until(lambda: statuses(engine) == ["sent"])
    assert len(mail.received) == 1


async def test_one_bad_address_holds_up_nobody(box: Outbox, engine: Engine, mail: MailPeer) -> None:
    """What is refused for good is given up; everything after it goes."""
    mail.rcpt.append("550 No such user")
    put(box, engine, "first")
    async with running(box, mail=Mailer(settings(mail))):
        await until(lambda: statuses(engine) == ["given_up"])
        for number in range(20):
            put(box, engine, f"k{number}")
        await until(lambda: statuses(engine) == ["given_up"] + ["sent"] * 20)
    assert len(mail.received) == 20


async def test_nothing_is_lost_while_the_server_is_away(
    box: Outbox, engine: Engine, clock: Time, tmp_path: Path
) -> None:
    """Letters put while nothing listens are all sent, each once, when the server is back."""
    peer = MailPeer(tmp_path, port=free_port())
    async with running(box, mail=Mailer(settings(peer))) as sender:
        for number in range(5):
            put(box, engine, f"k{number}")
        await until(lambda: _tries(engine) >= 5 and "sending" not in statuses(engine))
        peer.start()
        try:
            clock.now += timedelta(minutes=5)
            sender.wake()
            await until(lambda: statuses(engine) == ["sent"] * 5)
        finally:
            peer.stop()
    assert sorted(message.get_content().strip() for message in peer.received) == [f"Hej k{n} æøå" for n in range(5)]


def _tries(engine: Engine) -> int:
    with reading(engine) as connection:
        return sum(row.tries for row in connection.execute(select(outbox.c.tries)))


async def test_two_senders_send_each_letter_once(
    box: Outbox, engine: Engine, mail: MailPeer, sms: SmsPeer, http: aiohttp.ClientSession
) -> None:
    """Two web processes side by side: forty mails and forty text messages, none of them twice."""
    gateway = HttpSmsGateway(http, Sms(url=sms.url, token=sms.token, sender="Kommunen"))
    for number in range(40):
        put(box, engine, f"m{number}")
        put(box, engine, f"s{number}", channel="sms")
    carriers = {"mail": Mailer(settings(mail)), "sms": gateway}
    async with running(box, **carriers), running(box, **carriers):
        await until(lambda: statuses(engine) == ["sent"] * 80, 60)
    assert len(mail.received) == 40 == len({message["Message-ID"] for message in mail.received})
    assert len(sms.asked) == 40 == len(sms.sent)


class DiesAfterSending:
    """A carrier in a process that is killed in the moment after the mail was taken over."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.sent = asyncio.Event()

    async def send(self, letter: Letter) -> None:
        await self.carrier.send(letter)
        self.sent.set()
        await asyncio.Event().wait()


async def test_killed_before_it_is_written_down_it_is_sent_again_under_the_same_name(
    box: Outbox, engine: Engine, clock: Time, mail: MailPeer
) -> None:
    """At least once, and mail systems can tell that it is the same: what is promised, and no more."""
    put(box, engine)
    dying, blocking = DiesAfterSending(Mailer(settings(mail))), Blocking()
    task = asyncio.create_task(Sender(box, blocking, mail=dying).run())
    await asyncio.wait_for(dying.sent.wait(), 60)
    task.cancel()
    await asyncio.wait([task])
    blocking.close()
    assert statuses(engine) == ["sending"]
    clock.now += timedelta(minutes=6)
    async with running(box, mail=Mailer(settings(mail))):
        await until(lambda: statuses(engine) == ["sent"])
    first, second = mail.received
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_new_letter_wakes_the_sender(box: Outbox, engine: Engine, mail: MailPeer) -> None:
    """Nobody waits for the next look."""
    blocking = Blocking()
    sender = Sender(box, blocking, mail=Mailer(settings(mail)), look_every=3600)
    task = asyncio.create_task(sender.run())
    put(box, engine)
    sender.wake()
    await until(lambda: statuses(engine) == ["sent"])
    put(box, engine, "another")
    sender.wake()
    await until(lambda: statuses(engine) == ["sent", "sent"])
    sender.stop()
    await asyncio.wait_for(task, 5)
    blocking.close()


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_sender(
    box: Outbox, engine: Engine, mail: MailPeer
) -> None:
    """The worker goes on, and sends what is there when the database is back."""

    class Stumbling(Outbox):
        stumbles = 3

        def take(self, count: int) -> list[Letter]:
            if self.stumbles:
                self.stumbles -= 1
                raise ConnectionError("the database is away")
            return box.take(count)

        def done(self, letter: Letter) -> None:
            box.done(letter)

    put(box, engine)
    async with running(Stumbling(engine, Vault([Vault.new_key()]), mail=True), mail=Mailer(settings(mail))):
        await until(lambda: statuses(engine) == ["sent"])


async def test_a_text_message_arrives(box: Outbox, engine: Engine, sms: SmsPeer, http: aiohttp.ClientSession) -> None:
    """Number as E.164, words as they are, an id of its own, and who it comes from."""
    put(box, engine, channel="sms")
    async with running(box, sms=HttpSmsGateway(http, Sms(url=sms.url, token=sms.token, sender="Kommunen"))):
        await until(lambda: statuses(engine) == ["sent"])
    (asked,) = sms.asked
    assert asked["id"] and asked == {"to": "+4512345678", "text": "Hej k æøå", "id": asked["id"], "from": "Kommunen"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(200, None), (202, None), (429, NotNow), (500, NotNow), (503, NotNow), (302, NotNow), (0, NotNow), (403, NotNow),
     (400, Never), (422, Never), (410, Never)],
)  # fmt: skip
async def test_the_gateways_answer_says_whether_to_try_again(
    sms: SmsPeer, http: aiohttp.ClientSession, answer: int, kind: type[Exception] | None
) -> None:
    """Taken over, busy or broken, or refused: each is what it says."""
    sms.answers.append(answer)
    sending: Awaitable[None] = HttpSmsGateway(http, Sms(url=sms.url, token=sms.token)).send(letter(to="+4512345678"))
    if kind is None:
        await sending
    else:
        with pytest.raises(kind) as told:
            await sending
        assert "12345678" not in str(told.value)


async def test_a_wrong_token_costs_no_message(sms: SmsPeer, http: aiohttp.ClientSession) -> None:
    """A token that ran out is mended in the settings; until then the messages wait."""
    with pytest.raises(NotNow):
        await HttpSmsGateway(http, Sms(url=sms.url, token="forkert")).send(letter(to="+4512345678"))
    with pytest.raises(NotNow):
        await HttpSmsGateway(http, Sms(url=f"http://127.0.0.1:{free_port()}/", token="x")).send(letter())


async def test_a_gateway_that_answers_late_gets_the_same_id_again(
    box: Outbox, engine: Engine, clock: Time, sms: SmsPeer, http: aiohttp.ClientSession
) -> None:
    """A message that a gateway may have had is offered under its own id, so that it is sent once."""
    sms.answers.append(503)
    put(box, engine, channel="sms")
    async with running(box, sms=HttpSmsGateway(http, Sms(url=sms.url, token=sms.token))) as sender:
        await until(lambda: len(sms.asked) == 1 and statuses(engine) == ["waiting"])
        clock.now += timedelta(minutes=2)
        sender.wake()
        await until(lambda: statuses(engine) == ["sent"])
    assert len(sms.asked) == 2 and len({asked["id"] for asked in sms.asked}) == 1
