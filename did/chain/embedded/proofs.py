"""`eth_getProof` (EIP-1186): what an account is and keeps, and the nodes that lead to its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded.parameters import block_number, parameters
from did.chain.embedded.state import read_proof, read_storage
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.chain.refusal import INVALID_PARAMS, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain.embedded.ledger import Ledger

MAX_SLOTS: Final = 128
"""The most slots proved in one answer."""


def get_proof(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any]:
    """The account, and words of its storage, with proofs that the state's root holds them."""
    given, slots, tag = parameters(params, 2, 3)
    address = read_address(given)
    keys = _slots(slots)
    with ledger.store.reading():
        header = ledger.header(block_number(ledger, tag))
        account = ledger.account(address, header)
        nodes = ledger.store.get
        return {
            "address": data(address),
            "accountProof": [data(n) for n in read_proof(nodes, header.state_root, address)],
            "balance": quantity(account.balance),
            "codeHash": data(account.code_hash),
            "nonce": quantity(account.nonce),
            "storageHash": data(account.storage_root),
            "storageProof": [
                {
                    "key": slot,
                    "value": quantity(int.from_bytes(read_storage(nodes, account, key), "big")),
                    "proof": [data(n) for n in read_proof(nodes, account.storage_root, key)],
                }
                for slot, key in zip(slots, keys, strict=True)
            ],
        }


def _slots(given: Any) -> list[bytes]:
    if not isinstance(given, list | tuple) or len(given) > MAX_SLOTS:
        raise RequestRefused(f"the slots are no list of at most {MAX_SLOTS}", number=INVALID_PARAMS)
    return [_slot(slot) for slot in given]


def _slot(given: Any) -> bytes:
    if isinstance(given, str) and len(given) == 66:
        return read_data(given, "the slot", size=32)
    return read_quantity(given, "the slot").to_bytes(32, "big")
