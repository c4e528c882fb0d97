"""What a change of a did:ethr takes: transactions, shown before they are signed, and never lost.

Each is written down before it is sent (`did.chain.sending.outbox`). Where another account pays,
the owner signs the operation, and the payer the transaction that carries it (ERC-1056, "Signed").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from did.chain import balance
from did.chain.amounts import ether
from did.chain.hexadecimal import data as hexadecimal
from did.chain.hexadecimal import read_quantity
from did.chain.sending.fees import suggested_fees
from did.chain.sending.settling import default_confirmations
from did.difference import difference
from did.methods.ethr import plan_signature, plan_signed, sign_operation
from did.methods.ethr.operations import call_of
from did.methods.ethr.planning import outlook
from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.registrar import Changed, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from did.cache import DocumentStore
    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.chain.sending.inclusion import Receipt
    from did.chain.sending.outbox import NonceGap, Outbox, Settled
    from did.chain.sending.progress import Progress
    from did.chain.sending.transaction import UnsignedTransaction
    from did.document import Document
    from did.identifier import DID
    from did.keys import DigestSigner
    from did.methods import ethr
    from did.methods.ethr import Operation, UnsignedOperation
    from did.methods.ethr.planning import Outlook
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.registrars.registrar import Facts

ON_CHAIN = say("what is written on a chain stays there for everybody to read")

_SIGNED_GAS = 40_000
"""What carrying out a signed operation takes beyond the owner's own call, in gas, at most: the
check of the signature and the first count of an owner's signatures, with a margin."""

_ROOM = 2
"""By how much the price of a unit of gas may rise until it is sent, and no more is paid."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending needs of the wallet.

    Attributes:
        outbox: where each transaction is written down before it is sent.
        histories: what is kept for good of the changes of DIDs.
        documents: where documents are kept for a while, which a change makes old.
        clock: the time.
        notify: tells the person how it goes meanwhile.
    """

    outbox: Outbox
    histories: HistoryStore
    documents: DocumentStore
    clock: Callable[[], datetime]
    notify: Callable[[Message], None]

    def send(
        self, chain: Chain, unsigned: UnsignedTransaction, signer: DigestSigner, did: DID
    ) -> Receipt:
        """Sign, write down, send, and wait until the chain has it deep enough.

        Raises: as `Outbox.send`.
        """
        summary = unsigned.summary()
        purpose = {"did": str(did), "call": summary.function or "payment"}
        try:
            return self.deliver(chain, unsigned, signer, purpose)
        finally:
            self.documents.drop_document(str(did), "")

    def deliver(
        self,
        chain: Chain,
        unsigned: UnsignedTransaction,
        signer: DigestSigner,
        purpose: Mapping[str, str],
    ) -> Receipt:
        """The same for a transaction that is about no DID. `purpose` says what it is for."""
        progress = self.progress(chain)
        return self.outbox.send(chain, unsigned, signer, purpose=purpose, progress=progress)

    def progress(self, chain: Chain) -> Progress:
        """What tells the person how it goes.

        A chain of one's own makes a block at once: there is nothing to wait for, or to tell.
        """
        return self._tell if default_confirmations(chain) > 1 else _silent

    def outlook(self, chain: Chain, did: DID, operations: Sequence[Operation]) -> Outlook:
        """What the operations would make of the document now. Raises as `ethr.plan`."""
        return outlook(chain, did, operations, histories=self.histories, clock=self.clock)

    def _tell(self, event: Settled | NonceGap) -> None:
        if (message := progress_message(event)) is not None:
            self.notify(message)


def _silent(_: object) -> None:
    """Nothing is told."""


def progress_message(event: Settled | NonceGap) -> Message | None:
    """How it stands with a transaction, as a sentence; None where there is nothing to tell yet."""
    outcome = getattr(event, "outcome", None)
    name = hexadecimal(event.intent.last.hash)
    match outcome:
        case None:
            missing = getattr(event, "missing", 0)
            sentence = "{name} waits for nonce {missing}, which nothing has used"
            return say(sentence, name=name, missing=missing)
        case "pending" | "resent":
            return say("{name} waits for a block", name=name)
        case "confirming":
            confirmations = getattr(event, "confirmations", 0)
            return say("{name} has so many confirmations: {count}", name=name, count=confirmations)
        case "reorganised":
            return say("the block of {name} was given up by the chain; it waits again", name=name)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Terms:
    """What comes of it for the wallet, and what a person should know first.

    Attributes:
        after: the DID as it will be kept.
        publishes: whether its signing key can be found on the chain from then on.
        cautions: warnings of this change in particular.
    """

    after: OwnDID
    publishes: bool
    cautions: tuple[Message, ...] = ()

    def changed(self, done: Sequence[Receipt]) -> Changed:
        """What became of it, by the receipts."""
        last = done[-1]
        data: Mapping[str, Any] = {
            "transaction": last.transaction_hash,
            "block": last.block,
            "gas_used": sum(receipt.gas_used for receipt in done),
            "transactions": [receipt.transaction_hash for receipt in done],
        }
        published = last.transaction_hash if self.publishes else self.after.published
        return Changed(
            replace(self.after, published=published),
            facts=(
                *((say("Transaction"), receipt.transaction_hash) for receipt in done),
                (say("Block"), str(last.block)),
                (say("Gas used"), str(data["gas_used"])),
            ),
            data=data,
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """Transactions of the DID's owner, one an operation."""

    sending: Sending
    chain: Chain
    plan: ethr.Planned
    signer: DigestSigner
    terms: Terms

    @property
    def facts(self) -> Facts:
        """What changes in the document, the calls, and what they cost at most."""
        return (
            *_changes(self.plan.before, self.plan.after),
            *_place(self.chain),
            (say("From"), self.plan.transactions[0].sender),
            *(fact for unsigned in self.plan.transactions for fact in _call(unsigned)),
            (say("Highest cost"), f"{ether(self.plan.cost)} ETH"),
        )

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What it means that it is on a chain."""
        return (ON_CHAIN, *self.terms.cautions)

    @property
    def binding(self) -> bytes:
        """What is signed for each of them."""
        return b"".join(unsigned.signing_payload for unsigned in self.plan.transactions)

    @property
    def file_name(self) -> str | None:
        """There is no file."""
        return None

    @property
    def cost(self) -> int:
        """What all of them cost at most, in wei."""
        return self.plan.cost

    def perform(self) -> Changed:
        """Send them, one after the other.

        Raises:
            BadInput: the document is no longer the one that the person was shown.
        """
        plan = self.plan
        now = self.sending.outlook(self.chain, plan.did, plan.operations)
        _refuse_changed(now, plan.before)
        done = [
            self.sending.send(self.chain, unsigned, self.signer, plan.did)
            for unsigned in plan.transactions
        ]
        return self.terms.changed(done)


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """Operations that an owner signs and a payer sends: what they change, and cost at most."""

    did: DID
    owner: str
    payer: str
    before: Document
    after: Document
    unsigned: tuple[UnsignedOperation, ...]
    cost: int


def sponsorship(
    sending: Sending, chain: Chain, did: DID, wished: Sequence[Operation], payer: str
) -> Sponsorship:
    """Work out what the owner signs for `payer` to send.

    Raises:
        NotChainBound: what is signed would count on other chains, too.
        BadInput: the payer has too little.
        ChainError, Unreachable: as `plan_signature`.
    """
    plans = [
        plan_signature(chain, did, operation, histories=sending.histories, clock=sending.clock)
        for operation in wished
    ]
    first = plans[0].unsigned
    unsigned = tuple(
        replace(one.unsigned, nonce=first.nonce + number) for number, one in enumerate(plans)
    )
    calls = (call_of(operation, first.identity) for operation in wished)
    cost = sum(_most(chain, first.owner, call) for call in calls)
    if (owned := balance(chain, payer)) < cost:
        raise BadInput(
            f"this needs up to {ether(cost)} ETH at {payer}, which has {ether(owned)} ETH",
            hint=f"send some ether on chain {chain.chain_id} there first",
        )
    seen = sending.outlook(chain, did, wished)
    return Sponsorship(did, first.owner, payer, seen.before, seen.after, unsigned, cost)


@dataclass(frozen=True, slots=True)
class Sponsored:
    """Operations of the DID's owner that another account of the wallet sends and pays for.

    `signers` are the owner's and the payer's.
    """

    sending: Sending
    chain: Chain
    plan: Sponsorship
    signers: tuple[DigestSigner, DigestSigner]
    terms: Terms

    @property
    def facts(self) -> Facts:
        """What changes in the document, who signs, who pays, and how much at most."""
        return (
            *_changes(self.plan.before, self.plan.after),
            *_place(self.chain),
            (say("Signed by"), self.plan.owner),
            (say("Paid by"), self.plan.payer),
            *(
                (say("Call"), one.operation.function.partition("(")[0] + "Signed")
                for one in self.plan.unsigned
            ),
            (say("Highest cost"), f"{ether(self.plan.cost)} ETH"),
        )

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What it means that it is on a chain."""
        return (ON_CHAIN, *self.terms.cautions)

    @property
    def binding(self) -> bytes:
        """What the owner signs, and what the payer pays at most."""
        signed = b"".join(one.signing_payload for one in self.plan.unsigned)
        return signed + f"{self.plan.payer} {self.plan.cost}".encode()

    @property
    def file_name(self) -> str | None:
        """There is no file."""
        return None

    @property
    def cost(self) -> int:
        """What all of them cost at most, in wei."""
        return self.plan.cost

    def perform(self) -> Changed:
        """Sign the operations and send them, one after the other.

        Raises:
            BadInput: the document is no longer the one that the person was shown, or it would cost
                more.
        """
        owner, payer = self.signers
        done, left = [], self.plan.cost
        wished = [one.operation for one in self.plan.unsigned]
        _refuse_changed(self.sending.outlook(self.chain, self.plan.did, wished), self.plan.before)
        for unsigned in self.plan.unsigned:
            planned = plan_signed(
                self.chain,
                self.plan.did,
                sign_operation(unsigned, owner),
                payer=self.plan.payer,
                histories=self.sending.histories,
                clock=self.sending.clock,
            )
            transaction = planned.unsigned
            if transaction.cost > left:
                raise BadInput("it would cost more now than was agreed to", hint="ask again")
            left -= transaction.cost
            done.append(self.sending.send(self.chain, transaction, payer, self.plan.did))
        return self.terms.changed(done)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A change that the chain has already, though the wallet did not see the end of it."""

    after: OwnDID

    @property
    def facts(self) -> Facts:
        """That nothing is sent."""
        return ((say("Cost"), say("none: the chain has this already")),)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """There is nothing to warn of."""
        return ()

    @property
    def binding(self) -> bytes:
        """Nothing is signed."""
        return b""

    @property
    def file_name(self) -> str | None:
        """There is no file."""
        return None

    @property
    def cost(self) -> int:
        """Nothing is sent."""
        return 0

    def perform(self) -> Changed:
        """Keep it as the chain has it."""
        return Changed(self.after)


def _refuse_changed(now: Outlook, shown_before: Document) -> None:
    if now.before.raw != shown_before.raw:
        raise BadInput(f"{now.did} was changed meanwhile", hint="ask again")


def _changes(before: Document, after: Document) -> Facts:
    return shown(difference(before, after))


def _place(chain: Chain) -> Facts:
    return ((say("Chain"), str(chain.chain_id)), (say("Registry"), chain.registry))


def _call(unsigned: UnsignedTransaction) -> Facts:
    summary = unsigned.summary()
    arguments = ", ".join(f"{name}: {value}" for name, value in summary.arguments.items())
    return ((say("Call"), f"{summary.function}({arguments})"),)


def _most(chain: Chain, owner: str, call: bytes) -> int:
    """What carrying out the call can cost at most when another sends it, in wei."""
    message = {"from": owner, "to": chain.registry, "data": hexadecimal(call)}
    gas = read_quantity(chain.request("eth_estimateGas", [message, "pending"]), "the gas")
    return (gas + gas // 8 + _SIGNED_GAS) * suggested_fees(chain).max_fee_per_gas * _ROOM
