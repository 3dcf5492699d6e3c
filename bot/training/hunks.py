"""What a change did to a text, as the lines that came and went with a few around them, and how it is taken back.

A change is taken back where its lines still stand as it left them, wherever in the file they are by now; a text in
which others have changed the same lines is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from bot.training.files import Texts
from bot.training.refusals import Changed

_AROUND = 3  # lines kept on each side, to find the place again


@dataclass(frozen=True, kw_only=True)
class Hunk:
    """Lines of ``file`` that became others. ``at`` is where (from 0) in the text as it was left.

    ``above`` and ``below`` are the nearest lines around; ``section`` has the lines that they belong to:
    above and less deep, the outermost last.
    """

    file: str
    at: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    section: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For sealing."""
        return asdict(self)

    @staticmethod
    def of_json(told: dict[str, Any]) -> Hunk:
        """What `to_json` gave."""
        values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in told.items()}
        return Hunk(**values)


def between(before: Texts, after: Texts) -> tuple[Hunk, ...]:
    """Every change from ``before`` to ``after``, by file and place."""
    return tuple(
        hunk
        for file in sorted(after)
        if before.get(file) != after[file]
        for hunk in _of_file(file, _lines(before.get(file, "")), _lines(after[file]))
    )


def taken_back(hunks: Sequence[Hunk], texts: Texts) -> Texts:
    """The texts without these changes. Raises Changed where one of them no longer stands as it was left."""
    made = {file: list(_lines(texts.get(file, ""))) for file in {hunk.file for hunk in hunks}}
    # From below: then what stands above has not moved yet.
    for hunk in sorted(hunks, key=lambda hunk: (hunk.file, hunk.at), reverse=True):
        lines = made[hunk.file]
        at = _place(hunk, lines)
        if at is None:
            raise Changed()
        lines[at : at + len(hunk.after)] = hunk.before
    return {**texts, **{file: "".join(lines) for file, lines in made.items()}}


@lru_cache(maxsize=32)
def _lines(text: str) -> tuple[str, ...]:
    """With their endings, so that what is put together again is the same to the byte."""
    *whole, last = text.split("\n")
    return (*(f"{line}\n" for line in whole), *([last] if last else []))


def _of_file(file: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Hunk]:
    for old, new in _changes(before, after):
        lines = after[new.start : new.stop] or before[old.start : old.stop]
        yield Hunk(
            file=file,
            at=new.start,
            before=tuple(before[old.start : old.stop]),
            after=tuple(after[new.start : new.stop]),
            above=tuple(after[max(0, new.start - _AROUND) : new.start]),
            below=tuple(after[new.stop : new.stop + _AROUND]),
            section=_section(after, new.start, min(map(_depth, lines))),
        )


def _changes(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The ranges of lines that differ; what is the same above and below all of them is not compared line by line."""
    most = min(len(before), len(after))
    top = next((n for n in range(most) if before[n] != after[n]), most)
    low = next((n for n in range(most - top) if before[-1 - n] != after[-1 - n]), most - top)
    old, new = before[top : len(before) - low], after[top : len(after) - low]
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield range(top + i, top + j), range(top + k, top + m)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _section(lines: Sequence[str], at: int, depth: int) -> tuple[str, ...]:
    """The lines that what stands at ``at`` belongs to, the outermost last."""
    found = []
    for line in reversed(lines[:at]):
        if depth == 0:
            break
        if line.strip() and not line.lstrip().startswith("#") and _depth(line) < depth:
            found.append(line)
            depth = _depth(line)
    return tuple(found)


def _place(hunk: Hunk, lines: Sequence[str]) -> int | None:
    """Where the lines stand as the change left them; the nearest to where they were, of those that fit best."""
    fits = []
    for at in _places(hunk, lines):
        fit = _fit(hunk, lines, at)
        # Lines that are gone leave nothing to know the place by but their neighbours.
        if hunk.after or fit or not lines:
            fits.append((-fit, abs(at - hunk.at), at))
    depth = min(map(_depth, hunk.after or hunk.before))
    for _, _, at in sorted(fits):
        if _section(lines, at, depth) == hunk.section:
            return None if not hunk.after and _stands_there(hunk.before, lines, at) else at
    return None


def _places(hunk: Hunk, lines: Sequence[str]) -> set[int]:
    """Where the lines may stand."""
    if hunk.after:
        size = len(hunk.after)
        return {at for at in _all(lines, hunk.after[0]) if tuple(lines[at : at + size]) == hunk.after}
    above = {at + far for far, line in enumerate(reversed(hunk.above), 1) for at in _all(lines, line)}
    below = {at - far for far, line in enumerate(hunk.below) for at in _all(lines, line)}
    return {at for at in above | below | {0} if 0 <= at <= len(lines)}


def _fit(hunk: Hunk, lines: Sequence[str], at: int) -> int:
    """How well the lines around a place are those that were around the change; the nearest count most."""
    end = at + len(hunk.after)
    above = enumerate(zip(reversed(hunk.above), reversed(lines[max(0, at - _AROUND) : at]), strict=False))
    below = enumerate(zip(hunk.below, lines[end : end + _AROUND], strict=False))
    return sum(_AROUND - far for far, (was, now) in (*above, *below) if was == now)


def _all(lines: Sequence[str], line: str) -> Iterator[int]:
    at = -1
    while True:
        try:
            at = lines.index(line, at + 1)
        except ValueError:
            return
        yield at


def _stands_there(gone: Sequence[str], lines: Sequence[str], at: int) -> bool:
    """Whether lines that were taken away stand there again."""
    size = len(gone)
    return tuple(lines[at : at + size]) == tuple(gone) or tuple(lines[max(0, at - size) : at]) == tuple(gone)
