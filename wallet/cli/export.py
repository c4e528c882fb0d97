"""`holdfast export wallet|keys` and `import-wallet`: actions that need more than their arguments.

A password that is asked for on the terminal, or the wallet's passphrase in any case.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.actions.exporting import (
    EXPORT_KEYS,
    EXPORT_WALLET,
    IMPORT_WALLET,
    export_wallet,
    import_wallet,
)
from wallet.cli import terminal
from wallet.cli.acting import run_action
from wallet.cli.arguments import add_parameters, arguments_of
from wallet.cli.command import Command
from wallet.errors import BadInput
from wallet.hardening import harden
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options


def _password(*, confirm: bool) -> Secret:
    harden()
    typed = terminal.ask_secret("Password of the file: ", instead="--password-file")
    if confirm and terminal.ask_secret("Once more: ") != typed:
        raise BadInput("the two passwords differ")
    if not typed:
        raise BadInput("the password is empty")
    return Secret(typed)


def _export(parsed: argparse.Namespace, options: Options) -> ExitCode:
    ask = partial(_password, confirm=True)
    asking = replace(EXPORT_WALLET, propose=partial(export_wallet, ask=ask))
    return run_action(asking, arguments_of(asking, parsed), options)


def _keys(parsed: argparse.Namespace, options: Options) -> ExitCode:
    arguments = arguments_of(EXPORT_KEYS, parsed)
    return run_action(EXPORT_KEYS, arguments, replace(options, whole="private" in arguments))


def _import(parsed: argparse.Namespace, options: Options) -> ExitCode:
    ask = partial(_password, confirm=False)
    asking = replace(IMPORT_WALLET, propose=partial(import_wallet, ask=ask))
    return run_action(asking, arguments_of(asking, parsed), options)


IMPORT: Final = Command(
    help=IMPORT_WALLET.help,
    example=IMPORT_WALLET.example,
    configure=partial(add_parameters, action=IMPORT_WALLET),
    run=_import,
    reads=True,
)
COMMANDS: Final[Mapping[tuple[str, ...], Command]] = MappingProxyType(
    {
        EXPORT_WALLET.verb: Command(
            help=EXPORT_WALLET.help,
            example=EXPORT_WALLET.example,
            configure=partial(add_parameters, action=EXPORT_WALLET),
            run=_export,
            reads=True,
        ),
        EXPORT_KEYS.verb: Command(
            help=EXPORT_KEYS.help,
            example=EXPORT_KEYS.example,
            configure=partial(add_parameters, action=EXPORT_KEYS),
            run=_keys,
            reads=True,
        ),
    }
)
