"""`lock`: nothing that holds the wallet's keys goes on doing so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action
from wallet.actions.result import Result
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


def release(_wallet: Wallet) -> bool:
    """Have whatever keeps this wallet open forget its keys; whether there was such a thing."""
    return False


def lock(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """The wallet is locked from now on: the next command needs the passphrase."""
    held = release(wallet)
    return Result(
        say("locked: the next command asks for the passphrase")
        if held
        else say("nothing keeps this wallet open: every command asks for the passphrase"),
        data={"locked": True, "held": held},
    )


LOCK: Final = Action(
    name="lock",
    verb=("lock",),
    help="Lock the wallet",
    example="holdfast lock",
    read=lock,
)
