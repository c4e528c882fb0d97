"""Tries of a chain, walked by py-trie (Yellow Paper, appendix D).

Of nodes that come with the question, each counts only under the hash that it has, so that none can
stand in for another, and none leads back up.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from did.chain import rlp
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trie import HexaryTrie


class NodeMissing(Exception):
    """The way from the root leads to a node that is not there."""


class NodeInvalid(Exception):
    """The way from the root leads to a node that is none."""


def look_up(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes:
    """What the trie with that root has under `key`, or no bytes.

    Raises:
        NodeMissing, NodeInvalid: the nodes, as encoded, do not lead there.
    """
    # Deferred: it loads eth_utils, which takes longer than all of a command that asks no chain.
    from trie import HexaryTrie  # noqa: PLC0415

    return read(HexaryTrie({keccak256(node): node for node in nodes}, root), key)


def read(trie: HexaryTrie, key: bytes) -> bytes:
    """What the trie has under `key`, or no bytes. Raises `NodeMissing` and `NodeInvalid`."""
    with walking():
        value = trie.get(key)
    if not isinstance(value, bytes):
        raise NodeInvalid
    return value


def proof(trie: HexaryTrie, key: bytes) -> tuple[bytes, ...]:
    """The nodes, as encoded, from the root to `key` or to where it would be (EIP-1186).

    Nodes of fewer than 32 bytes are inside the ones above them. Raises `NodeMissing` and
    `NodeInvalid`.
    """
    with walking():
        path = trie.get_proof(key)
    encodings = [rlp.encode(node) for node in path]
    return tuple(node for at, node in enumerate(encodings) if at == 0 or len(node) >= 32)


@contextmanager
def walking() -> Iterator[None]:
    """Turns what py-trie raises at a node that is missing or none into one error for each."""
    # Deferred: as above.
    from rlp.exceptions import RLPException  # noqa: PLC0415
    from trie import exceptions  # noqa: PLC0415

    try:
        yield
    except exceptions.MissingTrieNode as error:
        raise NodeMissing from error
    except (
        RLPException,
        exceptions.InvalidNode,
        exceptions.ValidationError,
        # A node that is a list of the wrong things is taken apart until something does not fit.
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise NodeInvalid from error
