"""The changes of an identity, read out of a registry's logs and checked against each other.

ERC-1056: each change names the block of the one before it, and the registry names the last one. So
a list with a gap in it, at its beginning or at its end, is told from a whole one. Of the changes
that one block makes of one identity only the first says where it belongs: what else the block made
of it rests on the node's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain import abi
from did.chain.hexadecimal import quantity, read_address, read_data, read_quantity
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z

OWNER_CHANGED: Final = "DIDOwnerChanged(address,address,uint256)"
DELEGATE_CHANGED: Final = "DIDDelegateChanged(address,bytes32,address,uint256,uint256)"
ATTRIBUTE_CHANGED: Final = "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)"

_EVENTS: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        bytes.fromhex(topic): signature
        for topic, signature in (
            ("38a5a6e68f30ed1ab45860a4afb34bcb2fc00f22ca462d249b8a8d40cda6f7a3", OWNER_CHANGED),
            ("5a5084339536bcab65f20799fcc58724588145ca054bd2be626174b27ba156f7", DELEGATE_CHANGED),
            ("18ab6b2ae3d64306c00ce663125f2bd680e441a098de1635bd7ad8b0d44965e4", ATTRIBUTE_CHANGED),
        )
    }
)
"""The events by their first topic, which is the hash of their signature."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of an identity. `timestamp` is its block's, in seconds since 1970.

    `previous` is the block of the change before it, as the registry counts blocks, or 0.
    """

    block: int
    timestamp: int
    previous: int


@dataclass(frozen=True, slots=True)
class OwnerChanged(_Change):
    """Another account, of 20 bytes, controls the identity. The zero account gives it up."""

    owner: bytes


@dataclass(frozen=True, slots=True)
class DelegateChanged(_Change):
    """An account may act for the identity in the role `delegate_type` until `valid_to`."""

    delegate_type: bytes
    delegate: bytes
    valid_to: int


@dataclass(frozen=True, slots=True)
class AttributeChanged(_Change):
    """The identity says something of itself, until `valid_to`; 0 takes it back."""

    name: bytes
    value: bytes
    valid_to: int


Change = OwnerChanged | DelegateChanged | AttributeChanged

_CHANGES: Final[Mapping[str, Callable[..., Change]]] = MappingProxyType(
    {
        OWNER_CHANGED: OwnerChanged,
        DELEGATE_CHANGED: DelegateChanged,
        ATTRIBUTE_CHANGED: AttributeChanged,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A log that tells of a change, read but for the time of its block.

    `position` is its place in the block. `raw` is the log as JSON. `timestamp` and `counted`, the
    block's number as the registry counts, are None where the log does not say.
    """

    block: int
    position: int
    previous: int
    timestamp: int | None
    counted: int | None
    event: str
    said: tuple[Any, ...]
    raw: Mapping[str, Any]

    @classmethod
    def read(cls, raw: Any, *, registry: bytes, identity: bytes) -> Self | None:
        """The entry that a log is, or None where it is of another kind or was taken back.

        Raises:
            ChainError: it is no log, or one that was not asked for.
        """
        match raw:
            case {"topics": [kind, about, *_], "address": address, "blockNumber": number}:
                topics = [read_data(topic, "a topic", size=32) for topic in (kind, about)]
                block = read_quantity(number, "a log's block")
            case _:
                raise ChainError("the chain's logs are none")
        if (read_address(address), topics[1]) != (registry, identity.rjust(32, b"\0")):
            raise ChainError("the chain answers with logs that were not asked for")
        position = read_quantity(raw.get("logIndex"), "a log's index")
        if (event := _EVENTS.get(topics[0])) is None or raw.get("removed") is True:
            return None
        try:
            fields = abi.decode(abi.types_of(event)[1:], read_data(raw.get("data"), "a log"))
        except abi.InvalidABI as error:
            raise ChainError(f"a log of the registry cannot be read: {error}") from error
        *said, previous = fields
        told, counted = raw.get("blockTimestamp"), raw.get("l1BlockNumber")
        return cls(
            block=block,
            position=position,
            previous=previous,
            timestamp=None if told in {None, "0x0"} else read_time(told),
            counted=None if counted is None else read_quantity(counted, "a log's block"),
            event=event,
            said=tuple(said),
            raw=raw,
        )

    def at(self, timestamp: int, counted: int) -> Self:
        """The same, with what its block said of itself; the log says so from now on."""
        raw = {**self.raw, "blockTimestamp": quantity(timestamp)}
        if counted != self.block:
            raw["l1BlockNumber"] = quantity(counted)
        return type(self)(
            self.block,
            self.position,
            self.previous,
            timestamp,
            counted,
            self.event,
            self.said,
            MappingProxyType(raw),
        )

    def change(self) -> Change:
        """The change, once the time of the block is known."""
        return _CHANGES[self.event](self.block, self.timestamp, self.previous, *self.said)


def read_time(text: Any) -> int:
    """When a block was made, in seconds since 1970. Raises `ChainError`."""
    if (seconds := read_quantity(text, "a block's time")) > _LAST_SECOND:
        raise ChainError(f"a block's time is out of range: {text}")
    return seconds


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in the order of the chain. Raises `ChainError` where two are one."""
    ordered = sorted(entries, key=_place)
    if len({_place(entry) for entry in ordered}) != len(ordered):
        raise ChainError("the chain's logs have one twice")
    return ordered


def _place(entry: Entry) -> tuple[int, int]:
    return entry.block, entry.position


def require_whole(entries: Sequence[Entry], last: int) -> None:
    """Refuse changes that are not all there were until the one that the registry names as `last`.

    The entries are in the order of the chain, from the first on, and know their block's time and
    how the registry counts it.

    Raises:
        ChainError: a link leads nowhere, or time runs backwards.
    """
    link, time, met = 0, 0, last == 0
    for entry in entries:
        assert entry.timestamp is not None  # noqa: S101  # as said above
        assert entry.counted is not None  # noqa: S101
        if entry.previous != link:
            raise missing(entry.previous)
        if entry.timestamp < time:
            raise ChainError(f"block {entry.block} is older than one before it")
        link, time = entry.counted, entry.timestamp
        met = met or link == last
    if not met:
        raise missing(last)


def missing(block: int) -> ChainError:
    """What to say of changes that are not among the logs."""
    return ChainError(
        f"the chain does not give all logs of the DID: those of block {block} are not among them",
        hint="ask a node that keeps the whole history (an archive node)",
    )
