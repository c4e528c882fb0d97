"""Kills a process that writes a chain, many times at any moment, and looks at what it leaves.

`python -P tests/bench_kills.py [KILLS]` prints a table, and fails if anything that was acknowledged
is lost or anything is half written.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from did.chain import abi
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.transcript import export_chain, import_chain
from did.chain.hexadecimal import data
from did.chain.recursion import recursion_limit
from did.chain.registry import set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.keys.secp256k1 import Secp256k1PrivateKey, address

with recursion_limit():
    import did.chain.embedded.evm  # noqa: F401  # what a writer runs with, loaded once for all of them

KILLS: Final = 200
LONGEST: Final = 0.4
"""How long a writer lives at most, in seconds: some are killed before they have written at all."""

KEY: Final = Secp256k1PrivateKey((1).to_bytes(32, "big"))
WRITER: Final = address(KEY.public_key)
SUBJECT: Final = bytes.fromhex(WRITER[2:])


@dataclass
class Tally:
    """What was seen. `ahead`: kills that came between a block's commit and its acknowledgement."""

    kills: int = 0
    before: int = 0
    ahead: int = 0
    blocks: int = 0
    reopened: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main(kills: int) -> int:
    """Kill, look, and print."""
    tally = Tally()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.db"
        EmbeddedChain.create(path, accounts={WRITER: 10**24}).close()
        for _ in range(kills):
            acknowledged = tally.blocks + killed(path)
            look(path, acknowledged, tally)
        failed = remade(path, Path(folder) / "again.db")
        tally.failures += failed
        size = path.stat().st_size
    rows = (
        ("writers killed (SIGKILL)", tally.kills),
        ("of these before their first block", tally.before),
        ("of these between a commit and its acknowledgement", tally.ahead),
        ("blocks on the chain at the end", tally.blocks),
        ("blocks acknowledged and lost, or half written", len(tally.failures)),
        ("the chain made again from its transcript is the same", "no" if failed else "yes"),
        ("opening after a kill, median", milliseconds(statistics.median(tally.reopened))),
        ("opening after a kill, longest", milliseconds(max(tally.reopened))),
        ("the chain's file", f"{size / 1e6:.1f} MB"),
        ("in all", f"{time.perf_counter() - started:.0f} s"),
    )
    for label, figure in rows:
        sys.stdout.write(f"| {label:<52} | {figure!s:>9} |\n")
    for failure in tally.failures:
        sys.stderr.write(f"{failure}\n")
    return 1 if tally.failures else 0


def killed(path: Path) -> int:
    """How many blocks a writer acknowledged before it was killed, at a moment drawn by lot."""
    reading, writing = os.pipe()
    # A fork, so that the moment falls into the writing and not into a second of loading.
    writer = multiprocessing.get_context("fork").Process(target=write, args=(path, writing))
    writer.start()
    os.close(writing)
    time.sleep(random.uniform(0, LONGEST))  # noqa: S311  # any moment will do
    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    with os.fdopen(reading, "rb") as pipe:
        return len(pipe.read())


def write(path: Path, acknowledge: int) -> None:
    """Makes blocks for ever, and writes a byte for each that is there to stay."""
    with EmbeddedChain.open(path) as chain:
        while True:
            call = set_attribute(SUBJECT, "did/svc/Test", os.urandom(40), validity=100)
            unsigned = prepare(chain, sender=WRITER, to=chain.registry, data=call)
            send(chain, sign(unsigned, KEY))
            os.write(acknowledge, b".")


def look(path: Path, acknowledged: int, tally: Tally) -> None:
    """Opens the file as it was left, and writes down what is not as it should be."""
    started = time.perf_counter()
    with EmbeddedChain.open(path) as chain:
        head = int(chain.request("eth_blockNumber"), 16)
        tally.reopened.append(time.perf_counter() - started)
        tally.failures += [f"kill {tally.kills}: {what}" for what in wrong(chain, acknowledged)]
    tally.kills += 1
    tally.before += acknowledged == tally.blocks == head
    tally.ahead += head == acknowledged + 1
    tally.blocks = head


def wrong(chain: EmbeddedChain, acknowledged: int) -> list[str]:
    """What of the chain does not agree with the rest, or with what its writer said."""
    number = int(chain.request("eth_blockNumber"), 16)
    nonce = int(chain.request("eth_getTransactionCount", [WRITER, "latest"]), 16)
    logs = chain.request("eth_getLogs", [{"fromBlock": hex(max(number - 500, 1))}])
    changed = _call(chain, abi.call("changed(address)", SUBJECT))
    owner = _call(chain, abi.call("identityOwner(address)", SUBJECT))  # runs the EVM at the head
    head = chain.request("eth_getBlockByNumber", [hex(number), False])
    parent = chain.request("eth_getBlockByNumber", [hex(max(number - 1, 0)), False])
    with chain.ledger.store.reading():
        (sound,) = chain.ledger.store._database.execute("pragma integrity_check").fetchone()
    expected = {
        "blocks acknowledged are there": acknowledged <= number <= acknowledged + 1,
        "the account's nonce is the number of blocks": nonce == number,
        "there is a log for each block": len(logs) == min(number, 501),
        "the last log is of the last block": number == 0 or logs[-1]["blockHash"] == head["hash"],
        "the state is of the last block": int(changed, 16) == number,
        "code runs on the state": int(owner, 16) == int(WRITER, 16),
        "blocks follow one another": number == 0 or head["parentHash"] == parent["hash"],
        "the file is sound": sound == "ok",
    }
    return [f"not so: {what}" for what, holds in expected.items() if not holds]


def remade(path: Path, again: Path) -> list[str]:
    """Whether the whole chain can be made again out of its transcript, block by block."""
    with EmbeddedChain.open(path, read_only=True) as chain:
        lines = list(export_chain(chain))
    import_chain(again, lines)
    with EmbeddedChain.open(again, read_only=True) as chain:
        return [] if list(export_chain(chain)) == lines else ["the chain comes out otherwise"]


def _call(chain: EmbeddedChain, call: bytes) -> Any:
    return chain.request("eth_call", [{"to": chain.registry, "data": data(call)}, "latest"])


def milliseconds(seconds: float) -> str:
    """A time, for the table."""
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS))
