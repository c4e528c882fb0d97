"""What a DID of the wallet is called: its name stands in the wallet alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.dids import check_name
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Undo
from wallet.entries import dids, find
from wallet.errors import BadInput
from wallet.messages import say
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


def rename(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Another name for a DID of the wallet; nothing empty, which no one could be asked for."""
    held = dids(wallet.vault)
    own, name = find(held, arguments["did"], noun="DID"), arguments["name"].strip()
    if not name:
        raise BadInput("a DID's name has at least one character")
    if name == own.name:
        raise BadInput("the DID is called so already")
    check_name(name, tuple(other for other in held if other != own))

    def perform() -> Result:
        wallet.vault.put(RecordKind.DID, replace(own, name=name).body(), id=own.id)
        undo = Undo(RENAME_DID.name, {"did": own.id, "name": own.name}) if own.name else None
        return Result(
            say("{old} is called {name} now", old=own.label, name=name),
            data={"did": own.id, "name": name},
            made=own.id,
            undo=undo,
        )

    statement = Statement(
        say("Call {old} {name}", old=own.label, name=name),
        facts=((say("Name"), name), (say("DID"), own.id)),
    )
    return Proposal(RENAME_DID.name, statement, f"{own.id}\n{name}".encode(), perform)


RENAME_DID: Final = Action(
    name="rename_did",
    verb=("did", "rename"),
    help="Call one of your DIDs by another name",
    example="holdfast did rename work office",
    parameters=(
        Parameter("did", Kind.DID, "one of your DIDs", required=True),
        Parameter("name", Kind.TEXT, "what to call it", required=True),
    ),
    propose=rename,
    planned=False,
)
