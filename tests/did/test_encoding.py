from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.encoding import (
    MAX_BASE58,
    decode_base58btc,
    decode_base64url,
    decode_multicodec,
    decode_multikey,
    encode_base58btc,
    encode_base64url,
    encode_multicodec,
    encode_multikey,
    from_jwk,
    to_jwk,
)
from did.errors import InvalidKey, UnsupportedKey
from did.keys import ALGORITHMS
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p256 import P256PrivateKey
from did.keys.p521 import P521PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from did.keys.x25519 import X25519PrivateKey

ED25519: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
SECP256K1: Final = Secp256k1PrivateKey(b"\x07" * 32).public_key
X25519: Final = X25519PrivateKey(b"\x07" * 32).public_key
NIST: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "did-key" / "nist-curves.json").read_bytes()
)
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.binary(max_size=200))
def test_bytes_are_read_back_from_base58(data: bytes) -> None:
    assert decode_base58btc(encode_base58btc(data)) == data


@given(st.text(BASE58, max_size=100).map("z".__add__))
def test_no_two_texts_in_base58_stand_for_the_same_bytes(text: str) -> None:
    assert encode_base58btc(decode_base58btc(text)) == text


@given(st.text() | st.text(BASE58 + "0OIl+ \n").map("z".__add__))
def test_arbitrary_text_is_a_multikey_with_that_very_text_or_refused(text: str) -> None:
    try:
        key = decode_multikey(text)
    except InvalidKey:
        return
    assert encode_multikey(key) == text


@given(
    st.binary(max_size=120),
    st.sampled_from([b"", *(algorithm.multicodec for algorithm in ALGORITHMS.values())]),
)
def test_arbitrary_bytes_are_that_very_key_or_refused(data: bytes, prefix: bytes) -> None:
    try:
        key = decode_multicodec(prefix + data)
    except InvalidKey:
        return
    assert encode_multicodec(key) == prefix + data


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ed25519", "z6Mk"),
        ("X25519", "z6LS"),
        ("secp256k1", "zQ3s"),
        ("P-256", "zDn"),
        ("P-384", "z82"),
        ("P-521", "z2J9"),
        ("BLS12381G2", "zUC"),
    ],
)
@given(secret=st.binary(min_size=64, max_size=64))
def test_a_multikey_shows_its_kind_in_its_first_letters(
    name: str, letters: str, secret: bytes
) -> None:
    algorithm = ALGORITHMS[name]
    key = algorithm.private_key((b"\x01\x00" + secret)[: algorithm.secret_size]).public_key
    assert encode_multikey(key).startswith(letters)


@pytest.mark.parametrize("text", ["", "6Mk", "u7QE", "Z6Mk", "f00", " z6Mk"])
def test_refuses_a_multikey_in_another_base(text: str) -> None:
    with pytest.raises(InvalidKey, match="multibase base58-btc"):
        decode_multikey(text)


@pytest.mark.parametrize("text", ["z0", "zO", "zI", "zl", "z6Mk\n", "z6Mk ", "zé", "z\0"])
def test_refuses_characters_outside_the_alphabet(text: str) -> None:
    with pytest.raises(InvalidKey, match="characters"):
        decode_multikey(text)


def test_refuses_an_endless_multikey_without_decoding_it() -> None:
    with pytest.raises(InvalidKey, match=f"longer than {MAX_BASE58}"):
        decode_multikey("z" + "0" * 1_000_000)


@pytest.mark.parametrize(
    "prefix", [b"", b"\xed", b"\xed\x81\x00", b"\xed\x81\x80\x00", b"\xff" * 10]
)
def test_refuses_a_prefix_that_is_broken_or_not_the_shortest(prefix: bytes) -> None:
    data = prefix + ED25519.raw if len(prefix) > 1 else prefix
    with pytest.raises(InvalidKey, match="multicodec prefix"):
        decode_multicodec(data)


def test_names_the_kind_of_a_key_that_it_does_not_support() -> None:
    with pytest.raises(UnsupportedKey, match="'ed448-pub'") as refusal:
        decode_multicodec(b"\x83\x24" + bytes(57))
    known = "Ed25519, X25519, secp256k1, P-256, P-384, P-521, BLS12381G2"
    assert refusal.value.hint == f"supported: {known}"


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [(b"\x04", "ip4"), (b"\x80\x26", "ed25519-priv"), (b"\x88\x26", "p521-priv")],
)
def test_refuses_a_prefix_of_what_is_not_a_public_key(prefix: bytes, kind: str) -> None:
    with pytest.raises(InvalidKey, match=f"'{kind}', which is no public key") as refusal:
        decode_multicodec(prefix + bytes(32))
    assert not isinstance(refusal.value, UnsupportedKey)


def test_names_a_kind_that_no_table_has_by_its_number() -> None:
    with pytest.raises(UnsupportedKey, match="'0x7f7f'"):
        decode_multicodec(b"\xff\xfe\x01" + bytes(33))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_refuses_a_key_of_another_length_than_its_kind_has(length: int) -> None:
    with pytest.raises(InvalidKey, match=f"not {length}"):
        decode_multicodec(b"\xed\x01" + bytes(length))


def test_writes_a_jwk_as_rfc_8037_does() -> None:
    # RFC 8037, appendix A.1 and A.2.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert to_jwk(Ed25519PrivateKey(seed).public_key) == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }


@pytest.mark.parametrize(
    ("name", "length"), [("secp256k1", 43), ("P-256", 43), ("P-384", 64), ("P-521", 88)]
)
@given(secret=st.binary(min_size=64, max_size=64))
def test_a_jwk_of_an_elliptic_curve_has_both_coordinates_in_full_width(
    name: str, length: int, secret: bytes
) -> None:
    algorithm = ALGORITHMS[name]
    jwk = to_jwk(algorithm.private_key((b"\x01\x00" + secret)[: algorithm.secret_size]).public_key)
    assert list(jwk) == ["kty", "crv", "x", "y"]
    assert (jwk["kty"], jwk["crv"]) == ("EC", name)
    assert {len(jwk[coordinate]) for coordinate in "xy"} == {length}


@pytest.mark.parametrize("name", ["P-256", "P-384", "P-521"])
def test_reads_and_writes_the_published_jwks(name: str) -> None:
    methods = [v["verificationMethod"] for v in NIST.values() if "crv" in str(v)]
    published = [m for m in methods if m.get("publicKeyJwk", {}).get("crv") == name]
    assert published
    for method in published:
        key = from_jwk(method["publicKeyJwk"])
        assert key.algorithm == name
        assert to_jwk(key) == method["publicKeyJwk"]
        assert encode_multikey(key) == method["id"].removeprefix("#")


def test_reads_a_coordinate_that_begins_with_zero_in_its_full_width_alone() -> None:
    # Of P-256's private key 379, x begins with a byte 0.
    jwk = to_jwk(P256PrivateKey((379).to_bytes(32)).public_key)
    assert decode_base64url(jwk["x"])[0] == 0
    assert to_jwk(from_jwk(jwk)) == jwk
    short = encode_base64url(decode_base64url(jwk["x"])[1:])
    with pytest.raises(InvalidKey, match="'x' has 31 bytes, not 32"):
        from_jwk({**jwk, "x": short})


@pytest.mark.parametrize("coordinate", ["x", "y"])
def test_reads_a_coordinate_of_p_521_in_its_66_bytes_alone(coordinate: str) -> None:
    # RFC 7518, section 6.2.1.2.
    jwks = (to_jwk(P521PrivateKey(n.to_bytes(66)).public_key) for n in range(1, 5000))
    jwk = next(one for one in jwks if decode_base64url(one[coordinate])[:2] == bytes(2))
    assert to_jwk(from_jwk(jwk)) == jwk
    value = decode_base64url(jwk[coordinate])
    for other in (value[1:], value[2:], b"\0" + value):
        with pytest.raises(InvalidKey, match=f"has {len(other)} bytes, not 66"):
            from_jwk({**jwk, coordinate: encode_base64url(other)})
    beyond = (int.from_bytes(value) + 2**521 - 1).to_bytes(66)
    with pytest.raises(InvalidKey, match="not a point"):
        from_jwk({**jwk, coordinate: encode_base64url(beyond)})


def test_passes_over_members_that_name_or_describe_the_key() -> None:
    described = {"kid": "1", "alg": "EdDSA", "use": "sig", "key_ops": ["verify"], "x5u": 5}
    assert from_jwk(to_jwk(ED25519) | described) == ED25519


@pytest.mark.parametrize("member", ["d", "p", "k", "oth"])
def test_refuses_a_jwk_that_gives_away_a_private_key(member: str) -> None:
    with pytest.raises(InvalidKey, match="private"):
        from_jwk({**to_jwk(ED25519), member: "AA"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kty": None}, "no type"),
        ({"kty": ["OKP"]}, "no type"),
        ({"crv": 5}, "no type"),
        ({"use": "enc"}, "not meant for signatures"),
        ({"use": None}, "not meant for signatures"),
        ({"key_ops": ["deriveKey"]}, "not meant for signatures"),
        ({"key_ops": []}, "not meant for signatures"),
        ({"key_ops": "verify"}, "not a list"),
        ({"x": None}, "no 'x'"),
        ({"x": ""}, "0 bytes, not 32"),
        ({"x": "AAAA"}, "3 bytes, not 32"),
        ({"x": "A"}, "not in base64url"),
        ({"x": "é"}, "not in base64url"),
        ({"x": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, "not in base64url"),
        ({"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}, "not in base64url"),
        ({"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}, "not in base64url"),
        ({"x": "A" * 43}, "safe point"),
    ],
)
def test_refuses_a_jwk_that_is_no_key_for_signatures(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidKey, match=reason):
        from_jwk({**to_jwk(ED25519), **change})


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"use": "enc"},
        {"key_ops": []},
        {"key_ops": ["deriveKey"]},
        {"key_ops": ["deriveBits", "deriveKey"], "use": "enc"},
    ],
)
def test_reads_a_jwk_for_key_agreement(described: dict[str, Any]) -> None:
    assert from_jwk({**to_jwk(X25519), **described}) == X25519


@pytest.mark.parametrize(
    "described", [{"use": "sig"}, {"key_ops": ["verify"]}, {"use": "enc", "key_ops": ["sign"]}]
)
def test_refuses_a_jwk_of_x25519_that_is_meant_for_signatures(described: dict[str, Any]) -> None:
    with pytest.raises(InvalidKey, match="not meant for key agreement"):
        from_jwk({**to_jwk(X25519), **described})


@pytest.mark.parametrize("name", ["secp256k1", "P-256", "P-384", "P-521", "BLS12381G2"])
def test_refuses_a_signing_key_that_is_meant_for_key_agreement(name: str) -> None:
    algorithm = ALGORITHMS[name]
    jwk = to_jwk(algorithm.private_key(b"\x01" * algorithm.secret_size).public_key)
    with pytest.raises(InvalidKey, match="not meant for signatures"):
        from_jwk({**jwk, "use": "enc"})
    with pytest.raises(InvalidKey, match="not meant for signatures"):
        from_jwk({**jwk, "key_ops": []})


@pytest.mark.parametrize("change", [{"y": None}, {"y": "A" * 43}])
def test_refuses_a_jwk_of_a_point_on_no_curve(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidKey):
        from_jwk({**to_jwk(SECP256K1), **change})


@pytest.mark.parametrize(
    ("kty", "crv"),
    [
        ("RSA", None),
        ("EC", "brainpoolP256r1"),
        ("OKP", "P-521"),
        ("OKP", "Ed448"),
        ("OKP", "P-256"),
        ("OKP", "secp256k1"),
        ("EC", "X25519"),
        ("EC", "BLS12381G2"),
        ("OKP", "BLS12381G1"),
    ],
)
def test_says_which_jwks_it_does_not_support(kty: str, crv: str | None) -> None:
    with pytest.raises(UnsupportedKey, match=kty):
        from_jwk({"kty": kty, **({"crv": crv} if crv else {})})


@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d", "use", "key_ops"]), JSON),
    st.booleans(),
)
def test_arbitrary_json_is_a_jwk_or_refused(
    jwk: dict[str, Any],
    complete: bool,  # noqa: FBT001  # hypothesis passes by position
) -> None:
    try:
        from_jwk({**to_jwk(SECP256K1), **jwk} if complete else jwk)
    except InvalidKey:
        return
