"""Reading the parameters of JSON-RPC methods: blocks, calls and filters of logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain.hexadecimal import read_address, read_data, read_quantity
from did.chain.refusal import INVALID_PARAMS, RequestRefused

if TYPE_CHECKING:
    from did.chain.embedded.ledger import Ledger

MAX_LISTED: Final = 128
"""The most addresses, or topics for one position, that a filter may list."""

_FARTHEST: Final = 2**62
_HEAD: Final = frozenset({None, "latest", "pending", "safe", "finalized"})


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call runs: in `block`, or where `pending` in the one after it.

    `timestamp` is in seconds since 1970, and None where it is the block's own.
    """

    block: int
    pending: bool
    timestamp: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """A message to be tried out: it costs nobody anything and leaves nothing behind.

    `to` is empty where it creates a contract; `value` is in wei.
    """

    sender: bytes
    to: bytes
    data: bytes
    value: int
    gas: int


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which logs are asked for; what is empty accepts any."""

    first: int
    last: int
    addresses: tuple[bytes, ...] = ()
    topics: tuple[tuple[bytes, ...], ...] = ()


def parameters(params: Sequence[Any], least: int, most: int) -> list[Any]:
    """`params`, from `least` to `most`; those left out are None. Raises `RequestRefused`."""
    if not isinstance(params, list | tuple) or not least <= len(params) <= most:
        raise _invalid(f"the method takes from {least} to {most} parameters")
    return [*params, *(None,) * (most - len(params))]


def block_number(ledger: Ledger, tag: Any) -> int:
    """The number that `tag` means: a number, `earliest`, a name of the head, or an EIP-1898 object.

    Any number may be asked for. One that SQLite could not hold is as far away as its largest.
    """
    if isinstance(tag, str | None) and tag in _HEAD:
        return ledger.store.head()
    if isinstance(tag, Mapping) and (hash_ := tag.get("blockHash")) is not None:
        if (block := ledger.store.block_of_hash(read_data(hash_, "the hash", size=32))) is None:
            raise RequestRefused("the block with that hash is not there")
        return block.number
    number = tag.get("blockNumber") if isinstance(tag, Mapping) else tag
    return 0 if number == "earliest" else min(read_quantity(number, "the block"), _FARTHEST)


def moment(ledger: Ledger, tag: Any) -> Moment:
    """When a call at `tag` runs. At the head that is now: on an idle chain, its block is old.

    Raises `RequestRefused` where the chain is not that long.
    """
    if not isinstance(tag, str | None) or tag not in _HEAD:
        block = ledger.block(block_number(ledger, tag))
        return Moment(block.number, pending=False, timestamp=None)
    head = ledger.head()
    return Moment(head.number, tag == "pending", max(ledger.now(), head.timestamp))


def read_call(wanted: Any, *, gas_limit: int) -> Call:
    """The call that the JSON object `wanted` describes, with at most `gas_limit` of gas."""
    fields = _object(wanted)
    to, given = fields.get("to"), fields.get("input", fields.get("data"))
    gas = fields.get("gas")
    return Call(
        sender=read_address(fields.get("from", f"0x{'0' * 40}"), "the sender"),
        to=b"" if to is None else read_address(to, "the addressee"),
        data=b"" if given is None else read_data(given, "the data"),
        value=read_quantity(fields.get("value", "0x0"), "the amount"),
        gas=gas_limit if gas is None else min(read_quantity(gas, "the gas"), gas_limit),
    )


def log_filter(ledger: Ledger, wanted: Any) -> LogFilter:
    """The filter that the JSON object `wanted` describes."""
    fields = _object(wanted)
    if (hash_ := fields.get("blockHash")) is not None:
        if fields.get("fromBlock") is not None or fields.get("toBlock") is not None:
            raise _invalid("the filter names a block and a range of blocks")
        if (block := ledger.store.block_of_hash(read_data(hash_, "the hash", size=32))) is None:
            raise RequestRefused("the filter's block is not there")
        first = last = block.number
    else:
        first = block_number(ledger, fields.get("fromBlock"))
        last = block_number(ledger, fields.get("toBlock"))
    topics = fields.get("topics") or ()
    if not isinstance(topics, list | tuple) or len(topics) > 4:
        raise _invalid("a filter has at most four topics")
    return LogFilter(
        first,
        last,
        addresses=_listed(fields.get("address"), "the address", 20),
        topics=tuple(_listed(topic, "the topic", 32) for topic in topics),
    )


def _listed(value: Any, name: str, size: int) -> tuple[bytes, ...]:
    """What one thing, a list of them, or nothing at all accepts."""
    if value is None:
        return ()
    entries = value if isinstance(value, list | tuple) else (value,)
    if len(entries) > MAX_LISTED:
        raise _invalid(f"the filter lists more than {MAX_LISTED}")
    return tuple(read_data(entry, name, size=size) for entry in entries)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _invalid("the parameter is not an object")
    return value


def _invalid(message: str) -> RequestRefused:
    return RequestRefused(message, number=INVALID_PARAMS)
