"""RFC 9052, section 4.2: `COSE_Sign1`, and the algorithms of ISO/IEC 18013-5, section 9.1.2.4.

The protected header is taken as it was received, for its bytes are signed. A header that is in
both places, or says what is not understood and must be, is refused.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.mdoc.cbor import read_cbor

if TYPE_CHECKING:
    from collections.abc import Mapping

ALG: Final = 1
CRIT: Final = 2
X5CHAIN: Final = 33
"""RFC 9360, section 2."""
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
class Sign1:
    """A signed payload whose form is right; `check` says whether the signature is.

    Attributes:
        protected: the bytes of the signed header.
        payload: what is signed.
        signature: as it stands there.
        algorithm: what the signed header names.
        chain: the certificates of the header that is not signed, in DER, the signer's first.
    """

    protected: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: Algorithm = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def read(cls, value: Any) -> Self:
        """The signature that a CBOR value is.

        Raises:
            InvalidCredential, InvalidCBOR: it is none, or its headers contradict each other.
            UnsupportedFormat: it is made by an algorithm that is not known here.
        """
        match value:
            case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
                pass
            case [_, _, None, _]:
                raise InvalidCredential(_PLACE, "is without what it signs")
            case _:
                raise InvalidCredential(_PLACE, "is no COSE_Sign1")
        header = read_cbor(protected) if protected else {}
        if not isinstance(header, dict):
            raise InvalidCredential(_PLACE, "has a signed header that is no map")
        if header.keys() & unprotected.keys():
            raise InvalidCredential(_PLACE, "says the same in both of its headers")
        if CRIT in header or CRIT in unprotected:
            raise InvalidCredential(_PLACE, "asks for an extension, and none is understood here")
        if ALG not in header:
            raise InvalidCredential(_PLACE, "does not say in its signed header how it was made")
        algorithm = ALGORITHMS.get(header[ALG]) if isinstance(header[ALG], int) else None
        if algorithm is None:
            raise UnsupportedFormat(f"it is signed by the algorithm {header[ALG]!r} of COSE")
        return cls(protected, payload, signature, algorithm, _chain(unprotected))

    @property
    def signed(self) -> bytes:
        """Section 4.4: the bytes that the signature is over."""
        return cbor2.dumps(["Signature1", self.protected, b"", self.payload])

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
                key.verify(self.signature, self.signed)
            else:
                raise ProofInvalid("the certificate's key signs nothing")
        except InvalidSignature as error:
            raise ProofInvalid("the signature is not one of the certificate's key") from error

    def _check_ecdsa(self, key: ec.EllipticCurvePublicKey) -> None:
        """RFC 9053, section 2.1: both numbers beside one another, each as long as the field."""
        size = (key.curve.key_size + 7) // 8
        if len(self.signature) != 2 * size:
            raise ProofInvalid(f"the signature must have {2 * size} bytes")
        numbers = (self.signature[:size], self.signature[size:])
        der = encode_dss_signature(*map(int.from_bytes, numbers))
        assert self.algorithm.hash is not None  # noqa: S101 - those with curves have one
        key.verify(der, self.signed, ec.ECDSA(self.algorithm.hash))


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


def _chain(unprotected: Mapping[Any, Any]) -> tuple[bytes, ...]:
    """RFC 9360, section 2: one certificate by itself, or a list of two or more."""
    match unprotected.get(X5CHAIN):
        case None:
            raise InvalidCredential(_PLACE, "brings no certificate of its signer (x5chain)")
        case bytes(one):
            return (one,)
        case [*several] if several and all(isinstance(one, bytes) for one in several):
            return tuple(several)
        case _:
            raise InvalidCredential(_PLACE, "brings something else than certificates (x5chain)")
