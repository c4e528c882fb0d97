"""Which nonce a transaction gets: the next that neither the chain nor an open intent has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from did.chain.hexadecimal import read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from did.chain import Chain
    from did.chain.sending.intents import Intent
    from did.chain.sending.transaction import UnsignedTransaction


def numbered(
    chain: Chain, unsigned: UnsignedTransaction, intents: Iterable[Intent]
) -> tuple[UnsignedTransaction, int | None]:
    """The transaction with a nonce that is free, its own or else the first; and what is missing.

    That is the first nonce before its own which nothing has, so that it will wait; or None.

    Raises:
        ChainError, Unreachable: see `Chain.request`.
    """
    counted = _counted(chain, unsigned.sender)
    taken = _taken(intents, unsigned.sender)
    first = _first_free(counted, taken)
    if unsigned.nonce < counted or unsigned.nonce in taken:
        return replace(unsigned, nonce=first), None
    return unsigned, first if first < unsigned.nonce else None


def missing_nonce(chain: Chain, intent: Intent, intents: Iterable[Intent]) -> int | None:
    """The first nonce before the intent's that nothing has, so that it waits; or None.

    Raises:
        ChainError, Unreachable: see `Chain.request`.
    """
    nonce = _first_free(_counted(chain, intent.sender), _taken(intents, intent.sender))
    return nonce if nonce < intent.nonce else None


def _counted(chain: Chain, account: str) -> int:
    """How many transactions of the account the chain has, those that wait for a block included."""
    count = chain.request("eth_getTransactionCount", [account, "pending"])
    return read_quantity(count, "the nonce")


def _taken(intents: Iterable[Intent], account: str) -> set[int]:
    return {intent.nonce for intent in intents if intent.sender == account}


def _first_free(counted: int, taken: set[int]) -> int:
    while counted in taken:
        counted += 1
    return counted
