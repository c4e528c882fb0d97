"""Headers, transactions and receipts of any chain as bytes: what its hashes and roots are made of.

They are put together from what JSON-RPC says of them (Ethereum's execution APIs), since few nodes
give out the bytes. Whoever uses them compares a hash; what is wrong or missing shows there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from did.chain import rlp
from did.chain.hexadecimal import read_data, read_quantity
from did.errors import ChainError

Form: TypeAlias = tuple[tuple[str, Callable[[Any], rlp.Item]], ...]
"""Members of a JSON object, in the order in which they are encoded, and how each is read."""


def _bytes(value: Any) -> rlp.Item:
    return read_data(value)


def _number(value: Any) -> rlp.Item:
    return rlp.encode_integer(read_quantity(value))


def _addressee(value: Any) -> rlp.Item:
    return b"" if value is None else read_data(value, "the addressee", size=20)


def _list_of(read: Callable[[Any], rlp.Item]) -> Callable[[Any], rlp.Item]:
    def items(value: Any) -> rlp.Item:
        if not isinstance(value, list | tuple):
            raise ChainError("the chain's answer has something else where a list should be")
        return [read(item) for item in value]

    return items


def _object(form: Form) -> Callable[[Any], rlp.Item]:
    return lambda value: _items(value, form)


_HEADER: Final[Form] = (
    ("parentHash", _bytes),
    ("sha3Uncles", _bytes),
    ("miner", _bytes),
    ("stateRoot", _bytes),
    ("transactionsRoot", _bytes),
    ("receiptsRoot", _bytes),
    ("logsBloom", _bytes),
    ("difficulty", _number),
    ("number", _number),
    ("gasLimit", _number),
    ("gasUsed", _number),
    ("timestamp", _number),
    ("extraData", _bytes),
    ("mixHash", _bytes),
    ("nonce", _bytes),
)
_HEADER_LATER: Final[Form] = (
    ("baseFeePerGas", _number),  # London, EIP-1559
    ("withdrawalsRoot", _bytes),  # Shanghai, EIP-4895
    ("blobGasUsed", _number),  # Cancun, EIP-4844
    ("excessBlobGas", _number),
    ("parentBeaconBlockRoot", _bytes),  # EIP-4788
    ("requestsHash", _bytes),  # Prague, EIP-7685
)
"""What forks have added to headers, each behind what those before it have."""

_ACCESS: Final[Form] = (("address", _bytes), ("storageKeys", _list_of(_bytes)))
_AUTHORIZATION: Final[Form] = (
    ("chainId", _number),
    ("address", _bytes),
    ("nonce", _number),
    ("yParity", _number),
    ("r", _number),
    ("s", _number),
)
_MESSAGE: Final[Form] = (
    ("gas", _number),
    ("to", _addressee),
    ("value", _number),
    ("input", _bytes),
)
_SIGNATURE: Final[Form] = (("yParity", _number), ("r", _number), ("s", _number))
_ACCESSES: Final[Form] = (("accessList", _list_of(_object(_ACCESS))),)
_FEES: Final[Form] = (
    ("chainId", _number),
    ("nonce", _number),
    ("maxPriorityFeePerGas", _number),
    ("maxFeePerGas", _number),
)
_PRICE: Final[Form] = (("nonce", _number), ("gasPrice", _number))
_BLOBS: Final[Form] = (
    ("maxFeePerBlobGas", _number),
    ("blobVersionedHashes", _list_of(_bytes)),
)
_AUTHORIZATIONS: Final[Form] = (("authorizationList", _list_of(_object(_AUTHORIZATION))),)

_TRANSACTIONS: Final[Mapping[int, Form]] = MappingProxyType(
    {
        0: (*_PRICE, *_MESSAGE, ("v", _number), *_SIGNATURE[1:]),
        1: (("chainId", _number), *_PRICE, *_MESSAGE, *_ACCESSES, *_SIGNATURE),  # EIP-2930
        2: (*_FEES, *_MESSAGE, *_ACCESSES, *_SIGNATURE),  # EIP-1559
        3: (*_FEES, *_MESSAGE, *_ACCESSES, *_BLOBS, *_SIGNATURE),  # EIP-4844
        4: (*_FEES, *_MESSAGE, *_ACCESSES, *_AUTHORIZATIONS, *_SIGNATURE),  # EIP-7702
    }
)
_LOG: Final[Form] = (("address", _bytes), ("topics", _list_of(_bytes)), ("data", _bytes))
_RECEIPT: Final[Form] = (
    ("status", _number),
    ("cumulativeGasUsed", _number),
    ("logsBloom", _bytes),
    ("logs", _list_of(_object(_LOG))),
)


def header_bytes(block: Any) -> bytes:
    """The header of a block, whose hash is the block's. Raises `ChainError`."""
    later = tuple((name, read) for name, read in _HEADER_LATER if _get(block, name) is not None)
    return rlp.encode(_items(block, (*_HEADER, *later)))


def transaction_bytes(transaction: Any) -> bytes:
    """A signed transaction as it is in its block (EIP-2718), of the types 0 to 4.

    Raises:
        ChainError: it is none, or of another type.
    """
    kind = _type(transaction)
    named = {"yParity": _get(transaction, "v"), **transaction}  # older nodes call it v only
    return _typed(kind, rlp.encode(_items(named, _TRANSACTIONS[kind])))


def receipt_bytes(receipt: Any) -> bytes:
    """A receipt as it is in its block (EIP-2718), of a transaction of the types 0 to 4.

    Raises:
        ChainError: it is none, or of another type.
    """
    return _typed(_type(receipt), rlp.encode(_items(receipt, _RECEIPT)))


def _type(value: Any) -> int:
    kind = read_quantity(_get(value, "type") or "0x0", "the transaction's type")
    if kind not in _TRANSACTIONS:
        raise ChainError(f"transactions of the type {kind} cannot be encoded here")
    return kind


def _typed(kind: int, encoded: bytes) -> bytes:
    return bytes((kind,)) + encoded if kind else encoded


def _items(value: Any, form: Form) -> rlp.Item:
    return [read(_get(value, name)) for name, read in form]


def _get(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        raise ChainError("the chain's answer has something else where an object should be")
    return value.get(name)
