"""The few pages that staff may see on the way through login; they stand alone, without a script."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.web.identity_pages import standalone_page

_TEMPLATE = "staff_page.html"


def refused_page(municipality: str, *, text: str, status: int, link: str) -> web.Response:
    """Login could not go on; ``link`` is where it begins anew."""
    return _page(municipality, "Du er ikke logget ind", text, status=status, link=link, link_text="Log ind igen")


def busy_page(municipality: str, *, text: str, retry_after: float) -> web.Response:
    """Too many came from one place; the same address may be loaded again after ``retry_after`` seconds."""
    page = _page(municipality, "Vent lidt", text, status=429)
    page.headers["Retry-After"] = str(int(retry_after))
    return page


def denied_page(municipality: str) -> web.Response:
    """Logged in, but not in a role that may see the page that was asked for."""
    text = (
        "Den side hører til en anden rolle end din. Skal du bruge den, så bed din leder eller den, der styrer "
        "brugere hos jer, om at give dig rollen. Log så ud og ind igen."
    )
    return _page(
        municipality, "Du har ikke adgang til den side", text, status=403, link="/desk", link_text="Gå tilbage"
    )


def no_desk_page(municipality: str) -> web.Response:
    """There is no login for staff, so there is no desk."""
    text = (
        "Siderne for medarbejdere er ikke sat op endnu, fordi der mangler et login til jer. "
        "Bed den, der driver Borgerkontakt, om at sætte det op. Borgernes chat virker som den skal."
    )
    return _page(municipality, "Her er ikke noget endnu", text, status=404)


def goodbye_page(
    municipality: str, *, endpoint: str | None = None, fields: Mapping[str, str] | None = None
) -> web.Response:
    """Logged out here; with ``endpoint`` a button that posts ``fields`` there and logs out of the provider too."""
    parts = urlsplit(endpoint) if endpoint else None
    return _page(
        municipality,
        "Du er logget ud",
        "Ingen kan se borgernes samtaler her, før du logger ind igen.",
        status=200,
        form_origin=f"{parts.scheme}://{parts.netloc}" if parts else None,
        endpoint=endpoint,
        fields=fields or {},
        link="/desk",
        link_text="Log ind igen",
    )


def _page(
    municipality: str, title: str, text: str, *, status: int, form_origin: str | None = None, **values: object
) -> web.Response:
    return standalone_page(
        _TEMPLATE, status=status, form_origin=form_origin, municipality=municipality, title=title, text=text, **values
    )
