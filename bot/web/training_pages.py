"""The page of those who train the assistant, which its script fills, and the files it is made of."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape

from bot.web.keys import MUNICIPALITY, SETTINGS
from bot.web.middlewares import page_policy
from bot.web.pages import file_of
from bot.web.staff_session import staff_of
from bot.web.training_door import ADMINISTRATOR, AUDITOR, TRAINER

_PAGE = web.AppKey("training_page", Environment)
# An intent's name is the trainer's to choose; the script says so where there is none of that name.
_PATHS = (
    "/training",
    "/training/",
    "/training/indbakke",
    "/training/hensigter",
    "/training/hensigter/{intent}",
    "/training/svar",
    "/training/tjek",
    "/training/versioner",
    "/training/versioner/{id:\\d{1,10}}",
    "/training/proev",
    "/training/tal",
    "/training/historik",
)


def add_training_pages(app: web.Application) -> None:
    """Put the page and its files into ``app``."""
    app[_PAGE] = Environment(loader=PackageLoader("bot.web"), autoescape=select_autoescape())
    for path in _PATHS:
        app.router.add_get(path, page)
    app.router.add_get("/training/static/{file}", file_of("training"))


async def page(request: web.Request) -> web.Response:
    """GET /training and below: the same page for each; its script reads the address."""
    await staff_of(request, TRAINER, ADMINISTRATOR, AUDITOR)
    text = request.app[_PAGE].get_template("training.html").render(municipality=request.app[MUNICIPALITY])
    return web.Response(
        text=text,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Security-Policy": page_policy(request.app[SETTINGS]), "Cache-Control": "no-store"},
    )
