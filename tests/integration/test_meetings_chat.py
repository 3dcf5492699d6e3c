"""Meetings in the chat, in real databases: asked for, chosen, moved, cancelled, and nobody else's business."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.chat.rasa import Choice
from bot.chat.records import Records
from bot.chat.turn import MeetingAsk
from bot.errors import InputError, NotFoundError
from bot.handoff.summary.fields import Summary
from bot.meetings.booking import Meetings
from bot.meetings.chatting import MeetingsInChat
from bot.meetings.parts import Part
from bot.meetings.rules import Form
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.store.crypto import Vault
from bot.store.engine import writing
from tests.asking import the_municipality
from tests.databases import migrated
from tests.identity_setup import HandClock, new_conversation
from tests.meeting_setup import NOON, calendar, danish, rules, summary


@dataclass
class Citizen:
    """Somebody in a conversation, who presses what the last message offered."""

    engine: Engine
    chat: MeetingsInChat
    conversation: str
    vault: Vault
    person: str | None = None
    summary: Summary | None = None
    handoff: int | None = None

    def _in(self, act: Callable[..., Part], *arguments: Any) -> Part:
        with writing(self.engine) as connection:
            conversation = Records(self.vault, HandClock(NOON)).locked(connection, self.conversation)
            who = {"person": self.person, "summary": self.summary, "handoff_id": self.handoff}
            return act(connection, conversation, *arguments, **who)

    def ask(self, do: str, **said: str) -> Part:
        """What Rasa understood."""
        return self._in(self.chat.follow, MeetingAsk(do=do, **said))

    def press(self, part: Part, title: str) -> Part:
        """Take the first choice whose title begins so."""
        return self.choose(next(each for each in part.choices if each.title.startswith(title)))

    def choose(self, taken: Choice) -> Part:
        """Take a choice."""
        assert taken.payload.startswith("web:meeting:")
        return self._in(self.chat.command, taken.payload.split(":")[2:])

    def fill(self, part: Part, do: str, **details: Any) -> Part:
        """Fill in the card."""
        assert part.card is not None
        return self._in(self.chat.form, part.card["id"], do, details)

    def booked(self, when: str = "tirsdag kl. 10") -> Part:
        """Ask, take the first time, and book it."""
        return self.press(self.press(self.ask("book", when=when, department="social"), ""), "Ja, book")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = migrated(database_url)
    for conversation in ("a", "b"):
        new_conversation(engine, conversation)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def here() -> Municipality:
    return replace(the_municipality(), meetings=rules(calendar("9-12 og 13-15", 0, 1, 2, 3, 4), notice=24))


Newcomer = Callable[..., Citizen]


@pytest.fixture
def citizen(engine: Engine, vault: Vault, here: Municipality, clock: HandClock) -> Newcomer:
    def come(conversation: str = "a", municipality: Municipality = here, **who: Any) -> Citizen:
        meetings = Meetings(engine, vault, municipality, clock=clock)
        chat = MeetingsInChat(meetings, municipality, clock=clock)
        return Citizen(engine, chat, conversation, vault, **who)

    return come


def titles(part: Part) -> list[str]:
    return [each.title for each in part.choices]


class TestTimes:
    """What a citizen may choose between."""

    def test_a_meeting_is_asked_for_and_times_are_offered(self, citizen: Newcomer) -> None:
        """A few over several days, more of them, and the other ways of meeting; never a payload in a title."""
        part = citizen().ask("book", department="social")
        assert part.text == "Her er ledige tider til et møde med Socialafdelingen. Hvilken passer dig?"
        assert titles(part) == [
            "mandag den 23. november kl. 9", "mandag den 23. november kl. 13",
            "tirsdag den 24. november kl. 9", "tirsdag den 24. november kl. 13",
            "onsdag den 25. november kl. 9",
            "Vis flere tider", "Jeg vil hellere tale i telefon", "Jeg vil hellere mødes på video",
        ]  # fmt: skip

    def test_more_times_are_later_ones_until_there_are_none(self, citizen: Newcomer) -> None:
        """Page by page to the end, each time once, and the wish still holds."""
        anna = citizen()
        part = anna.ask("book", department="social", when="om eftermiddagen")
        seen: list[str] = []
        while "Vis flere tider" in titles(part):
            seen += [title for title in titles(part) if "kl." in title]
            part = anna.press(part, "Vis flere")
        assert len(seen) == len(set(seen)) > 15 and all(
            title.endswith(("13", "13.30", "14", "14.30")) for title in seen
        )

    def test_within_one_day_more_times_are_of_that_day(self, citizen: Newcomer) -> None:
        """Five of ten, and then the others."""
        anna = citizen()
        first = anna.ask("book", department="social", when="på torsdag")
        second = anna.press(first, "Vis flere")
        shown = [title for part in (first, second) for title in titles(part) if "kl." in title]
        assert len(shown) == len(set(shown)) == 10 and all("torsdag den 26." in title for title in shown)

    def test_what_fits_no_time_is_said_and_a_call_is_offered(self, citizen: Newcomer) -> None:
        """With the nearest times there are; through the handoff there is, else as if it was asked for."""
        part = citizen(handoff=7).ask("book", department="social", when="på søndag")
        assert part.text.startswith("Der er desværre ingen fri tid") and "mandag den 23. november kl. 9" in titles(part)
        assert Choice(title="Ring til mig i stedet", payload="web:handoff:call:7") in part.choices
        alone = citizen().ask("book", department="social", when="på søndag")
        assert Choice(title="Ring til mig i stedet", payload="/ring_mig_op") in alone.choices

    def test_what_was_not_understood_is_said(self, citizen: Newcomer) -> None:
        """And the rest of the wish counts."""
        part = citizen().ask("book", department="social", when="torsdag når bussen kører")
        assert "Jeg forstod ikke »bussen kører«" in part.text and "torsdag den 26." in titles(part)[0]

    def test_wishes_of_the_summary_count(self, citizen: Newcomer) -> None:
        """Who said so earlier need not say it again: form, time, department."""
        told = summary(("form", "video"), ("time", "på fredag"), ("department", "Socialafdelingen"))
        part = citizen(summary=told).ask("book")
        assert "på video" in part.text and "fredag den 27." in titles(part)[0]

    def test_a_form_that_is_not_offered_is_said_with_those_that_are(self, citizen: Newcomer) -> None:
        """Affald og Genbrug only meets people by phone."""
        part = citizen(municipality=the_municipality()).ask("book", department="affald", form="fremmoede")
        assert part.text.startswith("Affald og Genbrug holder ikke møder på den måde.") and "kl." in titles(part)[0]

    def test_where_there_is_no_time_or_no_calendar_it_says_why(self, citizen: Newcomer, here: Municipality) -> None:
        """An honest no, and a way on."""
        full = replace(here, meetings=rules(calendar("9-9.30", 0), notice=24 * 14, days=3))
        part = citizen(municipality=full).ask("book", department="social")
        assert "fordi alt er optaget" in part.text and "Ring til mig i stedet" in titles(part)
        part = citizen().ask("book", department="jobcenter")
        assert "har ingen tider i kalenderen" in part.text and titles(part) == ["Ring til mig i stedet"]


class TestBooking:
    """From a time to an agreement."""

    def test_a_chosen_time_is_held_and_then_booked(self, citizen: Newcomer) -> None:
        """The card says so each time, with the agenda and what was said before."""
        told = summary(
            ("first_request", "hvornår får jeg svar?"), ("companion", "min søster"), ("phone", "22 33 44 55")
        )
        anna = citizen(summary=told)
        held = anna.press(anna.ask("book", department="social", when="tirsdag kl. 10"), "tirsdag")
        assert held.text == (
            "Jeg holder tiden tirsdag den 24. november kl. 10 til dig indtil kl. 13.15. Vil du have den?"
        )
        assert held.card is not None and held.card["status"] == "held"
        assert held.card["when"] == "tirsdag den 24. november kl. 10-10.30"
        assert held.card["agenda"][0] == "Det, du spurgte om: »hvornår får jeg svar?«"
        assert (held.card["companion"], held.card["details"]["phone"]) == ("min søster", "22 33 44 55")
        assert not held.card["details"]["mail"] and not held.card["details"]["sms"]
        booked = anna.press(held, "Ja, book")
        assert booked.text == "Dit møde er aftalt til tirsdag den 24. november kl. 10."
        assert booked.card is not None and booked.card["status"] == "booked" and booked.card["ics"]
        assert booked.card["id"] == held.card["id"] and titles(booked) == ["Flyt mødet", "Aflys mødet"]

    def test_the_card_is_filled_in_and_the_citizen_is_told_what_is_sent(self, citizen: Newcomer) -> None:
        """Only what was asked for."""
        anna = citizen()
        held = anna.press(anna.ask("book", department="social"), "mandag")
        booked = anna.fill(held, "book", email="anna@firma.dk", mail=True, phone="22334455")
        assert booked.text.endswith("Vi sender en mail til anna@firma.dk med det.")
        assert booked.card is not None and booked.card["details"]["phone"] == "22 33 44 55"
        changed = anna.fill(booked, "change", interpreter="arabisk")
        assert changed.card is not None and changed.card["interpreter"] == "arabisk" and changed.card["details"]["mail"]

    def test_details_that_can_not_be_used_change_nothing(self, citizen: Newcomer) -> None:
        """The time is still held."""
        anna = citizen()
        held = anna.press(anna.ask("book", department="social"), "mandag")
        with pytest.raises(InputError):
            anna.fill(held, "book", email="anna", mail=True)
        assert anna.press(held, "Ja, book").text.startswith("Dit møde er aftalt")

    def test_who_is_to_be_called_says_on_which_number(self, citizen: Newcomer) -> None:
        """Without one there is nothing to call; with it the meeting is booked."""
        anna = citizen()
        held = anna.press(anna.ask("book", department="social", form="telefon"), "mandag")
        asked = anna.press(held, "Ja, book")
        assert asked.text.startswith("Vi mangler dit telefonnummer") and asked.card == held.card
        booked = anna.fill(asked, "book", phone="22 33 44 55")
        assert booked.card is not None and booked.card["form_words"] == "Vi ringer til dig på 22 33 44 55"

    def test_a_time_that_was_taken_meanwhile_gives_others(self, citizen: Newcomer) -> None:
        """Two saw the same time; the second is told so, and shown what there is."""
        anna, bo = citizen("a"), citizen("b")
        offered = bo.ask("book", department="social", when="tirsdag kl. 10")
        anna.booked()
        part = bo.press(offered, "tirsdag")
        assert part.text.startswith("Den tid er desværre lige blevet taget") and "kl." in titles(part)[0]

    def test_a_time_given_back_is_free_at_once(self, citizen: Newcomer) -> None:
        """Other times are shown; a second press does no harm."""
        anna, bo = citizen("a"), citizen("b")
        held = anna.press(anna.ask("book", department="social", when="tirsdag kl. 10"), "tirsdag")
        assert anna.press(held, "Nej, find").text.startswith("Det er i orden.")
        assert anna.press(held, "Nej, find").text.startswith("Det er i orden.")
        assert bo.booked().text.startswith("Dit møde er aftalt")

    def test_one_conversation_does_not_empty_a_calendar(self, citizen: Newcomer) -> None:
        """Three meetings ahead; then move or cancel one, or be called."""
        anna = citizen()
        for when in ("tirsdag kl. 9", "onsdag kl. 9", "torsdag kl. 9"):
            anna.booked(when)
        part = anna.press(anna.ask("book", department="social"), "mandag")
        assert part.text.startswith("Du har allerede tre møder") and "Ring til mig i stedet" in titles(part)


class TestAfterwards:
    """What is agreed is shown, moved, cancelled."""

    def test_the_meeting_is_shown(self, citizen: Newcomer) -> None:
        """In the conversation that booked it; without one, how to get one."""
        anna = citizen()
        none = anna.ask("show")
        assert none.text.startswith("Jeg kan ikke se et møde her") and titles(none) == ["Bestil et møde"]
        booked = anna.booked()
        shown = anna.ask("show")
        assert shown.card == booked.card and "tirsdag den 24. november kl. 10" in shown.text

    def test_a_meeting_is_moved_and_the_old_time_kept_until_then(self, citizen: Newcomer) -> None:
        """The card keeps its id all the way."""
        anna = citizen()
        booked = anna.booked()
        offered = anna.ask("move", when="torsdag kl. 10")
        assert offered.text.startswith("Du har møde tirsdag den 24. november kl. 10.")
        held = anna.press(offered, "torsdag")
        assert held.card is not None and booked.card is not None
        assert (held.card["id"], held.card["status"]) == (booked.card["id"], "held")
        assert anna.ask("show").card == booked.card
        moved = anna.fill(held, "book")
        assert moved.text == "Dit møde er flyttet. Den nye tid er torsdag den 26. november kl. 10."
        assert moved.card is not None and moved.card["id"] == booked.card["id"]
        assert anna.press(held, "Ja, flyt") == moved

    def test_who_does_not_move_after_all_keeps_the_old_time(self, citizen: Newcomer) -> None:
        """By the choice or on the card."""
        anna = citizen()
        booked = anna.booked()
        held = anna.press(anna.press(booked, "Flyt"), "mandag")
        assert anna.fill(held, "drop").text.startswith("Det er i orden. Du beholder din gamle tid tirsdag")
        assert anna.ask("show").card == booked.card

    def test_a_meeting_is_cancelled_when_the_citizen_has_said_so_twice(self, citizen: Newcomer) -> None:
        """Asked first; kept when they say no; then gone, and its time free."""
        anna = citizen()
        booked = anna.booked()
        asked = anna.ask("cancel")
        assert titles(asked) == ["Ja, aflys mødet", "Nej, behold mødet"]
        assert anna.press(asked, "Nej").card == booked.card
        gone = anna.press(asked, "Ja")
        assert gone.text.startswith("Dit møde tirsdag den 24. november kl. 10 er aflyst.")
        assert gone.card is not None and (gone.card["status"], gone.card["ics"]) == ("cancelled", False)
        assert anna.press(asked, "Ja").text.startswith("Det møde findes ikke længere")
        assert citizen("b").booked().text.startswith("Dit møde er aftalt")

    def test_of_several_the_citizen_says_which(self, citizen: Newcomer) -> None:
        """All are listed, each with its time."""
        anna = citizen()
        anna.booked("tirsdag kl. 10")
        anna.booked("torsdag kl. 10")
        shown = anna.ask("show")
        assert shown.text.count("Møde med Socialafdelingen") == 2
        which = anna.ask("cancel")
        assert titles(which) == [
            "Aflys mødet tirsdag den 24. november kl. 10", "Aflys mødet torsdag den 26. november kl. 10",
        ]  # fmt: skip
        assert "torsdag" in anna.press(which, "Aflys mødet torsdag").text
        assert "torsdag" in anna.press(anna.ask("move"), "Flyt mødet torsdag").text

    def test_a_meeting_that_is_over_is_not_shown(self, citizen: Newcomer, clock: HandClock) -> None:
        """Nor moved nor cancelled."""
        anna = citizen()
        booked = anna.booked()
        clock.forward(days=5)
        assert anna.ask("show").card is None
        for title in ("Flyt", "Aflys"):
            assert anna.press(booked, title).text.startswith("Det møde findes ikke længere")


class TestWhose:
    """Nobody's meeting is ever another's business."""

    def test_a_person_sees_their_meeting_from_another_conversation(self, citizen: Newcomer) -> None:
        """Logged in; and can move it there."""
        booked = citizen("a", person="p").booked()
        bo = citizen("b", person="p")
        assert bo.ask("show").card == booked.card
        held = bo.press(bo.ask("move", when="torsdag kl. 10"), "torsdag")
        assert bo.press(held, "Ja, flyt").text.startswith("Dit møde er flyttet")

    @pytest.mark.parametrize("person", [None, "somebody else"])
    def test_a_meeting_of_somebody_else_is_none(self, citizen: Newcomer, person: str | None) -> None:
        """Not by asking, not by any choice, not by any form; and told like one that never was."""
        anna, bo = citizen("a", person="p"), citizen("b", person=person)
        booked = anna.booked()
        held = anna.press(anna.ask("book", department="social", when="torsdag kl. 10"), "torsdag")
        assert bo.ask("show").card is None and bo.ask("cancel").card is None
        never = Part(text="Det møde findes ikke længere. Bestil et nyt, hvis du stadig har brug for det.")
        for part in (booked, held):
            assert part.card is not None
            for do in ("book", "drop", "move", "cancel", "ask_cancel", "keep"):
                assert bo.choose(Choice(title="", payload=f"web:meeting:{do}:{part.card['id']}")) == never
            for do in ("book", "change", "cancel", "drop"):
                assert bo.fill(part, do, name="Bo") == never
            moving = f"web:meeting:hold:rum:fremmoede:20261127T090000Z:{part.card['id']}"
            assert bo.choose(Choice(title="", payload=moving)) == never
        assert anna.ask("show").card == booked.card

    @pytest.mark.parametrize(
        "words",
        ["", "book", "book:x", "book:-1", "hold:rum:fremmoede:snart", "hold:rum:brev:20261127T090000Z", "slet:1"],
    )
    def test_a_choice_that_makes_no_sense_is_refused(self, citizen: Newcomer, words: str) -> None:
        """As web expects it."""
        with pytest.raises(NotFoundError):
            citizen().choose(Choice(title="", payload=f"web:meeting:{words}"))

    @pytest.mark.parametrize("starts", ["20261127T091000Z", "20201127T090000Z", "20261128T090000Z", "20261122T000000Z"])
    def test_only_times_of_the_calendar_can_be_chosen(self, citizen: Newcomer, starts: str) -> None:
        """Whatever a choice says: not between two, not past, not on a Saturday, not too soon."""
        part = citizen().choose(Choice(title="", payload=f"web:meeting:hold:rum:fremmoede:{starts}"))
        assert part.card is None and "taget" in part.text


def test_on_the_night_the_clock_changes_the_citizen_gets_what_they_read(
    engine: Engine, vault: Vault, here: Municipality
) -> None:
    """A meeting at 3.00 on 28 March 2027: the wall clock in words, the moment in the database, half an hour."""
    night = replace(here, meetings=rules(calendar("1-4"), days=2))
    clock = HandClock(danish("2027-03-27T10:00"))
    chat = MeetingsInChat(Meetings(engine, vault, night, clock=clock), night, clock=clock)
    anna = Citizen(engine, chat, "a", vault)
    part = anna.ask("book", department="social", when="den 28. marts")
    assert [each for each in titles(part) if "kl." in each] == [
        "søndag den 28. marts kl. 1", "søndag den 28. marts kl. 1.30",
        "søndag den 28. marts kl. 3", "søndag den 28. marts kl. 3.30",
    ]  # fmt: skip
    card = anna.press(anna.press(part, "søndag den 28. marts kl. 3"), "Ja, book").card
    assert card is not None and card["starts_at"] == "2027-03-28T03:00:00+02:00"
    with writing(engine) as connection:
        (booked,) = _of(connection, engine, vault, night, clock)
    assert booked.starts_at == danish("2027-03-28T03:00") and booked.form is Form.IN_PERSON
    assert booked.ends_at - booked.starts_at == timedelta(minutes=30)
    assert booked.starts_at.astimezone(COPENHAGEN).hour == 3


def _of(connection: Connection, engine: Engine, vault: Vault, here: Municipality, clock: HandClock) -> Any:
    return Meetings(engine, vault, here, clock=clock).of_conversation(connection, "a")
