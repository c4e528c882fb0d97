"""`holdfast backup FILE`, `backup verify FILE` and `restore FILE`: what they take.

What they do is loaded when they do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.cli.command import Command

if TYPE_CHECKING:
    import argparse

    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options


def _configure_backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="[verify] FILE",
        nargs="+",
        help="the file to write; after `verify`, the one to read back and compare",
    )
    parser.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="an age public key, age1…, that opens it; again for more",
    )
    _add_keys(parser)
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _configure_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what `holdfast backup` wrote")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--merge", action="store_true", help="add what the wallet that is there lacks"
    )
    ways.add_argument(
        "--replace", action="store_true", help="put it in place of the wallet that is there"
    )
    _add_keys(parser)
    parser.add_argument("--yes", action="store_true", help="agree beforehand to what is shown")


def _add_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backup-passphrase-file",
        metavar="FILE",
        help="its first line is the backup's passphrase",
    )
    parser.add_argument(
        "--identity",
        action="append",
        default=[],
        metavar="FILE",
        help="with age private keys that open the backup, as age-keygen writes it",
    )


def _backup(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from wallet.cli.restore import back_up_or_verify  # noqa: PLC0415

    return back_up_or_verify(parsed, options)


def _restore(parsed: argparse.Namespace, options: Options) -> ExitCode:
    from wallet.cli.restore import restore  # noqa: PLC0415

    return restore(parsed, options)


BACKUP: Final = Command(
    help="write everything of the wallet into one encrypted file, or read such a file back",
    example="holdfast backup holdfast.age",
    configure=_configure_backup,
    run=_backup,
    reads=True,
)
RESTORE: Final = Command(
    help="bring a wallet back from a backup",
    example="holdfast restore holdfast.age --home ~/wallet",
    configure=_configure_restore,
    run=_restore,
    makes=True,
)
