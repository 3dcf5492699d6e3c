"""Puts a version live, and back: through the gate, into every Rasa in turn, then into the database.

Every Rasa runs the version before it is recorded. If one does not, those that did are given back what they ran, and
nothing is recorded; only going back waits for none that is away: it is put right when it is there again. If this
process is killed half-way, the database still says what is live, and `Activating.settle` brings the rest in line with
it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

import structlog

from bot.errors import BorgerkontaktError
from bot.identity.staff import Staff
from bot.privacy.masking import mask
from bot.store.blocking import Blocking
from bot.training import pointer
from bot.training.gate import GateRules, judge
from bot.training.loading import Loading
from bot.training.pointer import Pointer
from bot.training.rasas import Rasas
from bot.training.refusals import Changed, Held, TrainingRefusal, Unusable, WrongMoment
from bot.training.versions import Version, Versions

MAY_OVERRIDE = "administrator"
LEAST_OVERRIDE = 10  # characters
_LONGEST_REASON = 500
_LOCK = ".live.lock"
_PATIENCE = 20.0  # seconds that going back waits for another that is at it, or for a Rasa that is put right
_AGAIN = 0.2  # seconds between two tries

_WHY = "Skriv kort, hvorfor du tager versionen i brug, så andre kan se det senere."
_TOO_LONG = f"Skriv det kortere: højst {_LONGEST_REASON} tegn."
_WHY_OVERRIDE = (
    f"Skriv med mindst {LEAST_OVERRIDE} tegn, hvorfor du tager versionen i brug, selv om den ikke klarer kontrollen."
)
_RUNS = "Den version kører allerede."
_BUSY = "En version er ved at blive taget i brug. Vent lidt, og prøv igen."
_NOT_CHANGED = "Dit klik har derfor ikke ændret noget."
_GONE = "Version {} er slettet i mellemtiden."
_BROKE = "Filen til version {} er blevet ødelagt i mellemtiden."
_NO_OTHER = "Der er ingen tidligere version, du kan gå tilbage til."
_BROKEN = "Versionens fil mangler eller er ødelagt, så den kan ikke tages i brug. Træn igen."
_ONLY_OLDER = (
    "De tidligere versioner er lavet med en ældre udgave af programmet, så du kan ikke gå tilbage til dem. "
    "Åbn en af dem, og træn igen med dens eksempler."
)
_OTHER_CODE = (
    "Versionen er lavet med en ældre udgave af programmet og kan ikke tages i brug. "
    "Træn igen med de samme eksempler, så får du en ny, du kan bruge."
)

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class WentBack:
    """The version that runs again, and how many Rasas were not there to load it: they get it when they are back."""

    version: Version
    absent: int


class Activating:
    """Puts versions live. ``models`` is the folder of models, ``code`` the software that runs.

    ``title`` says what an intent is called, ``named`` what staff are by their ids; ``clock`` gives seconds, and
    ``patience`` is how many of them going back waits for its turn.
    """

    def __init__(
        self,
        versions: Versions,
        rasas: Rasas,
        models: Path,
        *,
        rules: GateRules,
        code: str,
        title: Callable[[str], str],
        named: Callable[[Iterable[str]], Mapping[str, str]],
        blocking: Blocking,
        clock: Callable[[], float] = time.monotonic,
        patience: float = _PATIENCE,
    ) -> None:
        self._versions = versions
        self._models = models
        self._rules = rules
        self._code = code
        self._title = title
        self._named = named
        self._blocking = blocking
        self._patience = patience
        self._loading = Loading(rasas, models, blocking=blocking, clock=clock)

    async def activate(
        self, version_id: int, staff: Staff, *, live_id: int | None, reason: str, override: str | None
    ) -> Version:
        """Put a version live in place of ``live_id``, as whoever asks was shown (None: none ran), for ``reason``.

        ``override`` is an administrator's for passing over the gate. Raises NotFoundError, WrongMoment when it runs
        already or another is being put live, Changed when others run by now, TrainingRefusal (broken) when it can't run
        here, Held by the gate, Unusable for a reason that is none, RasaUnwilling.
        """
        reason = _written(reason, least=1, otherwise=_WHY)
        async with self._alone():
            version, live = await self._blocking(self._of, version_id, staff, live_id)
            passed_over = await self._blocking(self._held, version, live, staff, override)
            await finished(self._go(version, live, staff, reason, passed_over))
            return version

    async def roll_back(self, staff: Staff, *, live_id: int, to_id: int, override: str | None = None) -> WentBack:
        """Put version ``to_id`` live again, which ran before ``live_id``, as whoever asks was shown.

        Without the gate, for it was good enough once; one that was put live past the gate has to pass it now, or an
        administrator passes it over once more (``override``). A Rasa that can't be reached is left out, as long as one
        has loaded it. It is urgent: where a version is being put live it waits a little. Raises WrongMoment when there
        is none, or that takes too long, Changed when others run by now, Held, Unusable, TrainingRefusal, RasaUnwilling.
        """
        async with self._alone(patience=self._patience):
            version, live = await self._blocking(self._before, staff, live_id, to_id)
            passed_over = None
            if await self._blocking(self._versions.passed_over, version.id) is not None:
                passed_over = await self._blocking(self._held, version, live, staff, override)
            reason = f"Tilbage til version {version.id}"
            absent = await finished(self._go(version, live, staff, reason, passed_over, back=True))
            return WentBack(version=version, absent=absent)

    async def settle(self) -> None:
        """Bring the pointer and every Rasa in line with what the database says is live; what can't be done is logged.

        For the start of web, and now and then: a Rasa may have been started with something else meanwhile.
        """
        try:
            async with self._alone():
                live = await self._blocking(self._versions.active)
                if live is None or live.code != self._code or not await self._blocking(self._versions.whole, live):
                    return  # nothing to go by, or nothing that could run: what runs goes on
                if await self._blocking(pointer.read, self._models) != self._pointer(live):
                    log.warning("live.pointer_put_right", version=live.id)
                    await self._blocking(pointer.write, self._models, self._pointer(live))
                await finished(self._loading.put_right(live.id, self._versions.path(live)))
        except WrongMoment:
            return  # whoever is at it leaves everything in line

    def _of(self, version_id: int, staff: Staff, live_id: int | None) -> tuple[Version, Version | None]:
        """A version that could be put live here, and the one that is, if that is ``live_id``. Raises Changed."""
        version, live = self._versions.get(version_id), self._versions.active()
        if live is not None and live.id == version.id:
            raise WrongMoment("it is live already", staff=_RUNS)
        if live is not None and live.id != live_id:
            raise self._changed(staff, live)
        if not self._versions.whole(version):
            raise TrainingRefusal("its file is not whole", staff=_BROKEN, code="broken")
        if version.code != self._code:
            raise TrainingRefusal("it was made by other software", staff=_OTHER_CODE, code="broken")
        return version, live

    def _before(self, staff: Staff, live_id: int, to_id: int) -> tuple[Version, Version | None]:
        """The version before the one that is live, and that one, if they are these two. Raises Changed, WrongMoment."""
        live, before = self._versions.active(), self._versions.previous(self._code)
        if live is not None and live.id != live_id:
            raise self._changed(staff, live)
        if live is None or before is None:
            why = _ONLY_OLDER if self._versions.older_before(self._code) else _NO_OTHER
            raise WrongMoment("there is no version to go back to", staff=why)
        if before.id != to_id:
            if not self._versions.there(to_id):
                raise Changed(staff=f"{_GONE.format(to_id)} {_NOT_CHANGED}")
            if self._versions.state(self._versions.get(to_id)) != "ready":
                raise Changed(staff=f"{_BROKE.format(to_id)} {_NOT_CHANGED}")
            raise self._changed(staff, live)
        return self._of(to_id, staff, live_id)

    def _changed(self, staff: Staff, live: Version) -> Changed:
        """The refusal that says who put the live version live."""
        last = self._versions.activations([live.id])[live.id][0]
        by = self._named([last.staff_id]).get(last.staff_id, "") if last.staff_id is not None else ""
        who = "Du" if last.staff_id == staff.id else by
        if not who:
            did = f"Version {live.id} er taget i brug i mellemtiden."
        elif last.back:
            did = f"{who} er i mellemtiden gået tilbage til version {live.id}."
        else:
            did = f"{who} har i mellemtiden taget version {live.id} i brug."
        return Changed(by, staff=f"{did} {_NOT_CHANGED}")

    def _held(self, version: Version, live: Version | None, staff: Staff, override: str | None) -> str | None:
        """Why the gate is passed over; None when it lets the version through. Raises Held."""
        beside = self._versions.comparison(version.id, with_id=live.id) if live is not None else None
        before = live.figures if live is not None else None
        # Measured with the same messages on the same day, where somebody compared them.
        pair = (beside.before, beside.now) if beside is not None else (before, version.figures)
        reasons = judge(*pair, self._rules, title=self._title)
        if not reasons:
            return None
        if override is None or MAY_OVERRIDE not in staff.roles:
            raise Held(reasons)
        return _written(override, least=LEAST_OVERRIDE, otherwise=_WHY_OVERRIDE)

    async def _go(
        self,
        version: Version,
        live: Version | None,
        staff: Staff,
        reason: str,
        override: str | None,
        *,
        back: bool = False,
    ) -> int:
        """Have every Rasa run the version, then record it; how many are away, which only going ``back`` bears."""
        pointed = await self._blocking(pointer.read, self._models)
        ran = self._versions.path(live) if live is not None else None
        began = time.monotonic()
        async with self._loading.loaded(version.id, self._versions.path(version), live=ran, but_silent=back) as absent:
            try:
                await self._blocking(pointer.write, self._models, self._pointer(version))
                await self._blocking(self._versions.activated, version.id, staff, reason, override, back=back)
            except BaseException:  # before the Rasas are given back what they ran: one may just be starting
                with contextlib.suppress(OSError):
                    await self._blocking(pointer.write, self._models, pointed)
                raise
        seconds = round(time.monotonic() - began, 1)
        log.info(
            "live.changed", version=version.id, before=live and live.id, seconds=seconds, passed_over=bool(override)
        )
        return absent

    def _pointer(self, version: Version) -> Pointer:
        return Pointer(file=version.file, sha256=version.sha256, version=version.id, code=version.code)

    @contextlib.asynccontextmanager
    async def _alone(self, *, patience: float = 0.0) -> AsyncIterator[None]:
        """One at a time, in all processes; waits ``patience`` seconds for its turn. Raises WrongMoment."""
        self._models.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + patience
        with (self._models / _LOCK).open("a") as lock:
            while not _locked(lock):
                if time.monotonic() >= until:
                    raise WrongMoment("a version is being put live", staff=_BUSY)
                await asyncio.sleep(_AGAIN)
            yield


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` gives; it is done to its end even where nobody waits for it any more."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with contextlib.suppress(BorgerkontaktError, OSError):
            await task
        raise


def _written(text: str, *, least: int, otherwise: str) -> str:
    """``text`` without space around it and masked. Raises Unusable."""
    words = mask(" ".join(text.split()))
    if len(words) < least:
        raise Unusable("a reason that is too short", staff=otherwise)
    if len(words) > _LONGEST_REASON:
        raise Unusable("a reason that is too long", staff=_TOO_LONG)
    return words
