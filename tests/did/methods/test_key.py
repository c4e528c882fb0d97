from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import Document, Relationship
from did.encoding import decode_base58btc, decode_base64url, encode_base58btc
from did.errors import InvalidDID, InvalidKey, InvalidKeyInDID, UnsupportedKey
from did.identifier import DID
from did.keys import ALGORITHMS, verifying_key
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.x25519 import X25519PublicKey
from did.methods.key import Key, key_did
from did.resolver import Resolver

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-key"


def read(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


ED25519: Final[dict[str, Any]] = read("ed25519-x25519")
SECP256K1: Final[dict[str, Any]] = read("secp256k1")
NIST: Final[dict[str, Any]] = read("nist-curves")
BLS12381: Final[dict[str, Any]] = read("bls12381")
X25519: Final[dict[str, Any]] = read("x25519")
PUBLISHED: Final = {**ED25519, **SECP256K1, **NIST, **BLS12381, **X25519}
DIFFERENCES: Final[list[dict[str, Any]]] = read("differences")
SPECIFICATION: Final[dict[str, list[str]]] = read("specification")
UNSUPPORTED: Final[dict[str, str]] = read("unsupported")
SECRETS: Final = st.binary(min_size=64, max_size=64).map(b"\x01\x00".__add__)


def resolve(did: str) -> Document:
    document, metadata = Key().resolve(DID.parse(did), {})
    assert metadata == {}
    return document


def ids(document: Document, relationship: Relationship) -> tuple[str, ...]:
    return document.relationships[relationship]


def shape(document: dict[str, Any]) -> dict[str, Any]:
    """What two documents of the same keys may differ in; references as places among the methods."""
    methods = document["verificationMethod"]
    places = {method["id"].rpartition("#")[2]: place for place, method in enumerate(methods)}
    return {
        "@context": document["@context"],
        "type": [method["type"] for method in methods],
        "key": [name for method in methods for name in method if name.startswith("publicKey")],
        **{
            relationship.value: [
                places[reference.rpartition("#")[2]] for reference in document.get(relationship, [])
            ]
            for relationship in Relationship
        },
    }


@pytest.mark.parametrize("did", PUBLISHED)
def test_differs_from_the_published_document_where_it_was_decided_and_nowhere_else(
    did: str,
) -> None:
    document = resolve(did)
    kind = document.verification_methods[0].require_key().algorithm
    here, published = shape(document.to_json()), shape(PUBLISHED[did]["didDocument"])
    different = {name for name in published if here[name] != published[name]}
    assert different == {entry["property"] for entry in DIFFERENCES if kind in entry["kinds"]}


@pytest.mark.parametrize("did", PUBLISHED)
def test_has_the_methods_of_the_published_document(did: str) -> None:
    document, published = resolve(did), Document.parse(PUBLISHED[did]["didDocument"])
    methods = [(m.id, m.controller, m.require_key()) for m in document.verification_methods]
    assert methods == [
        (m.id, m.controller, m.require_key()) for m in published.verification_methods
    ]


def test_every_kind_of_key_has_a_published_document() -> None:
    kinds = {resolve(did).verification_methods[0].require_key().algorithm for did in PUBLISHED}
    assert kinds == set(ALGORITHMS)


@pytest.mark.parametrize(("did", "vector"), ED25519.items())
def test_an_ed25519_key_brings_the_x25519_key_made_of_it(did: str, vector: dict[str, Any]) -> None:
    document = resolve(did)
    agreement = document.verification_methods[1]
    key = decode_base58btc("z" + vector["keyAgreementKeyPair"]["publicKeyBase58"])
    assert agreement.public_key == X25519PublicKey(key)
    assert agreement.id == did + vector["keyAgreementKeyPair"]["id"]
    assert ids(document, Relationship.KEY_AGREEMENT) == (agreement.id,)


@pytest.mark.parametrize("kind", ["secp256k1", "P-256", "P-384", "P-521", "BLS12381G2"])
def test_another_key_that_signs_agrees_on_nothing(kind: str) -> None:
    key = ALGORITHMS[kind].private_key(b"\x01" * ALGORITHMS[kind].secret_size).public_key
    document = resolve(str(key_did(key)))
    assert ids(document, Relationship.KEY_AGREEMENT) == ()
    (method,) = document.verification_methods
    for relationship in set(Relationship) - {Relationship.KEY_AGREEMENT}:
        assert ids(document, relationship) == (method.id,)


@pytest.mark.parametrize("did", X25519)
def test_an_x25519_key_is_for_key_agreement_and_nothing_else(did: str) -> None:
    document = resolve(did)
    (method,) = document.verification_methods
    assert ids(document, Relationship.KEY_AGREEMENT) == (method.id,)
    for relationship in set(Relationship) - {Relationship.KEY_AGREEMENT}:
        assert relationship not in document.to_json()
        assert ids(document, relationship) == ()
    with pytest.raises(InvalidKey, match="for key agreement and verifies no signature"):
        verifying_key(method.require_key())


@pytest.mark.parametrize(("did", "vector"), ED25519.items())
def test_is_made_of_the_published_seed(did: str, vector: dict[str, Any]) -> None:
    key = Ed25519PrivateKey(bytes.fromhex(vector["seed"]))
    assert str(key_did(key.public_key)) == did


@pytest.mark.parametrize(
    ("did", "kind", "pair"),
    [(did, "secp256k1", vector["verificationKeyPair"]) for did, vector in SECP256K1.items()]
    + [(did, "BLS12381G2", vector["verificationKeyPair"]) for did, vector in BLS12381.items()]
    + [(did, None, vector["verificationMethod"]) for did, vector in NIST.items()],
)
def test_is_made_of_the_published_private_key(
    did: str, kind: str | None, pair: dict[str, Any]
) -> None:
    if "privateKeyJwk" in pair:
        kind, secret = pair["privateKeyJwk"]["crv"], decode_base64url(pair["privateKeyJwk"]["d"])
    else:
        secret = decode_base58btc("z" + pair["privateKeyBase58"])
    key = ALGORITHMS[kind or "P-256"].private_key(secret)
    assert str(key_did(key.public_key)) == did


@pytest.mark.parametrize(
    ("kind", "did"), [(kind, did) for kind, dids in SPECIFICATION.items() for did in dids]
)
def test_resolves_the_examples_of_the_specification(kind: str, did: str) -> None:
    method = resolve(did).verification_methods[0]
    assert method.id == f"{did}#{did.removeprefix('did:key:')}"
    assert method.require_key().algorithm == kind


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
    size = ALGORITHMS[algorithm].secret_size
    key = ALGORITHMS[algorithm].private_key(secret[:size]).public_key
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
        encode_base58btc(b"\xec\x01" + bytes(32)),
        encode_base58btc(b"\xec\x01" + b"\xff" * 32),
        encode_base58btc(b"\x80\x24" + b"\x02" + b"\xff" * 32),
        encode_base58btc(b"\x81\x24" + b"\x02" + b"\xff" * 48),
        encode_base58btc(b"\x82\x24" + b"\x02" + b"\xff" * 66),
        encode_base58btc(b"\x82\x24" + b"\x02\x01" + b"\xff" * 65),
        encode_base58btc(b"\x82\x24" + bytes(67)),
        encode_base58btc(b"\xeb\x01" + b"\xc0" + bytes(95)),
    ],
    ids=lambda text: text[:24],
)
def test_refuses_what_is_not_exactly_one_key(text: str) -> None:
    with pytest.raises(InvalidDID):
        resolve(f"did:key:{text}")


def test_a_key_of_another_length_than_its_kind_has_a_name_of_its_own() -> None:
    short = encode_base58btc(b"\xed\x01" + ED25519_RAW[:-1])
    with pytest.raises(InvalidKeyInDID, match="has 32 bytes, not 31") as refusal:
        resolve(f"did:key:{short}")
    problem = refusal.value.problem()
    assert problem["code"] == "invalidPublicKeyLength"
    assert problem["type"] == "https://www.w3.org/ns/did#INVALID_DID"


@pytest.mark.parametrize("did", sorted(PUBLISHED.keys() - UNSUPPORTED.keys()))
def test_gives_the_same_key_as_a_json_web_key_where_that_is_asked_for(did: str) -> None:
    given = Resolver().resolve(did, publicKeyFormat="JsonWebKey").require()
    multikeys = resolve(did)
    assert given.raw["@context"][1] == "https://w3id.org/security/jwk/v1"
    for one, other in zip(given.verification_methods, multikeys.verification_methods, strict=True):
        assert (one.id, one.public_key) == (other.id, other.public_key)
        assert one.raw["type"] == "JsonWebKey"
    assert Resolver().resolve(did, publicKeyFormat="Multikey").require() == multikeys
    assert Resolver().dereference(f"{did}?publicKeyFormat=JsonWebKey") == given


@pytest.mark.parametrize(
    ("wanted", "code", "standard"),
    [
        ("unknown", "unsupportedPublicKeyType", "FEATURE_NOT_SUPPORTED"),
        ("JsonWebKey2020", "unsupportedPublicKeyType", "FEATURE_NOT_SUPPORTED"),
        ("Ed25519VerificationKey2018", "invalidPublicKeyType", "INVALID_OPTIONS"),
    ],
)
def test_gives_a_key_as_nothing_else(wanted: str, code: str, standard: str) -> None:
    error = Resolver().resolve(f"did:key:{ED25519_TEXT}", publicKeyFormat=wanted).error
    assert error is not None
    assert error.undecided
    assert error.problem()["code"] == code
    assert error.problem()["type"] == f"https://www.w3.org/ns/did#{standard}"
