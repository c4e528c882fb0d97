from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account as Reference

from did.chain import abi, balance, rlp
from did.chain.amounts import ether
from did.chain.refusal import INVALID_PARAMS, RequestRefused, answers, revert_reason
from did.chain.registry import change_owner, set_attribute
from did.chain.sending.fees import Fees, suggested_fees
from did.chain.sending.transaction import (
    GAS_MARGIN,
    MAX_GAS,
    UnsignedTransaction,
    prepare,
    send,
    sign,
)
from did.errors import (
    ChainError,
    InsufficientFunds,
    InvalidKey,
    NeverSign,
    TransactionFailed,
    Unreachable,
)
from did.keccak import keccak256
from did.keys.ed25519 import Ed25519PrivateKey

if TYPE_CHECKING:
    from did.chain import Chain


def _transfer(chain: Chain, sender: Any, to: Any, value: int = 1) -> UnsignedTransaction:
    return prepare(chain, sender=sender.address, to=to.address, value=value)


def test_ether_goes_from_one_account_to_another(chain: Chain, alice: Any, bob: Any) -> None:
    before = balance(chain, alice.address), balance(chain, bob.address)
    receipt = send(chain, sign(_transfer(chain, alice, bob, 10**18), alice.key))
    assert balance(chain, alice.address) == before[0] - 10**18 - receipt.fee
    assert balance(chain, bob.address) == before[1] + 10**18
    assert receipt.gas_used == 21_000
    assert int(chain.request("eth_blockNumber"), 16) == receipt.block


def test_the_costs_shown_are_the_most_that_is_paid(chain: Chain, alice: Any, bob: Any) -> None:
    unsigned = _transfer(chain, alice, bob, 7)
    receipt = send(chain, sign(unsigned, alice.key))
    assert receipt.fee + 7 <= unsigned.cost
    assert unsigned.gas == receipt.gas_used + GAS_MARGIN


def test_a_change_right_after_another_has_gas_enough(chain: Chain, alice: Any) -> None:
    for _ in range(3):
        call = set_attribute(alice.raw, "did/svc/Test", b"v", validity=1)
        unsigned = prepare(chain, sender=alice.address, to=chain.registry, data=call)
        send(chain, sign(unsigned, alice.key))


def test_what_is_signed_is_what_others_would_sign(chain: Chain, alice: Any) -> None:
    call = set_attribute(alice.raw, "did/svc/Test", b"v", validity=1)
    unsigned = prepare(chain, sender=alice.address, to=chain.registry, data=call)
    form = {
        "type": 2,
        "chainId": unsigned.chain_id,
        "nonce": unsigned.nonce,
        "gas": unsigned.gas,
        "maxFeePerGas": unsigned.max_fee_per_gas,
        "maxPriorityFeePerGas": unsigned.max_priority_fee_per_gas,
        "to": unsigned.to,
        "value": 0,
        "data": call,
    }
    expected = Reference.sign_transaction(form, alice.key._key.secret).raw_transaction
    assert sign(unsigned, alice.key) == bytes(expected)
    assert unsigned.digest == keccak256(unsigned.signing_payload)
    assert rlp.decode(unsigned.signing_payload[1:])[7] == call


def test_a_summary_says_what_the_bytes_to_be_signed_say(chain: Chain, alice: Any) -> None:
    call = set_attribute(alice.raw, "did/pub/Ed25519/veriKey", b"\1\2", validity=60)
    unsigned = prepare(chain, sender=alice.address, to=chain.registry, data=call)
    summary = unsigned.summary()
    assert (summary.chain_id, summary.sender, summary.to) == (
        chain.chain_id,
        alice.address,
        chain.registry,
    )
    assert summary.function == "setAttribute"
    assert summary.arguments == {
        "identity": alice.address.lower(),
        "name": "did/pub/Ed25519/veriKey",
        "value": "0x0102",
        "validity": "60",
    }
    assert summary.cost == summary.value + summary.gas * unsigned.max_fee_per_gas
    assert (summary.nonce, summary.fees) == (unsigned.nonce, unsigned.fees)
    # All but the account of the key that signs is read from the bytes that it signs.
    fields = rlp.decode(unsigned.signing_payload[1:])
    assert isinstance(fields, list)
    assert [rlp.decode_integer(fields[position]) for position in (0, 1, 2, 3, 4, 6)] == [
        summary.chain_id,
        summary.nonce,
        summary.fees.max_priority_fee_per_gas,
        summary.fees.max_fee_per_gas,
        summary.gas,
        summary.value,
    ]


def test_a_summary_of_a_transfer_has_no_function_and_of_unknown_data_the_data(
    chain: Chain, alice: Any, bob: Any
) -> None:
    unsigned = _transfer(chain, alice, bob, 5)
    assert (unsigned.summary().function, unsigned.summary().arguments) == (None, {})
    assert unsigned.summary().value == 5
    unknown = replace(unsigned, data=b"\1\2\3\4\5").summary()
    assert (unknown.function, unknown.arguments) == (None, {"data": "0x0102030405"})


def test_a_transaction_that_would_be_reverted_is_not_made(
    chain: Chain, alice: Any, bob: Any
) -> None:
    call = change_owner(alice.raw, bob.raw)
    with pytest.raises(TransactionFailed, match="execution reverted: bad_actor"):
        prepare(chain, sender=bob.address, to=chain.registry, data=call)


def test_a_transaction_that_the_sender_cannot_pay_for_is_not_made(
    chain: Chain, alice: Any, pauper: Any
) -> None:
    with pytest.raises(InsufficientFunds, match=r"needs at least 0\.\d+ ether .* has 0 ether"):
        _transfer(chain, pauper, alice)
    with pytest.raises(InsufficientFunds) as caught:
        _transfer(chain, pauper, alice, 0)
    fees = suggested_fees(chain)
    needed = (21_000 + GAS_MARGIN) * fees.max_fee_per_gas
    assert str(caught.value) == (
        f"needs {ether(needed)} ether ({needed} wei) at {pauper.address}, has 0 ether (0 wei)"
    )
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(f"({needed} wei) to it on chain {chain.chain_id}")


def test_a_transaction_that_is_reverted_says_why(chain: Chain, alice: Any, bob: Any) -> None:
    call = change_owner(alice.raw, bob.raw)
    unsigned = replace(_transfer(chain, bob, alice, 0), to=chain.registry, gas=100_000, data=call)
    with pytest.raises(TransactionFailed, match="execution reverted: bad_actor"):
        send(chain, sign(unsigned, bob.key))


def test_a_transaction_that_failed_for_no_reason_found_says_so(
    scripted: Any, chain: Chain, alice: Any, bob: Any
) -> None:
    call = change_owner(alice.raw, bob.raw)
    unsigned = replace(_transfer(chain, bob, alice, 0), to=chain.registry, gas=100_000, data=call)
    with pytest.raises(TransactionFailed, match="its gas is spent"):
        send(scripted(chain, eth_call="0x"), sign(unsigned, bob.key))


def test_a_transaction_that_the_chain_does_not_allow_fails(
    chain: Chain, alice: Any, bob: Any
) -> None:
    unsigned = _transfer(chain, alice, bob)
    with pytest.raises(TransactionFailed, match="nonce too high"):
        send(chain, sign(replace(unsigned, nonce=unsigned.nonce + 1), alice.key))


def test_only_the_senders_key_signs(chain: Chain, alice: Any, bob: Any) -> None:
    unsigned = _transfer(chain, alice, bob)
    with pytest.raises(InvalidKey, match="not that of"):
        sign(unsigned, bob.key)
    with pytest.raises(InvalidKey, match="not that of"):
        sign(unsigned, _Ed25519Signer())


class _Ed25519Signer:
    def __init__(self) -> None:
        self.public_key = Ed25519PrivateKey(bytes(32)).public_key

    def sign(self, message: bytes, /) -> bytes:
        return message

    def sign_digest(self, digest: bytes, /) -> bytes:
        return digest


class _Faulty:
    """Has the sender's public key, and signs with something else."""

    def __init__(self, account: Any, signature: bytes) -> None:
        self.public_key = account.key.public_key
        self._signature = signature

    def sign(self, message: bytes, /) -> bytes:
        return message

    def sign_digest(self, _digest: bytes, /) -> bytes:
        return self._signature


def test_a_signature_that_is_not_the_senders_is_not_sent(
    chain: Chain, alice: Any, bob: Any
) -> None:
    unsigned = _transfer(chain, alice, bob)
    with pytest.raises(InvalidKey, match="no signature"):
        sign(unsigned, _Faulty(alice, bytes(65)))
    with pytest.raises(InvalidKey, match="something else"):
        sign(unsigned, _Faulty(alice, bob.key.sign_digest(unsigned.digest)))


def test_a_receipt_is_waited_for_and_not_for_ever(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    raw = sign(_transfer(embedded, alice, bob), alice.key)
    slow = scripted(embedded, eth_getTransactionReceipt=None)
    slept: list[float] = []
    with pytest.raises(Unreachable, match="no receipt yet"):
        send(slow, raw, patience=10, sleep=slept.append)
    assert sum(slept) >= 10
    assert max(slept) == 4

    raw = sign(_transfer(embedded, alice, bob), alice.key)

    def arrive(_: float) -> None:
        del slow.answers["eth_getTransactionReceipt"]

    slow.answers["eth_getTransactionReceipt"] = None
    assert send(slow, raw, sleep=arrive).gas_used == 21_000


def test_refuses_a_chain_that_took_something_else(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    raw = sign(_transfer(embedded, alice, bob), alice.key)
    liar = scripted(embedded, eth_sendRawTransaction="0x" + "00" * 32)
    with pytest.raises(ChainError, match="another transaction"):
        send(liar, raw)


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("eth_estimateGas", "many"),
        ("eth_getBlockByNumber", None),
        ("eth_getBlockByNumber", {}),
        ("eth_feeHistory", {"baseFeePerGas": ["many"]}),
        ("eth_getTransactionCount", None),
        ("eth_getBalance", "much"),
    ],
)
def test_refuses_answers_of_which_no_transaction_can_be_made(
    scripted: Any, embedded: Chain, alice: Any, bob: Any, method: str, answer: Any
) -> None:
    with pytest.raises(ChainError):
        _transfer(scripted(embedded, **{method: answer}), alice, bob)


def test_refuses_addresses_that_are_none(embedded: Chain, alice: Any) -> None:
    with pytest.raises(ChainError):
        prepare(embedded, sender=alice.address, to="bob")
    with pytest.raises(ChainError):
        balance(embedded, "bob")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", ""),
        (b"\1\2\3\4", ""),
        (bytes.fromhex("08c379a0") + abi.encode(["bytes"], [b"why"]), "why"),
        (bytes.fromhex("08c379a0") + b"\1", ""),
        (bytes.fromhex("08c379a0") + abi.encode(["bytes"], [b"\xff"]), ""),
        (bytes.fromhex("4e487b71") + abi.encode(["uint256"], [0x11]), "panic 0x11"),
    ],
)
def test_reads_why_a_contract_refused(given: bytes, reason: str) -> None:
    assert revert_reason(given) == reason


def test_a_refusal_is_an_error_of_the_chain() -> None:
    assert issubclass(RequestRefused, ChainError)


def test_a_nonce_and_fees_that_are_given_are_taken(chain: Chain, alice: Any, bob: Any) -> None:
    fees = Fees(9 * 10**9, 7)
    unsigned = prepare(chain, sender=alice.address, to=bob.address, nonce=99, fees=fees)
    assert (unsigned.nonce, unsigned.fees) == (99, fees)


def test_a_transaction_is_worked_out_in_one_round_trip(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    trips: list[int] = []

    class Counting(scripted):  # type: ignore[misc]
        def request(self, method: str, params: Any = (), /) -> Any:
            trips.append(1)
            return embedded.request(method, params)

        def request_many(self, calls: Any, /) -> Any:
            trips.append(len(calls))
            return embedded.request_many(calls)

    _transfer(embedded, alice, bob)
    assert send(embedded, sign(_transfer(embedded, alice, bob), alice.key)).gas_used == 21_000
    _transfer(Counting(embedded), alice, bob)
    assert trips == [5]


def test_a_large_estimate_gets_a_tenth_more_and_none_is_beyond_what_a_transaction_may_have(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    large = scripted(embedded, eth_estimateGas=hex(1_000_000))
    assert _transfer(large, alice, bob).gas == 1_100_000
    absurd = scripted(embedded, eth_estimateGas=hex(MAX_GAS))
    with pytest.raises(TransactionFailed, match="and may have 16777216"):
        _transfer(absurd, alice, bob)


def test_a_node_that_knows_no_block_to_come_estimates_for_the_last(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    def estimate(*params: Any) -> str:
        if len(params) > 1:
            raise RequestRefused("invalid argument 1", number=INVALID_PARAMS)
        return hex(21_000)

    assert _transfer(scripted(embedded, eth_estimateGas=estimate), alice, bob).gas == 26_000


def test_a_chain_without_a_base_fee_takes_no_transaction_made_here(
    scripted: Any, embedded: Chain, alice: Any, bob: Any
) -> None:
    legacy = scripted(embedded, eth_getBlockByNumber={"number": "0x1"})
    for fees in (None, Fees(9, 9)):
        with pytest.raises(TransactionFailed, match="has no base fee"):
            prepare(legacy, sender=alice.address, to=bob.address, fees=fees)


@pytest.mark.parametrize("method", ["eth_getBalance", "eth_getTransactionCount"])
def test_a_question_that_the_chain_refuses_ends_it(
    scripted: Any, embedded: Chain, alice: Any, bob: Any, method: str
) -> None:
    def refuse(*_: Any) -> Any:
        raise RequestRefused("not today")

    with pytest.raises(RequestRefused, match="not today"):
        _transfer(scripted(embedded, **{method: refuse}), alice, bob)


def test_a_refusal_among_answers_stands_where_its_answer_would(embedded: Chain) -> None:
    number, refused = answers(embedded, [("eth_blockNumber", ()), ("eth_nothing", ())])
    assert int(number, 16) >= 0
    assert isinstance(refused, RequestRefused)


def test_a_transaction_for_another_chain_is_never_signed(
    chain: Chain, alice: Any, bob: Any
) -> None:
    unsigned = _transfer(chain, alice, bob)
    assert sign(unsigned, alice.key, chain=chain) == sign(unsigned, alice.key)
    with pytest.raises(NeverSign, match="is for chain 1, and would go to"):
        sign(replace(unsigned, chain_id=1), alice.key, chain=chain)


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": 0},
        {"chain_id": -1},
        {"nonce": -1},
        {"nonce": 2**64 - 1},
        {"gas": 0},
        {"gas": 2**64},
        {"value": -1},
        {"value": 2**256},
        {"max_fee_per_gas": 2**256},
        {"max_priority_fee_per_gas": -1},
    ],
)
def test_a_transaction_of_no_chain_or_of_impossible_numbers_is_never_made(
    embedded: Chain, alice: Any, bob: Any, changes: dict[str, Any]
) -> None:
    unsigned = _transfer(embedded, alice, bob)
    with pytest.raises(NeverSign):
        replace(unsigned, **changes)


@pytest.mark.parametrize("name", ["to", "sender"])
def test_a_transaction_from_or_to_nobody_is_never_made(
    embedded: Chain, alice: Any, bob: Any, name: str
) -> None:
    change: dict[str, Any] = {name: "bob"}
    with pytest.raises(ChainError):
        replace(_transfer(embedded, alice, bob), **change)
