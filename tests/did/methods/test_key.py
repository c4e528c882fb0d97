from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import Document, Relationship
from did.encoding import decode_base58btc, encode_base58btc
from did.errors import InvalidDID, UnsupportedKey
from did.identifier import DID
from did.keys import ALGORITHMS
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from did.methods.key import Key, key_did

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-key"
ED25519: Final[dict[str, Any]] = json.loads((VECTORS / "ed25519-x25519.json").read_bytes())
SECP256K1: Final[dict[str, Any]] = json.loads((VECTORS / "secp256k1.json").read_bytes())
UNSUPPORTED: Final[dict[str, str]] = json.loads((VECTORS / "unsupported.json").read_bytes())
SECRETS: Final = st.binary(min_size=32, max_size=32).filter(lambda secret: 0 < secret[0] < 255)


def resolve(did: str) -> Document:
    document, metadata = Key().resolve(DID.parse(did), {})
    assert metadata == {}
    return document


def ids(document: Document, relationship: Relationship) -> tuple[str, ...]:
    return document.relationships[relationship]


@pytest.mark.parametrize("did", [*ED25519, *SECP256K1])
def test_has_the_methods_and_uses_of_the_published_document(did: str) -> None:
    published = Document.parse({**ED25519, **SECP256K1}[did]["didDocument"])
    document = resolve(did)
    signing = published.verification_methods[0]
    assert document.verification_methods[0].id == signing.id
    assert document.verification_methods[0].public_key == signing.public_key
    assert signing.public_key is not None
    for relationship in set(Relationship) - {Relationship.KEY_AGREEMENT}:
        assert ids(document, relationship) == ids(published, relationship) == (signing.id,)


@pytest.mark.parametrize(("did", "vector"), ED25519.items())
def test_an_ed25519_key_brings_the_x25519_key_made_of_it(did: str, vector: dict[str, Any]) -> None:
    document = resolve(did)
    agreement = document.verification_methods[1]
    key = decode_base58btc("z" + vector["keyAgreementKeyPair"]["publicKeyBase58"])
    assert agreement.raw["publicKeyMultibase"] == encode_base58btc(b"\xec\x01" + key)
    assert agreement.id == did + vector["keyAgreementKeyPair"]["id"]
    assert ids(document, Relationship.KEY_AGREEMENT) == (agreement.id,)


@pytest.mark.parametrize("did", SECP256K1)
def test_a_secp256k1_key_agrees_on_nothing(did: str) -> None:
    assert ids(resolve(did), Relationship.KEY_AGREEMENT) == ()


@pytest.mark.parametrize(("did", "vector"), ED25519.items())
def test_is_made_of_the_published_seed(did: str, vector: dict[str, Any]) -> None:
    key = Ed25519PrivateKey(bytes.fromhex(vector["seed"]))
    assert str(key_did(key.public_key)) == did


@pytest.mark.parametrize(("did", "vector"), SECP256K1.items())
def test_is_made_of_the_published_private_key(did: str, vector: dict[str, Any]) -> None:
    secret = decode_base58btc("z" + vector["verificationKeyPair"]["privateKeyBase58"])
    assert str(key_did(Secp256k1PrivateKey(secret).public_key)) == did


def test_the_document_is_the_one_of_the_specification() -> None:
    text = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
    did = f"did:key:{text}"
    assert resolve(did).to_json() == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{text}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": text,
            }
        ],
        "authentication": [f"{did}#{text}"],
        "assertionMethod": [f"{did}#{text}"],
        "capabilityInvocation": [f"{did}#{text}"],
        "capabilityDelegation": [f"{did}#{text}"],
    }


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(secret=SECRETS)
def test_every_key_is_a_did_and_every_did_that_key(algorithm: str, secret: bytes) -> None:
    key = ALGORITHMS[algorithm].private_key(secret).public_key
    document, _ = Key().resolve(key_did(key), {})
    assert document.verification_methods[0].public_key == key


@pytest.mark.parametrize(("kind", "did"), UNSUPPORTED.items())
def test_says_which_kinds_of_key_it_does_not_support(kind: str, did: str) -> None:
    with pytest.raises(UnsupportedKey, match=f"'{kind}'"):
        resolve(did)


ED25519_TEXT: Final = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
ED25519_RAW: Final = decode_base58btc(ED25519_TEXT)[2:]


@pytest.mark.parametrize(
    "text",
    [
        ED25519_TEXT.upper(),
        ED25519_TEXT[:-1],
        ED25519_TEXT + "1",
        "1.1:" + ED25519_TEXT,
        ED25519_TEXT + "%0A",
        "u7QE" + ED25519_TEXT,
        "z",
        "z" + "1" * 2000,
        encode_base58btc(b"\xed\x81\x00" + ED25519_RAW),
        encode_base58btc(b"\xed\x01" + ED25519_RAW[:-1]),
        encode_base58btc(b"\xed\x01" + ED25519_RAW + b"\0"),
        encode_base58btc(b"\xed\x01" + bytes(32)),
        encode_base58btc(b"\xe7\x01" + b"\x02" + b"\xff" * 32),
    ],
    ids=lambda text: text[:24],
)
def test_refuses_what_is_not_exactly_one_key(text: str) -> None:
    with pytest.raises(InvalidDID):
        resolve(f"did:key:{text}")
