from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import ChainError
from did.identifier import DID
from wallet.errors import BadInput
from wallet.files import (
    LARGEST,
    free_path,
    read_file,
    replace_file,
    write_new,
    write_public,
    write_stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_writes_a_new_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = write_new(tmp_path / "outbox" / "a.json", b"{}")
    assert path.read_bytes() == b"{}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_never_writes_over_a_file(tmp_path: Path) -> None:
    path = write_new(tmp_path / "a.json", b"first")
    with pytest.raises(BadInput, match="exists already"):
        write_new(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_says_so_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInput, match="cannot be written"):
        write_new(tmp_path / "file" / "a.json", b"")


def test_counts_up_to_a_name_that_is_free(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert free_path(path) == path
    path.touch()
    (tmp_path / "a-2.json").touch()
    assert free_path(path) == tmp_path / "a-3.json"


def test_reads_a_file_of_a_mebibyte_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * LARGEST)
    assert len(read_file(str(path))) == LARGEST
    path.write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(BadInput, match="larger than a mebibyte"):
        read_file(str(path))


def test_refuses_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no file"):
        read_file(str(tmp_path / "missing"))
    with pytest.raises(BadInput, match="there is no file"):
        read_file(str(tmp_path))


DOCUMENT = b'{"id": "did:web:shop.example", "service": []}'
LOG = b'{"state": {"id": "did:web:shop.example"}}\n'
SHOP = DID.parse("did:web:shop.example")


@pytest.mark.parametrize("earlier", [DOCUMENT, LOG, LOG * 3, b"\n" + DOCUMENT + b"\n\n"])
def test_a_file_for_everybody_takes_the_place_of_an_earlier_one_of_the_same_did(
    tmp_path: Path, earlier: bytes
) -> None:
    path = tmp_path / "public" / "did.json"
    path.parent.mkdir()
    path.write_bytes(earlier)
    assert write_public(path, b"{}", did=SHOP) == path
    assert path.read_bytes() == b"{}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_another_did_stays(tmp_path: Path) -> None:
    path = tmp_path / "did.json"
    path.write_bytes(DOCUMENT)
    with pytest.raises(BadInput, match="is not about did:web:shop"):
        write_public(path, b"{}", did=DID.parse("did:web:shop"))
    assert path.read_bytes() == DOCUMENT


def test_a_file_of_ones_own_is_replaced_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"before")
    replace_file(path, b"after")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"after", 0o600)
    assert list(tmp_path.iterdir()) == [path]


@given(pieces=st.lists(st.binary(max_size=100), max_size=20))
def test_a_file_of_many_pieces_is_all_of_them(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("stream") / "a"
    assert write_stream(path, iter(pieces)) == (path, len(pieces))
    assert path.read_bytes() == b"".join(pieces)


def test_a_file_whose_pieces_break_off_is_none(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"the first"
        raise ChainError("the chain ends here")

    with pytest.raises(ChainError, match="ends here"):
        write_stream(tmp_path / "a", pieces())
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_many_pieces_is_never_written_over_another(tmp_path: Path) -> None:
    path = write_new(tmp_path / "a", b"first")
    with pytest.raises(BadInput, match="exists already"):
        write_stream(path, [b"second"])
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_of_nobody_is_none() -> None:
    with pytest.raises(BadInput, match="names nobody's folder"):
        read_file("~nobody-of-that-name/a")
