"""What the application carries, by typed key."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from bot.chat.conversation import Conversations
from bot.chat.limits import Limits, Proxies
from bot.municipality.model import Municipality
from bot.settings import Settings
from bot.web.health import Health

SETTINGS = web.AppKey("settings", Settings)
MUNICIPALITY = web.AppKey("municipality", Municipality)
CONVERSATIONS = web.AppKey("conversations", Conversations)
LIMITS = web.AppKey("limits", Limits)
PROXIES = web.AppKey("proxies", Proxies)
HEALTH = web.AppKey("health", Health)
HTTP = web.AppKey("http", aiohttp.ClientSession)
SOCKETS = web.AppKey("sockets", set[web.WebSocketResponse])


def address_of(request: web.Request) -> str:
    """Where a request comes from, to count by; never to be logged or kept."""
    return request.app[PROXIES].address(request.remote, request.headers.getall("X-Forwarded-For", []))
