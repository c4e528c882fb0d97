"""What can go wrong with rules.

RefusedByRule       a rule of the person's own forbids the deed; nothing was asked or done
BadRule             what was given, or is kept, is no rule
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.errors import BadInput, WalletError

if TYPE_CHECKING:
    from wallet.messages import Message


class RefusedByRule(WalletError):
    """A rule of the person's own forbids the deed; `why` says which, in any language."""

    def __init__(self, why: Message, *, hint: str = "your rules: holdfast policy list") -> None:
        super().__init__(str(why), hint=hint)
        self.why = why


class BadRule(BadInput):
    """What was given, or is kept, is no rule."""
