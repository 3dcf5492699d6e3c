"""Reads which day is meant: dates, weekdays, weeks, months, feasts, and days counted from today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

from bot.danish.times.day_patterns import DATE_MARK
from bot.danish.times.feasts import feast
from bot.danish.times.values import Days, Exact
from bot.danish.times.vocabulary import MONTH, ORDINALS, WEEKDAY_NAMES, is_one_day, month_number, number, weekday_number
from bot.municipality.workdays import COPENHAGEN

Match = re.Match[str]
Found = Days | Exact | None

_FEW = 62  # days: "tirsdag den 9." is a Tuesday within so many, else the date is believed
_FAR = 183  # days: a day without a year is rather the other one, if that is near
_OLD = 3  # years: "3.12.26" is a date, "15.20.04" rather a subject number
_WITH_A_MONTH = re.compile(rf"(?:,| eller| og|, eller)(?: den| d\.)? ?[0-9]{{1,2}}\. ?(?P<m>{MONTH})")
_SEASONS = {"foraar": (3, 5), "sommer": (6, 8), "efteraar": (9, 11), "vinter": (12, 2)}
_NEARBY = {"dag": 0, "morgen": 1, "mor": 1, "overmorgen": 2, "gaar": -1, "forgaars": -2}


class DayReader:
    """Makes pieces of what the patterns of `DAYS` find, as seen from ``now``.

    ``leaning`` says of a place in the text whether it tells of what has been (-1), of what is to come (1) or neither
    (0). With ``asked`` the text answers when something is to be.
    """

    def __init__(self, text: str, now: datetime, *, leaning: Callable[[int], int], asked: bool) -> None:
        self.text = text
        self.now = now.astimezone(COPENHAGEN)
        self.today = self.now.date()
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.asked = asked
        self._leaning = leaning
        self.week: date | None = None  # the Monday of the week named last, for "ugen efter"

    def past(self, at: int) -> bool:
        """Whether it tells of what has been there."""
        return self._leaning(at) < 0

    def future(self, at: int) -> bool:
        """Whether it tells of what is to come there."""
        return self._leaning(at) > 0

    def read(self, kind: str, match: Match) -> Found:
        """The piece, or None when it is no time after all."""
        try:
            made: Found = getattr(self, f"_{kind}")(match)
        except (ValueError, OverflowError):  # a day or a year that there is not
            return None
        if isinstance(made, Days) and made.first is not None:
            self.week = made.first - timedelta(days=made.first.weekday())
        return made

    def _days(self, match: Match, first: date, last: date | None = None) -> Days:
        return Days(start=match.start(), end=match.end(), first=first, last=first if last is None else last)

    # Dates

    def _iso(self, match: Match) -> Found:
        return self._days(match, date(int(match["y"]), int(match["m"]), int(match["d"])))

    def _written(self, match: Match) -> Found:
        return self._dated(match, match["d"], match["m"], match["y"])

    def _numbers(self, match: Match) -> Found:
        year = match["y"]
        marked = re.match(DATE_MARK, match[0]) is not None
        if match["sep"] == "." and year is None and not marked:
            return self._on_its_weekday(match)  # "13.30" and "3.12" are of the clock
        if match["sep"] == "-" and year is None and not marked:
            return None  # "10-12" is from ten to twelve
        if (match["d"], match["m"], year) == ("24", "7", None) and not marked:
            return None  # day and night
        if year is not None and len(year) == 2 and not marked and abs(2000 + int(year) - self.today.year) > _OLD:
            return None
        return self._dated(match, match["d"], match["m"], year)

    def _on_its_weekday(self, match: Match) -> Found:
        """ "Torsdag 3.12", where the third of December is a Thursday."""
        named = self._weekday_before(match.start())
        made = self._dated(match, match["d"], match["m"], None) if named is not None else None
        return made if made is not None and made.first is not None and made.first.weekday() == named else None

    def _dated(self, match: Match, day: str, month: str, year: str | None) -> Days | None:
        number_of_day = int(day) if day.isdigit() else ORDINALS[day]
        wanted = month_number(month.rstrip("."))
        if year is not None:
            return self._days(match, date(int(year) + (2000 if len(year) == 2 else 0), wanted, number_of_day))
        found = self._nearest(lambda one: one.day == number_of_day and one.month == wanted, match.start(), 366 * 8)
        return self._days(match, found) if found else None

    def _range(self, match: Match) -> Found:
        if match["sep"] == "og" and not match[0].startswith("mellem"):
            return None  # two days, not those between
        last = self._dated(match, match["b"], match["m"], match["y"])
        if last is None or last.last is None:
            return None
        first = date(last.last.year, last.last.month, int(match["a"]))
        return self._days(match, first, last.last) if first < last.last else None

    def _alone(self, match: Match) -> Found:
        day = int(match["d"]) if match["d"].isdigit() else ORDINALS[match["d"]]
        named = self._weekday_before(match.start())
        listed = _WITH_A_MONTH.match(self.text, match.end())
        if listed:  # "den 3. eller den 10. februar"
            return self._dated(match, match["d"], listed["m"], None)
        if match["which"]:
            months = {"naeste": 1, "sidste": -1, "forrige": -1}.get(match["which"], 0)
            return self._days(match, self._month(months).replace(day=day))
        found = None
        if named is not None:
            found = self._nearest(lambda one: one.day == day and one.weekday() == named, match.start(), _FEW)
        found = found or self._nearest(lambda one: one.day == day, match.start(), 62)
        return self._days(match, found) if found else None

    def _nearest(self, fits: Callable[[date], bool], at: int, most: int) -> date | None:
        """The first day from today on that fits, or, told of what has been, the last one until today."""
        ahead, behind = (
            next((day for far in range(most) if fits(day := self.today + timedelta(days=step * far))), None)
            for step in (1, -1)
        )
        wanted, other = (behind, ahead) if self.past(at) else (ahead, behind)
        if wanted is None or other is None or self.asked:
            return wanted
        # "Min samtale den 4. november", said on the 21st, has been, though no verb tells.
        far, near = abs((wanted - self.today).days), abs((other - self.today).days)
        return other if far > _FAR and near <= _FEW and not self.future(at) else wanted

    def _weekday_before(self, at: int) -> int | None:
        found = re.search(
            rf"\b({'|'.join(WEEKDAY_NAMES)}|man|tirs|ons|tors|fre|loer|soen)\.?,? ?$", self.text[max(0, at - 20) : at]
        )
        return weekday_number(found[1]) if found else None

    # Counted from today

    def _near(self, match: Match) -> Found:
        return self._days(match, self.today + timedelta(days=_NEARBY[match["near"]]))

    def _counted(self, match: Match) -> Found:
        ago = bool(match["ago"])
        half = match.groupdict().get("half")
        count = number(match["n"]) if match["n"] else 1
        unit = match["unit"]
        if unit[:4] in ("time", "minu", "kvar") or unit.startswith("min"):
            minutes = count * (60 if unit.startswith("time") else 15 if unit.startswith("kvar") else 1)
            if half:
                minutes = 30
            moment = self._later(timedelta(minutes=-minutes if ago else minutes))
            return Exact(start=match.start(), end=match.end(), since=moment, until=moment)
        if half:
            return self._whole_month(match, -6 if ago else 6) if unit.startswith("aar") else None
        step = -count if ago else count
        if unit.startswith(("dag", "doegn")):
            first = self.today + timedelta(days=step)
            more = timedelta(days=(-1 if ago else 1) * (match["n"] == "et par"))
            return self._days(match, min(first, first + more), max(first, first + more))
        if unit.startswith("uge"):
            return self._whole_week(match, step)
        return self._whole_month(match, step) if unit.startswith("maan") else self._whole_year(match, step)

    def _within(self, match: Match) -> Found:
        count, unit = number(match["n"]) if match["n"] else 1, match["unit"]
        if unit.startswith("time"):
            until = self._later(timedelta(hours=count))
        else:
            days = {"d": 1, "u": 7, "m": 30, "a": 365}[unit[0]] * count
            until = datetime.combine(self.today + timedelta(days=days + 1), datetime.min.time(), COPENHAGEN)
        return Exact(start=match.start(), end=match.end(), since=self.now, until=until)

    def _later(self, step: timedelta) -> datetime:
        """Counted in hours that pass, whatever the clock does."""
        moment = self.now.astimezone(timezone.utc) + step
        return moment.replace(second=0, microsecond=0).astimezone(COPENHAGEN)

    # Weeks, months, years

    def _weeks(self, match: Match) -> Found:
        found = match.groupdict()
        if found.get("number"):
            monday = self._numbered(int(found["number"]), found["y"], match.start())
            if monday is None:
                return None
            more = max(0, int(found["to"]) - int(found["number"])) if found["to"] else 0
            return self._part(match, monday, monday + timedelta(weeks=more, days=6))
        if found.get("after"):
            step = {"efter": 1, "foer": -1}[found["after"]]
            monday = self.week or self.monday
            return self._part(match, monday + timedelta(weeks=step), monday + timedelta(weeks=step, days=6))
        step = {"naeste": 1, "kommende": 1, "sidste": -1, "forrige": -1, "der gik": -1}.get(found["which"] or "", 0)
        monday = self.monday + timedelta(weeks=step)
        if not found["which"] and self._has_gone(found.get("part"), monday, match.start()):
            monday += timedelta(weeks=1)
        return self._part(match, monday, monday + timedelta(days=6))

    def _has_gone(self, part: str | None, monday: date, at: int) -> bool:
        """ "Først på ugen", said on a Thursday, is of the next week."""
        return not self.past(at) and _part_of(part, monday, monday + timedelta(days=6))[1] < self.today

    def _numbered(self, wanted: int, year: str | None, at: int) -> date | None:
        if year is not None:
            return date.fromisocalendar(int(year), wanted, 1)
        step = -1 if self.past(at) else 1
        mondays = (self.monday + timedelta(weeks=step * ahead) for ahead in range(54))
        return next((monday for monday in mondays if monday.isocalendar()[1] == wanted), None)

    def _months(self, match: Match) -> Found:
        found = match.groupdict()
        if found.get("name"):
            wanted = month_number(found["name"].rstrip("."))
            if found.get("y"):
                first = date(int(found["y"]), wanted, 1)
            elif self.past(match.start()):
                first = date(self.today.year - (wanted > self.today.month), wanted, 1)
            else:
                first = date(self.today.year + (wanted < self.today.month), wanted, 1)
        else:
            step = {"naeste": 1, "kommende": 1, "sidste": -1, "forrige": -1}.get(found["which"] or "", 0)
            first = self._month(step)
            if (
                not found["which"]
                and found.get("part")
                and _part_of(found["part"], first, _last(first))[1] < self.today
            ):
                first = self._month(1)
        return self._part(match, first, _last(first))

    def _part(self, match: Match, first: date, last: date) -> Days:
        return self._days(match, *_part_of(match.groupdict().get("part"), first, last))

    def _whole_week(self, match: Match, step: int) -> Days:
        monday = self.monday + timedelta(weeks=step)
        return self._days(match, monday, monday + timedelta(days=6))

    def _whole_month(self, match: Match, step: int) -> Days:
        return self._days(match, self._month(step), _last(self._month(step)))

    def _whole_year(self, match: Match, step: int) -> Days:
        year = self.today.year + step
        return self._days(match, date(year, 1, 1), date(year, 12, 31))

    def _years(self, match: Match) -> Found:
        return self._whole_year(match, {"naeste": 1, "sidste": -1, "forrige": -1, "fjor": -1}[match["which"]])

    def _month(self, step: int) -> date:
        """The first of the month so many months ahead."""
        years, month = divmod(self.today.month - 1 + step, 12)
        return date(self.today.year + years, month + 1, 1)

    def _season(self, match: Match) -> Found:
        first_month, last_month = _SEASONS[match["season"]]
        was = bool(match["was"]) or self.past(match.start())
        for year in range(self.today.year - 1, self.today.year + 2):
            first = date(year, first_month, 1)
            last = _last(date(year + (last_month < first_month), last_month, 1))
            if not was and last >= self.today:
                return self._days(match, first, last)
            if was and last < self.today <= _last_of_next_year(last):
                return self._days(match, first, last)
        return None

    def _feast(self, match: Match) -> Found:
        name = match["feast"]
        years = (self.today.year + step for step in (-1, 0, 1))
        spans = [span for year in years if (span := feast(name, year))]
        if self.past(match.start()) and not re.search(r"\b(?:inden|foer|til|efter) $", self.text[: match.start()]):
            gone = [span for span in spans if span[0] <= self.today]
            return self._days(match, *gone[-1]) if gone else None
        return next((self._days(match, *span) for span in spans if span[1] >= self.today), None)

    # Weekdays

    def _weekday(self, match: Match) -> Found:
        name, which = match["day"], (match["which"] or "").strip()
        day = weekday_number(name)
        start, end = match.span()
        if which in ("naeste", "forrige"):
            return self._days(match, self.monday + timedelta(weeks=1 if which == "naeste" else -1, days=day))
        if which in ("hver", "alle", "hver eneste") or (not is_one_day(name) and name[-1] != "s" and which != "hele"):
            return Days(start=start, end=end, weekdays=(day,), every=True)
        was = which == "sidste" or (which == "i" and name.endswith("s"))
        coming = which in ("paa", "nu paa", "foerstkommende", "kommende", "denne", "til")
        return Days(start=start, end=end, weekdays=(day,), past=was or (not coming and self.past(start)))

    def _in_a_week(self, match: Match) -> Found:
        """ "Mandag om en uge", "på fredag otte dage"."""
        weeks = 2 if match["days"] in ("14", "fjorten") else number(match["n"]) if match["n"] else 1
        base = match["near"]
        if base:
            return self._days(match, self.today + timedelta(days=_NEARBY[base], weeks=weeks))
        ahead = (weekday_number(match["day"]) - self.today.weekday() - 1) % 7 + 1
        return self._days(match, self.today + timedelta(days=ahead, weeks=weeks))

    def _nth(self, match: Match) -> Found:
        """ "Den første mandag i december"."""
        day, wanted = weekday_number(match["day"]), month_number(match["m"].rstrip("."))
        first = date(self.today.year + (wanted < self.today.month), wanted, 1)
        days = [one for ahead in range(31) if (one := first + timedelta(days=ahead)).month == wanted]
        fitting = [one for one in days if one.weekday() == day]
        return self._days(match, fitting[-1] if match["nth"] == "sidste" else fitting[ORDINALS[match["nth"]] - 1])

    def _run(self, match: Match) -> Found:
        first, last = weekday_number(match["a"]), weekday_number(match["b"])
        days = tuple(day % 7 for day in range(first, last + 1 if last >= first else last + 8))
        return Days(start=match.start(), end=match.end(), weekdays=days, run=True)

    def _weekend(self, match: Match) -> Found:
        step = {"naeste": 1, "sidste": -1, "forrige": -1}.get((match["which"] or "").split(" ")[0], 0)
        if step == 0 and self.past(match.start()) and self.today.weekday() < 5:
            step = -1
        saturday = self.monday + timedelta(weeks=step, days=5)
        if saturday <= self.today and step == 0 and re.search(r"\b(?:inden|foer) $", self.text[: match.start()]):
            saturday += timedelta(weeks=1)
        if match["name"] in ("weekender", "weekenderne") or match["which"] == "hver":
            return Days(start=match.start(), end=match.end(), weekdays=(5, 6), every=True)
        return self._days(match, saturday, saturday + timedelta(days=1))

    def _workdays(self, match: Match) -> Found:
        return Days(start=match.start(), end=match.end(), weekdays=(0, 1, 2, 3, 4), every=True)


def _last_of_next_year(day: date) -> date:
    return date(day.year + 1, day.month, 28)


def _last(first: date) -> date:
    """The last day of the month."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _part_of(part: str | None, first: date, last: date) -> tuple[date, date]:
    """The beginning, the middle or the end of a week (two days, three, two) or of a longer span (a third each)."""
    if not part:
        return first, last
    days = (last - first).days + 1
    third = 2 if days == 7 else 10
    if re.match(r"foerst|i (?:starten|begyndelsen)|primo|start|begynd", part):
        return first, first + timedelta(days=third - 1)
    if re.match(r"midt|medio|i midten", part):
        return first + timedelta(days=third), last - timedelta(days=third if days == 7 else days - 2 * third)
    return (last - timedelta(days=third) if days == 7 else first + timedelta(days=2 * third)), last
