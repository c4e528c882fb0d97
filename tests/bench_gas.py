"""Gas, as tables: `python -P tests/bench_gas.py`. The same on every machine: nothing here is timed.

The registry's operations stand beside the reference contract's, whose figures are data under
`vectors/erc1056`. With `--reference ARTIFACT` they are measured anew, from the compiled contract
in the npm package `ethr-did-registry`, and printed as that data.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain import abi
from did.chain.anchoring.anchors import batch
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.blocks import created_by
from did.chain.hexadecimal import data, quantity, read_quantity
from did.chain.recursion import recursion_limit
from did.contracts import contract
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address

with recursion_limit():
    from eth_account import Account as Signing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RECORDED: Final = Path(__file__).parent / "vectors" / "erc1056" / "gas.json"
CHAIN_ID: Final = 0x1056_1056
"""One for all measurements: signatures cover it, and their bytes cost gas."""

DAY: Final = 86_400
ED25519: Final = b"did/pub/Ed25519/veriKey/base58"
SERVICE: Final = b"did/svc/HubService"
VERI_KEY: Final = b"veriKey"


class Person:
    """An account, and what it signs for others to send."""

    def __init__(self, number: int) -> None:
        self.secret: Final = number.to_bytes(32, "big")
        self.key: Final = Secp256k1PrivateKey(self.secret)
        self.address: Final = address(self.key.public_key)
        self.raw: Final = bytes.fromhex(self.address[2:])

    def permit(self, registry: bytes, nonce: int, operation: bytes) -> tuple[int, bytes, bytes]:
        """Lets somebody else carry out an operation on this account's identity: v, r and s."""
        packed = b"\x19\x00" + registry + nonce.to_bytes(32, "big") + self.raw + operation
        signature = self.key.sign_digest(keccak256(packed))
        return 27 + signature[64], signature[:32], signature[32:64]


DEPLOYER, RELAY, OTHER, FIRST, SECOND, THIRD, SIGNER, LEAVER = map(Person, range(101, 109))
PEOPLE: Final = (DEPLOYER, RELAY, OTHER, FIRST, SECOND, THIRD, SIGNER, LEAVER)


class Site:
    """A fresh chain on which each transaction says what gas it used."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self.chain: Final = chain

    def gas(self, sender: Person, to: bytes, call: bytes) -> int:
        """What the transaction uses; it must not fail. `to` is empty where it creates."""
        nonce = self.chain.request("eth_getTransactionCount", [sender.address, "latest"])
        fields: dict[str, Any] = {
            "type": 2,
            "chainId": CHAIN_ID,
            "nonce": read_quantity(nonce),
            "gas": 20_000_000,
            "maxFeePerGas": 10**10,
            "maxPriorityFeePerGas": 0,
            "value": 0,
            "data": call,
        }
        if to:
            fields["to"] = to
        raw = bytes(Signing.sign_transaction(fields, sender.secret).raw_transaction)
        name = self.chain.request("eth_sendRawTransaction", [data(raw)])
        receipt = self.chain.request("eth_getTransactionReceipt", [name])
        if receipt["status"] != quantity(1):
            raise RuntimeError(f"the transaction failed: {call[:4].hex()}")
        return read_quantity(receipt["gasUsed"])


@contextmanager
def site() -> Iterator[Site]:
    """A chain whose clock stands still, in a folder that goes afterwards."""
    at = datetime(2027, 1, 1, tzinfo=UTC)
    accounts = {person.address: 10**21 for person in PEOPLE}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.db"
        chain = EmbeddedChain.create(path, accounts=accounts, chain_id=CHAIN_ID, clock=lambda: at)
        with chain:
            yield Site(chain)


def registry_gas(creation: bytes) -> dict[str, int]:
    """What each operation of a registry uses: the one that `creation` makes."""
    with site() as work:
        used = {"deploy": work.gas(DEPLOYER, b"", creation)}
        registry = created_by(DEPLOYER.raw, 0)
        for label, sender, call in (*_direct(), *_for_others(registry), *_farewells()):
            used[label] = work.gas(sender, registry, call)
        return used


def _direct() -> Iterator[tuple[str, Person, bytes]]:
    key, service = _filled(32), b"https://hub.example.com"
    yield "setAttribute, 32 bytes, first change", FIRST, _set(FIRST, ED25519, key)
    yield "setAttribute, 32 bytes", FIRST, _set(FIRST, ED25519, key)
    yield "setAttribute, no bytes", FIRST, _set(FIRST, SERVICE, b"")
    yield f"setAttribute, service, {len(service)} bytes", FIRST, _set(FIRST, SERVICE, service)
    for size in (33, 64, 98, 256, 512, 1024, 1314, 1952, 2592, 4096):
        yield f"setAttribute, {size} bytes", FIRST, _set(FIRST, ED25519, _filled(size))
    for size in (32, 256, 1024, 4096):
        call = abi.call("revokeAttribute(address,bytes32,bytes)", FIRST.raw, ED25519, _filled(size))
        yield f"revokeAttribute, {size} bytes", FIRST, call
    add = "addDelegate(address,bytes32,address,uint256)"
    added = abi.call(add, SECOND.raw, VERI_KEY, OTHER.raw, DAY)
    yield "addDelegate, first change", SECOND, added
    yield "addDelegate, again", SECOND, added
    yield "addDelegate, another", SECOND, abi.call(add, SECOND.raw, VERI_KEY, FIRST.raw, DAY)
    revoke = "revokeDelegate(address,bytes32,address)"
    yield "revokeDelegate", SECOND, abi.call(revoke, SECOND.raw, VERI_KEY, OTHER.raw)
    change = "changeOwner(address,address)"
    yield "changeOwner, first change", THIRD, abi.call(change, THIRD.raw, OTHER.raw)
    yield "changeOwner, again", OTHER, abi.call(change, THIRD.raw, SECOND.raw)
    yield "changeOwner, back", SECOND, abi.call(change, THIRD.raw, THIRD.raw)


def _for_others(registry: bytes) -> Iterator[tuple[str, Person, bytes]]:
    key = _filled(32)
    operations: tuple[tuple[str, str, str, tuple[Any, ...]], ...] = (
        (", first change", "setAttribute", "bytes32,bytes,uint256", (ED25519, key, DAY)),
        (", 32 bytes", "setAttribute", "bytes32,bytes,uint256", (ED25519, key, DAY)),
        (", 1024 bytes", "setAttribute", "bytes32,bytes,uint256", (ED25519, _filled(1024), DAY)),
        (", 4096 bytes", "setAttribute", "bytes32,bytes,uint256", (ED25519, _filled(4096), DAY)),
        (", 32 bytes", "revokeAttribute", "bytes32,bytes", (ED25519, key)),
        (", 1024 bytes", "revokeAttribute", "bytes32,bytes", (ED25519, _filled(1024))),
        ("", "addDelegate", "bytes32,address,uint256", (VERI_KEY, OTHER.raw, DAY)),
        ("", "revokeDelegate", "bytes32,address", (VERI_KEY, OTHER.raw)),
        ("", "changeOwner", "address", (SIGNER.raw,)),
        (" to nobody", "changeOwner", "address", (bytes(20),)),
    )
    for nonce, (note, name, types, arguments) in enumerate(operations):
        permit = SIGNER.permit(registry, nonce, _packed(name, arguments))
        call = abi.call(
            f"{name}Signed(address,uint8,bytes32,bytes32,{types})", SIGNER.raw, *permit, *arguments
        )
        yield f"{name}Signed{note}", RELAY, call


def _farewells() -> Iterator[tuple[str, Person, bytes]]:
    change = "changeOwner(address,address)"
    nobody = bytes(20)
    yield "changeOwner to nobody, first change", LEAVER, abi.call(change, LEAVER.raw, nobody)
    yield "changeOwner to nobody", FIRST, abi.call(change, FIRST.raw, nobody)
    yield "changeOwner to nobody, once handed over", THIRD, abi.call(change, THIRD.raw, nobody)


def _set(person: Person, name: bytes, value: bytes) -> bytes:
    signature = "setAttribute(address,bytes32,bytes,uint256)"
    return abi.call(signature, person.raw, name, value, DAY)


def _filled(size: int) -> bytes:
    """`size` bytes of which none is zero: zeros cost less."""
    return bytes(1 + number % 255 for number in range(size))


def _packed(name: str, arguments: tuple[Any, ...]) -> bytes:
    """An operation as it is signed. Names of attributes and roles are 32 bytes wide there."""
    wide = (
        value.to_bytes(32, "big")
        if isinstance(value, int)
        else value.ljust(32, b"\0")
        if value in {ED25519, VERI_KEY}
        else value
        for value in arguments
    )
    return name.encode() + b"".join(wide)


def recorded() -> dict[str, int]:
    """What the reference contract uses."""
    gas: dict[str, int] = json.loads(RECORDED.read_text(encoding="utf-8"))["gas"]
    return gas


def gas_table() -> list[tuple[str, str, str, str]]:
    """An operation a row: its name, what ours uses, what the reference does, the difference."""
    reference = recorded()
    ours = registry_gas(contract("did_registry").bytecode)
    return [
        (label, f"{gas:,}", f"{reference[label]:,}", f"{gas - reference[label]:+,}")
        for label, gas in ours.items()
    ]


def anchor_gas(documents: int) -> int:
    """What it takes to anchor that many documents at once, by the chain's contract."""
    root = batch((number.to_bytes(8, "big") for number in range(documents)), random=_filled).root
    with site() as work:
        work.gas(DEPLOYER, b"", contract("anchor").bytecode)
        return work.gas(RELAY, created_by(DEPLOYER.raw, 0), root)


def anchor_table() -> list[tuple[str, str, str]]:
    """A number of documents a row: that, what a transaction uses, and that for each document."""
    used = {documents: anchor_gas(documents) for documents in (1, 16, 256, 4096)}
    return [(f"{n:,}", f"{gas:,}", f"{gas / n:,.1f}") for n, gas in used.items()]


def measured(artifact: Path) -> dict[str, Any]:
    """The data under `vectors/erc1056`, from the npm package's compiled contract."""
    creation = json.loads(artifact.read_text(encoding="utf-8"))["bytecode"]
    code = bytes.fromhex(creation.removeprefix("0x"))
    return {
        "contract": "EthereumDIDRegistry",
        "package": "ethr-did-registry 1.3.0 (npm)",
        "bytecode_sha256": hashlib.sha256(code).hexdigest(),
        "rules": "Prague",
        "gas": registry_gas(code),
    }


def main(arguments: list[str]) -> None:
    """Print what was asked for."""
    if arguments[:1] == ["--reference"]:
        sys.stdout.write(json.dumps(measured(Path(arguments[1])), indent=1) + "\n")
        return
    _print(("operation", "ours", "reference", "difference"), gas_table())
    sys.stdout.write("\n")
    _print(("documents anchored", "gas", "a document"), anchor_table())


def _print(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    for row in (head, *rows):
        first, *rest = (f"{cell:{'>' if i else '<'}{widths[i]}}" for i, cell in enumerate(row))
        sys.stdout.write(f"| {' | '.join((first, *rest))} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
