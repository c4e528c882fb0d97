from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.creation import created
from did.chain.embedded.ledger import Ledger
from did.chain.embedded.store import Store
from did.chain.hexadecimal import data
from did.chain.sending.transaction import prepare, send, sign
from did.errors import ChainBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Takes the lock, says so, and keeps it until it is told to let go, or is killed.
HOLDER = """
import sys
from pathlib import Path
from did.chain.embedded.store import Store
with Store(Path(sys.argv[1])) as store, store.writing():
    print("held", flush=True)
    sys.stdin.readline()
"""

SENDER = """
import sys
from pathlib import Path
from did.chain.embedded import EmbeddedChain
with EmbeddedChain.open(Path(sys.argv[1])) as chain:
    chain.ledger.machine
    print("ready", flush=True)
    for line in sys.stdin:
        print(chain.request("eth_sendRawTransaction", [line.strip()]), flush=True)
"""


@contextmanager
def _process(script: str, path: Path) -> Iterator[Any]:
    command = [sys.executable, "-c", script, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path, alice: Any, bob: Any) -> Path:
    path = tmp_path / "chain.db"
    accounts = {alice.address: 10**20, bob.address: 10**20}
    EmbeddedChain.create(path, accounts=accounts).close()
    return path


def test_a_writer_is_told_that_another_process_writes(path: Path, alice: Any) -> None:
    with _process(HOLDER, path) as holder:
        assert holder.stdout.readline() == "held\n"
        with Store(path, patience=0.1) as store, EmbeddedChain(store) as chain:
            unsigned = prepare(chain, sender=alice.address, to=alice.address, value=1)
            with pytest.raises(ChainBusy, match="another process is writing") as caught:
                send(chain, sign(unsigned, alice.key))
            assert caught.value.hint
            assert chain.request("eth_blockNumber") == "0x0"  # reading goes on


def test_a_writer_waits_until_another_process_is_done(path: Path, alice: Any) -> None:
    with _process(SENDER, path) as sender, EmbeddedChain.open(path) as chain:
        assert sender.stdout.readline() == "ready\n"
        unsigned = prepare(chain, sender=alice.address, to=alice.address, value=1)
        raw = data(sign(unsigned, alice.key))
        with chain.ledger.store.writing():
            sender.stdin.write(f"{raw}\n")
            sender.stdin.flush()
            time.sleep(0.5)
            assert chain.ledger.store.head() == 0
        assert sender.stdout.readline().startswith("0x")
        assert chain.request("eth_blockNumber") == "0x1"


def test_the_lock_of_a_process_that_is_killed_is_free(path: Path, alice: Any) -> None:
    with _process(HOLDER, path) as holder:
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
        with EmbeddedChain.open(path) as chain:
            unsigned = prepare(chain, sender=alice.address, to=alice.address, value=1)
            send(chain, sign(unsigned, alice.key))
            assert chain.request("eth_blockNumber") == "0x1"


def test_two_processes_write_in_turn_and_lose_nothing(path: Path, alice: Any, bob: Any) -> None:
    count = 15
    with EmbeddedChain.open(path) as chain, _process(SENDER, path) as sender:
        assert sender.stdout.readline() == "ready\n"
        unsigned = prepare(chain, sender=bob.address, to=bob.address, value=1)
        raws = [_numbered(unsigned, number, bob) for number in range(count)]
        sender.stdin.write("".join(f"{data(raw)}\n" for raw in raws))
        sender.stdin.flush()
        for _ in range(count):
            own = prepare(chain, sender=alice.address, to=alice.address, value=1)
            send(chain, sign(own, alice.key))
        assert all(sender.stdout.readline().startswith("0x") for _ in range(count))
        assert chain.request("eth_blockNumber") == hex(2 * count)
        hashes = [
            chain.request("eth_getBlockByNumber", [hex(number), False])
            for number in range(2 * count + 1)
        ]
        parents = [block["parentHash"] for block in hashes[1:]]
        assert parents == [block["hash"] for block in hashes[:-1]]


def _numbered(unsigned: Any, number: int, account: Any) -> bytes:
    return sign(replace(unsigned, nonce=number), account.key)


def test_a_store_that_is_being_made_is_not_there_for_others(tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    with created(path, chain_id=5, registry=bytes(20)) as store:
        Ledger(store, _never).machine.begin(balances={}, codes={}, timestamp=1)
        assert not path.exists()
    assert path.exists()


def _never() -> Any:
    raise AssertionError
