from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain import rlp
from did.chain.anchoring.anchors import (
    anchor_address,
    anchor_call,
    anchor_deployment,
    batch,
    find,
    is_deployed,
)
from did.chain.anchoring.receipt import (
    MAX_SIZE,
    AnchorReceipt,
    InvalidReceipt,
    against,
    receipts,
    verify,
)
from did.chain.embedded import EmbeddedChain
from did.chain.hexadecimal import data
from did.chain.sending.transaction import prepare, send, sign
from did.contracts import contract
from did.errors import ChainError, NotFound
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address, checksummed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from did.chain.anchoring.anchors import Batch

CHAIN = 137
DOCUMENTS = [b'{"id": "urn:credential:%d"}' % number for number in range(11)]
BATCH = batch(DOCUMENTS)


def _anchored(chain: Any, made: Batch = BATCH, *, to: bytes | None = None) -> bytes:
    """The hash of a transaction that anchors the batch, amid others of its block."""
    sign = chain.sender.sign
    where = anchor_address(chain.chain_id) if to is None else to
    others = [sign(b"\x11" * 20, kind=kind) for kind in range(3)]
    raw: bytes = sign(where, made.root)
    chain.mine(*others, raw, sign(b"\x11" * 20))
    return keccak256(raw)


def _hash(chain: Any, number: int = 1) -> bytes:
    return bytes.fromhex(chain.blocks[number]["hash"][2:])


@pytest.fixture(scope="module", params=["with the contract", "without it"])
def chain(request: pytest.FixtureRequest, public: Any) -> Any:
    codes = {anchor_address(CHAIN): contract("anchor").runtime}
    return public(CHAIN, codes=codes if request.param == "with the contract" else {})


@pytest.fixture(scope="module")
def made(chain: Any) -> tuple[AnchorReceipt, ...]:
    return receipts(chain, BATCH, _anchored(chain))


@pytest.fixture(scope="module")
def receipt(made: tuple[AnchorReceipt, ...]) -> AnchorReceipt:
    return made[4]


def test_every_document_has_a_receipt_that_needs_no_chain(
    chain: Any, made: tuple[AnchorReceipt, ...]
) -> None:
    for document, receipt in zip(DOCUMENTS, made, strict=True):
        at = verify(receipt, document, block_hash=_hash(chain))
        assert (at.chain_id, at.block, at.block_hash) == (CHAIN, 1, _hash(chain))
        assert at.timestamp == int(chain.blocks[1]["timestamp"], 16)
        assert at.sender == chain.sender.address
        assert data(at.transaction) == chain.blocks[1]["transactions"][3]["hash"]


def test_the_chain_itself_confirms_a_receipt(chain: Any, receipt: AnchorReceipt) -> None:
    assert against(receipt, DOCUMENTS[4], chain) == verify(
        receipt, DOCUMENTS[4], block_hash=_hash(chain)
    )


def test_a_receipt_is_read_as_it_was_written(receipt: AnchorReceipt) -> None:
    text = receipt.serialized()
    assert AnchorReceipt.parse(text) == receipt
    assert AnchorReceipt.parse(text).serialized() == text
    assert len(text) < 12_000


def test_a_receipt_says_what_it_is_of(receipt: AnchorReceipt) -> None:
    form = json.loads(receipt.serialized())
    assert (form["type"], form["version"]) == ("AnchorReceipt", 1)
    assert (form["chain"], form["path"]["size"]) == ("eip155:137", 11)
    assert form["contract"] == checksummed(anchor_address(CHAIN))


def test_one_document_alone_is_anchored_as_well(public: Any) -> None:
    chain = public(CHAIN, codes={})
    alone = batch([b"alone"])
    (receipt,) = receipts(chain, alone, _anchored(chain, alone))
    assert verify(receipt, b"alone", block_hash=_hash(chain)).block == 1


@pytest.mark.parametrize("change", [b"", b" ", DOCUMENTS[4] + b"\n", DOCUMENTS[5]])
def test_another_document_is_refused(chain: Any, receipt: AnchorReceipt, change: bytes) -> None:
    with pytest.raises(InvalidReceipt, match="of another document") as refusal:
        verify(receipt, change, block_hash=_hash(chain))
    assert refusal.value.hint
    assert not refusal.value.undecided


@given(document=st.binary(max_size=200))
def test_no_other_bytes_pass_for_the_document(receipt: AnchorReceipt, document: bytes) -> None:
    with pytest.raises(InvalidReceipt):
        verify(receipt, document, block_hash=receipt.proof.block_hash)


def _path(**changes: Any) -> Callable[[AnchorReceipt], AnchorReceipt]:
    return lambda receipt: replace(receipt, path=replace(receipt.path, **changes))


def _proof(**changes: Any) -> Callable[[AnchorReceipt], AnchorReceipt]:
    return lambda receipt: replace(receipt, proof=replace(receipt.proof, **changes))


HOSTILE: list[tuple[str, Callable[[AnchorReceipt], AnchorReceipt], str]] = [
    ("another salt", lambda r: replace(r, salt=bytes(32)), "of another document"),
    ("another leaf", lambda r: replace(r, leaf=bytes(32)), "of another document"),
    ("another place", _path(index=5), "another root than the transaction carries"),
    ("no place", _path(index=11), "no leaf has the index 11"),
    ("another size", _path(size=30), "the path ends below the root"),
    ("a short path", lambda r: _path(siblings=r.path.siblings[1:])(r), "ends below the root"),
    ("no path", _path(siblings=()), "ends below the root"),
    ("a long path", lambda r: _path(siblings=(*r.path.siblings, bytes(32)))(r), "longer than"),
    (
        "a wrong path",
        lambda r: _path(siblings=(bytes(32), *r.path.siblings[1:]))(r),
        "another root than the transaction carries",
    ),
    ("another contract", lambda r: replace(r, contract=checksummed(bytes(20))), "is not where"),
    ("another chain", lambda r: replace(r, chain_id=1), "is not where chain 1"),
    (
        "another chain and its contract",
        lambda r: replace(r, chain_id=1, contract=checksummed(anchor_address(1))),
        "the transaction is of chain 137, and the receipt names chain 1",
    ),
    ("no header", _proof(header=b""), "not the one that the block's hash is of"),
    ("another place in the block", _proof(index=2), "a node is missing|nothing at the place"),
    ("no place in the block", _proof(index=900), "a node is missing|nothing at the place"),
    ("no transaction", _proof(transaction_nodes=()), "a node is missing"),
    ("no outcome", _proof(receipt_nodes=()), "a node is missing"),
]


@pytest.mark.parametrize(("change", "says"), [c[1:] for c in HOSTILE], ids=[c[0] for c in HOSTILE])
def test_a_hostile_receipt_is_refused_with_the_reason(
    chain: Any,
    receipt: AnchorReceipt,
    change: Callable[[AnchorReceipt], AnchorReceipt],
    says: str,
) -> None:
    with pytest.raises(InvalidReceipt, match=says):
        verify(change(receipt), DOCUMENTS[4], block_hash=_hash(chain))


def test_the_hash_of_another_block_is_refused(chain: Any, receipt: AnchorReceipt) -> None:
    with pytest.raises(InvalidReceipt, match="not the one that the block's hash is of"):
        verify(receipt, DOCUMENTS[4], block_hash=_hash(chain, 0))


REVERTS = "5f5ffd"
SAYS_SEVEN = "60075f5260205fa0"  # PUSH1 7, PUSH0, MSTORE, PUSH1 32, PUSH0, LOG0
CALLS_ANOTHER = f"5f5f5f5f5f73{'aa' * 20}5af1"  # five times PUSH0, PUSH20, GAS, CALL
SAYS_ITS_ROOT_TWICE = "5f355f5260205fa060205fa0"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (REVERTS, "the transaction failed"),
        (SAYS_SEVEN, "log is not the anchor contract's"),
        (CALLS_ANOTHER, "log is not the anchor contract's"),
        (SAYS_ITS_ROOT_TWICE, "log is not the anchor contract's"),
    ],
    ids=["fails", "logs something else", "another contract logs", "logs more"],
)
def test_what_another_contract_would_do_there_is_no_anchor(
    public: Any, code: str, says: str
) -> None:
    codes = {anchor_address(CHAIN): bytes.fromhex(code), b"\xaa" * 20: bytes.fromhex(SAYS_SEVEN)}
    chain = public(CHAIN, codes=codes)
    with pytest.raises(InvalidReceipt, match=says):
        receipts(chain, BATCH, _anchored(chain))


def test_a_transaction_to_somebody_else_is_no_anchor(public: Any) -> None:
    chain = public(CHAIN, codes={})
    with pytest.raises(InvalidReceipt, match="not one to the anchor contract"):
        receipts(chain, BATCH, _anchored(chain, to=b"\x11" * 20))


def test_another_batch_has_no_receipts_of_this_transaction(chain: Any) -> None:
    name = bytes.fromhex(chain.blocks[1]["transactions"][3]["hash"][2:])
    with pytest.raises(InvalidReceipt, match="another root"):
        receipts(chain, batch(DOCUMENTS), name)


def test_a_transaction_of_the_oldest_type_anchors_as_well(public: Any) -> None:
    chain = public(CHAIN, codes={})
    raw = chain.sender.sign(anchor_address(CHAIN), BATCH.root, kind=0)
    chain.mine(raw)
    made = receipts(chain, BATCH, keccak256(raw))
    assert verify(made[0], DOCUMENTS[0], block_hash=_hash(chain)).chain_id == CHAIN


def test_a_transaction_that_is_none_is_no_anchor(receipt: AnchorReceipt) -> None:
    transaction = rlp.encode([b"\x20\x80", b"\x7f\xc0"])  # at the place 0, of the type 127
    outcome = rlp.encode([b"\x20\x80", rlp.encode([b"\1", b"", b"", []])])
    header = rlp.decode(receipt.proof.header)
    assert isinstance(header, list)
    header[4:6] = keccak256(transaction), keccak256(outcome)
    forged = _proof(
        header=rlp.encode(header),
        index=0,
        transaction_nodes=(transaction,),
        receipt_nodes=(outcome,),
    )(receipt)
    with pytest.raises(InvalidReceipt, match="type 127"):
        verify(forged, DOCUMENTS[4], block_hash=forged.proof.block_hash)


def test_a_batch_that_is_in_no_block_has_no_receipts(chain: Any) -> None:
    with pytest.raises(NotFound, match="no block with the transaction"):
        receipts(chain, BATCH, bytes(32))


def test_a_chain_that_gave_up_the_block_does_not_confirm(
    public: Any, receipt: AnchorReceipt
) -> None:
    other = public(CHAIN, codes={})
    with pytest.raises(NotFound, match="has no block 1"):
        against(receipt, DOCUMENTS[4], other)
    other.mine(other.sender.sign(b"\x22" * 20))
    with pytest.raises(InvalidReceipt, match="block 1 of chain 137 is another one") as refusal:
        against(receipt, DOCUMENTS[4], other)
    assert "anchor the document again" in (refusal.value.hint or "")


def test_another_chain_does_not_confirm(public: Any, receipt: AnchorReceipt) -> None:
    with pytest.raises(InvalidReceipt, match="of chain 137, and this is chain 138"):
        against(receipt, DOCUMENTS[4], public(138, codes={}))


def test_a_receipt_without_a_header_is_not_asked_for(chain: Any, receipt: AnchorReceipt) -> None:
    with pytest.raises(InvalidReceipt, match="header"):
        against(_proof(header=b"\xc0")(receipt), DOCUMENTS[4], chain)


def test_a_chain_that_answers_with_no_block_is_not_believed(
    public: Any, receipt: AnchorReceipt
) -> None:
    strange = public(CHAIN, codes={})
    strange.blocks.append("0x")
    with pytest.raises(ChainError, match="is no block"):
        against(receipt, DOCUMENTS[4], strange)


def _form(receipt: AnchorReceipt, *trail: str, value: Any) -> bytes:
    """The receipt's file with one member changed, or left out where `value` is `...`."""
    form = json.loads(receipt.serialized())
    place = form
    for step in trail[:-1]:
        place = place[step]
    if value is ...:
        del place[trail[-1]]
    else:
        place[trail[-1]] = value
    return json.dumps(form).encode()


MALFORMED: list[tuple[tuple[str, ...], Any, str]] = [
    (("type",), "Receipt", "no AnchorReceipt of version 1"),
    (("version",), 2, "no AnchorReceipt of version 1"),
    (("version",), ..., "has no 'version'"),
    (("note",), "x", "a member that is not known: 'note'"),
    (("chain",), 137, "CAIP-2"),
    (("chain",), "eip155:0", "CAIP-2"),
    (("chain",), "eip155:" + "9" * 20, "CAIP-2"),
    (("chain",), "bip122:1", "CAIP-2"),
    (("contract",), "0x12", "the contract has 1 bytes"),
    (("leaf",), "0x", "'leaf' is not an object"),
    (("leaf", "salt"), "0x12", "the salt has 1 bytes"),
    (("leaf", "hash"), 5, "the leaf is not hexadecimal"),
    (("leaf", "more"), 5, "not known: 'more'"),
    (("path",), [], "'path' is not an object"),
    (("path", "index"), -1, "'index' is not a count"),
    (("path", "index"), True, "'index' is not a count"),
    (("path", "size"), "11", "'size' is not a count"),
    (("path", "siblings"), "0x", "'siblings' is not a list"),
    (("path", "siblings"), [5], "siblings is not hexadecimal"),
    (("block",), None, "'block' is not an object"),
    (("block", "header"), "zz", "the header is not hexadecimal"),
    (("block", "transactionIndex"), 1.5, "'transactionIndex' is not a count"),
    (("block", "transactionProof"), {}, "'transactionProof' is not a list"),
    (("block", "receiptProof"), ..., "has no 'receiptProof'"),
]


@pytest.mark.parametrize(("trail", "value", "says"), MALFORMED)
def test_a_file_that_is_no_receipt_is_refused_with_the_reason(
    receipt: AnchorReceipt, trail: tuple[str, ...], value: Any, says: str
) -> None:
    with pytest.raises(InvalidReceipt, match=says):
        AnchorReceipt.parse(_form(receipt, *trail, value=value))


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"\xff", b"{}", b'{"type": 1, "type": 2}', b"[" * 10_000]
)
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidReceipt):
        AnchorReceipt.parse(text)


def test_a_file_that_is_too_long_is_not_read(receipt: AnchorReceipt) -> None:
    text = receipt.serialized()
    assert AnchorReceipt.parse(text.ljust(MAX_SIZE)) == receipt
    with pytest.raises(InvalidReceipt, match=f"longer than {MAX_SIZE} bytes"):
        AnchorReceipt.parse(text.ljust(MAX_SIZE + 1))


@given(data=st.data())
def test_a_receipt_cut_short_is_refused(receipt: AnchorReceipt, data: Any) -> None:
    text = receipt.serialized().rstrip()
    with pytest.raises(InvalidReceipt):
        AnchorReceipt.parse(text[: data.draw(st.integers(0, len(text) - 1))])


@given(data=st.data())
def test_a_receipt_with_any_byte_altered_never_dates_another_document(
    receipt: AnchorReceipt, data: Any
) -> None:
    text = bytearray(receipt.serialized())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    block_hash = receipt.proof.block_hash
    genuine = verify(receipt, DOCUMENTS[4], block_hash=block_hash)
    try:
        found = verify(AnchorReceipt.parse(bytes(text)), DOCUMENTS[4], block_hash=block_hash)
    except InvalidReceipt:
        return
    assert found == genuine


def test_documents_are_anchored_on_a_chain_of_ones_own(tmp_path: Path) -> None:
    key = Secp256k1PrivateKey(bytes(31) + b"\7")
    me = address(key.public_key)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={me: 10**20}, clock=lambda: at) as chain:
        assert is_deployed(chain)
        to, call = anchor_call(chain.chain_id, BATCH.root)
        sent = send(chain, sign(prepare(chain, sender=me, to=to, data=call), key))
        assert sent.gas_used <= 22_280
        name = bytes.fromhex(sent.transaction_hash[2:])
        made = receipts(chain, BATCH, name)
        for document, receipt in zip(DOCUMENTS, made, strict=True):
            found = against(AnchorReceipt.parse(receipt.serialized()), document, chain)
            assert found.timestamp == int(at.timestamp())
            assert found.sender == me
        logged = find(chain, BATCH.root)
        assert logged is not None
        assert (logged.transaction, logged.block) == (name, sent.block)


def test_documents_are_anchored_on_a_chain_that_others_made(anvil: Any) -> None:
    chain, key, me = anvil.chain, anvil.key, anvil.address

    def do(to: str, call: bytes) -> bytes:
        sent = send(chain, sign(prepare(chain, sender=me, to=to, data=call), key))
        return bytes.fromhex(sent.transaction_hash[2:])

    first = receipts(chain, BATCH, do(*anchor_call(chain.chain_id, BATCH.root)))
    do(*anchor_deployment(chain.chain_id))
    assert is_deployed(chain)
    name = do(*anchor_call(chain.chain_id, BATCH.root))
    second = receipts(chain, BATCH, name)
    logged = find(chain, BATCH.root)
    assert logged is not None
    assert logged.transaction == name  # before, there was no contract to say so
    for made in (first, second):
        for document, receipt in zip(DOCUMENTS, made, strict=True):
            found = against(receipt, document, chain)
            assert verify(receipt, document, block_hash=found.block_hash).sender == me
