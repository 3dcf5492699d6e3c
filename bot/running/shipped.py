"""The assistant's data as they come with the software, put where they are changed at /training.

For an installation where that folder outlives the software (a volume beside a container). As long as nobody changed
anything there, each new edition of the software brings its own data; once somebody did, the folder is theirs. All but
config.yml: nobody changes that at /training, for it is part of the software, and an old one need not fit the new.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bot.settings import ROOT
from bot.training.snapshot import CONFIG, Data, data_in, digest_of, write_out

_NOTE = ".shipped.json"
_KEPT = (
    "Denne udgave har nye eksempler eller svar med, men jeres egne er ændret på /training og bliver stående. "
    "Hent de nye ind derfra, eller flet dem i git."
)


def put_in_place(folder: Path, *, tell: Callable[[str], None], shipped: Path = ROOT) -> None:
    """Fill ``folder`` with the data of ``shipped``, unless it is that folder or was filled by others.

    Where somebody changed what was put there, only config.yml is put. ``tell`` gets a Danish line when new
    data were left out, once for each edition. Raises OSError.
    """
    if folder.resolve() == shipped.resolve():
        return
    new = data_in(shipped)
    folder.mkdir(parents=True, exist_ok=True)
    there, before = data_in(folder), _put_before(folder)
    if _changed(there) and _digest(there) not in (before, _digest(new)):
        if not before:  # filled by others: it is theirs altogether
            return
        write_out({CONFIG: new[CONFIG]}, folder)
        if before != _digest(new):
            tell(_KEPT)
            _note(folder, new)
        return
    for name in there.keys() - new.keys():  # a file that an older edition brought
        (folder / name).unlink(missing_ok=True)
    write_out(new, folder)
    _note(folder, new)


def _changed(data: Data) -> Data:
    """What people change: all but config.yml."""
    return {name: content for name, content in data.items() if name != CONFIG}


def _digest(data: Data) -> str:
    return digest_of(_changed(data))


def _put_before(folder: Path) -> str:
    """The digest of what was put there last, or would have been; empty when nothing was."""
    try:
        return str(json.loads((folder / _NOTE).read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _note(folder: Path, data: Data) -> None:
    (folder / _NOTE).write_text(json.dumps({"digest": _digest(data)}) + "\n", encoding="utf-8")
