from __future__ import annotations

import base64

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.base_encodings import (
    NotEncoded,
    decode_base58btc,
    decode_base64url,
    encode_base58btc,
    encode_base64url,
)


@given(st.binary(max_size=100))
def test_bytes_come_back_from_both_encodings(data: bytes) -> None:
    assert decode_base64url(encode_base64url(data)) == data
    assert decode_base58btc(encode_base58btc(data)) == data


@given(st.text(alphabet="AQgwz09-_=+/ \n", max_size=9))
def test_only_the_one_text_for_some_bytes_is_base64url(text: str) -> None:
    try:
        data = decode_base64url(text)
    except NotEncoded:
        padded = text + "=" * (-len(text) % 4)
        try:
            loose = base64.urlsafe_b64decode(padded)
        except ValueError:
            return
        assert base64.urlsafe_b64encode(loose).rstrip(b"=").decode() != text
    else:
        assert encode_base64url(data) == text


@pytest.mark.parametrize(
    "text", ["QR", "QQ==", "Q", "QQ\n", "QQ ", "Q+8", "Q/8", "QU", "é", "QUJB="]
)
def test_another_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(NotEncoded):
        decode_base64url(text)


@pytest.mark.parametrize(
    "text", ["", "x11", "z0", "zO", "z1 ", " z1", "z1\n", "zé", "z" + "1" * 800]
)
def test_what_is_no_base58btc_is_refused(text: str) -> None:
    with pytest.raises(NotEncoded):
        decode_base58btc(text)


def test_base58_is_that_of_bitcoin() -> None:
    data = bytes.fromhex("0000287fb4cd")
    assert decode_base58btc("z11233QC4") == data == base58.b58decode("11233QC4")


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=140))
def test_digits_of_base58_are_read_as_the_library_reads_them(digits: str) -> None:
    assert decode_base58btc(f"z{digits}") == base58.b58decode(digits)
