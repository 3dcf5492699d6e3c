"""The municipality's own facts: hours and holidays, departments, deadlines, and every mistake told with its line."""

# ruff: noqa: E501 (each wrong row stands on one line, beside what is told of it)

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.danish.spelling import distance
from bot.errors import SettingsError
from bot.municipality.contrast import contrast
from bot.municipality.danish import date_words, listed, phone_words, weekday_words
from bot.municipality.facts import load
from bot.municipality.hours import Hours, Span, parse_days, parse_spans, week
from bot.municipality.model import AppealWay, Authority, Department
from bot.municipality.workdays import COPENHAGEN, ClosingDay, Workdays
from tests.asking import ROOT, the_municipality

FILE = ROOT / "data" / "kommune.yml"


def at(text: str) -> datetime:
    """A Danish wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def nine_to_three(*days: int, closing: tuple[ClosingDay, ...] = ()) -> Hours:
    """Open 9-15 on the days (Monday 0)."""
    span = (Span(time(9), time(15)),)
    return week(dict.fromkeys(days, span), Workdays(closing_days=closing))


class TestHours:
    """Opening and phone hours."""

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            ({0: "9-15", 1: "9-15", 2: "9-15", 3: "9-17", 4: "9-14"},
             "mandag-onsdag kl. 9-15, torsdag kl. 9-17 og fredag kl. 9-14"),
            ({0: "9-15", 2: "9-15"}, "mandag kl. 9-15 og onsdag kl. 9-15"),
            ({3: "9.30-12 og 13-15"}, "torsdag kl. 9.30-12 og 13-15"),
            ({}, "kun efter aftale"),
        ],
    )  # fmt: skip
    def test_a_week_is_said_in_words(self, days: dict[int, str], words: str) -> None:
        """Days with the same hours that follow each other are said together."""
        assert week({day: parse_spans(spans) or () for day, spans in days.items()}).in_words() == words

    def test_the_opening_moment_is_inside_and_the_closing_one_is_not(self) -> None:
        """From nine, until three."""
        hours = nine_to_three(0)
        moments = ["08:59:59", "09:00", "14:59:59", "15:00"]
        assert [hours.is_open(at(f"2026-11-23T{moment}")) for moment in moments] == [False, True, True, False]

    def test_times_of_other_zones_are_understood(self) -> None:
        """08:30 in UTC is 9:30 in a Danish winter and 10:30 in summer."""
        hours = week({0: (Span(time(9), time(10)),)})
        assert hours.is_open(datetime(2026, 11, 23, 8, 30, tzinfo=timezone.utc))
        assert not hours.is_open(datetime(2026, 7, 20, 8, 30, tzinfo=timezone.utc))
        assert hours.is_open(datetime(2026, 11, 23, 3, 30, tzinfo=ZoneInfo("America/New_York")))

    @pytest.mark.parametrize("day", ["2026-04-02", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-25"])
    def test_public_holidays_are_closed(self, day: str) -> None:
        """Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday."""
        assert not nine_to_three(0, 1, 2, 3, 4).is_open(at(f"{day}T10:00"))

    def test_store_bededag_is_a_working_day_again(self) -> None:
        """Abolished from 2024."""
        assert nine_to_three(4).is_open(at("2026-05-01T10:00"))

    def test_own_closing_days_are_closed(self) -> None:
        """Every year, or in the one year."""
        closing = (ClosingDay(name="Juleaften", day=24, month=12), ClosingDay(name="x", day=7, month=5, year=2027))
        hours = nine_to_three(*range(7), closing=closing)
        assert not hours.is_open(at("2026-12-24T10:00")) and not hours.is_open(at("2030-12-24T10:00"))
        assert not hours.is_open(at("2027-05-07T10:00")) and hours.is_open(at("2029-05-07T10:00"))

    @pytest.mark.parametrize(
        ("asked", "opens"),
        [
            ("2026-11-23T08:00", "2026-11-23T09:00+01:00"),
            ("2026-11-23T10:00", "2026-11-23T10:00+01:00"),  # open already
            ("2026-11-23T15:00", "2026-11-24T09:00+01:00"),
            ("2026-11-27T20:00", "2026-11-30T09:00+01:00"),  # over the weekend
            ("2026-04-01T16:00", "2026-04-07T09:00+02:00"),  # over Easter
            ("2026-03-28T12:00", "2026-03-30T09:00+02:00"),  # over the change to summer time
            ("2026-10-24T12:00", "2026-10-26T09:00+01:00"),  # and back
        ],
    )
    def test_the_next_opening_is_by_the_danish_wall_clock(self, asked: str, opens: str) -> None:
        """Past weekends, holidays and both changes of the clock."""
        assert nine_to_three(0, 1, 2, 3, 4).next_open(at(asked)) == datetime.fromisoformat(opens)

    def test_an_hour_that_the_clock_skips_becomes_one_that_exists(self) -> None:
        """02:30 on 29 March 2026 does not exist: it is 03:30 in summer time."""
        opens = week({6: (Span(time(2, 30), time(6)),)}).next_open(at("2026-03-29T00:30"))
        assert opens is not None and opens.isoformat() == "2026-03-29T03:30:00+02:00"

    def test_what_never_opens_has_no_next_opening(self) -> None:
        """By appointment only."""
        assert week({}).next_open(at("2026-11-23T10:00")) is None

    def test_a_time_without_a_zone_is_refused(self) -> None:
        """Nobody guesses which clock was meant."""
        with pytest.raises(ValueError, match="time zone"):
            nine_to_three(0).is_open(datetime(2026, 11, 23, 10))

    @pytest.mark.parametrize("text", ["9", "9-", "15-9", "9-9", "9-25", "9-12 og 11-13", "9:75-10", "formiddag", ""])
    def test_what_is_no_span_is_not_read_as_one(self, text: str) -> None:
        """None, so that the reader can say what is wrong."""
        assert parse_spans(text) is None

    def test_days_are_read_alone_and_as_a_range(self) -> None:
        """And nothing else is."""
        assert parse_days("mandag-onsdag") == (0, 1, 2)
        assert parse_days("Søndag") == (6,)
        assert parse_days("fredag-mandag") is None and parse_days("hverdage") is None


class TestWorkdays:
    """Working days, as goals and the seven days of aktindsigt count them."""

    @pytest.mark.parametrize(
        ("day", "count", "after"),
        [("2026-11-24", 1, "2026-11-25"), ("2026-11-27", 1, "2026-11-30"), ("2026-12-21", 7, "2027-01-05")],
    )
    def test_weekends_holidays_and_closing_days_do_not_count(self, day: str, count: int, after: str) -> None:
        """The last row passes Christmas, New Year's Eve and New Year."""
        assert the_municipality().workdays.after(date.fromisoformat(day), count) == date.fromisoformat(after)


class TestSampleMunicipality:
    """`data/kommune.yml` as delivered."""

    @pytest.mark.parametrize(
        ("kle", "department"),
        [
            ("27.60.20", "social"),
            ("27.36.04", "aeldre"),
            ("27.42.08", "aeldre"),
            ("02.34.02", "byggesag"),
            ("15.17.06", "jobcenter"),
            ("32.30.04", "ydelse"),
            ("34.10.10", "boern_familie"),
            ("23.05.05", "borgerservice"),
            ("28.03.00", "skole_dagtilbud"),
            ("99.99.99", "borgerservice"),
            ("2.7", "borgerservice"),
        ],
    )
    def test_the_longest_prefix_of_a_kle_number_finds_the_department(self, kle: str, department: str) -> None:
        """What nobody has is the main department's; half a number is no prefix."""
        assert the_municipality().department_for(kle).key == department

    @pytest.mark.parametrize(
        ("kle", "days"), [("27.60.20", 210), ("27.60.04", 70), ("27.01.00", 84), ("23.05.05", 5), ("05.01.00", None)]
    )
    def test_the_longest_prefix_finds_the_published_deadline(self, kle: str, days: int | None) -> None:
        """Weeks are seven days; without a published deadline there is none."""
        assert the_municipality().deadline_days(kle) == days

    @pytest.mark.parametrize(
        ("kle", "department", "body", "way"),
        [
            ("02.34.02", "byggesag", "byggeklageenheden", AppealWay.BODY),
            ("27.60.20", "social", "ankestyrelsen", AppealWay.MUNICIPALITY),
            ("17.04.12", "skole_dagtilbud", "specialundervisning", AppealWay.MUNICIPALITY),
            ("17.01.00", "skole_dagtilbud", "brevet", AppealWay.LETTER),
        ],
    )
    def test_the_appeal_body_goes_by_the_kind_of_case(
        self, kle: str, department: str, body: str, way: AppealWay
    ) -> None:
        """By KLE number first, then by the department that decided."""
        appeal = the_municipality().appeal_for(kle, department)
        assert (appeal.key, appeal.way, appeal.weeks) == (body, way, 4)

    def test_a_department_nobody_knows_is_the_main_one(self) -> None:
        """A case system's new key breaks no answer."""
        assert the_municipality().department("nyt_center").key == "borgerservice"

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("boligstøtte", "udbetaling_danmark"),
            ("hvor søger jeg bolig støtte", "udbetaling_danmark"),
            ("boernepenge", "udbetaling_danmark"),
            ("folkepention", "udbetaling_danmark"),
            ("byggesagsbehandler", "byggesag"),
            ("tegning til min carpot", "byggesag"),
            ("sygedagepenge", "ydelse"),
            ("kontanthjelp", "ydelse"),
            ("vuggestueplads", "skole_dagtilbud"),
            ("jobcenteret", "jobcenter"),
            ("Jobcenter", "jobcenter"),
            ("nyt pas", "borgerservice"),
            ("årsopgørelsen", "skattestyrelsen"),
            ("min SU", "su"),
        ],
    )
    def test_a_topic_is_found_as_people_write_it(self, text: str, found: str) -> None:
        """Typing errors, split and joined compounds, inflection, æ ø å written out."""
        topic = the_municipality().find_topic(text)
        assert topic is not None and topic.key == found

    @pytest.mark.parametrize("text", ["slå græsset", "passer det", "vejret i morgen", "", "hej", "kun for sjov"])
    def test_what_only_looks_like_a_topic_is_none(self, text: str) -> None:
        """Short words must be spelt right: weather is no road."""
        assert the_municipality().find_topic(text) is None

    def test_every_topic_leads_home(self) -> None:
        """No topic of one department or authority is hidden behind another's."""
        municipality = the_municipality()
        everybody: list[Department | Authority] = [*municipality.departments.values(), *municipality.authorities]
        lost = [
            (topic, who.key)
            for who in everybody
            for topic in (who.name, *who.topics)
            if getattr(municipality.find_topic(topic), "key", None) != who.key
        ]
        assert lost == []

    def test_the_numbers_are_no_real_ones(self) -> None:
        """Numbers of the fictional municipality begin with 12, which no Danish number does."""
        municipality = the_municipality()
        numbers = [municipality.phone, *(department.phone for department in municipality.departments.values())]
        assert all(re.fullmatch(r"12 34 56 \d\d", number) for number in numbers)

    @pytest.mark.parametrize(
        ("asked", "by"),
        [("2026-11-24T10:00", "2026-11-25"), ("2026-11-27T23:30", "2026-11-30"), ("2026-12-23T09:00", "2026-12-28")],
    )
    def test_a_call_is_promised_by_the_service_goal(self, asked: str, by: str) -> None:
        """One working day."""
        assert the_municipality().callback_by(at(asked)) == date.fromisoformat(by)


WRONG = [
    ("telefon: 12 34 56 00", "telefon: ring bare", "telefon skal være et telefonnummer, for eksempel 12 34 56 00, ikke 'ring bare'."),
    ("navn: Nørreå Kommune", "navn:", "navn mangler. Skriv en tekst."),
    ("assistent: Nørre", "asistent: Nørre", "asistent kendes ikke. Mente du assistent?"),
    ("  fredag: 9-14", "  fredag: 14-9", "fredag skal være tider, for eksempel 9-15, 9.30-12 og 13-15 eller lukket, ikke '14-9'."),
    ("  fredag: 9-14", "  freddag: 9-14", "freddag er ingen ugedag. Skriv som mandag eller mandag-torsdag."),
    ("  fredag: 9-14", "  torsdag-fredag: 9-14", "torsdag-fredag rammer en dag, der står to gange i telefontid."),
    ("{dag: 24-12, navn: Juleaftensdag}", "{dag: 31-02, navn: x}", "dag skal være en dag, 24-12 for hvert år eller 2027-05-07 for det år, ikke '31-02'."),
    ('primaer: "#0b5563"', "primaer: blå", "primaer skal være en farve, for eksempel #0b5563, ikke 'blå'."),
    ('accent: "#8a3b12"', 'accent: "#ffcc99"', "accent (#ffcc99) kan ikke læses på #ffffff: kontrasten er 1,5, den skal være mindst 4,5. Vælg en anden farve."),
    ("vis_sagsbehandler: navn", "vis_sagsbehandler: ja", "vis_sagsbehandler skal være navn, team eller ingen, ikke 'ja'."),
    ("ring_op_arbejdsdage: 1", "ring_op_arbejdsdage: snart", "ring_op_arbejdsdage skal være et helt tal fra 1 til 10, ikke 'snart'."),
    ("hovedafdeling: borgerservice", "hovedafdeling: rådhuset", "hovedafdeling skal være en af afdelingerne, ikke 'rådhuset'."),
    ('kle: ["15"]', "kle: [15]", "kle skal være tekster (i anførselstegn, hvis de er tal), ikke '15'."),
    ("emner: [feriepenge,", "emner: [sygedagpenge,", "emnet sygedagpenge står allerede under Ydelsescentret. Lad det stå ét sted."),
    ("emner: [feriepenge,", "emner: [Bøde,", "emnet Bøde står allerede under politiet. Lad det stå ét sted."),
    ('kle: ["29"]', 'kle: ["15"]', "kle 15 står allerede under jobcenter. Lad den stå ét sted."),
    ('kle: ["07"]', 'kle: ["7.1"]', "kle skal være tal som 27 eller 27.36.04 i anførselstegn, ikke '7.1'."),
    ('kle: "02.34.04", navn: nedrivning, uger: 4', 'kle: "02.34.04", navn: nedrivning', "skriv enten uger eller dage, og kun én af dem."),
    ('kle: "02.34.04", navn: nedrivning, uger: 4', 'kle: "02.34.02", navn: nedrivning, uger: 4', "kle 02.34.02 har allerede en frist. Lad den stå ét sted."),
    ('kle: "15.20"', "kle: 15.20", "kle skal være tal i anførselstegn, for eksempel \"27.36.04\", ikke '15.2'."),
    ("email: byg@noerreaa.example", "email: byg.noerreaa", "email skal være en mailadresse, for eksempel post@kommune.dk, ikke 'byg.noerreaa'."),
    ("hjemmeside: https://www.noerreaa.example", "hjemmeside: noerreaa", "hjemmeside skal være en adresse, for eksempel https://www.kommune.dk, ikke 'noerreaa'."),
    ("    klage: byggeklageenheden", "    klage: kongen", "klage skal være en af klageinstanserne ankestyrelsen, brevet, byggeklageenheden, specialundervisning, ikke 'kongen'."),
]  # fmt: skip


class TestMistakes:
    """A wrong value is told with its line and with what would be right."""

    @pytest.mark.parametrize(("right", "wrong", "told"), WRONG, ids=[row[1] for row in WRONG])
    def test_a_wrong_value_is_told_with_its_line(self, tmp_path: Path, right: str, wrong: str, told: str) -> None:
        """One change to the real file gives the one line."""
        text = FILE.read_text(encoding="utf-8")
        assert right in text
        line = text[: text.index(right)].count("\n") + 1
        file = tmp_path / "kommune.yml"
        file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        with pytest.raises(SettingsError) as error:
            load(file)
        assert f"  - linje {line}: {told}" in str(error.value).splitlines()

    def test_all_mistakes_are_told_at_once_in_the_order_of_lines(self, tmp_path: Path) -> None:
        """Nobody mends a file one start at a time."""
        text = FILE.read_text(encoding="utf-8")
        file = tmp_path / "kommune.yml"
        text = text.replace("vis_sagsbehandler: navn", "vis_sagsbehandler: ja").replace(
            "adresse: Råd", "adrese: Råd", 1
        )
        file.write_text(text.replace('kle: ["15"]', "kle: jobs"), encoding="utf-8")
        with pytest.raises(SettingsError) as error:
            load(file)
        lines = [int(number) for number in re.findall(r"linje (\d+):", str(error.value))]
        assert len(lines) == 4 and lines == sorted(lines)

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("navn: x\nnavn: y\n", "linje 2: samme felt står to gange."),
            ("navn: [x\n", "indrykning, kolon eller anførselstegn er skrevet forkert."),
            ("- x\n", "linje 1: filen skal være felter som navn: værdi."),
            ("", "linje 1: filen skal være felter som navn: værdi."),
        ],
    )
    def test_what_is_no_yaml_is_told_as_such(self, tmp_path: Path, content: str, told: str) -> None:
        """With the line where reading stopped."""
        file = tmp_path / "kommune.yml"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(SettingsError, match=re.escape(told)):
            load(file)

    def test_a_missing_file_is_told_as_missing(self, tmp_path: Path) -> None:
        """No traceback for a wrong path."""
        with pytest.raises(SettingsError, match="findes filen"):
            load(tmp_path / "nej.yml")


class TestDanish:
    """Dates, lists and numbers as Danes write them."""

    def test_dates_lists_and_numbers(self) -> None:
        """Ready to show."""
        assert date_words(date(2026, 12, 3)) == "3. december 2026"
        assert weekday_words(date(2026, 12, 3)) == "torsdag den 3. december"
        assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a og b", "a, b og c"]
        assert [phone_words("12345600"), phone_words("114"), phone_words("+4612345678")] == [
            "12 34 56 00", "114", "+4612345678",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("one", "two", "letters"), [("skat", "skat", 0), ("skat", "sakt", 1), ("bil", "bål", 1), ("", "abc", 3)]
    )
    def test_distance_counts_letters(self, one: str, two: str, letters: int) -> None:
        """Two neighbours that changed places are one mistake."""
        assert distance(one, two) == letters

    def test_contrast_is_that_of_wcag(self) -> None:
        """Black on white is 21 to 1; the grey #767676 is just readable."""
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    "said",
    [
        "jeg er træt af at vente",
        "det tager for længe",
        "kan du læse det for mig",
        "jeg vil gerne skifte tid",
        "hvad er klokken",
        "kan I rette det",
        "jeg vil ændre det",
        "jeg beder jer om et svar",
    ],
)
def test_everyday_words_are_no_misspelt_topics(said: str) -> None:
    """Whoever is tired of waiting is not sent to those who look after the trees."""
    assert the_municipality().find_topic(said) is None
