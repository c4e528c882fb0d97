from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from did.encoding import to_jwk
from did.errors import InvalidKey, UnsupportedKey
from did.keys import ALGORITHMS
from did.pem import (
    MAX_LENGTH,
    decode_pem,
    decode_private_pem,
    encode_pem,
    unsafe_encode_private_pem,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

    from did.keys import PrivateKey

FORMS: Final = ("Ed25519", "X25519", "secp256k1", "P-256", "P-384", "P-521")
SECRETS: Final = st.binary(min_size=64, max_size=64).map(b"\x01\x00".__add__)
OTHERS: Final[dict[str, PrivateKeyTypes]] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "brainpoolP256r1": ec.generate_private_key(ec.BrainpoolP256R1()),
    "Ed448": ed448.Ed448PrivateKey.generate(),
}
VECTORS: Final = Path(__file__).parents[1] / "vectors" / "pem"
OPENSSL: Final[dict[str, Any]] = json.loads((VECTORS / "openssl.json").read_bytes())
REFUSED: Final[dict[str, str]] = json.loads((VECTORS / "refused.json").read_bytes())


def private_key(name: str, secret: bytes = b"\x01" * 66) -> PrivateKey:
    return ALGORITHMS[name].private_key(secret[: ALGORITHMS[name].secret_size])


def public_pem(key: PublicKeyTypes) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: PrivateKeyTypes, password: bytes | None = None) -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


@pytest.mark.parametrize("name", FORMS)
@given(secret=SECRETS)
def test_a_key_is_read_back_from_what_was_written(name: str, secret: bytes) -> None:
    key = private_key(name, secret)
    assert decode_pem(encode_pem(key.public_key)) == key.public_key
    again = decode_private_pem(unsafe_encode_private_pem(key))
    assert (again.algorithm, again.expose_secret()) == (name, key.expose_secret())


@pytest.mark.parametrize("name", OPENSSL)
def test_reads_and_writes_what_openssl_wrote(name: str) -> None:
    vector = OPENSSL[name]
    key = decode_private_pem(vector["private"])
    assert key.public_key == decode_pem(vector["public"])
    assert key.algorithm == name
    assert encode_pem(key.public_key) == vector["public"]
    assert to_jwk(key.public_key)["crv"] == name


def test_writes_ed25519_as_rfc_8410_does() -> None:
    # Section 10.1 and 10.3.
    public = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        "-----END PUBLIC KEY-----\n"
    )
    private = (
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n"
    )
    key = decode_private_pem(private)
    assert encode_pem(key.public_key) == public
    assert unsafe_encode_private_pem(key) == private


def test_bls_keys_have_no_form_in_pem() -> None:
    key = private_key("BLS12381G2")
    with pytest.raises(UnsupportedKey, match="keys of BLS12381G2 have no form in PEM"):
        encode_pem(key.public_key)
    with pytest.raises(UnsupportedKey, match="keys of BLS12381G2 have no form in PEM"):
        unsafe_encode_private_pem(key)


@pytest.mark.parametrize("kind", OTHERS)
def test_says_that_it_does_not_support_a_key_of_another_kind(kind: str) -> None:
    key = OTHERS[kind]
    with pytest.raises(UnsupportedKey, match="another kind") as refusal:
        decode_pem(public_pem(key.public_key()))
    assert refusal.value.hint == "supported: Ed25519, X25519, secp256k1, P-256, P-384, P-521"
    with pytest.raises(UnsupportedKey, match="another kind"):
        decode_private_pem(private_pem(key))


def test_says_so_of_a_kind_that_nobody_knows() -> None:
    unknown = encode_pem(private_key("Ed25519").public_key).replace("K2VwAyEA", "K2VhAyEA")
    with pytest.raises(UnsupportedKey, match="another kind"):
        decode_pem(unknown)
    private = unsafe_encode_private_pem(private_key("Ed25519")).replace("K2VwBCIE", "K2VhBCIE")
    with pytest.raises(UnsupportedKey, match="another kind") as refusal:
        decode_private_pem(private)
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("name", FORMS)
def test_a_private_key_is_no_public_key_and_the_other_way_round(name: str) -> None:
    key = private_key(name)
    with pytest.raises(InvalidKey, match="holds a private key"):
        decode_pem(unsafe_encode_private_pem(key))
    with pytest.raises(InvalidKey, match="'PUBLIC KEY', not a 'PRIVATE KEY'"):
        decode_private_pem(encode_pem(key.public_key))


def test_opens_an_encrypted_key_with_its_password_alone() -> None:
    sealed = private_pem(ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32), b"password")
    assert decode_private_pem(sealed, password=b"password").expose_secret() == b"\x07" * 32
    for password in (None, b""):
        with pytest.raises(InvalidKey, match="is encrypted"):
            decode_private_pem(sealed, password=password)
    with pytest.raises(InvalidKey, match="that this password opens") as refusal:
        decode_private_pem(sealed, password=b"another")
    assert refusal.value.__suppress_context__
    with pytest.raises(InvalidKey, match="holds a private key"):
        decode_pem(sealed)


def test_a_password_is_not_looked_at_where_nothing_is_encrypted() -> None:
    plain = unsafe_encode_private_pem(private_key("P-256"))
    assert decode_private_pem(plain, password=b"password").algorithm == "P-256"


PUBLIC: Final = encode_pem(private_key("P-256").public_key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MCowBQYDK2VwAyEA",
        PUBLIC + PUBLIC,
        "a comment\n" + PUBLIC,
        PUBLIC + "a comment",
        PUBLIC.replace("END PUBLIC", "END PRIVATE"),
        PUBLIC.replace("=", "é"),
        PUBLIC.replace("-----BEGIN", "Proc-Type: 4,ENCRYPTED\n-----BEGIN"),
    ],
)
def test_refuses_what_is_not_one_block_alone(text: str) -> None:
    with pytest.raises(InvalidKey, match="not one block of PEM"):
        decode_pem(text)
    with pytest.raises(InvalidKey, match="not one block of PEM"):
        decode_private_pem(text)


@pytest.mark.parametrize("label", ["CERTIFICATE", "EC PRIVATE KEY", "RSA PUBLIC KEY"])
def test_refuses_a_block_of_another_kind(label: str) -> None:
    text = f"-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"
    with pytest.raises(InvalidKey, match=f"is a '{label}', not a 'PUBLIC KEY'"):
        decode_pem(text)
    with pytest.raises(InvalidKey, match=f"is a '{label}', not a 'PRIVATE KEY'"):
        decode_private_pem(text)


@pytest.mark.parametrize("body", ["AAAA", "A", "MCowBQYDK2VwAyEA"])
def test_refuses_a_block_without_a_key(body: str) -> None:
    with pytest.raises(InvalidKey, match="holds no public key"):
        decode_pem(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    with pytest.raises(InvalidKey, match="holds no private key"):
        decode_private_pem(f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")


def test_refuses_an_endless_text() -> None:
    for read in (decode_pem, decode_private_pem):
        with pytest.raises(InvalidKey, match=f"longer than {MAX_LENGTH}"):
            read(PUBLIC + " " * MAX_LENGTH)


def test_refuses_a_point_that_is_safe_for_openssl_alone() -> None:
    small_order = ed25519.Ed25519PublicKey.from_public_bytes(bytes(32))
    with pytest.raises(InvalidKey, match="safe point"):
        decode_pem(public_pem(small_order))


def test_takes_lines_of_another_length() -> None:
    lines = PUBLIC.splitlines()
    assert decode_pem("\r\n".join([lines[0], "".join(lines[1:-1]), lines[-1]])) == decode_pem(
        PUBLIC
    )


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_refuses_a_curve_by_its_parameters_and_a_point_in_another_form(text: str) -> None:
    with pytest.raises(InvalidKey, match="the one way"):
        decode_pem(text)


@given(st.text(max_size=300) | st.binary(max_size=300).map(bytes.hex))
def test_arbitrary_text_is_no_key(text: str) -> None:
    for block in (text, f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(InvalidKey):
            decode_pem(block)
        with pytest.raises(InvalidKey):
            decode_private_pem(block.replace("PUBLIC", "PRIVATE"))
