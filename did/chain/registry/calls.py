"""The calls that change an identity in a registry of DIDs (ERC-1056), made and read.

Each has a second form, for others to send: it carries the owner's signature after the identity.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.chain import abi
from did.chain.hexadecimal import data
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNATURE: Final = ("sigV", "sigR", "sigS")

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


def signed_form(signature: str) -> str:
    """The signature of the function that does the same for whoever sends it."""
    name, _, types = signature.partition("(address,")
    return f"{name}Signed(address,uint8,bytes32,bytes32,{types}"


SIGNED_FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        signed_form(signature): (names[0], *_SIGNATURE, *names[1:])
        for signature, names in FUNCTIONS.items()
    }
)
"""The same functions as others send them."""


@cache
def _by_selector() -> Mapping[bytes, tuple[str, tuple[str, ...]]]:
    # Not on import: what hashes takes long to load for who asks no chain.
    functions = (*FUNCTIONS.items(), *SIGNED_FUNCTIONS.items())
    return MappingProxyType(
        {abi.selector(signature): (signature, names) for signature, names in functions}
    )


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


def decoded(call: bytes) -> tuple[str, tuple[str, ...], tuple[abi.Value, ...]] | None:
    """The function's signature, its arguments' names and values, or None for another's call."""
    if (known := _by_selector().get(call[:4])) is None:
        return None
    signature, names = known
    try:
        return signature, names, abi.decode(abi.types_of(signature), call[4:])
    except abi.InvalidABI:
        return None


def described(call: bytes) -> tuple[str, Mapping[str, str]] | None:
    """The function's name and its arguments as text, or None for what changes no registry."""
    if (found := decoded(call)) is None:
        return None
    signature, names, values = found
    texts = (_as_text(name, value) for name, value in zip(names, values, strict=True))
    return signature.partition("(")[0], dict(zip(names, texts, strict=True))


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
