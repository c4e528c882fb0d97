from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from did.keys.ed25519 import Ed25519PrivateKey
from wallet.journal.entry import (
    GENESIS,
    canonical,
    carried_by,
    chained,
    digest_of,
    hash_of,
    is_signed,
    number_of,
)

KEY = Ed25519PrivateKey(bytes(range(32)))
OTHER = Ed25519PrivateKey(bytes(32))
FACTS = {"action": "create_did", "at": "2026-01-02T03:04:05+00:00", "made": None}
ENTRY = chained(FACTS, number=1, previous=GENESIS, signer=KEY)

leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text()
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.dictionaries(st.text(), values))
def test_the_form_is_that_of_rfc_8785(value: dict[str, Any]) -> None:
    try:
        expected: bytes | None = rfc8785.dumps(value)
    except ValueError:
        expected = None
    assert canonical(value) == expected


@given(st.dictionaries(st.sampled_from("abc"), st.text(st.characters()) | st.integers()))
def test_the_fast_form_is_the_same(value: dict[str, Any]) -> None:
    try:
        expected: bytes | None = rfc8785.dumps(value)
    except ValueError:
        expected = None
    assert canonical(value) == expected


def test_an_entry_is_signed_by_its_key_alone() -> None:
    assert is_signed(ENTRY, KEY.public_key)
    assert not is_signed(ENTRY, OTHER.public_key)


@pytest.mark.parametrize("name", [*ENTRY])
def test_each_member_is_signed(name: str) -> None:
    assert not is_signed({**ENTRY, name: "other"}, KEY.public_key)
    assert not is_signed({key: ENTRY[key] for key in ENTRY if key != name}, KEY.public_key)
    assert not is_signed({**ENTRY, "more": 1}, KEY.public_key)


@pytest.mark.parametrize("end", ["=", "==", "\n", " ", "A"])
def test_a_signature_is_written_in_one_way_alone(end: str) -> None:
    assert not is_signed({**ENTRY, "signature": ENTRY["signature"] + end}, KEY.public_key)


@given(values)
def test_no_json_makes_it_raise(value: Any) -> None:
    for entry in (value, {"signature": value}, {**ENTRY, "number": value, "carried": value}):
        assert not is_signed(entry, KEY.public_key)
        number_of(entry)
        hash_of(entry)
        carried_by(entry)


@pytest.mark.parametrize("number", [True, 1.0, "1", None, [1]])
def test_a_number_is_an_integer(number: object) -> None:
    assert number_of({"number": number}) is None


def test_the_digest_of_what_came_before_knows_order_and_borders() -> None:
    digests = {
        digest_of(entries)
        for entries in (
            [],
            [{"a": 1}],
            [{"a": 1}, {"b": 2}],
            [{"b": 2}, {"a": 1}],
            [{"a": 1}, {"b": 2}, {}],
            [{"a": 1, "b": 2}],
        )
    }
    assert len(digests) == 6
