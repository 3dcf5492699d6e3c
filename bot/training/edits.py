"""Every change made at /training: who, when, which lines; nothing is overwritten unseen, and each can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import func, insert, or_, select
from sqlalchemy.engine import Connection, Engine, Row

from bot.desk.paging import after, cursor_of, place_of
from bot.errors import NotFoundError
from bot.identity.clock import Clock, utc_now
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import training_edits, training_subjects
from bot.training import hunks
from bot.training.files import Files, Texts
from bot.training.hunks import Hunk
from bot.training.refusals import Changed, TrainingRefusal, WrongMoment

PAGE = 50  # rows
_TRIES = 20  # how often another process may be first

T = TypeVar("T")

Within = Callable[[Connection], None]
"""Something that is done in the transaction of a change: both are done, or neither."""


class Kind(Enum):
    """What was done."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    DELETED = "deleted"
    IMPORTED = "imported"
    INTENT = "intent"
    ANSWER = "answer"
    UNDONE = "undone"


_SAID = {
    Kind.ADDED: "Tilføjede eksempler",
    Kind.CHANGED: "Rettede et eksempel",
    Kind.MOVED: "Flyttede eksempler",
    Kind.DELETED: "Slettede eksempler",
    Kind.IMPORTED: "Hentede eksempler ind fra en fil",
    Kind.INTENT: "Lavede en ny hensigt",
    Kind.ANSWER: "Rettede et svar",
    Kind.UNDONE: "Fortrød en ændring",
}


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change. ``subject`` is the intent or the response it was made to, ``also`` others that it touched.

    ``text`` says in Danish what was done; ``undoable`` that its lines still stand as it left them and nobody has
    taken it back yet.
    """

    id: int
    at: datetime
    staff_id: str
    by: str
    kind: Kind
    subject: str
    also: tuple[str, ...]
    text: str
    hunks: tuple[Hunk, ...]
    undoable: bool
    undoes: int | None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a long list; ``next`` is the cursor for what comes after it, None at its end."""

    rows: tuple[T, ...]
    next: str | None


class Edits:
    """The changes to what is trained of. Methods block while the database and the disk work.

    ``named`` gives the names of members of staff by their ids; ``checked`` may refuse what the texts become when
    a change is taken back, given them before and after.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        files: Files,
        *,
        named: Callable[[Iterable[str]], Mapping[str, str]],
        checked: Callable[[Texts, Texts], None] = lambda before, after: None,
        clock: Clock = utc_now,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._files = files
        self._named = named
        self._checked = checked
        self._clock = clock
        self._turn = threading.Lock()

    def change(
        self,
        staff: Staff,
        kind: Kind,
        subject: str,
        run: Callable[[Texts], Texts],
        *,
        also: Sequence[str] = (),
        text: str | Callable[[], str] = "",
        within: Within | None = None,
    ) -> Edit:
        """Make the change that ``run`` makes of the texts, and keep what it did.

        ``run`` may be asked again when another process was first; what it refuses is raised, a Changed of it with the
        name of who changed ``subject`` last. ``text`` says in Danish what was done, or is asked when it has been.
        Raises what ``within`` and `Files.write` do too (``within`` no Changed); then nothing is kept.
        """
        return self._change(staff, kind, (subject, *also), run, text=text or _SAID[kind], within=within)

    def undo(self, edit_id: int, staff: Staff) -> Edit:
        """Take a change back: itself a change, that can be taken back.

        Raises NotFoundError, WrongMoment when it has been taken back already, Changed when others have changed
        its lines since.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(training_edits).where(training_edits.c.id == edit_id)).first()
            if row is None:
                raise NotFoundError("no such edit", staff="Den ændring findes ikke.")
            undone = self._undone(connection, [edit_id])
        if edit_id in undone:
            raise WrongMoment("the edit was undone before", staff="Den ændring er allerede fortrudt.")
        told = self._vault.open_json(row.sealed)
        gone = [Hunk.of_json(each) for each in told["hunks"]]

        def run(texts: Texts) -> Texts:
            made = hunks.taken_back(gone, texts)
            self._checked(texts, made)
            return made

        words = "Gjorde igen" if row.kind == Kind.UNDONE.value else "Fortrød"
        was = str(told["text"]).partition(": ")[2] if row.kind == Kind.UNDONE.value else str(told["text"])
        return self._change(
            staff, Kind.UNDONE, (row.subject, *told["also"]), run, text=f"{words}: {was}", undoes=edit_id
        )

    def history(self, *, cursor: str | None = None, subject: str | None = None) -> Page[Edit]:
        """The changes, the newest first; those that touched ``subject`` where one is named.

        Raises bot.desk.refusals.Unusable for a cursor that is none.
        """
        query = self._query(subject).limit(PAGE + 1)
        if cursor is not None:
            place = place_of(cursor, "edits", [int])
            query = query.where(after([training_edits.c.id], place, falling=True))
        found = self._found(query)
        return Page(found[:PAGE], cursor_of("edits", [found[PAGE - 1].id]) if len(found) > PAGE else None)

    def last_by(self, subject: str) -> str:
        """The name of who changed a subject last; empty for nobody, and where the files were changed by other means."""
        return next((edit.by for edit in self._found(self._query(subject).limit(1)) if edit.undoable), "")

    def count_since(self, at: datetime | None) -> int:
        """How many changes were made after a moment, or ever."""
        query = select(func.count()).select_from(training_edits)
        if at is not None:
            query = query.where(training_edits.c.at > at)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def _change(
        self,
        staff: Staff,
        kind: Kind,
        subjects: Sequence[str],
        run: Callable[[Texts], Texts],
        *,
        text: str | Callable[[], str],
        undoes: int | None = None,
        within: Within | None = None,
    ) -> Edit:
        with self._turn:  # of this process; others are met at the files
            for left in reversed(range(_TRIES)):
                before = self._files.read()
                try:
                    made = run(before)
                except Changed as error:
                    raise Changed(error.by or self.last_by(subjects[0])) from error
                said = text if isinstance(text, str) else text()
                try:
                    return self._kept(staff, kind, subjects, before, made, text=said, undoes=undoes, within=within)
                except Changed:
                    if not left:
                        raise
            raise AssertionError("the last try gave an edit or raised")

    def _kept(
        self,
        staff: Staff,
        kind: Kind,
        subjects: Sequence[str],
        before: Texts,
        made: Texts,
        *,
        text: str,
        undoes: int | None,
        within: Within | None,
    ) -> Edit:
        changes = hunks.between(before, made)
        if not changes:
            raise TrainingRefusal("a change of nothing", staff="Der er intet ændret.", code="unchanged")
        subject, also = subjects[0], tuple(dict.fromkeys(subjects[1:]))
        now = self._clock()
        written = False
        try:
            with writing(self._engine) as connection:
                told = {"hunks": [each.to_json() for each in changes], "text": text, "also": also}
                values: dict[str, Any] = {"at": now, "staff_id": staff.id, "kind": kind.value, "subject": subject}
                done = connection.execute(
                    insert(training_edits).values(**values, sealed=self._vault.seal_json(told), undoes=undoes)
                )
                id_ = int(done.inserted_primary_key[0])
                if also:
                    connection.execute(
                        insert(training_subjects), [{"edit_id": id_, "subject": other} for other in also]
                    )
                if within is not None:
                    within(connection)
                # Last of all: when this is refused nothing is kept, and when it is done only the database can fail.
                self._files.write(before, made)
                written = True
        except BaseException:
            if written:
                self._files.write(made, {**dict.fromkeys(made, ""), **before})
            raise
        return Edit(
            id=id_,
            at=now,
            staff_id=staff.id,
            by=staff.name,
            kind=kind,
            subject=subject,
            also=also,
            text=text,
            hunks=changes,
            undoable=True,
            undoes=undoes,
        )

    @staticmethod
    def _query(subject: str | None) -> Any:
        query = select(training_edits).order_by(training_edits.c.id.desc())
        if subject is None:
            return query
        touched = select(training_subjects.c.edit_id).where(training_subjects.c.subject == subject)
        return query.where(or_(training_edits.c.subject == subject, training_edits.c.id.in_(touched)))

    def _found(self, query: Any) -> tuple[Edit, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            undone = self._undone(connection, [row.id for row in rows])
        if not rows:
            return ()
        names = self._named({row.staff_id for row in rows})
        texts = self._files.read()
        return tuple(self._edit(row, names, texts, undone) for row in rows)

    @staticmethod
    def _undone(connection: Connection, ids: Sequence[int]) -> set[int]:
        """Those that somebody has taken back, and nobody has put back since."""
        again = training_edits.alias("again")
        query = select(training_edits.c.undoes).where(
            training_edits.c.undoes.in_(ids),
            ~select(again.c.id).where(again.c.undoes == training_edits.c.id).exists(),
        )
        return set(connection.execute(query).scalars())

    def _edit(self, row: Row, names: Mapping[str, str], texts: Texts, undone: set[int]) -> Edit:
        told = self._vault.open_json(row.sealed)
        changes = tuple(Hunk.of_json(each) for each in told["hunks"])
        return Edit(
            id=row.id,
            at=row.at,
            staff_id=row.staff_id,
            by=names.get(row.staff_id, ""),
            kind=Kind(row.kind),
            subject=row.subject,
            also=tuple(told["also"]),
            text=told["text"],
            hunks=changes,
            undoable=row.id not in undone and _stands(changes, texts),
            undoes=row.undoes,
        )


def _stands(changes: Sequence[Hunk], texts: Texts) -> bool:
    try:
        hunks.taken_back(changes, texts)
    except Changed:
        return False
    return True
