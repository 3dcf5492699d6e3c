"""The versions of the assistant: each model that was made, of which data, by whom and why, and which ran when."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.errors import NotFoundError
from bot.identity.staff import Staff
from bot.store.crypto import Vault
from bot.store.engine import reading, writing
from bot.store.training_tables import activations, comparisons, model_versions
from bot.training.measured import Figures
from bot.training.refusals import Unusable

FIRST = "Den første"
_MOST = 50  # a page
_GONE = "Den version findes ikke."


@dataclass(frozen=True, kw_only=True)
class Version:
    """A model that was made. ``file`` and ``data_file`` are names in the folder of models; ``made_at`` is aware UTC.

    ``staff_id`` is None where the command line made it. ``code`` is the software it was made by
    (`bot.running.model.code_fingerprint`): it runs with no other.
    """

    id: int
    file: str
    sha256: str
    data_file: str
    made_at: datetime
    staff_id: str | None
    reason: str = field(repr=False)
    examples: int
    intents: int
    figures: Figures = field(repr=False)
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """What is kept of a version that was just made; the fields are those of `Version`."""

    file: str
    sha256: str
    data_file: str
    staff_id: str | None
    reason: str = field(repr=False)
    examples: int
    intents: int
    figures: Figures = field(repr=False)
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Activation:
    """When a version was put live. ``override`` is why the gate was passed over, None where it was not.

    ``back``: somebody went back to it.
    """

    version_id: int
    at: datetime
    staff_id: str | None
    reason: str = field(repr=False)
    override: str | None = field(repr=False)
    back: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A version beside another one; ``content`` is what `bot.training.comparing.compared` gives."""

    version_id: int
    with_id: int
    made_at: datetime
    content: Mapping[str, Any] = field(repr=False)

    @property
    def before(self) -> Figures:
        """The other one's figures, measured with the same messages on the same day."""
        return Figures.of(self.content["figures"]["before"])

    @property
    def now(self) -> Figures:
        """The version's own."""
        return Figures.of(self.content["figures"]["now"])


@dataclass(frozen=True, kw_only=True)
class VersionPage:
    """Some versions, the newest first; ``next`` is the cursor of the ones after them, None at the end."""

    rows: tuple[Version, ...]
    next: str | None


class Versions:
    """Keeps the versions. Methods block while the database works; ``clock`` gives aware times.

    ``models`` is the folder where their files lie.
    """

    def __init__(self, engine: Engine, vault: Vault, models: Path, *, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._vault = vault
        self._models = models
        self._clock = clock
        self._sums: dict[Path, tuple[tuple[int, int], str]] = {}

    def add(self, new: NewVersion) -> Version:
        """Keep a new version."""
        with writing(self._engine) as connection:
            number = self.insert(connection, new)
            return self._version(connection.execute(_version(number)).one())

    def add_first(self, new: NewVersion) -> Version | None:
        """Keep the first version of all, which runs; None when there is one already, made by somebody else just now."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transaction keeps others out by itself
                connection.exec_driver_sql("LOCK TABLE model_versions IN SHARE ROW EXCLUSIVE MODE")
            if connection.execute(select(model_versions.c.id).limit(1)).first() is not None:
                return None
            number = self.insert(connection, new)
            self._activate(connection, number, None, new.reason, None)
            return self._version(connection.execute(_version(number)).one())

    def insert(self, connection: Connection, new: NewVersion) -> int:
        """`add`, within the caller's transaction; the id it got."""
        values = {
            "file": new.file,
            "sha256": new.sha256,
            "data_file": new.data_file,
            "made_at": self._clock(),
            "staff_id": new.staff_id,
            "sealed": self._vault.seal_json({"reason": new.reason, "code": new.code}),
            "examples": new.examples,
            "intents": new.intents,
            "figures": new.figures.written(),
        }
        made = connection.execute(insert(model_versions).values(**values))
        return int(made.inserted_primary_key[0])

    def get(self, version_id: int) -> Version:
        """One version. Raises NotFoundError."""
        with reading(self._engine) as connection:
            row = connection.execute(_version(version_id)).first()
        if row is None:
            raise NotFoundError("no such version", citizen=_GONE, staff=_GONE)
        return self._version(row)

    def there(self, version_id: int) -> bool:
        """Whether there is such a version."""
        with reading(self._engine) as connection:
            return connection.execute(_version(version_id)).first() is not None

    def page(self, cursor: str | None = None) -> VersionPage:
        """The versions, the newest first, 50 at a time. Raises Unusable for a cursor that is none."""
        query = select(model_versions).order_by(model_versions.c.id.desc())
        if cursor:
            if not cursor.isdecimal() or len(cursor) > 9:
                raise Unusable("a cursor that is none", staff="Listen har ændret sig. Hent den igen.")
            query = query.where(model_versions.c.id < int(cursor))
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(_MOST + 1)).all()
        found = tuple(self._version(row) for row in rows[:_MOST])
        return VersionPage(rows=found, next=str(found[-1].id) if len(rows) > _MOST else None)

    def active(self) -> Version | None:
        """The version that was put live last; None before there is any."""
        with reading(self._engine) as connection:
            row = connection.execute(_by_newest_activation().limit(1)).first()
        return None if row is None else self._version(row)

    def previous(self, code: str) -> Version | None:
        """The version that ran last before the active one: where »tilbage« goes. None when there is no such.

        Passed over are those that can't run, for the software ``code`` did not make them or their file is not whole,
        and those made of the same data as the active one: they answer as it does.
        """
        found = (one for one in self._before() if one.code == code)
        return next((one for one in found if self.state(one) == "ready"), None)

    def older_before(self, code: str) -> bool:
        """Whether other software than ``code`` made any that ran before the active one, of other data than it."""
        return any(one.code != code for one in self._before())

    def _before(self) -> list[Version]:
        """The versions of other data than the active one that ran before it, the last one first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_by_newest_activation()).all()
        ran = [self._version(row) for row in rows]
        return [one for one in ran[1:] if one.data_file != ran[0].data_file]

    def measured_before(self, version: Version) -> Version | None:
        """The newest version of the same data that other software made, and that was measured with it.

        For a version that was made again when the software changed, and that nobody has measured since.
        """
        query = select(model_versions).where(
            model_versions.c.data_file == version.data_file, model_versions.c.id < version.id
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(model_versions.c.id.desc())).all()
        found = (self._version(row) for row in rows)
        return next((one for one in found if one.code != version.code and one.figures.measured), None)

    def any(self) -> bool:
        """Whether any version is recorded."""
        with reading(self._engine) as connection:
            return connection.execute(select(model_versions.c.id).limit(1)).first() is not None

    def activated(
        self, version_id: int, staff: Staff | None, reason: str, override: str | None = None, *, back: bool = False
    ) -> None:
        """Put down that a version runs from now on; ``back``: as it did before. Raises NotFoundError."""
        self.get(version_id)
        with writing(self._engine) as connection:
            self._activate(connection, version_id, staff.id if staff is not None else None, reason, override, back=back)

    def activations(self, version_ids: Sequence[int]) -> dict[int, tuple[Activation, ...]]:
        """When each of these versions was put live, the newest first, by version."""
        query = select(activations).where(activations.c.version_id.in_(set(version_ids)))
        found: dict[int, list[Activation]] = {number: [] for number in version_ids}
        with reading(self._engine) as connection:
            for row in connection.execute(query.order_by(activations.c.id.desc())):
                said = self._vault.open_json(row.sealed)
                found[row.version_id].append(
                    Activation(
                        version_id=row.version_id,
                        at=row.at,
                        staff_id=row.staff_id,
                        reason=said["reason"],
                        override=said["override"],
                        back=said.get("back", False),
                    )
                )
        return {number: tuple(each) for number, each in found.items()}

    def passed_over(self, version_id: int) -> str | None:
        """Why the gate was passed over when a version was last put live; None where it was not.

        To have gone back to it since does not clear that.
        """
        ran = self.activations([version_id])[version_id]
        return next((one.override for one in ran if one.override is not None or not one.back), None)

    def measured(self, connection: Connection, version_id: int, figures: Figures) -> None:
        """Keep newer figures of a version, within the caller's transaction."""
        connection.execute(
            update(model_versions).where(model_versions.c.id == version_id).values(figures=figures.written())
        )

    def keep_comparison(
        self, connection: Connection, version_id: int, with_id: int, content: Mapping[str, Any]
    ) -> None:
        """Keep how a version fares beside another one, within the caller's transaction; an older one goes."""
        both = (comparisons.c.version_id == version_id, comparisons.c.with_id == with_id)
        connection.execute(delete(comparisons).where(*both))
        connection.execute(
            insert(comparisons).values(
                version_id=version_id,
                with_id=with_id,
                made_at=self._clock(),
                sealed=self._vault.seal_json(content),
            )
        )

    def comparison(self, version_id: int, *, with_id: int | None = None) -> Comparison | None:
        """The newest comparison of a version, with a certain one if ``with_id`` says so; None when there is none."""
        query = select(comparisons).where(comparisons.c.version_id == version_id)
        if with_id is not None:
            query = query.where(comparisons.c.with_id == with_id)
        with reading(self._engine) as connection:
            row = connection.execute(query.order_by(comparisons.c.made_at.desc())).first()
        if row is None:
            return None
        return Comparison(
            version_id=row.version_id,
            with_id=row.with_id,
            made_at=row.made_at,
            content=self._vault.open_json(row.sealed),
        )

    def path(self, version: Version) -> Path:
        """Where its model lies."""
        return self._models / version.file

    def data_path(self, version: Version) -> Path:
        """Where the data lie that it was made of."""
        return self._models / version.data_file

    def whole(self, version: Version) -> bool:
        """Whether its file is there, byte for byte as it was made. Reads the file."""
        path = self.path(version)
        try:
            return sha256_of(path) == version.sha256
        except OSError:
            return False

    def state(self, version: Version) -> str:
        """ "ready", "missing" (no file) or "broken" (another file than was made).

        For lists: a file that has not changed since it was read last is not read again.
        """
        path = self.path(version)
        try:
            found = path.stat()
            key = (found.st_mtime_ns, found.st_size)
            known = self._sums.get(path)
            if known is None or known[0] != key:
                known = (key, sha256_of(path))
                self._sums[path] = known
        except OSError:
            return "missing"
        return "ready" if known[1] == version.sha256 else "broken"

    def _activate(
        self,
        connection: Connection,
        version_id: int,
        staff_id: str | None,
        reason: str,
        override: str | None,
        *,
        back: bool = False,
    ) -> None:
        connection.execute(
            insert(activations).values(
                version_id=version_id,
                at=self._clock(),
                staff_id=staff_id,
                sealed=self._vault.seal_json({"reason": reason, "override": override, "back": back}),
            )
        )

    def _version(self, row: Any) -> Version:
        said = self._vault.open_json(row.sealed)
        return Version(
            id=row.id,
            file=row.file,
            sha256=row.sha256,
            data_file=row.data_file,
            made_at=row.made_at,
            staff_id=row.staff_id,
            reason=said["reason"],
            code=said.get("code", ""),
            examples=row.examples,
            intents=row.intents,
            figures=Figures.read(row.figures),
        )


def sha256_of(path: Path) -> str:
    """64 hex digits of a file's content. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _by_newest_activation() -> Any:
    """The versions that ever ran: first the one that was put live last, which runs."""
    newest = select(activations.c.version_id, func.max(activations.c.id).label("at")).group_by(activations.c.version_id)
    ran = newest.subquery()
    return select(model_versions).join(ran, ran.c.version_id == model_versions.c.id).order_by(ran.c.at.desc())


def _version(version_id: int):  # type: ignore[no-untyped-def]
    return select(model_versions).where(model_versions.c.id == version_id)
