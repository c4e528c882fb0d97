"""Payments, declared here and done elsewhere: what sends ether is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

CURRENCIES: Final = ("ETH",)


def _pay(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.payments import pay  # noqa: PLC0415

    return pay(wallet, arguments)


def _payments(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    from wallet.actions.payments import listing  # noqa: PLC0415

    return listing(wallet, arguments)


SEND_PAYMENT: Final = Action(
    name="send_payment",
    verb=("pay",),
    help="Send ether to somebody, on the chain in use",
    example="holdfast pay Acme 0.25",
    parameters=(
        Parameter(
            "to",
            Kind.CONTACT,
            "a contact, a DID that is an account, or an account",
            required=True,
            literal=True,
        ),
        Parameter("amount", Kind.AMOUNT, "how much, such as 0.25", required=True),
        Parameter(
            "currency",
            Kind.CHOICE,
            "the currency; ETH if not named",
            choices=CURRENCIES,
            flag="--currency",
        ),
        Parameter(
            "from",
            Kind.DID,
            "the did:ethr whose account pays; the first that can if not named",
            flag="--from",
            planned=False,
        ),
    ),
    propose=_pay,
)

LIST_PAYMENTS: Final = Action(
    name="list_payments",
    verb=("payments",),
    help="List what you paid, and to whom",
    example="holdfast payments",
    read=_payments,
    planned=False,
)
