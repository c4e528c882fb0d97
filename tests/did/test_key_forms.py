from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.encoding import encode_base58btc, encode_multikey, to_jwk
from did.errors import InvalidKey, UnsupportedKey
from did.key_forms import read_key
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p256 import P256PrivateKey
from did.keys.p384 import P384PrivateKey
from did.keys.p521 import P521PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from did.keys.x25519 import X25519PrivateKey

if TYPE_CHECKING:
    from did.keys import PublicKey


def base64(key: PublicKey) -> str:
    return b64encode(key.raw).decode()


ED25519: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
X25519: Final = X25519PrivateKey(b"\x07" * 32).public_key
P256: Final = P256PrivateKey(b"\x07" * 32).public_key
P384: Final = P384PrivateKey(b"\x07" * 48).public_key
P521: Final = P521PrivateKey(b"\x01" * 66).public_key
BLS: Final = Bls12381G2PrivateKey(b"\x07" * 32).public_key
SECP256K1: Final = Secp256k1PrivateKey(b"\x07" * 32).public_key
FULL: Final = SECP256K1.uncompressed()
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
        ("Multikey", "publicKeyMultibase", encode_multikey(X25519), X25519),
        ("Multikey", "publicKeyMultibase", encode_multikey(P384), P384),
        ("Multikey", "publicKeyMultibase", encode_multikey(P521), P521),
        ("Multikey", "publicKeyMultibase", encode_multikey(BLS), BLS),
        ("JsonWebKey", "publicKeyJwk", to_jwk(X25519), X25519),
        ("JsonWebKey", "publicKeyJwk", to_jwk(P256), P256),
        ("JsonWebKey2020", "publicKeyJwk", to_jwk(P384), P384),
        ("JsonWebKey", "publicKeyJwk", to_jwk(P521), P521),
        ("JsonWebKey2020", "publicKeyJwk", to_jwk(P521), P521),
        ("JsonWebKey2020", "publicKeyJwk", to_jwk(BLS), BLS),
        ("Ed25519VerificationKey2018", "publicKeyHex", ED25519.raw.hex(), ED25519),
        ("Ed25519VerificationKey2018", "publicKeyBase64", base64(ED25519), ED25519),
        ("Ed25519VerificationKey2018", "publicKeyJwk", to_jwk(ED25519), ED25519),
        ("X25519KeyAgreementKey2020", "publicKeyMultibase", encode_multikey(X25519), X25519),
        ("X25519KeyAgreementKey2019", "publicKeyBase58", encode_base58btc(X25519.raw)[1:], X25519),
        ("X25519KeyAgreementKey2019", "publicKeyHex", X25519.raw.hex(), X25519),
        ("X25519KeyAgreementKey2019", "publicKeyBase64", base64(X25519), X25519),
        ("X25519KeyAgreementKey2019", "publicKeyJwk", to_jwk(X25519), X25519),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", f"04{FULL.hex()}", SECP256K1),
        (
            "EcdsaSecp256k1VerificationKey2019",
            "publicKeyBase58",
            encode_base58btc(b"\x04" + FULL)[1:],
            SECP256K1,
        ),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyBase64", base64(SECP256K1), SECP256K1),
        (
            "EcdsaSecp256k1VerificationKey2019",
            "publicKeyMultibase",
            encode_multikey(SECP256K1),
            SECP256K1,
        ),
        ("EcdsaSecp256r1VerificationKey2019", "publicKeyHex", P256.raw.hex(), P256),
        ("EcdsaSecp256r1VerificationKey2019", "publicKeyJwk", to_jwk(P256), P256),
        ("P256Key2021", "publicKeyMultibase", encode_multikey(P256), P256),
        ("P384Key2021", "publicKeyMultibase", encode_multikey(P384), P384),
        ("P521Key2021", "publicKeyMultibase", encode_multikey(P521), P521),
        ("P521Key2021", "publicKeyBase58", encode_base58btc(P521.raw)[1:], P521),
        ("Bls12381G2Key2020", "publicKeyBase58", encode_base58btc(BLS.raw)[1:], BLS),
    ],
)
def test_reads_each_form_of_a_key(type_: str, name: str, value: Any, key: PublicKey) -> None:
    assert read_key({"type": type_, name: value}) == key


@pytest.mark.parametrize(
    "method",
    [
        {"type": "Bls12381G1Key2020", "publicKeyBase58": "1"},
        {"type": "RsaVerificationKey2018", "publicKeyPem": "-----BEGIN PUBLIC KEY-----"},
        {"type": "EcdsaSecp256k1RecoveryMethod2020", "publicKeyHex": "02"},
    ],
)
def test_says_which_types_it_does_not_support(method: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedKey, match=method["type"]):
        read_key(method)


@pytest.mark.parametrize("name", ["blockchainAccountId", "ethereumAddress"])
@pytest.mark.parametrize(
    "type_", ["EcdsaSecp256k1RecoveryMethod2020", "BlockchainVerificationMethod2021"]
)
def test_says_of_a_method_that_names_an_account_that_it_holds_no_key(type_: str, name: str) -> None:
    with pytest.raises(UnsupportedKey, match=f"^the {type_} names an account on a blockchain"):
        read_key({"type": type_, name: "eip155:1:0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"})


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
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", "04"),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", f"04{FULL.hex()}00"),
        ("EcdsaSecp256k1VerificationKey2019", "publicKeyHex", f"04{bytes(64).hex()}"),
        ("Ed25519VerificationKey2018", "publicKeyHex", f"04{FULL.hex()}"),
        ("Ed25519VerificationKey2018", "publicKeyBase64", "é"),
        ("Ed25519VerificationKey2018", "publicKeyBase64", base64(ED25519).rstrip("=")),
        ("X25519KeyAgreementKey2019", "publicKeyHex", bytes(32).hex()),
        ("X25519KeyAgreementKey2020", "publicKeyMultibase", "z6LS"),
        ("X25519KeyAgreementKey2020", "publicKeyMultibase", encode_multikey(ED25519)),
        ("P256Key2021", "publicKeyMultibase", encode_multikey(P384)),
        ("P384Key2021", "publicKeyMultibase", encode_multikey(P256)),
        ("P521Key2021", "publicKeyMultibase", encode_multikey(P384)),
        ("Bls12381G2Key2020", "publicKeyBase58", "1" * 96),
    ],
)
def test_refuses_a_key_that_is_not_of_its_form(type_: str, name: str, value: Any) -> None:
    with pytest.raises(InvalidKey):
        read_key({"type": type_, name: value})
