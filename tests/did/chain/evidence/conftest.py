"""A chain that is made by hand: any number of changes in a block, and any lie its maker wants.

It keeps states, receipts and headers as a chain does, and answers what gathering evidence asks.
Nothing is run: its registry logs and keeps what the test says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from trie import HexaryTrie

from did.chain import abi, rlp
from did.chain.anchoring.consensus import header_bytes, receipt_bytes
from did.chain.deployment import registry_address
from did.chain.embedded.state import read_proof
from did.chain.evidence.ancestry import HISTORY, HISTORY_CODE, WINDOW
from did.chain.evidence.lists import list_root
from did.chain.hexadecimal import data, quantity, read_address, read_data
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.contracts import contract
from did.keccak import keccak256
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CHAIN = 1_986_438_622_418_636
START = 1_800_000_000
EMPTY = keccak256(b"\x80")
OWNER = "DIDOwnerChanged(address,address,uint256)"

Said = tuple[str, tuple[Any, ...]]


def log(registry: bytes, identity: bytes, said: Said, previous: int) -> dict[str, Any]:
    signature, values = said
    return {
        "address": data(registry),
        "topics": [data(abi.topic(signature)), data(identity.rjust(32, b"\0"))],
        "data": data(abi.encode(abi.types_of(signature)[1:], (*values, previous))),
    }


class MadeChain:
    def __init__(
        self,
        chain_id: int = CHAIN,
        *,
        registry: bytes | None = None,
        code: bytes | None = None,
        key_first: bool = False,
        keeps_hashes: bool = False,
    ) -> None:
        self.chain_id = chain_id
        self.address = registry_address(chain_id) if registry is None else registry
        self.code = contract("did_registry").runtime if code is None else code
        self.key_first = key_first
        self.keeps_hashes = keeps_hashes
        self.tries: dict[bytes, bytes] = {}
        self.roots = {self.address: EMPTY, HISTORY: EMPTY}
        self.changed: dict[bytes, int] = {}
        self.blocks: dict[int, dict[str, Any]] = {}
        self.receipts: dict[str, list[dict[str, Any]]] = {}
        self.refuses: dict[str, Callable[[Any], bool]] = {}
        self.mine()

    @property
    def registry(self) -> str:
        return checksummed(self.address)

    @property
    def head(self) -> int:
        return max(self.blocks)

    def slot(self, identity: bytes) -> bytes:
        two, key = (2).to_bytes(32, "big"), identity.rjust(32, b"\0")
        return keccak256(key + two if self.key_first else two + key)

    def change(self, identity: bytes, *said: Said) -> int:
        """A block with a transaction for each change."""
        number = self.head + 1
        logs = []
        for one in said:
            logs.append([log(self.address, identity, one, self.changed.get(identity, 0))])
            self.changed[identity] = number
        last = said[-1]
        gone = last[0] == OWNER and last[1] == (bytes(20),)
        return self.mine(*logs, kept={identity: number | (1 << 255 if gone else 0)})

    def mine(
        self,
        *logs: list[dict[str, Any]],
        kept: Mapping[bytes, int] | None = None,
        number: int | None = None,
        seconds: int = 12,
    ) -> int:
        """A block of transactions that logged so, after which the registry keeps `kept`."""
        before = self.blocks[self.head] if self.blocks else None
        number = (self.head + 1 if before else 0) if number is None else number
        if before and self.keeps_hashes:
            self._keep(HISTORY, (self.head % WINDOW).to_bytes(32, "big"), int(before["hash"], 16))
        for identity, word in (kept or {}).items():
            self._keep(self.address, self.slot(identity), word)
        block = self._block(number, before, list(logs), seconds)
        self.blocks[number] = block
        return number

    def _keep(self, address: bytes, slot: bytes, word: int) -> None:
        trie = HexaryTrie(self.tries, self.roots[address])
        trie.set(keccak256(slot), rlp.encode(rlp.encode_integer(word)))
        self.roots[address] = trie.root_hash

    def _state_root(self) -> bytes:
        trie = HexaryTrie(self.tries)
        codes = {self.address: self.code}
        if self.keeps_hashes:
            codes[HISTORY] = HISTORY_CODE
        for address, code in codes.items():
            account: rlp.Item = [b"\1", b"", self.roots[address], keccak256(code)]
            trie.set(keccak256(address), rlp.encode(account))
        return bytes(trie.root_hash)

    def _block(
        self, number: int, before: Mapping[str, Any] | None, logs: list[Any], seconds: int
    ) -> dict[str, Any]:
        follows = before is not None and number == int(before["number"], 16) + 1
        receipts = [
            {
                "type": quantity(2 if at % 2 else 0),
                "status": "0x1",
                "cumulativeGasUsed": quantity(21_000 * (at + 1)),
                "logsBloom": data(bytes(256)),
                "logs": list(some),
            }
            for at, some in enumerate(logs)
        ]
        encoded = [receipt_bytes(receipt) for receipt in receipts]
        block: dict[str, Any] = {
            "parentHash": before["hash"] if follows and before else data(b"\7" * 32),
            "sha3Uncles": data(bytes(32)),
            "miner": data(bytes(20)),
            "stateRoot": data(self._state_root()),
            "transactionsRoot": data(EMPTY),
            "receiptsRoot": data(list_root(encoded) if encoded else EMPTY),
            "logsBloom": data(bytes(256)),
            "difficulty": "0x0",
            "number": quantity(number),
            "gasLimit": "0x1c9c380",
            "gasUsed": "0x0",
            "timestamp": quantity(int(before["timestamp"], 16) + seconds if before else START),
            "extraData": "0x",
            "mixHash": data(bytes(32)),
            "nonce": data(bytes(8)),
        }
        block["hash"] = data(keccak256(header_bytes(block)))
        names = [data(keccak256(b"%d-%d" % (number, at))) for at in range(len(receipts))]
        self.receipts[block["hash"]] = [
            {**receipt, "transactionHash": name}
            for receipt, name in zip(receipts, names, strict=True)
        ]
        return {**block, "transactions": names}

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if (refuses := self.refuses.get(method)) is not None and refuses(params):
            raise RequestRefused(f"{method} is not for you", number=METHOD_NOT_FOUND)
        match method, *params:
            case "eth_blockNumber", *_:
                return quantity(self.head)
            case "eth_getBlockByNumber", tag, _:
                return self.blocks.get(self.head if tag == "latest" else int(tag, 16))
            case "eth_getBlockReceipts", wanted:
                return self.receipts.get(wanted)
            case "eth_getTransactionReceipt", wanted:
                found = (one for some in self.receipts.values() for one in some)
                return next((one for one in found if one["transactionHash"] == wanted), None)
            case "eth_call", call, _:
                identity = read_data(call["data"])[-20:]
                return data(self.changed.get(identity, 0).to_bytes(32, "big"))
            case "eth_getLogs", wanted:
                return self._logs(wanted)
            case "eth_getProof", address, slots, tag:
                return self._proof(read_address(address), slots, self.blocks[int(tag, 16)])
            case _:
                raise RequestRefused(f"there is no {method}", number=METHOD_NOT_FOUND)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)

    def _logs(self, wanted: Mapping[str, Any]) -> list[Any]:
        found = []
        for number, block in self.blocks.items():
            logs = [one for each in self.receipts[block["hash"]] for one in each["logs"]]
            found += [
                {
                    **one,
                    "blockNumber": quantity(number),
                    "blockHash": block["hash"],
                    "logIndex": quantity(at),
                }
                for at, one in enumerate(logs)
                if one["topics"][1:2] == wanted["topics"][1:]
                and read_address(one["address"]) == self.address
                and int(wanted["fromBlock"], 16) <= number <= int(wanted["toBlock"], 16)
            ]
        return found

    def _proof(self, address: bytes, slots: list[str], block: Mapping[str, Any]) -> Any:
        nodes, root = self.tries.get, bytes.fromhex(block["stateRoot"][2:])
        found = HexaryTrie(self.tries, root).get(keccak256(address))
        storage = rlp.decode(found)[2] if found else EMPTY
        assert isinstance(storage, bytes)
        return {
            "accountProof": [data(node) for node in read_proof(nodes, root, address)],
            "storageProof": [
                {"proof": [data(one) for one in read_proof(nodes, storage, read_data(slot))]}
                for slot in slots
            ],
        }


@pytest.fixture(scope="session")
def made() -> type[MadeChain]:
    return MadeChain


@pytest.fixture(scope="session")
def earlier() -> bytes:
    """The registry's code in release 0.1.0."""
    vectors = Path(__file__).parents[3] / "vectors" / "holdfast-0.1.0"
    return bytes.fromhex((vectors / "did_registry.hex").read_text())


@pytest.fixture(scope="session")
def logged() -> Callable[..., dict[str, Any]]:
    """A log of a registry as a node tells it."""
    return log
