"""The patterns by which days are found in plain text; `bot.danish.times.days` says what each of them means."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.danish.times.feasts import FEAST
from bot.danish.times.vocabulary import (
    COUNT,
    DAY,
    FOLLOW,
    MONTH,
    NOT_IN_A_NUMBER,
    NOT_INTO_A_NUMBER,
    ORDINAL,
    WEEKDAY_NAMES,
)

DATE_MARK = r"(?:\bden |\bd\.? ?(?=[0-9]))"

_DATE = rf"(?:{DATE_MARK}|{NOT_IN_A_NUMBER})"
_YEAR = r"(?:(?:19|20)[0-9]{2})"
_NAME = "|".join(WEEKDAY_NAMES)
_PART = (
    r"\b(?P<part>(?:foerst|midt|sidst|i slutningen|i starten|i begyndelsen|i midten|slutningen|starten|begyndelsen)"
    r"(?= (?:i|paa|af|ind) )|primo|medio|ultimo) (?:i |paa |af |ind i )?"
)
_WHICH = r"(?P<which>denne her|denne|indevaerende|naeste|kommende|sidste|forrige)"
_UNIT = r"(?P<unit>timer?s?|minutter|minut|min|kvarter|dage?s?|doegn|ugers?|uges?|maaned(?:er|s)?|aars?)"
_SURE_MONTHS = "januar|februar|marts|juni|juli|september|oktober|november|december"

_KINDS: tuple[tuple[str, str], ...] = (
    ("iso", rf"{NOT_IN_A_NUMBER}(?P<y>20[0-9]{{2}})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}}){NOT_INTO_A_NUMBER}"),
    ("nth", rf"\b(?:den )?(?P<nth>foerste|anden|tredje|fjerde|sidste) (?P<day>{_NAME}) i (?P<m>{MONTH})"),
    ("range", rf"(?:\bfra |\bmellem )?{_DATE}(?P<a>[0-9]{{1,2}})\.? ?(?P<sep>-|–|til|og) ?{DATE_MARK}?"
              rf"(?P<b>[0-9]{{1,2}})\.? ?(?P<m>{MONTH})(?: (?P<y>{_YEAR}))?"),
    ("written", rf"{_DATE}(?P<d>[0-9]{{1,2}})\.? ?(?:i )?(?P<m>{MONTH})(?: (?P<y>{_YEAR}))?"),
    ("written", rf"\b(?:den )?(?P<d>{ORDINAL}) (?:i )?(?P<m>{MONTH})(?: (?P<y>{_YEAR}))?"),
    ("numbers", rf"{_DATE}(?P<d>[0-9]{{1,2}}) ?(?P<sep>[./-]) ?(?P<m>[0-9]{{1,2}})"
                rf"(?:(?:(?P=sep)|[ -])(?P<y>{_YEAR}|[0-9]{{2}}))?{NOT_INTO_A_NUMBER}"),
    ("alone", rf"{DATE_MARK}(?P<d>[0-9]{{1,2}})(?:\.? i (?P<which>denne|naeste|sidste|forrige) maaned"
              rf"|\.? i (?P<month>maaneden)|\.{FOLLOW}|(?!\.){FOLLOW})"),
    ("alone", rf"\bden (?P<d>{ORDINAL})(?: i (?P<which>denne|naeste|sidste|forrige) maaned| i (?P<month>maaneden)"
              r"|(?=,? (?:kl\b|klokken|om (?:for|efter)middagen|om morgenen|om aftenen)))"),
    ("in_a_week", rf"\b(?:(?:paa )?(?P<day>{_NAME})|i ?(?P<near>dag|morgen)) "
                  r"(?:om (?:(?P<n>en|to|tre) uger?|(?P<days>otte|8|14|fjorten) dage)|(?:otte|8) dage)\b"),
    ("within", r"\b(?:inden for|indenfor|i loebet af|inden|de)(?: de| den| det)?(?: naeste| kommende| foerste)? "
               rf"(?P<n>{COUNT}) (?:hele? )?{_UNIT}\b"),
    ("counted", r"\b(?:om|(?P<ago>for)) (?:cirka |ca\.? |omkring |godt )?"
                rf"(?:(?P<half>(?:en|et) halvt?) |(?P<n>{COUNT}) )(?:lille )?{_UNIT}(?: tid)?(?(ago) siden)\b"),
    ("counted", rf"\b(?P<n>{COUNT}) {_UNIT} (?P<ago>siden)\b"),
    ("near", r"(?<!tak for )\b(?:her )?i ?(?P<near>dag|overmorgen|morgen|gaar|forgaars)\b(?! i gang)"),
    ("near", r"\b(?P<near>overmorgen|forgaars)\b"),
    ("near", r"\bi ?(?P<near>mor)(?:n|en|gn|ren|ge|gne)\b"),
    ("weeks", rf"(?:{_PART}|\b(?:i|paa|fra|mellem) )?\buge (?:nr\.? )?(?P<number>[0-9]{{1,2}})"
              rf"(?: ?(?:-|–|/|eller|og|til(?: og med)?) ?(?:uge )?(?P<to>[0-9]{{1,2}}))?"
              rf"(?:,? (?P<y>20[0-9]{{2}}))?{NOT_INTO_A_NUMBER}"),
    ("weeks", rf"{_PART}(?:(?:den )?{_WHICH} uge|ugen)\b"),
    ("weeks", rf"\b(?:i )?(?:den )?{_WHICH} uge\b"),
    ("weeks", r"\b(?:i )?ugen (?:(?P<after>efter|foer)(?! (?:den|d\.|jul|paaske|nytaar|[0-9]))"
              r"|der (?P<which>gik|kommer))\b"),
    ("weeks", r"\bhele (?P<which>ugen)\b"),
    ("months", rf"{_PART}(?:(?P<name>{MONTH})(?: (?P<y>{_YEAR}))?|(?:den )?{_WHICH} maaned|maaneden)(?!\w)"),
    ("months", rf"\b(?:i )?(?:den )?{_WHICH} maaned\b"),
    ("months", rf"\b(?:i|til) (?P<name>{MONTH})(?: maaned)?(?: (?P<y>{_YEAR}))?(?!\w)"),
    ("months", rf"(?<![0-9] )(?<![0-9]\. )\b(?P<name>{_SURE_MONTHS})\b(?: maaned)?(?: (?P<y>{_YEAR}))?"),
    ("years", r"\bi (?P<which>fjor)\b"),
    ("years", r"\b(?:til |i )?(?P<which>naeste|sidste|forrige) aar\b"),
    ("season", r"\b(?:til |i |her til )(?P<season>foraar|sommer|efteraar|vinter)(?:(?P<was>s)|et|en)?\b"),
    ("feast", rf"(?<!god )(?<!godt )(?<!glaedelig )\b(?:i |til )?(?P<feast>{FEAST})\b"),
    ("run", rf"\b(?:fra |mellem )?(?P<a>{DAY})(?: ?[-–] ?| til (?:og med )?)(?P<b>{DAY})(?!\w)"),
    ("run", rf"\bmellem (?P<a>{DAY}) og (?P<b>{DAY})(?!\w)"),
    ("weekday", r"\b(?P<which>(?:hver eneste|hver|alle|naeste|sidste|forrige|nu paa|paa|foerstkommende|kommende|"
                rf"denne|hele|i|til) )?(?P<day>{DAY})(?!\w)"),
    ("weekend", r"(?<!god )\b(?:i |paa |til )?(?:(?P<which>naeste|sidste|forrige|denne|hver|hele|kommende) )?"
                r"(?P<name>weekenderne|weekender|weekenden|weekend)\b"),
    ("workdays", r"\b(?:alle |paa |i )?hverdag(?:ene|en|e)?\b"),
)  # fmt: skip


@lru_cache(maxsize=1)
def day_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds of `bot.danish.times.days.DayReader.read` with their patterns, in the order to look for them."""
    return tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
