from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, OKPKey

from did.base_encodings import decode_base64url, encode_base64url
from did.document import VerificationMethod
from did.encoding import decode_multikey, from_jwk, to_jwk
from did.errors import InvalidKey
from did.keys import signing_key
from did.private_jwk import decode_private_jwk
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid
from wallet.credentials.formats.jose import NO_TYPE, Jose, open_token, secure
from wallet.credentials.formats.jose.algorithms import check_signature
from wallet.credentials.formats.jose.token import read_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.wallet.credentials.jose.conftest import Party

    Made = Callable[..., dict[str, Any]]

VECTORS = Path(__file__).parents[3] / "vectors" / "jose"
ANY = frozenset({NO_TYPE})


def read(name: str) -> Any:
    return json.loads((VECTORS / name).read_bytes())


def other(party: Party, *, private: bool) -> ECKey | OKPKey:
    jwk: dict[str, Any] = to_jwk(party.key.public_key)
    if private:
        jwk["d"] = encode_base64url(party.key.expose_secret())
    return OKPKey.import_key(jwk) if jwk["kty"] == "OKP" else ECKey.import_key(jwk)


@pytest.fixture(autouse=True)
def _old_names() -> Any:
    # joserfc warns of the name EdDSA, which RFC 9864 deprecates and everyone else writes.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_joserfc_reads_our_tokens_and_refuses_them_once_changed(
    everyone: Party, credential: Made, issued: datetime
) -> None:
    document = credential(everyone.did)
    token = secure(
        document,
        signer=everyone.key,
        verification_method=everyone.method.id,
        purpose="assertionMethod",
        issued=issued,
    )
    key, alg = other(everyone, private=False), open_token(token).proof.cryptosuite
    assert alg is not None
    found = jws.deserialize_compact(token, key, algorithms=[alg])
    assert found.headers() == {"alg": alg, "typ": "vc+jwt", "kid": everyone.method.id}
    assert json.loads(found.payload or b"") == {**document, "iss": everyone.did, "iat": 1769850000}
    head, _, signature = token.rpartition(b".")
    changed = head + b"." + (b"B" if signature[:1] == b"A" else b"A") + signature[1:]
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(changed, key, algorithms=[alg])


def test_reads_the_tokens_that_joserfc_makes(everyone: Party, credential: Made) -> None:
    document = credential(everyone.did)
    header = {"alg": everyone.alg, "typ": "vc+jwt", "kid": everyone.method.id}
    token = jws.serialize_compact(
        header,
        json.dumps(document),
        other(everyone, private=True),
        algorithms=[everyone.alg],
    ).encode()
    opened = open_token(token)
    assert opened.document == document
    Jose().verify(opened.document, opened.proof, everyone.method)


MADE = [pytest.param(case, id=case["name"]) for case in read("did-jwt-vc.json")]


@pytest.mark.parametrize("case", MADE)
def test_reads_the_tokens_that_did_jwt_vc_makes(case: dict[str, Any]) -> None:
    opened = open_token(case["jwt"].encode())
    assert opened.kind == case["kind"]
    assert opened.document == case["document"]
    did, multikey = case["did"], case["did"].removeprefix("did:key:")
    key = decode_multikey(multikey)
    method = VerificationMethod(f"{did}#{multikey}", "Multikey", did, key, {})
    Jose().verify(opened.document, opened.proof, method)


CASES = [
    pytest.param(group["key"], *case[2:], id=f"{case[0]}-{case[1]}")
    for name in ("es256", "es512")
    for group in read("wycheproof.json")[name]
    for case in group["tests"]
]


@pytest.mark.parametrize(("key", "result", "token"), CASES)
def test_takes_the_published_signatures_that_are_valid_and_no_others(
    key: dict[str, str], result: str, token: str
) -> None:
    def accept() -> None:
        parts = read_parts(token.encode(), typ=ANY)
        check_signature(parts.algorithm, from_jwk(key), parts.signature, parts.signing_input)

    if result == "valid":
        accept()
    else:
        with pytest.raises((CredentialError, InvalidKey)):
            accept()


# RFC 7515, appendix A.4.1.
RFC_7515_KEY = {
    "kty": "EC",
    "crv": "P-521",
    "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
    "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    "d": "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
}
RFC_7515_TOKEN = (
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
    "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7Xdt"
    "AG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
)


def test_takes_the_signature_by_es512_of_rfc_7515() -> None:
    key = signing_key(decode_private_jwk(RFC_7515_KEY))
    parts = read_parts(RFC_7515_TOKEN.encode(), typ=ANY)
    assert (parts.algorithm.name, parts.payload) == ("ES512", b"Payload")
    check_signature(parts.algorithm, key.public_key, parts.signature, parts.signing_input)
    mine = key.sign(parts.signing_input)
    check_signature(parts.algorithm, key.public_key, mine, parts.signing_input)
    with pytest.raises(ProofInvalid):
        check_signature(parts.algorithm, key.public_key, mine, parts.signing_input + b"A")


def test_a_signature_by_es512_has_no_zeros_left_out() -> None:
    # RFC 7518, section 3.4: each half is in its full width, and this r begins with a byte 1.
    head, _, tail = RFC_7515_TOKEN.rpartition(".")
    signature = decode_base64url(tail)
    for other in (signature[:66] + signature[67:], signature[:-1], b"\0" + signature):
        token = f"{head}.{encode_base64url(other)}".encode()
        with pytest.raises(InvalidCredential, match="must have the 132 bytes of ES512"):
            read_parts(token, typ=ANY)


def test_takes_nothing_that_was_signed_with_a_shared_secret() -> None:
    cases = read("wycheproof.json")["shared_secret"]
    assert len(cases) == 40
    for _, _, token in cases:
        with pytest.raises(CredentialError):
            read_parts(token.encode(), typ=ANY)
