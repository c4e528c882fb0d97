"""RLP, in which Ethereum writes transactions, blocks and states (Yellow Paper, appendix B).

pyrlp codes it. Decoding accepts the one encoding that each item has, and nothing after it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeAlias

Item: TypeAlias = "bytes | list[Item]"

MAX_DEPTH: Final = 16
"""How deep lists may lie in one another. Ethereum's own lie four deep."""


class InvalidRLP(ValueError):
    """The bytes are not the encoding of an item."""


def encode(item: Item) -> bytes:
    """The encoding of bytes, or of a list of items."""
    return bytes(_pyrlp().encode(item, infer_serializer=False))


def decode(data: bytes) -> Item:
    """The item that `data` encodes.

    Raises:
        InvalidRLP: it encodes none, or one in a longer way than needed, or has bytes left over.
    """
    pyrlp = _pyrlp()
    try:
        item: Item = pyrlp.decode(data)
        too_deep = _depth(item) > MAX_DEPTH
    except pyrlp.exceptions.RLPException as error:
        raise InvalidRLP(str(error)) from error
    except RecursionError:
        too_deep = True
    if too_deep:
        raise InvalidRLP(f"lists are nested deeper than {MAX_DEPTH}")
    return item


def encode_integer(number: int) -> bytes:
    """`number` as an item: big-endian without leading zeros, and zero as no bytes at all."""
    return bytes(_pyrlp().sedes.big_endian_int.serialize(number))


def decode_integer(item: Item) -> int:
    """The number, below 2^256, that `item` is. Raises `InvalidRLP`."""
    pyrlp = _pyrlp()
    try:
        digits = pyrlp.sedes.Binary(max_length=32).deserialize(item)
        return int(pyrlp.sedes.big_endian_int.deserialize(digits))
    except pyrlp.exceptions.RLPException as error:
        raise InvalidRLP("the item is not an integer") from error


def _depth(item: Item) -> int:
    return 0 if isinstance(item, bytes) else 1 + max(map(_depth, item), default=0)


@cache
def _pyrlp() -> Any:
    # Deferred: it loads eth_utils, which takes longer than all of a command that asks no chain.
    import rlp  # noqa: PLC0415

    return rlp
