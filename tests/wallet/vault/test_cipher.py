from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.vault.cipher import Purpose, RowCipher, WalletKey, joined, keyed_hash
from wallet.vault.errors import IntegrityError

KEY = bytes(range(32))
CIPHER = RowCipher(KEY, b"wallet", "record")


def test_each_purpose_has_its_own_key() -> None:
    keys = {WalletKey(KEY).subkey(purpose) for purpose in Purpose}
    assert len(keys) == len(Purpose)
    assert all(len(key) == 32 for key in keys)
    assert WalletKey(bytes(32)).subkey(Purpose.KEYS) not in keys


@given(st.lists(st.binary(max_size=4)), st.lists(st.binary(max_size=4)))
def test_no_two_lists_of_parts_look_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (joined(*one) == joined(*other)) == (one == other)
    same = keyed_hash(KEY, *one, size=16) == keyed_hash(KEY, *other, size=16)
    assert same == (one == other)


@given(st.binary(max_size=600), st.binary(max_size=16), st.integers(0, 2**63 - 1))
def test_opens_what_it_sealed(plaintext: bytes, row_id: bytes, version: int) -> None:
    sealed = CIPHER.seal(plaintext, row_id=row_id, version=version)
    assert CIPHER.open(sealed, row_id=row_id, version=version, name="it") == plaintext
    assert (len(sealed) - 24 - 16) % 256 == 0


def test_no_two_seals_are_alike() -> None:
    assert len({CIPHER.seal(b"x", row_id=b"", version=1) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("cipher", "row_id", "version"),
    [
        (RowCipher(bytes(32), b"wallet", "record"), b"id", 1),
        (RowCipher(KEY, b"other", "record"), b"id", 1),
        (RowCipher(KEY, b"wallet", "meta"), b"id", 1),
        (CIPHER, b"di", 1),
        (CIPHER, b"id", 2),
    ],
)
def test_opens_in_its_own_place_only(cipher: RowCipher, row_id: bytes, version: int) -> None:
    sealed = CIPHER.seal(b"x", row_id=b"id", version=1)
    with pytest.raises(IntegrityError, match="the row was changed or damaged") as caught:
        cipher.open(sealed, row_id=row_id, version=version, name="the row")
    assert caught.value.record == "the row"


def test_notices_each_flipped_bit_and_each_lost_byte() -> None:
    sealed = CIPHER.seal(b"x", row_id=b"id", version=1)
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1 << (place % 8)
        for damaged in (bytes(flipped), sealed[:place]):
            with pytest.raises(IntegrityError):
                CIPHER.open(damaged, row_id=b"id", version=1, name="it")


@pytest.mark.parametrize("holder", [CIPHER, WalletKey(KEY)])
def test_shows_no_key(holder: object) -> None:
    assert KEY.hex() not in repr(holder)
    assert repr(KEY) not in repr(holder)
    with pytest.raises(TypeError):
        pickle.dumps(holder)
