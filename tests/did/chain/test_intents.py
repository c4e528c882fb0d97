from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.sending.inclusion import Place
from did.chain.sending.intents import MAX_TRANSACTIONS, Intent, State
from did.chain.sending.signed import SignedTransaction
from did.chain.sending.transaction import UnsignedTransaction, sign
from did.errors import ChainError
from did.keys.secp256k1 import Secp256k1PrivateKey, address

KEY = Secp256k1PrivateKey((1).to_bytes(32, "big"))
SENDER = address(KEY.public_key)
OTHER = "0x" + "AB" * 20
WHEN = datetime(2026, 11, 25, 12, 30, 15, 250_000, tzinfo=UTC)


def _signed(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "chain_id": 7,
        "sender": SENDER,
        "to": OTHER,
        "nonce": 3,
        "gas": 21_000,
        "max_fee_per_gas": 9,
        "max_priority_fee_per_gas": 1,
        "value": 5,
        "data": b"",
    }
    return sign(UnsignedTransaction(**{**fields, **changes}), KEY)


FIRST = Intent.of(_signed(), purpose={"action": "pay"}, created=WHEN)
SECOND = FIRST.replaced_by(_signed(max_fee_per_gas=20, max_priority_fee_per_gas=2))


def _seen(intent: Intent) -> Intent:
    return Intent(
        intent.id,
        intent.transactions,
        intent.purpose,
        intent.created,
        State.INCLUDED,
        Place(intent.hashes[0], 5, b"\7" * 32),
    )


@pytest.mark.parametrize("intent", [FIRST, SECOND, _seen(SECOND)])
def test_an_intent_is_what_it_was_after_it_was_written_down(intent: Intent) -> None:
    assert Intent.from_json(intent.to_json()) == intent


@given(
    st.dictionaries(st.text(max_size=1_000), st.text(max_size=1_000), max_size=16),
    st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_it_is_for_is_written_down(purpose: dict[str, str], created: datetime) -> None:
    intent = Intent.of(_signed(), purpose=purpose, created=created)
    assert Intent.from_json(intent.to_json()) == intent
    assert dict(intent.purpose) == purpose


def test_it_says_what_was_signed() -> None:
    assert (FIRST.chain_id, FIRST.sender, FIRST.nonce) == (7, SENDER, 3)
    assert FIRST.to_json() == {
        "version": 1,
        "id": FIRST.id,
        "chainId": 7,
        "from": SENDER,
        "nonce": 3,
        "transactions": ["0x" + _signed().hex()],
        "purpose": {"action": "pay"},
        "created": "2026-11-25T12:30:15.250000+00:00",
        "state": "signed",
        "seen": None,
    }


def test_nobody_changes_what_it_is_for() -> None:
    words = {"action": "pay"}
    intent = Intent.of(_signed(), purpose=words, created=WHEN)
    words["action"] = "steal"
    assert intent.purpose == {"action": "pay"}
    assert isinstance(intent.purpose, MappingProxyType)


def test_a_replacement_starts_anew_and_the_last_one_counts() -> None:
    again = _seen(FIRST).replaced_by(_signed(max_fee_per_gas=20))
    assert (again.state, again.seen) == (State.SIGNED, None)
    assert again.last == SignedTransaction.parse(_signed(max_fee_per_gas=20))
    assert again.id == FIRST.id


def test_only_a_replacement_that_does_nothing_cancels() -> None:
    nothing = _signed(to=SENDER, value=0, max_fee_per_gas=20)
    cancelled = FIRST.replaced_by(nothing)
    assert cancelled.cancels(cancelled.last.hash)
    assert not cancelled.cancels(FIRST.last.hash)
    for raw in (
        _signed(max_fee_per_gas=20),
        _signed(to=SENDER, max_fee_per_gas=20),
        _signed(to=SENDER, value=0, data=b"\1", max_fee_per_gas=20),
    ):
        other = FIRST.replaced_by(raw)
        assert not other.cancels(other.last.hash)
    alone = Intent.of(nothing, purpose={}, created=WHEN)
    assert not alone.cancels(alone.last.hash)


@pytest.mark.parametrize("changes", [{"nonce": 4}, {"chain_id": 8}])
def test_a_replacement_has_the_chain_and_nonce_of_what_it_replaces(changes: dict[str, int]) -> None:
    with pytest.raises(ChainError, match="one chain, sender and nonce"):
        FIRST.replaced_by(_signed(**changes))


SEEN: dict[str, Any] = _seen(FIRST).to_json()["seen"]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"version": True},
        {"version": "1"},
        {"id": "../../etc/passwd"},
        {"id": 7},
        {"id": "AB" * 16},
        {"chainId": 8},
        {"chainId": "7"},
        {"from": OTHER},
        {"from": SENDER.lower()},
        {"nonce": 4},
        {"nonce": None},
        {"transactions": []},
        {"transactions": None},
        {"transactions": "0x"},
        {"transactions": ["0x"]},
        {"transactions": ["0x02c0"]},
        {"transactions": [7]},
        {"transactions": ["0x" + _signed().hex()] * (MAX_TRANSACTIONS + 1)},
        {"purpose": None},
        {"purpose": ["action"]},
        {"purpose": {"action": 7}},
        {"purpose": {"action": "x" * 1_001}},
        {"purpose": {str(number): "" for number in range(17)}},
        {"created": "yesterday"},
        {"created": 7},
        {"created": "2026-11-25T12:30:15"},
        {"state": "lost"},
        {"state": None},
        {"state": "included"},
        {"seen": SEEN},
        {"state": "included", "seen": {}},
        {"state": "included", "seen": {**SEEN, "more": 1}},
        {"state": "included", "seen": {**SEEN, "blockNumber": -1}},
        {"state": "included", "seen": {**SEEN, "blockNumber": "5"}},
        {"state": "included", "seen": {**SEEN, "blockHash": "0x07"}},
        {"state": "included", "seen": {**SEEN, "transactionHash": "0x" + "07" * 32}},
        {"state": "included", "seen": {**SEEN, "transactionHash": None}},
        {"more": 1},
    ],
)
def test_refuses_an_intent_that_is_damaged(changes: dict[str, Any]) -> None:
    with pytest.raises(ChainError):
        Intent.from_json({**FIRST.to_json(), **changes})


def test_refuses_a_nonce_that_is_a_truth() -> None:
    intent = Intent.of(_signed(nonce=1), purpose={}, created=WHEN)
    with pytest.raises(ChainError, match="another chain, sender or nonce"):
        Intent.from_json({**intent.to_json(), "nonce": True})


@pytest.mark.parametrize("value", [None, [], "intent", {}])
def test_refuses_what_is_no_intent(value: Any) -> None:
    with pytest.raises(ChainError, match="no intent"):
        Intent.from_json(value)


@given(
    st.sampled_from(sorted(FIRST.to_json())),
    st.none() | st.text() | st.integers() | st.lists(st.text()),
)
def test_refuses_any_member_that_is_another(name: str, value: Any) -> None:
    given_ = {**FIRST.to_json(), name: value}
    try:
        found = Intent.from_json(given_)
    except ChainError:
        return
    # Only what is free to be anything, or is the same, is taken.
    assert name in {"id", "created"} or found == FIRST
