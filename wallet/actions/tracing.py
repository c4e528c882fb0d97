"""The doing of what is declared; not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def add(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def listing(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def record(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def trace(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def anchor(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")


def export(_wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Not there yet."""
    raise BadInput("this cannot be done yet")
