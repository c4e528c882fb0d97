"""The registry of DIDs on a chain (ERC-1056): asking it, and the calls that change it.

An identity's changes are a list that runs backwards through the blocks: `changed` names the last
block with one, and each change names the block of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain import abi
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.errors import ChainError, NotFound

if TYPE_CHECKING:
    from did.chain import Chain

MAX_STEPS: Final = 4_096
"""The most blocks whose changes are followed: a hostile node would give one for each of its own."""

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

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "changeOwner(address,address)": ("identity", "newOwner"),
        "addDelegate(address,bytes32,address,uint256)": (
            "identity", "delegateType", "delegate", "validity",
        ),
        "revokeDelegate(address,bytes32,address)": ("identity", "delegateType", "delegate"),
        "setAttribute(address,bytes32,bytes,uint256)": ("identity", "name", "value", "validity"),
        "revokeAttribute(address,bytes32,bytes)": ("identity", "name", "value"),
    }
)  # fmt: skip
"""What changes an identity: the functions' signatures, and what their arguments are called."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of an identity. `timestamp` is its block's, in seconds since 1970."""

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


def changed(chain: Chain, identity: bytes) -> int:
    """The number of the last block that changed the identity, or 0. Raises `ChainError`."""
    (block,) = _ask(chain, "changed(address)", identity, returns="uint256")
    return int(block)


def identity_owner(chain: Chain, identity: bytes) -> bytes:
    """The account that controls the identity. Raises `ChainError`."""
    (owner,) = _ask(chain, "identityOwner(address)", identity, returns="address")
    return bytes(owner)


def history(chain: Chain, identity: bytes) -> tuple[Change, ...]:
    """All changes of the identity, the oldest first.

    Raises:
        NotFound: the chain no longer has the logs of one of them. What is left proves nothing.
        ChainError: the chain contradicts itself.
    """
    changes: list[Change] = []
    block = changed(chain, identity)
    for _ in range(MAX_STEPS):
        if not block:
            return tuple(changes)
        found = _changes_in(chain, identity, block)
        if not found:
            raise NotFound(
                f"the chain has no logs of block {block}, in which the DID was changed",
                hint="ask a node that keeps the whole history (an archive node)",
            )
        changes[:0] = found
        earlier = [change.previous for change in found if change.previous < block]
        if not earlier:
            raise ChainError(f"the changes of block {block} do not say what was before them")
        block = min(earlier)
    raise ChainError(f"the DID was changed in more than {MAX_STEPS} blocks")


def change_owner(identity: bytes, owner: bytes) -> bytes:
    """The call that gives control of the identity to another account."""
    return abi.call("changeOwner(address,address)", identity, owner)


def add_delegate(identity: bytes, kind: str, delegate: bytes, *, validity: int) -> bytes:
    """The call that lets `delegate` act in a role for `validity` seconds."""
    return abi.call(
        "addDelegate(address,bytes32,address,uint256)", identity, word(kind), delegate, validity
    )


def revoke_delegate(identity: bytes, kind: str, delegate: bytes) -> bytes:
    """The call that ends a delegate's role."""
    return abi.call("revokeDelegate(address,bytes32,address)", identity, word(kind), delegate)


def set_attribute(identity: bytes, name: str, value: bytes, *, validity: int) -> bytes:
    """The call that says something of the identity for `validity` seconds."""
    return abi.call(
        "setAttribute(address,bytes32,bytes,uint256)", identity, word(name), value, validity
    )


def revoke_attribute(identity: bytes, name: str, value: bytes) -> bytes:
    """The call that takes back what was said in the same words."""
    return abi.call("revokeAttribute(address,bytes32,bytes)", identity, word(name), value)


def described(call: bytes) -> tuple[str, Mapping[str, str]] | None:
    """The function's name and its arguments as text, or None for what changes no registry."""
    for signature, names in FUNCTIONS.items():
        if call[:4] == abi.selector(signature):
            types = abi.types_of(signature)
            try:
                values = abi.decode(types, call[4:])
            except abi.InvalidABI:
                return None
            texts = (_as_text(name, value) for name, value in zip(names, values, strict=True))
            return signature.partition("(")[0], dict(zip(names, texts, strict=True))
    return None


def word(text: str) -> bytes:
    """`text` as a `bytes32`. Raises `ChainError` where it is longer: it would be another name."""
    if len(encoded := text.encode()) > 32:
        raise ChainError(f"{text!r} is longer than the 32 bytes that a registry takes")
    return encoded.ljust(32, b"\0")


def _as_text(name: str, value: abi.Value) -> str:
    match value:
        case bytes() if name in {"name", "delegateType"}:
            return value.rstrip(b"\0").decode(errors="backslashreplace")
        case bytes():
            return data(value)
        case _:
            return str(value)


def _ask(chain: Chain, signature: str, identity: bytes, *, returns: str) -> tuple[Any, ...]:
    call = {"to": chain.registry, "data": data(abi.call(signature, identity))}
    answer = read_data(chain.request("eth_call", [call, "latest"]), "the registry's answer")
    try:
        return abi.decode((returns,), answer)
    except abi.InvalidABI as error:
        raise ChainError(
            f"there is no registry of DIDs at {chain.registry} on chain {chain.chain_id}",
            hint="check the address of the registry",
        ) from error


def _changes_in(chain: Chain, identity: bytes, block: int) -> list[Change]:
    """The identity's changes in a block, in the order in which they were made."""
    subject = identity.rjust(32, b"\0")
    logs = chain.request(
        "eth_getLogs",
        [
            {
                "address": chain.registry,
                "topics": [None, data(subject)],
                "fromBlock": quantity(block),
                "toBlock": quantity(block),
            }
        ],
    )
    if not isinstance(logs, list | tuple) or not all(isinstance(log, Mapping) for log in logs):
        raise ChainError("the chain's logs are none")
    logs = [log for log in logs if log.get("removed") is not True]
    if not logs:
        return []
    ordered = sorted(logs, key=lambda log: read_quantity(log.get("logIndex"), "a log's index"))
    timestamp = _timestamp(chain, block, ordered)
    changes = (
        _change(log, registry=chain.registry, subject=subject, block=block, timestamp=timestamp)
        for log in ordered
    )
    return [change for change in changes if change is not None]


def _timestamp(chain: Chain, block: int, logs: list[Mapping[str, Any]]) -> int:
    """When the block was made. Newer nodes say so in each log; others are asked once more."""
    told = next((log["blockTimestamp"] for log in logs if log.get("blockTimestamp")), None)
    return block_timestamp(chain, block) if told is None else _read_time(told)


def block_timestamp(chain: Chain, block: int) -> int:
    """When a block was made, in seconds since 1970. Raises `NotFound` where there is none yet."""
    found = chain.request("eth_getBlockByNumber", [quantity(block), False])
    if not isinstance(found, Mapping):
        raise NotFound(f"chain {chain.chain_id} has no block {block}")
    return _read_time(found.get("timestamp"))


def _read_time(text: Any) -> int:
    if (seconds := read_quantity(text, "a block's time")) > _LAST_SECOND:
        raise ChainError(f"a block's time is out of range: {text}")
    return seconds


def _change(
    log: Mapping[str, Any], *, registry: str, subject: bytes, block: int, timestamp: int
) -> Change | None:
    """The change that a log tells of, or None where it is of another kind."""
    match log:
        case {"topics": [kind, about], "address": address, "blockNumber": number}:
            topics = [read_data(topic, "a topic", size=32) for topic in (kind, about)]
            origin = read_address(address), topics[1], read_quantity(number, "a log's block")
        case _:
            raise ChainError("the chain's logs are none")
    if origin != (read_address(registry), subject, block):
        raise ChainError("the chain answers with logs that were not asked for")
    if (signature := _EVENTS.get(topics[0])) is None:
        return None
    try:
        fields = abi.decode(abi.types_of(signature)[1:], read_data(log.get("data"), "a log"))
    except abi.InvalidABI as error:
        raise ChainError(f"a log of the registry cannot be read: {error}") from error
    *said, previous = fields
    return _CHANGES[signature](block, timestamp, previous, *said)
