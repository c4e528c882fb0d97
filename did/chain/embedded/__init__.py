"""A chain of one's own: a real EVM and all that happened on it, in one file of the wallet's folder.

Its blocks, transactions, gas, receipts and logs are what they are on any chain of Ethereum's kind.
A block is made for each transaction, at once. Nobody but the file's owner can add to it, and
whoever has a copy can check it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain.anchoring.anchors import CONTRACT as ANCHOR
from did.chain.anchoring.anchors import anchor_address
from did.chain.deployment import registry_address
from did.chain.embedded.creation import created
from did.chain.embedded.ledger import Ledger
from did.chain.embedded.rpc import METHODS
from did.chain.embedded.store import Store
from did.chain.hexadecimal import read_address
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.chain.rlp import InvalidRLP
from did.contracts import contract
from did.errors import ChainError
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_LEAST_ID: Final = 2**31
_IDS: Final = 2**51 - _LEAST_ID
"""Above the ids of public chains, and low enough for JavaScript and for EIP-155's `v`."""


def _now() -> datetime:
    return datetime.now(UTC)


class EmbeddedChain:
    """An open chain file. Threads may share it; processes may share the file."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = _now) -> None:
        """`store` holds a chain; `clock` says when it is."""
        self._ledger: Final = Ledger(store, clock)
        self._registry: Final = checksummed(store.registry)

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        accounts: Mapping[str, int],
        chain_id: int | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> Self:
        """A new chain in a new file, with what `accounts` own, in wei.

        It has a registry of DIDs and an anchor contract from the start.

        Its id is drawn by lot, so that no two people's chains and no public one share it.

        Raises:
            ChainError: there is something at `path`, the disk refuses, or an account is none.
        """
        number = secrets.randbelow(_IDS) + _LEAST_ID if chain_id is None else chain_id
        balances = {read_address(address): wei for address, wei in accounts.items()}
        registry = registry_address(number)
        codes = {
            registry: contract("did_registry").runtime,
            anchor_address(number): contract(ANCHOR).runtime,
        }
        with created(path, chain_id=number, registry=registry) as store:
            ledger = Ledger(store, clock)
            ledger.machine.begin(
                balances=balances,
                codes=codes,
                timestamp=ledger.now(),
            )
        return cls.open(path, clock=clock)

    @classmethod
    def open(
        cls, path: Path, *, clock: Callable[[], datetime] = _now, read_only: bool = False
    ) -> Self:
        """The chain in the file at `path`.

        Raises:
            ChainError: there is none, or it is of another version.
        """
        return cls(Store(path, read_only=read_only), clock=clock)

    @property
    def chain_id(self) -> int:
        """The number that transactions for this chain are bound to (EIP-155)."""
        return self._ledger.store.chain_id

    @property
    def ledger(self) -> Ledger:
        """The chain's parts, for who reads all of it."""
        return self._ledger

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self._registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        """The result of a JSON-RPC method, as JSON.

        Raises:
            RequestRefused: the method is not known, its parameters are none, or the rules of the
                chain do not allow what it asks.
            ChainBusy: another process is writing.
            ChainError: the file cannot be used.
        """
        if (answer := METHODS.get(method)) is None:
            raise RequestRefused(f"there is no method {method!r:.80}", number=METHOD_NOT_FOUND)
        try:
            return answer(self._ledger, params)
        except InvalidRLP as error:
            raise ChainError(f"the chain's file is damaged: {error}") from error

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        """The results of several methods, in order. Raises as `request` does, for the first."""
        return tuple(self.request(method, params) for method, params in calls)

    def close(self) -> None:
        """Close the file. It can be closed twice."""
        self._ledger.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
