"""What keys of the curves of NIST have in common: `did.keys.p256`, `p384` and `p521` say which.

A public key is its point in compressed form: a byte 2 or 3, then x (SEC 1, section 2.3.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from did.errors import InvalidKey, InvalidKeyLength
from did.keys.algorithm import Algorithm, Confidential, Use
from did.values import dataclass

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from did.keys.openssl import Curve


@dataclass(frozen=True, slots=True)
class NistPublicKey:
    """A point of `CURVE`, whose coordinates have `SIZE` bytes, in its compressed form."""

    CURVE: ClassVar[str]
    SIZE: ClassVar[int]

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for another form, and for bytes that are no point of the curve."""
        if len(self.raw) != self.SIZE + 1:
            raise InvalidKeyLength(
                f"a compressed {self.CURVE} public key has {self.SIZE + 1} bytes, "
                f"not {len(self.raw)}"
            )
        self._point()

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return self.CURVE

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether `signature`, r ‖ s of `SIZE` bytes each, is this key's over `message`'s hash.

        Of the two s that fit, either is taken.
        """
        return _curve(self.CURVE).verify(self._point(), signature, message)

    def _point(self) -> ec.EllipticCurvePublicKey:
        return _curve(self.CURVE).point(self.raw)


class NistPrivateKey(Confidential):
    """A scalar between 1 and the order of the curve of `PUBLIC_KEY`."""

    PUBLIC_KEY: ClassVar[type[NistPublicKey]]

    __slots__ = ("_key", "_public_key", "_secret")

    def __init__(self, secret: bytes) -> None:
        """`secret` is as long as a coordinate, big-endian. Raises `InvalidKey`."""
        name, size = self.PUBLIC_KEY.CURVE, self.PUBLIC_KEY.SIZE
        if len(secret) != size:
            raise InvalidKey(f"a {name} private key has {size} bytes, not {len(secret)}")
        self._secret: Final = secret
        self._key: Final = _curve(name).private_key(secret)
        self._public_key: Final = self.PUBLIC_KEY(_compressed(self._key.public_key()))

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return self.PUBLIC_KEY.CURVE

    @property
    def public_key(self) -> NistPublicKey:
        """The key that verifies what this signs."""
        return self._public_key

    def expose_secret(self) -> bytes:
        """The scalar, big-endian."""
        return self._secret

    def sign(self, message: bytes, /) -> bytes:
        """The signature r ‖ s over the hash of `message`, s low, the nonce by RFC 6979."""
        return _curve(self.algorithm).sign(self._key, message)


def nist_algorithm(
    multicodec: bytes, public_key: type[NistPublicKey], private_key: type[NistPrivateKey]
) -> Algorithm:
    """The entry of `ALGORITHMS` for the curve of those keys."""
    name, size = public_key.CURVE, public_key.SIZE

    def split(raw: bytes) -> tuple[bytes, ...]:
        from did.keys.openssl import uncompressed  # noqa: PLC0415 - as in `_curve`

        point = uncompressed(_curve(name).point(raw))
        return point[:size], point[size:]

    def join(coordinates: tuple[bytes, ...]) -> bytes:
        return _compressed(_curve(name).point(b"\x04" + b"".join(coordinates)))

    return Algorithm(
        name=name,
        multicodec=multicodec,
        use=Use.SIGNATURE,
        public_key=public_key,
        private_key=private_key,
        secret_size=size,
        kty="EC",  # RFC 7518, section 6.2
        coordinates=("x", "y"),
        size=size,
        split=split,
        join=join,
    )


def _curve(name: str) -> Curve:
    # Loading OpenSSL takes tens of milliseconds, which only those pay who meet such a key.
    from did.keys.openssl import CURVES  # noqa: PLC0415

    return CURVES[name]


def _compressed(key: ec.EllipticCurvePublicKey) -> bytes:
    from did.keys.openssl import compressed  # noqa: PLC0415 - as in `_curve`

    return compressed(key)
