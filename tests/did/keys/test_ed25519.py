from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from did.errors import InvalidKey
from did.keys.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VECTORS: Final = Path(__file__).parents[2] / "vectors"
EDGES: Final = json.loads((VECTORS / "cctv-ed25519" / "ed25519vectors.json").read_bytes())
WYCHEPROOF: Final = json.loads((VECTORS / "wycheproof" / "ed25519.json").read_bytes())
UNSAFE_KEY: Final = {"low_order_A", "low_order_component_A", "non_canonical_A"}


def verdict(vector: dict[str, Any], message: bytes) -> bool:
    key = Ed25519PublicKey(bytes.fromhex(vector["key"]))
    return key.verify(bytes.fromhex(vector["sig"]), message)


@pytest.mark.parametrize("vector", [v for v in EDGES if UNSAFE_KEY & set(v["flags"] or ())])
def test_refuses_a_point_of_small_order_or_of_another_form(vector: dict[str, Any]) -> None:
    with pytest.raises(InvalidKey, match="safe point"):
        Ed25519PublicKey(bytes.fromhex(vector["key"]))


@pytest.mark.parametrize("vector", [v for v in EDGES if not UNSAFE_KEY & set(v["flags"] or ())])
def test_of_the_signatures_at_the_edge_takes_only_the_ordinary_one(vector: dict[str, Any]) -> None:
    assert verdict(vector, vector["msg"].encode()) is (not vector["flags"])


@pytest.mark.parametrize("vector", WYCHEPROOF, ids=lambda vector: f"case-{vector['tcId']}")
def test_agrees_with_wycheproof(vector: dict[str, Any]) -> None:
    assert verdict(vector, bytes.fromhex(vector["msg"])) is (vector["result"] == "valid")


def test_refuses_what_is_on_no_curve() -> None:
    with pytest.raises(InvalidKey, match="safe point"):
        Ed25519PublicKey(bytes([2]) + bytes(31))


def test_signs_as_rfc_8032_says() -> None:
    # Section 7.1, test 2.
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    key = Ed25519PrivateKey(seed)
    assert key.public_key.raw.hex() == (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
