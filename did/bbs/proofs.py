"""BBS proofs: that one has a signature over some messages, and what these are; no more than that.

draft-irtf-cfrg-bbs-signatures, sections 3.5.3, 3.5.4, 3.6.3, 3.6.4 and 3.7. Each proof is blinded
anew, so that nobody can tell whether two are of one signature.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from did.bbs.ciphersuite import (
    API,
    BP2,
    EXPAND_SIZE,
    P1,
    POINT_SIZE,
    SCALAR_SIZE,
    create_generators,
    hash_to_scalar,
    messages_to_scalars,
)
from did.bbs.errors import NoProof
from did.bbs.octets import read_elements, serialize
from did.bbs.signatures import Signed, read_signature
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.keys.bls12381 import Bls12381G2PublicKey

_FLOOR: Final = 3 * POINT_SIZE + 4 * SCALAR_SIZE


@dataclass(frozen=True, slots=True)
class _Opening:
    """3.7.1 and 3.7.3: the five points, and the domain, that the challenge is made of."""

    a_bar: G1Point
    b_bar: G1Point
    d: G1Point
    t1: G1Point
    t2: G1Point
    domain: Scalar

    def challenge(self, disclosed: Mapping[int, Scalar], header: bytes, api: bytes) -> Scalar:
        """3.7.4 Challenge Calculation."""
        told = [element for index in disclosed for element in (index, disclosed[index])]
        points = (self.a_bar, self.b_bar, self.d, self.t1, self.t2)
        octets = serialize(len(disclosed), *told, *points, self.domain)
        return hash_to_scalar(octets + len(header).to_bytes(8) + header, api + b"H2S_")


def prove(
    key: Bls12381G2PublicKey,
    signature: bytes,
    header: bytes,
    presentation_header: bytes,
    messages: Sequence[bytes],
    disclosed: Sequence[int],
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """3.5.3 Proof Generation: 272 bytes, and 32 for each message that stays hidden.

    `disclosed` are the places of those that are told. That the signature holds is for its holder to
    have verified.

    Raises:
        NoProof: the signature is not of the form of one.
        ValueError: a place is not that of a message.
        TooManyMessages: there are too many messages.
    """
    signed = Signed(key.raw, API, create_generators(len(messages) + 1, API), header)
    scalars = messages_to_scalars(messages, API)
    return core_prove(signed, signature, presentation_header, scalars, disclosed, random)


def verify_proof(
    key: Bls12381G2PublicKey,
    proof: bytes,
    header: bytes,
    presentation_header: bytes,
    disclosed: Mapping[int, bytes],
) -> bool:
    """3.5.4 Proof Verification: whether it is a proof that those are messages, at these places.

    Raises:
        TooManyMessages: the proof is over too many messages.
    """
    count = hidden_in(proof) + len(disclosed)
    signed = Signed(key.raw, API, create_generators(count + 1, API), header)
    scalars = messages_to_scalars(disclosed.values(), API)
    told = dict(zip(disclosed, scalars, strict=True))
    return core_verify_proof(signed, proof, presentation_header, told)


def hidden_in(proof: bytes) -> int:
    """How many messages a proof of that length hides; none where it is too short for any."""
    return max(0, len(proof) - _FLOOR) // SCALAR_SIZE


def core_prove(
    signed: Signed,
    signature: bytes,
    presentation_header: bytes,
    messages: Sequence[Scalar],
    disclosed: Sequence[int],
    random: Callable[[int], bytes],
) -> bytes:
    """3.6.3 CoreProofGen."""
    point, e = read_signature(signature)
    told = _at_places(disclosed, messages)
    hidden = [index for index in range(len(messages)) if index not in told]
    r1, r2, e_blind, r1_blind, r3_blind, *blinds = random_scalars(5 + len(hidden), random)
    # 3.7.1 Proof Initialization.
    domain = signed.domain()
    d = signed.commitment(domain, messages) * r2
    a_bar = point * (r1 * r2)
    b_bar = d * r1 - a_bar * e
    t1 = a_bar * e_blind + d * r1_blind
    points = [signed.generators.points[index + 1] for index in hidden]
    t2 = G1Point.multiexp_unchecked([d, *points], [r3_blind, *blinds])
    opening = _Opening(a_bar, b_bar, d, t1, t2, domain)
    # 3.7.2 Proof Finalization.
    challenge = opening.challenge(told, presentation_header, signed.api)
    responses = [
        blind + messages[index] * challenge for index, blind in zip(hidden, blinds, strict=True)
    ]
    return serialize(
        *(a_bar, b_bar, d),
        *(e_blind + e * challenge, r1_blind - r1 * challenge),
        r3_blind - r2.inverse() * challenge,
        *(*responses, challenge),
    )


def core_verify_proof(
    signed: Signed, proof: bytes, presentation_header: bytes, disclosed: Mapping[int, Scalar]
) -> bool:
    """3.6.4 CoreProofVerify. The public key is taken to be one, as `did.keys` makes sure."""
    try:
        (a_bar, b_bar, d), scalars = read_elements(proof, 3)
    except NoProof:
        return False
    count = len(signed.generators.points) - 1
    if len(scalars) != 4 + count - len(disclosed) or not _is_ascending(disclosed, count):
        return False
    e_response, r1_response, r3_response, *responses, challenge = scalars
    # 3.7.3 Proof Verification Initialization.
    domain = signed.domain()
    t1 = G1Point.multiexp_unchecked([b_bar, a_bar, d], [challenge, e_response, r1_response])
    waiting = iter(responses)
    factors = [
        disclosed[index] * challenge if index in disclosed else next(waiting)
        for index in range(count)
    ]
    t2 = G1Point.multiexp_unchecked(
        [d, P1, *signed.generators.points],
        [r3_response, challenge, domain * challenge, *factors],
    )
    opening = _Opening(a_bar, b_bar, d, t1, t2, domain)
    if opening.challenge(disclosed, presentation_header, signed.api) != challenge:
        return False
    key = G2Point.from_compressed_bytes_unchecked(signed.public_key)
    return GT.pairing_check([a_bar, -b_bar], [key, BP2])


def _at_places(places: Sequence[int], messages: Sequence[Scalar]) -> dict[int, Scalar]:
    if not _is_ascending(places, len(messages)):
        raise ValueError("the messages that are told must be some of those signed, in their order")
    return {index: messages[index] for index in places}


def _is_ascending(places: Sequence[int] | Mapping[int, Scalar], count: int) -> bool:
    before = -1
    for index in places:
        if not before < index < count:
            return False
        before = index
    return True


def random_scalars(count: int, random: Callable[[int], bytes]) -> list[Scalar]:
    """4.2.1 Random Scalars."""
    return [Scalar.from_be_bytes_mod_order(random(EXPAND_SIZE)) for _ in range(count)]
