"""The catalogue's A1, JWT and JOSE, through the whole of verification. See the README."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final

import pytest

from did.base_encodings import encode_base64url
from did.encoding import to_jwk
from did.errors import NotFound
from tests.fuzz.parties import (
    CHALLENGE,
    DOMAIN,
    HOLDER,
    ISSUER,
    MALLORY,
    NOW,
    RESOLVER,
    Party,
    judge,
    token_of,
    unsigned,
)
from tests.fuzz.seeds import seed
from wallet.credentials.strict_json import read_json, write_json
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Body, Sources

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
ALGORITHMS: Final = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")


def payload(by: Party = ISSUER, **members: Any) -> dict[str, Any]:
    return {**unsigned(by.did, HOLDER.did), "iss": by.did, **members}


def verdict(token: bytes) -> Verdict:
    return judge(token).verdict


def signed_by(secret: bytes, algorithm: str = "HS256") -> bytes:
    header = encode_base64url(write_json({"alg": algorithm, "typ": "vc+jwt", "kid": ISSUER.method}))
    head = f"{header}.{encode_base64url(write_json(payload()))}"
    mac = hmac.digest(secret, head.encode(), hashlib.sha256)
    return f"{head}.{encode_base64url(mac)}".encode()


def test_a1_0_a_token_signed_by_its_issuer_is_valid() -> None:
    assert verdict(ISSUER.token(payload())) is VALID


@pytest.mark.parametrize("alg", ["none", "nOnE", "NONE", "", None, ["EdDSA"], 1])
def test_a1_1_a_token_that_nobody_signed_is_invalid(alg: object) -> None:
    assert verdict(ISSUER.token(payload(), alg=alg)) is INVALID
    head = ISSUER.token(payload(), alg=alg).rpartition(b".")[0]
    assert verdict(head + b".") is INVALID


def test_a1_1_an_empty_signature_is_invalid() -> None:
    head = ISSUER.token(payload()).rpartition(b".")[0]
    for tail in (b".", b".AA", b"." + b"A" * 86):
        assert verdict(head + tail) is INVALID


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512", "hs256"])
def test_a1_2_a_public_key_used_as_a_shared_secret_is_invalid(algorithm: str) -> None:
    public = ISSUER.key.public_key
    for secret in (public.raw, write_json(to_jwk(public)), ISSUER.did.encode()):
        assert verdict(signed_by(secret, algorithm)) is INVALID


def test_a1_2_another_algorithm_than_the_keys_is_invalid() -> None:
    for alg in ("ES256", "ES256K", "ES512"):
        assert verdict(ISSUER.token(payload(), alg=alg)) is INVALID


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES512K", "Ed448"])
def test_a1_2_an_algorithm_that_is_not_known_leaves_it_undecided(alg: str) -> None:
    assert verdict(ISSUER.token(payload(), alg=alg)) is INDETERMINATE


def test_a1_3_a_key_that_the_token_brings_along_is_invalid() -> None:
    jwk = to_jwk(MALLORY.key.public_key)
    for kid in (ISSUER.method, MALLORY.method, None):
        assert verdict(MALLORY.token(payload(), jwk=jwk, kid=kid)) is INVALID


@pytest.mark.parametrize("name", ["jku", "x5u"])
def test_a1_4_an_address_of_keys_is_invalid_and_nobody_is_asked(name: str) -> None:
    asked: list[str] = []

    def get(url: str, /, *, accept: str = "*/*") -> Body:
        asked.append(f"{url} {accept}")
        raise NotFound("nothing there")

    token = MALLORY.token(payload(), **{name: "http://127.0.0.1:9/keys", "kid": ISSUER.method})
    report = verify(token, sources=Sources(RESOLVER, get), at=NOW)
    assert report.verdict is INVALID
    assert asked == []


def test_a1_5_a_chain_of_certificates_is_invalid() -> None:
    assert verdict(ISSUER.token(payload(), x5c=["MIIB"])) is INVALID
    assert verdict(MALLORY.token(payload(), x5c=["MIIB"], kid=None)) is INVALID


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null", "' OR 1=1 --", "key-1", "#", "#a#b", "#a b", "",
        "did:example:other#key", "https://127.0.0.1:9/key", MALLORY.method, MALLORY.did,
        f"{ISSUER.did}/../{MALLORY.did}#key", f"{ISSUER.did}?x=1#key", f"{ISSUER.method}%00",
        ISSUER.method.upper(), f" {ISSUER.method}",
    ],
)  # fmt: skip
def test_a1_6_a_kid_that_is_no_key_of_the_issuer_is_invalid(kid: str) -> None:
    assert verdict(ISSUER.token(payload(), kid=kid)) is INVALID
    assert verdict(MALLORY.token(payload(), kid=kid)) is INVALID


def test_a1_6_the_issuers_kid_over_the_signature_of_another_is_invalid() -> None:
    for kid in (ISSUER.method, f"#{ISSUER.method.partition('#')[2]}", None):
        assert verdict(ISSUER.token(payload(), kid=kid)) is VALID
        assert verdict(MALLORY.token(payload(), kid=kid)) is INVALID


@pytest.mark.parametrize(
    "header",
    [{"crit": ["exp"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"b64": True}],
)
def test_a1_7_an_extension_that_must_be_understood_is_invalid(header: dict[str, Any]) -> None:
    assert verdict(ISSUER.token(payload(), **header)) is INVALID


@pytest.mark.parametrize("typ", ["at+jwt", "kb+jwt", "dpop+jwt", "statuslist+jwt", "vp+jwt", 1])
def test_a1_8_a_token_of_another_trade_is_invalid(typ: object) -> None:
    assert verdict(ISSUER.token(payload(), typ=typ)) is INVALID


def test_a1_8_a_presentation_is_no_credential_and_the_other_way_round() -> None:
    shown = seed("presentation vp+jwt").data
    header, claims, signature = shown.split(b".")
    assert judge(shown, challenge=CHALLENGE, domain=DOMAIN).verdict is VALID
    other = ISSUER.token({}, typ="vc+jwt").split(b".")[0]
    assert verdict(b".".join((other, claims, signature))) is INVALID
    assert judge(ISSUER.token(payload()), challenge=CHALLENGE, domain=DOMAIN).verdict is INVALID
    assert header != other


@pytest.mark.parametrize("twice", [b'{"iss":"did:example:a",', b'{"issuer":"did:example:a",'])
def test_a1_9_a_claim_that_is_there_twice_is_invalid(twice: bytes) -> None:
    header = write_json({"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.method})
    body = write_json(payload())
    assert verdict(ISSUER.sign_token(header, body)) is VALID
    assert verdict(ISSUER.sign_token(header, twice + body[1:])) is INVALID
    assert verdict(ISSUER.sign_token(b'{"alg":"none",' + header[1:], body)) is INVALID


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "literal",
    [
        b'"1795424400"', b"NaN", b"Infinity", b"1e400", b"-1e400", b"1" + b"0" * 400, b"true",
        b"null", b"[1]", b"{}", b"253402300800", b"1795424400000", b"9" * 5_000,
    ],
)  # fmt: skip
def test_a1_10_a_time_that_is_no_number_of_seconds_is_invalid(name: str, literal: bytes) -> None:
    header = write_json({"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.method})
    claim = b'{"' + name.encode() + b'":' + literal + b","
    assert verdict(ISSUER.sign_token(header, claim + write_json(payload())[1:])) is INVALID


def test_a1_10_a_token_that_has_run_out_is_expired() -> None:
    now = int(NOW.timestamp())
    assert verdict(ISSUER.token(payload(exp=now))) is Verdict.EXPIRED
    assert verdict(ISSUER.token(payload(exp=now + 1))) is VALID
    assert verdict(ISSUER.token(payload(nbf=now + 301))) is Verdict.EXPIRED


def test_a1_11_a_token_spelled_in_another_way_is_invalid() -> None:
    token = ISSUER.token(payload())
    last = token[-1:]
    for changed in (
        token + b"=",
        token + b"==",
        token[:40] + b"\n" + token[40:],
        token[:-1] + (b"B" if last == b"A" else bytes((last[0] + 1,))),
        token.replace(b".", b"=.", 1),
        token.replace(b".", b" .", 1),
        token + b".",
        b"." + token,
    ):
        assert verdict(changed) is INVALID


def test_a1_12_an_encrypted_token_is_not_opened() -> None:
    header = encode_base64url(write_json({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM"}))
    assert verdict(f"{header}.AA.AA.AA.AA".encode()) is INDETERMINATE
    for extra in ({"zip": "DEF"}, {"enc": "A128GCM", "p2c": 10**9}):
        assert verdict(ISSUER.token(payload(), **extra)) is INDETERMINATE


def test_a1_13_an_empty_shared_secret_is_invalid() -> None:
    assert verdict(signed_by(b"")) is INVALID


@pytest.mark.parametrize("change", ["{}.evil", "{}:evil", "{} ", "{}#", "{}%00", "{}/"])
def test_a1_14_an_issuer_that_only_begins_like_the_signer_is_invalid(change: str) -> None:
    other = change.format(ISSUER.did)
    for claims in (payload(issuer=other), payload(iss=other), payload(issuer=other, iss=other)):
        assert verdict(ISSUER.token(claims)) is INVALID


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a2_4_a_token_by_anothers_key_is_invalid(algorithm: str) -> None:
    issuer, other = Party.of(algorithm, 1), Party.of(algorithm, 9)
    document = unsigned(issuer.did, HOLDER.did)
    assert verdict(token_of(document, issuer, "vc+jwt")) is VALID
    for kid in (issuer.method, other.method, None):
        assert verdict(other.token(document, kid=kid)) is INVALID


def test_a2_15_a_document_beside_the_token_that_was_signed_is_never_valid() -> None:
    token = ISSUER.token(payload()).decode()
    forged = unsigned(ISSUER.did, HOLDER.did, credentialSubject={"id": MALLORY.did, "degree": "D"})
    bare = {**forged, "proof": {"type": "JwtProof2020", "jwt": token}}
    assert verdict(write_json(bare)) is INVALID
    options = {"verificationMethod": ISSUER.method, "proofPurpose": "assertionMethod"}
    for kind in ("JWT", "JwtProof2020"):
        proof = {"type": kind, "jwt": token, **options}
        assert verdict(write_json({**forged, "proof": proof})) is INDETERMINATE


def test_a2_15_what_stands_beside_an_envelope_is_not_believed() -> None:
    shown = judge(seed("envelope").data)
    assert shown.verdict is VALID
    forged = {
        **read_json(seed("envelope").data),
        "issuer": MALLORY.did,
        "credentialSubject": {"id": MALLORY.did},
        "validUntil": "2999-01-01T00:00:00Z",
    }
    report = judge(write_json(forged))
    assert report.verdict is not VALID or report.facts == shown.facts


@pytest.mark.parametrize("tail", [b"~", b"~WyJzIiwiaXNBZG1pbiIsdHJ1ZV0~", b"~eyJhIjoxfQ.e30.AA"])
def test_finding_3_an_sd_jwt_is_not_taken_for_a_jwt(tail: bytes) -> None:
    assert verdict(ISSUER.token(payload()) + tail) is INVALID
    assert verdict(ISSUER.token(payload(), typ="dc+sd-jwt")) is INDETERMINATE
