from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]


@pytest.fixture
def propose(wallet: Wallet) -> Proposes:
    def proposed(action: str, /, **arguments: Any) -> Proposal:
        found = ACTIONS[action].propose
        assert found is not None
        return found(wallet, arguments)

    return proposed


@pytest.fixture
def do(wallet: Wallet, propose: Proposes) -> Does:
    def done(action: str, /, **arguments: Any) -> Result:
        read = ACTIONS[action].read
        if read is not None:
            return read(wallet, arguments)
        proposal = propose(action, **arguments)
        return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))

    return done
