"""A command on a terminal of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., tuple[int, str]]

PATIENCE: Final = 60.0  # seconds
# Makes standard error its terminal, as a shell would have, and runs the command line.
PROGRAM: Final = """
import fcntl, sys, termios
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
from wallet.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def sit(tmp_path: Path) -> Sit:
    """Runs a command on a terminal of its own and types an answer at each question."""

    def sat(*argv: str, dialogue: tuple[tuple[str, str], ...], early: str = "") -> tuple[int, str]:
        ours, theirs = os.openpty()
        os.write(ours, early.encode())
        with subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, *argv, "--home", str(tmp_path / "wallet")],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            seen = ""
            for question, answer in dialogue:
                seen += read_until(ours, question)
                os.write(ours, answer.encode(errors="surrogateescape") + b"\n")
            seen += read_until(ours, None)
            code = process.wait(PATIENCE)
        os.close(ours)
        return code, seen.replace("\r\n", "\n")

    return sat


def read_until(terminal: int, question: str | None) -> str:
    seen = b""
    end = time.monotonic() + PATIENCE
    while question is None or question not in seen.decode(errors="replace"):
        assert time.monotonic() < end, seen
        try:
            chunk = os.read(terminal, 4_096)
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            chunk = b""
        if not chunk:
            assert question is None, seen
            break
        seen += chunk
    return seen.decode()
