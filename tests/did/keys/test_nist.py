from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidKey
from did.keys.p256 import P256, P256PrivateKey, P256PublicKey
from did.keys.p384 import P384, P384PrivateKey, P384PublicKey
from did.keys.p521 import P521, P521PrivateKey, P521PublicKey

if TYPE_CHECKING:
    from did.keys import Algorithm
    from did.keys.nist import NistPrivateKey, NistPublicKey

# SEC 2, sections 2.4.2, 2.5.1 and 2.6.1.
PRIMES: Final = {
    "P-256": 2**256 - 2**224 + 2**192 + 2**96 - 1,
    "P-384": 2**384 - 2**128 - 2**96 + 2**32 - 1,
    "P-521": 2**521 - 1,
}
ORDERS: Final = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
    "P-521": int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
}
KEYS: Final = [
    P256PrivateKey(b"\x07" * 32),
    P384PrivateKey(b"\x07" * 48),
    P521PrivateKey(b"\x01" + b"\x07" * 65),
]
each = pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key.algorithm))
kinds = pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(P256PublicKey, P256), (P384PublicKey, P384), (P521PublicKey, P521)],
    ids=["P-256", "P-384", "P-521"],
)


def halves(key: NistPrivateKey, message: bytes) -> tuple[bytes, int]:
    """A signature's r as bytes, and its s."""
    signature = key.sign(message)
    middle = len(signature) // 2
    return signature[:middle], int.from_bytes(signature[middle:])


def test_signs_on_p_256_as_rfc_6979_says_but_with_the_low_s() -> None:
    # Appendix A.2.5, SHA-256.
    key = P256PrivateKey(
        bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
    )
    r, s = halves(key, b"sample")
    assert r.hex() == "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    high = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
    assert s == ORDERS["P-256"] - high
    assert key.public_key.verify(r + high.to_bytes(32), b"sample")


def test_signs_on_p_384_as_rfc_6979_says_but_with_the_low_s() -> None:
    # Appendix A.2.6, SHA-384.
    key = P384PrivateKey(
        bytes.fromhex(
            "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
            "96D5724E4C70A825F872C9EA60D2EDF5"
        )
    )
    r, s = halves(key, b"sample")
    assert r.hex() == (
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
        "81a648152e44acf96e36dd1e80fabe46"
    )
    high = int(
        "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
        "A329C145786E679E7B82C71A38628AC8",
        16,
    )
    assert s == ORDERS["P-384"] - high
    assert key.public_key.verify(r + high.to_bytes(48), b"sample")


def test_signs_on_p_521_as_rfc_6979_says() -> None:
    # Appendix A.2.7, SHA-512. This s is the low one.
    key = P521PrivateKey(
        bytes.fromhex(
            "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA8"
            "96EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538"
        )
    )
    r, s = halves(key, b"sample")
    assert r.hex() == (
        "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e"
        "25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa"
    )
    assert s == int(
        "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF2826"
        "23EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
        16,
    )
    high = ORDERS["P-521"] - s
    assert key.public_key.verify(r + high.to_bytes(66), b"sample")


def test_a_signature_on_p_521_has_each_number_in_its_full_width_alone() -> None:
    key = P521PrivateKey(b"\x01" + b"\x07" * 65)
    short = (n for n in range(1000) if key.sign(b"%d" % n)[:2] == bytes(2))
    message = b"%d" % next(short)
    signature = key.sign(message)
    r, s = signature[:66], signature[66:]
    assert key.public_key.verify(r + s, message)
    for other in (r[1:] + s, r[2:] + s, r[1:] + s + b"\0", b"\0" + r + s, r + s[1:], r[1:] + s[1:]):
        assert not key.public_key.verify(other, message)


@each
@given(message=st.binary(max_size=60))
def test_writes_the_low_s_and_reads_either(key: NistPrivateKey, message: bytes) -> None:
    r, s = halves(key, message)
    order = ORDERS[key.algorithm]
    assert s <= order // 2
    assert key.public_key.verify(r + (order - s).to_bytes(len(r)), message)


@each
@pytest.mark.parametrize("past", [None, 0, 1])
def test_refuses_an_r_or_s_that_is_out_of_range(key: NistPrivateKey, past: int | None) -> None:
    r, s = halves(key, b"message")
    number = 0 if past is None else ORDERS[key.algorithm] + past
    assert not key.public_key.verify(number.to_bytes(len(r)) + s.to_bytes(len(r)), b"message")
    assert not key.public_key.verify(r + number.to_bytes(len(r)), b"message")


@each
def test_refuses_a_private_key_out_of_range_and_shows_nothing_of_it(key: NistPrivateKey) -> None:
    size = len(key.expose_secret())
    for secret in (0, ORDERS[key.algorithm], 2 ** (8 * size) - 1):
        with pytest.raises(InvalidKey, match="out of range") as refusal:
            type(key)(secret.to_bytes(size))
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__


@kinds
def test_refuses_what_is_not_a_compressed_point(
    kind: type[NistPublicKey], algorithm: Algorithm
) -> None:
    size, prime = algorithm.size, PRIMES[algorithm.name]
    x = algorithm.private_key(b"\x01" * size).public_key.raw[1:]
    for raw in (b"\x04" + x, b"\x00" + x, b"\x06" + x, b"\x02" + b"\xff" * size, bytes(size + 1)):
        with pytest.raises(InvalidKey, match="not a point of the curve"):
            kind(raw)
    for beyond in range(16):  # x = p + something is no second name for that point
        with pytest.raises(InvalidKey, match="not a point of the curve"):
            kind(b"\x02" + (prime + beyond).to_bytes(size))


@kinds
def test_refuses_coordinates_that_are_on_no_curve(
    kind: type[NistPublicKey], algorithm: Algorithm
) -> None:
    x, y = algorithm.split(algorithm.private_key(b"\x01" * algorithm.size).public_key.raw)
    assert algorithm.join((x, y)) == kind(algorithm.join((x, y))).raw
    with pytest.raises(InvalidKey, match="not a point of the curve"):
        algorithm.join((y, x))
