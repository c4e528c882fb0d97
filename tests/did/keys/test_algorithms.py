from __future__ import annotations

import copy
import pickle
import subprocess
import sys

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
from did.errors import InvalidKey
from did.keys import ALGORITHMS, Algorithm, PrivateKey, PublicKey, Signer

pytestmark = pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=list(ALGORITHMS))

SECRETS = st.binary(min_size=32, max_size=32).filter(lambda secret: 0 < secret[0] < 255)


def private_key(algorithm: Algorithm, fill: int = 7) -> PrivateKey:
    return algorithm.private_key(bytes([fill]) * 32)


def test_stands_in_the_table_under_its_own_name(algorithm: Algorithm) -> None:
    assert ALGORITHMS[algorithm.name] is algorithm
    assert private_key(algorithm).algorithm == algorithm.name
    assert private_key(algorithm).public_key.algorithm == algorithm.name


def test_has_the_prefix_that_the_multicodec_table_gives_it(algorithm: Algorithm) -> None:
    codec = f"{algorithm.name.lower()}-pub"
    assert multicodec.wrap(codec, b"key") == algorithm.multicodec + b"key"


@given(secret=SECRETS, message=st.binary(max_size=200))
def test_what_is_signed_verifies_and_is_always_the_same(
    algorithm: Algorithm, secret: bytes, message: bytes
) -> None:
    key = algorithm.private_key(secret)
    signature = key.sign(message)
    assert len(signature) == 64
    assert key.sign(message) == signature
    assert key.public_key.verify(signature, message)


@given(secret=SECRETS, message=st.binary(max_size=40), bit=st.integers(0, 511))
def test_a_signature_with_one_bit_changed_does_not_verify(
    algorithm: Algorithm, secret: bytes, message: bytes, bit: int
) -> None:
    key = algorithm.private_key(secret)
    changed = int.from_bytes(key.sign(message)) ^ (1 << bit)
    assert not key.public_key.verify(changed.to_bytes(64), message)


@given(signature=st.binary(max_size=130), message=st.binary(max_size=40))
def test_arbitrary_bytes_are_no_signature(
    algorithm: Algorithm, signature: bytes, message: bytes
) -> None:
    assert private_key(algorithm).public_key.verify(signature, message) is False


def test_a_signature_is_of_one_message_and_one_key(algorithm: Algorithm) -> None:
    signature = private_key(algorithm).sign(b"message")
    assert not private_key(algorithm).public_key.verify(signature, b"another message")
    assert not private_key(algorithm, 8).public_key.verify(signature, b"message")


@given(secret=SECRETS)
def test_a_public_key_is_read_back_from_each_of_its_encodings(
    algorithm: Algorithm, secret: bytes
) -> None:
    key: PublicKey = algorithm.private_key(secret).public_key
    assert algorithm.public_key(key.raw) == key
    assert decode_multicodec(encode_multicodec(key)) == key
    assert decode_multikey(encode_multikey(key)) == key
    assert from_jwk(to_jwk(key)) == key


@given(raw=st.binary(max_size=70))
def test_arbitrary_bytes_are_a_public_key_of_that_very_form_or_refused(
    algorithm: Algorithm, raw: bytes
) -> None:
    try:
        key = algorithm.public_key(raw)
    except InvalidKey:
        return
    assert key.raw == raw
    assert from_jwk(to_jwk(key)) == key


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_refuses_a_private_key_of_another_length(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(InvalidKey, match=str(length)):
        algorithm.private_key(b"\x01" * length)


@pytest.mark.parametrize("length", [0, 31, 34, 64, 65])
def test_refuses_a_public_key_of_another_length(algorithm: Algorithm, length: int) -> None:
    with pytest.raises(InvalidKey, match=str(length)):
        algorithm.public_key(b"\x02" * length)


def test_a_private_key_does_not_show_itself(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    for text in (repr(key), str(key), f"{key}"):
        assert text == f"{type(key).__name__}(…)"
    assert not hasattr(key, "__dict__")


def test_a_private_key_is_never_pickled_or_copied(algorithm: Algorithm) -> None:
    key = private_key(algorithm)
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="never pickled or copied"):
            duplicate(key)


def test_a_private_key_is_a_signer(algorithm: Algorithm) -> None:
    signer: Signer = private_key(algorithm)
    assert signer.public_key.verify(signer.sign(b"message"), b"message")


def test_is_loaded_without_what_only_ethereum_needs(algorithm: Algorithm) -> None:
    program = f"""
import sys
from did.keys import ALGORITHMS
ALGORITHMS[{algorithm.name!r}]
sys.exit(bool(sys.modules.keys() & {{"eth_hash", "Crypto"}}))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
