"""Which of a citizen's own cases is meant: by reference, number, place in a list, or what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.cases import numbers, topics
from bot.cases.case import KLE, Case
from bot.cases.ordinals import Position, position_in
from bot.danish.spelling import fold

How = Literal["ref", "number", "order", "topic", "all", "current", "only"]

_NO = re.compile(r"^\W*(?:nej|naeh?|niks)\b")
# "ikke byggesagen", "ikke den om byggeri", but not "er det ikke byggesagen" nor "har ikke hørt om byggesagen".
_NOT_THAT = re.compile(
    r"(?<!det )(?<!der )(?<!den )\bikke (?:(?:den|det|min|mit|min egen|om|med|sagen) )*(?!om\b|med\b)([a-z]+)"
)
_NOT_THIS_ONE = re.compile(
    r"\bikke den(?: sag)?\b(?! (?:om|med|der|jeg))|\bforkerte?(?: sag)?\b|\ben anden sag\b"
    r"|^\W*nej\W+(?:det er |jeg mener )?den (?:med|om|der|fra|hos)\b"
)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What was found: one ``case``; or several ``candidates`` to choose from; or neither.

    ``by`` says what pointed: with neither case nor candidates, what was said that none of the cases fits
    ("number", "topic", "ref"). None: nothing pointed at any case. "only": it is the only one, or the only open one.
    """

    case: Case | None = None
    candidates: tuple[Case, ...] = ()
    by: How | None = None


def find(
    cases: Sequence[Case],
    text: str,
    *,
    number: str | None = None,
    topic: str | None = None,
    ref: str | None = None,
    current: str | None = None,
    offered: Sequence[str] = (),
) -> Chosen:
    """Which of ``cases`` (all the citizen's own) is meant by ``text``.

    ``number`` and ``topic`` are entities found in it (``topic`` a word or a KLE number); ``ref`` is of a button
    that was pressed; ``current`` is the ref of the case last spoken of, ``offered`` those last listed, in order.
    Refs of cases that are not among ``cases`` count for nothing, but a pressed button whose case is gone gives
    neither case nor candidates. What is said comes before what was spoken of; only when nothing is said does the
    current case count, then the only case, then the only open one.
    """
    if not cases:
        return Chosen()
    by_ref = {case.ref: case for case in cases}
    if ref is not None:
        return Chosen(case=by_ref.get(ref), by="ref")
    by_number = _by_number(cases, text, number)
    if by_number is not None:
        return _settled(by_number, "number")
    now = by_ref.get(current) if current else None
    listed = list(dict.fromkeys(by_ref[ref] for ref in offered if ref in by_ref))
    return _by_words(cases, text, topic, now, listed) or _by_default(cases, now)


def _by_number(cases: Sequence[Case], text: str, number: str | None) -> list[Case] | None:
    if number is not None and len(re.findall(r"\d", number)) > 2:  # a shorter one is a place in a list
        found = numbers.matching(cases, number, given=True)
        if found is not None:
            return found
    return numbers.matching(cases, text)


def _by_words(
    cases: Sequence[Case], text: str, topic: str | None, now: Case | None, listed: Sequence[Case]
) -> Chosen | None:
    plain = fold(text)
    position = position_in(text)
    denied = _denied(cases, plain, now)
    about = _about(cases, text if not denied else _NOT_THAT.sub(" ", plain), topic)
    if about is None:
        return Chosen(by="topic") if position is None and not denied else None
    about = _without(about, denied)
    if len(about) == 1:
        return Chosen(case=about[0], by="topic")
    if position is not None:
        pointed = _at(position, about or _without(listed, denied), cases, now)
        if pointed is not None:
            return pointed
    if about:
        if now in about and not _NO.search(plain):
            return Chosen(case=now, by="topic")
        return _settled(_without(about, [now] if now else []), "topic")
    if denied:
        return _settled(_without(listed or _waiting(cases), denied), "topic")
    return None


def _about(cases: Sequence[Case], text: str, topic: str | None) -> list[Case] | None:
    """Cases the words fit, none of them when the words say nothing; None when they say what no case is about."""
    by_text = topics.matching(cases, text)
    if len(by_text) == len(cases) > 1:
        by_text = []  # what fits all says nothing
    if topic is not None:
        is_kle = KLE.match(topic)
        by_topic = topics.of_subject(cases, topic) if is_kle else topics.matching(cases, topic)
        if not by_topic and not by_text and (is_kle or topics.says_something(topic)):
            return None
        by_text = [case for case in by_text if case in by_topic] or by_topic or by_text
    if not by_text and not topics.matching(cases, text) and topics.names_a_subject(text):
        return None
    return by_text


def _denied(cases: Sequence[Case], plain: str, now: Case | None) -> list[Case]:
    """The cases that the text says it is not about."""
    said = [match[1] for match in _NOT_THAT.finditer(plain)]
    denied = [case for word in said for case in topics.matching(cases, word)]
    if len(set(denied)) == len(cases):
        denied = []
    if now is not None and not denied and _NOT_THIS_ONE.search(plain):
        denied = [now]
    return denied


def _at(position: Position, listed: Sequence[Case], cases: Sequence[Case], now: Case | None) -> Chosen | None:
    """The case at a place; None when there is no list it could be a place in."""
    pool = list(listed) or _waiting(cases)
    if position.kind == "all":
        return Chosen(candidates=tuple(pool), by="all") if len(pool) > 1 else None
    if position.other:
        for two in (pool, list(cases)):
            if now in two and len(two) == 2:
                return _settled(_without(two, [now]), "order")
    if listed and -1 <= position.place < len(listed) and not (position.other and listed[position.place] == now):
        return Chosen(case=listed[position.place], by="order")
    if position.other and now is not None:
        return _settled(_without(pool, [now]) or _without(cases, [now]), "order")
    return _settled(pool, "order") if listed or (position.other and len(pool) > 1) else None


def _by_default(cases: Sequence[Case], now: Case | None) -> Chosen:
    if now is not None:
        return Chosen(case=now, by="current")
    waiting = _waiting(cases)
    return Chosen(case=waiting[0], by="only") if len(waiting) == 1 else Chosen(candidates=tuple(waiting))


def _waiting(cases: Sequence[Case]) -> list[Case]:
    """The open ones; all of them when none is open."""
    return [case for case in cases if case.state.is_open] or list(cases)


def _without(cases: Iterable[Case], others: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case not in others]


def _settled(found: Sequence[Case], by: How) -> Chosen:
    return Chosen(case=found[0], by=by) if len(found) == 1 else Chosen(candidates=tuple(found), by=by)
