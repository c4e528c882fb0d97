"""How soon the terminal UI paints, answers a key and scrolls, as a table; nothing is asserted.

    python -P tests/bench_terminal.py [CREDENTIALS]

The program runs in a terminal of its own, of 80 by 24 cells, as a person would start it, over a
wallet of 10,000 credentials. What is timed lies outside of it: from the start, or from a key, until
the terminal has received what it is to show. A key is a letter that stands nowhere else, written
into the field of the conversation; in a batch, into the line of the room that verifies it, above
the answers as they come. Each figure: the least, the median, the 95th percentile, the most, in ms.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.append(str(Path(__file__).parents[1]))  # the tests are not installed

from agent.model import LlamaModel, find_model
from tests.bench_vault import PASSPHRASE, make
from tests.tui.doing import issue_badge
from tui.app import HoldfastApp
from tui.session import Session
from wallet.vault.header import FLOOR
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from wallet.actions.consent import Answer
    from wallet.wallet import Wallet

CREDENTIALS: Final = 10_000
BATCH: Final = 1_000
STARTS: Final = 9
KEYS: Final = 120
SCREENFULS: Final = 150
PATIENCE: Final = 120.0  # seconds
QUIET: Final = 0.03  # seconds without output, after which a frame is whole
PAUSE: Final = 0.15  # seconds without output, after which nothing more is fetched to be shown
SIZE: Final = (24, 80)
SAID: Final = "issue a credential of type University Degree to Acme with degree: BSc"
FIRST_PAINT: Final = b"The wallet is locked"
HOME: Final = b"Ask in your own words"
ISSUER: Final = b"did:web:issuer"
"""What stands in each row of the list of credentials, once it is more than a place for a row."""
VERIFY: Final = b"Nothing verified yet"
UNDER_WAY: Final = "verifying … inputs".encode()
ALL: Final = b"1000 valid"
MARKS: Final = {"first paint": 500.0, "key": 50.0, "screenful": 50.0}
PLANNING: Final = "planning"


class Terminal:
    """A program in a terminal, seen from outside."""

    def __init__(self, *command: str) -> None:
        """Starts it."""
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "HOLDFAST_LANGUAGE": "en"}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = b""
        self._watched = b""
        self.came = False
        """Whether what is watched for came."""

    def types(self, text: str) -> float:
        """Press keys; when that was."""
        pressed = time.perf_counter()
        os.write(self._ours, text.encode())
        return pressed

    def until(self, words: bytes) -> float:
        """Wait for words; when they came. What came before them is forgotten."""
        end = time.perf_counter() + PATIENCE
        while words not in self._seen:
            if time.perf_counter() > end:
                raise TimeoutError(words, self._seen[-2_000:])
            self._read(0.5)
        self._seen = self._seen.partition(words)[2]
        return time.perf_counter()

    def watches(self, words: bytes) -> None:
        """Look out for words from now on, whatever else is waited for."""
        self._watched, self.came = words, False

    def settles(self) -> float:
        """Wait for output, and then for none; when the last of it came."""
        end = time.perf_counter() + PATIENCE
        while not self._read(0.5) and time.perf_counter() < end:
            pass
        last = time.perf_counter()
        while self._read(QUIET):
            last = time.perf_counter()
        self._seen = b""
        return last

    def shows(self, words: bytes) -> float:
        """Wait until all that has these words in it is painted; when the last of it came."""
        last = self.until(words)
        while self._read(PAUSE):
            if words in self._seen:
                last = self.until(words)
        self._seen = b""
        return last

    def computed(self) -> float:
        """Seconds of a core that it took so far, all of its threads together."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ends(self) -> None:
        """Kill it."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._ours)

    def _read(self, patience: float) -> bool:
        if not select.select([self._ours], [], [], patience)[0]:
            return False
        try:
            self._seen += os.read(self._ours, 1 << 16)
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            raise EOFError(self._seen[-2_000:]) from None
        self.came = self.came or self._watched in self._seen
        return True


@contextmanager
def running(*command: str) -> Iterator[Terminal]:
    """A program in a terminal, killed at the end."""
    terminal = Terminal(*command)
    try:
        yield terminal
    finally:
        terminal.ends()


def first_paint(home: Path) -> tuple[list[float], list[float]]:
    """From the start of the installed command to its first screen, and what it computed till then.

    The second is the same on a busy machine.
    """
    took, computed = [], []
    program = str(Path(sys.executable).with_name("holdfast"))
    for _ in range(STARTS):
        with running(program, "--home", str(home)) as terminal:
            took.append(terminal.until(FIRST_PAINT) - terminal.started)
            computed.append(terminal.computed())
    return took, computed


@contextmanager
def at_home(home: Path, busy: str = "") -> Iterator[Terminal]:
    """The program with an open wallet, whose model has something to do, or not."""
    with running(sys.executable, "-P", __file__, "app", str(home), busy) as terminal:
        terminal.until(FIRST_PAINT)
        terminal.types(f"{PASSPHRASE.expose_secret()}\r")
        terminal.until(HOME)
        terminal.settles()
        yield terminal


def keys(home: Path, busy: str = "") -> list[float]:
    """From a key to its letter, while something is under way."""
    with at_home(home, busy) as terminal:
        return [pressed(terminal, number) for number in range(KEYS)]


def keys_in_batches(home: Path, file: Path, busy: str = "") -> list[float]:
    """The same in the room that verifies, from the first answer of a batch on to its last."""
    figures: list[float] = []
    with at_home(home, busy) as terminal:
        terminal.types("\x1b5")  # alt+5
        terminal.until(VERIFY)
        time.sleep(PAUSE)  # until it is ready to be written into
        while len(figures) < KEYS:
            terminal.types(f"{file}\r")
            terminal.until(UNDER_WAY)
            terminal.watches(ALL)
            terminal.types("/")
            time.sleep(PAUSE)
            while not terminal.came:
                figures.append(pressed(terminal, len(figures)))
            terminal.types("\x15")  # ctrl+u
            time.sleep(PAUSE)
    return figures


def pressed(terminal: Terminal, number: int) -> float:
    """From a key to its letter, which stands nowhere else; then a pause as of one who types."""
    letter = chr(0x4E00 + 7 * number)
    at = terminal.types(letter)
    took = terminal.until(letter.encode()) - at
    time.sleep(0.02 + 0.001 * (number % 37))  # not in step with what draws
    return took


def scrolling(home: Path) -> list[float]:
    """From a key to the whole next screenful of credentials, the last row of it."""
    figures = []
    with at_home(home) as terminal:
        terminal.types("\x1b2")  # alt+2
        terminal.shows(ISSUER)
        for _ in range(SCREENFULS):
            pressed = terminal.types("\x1b[6~")  # page down
            figures.append(terminal.shows(ISSUER) - pressed)
    return figures


class Busy(Session):
    """A session that plans the same sentence again as soon as it is planned."""

    def _begin(self, wallet: Wallet) -> None:
        super()._begin(wallet)
        self._plan()

    def _plan(self) -> None:
        turn = self.say(SAID, draw=_unseen, ask=_refused)
        turn.add_done_callback(lambda done: None if done.cancelled() else self._plan())


def _unseen(_: object) -> None:
    """Nobody looks."""


def _refused(_: object, answer: Future[Answer]) -> None:
    from tui.deeds import Deeds  # noqa: PLC0415 - deferred: as the program does

    answer.set_result(Deeds.no())


def app(home: Path, busy: str) -> None:
    """What runs in the terminal."""
    with LlamaModel(find_model()) as model:
        session = (Busy if busy == PLANNING else Session)(home, model)
        try:
            HoldfastApp(session).run()
        finally:
            session.close()


def make_batch(folder: Path) -> Path:
    """A file of a thousand credentials that are valid, each in a line."""
    with create_wallet(folder / "issuer", PASSPHRASE, kdf=FLOOR)[0] as wallet:
        issue_badge(wallet, folder / "badge.json")
    file = folder / "batch.jsonl"
    file.write_bytes((folder / "badge.json").read_bytes() + b"\n")
    file.write_bytes(file.read_bytes() * BATCH)
    return file


def shown(name: str, figures: list[float], *, kind: str | None = None) -> str:
    """A row of the table."""
    some = sorted(figure * 1000 for figure in figures)
    at = some[max(0, -(-len(some) * 95 // 100) - 1)]
    asked = "" if kind is None else f"{MARKS[kind]:,.0f}"
    numbers = (some[0], statistics.median(some), at, some[-1])
    return f"| {name} | " + " | ".join(f"{one:,.1f}" for one in numbers) + f" | {asked} |"


def say(line: str) -> None:
    """On stdout, at once: each row takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """The table."""
    if sys.argv[1:2] == ["app"]:
        app(Path(sys.argv[2]), sys.argv[3])
        return
    count = int(sys.argv[1]) if sys.argv[1:] else CREDENTIALS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "wallet"
        make(home, count)
        say(f"a wallet of {count:,} credentials, ms; {os.cpu_count()} cores, load {load():.1f}")
        say("")
        say("| | least | median | 95 % | most | mark |")
        say("|---|---|---|---|---|---|")
        took, computed = first_paint(home)
        say(shown("from the start to the first screen", took, kind="first paint"))
        say(shown("of that, what a core computed", computed))
        batch = make_batch(Path(folder))
        from_key = "from a key to the screen"
        say(shown(from_key, keys(home), kind="key"))
        say(shown(f"{from_key} while the model plans", keys(home, PLANNING), kind="key"))
        say(shown(f"{from_key} in a batch of 1,000", keys_in_batches(home, batch), kind="key"))
        both = keys_in_batches(home, batch, PLANNING)
        say(shown(f"{from_key} in both", both, kind="key"))
        say(shown("a screenful of credentials", scrolling(home), kind="screenful"))


def load() -> float:
    """How many processes wanted a core within the last minute."""
    return os.getloadavg()[0]


if __name__ == "__main__":
    main()
