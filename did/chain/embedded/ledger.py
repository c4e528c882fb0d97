"""An embedded chain's parts as its JSON-RPC methods use them: file, clock, an EVM if needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from did.chain.embedded.blocks import Header
from did.chain.embedded.state import Account, read_account
from did.chain.recursion import recursion_limit
from did.chain.refusal import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from did.chain.embedded.evm import Machine
    from did.chain.embedded.store import BlockRow, Store


class Ledger:
    """What is asked of it is asked inside the store's `reading` or `writing`."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """`clock` says when it is."""
        self.store: Final = store
        self._clock: Final = clock

    @cached_property
    def machine(self) -> Machine:
        """What runs code."""
        # Deferred: py-evm takes a second to load, and who only reads runs no code.
        with recursion_limit():
            from did.chain.embedded.evm import Machine  # noqa: PLC0415

        return Machine(self.store)

    def now(self) -> int:
        """The time, in seconds since 1970."""
        return int(self._clock().timestamp())

    def head(self) -> Header:
        """The header of the last block."""
        return self.header(self.store.head())

    def header(self, number: int) -> Header:
        """The header of a block. Raises `RequestRefused` where the chain is not that long."""
        return Header.of(self.block(number))

    def block(self, number: int) -> BlockRow:
        """A block. Raises `RequestRefused` where the chain is not that long."""
        if (block := self.store.block(number)) is None:
            raise RequestRefused(f"block {number} is not there: the last is {self.store.head()}")
        return block

    def account(self, address: bytes, header: Header) -> Account:
        """An account as it was after that block."""
        return read_account(self.store.get, header.state_root, address)
