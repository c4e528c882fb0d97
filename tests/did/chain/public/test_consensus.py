from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trie import HexaryTrie

from did.chain import rlp
from did.chain.anchoring.consensus import header_bytes, receipt_bytes, transaction_bytes
from did.chain.hexadecimal import data
from did.errors import ChainError
from did.keccak import keccak256

VECTORS = Path(__file__).parents[3] / "vectors" / "execution-apis"
BLOCKS: list[dict[str, Any]] = json.loads((VECTORS / "blocks.json").read_text())
TRANSACTIONS: list[dict[str, Any]] = json.loads((VECTORS / "transactions.json").read_text())
RECEIPTS: list[dict[str, Any]] = json.loads((VECTORS / "receipts.json").read_text())


def _root(items: list[bytes]) -> str:
    trie = HexaryTrie({})
    for index, item in enumerate(items):
        trie.set(rlp.encode(rlp.encode_integer(index)), item)
    return data(trie.root_hash)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: int(block["number"], 16))
def test_headers_of_every_fork_have_their_blocks_hash(block: dict[str, Any]) -> None:
    assert data(keccak256(header_bytes(block))) == block["hash"]


@pytest.mark.parametrize("transaction", TRANSACTIONS, ids=lambda one: one["type"])
def test_transactions_of_every_type_have_their_hash(transaction: dict[str, Any]) -> None:
    assert data(keccak256(transaction_bytes(transaction))) == transaction["hash"]


@pytest.mark.parametrize("transaction", TRANSACTIONS, ids=lambda one: one["type"])
def test_nodes_that_call_the_parity_v_are_understood(transaction: dict[str, Any]) -> None:
    older = {name: value for name, value in transaction.items() if name != "yParity"}
    assert transaction_bytes(older) == transaction_bytes(transaction)


@pytest.mark.parametrize("block", [BLOCKS[0], BLOCKS[-1]], ids=["first", "last"])
def test_the_transactions_of_a_block_have_its_root(block: dict[str, Any]) -> None:
    assert _root(list(map(transaction_bytes, block["transactions"]))) == block["transactionsRoot"]


def test_the_receipts_of_a_block_have_its_root() -> None:
    assert _root(list(map(receipt_bytes, RECEIPTS))) == BLOCKS[-1]["receiptsRoot"]


@pytest.mark.parametrize("change", [{"type": "0x7e"}, {"type": "0x5"}])
def test_a_type_that_is_not_known_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(ChainError, match=f"type {int(change['type'], 16)}"):
        transaction_bytes({**TRANSACTIONS[0], **change})
    with pytest.raises(ChainError, match=f"type {int(change['type'], 16)}"):
        receipt_bytes({**RECEIPTS[0], **change})


@pytest.mark.parametrize("value", [None, "0x", [], 1])
def test_what_is_no_object_is_refused(value: Any) -> None:
    for encode in (header_bytes, transaction_bytes, receipt_bytes):
        with pytest.raises(ChainError):
            encode(value)


@pytest.mark.parametrize(
    "change", [{"accessList": "0x"}, {"accessList": ["0x"]}, {"to": "0x12"}, {"input": None}]
)
def test_members_of_the_wrong_form_are_refused(change: dict[str, Any]) -> None:
    (one, *_) = (one for one in TRANSACTIONS if one["type"] == "0x1")
    with pytest.raises(ChainError):
        transaction_bytes({**one, **change})
