"""Feasts and holidays that Danes reckon time by: Christmas, Easter, the school's holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.easter import easter

# By plain name; longer names first, as the first that fits wins.
_FIXED: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = (
    (r"mellem jul og nyt ?aar", (12, 27), (12, 30)),
    (r"mellem juledagene", (12, 27), (12, 30)),
    (r"lille ?juleaften", (12, 23), (12, 23)),
    (r"jule? ?aften(?:sdag)?", (12, 24), (12, 24)),
    (r"(?:anden|2\.) juledag", (12, 26), (12, 26)),
    (r"(?:(?:foerste|1\.) )?juledag", (12, 25), (12, 25)),
    (r"juledagene", (12, 24), (12, 26)),
    (r"jule?ferien", (12, 23), (1, 2)),
    (r"(?:hele )?jul(?:en)?", (12, 24), (12, 26)),
    (r"nyt ?aars ?aften(?:sdag)?", (12, 31), (12, 31)),
    (r"nyt ?aars ?dag", (1, 1), (1, 1)),
    (r"nyt ?aar(?:et)?", (12, 31), (1, 1)),
    (r"grundlovsdag", (6, 5), (6, 5)),
    (r"sankt ?hans(?: aften)?|skt\.? hans(?: aften)?", (6, 23), (6, 23)),
)
# Days after Easter Sunday.
_EASTER: tuple[tuple[str, int, int], ...] = (
    (r"palme ?soendag", -7, -7),
    (r"skaer ?torsdag", -3, -3),
    (r"lang ?fredag", -2, -2),
    (r"(?:anden|2\.) paaske ?dag", 1, 1),
    (r"paaskelaerdag|paaskeloerdag", -1, -1),
    (r"(?:(?:foerste|1\.) )?paaske ?dag", 0, 0),
    (r"paaskeferien", -8, 1),
    (r"paasken?", -3, 1),
    (r"kristi ?himmel ?fart(?:s ?dag)?", 39, 39),
    (r"(?:anden|2\.) pinse ?dag", 50, 50),
    (r"(?:(?:foerste|1\.) )?pinse ?dag", 49, 49),
    (r"pinsen?", 49, 50),
    (r"fastelavn(?:ssoendag)?", -49, -49),
)
# By ISO week, from the Saturday before to the Sunday of the last; weeks 7 and 42 as in most municipalities.
_SCHOOL: tuple[tuple[str, int, int], ...] = (
    (r"vinterferien", 7, 7),
    (r"efteraarsferien", 42, 42),
    (r"sommerferien", 27, 32),
)
FEAST = "|".join(pattern for pattern, *_ in (*_FIXED, *_EASTER, *_SCHOOL))


def feast(name: str, year: int) -> tuple[date, date] | None:
    """The first and last day, both included, of the feast that begins in ``year``; None for no name of one."""
    for pattern, (month, day), (last_month, last_day) in _FIXED:
        if re.fullmatch(pattern, name):
            later = year + ((last_month, last_day) < (month, day))
            return date(year, month, day), date(later, last_month, last_day)
    sunday = easter(year)
    for pattern, first, last in _EASTER:
        if re.fullmatch(pattern, name):
            return sunday + timedelta(days=first), sunday + timedelta(days=last)
    for pattern, first, last in _SCHOOL:
        if re.fullmatch(pattern, name):
            monday = date.fromisocalendar(year, first, 1)
            return monday - timedelta(days=2), date.fromisocalendar(year, last, 7)
    return None
