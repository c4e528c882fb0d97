"""Hostile input of up to a mebibyte ends in a report that is not valid, within bounds.

The bounds are generous, and no figure is asserted: `python -P tests/fuzz/bounds.py` prints them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.hostile import HOSTILE

BOUNDS = Path(__file__).parents[3] / "fuzz" / "bounds.py"


@pytest.fixture(scope="module")
def costs() -> dict[str, Any]:
    """What each came to, in a process of its own with limits."""
    command = [sys.executable, "-P", str(BOUNDS), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {cost["name"]: cost for cost in told}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_ends_in_a_report_that_is_not_valid(costs: dict[str, Any], name: str) -> None:
    assert costs[name]["verdict"] in ("invalid", "indeterminate"), costs[name]["found"]


@pytest.mark.slow
def test_of_hostile_input_nothing_is_refused_for_its_length_alone(costs: dict[str, Any]) -> None:
    too_long = [name for name, cost in costs.items() if cost["size"] > 1 << 20]
    assert too_long == ["one byte too many"]
