"""Ed25519 (RFC 8032), by libsodium alone.

Other libraries accept points of small order, under which a signature made for nobody verifies for
everybody. Such points are refused here before they become a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_ed25519_pk_to_curve25519
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from did.errors import InvalidKey
from did.keys.algorithm import Algorithm, Confidential, Use
from did.keys.x25519 import X25519PublicKey


@dataclass(frozen=True, slots=True)
class Ed25519PublicKey:
    """A point of the prime-order subgroup in its canonical 32 bytes, little-endian."""

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for a wrong length, and for a small-order or non-canonical point."""
        if len(self.raw) != 32:
            raise InvalidKey(f"an Ed25519 public key has 32 bytes, not {len(self.raw)}")
        if not crypto_core_ed25519_is_valid_point(self.raw):
            raise InvalidKey("the bytes are not a safe point of the curve Ed25519")

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return ED25519.name

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether the 64-byte `signature` R ‖ S is this key's over `message`."""
        try:
            VerifyKey(self.raw).verify(message, signature)
        except (BadSignatureError, ValueError):  # ValueError: not 64 bytes
            return False
        return True

    def key_agreement_key(self) -> X25519PublicKey:
        """The X25519 key of the same person (RFC 7748, section 4.1)."""
        return X25519PublicKey(crypto_sign_ed25519_pk_to_curve25519(self.raw))


@final
class Ed25519PrivateKey(Confidential):
    """A seed of RFC 8032, section 5.1.5."""

    __slots__ = ("_key", "_public_key")

    def __init__(self, seed: bytes) -> None:
        """`seed` is 32 bytes. Raises `InvalidKey`."""
        if len(seed) != 32:
            raise InvalidKey(f"an Ed25519 private key has 32 bytes, not {len(seed)}")
        self._key: Final = SigningKey(seed)
        self._public_key: Final = Ed25519PublicKey(bytes(self._key.verify_key))

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return ED25519.name

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that verifies what this signs."""
        return self._public_key

    def expose_secret(self) -> bytes:
        """The seed."""
        return bytes(self._key)

    def sign(self, message: bytes, /) -> bytes:
        """64 bytes R ‖ S; the same for the same message, always."""
        return self._key.sign(message).signature


def _join(coordinates: tuple[bytes, ...]) -> bytes:
    (x,) = coordinates
    return x


ED25519: Final = Algorithm(
    name="Ed25519",
    multicodec=b"\xed\x01",
    use=Use.SIGNATURE,
    public_key=Ed25519PublicKey,
    private_key=Ed25519PrivateKey,
    secret_size=32,
    kty="OKP",  # RFC 8037, section 2
    coordinates=("x",),
    size=32,
    split=lambda raw: (raw,),
    join=_join,
)
