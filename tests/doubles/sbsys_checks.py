"""What the stand-in for SBSYS holds a request to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web
from lxml import etree

_TAGS = frozenset({"div", "p", "br", "b", "i", "ul", "ol", "li", "table", "tr", "td", "th"})


def refused(status: int, message: str, *header: str) -> web.Response:
    """An answer as .NET's Web API refuses."""
    return web.json_response({"Message": message}, status=status, headers=dict([header]) if header else None)


def oauth(status: int, error: str) -> web.Response:
    """RFC 6749, section 5.2."""
    return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})


def refusal(status: int) -> web.HTTPException:
    """As `refused`, to be raised."""
    kinds = {400: web.HTTPBadRequest, 403: web.HTTPForbidden, 404: web.HTTPNotFound, 500: web.HTTPInternalServerError}
    return kinds[status](text='{"Message": "No."}', content_type="application/json")


def invalid(field: str) -> web.HTTPBadRequest:
    """The field is missing, unknown or wrong."""
    return web.HTTPBadRequest(
        text=f'{{"Message": "The request is invalid.", "ModelState": {{"{field}": ["{field} is not valid."]}}}}',
        content_type="application/json",
    )


async def object_in(request: web.Request) -> dict[str, Any]:
    """The object a request brings."""
    try:
        body = await request.json()
    except ValueError:
        raise invalid("body") from None
    if not isinstance(body, dict):
        raise invalid("body")
    return body


def must_only_have(body: dict[str, Any], *known: str, within: str = "") -> None:
    """Every field is one of ``known``."""
    for name in body:
        if name not in known:
            raise invalid(within + name)


def count_in(body: dict[str, Any], name: str, default: int) -> int:
    """A whole number that is not negative."""
    value = body.get(name, default)
    if type(value) is not int or value < 0:
        raise invalid(name)
    return value


def text_in(body: dict[str, Any], name: str, *, most: int = 100_000) -> str:
    """A text that is not empty; ``most`` counts as the database does, in UTF-16."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value.encode("utf-16-le")) // 2 > most:
        raise invalid(name)
    return value


def must_be_moment(body: dict[str, Any], name: str) -> None:
    """A date and time of ISO 8601."""
    try:
        datetime.fromisoformat(text_in(body, name).replace("Z", "+00:00"))
    except ValueError:
        raise invalid(name) from None


def must_be_html(text: str) -> None:
    """Only whole HTML of harmless elements: what was not escaped shows here."""
    try:
        whole = etree.fromstring(f"<div>{text}</div>", etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        raise invalid("Note") from None
    if any(element.tag not in _TAGS or element.attrib for element in whole.iter()):
        raise invalid("Note")
