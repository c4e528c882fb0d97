from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.entries import dids
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPHRASE: Final = "correct horse battery staple"
PATIENCE: Final = 60.0  # seconds
PAUSE: Final = 5.0  # seconds
# A conversation at the prompt of a terminal that is its own; the model's lines are arguments.
PROGRAM: Final = """
import fcntl, sys, termios
from pathlib import Path
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from agent.cli import _ask_consent, conversation_with
from agent.dialogue import converse, typed_lines
from agent.model import ScriptedModel
from wallet.cli.options import Options
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

home, passphrase, *lines = sys.argv[1:]
try:
    with open_wallet(Path(home), Secret(passphrase)) as wallet:
        talk = conversation_with(wallet, ScriptedModel(iter(lines)))
        options = Options(home=Path(home))
        sys.exit(converse(talk, typed_lines(), options, _ask_consent, resume=True))
except KeyboardInterrupt:
    sys.exit(130)
"""


class Seat:
    """Somebody at a terminal, in a conversation."""

    def __init__(self, home: Path, *lines: str) -> None:
        self.terminal, theirs = os.openpty()
        # A shell has its background jobs ignore it, and a child would, too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, str(home), PASSPHRASE, *lines],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "dumb"},
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, wanted: str) -> str:
        """What is written, up to something."""
        seen, end = b"", time.monotonic() + PATIENCE
        while wanted not in seen.decode(errors="replace"):
            assert time.monotonic() < end, seen
            seen += os.read(self.terminal, 4_096)
        return seen.decode().replace("\r\n", "\n")

    def types(self, line: str) -> None:
        os.write(self.terminal, line.encode() + b"\n")

    def presses(self, key: bytes) -> None:
        os.write(self.terminal, key)

    def interrupts(self) -> None:
        """Press Ctrl-C at the prompt, until it is heard.

        CPython asks for signals and then waits for a key: one that comes in between is heard with
        the next key alone, so a person presses it once more.
        """
        for _ in range(int(PATIENCE / PAUSE)):
            self.presses(b"\x03")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PAUSE)
                return

    def leaves(self) -> int:
        """The exit code."""
        code = self.process.wait(PATIENCE)
        os.close(self.terminal)
        return code


@pytest.fixture
def seats() -> Iterator[list[Seat]]:
    sat: list[Seat] = []
    yield sat
    for seat in sat:
        if seat.process.poll() is None:
            seat.process.send_signal(signal.SIGKILL)
            seat.process.wait()


def names(home: Path) -> tuple[list[str], list[tuple[str, str]]]:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        journal = [(r.body["outcome"], r.body["by"]) for r in wallet.vault.all(Kind.JOURNAL)]
        return [own.name for own in dids(wallet.vault)], journal


def test_a_yes_is_typed_in_answer_to_the_question_and_no_line_before_it_is_one(
    home: Path, seats: list[Seat]
) -> None:
    seat = Seat(home, 'create_did method=key name="a"', 'create_did method=key name="b"')
    seats.append(seat)
    seat.until("> ")
    seat.types("make a\nyes")
    shown = seat.until("agree: ")
    assert "Create a did:key identifier\n  Name  a\n" in shown
    seat.types("yes")
    assert "created a\n" in seat.until("\n> ")
    seat.types("make b")
    seat.until("agree: ")
    seat.types("no")
    assert "not done\n" in seat.until("\n> ")
    seat.presses(b"\x04")
    assert seat.leaves() == ExitCode.NOT_CONSENTED
    assert names(home) == (["a"], [("done", "prompt"), ("refused", "prompt")])


def test_ctrl_c_ends_a_turn_and_at_the_prompt_the_conversation(
    home: Path, seats: list[Seat]
) -> None:
    seat = Seat(home, 'create_did method=key name="a"', "list_dids")
    seats.append(seat)
    seat.until("> ")
    seat.types("make a")
    seat.until("agree: ")
    seat.presses(b"\x03")
    assert "interrupted: nothing more of this is done\n" in seat.until("\n> ")
    seat.types("list them")
    assert "no DIDs yet" in seat.until("\n> ")
    seat.interrupts()
    assert seat.leaves() == ExitCode.INTERRUPTED
    assert names(home) == ([], [("cancelled", "nobody"), ("done", "read")])


def test_goodbye_ends_it(home: Path, seats: list[Seat]) -> None:
    seat = Seat(home, "list_dids")
    seats.append(seat)
    seat.until("> ")
    seat.types("list them")
    seat.until("\n> ")
    seat.types("bye")
    assert seat.leaves() == ExitCode.DONE


def test_a_backup_asks_for_its_own_passphrase(
    home: Path, seats: list[Seat], tmp_path: Path
) -> None:
    file = tmp_path / "all.age"
    seat = Seat(home, f'back_up path="{file}"')
    seats.append(seat)
    seat.until("> ")
    seat.types(f"back up to {file}")
    seat.until("Passphrase of the backup: ")
    seat.types("another secret")
    seat.until("Once more: ")
    seat.types("another secret")
    seat.until("agree: ")
    assert not file.exists()
    seat.types("yes")
    shown = seat.until("\n> ")
    assert "wrote a backup of the wallet\n" in shown
    assert "another secret" not in shown
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
