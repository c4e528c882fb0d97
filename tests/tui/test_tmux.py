from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from rich.cells import cell_len

from agent.demo import pasted, sentences
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE: Final = 120.0  # seconds
READING: Final = 1.2  # seconds: longer than a phrase stays, and a dialog, before a key counts
STEADY: Final = 0.1  # seconds in which no frame is being painted
STILL: Final = 0.3  # seconds in which nothing is painted any more
ONCE_MORE: Final = 5.0  # seconds after which a yes is given again that came too soon to be one
YES: Final = "(y)"  # in either language
BUSY: Final = "Esc stops"
HOME: Final = "Ask in your own words"
WRAPPED: Final = 60  # cells
PASSPHRASE: Final = "correct horse battery"
TMUX: Final = shutil.which("tmux") or ""
PROGRAM: Final = Path(sys.executable).with_name("holdfast")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not TMUX, reason="there is no tmux here"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="holdfast is not installed here"),
]


class Terminal:
    """A terminal of 80 by 24 cells that tmux draws, with a keyboard and nothing else."""

    def __init__(self, socket: Path, home: Path) -> None:
        self._socket = socket
        self.home = home
        command = shlex.join([str(PROGRAM), "--home", str(home)])
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def presses(self, *keys: str) -> None:
        """Keys by tmux's names."""
        self._tmux("send-keys", *keys)

    def types(self, text: str) -> None:
        """A line and Enter; each of them has had its effect when this returns."""
        hidden = "•" * len(text)
        self._tmux("send-keys", "-l", text)
        self.until(lambda screen: text in screen or hidden in screen or is_long(text))
        self.stands_still()
        written = self._cursor()
        self.presses("Enter")
        self.until(lambda _: self._cursor() != written)

    def _cursor(self) -> tuple[int, int]:
        """Where the cursor is, which is where one writes, once no frame is being painted."""
        before = ""
        while (now := self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}")) != before:
            before = now
            time.sleep(STEADY)
        left, line = map(int, now.split())
        return left, line

    def until(self, found: Callable[[str], bool] | str, patience: float = PATIENCE) -> str:
        """The screen, once something stands on it."""
        end = time.monotonic() + patience
        while True:
            screen = self.screen()
            if found(screen) if callable(found) else found in screen:
                return screen
            if time.monotonic() > end:
                raise TimeoutError(f"not there: {found}\n{screen}")
            time.sleep(0.05)

    def stands_still(self) -> str:
        """The screen, once all of it is painted."""
        before = ""
        while (screen := self.screen()) != before:
            before = screen
            time.sleep(STILL)
        return screen

    def comes_to_rest(self) -> str:
        """The screen, once the turn is over, or asks."""
        return self.until(lambda now: YES in now or (HOME in now and BUSY not in now))

    def ends(self) -> None:
        pid = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        subprocess.run([TMUX, "-S", self._socket, "kill-server"], check=False)
        end = time.monotonic() + PATIENCE
        while lives(pid):
            assert time.monotonic() < end, "it lives on without its terminal"
            time.sleep(0.1)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            [TMUX, "-u", "-S", self._socket, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "HOLDFAST_LANGUAGE": "en", "TERM": "xterm-256color"},
        ).stdout


def is_long(text: str) -> bool:
    """Whether it is wrapped, so that it stands nowhere as it is."""
    return cell_len(text) > WRAPPED


def lives(pid: int) -> bool:
    """Whether a process runs; one that waits to be waited for does not."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path / "tmux", tmp_path / "wallet")
    try:
        yield opened
    finally:
        opened.ends()


def makes_a_wallet(terminal: Terminal) -> None:
    terminal.until("Create a new wallet")
    terminal.presses("Enter")
    terminal.until("Choose a passphrase")
    terminal.types(PASSPHRASE)
    terminal.until("strong")
    terminal.types(PASSPHRASE)
    shown = terminal.until("I wrote it down")
    panel = "\n".join(line for line in shown.splitlines() if "│" in line)  # the keys say "12 or"
    words = {int(number): word for number, word in re.findall(r"(\d+) ([a-z]+)", panel)}
    assert sorted(words) == list(range(1, 13))
    time.sleep(READING)
    terminal.presses("Enter")
    asked = re.findall(r"Word (\d+)", terminal.until("Is it written down?"))
    assert len(asked) == 3
    for number in asked:
        terminal.types(words[int(number)])
    terminal.until("Your first DID")
    terminal.presses("Enter")
    terminal.until("Create a did:")
    agrees(terminal)
    terminal.until("Something to play with")
    terminal.presses("Escape")
    terminal.until(HOME)


def agrees(terminal: Terminal) -> None:
    """Read the dialog, all of it, and press the one key that is a yes until it was one."""
    terminal.until(YES)
    while True:
        time.sleep(READING)
        read = sheet(terminal.stands_still())
        terminal.presses("y")
        with suppress(TimeoutError):
            terminal.until(partial(is_answered, read), ONCE_MORE)
            return


def is_answered(sheet_before: str, screen: str) -> bool:
    return YES not in screen or sheet(screen) != sheet_before


def sheet(screen: str) -> str:
    """The dialog itself, which is what is lowest: behind it, things go on."""
    return screen[screen.rindex("╭") :] if YES in screen else ""


def test_goes_from_first_run_to_a_verified_presentation_by_the_keyboard_alone(
    terminal: Terminal,
) -> None:
    makes_a_wallet(terminal)
    agreed = 0
    for sentence in sentences():
        says(terminal, sentence)
        while YES in terminal.comes_to_rest():
            agrees(terminal)
            agreed += 1
    assert agreed == 7
    (presentation,) = (terminal.home / "outbox").glob("presentation-*.json")
    proof = json.loads(presentation.read_bytes())["proof"]
    command = [str(PROGRAM), "verify", str(presentation), "--home", str(terminal.home)]
    command += ["--challenge", proof["challenge"], "--domain", proof["domain"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    terminal.presses("C-l")
    terminal.until("The wallet is locked")
    assert "Nursing" not in terminal.stands_still()  # tmux may have had half of the frame


def says(terminal: Terminal, sentence: str) -> None:
    if "{" in sentence:
        with open_wallet(terminal.home, Secret(PASSPHRASE), read_only=True) as wallet:
            sentence = pasted(sentence, wallet)
    terminal.until(HOME)
    terminal.types(sentence)
    terminal.until(HOME)  # it was heard, and the field is empty again


def test_of_two_at_once_one_makes_a_wallet_and_the_other_is_told_in_one_line_and_opens_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    other = Terminal(tmp_path / "tmux-2", terminal.home)
    try:
        for one in (terminal, other):
            one.until("Create a new wallet")
        makes_a_wallet(terminal)
        other.presses("Enter")
        other.until("was made here meanwhile")
        other.types(PASSPHRASE)
        other.until(HOME)
    finally:
        other.ends()
