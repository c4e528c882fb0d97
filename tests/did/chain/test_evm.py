from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from did.chain.embedded.evm import _State
from did.chain.recursion import recursion_limit

if TYPE_CHECKING:
    from did.chain.embedded import EmbeddedChain


def test_py_evm_sees_the_file_as_a_mapping(embedded: EmbeddedChain) -> None:
    store = embedded._ledger.store
    with store.writing():
        state = _State(store)
        state[b"key"] = b"value"
        assert b"key" in state
        assert state[b"key"] == b"value"
        del state[b"key"]
        assert b"key" not in state
        with pytest.raises(KeyError):
            state[b"key"]


def test_contracts_may_call_one_another_as_deep_as_gas_allows(embedded: EmbeddedChain) -> None:
    itself = "3860006000393860006000f000"  # creates what it is, and so on
    before = sys.getrecursionlimit()
    message = {"data": f"0x{itself}", "gas": hex(20_000_000)}
    assert embedded.request("eth_call", [message]) == "0x"
    assert sys.getrecursionlimit() == before


def test_an_evm_does_not_take_away_the_guard_against_nested_json(embedded: EmbeddedChain) -> None:
    assert embedded.request("eth_call", [{"data": "0x"}]) == "0x"
    assert sys.getrecursionlimit() < 2_000
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)


def test_the_limit_of_recursion_comes_back_whatever_happens() -> None:
    before = sys.getrecursionlimit()
    with recursion_limit(), recursion_limit(before + 500):
        assert sys.getrecursionlimit() == before + 500
    with pytest.raises(RecursionError), recursion_limit(before - 1):
        json.loads("[" * 100_000)
    assert sys.getrecursionlimit() == before
    with recursion_limit():
        sys.setrecursionlimit(before + 1)
    assert sys.getrecursionlimit() == before
