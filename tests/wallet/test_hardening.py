from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wallet.hardening import clean_environment

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
# A process as a person would start it: not root's, and readable to others of the same user until
# it says otherwise. It says how it stands, and waits.
HOLDER = """
import ctypes, json, os, resource, subprocess, sys
from dataclasses import asdict
from wallet.hardening import harden
if os.geteuid() == 0:
    if "limited" in sys.argv:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (8 << 20, 8 << 20))
    os.setgid(65534), os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
said = asdict(harden()) if "harden" in sys.argv else {}
limits = resource.getrlimit(resource.RLIMIT_CORE)
child = subprocess.run(["env"], capture_output=True, text=True).stdout
print(json.dumps({"said": said, "core": limits, "child": child, "again": harden() is harden()}
    if said else {}), flush=True)
sys.stdin.read()
"""
READER = """
import json, os, sys
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
found = {}
for name in ("mem", "environ", "maps", "auxv"):
    try:
        with open(f"/proc/{sys.argv[1]}/{name}", "rb") as file:
            found[name] = "read" if name == "mem" or file.read() else "empty"
    except OSError as error:
        found[name] = type(error).__name__
print(json.dumps(found))
"""
ENVIRONMENT = {
    "HOLDFAST_PASSPHRASE": "canary one",
    "HOLDFAST_RECOVERY_PHRASE": "canary two",
    "HOLDFAST_HOME": "kept",
    "PATH": os.environ["PATH"],
}


def looked_at(*arguments: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What a process says of itself, and what another of the same user could read of it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        said = json.loads(holder.stdout.readline())
        reader = subprocess.run(
            [sys.executable, "-c", READER, str(holder.pid)], check=True, capture_output=True
        )
        assert holder.stdin is not None
        holder.stdin.close()
    return said, json.loads(reader.stdout)


@linux
def test_another_program_of_the_same_user_is_refused() -> None:
    _, open_to_all = looked_at()
    assert open_to_all["mem"] == open_to_all["environ"] == "read"  # or the test shows nothing
    said, refused = looked_at("harden")
    assert said["said"]["private"] is True
    assert set(refused.values()) == {"PermissionError"}


@linux
def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    crash = (
        "import os, resource; from wallet.hardening import harden;"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard));"
        "said = harden(); print(said.core_files, flush=True); os.abort()"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", crash],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
    )
    assert done.returncode == -6
    assert done.stdout == b"False\n"
    assert list(tmp_path.iterdir()) == []


def test_takes_secrets_and_nothing_else_out_of_the_environment() -> None:
    said, _ = looked_at("harden")
    assert set(said["said"]["scrubbed"]) == {"HOLDFAST_PASSPHRASE", "HOLDFAST_RECOVERY_PHRASE"}
    assert "canary" not in said["child"]
    assert "HOLDFAST_HOME=kept" in said["child"]


@linux
def test_what_was_scrubbed_is_gone_from_the_block_that_the_process_began_with() -> None:
    look = (
        "from pathlib import Path; from wallet.hardening import harden;"
        "before = Path('/proc/self/environ').read_bytes(); harden();"
        "import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0);"
        "after = Path('/proc/self/environ').read_bytes();"
        "print(before.count(b'canary'), after.count(b'canary'), len(before) == len(after))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], check=True, cwd=ROOT, env=ENVIRONMENT, capture_output=True
    )
    assert done.stdout.split() == [b"2", b"0", b"True"]


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lower another user's limit")
def test_says_so_where_memory_cannot_be_locked() -> None:
    said, _ = looked_at("harden", "limited")
    assert said["said"]["memory"] == "limited"


def test_is_done_once() -> None:
    said, _ = looked_at("harden")
    assert said["again"] is True
    assert said["core"] == [0, 0]


@linux
def test_a_wallet_can_be_unlocked_afterwards(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from wallet.hardening import harden; harden();"
        "from wallet.vault.secret import Secret; from wallet.vault.vault import Vault;"
        "Vault.open(Path(sys.argv[1]), Secret('correct horse battery staple')).close()"
    )
    command = [sys.executable, "-c", program, str(home / "vault.db")]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == 0


@pytest.mark.parametrize("missing", ["ctypes", "resource"])
def test_never_raises(missing: str) -> None:
    program = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from wallet.hardening import harden; print(harden())"
    )
    command = [sys.executable, "-c", program, missing]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hardened(core_files=False")


def test_a_child_has_what_its_interpreter_needs_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PYTHONHOME", "LD_LIBRARY_PATH", "PYTHONSTARTUP", "HOLDFAST_HOME", "API_TOKEN"):
        monkeypatch.setenv(name, "x")
    given = clean_environment()
    assert (given["PYTHONHOME"], given["LD_LIBRARY_PATH"]) == ("x", "x")
    assert not given.keys() & {"PYTHONSTARTUP", "HOLDFAST_HOME", "API_TOKEN"}
