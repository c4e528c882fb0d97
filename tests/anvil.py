"""Anvil, a chain that others made: the fixture `anvil`, which any test may take.

`make test` installs it where npm is. It is one process for all tests, and ends with them, even
where they are killed: it lives as long as a pipe from them is open.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from did.chain.deployment import deployed_registry, deployment_call, plain_creation
from did.chain.embedded.blocks import created_by
from did.chain.node import NodeChain
from did.chain.sending.signed import SignedTransaction
from did.chain.sending.transaction import prepare, send, sign
from did.errors import DIDError
from did.keys.secp256k1 import Secp256k1PrivateKey, address, checksummed

if TYPE_CHECKING:
    from collections.abc import Iterator

CHAIN_ID: Final = 901_234_567_890
"""Nobody else's, and of no public chain."""

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ROOT / ".venv" / "node" / "node_modules" / "@foundry-rs"
PATIENCE: Final = 30.0

# The shell ends when its input does, and then so does what it started.
KEEPER: Final = '"$@" >/dev/null 2>&1 </dev/null & cat >/dev/null; kill $! 2>/dev/null; wait'


@dataclass(frozen=True, slots=True)
class Anvil:
    """The chain at `url`, `key` and its `address` that owns ether there.

    `chain` has the registry of DIDs by a plain creation, `bound` the one by the deterministic
    deployment proxy, which anvil has from its first block on.
    """

    url: str
    key: Secp256k1PrivateKey
    address: str
    chain: NodeChain
    bound: NodeChain

    def fund(self, account: str, wei: int) -> None:
        """Gives the account a balance, out of nothing."""
        self.chain.request("anvil_setBalance", [account, hex(wei)])


def find_anvil() -> Path | None:
    """The program, from npm's package for this machine or from the search path."""
    system = {"darwin": "darwin", "linux": "linux"}.get(sys.platform, "win32")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    packaged = PACKAGES / f"anvil-{system}-{machine}" / "bin" / "anvil"
    if packaged.exists():
        return packaged
    found = shutil.which("anvil")
    return None if found is None else Path(found)


@contextmanager
def started(program: Path, *, chain_id: int = CHAIN_ID) -> Iterator[str]:
    """Runs anvil on a free port; yields its URL. It is gone when this ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--chain-id", str(chain_id), "--hardfork", "prague"]
    command = ["/bin/sh", "-c", KEEPER, "sh", str(program), *options, "--accounts", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={"PATH": os.defpath}) as keeper:
        assert keeper.stdin is not None
        try:
            url = f"http://127.0.0.1:{port}/"
            _wait_for(url, chain_id)
            yield url
        finally:
            keeper.stdin.close()
            keeper.wait(PATIENCE)


@contextmanager
def with_registries(url: str, *, chain_id: int = CHAIN_ID) -> Iterator[Anvil]:
    """Puts the registry of DIDs on a chain of anvil's, in both ways."""
    key = Secp256k1PrivateKey((0x5EED).to_bytes(32, "big"))
    owner = address(key.public_key)
    nowhere = NodeChain(url, registry=f"0x{'0' * 40}", chain_id=chain_id)
    nowhere.request("anvil_setBalance", [owner, hex(10**24)])
    plain = checksummed(created_by(bytes.fromhex(owner[2:]), 0))
    _create(nowhere, key, plain_creation())
    proxy, call = deployment_call(chain_id)
    send(nowhere, sign(prepare(nowhere, sender=owner, to=proxy, data=call), key))
    chain = NodeChain(url, registry=plain, chain_id=chain_id)
    bound = NodeChain(url, registry=deployed_registry(chain_id), chain_id=chain_id)
    try:
        for one in (chain, bound):
            assert one.request("eth_getCode", [one.registry, "latest"]) != "0x"
        yield Anvil(url, key, owner, chain, bound)
    finally:
        for one in (nowhere, chain, bound):
            one.close()


@pytest.fixture(scope="session")
def anvil() -> Iterator[Anvil]:
    """The chain, with registries; the test is skipped where there is no anvil."""
    if (program := find_anvil()) is None:
        pytest.skip("there is no anvil here: `make test` installs it where node and npm are")
    with started(program) as url, with_registries(url) as chain:
        yield chain


def _create(chain: NodeChain, key: Secp256k1PrivateKey, code: bytes) -> None:
    """Sends a creation of a contract, which `prepare` does not make, as others' tools do."""
    from eth_account import Account  # noqa: PLC0415  # it takes a second to load

    form = {
        "chainId": chain.chain_id,
        "nonce": 0,
        "gas": 3_000_000,
        "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        "data": code,
    }
    signed = Account.sign_transaction(form, key._key.secret)
    raw = bytes(signed.raw_transaction)
    assert SignedTransaction.parse(raw).to == b""
    send(chain, raw)


def _wait_for(url: str, chain_id: int) -> None:
    node = NodeChain(url, registry=f"0x{'0' * 40}", chain_id=chain_id)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            node.request("eth_blockNumber")
        except DIDError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            node.close()
            return
