from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from did.errors import InvalidKey
from did.keys.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CCTV: Final = Path(__file__).parents[2] / "vectors" / "cctv" / "ed25519.json"
UNSAFE_KEY: Final = {"low_order_A", "low_order_component_A", "non_canonical_A"}


class Edge(NamedTuple):
    key: bytes
    signature: bytes
    message: bytes
    flags: frozenset[str]


def read() -> list[Edge]:
    told: dict[str, Any] = json.loads(CCTV.read_bytes())
    points, messages, flags = told["points"], told["messages"], told["flags"]
    return [
        Edge(
            bytes.fromhex(points[a]),
            bytes.fromhex(points[r] + s),
            messages[message].encode(),
            frozenset(flags[flag] for flag in raised),
        )
        for a, r, s, message, raised in told["vectors"]
    ]


EDGES: Final = read()


def test_has_every_vector_that_was_published() -> None:
    assert len(EDGES) == 914
    assert len({edge.key for edge in EDGES}) == 22


@pytest.mark.parametrize(
    "key", sorted({edge.key for edge in EDGES if UNSAFE_KEY & edge.flags}), ids=bytes.hex
)
def test_refuses_a_point_of_small_order_or_of_another_form(key: bytes) -> None:
    with pytest.raises(InvalidKey, match="safe point"):
        Ed25519PublicKey(key)


def test_of_the_signatures_at_the_edge_takes_only_the_ordinary_ones() -> None:
    safe = [edge for edge in EDGES if not UNSAFE_KEY & edge.flags]
    taken = [e for e in safe if Ed25519PublicKey(e.key).verify(e.signature, e.message)]
    assert taken == [edge for edge in safe if not edge.flags]
    assert taken


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


def test_refuses_a_signature_whose_s_is_not_reduced() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    key = Ed25519PrivateKey(b"\x07" * 32)
    signature = key.sign(b"message")
    s = int.from_bytes(signature[32:], "little") + order
    assert not key.public_key.verify(signature[:32] + s.to_bytes(32, "little"), b"message")
