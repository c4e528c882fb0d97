"""A deed that waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wallet.actions.journal import Asker
    from wallet.actions.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be done, who asks for it, and which step of a plan it is."""

    proposal: Proposal
    asked: Asker
    place: int = 1
    steps: int = 1
