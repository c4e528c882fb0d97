"""The options that every verb takes, and the wallet they open."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from did.values import dataclass
from wallet.cli.diagnostics import note
from wallet.errors import BadInput
from wallet.files import at_home
from wallet.messages import preferred_language, text

if TYPE_CHECKING:
    from wallet.messages import Message
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

LONGEST_PASSPHRASE = 1_024  # bytes


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for beside the verb's own arguments.

    Attributes:
        home: the wallet's folder.
        passphrase_file: a file whose first line is the passphrase.
        passphrase_fd: an open file descriptor to read it from.
        json: whether results are printed as JSON.
        quiet: whether to leave out what is not the result.
        yes: whether the person consented beforehand.
        language: "en" or "zh".
    """

    home: Path
    passphrase_file: Path | None = None
    passphrase_fd: int | None = None
    json: bool = False
    quiet: bool = False
    yes: bool = False
    language: str = "en"

    @classmethod
    def of(cls, parsed: argparse.Namespace) -> Self:
        """The options out of a parsed command line and the environment."""
        return cls(
            home=_home(getattr(parsed, "home", None)),
            passphrase_file=getattr(parsed, "passphrase_file", None),
            passphrase_fd=getattr(parsed, "passphrase_fd", None),
            json=getattr(parsed, "json", False),
            quiet=getattr(parsed, "quiet", False),
            yes=getattr(parsed, "yes", False),
            language=preferred_language(),
        )

    def passphrase(self, *, confirm: bool = False) -> Secret:
        """The passphrase, from the file, the descriptor or the terminal.

        Raises:
            BadInput: it cannot be read, is empty, or was typed differently the second time.
        """
        # Deferred: for the verbs that unlock a wallet.
        from wallet.hardening import harden  # noqa: PLC0415

        harden()
        if self.passphrase_file is not None:
            return _passphrase_in(self.passphrase_file)
        if self.passphrase_fd is not None:
            return _first_line(_read_descriptor(self.passphrase_fd))
        # Deferred: for those who have no file of it.
        from wallet.cli import terminal  # noqa: PLC0415

        typed = terminal.ask_secret("Passphrase: ")
        if confirm and terminal.ask_secret("Once more: ") != typed:
            raise BadInput("the two passphrases differ")
        return _first_line(typed.encode())

    def open_wallet(self) -> Wallet:
        """The wallet, unlocked.

        Raises:
            BadInput: there is none in the folder.
            WrongPassphrase: the passphrase is not its.
        """
        # Deferred: keys and chains are loaded for the verbs that need them, which verify does not.
        from wallet.wallet import VAULT_FILE, open_wallet  # noqa: PLC0415

        if not (self.home / VAULT_FILE).exists():
            raise BadInput(
                f"there is no wallet in {str(self.home)!r}", hint="make one: holdfast init"
            )
        return open_wallet(self.home, self.passphrase(), notify=self._notify)

    def _notify(self, message: Message) -> None:
        """One line of progress, unless only the result is wanted."""
        if not self.quiet:
            note(text(message, self.language))


class Parser(argparse.ArgumentParser):
    """A parser that writes its help as `Help` does, and so do those of its verbs."""

    def __init__(self, **settings: Any) -> None:
        """As argparse's."""
        super().__init__(**{"formatter_class": Help, **settings})


class Help(argparse.HelpFormatter):
    """Help as wide as the terminal.

    argparse makes one for each argument that is added, and loads compressors with what it asks for
    the width: a tenth of the time that a short command takes.
    """

    def __init__(self, prog: str) -> None:
        """`prog` is what the line begins with."""
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """The width of the terminal, which COLUMNS overrules, as `shutil` tells it."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said[:9]) > 0:
        return int(said[:9])
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def common_options() -> argparse.ArgumentParser:
    """A parser of the common options, to be a parent of others."""
    parser = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    group = parser.add_argument_group("common options")
    group.add_argument("--home", type=Path, metavar="DIR", help="the wallet's folder")
    group.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="its first line is the passphrase"
    )
    group.add_argument(
        "--passphrase-fd", type=int, metavar="N", help="a file descriptor to read it from"
    )
    group.add_argument("--json", action="store_true", help="print the result as JSON")
    group.add_argument("--quiet", action="store_true", help="print the result only")
    return parser


def _home(given: Path | None) -> Path:
    if given is not None:
        return at_home(given)
    if from_environment := os.environ.get("HOLDFAST_HOME"):
        return at_home(Path(from_environment))
    # Deferred: only where nobody said which folder.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("holdfast", appauthor=False))


def _passphrase_in(path: Path) -> Secret:
    try:
        with at_home(path).open("rb") as file:
            return _first_line(file.read(LONGEST_PASSPHRASE + 2))
    except OSError as error:
        raise BadInput(f"the passphrase file cannot be read: {error.strerror}") from error


def _read_descriptor(number: int) -> bytes:
    try:
        with os.fdopen(number, "rb", closefd=False) as file:
            data = file.read(LONGEST_PASSPHRASE + 2)
    except OSError as error:
        raise BadInput(f"file descriptor {number} cannot be read: {error.strerror}") from error
    if data is None:  # it does not wait for what is not there yet
        raise BadInput(f"file descriptor {number} cannot be read: nothing is there yet")
    return data


def _first_line(data: bytes) -> Secret:
    # Deferred: for those who open a vault.
    from wallet.vault.secret import Secret  # noqa: PLC0415

    line = data.split(b"\n", 1)[0].rstrip(b"\r")
    if not line:
        raise BadInput("the passphrase is empty")
    if len(line) > LONGEST_PASSPHRASE:
        raise BadInput("the passphrase is longer than a kibibyte")
    try:
        return Secret(line.decode())
    except UnicodeDecodeError as error:
        raise BadInput("the passphrase is not UTF-8") from error
