from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.anchoring.anchors import (
    anchor_address,
    anchor_call,
    anchor_deployment,
    anchored_root,
    batch,
    document_leaf,
    find,
    is_deployed,
)
from did.chain.hexadecimal import data
from did.contracts import contract
from did.errors import ChainError
from did.keccak import keccak256
from did.keys.secp256k1 import checksummed

CHAIN = 10
ROOT = bytes(range(1, 33))


def _anchor(chain: Any, root: bytes) -> bytes:
    to, call = anchor_call(chain.chain_id, root)
    raw: bytes = chain.sender.sign(bytes.fromhex(to[2:]), call)
    chain.mine(raw)
    return keccak256(raw)


@pytest.fixture(scope="module")
def deployed(public: Any, proxy: Any) -> Any:
    """A public chain to which somebody has brought the contract."""
    chain = public(CHAIN, codes=proxy)
    assert not is_deployed(chain)
    to, call = anchor_deployment(CHAIN)
    chain.mine(chain.sender.sign(bytes.fromhex(to[2:]), call))
    return chain


def test_the_contract_is_deployed_where_it_was_said_to_be(deployed: Any) -> None:
    where = data(anchor_address(CHAIN))
    assert is_deployed(deployed)
    assert deployed.request("eth_getCode", [where, "latest"]) == data(contract("anchor").runtime)


def test_what_is_for_one_chain_deploys_nothing_on_another(public: Any, proxy: Any) -> None:
    chain = public(CHAIN + 1, codes=proxy)
    to, call = anchor_deployment(CHAIN)
    raw = chain.sender.sign(bytes.fromhex(to[2:]), call)
    chain.mine(raw)
    assert chain.receipts[data(keccak256(raw))]["status"] == "0x0"
    assert not is_deployed(chain)


def test_the_contract_never_changes() -> None:
    # Receipts name its address, in which its code is: with other code they would count no more.
    assert checksummed(anchor_address(1)) == "0x2012d33d1b981eC4B718160B403031A20977b57A"
    assert (
        keccak256(contract("anchor").runtime).hex()
        == "50dba92558fbfd2ba73e6ac5f1a8c3d1b81f974a0633605d44b7564bfc474888"
    )


def test_a_root_is_told_in_one_log_without_topics(deployed: Any) -> None:
    name = _anchor(deployed, ROOT)
    (log,) = deployed.receipts[data(name)]["logs"]
    assert log["address"] == data(anchor_address(CHAIN))
    assert (log["topics"], log["data"]) == ([], data(ROOT))


@pytest.mark.parametrize("call", [b"", bytes(31), bytes(33), bytes(64)])
def test_the_contract_takes_32_bytes_and_nothing_else(deployed: Any, call: bytes) -> None:
    raw = deployed.sender.sign(anchor_address(CHAIN), call)
    deployed.mine(raw)
    assert deployed.receipts[data(keccak256(raw))]["status"] == "0x0"


def test_a_root_is_found_where_it_was_anchored_first(deployed: Any) -> None:
    root = keccak256(b"twice")
    first = _anchor(deployed, root)
    second = _anchor(deployed, root)
    found = find(deployed, root)
    assert found is not None
    assert (found.root, found.transaction, found.block) == (root, first, len(deployed.blocks) - 2)
    later = find(deployed, root, first=found.block + 1)
    assert later is not None
    assert later.transaction == second


def test_a_root_that_nobody_anchored_is_not_found(deployed: Any) -> None:
    assert find(deployed, bytes(32)) is None


class Told:
    """A chain that has just these logs."""

    chain_id = CHAIN
    registry = checksummed(bytes(20))

    def __init__(self, logs: Any) -> None:
        self._logs = logs

    def request(self, _method: str, _params: Any = (), /) -> Any:
        return self._logs

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        return tuple(self._logs for _ in calls)


LOG = {
    "address": data(anchor_address(CHAIN)),
    "topics": [],
    "data": data(ROOT),
    "blockNumber": "0x7",
    "transactionHash": data(b"\7" * 32),
}


def test_a_log_of_a_block_that_was_given_up_does_not_count() -> None:
    assert find(Told([LOG]), ROOT) is not None
    assert find(Told([{**LOG, "removed": True}]), ROOT) is None


@pytest.mark.parametrize(
    ("logs", "says"),
    [
        (None, "logs are none"),
        (["0x"], "logs are none"),
        ([{**LOG, "address": data(bytes(20))}], "not asked for"),
        ([{**LOG, "data": "0x12"}], "not 32"),
        ([{**LOG, "blockNumber": None}], "a log's block"),
    ],
)
def test_logs_that_are_none_are_refused(logs: Any, says: str) -> None:
    with pytest.raises(ChainError, match=says):
        find(Told(logs), ROOT)


def test_a_call_that_anchors_is_told_from_others() -> None:
    to, call = anchor_call(CHAIN, ROOT)
    where = bytes.fromhex(to[2:])
    assert anchored_root(CHAIN, where, call) == ROOT
    assert anchored_root(CHAIN + 1, where, call) is None
    assert anchored_root(CHAIN, where, call + b"\0") is None
    assert anchored_root(CHAIN, bytes(20), call) is None


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_root_has_32_bytes(size: int) -> None:
    with pytest.raises(ChainError, match="a root has 32 bytes"):
        anchor_call(CHAIN, bytes(size))


def test_nothing_is_no_batch() -> None:
    with pytest.raises(ChainError, match="no document"):
        batch([])


@given(st.lists(st.binary(max_size=100), min_size=1, max_size=20))
def test_every_document_of_a_batch_has_a_path_to_its_root(documents: list[bytes]) -> None:
    made = batch(documents)
    assert len(made.salts) == made.tree.size == len(documents)
    for index, (document, salt) in enumerate(zip(documents, made.salts, strict=True)):
        assert made.tree.path(index).root(document_leaf(document, salt)) == made.root


def test_the_same_document_has_another_leaf_each_time() -> None:
    first, second = batch([b"a document"] * 2), batch([b"a document"] * 2)
    assert len({*first.tree.levels[0], *second.tree.levels[0]}) == 4


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_salt_has_32_bytes(size: int) -> None:
    with pytest.raises(ChainError, match="a salt has 32 bytes"):
        document_leaf(b"a document", bytes(size))
