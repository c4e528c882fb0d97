"""What goes to standard error, and what the exit code promises."""

from __future__ import annotations

import sys
import threading
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from did.errors import (
    ChainError,
    DIDError,
    RepresentationNotSupported,
    Unreachable,
    UnsupportedOption,
)
from wallet.display import printable, printable_lines
from wallet.errors import BadInput, NotConsented, WalletError
from wallet.vault.errors import Locked, WrongPassphrase
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    """Done; valid."""
    FAILED = 1
    """Invalid; the action failed."""
    USAGE = 2
    """Usage, unreadable input."""
    REVOKED = 3
    """Revoked or suspended."""
    EXPIRED = 4
    """Expired or not yet valid."""
    UNTRUSTED = 5
    """Untrusted issuer."""
    INDETERMINATE = 6
    """Something needed could not be checked."""
    LOCKED = 7
    """Locked, or a wrong passphrase."""
    NOT_CONSENTED = 8
    """Not consented."""
    NETWORK = 9
    """The chain or the network failed."""
    INTERRUPTED = 130
    """Interrupted."""


CODES: Final[Mapping[Verdict, ExitCode]] = {
    Verdict.VALID: ExitCode.DONE,
    Verdict.INVALID: ExitCode.FAILED,
    Verdict.REVOKED: ExitCode.REVOKED,
    Verdict.EXPIRED: ExitCode.EXPIRED,
    Verdict.UNTRUSTED: ExitCode.UNTRUSTED,
    Verdict.INDETERMINATE: ExitCode.INDETERMINATE,
}

# The first class that fits counts, so the narrower stand first.
_ERRORS: Final[tuple[tuple[type[Exception], ExitCode], ...]] = (
    (WrongPassphrase, ExitCode.LOCKED),
    (Locked, ExitCode.LOCKED),
    (NotConsented, ExitCode.NOT_CONSENTED),
    (BadInput, ExitCode.USAGE),
    (UnsupportedOption, ExitCode.USAGE),
    (RepresentationNotSupported, ExitCode.USAGE),
    (ChainError, ExitCode.NETWORK),
    (Unreachable, ExitCode.NETWORK),
    (WalletError, ExitCode.FAILED),
    (DIDError, ExitCode.FAILED),
)


def code_of(error: WalletError | DIDError) -> ExitCode:
    """The exit code that an error promises."""
    code = next(code for kind, code in _ERRORS if isinstance(error, kind))
    if code is ExitCode.FAILED and isinstance(error, DIDError) and error.undecided:
        return ExitCode.INDETERMINATE  # nothing was learned, for or against
    return code


def complain(error: WalletError | DIDError) -> ExitCode:
    """One line, perhaps a hint, and the exit code."""
    note(f"holdfast: error: {error}")
    if error.hint:
        note(f"holdfast: hint: {error.hint}")
    return code_of(error)


def note(line: str) -> None:
    """One line for the person, beside the result."""
    sys.stderr.write(printable(line) + "\n")


def show_crashes_safely() -> None:
    """What nobody expected ends this process as ever, but what it says moves no cursor."""
    sys.excepthook = _crash
    threading.excepthook = _crash_of_thread


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    # Deferred: for what should not happen.
    import traceback  # noqa: PLC0415

    for piece in traceback.format_exception(kind, error, trace):
        sys.stderr.write(printable_lines(piece))


def _crash_of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        _crash(args.exc_type, args.exc_value, args.exc_traceback)
