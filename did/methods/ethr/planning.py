"""Working out what operations will make of a did:ethr's document, and the transactions they take.

The document to come is made by the same `Account` that resolving uses, with the changes planned
added at the time of the block to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from did.chain import balance
from did.chain.hexadecimal import read_address, read_quantity
from did.chain.refusal import RequestRefused
from did.chain.registry import history
from did.chain.registry.changes import read_time
from did.chain.sending.fees import require_funds
from did.chain.sending.transaction import prepare
from did.difference import difference
from did.document import Document
from did.errors import ChainError, NotFound, UnknownNetwork, quoted
from did.keys.secp256k1 import checksummed
from did.methods.ethr.document import account_after
from did.methods.ethr.identifier import Subject
from did.methods.ethr.operations import (
    ChangeOwner,
    Deactivate,
    Operation,
    RevokeAttribute,
    RevokeDelegate,
    call_of,
)
from did.methods.ethr.resolution import now_utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.chain.sending.transaction import UnsignedTransaction
    from did.difference import Difference
    from did.identifier import DID


@dataclass(frozen=True, slots=True)
class Outlook:
    """What operations will make of a DID's document. `owner` is who may do them, 20 bytes.

    Both documents are as of the block to come, so that nothing differs but what is planned.
    """

    did: DID
    subject: Subject
    owner: bytes
    before: Document
    after: Document


@dataclass(frozen=True, slots=True)
class Planned:
    """Operations on a DID, what they make of its document, and their transactions in order."""

    did: DID
    operations: tuple[Operation, ...]
    before: Document
    after: Document
    transactions: tuple[UnsignedTransaction, ...]

    @property
    def unsigned(self) -> UnsignedTransaction:
        """The transaction of a plan of one operation."""
        (only,) = self.transactions
        return only

    @property
    def cost(self) -> int:
        """The most that all of it can cost the sender, in wei."""
        return sum(transaction.cost for transaction in self.transactions)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What changes in the document, for a person to see."""
        return difference(self.before, self.after)


def plan(
    chain: Chain,
    did: DID,
    operations: Operation | Sequence[Operation],
    *,
    sender: str | None = None,
    histories: HistoryStore | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> Planned:
    """What the operations take and make, if the DID's owner sends them.

    The registry takes one operation a transaction: several are several, with nonces in a row.

    Raises:
        InvalidDID, UnknownNetwork: `did` is no did:ethr, or is on another chain.
        ChainError: `sender` does not own the DID, it was deactivated, nothing would change, or the
            chain gave no answer that can be relied on.
        InsufficientFunds, TransactionFailed: the sender cannot pay, or the registry would refuse.
        Unreachable: the chain did not answer.
    """
    wanted = tuple(operations) if isinstance(operations, Sequence) else (operations,)
    seen = outlook(chain, did, wanted, histories=histories, clock=clock)
    owner = checksummed(seen.owner)
    if sender is not None and read_address(sender, "the sender") != seen.owner:
        raise ChainError(
            f"{did} is not owned by {sender}", hint=f"its owner {owner} can change it, nobody else"
        )
    transactions: list[UnsignedTransaction] = []
    for operation in wanted:
        nonce = transactions[-1].nonce + 1 if transactions else None
        call = call_of(operation, seen.subject.account)
        unsigned = prepare(chain, sender=owner, to=chain.registry, data=call, nonce=nonce)
        transactions.append(unsigned)
    planned = Planned(did, wanted, seen.before, seen.after, tuple(transactions))
    if len(transactions) > 1:  # each alone could be paid for, or `prepare` would have said so
        owned = balance(chain, owner)
        require_funds(chain, owner, needed=planned.cost, owned=owned, exact=True)
    return planned


def outlook(
    chain: Chain,
    did: DID,
    operations: Sequence[Operation],
    *,
    histories: HistoryStore | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> Outlook:
    """What the operations would make of the DID's document, whoever sends them.

    Raises: as `plan`, but for what concerns the sender.
    """
    subject = subject_on(chain, did)
    changes = history(chain, subject.account, histories=histories)
    block, time = _to_come(chain, clock)
    account = account_after(did, subject, changes, now=time)
    if account.deactivated:
        raise ChainError(f"{did} was deactivated, which is for good")
    if not operations:
        raise ChainError("nothing is to be changed")
    owner, before = account.controller, Document.parse(account.document())
    after = before
    for operation in operations:
        if account.controller != owner or account.deactivated:
            raise ChainError("after a change of its owner, somebody else changes the DID")
        previous = changes[-1].block if changes else 0
        changes = (*changes, operation.change(block, time, previous))
        account.add(changes[-1], now=time)
        step = Document.parse(account.document())
        if step.raw == after.raw:
            raise ChainError(f"{_named(operation)} would leave the document of {did} as it is")
        after = step
    return Outlook(did, subject, owner, before, after)


def revocation(
    chain: Chain,
    did: DID,
    id_: str,
    *,
    histories: HistoryStore | None = None,
    clock: Callable[[], datetime] = now_utc,
) -> RevokeAttribute | RevokeDelegate:
    """What takes back the key, delegate or service of that absolute DID URL.

    Raises:
        NotFound: the DID's document has none, or it is the owner's own key.
        InvalidDID, UnknownNetwork, ChainError, Unreachable: as `plan`.
    """
    subject = subject_on(chain, did)
    changes = history(chain, subject.account, histories=histories)
    _, time = _to_come(chain, clock)
    account = account_after(did, subject, changes, now=time)
    entries = {} if account.deactivated else {**account.keys, **account.services}
    for said, entry in entries.items():
        if entry["id"] == id_:
            kind, name, value = said
            text = name.rstrip(b"\0").decode()
            return (
                RevokeDelegate(text, value) if kind == b"delegate" else RevokeAttribute(text, value)
            )
    raise NotFound(f"the document of {did} has no {quoted(id_)} that could be taken back")


def subject_on(chain: Chain, did: DID) -> Subject:
    """Whom `did` is about. Raises `InvalidDID`, `UnknownNetwork` where it is on another chain."""
    subject = Subject.of(did)
    if subject.chain_id != chain.chain_id:
        raise UnknownNetwork(f"{did} is on chain {subject.chain_id}, not on {chain.chain_id}")
    return subject


def _to_come(chain: Chain, clock: Callable[[], datetime]) -> tuple[int, int]:
    """The number of the block to come, and when it will be made at the earliest."""
    try:
        block = chain.request("eth_getBlockByNumber", ["pending", False])
    except RequestRefused:  # not every node has a block to come
        block = None
    if not isinstance(block, Mapping) or block.get("number") is None:
        block = chain.request("eth_getBlockByNumber", ["latest", False])
    if not isinstance(block, Mapping):
        raise ChainError("the chain has no last block")
    number = read_quantity(block.get("number"), "the number of a block")
    return number + 1, max(read_time(block.get("timestamp")), int(clock().timestamp()))


def _named(operation: Operation) -> str:
    match operation:
        case ChangeOwner() | Deactivate():
            return "the change of owner"
        case _:
            return operation.function.partition("(")[0]
