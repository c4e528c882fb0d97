from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from did.encoding import encode_base58btc, encode_multikey, to_jwk
from did.errors import InvalidKey, UnsupportedKey
from did.key_forms import read_key
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey

if TYPE_CHECKING:
    from did.keys import PublicKey

ED25519: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
SECP256K1: Final = Secp256k1PrivateKey(b"\x07" * 32).public_key
EXAMPLE: Final = {"type": "Multikey", "publicKeyMultibase": encode_multikey(ED25519)}


@pytest.mark.parametrize(
    ("type_", "name", "value", "key"),
    [
        ("Multikey", "publicKeyMultibase", encode_multikey(ED25519), ED25519),
        ("Multikey", "publicKeyMultibase", encode_multikey(SECP256K1), SECP256K1),
        ("JsonWebKey", "publicKeyJwk", to_jwk(SECP256K1), SECP256K1),
        ("JsonWebKey2020", "publicKeyJwk", to_jwk(ED25519), ED25519),
        ("Ed25519VerificationKey2020", "publicKeyMultibase", encode_multikey(ED25519), ED25519),
        (
            "Ed25519VerificationKey2018",
            "publicKeyBase58",
            encode_base58btc(ED25519.raw)[1:],
            ED25519,
        ),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyJwk", to_jwk(SECP256K1), SECP256K1),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", SECP256K1.raw.hex(), SECP256K1),
        (
            "EcdsaSecp256k1VerificationKey2019",
            "publicKeyBase58",
            encode_base58btc(SECP256K1.raw)[1:],
            SECP256K1,
        ),
    ],
)
def test_reads_each_form_of_a_key(type_: str, name: str, value: Any, key: PublicKey) -> None:
    assert read_key({"type": type_, name: value}) == key


@pytest.mark.parametrize(
    "method",
    [
        {"type": "Bls12381G2Key2020", "publicKeyBase58": "1"},
        {"type": "X25519KeyAgreementKey2020", "publicKeyMultibase": "z6LS"},
        {"type": "EcdsaSecp256k1RecoveryMethod2020", "blockchainAccountId": "eip155:1:0x0"},
    ],
)
def test_says_which_types_it_does_not_support(method: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedKey, match=method["type"]):
        read_key(method)


@pytest.mark.parametrize("type_", [None, 5, ["Multikey"], {}])
def test_refuses_a_method_without_a_type(type_: Any) -> None:
    with pytest.raises(InvalidKey, match="no type"):
        read_key({**EXAMPLE, "type": type_})


def test_refuses_a_method_with_two_keys_of_which_one_could_be_read() -> None:
    with pytest.raises(InvalidKey, match="publicKeyJwk and publicKeyMultibase"):
        read_key({**EXAMPLE, "publicKeyJwk": to_jwk(SECP256K1)})


def test_refuses_a_method_without_a_key() -> None:
    with pytest.raises(InvalidKey, match="nothing"):
        read_key({"type": "Multikey"})


def test_refuses_a_key_in_a_form_that_is_not_of_its_type() -> None:
    with pytest.raises(InvalidKey, match="holds its key in publicKeyMultibase"):
        read_key({"type": "Multikey", "publicKeyJwk": to_jwk(ED25519)})


def test_refuses_a_key_of_another_algorithm_than_its_type_names() -> None:
    with pytest.raises(InvalidKey, match="not of secp256k1"):
        read_key(
            {
                "type": "Ed25519VerificationKey2020",
                "publicKeyMultibase": encode_multikey(SECP256K1),
            }
        )


@pytest.mark.parametrize("secret", ["secretKeyMultibase", "privateKeyJwk", "privateKeyBase58"])
def test_refuses_a_method_that_gives_away_its_private_key(secret: str) -> None:
    with pytest.raises(InvalidKey, match=secret):
        read_key({**EXAMPLE, secret: "z"})


@pytest.mark.parametrize(
    ("type_", "name", "value"),
    [
        ("Multikey", "publicKeyMultibase", 5),
        ("Multikey", "publicKeyMultibase", ["z6Mk"]),
        ("JsonWebKey", "publicKeyJwk", "{}"),
        ("Ed25519VerificationKey2018", "publicKeyBase58", None),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", {}),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", "xyz"),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", ""),
    ],
)
def test_refuses_a_key_that_is_not_of_its_form(type_: str, name: str, value: Any) -> None:
    with pytest.raises(InvalidKey):
        read_key({"type": type_, name: value})
