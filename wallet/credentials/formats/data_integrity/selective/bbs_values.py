"""What the proofs of bbs-2023 are made of, each with the feature that it was made for.

Data Integrity BBS Cryptosuites 1.0, sections 3.3.2, 3.3.3 and 3.3.5 to 3.3.8.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, assert_never

from did.values import dataclass, field
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.data_integrity.selective.proof_value import (
    is_bytes,
    prefix_of,
    read_places,
    read_pointers,
    read_proof_value,
    read_set,
    write_proof_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "bbs-2023"

_SIGNATURE: Final = 80
_HEADER: Final = 64
_KEY: Final = 96
_DIGEST: Final = 32


class Feature(Enum):
    """What a proof is made for, each with the third byte of a base proof; a derived has one more.

    Pseudonyms (6 to 9) are left out: the paper that defines them is still changing.
    """

    BASELINE = 2
    HOLDER_BINDING = 4

    @property
    def base(self) -> bytes:
        """The first bytes of a base proof."""
        return bytes((0xD9, 0x5D, self.value))

    @property
    def derived(self) -> bytes:
        """The first bytes of a derived proof."""
        return bytes((0xD9, 0x5D, self.value + 1))


_BASE: Final = {feature.base: feature for feature in Feature}
_DERIVED: Final = {feature.derived: feature for feature in Feature}
_PSEUDONYMS: Final = frozenset(bytes((0xD9, 0x5D, last)) for last in range(6, 10))


@dataclass(frozen=True, slots=True)
class BaseValue:
    """What a base proof is made of. Only the holder may see it."""

    signature: bytes = field(repr=False)
    header: bytes
    public_key: bytes
    hmac_key: bytes = field(repr=False)
    mandatory_pointers: tuple[str, ...]
    feature: Feature

    @classmethod
    def parse(cls, value: object) -> BaseValue:
        """Raises `ProofInvalid`; `UnsupportedFormat` for a feature that is left out."""
        prefix, components = read_proof_value(value)
        _check_feature(prefix)
        if prefix not in _BASE:
            raise ProofInvalid(f"the proof is no base proof of {NAME}")
        match components:
            case [signature, header, public_key, hmac_key, pointers] if (
                is_bytes(signature, _SIGNATURE)
                and is_bytes(header, _HEADER)
                and is_bytes(public_key, _KEY)
                and is_bytes(hmac_key, _DIGEST)
            ):
                pointers = read_pointers(pointers)
                return cls(signature, header, public_key, hmac_key, pointers, _BASE[prefix])
        raise ProofInvalid(f"proofValue is not made of what a base proof of {NAME} is")

    @staticmethod
    def is_one(value: object) -> bool:
        """Whether a `proofValue` says that it is one, well made or not."""
        return prefix_of(value) in _BASE

    def __str__(self) -> str:
        components = [self.signature, self.header, self.public_key, self.hmac_key]
        return write_proof_value(self.feature.base, [*components, [*self.mandatory_pointers]])


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a derived proof is made of. `label_map` has 3 for the label `b3`.

    `mandatory_places` stand in any order, which says nothing. `count` is how many messages the
    issuer signed of those that it knew; baseline proofs tell it by their length, and have None.
    """

    proof: bytes = field(repr=False)
    label_map: Mapping[int, int]
    mandatory_places: tuple[int, ...]
    chosen_places: tuple[int, ...]
    presentation_header: bytes
    feature: Feature
    count: int | None

    @classmethod
    def parse(cls, value: object) -> DerivedValue:
        """Raises `ProofInvalid`; `UnsupportedFormat` for a feature that is left out."""
        prefix, components = read_proof_value(value)
        _check_feature(prefix)
        if prefix in _BASE:
            raise ProofInvalid(
                "the proof is a base proof, which is for the holder alone: a verifier is shown a "
                "proof derived from it"
            )
        if prefix not in _DERIVED:
            raise ProofInvalid(f"the proof is no derived proof of {NAME}")
        feature = _DERIVED[prefix]
        count = _read_count(components, feature)
        match components:
            case [bytes() as proof, dict() as labels, mandatory, chosen, bytes() as header] if all(
                isinstance(number, int) for entry in labels.items() for number in entry
            ):
                mandatory, chosen = read_set(mandatory), read_places(chosen)
                return cls(proof, labels, mandatory, chosen, header, feature, count)
        raise ProofInvalid(f"proofValue is not made of what a derived proof of {NAME} is")

    def __str__(self) -> str:
        components = [
            *(self.proof, {**self.label_map}),
            *([*self.mandatory_places], [*self.chosen_places]),
            self.presentation_header,
            *(() if self.count is None else (self.count,)),
        ]
        return write_proof_value(self.feature.derived, components)

    @property
    def labels(self) -> dict[int, str]:
        """3.3.6 decompressLabelMap."""
        return {number: f"b{label}" for number, label in self.label_map.items()}


def _read_count(components: list[Any], feature: Feature) -> int | None:
    """Take the number of messages from the end, where the feature has it there."""
    match feature:
        case Feature.BASELINE:
            return None
        case Feature.HOLDER_BINDING:
            count = components.pop() if len(components) == 6 else None
            if not isinstance(count, int):
                raise ProofInvalid(f"proofValue is not made of what a derived proof of {NAME} is")
            return count
        case _ as unreachable:
            assert_never(unreachable)


def _check_feature(prefix: bytes) -> None:
    if prefix in _PSEUDONYMS:
        raise UnsupportedFormat(f"proofs of {NAME} with a pseudonym are not supported")
