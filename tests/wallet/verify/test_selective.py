from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from did.bbs.parties import KeyIssuer
from did.encoding import encode_multikey
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p256 import P256PrivateKey
from did.resolver import Resolver
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.formats.data_integrity.selective.pointers import never_withheld
from wallet.credentials.formats.data_integrity.suites import bbs, ecdsa_sd
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.presenting import unsigned_presentation
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOLDER = Ed25519PrivateKey(bytes(range(32)))
HOLDER_DID = f"did:key:{encode_multikey(HOLDER.public_key)}"


class Way(NamedTuple):
    key: Any
    sign_base: Callable[..., dict[str, Any]]
    derive: Callable[..., dict[str, Any]]


WAYS = {
    "ecdsa-sd-2023": Way(P256PrivateKey(bytes(range(1, 33))), ecdsa_sd.sign_base, ecdsa_sd.derive),
    "bbs-2023": Way(
        KeyIssuer(Bls12381G2PrivateKey(bytes(range(1, 33)))), bbs.sign_base, bbs.derive
    ),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.fixture
def base(way: Way) -> dict[str, Any]:
    multikey = encode_multikey(way.key.public_key)
    did = f"did:key:{multikey}"
    unsigned = unsigned_credential(
        issuer=did,
        subject=HOLDER_DID,
        type="University Degree",
        claims={"degree": "Bachelor of Science", "graduated": "2026-06-30"},
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=1),
    )
    options = {
        "created": "2026-11-22T09:00:00Z",
        "verificationMethod": f"{did}#{multikey}",
        "proofPurpose": "assertionMethod",
    }
    proof = way.sign_base(unsigned, options, never_withheld(unsigned), way.key)
    return {**unsigned, "proof": proof}


def judged(document: Mapping[str, Any], at: datetime = NOW, **options: Any) -> Report:
    data = json.dumps(document).encode()
    return verify(data, sources=Sources(Resolver()), at=at, **options)


def test_what_is_shown_of_a_credential_is_valid(way: Way, base: dict[str, Any]) -> None:
    derived = way.derive(base, ["/credentialSubject/degree"])
    assert judged(derived).verdict is Verdict.VALID
    assert "2026-06-30" not in json.dumps(derived)


def test_what_is_shown_of_a_credential_that_has_ended_is_not(
    way: Way, base: dict[str, Any]
) -> None:
    derived = way.derive(base, ["/credentialSubject/degree"])
    assert judged(derived, NOW + timedelta(days=2)).verdict is Verdict.EXPIRED
    del derived["validUntil"]
    assert judged(derived, NOW + timedelta(days=2)).verdict is Verdict.INVALID


def test_a_base_proof_that_reaches_a_verifier_is_refused(base: dict[str, Any]) -> None:
    report = judged(base)
    assert report.verdict is Verdict.INVALID
    assert "for the holder alone" in str(report)


def test_what_is_shown_can_be_presented(way: Way, base: dict[str, Any]) -> None:
    derived = way.derive(base, ["/credentialSubject/degree"])
    presentation = unsigned_presentation(credentials=[derived], holder=HOLDER_DID)
    signed = secure(
        presentation,
        signer=HOLDER,
        verification_method=f"{HOLDER_DID}#{HOLDER_DID.removeprefix('did:key:')}",
        purpose="authentication",
        created=NOW,
        challenge="c",
        domain="verifier.example",
    )
    report = judged(signed, challenge="c", domain="verifier.example")
    assert report.verdict is Verdict.VALID
