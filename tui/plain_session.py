"""A session in lines: the first run where there is no wallet, and one opening after another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tui.plain import Idle, PlainTalk, attentive, lines_of
from tui.plain_first_run import first_run, settle_in
from wallet.cli import render
from wallet.cli.diagnostics import ExitCode
from wallet.errors import BadInput
from wallet.messages import Message, say, text
from wallet.vault.files import VAULT_FILE
from wallet.vault.keeper.child import Keeper
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.model import Model
    from wallet.cli.options import Options
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

LOCK_AFTER: Final = 300.0  # seconds


def hold(
    model: Model, options: Options, notices: Sequence[Message] = (), *, patience: float = LOCK_AFTER
) -> ExitCode:
    """Hold the conversation; it is locked, and asks anew, once nobody typed for `patience` s."""

    def tell(message: Message) -> None:
        label = text(say("wallet"), options.language)
        render.show_line(f"{label}: {text(message, options.language)}")

    for notice in notices:
        tell(notice)
    passphrase, is_new = None, not (options.home / VAULT_FILE).exists()
    try:
        if is_new:
            passphrase = first_run(options, tell, _ask)
        while True:
            with _opened(options, passphrase) as wallet:
                talk = PlainTalk(wallet, model, options)
                code = _converse(talk, options, is_new=is_new, patience=patience)
            passphrase, is_new = None, False
            if code is not None:
                return code
            tell(say("The wallet is locked"))
    except EOFError:  # Ctrl-D in the middle of a question
        return ExitCode.INTERRUPTED


def _converse(
    talk: PlainTalk, options: Options, *, is_new: bool, patience: float
) -> ExitCode | None:
    """One opening of the wallet; None where it is to be locked and opened again."""
    if is_new:
        settle_in(talk, _ask, options.language)
    talk.begin()
    typed = sys.stdin is not None and sys.stdin.isatty()
    lines = lines_of(options.language)
    try:
        code = talk.hold(attentive(lines, patience) if typed else lines, resume=typed)
    except Idle:
        render.show_line()
        return None
    return code if talk.is_left or not typed else None


def _opened(options: Options, passphrase: Secret | None) -> Wallet:
    if passphrase is None:
        return options.open_wallet()
    return open_wallet(options.home, Keeper().with_passphrase(passphrase))


def _ask(question: str) -> str:
    """A line that is typed; the question stands before it. Raises `EOFError`."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise BadInput("there is no terminal to ask on", hint="make a wallet first: holdfast init")
    return input(question)
