"""Rules of what is kept at rest."""

from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.store.crypto import Vault


def test_what_is_sealed_cannot_be_read_without_the_key() -> None:
    """The words are not in the bytes, and another key does not open them."""
    key, other = Vault.new_key(), Vault.new_key()
    sealed = Vault([key]).seal("Anna Bjerregaard")
    assert b"Anna" not in sealed
    assert Vault([key]).open(sealed) == "Anna Bjerregaard"
    with pytest.raises(SettingsError):
        Vault([other]).open(sealed)


def test_keys_can_be_changed_and_old_data_and_fingerprints_still_hold() -> None:
    """A new key goes first; the oldest stays last and keeps every look-up working."""
    old, new = Vault.new_key(), Vault.new_key()
    before, after = Vault([old]), Vault([new, old])
    assert after.open(before.seal("x")) == "x"
    assert after.fingerprint("0101901234") == before.fingerprint("0101901234")


def test_a_fingerprint_needs_the_key() -> None:
    """Ten digits can be tried in a second, so a plain hash of a CPR number would hide nothing."""
    assert Vault([Vault.new_key()]).fingerprint("1") != Vault([Vault.new_key()]).fingerprint("1")


def test_a_bad_key_is_refused_with_the_way_to_a_good_one() -> None:
    """The operator is told the command that makes a key."""
    with pytest.raises(SettingsError, match="borgerkontakt key"):
        Vault(["short"])
