from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain import abi

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": st.binary(min_size=20, max_size=20),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bytes": st.binary(max_size=100),
    "uint256": st.integers(0, 2**256 - 1),
    "uint8": st.integers(0, 255),
    "bool": st.booleans(),
}
TYPED = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5).flatmap(
    lambda types: st.tuples(st.just(types), st.tuples(*(VALUES[type_] for type_ in types)))
)


@given(TYPED)
def test_values_come_back(typed: tuple[list[str], tuple[Any, ...]]) -> None:
    types, values = typed
    assert abi.decode(types, abi.encode(types, values)) == values


@given(st.lists(st.sampled_from(sorted(VALUES)), max_size=3), st.binary(max_size=200))
def test_accepts_nothing_but_the_one_encoding_of_values(types: list[str], data: bytes) -> None:
    try:
        values = abi.decode(types, data)
    except abi.InvalidABI:
        return
    assert abi.encode(types, values) == data


def test_names_functions_and_events_as_everybody_does() -> None:
    assert abi.selector("transfer(address,uint256)").hex() == "a9059cbb"
    assert abi.topic("Transfer(address,address,uint256)").hex().startswith("ddf252ad")
    assert abi.types_of("totalSupply()") == ()
    assert abi.call("totalSupply()").hex() == "18160ddd"


@pytest.mark.parametrize(("type_", "value"), [("address", b"\1"), ("uint8", 256), ("uint8", -1)])
def test_refuses_values_that_do_not_fit_their_type(type_: str, value: Any) -> None:
    with pytest.raises(abi.InvalidABI):
        abi.encode([type_], [value])


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("uint256", b""),
        ("uint256", bytes(33)),
        ("address", b"\1" * 32),
        ("bytes4", b"\1" * 32),
        ("bool", bytes(31) + b"\2"),
        ("bytes", bytes(64)),
        ("bytes", bytes(31) + b"\x20" + b"\xff" * 32),
        ("bytes", bytes(31) + b"\x20" + bytes(31) + b"\x01" + b"\1" * 32),
        ("bytes", bytes(31) + b"\x40" + bytes(64)),
        ("bytes", bytes(31) + b"\x20" + bytes(64)),
    ],
)
def test_refuses_broken_encodings(type_: str, data: bytes) -> None:
    with pytest.raises(abi.InvalidABI):
        abi.decode([type_], data)
