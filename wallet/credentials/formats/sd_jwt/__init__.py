"""RFC 9901, SD-JWT VC, and VC-JOSE-COSE 1.0, section 3.2: tokens of which a holder shows a part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from did.values import dataclass
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.jose.token import check_token
from wallet.credentials.formats.sd_jwt.opening import (
    BindingProof,
    OpenedSdJwt,
    SdJwtProof,
    open_sd_jwt,
)
from wallet.credentials.formats.sd_jwt.presented import (
    OpenedPresentation,
    PresentedProof,
    is_presented,
    open_presented,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import VerificationMethod
    from did.keys import PublicKey
    from wallet.credentials.formats.proof import Proof

__all__ = [
    "BindingProof",
    "OpenedPresentation",
    "OpenedSdJwt",
    "PresentedProof",
    "SdJwt",
    "SdJwtProof",
    "is_presented",
    "open_presented",
    "open_sd_jwt",
]


@dataclass(frozen=True, slots=True)
class SdJwt:
    """The format `sd-jwt`: an issuer's signature, and a holder's over what they present of it."""

    name: ClassVar[str] = "sd-jwt"

    def secures(self, proof: Proof, /) -> bool:
        """Whether the proof is one that `open_sd_jwt` or `open_presented` gives."""
        return isinstance(proof, SdJwtProof | BindingProof | PresentedProof)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """Return where the signature holds for the key of `method`, and is of the document.

        Where the token names no key, any of its issuer's is taken, and one of them must fit.
        """
        if method.public_key is None:
            raise UnsupportedFormat(f"{method.id} has no key that can be used")
        match proof:
            case SdJwtProof() | PresentedProof():
                _check_issued(document, proof, method, method.public_key)
            case BindingProof():
                _check_bound(document, proof, method, method.public_key)
            case _:
                raise UnsupportedFormat("the proof is no SD-JWT around the document")


def _check_issued(
    document: Mapping[str, Any],
    proof: SdJwtProof | PresentedProof,
    method: VerificationMethod,
    key: PublicKey,
) -> None:
    named = method.id if proof.token.kid is not None else method.id.partition("#")[0]
    if named != proof.verification_method:
        raise ProofInvalid("the token names another verification method than the one given")
    check_token(proof.token, key)
    if json.loads(proof.read) != document:
        raise ProofInvalid("the document is not the one in the token")


def _check_bound(
    document: Mapping[str, Any], proof: BindingProof, method: VerificationMethod, key: PublicKey
) -> None:
    if method.id != proof.verification_method or document.get("holder") != method.controller:
        raise ProofInvalid("the key binding is by another than the one given")
    proof.binding.check(proof.compact, algorithm=proof.algorithm, key=key)
