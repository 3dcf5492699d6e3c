"""The cases of one citizen: found page by page, completed where they are short, and each made sure to be theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import structlog

from bot.cases.deadline import left
from bot.cases.port import MOST_CASES
from bot.cases.sbsys.api import Api, together
from bot.cases.sbsys.fields import Row, number_in, row_in, rows_in, wrong
from bot.cases.sbsys.reading import Contact, contact, handler_uuid, identity, is_short, whose
from bot.errors import CaseSystemError, CaseSystemTooMuch

log = structlog.get_logger(__name__)

# For all caseworkers of a look-up, in seconds: phone and mail must not cost the citizen the answer. So what the search
# left of the citizen's time is not used up either, and where there is hardly any they are not asked for.
_CONTACT_SECONDS: Final = 1.0
_KEPT_BACK: Final = 0.3
_TOO_LITTLE: Final = 0.1


async def cases_of(api: Api, cpr: str) -> list[Row]:
    """Every case whose primary party has the CPR number ``cpr`` (ten digits), each with all that is needed of it.

    A case of somebody else's in the answer is left out, and the log is alarmed. One that is found and that our user
    may not open is given as it was found, as protected, where that is enough to tell whose it is: to leave it out
    would tell the citizen that there is no such case. Raises CaseSystemTooMuch, CaseSystemNonsense where a case does
    not say whose it is, and what `Api` raises.
    """
    found = await _search(api, cpr)
    rows = await together([partial(_completed, api, row, cpr) for row in found])
    theirs = [row for row in rows if row is not None]
    if len(theirs) < len(rows):
        log.error("cases.not_theirs", system=api.system, count=len(rows) - len(theirs))
    return theirs


async def contacts_of(api: Api, rows: Sequence[Row]) -> dict[str, Contact]:
    """Phones and mails of the caseworkers of these cases, by UUID: each asked for once, and those that can be had."""
    wanted = {uuid for row in rows if (uuid := handler_uuid(row)) is not None}
    seconds = min(_CONTACT_SECONDS, left(_CONTACT_SECONDS + _KEPT_BACK) - _KEPT_BACK)
    if wanted and seconds <= _TOO_LITTLE:
        log.info("cases.contact_missing", system=api.system, reason="no time left")
        return {}
    found: dict[str, Contact] = {}

    async def ask(uuid: str) -> None:
        try:
            found[uuid] = contact(row_in(await api.get(f"/api/bruger/{uuid}"), "a user"))
        except CaseSystemError as error:
            log.info("cases.contact_missing", system=api.system, reason=error.log)

    try:
        await asyncio.wait_for(together([partial(ask, uuid) for uuid in sorted(wanted)]), seconds)
    except (asyncio.TimeoutError, TimeoutError):
        log.info("cases.contact_missing", system=api.system, reason="took too long")
    return dict(found)


async def _search(api: Api, cpr: str) -> list[Row]:
    """All pages of the search.

    Known: `PrimaerPerson`, `Limit` and `Skip` (Odense pages so); `Results` and `TotalNumberOfResults`. Aarhus' client
    sends PageNumber and PageSize instead. So nothing rests on the page being as long as asked, nor on `Skip` being
    heeded: rows are told apart by their Id, and a total that can't be reached is nonsense, never half an answer.
    """
    found: dict[int, Row] = {}
    received = 0
    while True:
        body = {
            "PrimaerPerson": {"CprNummer": f"{cpr[:6]}-{cpr[6:]}"},
            "Limit": MOST_CASES + 1,  # one more than may be, so that too many are seen at once
            "Skip": received,
        }
        page, total = _page(await api.search("/api/sag/search", body))
        known = len(found)
        found.update((identity(row), row) for row in page)
        received += len(page)
        if len(found) > MOST_CASES or (total or 0) > MOST_CASES:
            raise CaseSystemTooMuch(f"{api.system} has more than {MOST_CASES} cases of one citizen")
        if total is not None and len(found) >= total:
            return list(found.values())
        if len(found) == known:  # nothing new: the end, unless more was promised
            if total is not None:
                raise wrong("fewer cases than it counts")
            return list(found.values())


def _page(told: Any) -> tuple[list[Row], int | None]:
    answer = row_in(told, "a search")
    return rows_in(answer, "cases"), number_in(answer, "TotalNumberOfResults")


async def _completed(api: Api, row: Row, cpr: str) -> Row | None:
    """The case with all that can be had of it; None when it is somebody else's."""
    if whose(row) not in (None, cpr):
        return None
    if not is_short(row):
        return row
    opened = await api.get_open(f"/api/sag/{identity(row)}")
    if opened is None:
        log.warning("cases.not_opened", system=api.system)
        if whose(row) is None:
            raise wrong("a case that does not say whose it is, and that our user may not open")
        return {**row, "ErBeskyttet": True}
    whole = row_in(opened, "a case")
    if whose(whole) not in (None, cpr):
        return None
    if identity(whole) != identity(row):
        raise wrong("another case than was asked for")
    if whose(row) is None and whose(whole) is None:
        raise wrong("a case that does not say whose it is")
    return {**row, **{name: value for name, value in whole.items() if value is not None}}
