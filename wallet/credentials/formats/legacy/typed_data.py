"""A document as typed data (EIP-712), and the hash of it that its proof signs.

Ethereum EIP712 Signature 2021, section "Suite Definition". The signature is over the JSON of the
document with that of its proof, but for the signature and for `eip712`, which holds the types. A
value counts only where it is written as its type has it, and where its type names it: didkit takes
`false`, `0`, `""` and nothing at all for the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from did.keccak import keccak256
from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.formats.legacy.typed_types import (
    DOMAIN,
    DOMAIN_TYPES,
    MAX_DEPTH,
    NAMED,
    Types,
    generate,
    integer_range,
    list_of,
    reached,
    read_types,
)
from wallet.credentials.json_path import ROOT, child

JSONObject = Mapping[str, Any]

MAX_VALUES: Final = 10_000
"""The most values that a document signed so may hold."""

SUITE: Final = "EthereumEip712Signature2021"
_DECLARED: Final = ("eip712", "eip712Domain")
"""The proof's member that declares the types, by its name and by its name of before."""
_PROOF: Final = "$.proof"
_INFO: Final = frozenset({"types", "primaryType", "domain"})
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_SALT: Final = re.compile(r"0x[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TypedDocument:
    """A document and its proof, as the value that is hashed, and the types that say how."""

    types: Types
    primary: str
    domain: JSONObject
    message: JSONObject

    def declaration(self) -> dict[str, Any]:
        """What a proof holds as `eip712`."""
        types = {
            name: [{"name": member, "type": type_} for member, type_ in fields]
            for name, fields in self.types.items()
        }
        return {"types": types, "primaryType": self.primary, "domain": dict(self.domain)}

    def digest(self) -> bytes:
        """The 32 bytes that are signed: of 0x1901, the hash of the domain and that of the message.

        Raises:
            InvalidCredential: a value is not of its type, or no type names it.
        """
        hashing = _Hashing(self.types)
        message = hashing.struct(self.primary, self.message, ROOT, 0)
        return keccak256(b"\x19\x01" + self._separator(hashing) + message)

    def _separator(self, hashing: _Hashing) -> bytes:
        if not self.domain and self.types[DOMAIN] == NAMED:
            # What didkit signs where no domain is given: one without the name that it declares.
            return keccak256(hashing.type_hash(DOMAIN) + bytes(32))
        return hashing.struct(DOMAIN, self.domain, child(_PROOF, "domain"), 0)


def read(document: JSONObject, proof: JSONObject) -> tuple[TypedDocument, ...]:
    """What `proof` may be a signature of: where it declares no types, for either default domain.

    Raises:
        InvalidCredential: not all of the document would be signed, or it has no types.
        UnsupportedFormat: the types are to be fetched, or leave several ways to write a value.
        TooComplex: the document is too large.
    """
    declared = [name for name in _DECLARED if name in proof]
    options = {
        name: value for name, value in proof.items() if name not in {"proofValue", *declared}
    }
    message = {**document, "proof": options}
    _check_size(message)
    if not declared:
        types, primary = generate(message, primary="Document", distinct=False)
        types = {**types, DOMAIN: NAMED}
        return tuple(
            TypedDocument(types, primary, domain, message) for domain in ({}, {"name": SUITE})
        )
    path = child(_PROOF, declared[0])
    info = proof[declared[0]]
    if len(declared) > 1 or not isinstance(info, Mapping) or info.keys() != _INFO:
        raise InvalidCredential(path, "must hold types, primaryType and domain, no more, and once")
    primary, domain = info["primaryType"], info["domain"]
    if not isinstance(primary, str) or not isinstance(domain, Mapping) or primary == DOMAIN:
        raise InvalidCredential(path, "must name a primaryType and have an object as its domain")
    types = read_types(info["types"], primary=primary, path=child(path, "types"))
    return (TypedDocument(types, primary, domain, message),)


def describe(
    document: JSONObject, options: JSONObject, *, primary: str, chain_id: int | None
) -> TypedDocument:
    """The document with the `options` of a proof to come, and types made for it.

    Its own is called `primary`, or nearly so where something in it is called so already.

    Raises:
        InvalidCredential: something in it has no type.
        TooComplex: it is too large.
    """
    message = {**document, "proof": options}
    _check_size(message)
    types, primary = generate(message, primary=primary, distinct=True)
    domain = {"name": SUITE, **({} if chain_id is None else {"chainId": chain_id})}
    of_domain = tuple((member, DOMAIN_TYPES[member]) for member in domain)
    return TypedDocument({**types, DOMAIN: of_domain}, primary, domain, message)


@dataclass(slots=True)
class _Hashing:
    """EIP-712, sections "Definition of hashStruct" and those after it."""

    types: Types
    _hashes: dict[str, bytes] = field(default_factory=dict)

    def type_hash(self, name: str) -> bytes:
        if name not in self._hashes:
            others = sorted(reached(self.types, name) - {name})
            text = "".join(self._written(each) for each in (name, *others))
            self._hashes[name] = keccak256(text.encode())
        return self._hashes[name]

    def _written(self, name: str) -> str:
        fields = ",".join(f"{type_} {member}" for member, type_ in self.types[name])
        return f"{name}({fields})"

    def struct(self, name: str, value: Any, path: str, depth: int) -> bytes:
        fields = self.types[name]
        if depth > MAX_DEPTH:
            raise TooComplex(f"the document is nested deeper than {MAX_DEPTH}")
        if not isinstance(value, Mapping):
            raise InvalidCredential(path, "must be an object, as it was signed")
        if other := value.keys() ^ {member for member, _ in fields}:
            raise InvalidCredential(child(path, min(other)), "is not what was signed, in part")
        parts = (
            self._value(type_, value[member], child(path, member), depth)
            for member, type_ in fields
        )
        return keccak256(self.type_hash(name) + b"".join(parts))

    def _value(self, type_: str, value: Any, path: str, depth: int) -> bytes:
        if (inner := list_of(type_)) is not None:
            element, length = inner
            if not isinstance(value, list) or length not in (None, len(value)):
                raise InvalidCredential(path, "must be a list, of the length that was signed")
            return keccak256(
                b"".join(
                    self._value(element, one, child(path, index), depth + 1)
                    for index, one in enumerate(value)
                )
            )
        if type_ in self.types:
            return self.struct(type_, value, path, depth + 1)
        return _atom(type_, value, path)


def _atom(type_: str, value: Any, path: str) -> bytes:
    if type_ == "string" and isinstance(value, str):
        return keccak256(value.encode())
    if type_ == "bool" and isinstance(value, bool):
        return bytes((*bytes(31), value))
    if type_ == "address" and isinstance(value, str) and _ADDRESS.fullmatch(value):
        return bytes(12) + bytes.fromhex(value[2:])
    if type_ == "bytes32" and isinstance(value, str) and _SALT.fullmatch(value):
        return bytes.fromhex(value[2:])
    bounds = integer_range(type_)
    if bounds is None or type(value) is not int or not bounds[0] <= value <= bounds[1]:
        raise InvalidCredential(path, f"must be a {type_[:100]}, as it was signed")
    return value.to_bytes(32, "big", signed=True)


def _check_size(message: JSONObject) -> None:
    """Bounds what is walked below; a text that is no Unicode has no hash."""
    count = 0
    waiting: list[tuple[Any, int]] = [(message, 0)]
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > MAX_VALUES or depth > MAX_DEPTH:
            raise TooComplex(f"the document holds over {MAX_VALUES} values, or is too deep")
        texts: list[Any] = [value]
        if isinstance(value, Mapping):
            texts = list(value)
            waiting.extend((member, depth + 1) for member in value.values())
        elif isinstance(value, list):
            waiting.extend((member, depth + 1) for member in value)
        if not all(_is_unicode(text) for text in texts if isinstance(text, str)):
            raise InvalidCredential(ROOT, "holds a text that is no Unicode")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
