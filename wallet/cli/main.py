"""`holdfast`: parse, find the verb, do it, and answer with an exit code.

A verb's rooms are loaded when it is typed: what verifies a file reads none of those that sign.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from did.errors import DIDError
from wallet.cli.diagnostics import ExitCode, complain, note, show_crashes_safely
from wallet.cli.options import Options
from wallet.cli.parser import build
from wallet.errors import ReadOnly, WalletError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is `ExitCode`'s."""
    if argv is None:
        show_crashes_safely()
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        parsed = build(argv).parse_args(argv)
        return _run(parsed, Options.of(parsed))
    except (WalletError, DIDError) as error:
        return complain(error)
    except KeyboardInterrupt:
        note("holdfast: interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader went away: nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if action := getattr(parsed, "action", None):
        # Deferred, as below: for those verbs that are actions.
        from wallet.cli.acting import run_action  # noqa: PLC0415
        from wallet.cli.arguments import arguments_of  # noqa: PLC0415

        options.profile.require()
        return run_action(action, arguments_of(action, parsed), options)
    if (command := getattr(parsed, "command", None)) is None:
        from wallet.cli.command import from_upstairs  # noqa: PLC0415

        command = from_upstairs("tui")
    if not command.makes:
        options.profile.require()
    if options.read_only and not command.reads:
        raise ReadOnly(" ".join(_words(parsed)))
    return command.run(parsed, options)


def _words(parsed: argparse.Namespace) -> Iterator[str]:
    """The verb as it was typed."""
    for name in ("verb", "subverb"):
        if (word := getattr(parsed, name, None)) is not None:
            yield word


if __name__ == "__main__":
    sys.exit(main())
