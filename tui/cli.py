"""`holdfast` without a verb: the terminal UI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.models.choosing import opened
from tui.app import HoldfastApp
from tui.session import Session
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.errors import ReadOnly
from wallet.hardening import harden
from wallet.settings import Settings
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    import argparse

    from agent.model import Model
    from wallet.cli.options import Options
    from wallet.messages import Message


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if options.read_only and not (options.home / VAULT_FILE).exists():
        raise ReadOnly("init")
    harden()  # before anybody types a passphrase
    notices: list[Message] = []
    with opened(getattr(parsed, "model", None), options.home, notices.append) as model:
        if getattr(parsed, "plain", False):
            return _run_plain(model, options, notices)
        session = Session(
            options.home, model, profile=options.profile.shown, read_only=options.read_only
        )
        try:
            notice = notices[0] if notices else None
            looks = Settings.read(options.home).looks
            app = HoldfastApp(session, language=options.language, looks=looks, notice=notice)
            app.run()
        finally:
            session.close()
    return ExitCode.DONE


def _run_plain(model: Model, options: Options, notices: list[Message]) -> ExitCode:
    """The same in lines, until the person leaves; locked, it asks for the passphrase again."""
    from tui.plain_session import hold  # noqa: PLC0415 - deferred: for those who want it

    return hold(model, options, notices)


COMMAND = Command(
    help="open the terminal UI",
    example="holdfast",
    configure=_configure,
    run=_run,
    reads=True,
    makes=True,
)
