from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "torture" / "run.py"


@pytest.mark.parametrize(
    "ordeal",
    [
        "kills",
        "power",
        "disks",
        "calls",
        "crowd",
        "clocks",
        "faketime",
        "damage",
        "backups",
        "passphrases",
    ],
)
def test_holds_in_each_ordeal_in_its_short_form(ordeal: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", RUN, "--short", "--only", ordeal],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("| ")
