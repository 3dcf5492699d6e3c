"""The pages and files that anybody may fetch: the demo page, the widget, and how the parts are."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.chat.texts import ERRORS
from bot.web.keys import HEALTH, MUNICIPALITY, SETTINGS
from bot.web.middlewares import page_policy

_STATIC = Path(__file__).parent / "static"
_PAGES = web.AppKey("pages", Environment)


def add_pages(app: web.Application) -> None:
    """Put the pages into ``app``."""
    app[_PAGES] = Environment(loader=PackageLoader("bot.web"), autoescape=select_autoescape())
    app.router.add_get("/", demo)
    app.router.add_get("/health", health)
    app.router.add_get("/health/live", live)
    app.router.add_get("/widget/{file}", file_of("widget"))
    app.router.add_get("/demo/{file}", file_of("demo"))


async def demo(request: web.Request) -> web.Response:
    """GET /: a municipality's page with the chat on it."""
    settings = request.app[SETTINGS]
    municipality = request.app[MUNICIPALITY]
    text = (
        request.app[_PAGES]
        .get_template("demo.html")
        .render(municipality=municipality, development=settings.development)
    )
    return web.Response(
        text=text,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": page_policy(settings), "Cache-Control": "no-cache"},
    )


async def health(request: web.Request) -> web.Response:
    """GET /health: how every part is; 503 when one of them is down."""
    report = await request.app[HEALTH].report()
    return web.json_response(
        report.to_json(), status=200 if report.is_well else 503, headers={"Cache-Control": "no-store"}
    )


async def live(request: web.Request) -> web.Response:
    """GET /health/live: this process answers."""
    return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


def file_of(folder: str):  # type: ignore[no-untyped-def]
    """A handler for the files in one folder, and none below it."""
    files = {path.name: path for path in (_STATIC / folder).iterdir() if path.is_file()}

    async def handler(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["file"])
        if path is None:
            raise web.HTTPNotFound(text=ERRORS["not_found"])
        # Asked for anew each time, answered with 304 by ETag: modules of two versions must not meet.
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    return handler
