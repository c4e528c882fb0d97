"""The values of selective proofs: three bytes that say which, and CBOR, in multibase base64url.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.2 to 3.4.7. CBOR (RFC 8949) has many ways to
write one value: here it is read in its preferred form alone (section 4.1), of numbers that are not
negative, byte and text strings, arrays and maps. Tags, which a reader may act upon, are none of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import cbor2

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from wallet.credentials.errors import ProofInvalid

MAX_LENGTH: Final = 1 << 20
"""Characters: enough for a signature to each of ten thousand statements."""

_PREFIX: Final = 3
_PREFIX_LENGTH: Final = 4
_DEPTH: Final = 2
_MAP: Final = 5


def write_proof_value(prefix: bytes, components: list[Any]) -> str:
    """`u`, and in base64url the prefix and the components in CBOR."""
    return f"u{encode_base64url(prefix + cbor2.dumps(components))}"


def read_proof_value(value: object) -> tuple[bytes, list[Any]]:
    """The prefix, of three bytes, and the components.

    Raises:
        ProofInvalid: it is not of that form, or too long.
    """
    if not isinstance(value, str) or not value.startswith("u"):
        raise ProofInvalid("proofValue must be in the multibase base64url, which begins with 'u'")
    if len(value) > MAX_LENGTH:
        raise ProofInvalid(f"proofValue is longer than {MAX_LENGTH} characters")
    try:
        data = decode_base64url(value[1:])
    except NotEncoded as error:
        raise ProofInvalid(f"proofValue {error}") from error
    return data[:_PREFIX], _read_cbor(data[_PREFIX:])


def prefix_of(value: object) -> bytes:
    """The prefix, where there is one; nothing else is looked at."""
    if not isinstance(value, str) or not value.startswith("u"):
        return b""
    try:
        return decode_base64url(value[1 : 1 + _PREFIX_LENGTH])
    except NotEncoded:
        return b""


def is_bytes(value: object, size: int) -> bool:
    """Whether a component is a byte string of that size."""
    return isinstance(value, bytes) and len(value) == size


def read_places(value: object) -> tuple[int, ...]:
    """A list of places, each after the one before. Raises `ProofInvalid`."""
    places = _read_numbers(value)
    if any(later <= former for former, later in pairwise(places)):
        raise ProofInvalid("proofValue holds places twice, or not in their order")
    return places


def read_set(value: object) -> tuple[int, ...]:
    """A list of places in any order, none of them twice. Raises `ProofInvalid`."""
    places = _read_numbers(value)
    if len({*places}) != len(places):
        raise ProofInvalid("proofValue holds places twice")
    return places


def _read_numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(place) is int and place >= 0 for place in value):
        raise ProofInvalid("proofValue must hold a list of numbers where it says what is shown")
    return tuple(value)


def read_pointers(value: object) -> tuple[str, ...]:
    """A list of JSON pointers. Raises `ProofInvalid`."""
    if not isinstance(value, list) or not all(isinstance(pointer, str) for pointer in value):
        raise ProofInvalid("proofValue must hold a list of JSON pointers")
    return tuple(value)


def _read_cbor(data: bytes) -> list[Any]:
    if _end_of_item(data, 0, 0) != len(data):
        raise _not_cbor()
    try:
        components = cbor2.loads(data)
        written = cbor2.dumps(components)
    except (cbor2.CBORDecodeError, cbor2.CBOREncodeError, ValueError, TypeError) as error:
        raise _not_cbor() from error
    # A number with zeros before it, or a name that a map has twice, is written otherwise.
    if written != data or not isinstance(components, list):
        raise _not_cbor()
    return components


def _end_of_item(data: bytes, at: int, depth: int) -> int:
    """RFC 8949, appendix C: where an item ends, of the kinds there may be, no deeper than two."""
    if at >= len(data):
        raise _not_cbor()
    kind, info = data[at] >> 5, data[at] & 31
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    at += 1
    if info > 27 or at + size > len(data):
        raise _not_cbor()
    argument = int.from_bytes(data[at : at + size]) if size else info
    at += size
    match kind:
        case 0:
            return at
        case 2 | 3 if at + argument <= len(data):
            return at + argument
        case 4 | 5 if depth < _DEPTH and argument <= len(data):
            for _ in range(argument * (2 if kind == _MAP else 1)):
                at = _end_of_item(data, at, depth + 1)
            return at
        case _:
            raise _not_cbor()


def _not_cbor() -> ProofInvalid:
    return ProofInvalid("proofValue is not the CBOR of a selective proof in its preferred form")
