"""What can go wrong with a product's log.

WalletError
├── BadInput
│   └── NotALog         a file that is no exported log of a product
└── LogBroken           events were changed, dropped, moved or put in; names each
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.errors import BadInput, WalletError

if TYPE_CHECKING:
    from wallet.products.log import Finding

_NAMED: Final = 10  # findings in the message


class NotALog(BadInput):
    """The file is no exported log of a product."""


class LogBroken(WalletError):
    """The log is not what its signer wrote."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        named = "; ".join(map(str, findings[:_NAMED]))
        more = f"; and {len(findings) - _NAMED} more" if len(findings) > _NAMED else ""
        super().__init__(
            f"the product's log was tampered with: {named}{more}",
            hint="ask whoever signed it for another copy",
        )
        self.findings = findings
