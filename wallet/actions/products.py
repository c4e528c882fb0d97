"""Products, declared here; their work is in `tracing`, loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Proposes, Reads
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def _proposing(name: str) -> Proposes:
    def propose(wallet: Wallet, arguments: Mapping[str, Any], /) -> Proposal:
        from wallet.actions import tracing  # noqa: PLC0415

        work: Proposes = getattr(tracing, name)
        return work(wallet, arguments)

    return propose


def _reading(name: str) -> Reads:
    def read(wallet: Wallet, arguments: Mapping[str, Any], /) -> Result:
        from wallet.actions import tracing  # noqa: PLC0415

        work: Reads = getattr(tracing, name)
        return work(wallet, arguments)

    return read


_PRODUCT: Final = Parameter("product", Kind.PRODUCT, "one of your products", required=True)

ADD_PRODUCT: Final = Action(
    name="add_product",
    verb=("product", "add"),
    help="Begin a log of what happens to a product",
    example='holdfast product add "Blue kettle 17"',
    parameters=(
        Parameter("name", Kind.TEXT, "what you call it", required=True),
        Parameter("signer", Kind.DID, "the DID that signs its events", flag="--signer"),
    ),
    propose=_proposing("add"),
    planned=False,
)

LIST_PRODUCTS: Final = Action(
    name="list_products",
    verb=("product", "list"),
    help="List your products",
    example="holdfast product list",
    read=_reading("listing"),
    planned=False,
)

RECORD_EVENT: Final = Action(
    name="record_event",
    verb=("product", "record"),
    help="Sign an event into a product's log",
    example='holdfast product record prod-1f2e3d4c "left the kiln" --place Jingdezhen',
    parameters=(
        _PRODUCT,
        Parameter("event", Kind.TEXT, "what happened", required=True),
        Parameter("place", Kind.TEXT, "where", flag="--place"),
    ),
    propose=_proposing("record"),
)

TRACE_PRODUCT: Final = Action(
    name="trace_product",
    verb=("product", "trace"),
    help="Show what happened to a product, and whether its log holds",
    example="holdfast product trace prod-1f2e3d4c",
    parameters=(_PRODUCT,),
    read=_reading("trace"),
)

ANCHOR_PRODUCT: Final = Action(
    name="anchor_product",
    verb=("product", "anchor"),
    help="Prove on a chain that a product's log was there, up to its last event",
    example="holdfast product anchor prod-1f2e3d4c",
    parameters=(
        _PRODUCT,
        Parameter(
            "payer",
            Kind.DID,
            "the did:ethr whose account pays; the first if not named",
            flag="--payer",
        ),
        Parameter("output", Kind.PATH, "the folder for the receipts", flag="--output"),
    ),
    propose=_proposing("anchor"),
    planned=False,
)

REMOVE_PRODUCT: Final = Action(
    name="remove_product",
    verb=("product", "remove"),
    help="Forget a product, and its log with it",
    example="holdfast product remove prod-1f2e3d4c",
    parameters=(_PRODUCT,),
    propose=_proposing("remove"),
    planned=False,
)

EXPORT_PRODUCT: Final = Action(
    name="export_product",
    verb=("product", "export"),
    help="Write a product's log to a file that others can verify",
    example="holdfast product export prod-1f2e3d4c kettle.json",
    parameters=(
        _PRODUCT,
        Parameter("output", Kind.PATH, "the file to write", required=True),
    ),
    propose=_proposing("export"),
    planned=False,
)
