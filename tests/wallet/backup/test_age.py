from __future__ import annotations

import hashlib
import io
import json
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.backup.age import CHUNK, decrypt, encrypt
from wallet.backup.age.bech32 import NotBech32, decode, encode
from wallet.backup.age.errors import AgeError, BadHeader, BadPayload, NoMatch, NotAge
from wallet.backup.age.keys import Identity, Passphrase, PublicKey, Unlocks
from wallet.vault.secret import Secret

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors/age/testkit.json").read_text(encoding="utf-8")
)
PRIVATE = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
KEY = Passphrase(Secret("open sesame"), work=4)


def unlocks(text: str) -> Unlocks:
    secret = Secret(text)
    return Identity.parse(secret) if text.startswith("AGE-SECRET-KEY-") else Passphrase(secret)


def read(data: bytes, *keys: Unlocks) -> bytes:
    return b"".join(decrypt(io.BytesIO(data), keys))


def written(data: bytes, *recipients: Any) -> bytes:
    return b"".join(encrypt([data], recipients))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_an_age_file_is_read_as_its_authors_say(vector: dict[str, Any]) -> None:
    data = zlib.decompress(b64decode(vector["file"]))
    keys = [unlocks(text) for text in vector["keys"]]
    try:
        found = read(data, *keys)
    except NoMatch:
        outcome = "no match"
    except BadPayload:
        outcome = "payload failure"
    except NotAge:
        outcome = "header failure"
    except BadHeader as error:
        outcome = "HMAC failure" if "was changed" in str(error) else "header failure"
    else:
        outcome = "success"
        assert hashlib.sha256(found).hexdigest() == vector["payload"]
    assert outcome == vector["expect"]


def test_keys_are_written_as_the_specification_writes_them() -> None:
    identity = Identity.parse(Secret(PRIVATE))
    assert str(identity.public_key) == PUBLIC
    assert PublicKey.parse(PUBLIC) == identity.public_key
    assert PRIVATE not in repr(identity)


@given(st.binary(max_size=300), st.integers(0, 3), st.sampled_from([-1, 0, 1]))
def test_what_is_written_is_read_again(tail: bytes, chunks: int, more: int) -> None:
    data = tail + bytes(max(chunks * CHUNK - len(tail) + more, 0))
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    sealed = b"".join(encrypt(pieces, [KEY]))
    assert read(sealed, KEY) == data


def test_each_of_several_keys_opens_the_file() -> None:
    one = Identity.parse(Secret(PRIVATE))
    other = Identity(bytes(range(32)))
    sealed = written(b"both", one.public_key, other.public_key)
    assert read(sealed, one) == read(sealed, other) == b"both"
    with pytest.raises(NoMatch):
        read(sealed, Identity(bytes(range(1, 33))))
    with pytest.raises(NoMatch):
        read(sealed, KEY)


def test_a_passphrase_stands_alone() -> None:
    with pytest.raises(ValueError, match="alone"):
        written(b"", KEY, PublicKey.parse(PUBLIC))
    with pytest.raises(ValueError, match="somebody"):
        written(b"")


@given(st.data())
def test_a_changed_bit_is_noticed_wherever_it_is(data: st.DataObject) -> None:
    sealed = bytearray(written(b"held", KEY))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(AgeError):
        read(bytes(sealed), KEY)


@given(st.integers(0, 400))
def test_a_cut_is_noticed_wherever_it_is(length: int) -> None:
    sealed = written(b"held" * 20, KEY)
    with pytest.raises(AgeError):
        read(sealed[: min(length, len(sealed) - 1)], KEY)


def test_chunks_that_change_places_are_noticed() -> None:
    sealed = written(bytes(4 * CHUNK), KEY)
    start, size = sealed.index(b"\n---") + 49 + 16, CHUNK + 16
    moved = sealed[:start] + sealed[start + size : start + 2 * size]
    moved += sealed[start : start + size] + sealed[start + 2 * size :]
    with pytest.raises(BadPayload):
        read(moved, KEY)


@pytest.mark.parametrize("work", ["21", "22", "99", "999", "1000", "018", "-1", "+9", "0", ""])
def test_a_passphrase_that_would_cost_too_much_is_refused_before_it_costs(work: str) -> None:
    sealed = written(b"", KEY).replace(b" 4\n", f" {work}\n".encode(), 1)
    with pytest.raises(BadHeader):
        read(sealed, KEY)


def test_a_header_without_an_end_is_refused() -> None:
    stanza = b"-> x\n\n"
    for sealed in (
        b"age-encryption.org/v1\n" + stanza * 100_000,
        b"age-encryption.org/v1\n-> " + b"x" * 10_000_000,
        b"age-encryption.org/v1\n-> x\n" + (b"A" * 64 + b"\n") * 100_000,
    ):
        with pytest.raises(BadHeader):
            read(sealed, KEY)


@pytest.mark.parametrize(
    "text",
    ["", "age1", "age", PUBLIC[:-1], PUBLIC.replace("z", "Z", 1), PUBLIC + "q", PRIVATE, "1"],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(AgeError):
        PublicKey.parse(text)


def test_a_private_key_that_is_none_is_not_quoted() -> None:
    with pytest.raises(AgeError) as refused:
        Identity.parse(Secret(PRIVATE[:-1] + "Q"))
    assert "GFPYY" not in str(refused.value)
    assert refused.value.__cause__ is None


@given(st.binary(max_size=60))
def test_bech32_is_read_as_it_was_written(data: bytes) -> None:
    text = encode("age", data)
    assert decode(text) == ("age", data)
    assert decode(text.upper()) == ("age", data)


@given(st.text(max_size=80))
def test_what_is_no_bech32_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        decode(text)
    except NotBech32:
        return
    assert text.isascii()


def test_another_implementation_reads_and_writes_the_same_files() -> None:
    pyrage = pytest.importorskip("pyrage")
    private = pyrage.x25519.Identity.from_str(PRIVATE)
    data = bytes(range(256)) * 1000
    sealed = written(data, PublicKey.parse(PUBLIC))
    assert pyrage.decrypt(sealed, [private]) == data
    back = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(PUBLIC)])
    assert read(back, Identity.parse(Secret(PRIVATE))) == data
    sealed = written(data, Passphrase(Secret("open sesame"), work=10))
    assert pyrage.passphrase.decrypt(sealed, "open sesame") == data
    assert read(pyrage.passphrase.encrypt(data, "open sesame"), KEY) == data
