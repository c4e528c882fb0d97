from __future__ import annotations

import json
import subprocess
import traceback
from base64 import b64decode, b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from did.base_encodings import encode_base64url
from did.confidential import SecretBytes
from did.keys import ALGORITHMS
from did.pem import unsafe_encode_private_pem
from did.private_jwk import unsafe_encode_private_jwk
from wallet.errors import BadInput
from wallet.vault.key_file import is_encrypted, read_key
from wallet.vault.secret import Secret

NAMES = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")
PASSWORD = Secret("a password 口令")


def key(name: str) -> Any:
    algorithm = ALGORITHMS[name]
    return algorithm.private_key(bytes(range(1, algorithm.secret_size + 1)))


def jwk(name: str, **members: object) -> bytes:
    return json.dumps({**unsafe_encode_private_jwk(key(name)), **members}).encode()


def pem(
    made: Any,
    encryption: KeySerializationEncryption = NoEncryption(),  # noqa: B008 - it holds nothing
    form: PrivateFormat = PrivateFormat.PKCS8,
) -> bytes:
    data: bytes = made.private_bytes(Encoding.PEM, form, encryption)
    return data


def encrypted(*options: str) -> bytes:
    """A key that OpenSSL encrypted with the password `x`."""
    plain = pem(ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
    command = ("openssl", "pkcs8", "-topk8", "-passout", "pass:x", *options)
    return subprocess.run(command, input=plain, capture_output=True, check=True).stdout


def test_takes_the_key_of_a_set_that_is_named() -> None:
    keys = [json.loads(jwk(name, kid=f"key {name}")) for name in NAMES]
    data = json.dumps({"keys": keys}).encode()
    for name in NAMES:
        assert read_key(data, kid=f"key {name}").public_key == key(name).public_key
    with pytest.raises(BadInput, match="not of one key called 'other'") as caught:
        read_key(data, kid="other")
    assert caught.value.hint == f"--kid names one: {', '.join(f'key {name}' for name in NAMES)}"
    with pytest.raises(BadInput, match=r"not of one key$"):
        read_key(data)


def test_a_set_in_which_two_keys_have_one_name_is_refused() -> None:
    keys = [json.loads(jwk(name, kid="same")) for name in NAMES]
    with pytest.raises(BadInput, match="not of one key called"):
        read_key(json.dumps({"keys": keys}).encode(), kid="same")


@pytest.mark.parametrize("name", NAMES)
def test_reads_a_key_in_either_form(name: str) -> None:
    made = key(name)
    text = unsafe_encode_private_pem(made)
    forms = (
        text.encode(),
        b"\r\n  " + text.replace("\n", "\r\n").encode(),
        jwk(name, kid="mine", alg="ES256", use="sig", key_ops=["sign", "verify"]),
        b"\n" + json.dumps({"keys": [json.loads(jwk(name))]}).encode(),
    )
    for form in forms:
        read = read_key(form)
        assert (read.algorithm, read.expose_secret()) == (name, made.expose_secret())
        assert not is_encrypted(form)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-v2", "aes-256-cbc", "-iter", "20000"),
        ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"),
        ("-scrypt",),
    ],
)
def test_reads_an_encrypted_key_with_its_password(options: tuple[str, ...]) -> None:
    data = encrypted(*options)
    assert is_encrypted(data)
    assert read_key(data, Secret("x")).expose_secret() == b"\x07" * 32
    with pytest.raises(BadInput, match="password"):
        read_key(data, Secret("y"))
    with pytest.raises(BadInput, match="encrypted") as caught:
        read_key(data)
    assert "password" in str(caught.value.hint)


def test_reads_an_encrypted_key_of_another_library() -> None:
    data = pem(ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption("口令".encode()))
    assert read_key(data, Secret("口令")).algorithm == "P-256"


@pytest.mark.parametrize(
    "options",
    [
        ("-scrypt", "-scrypt_N", "16384", "-scrypt_r", "8", "-scrypt_p", "17"),
        ("-v1", "PBE-SHA1-3DES"),
    ],
)
def test_refuses_a_password_that_costs_too_much_or_too_little(options: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match=r"too long|a way that is not read"):
        read_key(encrypted(*options), Secret("x"))


def test_refuses_rounds_without_an_end_before_the_first() -> None:
    data = with_endless_rounds(encrypted("-v2", "aes-256-cbc", "-iter", "20000"))
    with pytest.raises(BadInput, match="too long"):
        read_key(data, Secret("x"))


def with_endless_rounds(block: bytes) -> bytes:
    """The same with 2^31 - 1 rounds for 20,000: two bytes more, and so in each sequence around."""
    der = bytearray(b64decode(b"".join(block.splitlines()[1:-1])))
    at = der.index(b"\x02\x02\x4e\x20")
    der[at : at + 4] = b"\x02\x04\x7f\xff\xff\xff"
    place = 0
    while place < at:
        long = der[place + 1] == 0x81
        length_at = place + 1 + long
        if der[place] == 0x30 and length_at + der[length_at] >= at:
            der[length_at] += 2
            place = length_at + 1
        else:
            place = length_at + 1 + der[length_at]
    label = b"ENCRYPTED PRIVATE KEY-----"
    return b"-----BEGIN " + label + b"\n" + b64encode(der) + b"\n-----END " + label + b"\n"


PUBLIC = (
    ed25519.Ed25519PrivateKey.generate()
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)
HOSTILE = {
    "nothing": b"",
    "spaces": b" \n\t ",
    "another file": b"PNG\x89\x00\xff",
    "a passphrase": b"correct horse battery staple\n",
    "a public key": PUBLIC,
    "a public JWK": json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}).encode(),
    "an RSA key": pem(rsa.generate_private_key(65537, 2048)),
    "a key for agreement": pem(x25519.X25519PrivateKey.generate()),
    "another curve": pem(ec.generate_private_key(ec.BrainpoolP512R1())),
    "another Edwards curve": pem(ed448.Ed448PrivateKey.generate()),
    "an EC key of SEC 1": pem(
        ec.generate_private_key(ec.SECP256R1()), form=PrivateFormat.TraditionalOpenSSL
    ),
    "an SSH key": pem(ed25519.Ed25519PrivateKey.generate(), form=PrivateFormat.OpenSSH),
    "two blocks": pem(ed25519.Ed25519PrivateKey.generate()) * 2,
    "a block without an end": b"-----BEGIN PRIVATE KEY-----\nAAAA",
    "an empty block": b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "a block of noise": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "a block that is too long": b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 60_000,
    "an encrypted block of noise": (
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
    ),
    "an encrypted block that is not closed": b"-----BEGIN ENCRYPTED PRIVATE KEY-----",
    "JSON that is cut off": jwk("Ed25519")[:-1],
    "a member twice": jwk("Ed25519")[:-1] + b', "d": "AAAA"}',
    "a nest": b'{"keys":' + b"[" * 30_000,
    "a set of none": b'{"keys": []}',
    "a set of two": b'{"keys": [' + jwk("Ed25519") + b"," + jwk("P-256") + b"]}",
    "a set that is none": b'{"keys": {"0": 1}}',
    "a set of texts": b'{"keys": ["key"]}',
    "a symmetric key": b'{"kty": "oct", "k": "AAAA"}',
    "a key for encryption": jwk("Ed25519", use="enc"),
    "a key that only verifies": jwk("P-256", key_ops=["verify"]),
    "another's public half": jwk(
        "Ed25519", x=unsafe_encode_private_jwk(ALGORITHMS["Ed25519"].private_key(b"\x09" * 32))["x"]
    ),
    "a scalar of zero": jwk("P-256", d=encode_base64url(bytes(32))),
    "a scalar that is cut": jwk("P-384", d=encode_base64url(bytes(47))),
    "a scalar without its zeros": jwk("P-521", d=encode_base64url(b"\x01" * 65)),
    "a number": jwk("Ed25519", d=7),
    "a byte order mark": b"\xef\xbb\xbf" + jwk("Ed25519"),
    "UTF-16": jwk("Ed25519").decode().encode("utf-16"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_refuses_anything_else_in_one_line_that_quotes_nothing(data: bytes) -> None:
    for password in (None, PASSWORD):
        with pytest.raises(BadInput) as caught:
            read_key(data, password)
        assert len(str(caught.value)) < 200
        assert "\n" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        shown = "".join(traceback.format_exception(caught.value))
        assert json.loads(jwk("Ed25519"))["d"] not in shown
        assert json.loads(jwk("P-256"))["d"] not in shown


@pytest.mark.parametrize(
    "data",
    [jwk("Ed25519", x="A" * 43), jwk("Ed25519", use="enc"), b'{"keys": [' + jwk("X25519") + b"]}"],
)
def test_no_traceback_shows_a_key_even_with_its_locals(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read_key(SecretBytes(data))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert len(shown.stack) > 1
    below = str([frame.locals for frame in shown.stack[1:]])
    assert all(json.loads(jwk(name))["d"] not in below for name in ("Ed25519", "X25519"))


@given(st.binary(max_size=300), st.sampled_from([b"", b"{", b"-----BEGIN PRIVATE KEY-----\n"]))
def test_refuses_noise_with_its_own_error(noise: bytes, head: bytes) -> None:
    with pytest.raises(BadInput):
        read_key(head + noise, PASSWORD)
