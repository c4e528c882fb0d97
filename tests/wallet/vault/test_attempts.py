from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.vault.attempts import FREE, LONGEST, Attempts
from wallet.vault.errors import VaultError, WrongPassphrase
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path


def test_five_wrong_passphrases_cost_nothing_and_more_cost_ever_more() -> None:
    slept: list[float] = []
    attempts = Attempts(slept.append)
    for _ in range(FREE + 8):
        attempts.begin()
        attempts.wrong()
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, LONGEST, LONGEST, LONGEST]


def test_waits_before_it_is_known_whether_the_passphrase_is_right(
    vault: Vault, passphrase: Secret
) -> None:
    vault.close()
    slept: list[float] = []
    attempts = Attempts(slept.append)
    for _ in range(FREE):
        with pytest.raises(WrongPassphrase):
            Vault.open(vault.path, Secret("wrong"), attempts=attempts)
    assert slept == []
    Vault.open(vault.path, passphrase, attempts=attempts).close()
    assert slept == [1.0]
    Vault.open(vault.path, passphrase, attempts=attempts).close()
    assert slept == [1.0]  # the right one starts the count anew


def test_a_wrong_old_passphrase_of_a_change_counts_too(vault: Vault, tmp_path: Path) -> None:
    attempts = Attempts(lambda _: None)
    for _ in range(FREE):
        with pytest.raises(WrongPassphrase):
            vault.change_passphrase(Secret("wrong"), Secret("new"), attempts=attempts)
    assert attempts.wait == 1.0
    with pytest.raises(VaultError):
        Vault.open(tmp_path / "none.db", Secret("wrong"), attempts=attempts)
    assert attempts.wait == 1.0  # what is no passphrase of a wallet is not counted


def test_never_waits_longer_than_is_said() -> None:
    attempts = Attempts(lambda _: None)
    for _ in range(5_000):
        attempts.wrong()
    assert attempts.wait == LONGEST
