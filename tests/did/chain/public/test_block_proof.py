from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain import rlp
from did.chain.anchoring.block_proof import BlockProof, InvalidProof
from did.chain.anchoring.consensus import header_bytes
from did.chain.hexadecimal import data
from did.errors import ChainError, NotFound
from did.keccak import keccak256
from tests.did.chain.altered import Altered

CHAIN = 100
COUNT = 140
"""So many that places are encoded in one byte, in the single byte 0x80, and in two."""


@pytest.fixture(scope="module")
def full(public: Any) -> Any:
    """A chain with a block of many transactions of all types, one of which fails."""
    chain = public(CHAIN, codes={b"\xfe" * 20: b"\xfe"})
    raws = [
        chain.sender.sign(
            b"\xfe" * 20 if index == 5 else b"\x11" * 20, bytes(index), kind=index % 3
        )
        for index in range(COUNT)
    ]
    chain.mine(*raws)
    return chain


@pytest.fixture(scope="module")
def names(full: Any) -> list[bytes]:
    return [bytes.fromhex(one["hash"][2:]) for one in full.blocks[1]["transactions"]]


@pytest.fixture(scope="module")
def block_hash(full: Any) -> bytes:
    return bytes.fromhex(full.blocks[1]["hash"][2:])


@pytest.fixture(scope="module")
def first(full: Any, names: list[bytes]) -> BlockProof:
    return BlockProof.of(full, names[0])


@pytest.fixture(scope="module")
def late(full: Any, names: list[bytes]) -> BlockProof:
    return BlockProof.of(full, names[130])


@pytest.mark.parametrize("index", [0, 1, 15, 16, 126, 127, 128, 139])
def test_a_transaction_is_proved_to_be_in_its_block(
    full: Any, names: list[bytes], block_hash: bytes, index: int
) -> None:
    proof = BlockProof.of(full, names[index])
    proven = proof.proven(block_hash)
    assert keccak256(proven.transaction) == names[index]
    assert (proven.number, proven.timestamp) == (1, 1_800_000_012)
    assert proven.succeeded
    assert proven.logs == ()
    assert (proof.index, proof.number, proof.block_hash) == (index, 1, block_hash)


def test_a_transaction_that_failed_is_said_to_have_failed(
    full: Any, names: list[bytes], block_hash: bytes
) -> None:
    assert not BlockProof.of(full, names[5]).proven(block_hash).succeeded


def test_a_block_of_one_transaction_has_short_proofs(public: Any) -> None:
    chain = public(CHAIN, codes={})
    raw = chain.sender.sign(b"\x11" * 20)
    block = chain.mine(raw)
    proof = BlockProof.of(chain, keccak256(raw))
    assert (len(proof.transaction_nodes), len(proof.receipt_nodes)) == (1, 1)
    assert proof.proven(bytes.fromhex(block["hash"][2:])).transaction == raw


def test_nodes_without_a_method_for_receipts_are_asked_one_by_one(
    public: Any, full: Any, names: list[bytes], late: BlockProof
) -> None:
    older = public(CHAIN, codes={}, without=frozenset({"eth_getBlockReceipts"}))
    older.blocks, older.receipts = full.blocks, full.receipts
    assert BlockProof.of(older, names[130]) == late


def test_a_transaction_that_no_block_has_is_not_found(full: Any) -> None:
    with pytest.raises(NotFound, match="no block with the transaction"):
        BlockProof.of(full, bytes(32))


@pytest.mark.parametrize(
    ("method", "change", "says"),
    [
        ("eth_getBlockByHash", lambda b: {**b, "extraData": "0x01"}, "does not have its hash"),
        ("eth_getBlockByHash", lambda _: [], "where an object should be"),
        ("eth_getBlockByHash", lambda b: {**b, "transactions": {}}, "where a list should be"),
        ("eth_getBlockByHash", lambda b: {**b, "transactions": b["transactions"][:9]}, "its place"),
        (
            "eth_getBlockByHash",
            lambda b: {**b, "transactions": b["transactions"][:-1]},
            "not all that its root is of",
        ),
        ("eth_getTransactionReceipt", lambda r: {**r, "transactionIndex": "0x1"}, "its place"),
        ("eth_getBlockReceipts", lambda r: r[:-1], "not all that its root is of"),
        ("eth_getBlockReceipts", lambda _: [None], "where a list should be"),
    ],
)
def test_a_chain_that_contradicts_itself_is_not_believed(
    full: Any, names: list[bytes], method: str, change: Any, says: str
) -> None:
    with pytest.raises(ChainError, match=says):
        BlockProof.of(Altered(full, **{method: change}), names[20])


def test_a_block_that_has_its_hash_and_is_none_all_the_same_is_refused(
    full: Any, names: list[bytes]
) -> None:
    block = {**full.blocks[1], "timestamp": "0xffffffffffff"}
    block["hash"] = data(keccak256(header_bytes(block)))
    told = Altered(
        full,
        eth_getTransactionReceipt=lambda receipt: {**receipt, "blockHash": block["hash"]},
        eth_getBlockByHash=lambda _: block,
    )
    with pytest.raises(ChainError, match="the block is none"):
        BlockProof.of(told, names[20])


def test_a_proof_is_of_its_block_alone(first: BlockProof) -> None:
    with pytest.raises(InvalidProof, match="not the one that the block's hash is of"):
        first.proven(bytes(32))


def test_a_proof_is_of_its_place_alone(full: Any, names: list[bytes], block_hash: bytes) -> None:
    proof = BlockProof.of(full, names[20])
    with pytest.raises(InvalidProof):
        replace(proof, index=21).proven(block_hash)
    with pytest.raises(InvalidProof, match=f"nothing at the place {COUNT}"):
        replace(BlockProof.of(full, names[COUNT - 1]), index=COUNT).proven(block_hash)


@given(data=st.data())
def test_a_proof_with_a_node_missing_or_altered_proves_nothing(
    late: BlockProof, block_hash: bytes, data: Any
) -> None:
    which = data.draw(st.sampled_from(["transaction_nodes", "receipt_nodes"]))
    nodes = list(getattr(late, which))
    at = data.draw(st.integers(0, len(nodes) - 1))
    if data.draw(st.booleans()):
        del nodes[at]
    else:
        byte = data.draw(st.integers(0, len(nodes[at]) - 1))
        altered = bytearray(nodes[at])
        altered[byte] ^= data.draw(st.integers(1, 255))
        nodes[at] = bytes(altered)
    changed: dict[str, Any] = {which: tuple(nodes)}
    with pytest.raises(InvalidProof, match="a node is missing"):
        replace(late, **changed).proven(block_hash)


def _header(proof: BlockProof, **changes: rlp.Item) -> BlockProof:
    """The proof under a header of which some members are others."""
    members = rlp.decode(proof.header)
    assert isinstance(members, list)
    for name, value in changes.items():
        members[int(name[1:])] = value
    return replace(proof, header=rlp.encode(members))


def _leads_to(item: bytes) -> tuple[bytes, bytes]:
    """A trie that has `item` at the place 0: its root, and its only node."""
    node = rlp.encode([b"\x20\x80", item])
    return keccak256(node), node


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (b"", "cannot be read"),
        (b"\xc0\0", "cannot be read"),
        (b"\xc0", "the header is none"),
        (b"\x01", "the header is none"),
    ],
)
def test_a_header_that_is_none_is_refused(first: BlockProof, header: bytes, says: str) -> None:
    proof = replace(first, header=header)
    with pytest.raises(InvalidProof, match=says):
        proof.proven(proof.block_hash)


@pytest.mark.parametrize(
    "changes",
    [
        {"_4": b"short"},
        {"_5": [b"\1"]},
        {"_8": [b"\1"]},
        {"_8": b"\0\1"},
        {"_11": b"\1" * 33},
        {"_11": b"\xff" * 8},
    ],
)
def test_a_header_with_members_of_the_wrong_form_is_refused(
    first: BlockProof, changes: dict[str, rlp.Item]
) -> None:
    proof = _header(first, **changes)
    with pytest.raises(InvalidProof, match="header"):
        proof.proven(proof.block_hash)


@pytest.mark.parametrize(
    ("receipt", "says"),
    [
        (b"\x02\xc0", "the receipt is none"),
        (b"\x02", "cannot be read"),
        (b"\xff" * 3, "cannot be read"),
        (rlp.encode([bytes(32), b"", b"", []]), "from before receipts told of success"),
        (rlp.encode([b"\1", b"", b"", b""]), "the receipt is none"),
        (rlp.encode([b"\1", b"", b"", [b"log"]]), "a log is none"),
        (rlp.encode([b"\1", b"", b"", [[b"", [[]], b""]]]), "a log is none"),
        (rlp.encode([b"\1", b"", b"", [[b"", b"", b""]]]), "a log is none"),
    ],
)
def test_a_receipt_that_is_none_is_refused(first: BlockProof, receipt: bytes, says: str) -> None:
    root, node = _leads_to(receipt)
    proof = _header(first, _5=root)
    proof = replace(proof, receipt_nodes=(node,))
    with pytest.raises(InvalidProof, match=says):
        proof.proven(proof.block_hash)


@pytest.mark.parametrize(
    "node",
    [
        b"\xff",
        b"\xc0",
        rlp.encode([b"", b""]),
        rlp.encode([b"\x20\x80", [b"1", b"2"]]),
        rlp.encode([b"\x20\x80", b""]),
        rlp.encode([b"\x00\x80", b"\1" * 7]),
        rlp.encode([[], []]),
        b"\x01",
    ],
)
def test_a_node_that_is_none_is_refused(first: BlockProof, node: bytes) -> None:
    proof = _header(first, _4=keccak256(node))
    proof = replace(proof, transaction_nodes=(node,))
    with pytest.raises(InvalidProof):
        proof.proven(proof.block_hash)


def test_what_is_proved_of_a_log_is_what_was_logged(public: Any) -> None:
    # PUSH1 7, PUSH0, MSTORE, PUSH1 9, PUSH1 32, PUSH0, LOG1
    loud = bytes.fromhex("60075f52600960205fa1")
    chain = public(CHAIN, codes={b"\xaa" * 20: loud})
    raws = [chain.sender.sign(b"\xaa" * 20, kind=kind) for kind in range(3)]
    block = chain.mine(*raws)
    for raw in raws:
        proof = BlockProof.of(chain, keccak256(raw))
        (log,) = proof.proven(bytes.fromhex(block["hash"][2:])).logs
        assert log.address == b"\xaa" * 20
        assert log.topics == ((9).to_bytes(32, "big"),)
        assert log.data == (7).to_bytes(32, "big")
        assert data(log.data) == chain.receipts[data(keccak256(raw))]["logs"][0]["data"]
