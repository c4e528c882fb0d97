"""Digests as text: Subresource Integrity, section 3.5; multihashes, Data Integrity 1.0, 2.6."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.base_encodings import NotEncoded, decode_base58btc, decode_base64url
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.credentials.form import JSONObject

MAX_DIGESTS: Final = 32
"""How many digests one object may give."""

SRI: Final = "digestSRI"
MULTIBASE: Final = "digestMultibase"


class Algorithm(StrEnum):
    """The hash functions of Subresource Integrity, the weakest first."""

    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


STRENGTH: Final = tuple(Algorithm)
_SIZES: Final[Mapping[Algorithm, int]] = MappingProxyType(
    {Algorithm.SHA256: 32, Algorithm.SHA384: 48, Algorithm.SHA512: 64}
)
# Subresource Integrity, section 3.5; options, which nothing defines, are passed over.
_EXPRESSION: Final = re.compile(
    r"(?P<name>[A-Za-z0-9]{1,20})-(?P<value>[A-Za-z0-9+/_-]{1,128}={0,2})(?:\?[!-~]*)?"
)
_SPACES: Final = " \t\n\f\r"
_SPACE: Final = re.compile(f"[{_SPACES}]+")
# The code of the function and the size of its digest, as varints (multicodec).
_MULTIHASHES: Final[Mapping[bytes, Algorithm]] = MappingProxyType(
    {b"\x12\x20": Algorithm.SHA256, b"\x20\x30": Algorithm.SHA384, b"\x13\x40": Algorithm.SHA512}
)


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of a resource; `name` is the property that gives it."""

    name: str
    algorithm: Algorithm
    value: bytes


def read_digests(raw: JSONObject, path: str) -> tuple[Digest, ...]:
    """The digests that an object at `path` gives; those of functions not known here are left out.

    Raises:
        InvalidCredential: one has another form than the standard's.
    """
    digests: list[Digest] = []
    if SRI in raw:
        place = child(path, SRI)
        expressions = [
            one for text in _texts(raw[SRI], place) for one in _SPACE.split(text.strip(_SPACES))
        ]
        if not 0 < len(expressions) <= MAX_DIGESTS:
            raise InvalidCredential(place, f"must hold 1 to {MAX_DIGESTS} digests")
        digests += [found for one in expressions if (found := _read_sri(one, place))]
    if MULTIBASE in raw:
        place = child(path, MULTIBASE)
        texts = _texts(raw[MULTIBASE], place)
        digests += [found for one in texts if (found := _read_multibase(one, place))]
    return tuple(digests)


def _texts(value: object, path: str) -> Sequence[str]:
    values = value if isinstance(value, list) else [value]
    texts = [text for text in values if isinstance(text, str)]
    if not 0 < len(texts) == len(values) <= MAX_DIGESTS:
        raise InvalidCredential(path, "must be text, or a list of texts")
    return texts


def _read_sri(expression: str, path: str) -> Digest | None:
    """One hash of an integrity attribute, whose alphabet is that of base64 or of base64url."""
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        raise InvalidCredential(path, "must be as sha384-…: a hash function, and base64")
    name, text = found["name"].lower(), found["value"]
    if name not in STRENGTH:
        return None
    algorithm = Algorithm(name)
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        value = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidCredential(path, "is not in base64") from error
    padded = b64encode(value).decode()
    if padded.rstrip("=") != bare or len(text) not in (len(bare), len(padded)):
        raise InvalidCredential(path, "is not written the one way that base64 has")
    if len(value) != _SIZES[algorithm]:
        raise InvalidCredential(path, f"is not of the {_SIZES[algorithm]} bytes of {name}")
    return Digest(SRI, algorithm, value)


def _read_multibase(text: str, path: str) -> Digest | None:
    """A multihash; None where its base or its function is not known here."""
    try:
        match text[:1]:
            case "z":
                data = decode_base58btc(text)
            case "u":
                data = decode_base64url(text[1:])
            case "":
                raise InvalidCredential(path, "must not be empty")
            case _:
                return None
    except NotEncoded as error:
        raise InvalidCredential(path, str(error)) from error
    if (size := _size_told(data)) is None:
        raise InvalidCredential(path, "is not a whole multihash")
    algorithm = _MULTIHASHES.get(data[:-size])
    if algorithm is not None:
        return Digest(MULTIBASE, algorithm, data[-size:])
    if any(data[0] == head[0] for head in _MULTIHASHES):
        raise InvalidCredential(path, "is not a whole multihash")
    return None


def _size_told(data: bytes) -> int | None:
    """Multihash: how long the digest is, where that is what is there. A bare digest tells none."""
    # Deferred: few credentials have digests.
    from multiformats import varint  # noqa: PLC0415

    try:
        _, _, rest = varint.decode_raw(data)
        size, _, digest = varint.decode_raw(rest)
    except (ValueError, TypeError):
        return None
    return size if size == len(digest) > 0 else None
