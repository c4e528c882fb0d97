"""The options that every verb takes, and the wallet they open."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from did.confidential import SecretBytes
from did.values import dataclass
from wallet.cli.diagnostics import note
from wallet.display import printable
from wallet.errors import BadInput
from wallet.files import at_home
from wallet.messages import preferred_language, say, text
from wallet.profiles import DEFAULT, Profile, data_folder, in_use, named

if TYPE_CHECKING:
    from wallet.messages import Message
    from wallet.vault.keys import Unlocks
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

LONGEST_PASSPHRASE = 1_024  # bytes


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for beside the verb's own arguments.

    Attributes:
        home: the wallet's folder.
        profile_name: the profile whose folder that is; None where the folder was named itself.
        passphrase_file: a file whose first line is the passphrase.
        passphrase_fd: an open file descriptor to read it from.
        json: whether results are printed as JSON.
        quiet: whether to leave out what is not the result.
        yes: whether the person consented beforehand.
        read_only: whether nothing in the wallet's folder is to be changed.
        language: "en" or "zh".
        whole: whether keys will be given out, which takes the passphrase in any case.
    """

    home: Path
    passphrase_file: Path | None = None
    passphrase_fd: int | None = None
    json: bool = False
    quiet: bool = False
    yes: bool = False
    read_only: bool = False
    language: str = "en"
    whole: bool = False
    profile_name: str | None = None

    @classmethod
    def of(cls, parsed: argparse.Namespace) -> Self:
        """The options out of a parsed command line and the environment.

        Raises:
            BadInput: a folder and a profile were named, or a profile by no name.
        """
        home, profile = getattr(parsed, "home", None), getattr(parsed, "profile", None)
        verb = getattr(parsed, "verb", None), getattr(parsed, "subverb", None)
        if home is None and verb == ("profile", "use"):
            profile = profile or DEFAULT  # whatever is chosen now, another can be
        chosen = _chosen(home, profile)
        return cls(
            home=chosen.home,
            profile_name=chosen.name,
            passphrase_file=getattr(parsed, "passphrase_file", None),
            passphrase_fd=getattr(parsed, "passphrase_fd", None),
            json=getattr(parsed, "json", False),
            quiet=getattr(parsed, "quiet", False),
            yes=getattr(parsed, "yes", False),
            read_only=getattr(parsed, "read_only", False),
            language=preferred_language(),
        )

    @property
    def profile(self) -> Profile:
        """The wallet that is meant."""
        return Profile(self.home, self.profile_name)

    def passphrase(self, *, confirm: bool = False) -> Secret:
        """The passphrase, from the file, the descriptor, the system's keyring or the terminal.

        Raises:
            BadInput: it cannot be read, is empty, or was typed differently the second time.
        """
        # Deferred: for the verbs that unlock a wallet.
        from wallet.hardening import harden  # noqa: PLC0415

        harden()
        if self.passphrase_file is not None:
            return _passphrase_in(self.passphrase_file)
        if self.passphrase_fd is not None:
            return _first_line(read_descriptor(self.passphrase_fd))
        if not confirm and (kept := self._kept()) is not None:
            return kept
        # Deferred: for those who have no file of it.
        from wallet.cli import terminal  # noqa: PLC0415

        typed = terminal.ask_secret(self._asked(say("Passphrase")))
        if confirm and terminal.ask_secret(self._asked(say("Once more"))) != typed:
            raise BadInput("the two passphrases differ")
        return _first_line(typed.encode())

    def _asked(self, what: Message) -> str:
        """What stands before the place where one types."""
        return text(say("{what}: ", what=what), self.language)

    def _kept(self) -> Secret | None:
        """What the system's keyring has, where the person chose so."""
        # Deferred: nearly nobody has one, and who has is asked on the terminal if it fails.
        from wallet.settings import CONFIG_FILE, Settings  # noqa: PLC0415

        if not (self.home / CONFIG_FILE).exists() or not Settings.read(self.home).keyring:
            return None
        from wallet.vault.errors import VaultError  # noqa: PLC0415
        from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
        from wallet.vault.store import Store  # noqa: PLC0415
        from wallet.vault.system_keyring import kept_passphrase, system_keyring  # noqa: PLC0415

        try:
            return kept_passphrase(system_keyring(), Store.peek(self.home / VAULT_FILE))
        except VaultError as error:
            note(f"holdfast: {error}")
            return None

    def require_wallet(self) -> None:
        """Refuse a folder that has no wallet.

        Raises:
            BadInput: it was misspelt, or the wallet is not made yet.
        """
        # Deferred: as above.
        from wallet.vault.files import VAULT_FILE  # noqa: PLC0415

        if not (self.home / VAULT_FILE).exists():
            raise BadInput(
                f"there is no wallet in {str(self.home)!r}", hint="make one: holdfast init"
            )

    def unlocks(self) -> Unlocks:
        """What opens the wallet: a keeper that listens, or else the passphrase, in a new one.

        Raises:
            BadInput: there is no wallet in the folder, or no passphrase to be had.
        """
        # Deferred: as above.
        from wallet.hardening import harden  # noqa: PLC0415
        from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
        from wallet.vault.keeper.child import Keeper  # noqa: PLC0415
        from wallet.vault.keeper.connecting import Listening  # noqa: PLC0415
        from wallet.vault.store import Store  # noqa: PLC0415

        self.require_wallet()
        given = self.passphrase_file is not None or self.passphrase_fd is not None
        if not given and not self.whole and (listening := Listening.found(self.home)) is not None:
            return listening
        harden()  # a child inherits some of it
        keeper = Keeper()
        try:
            keeper.with_passphrase(self.passphrase())
            keeper.begin(Store.peek(self.home / VAULT_FILE))
        except BaseException:
            keeper.end()
            raise
        return keeper

    def open_wallet(self) -> Wallet:
        """The wallet, unlocked.

        Raises:
            BadInput: there is none in the folder.
            WrongPassphrase: the passphrase is not its.
        """
        by = self.unlocks()
        # Deferred: keys and chains are loaded for the verbs that need them, which verify does not.
        from wallet.wallet import open_wallet  # noqa: PLC0415

        return open_wallet(self.home, by, notify=self._notify, read_only=self.read_only)

    def _notify(self, message: Message) -> None:
        """One line of progress, unless only the result is wanted."""
        if not self.quiet:
            note(text(message, self.language))


class Parser(argparse.ArgumentParser):
    """A parser that writes its help as `Help` does, and so do those of its verbs."""

    def __init__(self, **settings: Any) -> None:
        """As argparse's."""
        super().__init__(**{"formatter_class": Help, **settings})

    def error(self, message: str) -> NoReturn:
        """As argparse's; what was typed stands in the message, and may have been pasted."""
        super().error(printable(message))


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
    group.add_argument("--profile", metavar="NAME", help="the wallet of that name")
    group.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="its first line is the passphrase"
    )
    group.add_argument(
        "--passphrase-fd", type=int, metavar="N", help="a file descriptor to read it from"
    )
    group.add_argument("--json", action="store_true", help="print the result as JSON")
    group.add_argument("--quiet", action="store_true", help="print the result only")
    group.add_argument(
        "--read-only", action="store_true", help="change nothing in the wallet's folder"
    )
    return parser


def _chosen(home: Path | None, profile: str | None) -> Profile:
    """The wallet that is meant: what was typed counts before what the environment says."""
    if home is None and profile is None:
        home = Path(said) if (said := os.environ.get("HOLDFAST_HOME")) else None
        profile = os.environ.get("HOLDFAST_PROFILE") or None
    if home is not None and profile is not None:
        raise BadInput("a folder and a profile are two wallets", hint="name one of the two")
    if home is not None:
        return Profile(at_home(home))
    data = data_folder()
    return in_use(data) if profile is None else named(profile, data)


def _passphrase_in(path: Path) -> Secret:
    try:
        with at_home(path).open("rb") as file:
            return _first_line(SecretBytes(file.read(LONGEST_PASSPHRASE + 2)))
    except OSError as error:
        raise BadInput(f"the passphrase file cannot be read: {error.strerror}") from error


def read_descriptor(number: int) -> SecretBytes:
    """What stands in an open file descriptor: a secret of at most a kibibyte.

    Raises:
        BadInput: it cannot be read.
    """
    if not 0 <= number < 1 << 31:
        raise BadInput(f"{number} is no file descriptor")
    try:
        with os.fdopen(number, "rb", closefd=False) as file:
            read = file.read(LONGEST_PASSPHRASE + 2)
            if read is None:  # it does not wait for what is not there yet
                raise BadInput(f"file descriptor {number} cannot be read: nothing is there yet")
            data = SecretBytes(read)
            del read  # no local shows it from here on
    except OSError as error:
        raise BadInput(f"file descriptor {number} cannot be read: {error.strerror}") from error
    return data


def _first_line(data: SecretBytes) -> Secret:
    # Deferred: for those who open a vault.
    from wallet.vault.secret import Secret  # noqa: PLC0415

    line = data.first_line()
    if not line:
        raise BadInput("the passphrase is empty")
    if len(line) > LONGEST_PASSPHRASE:
        raise BadInput("the passphrase is longer than a kibibyte")
    try:
        return Secret(line.decode())
    except UnicodeDecodeError:
        raise BadInput("the passphrase is not UTF-8") from None  # the error holds what was read
