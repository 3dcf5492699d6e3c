"""Hard words of municipal letters, explained in plain Danish; read from `data/brevord.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.comments import CommentedSeq

from bot.danish.spelling import find, fold, words_of
from bot.municipality.rows import Problems, open_file, rows_of


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One word, other ways to write it, and what it means in one or two sentences."""

    word: str
    also: tuple[str, ...]
    meaning: str


@dataclass(frozen=True)
class Glossary:
    """All explained words."""

    entries: tuple[Entry, ...]

    def explain(self, text: str) -> list[Entry]:
        """The explained words that stand in ``text``, in the order they come; misspellings are forgiven."""
        words = words_of(text)
        found = []
        for entry in self.entries:
            hits = [hit for hit in (find(name, words, compounds=False) for name in (entry.word, *entry.also)) if hit]
            if hits:
                best = max(hits)
                found.append((best.at, -best.score, entry))
        # Where two entries claim the same word ("samtykke" and "samtykkeerklæring"), the better fit has it.
        found.sort(key=lambda item: item[:2])
        seen: set[int] = set()
        return [entry for at, _, entry in found if not (at in seen or seen.add(at))]  # type: ignore[func-returns-value]


def load(path: Path) -> Glossary:
    """Read the explained words.

    Raises SettingsError in Danish with every wrong value at once, each with its line and what would be right.
    """
    problems = Problems(path)
    entries, seen = [], dict[str, int]()
    for row in rows_of(open_file(path, CommentedSeq), problems):
        entry = Entry(word=row.text("ord"), also=row.texts("ogsaa", required=False), meaning=row.text("betyder"))
        for name in (entry.word, *entry.also):
            if seen.setdefault(fold(name), row.line) != row.line:
                row.wrong("ord", f"{name} er allerede forklaret i linje {seen[fold(name)]}. Lad ordet stå ét sted.")
        row.done()
        entries.append(entry)
    problems.raise_if_any()
    return Glossary(tuple(entries))
