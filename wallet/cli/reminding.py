"""Lines on standard error, for a person at a terminal: reminders that are due, and a backup."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wallet.cli.diagnostics import note
from wallet.messages import text
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.cli.options import Options
    from wallet.wallet import Wallet


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
    from wallet.reminders.telling import tell  # noqa: PLC0415

    for said in tell(wallet.vault, wallet.clock()):
        note(f"holdfast: {text(said, options.language)}")
