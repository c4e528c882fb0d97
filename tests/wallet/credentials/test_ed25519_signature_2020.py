from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.keys.p256 import P256PrivateKey
from wallet.credentials.errors import (
    CredentialError,
    ProofInvalid,
    UndefinedTerm,
    UnsupportedFormat,
)
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import DataIntegrity, proposal, secure

if TYPE_CHECKING:
    from datetime import datetime

    from did.document import VerificationMethod
    from did.keys.ed25519 import Ed25519PrivateKey

DI = DataIntegrity()
SUITE = "Ed25519Signature2020"
CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"
V1 = "https://www.w3.org/2018/credentials/v1"
OWN_TERMS = {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}


@pytest.fixture
def older(issuer: str, now: datetime) -> dict[str, Any]:
    return {
        "@context": [V1, OWN_TERMS],
        "type": ["VerifiableCredential", "UniversityDegree"],
        "issuer": issuer,
        "issuanceDate": now.isoformat(),
        "credentialSubject": {
            "id": "did:example:ada",
            "degree": "BSc",
            "毕业日期": "2025年6月30日",
        },
    }


@pytest.fixture
def presentation(older: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:ada",
        "verifiableCredential": [older],
    }


def verify(document: dict[str, Any], method: VerificationMethod) -> None:
    (proof,) = read_proofs(document)
    assert DI.secures(proof)
    DI.verify(document, proof, method)


def sign(
    document: dict[str, Any],
    key: Ed25519PrivateKey,
    method: VerificationMethod,
    now: datetime,
    **options: Any,
) -> dict[str, Any]:
    chosen = {"purpose": "assertionMethod", **options}
    return secure(
        document,
        suite=SUITE,
        signer=key,
        verification_method=method.id,
        created=now,
        **chosen,
    )


def test_a_credential_of_the_older_data_model_is_secured(
    older: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    secured = sign(older, key, method, now)
    assert secured["@context"] == [V1, OWN_TERMS, CONTEXT]
    assert secured["proof"]["type"] == SUITE
    assert secured["proof"].keys() == {
        "type",
        "created",
        "verificationMethod",
        "proofPurpose",
        "proofValue",
    }
    verify(secured, method)


def test_a_presentation_is_secured_for_one_verifier_and_one_question(
    presentation: dict[str, Any],
    key: Ed25519PrivateKey,
    method: VerificationMethod,
    now: datetime,
) -> None:
    asked = {"challenge": "c-1", "domain": "https://verifier.example"}
    secured = sign(presentation, key, method, now, purpose="authentication", **asked)
    verify(secured, method)
    for name, value in (("challenge", "c-2"), ("domain", "https://other.example")):
        with pytest.raises(ProofInvalid):
            verify({**secured, "proof": {**secured["proof"], name: value}}, method)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-01-31T09:00:01Z"),
        ("proofPurpose", "authentication"),
        ("verificationMethod", "did:example:someone#key"),
        ("expires", "2036-01-31T09:00:01Z"),
        ("nonce", "n"),
        ("id", "urn:proof"),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("type", "Ed25519Signature2018"),
        ("type", "DataIntegrityProof"),
        ("jws", "e30..AA"),
        ("anything", "else"),
        ("@context", V1),
    ],
)
def test_nothing_of_the_proof_can_be_changed_or_added(
    older: dict[str, Any],
    key: Ed25519PrivateKey,
    method: VerificationMethod,
    now: datetime,
    name: str,
    value: str,
) -> None:
    secured = sign(older, key, method, now)
    with pytest.raises(CredentialError):
        DI.verify(secured, read_proofs({"proof": {**secured["proof"], name: value}})[0], method)


def test_no_claim_can_be_changed_or_added(
    older: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    secured = sign(older, key, method, now)
    subject = secured["credentialSubject"]
    for claims in ({"degree": "PhD"}, {"grade": "A"}, {"id": "did:example:eve"}):
        with pytest.raises(ProofInvalid):
            verify({**secured, "credentialSubject": {**subject, **claims}}, method)


def test_what_no_context_defines_is_not_covered_and_so_refused(
    older: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    bare = {
        **older,
        "@context": [V1],
        "type": ["VerifiableCredential"],
        "credentialSubject": [{"id": "did:example:ada"}],
    }
    secured = sign(bare, key, method, now)
    verify(secured, method)
    with pytest.raises(UndefinedTerm, match="degree"):
        verify({**secured, "degree": "PhD"}, method)
    with pytest.raises(UndefinedTerm, match="previousProof"):
        secure(
            sign(bare, key, method, now, proof_id="urn:1"),
            suite=SUITE,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
            previous_proof="urn:1",
        )


def test_the_context_of_the_suite_cannot_be_left_out(
    older: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    secured = sign(older, key, method, now)
    for contexts in ([V1, OWN_TERMS], [V1]):
        with pytest.raises(CredentialError):
            verify({**secured, "@context": contexts}, method)


def test_only_a_key_of_ed25519_signs(
    older: dict[str, Any], method: VerificationMethod, now: datetime
) -> None:
    with pytest.raises(UnsupportedFormat, match="Ed25519Signature2020 is of Ed25519"):
        proposal(
            older,
            suite=SUITE,
            signer=P256PrivateKey(b"\x05" * 32),
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
