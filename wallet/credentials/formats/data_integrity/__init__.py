"""Data Integrity 1.0: a document that carries its proofs, each of a cryptosuite it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from did.base_encodings import NotEncoded, decode_base58btc
from did.values import dataclass, field
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.data_integrity.chains import (
    MAX_PROOFS,
    check_chains,
    previous_proofs,
    with_proofs,
)
from wallet.credentials.formats.data_integrity.signing import (
    Proposal,
    attach,
    check_algorithm,
    check_signature,
    proposal,
    secure,
)
from wallet.credentials.formats.data_integrity.suites import (
    PROOF_TYPE,
    PROOF_TYPES,
    SELECTIVE_SUITES,
    SUITES,
    TOKENS_ALONE,
    SelectiveSuite,
    Suite,
    default_suite,
    selective_suite_of,
    suite_of,
)
from wallet.credentials.formats.data_integrity.suites.keys import KEY_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.bbs.parties import Holder
    from did.document import VerificationMethod
    from did.keys import PublicKey
    from wallet.credentials.formats.proof import Proof
    from wallet.credentials.jsonld import Contexts

__all__ = [
    "MAX_PROOFS",
    "SELECTIVE_SUITES",
    "SUITES",
    "TOKENS_ALONE",
    "DataIntegrity",
    "Proposal",
    "SelectiveSuite",
    "Suite",
    "attach",
    "check_chains",
    "default_suite",
    "proposal",
    "secure",
    "selective_suite_of",
]

# `z` and base58 of the longest signature there is, 96 bytes of P-384.
_LONGEST: Final = 133


@dataclass(frozen=True, slots=True)
class DataIntegrity:
    """The format `data-integrity`: any suite in `SUITES` or `SELECTIVE_SUITES`.

    `as_holder` judges base proofs as their holder does, to whom they were given. To a verifier they
    are no proof at all. `holders` has, by issuer, who knows the secret that some are bound to.
    """

    contexts: Contexts = field(default=SHIPPED, repr=False)
    as_holder: bool = False
    holders: Callable[[str], Holder] | None = field(default=None, repr=False)
    name: ClassVar[str] = "data-integrity"

    def secures(self, proof: Proof, /) -> bool:
        """Whether the proof is of a type of Data Integrity, its suite being known or not."""
        return proof.type == PROOF_TYPE or proof.type in PROOF_TYPES

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """4.4 and 4.5 Verify Proof, but for what depends on time, purpose and the question asked.

        What a proof signs beside the document are the proofs that it builds on, as they stand in
        `document`. That these hold as well is for the caller to find out (`chains`).

        Raises as `Format.verify`.
        """
        selective = selective_suite_of(proof.type, proof.cryptosuite)
        if selective is not None:
            key = _key_of(selective, proof, method)
            unsecured = with_proofs(document, previous_proofs(document, proof.raw))
            if self.as_holder and selective.is_base(proof.raw):
                holder = self._holder(document)
                selective.verify_base(unsecured, proof.raw, key, self.contexts, holder)
            else:
                selective.verify(unsecured, proof.raw, key, self.contexts)
            return
        suite = suite_of(proof.type, proof.cryptosuite)
        key = _key_of(suite, proof, method)
        signature = _signature_of(proof, KEY_KINDS[key.algorithm].signature_size)
        previous = previous_proofs(document, proof.raw)
        options = {name: value for name, value in proof.raw.items() if name != "proofValue"}
        signing_bytes = suite.signing_bytes(
            with_proofs(document, previous), options, self.contexts, key.algorithm
        )
        check_signature(suite, key, signature, signing_bytes)

    def _holder(self, document: Mapping[str, Any]) -> Holder | None:
        issuer = document.get("issuer")
        named = issuer.get("id") if isinstance(issuer, dict) else issuer
        return self.holders(named) if self.holders and isinstance(named, str) else None


def _key_of(suite: Suite | SelectiveSuite, proof: Proof, method: VerificationMethod) -> PublicKey:
    """The key that the suite judges the proof with."""
    if method.id != proof.verification_method:
        raise ProofInvalid("the proof names another verification method than the one given")
    key = method.public_key
    if key is None:
        raise UnsupportedFormat(f"{method.id} has no key that can be used")
    check_algorithm(suite, key)
    return key


def _signature_of(proof: Proof, size: int) -> bytes:
    """2.1: base58-btc in multibase. The length is looked at first, for decoding is quadratic."""
    value = proof.raw.get("proofValue")
    if not isinstance(value, str):
        raise ProofInvalid("proofValue must be a signature in base58-btc multibase")
    try:
        signature = decode_base58btc(value, longest=_LONGEST)
    except NotEncoded as error:
        raise ProofInvalid(f"proofValue {error}") from error
    if len(signature) != size:
        raise ProofInvalid(f"proofValue must hold {size} bytes, and holds {len(signature)}")
    return signature
