from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import balance
from did.chain.node import NodeChain
from did.chain.sending.fees import Fees, suggested_fees
from did.chain.sending.intents import Intent, MemoryIntents, State
from did.chain.sending.outbox import NonceGap, Outbox, Outcome, Settled
from did.chain.sending.transaction import UnsignedTransaction, broadcast, prepare, sign
from did.errors import InsufficientFunds, TransactionFailed, Unreachable
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from did.chain import Chain

CHAIN_ID = 901_234_567_891
NOBODY = "0x" + "00" * 19 + "99"
PURPOSE = {"action": "pay"}


@pytest.fixture(scope="module")
def slow(request: pytest.FixtureRequest) -> Iterator[NodeChain]:
    # It makes a block when it is told to, and takes one back.
    anvil: Any = request.config.pluginmanager.get_plugin("anvil")
    if (program := anvil.find_anvil()) is None:
        pytest.skip("there is no anvil here: `make test` installs it where node and npm are")
    with anvil.started(program, chain_id=CHAIN_ID) as url:
        chain = NodeChain(url, registry=NOBODY, chain_id=CHAIN_ID)
        chain.request("evm_setAutomine", [False])
        yield chain
        chain.close()


@dataclass
class Person:
    """An account of one test, and what it has signed."""

    key: Secp256k1PrivateKey
    chain: NodeChain
    outbox: Outbox
    moves: list[Callable[[], object]]
    """What happens on the chain while the outbox sleeps, one move at a time."""

    @property
    def address(self) -> str:
        return address(self.key.public_key)

    def payment(self, value: int = 1, **given: Any) -> UnsignedTransaction:
        return prepare(self.chain, sender=self.address, to=NOBODY, value=value, **given)

    def leave(self, unsigned: UnsignedTransaction, chain: Chain | None = None) -> Intent:
        """Sends it, and waits for nothing."""
        with pytest.raises(Unreachable):
            self.outbox.send(
                self.chain if chain is None else chain,
                unsigned,
                self.key,
                purpose=PURPOSE,
                patience=0,
            )
        return self.open(unsigned.nonce)

    def open(self, nonce: int) -> Intent:
        return next(one for one in self.outbox.store.all() if one.nonce == nonce)

    def settle(self) -> list[Outcome]:
        return [one.outcome for one in self.outbox.settle(self.chain)]


@pytest.fixture
def person(slow: NodeChain) -> Person:
    moves: list[Callable[[], object]] = []
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds
        if moves:
            moves.pop(0)()

    outbox = Outbox(MemoryIntents(), monotonic=lambda: passed[0], sleep=sleep)
    made = Person(Secp256k1PrivateKey(secrets.token_bytes(32)), slow, outbox, moves)
    slow.request("anvil_setBalance", [made.address, hex(10**18)])
    slow.request("evm_mine")
    return made


class Deaf:
    """A node that is sent transactions and never answers, whether it got them or not."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    @property
    def chain_id(self) -> int:
        return self._chain.chain_id

    @property
    def registry(self) -> str:
        return self._chain.registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if method == "eth_sendRawTransaction":
            raise Unreachable("nobody answers")
        return self._chain.request(method, params)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)


def _mine(chain: NodeChain) -> Callable[[], object]:
    return lambda: chain.request("evm_mine")


def _take_back(chain: NodeChain, blocks: int = 1) -> Callable[[], object]:
    return lambda: chain.request("anvil_reorg", [blocks, []])


def test_a_transaction_is_waited_for_until_a_block_stands_upon_its_own(person: Person) -> None:
    events: list[Any] = []
    person.moves += [lambda: None, _mine(person.chain), _mine(person.chain)]
    receipt = person.outbox.send(
        person.chain, person.payment(), person.key, purpose=PURPOSE, progress=events.append
    )
    assert [(event.outcome, event.confirmations) for event in events] == [
        (Outcome.PENDING, 0),
        (Outcome.CONFIRMING, 1),
        (Outcome.DONE, 2),
    ]
    assert receipt.block + 1 == int(person.chain.request("eth_blockNumber"), 16)
    assert person.outbox.store.all() == ()


def test_a_wait_that_ends_early_says_how_deep_it_is_and_is_settled_later(person: Person) -> None:
    person.moves += [_mine(person.chain)]
    with pytest.raises(Unreachable, match="1 of 2 confirmations"):
        person.outbox.send(
            person.chain, person.payment(), person.key, purpose=PURPOSE, patience=0.25
        )
    (intent,) = person.outbox.store.all()
    assert intent.state is State.INCLUDED
    assert Intent.from_json(intent.to_json()) == intent
    assert person.settle() == [Outcome.CONFIRMING]
    assert [one.outcome for one in person.outbox.settle(person.chain, confirmations=1)] == [
        Outcome.DONE
    ]


def test_what_waits_for_a_block_is_left(person: Person) -> None:
    intent = person.leave(person.payment())
    assert person.settle() == [Outcome.PENDING]
    assert person.settle() == [Outcome.PENDING]
    (pending,) = person.outbox.pending(person.chain)
    assert (pending.intent.id, pending.missing) == (intent.id, None)
    person.chain.request("evm_mine")
    assert person.settle() == [Outcome.CONFIRMING]
    person.chain.request("evm_mine")
    (done,) = person.outbox.settle(person.chain)
    assert (done.outcome, done.confirmations) == (Outcome.DONE, 2)
    assert person.settle() == []


def test_what_the_node_forgot_is_sent_again_as_it_was(person: Person) -> None:
    intent = person.leave(person.payment())
    name = "0x" + intent.last.hash.hex()
    person.chain.request("anvil_dropTransaction", [name])
    assert person.chain.request("eth_getTransactionByHash", [name]) is None
    assert person.settle() == [Outcome.RESENT]
    assert person.chain.request("eth_getTransactionByHash", [name]) is not None
    assert person.settle() == [Outcome.PENDING]


def test_a_block_that_is_taken_back_is_reported_and_its_transaction_waits_again(
    person: Person,
) -> None:
    chain = person.chain
    events: list[Any] = []
    person.moves += [_mine(chain), _take_back(chain), _mine(chain), _mine(chain)]
    receipt = person.outbox.send(
        chain, person.payment(), person.key, purpose=PURPOSE, progress=events.append
    )
    assert [event.outcome for event in events] == [
        Outcome.PENDING,
        Outcome.CONFIRMING,
        Outcome.REORGANISED,
        Outcome.CONFIRMING,
        Outcome.DONE,
    ]
    assert balance(chain, person.address) == 10**18 - 1 - receipt.fee


def test_a_block_that_is_taken_back_between_two_starts_is_reported(person: Person) -> None:
    person.leave(person.payment())
    person.chain.request("evm_mine")
    assert person.settle() == [Outcome.CONFIRMING]
    person.chain.request("anvil_reorg", [1, []])
    (found,) = person.outbox.settle(person.chain)
    assert (found.outcome, found.intent.state) == (Outcome.REORGANISED, State.SENT)
    assert person.settle() == [Outcome.PENDING]


def test_a_faster_transaction_takes_the_place_of_a_slow_one(person: Person) -> None:
    chain = person.chain
    slow = person.leave(person.payment(fees=Fees(3 * 10**9, 1)))
    faster = person.outbox.speed_up(chain, slow)
    present = suggested_fees(chain)
    assert faster.nonce == slow.nonce
    assert (faster.value, faster.gas, faster.data) == (1, slow.last.gas, b"")
    assert faster.max_fee_per_gas >= max(3 * 10**9 * 9 // 8, present.max_fee_per_gas)
    assert faster.max_priority_fee_per_gas >= max(2, present.max_priority_fee_per_gas)
    person.moves += [_mine(chain), _mine(chain)]
    receipt = person.outbox.replace(chain, slow, faster, person.key)
    assert receipt.transaction_hash != "0x" + slow.last.hash.hex()
    assert balance(chain, person.address) == 10**18 - 1 - receipt.fee
    assert person.outbox.store.all() == ()


def test_a_replacement_rises_twice_and_still_is_one_payment(person: Person) -> None:
    chain = person.chain
    intent = person.leave(person.payment())
    for count in (2, 3):
        with pytest.raises(Unreachable, match="no receipt yet"):
            person.outbox.replace(
                chain, intent, person.outbox.speed_up(chain, intent), person.key, patience=0
            )
        intent = person.open(intent.nonce)
        assert len(intent.transactions) == count
        assert intent.state is State.SENT
    chain.request("evm_mine")
    chain.request("evm_mine")
    (done,) = person.outbox.settle(chain)
    assert done.receipt is not None
    assert done.receipt.transaction_hash == "0x" + intent.last.hash.hex()
    assert balance(chain, person.address) == 10**18 - 1 - done.receipt.fee


def test_a_cancelled_transaction_never_counts(person: Person) -> None:
    chain = person.chain
    intent = person.leave(person.payment(5))
    nothing = person.outbox.cancel(chain, intent)
    assert (nothing.to, nothing.value, nothing.data) == (person.address, 0, b"")
    assert (nothing.nonce, nothing.gas) == (intent.nonce, 21_000)
    events: list[Any] = []
    person.moves += [_mine(chain), _mine(chain)]
    receipt = person.outbox.replace(chain, intent, nothing, person.key, progress=events.append)
    assert events[-1].outcome is Outcome.CANCELLED
    assert balance(chain, person.address) == 10**18 - receipt.fee
    assert chain.request("eth_getTransactionReceipt", ["0x" + intent.last.hash.hex()]) is None


def test_a_cancellation_that_comes_too_late_says_that_the_first_was_done(person: Person) -> None:
    chain = person.chain
    intent = person.leave(person.payment(5))
    nothing = person.outbox.cancel(chain, intent)
    chain.request("evm_mine")
    with pytest.raises(TransactionFailed, match="is in block"):
        person.outbox.replace(chain, intent, nothing, person.key)
    assert person.open(intent.nonce) == intent
    chain.request("evm_mine")
    assert person.settle() == [Outcome.DONE]


def test_a_cancellation_that_the_chain_no_longer_takes_leaves_the_intent_as_it_was(
    person: Person,
) -> None:
    chain = person.chain
    intent = person.leave(person.payment(5))
    nothing = person.outbox.cancel(chain, intent)
    chain.request("anvil_setBalance", [person.address, "0x1"])
    with pytest.raises(TransactionFailed, match=r"not replaced: (?i:insufficient funds)"):
        person.outbox.replace(chain, intent, nothing, person.key)
    assert person.open(intent.nonce) == intent


def test_a_faster_transaction_that_cannot_be_paid_is_not_made(person: Person) -> None:
    intent = person.leave(person.payment(5))
    person.chain.request("anvil_setBalance", [person.address, "0x1"])
    with pytest.raises(InsufficientFunds, match=r"has 0\.000000000000000001 ether"):
        person.outbox.speed_up(person.chain, intent)


def test_a_replacement_that_never_left_is_sent_when_it_is_settled(person: Person) -> None:
    chain = person.chain
    intent = person.leave(person.payment())
    faster = person.outbox.speed_up(chain, intent)
    with pytest.raises(Unreachable, match="may not have been sent"):
        person.outbox.replace(Deaf(chain), intent, faster, person.key)
    last = "0x" + person.open(intent.nonce).last.hash.hex()
    assert chain.request("eth_getTransactionByHash", [last]) is None
    assert person.settle() == [Outcome.RESENT]
    assert chain.request("eth_getTransactionByHash", [last]) is not None


def test_a_replacement_that_is_refused_leaves_the_first_waiting(person: Person) -> None:
    chain = person.chain
    intent = person.leave(person.payment())
    faster = person.outbox.speed_up(chain, intent)
    with pytest.raises(Unreachable):
        person.outbox.replace(Deaf(chain), intent, faster, person.key)
    chain.request("anvil_setBalance", [person.address, "0x1"])
    (found,) = person.outbox.settle(chain)
    assert found.outcome is Outcome.PENDING
    assert found.reason is not None
    assert "nsufficient funds" in found.reason


def test_a_nonce_that_another_wallet_used_is_lost_once_that_is_certain(person: Person) -> None:
    chain = person.chain
    unsigned = person.payment(fees=Fees(3 * 10**9, 1))
    intent = person.leave(unsigned)
    others = replace(unsigned, value=2, max_fee_per_gas=10**11, max_priority_fee_per_gas=10**9)
    assert broadcast(chain, sign(others, person.key)) is None
    chain.request("evm_mine")
    assert person.settle() == [Outcome.PENDING]
    chain.request("evm_mine")
    (lost,) = person.outbox.settle(chain)
    assert (lost.outcome, lost.intent.id, lost.receipt) == (Outcome.LOST, intent.id, None)
    assert person.settle() == []


def test_nonces_go_on_after_what_waits_and_a_gap_is_reported(person: Person) -> None:
    chain = person.chain
    first = person.payment()
    person.leave(first)
    assert person.payment().nonce == first.nonce + 1
    with pytest.raises(Unreachable):
        person.outbox.send(chain, first, person.key, purpose=PURPOSE, patience=0)
    assert sorted(one.nonce for one in person.outbox.store.all()) == [first.nonce, first.nonce + 1]

    events: list[Settled | NonceGap] = []
    with pytest.raises(Unreachable):
        person.outbox.send(
            chain,
            replace(first, nonce=first.nonce + 3),
            person.key,
            purpose=PURPOSE,
            patience=0,
            progress=events.append,
        )
    assert isinstance(events[0], NonceGap)
    assert events[0].missing == first.nonce + 2
    assert [one.missing for one in person.outbox.pending(chain)] == [None, None, first.nonce + 2]

    filling = replace(first, nonce=first.nonce)  # is taken, and so gets the one that is missing
    with pytest.raises(Unreachable):
        person.outbox.send(chain, filling, person.key, purpose=PURPOSE, patience=0)
    assert [one.missing for one in person.outbox.pending(chain)] == [None] * 4
    chain.request("evm_mine")
    chain.request("evm_mine")
    assert person.settle() == [Outcome.DONE] * 4
