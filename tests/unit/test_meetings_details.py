"""What is filled in about a meeting, and the agenda that is drafted: checked, masked, in the citizen's own words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import InputError
from bot.meetings.agenda import draft
from bot.meetings.details import checked_details, checked_points, from_summary
from bot.meetings.model import Details
from tests.asking import the_municipality
from tests.meeting_setup import summary

HERE = the_municipality()


class TestDetails:
    """What a browser sends."""

    def test_good_details_are_kept_as_they_are_shown(self) -> None:
        """Numbers in pairs, addresses without space, the rest as written."""
        raw = {"name": " Anna  Æble ", "email": "anna@firma.dk ", "phone": "+45 22334455", "mail": True, "sms": True,
               "interpreter": "arabisk", "companion": "min søster", "andet": 1}  # fmt: skip
        assert checked_details(raw) == Details(
            name="Anna Æble", email="anna@firma.dk", phone="22 33 44 55", mail=True, sms=True,
            interpreter="arabisk", companion="min søster",
        )  # fmt: skip

    def test_what_is_left_out_stays(self) -> None:
        """And what is emptied is emptied."""
        before = Details(name="Anna", companion="min søster", phone="22 33 44 55")
        assert checked_details({"companion": ""}, before) == Details(name="Anna", phone="22 33 44 55")

    def test_a_phone_from_abroad_will_do(self) -> None:
        """People live on both sides of the border."""
        assert checked_details({"phone": "+49 151 2345678", "sms": True}).phone == "+491512345678"

    @pytest.mark.parametrize(
        ("raw", "told"),
        [
            ({"email": "anna"}, "Mailadressen kan ikke bruges. Skriv den som navn@firma.dk."),
            ({"email": "a@b.dk\r\nBcc: c@d.dk"}, "Mailadressen kan ikke bruges. Skriv den som navn@firma.dk."),
            ({"phone": "0101600019"}, "Telefonnummeret kan ikke bruges. Skriv otte cifre, eller + og landekode først."),
            ({"phone": "1234"}, "Telefonnummeret kan ikke bruges. Skriv otte cifre, eller + og landekode først."),
            ({"mail": True}, "Skriv din mailadresse, så vi kan sende dig en mail. Eller fjern krydset ved mail."),
            ({"sms": True}, "Skriv dit telefonnummer, så vi kan sende dig en sms. Eller fjern krydset ved sms."),
            ({"name": "x" * 101}, "Navnet må højst fylde 100 tegn. Gør teksten kortere."),
            ({"mail": "ja"}, "Jeg kunne ikke læse det, du skrev om mødet. Prøv igen."),
            ({"name": 7}, "Jeg kunne ikke læse det, du skrev om mødet. Prøv igen."),
            ({"name": "\ud800"}, "Jeg kunne ikke læse det, du skrev om mødet. Prøv igen."),
            ([], "Jeg kunne ikke læse det, du skrev om mødet. Prøv igen."),
        ],
    )  # fmt: skip
    def test_what_can_not_be_used_is_told_in_words(self, raw: Any, told: str) -> None:
        """With what would be right."""
        with pytest.raises(InputError) as error:
            checked_details(raw)
        assert error.value.citizen == told

    def test_a_cpr_number_is_never_kept(self) -> None:
        """Wherever it was typed."""
        made = checked_details({"name": "Anna 010160-0019", "companion": "mor 0101600019"})
        assert "0019" not in made.name + made.companion and "skjult" in made.name

    def test_what_was_said_already_is_filled_in_and_no_message_is_asked_for_by_it(self) -> None:
        """Messages are sent to whom asked for them, and what could not be sent to is left out."""
        told = summary(
            ("phone", "22 33 44 55"), ("email", "ikke en mail"), ("interpreter", "arabisk"), ("companion", "min søster")
        )
        assert from_summary(told) == Details(phone="22 33 44 55", interpreter="arabisk", companion="min søster")
        assert from_summary(None) == Details()

    def test_points_of_an_agenda_are_lines_without_numbers_of_people(self) -> None:
        """Empty ones go; what is no list is refused."""
        assert checked_points(["  Din sag ", "", "Om 010160-0019"]) == ("Din sag", "Om [CPR-nummer skjult]")
        for wrong in ("tekst", [1], ["x"] * 21, ["x" * 301]):
            with pytest.raises(InputError):
                checked_points(wrong)


class TestAgenda:
    """What to talk about."""

    def test_an_agenda_is_made_of_what_was_said(self) -> None:
        """The case, the question in the citizen's words, what they told, what is missing, and what happens next."""
        told = summary(
            ("topic", "Støtte til bil"), ("kle", "27.60.20"),
            ("first_request", "hvornår får jeg svar?"), ("last_question", "»må min søster komme med?«"),
            ("missing", "Send lønsedler for oktober"), ("fact", "min bil er gået i stykker"),
        )  # fmt: skip
        made = draft(told, "social", HERE)
        assert made.agenda == (
            "Din sag om støtte til bil",
            "Det, du spurgte om: »hvornår får jeg svar?«",
            "Det, du spurgte om: »må min søster komme med?«",
            "Det, du har fortalt: »min bil er gået i stykker«",
            "Det, der mangler: Send lønsedler for oktober",
            "Hvad der skal ske nu",
        )
        assert made.documents == (
            "Send lønsedler for oktober", "dit kørekort, hvis du har et", "papirer om den bil, du har i dag",
        )  # fmt: skip

    def test_the_same_thing_is_not_said_twice(self) -> None:
        """A first question that is the last one too."""
        made = draft(summary(("first_request", "hvornår?"), ("last_question", "hvornår?")), "social", HERE)
        assert made.agenda == ("Det, du spurgte om: »hvornår?«", "Hvad der skal ske nu")

    def test_where_nothing_was_said_there_is_no_agenda(self) -> None:
        """Nothing is made up; what the department always asks for is still asked for."""
        for told in (None, summary()):
            made = draft(told, "borgerservice", HERE)
            assert made.agenda == () and made.documents == ("gyldig legitimation, for eksempel pas eller kørekort",)

    def test_a_long_letter_does_not_become_the_agenda(self) -> None:
        """A few points, each short, and SU keeps its capitals."""
        told = summary(("topic", "SU"), ("first_request", "ord " * 400), *[("fact", f"nr. {n}") for n in range(20)])
        made = draft(told, "social", HERE)
        assert made.agenda[0] == "Din sag om SU" and len(made.agenda) <= 8 and max(map(len, made.agenda)) < 340
