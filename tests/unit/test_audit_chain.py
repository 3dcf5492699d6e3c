"""Rules of what a line of the audit trail may hold, and of how it is tied to the one before."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.audit.chain import BEGINNING, Seal, canonical
from bot.store.crypto import Vault
from tests.audit.sample import ANNA, NOW, entry

ROW: dict[str, Any] = {
    "id": 1,
    "at": NOW,
    "actor_kind": "staff",
    "actor": "abc",
    "subject": "f" * 64,
    "doing": "looked_up",
    "why": "desk.cases",
    "place": "12",
    "outcome": "ok",
    "sealed": b"\x00sealed",
}


def test_the_form_of_a_line_is_written_down_here() -> None:
    """A trail is kept for years: what its lines' MACs are made of may not change unseen."""
    assert canonical(ROW, "e" * 64) == (
        b'["borgerkontakt audit 1",1,"2026-11-22T13:02:03.456789+00:00","staff","abc","' + b"f" * 64 + b'","looked_up",'
        b'"desk.cases","12","ok","AHNlYWxlZA==","' + b"e" * 64 + b'"]'
    )


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    """One database gives the time back in another zone than it was told in."""
    copenhagen = {**ROW, "at": NOW.astimezone(timezone(timedelta(hours=1)))}
    assert canonical(copenhagen, BEGINNING) == canonical(ROW, BEGINNING)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 2},
        {"at": NOW + timedelta(microseconds=1)},
        {"actor_kind": "citizen"},
        {"actor": "ab"},
        {"subject": None},
        {"subject": "None"},
        {"subject": ""},
        {"doing": "wrote_note"},
        {"why": 'desk.cases","12'},
        {"place": None},
        {"outcome": "down"},
        {"sealed": b"\x00sealeD"},
        {"sealed": "AHNlYWxlZA"},
        {"actor": "abdesk", "why": ".cases"},
    ],
)
def test_every_column_counts(change: dict[str, Any]) -> None:
    """Another value anywhere, or the same letters cut elsewhere, is another MAC."""
    seal = Seal(Vault([Vault.new_key()]))
    assert seal.mac({**ROW, **change}, BEGINNING) != seal.mac(ROW, BEGINNING)


def test_the_line_before_counts() -> None:
    """Or lines could be taken out and put elsewhere."""
    seal = Seal(Vault([Vault.new_key()]))
    assert seal.mac(ROW, "a" * 64) != seal.mac(ROW, BEGINNING)


def test_only_the_installation_makes_its_macs_and_a_change_of_keys_keeps_them() -> None:
    """Another key gives another MAC; a new key before the old one gives the same."""
    old, new = Vault.new_key(), Vault.new_key()
    mac = Seal(Vault([old])).mac(ROW, BEGINNING)
    assert re.fullmatch("[0-9a-f]{64}", mac)
    assert Seal(Vault([new])).mac(ROW, BEGINNING) != mac
    assert Seal(Vault([new, old])).mac(ROW, BEGINNING) == mac


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": datetime(2026, 11, 22, 13, 0)},
        {"subject": "070861-4866"},
        {"subject": "٠٧٠٨٦١٤٨٦٦"},
        {"subject": ""},
        {"why": "x" * 81},
        {"actor": "x" * 65},
        {"place": "x" * 65},
        {"outcome": "x" * 21},
    ],
)
def test_what_can_not_be_kept_is_refused_before_it_is_written(wrong: dict[str, Any]) -> None:
    """The same on both databases, and the refusal does not quote it: it ends in a log."""
    with pytest.raises(ValueError) as refused:
        entry(**wrong)
    assert "4866" not in str(refused.value) and "xxx" not in str(refused.value)


def test_an_entry_that_is_printed_names_nobody() -> None:
    """An entry in a trace or a log line shows neither the CPR number nor a name nor a case."""
    shown = repr(entry(actor_name="Mette Holm", cases=("27.00.00-G01-1-24",)))
    assert ANNA not in shown and "Mette" not in shown and "27.00.00" not in shown
