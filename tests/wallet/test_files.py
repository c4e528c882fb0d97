from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from wallet.errors import BadInput
from wallet.files import LARGEST, free_path, read_file, write_new

if TYPE_CHECKING:
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
