"""`lock`: what `holdfast unlock` left behind ends, and nothing signs without the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action
from wallet.actions.result import Result
from wallet.messages import say
from wallet.vault.keeper.connecting import end_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wallet.wallet import Wallet


def locked(home: Path) -> Result:
    """The wallet in a folder is locked from now on; its passphrase is not needed for it."""
    held = end_in(home)
    return Result(
        say("locked") if held else say("the wallet was locked already"),
        data={"locked": True, "held": held},
    )


def lock(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """The next command needs the passphrase."""
    return locked(wallet.home)


LOCK: Final = Action(
    name="lock",
    verb=("lock",),
    help="Lock the wallet: from now on it takes the passphrase again",
    example="holdfast lock",
    read=lock,
)
