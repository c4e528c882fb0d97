from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multiformats import multicodec

from did.encoding import (
    decode_multicodec,
    decode_multikey,
    encode_multicodec,
    encode_multikey,
    from_jwk,
    to_jwk,
)
from did.errors import InvalidKey, UnsupportedKey
from did.keys import (
    ALGORITHMS,
    Algorithm,
    KeyAgreementKey,
    PrivateKey,
    PublicKey,
    Signer,
    SigningKey,
    Use,
    VerifyingKey,
    signing_key,
    verifying_key,
)

CODECS: Final = {
    "Ed25519": "ed25519-pub",
    "X25519": "x25519-pub",
    "secp256k1": "secp256k1-pub",
    "P-256": "p256-pub",
    "P-384": "p384-pub",
    "P-521": "p521-pub",
    "BLS12381G2": "bls12_381-g2-pub",
}
SIGNATURE_SIZES: Final = {"Ed25519": 64, "secp256k1": 64, "P-256": 64, "P-384": 96, "P-521": 132}

every = pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=list(ALGORITHMS))
signing = pytest.mark.parametrize(
    "algorithm", [ALGORITHMS[name] for name in SIGNATURE_SIZES], ids=list(SIGNATURE_SIZES)
)
silent = pytest.mark.parametrize(
    "algorithm", [a for a in ALGORITHMS.values() if a.name not in SIGNATURE_SIZES]
)

SECRETS: Final = st.builds(
    lambda second, rest: bytes([1, second]) + rest,
    st.integers(0, 0xFE),  # below the order of each curve
    st.binary(min_size=64, max_size=64),
)
"""As long as the longest private key; the others take the beginning."""


def private_key(algorithm: Algorithm, secret: bytes = b"\x01" * 66) -> PrivateKey:
    return algorithm.private_key(secret[: algorithm.secret_size])


def signer(algorithm: Algorithm, secret: bytes = b"\x01" * 66) -> SigningKey:
    return signing_key(private_key(algorithm, secret))


@every
def test_stands_in_the_table_under_its_own_name(algorithm: Algorithm) -> None:
    assert ALGORITHMS[algorithm.name] is algorithm
    assert private_key(algorithm).algorithm == algorithm.name
    assert private_key(algorithm).public_key.algorithm == algorithm.name


@every
def test_has_the_prefix_that_the_multicodec_table_gives_it(algorithm: Algorithm) -> None:
    assert multicodec.wrap(CODECS[algorithm.name], b"key") == algorithm.multicodec + b"key"


@signing
@given(secret=SECRETS, message=st.binary(max_size=200))
def test_what_is_signed_verifies_and_is_always_the_same(
    algorithm: Algorithm, secret: bytes, message: bytes
) -> None:
    key = signer(algorithm, secret)
    signature = key.sign(message)
    assert len(signature) == SIGNATURE_SIZES[algorithm.name]
    assert key.sign(message) == signature
    assert key.public_key.verify(signature, message)


@signing
@given(secret=SECRETS, message=st.binary(max_size=40), place=st.floats(0, 1, exclude_max=True))
def test_a_signature_with_one_bit_changed_does_not_verify(
    algorithm: Algorithm, secret: bytes, message: bytes, place: float
) -> None:
    key = signer(algorithm, secret)
    size = SIGNATURE_SIZES[algorithm.name]
    changed = int.from_bytes(key.sign(message)) ^ (1 << int(place * 8 * size))
    assert not key.public_key.verify(changed.to_bytes(size), message)


@signing
@given(signature=st.binary(max_size=140), message=st.binary(max_size=40))
def test_arbitrary_bytes_are_no_signature(
    algorithm: Algorithm, signature: bytes, message: bytes
) -> None:
    assert signer(algorithm).public_key.verify(signature, message) is False


@signing
def test_a_signature_has_its_length_and_no_other(algorithm: Algorithm) -> None:
    key = signer(algorithm)
    signature = key.sign(b"message")
    for other in (b"", signature[:-1], signature[1:], signature + b"\0", b"\0" + signature):
        assert not key.public_key.verify(other, b"message")


@signing
def test_a_signature_is_of_one_message_and_one_key(algorithm: Algorithm) -> None:
    signature = signer(algorithm).sign(b"message")
    other = signer(algorithm, b"\x01\x08" * 33)
    assert not signer(algorithm).public_key.verify(signature, b"another message")
    assert not other.public_key.verify(signature, b"message")


@every
@given(secret=SECRETS)
def test_a_public_key_is_read_back_from_each_of_its_encodings(
    algorithm: Algorithm, secret: bytes
) -> None:
    key: PublicKey = private_key(algorithm, secret).public_key
    assert algorithm.public_key(key.raw) == key
    assert algorithm.join(algorithm.split(key.raw)) == key.raw
    assert decode_multicodec(encode_multicodec(key)) == key
    assert decode_multikey(encode_multikey(key)) == key
    assert from_jwk(to_jwk(key)) == key


@every
@given(secret=SECRETS)
def test_a_private_key_is_made_again_of_the_secret_that_it_exposes(
    algorithm: Algorithm, secret: bytes
) -> None:
    key = private_key(algorithm, secret)
    assert key.expose_secret() == secret[: algorithm.secret_size]
    assert algorithm.private_key(key.expose_secret()).public_key == key.public_key


@every
@given(raw=st.binary(max_size=100))
def test_arbitrary_bytes_are_a_public_key_of_that_very_form_or_refused(
    algorithm: Algorithm, raw: bytes
) -> None:
    try:
        key = algorithm.public_key(raw)
    except InvalidKey:
        return
    assert key.raw == raw
    assert from_jwk(to_jwk(key)) == key


@every
@given(raw=st.binary(min_size=96, max_size=96))
def test_arbitrary_bytes_of_its_length_are_a_public_key_of_that_very_form_or_refused(
    algorithm: Algorithm, raw: bytes
) -> None:
    prefix = raw[:1] if algorithm.kty == "OKP" else bytes([2 + raw[0] % 2])
    length = len(private_key(algorithm).public_key.raw)
    if algorithm.name == "P-521":  # of whose first byte one bit is a coordinate's
        raw = bytes([raw[0], raw[1] & 1]) + raw[2:]
    try:
        key = algorithm.public_key(prefix + raw[1:length])
    except InvalidKey:
        return
    assert key.raw == prefix + raw[1:length]
    assert from_jwk(to_jwk(key)) == key


@every
@pytest.mark.parametrize("length", [0, 31, 33, 47, 49, 64, 65, 67])
def test_refuses_a_private_key_of_another_length(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(InvalidKey, match=f"not {length}$"):
        algorithm.private_key(b"\x01" * length)


@every
@pytest.mark.parametrize("length", [0, 31, 34, 48, 64, 65, 66, 68, 95, 97])
def test_refuses_a_public_key_of_another_length(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(InvalidKey, match=f"not {length}$"):
        algorithm.public_key(b"\x02" * length)


@every
def test_a_private_key_does_not_show_itself(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    for text in (repr(key), str(key), f"{key}"):
        assert text == f"{type(key).__name__}(…)"
    assert not hasattr(key, "__dict__")


@every
def test_a_private_key_is_never_pickled_or_copied(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="never pickled or copied"):
            duplicate(key)


@signing
def test_a_private_key_for_signatures_is_a_signer(algorithm: Algorithm) -> None:
    key: Signer = signer(algorithm)
    assert algorithm.use is Use.SIGNATURE
    assert key.public_key.verify(key.sign(b"message"), b"message")
    assert verifying_key(key.public_key) is key.public_key


@silent
def test_a_key_that_cannot_sign_has_nothing_to_be_called_by_accident(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    assert not isinstance(key, SigningKey)
    assert not isinstance(key.public_key, VerifyingKey)
    assert not hasattr(key, "sign")
    assert not hasattr(key.public_key, "verify")


@silent
def test_a_verifier_or_signer_is_told_why_it_gets_no_signature(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    with pytest.raises(InvalidKey, match=r"verifies (no|a) ") as one:
        verifying_key(key.public_key)
    with pytest.raises(InvalidKey, match=r"makes (no|a) ") as other:
        signing_key(key)
    for refusal in (one, other):
        assert algorithm.name in str(refusal.value)
        agrees = algorithm.use is Use.KEY_AGREEMENT
        assert isinstance(refusal.value, UnsupportedKey) is not agrees


@every
def test_agrees_on_a_secret_where_its_use_says_so_and_only_there(algorithm: Algorithm) -> None:
    agrees = isinstance(private_key(algorithm), KeyAgreementKey)
    assert agrees is (algorithm.use is Use.KEY_AGREEMENT)


@every
def test_is_loaded_without_what_only_ethereum_needs_or_what_is_slow(algorithm: Algorithm) -> None:
    program = f"""
import sys
from did.keys import ALGORITHMS
ALGORITHMS[{algorithm.name!r}]
slow = {{"eth_hash", "Crypto", "py_ecc", "cryptography.hazmat.primitives.asymmetric.ec"}}
sys.exit(bool(sys.modules.keys() & slow))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
