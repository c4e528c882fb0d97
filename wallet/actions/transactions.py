"""Transactions that are signed and not known to be done: seen, sped up, cancelled.

Also the registry that a chain does not have yet, which is a transaction like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.chain.amounts import ether
from did.chain.deployment import deployed_registry, deployment_call
from did.chain.hexadecimal import data as hexadecimal
from did.chain.hexadecimal import read_data
from did.chain.sending.settling import Outcome
from did.chain.sending.transaction import prepare
from did.errors import UnknownNetwork
from wallet.actions.anchoring import Anchoring
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table
from wallet.entries import dids, find
from wallet.errors import Ambiguous, BadInput, NoSuchEntry, ReadOnly
from wallet.messages import say
from wallet.payees import Payment, remember
from wallet.registrars.accounts import account_address
from wallet.rules.deed import Spending
from wallet.vault.derivation import KeyPath
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.chain import Chain
    from did.chain.sending.inclusion import Receipt
    from did.chain.sending.intents import Intent
    from did.chain.sending.settling import Settled
    from did.chain.sending.transaction import UnsignedTransaction
    from did.keys import DigestSigner
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.wallet import Wallet

GWEI: Final = 10**9


WAITING: Final = say("holdfast chain pending")
"""Where they are listed, for who types commands."""


def resume(wallet: Wallet, *, listed: Message = WAITING) -> Message | None:
    """Pick up what an earlier command left open: on the wallet's own chain at once.

    Gives a sentence about what is left, and where it is `listed`: other chains are asked when the
    person wants it.
    """
    opened = tuple(wallet.sending.outbox.store.all())
    if not opened:  # as nearly always
        return None
    embedded = wallet.chains.embedded()
    if embedded is not None and any(one.chain_id == embedded.chain_id for one in opened):
        _settled(wallet, embedded)
    left = len(tuple(wallet.sending.outbox.store.all()))
    sentence = "transactions that are not known to be done: {count}; {listed}"
    return say(sentence, count=left, listed=listed) if left else None


def pending(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """How it stands with each transaction; what the chain does not know is sent again.

    Raises:
        ReadOnly: there are some, and nothing that becomes of them could be written down.
    """
    if wallet.vault.read_only and wallet.vault.count(Kind.TRANSACTION):
        raise ReadOnly("list_transactions")
    settled: list[Settled] = []
    for chain_id in dict.fromkeys(intent.chain_id for intent in wallet.sending.outbox.store.all()):
        settled += _settled(wallet, _chain(wallet, chain_id))
    return Result(
        say("transactions: {count}", count=len(settled)) if settled else say("nothing is open"),
        data={"transactions": [_data(wallet, one) for one in settled]},
        table=Table(
            (say("Id"), say("What for"), say("From"), say("Nonce"), say("State")),
            tuple(
                (
                    one.intent.id[:8],
                    one.intent.purpose.get("call", ""),
                    one.intent.sender,
                    str(one.intent.nonce),
                    say(one.outcome.value),
                )
                for one in settled
            ),
        ),
        next=say("holdfast chain speed-up ID, or holdfast chain cancel ID")
        if any(not one.final for one in settled)
        else None,
    )


def _settled(wallet: Wallet, chain: Chain) -> tuple[Settled, ...]:
    found = wallet.sending.outbox.settle(chain)
    for one in found:
        if one.final:
            done = one.receipt if one.outcome is Outcome.DONE else None
            _ended(wallet, chain, one.intent, done)
    return found


def _ended(wallet: Wallet, chain: Chain, intent: Intent, done: Receipt | None) -> None:
    """See to what hung on a transaction, once it is known whether it was `done`.

    The receipts of what was anchored are written, or nothing is waited for any more; whom a payment
    was to counts as paid; a document that was kept from before is none to be relied on.
    """
    if (did := intent.purpose.get("did")) is not None:
        wallet.sending.documents.drop_document(did, "")
    if done is not None and (paid := payment_of(wallet, chain, intent.purpose, done)) is not None:
        remember(wallet.vault, paid)
    root = intent.purpose.get("root")
    anchoring = None if root is None else Anchoring.kept(wallet.vault, root)
    if anchoring is None:
        return
    if done is None:
        anchoring.drop(wallet.vault)
    else:
        anchoring.finish(wallet.vault, chain, done.transaction_hash)


def payment_of(
    wallet: Wallet, chain: Chain, purpose: Mapping[str, str], done: Receipt
) -> Payment | None:
    """The payment that a transaction was, by what it was for; None where it was something else."""
    match dict(purpose):
        case {"call": "payment", "to": str(to), "wei": str(wei), "name": str(name)}:
            at = wallet.clock().isoformat(timespec="seconds")
            return Payment(chain.chain_id, done.transaction_hash, to, name, int(wei), at)
        case _:
            return None


def _data(wallet: Wallet, one: Settled) -> dict[str, Any]:
    intent = one.intent
    return {
        "id": intent.id,
        "chain": intent.chain_id,
        "from": intent.sender,
        "nonce": intent.nonce,
        "purpose": dict(intent.purpose),
        "created": intent.created.isoformat(),
        "age_seconds": int((wallet.clock() - intent.created).total_seconds()),
        "transactions": [hexadecimal(hash_) for hash_ in intent.hashes],
        "max_fee_per_gas": str(intent.last.max_fee_per_gas),
        "max_priority_fee_per_gas": str(intent.last.max_priority_fee_per_gas),
        "state": one.outcome.value,
        "confirmations": one.confirmations,
        "reason": one.reason,
        "done": one.final,
    }


def speed_up(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The same transaction with higher fees, in the place of one that waits."""
    intent = _intent(wallet, arguments)
    chain = _chain(wallet, intent.chain_id)
    unsigned = wallet.sending.outbox.speed_up(chain, intent)
    title = say("Send a transaction again, with higher fees")
    return _replacement(wallet, chain, intent, unsigned, title)


def cancel(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A transaction that does nothing, in the place of one that waits."""
    intent = _intent(wallet, arguments)
    chain = _chain(wallet, intent.chain_id)
    unsigned = wallet.sending.outbox.cancel(chain, intent)
    title = say("Cancel a transaction, by one that does nothing in its place")
    return _replacement(wallet, chain, intent, unsigned, title, cancels=True)


def _replacement(
    wallet: Wallet,
    chain: Chain,
    intent: Intent,
    unsigned: UnsignedTransaction,
    title: Message,
    *,
    cancels: bool = False,
) -> Proposal:
    signer = _signer_of(wallet, intent.sender)

    def perform() -> Result:
        receipt = wallet.sending.outbox.replace(
            chain, intent, unsigned, signer, progress=wallet.sending.progress(chain)
        )
        name = read_data(receipt.transaction_hash, size=32)
        cancelled = intent.cancels(name) or (cancels and name not in intent.hashes)
        _ended(wallet, chain, intent, None if cancelled else receipt)
        return Result(
            say("cancelled: what is in block {block} does nothing", block=receipt.block)
            if cancelled
            else say("done, in block {block}", block=receipt.block),
            data={
                "transaction": receipt.transaction_hash,
                "block": receipt.block,
                "gas_used": receipt.gas_used,
                "cancelled": cancelled,
            },
            facts=((say("Transaction"), receipt.transaction_hash),),
        )

    statement = Statement(
        title,
        facts=(
            (say("What for"), intent.purpose.get("call", "")),
            (say("Chain"), str(chain.chain_id)),
            (say("From"), intent.sender),
            (say("Nonce"), str(intent.nonce)),
            (say("Fee"), _fee(intent.last.max_fee_per_gas, unsigned.max_fee_per_gas)),
            (say("Highest cost"), f"{ether(unsigned.cost)} ETH"),
        ),
        warnings=(say("the first one may still be faster: one of the two will count"),),
    )
    action = "cancel_transaction" if cancels else "speed_up"
    deed = Spending(unsigned.cost)
    return Proposal(action, statement, unsigned.signing_payload, perform, deed)


def _fee(before: int, after: int) -> str:
    return f"{before / GWEI:g} → {after / GWEI:g} gwei"


def deploy(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The registry, put where no other chain can have one, on a chain that has none."""
    chain = wallet.chains.chosen()
    own = payer_of(wallet, arguments)
    sender = account_address(wallet.vault, own.number)
    if chain.registry != deployed_registry(chain.chain_id):
        raise BadInput(
            f"chain {chain.chain_id} has a registry at {chain.registry}",
            hint="a second one would be another place where a DID could be said to be",
        )
    if chain.request("eth_getCode", [chain.registry, "latest"]) != "0x":
        raise BadInput(f"chain {chain.chain_id} has its registry already, at {chain.registry}")
    proxy, call = deployment_call(chain.chain_id)
    if chain.request("eth_getCode", [proxy, "latest"]) == "0x":
        raise BadInput(
            f"chain {chain.chain_id} lacks the deterministic deployment proxy at {proxy}",
            hint="deploy that first: its signed transaction is public, and the same everywhere",
        )
    unsigned = prepare(chain, sender=sender, to=proxy, data=call)
    signer = wallet.vault.digest_signer(KeyPath.ethr(own.number))

    def perform() -> Result:
        receipt = wallet.sending.deliver(chain, unsigned, signer, {"call": "deploy registry"})
        return Result(
            say(
                "chain {chain} has a registry at {address}",
                chain=chain.chain_id,
                address=chain.registry,
            ),
            data={
                "registry": chain.registry,
                "transaction": receipt.transaction_hash,
                "block": receipt.block,
                "gas_used": receipt.gas_used,
            },
            facts=((say("Gas used"), str(receipt.gas_used)),),
        )

    statement = Statement(
        say("Put a registry of DIDs on chain {chain}", chain=chain.chain_id),
        facts=(
            (say("From"), sender),
            (say("Registry"), chain.registry),
            (say("Highest cost"), f"{ether(unsigned.cost)} ETH"),
        ),
        warnings=(say("a contract stays on its chain for good; this one was not audited"),),
    )
    deed = Spending(unsigned.cost)
    return Proposal("deploy_registry", statement, unsigned.signing_payload, perform, deed)


def payer_of(wallet: Wallet, arguments: Mapping[str, Any]) -> OwnDID:
    """Whose account pays: the did:ethr that was named, or the wallet's first."""
    held = [own for own in dids(wallet.vault) if own.did.method == "ethr"]
    if (named := arguments.get("payer")) is not None:
        return find(held, named, noun="did:ethr")
    if not held:
        raise BadInput(
            "no account of this wallet could pay", hint="holdfast did create --method ethr"
        )
    return held[0]


def _chain(wallet: Wallet, chain_id: int) -> Chain:
    if (chain := wallet.chains(chain_id)) is None:
        raise UnknownNetwork(
            f"chain {chain_id} is not known to this wallet any more", hint="holdfast chain use URL"
        )
    return chain


def _intent(wallet: Wallet, arguments: Mapping[str, Any]) -> Intent:
    """The open transaction whose id, or hash, begins so; the only one, where nothing is said."""
    given = arguments.get("transaction", "").lower()
    opened = list(wallet.sending.outbox.store.all())
    if not opened:
        raise NoSuchEntry("no transaction is open", hint="holdfast history shows what was done")
    found = [
        intent
        for intent in opened
        if intent.id.startswith(given)
        or any(hexadecimal(hash_).startswith(given) for hash_ in intent.hashes)
    ]
    if not found:
        ids = ", ".join(intent.id[:8] for intent in opened)
        raise NoSuchEntry(f"no open transaction is called {given!r}", hint=f"open: {ids}")
    if len(found) > 1:
        ids = ", ".join(intent.id[:8] for intent in found)
        raise Ambiguous("several transactions are open", hint=f"name one: {ids}")
    return found[0]


def _signer_of(wallet: Wallet, address: str) -> DigestSigner:
    for own in dids(wallet.vault):
        if own.did.method == "ethr" and account_address(wallet.vault, own.number) == address:
            return wallet.vault.digest_signer(KeyPath.ethr(own.number))
    raise BadInput(f"the key of {address} is not in this wallet")
