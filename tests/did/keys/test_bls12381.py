from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.encoding import decode_base64url, from_jwk, to_jwk
from did.errors import InvalidKey
from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey

ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
PRIME: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624"
    "1eabfffeb153ffffb9feffffffffaaab",
    16,
)
OUTSIDE: Final = bytes([0x80]) + bytes(94) + bytes([2])
"""x = 2: a point of the curve, in none of whose two forms it is in the subgroup."""


# draft-ietf-cose-bls-key-representations-08, appendix A.1.
@pytest.mark.parametrize(
    ("d", "x"),
    [
        (
            "XdXO0OOc6YrVTKEPIR6JmmTSDDA5Y5pxCyY5TRI0k5c",
            (
                "pVD25M3Ca0jOBmHizej_YwuVOEIadk44urQcQQD3uhITsWj5LdgRmjTkftCme9KQ"
                "EReUf5yoxPi7pDDx4UdkmTXtzuaIKm9YY2cOpT5dO26ttBSzneQEUFhHpM3sdUmf"
            ),
        ),
        (
            "MpN9MF6G6pmiZaJN6WOjWM2LQt07Blgb7WeJQbsKxWY",
            (
                "o-w6GPtbZuiG7pEZ7Jelw925pirHQIunTOnLy-F68HSs3A2ejcukZFeYkyWOsVyI"
                "DZKkES69mX0UBhUeyHI_DaZMv3YbSs_9Q1YxtJVn4uaneEykAFtTJyCSh2A6H1S7"
            ),
        ),
    ],
)
def test_makes_the_published_public_key_and_writes_it_as_published(d: str, x: str) -> None:
    key = Bls12381G2PrivateKey(decode_base64url(d)).public_key
    assert to_jwk(key) == {"kty": "OKP", "crv": "BLS12381G2", "x": x}
    assert from_jwk({"kty": "OKP", "crv": "BLS12381G2", "x": x}) == key


@pytest.mark.parametrize("secret", [0, ORDER, ORDER + 1, 2**256 - 1])
def test_refuses_a_private_key_out_of_range_and_shows_nothing_of_it(secret: int) -> None:
    with pytest.raises(InvalidKey, match="out of range") as refusal:
        Bls12381G2PrivateKey(secret.to_bytes(32))
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("first", [0xC0, 0xE0, 0xFF])
def test_refuses_the_point_at_infinity(first: int) -> None:
    with pytest.raises(InvalidKey, match="infinity"):
        Bls12381G2PublicKey(bytes([first]) + bytes(95))


@pytest.mark.parametrize("sign", [0x00, 0x20])
def test_refuses_a_point_outside_the_subgroup(sign: int) -> None:
    with pytest.raises(InvalidKey, match="not a point of the group"):
        Bls12381G2PublicKey(bytes([OUTSIDE[0] | sign]) + OUTSIDE[1:])


@pytest.mark.parametrize(
    "raw",
    [bytes(96), b"\x80" + bytes(95), b"\x80" + bytes(94) + b"\x01"],
    ids=["uncompressed", "on no point", "on no point either"],
)
def test_refuses_what_is_on_no_curve(raw: bytes) -> None:
    with pytest.raises(InvalidKey, match="not a point of the group"):
        Bls12381G2PublicKey(raw)


@given(st.integers(1, ORDER - 1))
def test_a_point_has_one_form_alone(secret: int) -> None:
    raw = Bls12381G2PrivateKey(secret.to_bytes(32)).public_key.raw
    c0 = int.from_bytes(raw[48:]) + PRIME  # the same number, not reduced
    with pytest.raises(InvalidKey, match="not a point of the group"):
        Bls12381G2PublicKey(raw[:48] + c0.to_bytes(48))
