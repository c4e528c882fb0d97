"""Several nodes of one chain, asked in turn: where one does not answer, the next one does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from did.chain.hexadecimal import data, read_data
from did.chain.jsonrpc import LIMIT_EXCEEDED
from did.chain.node import SEND, NodeChain, NotAsked, OtherChain
from did.chain.refusal import RequestRefused
from did.errors import ChainError, Unreachable
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from did.chain.jsonrpc import Call

_Answer = TypeVar("_Answer")

_ALREADY: Final = re.compile(
    "already known|known transaction|already imported|already exists", re.IGNORECASE
)
"""What nodes of different makes say of a transaction that they were given before."""


class Nodes:
    """A chain that several nodes speak for. The one that answered last is asked first."""

    def __init__(self, chains: Sequence[NodeChain]) -> None:
        """`chains` are one chain, and one registry on it, by the nodes in order of preference.

        Raises:
            ChainError: there is none, or they are not the same chain.
        """
        if not chains:
            raise ChainError("no node of the chain is named", hint="add a node's address")
        first = chains[0]
        for other in chains:
            if (other.chain_id, other.registry) != (first.chain_id, first.registry):
                raise ChainError(
                    f"{other.name} is a node of chain {other.chain_id} with the registry"
                    f" {other.registry}, and {first.name} of {first.chain_id} with"
                    f" {first.registry}",
                    hint="name only nodes of one chain together",
                )
        self._nodes: Final = tuple(chains)
        self._at = 0

    @property
    def nodes(self) -> tuple[NodeChain, ...]:
        """Each node as a chain of its own, in order of preference."""
        return self._nodes

    @property
    def chain_id(self) -> int:
        """The number that transactions for this chain are bound to (EIP-155)."""
        return self._nodes[0].chain_id

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self._nodes[0].registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        """The result of a JSON-RPC method, as JSON, from the first node that answers.

        Raises:
            RequestRefused: a node answered with an error.
            Unreachable: none answered. A transaction that was sent may have been taken all the
                same, unless the error is `NotAsked`.
            ChainError: the only node answered with what is no answer. `OtherChain`: a node speaks
                for another chain, which is a mistake to be mended and not one to be passed over.
        """
        if method == SEND:
            return self._send(params)
        return self._first(lambda node: node.request(method, params), busy=method != "eth_getLogs")

    def request_many(self, calls: Sequence[Call], /) -> tuple[Any, ...]:
        """The results of several methods, in order, all from one node. Raises as `request` does.

        Where one of them is a transaction, each method is asked by itself.
        """
        if any(method == SEND for method, _ in calls):
            return tuple(self.request(method, params) for method, params in calls)
        busy = all(method != "eth_getLogs" for method, _ in calls)
        return self._first(lambda node: node.request_many(calls), busy=busy)

    def close(self) -> None:
        """Close the connections that are kept."""
        for node in self._nodes:
            node.close()

    def _first(self, ask: Callable[[NodeChain], _Answer], *, busy: bool) -> _Answer:
        """The answer of the first node that gives one.

        `busy`: an error that speaks of limits is a busy node's; or it is a question too big for
        any, which whoever asked it has to divide.
        """
        failures: list[ChainError | Unreachable] = []
        for turn, node in self._turns():
            try:
                answer = ask(node)
            except OtherChain:
                raise
            except RequestRefused as error:
                if not busy or error.number != LIMIT_EXCEEDED:
                    self._at = turn
                    raise
                failures.append(error)
            except (ChainError, Unreachable) as error:
                failures.append(error)
            else:
                self._at = turn
                return answer
        raise _together(failures)

    def _send(self, params: Sequence[Any]) -> Any:
        """Hands a transaction to the first node that takes it.

        A node that did not answer may have taken it, and passed it on to the next one here. What
        that one refuses as known, or as used up, is then on its way: its hash is the answer.
        """
        failures: list[ChainError | Unreachable] = []
        for turn, node in self._turns():
            try:
                answer = node.request(SEND, params)
            except OtherChain:
                raise
            except RequestRefused as error:
                if (name := _known(node, params, error)) is not None:
                    self._at = turn
                    return name
                if error.number == LIMIT_EXCEEDED or not _all_unasked(failures):
                    failures.append(error)
                    continue
                self._at = turn
                raise
            except (ChainError, Unreachable) as error:
                failures.append(error)
            else:
                self._at = turn
                return answer
        raise _together(failures)

    def _turns(self) -> list[tuple[int, NodeChain]]:
        turns = list(enumerate(self._nodes))
        return turns[self._at :] + turns[: self._at]


def _known(node: NodeChain, params: Sequence[Any], error: RequestRefused) -> str | None:
    """The hash of a transaction that the node refuses to take and knows already."""
    try:
        name = data(keccak256(read_data(params[0])))
        if _ALREADY.search(str(error)):
            return name
        found = node.request("eth_getTransactionByHash", [name])
    except (ChainError, Unreachable, LookupError):
        return None
    return None if found is None else name


def _all_unasked(failures: list[ChainError | Unreachable]) -> bool:
    """Whether nothing came of any of the tries."""
    return all(isinstance(failure, NotAsked | RequestRefused) for failure in failures)


def _together(failures: list[ChainError | Unreachable]) -> ChainError | Unreachable:
    """One error for all the nodes' failures: the only one as it is."""
    if len(failures) == 1:
        return failures[0]
    said = "; ".join(str(failure) for failure in failures)
    kind = NotAsked if _all_unasked(failures) else Unreachable
    return kind(
        f"no node of the chain answers: {said}",
        hint="check the network, try again later, or name another node",
    )
