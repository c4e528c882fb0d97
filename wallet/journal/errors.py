"""What can go wrong with a journal.

WalletError
├── BadInput
│   └── NotAJournal     a file that is no exported journal, or no head of one
└── JournalBroken       entries were changed, dropped, moved or put in; names each
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.errors import BadInput, WalletError

if TYPE_CHECKING:
    from wallet.journal.examining import Finding

_NAMED: Final = 10  # findings in the message


class NotAJournal(BadInput):
    """The file is no exported journal."""


class JournalBroken(WalletError):
    """The journal is not what the wallet wrote."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        named = "; ".join(map(str, findings[:_NAMED]))
        more = f"; and {len(findings) - _NAMED} more" if len(findings) > _NAMED else ""
        super().__init__(
            f"the journal was tampered with: {named}{more}",
            hint="compare it with an export or an anchored head from before",
        )
        self.findings = findings
