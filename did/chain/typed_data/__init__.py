"""Typed data: read, shown and signed, or never signed (EIP-712).

What is shown is what is hashed: each field is declared, there, and in its one form. eth-account
hashes; it would also take fields that nobody declared and so nobody signs, pad bytes that are too
short, and sign for no chain at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from did.chain.recursion import recursion_limit
from did.chain.sending.signed import recovered
from did.chain.typed_data.types import (
    DOMAIN,
    DOMAIN_FIELDS,
    Field,
    Types,
    bytes_size,
    integer_bits,
    read_types,
    refuse,
)
from did.errors import ChainError, InvalidDocument, InvalidKey, NeverSign, quoted
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PublicKey, address, checksummed
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from did.keys import DigestSigner

MAX_BYTES: Final = 128 * 1024
"""The longest JSON that is read, in bytes."""

MAX_DEPTH: Final = 16
"""How deep structures may lie in one another."""

_MEMBERS: Final = frozenset({"types", "primaryType", "domain", "message"})
_DECIMAL: Final = re.compile(r"0|-?[1-9][0-9]{0,77}")
_QUANTITY: Final = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,63})")
_HEX: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Struct:
    """A value of a declared type: its members in the order of the type's fields."""

    type: str
    members: tuple[tuple[str, Value], ...]


Value: TypeAlias = "bool | int | str | bytes | Address | Struct | tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class Address:
    """An account, with EIP-55's checksum."""

    text: str


@dataclass(frozen=True, slots=True)
class TypedData:
    """Typed data that can be signed. Each value of it is of the type declared, always."""

    types: Types
    domain: Struct
    message: Struct

    @property
    def chain_id(self) -> int:
        """The chain that the signature is bound to."""
        number = dict(self.domain.members)["chainId"]
        assert isinstance(number, int)  # noqa: S101 - as its type says
        return number

    @property
    def digest(self) -> bytes:
        """The 32 bytes that are signed: keccak256(0x1901 ‖ hash of the domain ‖ of the message)."""
        types = {
            name: [{"name": field.name, "type": field.type} for field in fields]
            for name, fields in self.types.items()
        }
        with recursion_limit():
            signable = _eth_account().encode_typed_data(
                _plain(self.domain), types, _plain(self.message)
            )
        return keccak256(b"\x19" + signable.version + signable.header + signable.body)

    def summary(self) -> tuple[str, ...]:
        """Every value that is signed, a line each: its path and itself, texts in quotes."""
        return (
            *_lines(self.domain, "domain"),
            f"message: {self.message.type}",
            *_lines(self.message, ""),
        )


def parse(json: str | bytes, *, chain_id: int | None = None) -> TypedData:
    """The typed data that JSON of the form of `eth_signTypedData_v4` describes.

    The domain names a chain, which is `chain_id` where that is given, and a contract or a name.
    Integers beyond 2^53 - 1 are texts, decimal or 0x.

    Raises:
        NeverSign: it is anything else.
    """
    try:
        given = read_object(json.encode() if isinstance(json, str) else json, limit=MAX_BYTES)
    except (InvalidDocument, UnicodeEncodeError) as error:
        raise NeverSign(f"the typed data is never signed: {error}") from error
    if given.keys() != _MEMBERS:
        refuse(f"its members are not {', '.join(sorted(_MEMBERS))}")
    primary = given["primaryType"]
    types = read_types(given["types"], primary=primary)
    declared = tuple(entry["name"] for entry in given["types"][DOMAIN])
    fields = tuple(Field(name, DOMAIN_FIELDS[name], DOMAIN_FIELDS[name], ()) for name in declared)
    domain = _struct({DOMAIN: fields}, DOMAIN, given["domain"], "domain", 0)
    if "chainId" not in declared or not {"name", "verifyingContract"} & set(declared):
        refuse("its domain names no chain, or neither a contract nor a name")
    typed = TypedData(types, domain, _struct(types, primary, given["message"], "message", 0))
    _require_chain(typed, chain_id)
    return typed


def sign(typed_data: TypedData, signer: DigestSigner, chain_id: int) -> bytes:
    """The signature of 65 bytes, r ‖ s ‖ v with v 27 or 28, that counts on that chain.

    Raises:
        NeverSign: the typed data is for another chain.
        InvalidKey: the signer's key is none of secp256k1, or did not make this signature.
    """
    _require_chain(typed_data, chain_id)
    key = signer.public_key
    if not isinstance(key, Secp256k1PublicKey):
        raise InvalidKey("typed data is signed with a key of secp256k1")
    digest = typed_data.digest
    signature = signer.sign_digest(digest)
    r, s = (int.from_bytes(signature[i : i + 32], "big") for i in (0, 32))
    try:
        account = recovered(digest, signature[64], r, s)
    except ChainError as error:
        raise InvalidKey(f"the signer made no signature: {error}") from error
    if checksummed(account) != address(key):
        raise InvalidKey("the signer signed something else")
    return signature[:64] + bytes((27 + signature[64],))


def _require_chain(typed_data: TypedData, chain_id: int | None) -> None:
    if typed_data.chain_id < 1 or chain_id not in (None, typed_data.chain_id):
        refuse(f"it is for chain {typed_data.chain_id}, and not for chain {chain_id}")


def _struct(types: Types, name: str, value: Any, path: str, depth: int) -> Struct:
    if depth > MAX_DEPTH:
        refuse(f"it is nested deeper than {MAX_DEPTH}")
    if not isinstance(value, Mapping):
        refuse(f"{path} is no object")
    fields = types[name]
    names = {field.name for field in fields}
    if extra := value.keys() - names:
        refuse(f"{path} has the member {quoted(min(extra))}, which {name} does not declare")
    if missing := names - value.keys():
        refuse(f"{path} has no {quoted(min(missing))}, which {name} declares")
    return Struct(
        name,
        tuple(
            (field.name, _value(types, field, value[field.name], f"{path}.{field.name}", depth))
            for field in fields
        ),
    )


def _value(types: Types, field: Field, value: Any, path: str, depth: int) -> Value:
    if field.lengths:
        *inner, length = field.lengths
        if not isinstance(value, list) or length not in (None, len(value)):
            refuse(f"{path} is no list, or not of the length declared")
        element = Field(field.name, field.type, field.base, tuple(inner))
        return tuple(
            _value(types, element, item, f"{path}[{index}]", depth)
            for index, item in enumerate(value)
        )
    if field.base in types:
        return _struct(types, field.base, value, path, depth + 1)
    return _atom(field.base, value, path)


def _atom(type_: str, value: Any, path: str) -> Value:
    match type_:
        case "string" if isinstance(value, str):
            return value
        case "bool" if isinstance(value, bool):
            return value
        case "address" if isinstance(value, str) and _ADDRESS.fullmatch(value):
            return _account(value, path)
        case "bytes" if isinstance(value, str) and _HEX.fullmatch(value):
            return bytes.fromhex(value[2:])
    if (bits := integer_bits(type_)) is not None:
        return _integer(bits, value, path, signed=type_.startswith("i"))
    size = bytes_size(type_)
    if size is None or not isinstance(value, str) or not _HEX.fullmatch(value):
        refuse(f"{path} is no {type_}")
    if len(value) != 2 + 2 * size:
        refuse(f"{path} has not the {size} bytes of its type")
    return bytes.fromhex(value[2:])


def _integer(bits: int, value: Any, path: str, *, signed: bool) -> int:
    if isinstance(value, str) and (_DECIMAL.fullmatch(value) or _QUANTITY.fullmatch(value)):
        number = int(value, 16 if value.startswith("0x") else 10)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        refuse(f"{path} is no integer")
    least, most = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)
    if not least <= number < most:
        refuse(f"{path} is out of the range of its type")
    return number


def _account(text: str, path: str) -> Address:
    """An address whose letters are of one case has no checksum (EIP-55)."""
    account = checksummed(bytes.fromhex(text[2:]))
    digits = text[2:]
    if text != account and digits not in (digits.lower(), digits.upper()):
        refuse(f"{path} is an address whose checksum does not hold")
    return Address(account)


def _plain(value: Value) -> Any:
    """The value as eth-account takes it."""
    match value:
        case Struct(members=members):
            return {name: _plain(member) for name, member in members}
        case tuple():
            return [_plain(item) for item in value]
        case Address(text=text):
            return text
        case _:
            return value


def _lines(value: Value, path: str) -> Iterator[str]:
    match value:
        case Struct(members=members):
            for name, member in members:
                yield from _lines(member, f"{path}.{name}" if path else name)
        case ():
            yield f"{path}: nothing"
        case tuple():
            for index, item in enumerate(value):
                yield from _lines(item, f"{path}[{index}]")
        case Address(text=text):
            yield f"{path}: {text}"
        case bool():
            yield f"{path}: {'true' if value else 'false'}"
        case bytes():
            yield f"{path}: 0x{value.hex()}"
        case _:
            # repr escapes what would turn, hide or break the line.
            yield f"{path}: {value!r}"


@cache
def _eth_account() -> ModuleType:
    # Deferred: it takes longer to load than all of a command that signs no typed data.
    import eth_account.messages  # noqa: PLC0415

    return eth_account.messages
