"""Writing the journal: every action that was proposed, by whom, and what became of it.

An entry says what, when, who asked, how it was answered, which digest was shown and which was
approved, and the outcome. It holds no claim value, name or secret.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wallet.journal.entry import Asker, Outcome
from wallet.journal.journal import Journal

if TYPE_CHECKING:
    from enum import Enum

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

__all__ = ["Asker", "Outcome", "journal_of", "write"]

_IDS: Final = re.compile(
    r"did:[a-z0-9]+:\S+"
    r"|0x[0-9a-f]+"  # a transaction
    r"|cred-[0-9a-f]{8,64}"
    r"|(?:prod|rem)-[0-9a-f]{8}"  # a product, a reminder
    r"|[0-9]+-Qm[1-9A-HJ-NP-Za-km-z]+"  # a version of a did:webvh
    r"|https://\S+"  # a status list
)


def journal_of(wallet: Wallet) -> Journal:
    """The wallet's journal."""
    return Journal(wallet.vault, wallet.clock)


def write(
    wallet: Wallet,
    proposal: Proposal,
    by: Enum,
    outcome: Outcome,
    *,
    asked: Asker = Asker.PERSON,
    approved: str | None = None,
    result: Result | None = None,
    error: BaseException | None = None,
) -> None:
    """Add an entry.

    `approved` is the digest that the yes was given to, where it is not the one that was shown. A
    deed that failed because somebody interrupted it was cancelled.
    """
    agreed = outcome in {Outcome.DONE, Outcome.FAILED}
    if outcome is Outcome.FAILED and error is not None and not isinstance(error, Exception):
        outcome = Outcome.CANCELLED
    made = result.made if result else None
    journal_of(wallet).append(
        {
            "action": proposal.action,
            "at": wallet.clock().isoformat(timespec="seconds"),
            "asked": asked.value,
            "by": by.value,
            "digest": proposal.digest,
            "approved": approved or (proposal.digest if agreed else None),
            "outcome": outcome.value,
            "made": made if made and _IDS.fullmatch(made) else None,  # not names, nor files
            "error": type(error).__name__ if error else None,
        }
    )
