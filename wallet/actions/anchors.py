"""Anchoring: any number of credentials and files under one hash in one transaction.

Each gets a receipt, a file with which anybody can check offline that it was there at that time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain.amounts import ether
from did.chain.anchoring.anchors import anchor_call, batch
from did.chain.sending.transaction import prepare
from did.errors import TransactionFailed
from wallet.actions.anchoring import Anchoring
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table
from wallet.actions.transactions import payer_of
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import at_home, read_file
from wallet.messages import say
from wallet.registrars.accounts import account_address
from wallet.rules.deed import Spending
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet

RECEIPTS: Final = "receipts"


def anchor(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """One transaction for all the documents that were named."""
    named = list(arguments.get("documents", ()))
    found = dict(_documents(wallet, named))
    if "credential" in arguments:  # which is one of the wallet's, and never a file
        entry = stored_credential(wallet.index, arguments["credential"])
        if entry.id in found:
            raise BadInput("a document is named twice", hint="name each once")
        found[entry.id] = entry.credential.raw
    return anchor_named(wallet, found, arguments)


def anchor_named(
    wallet: Wallet,
    named: Mapping[str, bytes],
    arguments: Mapping[str, Any],
    *,
    action: str = "anchor_credential",
) -> Proposal:
    """One transaction for documents by their names; `arguments` may name payer and folder."""
    chain = wallet.chains.chosen()
    own = payer_of(wallet, arguments)
    sender = account_address(wallet.vault, own.number)
    whole = batch(named.values(), random=wallet.draw)
    to, call = anchor_call(chain.chain_id, whole.root)
    unsigned = prepare(chain, sender=sender, to=to, data=call)
    signer = wallet.vault.digest_signer(KeyPath.ethr(own.number))
    folder = at_home(Path(arguments.get("output", wallet.home / RECEIPTS))).absolute()
    anchoring = Anchoring(whole, tuple(named), folder)

    def perform() -> Result:
        anchoring.keep(wallet.vault)
        try:
            sent = wallet.sending.deliver(chain, unsigned, signer, anchoring.purpose)
        except TransactionFailed:
            anchoring.drop(wallet.vault)
            raise
        first, written = anchoring.finish(wallet.vault, chain, sent.transaction_hash)
        block_hash = f"0x{first.proof.block_hash.hex()}"
        return Result(
            say("anchored documents in block {block}: {count}", count=len(named), block=sent.block),
            data={
                "root": f"0x{whole.root.hex()}",
                "transaction": sent.transaction_hash,
                "block": sent.block,
                "block_hash": block_hash,
                "gas_used": sent.gas_used,
                "receipts": {name: str(path) for name, path in written.items()},
            },
            facts=(
                (say("Transaction"), sent.transaction_hash),
                (say("Block's hash"), block_hash),
                (say("Gas used"), str(sent.gas_used)),
            ),
            table=Table(
                (say("Document"), say("Receipt")),
                tuple((name, str(path)) for name, path in written.items()),
            ),
            made=sent.transaction_hash,
            next=say("keep each receipt beside its document"),
        )

    statement = Statement(
        say("Anchor documents on chain {chain}: {count}", count=len(named), chain=chain.chain_id),
        facts=(
            *((say("Document"), name) for name in named),
            (say("Root"), f"0x{whole.root.hex()}"),
            (say("From"), sender),
            (say("Highest cost"), f"{ether(unsigned.cost)} ETH"),
        ),
        warnings=(say("the chain is told one hash and nothing of what the documents say"),),
    )
    deed = Spending(unsigned.cost)
    return Proposal(action, statement, unsigned.signing_payload, perform, deed)


def _documents(wallet: Wallet, references: list[str]) -> list[tuple[str, bytes]]:
    """What was named, by name: credentials of the wallet, and else files."""
    found: list[tuple[str, bytes]] = []
    for reference in references:
        try:
            entry = stored_credential(wallet.index, reference)
        except NoSuchEntry:
            found.append((reference, read_file(reference)))
        else:
            found.append((entry.id, entry.credential.raw))
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        raise BadInput("a document is named twice", hint="name each once")
    return found
