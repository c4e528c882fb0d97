"""VC-JOSE-COSE 1.0, section 3.3: a credential or presentation signed in CBOR, as a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from did.values import dataclass
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.jose.algorithms import check_signature
from wallet.credentials.formats.vc_cose.opening import CoseProof, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from wallet.credentials.formats.proof import Proof


@dataclass(frozen=True, slots=True)
class Cose:
    """The format `cose`, whose `Proof` is the one that `open_cose` gives."""

    name: ClassVar[str] = "cose"

    def secures(self, proof: Proof, /) -> bool:
        """Whether the proof is a signature around the document, and does not stand in it."""
        return isinstance(proof, CoseProof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """Return where the signature holds for the key of `method`, and is of the document."""
        if not isinstance(proof, CoseProof):
            raise UnsupportedFormat("the proof is no COSE_Sign1 around the document")
        if method.id != proof.verification_method:
            raise ProofInvalid("it names another verification method than the one given")
        if method.public_key is None:
            raise UnsupportedFormat(f"{method.id} has no key that can be used")
        sign1 = proof.sign1
        check_signature(proof.algorithm, method.public_key, sign1.signature, sign1.signed)
        if not holds(proof, document):
            raise ProofInvalid("the document is not the one that is signed")
