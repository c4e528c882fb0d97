"""`holdfast passphrase`: another passphrase for the wallet that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.cli import render, terminal
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.errors import BadInput
from wallet.messages import say
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from wallet.cli.options import Options
    from wallet.messages import Message


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-passphrase-file", metavar="FILE", help="its first line is the new passphrase"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    # Deferred: what opens a wallet, which nobody needs who asks for help.
    from wallet.actions.consent import Answer, By, decide, run  # noqa: PLC0415
    from wallet.vault.migration import COPY_SUFFIX  # noqa: PLC0415
    from wallet.wallet import VAULT_FILE, open_wallet  # noqa: PLC0415

    if not (options.home / VAULT_FILE).exists():
        raise BadInput(
            f"there is no wallet in {str(options.home)!r}", hint="make one: holdfast init"
        )
    copy = options.home / (VAULT_FILE + COPY_SUFFIX)
    old = options.passphrase()
    with open_wallet(options.home, old) as wallet:
        new = _new(parsed.new_passphrase_file)
        if new == old:
            raise BadInput("that is the passphrase already")

        def perform() -> Result:
            wallet.vault.change_passphrase(old, new)
            return Result(say("changed the passphrase"), next=_left_behind(copy))

        statement = Statement(say("Change the passphrase of the wallet"))
        proposal = Proposal("change_passphrase", statement, b"", perform)
        by = By.PROMPT if parsed.new_passphrase_file is None else By.FLAG
        done = run(wallet, proposal, decide(proposal, Answer(yes=True, by=by)))
    render.show(done, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _new(file: str | None) -> Secret:
    if file is not None:
        from wallet.actions.backing_up import passphrase_in  # noqa: PLC0415 - as above

        return passphrase_in(file)
    typed = terminal.ask_secret("New passphrase: ")
    if terminal.ask_secret("Once more: ") != typed:
        raise BadInput("the two passphrases differ")
    if not typed:
        raise BadInput("the passphrase is empty")
    return Secret(typed)


def _left_behind(copy: Path) -> Message:
    """What a passphrase from before opens still."""
    if copy.exists():
        return say(
            "{file} is a copy that an earlier version left, and opens with the passphrase of its"
            " time: delete it once a backup was verified",
            file=copy,
        )
    return say("copies of the wallet's folder still open with the passphrase of their time")


COMMAND = Command(
    help="change the wallet's passphrase",
    example="holdfast passphrase",
    configure=_configure,
    run=_run,
)
