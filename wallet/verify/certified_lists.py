"""Token Status List, section 11.3: the list of a credential whose issuer a certificate names.

It is believed under the very certificate that signed the credential, or under another of the same
authority's that could have signed it, and leads to a root that is trusted for such a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.errors import DIDError
from wallet.credentials.certificate_uses import (
    check_mdoc_signer,
    check_token_signer,
    public_key_of,
)
from wallet.credentials.certificates import issuer_of, read_chain, subject_of
from wallet.credentials.errors import CredentialError
from wallet.credentials.formats.cwt import Cwt
from wallet.credentials.formats.mdoc import MdocProof
from wallet.credentials.formats.sd_jwt import SdJwtProof
from wallet.credentials.formats.sd_jwt.certified import chain_in
from wallet.messages import Message, say
from wallet.verify.attested_checks import checked, is_certified
from wallet.verify.certificate_checks import led, outside
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from wallet.credentials.formats.jose import Token
    from wallet.verify.attested_checks import Held
    from wallet.verify.case import Case


def held_under_certificate(token: Token | Cwt, case: Case) -> Held:
    """The claims of a list that the issuer of a certified part signed; or why they are not."""
    if not is_certified(token):
        return say("it brings no certificate, and its credential is signed under one")
    try:
        brought = token.chain if isinstance(token, Cwt) else chain_in(token)
        chain, own = read_chain(brought), read_chain(_own_chain(case))
        if chain[0] != own[0] and (why := _against(case, brought, chain, own[0])) is not None:
            return why
        return checked(token, public_key_of(chain[0]))
    except (CredentialError, DIDError) as error:
        return say("its signature does not hold: {reason}", reason=str(error))


def _against(
    case: Case, brought: Sequence[bytes], chain: Sequence[Certificate], own: Certificate
) -> Message | None:
    """Why another certificate than the credential's own does not speak for its issuer."""
    signer = chain[0]
    if case.part.is_mdoc:  # who issues the certificates issues the documents, too (annex B.1)
        check_mdoc_signer(signer)
        is_same = signer.issuer == own.issuer
    else:
        check_token_signer(chain)
        is_same = (signer.issuer, signer.subject) == (own.issuer, own.subject)
    if not is_same:
        return say(
            "it is by {subject}, certified by {issuer}",
            subject=subject_of(signer),
            issuer=issuer_of(signer),
        )
    for check in (outside(case, case.place, signer), led(case, case.place, brought)):
        if check is not None and check.outcome is not Outcome.PASS:
            return check.sentence
    return None


def _own_chain(case: Case) -> tuple[bytes, ...]:
    """The certificates under which the part itself is signed; there are some (`is_certified`)."""
    (proof,) = case.part.proofs
    if isinstance(proof, MdocProof):
        return proof.issued.signature.chain
    certified = proof.certified if isinstance(proof, SdJwtProof) else None
    assert certified is not None  # noqa: S101 - no other part is certified
    return certified.chain
