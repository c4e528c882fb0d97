"""BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_: the hashes and generators of the one ciphersuite there is.

draft-irtf-cfrg-bbs-signatures, sections 4.1, 4.2 and 7.2.2; RFC 9380, section 5.3.1. The suite with
SHAKE-256 is left out: bbs-2023 does without it, and the curve's library hashes with SHA-256 alone.
"""

from __future__ import annotations

from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from did.bbs.errors import TooManyMessages
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

CIPHERSUITE: Final = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_"
API: Final = CIPHERSUITE + b"H2G_HM2S_"
"""The interface of signatures over messages that the signer knows."""
BLIND_API: Final = CIPHERSUITE + b"BLIND_H2G_HM2S_"
"""The interface of signatures over messages of which the signer knows some by a commitment."""

SCALAR_SIZE: Final = 32
POINT_SIZE: Final = 48
EXPAND_SIZE: Final = 48
MAX_MESSAGES: Final = 1024
"""Messages of one signature. A generator for each is made once, in half a millisecond."""

P1: Final = G1Point.from_compressed_bytes(
    bytes.fromhex(
        "a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd22"
        "5e7c59698588e70d11406d161b4e28c9"
    )
)
BP2: Final = G2Point()

_BLOCK: Final = 64
_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class Generators:
    """Points of G1 between which nobody knows a relation, each with its compressed form."""

    points: tuple[G1Point, ...]
    octets: tuple[bytes, ...]

    def __add__(self, other: Generators) -> Generators:
        return Generators(self.points + other.points, self.octets + other.octets)

    def first(self, count: int) -> Generators:
        """As many of them, from the beginning."""
        return Generators(self.points[:count], self.octets[:count])


def expand_message(message: bytes, tag: bytes, size: int) -> bytes:
    """RFC 9380, section 5.3.1, `expand_message_xmd` with SHA-256: `size` uniform bytes."""
    blocks = -(-size // _DIGEST)
    if blocks > 255 or len(tag) > 255:
        raise ValueError("more bytes than SHA-256 expands to")
    suffix = tag + bytes([len(tag)])
    seed = sha256(bytes(_BLOCK) + message + size.to_bytes(2) + b"\0" + suffix).digest()
    block = sha256(seed + b"\x01" + suffix).digest()
    out = [block]
    for index in range(2, blocks + 1):
        mixed = (int.from_bytes(seed) ^ int.from_bytes(block)).to_bytes(_DIGEST)
        block = sha256(mixed + bytes([index]) + suffix).digest()
        out.append(block)
    return b"".join(out)[:size]


def hash_to_scalar(octets: bytes, tag: bytes) -> Scalar:
    """4.2.2 Hash to Scalar."""
    return Scalar.from_be_bytes_mod_order(expand_message(octets, tag, EXPAND_SIZE))


def messages_to_scalars(messages: Iterable[bytes], api: bytes) -> tuple[Scalar, ...]:
    """4.1.2 Messages to Scalars."""
    tag = api + b"MAP_MSG_TO_SCALAR_AS_HASH_"
    return tuple(hash_to_scalar(message, tag) for message in messages)


def create_generators(count: int, api: bytes) -> Generators:
    """4.1.1 Generators Calculation: the first `count`, of which those made before are kept.

    Raises:
        TooManyMessages: there are more than a signature over `MAX_MESSAGES` messages takes.
    """
    if count > MAX_MESSAGES + 1:
        raise TooManyMessages(f"a signature is over more than {MAX_MESSAGES} statements")
    series = _SERIES.get(api) or _SERIES.setdefault(api, _Series(api))
    return series.first(count)


class _Series:
    """The generators of one interface, made in their order when they are first needed."""

    __slots__ = ("_api", "_lock", "_made", "_octets", "_value")

    def __init__(self, api: bytes) -> None:
        self._api: Final = api
        self._lock: Final = Lock()
        self._made: Final[list[G1Point]] = []
        self._octets: Final[list[bytes]] = []
        self._value = expand_message(api + b"MESSAGE_GENERATOR_SEED", self._tag, EXPAND_SIZE)

    @property
    def _tag(self) -> bytes:
        return self._api + b"SIG_GENERATOR_SEED_"

    def first(self, count: int) -> Generators:
        with self._lock:
            for index in range(len(self._made) + 1, count + 1):
                numbered = self._value + index.to_bytes(8)
                self._value = expand_message(numbered, self._tag, EXPAND_SIZE)
                point = G1Point.hash_to_curve(self._value, self._api + b"SIG_GENERATOR_DST_")
                self._made.append(point)
                self._octets.append(point.to_compressed_bytes())
            return Generators(tuple(self._made[:count]), tuple(self._octets[:count]))


# By interface, of which there are two, and a series for what is committed to.
_SERIES: Final[dict[bytes, _Series]] = {}
