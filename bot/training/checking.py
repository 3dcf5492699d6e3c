"""What is looked at before a training, in the files alone: each thing that is wrong, in Danish, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from bot.errors import InputError, SettingsError
from bot.training import domain_lines, intents, readable
from bot.training.corpus import Corpus
from bot.training.domain_lines import DOMAIN, SAYS_ITS_RESPONSE, Response, Rule
from bot.training.files import Texts
from bot.training.nearness import Nearness
from bot.training.spoken import Spoken

# So many of what citizens ask most, or what must not be missed, are needed to tell it from the rest.
FEWEST = 20
MOST_OF_A_KIND = 100  # rows; the rest is counted
ERROR, WARNING, HINT = "error", "warning", "hint"
INTENT, ANSWER, RULE = "hensigt", "svar", "regel"
_NOT_UNDERSTOOD = "nlu_fallback"  # Rasa's own; no intent of the domain


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that is wrong. ``page`` and ``name`` say where; ``id`` is that of an example."""

    code: str
    severity: str
    text: str
    page: str
    name: str
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the API gives it."""
        told = asdict(self)
        where = {key: told.pop(key) for key in ("page", "name", "id")}
        return {**told, "where": where}


def check(texts: Texts, code: Spoken) -> Iterator[Found]:
    """All that is wrong, the gravest first; of one kind at most 100, and then how many more there are."""
    try:
        found = list(_checked(texts, code))
    except InputError as error:  # a file that can't be read stops everything else
        found = [Found(code="unreadable", severity=ERROR, text=error.staff, page=RULE, name="")]
    order = (ERROR, WARNING, HINT)
    kinds = Counter((one.severity, one.code) for one in found)
    for severity, kind in sorted(kinds, key=lambda each: order.index(each[0])):
        of_kind = (one for one in found if (one.severity, one.code) == (severity, kind))
        last = None
        for last in islice(of_kind, MOST_OF_A_KIND):
            yield last
        if last is not None and (more := kinds[severity, kind] - MOST_OF_A_KIND) > 0:
            text = f"Der er {more} til af samme slags. Ret nogle af dem, og tjek igen."
            yield Found(code=kind, severity=severity, text=text, page=last.page, name=last.name)


def _checked(texts: Texts, code: Spoken) -> Iterator[Found]:
    corpus = Corpus.of(texts)
    responses = domain_lines.responses(texts[DOMAIN])
    heard = domain_lines.intents(texts[DOMAIN])
    rules = [
        rule
        for path, text in texts.items()
        if path.startswith("data/stories/")
        for rule in domain_lines.rules(text)
        if rule.intents and rule.actions
    ]
    titled, broken = _titled(texts)
    title = _title_of(titled)
    yield from broken
    yield from _examples(corpus, title)
    yield from _known(corpus, heard, title)
    yield from _without_title(heard, titled)
    yield from _rules(rules, heard, domain_lines.actions(texts[DOMAIN]), title)
    yield from _answers(rules, heard, responses, code, title)
    yield from _responses(responses, heard, rules, code)


Title = Callable[[str], str]


def _titled(texts: Texts) -> tuple[Mapping[str, intents.Intent], list[Found]]:
    """What intents are called, and what is wrong with the file of it."""
    try:
        return intents.read(texts.get(intents.FILE, "")), []
    except SettingsError as error:
        words = " ".join(error.log.split())
        return {}, [Found(code="titles", severity=ERROR, text=words, page=RULE, name=PurePath(intents.FILE).name)]


def _title_of(titled: Mapping[str, intents.Intent]) -> Title:
    def title(name: str) -> str:
        known = titled.get(name)
        return f"»{known.title if known else name.replace('_', ' ').capitalize()}«"

    return title


def _examples(corpus: Corpus, title: Title) -> Iterator[Found]:
    for examples in corpus.twice().values():
        first, *others = examples
        for other in others:
            if other.intent == first.intent:
                text = f"»{other.text}« står to gange i {title(other.intent)}."
                yield Found(code="twice", severity=WARNING, text=text, page=INTENT, name=other.intent, id=other.id)
            else:
                text = f"»{other.text}« står både i {title(first.intent)} og {title(other.intent)}. Slet det ene."
                yield Found(code="both", severity=ERROR, text=text, page=INTENT, name=other.intent, id=other.id)
    for one, other in Nearness().pairs(corpus):
        if one.words == other.words:
            continue  # told above
        text = (
            f"»{one.text}« i {title(one.intent)} ligner »{other.text}« i {title(other.intent)}. "
            "Det kan gøre robotten usikker."
        )
        yield Found(code="near", severity=HINT, text=text, page=INTENT, name=one.intent, id=one.id)


def _known(corpus: Corpus, heard: Collection[str], title: Title) -> Iterator[Found]:
    for name, intent in corpus.intents.items():
        if name not in heard:
            text = f"{title(name)} har eksempler, men robotten kender ikke hensigten, for den mangler i {DOMAIN}."
            yield Found(code="unknown_intent", severity=ERROR, text=text, page=INTENT, name=name)
        elif 0 < len(intent.examples) < FEWEST:
            n = len(intent.examples)
            many = "1 eksempel" if n == 1 else f"{n} eksempler"
            text = f"{title(name)} har kun {many}. Der skal helst være mindst {FEWEST}."
            yield Found(code="few", severity=WARNING, text=text, page=INTENT, name=name)
    for name in heard:
        if name not in corpus.intents or not corpus.intents[name].examples:
            text = f"{title(name)} har ingen eksempler, så robotten kan ikke kende den."
            yield Found(code="no_examples", severity=ERROR, text=text, page=INTENT, name=name)


def _without_title(heard: Collection[str], titled: Collection[str]) -> Iterator[Found]:
    for name in heard if titled else ():
        if name not in titled:
            text = f"Hensigten {name} har ingen titel, så robotten kan ikke spørge »Mener du …?« om den."
            yield Found(code="no_title", severity=WARNING, text=text, page=INTENT, name=name)


def _rules(rules: Collection[Rule], heard: Collection[str], actions: Collection[str], title: Title) -> Iterator[Found]:
    first: dict[str, Rule] = {}
    for rule in rules:
        intent = rule.intents[0]
        before = first.setdefault(intent, rule)
        if before is not rule and before.actions != rule.actions:
            text = f"Reglerne »{before.name}« og »{rule.name}« er uenige om, hvad der skal ske ved {title(intent)}."
            yield Found(code="rules", severity=ERROR, text=text, page=RULE, name=rule.name)
        for name in rule.intents:
            if name not in heard and name != _NOT_UNDERSTOOD:
                text = f"Reglen »{rule.name}« er til {title(name)}, men den hensigt findes ikke."
                yield Found(code="rule_intent", severity=ERROR, text=text, page=RULE, name=rule.name)
        for action in rule.actions:
            if action.startswith("action_") and action not in actions:
                text = f"Reglen »{rule.name}« bruger {action}, som robotten ikke kender."
                yield Found(code="rule_action", severity=ERROR, text=text, page=RULE, name=rule.name)
    for name in heard:
        if name not in first:
            text = f"{title(name)} har ingen regel, så robotten ved ikke, hvad den skal svare."
            yield Found(code="no_rule", severity=ERROR, text=text, page=INTENT, name=name)


def _answers(
    rules: Collection[Rule],
    heard: Collection[str],
    responses: Mapping[str, Response],
    code: Spoken,
    title: Title,
) -> Iterator[Found]:
    """Intents without an answer, and responses that are said and not there."""
    for rule in rules:
        intent = rule.intents[0]
        if intent in heard and SAYS_ITS_RESPONSE in rule.actions and f"utter_{intent}" not in responses:
            text = f"{title(intent)} har intet svar: utter_{intent} mangler."
            yield Found(code="no_answer", severity=ERROR, text=text, page=INTENT, name=intent)
        for action in rule.actions:
            if action.startswith("utter_") and action not in responses:
                text = f"Reglen »{rule.name}« siger {action}, men det svar findes ikke."
                yield Found(code="missing", severity=ERROR, text=text, page=RULE, name=rule.name)
    for name in sorted(code.responses - responses.keys()):
        of = [title(intent) for intent in code.intents_of(name) if intent in heard]
        text = f"Svaret {name} mangler. Det bruges {f'ved {of[0]}' if of else 'af robotten'}."
        yield Found(code="missing", severity=ERROR, text=text, page=ANSWER, name=name)


def _responses(
    responses: Mapping[str, Response], heard: Collection[str], rules: Collection[Rule], code: Spoken
) -> Iterator[Found]:
    by_rules = {action for rule in rules for action in rule.actions}
    by_rules |= {f"utter_{rule.intents[0]}" for rule in rules if SAYS_ITS_RESPONSE in rule.actions}
    for name, response in responses.items():
        if name not in code.responses and name not in by_rules:
            text = f"Robotten bruger aldrig svaret {name}."
            yield Found(code="unused", severity=HINT, text=text, page=ANSWER, name=name)
        if not response.texts or not all(text.strip() for text in response.texts):
            yield Found(code="empty", severity=ERROR, text=f"Svaret {name} er tomt.", page=ANSWER, name=name)
        for buttons in response.buttons:
            for button in buttons:
                intent = button.payload.removeprefix("/").partition("{")[0]
                if button.payload.startswith("/") and intent not in heard:
                    text = f"Knappen »{button.title}« i {name} er til en hensigt, der ikke findes: {intent}."
                    yield Found(code="button", severity=ERROR, text=text, page=ANSWER, name=name)
        for problem in _readability(response):
            yield Found(code=problem.code, severity=WARNING, text=f"{name}: {problem.text}", page=ANSWER, name=name)


def _readability(response: Response) -> Iterator[readable.Problem]:
    told = set()
    for text, buttons in zip(response.texts, response.buttons, strict=False):
        for problem in readable.problems(text, buttons=bool(buttons)):
            if problem.code not in told:
                told.add(problem.code)
                yield problem
