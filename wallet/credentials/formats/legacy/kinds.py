"""The proofs of VCDM 1.1 that didkit 0.3.3 makes and verifies: a line a type, in `PROOF_TYPES`."""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


class Covers(Enum):
    """What a signature is over."""

    STATEMENTS = auto()
    """The RDF statements that the document and the proof make as JSON-LD."""
    JSON = auto()
    """Their JSON, as a value of a type that the proof declares (EIP-712)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of proof.

    `algorithms` are those of the keys that make it, each with its name in a JWS. `signature` is the
    member that holds it, `jws` or `proofValue`. `methods` are the DID methods whose keys didkit
    finds for it without asking anyone.
    """

    algorithms: Mapping[str, str]
    signature: str
    methods: frozenset[str]
    covers: Covers


_KEYS: Final = frozenset({"key", "jwk"})
_ACCOUNTS: Final = frozenset({"key", "pkh"})
_ETHEREUM: Final = MappingProxyType({"secp256k1": "ES256K"})

OWN_CONTEXT: Final = "95cc9aafd0861e57f0e6fb3b61aeaa1d271fc6d0da6b73112200839fc1d1846b"
"""The SHA-256 of the canonical JSON of the `@context` that didkit writes out in its own proofs."""

PROOF_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        # Ed25519 Signature 2018.
        "Ed25519Signature2018": Kind(
            MappingProxyType({"Ed25519": "EdDSA"}), "jws", _KEYS, Covers.STATEMENTS
        ),
        # JSON Web Signature 2020. P-384 it makes none of, and reads no did:key of.
        "JsonWebSignature2020": Kind(
            MappingProxyType({"Ed25519": "EdDSA", "P-256": "ES256", "secp256k1": "ES256K"}),
            "jws",
            _KEYS,
            Covers.STATEMENTS,
        ),
        # Ethereum EIP712 Signature 2021.
        "EthereumEip712Signature2021": Kind(_ETHEREUM, "proofValue", _ACCOUNTS, Covers.JSON),
        # didkit's own of before it, which has no specification: typed data that holds statements.
        "Eip712Signature2021": Kind(_ETHEREUM, "proofValue", _ACCOUNTS, Covers.STATEMENTS),
    }
)
"""The types of proof that this format verifies. Looking here starts and loads nothing."""
