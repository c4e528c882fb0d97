"""Deleting credentials: into the trash, from which they come back, or for good."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.credentials import ENTRY
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table, Undo
from wallet.entries import credential, name_of, names
from wallet.errors import NoSuchEntry
from wallet.messages import say
from wallet.trash import KEPT, Deleted, bring_back, deleted, deleted_one, discard, remove
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wallet.entries import StoredCredential
    from wallet.messages import Message
    from wallet.wallet import Wallet


def delete(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Move a credential to the trash; `now`, remove it for good, from there as well."""
    if arguments.get("now"):
        return _for_good(wallet, arguments["credential"])
    entry, at = credential(wallet.index, arguments["credential"]), wallet.clock()

    def perform() -> Result:
        discard(wallet.vault, entry.id, at)
        return Result(
            say("deleted {name}", name=entry.label),
            data={"id": entry.id, "until": (at + KEPT).isoformat(timespec="seconds")},
            next=say("to bring it back: holdfast undelete {id}", id=entry.id),
            undo=Undo(UNDELETE_CREDENTIAL.name, {"credential": entry.id}),
        )

    statement = Statement(
        say("Delete {name} from the wallet", name=entry.label),
        facts=(
            (say("Id"), entry.id),
            (say("Issuer"), name_of(entry.credential.issuer, names(wallet.vault))),
            (say("Can be brought back until"), _minute(at + KEPT)),
            (say("Then"), say("it is removed for good")),
        ),
    )
    return Proposal(DELETE_CREDENTIAL.name, statement, entry.credential.raw, perform)


def _for_good(wallet: Wallet, reference: str) -> Proposal:
    found = _found(wallet, reference)

    def perform() -> Result:
        if isinstance(found, Deleted):
            remove(wallet.vault, found)
        else:
            wallet.vault.delete(Sort.CREDENTIAL, found.id)
        done = say("deleted {name} for good", name=found.label)
        return Result(done, data={"id": found.id, "until": None})

    if isinstance(found, Deleted):
        issuer, raw = found.about.issuer, found.raw
    else:
        issuer, raw = found.credential.issuer, found.credential.raw
    statement = Statement(
        say("Delete {name} from the wallet for good", name=found.label),
        facts=((say("Id"), found.id), (say("Issuer"), name_of(issuer, names(wallet.vault)))),
        warnings=(say("this cannot be undone: only the issuer could give it to you again"),),
    )
    return Proposal(DELETE_CREDENTIAL.name, statement, b"for good\n" + raw, perform)


def _found(wallet: Wallet, reference: str) -> StoredCredential | Deleted:
    """A credential, or one in the trash."""
    try:
        return credential(wallet.index, reference)
    except NoSuchEntry:
        with suppress(NoSuchEntry):
            return deleted_one(wallet.vault, reference, wallet.clock())
        raise


def undelete(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Bring a deleted credential back under its id, name and tags."""
    one = deleted_one(wallet.vault, arguments["credential"], wallet.clock())

    def perform() -> Result:
        bring_back(wallet.vault, one)
        return Result(
            say("{name} is back", name=one.label),
            data={"id": one.id, "name": one.name},
            made=one.id,
            undo=Undo(DELETE_CREDENTIAL.name, {"credential": one.id}),
        )

    statement = Statement(
        say("Bring the deleted {name} back", name=one.label),
        facts=(
            (say("Id"), one.id),
            (say("Issuer"), name_of(one.about.issuer, names(wallet.vault))),
            (say("Deleted"), _minute(one.at)),
        ),
    )
    return Proposal(UNDELETE_CREDENTIAL.name, statement, one.raw, perform)


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """The deleted credentials that can be brought back."""
    gone, known = deleted(wallet.vault, wallet.clock()), names(wallet.vault)
    rows = [_row(one, known) for one in gone]
    return Result(
        _summary(len(gone)),
        data={"deleted": rows},
        table=Table(
            (say("Id"), say("Name"), say("Issuer"), say("Can be brought back until")),
            tuple(
                (
                    one.id,
                    one.label,
                    known.get(one.about.issuer, one.about.issuer),
                    _minute(one.until),
                )
                for one in gone
            ),
        ),
        next=say("to bring one back: holdfast undelete ID") if gone else None,
    )


def _row(one: Deleted, known: Mapping[str, str]) -> dict[str, Any]:
    about = one.about
    return {
        "id": one.id,
        "name": one.name,
        "types": list(about.types),
        "issuer": about.issuer,
        "issuer_name": known.get(about.issuer, ""),
        "tags": list(about.tags),
        "deleted": one.at.isoformat(timespec="seconds"),
        "until": one.until.isoformat(timespec="seconds"),
    }


def _summary(count: int) -> Message:
    return say("deleted credentials: {count}", count=count) if count else say("nothing is deleted")


def _minute(time: datetime) -> str:
    return time.isoformat(" ", "minutes")


DELETE_CREDENTIAL: Final = Action(
    name="delete_credential",
    verb=("delete",),
    help="Delete a credential; for a week it can be brought back",
    example="holdfast delete cred-1f2e3d4c",
    parameters=(
        ENTRY,
        Parameter("now", Kind.FLAG, "for good, at once", flag="--now", planned=False),
    ),
    propose=delete,
)

UNDELETE_CREDENTIAL: Final = Action(
    name="undelete_credential",
    verb=("undelete",),
    help="Bring a deleted credential back",
    example="holdfast undelete cred-1f2e3d4c",
    parameters=(Parameter("credential", Kind.TEXT, "its id or name", required=True),),
    propose=undelete,
    planned=False,
)

LIST_DELETED: Final = Action(
    name="list_deleted",
    verb=("deleted",),
    help="List the deleted credentials that can be brought back",
    example="holdfast deleted",
    read=listing,
    planned=False,
)
