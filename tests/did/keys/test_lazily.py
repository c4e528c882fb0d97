from __future__ import annotations

import subprocess
import sys

import pytest

from did.encoding import encode_multicodec
from did.keys import ALGORITHMS

BACKENDS = {
    "Ed25519": {"nacl"},
    "X25519": {"nacl"},
    "secp256k1": {"coincurve"},
    "P-256": {"cryptography"},
    "P-384": {"cryptography"},
    "P-521": {"cryptography"},
    "BLS12381G2": {"py_arkworks_bls12381"},
}
# Reads a key and names what that loaded.
PROGRAM = """
import sys
from did.encoding import decode_multicodec
decode_multicodec(bytes.fromhex(sys.argv[1]))
print(*sys.modules)
"""


def test_the_table_says_which_algorithms_there_are() -> None:
    assert list(ALGORITHMS) == list(BACKENDS)
    assert len(ALGORITHMS) == len(BACKENDS)
    assert "Ed448" not in ALGORITHMS
    assert ALGORITHMS.get("Ed448") is None
    with pytest.raises(KeyError):
        ALGORITHMS["Ed448"]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_stands_under_its_own_name_and_is_the_same_each_time(name: str) -> None:
    assert ALGORITHMS[name].name == name
    assert ALGORITHMS[name] is ALGORITHMS[name]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_reading_a_key_loads_what_computes_with_its_kind_and_nothing_else(name: str) -> None:
    secret = b"\x01" * ALGORITHMS[name].secret_size
    key = encode_multicodec(ALGORITHMS[name].private_key(secret).public_key)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, key.hex()], capture_output=True, check=True, text=True
    )
    every = set().union(*BACKENDS.values())
    assert every & set(done.stdout.split()) == BACKENDS[name]
    assert "multiformats" not in done.stdout.split()
