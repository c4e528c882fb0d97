"""What can be done to a did:ethr, as values: each is one call of the registry (ERC-1056).

An owner sends the call, or signs the operation for somebody else to send (`signed_operations`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final

import rfc8785

from did.chain import abi
from did.chain.registry.calls import word
from did.chain.registry.changes import AttributeChanged, DelegateChanged, OwnerChanged
from did.encoding import encode_multicodec
from did.errors import ChainError, InvalidDocument, quoted
from did.methods.ethr.document import NOBODY

if TYPE_CHECKING:
    from did.keys import PublicKey

MAX_VALUE: Final = 4096
"""The longest value of an attribute, in bytes, that the registry of this house takes."""

MAX_VALIDITY: Final = 1 << 52
"""The longest validity, in seconds. With the time added it is below 2^53, up to which JavaScript's
numbers are exact, and never wraps around in the arithmetic of an old registry."""

VALIDITY: Final = timedelta(days=3650)
"""How long keys and services are published for."""

_TYPE: Final = re.compile(r"\w+", re.ASCII)


class Purpose(StrEnum):
    """What a published key is for, as attributes call it.

    The first puts it under authentication and assertionMethod, so that one key both issues and
    presents; the second under assertionMethod alone, the third under keyAgreement.
    """

    SIG_AUTH = "sigAuth"
    VERI_KEY = "veriKey"
    ENC = "enc"


@dataclass(frozen=True, slots=True)
class ChangeOwner:
    """Another account, of 20 bytes, shall control the DID from now on."""

    owner: bytes

    function: ClassVar[str] = "changeOwner(address,address)"

    def __post_init__(self) -> None:
        """Raises `ChainError`."""
        _require_account(self.owner, "the owner")
        if self.owner == NOBODY:
            raise ChainError("a DID whose owner is nobody is deactivated, which is for good")

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (self.owner,)

    def change(self, block: int, time: int, previous: int) -> OwnerChanged:
        """The change that a block made at `time` would have of it."""
        return OwnerChanged(block, time, previous, self.owner)


@dataclass(frozen=True, slots=True)
class Deactivate:
    """The DID shall authorize nothing any more, for good."""

    function: ClassVar[str] = ChangeOwner.function

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (NOBODY,)

    def change(self, block: int, time: int, previous: int) -> OwnerChanged:
        """The change that a block made at `time` would have of it."""
        return OwnerChanged(block, time, previous, NOBODY)


@dataclass(frozen=True, slots=True)
class AddDelegate:
    """An account may act for the DID in the role `kind` for `validity` seconds.

    `veriKey` may make assertions; `sigAuth` may authenticate as well. Contracts see delegates too.
    """

    kind: str
    delegate: bytes
    validity: int

    function: ClassVar[str] = "addDelegate(address,bytes32,address,uint256)"

    def __post_init__(self) -> None:
        """Raises `ChainError`."""
        word(self.kind)
        _require_account(self.delegate, "the delegate")
        _require_validity(self.validity)

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (word(self.kind), self.delegate, self.validity)

    def change(self, block: int, time: int, previous: int) -> DelegateChanged:
        """The change that a block made at `time` would have of it."""
        end = time + self.validity
        return DelegateChanged(block, time, previous, word(self.kind), self.delegate, end)


@dataclass(frozen=True, slots=True)
class RevokeDelegate:
    """The account shall no longer act for the DID in that role."""

    kind: str
    delegate: bytes

    function: ClassVar[str] = "revokeDelegate(address,bytes32,address)"

    def __post_init__(self) -> None:
        """Raises `ChainError`."""
        word(self.kind)
        _require_account(self.delegate, "the delegate")

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (word(self.kind), self.delegate)

    def change(self, block: int, time: int, previous: int) -> DelegateChanged:
        """The change that a block made at `time` would have of it."""
        return DelegateChanged(block, time, previous, word(self.kind), self.delegate, time)


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """The DID says something of itself for `validity` seconds: a key or a service, by its name."""

    name: str
    value: bytes
    validity: int

    function: ClassVar[str] = "setAttribute(address,bytes32,bytes,uint256)"

    def __post_init__(self) -> None:
        """Raises `ChainError`."""
        word(self.name)
        _require_value(self.value)
        _require_validity(self.validity)

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (word(self.name), self.value, self.validity)

    def change(self, block: int, time: int, previous: int) -> AttributeChanged:
        """The change that a block made at `time` would have of it."""
        end = time + self.validity
        return AttributeChanged(block, time, previous, word(self.name), self.value, end)


@dataclass(frozen=True, slots=True)
class RevokeAttribute:
    """The DID takes back what it said in these very words."""

    name: str
    value: bytes

    function: ClassVar[str] = "revokeAttribute(address,bytes32,bytes)"

    def __post_init__(self) -> None:
        """Raises `ChainError`."""
        word(self.name)
        _require_value(self.value)

    @property
    def arguments(self) -> tuple[abi.Value, ...]:
        """What follows the identity in the call."""
        return (word(self.name), self.value)

    def change(self, block: int, time: int, previous: int) -> AttributeChanged:
        """The change that a block made at `time` would have of it."""
        return AttributeChanged(block, time, previous, word(self.name), self.value, 0)


Operation = ChangeOwner | Deactivate | AddDelegate | RevokeDelegate | SetAttribute | RevokeAttribute


def call_of(operation: Operation, identity: bytes) -> bytes:
    """The call that does it to the identity."""
    return abi.call(operation.function, identity, *operation.arguments)


def publish_key(
    key: PublicKey, *, purpose: Purpose = Purpose.SIG_AUTH, validity: timedelta = VALIDITY
) -> SetAttribute:
    """What publishes a key of any kind: behind the multicodec prefix of its kind, as a Multikey."""
    return SetAttribute(key_attribute(purpose), encode_multicodec(key), _seconds(validity))


def revoke_key(key: PublicKey, *, purpose: Purpose = Purpose.SIG_AUTH) -> RevokeAttribute:
    """What takes back a key that was published so."""
    return RevokeAttribute(key_attribute(purpose), encode_multicodec(key))


def key_attribute(purpose: Purpose) -> str:
    """What the registry calls a key with that purpose."""
    return f"did/pub/Multikey/{purpose}"


def publish_service(
    type_: str,
    endpoint: str | Mapping[str, Any] | Sequence[Any],
    *,
    validity: timedelta = VALIDITY,
) -> SetAttribute:
    """What publishes a service; an endpoint that is no string is written as JSON (RFC 8785).

    Raises:
        InvalidDocument: the type cannot be that of a service here, or the endpoint is no endpoint.
        ChainError: it is too long for the registry.
    """
    return SetAttribute(_service(type_), _endpoint(endpoint), _seconds(validity))


def revoke_service(
    type_: str, endpoint: str | Mapping[str, Any] | Sequence[Any]
) -> RevokeAttribute:
    """What takes back a service that was published so. Raises as `publish_service`."""
    return RevokeAttribute(_service(type_), _endpoint(endpoint))


def _service(type_: str) -> str:
    if not _TYPE.fullmatch(type_):
        raise InvalidDocument(
            f"{quoted(type_)} cannot be the type of a did:ethr's service",
            hint="it has letters, digits and underscores only",
        )
    return f"did/svc/{type_}"


def _endpoint(endpoint: str | Mapping[str, Any] | Sequence[Any]) -> bytes:
    if isinstance(endpoint, str):
        return endpoint.encode()
    try:
        plain = dict(endpoint) if isinstance(endpoint, Mapping) else list(endpoint)
        return bytes(rfc8785.dumps(plain))
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise InvalidDocument("the service's endpoint is not JSON") from error


def _seconds(validity: timedelta) -> int:
    return int(validity.total_seconds())


def _require_account(account: bytes, name: str) -> None:
    if len(account) != 20:
        raise ChainError(f"{name} is an account of 20 bytes, not of {len(account)}")


def _require_value(value: bytes) -> None:
    if len(value) > MAX_VALUE:
        raise ChainError(
            f"the value has {len(value)} bytes, and the registry takes {MAX_VALUE}",
            hint="publish where it can be found, and its digest, instead",
        )


def _require_validity(validity: int) -> None:
    if not 0 < validity <= MAX_VALIDITY:
        raise ChainError(f"something holds from 1 to {MAX_VALIDITY} seconds, not {validity}")
