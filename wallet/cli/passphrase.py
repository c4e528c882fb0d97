"""`holdfast passphrase`: another passphrase for the wallet that is there, or who keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.cli import render, terminal
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput
from wallet.messages import say, text
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
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--keep-in-keyring",
        action="store_true",
        help="change nothing: have the system's keyring keep it, and ask there from now on",
    )
    kept.add_argument(
        "--forget-in-keyring", action="store_true", help="change nothing: keep it there no longer"
    )


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if parsed.keep_in_keyring or parsed.forget_in_keyring:
        if parsed.new_passphrase_file is not None:
            raise BadInput(
                "the options of the keyring change no passphrase",
                hint="change it first, without them",
            )
        return _keyring(options, keep=parsed.keep_in_keyring)
    # Deferred: what opens a wallet, which nobody needs who asks for help.
    from wallet.actions.consent import Answer, By, decide, offered, run  # noqa: PLC0415
    from wallet.actions.secrets import tell_the_others  # noqa: PLC0415
    from wallet.cli.asking import asker  # noqa: PLC0415
    from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
    from wallet.vault.migration import COPY_SUFFIX  # noqa: PLC0415
    from wallet.wallet import open_wallet  # noqa: PLC0415

    options.require_wallet()
    copy = options.home / (VAULT_FILE + COPY_SUFFIX)
    old = options.passphrase()
    with open_wallet(options.home, old) as wallet:

        def work_out() -> Proposal:
            new = _new(parsed.new_passphrase_file)
            if new == old:
                raise BadInput("that is the passphrase already")

            def perform() -> Result:
                wallet.vault.change_passphrase(old, new)

                def remark(said: Message) -> None:
                    note(f"holdfast: {text(said, options.language)}")

                tell_the_others(options.home, new, remark)
                return Result(say("changed the passphrase"), next=_left_behind(copy))

            statement = Statement(say("Change the passphrase of the wallet"))
            return Proposal("change_passphrase", statement, b"", perform)

        asked = asker()
        proposal = offered(wallet, "change_passphrase", work_out, asked=asked)
        by = By.PROMPT if parsed.new_passphrase_file is None else By.FLAG
        done = run(wallet, proposal, decide(proposal, Answer(yes=True, by=by)), asked=asked)
    render.show(done, as_json=options.json, language=options.language)
    return ExitCode.DONE


def _keyring(options: Options, *, keep: bool) -> ExitCode:
    from wallet.settings import Settings, use_keyring  # noqa: PLC0415 - as above
    from wallet.vault.files import VAULT_FILE  # noqa: PLC0415
    from wallet.vault.keyring import Passphrase  # noqa: PLC0415
    from wallet.vault.store import Store  # noqa: PLC0415
    from wallet.vault.system_keyring import (  # noqa: PLC0415
        forget_passphrase,
        keep_passphrase,
        system_keyring,
    )

    options.require_wallet()
    meta = Store.peek(options.home / VAULT_FILE)
    Settings.read(options.home)  # where that cannot be written, nothing is kept
    if not keep:
        use_keyring(options.home, use=False)  # even where the keyring is not reached any more
    keyring = system_keyring()
    if keep:
        passphrase = options.passphrase()
        Passphrase(passphrase).unwrap(meta)  # a wrong one is not kept
        keep_passphrase(keyring, meta, passphrase)
        use_keyring(options.home, use=True)
        done = say("the system's keyring keeps the passphrase, and is asked for it from now on")
    elif forget_passphrase(keyring, meta):
        done = say("the system's keyring keeps the passphrase no longer")
    else:
        done = say("the system's keyring did not keep it")
    render.show(Result(done), as_json=options.json, language=options.language)
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
