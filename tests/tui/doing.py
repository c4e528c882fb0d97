"""Doing something in a wallet without a face, as somebody who says yes to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.credentials.received import as_json
from wallet.entries import credential

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet


def do(wallet: Wallet, action: str, **arguments: Any) -> str:
    """A deed; the id of what it made."""
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    return str(run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT))).made)


def issue_badge(wallet: Wallet, file: Path) -> str:
    """A valid credential by the DID `uni` about the DID `me`, kept and written into a file."""
    do(wallet, "create_did", method="key", name="uni")
    me = do(wallet, "create_did", method="key", name="me")
    claims = {"a": "1"}
    made = do(wallet, "issue_credential", type="Badge", subject=me, issuer="uni", claims=claims)
    file.write_text(json.dumps(as_json(credential(wallet.index, made).credential)))
    return made
