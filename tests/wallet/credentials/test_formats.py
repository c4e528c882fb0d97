from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import CredentialError
from wallet.credentials.formats import FORMATS, Format, Proof, jose, legacy, read_proofs, vc_cose
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.formats.sd_jwt import open_sd_jwt
from wallet.credentials.formats.sd_jwt.securing import issuance

if TYPE_CHECKING:
    from datetime import datetime

    from did.document import VerificationMethod
    from did.keys.ed25519 import Ed25519PrivateKey

pytestmark = pytest.mark.parametrize("name", sorted(FORMATS))


@pytest.fixture
def format_(name: str) -> Format:
    return FORMATS[name]


@pytest.fixture
def secured(
    name: str,
    unsigned: dict[str, Any],
    key: Ed25519PrivateKey,
    jwk: bytes,
    issuer: str,
    method: VerificationMethod,
    now: datetime,
) -> tuple[dict[str, Any], Proof]:
    """A document, and the proof of it."""
    if name == "jose":
        token = jose.secure(
            unsigned,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            issued=now,
        )
        opened = jose.open_token(token)
        return dict(opened.document), opened.proof
    if name == "sd-jwt":
        made = issuance(
            {"degree": "BSc"},
            type="Degree",
            issuer=issuer,
            verification_method=method.id,
            signer=key,
            issued=now,
            draw=bytes,
        )
        parted = open_sd_jwt(made.finish(key.sign(made.proposal.signing_bytes)))
        return dict(parted.document), parted.proof
    if name == "cose":
        proposed = vc_cose.proposal(
            unsigned,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            issued=now,
        )
        signed = vc_cose.open_cose(vc_cose.attach(proposed, key.sign(proposed.signing_bytes)))
        return dict(signed.document), signed.proof
    if name == "vcdm1":
        old = legacy.unsigned_credential(
            issuer=issuer,
            subject="did:example:ada",
            type="Degree",
            claims={"degree": "BSc"},
            valid_from=now,
        )
        document = legacy.issue(old, jwk)
    else:
        document = secure(
            unsigned,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
    (proof,) = read_proofs(document)
    return document, proof


def test_every_format_is_listed_under_its_name(name: str, format_: Format) -> None:
    assert format_.name == name


def test_every_format_knows_its_own_proofs_and_no_others(
    name: str, format_: Format, secured: tuple[dict[str, Any], Proof]
) -> None:
    _, proof = secured
    assert format_.secures(proof)
    assert not any(other.secures(proof) for key, other in FORMATS.items() if key != name)
    assert not format_.secures(Proof.of({**_UNKNOWN, "type": "JWT"}, "$.proof"))
    assert not format_.secures(Proof.of({**_UNKNOWN, "type": "COSE"}, "$.proof"))
    assert not format_.secures(Proof.of({**_UNKNOWN, "type": "ProofOfTomorrow"}, "$.proof"))


def test_every_format_verifies_its_own_and_refuses_it_once_tampered_with(
    format_: Format, secured: tuple[dict[str, Any], Proof], method: VerificationMethod
) -> None:
    document, proof = secured
    format_.verify(document, proof, method)
    document["credentialSubject"]["degree"] = "PhD"
    with pytest.raises(CredentialError):
        format_.verify(document, proof, method)


_UNKNOWN = {
    "verificationMethod": "did:example:university#key-1",
    "proofPurpose": "assertionMethod",
}
