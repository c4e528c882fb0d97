"""Whether a document that a credential points to holds itself: a status list, a schema.

What is found out about it is not the credential's fault: a list that does not hold leaves the
status of what points to it unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from did.document import Document, Relationship
from did.errors import DIDError
from wallet.credentials.errors import CredentialError
from wallet.credentials.model import Credential
from wallet.messages import Message, say
from wallet.verify import document_checks, proof_checks
from wallet.verify.case import Case
from wallet.verify.detect import Part
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from did.keys import PublicKey
    from wallet.credentials.formats.cwt import Cwt
    from wallet.credentials.formats.jose import Token
    from wallet.verify.case import Question
    from wallet.verify.evidence import Attested, Evidence

Held: TypeAlias = "Mapping[str, Any] | Message"
"""The JSON of a document that holds, or why it does not."""

_CHECKS: Final = (
    document_checks.syntax,
    document_checks.model,
    document_checks.context,
    *proof_checks.CHECKS,
    document_checks.period,
)
_BAD: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN})


def held_credential(attested: Attested, question: Question, issuer: str | None) -> Held:
    """The credential that stands there, where every check of its form, proofs and period passes.

    `issuer` is who must have issued it; None for anybody.
    """
    if len(attested.parts) != 1:
        return say("it is no single credential")
    part = attested.parts[0]
    if not isinstance(part, Part):
        return part.finding.sentence
    if not isinstance(part.document, Credential) or part.is_mdoc:
        return say("it is no credential")
    if part.is_certified:
        return say("it is signed under a certificate, and not by a DID")
    if issuer is not None and part.document.issuer != issuer:
        return say("it is by {issuer}", issuer=part.document.issuer)
    case = Case(part, attested.evidence, question)
    for check in (finding for judge in _CHECKS for finding in judge(case)):
        if check.outcome in _BAD:
            return check.sentence
    return part.document.document


def held_token(token: Token | Cwt, evidence: Evidence, issuer: str) -> Held:
    """The claims of a Token Status List that a key of `issuer`, a DID, signed."""
    if is_certified(token):
        return say("it is signed under a certificate, and not by a DID")
    did, _, fragment = (token.kid or "").partition("#")
    if did != issuer or not fragment:
        return say("it is not signed by {issuer}", issuer=issuer)
    document = evidence.documents[did]
    if not isinstance(document, Document):
        return say("the document of {did} could not be had", did=did)
    method = document.method(token.kid or "")
    if method is None or not document.authorizes(method.id, Relationship.ASSERTION_METHOD):
        return say("the key {method} is not listed for it", method=token.kid or "")
    try:
        return checked(token, method.require_key())
    except (CredentialError, DIDError) as error:
        return say("its signature does not hold: {reason}", reason=str(error))


def is_certified(token: Token | Cwt) -> bool:
    """Whether it brings certificates along."""
    # Deferred, as below: most lists are no tokens.
    from wallet.credentials.formats.cwt import Cwt  # noqa: PLC0415
    from wallet.credentials.formats.jose.token import CERTIFICATES  # noqa: PLC0415

    return token.is_certified if isinstance(token, Cwt) else CERTIFICATES in token.header


def checked(token: Token | Cwt, key: PublicKey) -> Mapping[str, Any]:
    """The claims of a token that is signed with the key. Raises CredentialError."""
    from wallet.credentials.formats.cwt import Cwt, check_cwt  # noqa: PLC0415
    from wallet.credentials.formats.jose import check_token  # noqa: PLC0415

    if isinstance(token, Cwt):
        check_cwt(token, key)
        return token.claims
    check_token(token, key)
    return token.payload
