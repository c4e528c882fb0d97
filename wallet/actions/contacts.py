"""Contacts: the people and organisations a person knows, each a name and a DID."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from did.identifier import DID
from wallet.actions.doubles import doubles
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table, Undo
from wallet.entries import Contact, contacts, find
from wallet.errors import BadInput
from wallet.lookalikes import mixes_scripts
from wallet.memory import About, memories, remember
from wallet.messages import say
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.wallet import Wallet

LONGEST_NAME: Final = 100
_ACCOUNT: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new contact, or a new DID for a known one (which the statement then says)."""
    name = _checked_name(arguments["name"])
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
    warnings += tuple(doubles(wallet.vault, name)) or _mixed(name)
    undo = (
        Undo("add_contact", {"name": name, "did": str(known[0].did)})
        if known
        else Undo("remove_contact", {"contact": name})
    )

    def perform() -> Result:
        wallet.vault.put(RecordKind.CONTACT, contact.body(), id=contact.id)
        return Result(
            say("{name} is now a contact", name=name),
            data={"name": name, "did": str(contact.did)},
            made=name,
            undo=undo,
        )

    statement = Statement(
        say("Add {name} to your contacts", name=name),
        facts=((say("Name"), name), (say("DID"), str(contact.did))),
        warnings=tuple(warnings),
    )
    return Proposal("add_contact", statement, f"{name}\n{contact.did}".encode(), perform)


def rename(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """Another name for a contact, whose other names (`wallet.memory`) stay its own."""
    contact, name = _known(wallet, arguments["contact"]), _checked_name(arguments["name"])
    if name == contact.name:
        raise BadInput("the contact is called so already")
    others = [one for one in contacts(wallet.vault) if one != contact]
    if taken := [one for one in others if one.name.casefold() == name.casefold()]:
        raise BadInput(f"a contact is already called {taken[0].name!r}", hint="choose another name")
    renamed = Contact(name, contact.did)

    def perform() -> Result:
        with wallet.vault.transaction():
            wallet.vault.delete(RecordKind.CONTACT, contact.id)
            wallet.vault.put(RecordKind.CONTACT, renamed.body(), id=renamed.id)
            for kept in memories(wallet.vault):
                if kept.about is About.ALIAS and kept.values == (contact.id,):
                    remember(wallet.vault, replace(kept, values=(renamed.id,)))
        return Result(
            say("{old} is called {name} now", old=contact.name, name=name),
            data={"name": name, "did": str(contact.did)},
            made=name,
            undo=Undo("rename_contact", {"contact": name, "name": contact.name}),
        )

    alike = doubles(wallet.vault, name)
    similar = tuple(one for one in alike if one.arguments["other"] != contact.name)
    statement = Statement(
        say("Call {old} {name}", old=contact.name, name=name),
        facts=((say("Name"), name), (say("DID"), str(contact.did))),
        warnings=similar or _mixed(name),
    )
    binding = f"{contact.name}\n{name}\n{contact.did}".encode()
    return Proposal("rename_contact", statement, binding, perform)


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """One contact less; what was shown to them or issued about them stays."""
    contact = _known(wallet, arguments["contact"])

    def perform() -> Result:
        wallet.vault.delete(RecordKind.CONTACT, contact.id)
        return Result(
            say("{name} is no contact any more", name=contact.name),
            data={"name": contact.name, "did": str(contact.did)},
            undo=Undo("add_contact", {"name": contact.name, "did": str(contact.did)}),
        )

    statement = Statement(
        say("Remove {name} from your contacts", name=contact.name),
        facts=((say("Name"), contact.name), (say("DID"), str(contact.did))),
    )
    binding = f"{contact.name}\n{contact.did}".encode()
    return Proposal("remove_contact", statement, binding, perform)


def _mixed(name: str) -> tuple[Message, ...]:
    if not mixes_scripts(name):
        return ()
    return (say("the letters of {name} are of scripts that do not mix", name=name),)


def _known(wallet: Wallet, reference: str) -> Contact:
    """The contact of that name, or the only one with that DID."""
    known = contacts(wallet.vault)
    with_did = [one for one in known if str(one.did) == reference]
    return with_did[0] if len(with_did) == 1 else find(known, reference, noun="contact")


def _checked_name(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a contact's name has 1 to {LONGEST_NAME} printable characters")
    if _is_identifier(name):
        raise BadInput(f"{name!r} is no name: whoever it stands for would be taken for it")
    return name


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

_CONTACT: Final = Parameter("contact", Kind.CONTACT, "one of your contacts", required=True)

RENAME_CONTACT: Final = Action(
    name="rename_contact",
    verb=("contact", "rename"),
    help="Call a contact by another name",
    example='holdfast contact rename Acme "Acme Clinic"',
    parameters=(_CONTACT, Parameter("name", Kind.TEXT, "what to call them", required=True)),
    propose=rename,
    planned=False,
)

REMOVE_CONTACT: Final = Action(
    name="remove_contact",
    verb=("contact", "remove"),
    help="Remove somebody from your contacts",
    example="holdfast contact remove Acme",
    parameters=(_CONTACT,),
    propose=remove,
    planned=False,
)

LIST_CONTACTS: Final = Action(
    name="list_contacts",
    verb=("contact", "list"),
    help="List your contacts",
    example="holdfast contact list",
    read=listing,
)
