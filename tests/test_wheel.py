from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_wheel_carries_all_that_runs_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = "holdfast-0.1.0.data/data/share/holdfast/models"
    assert {
        f"{data}/holdfast-agent.gguf",
        f"{data}/holdfast-reader.gguf",
        "agent/demo.txt",
        "did/contracts/did_registry.json",
        "did/contracts/did_registry.vy",
        "tui/holdfast.tcss",
        "tui/screens/home.tcss",
        "wallet/credentials/contexts/manifest.json",
        "wallet/messages/locale/zh/LC_MESSAGES/holdfast.mo",
    } <= names
    rooms = {name.split("/")[0] for name in names}
    assert rooms == {
        "did",
        "wallet",
        "agent",
        "tui",
        "holdfast-0.1.0.data",
        "holdfast-0.1.0.dist-info",
    }
