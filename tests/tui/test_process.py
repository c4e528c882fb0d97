from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds
# The terminal UI as a person would start it. At a signal it writes down whether it may be looked
# into (PR_GET_DUMPABLE), which is all that root can tell: root may read each process.
PROGRAM = """
import ctypes, os, signal, sys
from wallet.cli.main import main
def tell(*_):
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(str(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)))
    os.replace(sys.argv[2] + ".new", sys.argv[2])
signal.signal(signal.SIGUSR1, tell)
print("ready", flush=True)
sys.stdin.readline()
sys.exit(main(["--home", sys.argv[1]]))
"""


def read_until(terminal: int, words: bytes) -> None:
    seen = b""
    end = time.monotonic() + PATIENCE
    while words not in seen:
        assert time.monotonic() < end, seen
        try:
            chunk = os.read(terminal, 4_096)
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            chunk = b""
        assert chunk, seen
        seen += chunk


def told(pid: int, file: Path) -> str:
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    end = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    return file.read_text()


def is_readable(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/environ").read_bytes())
    except PermissionError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_is_shut_to_other_programs_before_it_asks_for_a_passphrase(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-P", "-c", PROGRAM, str(tmp_path / "wallet"), str(tmp_path / "told")],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "HOLDFAST_LANGUAGE": "en"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            read_until(ours, b"ready")
            assert is_readable(process.pid)  # or the test shows nothing
            assert told(process.pid, tmp_path / "told") == "1"
            os.write(ours, b"\n")
            read_until(ours, b"Create a new wallet")
            assert told(process.pid, tmp_path / "told") == "0"
            assert os.geteuid() == 0 or not is_readable(process.pid)
            limits = Path(f"/proc/{process.pid}/limits").read_text()
            assert "Max core file size        0                    0" in limits
        finally:
            process.kill()
    os.close(ours)
