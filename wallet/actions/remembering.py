"""The doing of what is declared; not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def listing(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def set_reminder(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def finish(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def remove(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def export(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")
