"""`holdfast` without a verb: the terminal UI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.model import LlamaModel, find_model
from tui.app import HoldfastApp
from tui.session import Session
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode
from wallet.hardening import harden

if TYPE_CHECKING:
    import argparse

    from wallet.cli.options import Options


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    harden()  # before anybody types a passphrase
    with LlamaModel(find_model(getattr(parsed, "model", None))) as model:
        session = Session(options.home, model)
        try:
            HoldfastApp(session, language=options.language).run()
        finally:
            session.close()
    return ExitCode.DONE


COMMAND = Command(
    help="open the terminal UI",
    example="holdfast",
    configure=_configure,
    run=_run,
)
