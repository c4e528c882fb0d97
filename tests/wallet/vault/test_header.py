from __future__ import annotations

import json
import resource
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.vault.cipher import WalletKey
from wallet.vault.errors import IntegrityError, NewerVault, VaultError, WrongPassphrase
from wallet.vault.header import DEFAULT, FLOOR, Header, KdfCost
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024 * 1024
KEY = WalletKey(bytes(range(32)))
HEADER = Header(wallet=bytes(16), cost=FLOOR, salt=bytes(16))


def changed(**members: Any) -> bytes:
    document = json.loads(HEADER.to_bytes()) | members
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def test_reads_what_it_writes() -> None:
    header = Header.fresh(DEFAULT)
    assert Header.parse(header.to_bytes()) == header
    assert header.to_bytes().startswith(b'{"kdf":"argon2id13","mem":201326592,"ops":3,"salt":"')


def test_each_wallet_and_each_passphrase_has_its_own_salt() -> None:
    header, other = Header.fresh(FLOOR), Header.fresh(FLOOR)
    renewed = header.renewed(DEFAULT)
    assert len({header.salt, other.salt, renewed.salt}) == 3
    assert header.wallet == renewed.wallet != other.wallet


def test_unwraps_with_the_passphrase_and_with_no_other() -> None:
    wrapped = HEADER.wrap(KEY, Secret("right"))
    assert HEADER.unwrap(wrapped, Secret("right")) == KEY
    with pytest.raises(WrongPassphrase):
        HEADER.unwrap(wrapped, Secret("wrong"))


def test_accents_may_be_composed_or_not() -> None:
    text = "pässwörd"
    wrapped = HEADER.wrap(KEY, Secret(unicodedata.normalize("NFC", text)))
    assert HEADER.unwrap(wrapped, Secret(unicodedata.normalize("NFD", text))) == KEY


def test_a_changed_header_does_not_unwrap() -> None:
    wrapped = HEADER.wrap(KEY, Secret("right"))
    for other in (
        replace(HEADER, wallet=b"\1" * 16),
        replace(HEADER, salt=b"\1" * 16),
        replace(HEADER, cost=KdfCost(ops=4, mem=64 * MIB)),
    ):
        with pytest.raises(WrongPassphrase):
            other.unwrap(wrapped, Secret("right"))


def test_a_truncated_key_does_not_unwrap() -> None:
    for wrapped in (b"", bytes(23), bytes(24), bytes(39)):
        with pytest.raises(WrongPassphrase):
            HEADER.unwrap(wrapped, Secret("right"))


@pytest.mark.parametrize(
    ("ops", "mem"),
    [
        (0, 64 * MIB),
        (2, 64 * MIB),
        (11, 64 * MIB),
        (10**9, 64 * MIB),
        (3, 8 * 1024),
        (3, 64 * MIB - 1024),
        (3, 64 * MIB + 1),
        (3, 1024 * MIB + 1024),
        (3, 2**40),
        (-3, -1),
    ],
)
def test_refuses_a_cost_outside_the_bounds_at_once(ops: int, mem: int) -> None:
    with pytest.raises(VaultError):
        KdfCost(ops=ops, mem=mem)
    started = time.perf_counter()
    with pytest.raises(IntegrityError, match="outside the bounds"):
        Header.parse(changed(ops=ops, mem=mem))
    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 500,
        b"{}",
        HEADER.to_bytes() + b" ",
        HEADER.to_bytes() + b" " * 512,
        HEADER.to_bytes().replace(b":3,", b": 3,"),
        changed(kdf="none"),
        changed(kdf="argon2i13"),
        changed(salt=""),
        changed(salt="00" * 15),
        changed(salt="AA" * 16),
        changed(salt="zz" * 16),
        changed(salt=None),
        changed(wallet="00"),
        changed(wallet=7),
        changed(version=0),
        changed(version=-1),
        changed(version="1"),
        changed(version=True),
        changed(version=1.0),
        changed(extra=1),
    ],
)
def test_refuses_every_other_form(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="the header is malformed"):
        Header.parse(data)


@pytest.mark.parametrize("member", [3.0, "3", True, None])
def test_refuses_a_cost_that_is_no_whole_number(member: Any) -> None:
    for name in ("ops", "mem"):
        with pytest.raises(IntegrityError):
            Header.parse(changed(**{name: member}))
    with pytest.raises(IntegrityError):
        Header.parse(changed(mem=float(64 * MIB)))


def test_names_a_newer_version() -> None:
    with pytest.raises(NewerVault, match="version 2"):
        Header.parse(changed(version=2, kdf="balloon"))


@given(st.binary(max_size=600))
def test_refuses_any_other_bytes_with_its_own_error(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        Header.parse(data)


@pytest.fixture
def little_memory() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * resource.getpagesize() + 256 * MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.usefixtures("little_memory")
def test_says_when_memory_is_short() -> None:
    header = Header.fresh(KdfCost(ops=3, mem=1024 * MIB))
    with pytest.raises(VaultError, match="could not be processed") as caught:
        header.wrap(KEY, Secret("x"))
    assert caught.value.hint == "unlocking needs 1024 MiB of free memory"
