"""The chat over plain HTTP: a new conversation, and what the widget must know of the municipality."""

from __future__ import annotations

from aiohttp import web

from bot.chat.incoming import MAX_TEXT
from bot.chat.texts import too_many_sessions
from bot.web.keys import CONVERSATIONS, LIMITS, MUNICIPALITY, address_of
from bot.web.middlewares import Refused, require_origin
from bot.web.socket import chat_socket


def add_chat_routes(app: web.Application) -> None:
    """Put the chat into ``app``."""
    app.router.add_post("/chat/sessions", new_session)
    app.router.add_get("/chat/config", config)
    app.router.add_get("/chat/socket", chat_socket, allow_head=False)


async def new_session(request: web.Request) -> web.Response:
    """POST /chat/sessions -> 201 {"conversation", "token", "expires_at"}; the token is shown this once."""
    require_origin(request)
    wait = request.app[LIMITS].session(address_of(request))
    if wait is not None:
        raise Refused("too_fast", status=429, text=too_many_sessions(wait), retry_after=wait)
    conversation, token = await request.app[CONVERSATIONS].create()
    made = {"conversation": conversation.id, "token": token, "expires_at": conversation.expires_at.isoformat()}
    return web.json_response(made, status=201)


async def config(request: web.Request) -> web.Response:
    """GET /chat/config: names, numbers and colours, all of them public."""
    municipality = request.app[MUNICIPALITY]
    colours = municipality.colours
    return web.json_response(
        {
            "municipality": municipality.name,
            "assistant": municipality.assistant,
            "phone": municipality.phone,
            "phone_hours": municipality.phone_hours.in_words(),
            "website": municipality.website,
            "colours": {"primary": colours.primary, "on_primary": colours.on_primary, "accent": colours.accent},
            "max_length": MAX_TEXT,
        }
    )
