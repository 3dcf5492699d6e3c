"""How each intent stands: how many examples, how it was measured, what it is mixed up with, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.training import domain_lines
from bot.training.checking import FEWEST
from bot.training.corpus import Corpus
from bot.training.files import Texts
from bot.training.measured import Figures, IntentFigures

_MIXED_UP = 5  # told of each


@dataclass(frozen=True, kw_only=True)
class IntentQuality:
    """One intent. ``block`` is the heading it stands under in domain.yml; ``measured`` and ``cross`` are None where
    nobody measured it; ``confusions`` are the intents it was taken for and how often; ``problems`` (code, words)."""

    name: str
    title: str
    block: str
    examples: int
    measured: IntentFigures | None
    cross: IntentFigures | None
    confusions: tuple[tuple[str, int], ...]
    guarded: bool
    answer: tuple[str, str] | None
    problems: tuple[tuple[str, str], ...]


def of_intents(
    corpus: Corpus,
    texts: Texts,
    figures: Figures | None,
    *,
    title: Callable[[str], str],
    guarded: Collection[str],
) -> list[IntentQuality]:
    """Every intent that has examples, in the order of domain.yml, those it lacks last."""
    headings = _headings(texts.get("domain.yml", ""))
    answers = answers_of(texts)
    measured = figures.per_intent if figures is not None else {}
    cross = figures.cross_per_intent if figures is not None else {}
    mixed = _mixed_up(figures)
    order = {name: number for number, name in enumerate(headings)}
    rows = []
    for name in sorted(corpus.intents, key=lambda name: order.get(name, len(order))):
        count = len(corpus.intents[name].examples)
        rows.append(
            IntentQuality(
                name=name,
                title=title(name),
                block=headings.get(name, ""),
                examples=count,
                measured=measured.get(name),
                cross=cross.get(name),
                confusions=mixed.get(name, ()),
                guarded=name in guarded,
                answer=answers.get(name),
                problems=tuple(_problems(count, answered=name in answers, known=name in headings)),
            )
        )
    return rows


def answers_of(texts: Texts) -> Mapping[str, tuple[str, str]]:
    """What answers each intent: ("text", a response) or ("action", what has code); read anew when a rule changed."""
    return _answers(tuple((path, text) for path, text in texts.items() if path.startswith("data/stories/")))


@lru_cache(maxsize=4)
def _answers(rules: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, str]]:
    return domain_lines.answers_of(dict(rules))


@lru_cache(maxsize=4)
def _headings(domain: str) -> Mapping[str, str]:
    """Each intent of the domain, with the comment that stands above it and those before it."""
    lines = domain.split("\n")
    found = {}
    for name, line in domain_lines.intents(domain).items() if domain else ():
        heading = ""
        for above in reversed(lines[: line - 1]):
            if above.strip().startswith("#"):
                heading = above.strip().lstrip("# ")
                break
            if not above.strip().startswith("-"):
                break
        found[name] = heading
    return found


def _problems(count: int, *, answered: bool, known: bool) -> list[tuple[str, str]]:
    found = []
    if count < FEWEST:
        examples = "1 eksempel" if count == 1 else f"{count} eksempler"
        found.append(("few", f"Kun {examples}. Der skal helst være mindst {FEWEST}."))
    if not known:
        found.append(("unknown", "Robotten kender ikke hensigten (den mangler i domain.yml)."))
    if not answered:
        found.append(("no_answer", "Der er intet svar på den."))
    return found


def _mixed_up(figures: Figures | None) -> dict[str, tuple[tuple[str, int], ...]]:
    """What each intent was taken for, the most frequent first: in cross-validation, which has most messages."""
    if figures is None:
        return {}
    of: Mapping[str, Any] | None = figures.cross if figures.cross is not None else figures.report
    found: dict[str, list[tuple[str, int]]] = {}
    confusions: Sequence[Mapping[str, Any]] = of.get("confusions", ()) if of is not None else ()
    for one in confusions:
        found.setdefault(str(one["intent"]), []).append((str(one["predicted"]), int(one["count"])))
    return {name: tuple(sorted(those, key=lambda those: -those[1])[:_MIXED_UP]) for name, those in found.items()}
