"""Several nodes of one chain, asked about one identity: they agree, or that is what is said.

A node that has not yet seen the newest blocks agrees as long as it agrees about those it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from did.chain.hexadecimal import data, read_quantity
from did.chain.registry.reads import changed
from did.errors import ChainError, NodesDisagree, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from did.chain import Chain
    from did.chain.registry.changes import Change, Entry


@dataclass(frozen=True, slots=True)
class View:
    """What a chain, or one node of it, says of an identity: all its changes, in order.

    `last` is the block of the last one as the registry counts. `final` is the number of a block
    that is final, if it was asked for. `rests_on_kept` says that the first entries were kept.
    """

    entries: tuple[Entry, ...]
    last: int
    final: int | None = None
    rests_on_kept: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, the oldest first."""
        return tuple(entry.change() for entry in self.entries)

    @property
    def newest(self) -> int:
        """The number of the block of the newest change, or 0."""
        return self.entries[-1].block if self.entries else 0

    def until(self, block: int) -> tuple[Change, ...]:
        """The changes up to that block."""
        return tuple(entry.change() for entry in self.entries if entry.block <= block)

    def __str__(self) -> str:
        if not self.entries:
            return "knows of no change"
        changes = "1 change" if len(self.entries) == 1 else f"{len(self.entries)} changes"
        return f"knows of {changes}, the last in block {self.newest}"


def agreed(nodes: Sequence[Chain], ask: Callable[[Chain], View], identity: bytes) -> View:
    """What the nodes agree on, as the one that is furthest says it.

    A node that gives no answer is passed over, as long as another gives one.

    Raises:
        NodesDisagree: two of them say different things.
        ChainError, Unreachable: none gives an answer; the error is the first one's.
    """
    views: list[tuple[Chain, View]] = []
    failed: list[tuple[Chain, ChainError | Unreachable]] = []
    for node in nodes:
        try:
            views.append((node, ask(node)))
        except (ChainError, Unreachable) as error:
            failed.append((node, error))
    if not views:
        raise failed[0][1] if failed else Unreachable("the chain has no node")
    ahead, best = max(views, key=lambda one: (one[1].newest, len(one[1].entries)))
    for node, view in views:
        if view.changes != best.changes:
            _require_behind(nodes, node, ahead, ask, identity)
    for node, failure in failed:
        if isinstance(failure, ChainError):
            _require_no_denial(nodes, node, ahead, best, identity)
    return best


def _require_behind(
    nodes: Sequence[Chain],
    one: Chain,
    other: Chain,
    ask: Callable[[Chain], View],
    identity: bytes,
) -> None:
    """Refuse two nodes that differ about blocks that both have. Heads are asked before views."""
    both = min(_head(one), _head(other))
    first, second = ask(one), ask(other)
    if first.until(both) != second.until(both):
        raise _disagreement(
            identity, f"{_name(nodes, one)} {first}", f"{_name(nodes, other)} {second}"
        )


def _require_no_denial(
    nodes: Sequence[Chain], node: Chain, other: Chain, view: View, identity: bytes
) -> None:
    """Refuse where a node that lacks logs still names another last change than it should."""
    try:
        head, last = _head(node), changed(node, identity)
    except (ChainError, Unreachable):
        return
    expected = [entry.counted for entry in view.entries if entry.block <= head]
    if last != (expected[-1] if expected else 0) and last != view.last:
        raise _disagreement(
            identity,
            f"{_name(nodes, node)} names block {last} as that of the last change",
            f"{_name(nodes, other)} {view}",
        )


def _disagreement(identity: bytes, one: str, other: str) -> NodesDisagree:
    return NodesDisagree(
        f"two nodes disagree about {data(identity)}: {one}, and {other}",
        hint="one of them is wrong or on another branch: ask a third one",
    )


def _head(node: Chain) -> int:
    return read_quantity(node.request("eth_blockNumber", []), "the number of the last block")


def _name(nodes: Sequence[Chain], node: Chain) -> str:
    """A node as a message names it: its host, or its place in the list."""
    name = getattr(node, "name", None)
    return name if isinstance(name, str) else f"node {nodes.index(node) + 1}"
