"""What a message asks for: one wish or two, each with its own words, and in what order they are answered.

The rule for two wishes in one message, whichever they are:

- danger comes first and alone; the other is said to come afterwards;
- hello, thanks and goodbye give way to whatever stands beside them: the answer is warm enough;
- yes and no answer what was last asked, and then comes the other; where nothing was asked they give way too;
- a detail belongs to what was asked for it; where nothing was, to the question beside it;
- anger is met with a calm word, and then its wish is answered;
- two ways to reach a human are one wish, for the offer of a human holds them all;
- asking on behalf of somebody makes the question beside it one about somebody else's case;
- of two things about meetings, or a human and a meeting, one is done now, the other is a button away;
- everything else is answered in both parts, in the order asked; what web adds to (a human, a meeting) comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions import whose
from bot.chat.turn import CASE_QUESTIONS, Memory, Question, payload, question_in
from bot.municipality.phones import find_phone

DANGER = "akut_hjaelp"
NOT_UNDERSTOOD = "nlu_fallback"
_GIVE_WAY = ("hilsen", "tak", "farvel")  # the last of them that is said is the one that is answered
_REPLIES = ("bekraeft", "afvis")
_TO_A_HUMAN = frozenset({"tal_med_menneske", "ring_mig_op", "book_moede"})
_MEETINGS = frozenset({"book_moede", "mit_moede", "flyt_moede", "aflys_moede"})
_PLACES = frozenset({"find_afdeling", "aabningstider", "kontakt_kommunen"})
# A phone number that was asked for answers these, and nothing else that stands beside it.
SETTLED_BY_A_NUMBER = frozenset({*_GIVE_WAY, *_REPLIES, "oplys", "tal_med_menneske", "ring_mig_op"})
# Nothing is lost when these get no answer of their own beside a cry for help.
_NEED_NO_ANSWER = frozenset({*_GIVE_WAY, *_REPLIES, "oplys", "utilfreds", "tal_med_menneske", "ring_mig_op", DANGER})
# Entities that say what a question is about.
_ABOUT = ("sag", "sagsnummer", "emne", "afdeling")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One thing that is asked for: its intent, the words that ask for it, and the entities in them.

    ``for_another``: the words beside it say that it is about somebody else's case.
    """

    intent: str
    text: str = field(default="", repr=False)
    entities: Mapping[str, str] = field(default_factory=dict, repr=False)
    for_another: bool = False

    @property
    def about(self) -> dict[str, str]:
        """What it points at."""
        return {name: self.entities[name] for name in _ABOUT if name in self.entities}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``now`` are answered in this order; ``later`` is said to come afterwards."""

    now: tuple[Wish, ...]
    later: Wish | None = None


def wishes_in(message: Mapping[str, Any]) -> tuple[Wish, ...]:
    """The wishes of a parsed message: two where the pipeline heard two, or a button carries two; else one."""
    intent: str = (message.get("intent") or {}).get("name") or ""
    text: str = message.get("text") or ""
    raw = [entity for entity in message.get("entities") or () if isinstance(entity, Mapping)]
    if text.startswith("/"):  # a pressed button: no words, unless it carries those it was offered for
        entities = _values(raw)
        beside = question_in(entities.pop("ogsaa", ""))
        one = Wish(intent=intent, text=entities.pop("besked", ""), entities=entities)
        return (one,) if beside is None else (one, Wish(intent=beside.intent, entities=dict(beside.entities)))
    heard = [wish for wish in message.get("wishes") or () if isinstance(wish, Mapping) and wish.get("intent")]
    if len(heard) < 2:
        return (Wish(intent=intent, text=text, entities=_values(raw)),)
    return tuple(
        Wish(
            intent=str(wish["intent"]),
            text=str(wish.get("text") or ""),
            entities=_values([entity for entity in raw if _within(entity, wish)]),
        )
        for wish in heard[:2]
    )


def plan(
    wishes: Sequence[Wish], whole: str, *, before: Memory, login: bool, names_a_place: Callable[[str], bool]
) -> Plan:
    """What is answered now, in order, and what afterwards (the rule stands at the top of this module).

    ``whole`` is all of the message; ``before`` says what was asked of the citizen; ``login``: somebody is logged in;
    ``names_a_place``: whether words name a matter or a department.
    """
    if len(wishes) < 2:
        return Plan(now=tuple(wishes))
    first, second = wishes[0], wishes[1]
    intents = {first.intent, second.intent}
    if DANGER in intents:
        other = second if first.intent == DANGER else first
        # The words of danger may stand in either part.
        cry = Wish(intent=DANGER, text=whole, entities={**other.entities, **_of(wishes, DANGER).entities})
        return Plan(now=(cry,), later=None if other.intent in _NEED_NO_ANSWER else other)
    one = _one_of(first, second, whole, before)
    if one is not None:
        return Plan(now=(one,))
    if intents <= _TO_A_HUMAN | _MEETINGS:
        human = next((wish for wish in (first, second) if wish.intent in _TO_A_HUMAN - _MEETINGS), first)
        return Plan(now=(human,), later=second if human is first else first)
    first, second = _sharing(first, second, whole, names_a_place)
    return Plan(now=_in_order(first, second, login=login))


def _one_of(first: Wish, second: Wish, whole: str, before: Memory) -> Wish | None:
    """The one that the two come down to; None when both are to be answered."""
    entities = {**second.entities, **first.entities}
    intents = {first.intent, second.intent}
    if len(intents) == 1 and (first.about == second.about or not first.about or not second.about):
        return replace(first, text=whole, entities=entities)
    gives_way = [*_GIVE_WAY] if before.asked or before.human else [*_GIVE_WAY, *_REPLIES]
    if intents <= set(gives_way):
        return max((second, first), key=lambda wish: gives_way.index(wish.intent))
    for weak, other in ((first, second), (second, first)):
        if weak.intent in gives_way:
            return other
        if weak.intent == "oplys" and other.intent in _REPLIES:
            # "Nej, hellere fredag" tells what is wanted; a bare no to something offered takes it back.
            return replace(weak if other.intent == "bekraeft" else other, text=whole, entities=entities)
        if weak.intent == "oplys" and not _asked_for_a_detail(before):
            return replace(other, text=whole, entities=entities)
        if weak.intent == "paa_vegne_af" and other.intent in CASE_QUESTIONS:
            return replace(other, text=whole, entities=entities, for_another=True)
    if intents <= set(_REPLIES):  # whoever says both has changed their mind
        return second
    if intents <= _TO_A_HUMAN:
        return Wish(intent="ring_mig_op" if find_phone(whole) else "tal_med_menneske", text=whole, entities=entities)
    return None


def _asked_for_a_detail(before: Memory) -> bool:
    return before.asked in ("telefon", "ring_op", "sag", "brevord", "emne", "moede_book", "moede_move")


def _sharing(first: Wish, second: Wish, whole: str, names_a_place: Callable[[str], bool]) -> tuple[Wish, Wish]:
    """Both, each with what only the other says they are about: "status på min byggesag, og hvem har den"."""
    made = []
    for wish, other in ((first, second), (second, first)):
        may_share = wish.intent in CASE_QUESTIONS | _PLACES and other.intent in CASE_QUESTIONS | _PLACES
        if may_share and not wish.about and wish.intent != "mine_sager":
            wish = replace(wish, entities={**wish.entities, **other.about})
        if may_share and wish.intent in _PLACES and not wish.about and not names_a_place(wish.text):
            wish = replace(wish, text=whole)
        made.append(wish)
    # "Hvem har min mors sag, og hvornår får hun svar": who is spoken of first, is spoken of still.
    if whose.anothers(first.text) and not whose.mine(second.text):
        made[1] = replace(made[1], for_another=True)
    return made[0], made[1]


def _in_order(first: Wish, second: Wish, *, login: bool) -> tuple[Wish, ...]:
    intents = {first.intent, second.intent}
    if "log_ind" in intents and intents & (CASE_QUESTIONS | {"paa_vegne_af"}):
        question = second if first.intent == "log_ind" else first
        return (question,) if login else (_of((first, second), "log_ind"), question)

    def place(wish: Wish) -> int:
        if wish.intent in ("utilfreds", *_REPLIES, "oplys"):
            return 0
        if wish.intent == "mine_sager" and intents <= CASE_QUESTIONS:
            return 0
        # Login is asked for, and web says the rest of a human or a meeting, below everything else.
        if wish.intent in _TO_A_HUMAN | _MEETINGS:
            return 3
        return 2 if wish.intent in CASE_QUESTIONS and not login else 1

    return tuple(sorted((first, second), key=place))


def _of(wishes: Sequence[Wish], intent: str) -> Wish:
    return next(wish for wish in wishes if wish.intent == intent)


def _values(entities: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for entity in entities:
        values.setdefault(str(entity.get("entity")), str(entity.get("value")))
    return values


def _within(entity: Mapping[str, Any], wish: Mapping[str, Any]) -> bool:
    places = (entity.get("start"), entity.get("end"), wish.get("start"), wish.get("end"))
    if not all(isinstance(place, int) for place in places):
        return False
    start, end, first, last = places
    return bool(first <= start and end <= last)  # type: ignore[operator]


def asked_again(question: Question, beside: Question | None) -> Question:
    """``question`` so that ``beside`` is asked with it when it is asked again; as it is when there is none."""
    if beside is None or beside == question:
        return question
    from_it = Question(intent=beside.intent, entities={k: v for k, v in beside.entities.items() if k != "ogsaa"})
    return Question(intent=question.intent, entities={**question.entities, "ogsaa": payload(from_it)})
