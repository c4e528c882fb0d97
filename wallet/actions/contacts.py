"""Contacts: the people and organisations a person knows, each a name and a DID."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from did.identifier import DID
from wallet.actions.doubles import doubles
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.entries import Contact, contacts
from wallet.errors import BadInput
from wallet.messages import say
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet

LONGEST_NAME: Final = 100
_ACCOUNT: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new contact, or a new DID for a known one (which the statement then says)."""
    name = arguments["name"].strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a contact's name has 1 to {LONGEST_NAME} printable characters")
    if _is_identifier(name):
        raise BadInput(f"{name!r} is no name: whoever it stands for would be taken for it")
    contact = Contact(name, DID.parse(arguments["did"]))
    known = [other for other in contacts(wallet.vault) if other.name.casefold() == name.casefold()]
    if any(other.did == contact.did for other in known):
        raise BadInput(f"{name!r} is already a contact, with this DID")
    if known and known[0].name != name:
        raise BadInput(f"a contact is already called {known[0].name!r}", hint="use that name")
    namesakes = [o.name for o in contacts(wallet.vault) if o.did == contact.did]
    warnings = [
        say("{name} is known with another DID, {did}; it will be replaced", name=name, did=old.did)
        for old in known
    ] + [say("this DID is known by another name, {name}", name=other) for other in namesakes]
    warnings += doubles(wallet.vault, name)

    def perform() -> Result:
        wallet.vault.put(RecordKind.CONTACT, contact.body(), id=contact.id)
        return Result(
            say("{name} is now a contact", name=name),
            data={"name": name, "did": str(contact.did)},
            made=name,
        )

    statement = Statement(
        say("Add {name} to your contacts", name=name),
        facts=((say("Name"), name), (say("DID"), str(contact.did))),
        warnings=tuple(warnings),
    )
    return Proposal("add_contact", statement, f"{name}\n{contact.did}".encode(), perform)


def _is_identifier(name: str) -> bool:
    """Whether a name is a DID or an account, and so names somebody already."""
    if _ACCOUNT.fullmatch(name):
        return True
    try:
        DID.parse(name)
    except DIDError:
        return False
    return True


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All contacts."""
    known = contacts(wallet.vault)
    return Result(
        say("contacts: {count}", count=len(known)) if known else say("no contacts yet"),
        data={"contacts": [{"name": c.name, "did": str(c.did)} for c in known]},
        table=Table((say("Name"), say("DID")), tuple((c.name, str(c.did)) for c in known)),
    )


ADD_CONTACT: Final = Action(
    name="add_contact",
    verb=("contact", "add"),
    help="Add somebody's DID to your contacts, under a name",
    example="holdfast contact add Acme did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    parameters=(
        Parameter("name", Kind.TEXT, "what you call them", required=True),
        Parameter("did", Kind.TEXT, "their DID", required=True),
    ),
    propose=add,
)

LIST_CONTACTS: Final = Action(
    name="list_contacts",
    verb=("contact", "list"),
    help="List your contacts",
    example="holdfast contact list",
    read=listing,
)
