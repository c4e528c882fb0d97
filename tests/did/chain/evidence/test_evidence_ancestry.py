from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from did.chain.evidence import (
    AcceptedBlocks,
    EthrEvidence,
    InvalidEvidence,
    NotAccepted,
    gathered,
)
from did.chain.evidence.ancestry import HISTORY_CODE, Past, slot_of
from did.chain.evidence.headers import Header
from did.chain.evidence.linking import MAX_LEAPS, MAX_PARENTS
from did.chain.evidence.tries import StateProof
from did.keccak import keccak256

ALICE, BOB = b"\xa1" * 20, b"\xb0" * 20
HUB = (
    "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)",
    (b"did/svc/Hub", b"https://hub.example", 4_000_000_000),
)


def numbers(evidence: EthrEvidence) -> list[int]:
    return [Header.read(block.header).number for block in evidence.blocks]


def roots(evidence: EthrEvidence) -> list[int]:
    return [name.number for name in evidence.roots]


def checked(evidence: EthrEvidence) -> int:
    return len(evidence.check(AcceptedBlocks.of(evidence.roots)).changes)


@pytest.fixture
def far(made: Any) -> Any:
    """A chain that keeps hashes, whose only change is 30 blocks back."""
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    for _ in range(30):
        chain.mine()
    return chain


def test_a_state_leads_to_an_older_block_in_one_step(far: Any) -> None:
    evidence = gathered(far, ALICE)
    assert (numbers(evidence), roots(evidence)) == ([31, 1], [31])
    assert checked(evidence) == 1


def test_states_lead_to_any_age_in_steps_of_their_window(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    for number in (5_000, 7_809, 13_000, 16_000):
        chain.mine(number=number)
    evidence = gathered(chain, ALICE)
    assert (numbers(evidence), roots(evidence)) == ([16_000, 7_809, 1], [16_000])
    assert checked(evidence) == 1


def test_a_step_may_end_just_above_the_block_that_is_wanted(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    chain.mine()
    chain.mine(number=8_193)
    evidence = gathered(chain, ALICE)
    assert (numbers(evidence), roots(evidence)) == ([8_193, 2, 1], [8_193])


def test_a_block_on_the_way_that_the_node_lacks_leaves_another_root(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    for number in (5_000, 7_809, 13_000, 16_000):
        chain.mine(number=number)
    del chain.blocks[7_809]
    evidence = gathered(chain, ALICE)
    assert (numbers(evidence), roots(evidence)) == ([16_000, 1], [16_000, 1])
    assert checked(evidence) == 1


def test_no_more_steps_are_taken_than_are_worth_it(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    last = 1 + (MAX_LEAPS + 1) * 8_191
    for number in range(1 + 8_191, last + 1, 8_191):
        chain.mine(number=number)
    assert roots(gathered(chain, ALICE)) == [last, 1]


def test_a_chain_that_keeps_no_hashes_gives_all_headers_between(made: Any) -> None:
    chain = made()
    chain.change(ALICE, HUB)
    for _ in range(20):
        chain.mine()
    chain.change(ALICE, HUB)
    evidence = gathered(chain, ALICE)
    assert (numbers(evidence), roots(evidence)) == (list(range(22, 0, -1)), [22])
    assert checked(evidence) == 2


def test_a_block_too_far_away_is_a_root_and_has_to_be_accepted(made: Any) -> None:
    chain = made()
    chain.change(ALICE, HUB)
    chain.mine(number=MAX_PARENTS + 3)
    evidence = gathered(chain, ALICE)
    assert roots(evidence) == [MAX_PARENTS + 3, 1]
    assert checked(evidence) == 1
    for root in evidence.roots:
        with pytest.raises(NotAccepted) as refused:
            evidence.check(AcceptedBlocks.of([root]))
        assert len(refused.value.blocks) == 1
    with pytest.raises(NotAccepted, match=", and 1 more, which nobody"):
        evidence.check(AcceptedBlocks())


def test_headers_between_that_the_node_lacks_leave_another_root(made: Any) -> None:
    chain = made()
    chain.change(ALICE, HUB)
    chain.mine(number=6)
    assert roots(gathered(chain, ALICE)) == [6, 1]


def test_a_node_without_old_states_is_asked_for_headers(far: Any) -> None:
    far.refuses["eth_getProof"] = lambda params: params[0].endswith("2935")
    evidence = gathered(far, ALICE)
    assert (numbers(evidence), roots(evidence)) == (list(range(31, 0, -1)), [31])


def test_refuses_a_hash_out_of_a_state_that_is_another_blocks(far: Any) -> None:
    evidence = gathered(far, ALICE)
    head, old = evidence.blocks
    other = gathered(far, BOB, at_block=2).blocks[0]
    with pytest.raises(InvalidEvidence, match="not the ancestor"):
        _ = replace(evidence, blocks=(head, replace(old, header=forged(old.header)))).roots
    assert head.past is not None
    for past in (
        replace(head.past, block=0),
        replace(head.past, block=2),
        replace(head.past, proof=StateProof(head.past.proof.account, ())),
        replace(head.past, proof=StateProof((), head.past.proof.storage)),
        replace(head.past, block=31),
        replace(head.past, block=40),
    ):
        with pytest.raises(InvalidEvidence):
            _ = replace(evidence, blocks=(replace(head, past=past), other, old)).roots


def forged(header: bytes) -> bytes:
    return header[:-1] + bytes((header[-1] ^ 1,))


def test_refuses_hashes_older_than_a_state_keeps(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    chain.mine(number=9_000)
    evidence = gathered(chain, ALICE)
    assert roots(evidence) == [9_000, 1]
    proof = StateProof((), ())
    blocks = (replace(evidence.blocks[0], past=Past(1, proof)), evidence.blocks[1])
    with pytest.raises(InvalidEvidence, match="keeps none of 1"):
        replace(evidence, blocks=blocks).check(AcceptedBlocks())


def test_refuses_a_state_that_kept_nothing_yet(made: Any) -> None:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    chain.mine(number=40)
    evidence = gathered(chain, ALICE)
    past = evidence.blocks[0].past
    assert past is not None
    answer = chain.request(
        "eth_getProof",
        ["0x0000f90827f1c53a10cb7a02335b175320002935", ["0x" + slot_of(7).hex()], "0x28"],
    )
    nodes = [
        tuple(bytes.fromhex(one[2:]) for one in some)
        for some in (answer["accountProof"], answer["storageProof"][0]["proof"])
    ]
    blocks = (replace(evidence.blocks[0], past=Past(7, StateProof(*nodes))),)
    with pytest.raises(InvalidEvidence, match="keeps none of 7"):
        _ = replace(evidence, blocks=blocks).roots


def test_refuses_two_blocks_that_lead_to_different_ones(far: Any, made: Any) -> None:
    evidence = gathered(far, ALICE)
    head, old = evidence.blocks
    fork = made()
    fork.change(BOB, HUB)
    fork.mine()
    second = gathered(fork, BOB).blocks[0]
    assert Header.read(second.header).number == 2
    with pytest.raises(InvalidEvidence, match="two blocks lead to different blocks 1"):
        _ = replace(evidence, blocks=(head, second, old)).roots


def test_the_history_contract_is_the_one_of_the_standard() -> None:
    assert len(HISTORY_CODE) == 83
    assert slot_of(8_192) == (1).to_bytes(32, "big")
    assert keccak256(HISTORY_CODE).hex().startswith("6e49e667")
