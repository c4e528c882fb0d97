"""Points and scalars as octets, each read in the one form that it has.

draft-irtf-cfrg-bbs-signatures, sections 4.2.4 and A.2: a point is compressed as ZCash does it; the
identity, and a point outside of the subgroup, is none; a scalar is less than the order, and not 0.
"""

from __future__ import annotations

from py_arkworks_bls12381 import G1Point, Scalar

from did.bbs.ciphersuite import POINT_SIZE, SCALAR_SIZE
from did.bbs.errors import NoProof


def read_point(octets: bytes) -> G1Point:
    """The point of G1 that has that compressed form. Raises `NoProof`."""
    try:
        point = G1Point.from_compressed_bytes(octets)
    except ValueError as error:
        raise NoProof("the proof holds bytes that are no point of the group") from error
    if point == G1Point.identity():
        raise NoProof("the proof holds the identity where a point must be")
    return point


def read_scalar(octets: bytes) -> Scalar:
    """The scalar, between 1 and the order of the group. Raises `NoProof`."""
    try:
        scalar = Scalar.from_be_bytes(octets)
    except ValueError as error:
        raise NoProof("the proof holds a number that is not less than the order") from error
    if scalar.is_zero():
        raise NoProof("the proof holds a zero where none can be")
    return scalar


def read_elements(octets: bytes, points: int) -> tuple[tuple[G1Point, ...], tuple[Scalar, ...]]:
    """Points, as many as are given, and then scalars until the end. Raises `NoProof`."""
    start = points * POINT_SIZE
    if len(octets) < start or (len(octets) - start) % SCALAR_SIZE:
        raise NoProof("the proof has a length that none has")
    return (
        tuple(read_point(octets[at : at + POINT_SIZE]) for at in range(0, start, POINT_SIZE)),
        tuple(
            read_scalar(octets[at : at + SCALAR_SIZE])
            for at in range(start, len(octets), SCALAR_SIZE)
        ),
    )


def serialize(*elements: G1Point | Scalar | int) -> bytes:
    """4.2.4.1 Serialize: points compressed, scalars in 32 bytes, other numbers in 8."""
    return b"".join(_octets(element) for element in elements)


def _octets(element: G1Point | Scalar | int) -> bytes:
    match element:
        case int():
            return element.to_bytes(8)
        case Scalar():
            return element.to_be_bytes()
        case _:
            return element.to_compressed_bytes()
