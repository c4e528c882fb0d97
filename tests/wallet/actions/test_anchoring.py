from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.entries import credentials
from wallet.errors import BadInput, NoSuchEntry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]


def test_a_credential_of_the_wallet_is_anchored_alone_or_beside_files(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    do("create_did", name="shop")
    do("create_did", method="key", name="mei")
    about = {"type": "Degree", "subject": "mei", "issuer": "mei", "claims": {"a": "b"}}
    card = do("issue_credential", **about).made
    (tmp_path / "a.txt").write_text("one")
    folder = str(tmp_path / "receipts")
    assert list(do("anchor_credential", credential="Degree", output=folder).data["receipts"]) == [
        card
    ]
    both = {"credential": card, "documents": [str(tmp_path / "a.txt")], "output": folder}
    assert len(do("anchor_credential", **both).data["receipts"]) == 2
    with pytest.raises(BadInput, match="named twice"):
        do("anchor_credential", credential=card, documents=[card])
    (tmp_path / "Diploma").write_text("a file is no credential of the wallet")
    with pytest.raises(NoSuchEntry, match="no credential"):
        do("anchor_credential", credential=str(tmp_path / "Diploma"))
    assert len(credentials(wallet.vault)) == 1
