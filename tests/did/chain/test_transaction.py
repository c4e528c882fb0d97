from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account as Reference

from did.chain import abi, balance, rlp
from did.chain.refusal import RequestRefused, revert_reason
from did.chain.registry import change_owner, set_attribute
from did.chain.transaction import GAS_MARGIN, UnsignedTransaction, prepare, send, sign
from did.errors import ChainError, InvalidKey, TransactionFailed, Unreachable
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
    with pytest.raises(TransactionFailed, match="insufficient funds"):
        _transfer(chain, pauper, alice)
    with pytest.raises(TransactionFailed, match="has 0 wei") as caught:
        _transfer(chain, pauper, alice, 0)
    assert caught.value.hint is not None


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
        ("eth_maxPriorityFeePerGas", None),
        ("eth_getTransactionCount", None),
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
