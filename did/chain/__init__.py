"""The chains on which DID documents are anchored: all speak JSON-RPC, wherever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from did.chain.hexadecimal import read_address, read_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence


class Chain(Protocol):
    """A chain that has a registry of DIDs (ERC-1056)."""

    @property
    def chain_id(self) -> int:
        """The number that transactions for this chain are bound to (EIP-155)."""
        ...

    @property
    def registry(self) -> str:
        """The registry's address there."""
        ...

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        """The result of a JSON-RPC method of Ethereum's execution APIs, as JSON.

        Raises:
            RequestRefused: the chain answered with an error.
            Unreachable: it did not answer.
            ChainError: it answered with what is no answer.
        """
        ...

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        """The results of several methods, in the order of `calls`: each a method and its params.

        A node is asked all of them in one round trip, if it lets itself be.

        Raises:
            RequestRefused, Unreachable, ChainError: as `request` does, for the first that fails.
        """
        ...


@runtime_checkable
class ManyNodes(Protocol):
    """What asks several nodes of one chain: whoever doubts one of them can ask another."""

    @property
    def nodes(self) -> tuple[Chain, ...]:
        """Each node as a chain of its own."""
        ...


def balance(chain: Chain, address: str) -> int:
    """What the account owns now, in wei. Raises `ChainError` or `Unreachable`."""
    read_address(address)
    return read_quantity(chain.request("eth_getBalance", [address, "latest"]), "the balance")
