"""VC Data Model 1.1 with the proofs of its time, by didkit: the format `vcdm1`.

Linked Data Proofs 1.0 (Ed25519Signature2018, JsonWebSignature2020). didkit judges the signature
alone: not dates, not status. It finds keys by itself, so it is asked about did:key alone, whose
name is the key. What JSON-LD would drop it would not see, so it is asked after our own guard.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from did.encoding import encode_multikey
from wallet.credentials.errors import InvalidJSON, ProofInvalid, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1, Version, read_version
from wallet.credentials.formats.didkit_pipe import DidkitPipe
from wallet.credentials.formats.proof import Proof, has_proof_of, read_proofs
from wallet.credentials.issuing import claim_members
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.model import Credential
from wallet.credentials.strict_json import read_json
from wallet.credentials.terms import type_term
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from did.document import VerificationMethod

PROOF_TYPES: Final = frozenset({"Ed25519Signature2018", "JsonWebSignature2020"})

# The standard's undefined-terms context, which didkit knows only when it stands in the document.
_OWN_TERMS: Final[Mapping[str, str]] = MappingProxyType(
    {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}
)
_DID_KEY: Final = "did:key:"
_DETACHED_JWS: Final = re.compile(r"([A-Za-z0-9_-]{1,256})\.\.([A-Za-z0-9_-]{86})")
_CRITICAL: Final = frozenset({"alg", "b64", "crit"})


@dataclass(frozen=True, slots=True)
class Vcdm1:
    """The format `vcdm1`: verifying what a did:key signed."""

    didkit: DidkitPipe = field(default_factory=DidkitPipe, repr=False)
    name: ClassVar[str] = "vcdm1"

    def recognizes(self, document: Mapping[str, Any], /) -> bool:
        """Whether a proof of the document is of a type in `PROOF_TYPES`."""
        return has_proof_of(document, PROOF_TYPES)

    def proofs(self, document: Mapping[str, Any], /) -> tuple[Proof, ...]:
        """The proofs of a document, a set of them."""
        return read_proofs(document)

    def verify(
        self, document: Mapping[str, Any], proof: Proof, method: VerificationMethod, /
    ) -> None:
        """As `Format.verify`. didkit is shown one proof at a time: of several it takes the best."""
        _check_askable(document, proof)
        if method.id != proof.verification_method:
            raise ProofInvalid("the proof names another verification method than the one given")
        if method.public_key is None or method.id != _method_id(
            _DID_KEY + encode_multikey(method.public_key)
        ):
            raise ProofInvalid("the key is not the one that its did:key is the name of")
        _check_jws(proof.raw.get("jws"))
        alone = {**document, "proof": dict(proof.raw)}
        canonicalize(alone)
        _ask_whether_it_holds(self.didkit, alone, _options(proof))


def unsigned_credential(
    *,
    issuer: str,
    subject: str,
    type: str,  # noqa: A002 - the standard's word
    claims: Mapping[str, str],
    valid_from: datetime,
    valid_until: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the standard's word
) -> dict[str, Any]:
    """As `issuing.unsigned_credential`, for VCDM 1.1: what `issuer` says of `subject`.

    Raises:
        InvalidCredential: a name makes no term, or the credential would be malformed.
    """
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V1, dict(_OWN_TERMS)],
        **({} if id is None else {"id": id}),
        "type": ["VerifiableCredential", type_term(type)],
        "issuer": issuer,
        "issuanceDate": write_timestamp(valid_from),
        **({} if valid_until is None else {"expirationDate": write_timestamp(valid_until)}),
        "credentialSubject": {"id": subject, **claim_members(claims)},
    }
    Credential.of(document)
    return document


def issue(
    unsigned: Mapping[str, Any], jwk: bytes, *, didkit: DidkitPipe | None = None
) -> dict[str, Any]:
    """The credential with an Ed25519Signature2018 of its issuer, a did:key, made when it says.

    `jwk` is the private key as a JSON Web Key in UTF-8; it goes to the child through a pipe.

    Raises:
        UnsupportedFormat: the credential is not of VCDM 1.1, or its issuer is no did:key.
        InvalidCredential: not all of the credential would be covered.
        DidkitFailed: didkit did not sign.
        ProofInvalid: what it gave back does not verify: the key is not the issuer's.
    """
    credential = Credential.of(unsigned)
    _check_v1(credential.document)
    method_id = _method_id(_require_did_key(credential.issuer))
    canonicalize(credential.document)
    pipe = didkit or DidkitPipe()
    options = {
        "type": "Ed25519Signature2018",
        "verificationMethod": method_id,
        "proofPurpose": "assertionMethod",
        "created": credential.document["issuanceDate"],
    }
    answer = pipe.ask(
        "issue_credential", document=credential.document, options=options, key=jwk.decode()
    )
    if {name: value for name, value in answer.items() if name != "proof"} != credential.document:
        raise ProofInvalid("didkit changed the credential it was to sign")
    secured = {**credential.document, "proof": answer.get("proof")}
    _ask_whether_it_holds(pipe, secured, {"proofPurpose": "assertionMethod"})
    return secured


def _ask_whether_it_holds(
    pipe: DidkitPipe, document: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    is_presentation = "VerifiablePresentation" in document["type"]
    operation = "verify_presentation" if is_presentation else "verify_credential"
    answer = pipe.ask(operation, document=document, options=options)
    if answer.get("errors") != [] or answer.get("checks") != ["proof"]:
        raise ProofInvalid(f"didkit refuses the proof: {answer.get('errors')}")


def _check_askable(document: Mapping[str, Any], proof: Proof) -> None:
    if proof.type not in PROOF_TYPES:
        raise UnsupportedFormat(
            f"the proof is of the type {proof.type!r}",
            hint=f"supported: {', '.join(sorted(PROOF_TYPES))}",
        )
    _check_v1(document)
    _require_did_key(proof.verification_method.partition("#")[0])
    for name in ("issuer", "holder"):
        party = document.get(name)
        if party is not None:
            _require_did_key(party.get("id") if isinstance(party, dict) else party)


def _check_v1(document: Mapping[str, Any]) -> None:
    if read_version(document) is not Version.V1_1:
        raise UnsupportedFormat("proofs of this kind are made for VC Data Model 1.1 only")


def _require_did_key(party: object) -> str:
    if not isinstance(party, str) or not party.startswith(_DID_KEY):
        raise UnsupportedFormat(
            "didkit would resolve DIDs by itself, so it is only asked about did:key"
        )
    return party


def _method_id(did: str) -> str:
    return f"{did}#{did.removeprefix(_DID_KEY)}"


def _options(proof: Proof) -> dict[str, Any]:
    """What didkit is to look for: what the proof has, for only the signature is asked about."""
    given = {"proofPurpose": proof.purpose, "challenge": proof.challenge}
    given["domain"] = proof.domains[0] if proof.domains else None
    return {name: value for name, value in given.items() if value is not None}


def _check_jws(jws: object) -> None:
    """RFC 7797: a detached JWS of an unencoded payload, spelt in the one way it can be."""
    found = _DETACHED_JWS.fullmatch(jws) if isinstance(jws, str) else None
    if found is None:
        raise ProofInvalid("jws must be a detached JSON web signature of 64 bytes")
    _base64url(found[2])
    try:
        header = read_json(_base64url(found[1]))
    except InvalidJSON as error:
        raise ProofInvalid("the header of jws is no JSON") from error
    match header:
        case {"alg": str(), "b64": False, "crit": ["b64"]} if header.keys() == _CRITICAL:
            return
        case _:
            raise ProofInvalid("the header of jws must hold alg, b64: false and crit, no more")


def _base64url(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ProofInvalid("jws is no base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ProofInvalid("jws is not written the one way that base64url has")
    return data
