"""Blind BBS signatures: of messages that the signer never sees, and that their holder must know.

draft-irtf-cfrg-bbs-blind-signatures, sections 4.1 to 4.3: a commitment hides the holder's messages
and proves that they are known; the signature is over it and the signer's messages. None of the
committed messages is ever told. Where the draft contradicts itself, the vectors of bbs-2023 count.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from py_arkworks_bls12381 import G1Point, Scalar

from did.bbs.ciphersuite import (
    BLIND_API,
    Generators,
    create_generators,
    hash_to_scalar,
    messages_to_scalars,
)
from did.bbs.errors import NoProof
from did.bbs.octets import (
    read_elements,
    read_scalar,
    serialize,
)
from did.bbs.proofs import (
    core_prove,
    core_verify_proof,
    hidden_in,
    random_scalars,
)
from did.bbs.signatures import Signed, core_verify, finish
from did.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey

MAX_COMMITTED: Final = 8
"""Messages that a commitment may hide; bbs-2023 knows one, the holder's secret."""

_COMMITTED_API: Final = b"BLIND_" + BLIND_API
_TAG: Final = BLIND_API + b"H2S_"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What goes to the signer; and `blind`, of 32 bytes, which opens it and stays here."""

    with_proof: bytes
    blind: bytes = field(repr=False)


def commit(
    messages: Sequence[bytes],
    *,
    blind: bytes | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Commitment:
    """4.1.1 Commitment Computation, and 4.3.1 Core Commitment Computation.

    `blind` is what opens it, 32 bytes of a scalar, where that is not drawn. Only the same messages
    may be committed to with the same.
    """
    generators = create_generators(len(messages) + 1, _COMMITTED_API)
    scalars = messages_to_scalars(messages, BLIND_API)
    drawn, *masks = random_scalars(len(messages) + 2, random)
    opening = drawn if blind is None else read_scalar(blind)
    values = (opening, *scalars)
    point = _combined(generators, values)
    challenge = _challenge(point, _combined(generators, masks), generators)
    responses = [mask + value * challenge for mask, value in zip(masks, values, strict=True)]
    return Commitment(serialize(point, *responses, challenge), serialize(opening))


def check_commitment(with_proof: bytes) -> None:
    """Return where a holder's commitment shows that what it hides is known. Raises `NoProof`."""
    _read_commitment(with_proof)


def blind_sign(
    key: Bls12381G2PrivateKey,
    commitment_with_proof: bytes,
    header: bytes,
    messages: Sequence[bytes],
) -> bytes:
    """4.2.1 Blind Signature Generation: 80 bytes.

    Raises:
        NoProof: who made the commitment has not shown to know what it hides.
        TooManyMessages: there are too many messages.
    """
    point, committed = _read_commitment(commitment_with_proof)
    signed = _signed(key.public_key, header, len(messages), committed)
    scalars = messages_to_scalars(messages, BLIND_API)
    domain = signed.domain()
    known = Signed(signed.public_key, BLIND_API, signed.generators.first(len(messages) + 1), header)
    commitment = known.commitment(domain, scalars) + point
    secret = Scalar.from_be_bytes(key.expose_secret())
    e = hash_to_scalar(serialize(secret, commitment), _TAG)
    return finish(secret, e, commitment)


def blind_verify(
    key: Bls12381G2PublicKey,
    signature: bytes,
    header: bytes,
    messages: Sequence[bytes],
    committed: Sequence[bytes],
    blind: bytes,
) -> bool:
    """4.2.2 Blind Signature Verification, by the holder, who knows what was committed to."""
    signed = _signed(key, header, len(messages), len(committed) + 1)
    return core_verify(signed, signature, _values(messages, committed, blind))


def blind_prove(  # noqa: PLR0913 - as above
    key: Bls12381G2PublicKey,
    signature: bytes,
    header: bytes,
    presentation_header: bytes,
    messages: Sequence[bytes],
    disclosed: Sequence[int],
    committed: Sequence[bytes],
    blind: bytes,
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """4.2.3 Proof Generation, of which the committed messages stay hidden.

    Raises as `proofs.prove`.
    """
    signed = _signed(key, header, len(messages), len(committed) + 1)
    values = _values(messages, committed, blind)
    if any(index >= len(messages) for index in disclosed):
        raise ValueError("what was committed to is not told")
    return core_prove(signed, signature, presentation_header, values, disclosed, random)


def blind_verify_proof(
    key: Bls12381G2PublicKey,
    proof: bytes,
    header: bytes,
    presentation_header: bytes,
    count: int,
    disclosed: Mapping[int, bytes],
) -> bool:
    """4.2.4 Proof Verification; `count` is how many messages the signer knew.

    Raises:
        TooManyMessages: the proof is over too many messages.
    """
    committed = hidden_in(proof) + len(disclosed) - count
    if committed < 1 or any(index >= count for index in disclosed):
        return False
    signed = _signed(key, header, count, committed)
    scalars = messages_to_scalars(disclosed.values(), BLIND_API)
    told = dict(zip(disclosed, scalars, strict=True))
    return core_verify_proof(signed, proof, presentation_header, told)


def _signed(key: Bls12381G2PublicKey, header: bytes, count: int, committed: int) -> Signed:
    generators = create_generators(count + 1, BLIND_API) + create_generators(
        committed, _COMMITTED_API
    )
    return Signed(key.raw, BLIND_API, generators, header)


def _values(
    messages: Sequence[bytes], committed: Sequence[bytes], blind: bytes
) -> tuple[Scalar, ...]:
    return (
        *messages_to_scalars(messages, BLIND_API),
        read_scalar(blind),
        *messages_to_scalars(committed, BLIND_API),
    )


def _read_commitment(with_proof: bytes) -> tuple[G1Point, int]:
    """4.1.2 and 4.3.2: the commitment, which is proved, and for how many generators it is."""
    (point,), scalars = read_elements(with_proof, 1)
    if not 2 <= len(scalars) <= MAX_COMMITTED + 2:
        raise NoProof("the commitment has a length that none has")
    *responses, challenge = scalars
    generators = create_generators(len(responses), _COMMITTED_API)
    mask = _combined(generators, responses) - point * challenge
    if _challenge(point, mask, generators) != challenge:
        raise NoProof("the commitment does not prove that what it hides is known")
    return point, len(responses)


def _combined(generators: Generators, values: Sequence[Scalar]) -> G1Point:
    return G1Point.multiexp_unchecked(list(generators.points), list(values))


def _challenge(commitment: G1Point, mask: G1Point, generators: Generators) -> Scalar:
    """4.4.3 Blind Challenge Calculation."""
    octets = (len(generators.octets) - 1).to_bytes(8) + b"".join(generators.octets)
    return hash_to_scalar(octets + serialize(commitment, mask), _TAG)
