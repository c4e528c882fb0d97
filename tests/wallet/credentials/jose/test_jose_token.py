from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from did.base_encodings import decode_base64url, encode_base64url
from did.keys import ALGORITHMS
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    InvalidJSON,
    ProofInvalid,
    UnsupportedFormat,
)
from wallet.credentials.formats.jose import NO_TYPE, SIGNATURES, check_token, read_token
from wallet.credentials.formats.jose.algorithms import algorithm_of, read_algorithm
from wallet.credentials.formats.jose.token import MAX_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wallet.credentials.jose.conftest import Party

JWT = frozenset({"JWT"})
PAYLOAD = {"iss": "did:example:1", "n": 7}


def test_reads_what_each_algorithm_signed(everyone: Party) -> None:
    token = everyone.token(PAYLOAD, typ="JWT")
    read = read_token(token, typ=JWT)
    check_token(read, everyone.key.public_key)
    assert read.payload == PAYLOAD
    assert (read.alg, read.typ, read.kid) == (everyone.alg, "JWT", everyone.method.id)
    assert token == read.signing_input + b"." + encode_base64url(read.signature).encode()


def test_refuses_another_key_and_a_key_of_another_kind(
    everyone: Party, party: Callable[..., Party]
) -> None:
    read = read_token(everyone.token(PAYLOAD, typ="JWT"), typ=JWT)
    for alg in SIGNATURES:
        with pytest.raises(ProofInvalid):
            check_token(read, party(alg, number=9).key.public_key)


def test_refuses_a_token_that_names_another_algorithm_than_its_key_has(ada: Party) -> None:
    for alg in ("ES256", "ES256K"):
        read = read_token(ada.token(PAYLOAD, typ="JWT", alg=alg), typ=JWT)
        with pytest.raises(ProofInvalid, match="is of a key of"):
            check_token(read, ada.key.public_key)


def test_refuses_a_token_of_which_any_byte_was_changed(everyone: Party) -> None:
    token = everyone.token({"a": 1}, typ="JWT")
    for at in range(len(token)):
        for mask in (1, 2, 4, 0x20, 0x80):
            changed = bytearray(token)
            changed[at] ^= mask
            with pytest.raises(CredentialError):
                check_token(read_token(bytes(changed), typ=JWT), everyone.key.public_key)


def test_refuses_a_token_cut_short_anywhere_or_made_longer(ada: Party) -> None:
    token = ada.token({"a": 1}, typ="JWT")
    for end in range(len(token)):
        with pytest.raises(CredentialError):
            check_token(read_token(token[:end], typ=JWT), ada.key.public_key)
    for more in (b"A", b"=", b"\n", b".", b" ", b"\x00", "é".encode()):
        with pytest.raises(CredentialError):
            read_token(token + more, typ=JWT)
        with pytest.raises(CredentialError):
            read_token(more + token, typ=JWT)


def test_refuses_a_high_number_of_dots_and_a_token_beyond_1_mib() -> None:
    with pytest.raises(InvalidCredential, match="three parts"):
        read_token(b"." * MAX_TOKEN, typ=JWT)
    with pytest.raises(InvalidCredential, match="at most"):
        read_token(b"A" * (MAX_TOKEN + 1), typ=JWT)


@pytest.mark.parametrize(
    ("token", "name"),
    [
        (b"a.b.c.d.e", "JWE"),
        (b"a.b.c~", "SD-JWT"),
        (b"a.b.c~d~e.f.g", "SD-JWT"),
        (b'{"payload":"","signatures":[]}', "JSON serialization"),
        (b' {"payload":""}', "JSON serialization"),
    ],
)
def test_names_the_format_that_it_does_not_read(token: bytes, name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=name):
        read_token(token, typ=JWT)


@pytest.mark.parametrize(
    "alg", ["RS256", "PS512", "ES512K", "ES256K-R", "es256", "eddsa", "ML-DSA-44"]
)
def test_says_that_it_does_not_know_an_algorithm(alg: str) -> None:
    with pytest.raises(UnsupportedFormat, match="not supported"):
        read_algorithm(alg)


def test_signs_with_the_name_that_every_reader_knows() -> None:
    names = {
        kind: algorithm_of(ALGORITHMS[kind].private_key(bytes((*range(size - 1), 1))).public_key)
        for kind, size in (
            *(("Ed25519", 32), ("P-256", 32), ("P-384", 48)),
            *(("P-521", 66), ("secp256k1", 32)),
        )
    }
    assert {kind: found.name for kind, found in names.items()} == {
        "Ed25519": "EdDSA",
        "P-256": "ES256",
        "P-384": "ES384",
        "P-521": "ES512",
        "secp256k1": "ES256K",
    }
    with pytest.raises(UnsupportedFormat):
        algorithm_of(ALGORITHMS["X25519"].private_key(bytes(32)).public_key)


@pytest.mark.parametrize("name", ["header", "payload"])
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xef\xbb\xbf{}",
        b'{"alg":"EdDSA","alg":"none"}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"a":9007199254740993}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b"{} {}",
        b"[" * 100_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
    ],
)
def test_refuses_a_part_that_is_no_strict_json(ada: Party, name: str, text: bytes) -> None:
    header = b'{"alg":"EdDSA","typ":"JWT"}'
    parts = (text, b"{}") if name == "header" else (header, text)
    with pytest.raises(InvalidJSON, match=name):
        read_token(ada.sign(*parts), typ=JWT)


@pytest.mark.parametrize("text", [b"[]", b"1", b'"a"', b"null"])
def test_refuses_a_part_that_is_no_object(ada: Party, text: bytes) -> None:
    header = b'{"alg":"EdDSA","typ":"JWT"}'
    for parts in ((text, b"{}"), (header, text)):
        with pytest.raises(InvalidCredential, match="must be a JSON object"):
            read_token(ada.sign(*parts), typ=JWT)


def test_refuses_every_other_spelling_in_base64(ada: Party) -> None:
    header, payload, signature = ada.token({"a": "?>~"}, typ="JWT").decode().split(".")
    last = signature[-1]
    spare = [
        other
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if other != last
    ]
    tokens = [
        f"{header}=.{payload}.{signature}",
        f"{header}.{payload}==.{signature}",
        f"{header}.{payload}.{signature}==",
        f"{header}.{payload[:4]}\n{payload[4:]}.{signature}",
        f"{header}.{payload[:4]} {payload[4:]}.{signature}",
        f"{header}.{payload.replace('-', '+').replace('_', '/')}.{signature}",
        *(f"{header}.{payload}.{signature[:-1]}{other}" for other in spare),
    ]
    for token in tokens:
        if token == f"{header}.{payload}.{signature}":
            continue
        with pytest.raises(CredentialError):
            check_token(read_token(token.encode(), typ=JWT), ada.key.public_key)


@pytest.mark.parametrize("size", [0, 63, 65, 96, 128])
def test_refuses_a_signature_of_another_length_than_its_algorithm_has(
    ada: Party, size: int
) -> None:
    head = ada.token(PAYLOAD, typ="JWT").rpartition(b".")[0]
    with pytest.raises(InvalidCredential, match="must have the 64 bytes"):
        read_token(head + b"." + encode_base64url(bytes(size)).encode(), typ=JWT)


def test_reads_no_other_type_than_it_was_told(ada: Party) -> None:
    for typ in ("jwt", "at+jwt", "kb+jwt", "JOSE", "application/JOSE", "application/", "vc+jwt "):
        with pytest.raises(InvalidCredential, match="typ says"):
            read_token(ada.token(PAYLOAD, typ=typ), typ=JWT)
    wrongs: list[Any] = ["", 1, ["JWT"], {}, False]
    for wrong in wrongs:
        with pytest.raises(InvalidCredential, match="must be text"):
            read_token(ada.token(PAYLOAD, typ=wrong), typ=JWT)
    with pytest.raises(InvalidCredential, match="is missing"):
        read_token(ada.token(PAYLOAD, typ=None), typ=JWT)
    with pytest.raises(UnsupportedFormat, match="SD-JWT"):
        read_token(ada.token(PAYLOAD, typ="vc+sd-jwt"), typ=JWT)
    assert read_token(ada.token(PAYLOAD, typ="application/JWT"), typ=JWT).typ == "JWT"
    assert read_token(ada.token(PAYLOAD, typ=None), typ=JWT | {NO_TYPE}).typ == NO_TYPE


@pytest.mark.parametrize("kid", ["", 1, [], {}, True])
def test_refuses_a_kid_that_is_no_text(ada: Party, kid: Any) -> None:
    with pytest.raises(InvalidCredential, match="kid"):
        read_token(ada.token(PAYLOAD, typ="JWT", kid=kid), typ=JWT)


def test_refuses_a_header_that_says_otherwise_than_the_payload(ada: Party) -> None:
    read_token(ada.token(PAYLOAD, typ="JWT", iss="did:example:1"), typ=JWT)
    with pytest.raises(InvalidCredential, match="iss"):
        read_token(ada.token(PAYLOAD, typ="JWT", iss="did:example:2"), typ=JWT)


def test_passes_over_members_of_the_header_that_it_does_not_know(ada: Party) -> None:
    read = read_token(ada.token(PAYLOAD, typ="JWT", x5t="AAAA", trust="me"), typ=JWT)
    check_token(read, ada.key.public_key)


@given(data=st.binary(max_size=300))
@example(data=b"..")
@example(data=b"e30.e30.")
@example(data=b"\xff.\xff.\xff")
def test_refuses_whatever_is_no_token_with_an_error_of_its_own(data: bytes) -> None:
    with pytest.raises(CredentialError):
        read_token(data, typ=JWT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["alg", "typ", "kid", "iss", "aud", "exp", "a"]), inner)
    ),
    max_leaves=8,
)


@given(header=JSON, payload=JSON)
def test_reads_or_refuses_whatever_json_a_token_is_made_of(header: Any, payload: Any) -> None:
    parts = (
        encode_base64url(json.dumps(part).encode("utf-8", "surrogatepass"))
        for part in (header, payload)
    )
    token = f"{'.'.join(parts)}.{encode_base64url(bytes(64))}".encode()
    try:
        read = read_token(token, typ=JWT | {NO_TYPE})
    except CredentialError:
        return
    assert decode_base64url(read.signing_input.decode().split(".")[1]) is not None
