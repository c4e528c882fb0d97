"""The hashes of did:webvh 1.0: canonical JSON, SHA-256 as a multihash, in base58-btc.

Sections "SCID Generation and Verification", "Entry Hash Generation and Verification" and
"Pre-Rotation Key Hash Generation and Verification"; RFC 8785 for the canonical form.
"""

from __future__ import annotations

import re
from typing import Any, Final

import rfc8785
from multiformats import multihash

from did.encoding import decode_base58btc, encode_base58btc
from did.errors import InvalidDID

HASH: Final = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}")
"""What a SHA-256 multihash (0x12, 32 bytes) looks like in base58-btc: the one hash of 1.0."""


def canonical(value: Any) -> bytes:
    """`value`, plain JSON, in its canonical form (RFC 8785). Raises `InvalidDID`."""
    try:
        return bytes(rfc8785.dumps(value))
    except rfc8785.CanonicalizationError as error:
        raise InvalidDID(f"it has no canonical form: {error}") from error


def digest(data: bytes) -> str:
    """The SHA-256 of `data` as 46 characters, without the prefix of multibase."""
    return encode_base58btc(multihash.digest(data, "sha2-256"))[1:]


def is_digest(text: str, data: bytes) -> bool:
    """Whether `text`, of the form `HASH`, is the digest of `data`.

    The text is decoded, for that takes a third of the time, and no two texts of that form are the
    same bytes.
    """
    return decode_base58btc(f"z{text}") == bytes(multihash.digest(data, "sha2-256"))


def key_hash(multikey: str) -> str:
    """The commitment to a key, for `nextKeyHashes`."""
    return digest(multikey.encode())
