"""VC-JOSE-COSE 1.0 and VCDM 1.1, section 6.3.1: a credential or presentation that is a JWT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from did.values import dataclass
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.jose.algorithms import SIGNATURES
from wallet.credentials.formats.jose.envelope import (
    ENVELOPES,
    envelope_kind,
    enveloped,
    read_envelope,
)
from wallet.credentials.formats.jose.kinds import Kind, Style
from wallet.credentials.formats.jose.opening import (
    PROOF_TYPE,
    Opened,
    TokenProof,
    holds,
    open_token,
)
from wallet.credentials.formats.jose.signing import (
    JoseProposal,
    attach,
    proposal,
    secure,
    token_proposal,
)
from wallet.credentials.formats.jose.token import NO_TYPE, Token, check_token, read_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from wallet.credentials.formats.proof import Proof

__all__ = [
    "ENVELOPES",
    "NO_TYPE",
    "PROOF_TYPE",
    "SIGNATURES",
    "Jose",
    "JoseProposal",
    "Kind",
    "Opened",
    "Style",
    "Token",
    "TokenProof",
    "attach",
    "check_token",
    "envelope_kind",
    "enveloped",
    "open_token",
    "proposal",
    "read_envelope",
    "read_token",
    "secure",
    "token_proposal",
]


@dataclass(frozen=True, slots=True)
class Jose:
    """The format `jose`: a JWT, whose `Proof` is the one that `open_token` gives."""

    name: ClassVar[str] = "jose"

    def secures(self, proof: Proof, /) -> bool:
        """Whether the proof is a token around the document.

        One that stands in a document is not, though it call itself a JWT: it would secure what is
        in the token, and the document beside it would be taken for that.
        """
        return isinstance(proof, TokenProof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """Return where the token holds for the key of `method`, and holds the document.

        `document` is the document or the payload of the token. Where the token names no key, any
        of its signer's is taken, and one of them must fit.
        """
        if not isinstance(proof, TokenProof):
            raise UnsupportedFormat("the proof is no token around the document")
        named = method.id if proof.token.kid is not None else method.id.partition("#")[0]
        if named != proof.verification_method:
            raise ProofInvalid("the token names another verification method than the one given")
        if method.public_key is None:
            raise UnsupportedFormat(f"{method.id} has no key that can be used")
        check_token(proof.token, method.public_key)
        if not holds(proof, document):
            raise ProofInvalid("the document is not the one in the token")
