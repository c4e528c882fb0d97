from __future__ import annotations

import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOWNLOAD = re.compile(rb"https?://[^\s\"'<>]+\.(?:whl|tar\.gz|tgz)\b")


@pytest.fixture(scope="module")
def tracked() -> tuple[Path, ...]:
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout: an unpacked archive keeps no list of its files")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def test_tests_are_no_packages_that_would_hide_the_ones_they_test() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_what_trains_the_model_is_not_installed() -> None:
    assert list((ROOT / "models").rglob("__init__.py")) == []
    installed = distribution("holdfast").entry_points
    assert {entry.value.partition(".")[0] for entry in installed} <= {"wallet", "agent", "tui"}


def test_no_file_says_where_to_download_a_package(tracked: tuple[Path, ...]) -> None:
    found = {
        str(path.relative_to(ROOT)): match[0].decode()
        for path in tracked
        if path.suffix != ".gguf"
        for match in DOWNLOAD.finditer(path.read_bytes())
    }
    assert found == {}


def test_every_script_of_the_package_can_be_found() -> None:
    for entry in distribution("holdfast").entry_points:
        assert entry.load() is not None
