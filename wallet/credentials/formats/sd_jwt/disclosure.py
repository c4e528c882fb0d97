"""RFC 9901, section 4.2: a disclosure, and the digest that stands for it."""

from __future__ import annotations

import hashlib
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, InvalidJSON, UnsupportedFormat
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SALT: Final = 16
"""Bytes of a salt that is drawn here: 128 bits (section 9.3)."""
DIGESTS: Final = "_sd"
ELEMENT: Final = "..."
ALGORITHM: Final = "_sd_alg"
RESERVED: Final = frozenset({DIGESTS, ELEMENT})
"""Names that no claim can have (section 4.2.1)."""

# Section 9.4: second-preimage resistant, by the name in the registry of section 4.1.1.
_HASHES: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "sha-256": hashlib.sha256,
        "sha-384": hashlib.sha384,
        "sha-512": hashlib.sha512,
        "sha3-256": hashlib.sha3_256,
        "sha3-384": hashlib.sha3_384,
        "sha3-512": hashlib.sha3_512,
    }
)
DEFAULT_HASH: Final = "sha-256"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A salted claim of an object (`name` is text) or element of an array (`name` is None).

    `encoded` is the disclosure as it was received, in base64url: digests are taken over it, letter
    by letter. `value` is any JSON value and may hold digests of further disclosures.
    """

    encoded: str = field(repr=False)
    name: str | None
    value: Any = field(repr=False)

    @classmethod
    def read(cls, encoded: str) -> Self:
        """What stands between two tildes.

        Raises:
            InvalidCredential: it is no disclosure.
            InvalidJSON: it is no strict JSON.
        """
        try:
            content = read_json(decode_base64url(encoded))
        except NotEncoded as error:
            raise InvalidCredential("disclosure", str(error)) from error
        except InvalidJSON as error:
            raise InvalidJSON(f"a disclosure: {error}") from error
        match content:
            case [str(), str(name), value] if name not in RESERVED:
                return cls(encoded, name, value)
            case [str(), str(), _]:
                raise InvalidCredential("disclosure", "has a name that no claim can have")
            case [str(), value]:
                return cls(encoded, None, value)
            case _:
                raise InvalidCredential(
                    "disclosure", "must be a list of a salt, a name and a value"
                )

    @classmethod
    def made(cls, salt: bytes, value: object, name: str | None = None) -> Self:
        """A new one; `salt` is of `SALT` bytes that were drawn for it alone."""
        content = [encode_base64url(salt), *([] if name is None else [name]), value]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return cls(encode_base64url(text.encode()), name, value)

    def digest(self, algorithm: str = DEFAULT_HASH) -> str:
        """In base64url, as it stands in the payload (section 4.2.3)."""
        return digest_of(self.encoded, algorithm)


def digest_of(text: str, algorithm: str) -> str:
    """The digest of ASCII text, in base64url. Raises as `algorithm_of` does."""
    return encode_base64url(_HASHES[accepted(algorithm)](text.encode("ascii")).digest())


def algorithm_of(payload: Mapping[str, Any]) -> str:
    """By what the digests of a payload are made (section 4.1.1).

    Raises:
        InvalidCredential: it is not said as it should be.
        UnsupportedFormat: the hash function is not known, or not good enough.
    """
    algorithm = payload.get(ALGORITHM, DEFAULT_HASH)
    if not isinstance(algorithm, str):
        raise InvalidCredential(ALGORITHM, "must be the name of a hash function")
    return accepted(algorithm)


def accepted(algorithm: str) -> str:
    """The name of a hash function, where it is accepted. Raises `UnsupportedFormat`."""
    if algorithm not in _HASHES:
        raise UnsupportedFormat(
            f"digests are made by {algorithm!r}, which is not accepted",
            hint=f"accepted: {', '.join(_HASHES)}",
        )
    return algorithm
