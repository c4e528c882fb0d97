"""What sends transactions beside a DID's own changes: declared here, and done elsewhere.

The doing is loaded when it is asked for: it needs transactions, Merkle trees and keys, and every
other command would wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def _pending(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    from wallet.actions.transactions import pending  # noqa: PLC0415

    return pending(wallet, arguments)


def _speed_up(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.transactions import speed_up  # noqa: PLC0415

    return speed_up(wallet, arguments)


def _cancel(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.transactions import cancel  # noqa: PLC0415

    return cancel(wallet, arguments)


def _deploy(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.transactions import deploy  # noqa: PLC0415

    return deploy(wallet, arguments)


def _anchor(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.anchors import anchor  # noqa: PLC0415

    return anchor(wallet, arguments)


_TRANSACTION: Final = Parameter(
    "transaction", Kind.TEXT, "its id or hash, or how that begins; left out where only one is open"
)

LIST_TRANSACTIONS: Final = Action(
    name="list_transactions",
    verb=("chain", "pending"),
    help="See to the transactions that are not known to be done, and show how they stand",
    example="holdfast chain pending",
    read=_pending,
    planned=False,
)

SPEED_UP: Final = Action(
    name="speed_up",
    verb=("chain", "speed-up"),
    help="Send a transaction that waits again, with higher fees",
    example="holdfast chain speed-up 3f9c01aa",
    parameters=(_TRANSACTION,),
    propose=_speed_up,
    planned=False,
)

CANCEL_TRANSACTION: Final = Action(
    name="cancel_transaction",
    verb=("chain", "cancel"),
    help="Take the place of a transaction that waits by one that does nothing",
    example="holdfast chain cancel 3f9c01aa",
    parameters=(_TRANSACTION,),
    propose=_cancel,
    planned=False,
)

DEPLOY_REGISTRY: Final = Action(
    name="deploy_registry",
    verb=("chain", "deploy"),
    help="Put a registry of DIDs on a chain that has none",
    example="holdfast chain deploy --payer work",
    parameters=(
        Parameter(
            "payer",
            Kind.DID,
            "the did:ethr whose account pays; the first if not named",
            flag="--payer",
        ),
    ),
    propose=_deploy,
    planned=False,
)

ANCHOR_CREDENTIAL: Final = Action(
    name="anchor_credential",
    verb=("anchor",),
    help="Prove on a chain that documents were there, all of them by one hash",
    example="holdfast anchor cred-5f0c11aa contract.pdf",
    parameters=(
        Parameter(
            "documents",
            Kind.DOCUMENTS,
            "credentials or files",
            required=True,
            unless="credential",
            planned=False,
        ),
        Parameter(
            "credential",
            Kind.CREDENTIAL,
            "a credential, in place of documents or beside them",
            required=True,
            unless="documents",
            flag="--credential",
        ),
        Parameter(
            "payer",
            Kind.DID,
            "the did:ethr whose account pays; the first if not named",
            flag="--payer",
            planned=False,
        ),
        Parameter(
            "output", Kind.PATH, "the folder for the receipts", flag="--output", planned=False
        ),
    ),
    propose=_anchor,
)
