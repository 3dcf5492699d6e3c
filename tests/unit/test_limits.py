"""How fast one may write, and whose word counts for where a request comes from."""

from __future__ import annotations

import pytest

from bot.chat.limits import Limits, Proxies
from bot.chat.texts import too_fast
from bot.errors import SettingsError


def test_a_conversation_may_write_so_much_a_minute_and_no_more() -> None:
    """The next message is refused with the seconds to wait; another conversation is not touched by it."""
    limits = Limits(messages_per_minute=3, sessions_per_hour=1)
    assert [limits.message("a", "12.0.0.1") for _ in range(3)] == [None] * 3
    wait = limits.message("a", "12.0.0.1")
    assert wait is not None and 1 <= wait <= 60
    assert limits.message("b", "12.0.0.1") is None


def test_an_address_has_a_limit_of_its_own() -> None:
    """Many conversations from one address are bounded together."""
    limits = Limits(messages_per_minute=1, sessions_per_hour=1)
    waits = [limits.message(f"c{number}", "12.0.0.1") for number in range(11)]
    assert waits[:10] == [None] * 10 and waits[10] is not None
    assert limits.message("c11", "12.0.0.2") is None


def test_what_is_refused_counts_against_nobody_else() -> None:
    """A conversation that hammers does not use up what others at its address may write."""
    limits = Limits(messages_per_minute=2, sessions_per_hour=1)
    for _ in range(50):
        limits.message("a", "12.0.0.1")
    assert limits.message("b", "12.0.0.1") is None


def test_new_conversations_are_bounded_by_the_hour() -> None:
    """So many from one address, then a wait."""
    limits = Limits(messages_per_minute=1, sessions_per_hour=2)
    assert [limits.session("12.0.0.1") for _ in range(2)] == [None, None]
    wait = limits.session("12.0.0.1")
    assert wait is not None and wait > 3000


def test_the_wait_is_over_when_it_was_said_to_be() -> None:
    """A window that moves: each message counts for a minute of its own, whatever the computer's clock is set to."""
    now = 1000.0
    limits = Limits(messages_per_minute=2, sessions_per_hour=1, clock=lambda: now)
    assert limits.message("a", "12.0.0.1") is None
    now += 40
    assert limits.message("a", "12.0.0.1") is None
    assert limits.message("a", "12.0.0.1") == 20
    now += 20
    assert limits.message("a", "12.0.0.1") is None
    assert limits.message("a", "12.0.0.1") == 40


def test_nobody_is_remembered_longer_than_they_count() -> None:
    """However many addresses come by, what is too old to matter takes no memory."""
    now = 1000.0
    limits = Limits(messages_per_minute=2, sessions_per_hour=1, clock=lambda: now)
    for number in range(3000):
        now += 1
        limits.message(f"c{number}", f"12.0.{number // 250}.{number % 250}")
    assert len(limits) <= 2 * 60


def test_login_has_a_limit_by_address() -> None:
    """So many steps a minute from one place; other places, and what is written, are not touched by it."""
    limits = Limits(messages_per_minute=1, sessions_per_hour=1)
    assert [limits.login("12.0.0.1") for _ in range(10)] == [None] * 10
    wait = limits.login("12.0.0.1")
    assert wait is not None and 1 <= wait <= 60
    assert limits.login("12.0.0.2") is None and limits.message("a", "12.0.0.1") is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 sekund."), (12, "12 sekunder."), (60, "1 minut."), (61, "2 minutter.")]
)
def test_the_wait_is_said_in_words(seconds: float, words: str) -> None:
    """The citizen hears when to try again, and that the message was not sent."""
    assert too_fast(seconds).endswith(words) and "ikke sendt" in too_fast(seconds)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        ([], "12.0.0.1", ["1.2.3.4"], "12.0.0.1"),
        (["10.0.0.0/8"], "12.0.0.1", ["1.2.3.4"], "12.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.0.0.9"], "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.1", ["nonsense"], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", [], "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        (["10.0.0.1"], "::ffff:12.0.0.1", [], "12.0.0.1"),
        (["10.0.0.1"], None, ["1.2.3.4"], "unknown"),
        (["10.0.0.1"], "::ffff:10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        (["10.0.0.1"], "10.0.0.1", ["1.2.3.4:5678"], "1.2.3.4"),
        (["10.0.0.1"], "10.0.0.1", ["[2001:db8:1:2:3::4]:5678"], "2001:db8:1:2::/64"),
        (["fe80::/10"], "fe80::1%eth0", ["1.2.3.4"], "1.2.3.4"),
    ],
)
def test_only_trusted_proxies_say_where_a_request_comes_from(
    trusted: list[str], peer: str | None, forwarded: list[str], address: str
) -> None:
    """X-Forwarded-For counts from the right, past proxies we trust; what a client writes there itself does not."""
    assert Proxies(trusted).address(peer, forwarded) == address


def test_a_proxy_that_is_no_address_is_a_wrong_setting() -> None:
    """It is said at the start, not found out by a limit that never counts right."""
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        Proxies(["proxy.example"])
