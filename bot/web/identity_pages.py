"""The few pages that a citizen may see on the way through login; they stand alone, without a script."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape


def login_page(municipality: str, *, text: str, phone: str) -> web.Response:
    """Login could not go on, and there is no conversation to say it in."""
    return _page(
        status=400, municipality=municipality, title="Du er ikke logget ind", text=text, phone=phone, form_origin=None
    )


def busy_page(municipality: str, *, text: str, phone: str, retry_after: float) -> web.Response:
    """Too many came from one place; the same address may be loaded again after ``retry_after`` seconds."""
    page = _page(status=429, municipality=municipality, title="Vent lidt", text=text, phone=phone, form_origin=None)
    page.headers["Retry-After"] = str(int(retry_after))
    return page


def goodbye_page(
    municipality: str, *, endpoint: str | None = None, fields: Mapping[str, str] | None = None
) -> web.Response:
    """Logged out of the chat; with ``endpoint`` a button that posts ``fields`` there and logs out of MitID too."""
    parts = urlsplit(endpoint) if endpoint else None
    return _page(
        status=200,
        municipality=municipality,
        title="Du er logget ud",
        text="Ingen kan se dine sager i chatten, før du logger ind igen.",
        endpoint=endpoint,
        fields=fields or {},
        form_origin=f"{parts.scheme}://{parts.netloc}" if parts else None,
    )


def standalone_page(template: str, *, status: int, form_origin: str | None, **values: object) -> web.Response:
    """A page without a script that no cache keeps; a form in it goes to ``form_origin`` or to us."""
    nonce = secrets.token_urlsafe(16)
    form = f"'self' {form_origin}" if form_origin else "'none'"
    return web.Response(
        status=status,
        text=_pages().get_template(template).render(nonce=nonce, **values),
        content_type="text/html",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'nonce-{nonce}'; form-action {form}; "
                "base-uri 'none'; frame-ancestors 'none'"
            ),
        },
    )


def _page(*, status: int, form_origin: str | None, **values: object) -> web.Response:
    return standalone_page("identity.html", status=status, form_origin=form_origin, **values)


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(loader=PackageLoader("bot.web"), autoescape=select_autoescape())
