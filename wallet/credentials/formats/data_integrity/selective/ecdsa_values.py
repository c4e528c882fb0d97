"""What the proofs of ecdsa-sd-2023 are made of.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.2, 3.4.3 and 3.4.5 to 3.4.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.base_encodings import encode_base64url
from did.values import dataclass, field
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats.data_integrity.selective.proof_value import (
    is_bytes,
    prefix_of,
    read_places,
    read_pointers,
    read_proof_value,
    write_proof_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "ecdsa-sd-2023"
BASE: Final = b"\xd9\x5d\x00"
DERIVED: Final = b"\xd9\x5d\x01"

_SIGNATURE: Final = 64
_KEY: Final = 35
_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class BaseValue:
    """3.4.2 and 3.4.3: what a base proof is made of. Only the holder may see it."""

    signature: bytes
    public_key: bytes
    hmac_key: bytes = field(repr=False)
    signatures: tuple[bytes, ...] = field(repr=False)
    mandatory_pointers: tuple[str, ...]

    @classmethod
    def parse(cls, value: object) -> BaseValue:
        """Raises `ProofInvalid`."""
        prefix, components = read_proof_value(value)
        if prefix != BASE:
            raise ProofInvalid(f"the proof is no base proof of {NAME}")
        match components:
            case [signature, public_key, hmac_key, list() as signatures, pointers] if (
                is_bytes(signature, _SIGNATURE)
                and is_bytes(public_key, _KEY)
                and is_bytes(hmac_key, _DIGEST)
                and all(is_bytes(one, _SIGNATURE) for one in signatures)
            ):
                pointers = read_pointers(pointers)
                return cls(signature, public_key, hmac_key, tuple(signatures), pointers)
        raise ProofInvalid(f"proofValue is not made of what a base proof of {NAME} is")

    @staticmethod
    def is_one(value: object) -> bool:
        """Whether a `proofValue` says that it is one, well made or not."""
        return prefix_of(value) == BASE

    def __str__(self) -> str:
        components = [self.signature, self.public_key, self.hmac_key]
        return write_proof_value(
            BASE, [*components, [*self.signatures], [*self.mandatory_pointers]]
        )


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """3.4.6 and 3.4.7: what a derived proof is made of."""

    signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...] = field(repr=False)
    label_map: Mapping[int, bytes]
    mandatory_places: tuple[int, ...]

    @classmethod
    def parse(cls, value: object) -> DerivedValue:
        """Raises `ProofInvalid`."""
        prefix, components = read_proof_value(value)
        if prefix == BASE:
            raise ProofInvalid(
                "the proof is a base proof, which is for the holder alone: a verifier is shown a "
                "proof derived from it"
            )
        if prefix != DERIVED:
            raise ProofInvalid(f"the proof is no derived proof of {NAME}")
        match components:
            case [signature, public_key, list() as signatures, dict() as labels, places] if (
                is_bytes(signature, _SIGNATURE)
                and is_bytes(public_key, _KEY)
                and all(is_bytes(one, _SIGNATURE) for one in signatures)
                and all(isinstance(number, int) for number in labels)
                and all(is_bytes(label, _DIGEST) for label in labels.values())
            ):
                places = read_places(places)
                return cls(signature, public_key, tuple(signatures), labels, places)
        raise ProofInvalid(f"proofValue is not made of what a derived proof of {NAME} is")

    def __str__(self) -> str:
        components = [self.signature, self.public_key, [*self.signatures]]
        return write_proof_value(
            DERIVED, [*components, {**self.label_map}, [*self.mandatory_places]]
        )

    @property
    def labels(self) -> dict[int, str]:
        """3.4.6 decompressLabelMap."""
        return {number: f"u{encode_base64url(label)}" for number, label in self.label_map.items()}
