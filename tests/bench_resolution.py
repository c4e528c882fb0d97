"""What resolving a did:ethr costs, as a table: round trips to the chain, and milliseconds.

    python -P tests/bench_resolution.py [changes ...]

`walk`: a node that answers for one block at a time. `query`: one that looks up logs by what they
are about. `kept`: the same, once all that is final was kept. The chain is an embedded one behind a
server on this machine; whoever asks a node further away adds its delay to each round trip.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.hexadecimal import data, read_quantity
from did.chain.history import MemoryHistory
from did.chain.node import NodeChain
from did.chain.refusal import RequestRefused
from did.chain.registry import set_attribute
from did.chain.sending.transaction import UnsignedTransaction, sign
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.ethr import Ethr, ethr_did

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from did.chain import Chain
    from did.chain.history import HistoryStore

CHANGES: Final = (1, 10, 1000)
RUNS: Final = 3


@dataclass(slots=True, weakref_slot=True, eq=False)
class Counting:
    """A chain as one of its nodes gives it. `one_block` says whether it refuses wider ranges."""

    inner: Chain
    one_block: bool = False
    trips: int = 0

    @property
    def chain_id(self) -> int:
        """As the chain has it."""
        return self.inner.chain_id

    @property
    def registry(self) -> str:
        """As the chain has it."""
        return self.inner.registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        """Passed on, unless it asks for the logs of too many blocks."""
        self.trips += 1
        if self.one_block and method == "eth_getLogs":
            first, last = (read_quantity(params[0][name]) for name in ("fromBlock", "toBlock"))
            if first != last:
                raise RequestRefused("no ranges of blocks here")
        return self.inner.request(method, params)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        """Passed on."""
        self.trips += 1
        return self.inner.request_many(calls)


@dataclass(frozen=True, slots=True)
class Figure:
    """What resolving once costs."""

    trips: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """The cost of resolving a DID that was changed so often."""

    changes: int
    walk: Figure
    query: Figure
    kept: Figure


def resolution_table(changes: Sequence[int] = CHANGES) -> tuple[Row, ...]:
    """A row for each number of changes: each in a block of its own."""
    keys = [Secp256k1PrivateKey((0xBE_0000 + number).to_bytes(32, "big")) for number in changes]
    with _served(keys) as (chain, node):
        for key, count in zip(keys, changes, strict=True):
            _change(chain, key, count)
        return tuple(_row(node, key, count) for key, count in zip(keys, changes, strict=True))


def _row(node: Chain, key: Secp256k1PrivateKey, count: int) -> Row:
    account, kept = address(key.public_key), MemoryHistory()
    walker = Counting(node, one_block=True)
    _resolve(walker, account)  # so that the node's limit is known
    walk = _measured(walker, account)
    query = _measured(Counting(node), account)
    _resolve(Counting(node), account, kept)
    return Row(count, walk, query, _measured(Counting(node), account, kept))


def _measured(chain: Counting, account: str, kept: HistoryStore | None = None) -> Figure:
    """The trips of one run, and the median of the times of a few."""
    times = []
    for _ in range(RUNS):
        chain.trips = 0
        start = time.perf_counter()
        _resolve(chain, account, kept)
        times.append(1000 * (time.perf_counter() - start))
    return Figure(chain.trips, statistics.median(times))


def _resolve(chain: Counting, account: str, kept: HistoryStore | None = None) -> None:
    method = Ethr({chain.chain_id: chain}, histories=kept)
    document, _ = method.resolve(ethr_did(account, chain.chain_id), {})
    assert document.services  # or the figures would be of nothing


@contextmanager
def _served(keys: Sequence[Secp256k1PrivateKey]) -> Iterator[tuple[EmbeddedChain, NodeChain]]:
    accounts = {address(key.public_key): 10**21 for key in keys}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.db"
        with (
            EmbeddedChain.create(path, accounts=accounts) as chain,
            serve(chain, port=0) as server,
        ):
            node = NodeChain(server.url, registry=chain.registry, chain_id=chain.chain_id)
            yield chain, node
            node.close()


def _change(chain: EmbeddedChain, key: Secp256k1PrivateKey, count: int) -> None:
    sender = address(key.public_key)
    call = set_attribute(
        bytes.fromhex(sender[2:]), "did/svc/Hub", b"https://hub.example", validity=31_536_000
    )
    for nonce in range(count):
        unsigned = UnsignedTransaction(
            chain_id=chain.chain_id,
            sender=sender,
            to=chain.registry,
            nonce=nonce,
            gas=100_000,
            max_fee_per_gas=10**11,
            max_priority_fee_per_gas=0,
            value=0,
            data=call,
        )
        chain.request("eth_sendRawTransaction", [data(sign(unsigned, key))])


def main() -> None:
    """Measure and print."""
    rows = resolution_table([int(text) for text in sys.argv[1:]] or CHANGES)
    sys.stdout.write("| changes | walk | query | kept |\n| ---: | ---: | ---: | ---: |\n")
    for row in rows:
        cells = (
            f"{figure.trips} trips, {figure.milliseconds:.0f} ms"
            for figure in (row.walk, row.query, row.kept)
        )
        sys.stdout.write(f"| {row.changes} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
