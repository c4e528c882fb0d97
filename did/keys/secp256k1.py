"""ECDSA over secp256k1 with SHA-256 (RFC 8812, ES256K), and a key's account on Ethereum."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

from did.errors import InvalidKey, InvalidKeyLength
from did.keccak import keccak256
from did.keys.algorithm import Algorithm, Confidential, Use
from did.keys.ecdsa import low, read_signature
from did.values import dataclass

if TYPE_CHECKING:
    import coincurve

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""SEC 2, section 2.4.1: n."""


@dataclass(frozen=True, slots=True)
class Secp256k1PublicKey:
    """A point in its compressed form, 33 bytes (SEC 1, section 2.3.3)."""

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for another form, and for bytes that are no point of the curve."""
        if len(self.raw) != 33:
            raise InvalidKeyLength(
                f"a compressed secp256k1 public key has 33 bytes, not {len(self.raw)}"
            )
        _point(self.raw)

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return SECP256K1.name

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether the 64-byte `signature` r ‖ s is this key's over the SHA-256 of `message`.

        Of the two s that fit, either is taken, as JOSE does. Ethereum takes the low one alone:
        whoever needs that, as a transaction does, must ask for it.
        """
        if (numbers := read_signature(signature, _ORDER)) is None:
            return False
        r, s = numbers
        # libsecp256k1 verifies low s alone.
        return bool(_point(self.raw).verify(_der(r, low(s, _ORDER)), message))

    def uncompressed(self) -> bytes:
        """The same point as x ‖ y, 64 bytes, big-endian."""
        return bytes(_point(self.raw).format(compressed=False)[1:])


@final
class Secp256k1PrivateKey(Confidential):
    """A scalar between 1 and the order of the curve."""

    __slots__ = ("_key", "_public_key")

    def __init__(self, secret: bytes) -> None:
        """`secret` is 32 bytes, big-endian. Raises `InvalidKey`."""
        if len(secret) != 32:
            raise InvalidKey(f"a secp256k1 private key has 32 bytes, not {len(secret)}")
        # Deferred, as in `_point`.
        import coincurve  # noqa: PLC0415

        try:
            self._key: Final = coincurve.PrivateKey(secret)
        except ValueError:
            # `from None`: nothing that has seen a secret is shown.
            raise InvalidKey("the secp256k1 private key is out of range") from None
        self._public_key: Final = Secp256k1PublicKey(self._key.public_key.format())

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return SECP256K1.name

    @property
    def public_key(self) -> Secp256k1PublicKey:
        """The key that verifies what this signs."""
        return self._public_key

    def expose_secret(self) -> bytes:
        """The scalar, big-endian."""
        return bytes(self._key.secret)

    def sign(self, message: bytes, /) -> bytes:
        """64 bytes r ‖ s over the SHA-256 of `message`, s low, the nonce by RFC 6979."""
        return self.sign_digest(hashlib.sha256(message).digest())[:64]

    def sign_digest(self, digest: bytes, /) -> bytes:
        """65 bytes r ‖ s ‖ v over a hash made elsewhere, s low, v 0 or 1.

        Raises:
            ValueError: `digest` is not of 32 bytes.
        """
        return bytes(self._key.sign_recoverable(digest, hasher=None))


def address(public_key: Secp256k1PublicKey) -> str:
    """The account on Ethereum that `public_key` controls: 0x and 40 digits, cased by EIP-55."""
    return checksummed(keccak256(public_key.uncompressed())[-20:])


def checksummed(account: bytes) -> str:
    """An account of 20 bytes as text whose letters' case is its checksum (EIP-55).

    Raises:
        ValueError: `account` is not of 20 bytes.
    """
    if len(account) != 20:
        raise ValueError(f"an account has 20 bytes, not {len(account)}")
    digits = account.hex()
    case = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(nibble, 16) >= 8 else digit
        for digit, nibble in zip(digits, case, strict=False)
    )


@lru_cache(512)  # a batch has few issuers, each named many times
def _point(encoded: bytes) -> coincurve.PublicKey:
    # Deferred: loading libsecp256k1 takes ten milliseconds, which only those pay who meet such a
    # key.
    import coincurve  # noqa: PLC0415

    try:
        return coincurve.PublicKey(encoded)
    except ValueError as error:
        raise InvalidKey("the bytes are not a point of the curve secp256k1") from error


def _der(r: int, s: int) -> bytes:
    """The signature as libsecp256k1's verification reads it (SEC 1, section C.8)."""
    body = _der_integer(r) + _der_integer(s)
    return bytes((0x30, len(body))) + body


def _der_integer(value: int) -> bytes:
    digits = value.to_bytes(value.bit_length() // 8 + 1)  # one bit more, or it would be negative
    return bytes((0x02, len(digits))) + digits


def _split(raw: bytes) -> tuple[bytes, ...]:
    point = Secp256k1PublicKey(raw).uncompressed()
    return point[:32], point[32:]


def _join(coordinates: tuple[bytes, ...]) -> bytes:
    x, y = coordinates
    return bytes(_point(b"\x04" + x + y).format())


SECP256K1: Final = Algorithm(
    name="secp256k1",
    multicodec=b"\xe7\x01",
    use=Use.SIGNATURE,
    public_key=Secp256k1PublicKey,
    private_key=Secp256k1PrivateKey,
    secret_size=32,
    kty="EC",  # RFC 8812, section 3.1
    coordinates=("x", "y"),
    size=32,
    split=_split,
    join=_join,
)
