"""Rules of what is sent: addresses, room in a text message, when reminders go, how a mail is made."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.municipality.workdays import COPENHAGEN
from bot.sending.about_meetings import reminder_at
from bot.sending.addresses import mail_address, sms_number
from bot.sending.gsm import is_one_message, septets
from bot.sending.mail import compose
from bot.sending.ports import Invitation, Letter
from bot.settings import Mail
from bot.store.retrying import wait_before

SETTINGS = Mail(host="127.0.0.1", address="svar-ikke@noerreaa.example", name="Nørreå Kommune")
NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def letter(**changes: object) -> Letter:
    values = {
        "id": 7,
        "channel": "mail",
        "name": "a1b2",
        "to": "anna@noerreaa.example",
        "subject": "Møde på rådhuset",
        "text": "Hej\n\nHusk æøå.\n",
        "tries": 1,
        "due_at": NOW,
    }
    return Letter(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("anna@noerreaa.example", "anna@noerreaa.example"),
        ("  Anna.B+kommune@Noerreaa.Example ", "Anna.B+kommune@noerreaa.example"),
        ("o'neil@mail.dk", "o'neil@mail.dk"),
        ("anna@blåbær.dk", "anna@xn--blbr-roah.dk"),
    ],
)
def test_an_address_is_sent_to_as_mail_systems_write_it(written: str, sent: str) -> None:
    """Space around it goes, and Danish letters in a domain become what a mail server knows."""
    assert mail_address(written) == sent


@pytest.mark.parametrize(
    "written",
    [
        "", "anna", "anna@", "@noerreaa.example", "anna@localhost", "anna@a..dk", "anna@-a.dk", "a b@mail.dk",
        "a@b@mail.dk", "anna@mail.dk\r\nBcc: alle@mail.dk", "anna@mail.dk\nBcc: x@y.dk", "anna@mail.dk, bo@mail.dk",
        "Anna <anna@mail.dk>", "anna@mail.dk;bo@mail.dk", "anna@[127.0.0.1]", "anna@10.0.0.1", ".anna@mail.dk",
        "an..na@mail.dk", "anna@mail.dk\x00", "åse@mail.dk", "a" * 65 + "@mail.dk", "anna@" + "a" * 64 + ".dk",
        '"a b"@mail.dk', "anna%0a@mail.d",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(written: str) -> None:
    """Nothing that could name a second reader, or begin a new header, is ever sent to; the words say what would do."""
    with pytest.raises(InputError) as refused:
        mail_address(written)
    assert "navn@firma.dk" in refused.value.citizen
    assert "mail.dk" not in refused.value.log


@given(st.text())
def test_an_address_that_is_taken_is_one_line_of_ascii(text: str) -> None:
    """Whatever is typed, what comes out can stand in a header as it is."""
    try:
        address = mail_address(text)
    except InputError:
        return
    assert address.isascii() and address.isprintable() and address.count("@") == 1 and " " not in address


@pytest.mark.parametrize(
    ("written", "sent"),
    [("12345678", "+4512345678"), ("12 34 56 78", "+4512345678"), ("+45 12 34 56 78", "+4512345678"),
     ("0045 12345678", "+4512345678"), ("+46 70 123 45 67", "+46701234567")],
)  # fmt: skip
def test_a_phone_number_is_sent_to_as_e164(written: str, sent: str) -> None:
    """Danish numbers get their country code, others keep theirs."""
    assert sms_number(written) == sent


@pytest.mark.parametrize(
    "written",
    ["", "1234567", "02345678", "12345678 og 87654321", "ring 12345678", "1234\n5678\r\n",
    "+1702853396", "0017 0285 3396", "+17 02 85 33 96"],  # CPR numbers behind a plus
)  # fmt: skip
def test_what_is_no_single_phone_number_is_refused(written: str) -> None:
    """A text message goes to one number or to none."""
    with pytest.raises(InputError):
        sms_number(written)


def test_a_text_message_has_room_for_danish_letters() -> None:
    """Æ, ø and å take one place each; what every network lacks makes the message a wide one."""
    assert septets("Rødgrød på Åen æøåÆØÅ") == 21
    assert septets("5 €") == 4
    assert septets("»citat«") is None and septets("bindestreg –") is None
    assert is_one_message("å" * 160) and not is_one_message("å" * 161) and not is_one_message("»")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("meeting", "hours", "reminder"),
    [
        ("2026-11-24T10:00", 24, "2026-11-23T10:00"),
        ("2026-11-24T10:00", 2, "2026-11-24T08:00"),
        ("2026-11-24T10:00", 50, "2026-11-22T08:00"),
        # Sunday 29 March 2026 is an hour short, Sunday 25 October an hour long.
        ("2026-03-29T10:00", 24, "2026-03-28T10:00"),
        ("2026-03-30T09:00", 48, "2026-03-28T09:00"),
        ("2026-10-25T10:00", 24, "2026-10-24T10:00"),
        ("2026-10-26T09:00", 48, "2026-10-24T09:00"),
        # Hours that pass, across the jump: two hours before 04.00 it is 01.00, and two hours before 03.30 it is 02.30.
        ("2026-03-29T04:00", 2, "2026-03-29T01:00"),
        ("2026-10-25T04:30", 2, "2026-10-25T02:30+later"),
    ],
)
def test_a_reminder_goes_at_the_same_time_of_day_or_so_many_hours_before(
    meeting: str, hours: int, reminder: str
) -> None:
    """The day before is by the clock on the wall, hours before are hours, on both nights when the clock changes."""
    expected = at(reminder.removesuffix("+later")).replace(fold=int(reminder.endswith("+later")))
    assert reminder_at(at(meeting), hours) == expected.astimezone(timezone.utc)


def test_a_reminder_is_never_after_the_meeting_and_never_early_by_more_than_an_hour() -> None:
    """Every hour of the days around both nights: so far before as asked, give or take the clock's jump."""
    for starts in (datetime(2026, 3, 27, tzinfo=timezone.utc), datetime(2026, 10, 23, tzinfo=timezone.utc)):
        for hour in range(6 * 24):
            meeting = starts + timedelta(hours=hour)
            for before in (1, 2, 24, 48):
                off = meeting - reminder_at(meeting, before) - timedelta(hours=before)
                assert abs(off) <= timedelta(hours=1) if before >= 24 else not off


def test_waiting_grows_and_stays_within_bounds() -> None:
    """Each try waits about twice as long, never past the longest, and chance moves it by a quarter."""
    first, longest = timedelta(seconds=30), timedelta(hours=2)
    middle = [wait_before(tries, first=first, longest=longest, chance=lambda: 0.5) for tries in (1, 2, 3, 9, 500)]
    assert middle == [first, first * 2, first * 4, longest, longest]
    assert wait_before(1, first=first, longest=longest, chance=lambda: 0.0) == first * 0.75
    assert wait_before(1, first=first, longest=longest, chance=lambda: 1.0) == first * 1.25


def test_a_mail_without_an_invitation_is_plain_text() -> None:
    """Danish letters survive, answering machines are told, and the same letter has the same name each time."""
    read = message_from_bytes(compose(letter(), SETTINGS).as_bytes(), policy=default)
    assert read.get_content_type() == "text/plain" and read.get_content() == "Hej\r\n\r\nHusk æøå.\r\n"
    assert (read["Subject"], read["To"], read["From"]) == (
        "Møde på rådhuset", "anna@noerreaa.example", "Nørreå Kommune <svar-ikke@noerreaa.example>",
    )  # fmt: skip
    assert read["Message-ID"] == "<a1b2@noerreaa.example>" == compose(letter(tries=9), SETTINGS)["Message-ID"]
    assert read["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_stands_where_every_mail_program_looks_for_it(method: str) -> None:
    """Beside the text as a calendar with its method, and as a file; both are the very same calendar."""
    ics = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nSUMMARY:Møde på rådhuset\r\nEND:VCALENDAR\r\n"
    raw = compose(letter(invitation=Invitation(method=method, ics=ics)), SETTINGS).as_bytes()
    read = message_from_bytes(raw, policy=default)
    assert read.get_content_type() == "multipart/mixed"
    both, file = read.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    text, calendar = both.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params["method"] == method
    assert calendar["Content-Type"].params["charset"] == "utf-8"
    assert calendar.get_payload(decode=True) == ics.encode()
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "moede.ics")
    assert file.get_content() == ics.encode()
    assert raw.isascii() and max(len(line) for line in raw.splitlines()) <= 998
