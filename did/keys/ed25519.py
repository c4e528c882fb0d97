"""Ed25519 (RFC 8032), by libsodium alone.

Other libraries accept points of small order, under which a signature made for nobody verifies for
everybody. Such points are refused here before they become a key.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, final

from did.errors import InvalidKey, InvalidKeyLength
from did.keys.algorithm import Algorithm, Confidential, Use
from did.keys.x25519 import X25519PublicKey
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Ed25519PublicKey:
    """A point of the prime-order subgroup in its canonical 32 bytes, little-endian."""

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for a wrong length, and for a small-order or non-canonical point."""
        if len(self.raw) != 32:
            raise InvalidKeyLength(f"an Ed25519 public key has 32 bytes, not {len(self.raw)}")
        # Deferred, as below: loading libsodium takes ten milliseconds, for keys of two kinds alone.
        from nacl.bindings import crypto_core_ed25519_is_valid_point  # noqa: PLC0415

        if not crypto_core_ed25519_is_valid_point(self.raw):
            raise InvalidKey("the bytes are not a safe point of the curve Ed25519")

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return ED25519.name

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether the 64-byte `signature` R ‖ S is this key's over `message`."""
        if len(signature) != 64:  # what is too long would be read as a part of the message
            return False
        opened, refusal = _opening()
        try:
            opened(signature + message, self.raw)
        except refusal:
            return False
        return True

    def key_agreement_key(self) -> X25519PublicKey:
        """The X25519 key of the same person (RFC 7748, section 4.1)."""
        return _key_agreement_key(self.raw)


@final
class Ed25519PrivateKey(Confidential):
    """A seed of RFC 8032, section 5.1.5."""

    __slots__ = ("_key", "_public_key")

    def __init__(self, seed: bytes) -> None:
        """`seed` is 32 bytes. Raises `InvalidKey`."""
        if len(seed) != 32:
            raise InvalidKey(f"an Ed25519 private key has 32 bytes, not {len(seed)}")
        from nacl.bindings import crypto_sign_seed_keypair  # noqa: PLC0415

        public_key, self._key = crypto_sign_seed_keypair(seed)  # the seed, then the public key
        self._public_key: Final = Ed25519PublicKey(public_key)

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
        return self._key[:32]

    def sign(self, message: bytes, /) -> bytes:
        """64 bytes R ‖ S; the same for the same message, always."""
        from nacl.bindings import crypto_sign  # noqa: PLC0415

        return crypto_sign(message, self._key)[:64]


@cache
def _opening() -> tuple[Callable[[bytes, bytes], bytes], type[Exception]]:
    """What verifies, and what it raises where a signature does not hold."""
    from nacl.bindings import crypto_sign_open  # noqa: PLC0415
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415

    return crypto_sign_open, BadSignatureError


@lru_cache(512)  # a batch has few issuers, each named many times
def _key_agreement_key(raw: bytes) -> X25519PublicKey:
    from nacl.bindings import crypto_sign_ed25519_pk_to_curve25519  # noqa: PLC0415

    return X25519PublicKey(crypto_sign_ed25519_pk_to_curve25519(raw))


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
