"""VC Data Model 1.1: credentials and presentations made, and secured by didkit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import InvalidCredential, ProofInvalid
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats.didkit_pipe import SHARED, DidkitPipe
from wallet.credentials.formats.legacy.asking import is_presentation, sign, written_out
from wallet.credentials.formats.legacy.kinds import Covers
from wallet.credentials.formats.legacy.offline import default_method, find_method, holder_of
from wallet.credentials.formats.legacy.verifying import (
    check_version,
    kind_of,
    verify,
    with_own_context,
)
from wallet.credentials.formats.proof import Proof
from wallet.credentials.issuing import UNDEFINED_TERMS_V2, claim_members
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.terms import type_term
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wallet.credentials.jsonld import Contexts

DEFAULT_TYPE: Final = "Ed25519Signature2018"

# The standard's undefined-terms context, which didkit knows only when it stands in the document.
_OWN_TERMS: Final = {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}
_SUITE_CONTEXT: Final = "https://w3id.org/security/suites/eip712sig-2021/v1"


def unsigned_credential(
    *,
    issuer: str,
    subject: str,
    type: str,  # noqa: A002 - the standard's word
    claims: Mapping[str, str],
    valid_from: datetime,
    valid_until: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the standard's word
    proof_type: str = DEFAULT_TYPE,
) -> dict[str, Any]:
    """As `issuing.unsigned_credential`, for VCDM 1.1: what `issuer` says of `subject`.

    Raises:
        InvalidCredential: a name makes no term, or the credential would be malformed.
        UnsupportedFormat: there is no such type of proof.
    """
    # A list of texts has a type in typed data, a list with an object in it has none.
    over_json = kind_of(proof_type).covers is Covers.JSON
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V1, UNDEFINED_TERMS_V2 if over_json else dict(_OWN_TERMS)],
        **({} if id is None else {"id": id}),
        "type": ["VerifiableCredential", type_term(type)],
        "issuer": issuer,
        "issuanceDate": write_timestamp(valid_from),
        **({} if valid_until is None else {"expirationDate": write_timestamp(valid_until)}),
        "credentialSubject": {"id": subject, **claim_members(claims)},
    }
    Credential.of(document)
    return document


def unsigned_presentation(
    *,
    holder: str,
    credentials: Sequence[Credential],
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """As `presenting.unsigned_presentation`, for VCDM 1.1: of credentials of that version.

    Raises:
        InvalidCredential: the presentation would be malformed.
        UnsupportedFormat: a credential is of another version.
    """
    for credential in credentials:
        check_version(credential.document)
    document = {
        "@context": [CREDENTIALS_V1],
        **({} if id is None else {"id": id}),
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [credential.document for credential in credentials],
    }
    Presentation.of(document)
    return document


def issue(
    unsigned: Mapping[str, Any],
    jwk: bytes,
    *,
    proof_type: str = DEFAULT_TYPE,
    verification_method: str | None = None,
    didkit: DidkitPipe = SHARED,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """The credential with a proof of its issuer, made when it says.

    `jwk` is the private key as a JSON Web Key in UTF-8; it goes to a child through a pipe. The
    issuer's DID says which key it is where no `verification_method` is given.

    Raises:
        UnsupportedFormat: the credential is not of VCDM 1.1, or its issuer's DID or key is of a
            kind that makes no such proof.
        InvalidCredential: not all of the credential would be covered.
        DidkitFailed: didkit did not sign.
        ProofInvalid: what it gave back does not verify: the key is not the issuer's.
    """
    credential = Credential.of(unsigned)
    check_version(credential.document)
    options = {
        "type": proof_type,
        "verificationMethod": verification_method or default_method(credential.issuer),
        "proofPurpose": "assertionMethod",
        "created": credential.document["issuanceDate"],
    }
    return _secure(credential.document, options, jwk, didkit, contexts)


def present(
    unsigned: Mapping[str, Any],
    jwk: bytes,
    *,
    proof_type: str = DEFAULT_TYPE,
    challenge: str,
    domain: str,
    created: datetime,
    didkit: DidkitPipe = SHARED,
    contexts: Contexts = SHIPPED,
) -> dict[str, Any]:
    """The presentation with a proof of its holder, for who sent `challenge` from `domain`.

    Raises:
        As `issue`. Credentials that differ in form make no list in typed data: of an
        EthereumEip712Signature2021, `InvalidCredential` says so.
    """
    presentation = Presentation.of(unsigned)
    check_version(presentation.document)
    if presentation.holder is None:
        raise InvalidCredential(child(ROOT, "holder"), "is missing")
    options = {
        "type": proof_type,
        "verificationMethod": default_method(presentation.holder),
        "proofPurpose": "authentication",
        "created": write_timestamp(created),
        "challenge": challenge,
        "domain": domain,
    }
    return _secure(presentation.document, options, jwk, didkit, contexts)


def check_signer(did: str, proof_type: str) -> None:
    """Return where didkit signs such a proof for the DID.

    Raises:
        UnsupportedFormat: it does not, for want of the method or of a key of the right kind.
    """
    kind = kind_of(proof_type)
    method = find_method(default_method(did), kind)
    holder_of(method, kind)


def _secure(
    document: Mapping[str, Any],
    options: dict[str, str],
    jwk: bytes,
    pipe: DidkitPipe,
    contexts: Contexts,
) -> dict[str, Any]:
    """The document with a proof of these options, which has been verified since."""
    kind = kind_of(options["type"])
    if "proof" in document:
        raise InvalidCredential(child(ROOT, "proof"), "is there already")
    method = find_method(options["verificationMethod"], kind)
    holder = holder_of(method, kind)
    match kind.covers:
        case Covers.STATEMENTS:
            canonicalize(document, contexts=with_own_context(document, contexts))
            proof = sign(pipe, written_out(document, contexts), options, jwk)
        case Covers.JSON:
            proof = _sign_typed(document, options, jwk, pipe, holder.chain_id)
    secured = {**document, "proof": proof}
    made = Proof.of(proof, child(ROOT, "proof"))
    if any(proof.get(name) != value for name, value in options.items()):
        raise ProofInvalid("didkit made another proof than it was to make")
    verify(secured, made, method, pipe=pipe, contexts=contexts)
    return secured


def _sign_typed(
    document: Mapping[str, Any],
    options: Mapping[str, str],
    jwk: bytes,
    pipe: DidkitPipe,
    chain_id: int | None,
) -> dict[str, Any]:
    # Deferred: Keccak, and what else is used for no other proof.
    from wallet.credentials.formats.legacy.typed_data import describe  # noqa: PLC0415

    primary = "VerifiablePresentation" if is_presentation(document) else "VerifiableCredential"
    signed = {"@context": _SUITE_CONTEXT, **options}
    typed = describe(document, signed, primary=primary, chain_id=chain_id)
    proof = sign(pipe, document, {**options, "eip712Domain": typed.declaration()}, jwk)
    # didkit writes it by its name of before. The signature does not cover the name.
    if "eip712Domain" in proof:
        proof["eip712"] = proof.pop("eip712Domain")
    return proof
