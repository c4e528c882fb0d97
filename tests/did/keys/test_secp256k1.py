from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import coincurve
import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidKey
from did.keys.secp256k1 import (
    Secp256k1PrivateKey,
    Secp256k1PublicKey,
    address,
    checksummed,
)

if TYPE_CHECKING:
    from did.keys import DigestSigner

ORDER: Final = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
KEY: Final = Secp256k1PrivateKey(b"\x07" * 32)


def is_low(signature: bytes) -> bool:
    return int.from_bytes(signature[32:64]) <= ORDER // 2


def test_takes_either_signature_that_anyone_can_make_of_the_other() -> None:
    signature = KEY.sign(b"message")
    other = signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    assert not is_low(other)
    assert KEY.public_key.verify(signature, b"message")
    assert KEY.public_key.verify(other, b"message")


@pytest.mark.parametrize("number", [0, ORDER, ORDER + 1, 2**256 - 1])
def test_refuses_an_r_or_s_that_is_out_of_range(number: int) -> None:
    signature = KEY.sign(b"message")
    assert not KEY.public_key.verify(number.to_bytes(32) + signature[32:], b"message")
    assert not KEY.public_key.verify(signature[:32] + number.to_bytes(32), b"message")


@given(st.binary(max_size=100))
def test_signs_with_a_low_s(message: bytes) -> None:
    assert is_low(KEY.sign(message))


@given(st.binary(min_size=32, max_size=32))
def test_a_signed_digest_names_the_key_that_signed_it(digest: bytes) -> None:
    signer: DigestSigner = KEY
    signature = signer.sign_digest(digest)
    recovered = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    assert len(signature) == 65
    assert signature[64] in {0, 1}
    assert is_low(signature)
    assert recovered.format() == KEY.public_key.raw


def test_a_message_is_signed_by_its_sha_256() -> None:
    digest = hashlib.sha256(b"message").digest()
    assert KEY.sign(b"message") == KEY.sign_digest(digest)[:64]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_refuses_to_sign_what_is_no_digest(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KEY.sign_digest(bytes(length))


@pytest.mark.parametrize("secret", [0, ORDER, 2**256 - 1])
def test_refuses_a_private_key_out_of_range_and_shows_nothing_of_it(secret: int) -> None:
    with pytest.raises(InvalidKey, match="out of range") as refusal:
        Secp256k1PrivateKey(secret.to_bytes(32))
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    "raw",
    [b"\x02" + b"\xff" * 32, b"\x02" + bytes(32), b"\x04" + b"\x01" * 32, bytes(33)],
    ids=["out of the field", "on no point", "no compressed form", "all zero"],
)
def test_refuses_what_is_not_a_compressed_point(raw: bytes) -> None:
    with pytest.raises(InvalidKey, match="not a point"):
        Secp256k1PublicKey(raw)


def test_a_key_has_the_account_that_ethereum_gives_it() -> None:
    key = Secp256k1PrivateKey((1).to_bytes(32)).public_key
    assert address(key) == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"


@pytest.mark.parametrize(
    "account",
    # EIP-55, test cases.
    [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_case_of_an_account_is_its_checksum(account: str) -> None:
    assert checksummed(bytes.fromhex(account[2:])) == account


@pytest.mark.parametrize("length", [0, 19, 21, 32])
def test_refuses_an_account_of_another_length(length: int) -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        checksummed(bytes(length))
