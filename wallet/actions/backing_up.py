"""`holdfast backup`: everything of the wallet in one file, which an age tool opens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.backup.limits import LIMITS
from wallet.errors import BadInput
from wallet.files import at_home, free_path, read_secret
from wallet.messages import say
from wallet.vault.record import Kind as Sort
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wallet.backup.age.keys import Recipient
    from wallet.messages import Message
    from wallet.wallet import Wallet

LONGEST_PASSPHRASE: Final = 1_024  # bytes


def back_up(
    wallet: Wallet, arguments: Mapping[str, Any], *, ask: Callable[[], Secret] | None = None
) -> Proposal:
    """A backup that waits for a yes; `ask` gets a passphrase where neither it nor a key is given.

    Raises:
        BadInput: the file exists, a key is none, or nobody could open the backup.
    """
    # Deferred: few commands make a backup.
    from wallet.backup.writing import DERIVED, Source, write_backup  # noqa: PLC0415

    target = at_home(Path(arguments["path"])) if "path" in arguments else _dated(wallet)
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")
    recipients, openers = _recipients(arguments, ask or wallet.new_passphrase)
    kinds = (kind for kind in Sort if kind not in DERIVED)
    counts = {kind.value: count for kind in kinds if (count := wallet.vault.count(kind))}
    source = Source(wallet.home, wallet.vault, wallet.chains.embedded())

    def perform() -> Result:
        written = write_backup(source, target, recipients, datetime.now(UTC))
        return Result(
            say("wrote a backup of the wallet"),
            data={"file": str(written.path), "parts": dict(written.counts)},
            made=str(written.path),
            saved=written.path,
            next=say("read it back: holdfast backup verify {file}", file=written.path),
        )

    statement = Statement(
        say("Write a backup of the whole wallet"),
        facts=(
            (say("Saved as"), str(target)),
            (say("Opened by"), openers),
            *((say("Records"), f"{kind}: {count}") for kind, count in sorted(counts.items())),
        ),
        warnings=(
            say("whoever opens it has your keys: the recovery phrase is in it"),
            LIMITS,
        ),
    )
    binding = f"{target}\n{openers}\n{sorted(counts.items())}".encode()
    return Proposal("back_up", statement, binding, perform)


def _dated(wallet: Wallet) -> Path:
    """Where a backup is written to that nobody named a file for: here, under the day's name."""
    return free_path(Path(f"holdfast-{wallet.clock().date().isoformat()}.age").absolute())


def _recipients(
    arguments: Mapping[str, Any], ask: Callable[[], Secret] | None
) -> tuple[Sequence[Recipient], Message | str]:
    from wallet.backup.age.errors import AgeError  # noqa: PLC0415 - as above
    from wallet.backup.age.keys import Passphrase, PublicKey  # noqa: PLC0415

    named, file = arguments.get("recipients", ()), arguments.get("passphrase_file")
    if named and file is not None:
        raise BadInput("a backup is for a passphrase or for keys, and not for both")
    if named:
        try:
            keys = tuple(PublicKey.parse(text) for text in named)
        except AgeError as error:
            raise BadInput(str(error), hint="age-keygen -y KEYFILE shows one") from error
        return keys, ", ".join(map(str, keys))
    if file is None and ask is None:
        raise BadInput(
            "nobody could open the backup",
            hint="on the command line it asks for a passphrase: holdfast backup FILE",
        )
    secret = passphrase_in(file) if file is not None else ask() if ask is not None else Secret("")
    if not secret:
        raise BadInput("the passphrase is empty")
    return (Passphrase(secret),), say("a passphrase")


def passphrase_in(name: str) -> Secret:
    """The first line of a file.

    Raises:
        BadInput: it cannot be read, is no text, or is empty.
    """
    line = read_secret(name).first_line()
    if not 0 < len(line) <= LONGEST_PASSPHRASE:
        raise BadInput(f"the passphrase in {name!r} is empty, or longer than a kibibyte")
    try:
        return Secret(line.decode())
    except UnicodeDecodeError:
        raise BadInput(f"the passphrase in {name!r} is not UTF-8") from None


BACK_UP: Final = Action(
    name="back_up",
    verb=("backup",),
    help="Write everything of the wallet into one encrypted file, or read such a file back",
    example="holdfast backup holdfast.age",
    parameters=(
        Parameter("path", Kind.TEXT, "the file to write; named by the day if not said"),
        Parameter(
            "recipients",
            Kind.TEXTS,
            "an age public key, age1…, that opens it",
            flag="--recipient",
            planned=False,
        ),
        Parameter(
            "passphrase_file",
            Kind.PATH,
            "its first line is the backup's passphrase",
            flag="--backup-passphrase-file",
            planned=False,
        ),
    ),
    propose=back_up,
)
