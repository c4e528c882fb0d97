"""Reading accounts and their storage out of a state's tries (Yellow Paper, 4.1, appendix D).

It needs no EVM, whose code takes a second to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from did.chain import rlp
from did.chain.keccak import keccak256
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable

    Nodes = Callable[[bytes], bytes | None]
    """What has the encoding of a node, or a contract's code, under its hash."""

EMPTY_ROOT: Final = bytes.fromhex(
    "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
)
EMPTY_CODE: Final = bytes.fromhex(
    "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a state; one that was never touched is like all others that were not."""

    nonce: int = 0
    balance: int = 0
    storage_root: bytes = EMPTY_ROOT
    code_hash: bytes = EMPTY_CODE


def read_account(nodes: Nodes, state_root: bytes, address: bytes) -> Account:
    """The account of the 20-byte `address`. Raises `ChainError` for a state that is not whole."""
    if not (encoded := _look_up(nodes, state_root, keccak256(address))):
        return Account()
    match _decode(encoded):
        case [bytes(nonce), bytes(balance), bytes(storage_root), bytes(code_hash)]:
            number = int.from_bytes
            return Account(number(nonce, "big"), number(balance, "big"), storage_root, code_hash)
        case _:
            raise ChainError("the chain's state has an account that is none")


def read_storage(nodes: Nodes, account: Account, slot: bytes) -> bytes:
    """The word, 32 bytes, that the account keeps in the 32-byte `slot`. Raises `ChainError`."""
    encoded = _look_up(nodes, account.storage_root, keccak256(slot))
    match _decode(encoded) if encoded else b"":
        case bytes(value):
            return value.rjust(32, b"\0")
        case _:
            raise ChainError("the chain's state has a word that is none")


def read_code(nodes: Nodes, account: Account) -> bytes:
    """The account's code, empty for a person's. Raises `ChainError`."""
    return b"" if account.code_hash == EMPTY_CODE else _node(nodes, account.code_hash)


def _look_up(nodes: Nodes, root: bytes, key: bytes) -> bytes:
    """What the trie has under the 32-byte `key`; nothing is no bytes at all."""
    if root == EMPTY_ROOT:
        return b""
    path = key.hex()
    child: rlp.Item = root
    while child:
        match _decode(_node(nodes, child)) if isinstance(child, bytes) else child:
            case [*branches] if len(branches) == 17 and path:
                child, path = branches[int(path[0], 16)], path[1:]
            case [bytes(prefix), child]:
                nibbles, is_leaf = _unpacked(prefix)
                if not path.startswith(nibbles):
                    return b""
                path = path.removeprefix(nibbles)
                if is_leaf and not path and isinstance(child, bytes):
                    return child
            case _:
                raise ChainError("the chain's state has a node that is none")
    return b""


def _unpacked(prefix: bytes) -> tuple[str, bool]:
    """The nibbles of a path as hexadecimal digits, and whether it ends in a value (appendix C)."""
    digits = prefix.hex() or "0"
    flag = int(digits[0], 16)
    return digits[1:] if flag & 1 else digits[2:], bool(flag & 2)


def _node(nodes: Nodes, key: bytes) -> bytes:
    if (node := nodes(key)) is None:
        raise ChainError("the chain's state is not whole: something in it is missing")
    return node


def _decode(encoded: bytes) -> rlp.Item:
    try:
        return rlp.decode(encoded)
    except rlp.InvalidRLP as error:
        raise ChainError(f"the chain's state cannot be read: {error}") from error
