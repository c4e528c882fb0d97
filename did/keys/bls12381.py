"""Keys in G2 of BLS12-381: made, read and checked here; they sign by BBS alone (`did.bbs`).

draft-irtf-cfrg-bbs-signatures, operation SkToPk and appendix A: a point is compressed as ZCash
does it, and one that is the identity or outside the subgroup is no key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from did.errors import InvalidKey, InvalidKeyLength
from did.keys.algorithm import Algorithm, Confidential, Use


@dataclass(frozen=True, slots=True)
class Bls12381G2PublicKey:
    """A point of the prime-order subgroup G2, not its identity, compressed to 96 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        """Raises `InvalidKey` for another form, and for bytes that are no such point."""
        if len(self.raw) != 96:
            raise InvalidKeyLength(f"a BLS12-381 G2 public key has 96 bytes, not {len(self.raw)}")
        from py_arkworks_bls12381 import G2Point  # noqa: PLC0415 - few keys are of this kind

        try:
            point = G2Point.from_compressed_bytes(self.raw)
        except ValueError as error:
            raise InvalidKey("the bytes are not a point of the group BLS12-381 G2") from error
        if point == G2Point.identity():
            raise InvalidKey("the point at infinity of BLS12-381 G2 is nobody's key")

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return BLS12381G2.name


@final
class Bls12381G2PrivateKey(Confidential):
    """A scalar between 1 and the order of the group."""

    __slots__ = ("_public_key", "_secret")

    def __init__(self, secret: bytes) -> None:
        """`secret` is 32 bytes, big-endian. Raises `InvalidKey`."""
        if len(secret) != 32:
            raise InvalidKey(f"a BLS12-381 private key has 32 bytes, not {len(secret)}")
        from py_arkworks_bls12381 import G2Point, Scalar  # noqa: PLC0415 - as above

        try:
            scalar = Scalar.from_be_bytes(secret)
        except ValueError:
            scalar = Scalar(0)  # not less than the order
        if scalar.is_zero():
            # Outside `except`: nothing that has seen a secret is shown.
            raise InvalidKey("the BLS12-381 private key is out of range")
        self._secret: Final = secret
        self._public_key: Final = Bls12381G2PublicKey((G2Point() * scalar).to_compressed_bytes())

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        return BLS12381G2.name

    @property
    def public_key(self) -> Bls12381G2PublicKey:
        """The half that anyone may know."""
        return self._public_key

    def expose_secret(self) -> bytes:
        """The scalar, big-endian."""
        return self._secret


def _join(coordinates: tuple[bytes, ...]) -> bytes:
    (x,) = coordinates
    return x


BLS12381G2: Final = Algorithm(
    name="BLS12381G2",
    multicodec=b"\xeb\x01",
    use=Use.SIGNATURE,
    public_key=Bls12381G2PublicKey,
    private_key=Bls12381G2PrivateKey,
    secret_size=32,
    kty="OKP",  # draft-ietf-cose-bls-key-representations-08
    coordinates=("x",),  # the whole compressed point
    size=96,
    split=lambda raw: (raw,),
    join=_join,
)
