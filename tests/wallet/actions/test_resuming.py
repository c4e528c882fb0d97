from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.anchoring.anchors import anchor_call, batch
from did.chain.anchoring.receipt import AnchorReceipt, against
from did.chain.registry import set_attribute
from did.chain.sending.intents import Intent
from did.chain.sending.transaction import prepare, sign
from did.methods.ethr import Subject
from wallet.actions.anchoring import Anchoring
from wallet.actions.transactions import resume
from wallet.entries import dids
from wallet.payees import payments
from wallet.registrars.accounts import account_address
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def written_down(wallet: Wallet, to: str, call: bytes, purpose: Mapping[str, str]) -> Intent:
    """As a wallet leaves it whose process ends before the transaction is sent."""
    unsigned = prepare(
        wallet.chains.chosen(), sender=account_address(wallet.vault, 0), to=to, data=call
    )
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(0)))
    intent = Intent.of(raw, purpose=purpose, created=NOW)
    wallet.sending.outbox.store.put(intent)
    return intent


@pytest.fixture
def shop(wallet: Wallet, do: Does) -> str:
    do("create_did", name="shop")
    return dids(wallet.vault)[0].id


def test_what_was_written_down_and_not_sent_is_sent_when_the_wallet_is_next_used(
    wallet: Wallet, do: Does, shop: str
) -> None:
    chain = wallet.chains.chosen()
    account = Subject.of(dids(wallet.vault)[0].did).account
    call = set_attribute(account, "did/svc/Hub", b"https://hub.example", validity=1000)
    written_down(wallet, chain.registry, call, {"did": shop, "call": "setAttribute"})
    assert resume(wallet) is None
    assert not tuple(wallet.sending.outbox.store.all())
    document = do("show_did", did="shop").data["document"]
    assert document["service"][0]["serviceEndpoint"] == "https://hub.example"


def test_pending_shows_what_it_was_for_and_that_it_is_done(
    wallet: Wallet, do: Does, shop: str
) -> None:
    chain = wallet.chains.chosen()
    account = Subject.of(dids(wallet.vault)[0].did).account
    call = set_attribute(account, "did/svc/Hub", b"https://hub.example", validity=1000)
    written_down(wallet, chain.registry, call, {"did": shop, "call": "setAttribute"})
    shown: dict[str, Any] = do("list_transactions").data["transactions"][0]
    assert (shown["state"], shown["purpose"]["call"]) == ("done", "setAttribute")
    assert do("list_transactions").data == {"transactions": []}


@pytest.mark.usefixtures("shop")
def test_receipts_that_were_never_written_are_written_then(wallet: Wallet, tmp_path: Path) -> None:
    chain = wallet.chains.chosen()
    documents = {"a.json": b"{}", "b": b"b"}
    whole = batch(documents.values())
    anchoring = Anchoring(whole, tuple(documents), tmp_path / "receipts")
    anchoring.keep(wallet.vault)
    written_down(wallet, *anchor_call(chain.chain_id, whole.root), anchoring.purpose)
    assert resume(wallet) is None
    for name, document in documents.items():
        file = tmp_path / "receipts" / f"{name.removesuffix('.json')}.anchor.json"
        found = against(AnchorReceipt.parse(file.read_bytes()), document, chain)
        assert found.block == 1
    assert Anchoring.kept(wallet.vault, anchoring.root) is None


@pytest.mark.usefixtures("shop")
def test_a_wallet_with_nothing_open_says_nothing(wallet: Wallet) -> None:
    assert resume(wallet) is None


@pytest.mark.usefixtures("shop")
def test_whom_a_payment_went_to_counts_as_paid_when_it_is_known_to_be_done(wallet: Wallet) -> None:
    to = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
    purpose = {"call": "payment", "to": to, "wei": "7", "name": "Acme"}
    intent = written_down(wallet, to, b"", purpose)
    assert payments(wallet.vault) == ()
    assert resume(wallet) is None
    (paid,) = payments(wallet.vault)
    assert (paid.to, paid.name, paid.wei) == (to, "Acme", 7)
    assert paid.transaction == f"0x{intent.last.hash.hex()}"
