"""The figures of those who train the assistant: as JSON for their page, and as CSV to take along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Engine

from bot.desk.words import TRIGGERS
from bot.identity.staff import Staff
from bot.municipality.model import Municipality
from bot.municipality.workdays import COPENHAGEN
from bot.store.blocking import Blocking
from bot.store.crypto import Vault
from bot.training.figures import Figures, FiguresReader
from bot.training.figures_csv import FILES, Table, csv_of
from bot.training.refusals import Unusable
from bot.web.desk_asked import Query
from bot.web.training_door import API, reads

_PERIOD = 30  # days, where none are asked for


def add_figures(
    app: web.Application,
    *,
    engine: Engine,
    vault: Vault,
    municipality: Municipality,
    blocking: Blocking,
    title: Callable[[str], str],
    kept_days: int,
    clock: Callable[[], datetime],
) -> None:
    """GET /figures and GET /figures.csv.

    ``title`` gives an intent's Danish title; ``kept_days`` is how long a conversation is kept after its last message.
    """
    reader = FiguresReader(engine, vault, municipality, title=title, clock=clock)

    async def asked_for(request: web.Request) -> Figures:
        query = Query(request)
        last = query.day("to") or clock().astimezone(COPENHAGEN).date()
        first = query.day("from") or last - timedelta(days=_PERIOD - 1)
        return await blocking(reader.read, first, last)

    async def figures(request: web.Request, staff: Staff) -> web.Response:
        return web.json_response(figures_json(await asked_for(request)) | {"kept_days": kept_days})

    async def table(request: web.Request, staff: Staff) -> web.Response:
        which = Query(request).one_of("table", Table)
        if which is None:
            raise Unusable("a table that is none", staff="Vælg en af tabellerne på siden med tal.")
        made = await asked_for(request)
        name = f"robotten-{FILES[which]}-{made.first.isoformat()}-{made.last.isoformat()}.csv"
        return web.Response(
            body=csv_of(made, which),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    app.router.add_get(f"{API}/figures", reads(figures))
    app.router.add_get(f"{API}/figures.csv", reads(table))


def figures_json(figures: Figures) -> dict[str, Any]:
    """The figures as their page has them; minutes and averages are null where there are none."""
    survey, promised = figures.survey, figures.promised
    return {
        "from": figures.first.isoformat(),
        "to": figures.last.isoformat(),
        "conversations": figures.conversations,
        "solved": figures.solved,
        "handed_off": figures.handed_off,
        "unsolved": figures.unsolved,
        "by_trigger": [{"key": key.value, "text": TRIGGERS[key], "n": n} for key, n in figures.by_trigger.items()],
        "not_understood": figures.not_understood,
        "asked_back": figures.asked_back,
        "marked_wrong": figures.marked_wrong,
        "promised": {"kept": promised.kept, "broken": promised.broken},
        "waits": {
            "n": figures.waits.n,
            "median_minutes": figures.waits.median,
            "p90_minutes": figures.waits.nine_in_ten,
        },
        "handling": {"n": figures.handling.n, "median_minutes": figures.handling.median},
        "survey": {"n": survey.n, **survey.averages},
        "per_day": [
            {
                "day": each.day.isoformat(),
                "conversations": each.conversations,
                "solved": each.solved,
                "handed_off": each.handed_off,
                "unsolved": each.unsolved,
                "not_understood": each.not_understood,
            }
            for each in figures.per_day
        ],
        "per_matter": [
            {"kle": each.kle, "title": each.title, "conversations": each.conversations, "handed_off": each.handed_off}
            for each in figures.per_matter
        ],
        "per_intent": [
            {"intent": each.intent, "title": each.title, "n": each.n, "not_sure": each.not_sure}
            for each in figures.per_intent
        ],
    }
