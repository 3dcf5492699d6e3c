"""What a row of an imported file means: a case to keep, or everything that is wrong with it, in Danish.

The columns are described for those who fill them in `IMPORT.md` beside this file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TypeVar

from bot.cases.case import CASE_NUMBER, KLE, Event, Handler, HandlerKind, Role, Sensitivity, State, Todo
from bot.cases.import_file import Row
from bot.cases.import_values import date_of, shown
from bot.cases.record import CaseRecord, RecordedParty
from bot.privacy import cpr

# Heading -> what it holds. Headings are read without regard to case, spaces and æ/ae, ø/oe, å/aa.
COLUMNS = {
    "sagsnummer": "sagens nummer, for eksempel 27.36.04-G01-12-26; en kendt sag bliver opdateret",
    "titel": "sagens titel i almindelige ord",
    "titel_hemmelig": "ja, når borgeren ikke må se titlen; ellers nej eller tom",
    "kle": "KLE-nummer; tom, når det er sagsnummerets første seks cifre",
    "tilstand": "oprettet, behandles, afgjort, afsluttet eller afvist",
    "status": "hvor sagen står lige nu, med egne ord; må være tom",
    "oprettet": "dato",
    "aendret": "dato for sidste ændring; tom: dagen for det nyeste, der er sket",
    "forventet_svar": "dato, hvis den er kendt",
    "afgjort": "dato for afgørelsen, hvis den er truffet",
    "afdeling": "afdelingens nøgle i data/kommune.yml",
    "sagsbehandler": "navn på en person eller et team; tom, når ingen har sagen endnu",
    "sagsbehandler_type": "person eller team; tom betyder person",
    "sagsbehandler_telefon": "telefonnummer",
    "sagsbehandler_mail": "mailadresse",
    "sagsbehandler_tid": "telefontid, med ord",
    "foelsomhed": "ikke_fortrolige (eller tom), fortrolige, foelsomme eller vip",
}
# Numbered columns in CSV ("part 1 cpr"), lists in JSON ("parter": [{"cpr": …}]).
LISTED = {
    "part": ("cpr", "navn", "rolle"),
    "haendelse": ("dato", "tekst"),
    "opgave": ("tekst", "frist"),
}

_LONGEST_TEXT = 500
_EARLIEST = date(1900, 1, 1)
_FURTHEST = timedelta(days=20 * 365)
_DATE_WORDS = "Skriv en dato som 2026-11-21 eller 21-11-2026, eller dage fra i dag som -21d eller +14d."

T = TypeVar("T")
Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The cases of all rows, or the problems; never both."""

    records: tuple[CaseRecord, ...] = ()
    problems: tuple[str, ...] = ()


def check(rows: Iterable[Row], *, departments: Collection[str], today: date) -> Checked:
    """Every row as a case; or, when anything at all is wrong, everything that is.

    ``departments`` are the keys cases may belong to; relative dates count from ``today``.
    """
    records: list[CaseRecord] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    some = False
    for row in rows:
        some = True
        reader = _RowReader(row, departments, today)
        record = reader.record()
        if reader.number is not None:
            first = seen.setdefault(reader.number, row.where)
            if first != row.where:
                reader.wrong("sagsnummer", f"»{reader.number}« står også i {first.lower()}. Skriv hver sag én gang.")
        if record is not None:
            records.append(record)
        problems += [f"{row.where}: {problem}" for problem in reader.problems]
    if not some:
        problems.append("Der er ingen sager i filen.")
    return Checked(problems=tuple(problems)) if problems else Checked(records=tuple(records))


def _heading(key: str) -> str:
    """A column's key as it is written in a heading."""
    danish = key.replace("aendret", "ændret").replace("haendelse", "hændelse").replace("foelsomhed", "følsomhed")
    return danish.replace("_", " ")


class _RowReader:
    """Reads one row's columns and collects what is wrong with them."""

    def __init__(self, row: Row, departments: Collection[str], today: date) -> None:
        self.row = row
        self.cells = row.cells
        self.departments = departments
        self.today = today
        self.problems: list[str] = list(row.problems)
        self.number: str | None = None

    def wrong(self, key: str, problem: str) -> None:
        """Note a problem with the column ``key``, called as the file calls it."""
        label = self.cells[key].label if key in self.cells else _heading(key)
        self.problems.append(f"kolonnen »{label}«: {problem}")

    def record(self) -> CaseRecord | None:
        """The case, or None when something is wrong."""
        if self.problems and not self.cells:
            return None  # no row at all, and that is said already
        self._known_columns()
        number = self.number = self._number()
        opened = self._date("oprettet", required=True, past=True)
        decided = self._date("afgjort", past=True)
        expected = self._date("forventet_svar")
        events = self._events()
        newest = [day for day in (opened, decided, *(event.on for event in events)) if day is not None]
        changed = self._date("aendret", past=True) or max(newest, default=self.today)
        for key, day in (("aendret", changed), ("afgjort", decided), ("forventet_svar", expected)):
            if opened is not None and day is not None and day < opened:
                self.wrong(key, "datoen ligger før den dag, sagen blev oprettet.")
        state = self._one_of("tilstand", State, required=True)
        sensitivity = self._one_of("foelsomhed", Sensitivity) or Sensitivity.ORDINARY
        title = self._text("titel", required=True)
        secret = self._yes("titel_hemmelig")
        made = {
            "kle": self._kle(number),
            "status_text": self._text("status"),
            "department": self._department(),
            "handler": self._handler(),
            "parties": self._parties(),
            "todos": self._todos(),
        }
        if self.problems or number is None or opened is None or state is None or title is None:
            return None
        return CaseRecord(
            number=number,
            title=title,
            title_secret=secret,
            state=state,
            opened=opened,
            changed=changed,
            decided=decided,
            expected=expected,
            sensitivity=sensitivity,
            events=tuple(sorted(events, key=lambda event: event.on)),
            **made,  # type: ignore[arg-type]
        )

    def _known_columns(self) -> None:
        every = [*COLUMNS, *(f"{name}_1_{part}" for name, parts in LISTED.items() for part in parts)]
        for key in self.cells:
            plain = re.sub(r"_[0-9]+_", "_1_", key)
            if plain not in every:
                near = difflib.get_close_matches(plain, every, n=1)
                right = f"Mente du »{_heading(near[0])}«?" if near else "Ret navnet, eller slet kolonnen."
                self.wrong(key, f"den kolonne kender jeg ikke. {right}")

    def _value(self, key: str, *, required: bool = False) -> str | None:
        cell = self.cells.get(key)
        if cell is None:
            if required:
                self.wrong(key, "mangler. " + (f"Skriv {COLUMNS[key]}." if key in COLUMNS else "Skriv den."))
            return None
        if cell.problem is not None:
            self.wrong(key, cell.problem)
            return None
        return cell.value

    def _text(self, key: str, *, required: bool = False, longest: int = _LONGEST_TEXT) -> str | None:
        value = self._value(key, required=required)
        if value is None:
            return None
        if len(value) > longest:
            self.wrong(key, f"teksten er på {len(value)} tegn. Der er plads til {longest}.")
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in value.replace("\r\n", "\n")):
            self.wrong(key, "teksten har tegn, der ikke kan læses. Skriv den om.")
        return " ".join(value.split())

    def _number(self) -> str | None:
        value = self._value("sagsnummer", required=True)
        if value is None:
            return None
        number = value.replace(" ", "").upper()
        if not CASE_NUMBER.match(number):
            self.wrong("sagsnummer", f"{shown(value)} er ikke et sagsnummer. Skriv det som 27.36.04-G01-12-26.")
            return None
        return number

    def _kle(self, number: str | None) -> str:
        own = number[:8] if number else ""
        value = self._value("kle")
        if value is None:
            return own
        if not KLE.match(value):
            self.wrong(
                "kle", f"{shown(value)} er ikke et KLE-nummer. Skriv det som 27.36.04, eller lad feltet være tomt."
            )
        elif own and not own.startswith(value):
            self.wrong("kle", f"{shown(value)} passer ikke med sagsnummeret. Skriv {own}, eller lad feltet være tomt.")
        return value

    def _department(self) -> str:
        value = self._value("afdeling", required=True)
        if value is not None and value not in self.departments:
            choices = ", ".join(sorted(self.departments))
            self.wrong("afdeling", f"{shown(value)} findes ikke. Skriv en af: {choices}.")
        return value or ""

    def _one_of(self, key: str, kind: type[Choice], *, required: bool = False) -> Choice | None:
        value = self._value(key, required=required)
        if value is None:
            return None
        folded = re.sub(r"[ -]+", "_", value.lower()).replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
        try:
            return kind(folded)
        except ValueError:
            choices = ", ".join(str(choice.value) for choice in kind)
            self.wrong(key, f"{shown(value)} findes ikke. Skriv en af: {choices}.")
            return None

    def _yes(self, key: str) -> bool:
        value = (self._value(key) or "nej").lower()
        if value not in ("ja", "nej"):
            self.wrong(key, f"{shown(value)} kan ikke bruges. Skriv ja eller nej.")
        return value == "ja"

    def _date(self, key: str, *, required: bool = False, past: bool = False) -> date | None:
        value = self._value(key, required=required)
        if value is None:
            return None
        day = date_of(value, today=self.today)
        if day is None:
            self.wrong(key, f"{shown(value)} er ikke en dato. {_DATE_WORDS}")
        elif not _EARLIEST <= day <= self.today + _FURTHEST:
            self.wrong(key, f"{shown(value)} ligger for langt væk. Se efter, om årstallet er rigtigt.")
            return None
        elif past and day > self.today:
            self.wrong(key, f"{shown(value)} er ikke kommet endnu. Datoen kan senest være i dag.")
        return day

    def _listed(self, name: str, read: Callable[[str], T | None]) -> tuple[T, ...]:
        found = {int(match[1]) for key in self.cells if (match := re.match(rf"{name}_([0-9]+)_", key))}
        return tuple(one for number in sorted(found) if (one := read(f"{name}_{number}_")) is not None)

    def _events(self) -> tuple[Event, ...]:
        def event(start: str) -> Event | None:
            on = self._date(start + "dato", required=True, past=True)
            text = self._text(start + "tekst", required=True)
            return Event(on=on, text=text) if on is not None and text is not None else None

        return self._listed("haendelse", event)

    def _todos(self) -> tuple[Todo, ...]:
        def todo(start: str) -> Todo | None:
            text = self._text(start + "tekst", required=True)
            due = self._date(start + "frist")
            return Todo(text=text, due=due) if text is not None else None

        return self._listed("opgave", todo)

    def _parties(self) -> tuple[RecordedParty, ...]:
        taken: set[str] = set()

        def party(start: str) -> RecordedParty | None:
            number = self._cpr(start + "cpr")
            name = self._text(start + "navn", required=True, longest=100)
            role = self._one_of(start + "rolle", Role, required=True)
            if number is None or name is None or role is None:
                return None
            if number in taken:
                self.wrong(start + "cpr", "den samme person er part to gange i sagen. Skriv personen én gang.")
            taken.add(number)
            return RecordedParty(cpr=number, name=name, role=role)

        parties = self._listed("part", party)
        if not any(key.startswith("part_") for key in self.cells) and not self.row.problems:
            self.problems.append("sagen har ingen parter. Skriv mindst én: cpr, navn og rolle.")
        return parties

    def _cpr(self, key: str) -> str | None:
        value = self._value(key, required=True)
        if value is None:
            return None
        number = cpr.parse(value)
        if number is None:
            digits = sum(letter.isdigit() for letter in value)
            if digits == 10:
                why = "de første seks cifre er ikke en fødselsdato. Ret tallet."
            elif digits == 9 and value.isdigit():
                why = (
                    "har 9 cifre. Regnearket har nok fjernet nullet forrest: gør kolonnen til tekst, og skriv det igen."
                )
            else:
                why = f"det har {digits} cifre. Skriv ti: fødselsdatoen og de fire sidste."
            self.wrong(key, f"det er ikke et CPR-nummer: {why}")
        return number

    def _handler(self) -> Handler | None:
        kind = self._one_of("sagsbehandler_type", HandlerKind)
        name = self._text("sagsbehandler", longest=100)
        phone, email = self._value("sagsbehandler_telefon"), self._value("sagsbehandler_mail")
        hours = self._text("sagsbehandler_tid", longest=200)
        if phone is not None and not re.fullmatch(r"(\+[0-9]{1,3} ?)?([0-9] ?){6,12}", phone):
            self.wrong("sagsbehandler_telefon", f"{shown(phone)} er ikke et telefonnummer. Skriv det som 12 34 56 00.")
        if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
            self.wrong("sagsbehandler_mail", f"{shown(email)} er ikke en mailadresse.")
        if name is None:
            if any((kind, phone, email, hours)):
                self.wrong("sagsbehandler", "mangler. Skriv navnet, eller lad alle sagsbehandlerens felter være tomme.")
            return None
        return Handler(kind=kind or HandlerKind.PERSON, name=name, phone=phone, email=email, hours=hours)
