"""Takes in a file of examples: all of it or nothing, with each line that can't be used told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.identity.staff import Staff
from bot.training.candidates import one_line
from bot.training.corpus import Corpus, Example, folded, with_added, without
from bot.training.edits import Edit, Edits, Kind
from bot.training.example_files import Line, Problem, entities_in, named_in, read
from bot.training.examples import Examples
from bot.training.files import Texts
from bot.training.marks import apart, kept
from bot.training.refusals import Unusable

MOST = 20_000  # lines
_TOLD = 200  # problems


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a file holds: ``new`` examples, ``known`` ones, ``moved`` ones that stood in another intent.

    ``problems`` are of single lines (200 at most); with any of them nothing is done. ``edit`` is None where nothing
    was.
    """

    new: int
    known: int
    moved: int
    problems: tuple[Problem, ...]
    edit: Edit | None = None


@dataclass
class _Plan:
    new: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, list[Example]] = field(default_factory=dict)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intents(self) -> list[str]:
        """Those that become others."""
        left = (example.intent for examples in self.moved.values() for example in examples)
        return sorted({*self.new, *self.moved, *left})


class Importing:
    """Files of examples. Methods block; a thousand new lines take seconds, for each is looked at for names."""

    def __init__(self, examples: Examples, edits: Edits, *, titles: Callable[[], dict[str, str]]) -> None:
        self._examples = examples
        self._edits = edits
        self._titles = titles

    def look(self, name: str, content: str, *, confirmed: bool = False) -> Imported:
        """What a file would do. Raises Unusable when it is too large."""
        lines, problems = _read(name, content)
        return _told(self._plan(lines, problems, self._examples.corpus(), confirmed=confirmed))

    def take(self, staff: Staff, name: str, content: str, *, confirmed: bool = False) -> Imported:
        """Do what a file says, unless there is a problem in it. Raises what `Edits.change` does, and Unusable."""
        seen = self.look(name, content, confirmed=confirmed)
        if seen.problems or not (seen.new or seen.moved):
            return seen
        lines, _ = _read(name, content)
        plan = _Plan()

        def run(before: Texts) -> Texts:
            nonlocal plan
            plan = self._plan(lines, [], Corpus.of(before), confirmed=confirmed)
            if plan.problems:
                raise Unusable("the examples changed meanwhile", staff="Eksemplerne er ændret imens. Prøv igen.")
            return _done(before, plan)

        touched = self._plan(lines, [], self._examples.corpus(), confirmed=confirmed).intents
        edit = self._edits.change(
            staff, Kind.IMPORTED, "", run, also=touched, text=lambda: f"Hentede {_counted(plan)} ind fra en fil"
        )
        return _told(plan, edit)

    def _plan(self, lines: Sequence[Line], problems: Sequence[Problem], corpus: Corpus, *, confirmed: bool) -> _Plan:
        plan = _Plan(problems=list(problems))
        names = {title.casefold(): name for name, title in self._titles().items()} | {
            name: name for name in corpus.intents
        }
        entities = entities_in(corpus)
        seen: dict[str, tuple[str, int]] = {}
        for line in lines:
            intent = names.get(line.intent) or names.get(line.intent.casefold(), "")
            text = one_line(apart(line.raw)[0])
            problem = _problem(line, intent, text, seen, corpus) or _strange(line, entities)
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
            elif same is not None:
                plan.moved.setdefault(intent, []).append(same)
            else:
                self._new(plan, line, intent, text, corpus, confirmed=confirmed)
        _leave_none_empty(plan, corpus, self._examples.title)
        return plan

    def _new(self, plan: _Plan, line: Line, intent: str, text: str, corpus: Corpus, *, confirmed: bool) -> None:
        _, refused = self._examples.texts_checked([text], intent=intent, confirmed=confirmed, corpus=corpus)
        if refused:
            plan.problems.append(Problem(line=line.line, code=refused[0].code, text=refused[0].words))
        else:
            plan.new.setdefault(intent, []).append(kept(line.raw, text))


def _problem(line: Line, intent: str, text: str, seen: dict[str, tuple[str, int]], corpus: Corpus) -> Problem | None:
    if intent not in corpus.intents:
        name = line.intent[:60]
        return Problem(line=line.line, code="unknown", text=f"Der er ingen hensigt, der hedder »{name}«.")
    before = seen.get(folded(text))
    if before is not None and before[0] != intent:
        return Problem(line=line.line, code="twice", text=f"Det samme står i linje {before[1]} under en anden hensigt.")
    return None


def _strange(line: Line, entities: set[str]) -> Problem | None:
    strange = named_in(line.raw) - entities if "[" in line.raw else set()
    if not strange:
        return None
    return Problem(line=line.line, code="mark", text=f"Mærket »{sorted(strange)[0][:60]}« findes ikke.")


def _read(name: str, content: str) -> tuple[list[Line], list[Problem]]:
    lines, problems = read(name, content)
    if len(lines) > MOST:
        raise Unusable("a file with too many lines", staff=f"Filen har over {MOST} linjer. Del den i mindre filer.")
    return lines, problems


def _done(texts: Texts, plan: _Plan) -> Texts:
    corpus = Corpus.of(texts)
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
        moved=sum(map(len, plan.moved.values())),
        problems=tuple(sorted(plan.problems, key=lambda problem: problem.line)[:_TOLD]),
        edit=edit,
    )


def _counted(plan: _Plan) -> str:
    done = _told(plan)
    moved = f", {done.moved} flyttet," if done.moved else ""
    return f"{done.new} {'nyt eksempel' if done.new == 1 else 'nye eksempler'}{moved}"
