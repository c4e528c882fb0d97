"""An SD-JWT by each kind of key, of its issuer and of its holder."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from did.base_encodings import encode_base64url
from did.encoding import to_jwk
from did.private_jwk import unsafe_encode_private_jwk
from did.resolver import Resolver
from tests.fuzz.parties import Party
from wallet.credentials.formats import FORMATS
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Sources, nobody

NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
ALGORITHMS: Final = {
    "Ed25519": "EdDSA",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "secp256k1": "ES256K",
}
each = pytest.mark.parametrize("algorithm", ALGORITHMS)


def salts() -> Any:
    counter = iter(range(1, 100))
    return lambda size: next(counter).to_bytes(size, "big")


def issued(issuer: Party, holder: Party) -> bytes:
    made = issuance(
        {"given_name": "Mei", "over_18": True},
        type="https://school.example/degree",
        issuer=issuer.did,
        verification_method=issuer.method,
        signer=issuer.key,
        issued=NOW - timedelta(days=1),
        draw=salts(),
        holder=holder.key.public_key,
    )
    return made.finish(issuer.key.sign(made.proposal.signing_bytes))


def shown(held: bytes, holder: Party) -> bytes:
    made = showing(held, [("over_18",)], nonce="n", audience="a", created=NOW, signer=holder.key)
    assert made.binding is not None
    return made.finish(holder.key.sign(made.binding.signing_bytes))


def judged(data: bytes, at: datetime = NOW) -> Report:
    sources = Sources(Resolver(), formats=FORMATS, get=nobody)
    return verify(data, sources=sources, at=at, challenge="n", domain="a")


@each
def test_what_is_issued_and_shown_is_valid_and_by_that_algorithm(algorithm: str) -> None:
    issuer, holder = Party.of(algorithm), Party.of(algorithm, 2)
    report = judged(shown(issued(issuer, holder), holder))
    assert report.verdict is Verdict.VALID, report
    assert {way for facts in report.facts for way in facts.secured} >= {
        f"sd-jwt {ALGORITHMS[algorithm]}"
    }


@each
def test_a_binding_by_another_key_of_the_same_kind_is_not_the_holders(algorithm: str) -> None:
    issuer, holder, thief = (Party.of(algorithm, number) for number in (1, 2, 3))
    sent = shown(issued(issuer, holder), holder)
    head = sent.rpartition(b".")[0]
    signed = head.rpartition(b"~")[2]
    forged = head + b"." + encode_base64url(thief.key.sign(signed)).encode()
    assert judged(forged).verdict is Verdict.INVALID
    again = head + b"." + encode_base64url(holder.key.sign(signed)).encode()
    assert judged(again).verdict is Verdict.VALID


@pytest.mark.parametrize("algorithm", ["P-256", "P-384", "P-521"])
def test_a_second_library_reads_it_and_the_other_way_round(algorithm: str) -> None:
    issuer, holder = Party.of(algorithm), Party.of(algorithm, 2)
    reader = Party.of("P-256", 2)  # their verifier reads a key binding by ES256 alone
    sent = shown(issued(issuer, reader), reader).decode()
    public = JWK(**to_jwk(issuer.key.public_key))
    found = SDJWTVerifier(sent, lambda *_: public, "a", "n").get_verified_payload()
    assert json.loads(json.dumps(found))["over_18"] is True
    alg = ALGORITHMS[algorithm]
    theirs = SDJWTIssuer(
        {
            SDObj("over_18"): True,
            "iss": issuer.did,
            "vct": "https://school.example/degree",
            "iat": int(NOW.timestamp()) - 3_600,
        },
        JWK(**unsafe_encode_private_jwk(issuer.key)),
        holder_key=JWK(**to_jwk(holder.key.public_key)),
        sign_alg=alg,
        extra_header_parameters={"typ": "dc+sd-jwt"},
    )
    holding = SDJWTHolder(theirs.sd_jwt_issuance)
    key = JWK(**unsafe_encode_private_jwk(holder.key))
    holding.create_presentation({"over_18": True}, "n", "a", key, sign_alg=alg)
    report = judged(holding.sd_jwt_presentation.encode(), at=datetime.now(UTC))
    assert report.verdict is Verdict.VALID, report
