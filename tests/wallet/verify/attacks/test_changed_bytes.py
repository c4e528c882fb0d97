"""Any change to what was signed is found, whatever it was signed with.

The signed part, for each way of securing:

- A document that carries its proofs: its JSON value, that of the proofs included. Bytes that JSON
  reads as the same value are the same document; white space between values is not signed.
- A token: every byte of it, from the first to the last. White space around it belongs to the file.
- What is signed in CBOR: every byte, in base64url, of which either alphabet is read.
- A token in an envelope: the token alone. The envelope is not signed, and decides nothing.
- A status list: as the credential or the token that it is. A list that does not hold leaves what
  points to it unknown.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.parties import LIST, judge
from tests.fuzz.seeds import FAST, NAMES, SLOW, Seed, seed
from wallet.credentials.errors import InvalidJSON
from wallet.credentials.formats.cose.written import decoded
from wallet.credentials.strict_json import read_json, write_json
from wallet.verify.report import Verdict

LISTS: Final = ("bitstring status list", "token status list", "cwt status list")


def signed_part(given: Seed) -> range:
    """The bytes of a seed that are signed."""
    if given.secured != "enveloped":
        return range(len(given.data))
    token = read_json(given.data)["id"].partition(",")[2].encode()
    start = given.data.index(token)
    return range(start, start + len(token))


def reads_alike(some: bytes, others: bytes) -> bool:
    """Whether two texts are the same JSON value. To Python, true is 1; here it is not."""
    try:
        return write_json(read_json(some)) == write_json(read_json(others))
    except InvalidJSON:
        return False


def assert_found(given: Seed, changed: bytes) -> None:
    if given.secured == "token":
        alike = changed.strip() == given.data
    elif given.secured == "cbor":
        alike = decoded(b"".join(changed.split())) == decoded(given.data)
    else:
        alike = reads_alike(changed, given.data)
    report = judge(changed, given.web, **given.asked)
    assert report.checks
    assert (report.verdict is Verdict.VALID) == alike


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_was_secured_is_valid_as_it_stands(name: str) -> None:
    given = seed(name)
    report = judge(given.data, given.web, **given.asked)
    assert report.verdict is Verdict.VALID
    assert given.name == name


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=80)
@given(data=st.data())
def test_no_byte_of_the_signed_part_can_be_another(name: str, data: st.DataObject) -> None:
    given = seed(name)
    position = data.draw(st.sampled_from(signed_part(given)))
    byte = data.draw(st.integers(0, 255))
    assert_found(given, given.data[:position] + bytes([byte]) + given.data[position + 1 :])


@pytest.mark.parametrize("name", SLOW)
@settings(max_examples=12)
@given(data=st.data())
def test_no_byte_that_didkit_signed_can_be_another(name: str, data: st.DataObject) -> None:
    given = seed(name)
    position = data.draw(st.sampled_from(signed_part(given)))
    byte = data.draw(st.integers(0, 255))
    assert_found(given, given.data[:position] + bytes([byte]) + given.data[position + 1 :])


@pytest.mark.slow
@pytest.mark.parametrize("name", FAST)
def test_every_byte_of_the_signed_part_counts(name: str) -> None:
    given = seed(name)
    for position in signed_part(given):
        other = bytes([given.data[position] ^ 1])
        assert_found(given, given.data[:position] + other + given.data[position + 1 :])


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=40)
@given(data=st.data())
def test_no_byte_of_the_signed_part_can_be_left_out_or_added(
    name: str, data: st.DataObject
) -> None:
    given = seed(name)
    position = data.draw(st.sampled_from(signed_part(given)))
    taken = data.draw(st.integers(0, 3))
    added = data.draw(st.binary(max_size=3) | st.sampled_from([b" ", b"=", b"A", b",", b"\n"]))
    changed = given.data[:position] + added + given.data[position + taken :]
    if given.secured == "enveloped":
        # What is added after the last byte of the token is in its envelope, as are its quotes.
        taken = min(taken, signed_part(given).stop - position)
        changed = given.data[:position] + added + given.data[position + taken :]
    assert_found(given, changed)


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=20)
@given(data=st.data())
def test_nothing_can_be_cut_off(name: str, data: st.DataObject) -> None:
    given = seed(name)
    length = data.draw(st.integers(0, len(given.data) - 1))
    assert judge(given.data[:length], given.web, **given.asked).verdict is Verdict.INVALID


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=80)
@given(data=st.data())
def test_a_status_list_of_which_a_byte_is_another_tells_nothing(
    name: str, data: st.DataObject
) -> None:
    given = seed(name)
    listed = given.web[LIST]
    position = data.draw(st.integers(0, len(listed) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = listed[:position] + bytes([byte]) + listed[position + 1 :]
    alike = changed == listed or reads_alike(changed, listed)
    expected = Verdict.VALID if alike else Verdict.INDETERMINATE
    assert judge(given.data, {LIST: changed}).verdict is expected


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
def test_every_byte_of_a_status_list_counts(name: str) -> None:
    given = seed(name)
    listed = given.web[LIST]
    for position, byte in enumerate(listed):
        changed = listed[:position] + bytes([byte ^ 1]) + listed[position + 1 :]
        assert judge(given.data, {LIST: changed}).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("name", FAST)
def test_white_space_between_values_is_not_signed(name: str) -> None:
    given = seed(name)
    spaced = given.data
    if given.secured in {"json", "enveloped"}:
        spaced = spaced.replace(b'":', b'" :\t').replace(b',"', b' ,\r\n"')
    assert judge(b"\n " + spaced + b"\n", given.web, **given.asked).verdict is Verdict.VALID
