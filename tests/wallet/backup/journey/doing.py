"""Doing an action as a face does: proposed, agreed to, held against the rules and run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run

if TYPE_CHECKING:
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def do(wallet: Wallet, name: str, /, **arguments: Any) -> Result:
    """The result of an action, with a yes where it needs one."""
    action = ACTIONS[name]
    action.check(arguments)
    if action.read is not None:
        return action.read(wallet, arguments)
    assert action.propose is not None
    proposal = action.propose(wallet, arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
