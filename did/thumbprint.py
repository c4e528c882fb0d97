"""The thumbprint of a key: a digest of its JWK that is the same whoever writes the JWK.

RFC 7638 (JWK Thumbprint) with SHA-256; RFC 9278 (JWK Thumbprint URI).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import rfc8785

from did.encoding import encode_base64url, to_jwk

if TYPE_CHECKING:
    from did.keys import PublicKey

_URI: Final = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"


def thumbprint(key: PublicKey) -> str:
    """The SHA-256 thumbprint of `key` in base64url without padding, 43 characters.

    The members that a JWK of its kind requires, sorted and without white space (RFC 7638, section
    3.2), are what JCS makes of them: all are ASCII text.
    """
    return encode_base64url(hashlib.sha256(rfc8785.dumps(to_jwk(key))).digest())


def thumbprint_uri(key: PublicKey) -> str:
    """The thumbprint as a URI (RFC 9278, section 2), by which a key may be named."""
    return _URI + thumbprint(key)
