"""What was changed at /training, by whom, and taking it back: below /training/api/edits."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from bot.identity.staff import Staff
from bot.store.blocking import Blocking
from bot.training.corpus import FOLDER
from bot.training.edits import Edit, Edits, Kind
from bot.training.marks import apart
from bot.training.refusals import Unusable
from bot.web.training_door import API, reads, writes

log = structlog.get_logger(__name__)

_LARGEST = 2**31 - 1
_LONGEST = 300  # characters of a name or a cursor
_EXAMPLE = re.compile(r"\s*-\s?(?P<raw>.*?)\s*")
_KEY = re.compile(r"\s*-\s\w+:\s.*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class EditParts:
    """``title`` gives what an intent is called among people."""

    edits: Edits
    title: Callable[[str], str]
    blocking: Blocking


EDITS = web.AppKey("training_edits", EditParts)


def add_edits(app: web.Application, parts: EditParts) -> None:
    """Put the routes into ``app``."""
    app[EDITS] = parts
    app.router.add_get(f"{API}/edits", reads(_history))
    app.router.add_post(f"{API}/edits/{{id:[0-9]{{1,10}}}}/undo", writes(_undo))


def edit_json(edit: Edit, title: Callable[[str], str]) -> dict[str, Any]:
    """A change as the page is told of it; examples as people write them, without what the file has around them."""
    return {
        "id": edit.id,
        "at": edit.at.isoformat(),
        "by": edit.by,
        "kind": edit.kind.value,
        "subject": edit.subject,
        "title": _title(edit, title),
        "text": edit.text,
        "lines": [
            {"file": hunk.file, "before": _shown(hunk.file, hunk.before), "after": _shown(hunk.file, hunk.after)}
            for hunk in edit.hunks
        ],
        "undoable": edit.undoable,
        "undoes": edit.undoes,
    }


async def _history(request: web.Request, staff: Staff) -> web.Response:
    """GET /edits?cursor=&subject=: the newest first."""
    parts, query = request.app[EDITS], request.query
    subject, cursor = query.get("subject") or None, query.get("cursor") or None
    if subject is not None and len(subject) > _LONGEST:
        raise Unusable("a subject that is too long", staff="Det findes ikke.")
    page = await parts.blocking(parts.edits.history, cursor=cursor, subject=subject)
    return web.json_response({"rows": [edit_json(edit, parts.title) for edit in page.rows], "next": page.next})


async def _undo(request: web.Request, staff: Staff) -> web.Response:
    """POST /edits/<id>/undo."""
    parts, number = request.app[EDITS], min(int(request.match_info["id"]), _LARGEST)
    edit = await parts.blocking(parts.edits.undo, number, staff)
    log.info("training.undone", staff=staff.id, edit=edit.id, undoes=number)
    return web.json_response({"edit": edit_json(edit, parts.title)})


def _title(edit: Edit, title: Callable[[str], str]) -> str:
    if edit.subject.startswith("utter_"):
        return edit.subject
    if edit.subject:
        return title(edit.subject)
    return title(edit.also[0]) if len(edit.also) == 1 else "Flere hensigter" if edit.kind is Kind.IMPORTED else ""


def _shown(file: str, lines: Sequence[str]) -> list[str]:
    if not file.startswith(FOLDER):
        return [line for line in textwrap.dedent("".join(lines)).split("\n") if line.strip()]
    found = (_EXAMPLE.fullmatch(line) for line in lines if not _KEY.fullmatch(line))
    return [apart(match["raw"])[0] for match in found if match is not None]
