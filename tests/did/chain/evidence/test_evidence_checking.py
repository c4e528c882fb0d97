from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trie import HexaryTrie

from did.chain import abi, rlp
from did.chain.evidence import (
    AcceptedBlocks,
    AcceptedHash,
    BlockName,
    EthrEvidence,
    EvidenceLacks,
    InvalidEvidence,
    NotAccepted,
    gathered,
)
from did.chain.evidence.checking import MAX_CHANGES
from did.chain.evidence.fetching import fetch, fetch_proof, fetch_receipts
from did.chain.evidence.headers import Header
from did.chain.evidence.lists import list_root
from did.chain.evidence.parts import EvidenceBlock
from did.chain.evidence.tries import StateProof, look_up
from did.chain.hexadecimal import data
from did.chain.registry import history
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.evidence.checking import Proven

ALICE, BOB, CAROL = b"\xa1" * 20, b"\xb0" * 20, b"\xca" * 20
SET = "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)"
OWNER = "DIDOwnerChanged(address,address,uint256)"
LATE = 4_000_000_000
HASHES = (b"\7" * 32,) * 8
KEY = (SET, (b"did/pub/Ed25519/veriKey", b"\x0b" * 32, LATE))
REVOKED = (SET, (b"did/pub/Ed25519/veriKey", b"\x0b" * 32, 0))
HUB = (SET, (b"did/svc/Hub", b"https://hub.example", LATE))
NOBODY = (OWNER, (bytes(20),))


@pytest.fixture(scope="module")
def chain(made: Any) -> Any:
    """Alice: a key in block 1; in block 3 a service, and the key taken back. Bob: block 2."""
    chain = made()
    chain.change(ALICE, KEY)
    chain.change(BOB, HUB)
    chain.change(ALICE, HUB, REVOKED)
    chain.mine()
    return chain


@pytest.fixture(scope="module")
def evidence(chain: Any) -> EthrEvidence:
    return gathered(chain, ALICE)


def roots(evidence: EthrEvidence) -> AcceptedBlocks:
    return AcceptedBlocks.of(evidence.roots)


def block(evidence: EthrEvidence, number: int) -> int:
    return next(
        at for at, one in enumerate(evidence.blocks) if Header.read(one.header).number == number
    )


def with_receipts(evidence: EthrEvidence, number: int, receipts: Any) -> EthrEvidence:
    blocks = list(evidence.blocks)
    at = block(evidence, number)
    blocks[at] = replace(blocks[at], receipts=receipts)
    return replace(evidence, blocks=tuple(blocks))


def receipts_of(evidence: EthrEvidence, number: int) -> tuple[bytes, ...]:
    found = evidence.blocks[block(evidence, number)].receipts
    assert found is not None
    return found


def test_evidence_shows_the_history_that_the_chain_gives(
    chain: Any, evidence: EthrEvidence
) -> None:
    proven = evidence.check(roots(evidence))
    assert proven.changes == history(chain, ALICE)
    assert len(proven.changes) == 3
    assert (proven.block.number, proven.timestamp) == (4, 1_800_000_048)
    assert proven.block.hash == bytes.fromhex(chain.blocks[4]["hash"][2:])
    assert not proven.deactivated
    assert proven.rests_on == (proven.block,)
    assert proven.times == {4: 1_800_000_048, 3: 1_800_000_036, 2: 1_800_000_024, 1: 1_800_000_012}


def test_an_accepted_hash_is_enough(evidence: EthrEvidence) -> None:
    (root,) = evidence.roots
    assert evidence.check(AcceptedHash(root.chain_id, root.hash)).block == root


def test_of_an_identity_that_was_never_changed_that_is_shown(chain: Any) -> None:
    evidence = gathered(chain, CAROL)
    proven = evidence.check(roots(evidence))
    assert proven.changes == ()
    assert len(evidence.blocks) == 1


def test_evidence_of_an_earlier_block_knows_nothing_of_later_ones(chain: Any) -> None:
    evidence = gathered(chain, ALICE, at_block=2)
    proven = evidence.check(roots(evidence))
    assert [change.block for change in proven.changes] == [1]
    assert proven.block.number == 2


def test_the_registry_says_who_was_deactivated(made: Any) -> None:
    chain = made()
    chain.change(ALICE, KEY, NOBODY)
    evidence = gathered(chain, ALICE)
    assert evidence.check(roots(evidence)).deactivated


def test_a_registry_of_release_0_1_0_sets_no_tombstones(made: Any, earlier: bytes) -> None:
    chain = made(code=earlier)
    chain.change(ALICE, KEY)
    evidence = gathered(chain, ALICE)
    assert len(evidence.check(roots(evidence)).changes) == 1


def test_a_published_registry_keeps_changes_as_solidity_does(made: Any) -> None:
    where = bytes.fromhex("dca7ef03e98e0dc2b855be647c39abe984fcf21b")
    chain = made(1, registry=where, code=b"\1\2", key_first=True)
    chain.change(ALICE, KEY, REVOKED)
    evidence = gathered(chain, ALICE)
    assert len(evidence.check(roots(evidence)).changes) == 2
    vyper = made(1, registry=where, code=b"\1\2")
    vyper.change(ALICE, KEY)
    with pytest.raises(InvalidEvidence):  # the word that is looked for is zero there
        gathered(vyper, ALICE)


# Attacks


def test_refuses_a_block_that_is_not_accepted(evidence: EthrEvidence) -> None:
    with pytest.raises(NotAccepted, match="rests on block 4 of chain") as no:
        evidence.check(AcceptedBlocks())
    assert no.value.blocks == evidence.roots
    assert no.value.undecided


def test_refuses_an_accepted_hash_under_another_number(evidence: EthrEvidence) -> None:
    (root,) = evidence.roots
    with pytest.raises(NotAccepted):
        evidence.check(AcceptedBlocks.of([replace(root, number=5)]))


def test_refuses_an_accepted_hash_of_another_chain(evidence: EthrEvidence) -> None:
    (root,) = evidence.roots
    for accepted in (
        AcceptedBlocks.of([replace(root, chain_id=1)]),
        AcceptedHash(1, root.hash),
        AcceptedHash(root.chain_id, bytes(32)),
    ):
        with pytest.raises(NotAccepted):
            evidence.check(accepted)


def test_two_blocks_of_one_number_are_not_accepted_together() -> None:
    names = [BlockName(1, 2, bytes(32)), BlockName(1, 2, b"\1" * 32)]
    with pytest.raises(ChainError, match="cannot both be accepted"):
        AcceptedBlocks.of(names)


def test_refuses_a_header_of_which_something_was_changed(evidence: EthrEvidence) -> None:
    members = rlp.decode(evidence.blocks[0].header)
    assert isinstance(members, list)
    members[8] = b"\x09"
    forged = replace(evidence.blocks[0], header=rlp.encode(members))
    with pytest.raises(NotAccepted):
        replace(evidence, blocks=(forged, *evidence.blocks[1:])).check(roots(evidence))


def test_refuses_evidence_of_another_identity(evidence: EthrEvidence) -> None:
    with pytest.raises(InvalidEvidence):
        replace(evidence, identity=BOB).check(roots(evidence))
    with pytest.raises(InvalidEvidence):
        replace(evidence, identity=CAROL).check(roots(evidence))


def test_refuses_the_word_of_another_slot(chain: Any, evidence: EthrEvidence) -> None:
    other = gathered(chain, BOB)
    forged = replace(evidence, state=other.state)
    with pytest.raises(InvalidEvidence):
        forged.check(roots(evidence))


def test_refuses_the_state_of_an_earlier_block(chain: Any, evidence: EthrEvidence) -> None:
    earlier = gathered(chain, ALICE, at_block=2)
    with pytest.raises(InvalidEvidence, match="node is missing"):
        replace(evidence, state=earlier.state).check(roots(evidence))


def test_refuses_evidence_of_another_chain(evidence: EthrEvidence) -> None:
    moved = replace(evidence, chain_id=evidence.chain_id + 1)
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        moved.check(roots(evidence))
    with pytest.raises(NotAccepted):
        moved.check(roots(evidence), registry=evidence.registry)


def test_refuses_a_registry_that_is_not_the_chains(made: Any, evidence: EthrEvidence) -> None:
    own = made(registry=b"\x66" * 20)
    own.change(ALICE, KEY)
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        gathered(own, ALICE).check(AcceptedBlocks())
    forged = gathered(own, ALICE)
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        forged.check(roots(forged))
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        forged.check(roots(forged), registry=evidence.registry)
    assert forged.check(roots(forged), registry=own.registry).registry == own.registry


def test_refuses_another_registry_on_a_chain_that_has_a_published_one(made: Any) -> None:
    chain = made(1)
    chain.change(ALICE, KEY)
    evidence = gathered(chain, ALICE)  # whoever has the chain says where its registry is
    with pytest.raises(InvalidEvidence, match="not known as the registry"):
        evidence.check(roots(evidence))


def test_refuses_a_contract_whose_storage_is_not_known(made: Any) -> None:
    with pytest.raises(InvalidEvidence, match="keeps changes is not known"):
        gathered(made(code=b"\1"), ALICE)


def test_refuses_a_block_in_which_there_was_no_registry_yet(made: Any) -> None:
    with pytest.raises(InvalidEvidence, match="had no registry"):
        gathered(made(code=b""), ALICE)
    chain = made()
    evidence = gathered(chain, ALICE)
    empty = made(registry=b"\x66" * 20)
    proof = empty.request("eth_getProof", [chain.registry, [], "0x0"])
    nodes = tuple(bytes.fromhex(node[2:]) for node in proof["accountProof"])
    header = rlp.decode(evidence.blocks[0].header)
    assert isinstance(header, list)
    header[3] = bytes.fromhex(empty.blocks[0]["stateRoot"][2:])
    nowhere = replace(
        evidence, state=StateProof(nodes, ()), blocks=(EvidenceBlock(rlp.encode(header)),)
    )
    with pytest.raises(InvalidEvidence, match="had no registry"):
        nowhere.check(roots(nowhere))


def test_refuses_chains_whose_registries_count_the_blocks_of_another(made: Any) -> None:
    with pytest.raises(InvalidEvidence, match="counts the blocks of another chain"):
        gathered(made(42_161), ALICE)


def test_refuses_a_history_whose_beginning_is_missing(evidence: EthrEvidence) -> None:
    cut = replace(evidence, blocks=evidence.blocks[:-1])
    with pytest.raises(EvidenceLacks, match="lacks the receipts of block 1"):
        cut.check(roots(evidence))


def test_refuses_a_history_whose_end_is_missing(evidence: EthrEvidence) -> None:
    with pytest.raises(EvidenceLacks, match="lacks the receipts of block 3"):
        with_receipts(evidence, 3, None).check(roots(evidence))
    at = block(evidence, 3)
    gone = replace(evidence, blocks=(*evidence.blocks[:at], *evidence.blocks[at + 1 :]))
    with pytest.raises(NotAccepted):
        gone.check(roots(evidence))
    with pytest.raises(EvidenceLacks, match="lacks the receipts of block 3"):
        gone.check(AcceptedBlocks.of(gone.roots))


def test_refuses_a_block_of_which_a_revocation_was_left_out(evidence: EthrEvidence) -> None:
    service, revocation = receipts_of(evidence, 3)
    for rest in ((service,), (revocation,), (revocation, service), (service, b""), ()):
        with pytest.raises(InvalidEvidence, match="not all that it has"):
            with_receipts(evidence, 3, rest).check(roots(evidence))


def test_refuses_a_log_that_was_altered_under_the_same_bloom(evidence: EthrEvidence) -> None:
    service, revocation = receipts_of(evidence, 3)
    forged = service.replace(b"https://hub.example", b"https://hub.exampel")
    assert forged != service
    with pytest.raises(InvalidEvidence, match="not all that it has"):
        with_receipts(evidence, 3, (forged, revocation)).check(roots(evidence))


def test_refuses_receipts_to_which_no_change_leads(chain: Any, evidence: EthrEvidence) -> None:
    other = receipts_of(gathered(chain, BOB), 2)
    with pytest.raises(InvalidEvidence, match="no change leads to block 2"):
        with_receipts(evidence, 2, other).check(roots(evidence))


def test_refuses_blocks_in_another_order(evidence: EthrEvidence) -> None:
    for blocks in (evidence.blocks[::-1], (evidence.blocks[0], *evidence.blocks)):
        with pytest.raises(InvalidEvidence, match="not in order"):
            replace(evidence, blocks=blocks).check(roots(evidence))


def test_refuses_a_block_that_is_not_the_parent_of_the_next(made: Any, chain: Any) -> None:
    fork = made()
    for _ in range(4):
        fork.mine(seconds=11)
    evidence, other = gathered(chain, ALICE), gathered(fork, ALICE)
    mixed = replace(evidence, blocks=(*other.blocks, *evidence.blocks[1:]))
    with pytest.raises(InvalidEvidence, match="not the ancestor"):
        mixed.check(roots(evidence))


def test_lacks_a_state_or_blocks(evidence: EthrEvidence) -> None:
    with pytest.raises(EvidenceLacks, match="lacks a proof of the state"):
        replace(evidence, state=None).check(roots(evidence))
    with pytest.raises(EvidenceLacks, match="no block"):
        replace(evidence, blocks=()).check(roots(evidence))


# A chain whose own maker lies, and whose blocks are accepted all the same


def lying(made: Any, kept: int, *previous: int, identity: bytes = ALICE) -> EthrEvidence:
    """Block 1 with a log for each `previous`, after which the registry keeps `kept`."""
    chain = made()
    honest = gathered(chain, identity)
    logs = [_log(chain.address, identity, KEY, one) for one in previous]
    chain.mine(*([one] for one in logs), kept={identity: kept})
    return _evidence(chain, honest)


def _log(registry: bytes, identity: bytes, said: Any, previous: int) -> dict[str, Any]:
    signature, values = said
    return {
        "address": data(registry),
        "topics": [data(abi.topic(signature)), data(identity.rjust(32, b"\0"))],
        "data": data(abi.encode(abi.types_of(signature)[1:], (*values, previous))),
    }


def _evidence(chain: Any, like: EthrEvidence) -> EthrEvidence:
    """What a liar would give: the last block with all its receipts, and the state's word."""
    head = fetch(chain, "latest")
    number = head.header.number
    (proof,) = fetch_proof(chain, chain.address, [chain.slot(like.identity)], number)
    receipts = fetch_receipts(chain, [head])[number] or None
    return replace(like, state=proof, blocks=(EvidenceBlock(head.encoded, receipts),))


def shown(evidence: EthrEvidence) -> Proven:
    return evidence.check(roots(evidence))


def test_one_change_of_a_chain_made_by_hand_is_shown(made: Any) -> None:
    assert len(shown(lying(made, 1, 0)).changes) == 1
    assert len(shown(lying(made, 1, 0, 1)).changes) == 2


@pytest.mark.parametrize("previous", [1, 2, 1 << 255])
def test_refuses_changes_that_lead_in_a_circle(made: Any, previous: int) -> None:
    with pytest.raises(InvalidEvidence, match="names no block before it"):
        shown(lying(made, 1, previous))


def test_refuses_a_second_change_of_a_block_that_does_not_follow_the_first(made: Any) -> None:
    with pytest.raises(InvalidEvidence, match="those of block 0 are not among them"):
        shown(lying(made, 1, 0, 0))


def test_refuses_a_last_change_that_did_not_happen(made: Any) -> None:
    with pytest.raises(EvidenceLacks, match="receipts of block 7"):
        shown(lying(made, 7, 0))
    with pytest.raises(InvalidEvidence, match="no change leads to block 1"):
        shown(lying(made, 0, 0))
    chain = made()
    honest = gathered(chain, ALICE)
    chain.mine([_log(chain.address, BOB, KEY, 0)], kept={ALICE: 1})
    with pytest.raises(InvalidEvidence, match="does not change the identity"):
        shown(_evidence(chain, honest))


def test_refuses_a_tombstone_without_a_change_that_sets_it(made: Any) -> None:
    with pytest.raises(InvalidEvidence, match="has the identity deactivated"):
        shown(lying(made, 1 | 1 << 255, 0))
    with pytest.raises(InvalidEvidence, match="has the identity deactivated"):
        shown(lying(made, 1 << 255))


def test_passes_over_what_is_no_change_and_refuses_what_cannot_be_read(made: Any) -> None:
    where = made().address
    good = _log(where, ALICE, KEY, 0)
    others = [
        {**good, "topics": [data(b"\1" * 32), good["topics"][1]]},  # another event
        {**good, "topics": good["topics"][:1]},
        {**good, "address": data(b"\x66" * 20)},
        _log(where, BOB, KEY, 0),
    ]
    chain = made()
    honest = gathered(chain, ALICE)
    chain.mine([*others, good, {**good, "address": data(b"\x66" * 20)}], kept={ALICE: 1})
    assert len(shown(_evidence(chain, honest)).changes) == 1
    chain = made()
    chain.mine([{**good, "data": good["data"][:-2]}], kept={ALICE: 1})
    with pytest.raises(InvalidEvidence, match="shows nothing: a log of the registry"):
        shown(_evidence(chain, honest))


def altered(evidence: EthrEvidence, receipt: bytes) -> EthrEvidence:
    """With that one receipt, and a header to which it belongs."""
    members = rlp.decode(evidence.blocks[0].header)
    assert isinstance(members, list)
    members[5] = list_root([receipt])
    return replace(evidence, blocks=(EvidenceBlock(rlp.encode(members), (receipt,)),))


def test_refuses_receipts_that_are_none(made: Any) -> None:
    evidence = lying(made, 1, 0)
    where = bytes.fromhex(evidence.registry[2:])
    topic = ALICE.rjust(32, b"\0")
    forms: tuple[Any, ...] = (
        [where, topic],
        [b"\1", b"", b"", [[where, [topic, [topic]], b""]]],
        [b"\1", b"", b"", [[where, topic, b""]]],
        [b"\1", b"", b"", where + topic],
    )
    for form in forms:
        with pytest.raises(InvalidEvidence, match="is none"):
            shown(altered(evidence, rlp.encode(form)))
    log = rlp.encode([where, [topic], b""])
    for raw in (
        b"\xf9\xff\xff" + log,  # longer than it is
        b"\2" + log[:-1],
        b"\2" + rlp.encode(where + topic),  # no list
        rlp.encode([b"", b"", b"", [[where, [topic], b""]]]) + b"\0",
        b"\xf8" + bytes((len(log) + 1,)) + log + b"\xb8",  # a length without its digits
    ):
        with pytest.raises(InvalidEvidence, match="receipt"):
            shown(altered(evidence, raw))
    not_short = b"\xf9\0" + log[1:]  # a length with a digit too many
    body = b"\x80" * 3 + b"\xf8" + bytes((len(not_short),)) + not_short
    with pytest.raises(InvalidEvidence, match="receipt cannot be read"):
        shown(altered(evidence, b"\xf8" + bytes((len(body),)) + body))


def test_ten_thousand_changes_are_shown(made: Any) -> None:
    chain = made()
    honest = gathered(chain, ALICE)
    head = 0
    blocks: list[EvidenceBlock] = []
    last = None
    for _ in range(10):
        first, number = head, chain.head + 1
        logs = [_log(chain.address, ALICE, HUB, one) for one in (first, number)]
        logs += [logs[1]] * 998
        head = chain.mine(
            *(logs[at : at + 100] for at in range(0, 1_000, 100)), kept={ALICE: number}
        )
        last = _evidence(chain, honest)
        blocks[:0] = last.blocks
    assert last is not None
    evidence = replace(last, blocks=tuple(blocks))
    assert len(shown(EthrEvidence.parse(evidence.serialized())).changes) == 10_000


def test_refuses_more_changes_than_are_read(made: Any) -> None:
    evidence = lying(made, 1, 0)
    members = rlp.decode(receipts_of(evidence, 1)[0])
    assert isinstance(members, list)
    logs = members[3]
    assert isinstance(logs, list)
    members[3] = logs * (MAX_CHANGES + 1)
    with pytest.raises(InvalidEvidence, match="more often than is read"):
        shown(altered(evidence, rlp.encode(members)))


# Bytes that are no headers and no nodes


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\xc0",
        b"\x80",
        b"\xff" * 40,
        b"\xc1" * 5000 + b"\xc0",
        rlp.encode([b"" for _ in range(14)]),
        rlp.encode([b"\1" * 32 for _ in range(15)]),
        rlp.encode([b"" for _ in range(20)]),
        rlp.encode([[]] * 20),
        rlp.encode([*HASHES, b"\1", b"", b"", b"\xff" * 6, b"", b"", b"", b""]),
        rlp.encode([*HASHES, b"\xff" * 8, b"", b"", b"\1", b"", b"", b"", b""]),
        rlp.encode([*HASHES, b"\0\1", b"", b"", b"\1", b"", b"", b"", b""]),
        rlp.encode([*HASHES, [b"\1"], b"", b"", b"\1", b"", b"", b"", b""]),
    ],
)
def test_refuses_headers_that_are_none(evidence: EthrEvidence, encoded: bytes) -> None:
    with pytest.raises(InvalidEvidence, match="header"):
        replace(evidence, blocks=(EvidenceBlock(encoded),)).check(
            AcceptedHash(evidence.chain_id, keccak256(encoded))
        )


@pytest.mark.parametrize(
    "node",
    [
        b"",
        b"\xc0",
        b"\x05",
        b"\xff\xff",
        rlp.encode([b"", b""]),
        rlp.encode([[], []]),
        rlp.encode([b"\x20", [b"x"]]),
        rlp.encode([b"a" for _ in range(16)]),
        b"\1" * 2_000,
        rlp.encode([b"\x20" + keccak256(b"key"), [b"x"]]),
        rlp.encode([b"\x00", b"\x01"]),
        rlp.encode([b"\xf0", b"\x01"]),
        rlp.encode([[b""]] * 17),
    ],
)
def test_refuses_nodes_that_are_none(evidence: EthrEvidence, node: bytes) -> None:
    with suppress(InvalidEvidence):
        assert look_up(keccak256(node), keccak256(b"key"), [node]) == b""
    state = StateProof((node,), ())
    members = rlp.decode(evidence.blocks[0].header)
    assert isinstance(members, list)
    members[3] = keccak256(node)
    forged = replace(evidence, state=state, blocks=(EvidenceBlock(rlp.encode(members)),))
    with pytest.raises(InvalidEvidence):
        forged.check(roots(forged))


def _leaf(path: bytes, value: bytes) -> bytes:
    return rlp.encode([b"\x20" + keccak256(path), value])


@pytest.mark.parametrize(
    ("account", "word"),
    [
        (b"\xff", None),
        (rlp.encode([b""] * 4), None),
        (rlp.encode([b"", b"", b"\1" * 32]), None),
        (b"", b"\xff"),
        (b"", rlp.encode([b"\1"])),
        (b"", rlp.encode(b"\0\1")),
        (b"", rlp.encode(b"\1" * 33)),
    ],
)
def test_refuses_accounts_and_words_that_are_none(
    chain: Any, evidence: EthrEvidence, account: bytes, word: bytes | None
) -> None:
    storage = _leaf(chain.slot(ALICE), word or b"\1")
    account = account or rlp.encode([b"\1", b"", keccak256(storage), keccak256(chain.code)])
    node = _leaf(chain.address, account)
    members = rlp.decode(evidence.blocks[0].header)
    assert isinstance(members, list)
    members[3] = keccak256(node)
    forged = replace(
        evidence,
        state=StateProof((node,), (storage,)),
        blocks=(EvidenceBlock(rlp.encode(members)),),
    )
    with pytest.raises(InvalidEvidence):
        shown(forged)


@given(st.data())
def test_whatever_byte_is_changed_the_same_is_shown_or_nothing(
    evidence: EthrEvidence, drawn: st.DataObject
) -> None:
    accepted = roots(evidence)
    expected = evidence.check(accepted)
    text = bytearray(evidence.serialized())
    at = drawn.draw(st.integers(0, len(text) - 1))
    text[at] = drawn.draw(st.integers(0, 255))
    try:
        found = EthrEvidence.parse(bytes(text)).check(accepted)
    except InvalidEvidence:
        return
    assert found == expected


@pytest.mark.parametrize("count", [0, 1, 2, 3, 16, 17, 127, 128, 129, 130, 145, 257, 300])
@pytest.mark.parametrize("size", [1, 40])
def test_a_list_has_the_root_that_blocks_have(count: int, size: int) -> None:
    items = [bytes((place % 255 + 1,)) * size for place in range(count)]
    trie = HexaryTrie({})
    for place, item in enumerate(items):
        trie.set(rlp.encode(rlp.encode_integer(place)), item)
    assert list_root(items) == trie.root_hash
