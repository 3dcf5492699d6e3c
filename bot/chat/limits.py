"""How fast messages, logins and new conversations may come, per conversation and per address."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bot.errors import SettingsError

# A library or a town hall is one address to us, and many citizens.
_CITIZENS_AT_ONE_ADDRESS = 10
# Typing, seen marks, connecting again: small things, but not without end.
_FRAMES_PER_MESSAGE = 10


@dataclass(frozen=True)
class _Rule:
    """``most`` of a kind in any ``seconds`` on end."""

    kind: str
    most: int
    seconds: float


class Limits:
    """Counts in memory, so an address is never stored. Each method gives None, or the seconds to wait.

    A count is kept no longer than its rule looks back, and by a clock that nobody sets: when the computer's
    own jumps, nobody is shut out. ``clock`` gives seconds.
    """

    def __init__(
        self, *, messages_per_minute: int, sessions_per_hour: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        together = messages_per_minute * _CITIZENS_AT_ONE_ADDRESS
        self._message = _Rule("message", messages_per_minute, 60)
        self._message_from = _Rule("message from", together, 60)
        self._frame = _Rule("frame", messages_per_minute * _FRAMES_PER_MESSAGE, 60)
        self._socket = _Rule("socket", messages_per_minute * _FRAMES_PER_MESSAGE, 60)
        self._login = _Rule("login", together, 60)
        self._session = _Rule("session", sessions_per_hour, 3600)
        self._clock = clock
        # For each rule the times of what was let through, by key; the longest silent key first.
        self._taken: dict[_Rule, OrderedDict[str, deque[float]]] = {}

    def message(self, conversation: str, address: str) -> float | None:
        """One message in a conversation, from an address."""
        return self._wait((self._message, conversation), (self._message_from, address))

    def frame(self, conversation: str) -> float | None:
        """One frame of any other kind."""
        return self._wait((self._frame, conversation))

    def socket(self, address: str) -> float | None:
        """One more connection, or one more hello on it."""
        return self._wait((self._socket, address))

    def session(self, address: str) -> float | None:
        """One new conversation from an address."""
        return self._wait((self._session, address))

    def login(self, address: str) -> float | None:
        """One step on the way through login, or out again; the whole way is four."""
        return self._wait((self._login, address))

    def __len__(self) -> int:
        """How many keys are remembered."""
        return sum(len(keys) for keys in self._taken.values())

    def _wait(self, *asked: tuple[_Rule, str]) -> float | None:
        """None when every rule lets it through, and only then is it counted: by none of them otherwise."""
        now = self._clock()
        for rule, key in asked:
            times = self._current(rule, now).get(key)
            if times is not None and len(times) == rule.most and (wait := times[0] + rule.seconds - now) > 0:
                return float(math.ceil(wait))
        for rule, key in asked:
            keys = self._taken[rule]
            keys.setdefault(key, deque(maxlen=rule.most)).append(now)
            keys.move_to_end(key)
        return None

    def _current(self, rule: _Rule, now: float) -> OrderedDict[str, deque[float]]:
        """The times that still count of whoever asks, when all that is too old is dropped."""
        keys = self._taken.setdefault(rule, OrderedDict())
        while keys and next(iter(keys.values()))[-1] <= now - rule.seconds:
            keys.popitem(last=False)
        return keys


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
        current = _parsed(peer or "")
        hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
        while hops and current is not None and any(current in network for network in self._networks):
            hop = _parsed(hops.pop())
            if hop is None:
                break
            current = hop
        if isinstance(current, IPv6Address):
            return str(IPv6Network((int(current), 64), strict=False))
        return peer or "unknown" if current is None else str(current)


# Some proxies write the port as well: 1.2.3.4:5678, [2001:db8::1]:5678.
_HOP = re.compile(r"\[(?P<six>[^\]]*)\](?::\d+)?|(?P<four>[0-9.]+):\d+|(?P<bare>.*)", re.ASCII)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    match = _HOP.fullmatch(address)
    bare = (match["six"] or match["four"] or match["bare"] or "") if match else ""
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    # An IPv4 address on a socket that takes both kinds.
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
