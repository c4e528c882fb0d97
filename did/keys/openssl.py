"""ECDSA over the curves of NIST, by OpenSSL (FIPS 186-5, sections 6.4 and A.3.3).

Loading it takes tens of milliseconds. `did.keys.nist` does so when it meets the first such key.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from did.errors import InvalidKey
from did.keys.ecdsa import read_signature, write_signature
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.hashes import HashAlgorithm


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve by its name in a JWK, and the hash that is signed over it."""

    name: str
    parameters: ec.EllipticCurve
    hash: HashAlgorithm

    def point(self, encoded: bytes) -> ec.EllipticCurvePublicKey:
        """The point that `encoded` is (SEC 1, section 2.3.4). Raises `InvalidKey`."""
        return _point(self.name, encoded)

    def private_key(self, secret: bytes) -> ec.EllipticCurvePrivateKey:
        """The key of the scalar `secret`, big-endian. Raises `InvalidKey`."""
        try:
            return ec.derive_private_key(int.from_bytes(secret), self.parameters)
        except ValueError:
            # `from None`: nothing that has seen a secret is shown.
            raise InvalidKey(f"the {self.name} private key is out of range") from None

    def verify(self, key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> bool:
        """Whether `signature`, r ‖ s, is the key's over the hash of `message`."""
        if (numbers := read_signature(signature, self.parameters.group_order)) is None:
            return False
        try:
            key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(self.hash))
        except InvalidSignature:
            return False
        return True

    def sign(self, key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
        """The signature r ‖ s over the hash of `message`, s low, the nonce by RFC 6979."""
        der = key.sign(message, ec.ECDSA(self.hash, deterministic_signing=True))
        return write_signature(*decode_dss_signature(der), self.parameters.group_order)


@lru_cache(512)  # a batch has few issuers, each named many times, and a root is slow to find
def _point(curve: str, encoded: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[curve].parameters, encoded)
    except ValueError as error:
        raise InvalidKey(f"the bytes are not a point of the curve {curve}") from error


def compressed(key: ec.EllipticCurvePublicKey) -> bytes:
    """2 or 3, as y is even or odd, and x (SEC 1, section 2.3.3)."""
    point = uncompressed(key)
    return bytes((2 | point[-1] & 1,)) + point[: len(point) // 2]


def uncompressed(key: ec.EllipticCurvePublicKey) -> bytes:
    """Both coordinates: x ‖ y."""
    # By numbers: what writes keys in all their forms loads as much as all the rest here.
    point, size = key.public_numbers(), (key.key_size + 7) // 8
    return point.x.to_bytes(size) + point.y.to_bytes(size)


CURVES: Final[Mapping[str, Curve]] = MappingProxyType(
    {
        curve.name: curve
        for curve in (
            Curve("P-256", ec.SECP256R1(), SHA256()),  # RFC 7518, section 3.4
            Curve("P-384", ec.SECP384R1(), SHA384()),
            Curve("P-521", ec.SECP521R1(), SHA512()),
        )
    }
)
