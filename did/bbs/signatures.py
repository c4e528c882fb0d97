"""BBS signatures: one signature over many messages, any of which its holder may later withhold.

draft-irtf-cfrg-bbs-signatures, sections 3.5.1, 3.5.2, 3.6.1 and 3.6.2. The curve's library does not
run in constant time: keys belong on machines whose clocks nobody else reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from did.bbs.ciphersuite import (
    API,
    BP2,
    P1,
    Generators,
    create_generators,
    hash_to_scalar,
    messages_to_scalars,
)
from did.bbs.errors import NoProof
from did.bbs.octets import read_elements, serialize
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature is over: the header, and the messages as scalars, with their generators.

    The first of the generators is that of the header; there is one more than messages.
    """

    public_key: bytes
    api: bytes
    generators: Generators
    header: bytes

    def domain(self) -> Scalar:
        """4.2.3 Domain Calculation: all that is not a message, in a scalar."""
        octets = (len(self.generators.octets) - 1).to_bytes(8) + b"".join(self.generators.octets)
        header = len(self.header).to_bytes(8) + self.header
        return hash_to_scalar(self.public_key + octets + self.api + header, self.api + b"H2S_")

    def commitment(self, domain: Scalar, messages: Sequence[Scalar]) -> G1Point:
        """The point B that is signed, for a value to each generator."""
        points = [P1, *self.generators.points]
        return G1Point.multiexp_unchecked(points, [Scalar(1), domain, *messages])


def sign(key: Bls12381G2PrivateKey, header: bytes, messages: Sequence[bytes]) -> bytes:
    """3.5.1 Signature Generation: 80 bytes, always the same for the same key and messages.

    Raises:
        TooManyMessages: there are too many messages.
    """
    public_key = key.public_key.raw
    signed = Signed(public_key, API, create_generators(len(messages) + 1, API), header)
    scalars = messages_to_scalars(messages, API)
    domain = signed.domain()
    secret = Scalar.from_be_bytes(key.expose_secret())
    e = hash_to_scalar(serialize(secret, *scalars, domain), API + b"H2S_")
    return finish(secret, e, signed.commitment(domain, scalars))


def finish(secret: Scalar, e: Scalar, commitment: G1Point) -> bytes:
    """3.6.1 CoreSign, steps 4 and 5: the point divided by the key and the hash together."""
    return serialize(commitment * (secret + e).inverse(), e)


def verify(
    key: Bls12381G2PublicKey, signature: bytes, header: bytes, messages: Sequence[bytes]
) -> bool:
    """3.5.2 Signature Verification.

    Raises:
        TooManyMessages: there are too many messages.
    """
    signed = Signed(key.raw, API, create_generators(len(messages) + 1, API), header)
    return core_verify(signed, signature, messages_to_scalars(messages, API))


def core_verify(signed: Signed, signature: bytes, messages: Sequence[Scalar]) -> bool:
    """3.6.2 CoreVerify. The public key is taken to be one, as `did.keys` makes sure."""
    try:
        point, e = read_signature(signature)
    except NoProof:
        return False
    commitment = signed.commitment(signed.domain(), messages)
    key = G2Point.from_compressed_bytes_unchecked(signed.public_key)
    return GT.pairing_check([point, point * e - commitment], [key, BP2])


def read_signature(signature: bytes) -> tuple[G1Point, Scalar]:
    """4.2.4.3 Octets to Signature. Raises `NoProof`."""
    points, scalars = read_elements(signature, 1)
    if len(scalars) != 1:
        raise NoProof("a BBS signature has 80 bytes")
    return points[0], scalars[0]
