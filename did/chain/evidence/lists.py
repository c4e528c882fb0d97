"""The root of the trie in which a block keeps a list (Yellow Paper, 4.3 and appendix D).

It is built once and from below: setting one item after the other, as py-trie does, takes a
millisecond an item. Keys are places in RLP, none of which begins another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.chain import rlp
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Sequence

    Leaf = tuple[str, bytes]
    """The hexadecimal digits of a key, and what is kept under it."""

_EMPTY_ROOT: Final = bytes.fromhex(
    "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
)


def list_root(items: Sequence[bytes]) -> bytes:
    """The root of the trie that has each item under its place."""
    if not items:
        return _EMPTY_ROOT
    leaves = [(_key(place), item) for place, item in enumerate(items)]
    return keccak256(rlp.encode(_node(sorted(leaves), 0)))


def _key(place: int) -> str:
    return rlp.encode(rlp.encode_integer(place)).hex()


def _node(leaves: Sequence[Leaf], depth: int) -> rlp.Item:
    """The node of leaves, in order, whose keys are the same up to `depth`."""
    (first, item), (last, _) = leaves[0], leaves[-1]
    if len(leaves) == 1:
        return [_path(first[depth:], leaf=True), item]
    forks = next(at for at in range(depth, len(first)) if first[at] != last[at])
    if forks > depth:
        return [_path(first[depth:forks], leaf=False), _reference(_node(leaves, forks))]
    children: list[rlp.Item] = []
    for digit in "0123456789abcdef":
        under = [leaf for leaf in leaves if leaf[0][depth] == digit]
        children.append(_reference(_node(under, depth + 1)) if under else b"")
    return [*children, b""]


def _reference(node: rlp.Item) -> rlp.Item:
    """How the node above names it: short ones are inside."""
    encoded = rlp.encode(node)
    return node if len(encoded) < 32 else keccak256(encoded)


def _path(digits: str, *, leaf: bool) -> bytes:
    """Digits with what says how many they are, and whether they lead to an item (appendix C)."""
    odd = len(digits) % 2
    return bytes.fromhex(f"{2 * leaf + odd}{'' if odd else '0'}{digits}")
