from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.amounts import ether
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.chain.sending.fees import DEFAULT_TIP, MAX_TIP, Fees, amount, suggested_fees
from did.errors import ChainError, NeverSign, TransactionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GWEI = 10**9


class Node:
    """A node that answers what it is told to, and knows no other method."""

    chain_id = 5
    registry = "0x" + "00" * 20

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def request(self, method: str, _params: Sequence[Any] = (), /) -> Any:
        if method not in self.answers:
            raise RequestRefused(f"there is no method {method}", number=METHOD_NOT_FOUND)
        return self.answers[method]

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)


def _block(base_fee: int) -> dict[str, Any]:
    return {"number": "0x10", "baseFeePerGas": hex(base_fee)}


def _history(*tips: int, next_base: int, empty: int = 0) -> dict[str, Any]:
    return {
        "oldestBlock": "0x1",
        "baseFeePerGas": [hex(7 * GWEI)] * len(tips) + [hex(next_base)],
        "gasUsedRatio": [0.5] * (len(tips) - empty) + [0.0] * empty,
        "reward": [[hex(tip)] for tip in tips],
    }


def test_the_tip_is_what_others_gave_and_the_fee_has_room_for_the_next_base_fee() -> None:
    node = Node(
        eth_getBlockByNumber=_block(7 * GWEI),
        eth_feeHistory=_history(5, 1, 3, next_base=8 * GWEI),
    )
    assert suggested_fees(node) == Fees(16 * GWEI + 3, 3)


def test_empty_blocks_say_nothing_of_tips() -> None:
    node = Node(
        eth_getBlockByNumber=_block(7 * GWEI),
        eth_feeHistory=_history(5, 0, 0, next_base=7 * GWEI, empty=2),
    )
    assert suggested_fees(node).max_priority_fee_per_gas == 5
    node.answers["eth_feeHistory"] = _history(0, 0, next_base=7 * GWEI, empty=2)
    node.answers["eth_maxPriorityFeePerGas"] = hex(9)
    assert suggested_fees(node).max_priority_fee_per_gas == 9


@pytest.mark.parametrize("history", [None, {}, {"baseFeePerGas": [], "reward": []}, "absent"])
def test_a_node_without_a_history_of_fees_proposes_a_tip_or_gets_the_usual_one(
    history: Any,
) -> None:
    node = Node(eth_getBlockByNumber=_block(7 * GWEI), eth_maxPriorityFeePerGas=hex(2))
    if history != "absent":
        node.answers["eth_feeHistory"] = history
    assert suggested_fees(node) == Fees(14 * GWEI + 2, 2)
    del node.answers["eth_maxPriorityFeePerGas"]
    assert suggested_fees(node) == Fees(14 * GWEI + DEFAULT_TIP, DEFAULT_TIP)


def test_a_chain_whose_base_fee_is_nothing_is_not_one_without() -> None:
    node = Node(eth_getBlockByNumber=_block(0), eth_feeHistory=_history(4, next_base=0))
    assert suggested_fees(node) == Fees(4, 4)


@pytest.mark.parametrize("block", [{"number": "0x10"}, {"baseFeePerGas": None}])
def test_a_chain_from_before_eip_1559_is_refused_in_a_sentence(block: dict[str, Any]) -> None:
    # Such nodes may have a history of fees, in which all base fees are nothing.
    node = Node(eth_getBlockByNumber=block, eth_feeHistory=_history(4, next_base=0))
    with pytest.raises(TransactionFailed, match="chain 5 has no base fee") as caught:
        suggested_fees(node)
    assert caught.value.hint is not None
    assert "EIP-1559" in caught.value.hint


def test_a_tip_is_never_higher_than_anyone_gives() -> None:
    node = Node(eth_getBlockByNumber=_block(GWEI), eth_feeHistory=_history(10**20, next_base=GWEI))
    assert suggested_fees(node) == Fees(2 * GWEI + MAX_TIP, MAX_TIP)


def test_a_base_fee_that_nobody_pays_is_refused() -> None:
    node = Node(eth_getBlockByNumber=_block(10**20), eth_feeHistory=None)
    with pytest.raises(TransactionFailed, match="which nobody pays"):
        suggested_fees(node)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"eth_getBlockByNumber": None},
        {"eth_getBlockByNumber": {"baseFeePerGas": 7}},
        {"eth_getBlockByNumber": _block(7), "eth_feeHistory": {"baseFeePerGas": ["many"]}},
        {
            "eth_getBlockByNumber": _block(7),
            "eth_feeHistory": {**_history(1, next_base=7), "reward": [["many"]]},
        },
        {"eth_getBlockByNumber": _block(7), "eth_maxPriorityFeePerGas": None},
    ],
)
def test_refuses_answers_that_are_no_fees(answers: dict[str, Any]) -> None:
    with pytest.raises(ChainError):
        suggested_fees(Node(**answers))


@pytest.mark.parametrize("fees", [(1, 2), (-1, -1), (2**256, 0), (0, -1)])
def test_refuses_fees_that_no_chain_could_take(fees: tuple[int, int]) -> None:
    with pytest.raises(NeverSign):
        Fees(*fees)


@given(st.integers(0, 2**200), st.integers(0, 2**200))
def test_raised_fees_replace_in_every_node(one: int, other: int) -> None:
    fees = Fees(max(one, other), min(one, other))
    raised = fees.raised()
    pairs: list[Callable[[Fees], int]] = [
        lambda found: found.max_fee_per_gas,
        lambda found: found.max_priority_fee_per_gas,
    ]
    for of in pairs:
        assert of(raised) > of(fees)
        assert of(raised) * 8 >= of(fees) * 9


@given(st.integers(0, 2**128))
def test_an_amount_is_exact_in_ether(wei: int) -> None:
    whole, _, rest = ether(wei).partition(".")
    assert int(whole) * 10**18 + int(rest.ljust(18, "0") or "0") == wei
    assert not rest.endswith("0")


def test_an_amount_is_in_ether_and_in_wei() -> None:
    assert amount(15 * 10**17) == "1.5 ether (1500000000000000000 wei)"
    assert amount(0) == "0 ether (0 wei)"
