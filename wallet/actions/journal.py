"""Writing the journal: everything that was asked, by whom, and what became of it.

An entry says what, when, who asked, how it was answered, which digest was shown and which was
approved, and the outcome. It holds no claim value, name or secret, and no argument.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wallet.errors import WalletError
from wallet.journal.entry import READ, Asker, Outcome
from wallet.journal.journal import Journal
from wallet.vault.errors import Busy, Locked, StorageFailed

if TYPE_CHECKING:
    from enum import Enum

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

__all__ = ["Asker", "By", "Outcome", "journal_of", "note", "use", "write"]

PATIENCE: Final = 1.0
"""Seconds that what only reads waits for another writer, to be written down."""
_IDS: Final = re.compile(
    r"did:[a-z0-9]+:\S+"
    r"|0x[0-9a-f]+"  # a transaction
    r"|cred-[0-9a-f]{8,64}"
    r"|(?:prod|rem)-[0-9a-f]{8}"  # a product, a reminder
    r"|[0-9]+-Qm[1-9A-HJ-NP-Za-km-z]+"  # a version of a did:webvh
    r"|https://\S+"  # a status list
)


class By(StrEnum):
    """How an answer was given."""

    PROMPT = "prompt"  # typed in answer to the question on a terminal
    DIALOG = "dialog"  # pressed in the terminal UI's consent dialog
    FLAG = "flag"  # --yes on a verb that was typed out in full
    DEMO = "demo"  # the demonstration, which says so each time
    NOBODY = "nobody"  # there was no terminal to ask on, or nobody answered on it
    GRANT = "grant"  # agreed to beforehand, when the server was started
    RULE = "rule"  # a rule that the person set refused before anybody was asked
    UNSHOWN = "unshown"  # it could not be worked out, and so there was nothing to ask about
    READ = READ  # it only reads: nobody has to be asked


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
    """Add an entry about a proposal.

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


def use(
    wallet: Wallet,
    action: str,
    outcome: Outcome,
    *,
    granted: str,
    digest: str | None = None,
    made: str | None = None,
) -> None:
    """Add an entry about a use of what was agreed to beforehand, whose digest is `granted`.

    `digest` is the SHA-256 of the document that was signed under it.
    """
    journal_of(wallet).append(
        {
            "action": action,
            "at": wallet.clock().isoformat(timespec="seconds"),
            "asked": Asker.HTTP.value,
            "by": By.GRANT.value,
            "digest": digest,
            "approved": granted,
            "outcome": outcome.value,
            "made": made,
            "error": None,
        }
    )


def note(
    wallet: Wallet,
    action: str,
    by: By,
    outcome: Outcome,
    *,
    asked: Asker,
    error: BaseException | None = None,
) -> WalletError | None:
    """Add an entry about what there is no proposal of; why there is none, where there cannot be.

    What it is about is done, or has failed, without the journal: a full disk, another writer and a
    wallet that is open for reading only are no reason to lose its result or its error.

    Raises:
        IntegrityError: the vault is damaged, and there is no `error` that is told instead.
    """
    facts = {
        "action": action,
        "at": wallet.clock().isoformat(timespec="seconds"),
        "asked": asked.value,
        "by": by.value,
        "digest": None,
        "approved": None,
        "outcome": outcome.value,
        "made": None,
        "error": type(error).__name__ if error else None,
    }
    try:
        if not wallet.vault.read_only:
            journal_of(wallet).append(facts, patience=PATIENCE)
    except (Busy, StorageFailed, Locked) as unwritten:
        return unwritten
    except WalletError:
        if error is None:
            raise
    return None
