from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from did.chain import rlp
from did.chain.sending.signed import MAX_SIZE, SignedTransaction
from did.errors import ChainError

KEY = "0x" + "11" * 32
SENDER = bytes.fromhex(Account.from_key(KEY).address[2:])
TO = "0x" + "12" * 20
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
COMMON = {"nonce": 7, "gas": 50_000, "to": TO, "value": 5, "data": "0x0102", "chainId": 2**40}
FEES = {"maxFeePerGas": 9, "maxPriorityFeePerGas": 2}
ACCESS = [{"address": TO, "storageKeys": ["0x" + "00" * 32, "0x" + "01" * 32]}]
FORMS: list[dict[str, Any]] = [
    {**COMMON, "gasPrice": 9},
    {**COMMON, "type": 1, "gasPrice": 9, "accessList": ACCESS},
    {**COMMON, "type": 2, **FEES, "accessList": ACCESS},
]


def _sign(form: dict[str, Any]) -> bytes:
    return bytes(Account.sign_transaction(form, KEY).raw_transaction)


@pytest.mark.parametrize("form", FORMS)
def test_reads_what_other_wallets_sign(form: dict[str, Any]) -> None:
    signed = Account.sign_transaction(form, KEY)
    transaction = SignedTransaction.parse(bytes(signed.raw_transaction))
    assert transaction.sender == SENDER
    assert transaction.hash == bytes(signed.hash)
    assert (transaction.r, transaction.s) == (signed.r, signed.s)
    assert transaction.type == form.get("type", 0)
    assert transaction.chain_id == 2**40
    assert (transaction.nonce, transaction.gas, transaction.value) == (7, 50_000, 5)
    assert (transaction.to, transaction.data) == (b"\x12" * 20, b"\1\2")
    tip = 2 if transaction.type == 2 else 9
    assert (transaction.max_fee_per_gas, transaction.max_priority_fee_per_gas) == (9, tip)
    expected = ((b"\x12" * 20, (bytes(32), b"\1" * 32)),) if transaction.type else ()
    assert transaction.access_list == expected


def test_reads_a_transaction_that_creates_a_contract() -> None:
    assert SignedTransaction.parse(_sign({**FORMS[2], "to": ""})).to == b""


def test_refuses_a_transaction_that_counts_on_every_chain() -> None:
    form = {name: value for name, value in FORMS[0].items() if name != "chainId"}
    with pytest.raises(ChainError, match="not bound to a chain"):
        SignedTransaction.parse(_sign(form))


@pytest.mark.parametrize("form", FORMS[1:])
def test_refuses_a_transaction_for_the_chain_with_the_number_zero(form: dict[str, Any]) -> None:
    with pytest.raises(ChainError, match="not bound to a chain"):
        SignedTransaction.parse(_sign({**form, "chainId": 0}))


@given(
    st.sampled_from(FORMS),
    st.integers(0, 2**64 - 2),
    st.integers(0, 2**256 - 1),
    st.binary(max_size=80),
    st.integers(1, 2**60),
)
def test_reads_any_transaction_as_eth_account_does(
    form: dict[str, Any], nonce: int, value: int, call: bytes, chain_id: int
) -> None:
    changes = {"nonce": nonce, "value": value, "data": "0x" + call.hex(), "chainId": chain_id}
    raw = _sign({**form, **changes})
    found = SignedTransaction.parse(raw)
    assert "0x" + found.sender.hex() == Account.recover_transaction(raw).lower()
    assert (found.nonce, found.value, found.data) == (nonce, value, call)
    assert found.chain_id == chain_id


def test_refuses_the_second_form_of_a_signature_which_other_libraries_read() -> None:
    fields = rlp.decode(_sign(FORMS[2])[1:])
    assert isinstance(fields, list)
    parity, s = rlp.decode_integer(fields[9]), rlp.decode_integer(fields[11])
    fields[9], fields[11] = rlp.encode_integer(1 - parity), rlp.encode_integer(ORDER - s)
    other = b"\x02" + rlp.encode(fields)
    assert bytes.fromhex(Account.recover_transaction(other)[2:]) == SENDER
    with pytest.raises(ChainError, match="signature is out of range"):
        SignedTransaction.parse(other)


@pytest.mark.parametrize("raw", [b"", b"\x02", b"\x02\xff", b"\x03\xc0", b"\x04\xc0", b"\xc0"])
def test_refuses_what_is_no_transaction(raw: bytes) -> None:
    with pytest.raises(ChainError):
        SignedTransaction.parse(raw)


def test_refuses_a_transaction_longer_than_any_node_takes() -> None:
    with pytest.raises(ChainError, match="bytes"):
        SignedTransaction.parse(bytes(MAX_SIZE + 1))


@given(st.binary(min_size=1, max_size=300))
def test_refuses_noise_with_its_own_error(raw: bytes) -> None:
    with pytest.raises(ChainError):
        SignedTransaction.parse(raw)


def _with(position: int, item: rlp.Item) -> bytes:
    fields = rlp.decode(_sign(FORMS[2])[1:])
    assert isinstance(fields, list)
    fields[position] = item
    return b"\x02" + rlp.encode(fields)


@pytest.mark.parametrize(
    ("position", "item"),
    [
        (0, b"\0\1"),
        (1, []),
        (5, b"short"),
        (5, []),
        (7, []),
        (8, b"text"),
        (8, [b"text"]),
        (8, [[b"\1" * 19, []]]),
        (8, [[b"\1" * 20, [b"\1" * 31]]]),
        (9, b"\2"),
        (10, b""),
        (10, ORDER.to_bytes(32, "big")),
        (11, b""),
        (11, (ORDER // 2 + 1).to_bytes(32, "big")),
        (10, (5).to_bytes(1, "big")),
    ],
)
def test_refuses_a_transaction_with_a_broken_field(position: int, item: rlp.Item) -> None:
    with pytest.raises(ChainError):
        SignedTransaction.parse(_with(position, item))


def test_takes_another_signature_for_another_sender() -> None:
    assert SignedTransaction.parse(_with(1, b"\x08")).sender != SENDER
