"""How it stands with what was signed, and what is done about it: one look at an intent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from did.chain.deployment import registry_address
from did.chain.hexadecimal import data, read_address
from did.chain.sending.inclusion import (
    Included,
    Overtaken,
    Receipt,
    Waiting,
    is_known,
    look,
    read_receipt,
)
from did.chain.sending.intents import Intent, State
from did.chain.sending.transaction import broadcast
from did.errors import TransactionFailed, Unreachable

if TYPE_CHECKING:
    from did.chain import Chain


CONFIRMATIONS: Final = 2
"""How many blocks must have a transaction behind them on a public chain, its own included.

Blocks that are given up are nearly always heads that nobody had built upon. With one block upon it
a document can be relied on; who pays out money for it may want more, and says so.
"""


class Outcome(StrEnum):
    """What was found, or done."""

    DONE = "done"
    """It is in the chain, deep enough, and did what it should."""
    CANCELLED = "cancelled"
    """What took its place is: it never counts."""
    FAILED = "failed"
    """It is in the chain and was reverted: its nonce and its gas are spent."""
    LOST = "lost"
    """Another transaction, signed elsewhere, used its nonce: it never counts."""
    CONFIRMING = "confirming"
    """It is in a block that is not deep enough yet."""
    PENDING = "pending"
    """A node has it and waits for a block to put it in."""
    RESENT = "resent"
    """The node did not know it, and was sent it again."""
    REORGANISED = "reorganised"
    """The block that it was in is none of the chain's any more: it waits again."""
    REFUSED = "refused"
    """The node did not know it and does not take it. It stays, and may count later."""
    UNKNOWN = "unknown"
    """The chain could not be asked."""


FINAL: Final = frozenset({Outcome.DONE, Outcome.CANCELLED, Outcome.FAILED, Outcome.LOST})
"""After these, an intent is no longer kept."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How it stands with an intent.

    Attributes:
        intent: the intent, with the state that it has now.
        outcome: what was found, or done.
        receipt: what the chain says of it, if it is `DONE` or `CANCELLED`.
        confirmations: how many blocks there are from its own to the head, where it is in one.
        reason: why, in the words of the chain, where it is `FAILED`, `REFUSED` or `UNKNOWN`.
    """

    intent: Intent
    outcome: Outcome
    receipt: Receipt | None = None
    confirmations: int = 0
    reason: str | None = None

    @property
    def final(self) -> bool:
        """Whether nothing more can become of it."""
        return self.outcome in FINAL


def default_confirmations(chain: Chain) -> int:
    """1 on an embedded chain, which makes a block for each transaction and gives none up; else 2.

    An embedded chain is known by its registry's address, where no other chain can have one.
    """
    embedded = read_address(chain.registry) == registry_address(chain.chain_id)
    return 1 if embedded else CONFIRMATIONS


def step(chain: Chain, intent: Intent, *, confirmations: int) -> Settled:
    """Looks how it stands, and sends again what the chain does not know.

    Raises:
        ChainError, Unreachable: see `Chain.request`.
    """
    match look(chain, intent.transactions, confirmations=confirmations):
        case Included() as found:
            return _included(chain, intent, found, confirmations)
        case Overtaken():
            return Settled(intent, Outcome.LOST)
        case Waiting(known=True):
            return _waiting(intent)
        case Waiting():
            return _again(chain, intent, confirmations)
        case other:
            assert_never(other)


def receipt_of(found: Settled) -> Receipt:
    """The receipt of what is `final`. Raises `TransactionFailed` where it is not as it should."""
    if found.receipt is not None:
        return found.receipt
    if found.outcome is Outcome.LOST:
        raise TransactionFailed(
            f"another transaction used nonce {found.intent.nonce} of {found.intent.sender}",
            hint="is the account in use in another wallet? nothing of this one was done",
        )
    raise TransactionFailed(found.reason or "the transaction failed")


def impatient(found: Settled, *, wanted: int) -> Unreachable:
    """What is said where patience ended before `wanted` confirmations were there."""
    hint = "it is written down, and is looked for when the wallet is next opened"
    if (seen := found.intent.seen) is not None:
        return Unreachable(
            f"the transaction {data(seen.transaction)} is in block {seen.block}, and has "
            f"{found.confirmations} of {wanted} confirmations",
            hint=hint,
        )
    name = data(found.intent.last.hash)
    reason = f": {found.reason}" if found.reason else ""
    return Unreachable(f"the transaction {name} has no receipt yet{reason}", hint=hint)


def _included(chain: Chain, intent: Intent, found: Included, confirmations: int) -> Settled:
    seen = replace(intent, state=State.INCLUDED, seen=found.place)
    depth = found.confirmations
    if depth < confirmations:
        return Settled(seen, Outcome.CONFIRMING, confirmations=depth)
    try:
        receipt = read_receipt(chain, found.transaction, found.receipt)
    except TransactionFailed as error:
        return Settled(seen, Outcome.FAILED, confirmations=depth, reason=str(error))
    cancelled = intent.cancels(found.transaction.hash)
    outcome = Outcome.CANCELLED if cancelled else Outcome.DONE
    return Settled(seen, outcome, receipt, depth)


def _waiting(intent: Intent, outcome: Outcome = Outcome.PENDING) -> Settled:
    waits = replace(intent, state=State.SENT, seen=None)
    return Settled(waits, outcome if intent.seen is None else Outcome.REORGANISED)


def _again(chain: Chain, intent: Intent, confirmations: int) -> Settled:
    """The same bytes once more, which can change nothing that was agreed to."""
    refused = broadcast(chain, intent.last.raw)
    if refused is not None and not is_known(chain, intent.last):
        if any(is_known(chain, earlier) for earlier in intent.transactions[:-1]):
            return replace(_waiting(intent), reason=str(refused))
        unseen = replace(intent, state=State.SIGNED, seen=None)
        return Settled(unseen, Outcome.REFUSED, reason=str(refused))
    found = look(chain, intent.transactions, confirmations=confirmations)
    if isinstance(found, Included):  # some chains make a block at once
        return _included(chain, intent, found, confirmations)
    return _waiting(intent, Outcome.RESENT)
