"""From a meeting that is booked, moved or cancelled to what arrives, on both databases and a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import icalendar
import pytest
from sqlalchemy.engine import Engine

from bot.meetings.booking import Meetings
from bot.meetings.model import Details, Meeting
from bot.meetings.rules import Form
from bot.sending.about_meetings import MeetingNews
from bot.sending.gsm import is_one_message
from bot.sending.mail import Mailer
from bot.sending.outbox import Outbox
from bot.sending.ports import Letter
from bot.store.crypto import Vault
from bot.store.engine import writing
from tests.asking import the_municipality
from tests.databases import migrated
from tests.identity_setup import HandClock, new_conversation
from tests.integration.test_outbox_sending import running, settings, statuses, until
from tests.mail_peer import MailPeer
from tests.meeting_setup import NOON, calendar, danish, municipality

BOTH = Details(
    name="Anna Bjerregaard", email="anna@noerreaa.example", phone="12 34 56 78", mail=True, sms=True,
    interpreter="arabisk", companion="min søster",
)  # fmt: skip
# What the meeting is about, who else comes, and who the citizen is to the authorities: none of it is ever sent.
SECRETS = ("misbrug", "udredning", "arabisk", "søster", "tolk", "27.36.04", "1403481236", "140348", "Bjerregaard")


class Office:
    """Meetings whose news go to an outbox."""

    def __init__(self, engine: Engine, vault: Vault, *, mail: bool = True, sms: bool = True) -> None:
        self.clock = HandClock(NOON)
        self.engine = engine
        place = municipality(calendar("0-23.30"), days=400)
        self.box = Outbox(engine, vault, mail=mail, sms=sms, clock=self.clock)
        news = MeetingNews(self.box, place, clock=self.clock)
        self.meetings = Meetings(engine, vault, place, clock=self.clock, news=news.news)

    def book(self, when: str, details: Details = BOTH, form: Form = Form.IN_PERSON) -> Meeting:
        with writing(self.engine) as connection:
            return self.meetings.book_at_once(
                connection,
                self.meetings.slot("rum", form, danish(when)),
                conversation_id="a",
                details=details,
                agenda=("Dit misbrug", "Udredning i 27.36.04-G01-12-26 for 140348-1236"),
                documents=("Din udredning",),
            )

    def move(self, meeting: Meeting, when: str) -> Meeting:
        with writing(self.engine) as connection:
            slot = self.meetings.slot("rum", meeting.form, danish(when))
            return self.meetings.move(connection, meeting.id, slot)

    def cancel(self, meeting: Meeting) -> Meeting:
        with writing(self.engine) as connection:
            return self.meetings.cancel(connection, meeting.id)

    def change(self, meeting: Meeting, details: Details) -> Meeting:
        with writing(self.engine) as connection:
            return self.meetings.change(connection, meeting.id, details=details)

    def sent(self) -> list[Letter]:
        """What is due now, as sent."""
        letters = self.box.take(50)
        for letter in letters:
            self.box.done(letter)
        return letters

    def sent_until(self, when: str) -> list[tuple[str, str, datetime]]:
        """Everything sent until a Danish time, with a look every hour: channel, first words, when."""
        found = []
        while self.clock.time <= danish(when):
            for letter in self.sent():
                told = letter.subject or letter.text
                found.append((letter.channel, told.split()[0], self.clock.time))
            self.clock.forward(hours=1)
        return found


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = migrated(database_url)
    new_conversation(engine, "a")
    yield engine
    engine.dispose()


@pytest.fixture
def office(engine: Engine, vault: Vault) -> Office:
    return Office(engine, vault)


def utc(text: str) -> datetime:
    return danish(text).astimezone(timezone.utc)


def event(letter: Letter) -> tuple[str, int, datetime]:
    """Method, sequence and start of the calendar file that goes with a mail."""
    assert letter.invitation is not None
    made = icalendar.Calendar.from_ical(letter.invitation.ics)
    (one,) = made.walk("VEVENT")
    assert made["METHOD"] == letter.invitation.method
    return letter.invitation.method, int(one["SEQUENCE"]), one["DTSTART"].dt


def test_a_booking_is_told_at_once_and_reminded_of_as_the_municipality_says(office: Office) -> None:
    """Invitation now, reminders 24 and 2 hours before, by both ways that were asked for."""
    office.book("2026-11-24T10:00")
    first = office.sent()
    assert [(letter.channel, letter.invitation is not None) for letter in first] == [("mail", True), ("sms", False)]
    assert event(first[0]) == ("REQUEST", 0, danish("2026-11-24T10:00"))
    assert office.sent_until("2026-11-24T12:00") == [
        ("mail", "Husk:", utc("2026-11-23T10:00")), ("sms", "Husk", utc("2026-11-23T10:00")),
        ("mail", "Husk:", utc("2026-11-24T08:00")), ("sms", "Husk", utc("2026-11-24T08:00")),
    ]  # fmt: skip


def test_nobody_is_written_to_who_did_not_ask_for_it(office: Office, engine: Engine) -> None:
    """An address and a number that are known are no consent; and only the way that was asked for is used."""
    office.book("2026-11-24T10:00", Details(email="anna@noerreaa.example", phone="12 34 56 78"))
    assert statuses(engine) == []
    office.book("2026-11-25T10:00", Details(email="anna@noerreaa.example", phone="12 34 56 78", sms=True))
    assert {letter.channel for letter in office.sent()} == {"sms"}


def test_without_servers_nothing_is_kept(engine: Engine, vault: Vault) -> None:
    """A booking works as well where no mail is sent."""
    office = Office(engine, vault, mail=False, sms=False)
    office.cancel(office.book("2026-11-24T10:00"))
    assert statuses(engine) == []


def test_a_move_takes_the_old_reminders_with_it(office: Office) -> None:
    """The update goes now with a higher sequence; reminders come before the new time and not before the old one."""
    meeting = office.book("2026-11-24T10:00")
    office.sent()
    office.move(meeting, "2026-11-27T14:00")
    mail, sms = office.sent()
    assert event(mail) == ("REQUEST", 1, danish("2026-11-27T14:00"))
    assert mail.subject.startswith("Ny tid:") and "Ny tid" in sms.text
    assert [when for _, _, when in office.sent_until("2026-11-28T00:00")] == [
        utc("2026-11-26T14:00"), utc("2026-11-26T14:00"), utc("2026-11-27T12:00"), utc("2026-11-27T12:00"),
    ]  # fmt: skip


def test_a_move_before_anything_was_sent_sends_the_new_time_only(office: Office) -> None:
    """Nobody gets an invitation to a time that is not true any more."""
    office.move(office.book("2026-11-24T10:00"), "2026-11-27T14:00")
    mail, sms = office.sent()
    assert event(mail) == ("REQUEST", 1, danish("2026-11-27T14:00"))
    assert "24. november" not in mail.text + mail.subject + sms.text


def test_a_cancelled_meeting_is_taken_out_of_the_calendar_and_not_reminded_of(office: Office) -> None:
    """CANCEL with a higher sequence, once, and silence after it."""
    meeting = office.book("2026-11-24T10:00")
    office.sent()
    office.cancel(meeting)
    mail, sms = office.sent()
    assert event(mail) == ("CANCEL", 1, danish("2026-11-24T10:00"))
    assert "aflyst" in mail.text and "aflyst" in sms.text and "ny tid" in mail.text
    assert office.sent_until("2026-11-25T00:00") == []


def test_who_says_no_afterwards_hears_no_more(office: Office) -> None:
    """Taking back the consent drops the reminders; giving it again brings them back, and the invitation only once."""
    meeting = office.book("2026-11-24T10:00")
    office.sent()
    office.change(meeting, Details(email=BOTH.email, phone=BOTH.phone))
    assert office.sent_until("2026-11-22T00:00") == []
    office.change(meeting, BOTH)
    assert len(office.sent_until("2026-11-24T12:00")) == 4


def test_a_corrected_address_gets_the_invitation_too(office: Office) -> None:
    """What went to the wrong address is told at the right one, and reminders go there."""
    meeting = office.book("2026-11-24T10:00", Details(email="ana@noerreaa.example", mail=True))
    office.sent()
    office.change(meeting, Details(email="anna@noerreaa.example", mail=True))
    (mail,) = office.sent()
    assert mail.to == "anna@noerreaa.example" and mail.invitation is not None
    office.clock.time = utc("2026-11-23T10:00")
    assert [letter.to for letter in office.sent()] == ["anna@noerreaa.example"]


def test_nobody_is_flooded_with_mail_by_an_address_that_is_changed_to_and_fro(office: Office) -> None:
    """Whoever goes on changing the address, or booking and cancelling, sends a few letters and then none that day."""
    meeting, sent = office.book("2026-11-24T10:00"), 0
    for number in range(60):
        office.change(meeting, replace(BOTH, sms=False, email=("a@offer.example", "b@offer.example")[number % 2]))
        sent += len(office.sent())
    for _ in range(3):
        office.cancel(office.book("2026-11-25T10:00"))
        sent += len(office.sent())
    assert 5 < sent <= 30
    with writing(office.engine) as connection:
        assert "mail" in office.box.given_up(connection, meeting.id)
    office.clock.forward(days=1, minutes=1)
    office.change(meeting, replace(BOTH, sms=False, email="c@offer.example"))
    assert [letter.to for letter in office.sent()] == ["c@offer.example"]


def test_a_meeting_that_is_near_has_the_reminders_that_are_still_ahead(office: Office) -> None:
    """Nobody is reminded in the moment they book."""
    office.book("2026-11-22T09:00")
    office.sent()
    assert [when for _, _, when in office.sent_until("2026-11-22T12:00")] == [utc("2026-11-22T07:00")] * 2


def test_after_a_long_standstill_one_reminder_comes_and_none_after_the_meeting(office: Office) -> None:
    """A reminder that was overtaken by the next is not sent as well, nor any when the meeting has begun."""
    office.book("2026-11-24T10:00")
    office.sent()
    office.clock.time = utc("2026-11-24T08:30")
    assert [letter.channel for letter in office.sent()] == ["mail", "sms"]
    office.book("2026-11-26T10:00")
    office.sent()
    office.clock.time = utc("2026-11-26T10:00")
    assert office.sent() == []


@pytest.mark.parametrize(
    ("booked", "meeting", "day_before"),
    [("2026-03-20T12:00", "2026-03-29T10:00", "2026-03-28T10:00"),
     ("2026-10-20T12:00", "2026-10-25T10:00", "2026-10-24T10:00"),
     ("2027-03-20T12:00", "2027-03-28T10:00", "2027-03-27T10:00")],
)  # fmt: skip
def test_reminders_are_right_on_both_nights_when_the_clock_changes(
    office: Office, booked: str, meeting: str, day_before: str
) -> None:
    """The day before at the same time of day, and two hours before, though the night has 23 hours or 25."""
    office.clock.time = danish(booked)
    office.book(meeting, Details(phone="12 34 56 78", sms=True))
    office.sent()
    office.clock.time = utc(day_before) - timedelta(hours=2)
    assert [when for _, _, when in office.sent_until(meeting)] == [utc(day_before), utc(meeting) - timedelta(hours=2)]


async def test_nothing_that_is_sent_says_what_it_is_about(office: Office, engine: Engine, tmp_path: Path) -> None:
    """Through a real mail server: no agenda, paper, companion, interpreter, case or CPR number in any mail or SMS."""
    peer = MailPeer(tmp_path)
    peer.start()
    texts: list[str] = []

    class Phone:
        async def send(self, letter: Letter) -> None:
            texts.append(letter.text)

    try:
        async with running(office.box, mail=Mailer(settings(peer)), sms=Phone()) as sender:
            for form, day in ((Form.IN_PERSON, 24), (Form.PHONE, 25), (Form.VIDEO, 26)):
                meeting = office.book(f"2026-11-{day}T10:00", form=form)
                sender.wake()
                await until(lambda: statuses(engine).count("waiting") == 4 and "sending" not in statuses(engine))
                meeting = office.move(meeting, f"2026-11-{day}T12:00")
                sender.wake()
                await until(lambda: statuses(engine).count("waiting") == 4 and "sending" not in statuses(engine))
                office.clock.time = utc(f"2026-11-{day - 1}T12:00")
                sender.wake()
                await until(lambda: statuses(engine).count("waiting") == 2 and "sending" not in statuses(engine))
                office.cancel(meeting)
                sender.wake()
                await until(lambda: {"waiting", "sending"}.isdisjoint(statuses(engine)))
    finally:
        peer.stop()
    assert len(peer.received) == 3 * 4 == len(texts)
    everything = list(texts)
    for mail in peer.received:
        everything.append(" ".join(f"{name}: {value}" for name, value in mail.items()))
        everything += [part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()]
    # In the calendar the one invited stands with their name, as calendars want it; nowhere else.
    found = [
        secret for secret in SECRETS for text in everything
        if secret.lower() in text.lower() and not (secret == "Bjerregaard" and "ATTENDEE" in text)
    ]  # fmt: skip
    assert found == []
    assert not re.search(r"\d{6}-?\d{4}", " ".join(texts))


def test_every_text_message_goes_in_one_for_every_calendar_of_the_sample(engine: Engine, vault: Vault) -> None:
    """Department, day, time and how to cancel fit in 160 places, æøå and all, for each place and form there is."""
    place = the_municipality()
    clock = HandClock(NOON)
    box = Outbox(engine, vault, mail=True, sms=True, clock=clock)
    news = MeetingNews(box, place, clock=clock)
    meetings = Meetings(engine, vault, place, clock=clock, news=news.news)
    texts = set()
    for key, each in place.meetings.calendars.items():
        for form in each.forms:
            id = new_conversation(engine, f"{key} {form.value}"[:36])
            with writing(engine) as connection:
                slots = meetings.slots(connection, each.department, form)
                slot = next(slot for slot in slots if slot.calendar == key)
                meeting = meetings.book_at_once(connection, slot, conversation_id=id, details=BOTH)
                meetings.cancel(connection, meeting.id)
                meetings.book_at_once(connection, slot, conversation_id=id, details=BOTH)
    while letters := box.take(50):
        for letter in letters:
            box.done(letter)
            if letter.channel == "sms":
                texts.add(letter.text)
    assert len(texts) > 10
    assert [text for text in texts if not is_one_message(text)] == []
    assert all("12 34 56 00" in text for text in texts)
    meets = [text for text in texts if "aflyst" not in text]
    assert [text for text in meets if not re.search("Sted: |Vi ringer til dig|på video", text)] == []
