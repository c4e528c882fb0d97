from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from did.chain.sending.intents import Intent, IntentStore, NonceTaken, State
from did.chain.sending.transaction import UnsignedTransaction, sign
from wallet.intents import VaultIntents
from wallet.registrars.accounts import account_address
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

STRANGER: Final = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
WHEN: Final = datetime(2026, 11, 25, 9, tzinfo=UTC)
SECRET_PURPOSE: Final = {"did": "did:ethr:0x5:0xzylphora", "call": "setAttribute"}
# Writes the same nonce as every other process that runs this, and says who came first.
PROGRAM: Final = """
import sys
from pathlib import Path
from did.chain.sending.intents import Intent, NonceTaken
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet
import json
with open_wallet(Path(sys.argv[1]), Secret("correct horse battery staple")) as wallet:
    intent = Intent.from_json(json.loads(sys.argv[2]))
    sys.stdin.readline()
    try:
        wallet.sending.outbox.store.put(intent)
    except NonceTaken:
        print("taken")
    else:
        print("mine")
"""


def intent(wallet: Wallet, nonce: int, *, chain_id: int = 5, account: int = 0) -> Intent:
    unsigned = UnsignedTransaction(
        chain_id=chain_id,
        sender=account_address(wallet.vault, account),
        to=STRANGER,
        nonce=nonce,
        gas=21_000,
        max_fee_per_gas=10,
        max_priority_fee_per_gas=1,
        value=nonce,
        data=b"",
    )
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(account)))
    return Intent.of(raw, purpose=SECRET_PURPOSE, created=WHEN)


@pytest.fixture
def store(wallet: Wallet) -> VaultIntents:
    return VaultIntents(wallet.vault)


def test_what_is_put_is_there_until_it_is_removed(wallet: Wallet, store: VaultIntents) -> None:
    kept: IntentStore = store
    first, second = intent(wallet, 0), intent(wallet, 1)
    for one in (first, second):
        kept.put(one)
    assert kept.all() == (first, second)
    sent = replace(first, state=State.SENT)
    kept.put(sent)
    assert kept.all() == (sent, second)
    kept.remove(first.id)
    kept.remove(first.id)
    assert kept.all() == (second,)


def test_a_nonce_of_an_account_is_one_intents(wallet: Wallet, store: VaultIntents) -> None:
    store.put(intent(wallet, 0))
    with pytest.raises(NonceTaken, match="nonce 0 of"):
        store.put(intent(wallet, 0))
    others = [intent(wallet, 0, chain_id=6), intent(wallet, 0, account=1), intent(wallet, 1)]
    for other in others:
        store.put(other)
    assert len(store.all()) == 4


def test_of_several_processes_one_has_the_nonce(wallet: Wallet, home: Path) -> None:
    import json  # noqa: PLC0415

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(home), json.dumps(intent(wallet, 0).to_json())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate("go\n", timeout=120)[0].strip() for process in processes)
    assert said == ["mine", "taken", "taken"]
    assert len(VaultIntents(wallet.vault).all()) == 1


def test_whom_one_deals_with_stands_nowhere_in_plain_text(
    wallet: Wallet, store: VaultIntents, home: Path
) -> None:
    one = intent(wallet, 0)
    store.put(one)
    for path in home.iterdir():
        content = path.read_bytes()
        for text in (b"zylphora", STRANGER[2:].encode(), one.last.raw, one.last.raw.hex().encode()):
            assert text not in content, path


@pytest.mark.parametrize("body", [{}, {"version": 2}, {"version": 1, "id": "x"}])
def test_a_record_that_is_no_intent_is_told(
    wallet: Wallet, store: VaultIntents, body: dict[str, object]
) -> None:
    wallet.vault.put(Kind.TRANSACTION, body)
    with pytest.raises(IntegrityError, match="a transaction's record"):
        store.all()
