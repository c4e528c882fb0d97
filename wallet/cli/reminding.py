"""Lines on standard error, for a person at a terminal: reminders that are due, and a backup."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wallet.cli.diagnostics import note
from wallet.messages import say, text
from wallet.vault.errors import VaultError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.cli.options import Options
    from wallet.wallet import Wallet

_TOLD: Final = 5
"""How many reminders are told at once."""


def remind(wallet: Wallet, options: Options, *, changed: bool) -> None:
    """Say what is due, each at most once a day; never to a script.

    A backup is spoken of after a command that `changed` something.
    """
    if options.quiet or not sys.stderr.isatty():
        return
    if wallet.vault.count(Kind.REMINDER):
        _tell_reminders(wallet, options)
    if not changed:
        return
    # Deferred: for people alone.
    from wallet.backup.reminding import reminder  # noqa: PLC0415

    if (said := reminder(wallet.vault, wallet.clock())) is not None:
        note(f"holdfast: {text(said, options.language)}")


def _tell_reminders(wallet: Wallet, options: Options) -> None:
    # Deferred: for those who have some.
    from wallet.reminders.reminder import to_be_told, were_told  # noqa: PLC0415

    due = to_be_told(wallet.vault, wallet.clock())
    for one in due[:_TOLD]:
        said = say("due: {about} ({when}, {id})", about=one.about, when=one.when, id=one.id)
        note(f"holdfast: {text(said, options.language)}")
    if len(due) > _TOLD:
        said = say("and more that is due: {count}; holdfast reminders", count=len(due) - _TOLD)
        note(f"holdfast: {text(said, options.language)}")
    # What the command was for is done: that this cannot be written down is no failure of it.
    with suppress(VaultError):
        were_told(wallet.vault, due, wallet.clock())
