"""What the library `sd-jwt` makes is read here, and what is made here it reads, too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from did.encoding import encode_multikey, to_jwk
from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from did.resolver import Resolver
from wallet.credentials.formats import FORMATS
from wallet.credentials.formats.sd_jwt.opening import open_sd_jwt
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources, nobody

if TYPE_CHECKING:
    from did.keys import SigningKey

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CLAIMS: dict[str, Any] = {
    "given_name": "Mei",
    "address": {"street": "1 Quay", "city": "Bergen"},
    "nationalities": ["NO", "CN"],
}
TYPE = "https://school.example/degree"


def key_of(seed: bytes) -> SigningKey:
    return cast("SigningKey", ALGORITHMS["P-256"].private_key(seed * 32))


ISSUER, HOLDER = key_of(b"\x01"), key_of(b"\x02")
DID = f"did:key:{encode_multikey(ISSUER.public_key)}"


def theirs(key: SigningKey) -> JWK:
    return JWK(**unsafe_encode_private_jwk(key))


def public(key: SigningKey) -> JWK:
    return JWK(**to_jwk(key.public_key))


def issued_here() -> bytes:
    made = issuance(
        CLAIMS,
        type=TYPE,
        issuer=DID,
        verification_method=f"{DID}#{DID.removeprefix('did:key:')}",
        signer=ISSUER,
        issued=NOW - timedelta(days=1),
        draw=iter_salts(),
        holder=HOLDER.public_key,
    )
    return made.finish(ISSUER.sign(made.proposal.signing_bytes))


def iter_salts() -> Any:
    counter = iter(range(1, 1_000))
    return lambda size: next(counter).to_bytes(size, "big")


def read_there(token: str, **asked: str) -> dict[str, Any]:
    found = SDJWTVerifier(token, lambda *_: public(ISSUER), **asked).get_verified_payload()
    return cast("dict[str, Any]", json.loads(json.dumps(found)))


def test_they_read_what_was_issued_here() -> None:
    found = read_there(issued_here().decode())
    assert {name: found[name] for name in CLAIMS} == CLAIMS


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        ([("given_name",)], {"given_name": "Mei"}),
        ([("address", "city")], {"address": {"city": "Bergen"}}),
        ([("nationalities", 1)], {"nationalities": ["CN"]}),
    ],
)
def test_they_read_what_was_shown_here_and_no_more(
    wanted: list[tuple[str | int, ...]], read: dict[str, Any]
) -> None:
    made = showing(issued_here(), wanted, nonce="n", audience="a", created=NOW, signer=HOLDER)
    assert made.binding is not None
    sent = made.finish(HOLDER.sign(made.binding.signing_bytes)).decode()
    found = read_there(sent, expected_aud="a", expected_nonce="n")
    assert {name: found[name] for name in CLAIMS if name in found} == read


@pytest.mark.parametrize(
    "disclosed",
    [{"given_name": True}, {"address": {"city": True}}, {"nationalities": [False, True]}],
)
def test_what_they_issued_and_showed_is_read_alike(disclosed: dict[str, Any]) -> None:
    hidden = {
        SDObj("given_name"): "Mei",
        SDObj("address"): {SDObj("street"): "1 Quay", SDObj("city"): "Bergen"},
        "nationalities": [SDObj("NO"), SDObj("CN")],
        "iss": DID,
        "vct": TYPE,
        "iat": int(NOW.timestamp()) - 3_600,
    }
    issuer = SDJWTIssuer(
        hidden,
        theirs(ISSUER),
        holder_key=public(HOLDER),
        add_decoy_claims=True,
        extra_header_parameters={"typ": "dc+sd-jwt"},
    )
    holder = SDJWTHolder(issuer.sd_jwt_issuance)
    holder.create_presentation(disclosed, "n", "a", theirs(HOLDER))
    sent = holder.sd_jwt_presentation
    there = read_there(sent, expected_aud="a", expected_nonce="n")
    here = open_sd_jwt(sent.encode()).document["credentialSubject"]
    assert {n: here[n] for n in CLAIMS if n in here} == {n: there[n] for n in CLAIMS if n in there}
    report = verify(
        sent.encode(),
        sources=Sources(Resolver(), formats=FORMATS, get=nobody),
        at=datetime.now(UTC),  # their key binding is of now
        challenge="n",
        domain="a",
    )
    assert report.verdict is Verdict.VALID, report
