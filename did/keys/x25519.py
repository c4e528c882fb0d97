"""X25519 (RFC 7748), by libsodium alone: two agree on a secret, and nobody signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from did.errors import InvalidKey, InvalidKeyLength
from did.keys.algorithm import Algorithm, Confidential, Use
from did.values import dataclass

if TYPE_CHECKING:
    from did.keys.algorithm import PublicKey

_PRIME: Final = 2**255 - 19
_ANY_SCALAR: Final = bytes(32)
"""Becomes 2**254 (RFC 7748, section 5), which takes the points of small order to zero and no
others."""


@dataclass(frozen=True, slots=True)
class X25519PublicKey:
    """The u-coordinate of a point in its canonical 32 bytes, little-endian.

    RFC 7748 has a coordinate that is not reduced, or whose highest bit is set, read as the one that
    it is equal to. Nobody computes such a one; here, where a key is also somebody's name, it would
    be a second name, and is refused.
    """

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for a wrong length, and for a small-order or non-canonical point."""
        if len(self.raw) != 32:
            raise InvalidKeyLength(f"an X25519 public key has 32 bytes, not {len(self.raw)}")
        if int.from_bytes(self.raw, "little") >= _PRIME:
            raise InvalidKey("the bytes are not an X25519 public key in its canonical form")
        _multiply(_ANY_SCALAR, self.raw)

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return X25519.name


@final
class X25519PrivateKey(Confidential):
    """A scalar of RFC 7748, section 5, before it is clamped."""

    __slots__ = ("_public_key", "_secret")

    def __init__(self, secret: bytes) -> None:
        """`secret` is any 32 bytes. Raises `InvalidKey`."""
        if len(secret) != 32:
            raise InvalidKey(f"an X25519 private key has 32 bytes, not {len(secret)}")
        # Deferred, as below: loading libsodium takes ten milliseconds, for keys of two kinds alone.
        from nacl.bindings import crypto_scalarmult_base  # noqa: PLC0415

        self._secret: Final = secret
        self._public_key: Final = X25519PublicKey(crypto_scalarmult_base(secret))

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return X25519.name

    @property
    def public_key(self) -> X25519PublicKey:
        """The half that a peer is told."""
        return self._public_key

    def expose_secret(self) -> bytes:
        """The 32 bytes that this was made of."""
        return self._secret

    def exchange(self, peer: PublicKey, /) -> bytes:
        """The secret shared with the holder of `peer`, 32 bytes: to be hashed before it is a key.

        RFC 7748, section 6.1. It is never zero, for a point of small order is no `peer`.

        Raises:
            InvalidKey: `peer` is of another algorithm.
        """
        if not isinstance(peer, X25519PublicKey):
            raise InvalidKey(f"X25519 agrees on nothing with a key of {peer.algorithm}")
        return _multiply(self._secret, peer.raw)


def _multiply(scalar: bytes, point: bytes) -> bytes:
    """The product, which libsodium refuses where it is zero. Raises `InvalidKey`."""
    from nacl.bindings import crypto_scalarmult  # noqa: PLC0415
    from nacl.exceptions import RuntimeError as SodiumRefusal  # noqa: PLC0415

    try:
        return crypto_scalarmult(scalar, point)
    except SodiumRefusal:
        # `from None`: nothing that has seen a secret is shown.
        raise InvalidKey("the bytes are not a safe point of the curve X25519") from None


def _join(coordinates: tuple[bytes, ...]) -> bytes:
    (x,) = coordinates
    return x


X25519: Final = Algorithm(
    name="X25519",
    multicodec=b"\xec\x01",
    use=Use.KEY_AGREEMENT,
    public_key=X25519PublicKey,
    private_key=X25519PrivateKey,
    secret_size=32,
    kty="OKP",  # RFC 8037, section 2
    coordinates=("x",),
    size=32,
    split=lambda raw: (raw,),
    join=_join,
)
