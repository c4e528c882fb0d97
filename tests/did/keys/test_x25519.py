from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidKey
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.x25519 import X25519PrivateKey, X25519PublicKey

SECRETS: Final = st.binary(min_size=32, max_size=32)
PRIME: Final = 2**255 - 19
SMALL_ORDER: Final = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    PRIME - 1,
)


def test_agrees_as_rfc_7748_says() -> None:
    # Section 6.1.
    alice = X25519PrivateKey(
        bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    )
    bob = X25519PrivateKey(
        bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    )
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert alice.public_key.raw.hex() == (
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    )
    assert alice.exchange(bob.public_key).hex() == shared
    assert bob.exchange(alice.public_key).hex() == shared


@given(SECRETS, SECRETS)
def test_both_sides_agree_on_one_secret(one: bytes, other: bytes) -> None:
    mine, yours = X25519PrivateKey(one), X25519PrivateKey(other)
    secret = mine.exchange(yours.public_key)
    assert secret == yours.exchange(mine.public_key)
    assert len(secret) == 32
    assert any(secret)


@pytest.mark.parametrize("coordinate", SMALL_ORDER)
def test_refuses_a_point_of_small_order(coordinate: int) -> None:
    with pytest.raises(InvalidKey, match="safe point"):
        X25519PublicKey(coordinate.to_bytes(32, "little"))


@pytest.mark.parametrize("coordinate", [PRIME, PRIME + 9, 2**255 - 1, 2**255, 2**255 + 9])
def test_refuses_a_coordinate_that_is_not_reduced(coordinate: int) -> None:
    with pytest.raises(InvalidKey, match="canonical"):
        X25519PublicKey(coordinate.to_bytes(32, "little"))


def test_agrees_on_nothing_with_a_key_of_another_algorithm() -> None:
    with pytest.raises(InvalidKey, match="agrees on nothing with a key of Ed25519"):
        X25519PrivateKey(b"\x07" * 32).exchange(Ed25519PrivateKey(b"\x07" * 32).public_key)


@given(SECRETS)
def test_an_ed25519_key_makes_a_key_for_agreement(seed: bytes) -> None:
    key = Ed25519PrivateKey(seed).public_key.key_agreement_key()
    assert key.algorithm == "X25519"
    assert X25519PublicKey(key.raw) == key
