from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from eth.db.account import AccountDB
from eth.db.atomic import AtomicDB
from hypothesis import given
from hypothesis import strategies as st
from trie import HexaryTrie

from did.chain import rlp
from did.chain.embedded.state import (
    EMPTY_CODE,
    EMPTY_ROOT,
    Account,
    read_account,
    read_code,
    read_storage,
)
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Callable


PATH: Final = keccak256(bytes(20))


def test_the_empty_state_is_named_as_everybody_names_it() -> None:
    assert keccak256(rlp.encode(b"")) == EMPTY_ROOT
    assert keccak256(b"") == EMPTY_CODE


def test_reads_what_py_evm_has_written() -> None:
    database = AtomicDB()
    accounts = AccountDB(database)
    addresses = [secrets.token_bytes(20) for _ in range(25)]
    for number, address in enumerate(addresses):
        accounts.set_balance(address, number * 10**18 + 1)
        accounts.set_nonce(address, number)
        accounts.set_code(address, b"\x60" * (number % 3))
        for slot in range(number):
            accounts.set_storage(address, slot, slot * 2**200)
    accounts.persist()

    nodes = _nodes(database)
    for number, address in enumerate(addresses):
        account = read_account(nodes, accounts.state_root, address)
        assert (account.nonce, account.balance) == (number, number * 10**18 + 1)
        assert read_code(nodes, account) == b"\x60" * (number % 3)
        for slot in range(number + 2):
            word = read_storage(nodes, account, slot.to_bytes(32, "big"))
            assert int.from_bytes(word, "big") == (slot * 2**200 if slot < number else 0)
    assert read_account(nodes, accounts.state_root, bytes(20)) == Account()


def test_reads_values_small_enough_to_lie_inside_their_parent() -> None:
    trie = HexaryTrie({})
    slots = [number.to_bytes(32, "big") for number in range(20)]
    for slot in slots:
        trie[keccak256(slot)] = rlp.encode(b"\x07")
    account = Account(storage_root=trie.root_hash)
    assert {read_storage(_nodes(trie.db), account, slot)[-1] for slot in slots} == {7}


def test_an_account_in_an_empty_state_is_nobodys() -> None:
    assert read_account(_nodes({}), EMPTY_ROOT, bytes(20)) == Account()


@pytest.mark.parametrize(
    "node",
    [
        b"\xff",
        rlp.encode(b"text"),
        rlp.encode([b"a", b"b", b"c"]),
        rlp.encode([[b"a"], b"b"]),
        rlp.encode([[[]], b"b"]),
        rlp.encode([b"", b"b"]),
        rlp.encode([b"\x20" + PATH, [b"value"]]),
        rlp.encode([b"\x00" + PATH + PATH, b"child"]),
        rlp.encode([b"\x00", [b"a"] * 40]),
        b"\xf9\xff\xff" + b"\xc0" * 10,
        b"".join(b"\xf9" + length.to_bytes(2, "big") for length in range(9_000, 300, -3))
        + b"a" * 300,
    ],
)
def test_refuses_a_state_with_a_broken_node(node: bytes) -> None:
    root = keccak256(node)
    with pytest.raises(ChainError, match="state"):
        read_account(_nodes({root: node}), root, bytes(20))


def test_refuses_a_state_of_which_something_is_missing() -> None:
    with pytest.raises(ChainError, match="not whole"):
        read_account(_nodes({}), bytes(32), bytes(20))
    with pytest.raises(ChainError, match="not whole"):
        read_code(_nodes({}), Account(code_hash=bytes(32)))


def test_refuses_a_state_of_which_something_is_another_thing() -> None:
    circle = bytes(32)
    with pytest.raises(ChainError, match="not what it should be"):
        read_account(_nodes({circle: rlp.encode([b"\x00", circle])}), circle, bytes(20))
    with pytest.raises(ChainError, match="not what it should be"):
        read_code(_nodes({circle: b"code"}), Account(code_hash=circle))


@given(st.data())
def test_a_damaged_state_is_refused_and_nothing_else(data: st.DataObject) -> None:
    trie = HexaryTrie({})
    slots = [number.to_bytes(32, "big") for number in range(8)]
    for slot in slots:
        trie[keccak256(slot)] = rlp.encode(b"\x07" * 20)
    node = bytearray(trie.db[trie.root_hash])
    for _ in range(data.draw(st.integers(1, 4))):
        node[data.draw(st.integers(0, len(node) - 1))] = data.draw(st.integers(0, 255))
    root = keccak256(bytes(node))
    nodes = _nodes({**trie.db, root: bytes(node)})
    for slot in slots:
        with suppress(ChainError):
            read_storage(nodes, Account(storage_root=root), slot)


@pytest.mark.parametrize("value", [rlp.encode(b"text"), rlp.encode([b"", b""]), b"\xff"])
def test_refuses_an_account_that_is_none(value: bytes) -> None:
    node = rlp.encode([b"\x20" + keccak256(bytes(20)), value])
    root = keccak256(node)
    with pytest.raises(ChainError):
        read_account(_nodes({root: node}), root, bytes(20))


def test_refuses_a_word_that_is_none() -> None:
    node = rlp.encode([b"\x20" + keccak256(bytes(32)), rlp.encode([b""])])
    root = keccak256(node)
    with pytest.raises(ChainError):
        read_storage(_nodes({root: node}), Account(storage_root=root), bytes(32))


def test_a_path_that_ends_in_nothing_holds_nothing() -> None:
    extension = rlp.encode([b"\x00" + keccak256(bytes(20))[:1], b""])
    root = keccak256(extension)
    assert read_account(_nodes({root: extension}), root, bytes(20)) == Account()


def _nodes(nodes: Any) -> Callable[[bytes], bytes | None]:
    def node(key: bytes) -> bytes | None:
        found: bytes | None = nodes.get(key)
        return found

    return node
