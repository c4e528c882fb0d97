from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from agent.examination import examination, examined, examined_reader, stated_digest
from agent.model import READER_NAME, find_model
from wallet.doctor.finding import Health

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_model_that_ships_is_sound() -> None:
    finding, beside = examination()
    assert finding.result is Health.OK
    assert hashlib.sha256(find_model().read_bytes()).hexdigest() in str(finding.sentence)
    assert beside.result is Health.OK
    assert READER_NAME in str(beside.sentence)


def test_a_model_that_is_not_there_is_to_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_MODEL", str(tmp_path / "none.gguf"))
    (finding,) = examination()
    assert finding.result is Health.FAIL
    assert "none.gguf" in str(finding.sentence)


def test_an_encoder_that_is_missing_or_another_is_told(tmp_path: Path) -> None:
    path = tmp_path / READER_NAME
    assert "less well" in str(examined_reader(path, None).sentence)
    path.write_bytes(b"not one")
    assert "no GGUF file" in str(examined_reader(path, None).sentence)
    path.write_bytes(b"GGUF")
    assert examined_reader(path, "0" * 64).result is Health.FAIL
    assert examined_reader(path, None).result is Health.OK


def test_a_file_that_is_no_gguf_is_none(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"not one")
    assert str(examined(path, None).sentence) == f"{path} is no GGUF file"


def test_a_file_with_another_digest_than_is_stated_is_another() -> None:
    path = find_model()
    assert "installed" in str(examined(path, "0" * 64).sentence)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert examined(path, digest).result is Health.OK


def test_a_file_that_is_cut_short_does_not_load(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(find_model().read_bytes()[:4096])
    finding = examined(path, None)
    assert finding.result is Health.FAIL
    assert "does not load" in str(finding.sentence)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    finding = examined(tmp_path, None)
    assert finding.result is Health.FAIL
    assert str(tmp_path) in str(finding.sentence)


def test_nothing_is_stated_of_a_file_that_was_not_installed(tmp_path: Path) -> None:
    assert stated_digest(tmp_path / "holdfast-agent.gguf") is None
