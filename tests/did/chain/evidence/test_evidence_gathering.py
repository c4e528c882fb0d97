from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.evidence import AcceptedBlocks, EthrEvidence, EvidenceLacks, gathered
from did.chain.evidence.form import MAX_RECEIPTS
from did.chain.hexadecimal import data
from did.chain.node import NodeChain
from did.chain.nodes import Nodes
from did.chain.registry import change_owner, history, revoke_attribute, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.errors import ChainError, NotFound
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from tests.did.chain.altered import Altered

if TYPE_CHECKING:
    from pathlib import Path

    from did.chain import Chain

ALICE = b"\xa1" * 20
HUB = (
    "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)",
    (b"did/svc/Hub", b"https://hub.example", 4_000_000_000),
)


@pytest.fixture
def chain(made: Any) -> Any:
    chain = made()
    chain.change(ALICE, HUB)
    chain.change(ALICE, HUB, HUB)
    return chain


def checked(evidence: EthrEvidence, chain: Chain, identity: bytes) -> None:
    proven = evidence.check(AcceptedBlocks.of(evidence.roots), registry=chain.registry)
    assert proven.changes == history(chain, identity)
    assert len(evidence.roots) == 1


def test_a_node_without_proofs_leaves_evidence_that_says_what_it_lacks(chain: Any) -> None:
    chain.refuses["eth_getProof"] = lambda _: True
    with pytest.raises(EvidenceLacks, match="does not give state: eth_getProof is not for") as no:
        gathered(chain, ALICE)
    evidence = no.value.evidence
    assert evidence is not None
    assert evidence.lacking == ("state",)
    with pytest.raises(EvidenceLacks):
        EthrEvidence.parse(evidence.serialized()).check(AcceptedBlocks.of(evidence.roots))


def test_a_node_without_old_receipts_leaves_evidence_that_says_so(chain: Any) -> None:
    chain.receipts[chain.blocks[1]["hash"]] = None
    logs = chain.request

    def request(method: str, params: Any = (), /) -> Any:
        if method != "eth_getLogs":
            return logs(method, params)
        full = type(chain)()
        full.change(ALICE, HUB)
        full.change(ALICE, HUB, HUB)
        return full.request(method, params)

    chain.request = request
    with pytest.raises(EvidenceLacks, match="does not give receipts of block 1") as no:
        gathered(chain, ALICE)
    assert no.value.evidence is not None
    assert no.value.evidence.lacking == ("receipts of block 1",)


def test_receipts_are_asked_one_by_one_where_there_is_no_method_for_all(chain: Any) -> None:
    whole = gathered(chain, ALICE)
    chain.refuses["eth_getBlockReceipts"] = lambda _: True
    assert gathered(chain, ALICE) == whole
    chain.refuses["eth_getTransactionReceipt"] = lambda _: True
    with pytest.raises(EvidenceLacks, match="receipts of block"):
        gathered(chain, ALICE)


def test_a_node_that_knows_changes_of_blocks_that_it_lacks_says_so(chain: Any) -> None:
    chain.mine()
    blocks = chain.request
    asked: list[str] = []

    def request(method: str, params: Any = (), /) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "0x1":
            asked.append(method)
            return blocks(method, params) if len(asked) == 1 else None
        return blocks(method, params)

    chain.request = request
    with pytest.raises(EvidenceLacks, match="does not give header of block 1"):
        gathered(chain, ALICE)


def test_a_block_that_is_not_there_yet_is_not_found(chain: Any) -> None:
    with pytest.raises(NotFound, match="no such block"):
        gathered(chain, ALICE, at_block=9)


@pytest.mark.parametrize(
    ("method", "change", "says"),
    [
        ("eth_getBlockByNumber", lambda b: {**b, "extraData": "0x01"}, "does not have its hash"),
        ("eth_getBlockByNumber", lambda _: [], "where a block should be"),
        ("eth_getBlockByNumber", lambda b: {**b, "transactions": {}}, "a list should be"),
        ("eth_getBlockReceipts", lambda r: r[:-1], "not all that its root is of"),
        ("eth_getBlockReceipts", lambda _: {}, "where receipts should be"),
        ("eth_getProof", lambda _: [], "no proof of what is stored"),
        ("eth_getProof", lambda p: {**p, "storageProof": [{}, {}]}, "where a proof should be"),
        ("eth_getProof", lambda p: {**p, "storageProof": []}, "no proof of what is stored"),
        ("eth_getProof", lambda p: {**p, "accountProof": ["0x00"]}, "a node is missing"),
    ],
)
def test_a_chain_that_contradicts_itself_is_not_believed(
    chain: Any, method: str, change: Any, says: str
) -> None:
    with pytest.raises(ChainError, match=says):
        gathered(Altered(chain, **{method: change}), ALICE)


def test_a_node_that_answers_with_another_block_is_not_believed(chain: Any) -> None:
    chain.mine()
    honest = chain.request
    asked: list[str] = []

    def request(method: str, params: Any = (), /) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "0x1":
            asked.append(method)
            if len(asked) > 1:  # the first is to find out when it was made
                return honest(method, ["0x0", False])
        return honest(method, params)

    chain.request = request
    with pytest.raises(ChainError, match="another block than 1"):
        gathered(chain, ALICE)


def test_a_node_that_leaves_out_the_last_changes_is_not_believed(chain: Any) -> None:
    chain.changed[ALICE] = 1
    honest = chain.request

    def request(method: str, params: Any = (), /) -> Any:
        answer = honest(method, params)
        return answer[:1] if method == "eth_getLogs" else answer

    chain.request = request
    with pytest.raises(EvidenceLacks, match="lacks the receipts of block 2"):
        gathered(chain, ALICE)


def test_a_block_of_more_receipts_than_are_read_is_refused(made: Any, logged: Any) -> None:
    chain = made()
    log = logged(chain.address, ALICE, HUB, 0)
    chain.changed[ALICE] = 1
    chain.mine([log], *([] for _ in range(MAX_RECEIPTS)), kept={ALICE: 1})
    with pytest.raises(ChainError, match="more than 8192 receipts"):
        gathered(chain, ALICE)


def test_many_blocks_are_asked_for_in_several_trips(made: Any) -> None:
    chain = made()
    for _ in range(130):
        chain.change(ALICE, HUB)
    checked(gathered(chain, ALICE), chain, ALICE)


# Real chains


@pytest.fixture(scope="module")
def key() -> Secp256k1PrivateKey:
    return Secp256k1PrivateKey((0xE71).to_bytes(32, "big"))


def live(chain: Chain, key: Secp256k1PrivateKey, batch_contract: Any) -> bytes:
    """Changes an identity: alone, and twice in one block."""
    who = address(key.public_key)
    identity = bytes.fromhex(who[2:])
    _does(chain, key, chain.registry, set_attribute(identity, "did/svc/A", b"a", validity=99))
    batch = batch_contract.create(chain, key)
    _does(chain, key, chain.registry, change_owner(identity, batch.address))
    calls = [
        set_attribute(identity, "did/svc/B", b"b", validity=99),
        revoke_attribute(identity, "did/svc/A", b"a"),
        change_owner(identity, identity),
    ]
    _does(chain, key, "0x" + batch.address.hex(), batch.data(calls))
    _does(chain, key, chain.registry, change_owner(identity, bytes(20)))
    return identity


def _does(chain: Chain, key: Secp256k1PrivateKey, to: str, call: bytes) -> None:
    unsigned = prepare(chain, sender=address(key.public_key), to=to, data=call)
    send(chain, sign(unsigned, key))


def test_an_embedded_chain_gives_evidence_and_so_does_its_server(
    tmp_path: Path, key: Secp256k1PrivateKey, batch_contract: Any
) -> None:
    accounts = {address(key.public_key): 10**18}
    with EmbeddedChain.create(tmp_path / "chain.db", accounts=accounts) as chain:
        identity = live(chain, key, batch_contract)
        evidence = gathered(chain, identity)
        checked(evidence, chain, identity)
        proven = evidence.check(AcceptedBlocks.of(evidence.roots))
        assert proven.deactivated
        assert len(proven.changes) == 6
        with serve(chain, port=0) as server:
            node = NodeChain(server.url, registry=chain.registry, chain_id=chain.chain_id)
            assert gathered(Nodes([node]), identity) == evidence
            node.close()


def test_anvil_gives_evidence(anvil: Any, key: Secp256k1PrivateKey) -> None:
    identity = bytes.fromhex(address(key.public_key)[2:])
    for chain in (anvil.bound, anvil.chain):
        anvil.fund(address(key.public_key), 10**20)
        call = set_attribute(identity, "did/svc/A", b"a", validity=99)
        first = prepare(chain, sender=address(key.public_key), to=chain.registry, data=call)
        second = replace(
            first, nonce=first.nonce + 1, data=revoke_attribute(identity, "did/svc/A", b"a")
        )
        chain.request("evm_setAutomine", [False])
        for unsigned in (first, second):
            chain.request("eth_sendRawTransaction", [data(sign(unsigned, key))])
        chain.request("evm_mine")
        chain.request("evm_setAutomine", [True])
        chain.request("anvil_mine", [hex(40)])
        evidence = gathered(chain, identity)
        checked(evidence, chain, identity)
        proven = evidence.check(AcceptedBlocks.of(evidence.roots), registry=chain.registry)
        assert len({change.block for change in proven.changes}) == 1
        assert len(proven.changes) == 2
