"""Data Integrity 1.0: a document that carries its proof, of a cryptosuite it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from multiformats import multibase

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.data_integrity.signing import (
    DEFAULT_SUITE,
    Proposal,
    attach,
    check_signature,
    proposal,
    secure,
)
from wallet.credentials.formats.data_integrity.suites import SUITES, Suite
from wallet.credentials.formats.proof import Proof, has_proof_of, read_proofs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from wallet.credentials.jsonld import Contexts

__all__ = [
    "DEFAULT_SUITE",
    "SUITES",
    "DataIntegrity",
    "Proposal",
    "Suite",
    "attach",
    "proposal",
    "secure",
]

PROOF_TYPE: Final = "DataIntegrityProof"
_BASE58_OF_64_BYTES: Final = 90


@dataclass(frozen=True, slots=True)
class DataIntegrity:
    """The format `data-integrity`: VC Data Integrity, any of its suites in `SUITES`."""

    contexts: Contexts = field(default=SHIPPED, repr=False)
    name: ClassVar[str] = "data-integrity"

    def recognizes(self, document: Mapping[str, Any], /) -> bool:
        """Whether a proof of the document has the type DataIntegrityProof."""
        return has_proof_of(document, {PROOF_TYPE})

    def proofs(self, document: Mapping[str, Any], /) -> tuple[Proof, ...]:
        """2.1 and 2.1.1: the proofs of a document, a set of them."""
        return read_proofs(document)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """4.3 Verify Proof, but for what depends on time, purpose and the verifier's question."""
        suite = _suite_of(proof)
        if method.id != proof.verification_method:
            raise ProofInvalid("the proof names another verification method than the one given")
        if method.public_key is None:
            raise UnsupportedFormat(f"{method.id} has no key that can be used")
        signature = _signature_of(proof, suite)
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        options = {name: value for name, value in proof.raw.items() if name != "proofValue"}
        signing_bytes = suite.signing_bytes(unsecured, options, self.contexts)
        check_signature(suite, method.public_key, signature, signing_bytes)


def _suite_of(proof: Proof) -> Suite:
    if proof.type != PROOF_TYPE:
        raise UnsupportedFormat(f"the proof is of the type {proof.type!r}, not {PROOF_TYPE}")
    suite = SUITES.get(proof.cryptosuite or "")
    if suite is None:
        raise UnsupportedFormat(
            f"the cryptosuite {proof.cryptosuite!r} is not supported",
            hint=f"supported: {', '.join(SUITES)}",
        )
    if "previousProof" in proof.raw:
        raise UnsupportedFormat(
            "the proof is a link of a chain of proofs, and chains cannot be checked yet"
        )
    return suite


def _signature_of(proof: Proof, suite: Suite) -> bytes:
    """3.2.2: base58btc multibase. The length is looked at first, for decoding is quadratic."""
    value = proof.raw.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _BASE58_OF_64_BYTES:
        raise ProofInvalid("proofValue must be a signature in base58btc multibase")
    try:
        signature = bytes(multibase.decode(value))
    except (ValueError, KeyError) as error:
        raise ProofInvalid("proofValue is no base58btc multibase") from error
    if len(signature) != suite.signature_size:
        raise ProofInvalid(
            f"proofValue must hold {suite.signature_size} bytes, and holds {len(signature)}"
        )
    return signature
