from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.encoding import decode_base64url, from_jwk
from did.errors import InvalidKey
from did.keys import ALGORITHMS, verifying_key
from did.keys.x25519 import X25519PrivateKey, X25519PublicKey

if TYPE_CHECKING:
    from did.keys import Algorithm, PublicKey

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "wycheproof"
FILES: Final = {
    "Ed25519": "ed25519",
    "secp256k1": "secp256k1",
    "P-256": "p256",
    "P-384": "p384",
    "P-521": "p521",
}


def read(name: str) -> list[Any]:
    vectors: list[Any] = json.loads((VECTORS / f"{name}.json").read_bytes())
    return vectors


def public_key(algorithm: Algorithm, text: str) -> PublicKey:
    """From the point in full, where the curve has two coordinates."""
    data, size = bytes.fromhex(text), algorithm.size
    if algorithm.kty == "EC":
        data = algorithm.join((data[1 : 1 + size], data[1 + size :]))
    return algorithm.public_key(data)


SIGNATURES: Final = [
    pytest.param(algorithm, group["key"], *case[1:2], *case[3:], id=f"{algorithm}-{case[0]}")
    for algorithm, name in FILES.items()
    for group in read(name)
    for case in group["tests"]
]


@pytest.mark.parametrize(("algorithm", "key", "result", "message", "signature"), SIGNATURES)
def test_takes_the_signatures_that_are_valid_and_no_others(
    algorithm: str, key: str, result: str, message: str, signature: str
) -> None:
    verifier = verifying_key(public_key(ALGORITHMS[algorithm], key))
    verdict = verifier.verify(bytes.fromhex(signature), bytes.fromhex(message))
    assert result in {"valid", "invalid"}
    assert verdict is (result == "valid")


def test_has_every_case_that_was_published() -> None:
    counts = {name: sum(len(group["tests"]) for group in read(name)) for name in FILES.values()}
    assert counts == {"ed25519": 151, "secp256k1": 252, "p256": 262, "p384": 280, "p521": 318}
    assert len(read("x25519")) == 518


def accepted(result: str, flags: list[str]) -> bool:
    """By `acceptable.json`, where a case is only that: one flag that is refused is enough."""
    if result != "acceptable":
        return result == "valid"
    decided = [entry["accepted"] for entry in read("acceptable") if entry["flag"] in flags]
    assert decided, flags
    return all(decided)


AGREEMENTS: Final = [pytest.param(*case[1:], id=str(case[0])) for case in read("x25519")]


@pytest.mark.parametrize(("result", "flags", "public", "private", "shared"), AGREEMENTS)
def test_agrees_on_the_published_secret_or_refuses_the_point(
    result: str, flags: list[str], public: str, private: str, shared: str
) -> None:
    key = X25519PrivateKey(bytes.fromhex(private))
    if accepted(result, flags):
        assert key.exchange(X25519PublicKey(bytes.fromhex(public))).hex() == shared
    else:
        with pytest.raises(InvalidKey, match=r"safe point|canonical"):
            X25519PublicKey(bytes.fromhex(public))


JWKS: Final = [pytest.param(*case[1:], id=str(case[0])) for case in read("x25519_jwk")]


@pytest.mark.parametrize(("result", "flags", "public", "private", "shared"), JWKS)
def test_agrees_with_a_jwk_or_refuses_it(
    result: str, flags: list[str], public: dict[str, str], private: dict[str, str], shared: str
) -> None:
    key = X25519PrivateKey(decode_base64url(private["d"]))
    if accepted(result, flags):
        assert key.exchange(from_jwk(public)).hex() == shared
    else:
        with pytest.raises(InvalidKey):
            key.exchange(from_jwk(public))
