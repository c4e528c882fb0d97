"""Witnesses of a did:webvh: declared here, and done elsewhere.

The doing is loaded when it is asked for: it needs the method, and every other command would wait
for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet


def _approve(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.witnessing import approval  # noqa: PLC0415

    return approval(wallet, arguments)


def _collect(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    from wallet.actions.witnessing import collection  # noqa: PLC0415

    return collection(wallet, arguments)


APPROVE_LOG: Final = Action(
    name="approve_log",
    verb=("did", "witness"),
    help="Approve, as a witness, the version of a did:webvh that is to be published next",
    example="holdfast did witness did.jsonl --as me --output proof.json",
    parameters=(
        Parameter("log", Kind.PATH, "the log to be published", required=True),
        Parameter(
            "as", Kind.DID, "the did:key of yours that is the witness", required=True, flag="--as"
        ),
        Parameter(
            "published",
            Kind.PATH,
            "the log as it is published; not needed where you approved all before, or none was",
            flag="--published",
        ),
        Parameter("output", Kind.PATH, "where to write the proof", required=True, flag="--output"),
    ),
    propose=_approve,
    planned=False,
)

COLLECT_PROOFS: Final = Action(
    name="collect_proofs",
    verb=("did", "witnessed"),
    help="Collect the proofs of a did:webvh's witnesses in the file that is published before it",
    example="holdfast did witnessed log proof.json",
    parameters=(
        Parameter("did", Kind.DID, "one of your DIDs", required=True),
        Parameter("proofs", Kind.DOCUMENTS, "files of the witnesses", required=True),
        Parameter(
            "output",
            Kind.PATH,
            "where to write the file; did-witness.json if not named",
            flag="--output",
        ),
    ),
    propose=_collect,
    planned=False,
)
