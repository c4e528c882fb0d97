"""The root of what can go wrong in the wallet.

WalletError
├── BadInput            what was given cannot be used: a file, an option, a value
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


class NoSuchEntry(WalletError):
    """The wallet holds nothing by that name."""


class Ambiguous(WalletError):
    """The wallet holds several entries by that name."""


class NotConsented(WalletError):
    """An action that needs a yes did not get one; nothing was done."""
