"""`holdfast did import`: the action, with the password of an encrypted key asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from wallet.actions.importing import IMPORT_KEY, import_key
from wallet.cli import terminal
from wallet.cli.acting import run_action
from wallet.cli.arguments import add_parameters, arguments_of
from wallet.cli.command import Command
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    import argparse

    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options


def _configure(parser: argparse.ArgumentParser) -> None:
    add_parameters(parser, IMPORT_KEY)


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    asking = replace(IMPORT_KEY, propose=partial(import_key, ask=_password))
    return run_action(asking, arguments_of(IMPORT_KEY, parsed), options)


def _password() -> Secret:
    return Secret(terminal.ask_secret("Password of the key: ", instead="--password-file"))


COMMAND: Final = Command(
    help=IMPORT_KEY.help,
    example=IMPORT_KEY.example,
    configure=_configure,
    run=_run,
)
