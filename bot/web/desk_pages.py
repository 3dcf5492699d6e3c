"""The desk's own page, which its script fills, and the files it is made of."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.desk.queue import AT_THE_DESK
from bot.web.desk_door import AUDITOR
from bot.web.keys import MUNICIPALITY, SETTINGS
from bot.web.middlewares import page_policy
from bot.web.pages import file_of
from bot.web.staff_session import staff_of

_PAGE = web.AppKey("desk_page", Environment)
_PATHS = ("/desk", "/desk/", "/desk/samtale/{id:\\d{1,10}}", "/desk/historik", "/desk/tal")


def add_desk_pages(app: web.Application) -> None:
    """Put the page and its files into ``app``."""
    app[_PAGE] = Environment(loader=PackageLoader("bot.web"), autoescape=select_autoescape())
    for path in _PATHS:
        app.router.add_get(path, page)
    app.router.add_get("/desk/static/{file}", file_of("desk"))


async def page(request: web.Request) -> web.Response:
    """GET /desk and below: the same page for each; its script reads the address."""
    await staff_of(request, *AT_THE_DESK, AUDITOR)
    text = request.app[_PAGE].get_template("desk.html").render(municipality=request.app[MUNICIPALITY])
    return web.Response(
        text=text,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": page_policy(request.app[SETTINGS]), "Cache-Control": "no-store"},
    )
