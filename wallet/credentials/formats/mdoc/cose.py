"""ISO/IEC 18013-5, section 9.1.2.4: `IssuerAuth`, a `COSE_Sign1` by whom a certificate names."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from did.values import dataclass, field
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.cose.sign1 import Sign1
from wallet.credentials.formats.cose.x5chain import chain_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE: Final = "$.issuerAuth"


class Algorithm(NamedTuple):
    """How a signature is made: its name, the curves that it is for, and for ECDSA the hash."""

    name: str
    curves: frozenset[str]
    hash: hashes.HashAlgorithm | None = None


_ED25519, _ED448 = "ed25519", "ed448"
_256: Final = frozenset({"secp256r1", "brainpoolP256r1"})
_384: Final = frozenset({"secp384r1", "brainpoolP320r1", "brainpoolP384r1"})
_512: Final = frozenset({"secp521r1", "brainpoolP512r1"})
ALGORITHMS: Final[Mapping[int, Algorithm]] = MappingProxyType(
    {
        -7: Algorithm("ES256", _256, hashes.SHA256()),
        -35: Algorithm("ES384", _384, hashes.SHA384()),
        -36: Algorithm("ES512", _512, hashes.SHA512()),
        -8: Algorithm("EdDSA", frozenset({_ED25519, _ED448})),
        -9: Algorithm("ESP256", frozenset({"secp256r1"}), hashes.SHA256()),
        -51: Algorithm("ESP384", frozenset({"secp384r1"}), hashes.SHA384()),
        -52: Algorithm("ESP512", frozenset({"secp521r1"}), hashes.SHA512()),
        -19: Algorithm("Ed25519", frozenset({_ED25519})),
        -53: Algorithm("Ed448", frozenset({_ED448})),
    }
)
"""Their numbers in the registry of COSE; the second five name a curve as well (RFC 9864)."""


@dataclass(frozen=True, slots=True)
class IssuerAuth:
    """An issuer's signature, and the certificates that say whose it is.

    Attributes:
        sign1: the signature, whose form is right; `check` says whether it is.
        algorithm: what the signed header names.
        chain: the certificates of the header that is not signed, in DER, the signer's first.
    """

    sign1: Sign1 = field(repr=False)
    algorithm: Algorithm = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def read(cls, value: Any) -> Self:
        """The signature that a CBOR value is.

        Raises:
            InvalidCredential, InvalidCBOR: it is none, or its headers contradict each other.
            UnsupportedFormat: it is made by an algorithm that is not known here.
        """
        sign1 = Sign1.read(value, _PLACE)
        algorithm = ALGORITHMS.get(sign1.alg) if isinstance(sign1.alg, int) else None
        if algorithm is None:
            raise UnsupportedFormat(f"it is signed by the algorithm {sign1.alg!r} of COSE")
        return cls(sign1, algorithm, chain_in(sign1.unprotected, _PLACE))

    def check(self, key: object) -> None:
        """Return where the signature is made with `key`, a public key of `cryptography`.

        Raises:
            ProofInvalid: it is not, or the key is of another kind than the algorithm.
        """
        if _curve_of(key) not in self.algorithm.curves:
            raise ProofInvalid(f"the certificate's key is none for {self.algorithm.name}")
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                self._check_ecdsa(key)
            elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
                key.verify(self.sign1.signature, self.sign1.signed)
            else:
                raise ProofInvalid("the certificate's key signs nothing")
        except InvalidSignature as error:
            raise ProofInvalid("the signature is not one of the certificate's key") from error

    def _check_ecdsa(self, key: ec.EllipticCurvePublicKey) -> None:
        """RFC 9053, section 2.1: both numbers beside one another, each as long as the field."""
        size = (key.curve.key_size + 7) // 8
        if len(self.sign1.signature) != 2 * size:
            raise ProofInvalid(f"the signature must have {2 * size} bytes")
        numbers = (self.sign1.signature[:size], self.sign1.signature[size:])
        der = encode_dss_signature(*map(int.from_bytes, numbers))
        assert self.algorithm.hash is not None  # noqa: S101 - those with curves have one
        key.verify(der, self.sign1.signed, ec.ECDSA(self.algorithm.hash))


def _curve_of(key: object) -> str | None:
    match key:
        case ec.EllipticCurvePublicKey():
            return key.curve.name
        case ed25519.Ed25519PublicKey():
            return _ED25519
        case ed448.Ed448PublicKey():
            return _ED448
        case _:
            return None
