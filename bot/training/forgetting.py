"""Takes an example out of everything that keeps it, when it turns out to tell who somebody is.

Deleted from the examples it still stands in the history of changes, as a message that was used, and in every version
that was made of it: in its copy of the data, and in its model. Those versions go. The one that runs can't: it
stays until another one runs, and this is to be done once more then. What the newest check found may quote it: that goes
as well.
"""

from __future__ import annotations

import tarfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection, Engine

from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import activations, inbox, model_versions, training_edits, trainings
from bot.training import pointer
from bot.training.checks import FILE as CHECKED
from bot.training.comparing import examples_in
from bot.training.corpus import Corpus, folded
from bot.training.files import Files
from bot.training.grouping import Status, back_to_waiting, newest_of
from bot.training.hunks import Hunk
from bot.training.marks import apart
from bot.training.measuring import out_of_fold_in
from bot.training.refusals import Unusable, WrongMoment
from bot.training.snapshot import BrokenSnapshot, read
from bot.training.trainings import ONGOING

GONE = "(slettet)"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What an example was taken out of: how many ``edits`` and ``rows`` of the inbox, which ``versions`` are deleted.

    ``live``: the model that runs was made of it, and is left. ``unread``: files of the folder of models that can't be
    read, so nobody knows.
    """

    edits: int
    rows: int
    versions: tuple[int, ...]
    live: bool
    unread: tuple[str, ...]


class Forgetting:
    """``folder`` is the assistant's, ``models`` that of models. Blocks while the database and the disk work."""

    def __init__(self, engine: Engine, vault: Vault, folder: Path, models: Path) -> None:
        self._engine = engine
        self._vault = vault
        self._files = Files(folder)
        self._models = models

    def forget(self, text: str) -> Forgotten:
        """Take an example, as people read it, out of everything; case and punctuation make no difference.

        Can be done again, also where it was killed. Raises Unusable for no text, WrongMoment while it still is an
        example or a training is ongoing, and OSError.
        """
        words = folded(text)
        if not words:
            raise Unusable("no text", staff="Skriv eksemplet, som det stod.")
        if words in Corpus.of(self._files.read()).by_words:
            raise WrongMoment("it is an example still", staff="Eksemplet er der stadig. Slet det først på /training.")
        with reading(self._engine) as connection:
            _none_ongoing(connection)
        edits, rows = self._in_edits(words), self._in_inbox(words)
        holding, unread = self._holding(words)
        with writing(self._engine) as connection:
            versions, kept = self._in_versions(connection, holding)
        for name in sorted(holding - kept):
            (self._models / name).unlink(missing_ok=True)
        (self._models / CHECKED).unlink(missing_ok=True)  # it quotes examples; the next check writes it anew
        log.info("example.forgotten", edits=edits, rows=rows, versions=versions, files=len(holding - kept))
        return Forgotten(edits=edits, rows=rows, versions=versions, live=bool(holding & kept), unread=unread)

    def _in_edits(self, words: str) -> int:
        """Blot it out wherever it was changed, and in the lines around other changes."""
        found = {}
        with reading(self._engine) as connection:
            for row in connection.execute(select(training_edits.c.id, training_edits.c.sealed)):
                told = self._vault.open_json(row.sealed)
                changes = [Hunk.of_json(each) for each in told["hunks"]]
                blotted = [_blotted(each, words) for each in changes]
                if blotted != changes:
                    found[row.id] = self._vault.seal_json({**told, "hunks": [each.to_json() for each in blotted]})
        with writing(self._engine) as connection:
            for id, sealed in found.items():
                connection.execute(update(training_edits).where(training_edits.c.id == id).values(sealed=sealed))
        return len(found)

    def _in_inbox(self, words: str) -> int:
        """What was used waits again if one of its messages is left, which goes with its conversation; else it goes."""
        used = select(inbox).where(inbox.c.status == Status.USED.value)
        with reading(self._engine) as connection:
            ids = [row.id for row in connection.execute(used) if folded(self._vault.open(row.sealed)) == words]
        for id in ids:
            this = inbox.c.id == id
            with writing(self._engine) as connection:
                row = connection.execute(used.where(this).with_for_update()).first()
                if row is None:
                    continue
                if row.n:
                    values: dict[str, Any] = {**back_to_waiting(row), "sealed": newest_of(connection, self._vault, id)}
                    connection.execute(update(inbox).where(this).values(**values))
                else:
                    connection.execute(delete(inbox).where(this))
        return len(ids)

    def _holding(self, words: str) -> tuple[set[str], tuple[str, ...]]:
        """The files of data and of models that were made of it, and those that can't be read."""
        holding, unread = set(), []
        for file in sorted(self._models.glob("*.tar.gz")):
            try:
                if words in (_of_data(file) if file.name.startswith("data-") else _of_model(file)):
                    holding.add(file.name)
            except (BrokenSnapshot, EOFError, tarfile.TarError, zlib.error, ValueError, KeyError, TypeError):
                unread.append(file.name)
        return holding, tuple(unread)

    def _in_versions(self, connection: Connection, holding: set[str]) -> tuple[tuple[int, ...], set[str]]:
        """Delete the versions that have any of these files; the ids, and the files of what runs."""
        theirs = model_versions.c.file.in_(holding) | model_versions.c.data_file.in_(holding)
        # Locked before it is asked which one runs: one of them may just be put live.
        found = connection.execute(select(model_versions).where(theirs).order_by(model_versions.c.id).with_for_update())
        rows = found.all()
        # Once more: one may have begun meanwhile with the data of one of them. From here on none can.
        _none_ongoing(connection)
        newest = select(func.max(activations.c.id)).scalar_subquery()
        live = connection.execute(select(activations.c.version_id).where(activations.c.id == newest)).scalar()
        pointed = pointer.read(self._models)
        kept = {pointed.file} if pointed is not None and pointed.version is None else set()
        for row in connection.execute(select(model_versions).where(model_versions.c.id == live)):
            kept |= {row.file, row.data_file}
        gone = [row for row in rows if row.id != live]
        holding |= {name for row in gone for name in (row.file, row.data_file)}
        connection.execute(delete(model_versions).where(model_versions.c.id.in_([row.id for row in gone])))
        return tuple(row.id for row in gone), kept


def _none_ongoing(connection: Connection) -> None:
    """Raise WrongMoment while there is a training."""
    if connection.execute(select(trainings.c.id).where(trainings.c.status.in_(ONGOING))).first() is not None:
        raise WrongMoment("a training is ongoing", staff="Der er en træning i gang. Prøv igen, når den er slut.")


def _of_data(file: Path) -> set[str]:
    return {folded(text) for _, text in examples_in(read(file))}


def _of_model(file: Path) -> set[str]:
    told = out_of_fold_in(file)
    return set() if told is None else {folded(text) for text in told["texts"]}


def _blotted(hunk: Hunk, words: str) -> Hunk:
    def lines(kept: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"    - {GONE}\n" if _says(line, words) else line for line in kept)

    before, after = lines(hunk.before), lines(hunk.after)
    # What is blotted out is never put back: it belongs to a place that is nowhere.
    section = hunk.section if (before, after) == (hunk.before, hunk.after) else (GONE,)
    return replace(hunk, before=before, after=after, above=lines(hunk.above), below=lines(hunk.below), section=section)


def _says(line: str, words: str) -> bool:
    """Whether a line of a file is this example."""
    raw = line.strip()
    return raw.startswith("-") and folded(apart(raw[1:].strip())[0]) == words
