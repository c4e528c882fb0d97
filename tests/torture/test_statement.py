from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATEMENT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", STATEMENT)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    assert re.search(
        rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE
    )


def test_every_promise_has_a_test_or_is_named_as_none() -> None:
    rows = re.findall(r"^\| (P\d+) \| (.+?) \| (.+) \|$", STATEMENT, re.MULTILINE)
    assert [row[0] for row in rows] == [f"P{number}" for number in range(1, 27)]
    for name, _, shown in rows:
        assert "::test_" in shown or "**Not promised" in shown, name


def test_no_test_is_named_without_its_file() -> None:
    assert len(re.findall(r"::test_\w+`", STATEMENT)) == len(
        re.findall(r"`tests/[\w/.]+::", STATEMENT)
    )
