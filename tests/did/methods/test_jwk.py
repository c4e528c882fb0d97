from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

import pytest

from did.document import Document, Relationship
from did.errors import InvalidDID
from did.identifier import DID
from did.keys import ALGORITHMS, PublicKey, Use
from did.methods.jwk import Jwk, jwk_did

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-jwk"
EXAMPLES: Final[dict[str, Any]] = json.loads((VECTORS / "examples.json").read_bytes())
SIGNING: Final = set(Relationship) - {Relationship.KEY_AGREEMENT}
ED25519: Final = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik",
}


def key(algorithm: str) -> PublicKey:
    return ALGORITHMS[algorithm].private_key(b"\1" * ALGORITHMS[algorithm].secret_size).public_key


def did_of(jwk: bytes | dict[str, Any]) -> DID:
    text = jwk if isinstance(jwk, bytes) else json.dumps(jwk).encode()
    return DID("jwk", base64.urlsafe_b64encode(text).rstrip(b"=").decode())


def resolve(did: DID) -> Document:
    document, metadata = Jwk().resolve(did, {})
    assert metadata == {}
    return document


def uses(document: Document) -> set[Relationship]:
    return {relationship for relationship, ids in document.relationships.items() if ids}


@pytest.mark.parametrize("did", EXAMPLES)
def test_the_document_is_the_one_of_the_specification(did: str) -> None:
    document = resolve(DID.parse(did))
    assert document.to_json() == EXAMPLES[did]
    assert document.verification_methods[0].public_key is not None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_key_is_a_did_that_says_what_it_is_for(algorithm: str) -> None:
    public = key(algorithm)
    document = resolve(jwk_did(public))
    (method,) = document.verification_methods
    assert method.id == f"{document.did}#0"
    assert method.public_key == public
    agreeing = ALGORITHMS[algorithm].use is Use.KEY_AGREEMENT
    assert uses(document) == ({Relationship.KEY_AGREEMENT} if agreeing else SIGNING)


def test_the_did_made_of_a_key_is_always_the_same() -> None:
    text = jwk_did(key("P-256")).method_specific_id
    jwk = base64.urlsafe_b64decode(text + "==")
    assert jwk == json.dumps(json.loads(jwk), sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ({}, set(Relationship)),
        ({"use": "sig"}, SIGNING),
        ({"use": "enc"}, {Relationship.KEY_AGREEMENT}),
        ({"use": "other", "key_ops": ["verify"], "kid": "1"}, set(Relationship)),
    ],
)
def test_a_key_may_be_used_for_what_it_says(use: Any, expected: set[Relationship]) -> None:
    document = resolve(did_of({**ED25519, **use}))
    assert uses(document) == expected
    assert document.verification_methods[0].raw["publicKeyJwk"] == {
        **ED25519,
        **{name: tuple(value) if isinstance(value, list) else value for name, value in use.items()},
    }


def test_a_key_of_an_unknown_kind_has_a_document_all_the_same() -> None:
    document = resolve(did_of({"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA"}))
    assert document.verification_methods[0].public_key is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"\xff",
        b'{"kty": "OKP", "kty": "EC"}',
        b"{}",
        {"kty": 1},
        {**ED25519, "use": 1},
        {**ED25519, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
        {"kty": "oct", "k": "AA"},
        {"kty": "RSA", "n": "AA", "e": "AQAB", "d": "AA"},
        {**ED25519, "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "EC", "crv": "P-256", "x": ED25519["x"], "y": ED25519["x"]},
        {"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"},
    ],
    ids=str,
)
def test_refuses_what_is_no_public_key(text: bytes | dict[str, Any]) -> None:
    identifier = did_of(text).method_specific_id if text else "AA"
    with pytest.raises(InvalidDID, match="holds no public key") as caught:
        resolve(DID("jwk", identifier))
    assert "nWGxne" not in str(caught.value)


@pytest.mark.parametrize("text", ["A", "AB", "e30.", "e30:e30", "%7B%7D"])
def test_refuses_what_is_not_in_base64url(text: str) -> None:
    with pytest.raises(InvalidDID, match="base64url"):
        resolve(DID("jwk", text))
