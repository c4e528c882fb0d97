"""What a person is told of a transaction: while it is sent, and while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from did.chain.sending.fees import Fees
from did.chain.sending.settling import Settled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from did.chain.sending.intents import Intent


@dataclass(frozen=True, slots=True)
class NonceGap:
    """The intent waits for a transaction with the nonce `missing`, which nobody has made."""

    intent: Intent
    missing: int


@dataclass(frozen=True, slots=True)
class Pending:
    """An intent that is open, for a person to see.

    Attributes:
        intent: what was signed.
        age: how long ago that was.
        missing: the nonce that must be used before its own, and that nothing uses; None where
            there is none, or the chain could not be asked.
    """

    intent: Intent
    age: timedelta
    missing: int | None

    @property
    def fees(self) -> Fees:
        """What its last transaction pays for a unit of gas."""
        return Fees(self.intent.last.max_fee_per_gas, self.intent.last.max_priority_fee_per_gas)

    @property
    def purpose(self) -> Mapping[str, str]:
        """What it is for."""
        return self.intent.purpose


Progress: TypeAlias = Callable[[Settled | NonceGap], None]
"""Is told of each change while something is sent and waited for."""


def silent(_: Settled | NonceGap) -> None:
    """Tells nobody."""
