"""The examples that the assistant learns from: looked up, added, reworded, moved and deleted, by those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.identity.staff import Staff
from bot.training.candidates import NotAnExample, Personal, Refused, TestSets, one_line, refusal, value_refusal
from bot.training.corpus import Corpus, Example, Intent, Reader, folded, with_added, with_replaced, without
from bot.training.edits import Edit, Edits, Kind, Within
from bot.training.files import Files, Texts
from bot.training.marks import apart, kept, together
from bot.training.nearness import Nearness
from bot.training.personal import Span, personal
from bot.training.refusals import Changed, TrainingRefusal, Unusable

MOST = 1_000  # examples in one request
_FOUND = 100  # shown of a search


@dataclass(frozen=True, kw_only=True)
class Added:
    """What became of texts that were to be examples; ``edit`` is None where none of them could be."""

    intent: Intent
    added: tuple[Example, ...]
    refused: tuple[Refused, ...]
    edit: Edit | None


class _NothingLeft(Exception):
    """None of the texts could be an example, so there is nothing to change."""


class Examples:
    """All examples. Methods block while the disk and the database work.

    ``title`` gives what an intent is called, ``named_personal`` what in a text may tell who somebody is;
    ``test_sets`` are the files that versions are measured with.
    """

    def __init__(
        self,
        files: Files,
        edits: Edits,
        *,
        title: Callable[[str], str],
        test_sets: Iterable[Path] = (),
        named_personal: Personal = personal,
    ) -> None:
        self._files = files
        self._edits = edits
        self.title = title
        self._personal = named_personal
        self._test_sets = TestSets(test_sets)
        self._corpus_of = Reader()
        self._nearness = Nearness()

    def corpus(self) -> Corpus:
        """The examples as they stand in the files now; read anew only when a file has changed."""
        return self._corpus_of(self._files.read())

    def near(self, examples: Sequence[Example]) -> list[tuple[Example, ...]]:
        """For each of these, those of other intents that say nearly the same."""
        return self._nearness.near(self.corpus(), examples)

    def search(self, q: str) -> list[Example]:
        """The 100 best that hold every word of ``q``: first those that hold it as it stands, of these the shortest."""
        whole = folded(q)
        words = whole.split()
        found = [one for one in self.corpus().examples() if all(word in one.words for word in words)] if words else []
        return sorted(found, key=lambda one: (whole not in one.words, len(one.words)))[:_FOUND]

    def texts_checked(
        self, texts: Sequence[str], *, intent: str, confirmed: bool, corpus: Corpus | None = None
    ) -> tuple[list[str], list[Refused]]:
        """The texts that may become examples of ``intent`` (known or new), as they would stand in the file; the rest
        with why not."""
        now = self.corpus() if corpus is None else corpus
        good: dict[str, str] = {}
        refused = []
        for given in texts:
            text = one_line(given)
            problem = self._refusal(text, intent=intent, corpus=now, confirmed=confirmed)
            if problem is None and folded(text) in good:
                words = "Det samme eksempel står to gange i det, du skrev."
                problem = Refused(text=text, code="duplicate", words=words, intent=intent)
            if problem is None:
                good[folded(text)] = together(text, ())
            else:
                refused.append(problem)
        return list(good.values()), refused

    def raw_checked(self, raw: str, *, intent: str, confirmed: bool, corpus: Corpus) -> tuple[str, Refused | None]:
        """One line of a file, with its marks, as it would stand in ours; and why it can't, if it can't.

        Its marks are sound. What they say is looked at as its words are.
        """
        text = one_line(apart(raw)[0])
        new = kept(raw, text)
        problem = self._refusal(text, intent=intent, corpus=corpus, confirmed=confirmed)
        told = (value for mark in apart(new)[1] for value in mark.told) if problem is None else ()
        problems = (value_refusal(value, personal=self._personal, confirmed=confirmed) for value in told)
        return new, problem or next(filter(None, problems), None)

    def add(
        self,
        staff: Staff,
        intent: str,
        texts: Sequence[str],
        *,
        revision: str | None = None,
        confirmed: bool = False,
        within: Within | None = None,
    ) -> Added:
        """Add those of the texts that may be examples; ``within`` is done with it (see `Edits.change`).

        Raises NotFoundError for an unknown intent, Changed when it is no longer as in ``revision`` (where one is
        told), Unusable for too many.
        """
        _not_too_many(texts)
        refused: list[Refused] = []
        raws: list[str] = []

        def run(before: Texts) -> Texts:
            corpus = self._as_told(before, intent, revision)
            raws[:], refused[:] = self.texts_checked(texts, intent=intent, confirmed=confirmed, corpus=corpus)
            if not raws:
                raise _NothingLeft
            return with_added(before, corpus.intent(intent), raws)

        edit = None
        with suppress(_NothingLeft):
            edit = self._edits.change(
                staff, Kind.ADDED, intent, run, text=lambda: f"Tilføjede {_examples(len(raws))}", within=within
            )
        now = self.corpus().intent(intent)
        added = tuple(one for one in now.examples if one.raw in set(raws))
        return Added(intent=now, added=added, refused=tuple(refused), edit=edit)

    def add_one(
        self, staff: Staff, intent: str, text: str, *, confirmed: bool = False, within: Within | None = None
    ) -> Edit:
        """Add one text. Raises NotAnExample with why it can't be one, NotFoundError for an unknown intent."""
        done = self.add(staff, intent, [text], confirmed=confirmed, within=within)
        if done.edit is None:
            raise NotAnExample(done.refused[0])
        return done.edit

    def reword(
        self, staff: Staff, intent: str, id_: str, text: str, *, revision: str | None = None, confirmed: bool = False
    ) -> tuple[Intent, Example, Edit]:
        """Give an example another wording; the marks in it whose words still stand are kept.

        Raises NotAnExample, NotFoundError, Changed.
        """
        new = one_line(text)
        raw = ""

        def run(before: Texts) -> Texts:
            nonlocal raw
            corpus = self._as_told(before, intent, revision)
            old = corpus.intent(intent).example(id_)
            if old is None:
                raise Changed()
            problem = self._refusal(new, intent=intent, corpus=corpus, confirmed=confirmed, instead_of=old)
            if problem is not None:
                raise NotAnExample(problem)
            raw = kept(old.raw, new)
            return with_replaced(before, corpus.intent(intent), {id_: raw})

        edit = self._edits.change(staff, Kind.CHANGED, intent, run)
        now = self.corpus().intent(intent)
        found = next((one for one in now.examples if one.raw == raw), None)
        if found is None:
            raise Changed()  # by somebody who came right after
        return now, found, edit

    def move(
        self, staff: Staff, intent: str, ids: Sequence[str], *, to: str, revision: str | None = None
    ) -> tuple[Intent, Edit]:
        """Move examples to the end of another intent. Raises NotFoundError, Changed, Unusable."""
        if to == intent:
            raise Unusable("a move to where it stands", staff="Eksemplerne står der allerede. Vælg en anden hensigt.")
        run = partial(self._moved, intent=intent, ids=ids, to=to, revision=revision)
        text = f"Flyttede {_examples(len(set(ids)))} fra »{self.title(intent)}« til »{self.title(to)}«"
        edit = self._edits.change(staff, Kind.MOVED, intent, run, also=(to,), text=text)
        return self.corpus().intent(intent), edit

    def delete(
        self, staff: Staff, intent: str, ids: Sequence[str], *, revision: str | None = None
    ) -> tuple[Intent, Edit]:
        """Delete examples. Raises NotFoundError, Changed, Unusable."""

        def run(before: Texts) -> Texts:
            told = self._as_told(before, intent, revision).intent(intent)
            self._chosen(told, ids)
            return without(before, told, ids)

        text = f"Slettede {_examples(len(set(ids)))}"
        edit = self._edits.change(staff, Kind.DELETED, intent, run, text=text)
        return self.corpus().intent(intent), edit

    def _moved(self, before: Texts, *, intent: str, ids: Sequence[str], to: str, revision: str | None) -> Texts:
        corpus = self._as_told(before, intent, revision)
        chosen = self._chosen(corpus.intent(intent), ids)
        return with_added(without(before, corpus.intent(intent), ids), corpus.intent(to), [one.raw for one in chosen])

    def _as_told(self, texts: Texts, intent: str, revision: str | None) -> Corpus:
        """The corpus of the texts, in which the intent is as whoever changes it has seen it."""
        corpus = self._corpus_of(texts)
        if revision is not None and corpus.intent(intent).revision != revision:
            raise Changed()
        return corpus

    @staticmethod
    def _chosen(intent: Intent, ids: Sequence[str]) -> list[Example]:
        """The examples with these ids; one at least must be left."""
        chosen = [one for one in intent.examples if one.id in set(ids)]
        if not ids:
            raise Unusable("no example was chosen", staff="Vælg mindst ét eksempel.")
        if {one.id for one in chosen} != set(ids):
            raise Changed()
        if len(chosen) == len(intent.examples):
            raise Unusable(
                "an intent without examples", staff="En hensigt skal have mindst ét eksempel. Lad ét blive stående."
            )
        return chosen

    def _refusal(
        self, text: str, *, intent: str, corpus: Corpus, confirmed: bool, instead_of: Example | None = None
    ) -> Refused | None:
        def new_personal(text: str) -> list[Span]:
            """What stood in the old wording already was looked at when that was written."""
            was = instead_of.text if instead_of is not None else ""
            return [span for span in self._personal(text) if text[span.start : span.end] not in was]

        return refusal(
            text,
            intent=intent,
            corpus=corpus,
            measured=self._test_sets.words(),
            personal=new_personal,
            title=self.title,
            confirmed=confirmed,
            instead_of=instead_of.id if instead_of is not None else None,
        )


def still_sound(before: Texts, after: Texts) -> None:
    """Raise a refusal where a change that is taken back would put an example twice or amiss, or empty an intent."""
    was, now = Corpus.of(before), Corpus.of(after)
    if any(len(examples) > 1 and len(was.by_words.get(words, ())) < 2 for words, examples in now.by_words.items()):
        raise TrainingRefusal(
            "taken back, an example would stand twice",
            staff="Et af eksemplerne står nu et andet sted, og det må kun stå ét sted. Slet eller flyt det først.",
            code="duplicate",
        )
    gone = {one.words for name in was.intents.keys() - now.intents.keys() for one in was.examples(name)}
    if gone & now.by_words.keys():
        raise TrainingRefusal(
            "taken back, an example would be left to another intent",
            staff="Hensigten har fået eksempler siden. Flyt eller slet dem først.",
        )
    if any(not intent.examples and was.intents.get(name, intent).examples for name, intent in now.intents.items()):
        raise TrainingRefusal(
            "taken back, an intent would stand without examples",
            staff="Så ville en hensigt stå uden eksempler. Giv den et andet eksempel først.",
        )


def _not_too_many(texts: Sequence[str]) -> None:
    if not texts:
        raise Unusable("no text was given", staff="Skriv mindst ét eksempel.")
    if len(texts) > MOST:
        raise Unusable("too many texts at once", staff=f"Tilføj højst {MOST} eksempler ad gangen.")


def _examples(count: int) -> str:
    return "1 eksempel" if count == 1 else f"{count} eksempler"
