"""The catalogue's A7, signatures and keys, through the whole of verification."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from did.base_encodings import (
    decode_base58btc,
    decode_base64url,
    encode_base58btc,
    encode_base64url,
)
from did.keys.ecdsa import read_signature
from tests.fuzz.parties import HOLDER, Party, embedded, judge, token_of, unsigned
from wallet.credentials.strict_json import write_json
from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
UNIVERSITY: Final = "did:example:university"
ED25519_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
ORDERS: Final = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF"
        "581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
    "P-521": int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}
PREFIXES: Final = {
    "Ed25519": b"\xed\x01",
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
    "P-521": b"\x82\x24",
    "secp256k1": b"\xe7\x01",
}
SMALL: Final = [
    bytes.fromhex(point)
    for point in json.loads(
        (Path(__file__).parents[3] / "vectors" / "cctv" / "ed25519.json").read_bytes()
    )["points"]
    if point[:2] in {"00", "01", "26", "c7", "ec", "ed", "ee"}
]


@cache
def document_by(algorithm: str, suite: str) -> dict[str, Any]:
    by = Party.of(algorithm)
    return embedded(unsigned(by.did, HOLDER.did), by, suite)


@cache
def token_by(algorithm: str) -> bytes:
    by = Party.of(algorithm)
    return token_of(unsigned(by.did, HOLDER.did), by, "vc+jwt")


WAYS: Final = (
    ("Ed25519", "eddsa-rdfc-2022"),
    ("Ed25519", "eddsa-jcs-2022"),
    ("Ed25519", "vc+jwt"),
    ("P-256", "ecdsa-rdfc-2019"),
    ("P-256", "ecdsa-jcs-2019"),
    ("P-256", "vc+jwt"),
    ("P-384", "ecdsa-jcs-2019"),
    ("P-384", "vc+jwt"),
    ("P-521", "vc+jwt"),
    ("secp256k1", "vc+jwt"),
)
ECDSA: Final = tuple(way for way in WAYS if way[0] in ORDERS)
EDDSA: Final = tuple(way for way in WAYS if way[0] not in ORDERS)


def signature_of(algorithm: str, way: str) -> bytes:
    if way == "vc+jwt":
        return decode_base64url(token_by(algorithm).decode().rpartition(".")[2])
    value: str = document_by(algorithm, way)["proof"]["proofValue"]
    return decode_base58btc(value)


def verdict(algorithm: str, way: str, signature: bytes) -> Verdict:
    """Of what was signed, under another signature."""
    if way == "vc+jwt":
        head = token_by(algorithm).rpartition(b".")[0]
        return judge(head + b"." + encode_base64url(signature).encode()).verdict
    document = document_by(algorithm, way)
    proof = {**document["proof"], "proofValue": encode_base58btc(signature)}
    return judge(write_json({**document, "proof": proof})).verdict


@pytest.mark.parametrize(("algorithm", "way"), WAYS)
def test_a7_0_the_signature_that_was_made_is_valid(algorithm: str, way: str) -> None:
    assert verdict(algorithm, way, signature_of(algorithm, way)) is VALID


@pytest.mark.parametrize(("algorithm", "way"), EDDSA)
def test_a7_1_an_s_beyond_the_order_is_invalid(algorithm: str, way: str) -> None:
    signature = signature_of(algorithm, way)
    s = int.from_bytes(signature[32:], "little")
    for other in (s + ED25519_ORDER, s ^ 1, 0, ED25519_ORDER, 2**256 - 1):
        assert verdict(algorithm, way, signature[:32] + other.to_bytes(32, "little")) is INVALID


def multikey(algorithm: str, raw: bytes) -> str:
    return encode_base58btc(PREFIXES[algorithm] + raw)


@pytest.mark.parametrize("point", SMALL, ids=lambda point: point.hex())
def test_a7_2_a_key_of_small_order_signs_nothing(
    issued: Make, judged: Judged, world: dict[str, Any], point: bytes
) -> None:
    forged = (b"\x01" + bytes(31)) + bytes(32)
    credential = issued(proof={"cryptosuite": "eddsa-jcs-2022"})
    credential["proof"][0]["proofValue"] = encode_base58btc(forged)
    method = world[UNIVERSITY]["verificationMethod"][0]
    method["publicKeyMultibase"] = multikey("Ed25519", point)
    assert judged(credential).verdict in (INVALID, INDETERMINATE)
    did = f"did:key:{multikey('Ed25519', point)}"
    named = f"{did}#{did.removeprefix('did:key:')}"
    members = {"issuer": did, "credentialSubject": {"id": HOLDER.did, "degree": "D"}}
    proof = {**credential["proof"][0], "verificationMethod": named}
    assert judge(write_json({**credential, **members, "proof": proof})).verdict is INVALID


def test_finding_1_the_identity_signs_nothing(
    issued: Make, judged: Judged, world: dict[str, Any]
) -> None:
    identity = b"\x01" + bytes(31)
    credential = issued()
    credential["proof"][0]["proofValue"] = encode_base58btc(identity + bytes(32))
    assert judged(credential).verdict is INVALID
    method = world[UNIVERSITY]["verificationMethod"][0]
    method["publicKeyMultibase"] = multikey("Ed25519", identity)
    assert judged(credential).verdict in (INVALID, INDETERMINATE)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(identity)}
    method.pop("publicKeyMultibase")
    method |= {"type": "JsonWebKey", "publicKeyJwk": jwk}
    assert judged(credential).verdict in (INVALID, INDETERMINATE)


@pytest.mark.parametrize(("algorithm", "way"), ECDSA)
def test_a7_4_the_other_s_is_the_same_signature_and_no_other(algorithm: str, way: str) -> None:
    order = ORDERS[algorithm]
    found = read_signature(signature_of(algorithm, way), order)
    assert found is not None
    r, s = found
    width = len(signature_of(algorithm, way)) // 2
    for other_r, other_s, expected in (
        (r, order - s, VALID),
        (order - r, s, INVALID),
        (order - r, order - s, INVALID),
        (s, r, INVALID),
    ):
        other = other_r.to_bytes(width) + other_s.to_bytes(width)
        assert verdict(algorithm, way, other) is expected


@pytest.mark.parametrize(("algorithm", "way"), ECDSA)
def test_a7_5_halves_that_are_zero_or_as_great_as_the_order_are_invalid(
    algorithm: str, way: str
) -> None:
    order = ORDERS[algorithm]
    signature = signature_of(algorithm, way)
    width = len(signature) // 2
    r, s = signature[:width], signature[width:]
    for number in (0, order, order + 1, 2 ** (8 * width) - 1):
        half = number.to_bytes(width)
        for other in (half + half, half + s, r + half):
            assert verdict(algorithm, way, other) is INVALID
    wrapped = int.from_bytes(r) + order
    if wrapped < 2 ** (8 * width):
        assert verdict(algorithm, way, wrapped.to_bytes(width) + s) is INVALID


def integer(number: int) -> bytes:
    data = number.to_bytes(number.bit_length() // 8 + 1)
    return b"\x02" + bytes([len(data)]) + data


@pytest.mark.parametrize(("algorithm", "way"), ECDSA)
def test_a7_6_a_signature_in_der_is_invalid(algorithm: str, way: str) -> None:
    found = read_signature(signature_of(algorithm, way), ORDERS[algorithm])
    assert found is not None
    body = b"".join(map(integer, found))
    assert verdict(algorithm, way, b"\x30" + bytes([len(body)]) + body) is INVALID


@pytest.mark.parametrize(("algorithm", "way"), WAYS)
def test_a7_6_a_signature_of_another_length_is_invalid(algorithm: str, way: str) -> None:
    signature = signature_of(algorithm, way)
    for other in (
        b"",
        signature[:-1],
        signature + b"\0",
        b"\0" + signature,
        signature * 2,
        signature[:32],
        bytes(len(signature)),
    ):
        assert verdict(algorithm, way, other) is INVALID


@pytest.mark.parametrize(
    ("algorithm", "raw"),
    [
        ("P-256", b"\x02" + b"\xff" * 32),
        ("P-256", b"\x00"),
        ("P-256", b"\x05" + bytes(32)),
        ("P-384", b"\x02" + b"\xff" * 48),
        ("P-521", b"\x02" + b"\xff" * 66),
        ("P-521", b"\x02\x01" + b"\xff" * 65),
        ("P-521", b"\x04" + bytes(66)),
        ("P-521", b"\x02" + bytes(65)),
        ("secp256k1", b"\x02" + b"\xff" * 32),
        ("secp256k1", b"\x02" + bytes(31) + b"\x05"),
        ("secp256k1", b"\x00"),
        ("Ed25519", b"\xff" * 32),
        ("Ed25519", b"\x02" + bytes(31)),
        ("Ed25519", bytes(31)),
        ("Ed25519", bytes(33)),
    ],
)
def test_a7_7_a_point_that_is_not_on_the_curve_is_no_key(
    issued: Make, judged: Judged, world: dict[str, Any], algorithm: str, raw: bytes
) -> None:
    did = f"did:key:{multikey(algorithm, raw)}"
    document = embedded(unsigned(Party.of().did, HOLDER.did), Party.of())
    named = f"{did}#{did.removeprefix('did:key:')}"
    proof = {**document["proof"], "verificationMethod": named}
    assert judge(write_json({**document, "issuer": did, "proof": proof})).verdict is INVALID
    method = world[UNIVERSITY]["verificationMethod"][0]
    method["publicKeyMultibase"] = multikey(algorithm, raw)
    assert judged(issued()).verdict in (INVALID, INDETERMINATE)


def test_a7_8_a_key_is_never_used_under_another_algorithm() -> None:
    for algorithm, others in (
        ("Ed25519", ("ES256", "ES256K")),
        ("P-256", ("EdDSA", "ES256K")),
        ("secp256k1", ("EdDSA", "ES256")),
        ("P-384", ("ES256", "EdDSA", "ES512")),
        ("P-521", ("ES256", "ES384", "ES256K", "EdDSA")),
    ):
        by = Party.of(algorithm)
        payload = unsigned(by.did, HOLDER.did)
        for alg in others:
            assert judge(by.token(payload, alg=alg)).verdict is INVALID


@pytest.mark.parametrize(
    ("made", "suite"),
    [("Ed25519", "ecdsa-jcs-2019"), ("P-256", "eddsa-jcs-2022"), ("P-384", "eddsa-rdfc-2022")],
)
def test_a7_8_a_suite_is_never_used_with_a_key_of_another_algorithm(made: str, suite: str) -> None:
    own = {"Ed25519": "eddsa-jcs-2022"}.get(made, "ecdsa-jcs-2019")
    document = document_by(made, own)
    proof = {**document["proof"], "cryptosuite": suite}
    assert judge(write_json({**document, "proof": proof})).verdict is INDETERMINATE


@pytest.mark.parametrize("suite", ["ecdsa-jcs-2019", "ecdsa-rdfc-2019", "ecdsa-sd-2023"])
def test_a7_8_no_suite_is_used_with_a_key_of_p_521(suite: str) -> None:
    by = Party.of("P-521")
    document = document_by("P-384", "ecdsa-jcs-2019")
    proof = {**document["proof"], "cryptosuite": suite, "verificationMethod": by.method}
    report = judge(write_json({**document, "issuer": by.did, "proof": proof}))
    assert report.verdict is INDETERMINATE
    assert any("and the key of P-521" in str(check.sentence) for check in report.checks)


def test_a7_8_p_256_and_p_384_are_told_apart() -> None:
    document, other = document_by("P-256", "ecdsa-jcs-2019"), document_by("P-384", "ecdsa-jcs-2019")
    proof = {**document["proof"], "proofValue": other["proof"]["proofValue"]}
    assert judge(write_json({**document, "proof": proof})).verdict is INVALID
    proof = {**document["proof"], "verificationMethod": Party.of("P-384").method}
    assert judge(write_json({**document, "proof": proof})).verdict is INVALID
