"""Asking a person at the terminal: who asked, whether they agree, and what they have to type."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wallet.actions.consent import Answer, By
from wallet.actions.journal import Asker
from wallet.cli import render, terminal

if TYPE_CHECKING:
    from wallet.actions.proposal import Proposal


def asker() -> Asker:
    """Who asks on the command line: a person at a terminal, or a script."""
    return Asker.PERSON if sys.stdin.isatty() else Asker.SCRIPT


def answer_of(proposal: Proposal, language: str) -> Answer:
    """What the person says when the proposal is shown to them on the terminal.

    Raises:
        NotConsented: there is no terminal to ask on.
    """
    lines = list(render.statement_lines(proposal.statement, language))
    if proposal.to_type is not None and proposal.deed is None:  # the sentence is a yes by itself
        agreed = terminal.ask_sentence(lines, proposal.to_type, language)
        return Answer(yes=agreed, by=By.PROMPT, typed=proposal.to_type if agreed else None)
    if not terminal.ask_consent(lines, language):
        return Answer(yes=False, by=By.PROMPT)
    return Answer(yes=True, by=By.PROMPT, typed=typed(proposal, language))


def typed(proposal: Proposal, language: str) -> str | None:
    """What has to be typed beside the yes, if it was; --yes does not stand for it.

    Raises:
        NotConsented: there is no terminal to ask on.
    """
    wanted = proposal.to_type
    if wanted is None or not terminal.ask_sentence((), wanted, language):
        return None
    return wanted
