"""Reading accounts and their storage out of a state's tries (Yellow Paper, 4.1, appendix D).

py-trie walks them. It needs no EVM, whose code takes a second to load.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from did.chain import rlp, tries
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trie import HexaryTrie

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
    return b"" if account.code_hash == EMPTY_CODE else _Preimages(nodes)[account.code_hash]


def read_leaves(nodes: Nodes, root: bytes) -> Iterator[tuple[bytes, bytes]]:
    """All that the trie has: hashed keys in their order, and values. Raises `ChainError`.

    A state keeps hashes of its addresses and slots, and not what they are hashes of.
    """
    with _walking():
        from trie.iter import NodeIterator  # noqa: PLC0415

        yield from NodeIterator(_trie(nodes, root)).items()


def written_trie(leaves: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, dict[bytes, bytes]]:
    """The root of the trie that has these leaves, hashed keys and values, and its nodes."""
    from trie import HexaryTrie  # noqa: PLC0415  # as below

    nodes: dict[bytes, bytes] = {}
    trie = HexaryTrie(nodes, prune=True)
    for key, value in leaves:
        trie.set(key, value)
    return trie.root_hash, nodes


def read_proof(nodes: Nodes, root: bytes, key: bytes) -> tuple[bytes, ...]:
    """The nodes of the trie from its root to `key`, hashed here, or to where it would be.

    They are as EIP-1186 has them: nodes of fewer than 32 bytes are inside the ones above them.
    Raises `ChainError`.
    """
    with _walking():
        return tries.proof(_trie(nodes, root), keccak256(key))


def _look_up(nodes: Nodes, root: bytes, key: bytes) -> bytes:
    """What the trie has under the 32-byte `key`; nothing is no bytes at all."""
    with _walking():
        return tries.read(_trie(nodes, root), key)


def _trie(nodes: Nodes, root: bytes) -> HexaryTrie:
    # Deferred: it loads eth_utils, which takes longer than all of a command that asks no chain.
    from trie import HexaryTrie  # noqa: PLC0415

    return HexaryTrie(_Preimages(nodes), root)


@contextmanager
def _walking() -> Iterator[None]:
    """Turns a node that is none into an error of this room."""
    try:
        with tries.walking():
            yield
    except (tries.NodeInvalid, tries.NodeMissing) as error:
        raise ChainError("the chain's state has a node that is none") from error


class _Preimages(dict[bytes, bytes]):
    """What has been read of a state by its hashes; the rest is read, and checked, when asked for.

    The file of a chain may come from a stranger, and nodes that are not what their hashes say
    could lead in a circle.
    """

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        self._nodes: Final = nodes

    def __missing__(self, key: bytes) -> bytes:
        if (found := self._nodes(key)) is None:
            raise ChainError("the chain's state is not whole: something in it is missing")
        if keccak256(found) != key:
            raise ChainError("the chain's state has something in it that is not what it should be")
        self[key] = found
        return found


def _decode(encoded: bytes) -> rlp.Item:
    try:
        return rlp.decode(encoded)
    except rlp.InvalidRLP as error:
        raise ChainError(f"the chain's state cannot be read: {error}") from error
