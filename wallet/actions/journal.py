"""The journal: every action that was proposed, and what became of it.

An entry says what, when, how it was answered, which digest was shown, and the outcome. It holds
no claim value, name or secret of a credential.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wallet.vault.record import Kind

if TYPE_CHECKING:
    from enum import Enum

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


class Outcome(StrEnum):
    """What became of a proposal."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


def write(
    wallet: Wallet,
    proposal: Proposal,
    by: Enum,
    outcome: Outcome,
    *,
    result: Result | None = None,
    error: BaseException | None = None,
) -> None:
    """Add an entry."""
    wallet.vault.put(
        Kind.JOURNAL,
        {
            "action": proposal.action,
            "at": wallet.clock().isoformat(timespec="seconds"),
            "by": by.value,
            "digest": proposal.digest,
            "outcome": outcome.value,
            "made": result.made if result else None,
            "error": type(error).__name__ if error else None,
        },
    )
