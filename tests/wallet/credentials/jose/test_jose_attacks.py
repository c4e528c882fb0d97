from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import encode_base64url
from did.encoding import to_jwk
from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.formats.jose import Jose, open_token
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wallet.credentials.jose.conftest import Party

    Made = Callable[..., dict[str, Any]]

# The numbers are those of the wallet's catalogue of attacks.


def accept(token: bytes, party: Party) -> None:
    opened = open_token(token)
    Jose().verify(opened.document, opened.proof, party.method)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"alg": "none"}, id="A1.1-none"),
        pytest.param({"alg": "nOnE"}, id="A1.1-case"),
        pytest.param({"alg": ""}, id="A1.1-empty"),
        pytest.param({"alg": None}, id="A1.1-missing"),
        pytest.param({"alg": ["EdDSA"]}, id="A1.1-list"),
        pytest.param({"alg": "HS256"}, id="A1.2-hs256"),
        pytest.param({"alg": "hs512"}, id="A1.2-case"),
        pytest.param({"alg": "RS256"}, id="A1.2-rs256"),
        pytest.param({"jku": "http://127.0.0.1:9/keys"}, id="A1.4-jku"),
        pytest.param({"x5u": "http://127.0.0.1:9/chain"}, id="A1.4-x5u"),
        pytest.param({"x5c": ["MIIB"]}, id="A1.5-x5c"),
        pytest.param({"kid": "../../../../dev/null"}, id="A1.6-traversal"),
        pytest.param({"kid": "' OR 1=1 --"}, id="A1.6-sql"),
        pytest.param({"kid": "key-1"}, id="A1.6-bare"),
        pytest.param({"kid": "#"}, id="A1.6-empty-fragment"),
        pytest.param({"kid": "#a#b"}, id="A1.6-two-fragments"),
        pytest.param({"kid": "#a b"}, id="A1.6-space"),
        pytest.param({"kid": "did:example:other#key"}, id="A1.6-other-did"),
        pytest.param({"kid": "https://127.0.0.1:9/key"}, id="A1.6-https"),
        pytest.param({"crit": ["exp"]}, id="A1.7-crit"),
        pytest.param({"crit": []}, id="A1.7-crit-empty"),
        pytest.param({"b64": False, "crit": ["b64"]}, id="A1.7-b64"),
        pytest.param({"b64": True}, id="A1.7-b64-alone"),
        pytest.param({"typ": "at+jwt"}, id="A1.8-access-token"),
        pytest.param({"typ": "kb+jwt"}, id="A1.8-key-binding"),
        pytest.param({"typ": "vp+jwt"}, id="A1.8-presentation"),
        pytest.param({"typ": "openid4vci-proof+jwt"}, id="A1.8-proof"),
        pytest.param({"cty": "vp"}, id="A1.8-content"),
        pytest.param({"cty": "JWT"}, id="A1.8-nested"),
        pytest.param({"enc": "A128GCM", "alg": "PBES2-HS256+A128KW", "p2c": 10**9}, id="A1.12-p2c"),
        pytest.param({"zip": "DEF"}, id="A1.12-zip"),
        pytest.param({"alg": "HS256", "k": ""}, id="A1.13-empty-key"),
    ],
)
def test_refuses_a_hostile_header(ada: Party, credential: Made, header: dict[str, Any]) -> None:
    with pytest.raises(CredentialError):
        accept(ada.token(credential(ada.did), **header), ada)


def test_refuses_a_token_whose_signature_was_taken_away(ada: Party, credential: Made) -> None:
    # A1.1
    head = ada.token(credential(ada.did)).rpartition(b".")[0]
    for rest in (b"", b".", b".AA"):
        with pytest.raises(InvalidCredential):
            accept(head + rest, ada)


def test_refuses_a_public_key_used_as_a_shared_secret(everyone: Party, credential: Made) -> None:
    # A1.2
    public = everyone.key.public_key
    header = encode_base64url(write_json({"alg": "HS256", "typ": "vc+jwt"}))
    head = f"{header}.{encode_base64url(write_json(credential(everyone.did)))}"
    for secret in (public.raw, write_json(to_jwk(public)), b""):
        mac = hmac.digest(secret, head.encode(), hashlib.sha256)
        with pytest.raises(InvalidCredential, match="shared secret"):
            accept(f"{head}.{encode_base64url(mac)}".encode(), everyone)


def test_refuses_a_key_that_the_token_brings_along(
    ada: Party, mallory: Party, credential: Made
) -> None:
    # A1.3
    jwk = to_jwk(mallory.key.public_key)
    for kid in (ada.method.id, mallory.method.id, None):
        with pytest.raises(InvalidCredential):
            accept(mallory.token(credential(ada.did), jwk=jwk, kid=kid), mallory)


def test_refuses_a_key_of_another_than_the_issuer(
    ada: Party, mallory: Party, credential: Made
) -> None:
    # A1.6
    with pytest.raises(InvalidCredential, match="is no key of"):
        open_token(mallory.token(credential(ada.did)))
    with pytest.raises(CredentialError):
        accept(mallory.token(credential(ada.did), kid=ada.method.id), ada)
    with pytest.raises(CredentialError):
        accept(mallory.token(credential(ada.did), kid=ada.method.id), mallory)
    with pytest.raises(CredentialError):
        accept(mallory.token(credential(ada.did), kid=None), mallory)


@pytest.mark.parametrize("tail", ["/path#k", "?versionId=1#k", "/../did:key:z#k", ";x=1#k"])
def test_refuses_a_kid_that_is_more_than_a_did_and_a_fragment(
    ada: Party, credential: Made, tail: str
) -> None:
    # A1.6
    with pytest.raises(InvalidCredential, match="kid"):
        open_token(ada.token(credential(ada.did), kid=ada.did + tail))


def test_refuses_a_name_that_is_there_twice(ada: Party, credential: Made) -> None:
    # A1.9
    payload = write_json(credential(ada.did))
    header = write_json({"alg": "EdDSA", "typ": "vc+jwt", "kid": ada.method.id})
    accept(ada.sign(header, payload), ada)
    for twice in (b'{"issuer":"did:example:x",', b'{"iss":"did:example:a","iss":"did:example:b",'):
        with pytest.raises(CredentialError, match="twice"):
            accept(ada.sign(header, twice + payload[1:]), ada)
    with pytest.raises(CredentialError, match="twice"):
        accept(ada.sign(b'{"alg":"none",' + header[1:], payload), ada)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "literal",
    [
        b'"1769850000"', b"NaN", b"Infinity", b"1e400", b"-1e400", b"1e300", b"1" + b"0" * 400,
        b"true", b"null", b"[1]", b"{}", b"253402300800", b"-62135596801", b"1769850000000",
    ],
)  # fmt: skip
def test_refuses_a_time_that_is_no_number_of_seconds(
    ada: Party, credential: Made, name: str, literal: bytes
) -> None:
    # A1.10
    header = write_json({"alg": "EdDSA", "typ": "vc+jwt", "kid": ada.method.id})
    payload = write_json(credential(ada.did))
    claim = b'{"' + name.encode() + b'":' + literal + b","
    with pytest.raises(CredentialError):
        accept(ada.sign(header, claim + payload[1:]), ada)


def test_refuses_a_token_spelled_in_another_way(ada: Party, credential: Made) -> None:
    # A1.11
    token = ada.token(credential(ada.did))
    last = token[-1:]
    other = b"B" if last == b"A" else bytes((last[0] + 1,))
    for changed in (
        token + b"==",
        token + b"\n",
        token[:40] + b"\n" + token[40:],
        token[:-1] + other,
    ):
        with pytest.raises(CredentialError):
            accept(changed, ada)


@pytest.mark.parametrize("change", ["{}.evil", "{} ", "{}#", "{}%00"])
def test_refuses_an_issuer_that_only_begins_like_the_signer(
    ada: Party, credential: Made, change: str
) -> None:
    # A1.14
    for payload in (
        credential(change.format(ada.did)),
        credential(ada.did, iss=change.format(ada.did)),
        credential(ada.did[:-1]),
        credential(ada.did.upper()),
    ):
        with pytest.raises(CredentialError):
            accept(ada.token(payload), ada)


def test_refuses_a_document_beside_the_one_that_was_signed(ada: Party, credential: Made) -> None:
    # A2.15
    opened = open_token(ada.token(credential(ada.did)))
    forged = {**opened.document, "credentialSubject": {"id": "did:example:mallory", "name": "M"}}
    with pytest.raises(CredentialError, match="not the one in the token"):
        Jose().verify(forged, opened.proof, ada.method)
