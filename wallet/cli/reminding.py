"""One line on standard error, for a person at a terminal, when a backup is due."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wallet.cli.diagnostics import note
from wallet.messages import text

if TYPE_CHECKING:
    from wallet.cli.options import Options
    from wallet.wallet import Wallet


def remind(wallet: Wallet, options: Options) -> None:
    """Say it after a command that changed something, at most once a day; never to a script."""
    if options.quiet or not sys.stderr.isatty():
        return
    # Deferred: for people alone.
    from wallet.backup.reminding import reminder  # noqa: PLC0415

    if (said := reminder(wallet.vault, wallet.clock())) is not None:
        note(f"holdfast: {text(said, options.language)}")
