"""Finds every expression of time in a text, and says what each piece of it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.danish.times.day_patterns import day_patterns
from bot.danish.times.days import DayReader
from bot.danish.times.hours import hour_patterns, part_patterns, read_hours, read_part
from bot.danish.times.values import Days, Exact, Hours, How, Piece
from bot.danish.times.vocabulary import FOLLOW, HOUR, mended
from bot.danish.writing import Plain, plain
from bot.municipality.workdays import COPENHAGEN

_LONGEST = 3000  # characters: a message of the chat
_NEARBY = 80  # characters looked back for what belongs to a time

# Without any of these there is no time in a text.
_TRIGGER = re.compile(
    r"[0-9]|dag|morgen|\bi ?mor|gaar|aften|middag|\bnat|\buge|maaned|\baar|halv|kvart|\bjul|nyt|paask|pins|tid|arbejde"
    r"|fyraften|frokost|sommer|vinter|foraar|efteraar|weekend|januar|februar|marts|april|\bmaj|juni|juli|august"
    r"|september|oktober|november|december|tim|minut|doegn|morges|aftes|fjor|\bkl\b|klok|hans|lavn|\b(?:efter|foer"
    r"|inden|senest|tidligst|mellem) |tidlig|\b(?:i|over) [a-z]|\bmor|dato|ferie"
)
_HOW = {
    "efter": How.AFTER, "fra": How.FROM, "fra og med": How.FROM, "tidligst": How.FROM, "ikke foer": How.FROM,
    "foerst efter": How.AFTER, "foerst fra": How.FROM,
    "foer": How.BEFORE, "inden": How.BEFORE, "senest": How.UNTIL, "til": How.UNTIL, "til og med": How.UNTIL,
    "indtil": How.UNTIL, "frem til": How.UNTIL, "siden": How.SINCE, "op til": How.BEFORE,
}  # fmt: skip
_NOT = ("ikke", "undtagen", "bortset fra", "bare ikke", "aldrig", "undtaget")
_BEFORE = re.compile(
    rf"(?:(?<!\w)(?P<how>{'|'.join(sorted((*_HOW, *_NOT), key=len, reverse=True))}) )?"
    r"(?:\b(?:senere|engang|sent|tidligt|allerede|naar som helst|hele|cirka|omkring|ca\.?|lige)\s)?"
    r"(?:\b(?:paa|om|i|den|nu paa|hen|over) )*$"
)
_NOT_AFTER = re.compile(
    r",? (?:(?:kan|gaar|passer|dur|duer)(?: (?:jeg|vi|det|mig|den|bare|desvaerre|slet))*"
    r"|er (?:jeg|vi)(?: \w+)?|har (?:jeg|vi)) ikke\b"
)
# "Til" before a day is mostly on it ("flyt det til fredag"); after these it is until it.
_LASTS = re.compile(
    r"\b(?:frist\w*|sygemeldt|bortrejst|ferie|vaek|gyldig\w*|gaelder|aaben\w*|aabent|lukket|vente\w*|fra|mellem)\b"
    r"(?: \w+){0,2} ?$"
)
_MOVED = re.compile(r"\b(?:flyt|ryk|aendre|skift|lave)\w*\b[^.?!]*$")
_OPEN_AFTER = re.compile(r" (?:og frem(?:efter)?|og fremover|eller senere|og senere|eller derefter|og opefter)\b")
_OPEN_BEFORE = re.compile(r" (?:eller foer|eller tidligere|og tidligere)\b")
_LISTED = re.compile(r" ?(?:,|og|eller|samt|, ?eller|, ?og)?(?: ?(?:paa|om|den|d\.))? ?")
_ANOTHER_HOUR = re.compile(rf"\0(?:,? (?:eller|og)|,) (?P<h>{HOUR})(?:[.:](?P<m>[0-5][0-9]))?{FOLLOW}")
_CLAUSE = re.compile(r"[.!?;:\n](?: |$)|, (?:men|saa|og|kan|vil)\b| (?:men|saa) ")
# What tells of what has been, and of what is to come.
_TENSE = re.compile(
    r"\b(?:(?P<past>fik|var|havde|kom|skrev|sendte|soegte|modtog|talte|sagde|blev|moedte|gik|stod|dateret|ansoegte"
    r"|indsendte|skulle have|burde have|sygemeldte|glemte|trak|gav|doede|fortalte|tog|saa I|siden"
    r"|(?!allerede|dernede|hernede|tilstede|glaede|vrede|brede|nede|rede)[a-z]{3,}ede"
    r"|har (?:[a-z]+ ){0,3}(?:faaet|sendt|soegt|ventet|skrevet|ringet|talt|snakket|vaeret|afleveret|modtaget|betalt"
    r"|flyttet|indsendt|hoert|haft|gjort|sagt))"
    r"|(?:skal|vil|kan|maa|gerne|kommer|starter|begynder|slutter|stopper|udloeber|rejser|ringer|ring|ringe|helst"
    r"|bliver|faar|passer|naar|ses|moedes|flyt|flytte|flyttes))\b"
)
_OF_A_LETTER = re.compile(
    r"\bsiden\s*(?:i |paa |den |d\. ?)*$|\baf (?:den |d\. ?)?$"
    r"|\b(?:brev|afgoerelse|mail|ansoegning|afslag|besked|referat)[a-z]*(?: er)? (?:fra|dateret) (?:den |d\. ?)?$"
)
_ENDED_WELL = re.compile(r"(?:\bgod|\bgodt|\bglaedelig)\s*$")


@dataclass(frozen=True)
class Reading:
    """The pieces of a text in the order they stand, by their places in the ``plain`` text."""

    plain: Plain
    pieces: tuple[Piece, ...]


def read_pieces(text: str, *, now: datetime, asked: bool = False) -> Reading:
    """What is said of times in ``text`` at ``now`` (aware). With ``asked`` the text is known to tell a time."""
    made = plain(text[:_LONGEST], mended)
    if not _TRIGGER.search(made.text):
        return Reading(made, ())
    return Reading(made, _Reader(made.text, now, asked).read())


class _Reader:
    """Takes the pieces out of the text, the longest kinds first; what is taken is not read again."""

    def __init__(self, text: str, now: datetime, asked: bool) -> None:
        self._left = text
        self._whole = text
        self._now = now
        self._asked = asked
        self._pieces: list[Piece] = []

    def read(self) -> tuple[Piece, ...]:
        days = DayReader(self._whole, self._now, leaning=self._leaning, asked=self._asked)
        for kind, pattern in day_patterns():
            for match in pattern.finditer(self._left):
                made = days.read(kind, match)
                if made is not None:
                    self._take(self._around(made))
        for kind, pattern in hour_patterns(asked=self._asked):
            for match in pattern.finditer(self._left):
                hours = read_hours(kind, match, asked=self._asked)
                if hours is not None:
                    self._take(self._bounded(hours))
                    if kind == "here":
                        self._pieces.append(self._day_of(hours, days.today))
            self._listed_hours()
        for name, pattern in part_patterns():
            for match in pattern.finditer(self._left):
                if not _ENDED_WELL.search(self._left, max(0, match.start() - _NEARBY), match.start()):
                    self._take(self._bounded(read_part(name, match)))
        pieces = sorted(self._pieces, key=lambda piece: (piece.start, isinstance(piece, Hours)))
        return tuple(self._negated_lists(pieces))

    def _day_of(self, hours: Hours, today: date) -> Days:
        """ "I aften" is today, "i aftes" yesterday; "i nat" is the night to come, unless it tells of what has been."""
        if hours.part == "aften" and hours.past:
            today -= timedelta(days=1)
        elif hours.part == "nat" and self._now.astimezone(COPENHAGEN).hour >= 6 and not self._was(hours.start):
            today += timedelta(days=1)
        return Days(start=hours.start, end=hours.end, first=today, last=today)

    def _listed_hours(self) -> None:
        """ "Kl. 10 eller 11"."""
        for match in _ANOTHER_HOUR.finditer(self._left):
            last = next((piece for piece in self._pieces if piece.end == match.start() + 1), None)
            hours = read_hours("clock", match, asked=True) if isinstance(last, Hours) and last.at else None
            if hours is not None:
                self._take(replace(hours, start=match.start("h")))

    def _take(self, piece: Piece) -> None:
        self._left = self._left[: piece.start] + "\0" * (piece.end - piece.start) + self._left[piece.end :]
        self._pieces.append(piece)

    def _around(self, piece: Days | Exact) -> Piece:
        """With the words before and after it that say how it is meant."""
        before = _BEFORE.search(self._left, max(0, piece.start - _NEARBY), piece.start)
        start = before.start() if before else piece.start
        said = before["how"] if before else None
        gone = (
            isinstance(piece, Days) and piece.last is not None and piece.last < self._now.astimezone(COPENHAGEN).date()
        )
        if said in _NOT and (gone or self._was(piece.start)):  # "I ringede ikke i går" refuses no time
            start, said = before.end("how") + 1 if before else piece.start, None
        negated = not gone and (said in _NOT or bool(_NOT_AFTER.match(self._left, piece.end)))
        if isinstance(piece, Exact):
            return replace(piece, start=piece.start if said and said not in _NOT else start, negated=negated)
        how = _HOW.get(said or "", How.ON)
        if how is How.UNTIL and said == "til" and not _LASTS.search(self._whole, max(0, start - _NEARBY), start):
            how = How.ON
        if (
            how is How.FROM
            and said == "fra"
            and _OF_A_LETTER.search(self._whole, max(0, piece.start - _NEARBY), piece.start)
        ):
            how = How.ON
        end = piece.end
        for after, meaning in ((_OPEN_AFTER, How.FROM), (_OPEN_BEFORE, How.UNTIL)):
            if found := after.match(self._left, piece.end):
                how, end = meaning, found.end()
        past = piece.past or how is How.SINCE
        return replace(piece, start=start, end=end, how=how, negated=negated, past=past)

    def _bounded(self, hours: Hours) -> Hours:
        before = _BEFORE.search(self._left, max(0, hours.start - _NEARBY), hours.start)
        start = before.start() if before else hours.start
        said = before["how"] if before else None
        negated = said in _NOT or bool(_NOT_AFTER.match(self._left, hours.end))
        how = _HOW.get(said or "", How.ON)
        if said == "til" and _MOVED.search(self._whole, max(0, start - _NEARBY), start):
            how = How.ON
        end = hours.end
        for after, meaning in ((_OPEN_AFTER, How.FROM), (_OPEN_BEFORE, How.UNTIL)):
            if found := after.match(self._left, hours.end):
                how, end = meaning, found.end()
        if hours.since is not None and hours.until is not None and how is not How.ON:
            if how in (How.FROM, How.AFTER, How.SINCE):
                since = hours.until if how is How.AFTER else hours.since
                return replace(hours, start=start, end=end, since=since, until=None, at=False, part=None)
            until = hours.since if how is How.BEFORE else hours.until
            return replace(hours, start=start, end=end, since=None, until=until, at=False, part=None)
        return replace(hours, start=start, end=end, negated=negated)

    @staticmethod
    def _joined(text: str) -> bool:
        return bool(_LISTED.fullmatch(text))

    def _negated_lists(self, pieces: list[Piece]) -> list[Piece]:
        """ "Undtagen mandag og onsdag" is neither; "ikke mandag, men onsdag" is Wednesday."""
        made: list[Piece] = []
        for piece in pieces:
            last = made[-1] if made else None
            if (
                isinstance(piece, Days)
                and isinstance(last, Days)
                and last.negated
                and piece.weekdays
                and last.weekdays
                and self._joined(self._whole[last.end : piece.start])
            ):
                piece = replace(piece, negated=True)
            made.append(piece)
        return made

    def _was(self, at: int) -> bool:
        return self._leaning(at) < 0

    def _leaning(self, at: int) -> int:
        """By the nearest verb before the place in its clause, else the first after it."""
        if self._asked:
            return 1
        if _OF_A_LETTER.search(self._whole, max(0, at - _NEARBY), at):
            return -1
        start = max((match.end() for match in _CLAUSE.finditer(self._whole, 0, at)), default=0)
        said = list(_TENSE.finditer(self._whole, start, at))
        if said:
            return -1 if said[-1]["past"] else 1
        after = _CLAUSE.search(self._whole, at)
        # "3." ends no clause, so a full stop right after the place is passed over.
        end = after.start() if after and after.start() > at + 4 else len(self._whole)
        found = _TENSE.search(self._whole, at, end)
        return 0 if found is None else -1 if found["past"] else 1
