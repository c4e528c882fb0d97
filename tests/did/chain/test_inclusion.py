from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain.refusal import RequestRefused
from did.chain.sending.inclusion import Included, Overtaken, Waiting, look, read_receipt
from did.chain.sending.signed import SignedTransaction
from did.chain.sending.transaction import prepare, send, sign
from did.errors import ChainError

if TYPE_CHECKING:
    from did.chain import Chain


def _signed(chain: Chain, alice: Any, bob: Any, value: int = 1) -> SignedTransaction:
    unsigned = prepare(chain, sender=alice.address, to=bob.address, value=value)
    return SignedTransaction.parse(sign(unsigned, alice.key))


def test_a_transaction_is_found_where_it_is(chain: Chain, alice: Any, bob: Any) -> None:
    one = _signed(chain, alice, bob)
    assert look(chain, [one]) == Waiting(known=False)
    receipt = send(chain, one.raw)
    found = look(chain, [one])
    assert isinstance(found, Included)
    assert (found.transaction, found.place.block, found.confirmations) == (one, receipt.block, 1)
    assert read_receipt(chain, found.transaction, found.receipt) == receipt


def test_one_of_several_counts(chain: Chain, alice: Any, bob: Any) -> None:
    first, second = _signed(chain, alice, bob, 1), _signed(chain, alice, bob, 2)
    send(chain, first.raw)
    found = look(chain, [first, second])
    assert isinstance(found, Included)
    assert found.transaction == first
    assert look(chain, [second]) == Overtaken()


def test_a_receipt_of_a_block_that_was_given_up_is_not_believed(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    one = _signed(embedded, alice, bob)
    send(embedded, one.raw)
    for block in (None, {"hash": "0x" + "77" * 32}):
        behind = scripted(embedded, eth_getBlockByNumber=block)
        assert look(behind, [one]) == Waiting(known=True)


def test_a_node_that_is_a_block_behind_its_own_receipt_has_one_confirmation(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    one = _signed(embedded, alice, bob)
    send(embedded, one.raw)
    found = look(scripted(embedded, eth_blockNumber="0x0"), [one])
    assert isinstance(found, Included)
    assert found.confirmations == 1


def test_a_receipt_that_comes_between_two_questions_is_found(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    one = _signed(embedded, alice, bob)
    send(embedded, one.raw)
    late: list[Any] = [None]

    def receipt(name: str) -> Any:
        return late.pop() if late else embedded.request("eth_getTransactionReceipt", [name])

    chain = scripted(embedded, eth_getTransactionReceipt=receipt, eth_getTransactionByHash=None)
    assert isinstance(look(chain, [one]), Included)


def test_a_node_that_is_slow_with_receipts_is_no_proof_of_another_transaction(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    one = _signed(embedded, alice, bob)
    send(embedded, one.raw)
    assert look(scripted(embedded, eth_getTransactionReceipt=None), [one]) == Waiting(known=True)


def test_another_transaction_is_one_when_it_is_deep_enough(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    first, second = _signed(embedded, alice, bob, 1), _signed(embedded, alice, bob, 2)
    send(embedded, first.raw)
    assert look(embedded, [second], confirmations=2) == Waiting(known=True)

    def count(account: str, tag: str) -> Any:
        if tag != "latest":
            raise RequestRefused("missing trie node")
        return embedded.request("eth_getTransactionCount", [account, tag])

    # A node that keeps no state but the last is believed in that.
    poor = scripted(embedded, eth_getTransactionCount=count)
    assert look(poor, [second], confirmations=2) == Overtaken()


def test_refuses_the_receipt_of_another_transaction(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    one = _signed(embedded, alice, bob)
    send(embedded, one.raw)
    found = look(embedded, [one])
    assert isinstance(found, Included)
    other = {**found.receipt, "transactionHash": "0x" + "11" * 32}
    receipts: list[Any] = [other, [], {**found.receipt, "blockHash": None}]
    for receipt in receipts:
        with pytest.raises(ChainError):
            look(scripted(embedded, eth_getTransactionReceipt=receipt), [one])
        with pytest.raises(ChainError):
            read_receipt(embedded, one, receipt)
