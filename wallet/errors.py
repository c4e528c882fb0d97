"""The root of what can go wrong in the wallet.

WalletError
├── BadInput            what was given cannot be used: a file, an option, a value
│   └── ReadOnly        what was asked would change something, and nothing is to be changed
├── NoSuchEntry         the wallet holds nothing by that name
├── Ambiguous           the wallet holds several by that name
├── NotConsented        an action that needs a yes did not get one
└── (each room adds its own tree: vault, credentials)
"""

from __future__ import annotations


class WalletError(Exception):
    """One sentence for the person, and perhaps a hint what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class BadInput(WalletError):
    """What was given cannot be used."""


class ReadOnly(BadInput):
    """Something would be changed, and the wallet was opened for reading only."""

    def __init__(self, asked: str) -> None:
        """`asked` is the action or the verb."""
        super().__init__(
            f"{asked} changes something, and the wallet is open for reading only",
            hint="leave --read-only out",
        )


class NoSuchEntry(WalletError):
    """The wallet holds nothing by that name."""


class Ambiguous(WalletError):
    """The wallet holds several entries by that name."""


class NotConsented(WalletError):
    """An action that needs a yes did not get one; nothing was done."""
