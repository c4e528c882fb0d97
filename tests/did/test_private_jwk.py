from __future__ import annotations

import json
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from did.encoding import encode_base64url
from did.errors import InvalidKey, UnsupportedKey
from did.keys import ALGORITHMS, signing_key
from did.private_jwk import decode_private_jwk, hushed, unsafe_encode_private_jwk

SIGNING = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")
NAMES = (*SIGNING, "X25519")

# RFC 8037, appendix A.1, and RFC 7517, appendix A.2.
ED25519 = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    "use": "enc",
    "kid": "1",
}


def secrets(name: str) -> st.SearchStrategy[bytes]:
    """Any seed or scalar; of a scalar, one that is below every order."""
    size = ALGORITHMS[name].secret_size
    return st.binary(min_size=size - 2, max_size=size - 2).map(lambda tail: b"\x01\x00" + tail)


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_reads_what_it_writes(name: str, data: st.DataObject) -> None:
    key = ALGORITHMS[name].private_key(data.draw(secrets(name)))
    again = decode_private_jwk(unsafe_encode_private_jwk(key))
    assert again.expose_secret() == key.expose_secret()
    assert again.public_key == key.public_key


@pytest.mark.parametrize("name", SIGNING)
def test_reads_the_keys_of_another_library(name: str) -> None:
    made = OKPKey.generate_key("Ed25519") if name == "Ed25519" else ECKey.generate_key(name)
    jwk = made.as_dict(private=True)
    key = signing_key(decode_private_jwk(jwk))
    assert {name: unsafe_encode_private_jwk(key)[name] for name in ("d", "x")} == {
        name: jwk[name] for name in ("d", "x")
    }


def test_reads_the_keys_of_the_standards() -> None:
    assert decode_private_jwk(ED25519).public_key.raw.hex().startswith("d75a980182b10ab7")
    key = decode_private_jwk({**P256, "use": "sig", "alg": "ES256", "key_ops": ["sign"]})
    assert key.algorithm == "P-256"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"d": None}, "no private key"),
        ({"d": ""}, "has 0 bytes, not 32"),
        ({"d": ED25519["d"][:-2]}, "bytes, not 32|base64url"),
        ({"d": ED25519["d"] + "="}, "not in base64url"),
        ({"d": "+/" + ED25519["d"][2:]}, "not in base64url"),
        ({"d": encode_base64url(bytes(31))}, "has 31 bytes, not 32"),
        ({"d": encode_base64url(bytes(33))}, "has 33 bytes, not 32"),
        ({"d": encode_base64url(b"\x07" * 32)}, "public half is not that"),
        ({"x": encode_base64url(b"\x07" * 31)}, "31 bytes"),
        ({"use": "enc"}, "not meant for signatures"),
        ({"key_ops": ["verify"]}, "key_ops"),
        ({"key_ops": "sign"}, "key_ops"),
        ({"key_ops": []}, "key_ops"),
        ({"k": "AAAA"}, "private key"),
        ({"kty": "RSA"}, "not supported"),
        ({"crv": "Ed448"}, "not supported"),
        ({"kty": 7}, "no type"),
    ],
)
def test_refuses_what_is_no_private_key_of_its_kind(changed: dict[str, Any], reason: str) -> None:
    jwk = {name: value for name, value in {**ED25519, **changed}.items() if value is not None}
    with pytest.raises(InvalidKey, match=reason) as caught:
        decode_private_jwk(jwk)
    shown = "".join(traceback.format_exception(caught.value))
    assert ED25519["d"] not in shown


@pytest.mark.parametrize("name", ["P-256", "P-384", "P-521", "secp256k1"])
def test_refuses_a_scalar_that_is_none(name: str) -> None:
    algorithm = ALGORITHMS[name]
    key = algorithm.private_key(b"\x01" * algorithm.secret_size)
    jwk = unsafe_encode_private_jwk(key)
    for byte in (b"\x00", b"\xff"):
        with pytest.raises(InvalidKey):
            decode_private_jwk({**jwk, "d": encode_base64url(byte * algorithm.secret_size)})


def test_an_rsa_key_is_of_a_kind_that_is_not_supported() -> None:
    with pytest.raises(UnsupportedKey):
        decode_private_jwk({"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB"})


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "d", "use", "key_ops", "k"]),
        st.none() | st.text(max_size=44) | st.integers() | st.lists(st.text(max_size=5)),
    )
)
def test_refuses_any_other_object_with_its_own_error(jwk: dict[str, Any]) -> None:
    with pytest.raises(InvalidKey):
        decode_private_jwk(hushed(json.loads(json.dumps(jwk))))


def test_no_traceback_shows_a_key_even_with_its_locals() -> None:
    for changed in ({"x": encode_base64url(b"\x07" * 32)}, {"key_ops": ["verify"]}, {"use": "enc"}):
        with pytest.raises(InvalidKey) as caught:
            decode_private_jwk(hushed({**ED25519, **changed}))
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert len(shown.stack) > 1
        assert ED25519["d"] not in str([frame.locals for frame in shown.stack])
