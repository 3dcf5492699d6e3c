"""Takes in a file of examples: all of it or nothing, with each line that can't be used told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from bot.identity.staff import Staff
from bot.privacy.masking import mask
from bot.training.candidates import one_line
from bot.training.corpus import Corpus, Example, folded, with_added, without
from bot.training.edits import Edit, Edits, Kind
from bot.training.example_files import Line, Problem, entities_in, named_in, read
from bot.training.examples import Examples
from bot.training.files import Texts
from bot.training.marks import apart
from bot.training.refusals import Changed, Unusable

MOST = 2_000  # new examples: a few seconds' work, for each is looked at for names
_LINES = 20_000  # twice as many examples as there are, and they may all come back in one file
_LARGEST = 3_000_000  # characters
_TRIES = 5  # how often others may change the examples meanwhile
_TOLD = 200  # problems


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a file holds: ``new`` examples, ``known`` ones, ``moved`` ones that stood in another intent.

    ``remarked``: known ones that have other marks in the file than here. Those they have here stay.
    ``problems`` are of single lines (200 at most); with any of them nothing is done. ``edit`` is None where nothing
    was.
    """

    new: int
    known: int
    moved: int
    problems: tuple[Problem, ...]
    remarked: int = 0
    edit: Edit | None = None


@dataclass
class _Plan:
    new: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, list[Example]] = field(default_factory=dict)
    known: int = 0
    remarked: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intents(self) -> list[str]:
        """Those that become others."""
        left = (example.intent for examples in self.moved.values() for example in examples)
        return sorted({*self.new, *self.moved, *left})


class Importing:
    """Files of examples. Methods block, for some seconds where two thousand are new; others can save meanwhile."""

    def __init__(self, examples: Examples, edits: Edits, *, titles: Callable[[], dict[str, str]]) -> None:
        self._examples = examples
        self._edits = edits
        self._titles = titles

    def look(self, name: str, content: str, *, confirmed: bool = False) -> Imported:
        """What a file would do. Raises Unusable when it is too large."""
        lines, problems = _read(name, content)
        return _told(self._planned(lines, problems, self._examples.corpus(), confirmed=confirmed))

    def take(self, staff: Staff, name: str, content: str, *, confirmed: bool = False) -> Imported:
        """Do what a file says, unless there is a problem in it. Raises what `Edits.change` does, and Unusable.

        The lines are looked at before the others' turn is taken; if somebody changed an example meanwhile, once more.
        """
        lines, problems = _read(name, content)
        for _ in range(_TRIES):
            corpus = self._examples.corpus()
            plan = self._planned(lines, problems, corpus, confirmed=confirmed)
            if plan.problems or not (plan.new or plan.moved):
                return _told(plan)
            run = partial(_done, plan=plan, corpus=corpus)
            said = f"Hentede {_counted(plan)} ind fra en fil"
            with suppress(_Stale):
                return _told(plan, self._edits.change(staff, Kind.IMPORTED, "", run, also=plan.intents, text=said))
        raise Changed()

    def _planned(self, lines: Sequence[Line], problems: Sequence[Problem], corpus: Corpus, *, confirmed: bool) -> _Plan:
        plan = _Plan(problems=list(problems))
        names = {title.casefold(): name for name, title in self._titles().items()} | {
            name: name for name in corpus.intents
        }
        entities = entities_in(corpus)
        seen: dict[str, tuple[str, int]] = {}
        looked_at = 0
        for line in lines:
            intent = names.get(line.intent) or names.get(line.intent.casefold(), "")
            raw = one_line(line.raw)
            words, marks = apart(raw)
            text = one_line(words)
            problem = _problem(line, intent, text, seen, corpus) or _strange(line.line, raw, entities)
            if problem is not None:
                plan.problems.append(problem)
                continue
            if folded(text) in seen:
                plan.known += 1
                continue
            seen[folded(text)] = intent, line.line
            same = corpus.find(text)
            if same is not None and same.intent == intent:
                plan.known += 1
                plan.remarked += bool(marks) and marks != same.marks  # a spreadsheet has none at all
            elif same is not None:
                plan.moved.setdefault(intent, []).append(same)
            else:
                looked_at += 1
                if looked_at > MOST:
                    raise _too_large("too many new examples", MOST, "nye eksempler")
                new, refused = self._examples.raw_checked(raw, intent=intent, confirmed=confirmed, corpus=corpus)
                if refused is None:
                    plan.new.setdefault(intent, []).append(new)
                else:
                    plan.problems.append(Problem(line=line.line, code=refused.code, text=refused.words))
        _leave_none_empty(plan, corpus, self._examples.title)
        return plan


class _Stale(Exception):
    """An example is another than when the lines were looked at."""


def _problem(line: Line, intent: str, text: str, seen: dict[str, tuple[str, int]], corpus: Corpus) -> Problem | None:
    if intent not in corpus.intents:
        name = mask(line.intent)[:60]
        return Problem(line=line.line, code="unknown", text=f"Der er ingen hensigt, der hedder »{name}«.")
    before = seen.get(folded(text))
    if before is not None and before[0] != intent:
        return Problem(line=line.line, code="twice", text=f"Det samme står i linje {before[1]} under en anden hensigt.")
    return None


def _strange(line: int, raw: str, entities: set[str]) -> Problem | None:
    strange = named_in(raw) - entities if "[" in raw else set()
    if not strange:
        return None
    return Problem(line=line, code="mark", text=f"Mærket »{mask(min(strange))[:60]}« findes ikke.")


def _read(name: str, content: str) -> tuple[list[Line], list[Problem]]:
    if len(content) > _LARGEST:
        raise _too_large("a file with too many characters", _LARGEST, "tegn")
    lines, problems = read(name, content, most=_LINES + 1)
    if len(lines) + len(problems) > _LINES:
        raise _too_large("a file with too many lines", _LINES, "linjer")
    return lines, problems


def _too_large(log: str, most: int, what: str) -> Unusable:
    return Unusable(log, staff=f"Filen har over {most:,} {what}. Del den i mindre filer.".replace(",", "."))


def _done(texts: Texts, *, plan: _Plan, corpus: Corpus) -> Texts:
    if Corpus.of(texts) != corpus:
        raise _Stale
    gone: dict[str, list[str]] = {}
    for examples in plan.moved.values():
        for example in examples:
            gone.setdefault(example.intent, []).append(example.id)
    for name, ids in gone.items():
        texts = without(texts, corpus.intent(name), ids)
    for name in plan.intents:
        raws = [*(example.raw for example in plan.moved.get(name, ())), *plan.new.get(name, ())]
        if raws:
            texts = with_added(texts, corpus.intent(name), raws)
    return texts


def _leave_none_empty(plan: _Plan, corpus: Corpus, title: Callable[[str], str]) -> None:
    for name, intent in corpus.intents.items():
        gone = sum(example.intent == name for examples in plan.moved.values() for example in examples)
        if gone and gone == len(intent.examples) and name not in plan.new and name not in plan.moved:
            words = f"»{title(name)}« ville stå uden eksempler. Lad ét blive."
            plan.problems.append(Problem(line=1, code="none_left", text=words))


def _told(plan: _Plan, edit: Edit | None = None) -> Imported:
    return Imported(
        new=sum(map(len, plan.new.values())),
        known=plan.known,
        remarked=plan.remarked,
        moved=sum(map(len, plan.moved.values())),
        problems=tuple(sorted(plan.problems, key=lambda problem: problem.line)[:_TOLD]),
        edit=edit,
    )


def _counted(plan: _Plan) -> str:
    done = _told(plan)
    moved = f", {done.moved} flyttet," if done.moved else ""
    return f"{done.new} {'nyt eksempel' if done.new == 1 else 'nye eksempler'}{moved}"
