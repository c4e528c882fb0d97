from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from did.encoding import encode_multikey, to_jwk
from did.errors import DIDError, InvalidDocument, NotFound, Unreachable
from did.keys import ALGORITHMS
from did.resolver import Resolver
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.sd_jwt.opening import open_sd_jwt
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.verify.issuers import issuer_document, metadata_address
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import SigningKey

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ISSUER = "https://school.example/tenant"
METADATA = "https://school.example/.well-known/jwt-vc-issuer/tenant"
KEYS = "https://keys.example/set"


def key_of(seed: bytes) -> SigningKey:
    return cast("SigningKey", ALGORITHMS["P-256"].private_key(seed * 32))


KEY, OTHER, HOLDER = map(key_of, (b"\x01", b"\x02", b"\x03"))


class Site:
    """The web, as far as there is something on it; `asked` is what was looked at."""

    def __init__(self, files: Mapping[str, Any], error: type[DIDError] = NotFound) -> None:
        self.files = files
        self.error = error
        self.asked: list[str] = []

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        self.asked.append(url)
        assert accept == "application/json"
        if url not in self.files:
            raise self.error(f"nothing at {url}")
        return Body(json.dumps(self.files[url]).encode())


def jwk(key: SigningKey, kid: str | None = "2026") -> dict[str, Any]:
    return {**to_jwk(key.public_key), "use": "sig", **({} if kid is None else {"kid": kid})}


def metadata(*keys: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {METADATA: {"issuer": ISSUER, "jwks": {"keys": list(keys)}, **changes}}


def issued(*, by: SigningKey = KEY, kid: str | None = "2026", issuer: str = ISSUER) -> bytes:
    made = issuance(
        {"degree": "BSc", "grade": "1.3"},
        type="https://school.example/degree",
        issuer=issuer,
        verification_method=kid or "",
        signer=by,
        issued=NOW - timedelta(days=1),
        draw=lambda size: bytes(size - 1) + next(COUNTER).to_bytes(1),
        holder=HOLDER.public_key,
    )
    return made.finish(by.sign(made.proposal.signing_bytes))


COUNTER = iter(range(256))


def judged(token: bytes, site: Site) -> Report:
    return verify(token, sources=Sources(Resolver(), get=site), at=NOW)


def failures(report: Report) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in report.checks if check.outcome.value == "fail"}


def test_an_issuer_s_keys_are_found_where_its_address_says() -> None:
    site = Site(metadata(jwk(OTHER, "2025"), jwk(KEY)))
    report = judged(issued(), site)
    assert report.verdict is Verdict.VALID, report
    assert site.asked == [METADATA]


def test_a_set_of_keys_may_stand_at_an_address_of_its_own() -> None:
    files = {METADATA: {"issuer": ISSUER, "jwks_uri": KEYS}, KEYS: {"keys": [jwk(KEY)]}}
    site = Site(files)
    assert judged(issued(), site).verdict is Verdict.VALID
    assert site.asked == [METADATA, KEYS]


def test_a_part_of_it_is_shown_and_bound_as_any_other() -> None:
    made = showing(
        issued(),
        [("degree",)],
        nonce="n",
        audience="https://shop.example",
        created=NOW,
        signer=HOLDER,
    )
    assert made.binding is not None
    shown = made.finish(HOLDER.sign(made.binding.signing_bytes))
    sources = Sources(Resolver(), get=Site(metadata(jwk(KEY))))
    report = verify(shown, sources=sources, at=NOW, challenge="n", domain="https://shop.example")
    assert report.verdict is Verdict.VALID, report


def test_signed_by_a_key_that_is_not_listed_it_is_invalid() -> None:
    assert failures(judged(issued(by=OTHER), Site(metadata(jwk(KEY))))) == {("proof", "broken")}
    report = judged(issued(kid="2020"), Site(metadata(jwk(KEY))))
    assert ("proof", "not-listed") in failures(report)


def test_another_issuer_s_keys_are_none_of_its_own() -> None:
    report = judged(issued(), Site(metadata(jwk(KEY), issuer="https://school.example")))
    assert report.verdict is Verdict.INVALID
    assert ("resolution", "absent") in failures(report)


@pytest.mark.parametrize(
    ("error", "verdict"), [(NotFound, Verdict.INVALID), (Unreachable, Verdict.INDETERMINATE)]
)
def test_where_nothing_stands_it_is_invalid_and_where_nobody_answers_undecided(
    error: type[DIDError], verdict: Verdict
) -> None:
    assert judged(issued(), Site({}, error)).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"issuer": "https://other.example"}, "of another issuer"),
        ({"jwks_uri": KEYS}, "must have its keys"),
        ({"jwks": None}, "must have its keys"),
        ({"jwks": {"keys": "none"}}, "no list"),
        ({"jwks": {"keys": [1]}}, "no JWK"),
        ({"jwks": {"keys": [{"kid": 7}]}}, "no JWK"),
        ({"jwks": {"keys": [jwk(KEY)] * 101}}, "at most 100"),
        ({"jwks": {"keys": [jwk(KEY), jwk(OTHER)]}}, "called alike"),
    ],
)
def test_what_is_no_metadata_is_refused(changes: dict[str, Any], match: str) -> None:
    with pytest.raises(InvalidDocument, match=match):
        issuer_document(ISSUER, Site(metadata(jwk(KEY), **changes)))


def test_keys_at_an_address_that_is_not_https_are_not_asked_for() -> None:
    site = Site({METADATA: {"issuer": ISSUER, "jwks_uri": "http://keys.example"}})
    with pytest.raises(InvalidDocument, match="not https"):
        issuer_document(ISSUER, site)
    assert site.asked == [METADATA]


def test_a_key_that_cannot_be_used_takes_no_other_with_it() -> None:
    strange = {"kty": "RSA", "kid": "old", "n": "AQAB", "e": "AQAB"}
    secret = {**jwk(OTHER, "enc"), "use": "enc"}
    document = issuer_document(ISSUER, Site(metadata(strange, secret, jwk(KEY), jwk(OTHER, None))))
    keys = {method.id: method.public_key for method in document.verification_methods}
    assert keys == {
        f"{ISSUER}#old": None,
        f"{ISSUER}#enc": None,
        f"{ISSUER}#2026": KEY.public_key,
        f"{ISSUER}#key 3": OTHER.public_key,
    }


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://a.example", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example:8443/x/y", "https://a.example:8443/.well-known/jwt-vc-issuer/x/y"),
    ],
)
def test_metadata_stands_between_the_host_and_the_path(issuer: str, address: str) -> None:
    assert metadata_address(issuer) == address


@pytest.mark.parametrize(
    "issuer",
    [
        "http://a.example",
        "https://",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://a.example/#x",
        "https://[",
    ],
)
def test_what_is_no_address_of_an_issuer_is_asked_nothing(issuer: str) -> None:
    with pytest.raises(InvalidDocument):
        metadata_address(issuer)


def test_an_address_with_a_fragment_is_no_issuer() -> None:
    with pytest.raises(InvalidCredential, match="with a fragment"):
        open_sd_jwt(issued(issuer=f"{ISSUER}#2026"))


def test_a_data_integrity_proof_is_never_judged_by_such_keys() -> None:
    site = Site(metadata(jwk(KEY)))
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": f"did:key:{encode_multikey(HOLDER.public_key)}"},
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "ecdsa-jcs-2019",
            "verificationMethod": f"{ISSUER}#2026",
            "proofPurpose": "assertionMethod",
            "proofValue": "z1",
        },
    }
    report = verify(json.dumps(document).encode(), sources=Sources(Resolver(), get=site), at=NOW)
    assert report.verdict is Verdict.INVALID
    assert site.asked == []
