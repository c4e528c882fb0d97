"""A contract that calls a registry several times in one transaction, and so in one block.

Chains that make a block of each transaction have no other way to change an identity twice in one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded.blocks import created_by
from did.chain.hexadecimal import data, read_address, read_quantity
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain import Chain

# The call data is the registry's address, then each call behind its length in two bytes. The
# contract walks through it; on the stack are, from the top, `length` and `at`, or `at` alone.
BATCH = bytes.fromhex(
    "6014"  # PUSH1 20: at = 20, behind the address
    "5b"  # 02, JUMPDEST: again, with the next call
    "368110"  # CALLDATASIZE, DUP2, LT: at < size of the call data?
    "600a57"  # PUSH1 0a, JUMPI: then there is one more call
    "00"  # STOP: that was all
    "5b"  # 0a, JUMPDEST
    "803560f01c"  # DUP1, CALLDATALOAD, PUSH1 240, SHR: length, the two bytes that stand there
    "8082600201"  # DUP1, DUP3, PUSH1 2, ADD: length, at + 2
    "5f37"  # PUSH0, CALLDATACOPY: the call itself is copied to memory, at 0
    "5f5f82"  # PUSH0, PUSH0, DUP3: nothing is wanted back; as long as the call is
    "5f5f"  # PUSH0, PUSH0: from memory at 0, without ether
    "5f3560601c"  # PUSH0, CALLDATALOAD, PUSH1 96, SHR: to the registry
    "5af1"  # GAS, CALL
    "602957"  # PUSH1 29, JUMPI: go on if it worked
    "5f5ffd"  # PUSH0, PUSH0, REVERT
    "5b"  # 29, JUMPDEST
    "01600201"  # ADD, PUSH1 2, ADD: at += length + 2
    "600256"  # PUSH1 02, JUMP
)
# PUSH1 size, DUP1, PUSH1 9, PUSH0, CODECOPY, PUSH0, RETURN: gives back what follows.
CREATION = bytes((0x60, len(BATCH))) + bytes.fromhex("8060095f395ff3") + BATCH


def await_receipt(chain: Chain, sent: Any) -> None:
    """A node of another's answers before it has mined, and on a busy machine long before."""
    for _ in range(200):
        if chain.request("eth_getTransactionReceipt", [sent]) is not None:
            return
        time.sleep(0.05)
    pytest.fail("the transaction was never mined")


@dataclass(frozen=True, slots=True)
class Batch:
    """The contract on a chain; its `address` has 20 bytes."""

    chain: Chain
    address: bytes

    @classmethod
    def create(cls, chain: Chain, key: Secp256k1PrivateKey) -> Batch:
        """Put it on the chain."""
        from eth_account import Account  # noqa: PLC0415  # it takes a second to load

        sender = address(key.public_key)
        count = chain.request("eth_getTransactionCount", [sender, "latest"])
        form = {
            "chainId": chain.chain_id,
            "nonce": read_quantity(count),
            "gas": 200_000,
            "maxFeePerGas": 10**11,
            "maxPriorityFeePerGas": 0,
            "value": 0,
            "data": CREATION,
        }
        raw = Account.sign_transaction(form, key.expose_secret()).raw_transaction
        sent = chain.request("eth_sendRawTransaction", [data(bytes(raw))])
        await_receipt(chain, sent)
        made = created_by(read_address(sender), read_quantity(count))
        assert chain.request("eth_getCode", [data(made), "latest"]) == data(BATCH)
        return cls(chain, made)

    def data(self, calls: Sequence[bytes]) -> bytes:
        """What is sent to it, for it to make `calls` of the chain's registry."""
        parts = [len(call).to_bytes(2, "big") + call for call in calls]
        return read_address(self.chain.registry) + b"".join(parts)


@pytest.fixture(scope="session")
def batch_contract() -> type[Batch]:
    return Batch
