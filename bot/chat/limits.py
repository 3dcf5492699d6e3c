"""How fast messages and new conversations may come, per conversation and per address."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.errors import SettingsError

# A library or a town hall is one address to us, and many citizens.
_CITIZENS_AT_ONE_ADDRESS = 10
# Typing, seen marks, connecting again: small things, but not without end.
_FRAMES_PER_MESSAGE = 10


class Limits:
    """Counts in memory, so an address is never stored. Each method gives None, or the seconds to wait."""

    def __init__(self, *, messages_per_minute: int, sessions_per_hour: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._messages = RateLimitItemPerMinute(messages_per_minute)
        self._messages_from = RateLimitItemPerMinute(messages_per_minute * _CITIZENS_AT_ONE_ADDRESS)
        self._frames = RateLimitItemPerMinute(messages_per_minute * _FRAMES_PER_MESSAGE)
        self._sessions = RateLimitItemPerHour(sessions_per_hour)

    async def message(self, conversation: str, address: str) -> float | None:
        """One message in a conversation, from an address."""
        return await self._wait((self._messages, "message", conversation), (self._messages_from, "from", address))

    async def frame(self, conversation: str) -> float | None:
        """One frame of any other kind."""
        return await self._wait((self._frames, "frame", conversation))

    async def session(self, address: str) -> float | None:
        """One new conversation from an address."""
        return await self._wait((self._sessions, "session", address))

    async def _wait(self, *rules: tuple[RateLimitItem, str, str]) -> float | None:
        # What is refused by one rule must not be counted by another.
        for item, *key in rules:
            if not await self._limiter.test(item, *key):
                return await self._until(item, *key)
        for item, *key in rules:
            if not await self._limiter.hit(item, *key):
                return await self._until(item, *key)
        return None

    async def _until(self, item: RateLimitItem, *key: str) -> float:
        stats = await self._limiter.get_window_stats(item, *key)
        return float(max(1, math.ceil(stats.reset_time - time.time())))


class Proxies:
    """Whose word counts for where a request comes from.

    ``trusted`` are addresses or networks. Raises SettingsError for what is neither.
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in trusted:
            try:
                self._networks.append(ip_network(entry, strict=False))
            except ValueError as error:
                raise SettingsError(
                    f"TRUSTED_PROXIES skal være adresser som 10.0.0.1 eller 10.0.0.0/8, ikke {entry!r}"
                ) from error

    def address(self, peer: str | None, forwarded_for: Iterable[str]) -> str:
        """The address to count by: ``peer``, or what proxies we trust say in X-Forwarded-For (all its lines, in order).

        Read from the right, past every proxy we trust: what stands further left anybody can have written.
        Of an IPv6 address the first 64 bits count, for a home has them all.
        """
        current = peer or "unknown"
        hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
        while hops and self._is_trusted(current):
            hop = hops.pop()
            try:
                current = str(ip_address(hop))
            except ValueError:
                break
        return _home(current)

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _home(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network(f"{parsed}/64" if "%" not in address else f"{address.split('%')[0]}/64", strict=False))
    return address
