"""The program in a terminal of its own, told to pause, to end, or left by its terminal."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tui.test_locking import keepers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PASSPHRASE = b"correct horse battery staple"
PATIENCE = 30.0  # seconds
ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Terminal:
    """The program, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int) -> None:
        self.process = process
        self.ours = ours
        self.seen = b""

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.seen[-2_000:]
            self.read()

    def read(self) -> None:
        """What is there, waiting for it a moment."""
        ready, _, _ = select.select([self.ours], [], [], 0.05)
        if not ready:
            return
        try:
            self.seen += os.read(self.ours, 65_536)
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            time.sleep(0.05)

    def shows(self, words: bytes) -> None:
        self.until(lambda: words in self.seen)

    def type(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def unlock(self) -> None:
        self.shows(b"Passphrase")
        self.type(PASSPHRASE + b"\r")
        self.shows(b"in your own words")
        assert keepers(self.process.pid)

    @property
    def is_stopped(self) -> bool:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"

    def holds_no_keys(self) -> bool:
        return not keepers(self.process.pid)


@contextmanager
def started(home: Path) -> Iterator[Terminal]:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def take_terminal() -> None:
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    with subprocess.Popen(
        [sys.executable, "-P", "-m", "wallet.cli.main", "--home", str(home)],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "HOLDFAST_LANGUAGE": "en"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=take_terminal,  # noqa: PLW1509 - nothing else runs here
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
    os.close(ours)


@pytest.mark.parametrize("how", ["key", "signal"])
def test_it_pauses_locked_and_goes_on_at_the_passphrase(home: Path, how: str) -> None:
    with started(home) as terminal:
        terminal.unlock()
        if how == "key":
            terminal.type(b"\x1a")
        else:
            os.kill(terminal.process.pid, signal.SIGTSTP)
        terminal.until(lambda: terminal.is_stopped)
        assert terminal.holds_no_keys()
        terminal.shows(ALTERNATE_SCREEN_LEFT)
        terminal.seen = b""
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.shows(b"The wallet is locked")
        assert b"in your own words" not in terminal.seen
        terminal.unlock()


def test_it_ends_in_order_when_it_is_told_to(home: Path) -> None:
    with started(home) as terminal:
        terminal.unlock()
        (keeper,) = keepers(terminal.process.pid)
        os.kill(terminal.process.pid, signal.SIGTERM)
        terminal.until(lambda: terminal.process.poll() is not None)
        assert terminal.process.returncode == 0
        assert ALTERNATE_SCREEN_LEFT in terminal.seen
        assert b"Traceback" not in terminal.seen
        assert not Path(f"/proc/{keeper}").exists()


def test_it_ends_when_its_terminal_is_gone(home: Path) -> None:
    with started(home) as terminal:
        terminal.unlock()
        (keeper,) = keepers(terminal.process.pid)
        os.dup2(os.open(os.devnull, os.O_RDWR), terminal.ours)  # which hangs up
        assert terminal.process.wait(PATIENCE) == 0
        assert not Path(f"/proc/{keeper}").exists()
