from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from did.chain.sending.intents import Intent
from did.chain.sending.transaction import UnsignedTransaction, sign
from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.actions.journal import journal_of
from wallet.clock import now
from wallet.doctor import vault as checks
from wallet.doctor.finding import Health
from wallet.intents import VaultIntents
from wallet.registrars.accounts import account_address
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import Busy, NewerVault, UnsafePath, WrongPassphrase
from wallet.vault.files import VAULT_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.doctor.examined import Examined
    from wallet.errors import WalletError
    from wallet.wallet import Wallet

PASSPHRASE = "correct horse battery staple"


def opened(home: Path, *, at_once: int = 2_000) -> Vault:
    path = home / VAULT_FILE
    return Vault.open(path, Secret(PASSPHRASE), read_only=True, at_once=at_once)


def change(home: Path, statement: str, *arguments: object) -> None:
    with closing(sqlite3.connect(home / VAULT_FILE)) as database, database:
        database.execute(statement, arguments)


def test_the_schema_is_this_programs(locked: Examined) -> None:
    (finding,) = checks.schema(locked)
    assert finding.result is Health.OK


def test_an_older_schema_is_no_failure(locked: Examined) -> None:
    change(locked.home, "DROP TABLE block")
    change(locked.home, "PRAGMA user_version = 1")
    (finding,) = checks.schema(locked)
    assert finding.result is Health.WARN


def test_a_later_schema_is_for_a_later_program(locked: Examined) -> None:
    change(locked.home, "PRAGMA user_version = 9")
    (finding,) = checks.schema(locked)
    assert finding.result is Health.FAIL
    assert str(finding.advice) == "upgrade holdfast"


def test_all_records_are_counted(wallet: Wallet, locked: Examined) -> None:
    wallet.vault.put(Kind.CONTACT, {"name": "Acme"})
    with opened(wallet.home) as vault:
        (finding,) = checks.integrity(replace(locked, vault=vault), vault)
    assert finding.result is Health.OK
    assert str(finding.sentence).endswith(": 1")


def test_an_imported_key_that_does_not_open_is_found(wallet: Wallet, locked: Examined) -> None:
    jwks = (
        json.dumps(unsafe_encode_private_jwk(ALGORITHMS["Ed25519"].private_key(bytes([byte]) * 32)))
        for byte in (7, 8)
    )
    mine, theirs = (wallet.vault.seal_key(jwk.encode()) for jwk in jwks)
    wallet.vault.put(Kind.KEY, mine.body(), id=mine.name)
    with opened(wallet.home) as vault:
        (finding,) = checks.integrity(replace(locked, vault=vault), vault)
        assert finding.result is Health.OK
    wallet.vault.put(Kind.KEY, theirs.body(), id=mine.name)
    with opened(wallet.home) as vault:
        (finding,) = checks.integrity(replace(locked, vault=vault), vault)
    assert finding.result is Health.FAIL
    assert mine.name in str(finding.sentence)


def test_waits_for_all_of_a_large_wallet(wallet: Wallet, locked: Examined) -> None:
    for number in range(3):
        wallet.vault.put(Kind.CONTACT, {"name": f"Acme {number}"})
    wallet.close()
    with opened(wallet.home, at_once=0) as vault:
        change(wallet.home, "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = 2")
        (finding,) = checks.integrity(replace(locked, vault=vault), vault)
    assert finding.result is Health.FAIL
    assert "backup" in str(finding.advice)


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (Busy("another process is using the wallet"), Health.UNKNOWN),
        (UnsafePath("it is open to other users"), Health.FAIL),
        (NewerVault("of version 9"), Health.FAIL),
        (WrongPassphrase(), Health.FAIL),
    ],
)
def test_says_why_the_vault_cannot_be_opened(
    locked: Examined, error: WalletError, result: Health
) -> None:
    finding = checks.refusal(replace(locked, refused=error))
    assert finding is not None
    assert finding.result is result
    assert str(error) in str(finding.sentence)


def test_refuses_nothing_where_nobody_tried(locked: Examined) -> None:
    assert checks.refusal(locked) is None


def test_a_wallet_that_is_not_there_is_to_be_made(locked: Examined) -> None:
    finding = checks.refusal(replace(locked, home=locked.home / "none"))
    assert finding is not None
    assert (finding.result, str(finding.advice)) == (Health.FAIL, "holdfast init")


def test_a_journal_that_holds_is_sound(wallet: Wallet, locked: Examined) -> None:
    for _ in range(3):
        journal_of(wallet).append({"action": "help", "at": "now", "outcome": "done"})
    (finding,) = checks.journal(locked, wallet.vault)
    assert finding.result is Health.OK
    assert str(finding.sentence).endswith(": 3")


def test_an_entry_that_was_changed_is_named(wallet: Wallet, locked: Examined) -> None:
    for _ in range(3):
        journal_of(wallet).append({"action": "help", "at": "now", "outcome": "done"})
    entry = wallet.vault.get(Kind.JOURNAL, "entry-2").body
    wallet.vault.put(Kind.JOURNAL, {**entry, "outcome": "failed"}, id="entry-2")
    (finding,) = checks.journal(locked, wallet.vault)
    assert finding.result is Health.FAIL
    assert "entry 2 " in str(finding.sentence)


def test_entries_without_a_chain_are_told(wallet: Wallet, locked: Examined) -> None:
    wallet.vault.put(Kind.JOURNAL, {"action": "help", "at": "then", "outcome": "done"})
    (finding,) = checks.journal(locked, wallet.vault)
    assert finding.result is Health.WARN


def test_a_backup_is_due_when_there_is_a_credential(wallet: Wallet, locked: Examined) -> None:
    (before,) = checks.backup(locked, wallet.vault)
    wallet.vault.put(Kind.CREDENTIAL, {"role": "held"})
    (after,) = checks.backup(locked, wallet.vault)
    assert (before.result, after.result) == (Health.OK, Health.WARN)
    assert wallet.vault.count(Kind.SETTING) == 0


def test_no_transaction_is_open(wallet: Wallet, locked: Examined) -> None:
    (finding,) = checks.pending(locked, wallet.vault)
    assert finding.result is Health.OK


def test_a_transaction_that_is_open_is_told(wallet: Wallet, locked: Examined) -> None:
    sender = account_address(wallet.vault, 0)
    unsigned = UnsignedTransaction(
        chain_id=5,
        sender=sender,
        to=sender,
        nonce=0,
        gas=21_000,
        max_fee_per_gas=10,
        max_priority_fee_per_gas=1,
        value=0,
        data=b"",
    )
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(0)))
    VaultIntents(wallet.vault).put(Intent.of(raw, purpose={}, created=now()))
    (finding,) = checks.pending(locked, wallet.vault)
    assert (finding.result, str(finding.advice)) == (Health.WARN, "holdfast chain pending")
